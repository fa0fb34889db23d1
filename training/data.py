"""The training data as windows of words with their labels.

A window is up to 192 pieces of consecutive sentences. Every label is a set of allowed values, so that a corpus with
coarser labels (ANERcorp's LOC is our GPE, LOC or FAC) teaches what it knows and no more.
"""
import glob, gzip, hashlib, json, os, random, sys
from arabic import sentences, words

ENTITY = ["O"] + [f"{p}-{t}" for t in ("PER", "ORG", "GPE", "LOC", "FAC", "MISC") for p in "BI"]
TYPES = "AGREE CONSULT SUPPORT CONCEDE COOPERATE AID RETREAT REQUEST ACCUSE REJECT THREATEN PROTEST SANCTION MOBILIZE COERCE ASSAULT".split()
TRIGGER = ["O"] + TYPES
STATUS = "actual historical future hypothetical negated".split()
CUE = ["O", "CUE"]
RECORD = ["ASSAULT", "PROTEST"]
CLITIC = [str(n) for n in range(5)]
PAIR = "actor recipient place date killed injured speaker content via".split()
LABELS = {"entity": ENTITY, "trigger": TRIGGER, "status": STATUS, "cue": CUE, "record": RECORD, "proclitic": CLITIC, "enclitic": CLITIC, "pair": PAIR}
LIMIT = 190


class Window:
    """Pieces, the word of each piece, and labels on the words of one window."""

    def __init__(self, pieces, owner, count):
        self.pieces, self.owner, self.count = pieces, owner, count
        self.entity = None      # per word: list of allowed label ids, or None
        self.trigger, self.status, self.cue = None, {}, None
        self.proclitic, self.enclitic = {}, {}
        self.rows, self.pairs = [], []  # rows: (word, "event" | "cue"); pairs: (row index, word, relation)
        self.ignore = []                # pairs not to be judged
        self.record = None              # (type, target probability, words or None)


def cut(text, tok):
    """Windows of consecutive sentences: (list of word indices) over words(text), with pieces."""
    all_words = words(text)
    pieces = [tok.encode(text[a:b], s) for a, b, s in all_words]
    groups, at = [], 0
    for _, end in sentences(text):
        group = []
        while at < len(all_words) and all_words[at][0] < end:
            group.append(at)
            at += 1
        if group:
            groups.append(group)
    if at < len(all_words):
        groups.append(list(range(at, len(all_words))))
    windows, now, size = [], [], 0
    for group in groups:
        need = sum(len(pieces[w]) for w in group)
        if now and size + need > LIMIT:
            windows.append(now)
            now, size = [], 0
        for w in group:
            if size + len(pieces[w]) > LIMIT and now:
                windows.append(now)
                now, size = [], 0
            now.append(w)
            size += len(pieces[w])
    if now:
        windows.append(now)
    return all_words, pieces, windows


def window_of(indices, pieces):
    flat, owner = [0], [-1]
    for k, w in enumerate(indices):
        flat += pieces[w]
        owner += [k] * len(pieces[w])
    return Window(flat + [2], owner + [-1], len(indices))


def gold_windows(article, tok):
    """Windows of one annotated article (spans already added by the guide's checker)."""
    all_words, pieces, groups = cut(article["text"], tok)
    n = len(all_words)
    covered = lambda span: [i for i in range(n) if all_words[i][0] < span[1] and span[0] < all_words[i][1]]
    entity, trigger, status, cue = [0] * n, [0] * n, {}, [0] * n
    proclitic, enclitic, rows, pairs = {}, {}, [], []

    def clitics(span):
        ws = covered(span)
        if ws:
            proclitic[ws[0]] = min(4, max(0, span[0] - all_words[ws[0]][0]))
            enclitic[ws[-1]] = min(4, max(0, all_words[ws[-1]][1] - span[1]))
        return ws

    for e in article["entities"]:
        for k, w in enumerate(clitics(e["span"])):
            entity[w] = ENTITY.index(("B-" if k == 0 else "I-") + e["type"])
    for e in article["events"]:
        ws = clitics(e["trigger_span"])
        if not ws:
            continue
        row = (ws[0], "event")
        trigger[ws[0]] = TRIGGER.index(e["type"])
        status[ws[0]] = STATUS.index(e["status"])
        rows.append(row)
        for role in ("actor", "recipient"):
            for a in e.get(role) or []:
                pairs += [(row, w, PAIR.index(role)) for w in clitics(a["span"])]
        if e.get("place"):
            pairs += [(row, w, 2) for w in covered(e["place"]["span"])]
        for d in article["dates"]:
            if e.get("date") and d.get("value") == e["date"]:
                pairs += [(row, w, 3) for w in covered(d["span"])]
        for role in ("killed", "injured"):
            if e.get(role):
                pairs += [(row, w, PAIR.index(role)) for w in covered(e[role]["span"])]
    for s in article["statements"]:
        ws = clitics(s["cue_span"])
        if not ws:
            continue
        row = (ws[0], "cue")
        cue[ws[0]] = 1
        rows.append(row)
        if s.get("speaker_span"):
            pairs += [(row, w, 6) for w in clitics(s["speaker_span"])]
        if s.get("content_span"):
            pairs += [(row, w, 7) for w in covered(s["content_span"])]
        if s.get("via"):
            starts = [i for i in range(len(article["text"])) if article["text"].startswith(s["via"], i)]
            if starts:
                a = min(starts, key=lambda x: abs(x - s["cue_span"][0]))
                pairs += [(row, w, 8) for w in covered([a, a + len(s["via"])])]
    out = []
    for group in groups:
        w, local = window_of(group, pieces), {g: k for k, g in enumerate(group)}
        misc = [0, ENTITY.index("B-MISC"), ENTITY.index("I-MISC")]
        w.entity = [misc if entity[g] == 0 else [entity[g]] for g in group]
        w.trigger, w.cue = [trigger[g] for g in group], [cue[g] for g in group]
        w.status = {local[g]: v for g, v in status.items() if g in local}
        w.proclitic = {local[g]: v for g, v in proclitic.items() if g in local}
        w.enclitic = {local[g]: v for g, v in enclitic.items() if g in local}
        here = sorted({r for r in rows if r[0] in local})
        w.rows = [(local[g], kind) for g, kind in here]
        w.pairs = sorted({(here.index(r), local[g], k) for r, g, k in pairs if r in here and g in local})
        out.append(w)
    return out


def gold_articles(shared, part):
    sys.path.insert(0, os.path.join(shared, "gold"))
    from check import check
    out = []
    for path in sorted(glob.glob(os.path.join(shared, "gold", part, "*.json"))):
        with open(path, encoding="utf-8") as f:
            out.append(json.load(f))
        check(out[-1])
    return out


def ner_sentences(path):
    sentence = []
    with open(path, encoding="utf-8") as f:
        for line in f:
            parts = line.split()
            if len(parts) == 2:
                sentence.append((parts[0], parts[1].replace("PERS", "PER")))
            elif sentence:
                yield sentence
                sentence = []
    if sentence:
        yield sentence


def ner_windows(path, tok):
    """ANERcorp's windows, each with the word that carries each token's label."""
    def build(tokens):
        text, starts = "", []
        for t, _ in tokens:
            starts.append(len(text))
            text += t + " "
        ws = words(text)
        pieces = [tok.encode(text[a:b], s) for a, b, s in ws]
        w = window_of(list(range(len(ws))), pieces)
        w.entity, w.head, k = [None] * len(ws), [None] * len(tokens), -1
        for i, (a, b, _) in enumerate(ws):
            while k + 1 < len(tokens) and starts[k + 1] <= a:
                k += 1
            letters = text[a].isalnum()
            if w.head[k] is None and letters:
                w.head[k] = i
                label = tokens[k][1]
                kind = label[2:]
                kinds = ("GPE", "LOC", "FAC") if kind == "LOC" else (kind,)
                w.entity[i] = [0] if label == "O" else [ENTITY.index(label[:2] + x) for x in kinds]
        w.gold = [t[1] for t in tokens]
        return w
    out, now, size = [], [], 0
    for sentence in ner_sentences(path):
        while sentence:
            part, sentence = sentence[:90], sentence[90:]
            if now and len(now) + len(part) > 90:
                out.append(build(now))
                now = []
            now += part
    if now:
        out.append(build(now))
    return [w for w in out if len(w.pieces) <= 510]


def held_out(identifier, fold):
    """One fifth of the event records is kept from training, by their ids' hash, so that there is something to measure on."""
    return int(hashlib.sha256(identifier.encode()).hexdigest(), 16) % 5 == fold


def record_windows(shared, tok, fold):
    out = []
    folder = os.path.join(shared, "gold", "event_gsr")
    with open(os.path.join(folder, "detect.jsonl"), encoding="utf-8") as f:
        for line in f:
            r = json.loads(line)
            if held_out(r["id"], fold) or r["label"] == "ambiguous":
                continue
            all_words, pieces, groups = cut(r["text"], tok)
            if len(groups) != 1:
                continue
            w = window_of(groups[0], pieces)
            target = {"yes": 1.0, "easy no": 0.0, "difficult no": 0.15}[r["label"]]
            w.record = (r["type"], target, None)
            out.append(w)
    with open(os.path.join(folder, "spans.jsonl"), encoding="utf-8") as f:
        for line in f:
            r = json.loads(line)
            if held_out(r["id"], fold):
                continue
            all_words, pieces, groups = cut(r["text"], tok)
            if len(groups) != 1:
                continue
            w = window_of(groups[0], pieces)
            forms = [r["text"][a:b] for a, b, _ in all_words]
            marked = lambda key: [i for i, x in enumerate(forms) if sum(x in " ".join(s[key]).split() for s in r["spans"]) * 2 >= len(r["spans"])]
            some = lambda key: [i for i, x in enumerate(forms) if any(x in " ".join(s[key]).split() for s in r["spans"])]
            verbs = marked("verb")
            w.record = (r["type"], 1.0, some("verb") or None)
            if verbs:
                w.rows = [(verbs[-1], "event")]
                for role, key in (("actor", "source_actor"), ("recipient", "target_actor")):
                    sure = set(marked(key))
                    w.pairs += [(0, i, PAIR.index(role)) for i in sorted(sure)]
                    w.ignore += [(0, i, PAIR.index(role)) for i in some(key) if i not in sure]
                w.ignore += [(0, i, k) for i in range(w.count) for k in range(2, 6)]
            out.append(w)
    return out


def pieces_of(text, tok):
    """All pieces of a text."""
    return [p for a, b, s in words(text) for p in tok.encode(text[a:b], s)]


def news(shared, tok, count=2400, seed=7):
    """Title and the body's beginning of real articles, as pieces, for the loss that preserves search by meaning."""
    out = []
    for path in sorted(glob.glob(os.path.join(shared, "news", "*.jsonl.gz"))):
        with gzip.open(path, "rt", encoding="utf-8") as f:
            for i, line in enumerate(f):
                if i % 23 == 5:
                    d = json.loads(line)
                    if d.get("title") and len(d["text"]) > 200:
                        out.append((d["title"], d["text"][:420]))
    random.Random(seed).shuffle(out)
    encode = lambda prefix, t: [0] + pieces_of(prefix + t, tok)[:94] + [2]
    return [(encode("query: ", t), encode("passage: ", b)) for t, b in out[:count]]
