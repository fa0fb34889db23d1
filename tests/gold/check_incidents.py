#!/usr/bin/env python3
"""Checks incidents.jsonl against the articles it points into.

    python3 tests/gold/check_incidents.py ../shared

Prints counts, then every fault with the line it stands on; leaves with 1 if there is any, with 2 if it could not run.
"""

import collections
import datetime
import gzip
import json
import pathlib
import re
import sys

FIELDS = ["act", "what", "type", "day", "place", "country", "reports", "neighbours", "half"]
TYPES = set(
    "AGREE CONSULT SUPPORT CONCEDE COOPERATE AID RETREAT REQUEST ACCUSE REJECT THREATEN PROTEST SANCTION "
    "MOBILIZE COERCE ASSAULT OTHER".split()
)
# A report may come before the act's day by one (time zones, papers dated ahead), and after it by the follow-ups of a week;
# deaths that an army told of weeks later are as late as that.
EARLY, LATE = 1, 18


def articles(shared):
    found = {}
    for name in ("ant_multisource.jsonl.gz", "saudinewsnet.jsonl.gz"):
        path = pathlib.Path(shared) / "news" / name
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                article = json.loads(line)
                found.setdefault(article["id"], (article["source"], article["published"][:10]))
    return found


def faults(number, act, known, names):
    def fault(text):
        return f"line {number}, {act.get('act')}: {text}"

    if list(act) != FIELDS:
        yield fault(f"fields are {list(act)}, expected {FIELDS}")
        return
    if act["act"] in names:
        yield fault("the name stands twice")
    if act["half"] not in ("tune", "test"):
        yield fault(f"half is {act['half']!r}")
    if act["type"] not in TYPES:
        yield fault(f"unknown type {act['type']!r}")
    if not re.fullmatch("[A-Z]{2}", act["country"] or ""):
        yield fault(f"country is {act['country']!r}, expected two letters")
    if re.search("[\u0600-\u06ff]", act["what"]):
        yield fault("the description is to be in English")
    both = set(act["reports"]) & set(act["neighbours"])
    if both:
        yield fault(f"both report and neighbour: {sorted(both)}")
    for field in ("reports", "neighbours"):
        for identity, times in collections.Counter(act[field]).items():
            if times > 1:
                yield fault(f"{identity} stands {times} times in {field}")
            if identity not in known:
                yield fault(f"{identity} of {field} is in neither file")
    reports = [known[i] for i in act["reports"] if i in known]
    if len(reports) < 3 or len({source for source, _ in reports}) < 2:
        yield fault("fewer than three reports or than two outlets")
    day = datetime.date.fromisoformat(act["day"])
    for identity in act["reports"]:
        if identity in known:
            after = (datetime.date.fromisoformat(known[identity][1]) - day).days
            if not -EARLY <= after <= LATE:
                yield fault(f"{identity} is of {known[identity][1]}, {after} days from the act")


def main():
    if len(sys.argv) != 2:
        print(__doc__.strip())
        return 2
    try:
        known = articles(sys.argv[1])
    except OSError as error:
        print(f"cannot read the articles: {error}; give the folder that holds news/")
        return 2
    acts, found = [], []
    gold = pathlib.Path(__file__).with_name("incidents.jsonl")
    for number, line in enumerate(gold.read_text(encoding="utf-8").splitlines(), 1):
        act = json.loads(line)
        found += faults(number, act, known, {other["act"] for other in acts})
        acts.append(act)
    halves = collections.defaultdict(set)
    for act in acts:
        halves[act["half"]].update(act["reports"])
    shared_reports = halves["tune"] & halves["test"]

    print(f"{len(acts)} acts")
    for title, key in (("year", lambda a: a["day"][:4]), ("half", lambda a: a["half"]), ("type", lambda a: a["type"])):
        counts = collections.Counter(map(key, acts))
        print(f"  by {title}: " + ", ".join(f"{name} {counts[name]}" for name in sorted(counts)))
    reports = [i for act in acts for i in act["reports"]]
    outlets = [len({known[i][0] for i in act["reports"] if i in known}) for act in acts]
    print(f"{len(reports)} listings of {len(set(reports))} reports, {len(set(reports)) and len(reports) / len(acts):.1f} an act")
    print(f"{sum(n >= 3 for n in outlets)} acts of three outlets or more")
    neighbours = {i for act in acts for i in act["neighbours"]}
    print(f"{len(neighbours)} neighbours, {len(neighbours & set(reports))} of them reports of other acts")
    print(f"{len(shared_reports)} reports stand in both halves (round-ups): leave them out of a measurement of one half")
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
