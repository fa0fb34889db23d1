"""Other names in the same sentences, so that who acts is learnt from the sentence and not from the name.

A name of a window gives its place to another of its type, drawn from all names of the corpora; a name that stands twice is
replaced twice by the same. Names with clitics stay, and so do words that bear a label of their own inside a name.
"""
import data

RATE = 0.35  # of the names of a window, in half of the windows


def runs(window):
    """Names of a window whose type is certain: (first word, one past the last, type)."""
    out, start, kind = [], None, None
    for i in range(window.count + 1):
        allowed = window.entity[i] if i < window.count else [0]
        label = data.ENTITY[allowed[0]] if allowed and len(allowed) == 1 else ("B-LOC?" if allowed and data.ENTITY[allowed[0]][0] == "B" else "I-LOC?" if allowed and data.ENTITY[allowed[0]][0] == "I" else "O")
        if start is not None and not label.startswith("I-"):
            out.append((start, i, kind))
            start = None
        if label.startswith("B-"):
            start, kind = i, label[2:]
    return out


def words_of(window):
    """The pieces of each word."""
    out = [[] for _ in range(window.count)]
    for piece, owner in zip(window.pieces, window.owner):
        if owner >= 0:
            out[owner].append(piece)
    return out


def pool(windows):
    """All names by type, each as the pieces of its words; every name once."""
    seen = {}
    for w in windows:
        if w.entity is None:
            continue
        pieces = words_of(w)
        for a, b, kind in runs(w):
            if not any(w.proclitic.get(i) or w.enclitic.get(i) for i in range(a, b)):
                seen.setdefault(kind, {})[tuple(tuple(pieces[i]) for i in range(a, b))] = None
    return {kind: list(names) for kind, names in sorted(seen.items())}


def swapped(window, names, rng):
    """The window with some names replaced, or the window itself."""
    if window.entity is None or rng.random() < 0.5:
        return window
    pieces, plan, told = words_of(window), {}, {}
    busy = set(window.status) | {r for r, _ in window.rows}
    for a, b, kind in runs(window):
        if any(window.proclitic.get(i) or window.enclitic.get(i) or i in busy or window.cue is not None and window.cue[i] or window.trigger is not None and window.trigger[i] for i in range(a, b)):
            continue
        old = tuple(tuple(pieces[i]) for i in range(a, b))
        if old not in told:
            told[old] = rng.choice(names[kind]) if kind in names and rng.random() < RATE else None
        if told[old]:
            plan[a] = (b, told[old])
    if not plan:
        return window
    # Where each old word goes: a name's first word to its first, its last to all that are left.
    to, new, at = {}, [], 0
    while at < window.count:
        if at in plan:
            end, name = plan[at]
            first = len(new)
            new += [list(p) for p in name]
            for i in range(at, end):
                to[i] = [first] if i == at else list(range(first + 1, len(new)))
            if end - at == 1:
                to[at] = list(range(first, len(new)))
            at = end
        else:
            to[at] = [len(new)]
            new.append(pieces[at])
            at += 1
    if sum(map(len, new)) > 505:
        return window
    out = data.Window([0], [-1], len(new))
    for k, p in enumerate(new):
        out.pieces += p
        out.owner += [k] * len(p)
    out.pieces.append(2)
    out.owner.append(-1)
    out.entity = [None] * len(new)
    for i in range(window.count):
        for k in to[i]:
            out.entity[k] = window.entity[i]
    for a, (b, name) in plan.items():
        first = to[a][0]
        start = window.entity[a]
        for k in range(first, first + len(name)):
            out.entity[k] = start if k == first else [e + 1 for e in start]
    if window.trigger is not None:
        out.trigger, out.cue = [0] * len(new), [0] * len(new)
        for i in range(window.count):
            if window.trigger[i] or window.cue[i]:
                out.trigger[to[i][0]], out.cue[to[i][0]] = window.trigger[i], window.cue[i]
    for name in ("status", "proclitic", "enclitic"):
        setattr(out, name, {to[i][0]: v for i, v in getattr(window, name).items() if to[i]})
    out.rows = [(to[i][0], kind) for i, kind in window.rows]
    # A relation with any word of a name is one with the whole.
    whole = {}
    for a, (b, name) in plan.items():
        span = list(range(to[a][0], to[a][0] + len(name)))
        whole.update({i: span for i in range(a, b)})
    out.pairs = sorted({(r, k, relation) for r, i, relation in window.pairs for k in whole.get(i, to[i])})
    out.ignore = sorted({(r, k, relation) for r, i, relation in window.ignore for k in whole.get(i, to[i])})
    out.record = window.record
    return out
