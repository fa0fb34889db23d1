"""Feeds and archives: Marsad beside feedparser and warcio on the test files that peers ship.

    python -m venv V; V/bin/pip install feedparser warcio
    V/bin/python bench/feeds.py FOLDER [--show FIELD]

FOLDER holds what peers ship, unpacked: feedparser's sdist (feedparser-*/tests), feed-rs' crate (feed-rs-*/fixture) and
archives (*.warc, *.warc.gz, anywhere below). Read as the peer does: of the files in which feedparser finds an entry or a
feed's title, those in which Marsad finds as many entries; and of what feedparser finds in them, the titles, links, days and
texts that are the same (texts by their words).
"""
import argparse, collections, glob, html, json, os, re, subprocess, sys, time

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def words(text):
    text = html.unescape(re.sub(r"<[^>]*>", " ", text or ""))
    return re.findall(r"\w+", re.sub(r"<[^>]*>", " ", text))


def ours(files):
    out = []
    for at in range(0, len(files), 500):
        run = subprocess.run(["cargo", "run", "-q", "--release", "-p", "marsad-intake", "--example", "feeds", "--"] + files[at:at + 500], cwd=HERE, check=True, stdout=subprocess.PIPE)
        out += [json.loads(line) for line in run.stdout.decode().splitlines()]
    return out


def day(entry, name):
    t = entry.get(name + "_parsed")
    return time.strftime("%Y-%m-%d", t) if t else None


def utc(value):
    import datetime
    if value and len(value) > 10:
        return str(datetime.datetime.fromisoformat(value).astimezone(datetime.timezone.utc).date())
    return value


def feeds(folder, show):
    import feedparser
    sets = {
        "feedparser, well-formed": "feedparser-*/tests/wellformed/**/*.xml",
        "feedparser, ill-formed": "feedparser-*/tests/illformed/**/*.xml",
        "feedparser, encodings and entities": "feedparser-*/tests/e*/**/*.xml",
        "feed-rs": "feed-rs-*/fixture/**/*.*",
    }
    print("| feeds | files | read | as many entries | title | link | day | text |")
    for name, pattern in sets.items():
        files = sorted(f for f in glob.glob(os.path.join(folder, pattern), recursive=True) if os.path.isfile(f))
        same = collections.Counter()
        total = collections.Counter()
        for path, got in zip(files, ours(files)):
            data = open(path, "rb").read()
            peer = feedparser.parse(data, resolve_relative_uris=False)
            if not (peer.entries or peer.feed.get("title")):
                continue
            total["files"] += 1
            mine = got.get("feed")
            same["read"] += mine is not None
            entries = mine["entries"] if mine else []
            same["entries"] += len(entries) == len(peer.entries)
            if show in ("read", "entries") and (mine is None or len(entries) != len(peer.entries)):
                print(path, len(entries), len(peer.entries), got.get("refused"))
            if len(entries) != len(peer.entries):
                continue
            for a, b in zip(entries, peer.entries):
                text = (b.get("content") or [{}])[0].get("value") or b.get("summary")
                for field, found, wanted in [
                    ("title", words(a["title"]), words(b.get("title"))),
                    ("link", a["link"], b.get("link")),
                    ("day", utc(a["published"] or a["updated"]), day(b, "published") or day(b, "updated") or day(b, "created")),
                    ("text", words(a["content"] or a["summary"]), words(text)),
                ]:
                    if wanted:
                        total[field] += 1
                        same[field] += found == wanted
                        if show == field and found != wanted:
                            print(path, found, wanted)
        print(f"| {name} | {total['files']} | {same['read']} | {same['entries']} | " + " | ".join(f"{same[f]} of {total[f]}" for f in ("title", "link", "day", "text")) + " |")


def archives(folder):
    from warcio.archiveiterator import ArchiveIterator
    files = sorted(glob.glob(os.path.join(folder, "**/*.warc"), recursive=True) + glob.glob(os.path.join(folder, "**/*.warc.gz"), recursive=True))
    print("| archive | pages by warcio | articles | refused |")
    for path, got in zip(files, ours(files)):
        pages, fault = 0, ""
        try:
            for record in ArchiveIterator(open(path, "rb"), arc2warc=True):
                http = record.http_headers
                pages += record.rec_type == "conversion" or bool(record.rec_type == "response" and http and http.get_statuscode() == "200" and "html" in (http.get_header("Content-Type") or ""))
        except Exception as e:
            fault = f" then {type(e).__name__}"
        print(f"| {os.path.basename(path)} | {pages}{fault} | {len(got['articles'])} | " + "; ".join(r.split(": ", 1)[1] for r in got["refused"][:4]) + " |")


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("folder")
    args.add_argument("--show")
    args = args.parse_args()
    feeds(args.folder, args.show)
    archives(args.folder)


if __name__ == "__main__":
    main()
