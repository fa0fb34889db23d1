//! A small ledger in every format, as its users get it.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn marsad(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_marsad")).args(args).current_dir(folder).env_remove("MARSAD_LEDGER").stdin(Stdio::null()).output().expect("the program starts")
}

fn done(folder: &Path, args: &[&str]) -> String {
    let out = marsad(folder, args);
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).expect("UTF-8")
}

/// Where words stand in a text, in characters.
fn mark(text: &str, words: &str) -> Value {
    let byte = text.find(words).expect("the words stand in the text");
    let start = text[..byte].chars().count();
    json!({"start": start, "end": start + words.chars().count(), "text": words})
}

fn with(mut mark: Value, more: &Value) -> Value {
    for (key, value) in more.as_object().expect("an object") {
        mark[key] = value.clone();
    }
    mark
}

/// An attack in Kirkuk with four dead, and a visit to Cairo.
fn prepared() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let attack = "هاجم مسلحون مركزا للشرطة في كركوك صباح الأحد فقتل أربعة من رجال الشرطة، بحسب مصدر طبي. وأغلقت القوات الطرق المؤدية إلى المكان.";
    let visit = "زار وزير الخارجية العراقي القاهرة يوم الثلاثاء وبحث مع نظيره المصري التعاون بين البلدين في مجالي الطاقة والنقل.";
    let place = |text: &str, words: &str, name: &str, country: &str, lat: f64, lon: f64| {
        with(mark(text, words), &json!({"name": name, "country": country, "admin1": name, "admin2": null, "lat": lat, "lon": lon, "kind": "city", "geonames": 94787, "confidence": 0.9}))
    };
    let party = |text: &str, words: &str, code: &str| with(mark(text, words), &json!({"code": code, "name": null, "entity": null}));
    let event = |trigger: Value, kind: &str, mode: &[&str], place: Value, date: &str| {
        json!({"trigger": trigger, "type": kind, "mode": mode, "context": [], "status": "actual", "actor": [], "recipient": [], "place": place, "date": date,
            "killed": null, "injured": null, "according_to": null, "quad": if kind == "ASSAULT" { 4 } else { 1 }, "confidence": 0.75})
    };
    let mut one = event(mark(attack, "هاجم"), "ASSAULT", &["armed"], place(attack, "كركوك", "Kirkuk", "IQ", 35.47, 44.39), "2026-03-01");
    one["actor"] = json!([party(attack, "مسلحون", "IRQ REB")]);
    one["killed"] = json!({"text": "أربعة", "min": 4, "max": 4});
    one["according_to"] = with(mark(attack, "مصدر طبي"), &json!({"name": null}));
    let other = event(mark(visit, "زار"), "CONSULT", &["visit"], place(visit, "القاهرة", "Cairo", "EG", 30.06, 31.25), "2026-03-03");
    let (mut news, mut readings) = (String::new(), String::new());
    for (id, text, day, event) in [("a", attack, "2026-03-01", one), ("b", visit, "2026-03-03", other)] {
        news += &format!("{}\n", json!({"id": id, "text": text, "title": format!("خبر {id}"), "source": "صحيفة", "url": format!("https://example.org/{id}"), "published": day}));
        let reading = json!({"id": id, "source": "صحيفة", "published": day, "title": null, "lang": "ar", "entities": [], "places": [], "dates": [], "statements": [], "events": [event],
            "model": {"program": "0", "weights": "0", "knowledge": "0"}});
        readings += &format!("{reading}\n");
    }
    fs::write(folder.path().join("news.jsonl"), news).expect("written");
    fs::write(folder.path().join("readings.jsonl"), readings).expect("written");
    done(folder.path(), &["add", "news.jsonl", "--readings", "readings.jsonl", "--ledger", "l"]);
    folder
}

fn export(folder: &Path, what: &str, format: &str, more: &[&str]) -> String {
    done(folder, &[&["export", what, "--format", format, "--ledger", "l"], more].concat())
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect()
}

#[test]
fn json_lines_say_what_the_report_says_and_a_filter_picks_its_incident() {
    let folder = prepared();
    let at = folder.path();
    let all = lines(&export(at, "incidents", "jsonl", &[]));
    assert_eq!(all.len(), 2);
    let killed = lines(&export(at, "incidents", "jsonl", &["--type", "assault"]));
    assert_eq!((killed.len(), &killed[0]["killed"], &killed[0]["place_name"], &killed[0]["admin1"]), (1, &4.into(), &"Kirkuk".into(), &"Kirkuk".into()));
    assert_eq!(killed[0]["attribution"], json!(["مصدر طبي"]));
    let events = lines(&export(at, "events", "jsonl", &["--country", "iq"]));
    assert_eq!((events.len(), &events[0]["incident"], &events[0]["document"]), (1, &killed[0]["id"], &"a".into()));
    assert!(events[0]["quote"].as_str().expect("a sentence").starts_with("هاجم مسلحون"));
    assert_eq!(lines(&export(at, "events", "jsonl", &[])).len(), 2);
    let claims = lines(&export(at, "claims", "jsonl", &["--place", "كركوك"]));
    assert!(claims.iter().any(|c| c["slot"] == "killed" && c["value"] == "4" && c["speaker"] == "مصدر طبي"), "{claims:?}");
    let reports = lines(&export(at, "reports", "jsonl", &[]));
    assert_eq!((reports.len(), &reports[0]["n_articles"], &reports[0]["n_events"]), (2, &1.into(), &1.into()));
    assert_eq!(lines(&export(at, "reports", "jsonl", &["--after", "2026-03-02"]))[0]["document"], json!(["b"]));
}

#[test]
fn tables_maps_acled_and_gdelt_hold_the_same_rows() {
    let folder = prepared();
    let at = folder.path();
    let csv = export(at, "incidents", "csv", &["--hxl"]);
    let rows: Vec<&str> = csv.lines().collect();
    assert!(rows.len() == 4 && rows[0].starts_with("id,type,") && rows[1].starts_with("#event+id,#event+type,"), "header, tags and two incidents: {csv}");
    assert!(rows[2].contains(",CONSULT,") && rows[3].contains(",ASSAULT,"), "the latest first: {csv}");
    let map: Value = serde_json::from_str(&export(at, "incidents", "geojson", &["--type", "assault"])).expect("JSON");
    assert_eq!(map["features"][0]["geometry"], json!({"type": "Point", "coordinates": [44.39, 35.47]}));
    let gdelt = export(at, "incidents", "gdelt", &[]);
    let cells: Vec<&str> = gdelt.lines().nth(1).expect("the attack").split('\t').collect();
    assert_eq!((gdelt.lines().count(), cells.len(), cells[1], cells[60]), (2, 61, "20260301", "https://example.org/a"));
    let mentions = export(at, "events", "gdelt-mentions", &[]);
    assert!(mentions.lines().count() == 2 && mentions.lines().all(|l| l.split('\t').count() == 16));
    assert_eq!(export(at, "incidents", "acled", &[]).lines().count(), 2, "a header and the attack: ACLED has no visits");
    for (format, file, magic) in [("parquet", "i.parquet", "PAR1".as_bytes()), ("xlsx", "i.xlsx", b"PK"), ("csv-excel", "i.csv", "\u{feff}id,".as_bytes())] {
        for what in ["incidents", "events", "claims", "reports"] {
            assert_eq!(export(at, what, format, &["--out", file, "--force"]), "");
            assert!(fs::read(at.join(file)).expect("the file").starts_with(magic), "{what} as {format}");
        }
    }
    assert!(fs::read_dir(at).expect("the folder").filter_map(Result::ok).all(|f| f.path().extension().is_none_or(|e| e != "part")), "no half file is left");
}

#[test]
fn what_stands_there_is_kept_and_what_does_not_fit_is_refused() {
    let folder = prepared();
    let at = folder.path();
    fs::write(at.join("mine.csv"), "mine").expect("written");
    let refused = |args: &[&str], reason: &str| {
        let out = marsad(at, &[&["export"], args, &["--ledger", "l"]].concat());
        assert!(out.status.code() == Some(2) && String::from_utf8_lossy(&out.stderr).contains(reason), "{}", String::from_utf8_lossy(&out.stderr));
    };
    refused(&["incidents", "--format", "csv", "--out", "mine.csv"], "--force");
    assert_eq!(fs::read_to_string(at.join("mine.csv")).expect("the file"), "mine");
    refused(&["claims", "--format", "acled"], "export incidents");
    refused(&["reports", "--format", "geojson"], "incidents and events");
    refused(&["incidents", "--format", "parquet"], "--out");
    refused(&["incidents", "--format", "jsonl", "--hxl"], "csv-excel");
    refused(&["--format", "csv"], "bundle");
    refused(&["incidents", "--format", "bundle", "--out", "x.zip"], "all tables");
    refused(&["incidents", "--format", "csv", "--updated-since", "gestern"], "cursor of this ledger");
}

/// The files of a zip by their names.
fn unpacked(path: &Path) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(fs::File::open(path).expect("the bundle")).expect("a zip");
    (0..zip.len())
        .map(|n| {
            let mut file = zip.by_index(n).expect("a file");
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut file, &mut bytes).expect("read");
            (file.name().expect("a name").into_owned(), bytes)
        })
        .collect()
}

#[test]
fn a_bundle_is_whole_counted_and_the_same_each_time() {
    let folder = prepared();
    let at = folder.path();
    for name in ["one.zip", "two.zip"] {
        done(at, &["export", "--format", "bundle", "--parquet", "--out", name, "--ledger", "l"]);
    }
    assert!(fs::read(at.join("one.zip")).expect("the bundle") == fs::read(at.join("two.zip")).expect("the bundle"), "the same ledger gives the same bytes");
    let files = unpacked(&at.join("one.zip"));
    let names: Vec<&str> = files.iter().map(|f| f.0.as_str()).collect();
    let of = |name: &str| &files.iter().find(|f| f.0 == name).unwrap_or_else(|| panic!("{name} in {names:?}")).1;
    let manifest: Value = serde_json::from_slice(of("manifest.json")).expect("JSON");
    let listed = manifest["files"].as_array().expect("files");
    assert_eq!(listed.len() + 1, files.len(), "the manifest names every file but itself: {names:?}");
    let stats: Value = serde_json::from_str(&done(at, &["stats", "--json", "--ledger", "l"])).expect("JSON");
    for file in listed {
        let bytes = of(file["name"].as_str().expect("a name"));
        assert_eq!(file["bytes"], bytes.len(), "{file}");
        let rows = |name: &str| file["name"].as_str().is_some_and(|n| n.split('.').next() == Some(name));
        for (table, counted) in [("incidents", "incidents"), ("events", "mentions"), ("reports", "reports")] {
            assert!(!rows(table) || file["rows"] == stats[counted], "{file} beside {stats}");
        }
        if file["name"].as_str().expect("a name").ends_with(".csv") {
            let mut reader = csv::Reader::from_reader(bytes.as_slice());
            assert_eq!(file["rows"], reader.records().count(), "{file}");
        }
    }
    let package: Value = serde_json::from_slice(of("datapackage.json")).expect("JSON");
    let resources = package["resources"].as_array().expect("resources");
    assert_eq!(resources.iter().map(|r| r["name"].as_str().expect("a name")).collect::<Vec<_>>(), ["incidents", "events", "claims", "reports", "actors"]);
    let hash = |name: &str| listed.iter().find(|f| f["name"] == name).map(|f| format!("sha256:{}", f["sha256"].as_str().expect("a hash")));
    assert!(resources.iter().all(|r| Some(r["hash"].as_str().expect("a hash").to_owned()) == hash(r["path"].as_str().expect("a path"))));
    assert!(String::from_utf8_lossy(of("codebook.ar.md")).contains("معرّف الواقعة") && of("incidents.parquet").starts_with(b"PAR1"));
}

#[test]
fn a_manifest_counts_what_the_same_filter_shows() {
    let folder = prepared();
    let at = folder.path();
    for filter in [&[][..], &["--country", "IQ"], &["--type", "consult"], &["--after", "2026-03-02"], &["--actor", "لا أحد"]] {
        let shown = done(at, &[&["incidents", "--json", "--limit", "0", "--ledger", "l"], filter].concat()).lines().count();
        export(at, "incidents", "csv", &[&["--out", "i.csv", "--manifest", "i.json", "--force"], filter].concat());
        let manifest: Value = serde_json::from_slice(&fs::read(at.join("i.json")).expect("the manifest")).expect("JSON");
        assert_eq!(manifest["files"][0]["rows"], shown, "{filter:?}");
        assert_eq!(manifest["files"][0]["bytes"], fs::metadata(at.join("i.csv")).expect("the file").len());
        assert_eq!(manifest["filter"].as_object().expect("conditions").len(), filter.len() / 2, "{manifest}");
    }
}

#[test]
fn the_cursor_of_one_export_is_where_the_next_begins() {
    let folder = prepared();
    let at = folder.path();
    let cursor = || {
        export(at, "incidents", "csv", &["--out", "all.csv", "--manifest", "all.json", "--force"]);
        let manifest: Value = serde_json::from_slice(&fs::read(at.join("all.json")).expect("the manifest")).expect("JSON");
        manifest["cursor"].as_str().expect("a cursor").to_owned()
    };
    let first = cursor();
    let since = |what: &str, since: &str| lines(&export(at, what, "jsonl", &["--updated-since", since]));
    assert!(since("incidents", &first).is_empty() && since("deletions", &first).is_empty());
    let id = lines(&export(at, "incidents", "jsonl", &["--country", "IQ"]))[0]["id"].as_str().expect("an id").to_owned();
    done(at, &["incident", &id, "--ledger", "l", "--author", "هدى", "dismiss"]);
    let gone = since("deletions", &first);
    assert!(gone.iter().any(|d| d["subject"] == "incident" && d["id"] == id.as_str() && d["why"] == "dismissed"), "{gone:?}");
    assert!(since("incidents", &first).is_empty() && since("incidents", "2020-01-01").len() == 1);
    done(at, &["export", "--format", "bundle", "--updated-since", &first, "--out", "since.zip", "--ledger", "l"]);
    assert!(unpacked(&at.join("since.zip")).iter().any(|f| f.0 == "deletions.csv" && String::from_utf8_lossy(&f.1).contains(&id)));
    assert!(since("deletions", &cursor()).is_empty());
}
