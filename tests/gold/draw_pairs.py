"""Draws pairs of articles to be judged for `duplicates_read.jsonl`: python3 draw_pairs.py SHARED EVEN RANDOM

A pair is a candidate if the two texts share a fifth of the shorter one's runs of four words. Of each file EVEN pairs are drawn
for each level of resemblance (tenths) and containment (fifths), and RANDOM ones: a text at random, and one of its candidates at
random, which is how a reader comes across them. Pairs of `duplicates.jsonl` are left out, and of equal texts all but the first.
Lots are hashes of ids, so that a draw is the same each time; so is the half a pair is of.
"""

import collections
import gzip
import hashlib
import json
import pathlib
import re
import sys
import zlib

CANDIDATE = 0.2
FILES = ["saudinewsnet", "ant_multisource"]
# A run of words that more texts have says nothing.
HOLDERS = 1500
# Candidates are looked for by every fourth run, and then compared by all.
SAMPLE = 4

MARKS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u0640]")
LETTERS = str.maketrans("أإآٱىة", "اااايه")


def lot(*ids):
    return hashlib.sha256(" ".join(ids).encode()).digest()


def half(a, b):
    return "tune" if lot(a, b)[-1] < 128 else "test"


def runs(text):
    words = re.findall(r"\w+", MARKS.sub("", text).translate(LETTERS))
    return {zlib.crc32(" ".join(words[i : i + 4]).encode()) for i in range(max(1, len(words) - 3))}


def articles(shared, name):
    with gzip.open(pathlib.Path(shared) / "news" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def draw(shared, name, even, random, known):
    ids, sets, seen = [], [], set()
    for article in articles(shared, name):
        found = runs(article["text"])
        key = frozenset(found)
        if key not in seen:
            seen.add(key)
            ids.append(article["id"])
            sets.append(found)
    holders = collections.defaultdict(list)
    levels, partners = collections.defaultdict(list), collections.defaultdict(list)
    for b, found in enumerate(sets):
        sample = [run for run in found if run % SAMPLE == 0]
        shared_runs = collections.Counter()
        for run in sample:
            if len(holders[run]) < HOLDERS:
                shared_runs.update(holders[run])
            holders[run].append(b)
        for a, n in shared_runs.items():
            shorter = min(len(found), len(sets[a]))
            if n * SAMPLE < CANDIDATE * shorter / 2:
                continue
            common = len(found & sets[a])
            if common < CANDIDATE * shorter or (ids[a], ids[b]) in known:
                continue
            resemblance, containment = common / (len(found) + len(sets[a]) - common), common / shorter
            pair = (lot(ids[a], ids[b]), ids[a], ids[b])
            levels[int(resemblance * 10), min(4, int(containment * 5))].append(pair)
            partners[ids[a]].append(pair)
            partners[ids[b]].append(pair)
    print(name, len(ids), "texts,", sum(map(len, levels.values())), "candidates of", len(partners), file=sys.stderr)
    for level in sorted(levels):
        print(" ", level, len(levels[level]), file=sys.stderr)
        for _, a, b in sorted(levels[level])[:even]:
            yield a, b, "even"
    chosen = set()
    for text in sorted(partners, key=lot):
        if len(chosen) < random:
            chosen.add(min(partners[text])[1:])
    for a, b in sorted(chosen):
        yield a, b, "random"


def main():
    shared, even, random = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    old = pathlib.Path(__file__).with_name("duplicates.jsonl").read_text(encoding="utf-8").splitlines()
    known = {(pair["a"], pair["b"]) for pair in map(json.loads, old)}
    seen = set()
    for name in FILES:
        for a, b, kind in draw(shared, name, even, random, known):
            if (a, b) not in seen:
                seen.add((a, b))
                print(json.dumps({"a": a, "b": b, "draw": kind, "half": half(a, b)}))


main()
