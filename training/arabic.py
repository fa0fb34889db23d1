"""The text layer as the program has it (crates/marsad-text): words, the light normalisation, the Unigram tokenizer.

The rules here are the program's, line for line; change both or neither, and train again.
"""
import json, os, re, unicodedata

INVISIBLE = set("\u00ad\u061c\ufeff") | {chr(c) for a, b in ((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F)) for c in range(a, b + 1)}
STRIPPED = {chr(c) for c in list(range(0x64B, 0x660)) + [0x670, 0x640] + list(range(0x610, 0x61B)) + list(range(0x6D6, 0x6ED))} | INVISIBLE
LETTERS = {"ی": "ي", "ک": "ك"}


def is_mark(c):
    return unicodedata.category(c)[0] == "M"


def is_numeric(c):
    return unicodedata.category(c)[0] == "N"


def is_inside(c):
    return c.isalnum() or is_mark(c) or c in "_\u200c\u200d"


def words(text):
    """(start, end, spaced) of every word and sign, in characters."""
    found, i, n, spaced = [], 0, len(text), True
    while i < n:
        c = text[i]
        if is_inside(c) and c not in "\u200c\u200d":
            j = i + 1
            while j < n and (is_inside(text[j]) or (text[j] in ".,٫٬" and is_numeric(text[j - 1]) and j + 1 < n and is_numeric(text[j + 1]))):
                j += 1
            found.append((i, j, spaced))
            spaced, i = False, j
            continue
        if c.isspace() or c in INVISIBLE or unicodedata.category(c) == "Cc":
            spaced = spaced or c.isspace()
        else:
            found.append((i, i + 1, spaced))
            spaced = False
        i += 1
    return found


def light(text):
    out = []
    for c in text:
        if c in STRIPPED:
            continue
        if "\ufb50" <= c <= "\ufdff" or "\ufe70" <= c <= "\ufeff":
            out += [x for x in unicodedata.normalize("NFKC", c) if x not in STRIPPED]
        elif c.isdecimal():
            out.append(str(unicodedata.decimal(c)))
        else:
            out.append(LETTERS.get(c, c))
    return "".join(out)


def sentences(text):
    """Spans that end at . ! ? ؟ … before white space, or at a line's end (only used to cut windows)."""
    spans, start = [], 0
    for m in re.finditer(r"[.!?؟…]+[\"»”)]*(?=\s|$)|\n+", text):
        if text[start:m.end()].strip():
            spans.append((start, m.end()))
        start = m.end()
    if text[start:].strip():
        spans.append((start, len(text)))
    return spans


class Tokenizer:
    """Unigram over single words, `▁` before a word that follows white space."""

    def __init__(self, pieces, scores, normalise, unk):
        self.id = {p: i for i, p in enumerate(pieces)}
        self.scores, self.unk = scores, unk
        self.normalise = {int(k): "".join(map(chr, v)) for k, v in normalise.items()}
        self.longest = max(map(len, pieces))
        self.penalty = min(scores) - 10
        self.cache = {}

    def encode(self, word, spaced):
        key = (word, spaced)
        if key not in self.cache:
            w = "".join(self.normalise.get(ord(c), c) for c in light(word))
            w = re.sub(" +", " ", w).strip(" ").replace(" ", "▁")
            self.cache[key] = self.viterbi(("▁" if spaced else "") + w) if w else [self.unk]
        return self.cache[key]

    def viterbi(self, w):
        n = len(w)
        best, back = [0.0] + [-1e30] * n, [(0, self.unk)] * (n + 1)
        for i in range(n):
            base = best[i]
            for j in range(i + 1, min(n, i + self.longest) + 1):
                p = self.id.get(w[i:j])
                s = self.scores[p] if p is not None else (self.penalty if j == i + 1 else None)
                if s is not None and base + s > best[j]:
                    best[j], back[j] = base + s, (i, p if p is not None else self.unk)
        out, j = [], n
        while j:
            i, p = back[j]
            out.append(p)
            j = i
        return out[::-1]


def open_tokenizer(folder):
    """The vocabulary of a folder that prune.py or pretrain.py wrote, and its tokenizer."""
    v = load_vocabulary(os.path.join(folder, "vocab.json"))
    return v, Tokenizer(v["pieces"], v["scores"], v["normalise"], v["unk"])


def load_vocabulary(path):
    with open(path, encoding="utf-8") as f:
        v = json.load(f)
    return v
