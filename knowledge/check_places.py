#!/usr/bin/env python3
"""List places of our tables that lie far from a reference's place of the same state and Arabic name.

usage: check_places.py WOF.tsv.gz [KM]

WOF.tsv.gz: an extract of Who's On First as docs/packs.md describes it; it stays where it is, nothing of it is written.
A row is listed when the nearest namesake of the reference (same state, same folded Arabic name) is more than KM (30) away:
the file, our row, the distance and that namesake. A list to look at, not of faults: the reference errs too, and a village
may have a namesake that it lacks. Prints how many rows were compared and how many are listed.
"""
import csv, glob, gzip, math, os, re, sys

HERE = os.path.dirname(os.path.abspath(__file__))


def fold(name):
    return re.sub(r"^ال", "", re.sub(r"[\u064B-\u0652\u0640]", "", name.strip()).translate(str.maketrans("أإآىة", "اااية"))).replace(" ال", " ")


def kilometres(a, b):
    p, q = math.radians(a[0]), math.radians(b[0])
    h = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 12742 * math.asin(min(1, math.sqrt(h)))


def ours():
    for path in sorted(glob.glob(os.path.join(HERE, "places", "*.tsv"))):
        with open(path, encoding="utf-8") as f:
            for line, r in enumerate(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE), 2):
                yield f"{os.path.basename(path)}:{line}", os.path.basename(path)[:-4], r["names_ar"], r["name"], r["kind"], r["lat"], r["lon"]
    with open(os.path.join(HERE, "gazetteer.tsv"), encoding="utf-8") as f:
        for line, r in enumerate(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE), 2):
            if r["kind"] == "admin2":
                yield f"gazetteer.tsv:{line}", r["iso2"], r["names_ar"], r["name"], r["kind"], r["lat"], r["lon"]


def main(path, limit=30):
    reference = {}
    with gzip.open(path, "rt", encoding="utf-8") as f:
        for r in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE):
            if r["lat"] and r["placetype"] != "country":
                for name in [r["name_ar"], *r["variants_ar"].split("|")]:
                    reference.setdefault((r["cc"], fold(name)), []).append(((float(r["lat"]), float(r["lon"])), r["placetype"], r["name_latin"]))
    compared = listed = 0
    for where, state, names, name, kind, lat, lon in ours():
        at = (float(lat), float(lon)) if lat else None
        same = [p for n in names.split("|") for p in reference.get((state, fold(n)), [])] if at and kind not in ("country", "region", "natural") else []
        if not same:
            continue
        compared += 1
        near = min(same, key=lambda p: kilometres(at, p[0]))
        away = kilometres(at, near[0])
        if away > (2 * limit if kind == "admin1" else limit):
            listed += 1
            print(f"{where}\t{names}\t{name}\t{kind}\t{lat}\t{lon}\t{away:.0f} km\t{near[1]} {near[2]} {near[0][0]:.2f} {near[0][1]:.2f}")
    print(f"{compared} rows compared, {listed} farther than {limit} km", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(sys.argv[1], *map(float, sys.argv[2:]))
