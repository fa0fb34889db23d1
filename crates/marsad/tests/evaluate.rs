//! `marsad evaluate` says what the guide's own judge says.

use std::path::Path;
use std::process::{Command, Output};

fn marsad(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_marsad")).args(args).output().expect("the program starts")
}

fn json(output: &Output) -> serde_json::Value {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// An invented article: a visit that the reading finds, with a wrong country for its place, and a denial it misses.
const GOLD: &str = r#"{"id":"a","published":"2026-11-23","text":"استقبل الوزير سالم السفير في طرابلس. ونفى سالم قتل السفير.",
"entities":[{"text":"سالم","nth":1,"type":"PER"},{"text":"سالم","nth":2,"type":"PER"},{"text":"طرابلس","type":"GPE"}],
"places":[{"text":"طرابلس","name":"Tripoli","country":"LB","lat":34.43,"lon":35.84,"kind":"city"}],
"dates":[],"statements":[{"speaker":"سالم","speaker_nth":2,"cue":"نفى","mood":"indirect","from":"قتل","to":"السفير"}],
"events":[{"trigger":"استقبل","type":"CONSULT","mode":["visit"],"status":"actual","actor":[{"text":"الوزير سالم","code":"LBN GOV"}],"recipient":[{"text":"السفير","code":"FRA GOV"}],"place":{"text":"طرابلس"},"date":"2026-11","according_to":null},
{"trigger":"نفى","type":"REJECT","mode":[],"status":"actual","actor":[],"recipient":[],"date":null,"according_to":null}]}"#;

#[test]
fn each_kind_is_counted_by_the_guide() {
    let folder = tempfile::tempdir().expect("a folder");
    let gold = folder.path().join("gold");
    std::fs::create_dir(&gold).expect("made");
    std::fs::write(gold.join("a.json"), GOLD).expect("written");
    let mark = |start: u32, end: u32, text: &str| serde_json::json!({"start": start, "end": end, "text": text});
    let with = |mut a: serde_json::Value, more: serde_json::Value| {
        a.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        a
    };
    let place = with(mark(29, 35, "طرابلس"), serde_json::json!({"name": "Tripoli", "country": "LY", "admin1": null, "lat": 32.9, "lon": 13.2, "kind": "city", "geonames": null, "confidence": 0.5}));
    let none = serde_json::json!({"name": null, "name_ar": null, "entity": null, "role": null, "mention_of": null});
    let reading = serde_json::json!({"id": "a", "source": null, "published": null, "title": null, "lang": "ar",
        "entities": [with(with(mark(14, 18, "سالم"), none.clone()), serde_json::json!({"type": "PER"})), with(with(mark(29, 35, "طرابلس"), none), serde_json::json!({"type": "GPE"}))],
        "places": [place], "dates": [], "statements": [],
        "events": [{"trigger": mark(0, 6, "استقبل"), "type": "CONSULT", "mode": [], "context": [], "status": "actual",
            "actor": [with(mark(7, 18, "الوزير سالم"), serde_json::json!({"code": "IRQ GOV", "name": null, "entity": null}))], "recipient": [],
            "place": null, "date": "2026-11", "killed": null, "injured": null, "according_to": null, "quad": 1, "confidence": 0.9}],
        "model": {"program": "", "weights": "", "knowledge": ""}});
    let readings = folder.path().join("r.jsonl");
    std::fs::write(&readings, format!("{reading}\n")).expect("written");
    let out = json(&marsad(&["evaluate", gold.to_str().expect("a path"), "--readings", readings.to_str().expect("a path"), "--json"]));
    for (kind, precision, recall, why) in [
        ("entities", 1.0, 0.6667, "the second سالم is missed"),
        ("places", 0.0, 0.0, "طرابلس of another state"),
        ("statements", 0.0, 0.0, "نفى is missed"),
        ("events", 1.0, 0.5, "the visit is found, the denial is not"),
        ("actor", 1.0, 1.0, "the spans overlap"),
        ("actor code", 0.0, 0.0, "IRQ GOV is not LBN GOV"),
        ("recipient", 0.0, 0.0, "السفير is missed"),
        ("event date", 1.0, 1.0, "the month of publication"),
        ("event place", 0.0, 0.0, "none given"),
    ] {
        assert_eq!((&out[kind]["precision"], &out[kind]["recall"]), (&precision.into(), &recall.into()), "{kind}: {why}: {}", out[kind]);
    }
    let misses = marsad(&["evaluate", gold.to_str().expect("a path"), "--readings", readings.to_str().expect("a path"), "--misses", "events"]);
    assert_eq!(String::from_utf8_lossy(&misses.stdout), "missed   a REJECT نفى\n");
}

#[test]
fn the_guides_judge_gives_the_same_figures() {
    let shared = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/gold"));
    let judge = shared.join("score.py");
    let python = Command::new("python3").arg("--version").output().is_ok_and(|o| o.status.success());
    if !judge.exists() || !python {
        eprintln!("skipped: the_guides_judge_gives_the_same_figures needs ../shared/gold and python3");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (input, readings) = (folder.path().join("in.jsonl"), folder.path().join("out.jsonl"));
    let mut documents = String::new();
    let gold = shared.join("dev");
    for item in std::fs::read_dir(&gold).expect("the folder") {
        let article: serde_json::Value = serde_json::from_slice(&std::fs::read(item.expect("an item").path()).expect("read")).expect("JSON");
        let kept: serde_json::Map<_, _> = ["id", "text", "title", "source", "published"].into_iter().filter_map(|k| Some((k.to_owned(), article.get(k)?.clone()))).collect();
        documents += &format!("{}\n", serde_json::Value::Object(kept));
    }
    std::fs::write(&input, documents).expect("written");
    let read = marsad(&["read", input.to_str().expect("a path")]);
    std::fs::write(&readings, &read.stdout).expect("written");
    let theirs = json(&Command::new("python3").args([judge.as_os_str(), gold.as_os_str(), readings.as_os_str(), "--json".as_ref()]).output().expect("python runs"));
    assert!(theirs.as_object().is_some_and(|o| o.len() > 10), "{theirs}");
    assert_eq!(json(&marsad(&["evaluate", gold.to_str().expect("a path"), "--readings", readings.to_str().expect("a path"), "--json"])), theirs, "from a file");
    assert_eq!(json(&marsad(&["evaluate", gold.to_str().expect("a path"), "--json"])), theirs, "read now");
}

#[test]
fn misuse_is_explained() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_str().expect("a path");
    let empty = marsad(&["evaluate", path]);
    assert_eq!(empty.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&empty.stderr).contains("no annotated articles"), "{}", String::from_utf8_lossy(&empty.stderr));
    std::fs::write(folder.path().join("x.json"), "{\n\"id\": \"x\",\n\"text\": 5}").expect("written");
    let broken = marsad(&["evaluate", path]);
    let message = String::from_utf8_lossy(&broken.stderr).into_owned();
    assert!(message.contains("x.json, line 3"), "{message}");
    let kind = marsad(&["evaluate", path, "--misses", "fish"]);
    assert!(String::from_utf8_lossy(&kind.stderr).contains("actor code"), "the remedy lists the kinds");
}
