#!/usr/bin/env python3
"""Keep the pieces that Arabic news uses, and their rows of the embedding.

usage: prune.py SHARED E5_DIR OUT_DIR [ARTICLES]

Writes OUT_DIR/vocab.json and OUT_DIR/e5.safetensors. Kept: pieces seen twice or more in every third article of the
news, every single character of the scripts in use, and the Latin pieces among the first 40,000 (search in English).
"""
import glob, gzip, json, os, re, sys
from collections import Counter
from safetensors.numpy import load_file, save_file
from arabic import Tokenizer, load_vocabulary, words


def main(shared, e5, out):
    v = load_vocabulary(os.path.join(e5, "vocab.json"))
    tok = Tokenizer(v["pieces"], v["scores"], v["normalise"], v["unk"])
    forms = Counter()
    for path in sorted(glob.glob(os.path.join(shared, "news", "*.jsonl.gz"))):
        with gzip.open(path, "rt", encoding="utf-8") as f:
            for i, line in enumerate(f):
                if i % 3 == 0:
                    d = json.loads(line)
                    text = (d.get("title") or "") + " " + d["text"]
                    forms.update((text[a:b], s) for a, b, s in words(text))
    for path in glob.glob(os.path.join(shared, "ner", "*train.txt")):
        with open(path, encoding="utf-8") as f:
            forms.update((line.split(" ")[0], True) for line in f if line.strip())
    seen = Counter()
    for (form, spaced), n in forms.items():
        for p in tok.encode(form, spaced):
            seen[p] += n
    special = [v["bos"], v["pad"], v["eos"], v["unk"]]
    keep = set(p for p, n in seen.items() if n >= 2)
    for i, p in enumerate(v["pieces"]):
        bare = p.lstrip("▁")
        if len(bare) <= 1 and re.fullmatch(r"[\u0600-\u06FF\x20-\x7e«»“”–—…]?", bare):
            keep.add(i)
        if i < 40000 and re.fullmatch(r"[A-Za-z]+", bare):
            keep.add(i)
    for w in ("query", "passage", ":"):
        keep.update(tok.encode(w, True) + tok.encode(w, False))
    ids = special + sorted(keep - set(special))
    t = load_file(os.path.join(e5, "e5.safetensors"))
    t["emb.word"] = t["emb.word"][ids]
    os.makedirs(out, exist_ok=True)
    save_file({k: x.copy() for k, x in t.items()}, os.path.join(out, "e5.safetensors"))
    with open(os.path.join(out, "vocab.json"), "w", encoding="utf-8") as f:
        json.dump({"pieces": [v["pieces"][i] for i in ids], "scores": [v["scores"][i] for i in ids], "normalise": v["normalise"],
                   "bos": 0, "pad": 1, "eos": 2, "unk": 3}, f, ensure_ascii=False)
    print(f"{len(ids)} pieces of {len(v['pieces'])}")


if __name__ == "__main__":
    main(*sys.argv[1:4])
