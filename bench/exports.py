"""Exports as other people's programs open them.

    python -m venv V; V/bin/pip install duckdb pyarrow pandas openpyxl shapely frictionless
    V/bin/python bench/exports.py LEDGER [--marsad target/release/marsad] [--peers SHARED/peers] [--rows 20]

Every table in every format is written from the ledger and opened by DuckDB, pyarrow, pandas, openpyxl, shapely and
frictionless; the rows, and of one column the values, have to be those of the JSON lines. GDELT's columns are compared with
the peers' own headers, ACLED's with its 31. What is wrong is said and makes the exit code 1. `--rows` prints that many
incidents in the columns of ACLED and GDELT above the sentences that they were made from, to be read by a person.
"""
import argparse, collections, csv, hashlib, json, os, random, subprocess, sys, tempfile, time, zipfile

ACLED = """event_id_cnty event_date year time_precision disorder_type event_type sub_event_type actor1 assoc_actor_1 inter1 actor2
assoc_actor_2 inter2 interaction civilian_targeting iso region country admin1 admin2 admin3 location latitude longitude geo_precision
source source_scale notes fatalities tags timestamp""".split()
# What ACLED's codebook allows.
EVENT_TYPES = {"Battles", "Protests", "Riots", "Explosions/Remote violence", "Violence against civilians", "Strategic developments"}
INTERS = {"State forces", "Rebel group", "Political militia", "Identity militia", "Rioters", "Protesters", "Civilians", "External/Other forces", ""}
WHATS = ["incidents", "events", "claims", "reports", "actors", "deletions"]
faults = []


def check(ok, what):
    print(("ok    " if ok else "WRONG ") + what)
    if not ok:
        faults.append(what)


def export(args, folder, *arguments):
    """The file, the seconds and the megabytes that writing it took."""
    path = os.path.join(folder, arguments[-1])
    start = time.time()
    # By way of a small process: a child's peak counts what its parent held when it was started.
    measure = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stderr=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    command = [args.marsad, "export", *arguments[:-1], "--out", path, "--force", "--ledger", args.ledger]
    peak = int(subprocess.run([sys.executable, "-c", measure, *command], check=True, stdout=subprocess.PIPE).stdout)
    return path, time.time() - start, peak / 1024


def tables(args, folder):
    import duckdb, openpyxl, pandas, pyarrow.csv, pyarrow.json, pyarrow.parquet
    for what in WHATS:
        since = ["--updated-since", "2000-01-01"] if what == "deletions" else []
        path, seconds, memory = export(args, folder, what, *since, "--format", "jsonl", what + ".jsonl")
        rows = [json.loads(line) for line in open(path, encoding="utf-8")]
        ids = [str(r["id"]) for r in rows]
        print(f"\n{what}: {len(rows)} rows, JSON lines in {seconds:.1f} s and {memory:.0f} MB")
        if rows:
            duck = duckdb.sql(f"select id from read_json('{path}', format='newline_delimited', sample_size=-1)").fetchall()
            check([str(r[0]) for r in duck] == ids, "jsonl: DuckDB")
            block = pyarrow.json.ReadOptions(block_size=1 << 28)
            check([str(x) for x in pyarrow.json.read_json(path, read_options=block)["id"].to_pylist()] == ids, "jsonl: pyarrow")
        path, *_ = export(args, folder, what, *since, "--format", "parquet", what + ".parquet")
        table = pyarrow.parquet.read_table(path)
        check([str(x) for x in table["id"].to_pylist()] == ids, "parquet: pyarrow")
        check([r[0] for r in duckdb.sql(f"select id from '{path}'").fetchall()] == ids, "parquet: DuckDB")
        check(list(pandas.read_parquet(path)["id"]) == ids, "parquet: pandas")
        lists = [n for n in table.column_names if str(table.schema.field(n).type).startswith("list")]
        check(all(table[n].to_pylist() == [r[n] for r in rows] for n in lists), f"parquet: the lists {', '.join(lists) or '(none)'}")
        path, *_ = export(args, folder, what, *since, "--format", "csv", what + ".csv")
        text = pandas.read_csv(path, dtype=str, keep_default_na=False)
        check(list(text["id"]) == ids, "csv: pandas")
        check([r[0] for r in duckdb.sql(f"select id from read_csv('{path}', all_varchar=true, header=true, quote='\"', escape='\"')").fetchall()] == ids, "csv: DuckDB")
        options = pyarrow.csv.ParseOptions(newlines_in_values=True)
        check(pyarrow.csv.read_csv(path, parse_options=options, read_options=pyarrow.csv.ReadOptions(block_size=1 << 28)).num_rows == len(rows), "csv: pyarrow")
        path, *_ = export(args, folder, what, *since, "--format", "csv-excel", what + "-excel.csv")
        check(open(path, "rb").read(3) == b"\xef\xbb\xbf" and list(pandas.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")["id"]) == ids, "csv-excel: pandas")
        path, seconds, memory = export(args, folder, what, *since, "--format", "xlsx", what + ".xlsx")
        sheet = openpyxl.load_workbook(path, read_only=True).active
        cells = sheet.iter_rows(values_only=True)
        at = next(cells).index("id")
        check([str(r[at]) for r in cells] == ids, f"xlsx: openpyxl ({seconds:.1f} s, {memory:.0f} MB)")


def maps(args, folder):
    import shapely
    for what in ["incidents", "events"]:
        path, *_ = export(args, folder, what, "--format", "geojson", what + ".geojson")
        features = json.load(open(path, encoding="utf-8"))["features"]
        shapes = [shapely.geometry.shape(f["geometry"]) if f["geometry"] else None for f in features]
        shown = [s for s in shapes if s is not None]
        check(all(s.is_valid and s.geom_type in ("Point", "Polygon") for s in shown), f"geojson: shapely, {what}: {len(features)}, {len(shown)} with a place")
        check(all(s.geom_type != "Polygon" or shapely.geometry.Polygon(s.exterior).exterior.is_ccw for s in shown), "geojson: areas run counter-clockwise (RFC 7946)")


def read_tsv(path, names):
    rows = [line.rstrip("\n").split("\t") for line in open(path, encoding="utf-8")]
    return rows, [dict(zip(names, r)) for r in rows]


def layouts(args, folder):
    path, *_ = export(args, folder, "incidents", "--format", "acled", "acled.csv")
    acled = list(csv.DictReader(open(path, encoding="utf-8")))
    print()
    check(list(acled[0])[:31] == ACLED, "acled: the 31 columns in their order")
    check({r["event_type"] for r in acled} <= EVENT_TYPES, "acled: event types")
    check({r[c] for r in acled for c in ("inter1", "inter2")} <= INTERS, "acled: kinds of actors")
    check({r["time_precision"] for r in acled} <= {"1", "2", "3", ""} and {r["geo_precision"] for r in acled} <= {"1", "2", "3", ""}, "acled: precision codes")
    check(all(r["civilian_targeting"] for r in acled if r["event_type"] == "Violence against civilians"), "acled: violence against civilians targets civilians")
    check(all(not (r["inter1"] == "Civilians" and r["event_type"] == "Battles" and r["inter2"] == "Civilians") for r in acled), "acled: no battle of civilians")
    check(all(r["actor1"] != r["actor2"] or not r["actor1"] or "(" in r["actor1"] for r in acled), "acled: nobody is on both sides")
    check(all(r["fatalities"].isdigit() for r in acled), "acled: fatalities are numbers")
    check(all(r["interaction"] in (f"{r['inter1']}-{r['inter2']}", f"{r['inter1']} only", "") for r in acled), "acled: interaction is made of both kinds")
    print("      " + ", ".join(f"{n} {t}" for t, n in collections.Counter(r["sub_event_type"] for r in acled).most_common()))
    gdelt, names = None, [line.split("\t")[1] for line in open(os.path.join(os.path.dirname(__file__), "../knowledge/export/columns.tsv"), encoding="utf-8") if line.startswith("gdelt_events\t")]
    mentions = [line.split("\t")[1] for line in open(os.path.join(os.path.dirname(__file__), "../knowledge/export/columns.tsv"), encoding="utf-8") if line.startswith("gdelt_mentions\t")]
    if args.peers:
        at = os.path.join(args.peers, "gdelt_headers")
        theirs = [r[0] for r in csv.reader(open(os.path.join(at, "GDELT_2.0_Events_Column_Labels_Header_Row_Sep2016.csv"), encoding="latin-1"))][1:]
        check(names == theirs and len(names) == 61, "gdelt: the 61 columns are the peers'")
        lines = [line.split("\t") for line in open(os.path.join(at, "GDELT_2.0_eventMentions_Column_Labels_Header_Row_Sep2016.tsv"), encoding="utf-8", errors="replace")]
        held = {cell.strip() for line in lines for cell in line[:2]}
        check(len(mentions) == 16 and all(m in held for m in mentions), f"gdelt-mentions: the 16 columns are the peers' {[m for m in mentions if m not in held]}")
        cameo = {line.split(":")[0].strip() for line in open(os.path.join(args.peers, "CAMEO2PLOVER-2021.txt"), encoding="utf-8", errors="replace") if line[:2].isdigit()}
    path, *_ = export(args, folder, "incidents", "--format", "gdelt", "gdelt.tsv")
    raw, gdelt = read_tsv(path, names)
    check(all(len(r) == 61 for r in raw), f"gdelt: {len(raw)} rows of 61 cells")
    check(all(r["EventCode"].startswith(r["EventBaseCode"]) and r["EventBaseCode"].startswith(r["EventRootCode"]) and len(r["EventRootCode"]) == 2 for r in gdelt), "gdelt: base and root are the code's beginnings")
    if args.peers:
        strange = {r["EventCode"] for r in gdelt} - cameo
        check(not strange, f"gdelt: the event codes are CAMEO's {sorted(strange)}")
    quad = lambda code: 1 if code < "06" else 2 if code < "09" else 3 if code < "14" else 4
    check(all(quad(r["EventRootCode"]) == int(r["QuadClass"]) for r in gdelt), "gdelt: QuadClass follows from the root code")
    check(all(0 <= float(r["FractionDate"]) % 1 < 1 and r["FractionDate"][:4] == r["Year"] for r in gdelt if r["Year"]), "gdelt: FractionDate lies in its year")
    path, *_ = export(args, folder, "events", "--format", "gdelt-mentions", "mentions.tsv")
    raw, rows = read_tsv(path, mentions)
    check(all(len(r) == 16 for r in raw), f"gdelt-mentions: {len(raw)} rows of 16 cells")
    check(all(len(r["MentionTimeDate"]) == 14 and int(r["SentenceID"]) >= 1 and int(r["ActionCharOffset"]) < int(r["MentionDocLen"]) for r in rows), "gdelt-mentions: times, sentences and offsets")
    known = {r["GLOBALEVENTID"] for r in gdelt}
    check(sum(r["GLOBALEVENTID"] in known for r in rows) > 0, f"gdelt-mentions: {sum(r['GLOBALEVENTID'] in known for r in rows)} lead to an event")
    return acled, gdelt


def bundle(args, folder):
    import frictionless
    path, seconds, memory = export(args, folder, "--format", "bundle", "--parquet", "one.zip")
    again, *_ = export(args, folder, "--format", "bundle", "--parquet", "two.zip")
    print(f"\nbundle: {os.path.getsize(path) / 1e6:.1f} MB in {seconds:.1f} s and {memory:.0f} MB")
    check(open(path, "rb").read() == open(again, "rb").read(), "the same bytes twice")
    into = os.path.join(folder, "bundle")
    zipfile.ZipFile(path).extractall(into)
    manifest = json.load(open(os.path.join(into, "manifest.json"), encoding="utf-8"))
    for file in manifest["files"]:
        data = open(os.path.join(into, file["name"]), "rb").read()
        if (len(data), hashlib.sha256(data).hexdigest()) != (file["bytes"], file["sha256"]):
            check(False, f"{file['name']} is not as the manifest says")
    listed = subprocess.run([args.marsad, "incidents", "--json", "--limit", "0", "--ledger", args.ledger], stdout=subprocess.PIPE, check=True).stdout.count(b"\n")
    stats = json.loads(subprocess.run([args.marsad, "stats", "--json", "--ledger", args.ledger], stdout=subprocess.PIPE, check=True).stdout)
    rows = {f["name"]: f["rows"] for f in manifest["files"]}
    check((rows["incidents.csv"], rows["events.csv"], rows["reports.csv"]) == (listed, stats["mentions"], stats["reports"]), f"the manifest counts what `marsad incidents` and `stats` count: {rows}")
    report = frictionless.validate(os.path.join(into, "datapackage.json"))
    check(report.valid, f"frictionless {frictionless.__version__}: datapackage.json and its tables {report.flatten(['title', 'note'])[:3]}")


def look(args, folder, acled, gdelt):
    events = collections.defaultdict(list)
    for line in open(os.path.join(folder, "events.jsonl"), encoding="utf-8"):
        event = json.loads(line)
        events[event["incident"]].append(event)
    held = {r["marsad_id"]: r for r in acled}
    for row in random.Random(args.seed).sample(gdelt, min(args.rows, len(gdelt))):
        own = f"{int(row['GLOBALEVENTID']):015x}"
        print(f"\n{own} GDELT {row['SQLDATE']} | {row['Actor1Code']} {row['Actor1Name']} → {row['Actor2Code']} {row['Actor2Name']} | {row['EventCode']} | {row['ActionGeo_Type']} {row['ActionGeo_FullName']}")
        a = held.get(own)
        if a:
            print(f"  ACLED {a['event_date']} /{a['time_precision']} | {a['sub_event_type']} | {a['actor1']} [{a['assoc_actor_1']}] ({a['inter1']}) → {a['actor2']} [{a['assoc_actor_2']}] ({a['inter2']}) | {a['location']} /{a['geo_precision']} | {a['fatalities']} ({a['fatalities_low']} to {a['fatalities_high']})")
        for e in events[own][:4]:
            print(f"    {e['published'][:10] if e['published'] else '?'} {e['type']} {e['mode']} {e['trigger']}: {e['quote'][:300]}")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("ledger")
    options.add_argument("--marsad", default=os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "target/release/marsad"))
    options.add_argument("--peers")
    options.add_argument("--rows", type=int, default=0)
    options.add_argument("--seed", type=int, default=1)
    args = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tables(args, folder)
        maps(args, folder)
        acled, gdelt = layouts(args, folder)
        bundle(args, folder)
        look(args, folder, acled, gdelt)
    print(f"\n{len(faults)} wrong")
    sys.exit(bool(faults))


main()
