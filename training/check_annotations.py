#!/usr/bin/env python3
"""Merge our own annotations with the texts they annotate and verify them by the guide's checker.

usage: check_annotations.py SHARED [ID...]     (SHARED is the folder that holds gold/ and news/)
       check_annotations.py SHARED --merge OUT_DIR    also write the merged articles, one file each

An annotation (`annotations/<id>.json`) holds no text: only `id`, `entities`, `places`, `dates`, `statements`
and `events`, as GUIDE.md lays them out. The article is found by its id. Exit 1 if anything is wrong.
"""
import glob, gzip, json, os, sys

HERE = os.path.dirname(os.path.abspath(__file__))
FIELDS = ("entities", "places", "dates", "statements", "events")


def articles(shared, wanted):
    """The articles with the wanted ids, from gold/todo and then from the news files."""
    found = {}
    for path in sorted(glob.glob(os.path.join(shared, "gold", "todo", "*.json"))):
        with open(path, encoding="utf-8") as f:
            article = json.load(f)
        if article["id"] in wanted:
            found[article["id"]] = article
    for path in sorted(glob.glob(os.path.join(shared, "news", "*.jsonl.gz"))):
        if len(found) == len(wanted):
            break
        with gzip.open(path, "rt", encoding="utf-8") as f:
            for line in f:
                article = json.loads(line)
                if article.get("id") in wanted and article["id"] not in found:
                    found[article["id"]] = article
    return found


def load(shared, ids=None):
    """Every annotation merged with its article, in the order of the ids, and the list of what is wrong."""
    sys.path.insert(0, os.path.join(shared, "gold"))
    from check import check
    names = sorted(os.path.basename(p)[:-5] for p in glob.glob(os.path.join(HERE, "annotations", "*.json")))
    if ids:
        names = [n for n in names if n in ids]
    texts, merged, wrong = articles(shared, set(names)), [], []
    for name in names:
        with open(os.path.join(HERE, "annotations", name + ".json"), encoding="utf-8") as f:
            try:
                note = json.load(f)
            except ValueError as error:
                wrong.append(f"{name}: not JSON: {error}")
                continue
        if name not in texts:
            wrong.append(f"{name}: no article of this id in gold/todo or news/")
            continue
        extra = sorted(set(note) - set(FIELDS) - {"id"})
        if extra:
            wrong.append(f"{name}: fields that do not belong here: {extra}")
        article = {k: v for k, v in texts[name].items() if k not in FIELDS}
        article.update({k: note.get(k, []) for k in FIELDS})
        wrong += [f"{name}: {w}" for w in check(json.loads(json.dumps(article)))]
        merged.append(article)
    return merged, wrong


def main(args):
    if not args:
        print(__doc__)
        return 2
    out = None
    if "--merge" in args:
        at = args.index("--merge")
        out = args[at + 1]
        del args[at:at + 2]
    merged, wrong = load(args[0], set(args[1:]))
    for line in wrong:
        print(line)
    if out:
        os.makedirs(out, exist_ok=True)
        for article in merged:
            with open(os.path.join(out, article["id"] + ".json"), "w", encoding="utf-8") as f:
                json.dump(article, f, ensure_ascii=False, indent=1)
    print(f"{len(merged)} annotations, {len(wrong)} faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
