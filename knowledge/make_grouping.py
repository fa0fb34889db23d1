"""Fits the weights of grouping.tsv to the pairs of the tune half of tests/gold/incidents.jsonl.

    cargo run --release --example group -- SHARED/news tests/gold/incidents.jsonl LEDGER --half tune --pairs pairs.tsv
    python3 knowledge/make_grouping.py pairs.tsv

Logistic regression with a ridge; needs numpy. Each act of the gold weighs as its reports, not as their pairs, and three pairs
in ten are taken to be one. What cannot speak against (or for) two acts being one gets no weight that does, and what must
count at least so much (places too far apart, other states) is held there: the pairs are of acts that look alike, and do not
show what those of a whole news day are. Thresholds (`edge`, `merge`, `missing`, `same_report`, `crowd`, `attach`) stay as
they are; they were chosen by trial on the tune half.
"""

import sys
from pathlib import Path

import numpy as np

TABLE = Path(__file__).parent / "grouping.tsv"
RIDGE, PRIOR = 10.0, 0.3
FOR = {"kind_same", "place_same", "place_near", "day_same", "day_open", "actor", "recipient", "code", "trigger", "toll_same", "words", "matter", "meaning", "copy", "heads"}
AT_MOST = {"kind_other": -0.7, "place_far": -2.0, "state_other": -3.0, "day_next": -0.5, "day_far": -2.0, "strangers": -0.5, "toll_far": -1.0}


def fit(x, y, w, low, high):
    x = np.hstack([x, np.ones((len(x), 1))])
    ridge = np.append(np.full(x.shape[1] - 1, RIDGE), 0.0)
    weights = np.clip(np.zeros(x.shape[1]), low, high)
    for _ in range(400):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ ((p - y) * w) + ridge * weights
        curve = (x * (w * p * (1 - p) + 1e-9)[:, None]).T @ x + np.diag(ridge + 1e-6)
        free = ~(((weights <= low) & (slope > 0)) | ((weights >= high) & (slope < 0)))
        step = np.zeros_like(weights)
        step[free] = np.linalg.solve(curve[np.ix_(free, free)], slope[free])
        moved = np.clip(weights - step, low, high)
        if np.abs(moved - weights).max() < 1e-6:
            break
        weights = moved
    return weights


def main(pairs):
    head, *rows = [line.rstrip("\n").split("\t") for line in open(pairs, encoding="utf-8")]
    names = head[3:]
    y = np.array([float(r[0]) for r in rows])
    w = np.array([float(r[2]) for r in rows])
    x = np.array([[float(v) for v in r[3:]] for r in rows])
    w = np.where(y == 1, w * PRIOR / w[y == 1].sum(), w * (1 - PRIOR) / w[y == 0].sum()) * len(y)
    low = np.array([0.0 if n in FOR else -9.0 for n in names] + [-99.0])
    high = np.array([AT_MOST.get(n, 9.0) for n in names] + [99.0])
    found = dict(zip(names + ["bias"], fit(x, y, w, low, high)))
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    for n, line in enumerate(lines[1:], 1):
        name, value, meaning = line.split("\t")
        if name in found:
            value = f"{found[name]:.2f}"
        lines[n] = f"{name}\t{value}\t{meaning}"
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
