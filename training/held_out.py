#!/usr/bin/env python3
"""Copies the event records that a fold keeps out of training, for the guide's scorer.

usage: held_out.py SHARED FOLD OUT_DIR
"""
import json, os, sys
from data import held_out


def main(shared, fold, out):
    os.makedirs(out, exist_ok=True)
    for name in ("detect.jsonl", "spans.jsonl"):
        with open(os.path.join(shared, "gold", "event_gsr", name), encoding="utf-8") as f, open(os.path.join(out, name), "w", encoding="utf-8") as o:
            o.writelines(line for line in f if held_out(json.loads(line)["id"], int(fold)))


if __name__ == "__main__":
    main(*sys.argv[1:])
