#!/usr/bin/env python3
"""Make latin.tsv: Latin forms of given names and surnames, one for each Arabic spelling.

usage: make_latin.py > latin.tsv

Needs the packages arabnamer 0.1.3 (CC BY 4.0) and arabic-name-romanizer 0.2 (MIT); see ATTRIBUTION.md. Takes single words
only, the form that the sources count most for each, and leaves out what is shorter than three letters.
"""
import collections, importlib.util, json, os, re, sqlite3

LIMIT = 14000
# Parts of names, which the sources lack or have as names of their own.
PARTS = {"عبد": "Abd", "بن": "bin", "بنت": "bint", "ال": "Al", "الله": "Allah", "الدين": "Al-Din", "الرحمن": "Al-Rahman", "فان": "van", "دي": "de", "دو": "do"}


def home(package):
    return os.path.dirname(importlib.util.find_spec(package).origin)


def fold(word):
    word = re.sub("[\u064b-\u0652\u0670\u0640]", "", word)
    return word.translate(str.maketrans("أإآٱىئؤةگپچژڤیک", "ااااييوهكبجزفيك"))


def arabic(word):
    return re.fullmatch("[\u0621-\u064a\u067e\u0686\u0698\u06a4\u06af\u06cc\u06a9]{3,14}", word)


counts, shown = collections.defaultdict(collections.Counter), {}
base = sqlite3.connect(os.path.join(home("arabic_name_romanizer"), "resources", "names.sqlite3"))
for key, latin, count in base.execute("select arabic_key, latin, sum(count) from units where country not in ('IR', 'AF', 'PK') group by 1, 2"):
    if arabic(key) and re.fullmatch("[A-Za-z'’-]{2,16}", latin):
        counts[fold(key)][latin[:1].upper() + latin[1:].lower()] += count
foreign = json.load(open(os.path.join(home("arabnamer"), "data", "dict_FINAL.json"), encoding="utf-8"))
found = collections.defaultdict(collections.Counter)
for latin, name in foreign.items():
    if arabic(name) and re.fullmatch("[a-z'’-]{2,16}", latin):
        # Of several Latin names of one Arabic spelling the shortest is the usual one.
        found[fold(name)]["-".join(p[:1].upper() + p[1:] for p in latin.split("-"))] = -len(latin)
table = {}
ranked = sorted(counts.items(), key=lambda item: (-sum(item[1].values()), item[0]))
for key, forms in ranked[:LIMIT]:
    table[key] = min(forms.items(), key=lambda f: (-f[1], f[0]))[0]
for key, forms in found.items():
    table.setdefault(key, min(forms.items(), key=lambda f: (-f[1], f[0]))[0])
table.update(PARTS)
print("ar\tlatin")
for key in sorted(table):
    print(f"{key}\t{table[key]}")
