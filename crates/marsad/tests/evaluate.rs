//! `marsad evaluate` says what the guide's own judge says.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

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

/// The article's markup is text in the page; an item inside a word marks the whole word, or its letters would not join.
#[test]
fn the_page_of_errors_shows_each_in_its_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let gold = folder.path().join("gold");
    std::fs::create_dir(&gold).expect("made");
    let text = "وصل الوفد <script>alert('x')</script> اليوم. قتل مسلحون جنديين في بغداد وببغداد أيضا. انتهى.";
    let article = serde_json::json!({"id": "wire-politic-7-2026", "published": "2026-11-23", "source": "وكالة <b>", "text": text,
        "entities": [{"text": "بغداد", "nth": 2, "type": "GPE"}], "places": [], "dates": [], "statements": [],
        "events": [{"trigger": "قتل", "type": "ASSAULT", "mode": ["firearms"], "status": "actual", "actor": [{"text": "مسلحون", "code": "IRQ UAF"}], "recipient": [{"text": "جنديين", "code": "IRQ MIL"}],
            "place": {"text": "بغداد"}, "date": "2026-11", "killed": {"text": "جنديين", "min": 2, "max": 2}, "according_to": null}]});
    std::fs::write(gold.join("a.json"), article.to_string()).expect("written");
    let at = text.chars().collect::<String>().find("قتل").map(|b| text[..b].chars().count()).expect("there");
    let reading = serde_json::json!({"id": "wire-politic-7-2026", "source": null, "published": null, "title": null, "lang": "ar", "entities": [], "places": [], "dates": [], "statements": [],
        "events": [{"trigger": {"start": at, "end": at + 3, "text": "قتل"}, "type": "COERCE", "mode": [], "context": [], "status": "future", "actor": [], "recipient": [],
            "place": null, "date": null, "killed": null, "injured": null, "according_to": null, "quad": 4, "confidence": 0.87}],
        "model": {"program": "", "weights": "", "knowledge": ""}});
    let (readings, page) = (folder.path().join("r.jsonl"), folder.path().join("errors.html"));
    std::fs::write(&readings, format!("{reading}\n")).expect("written");
    let run = |more: &[&str]| marsad(&[&["evaluate", gold.to_str().expect("a path"), "--readings", readings.to_str().expect("a path")], more].concat());
    let out = run(&["--errors", page.to_str().expect("a path")]);
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    let html = std::fs::read_to_string(&page).expect("the page");
    for (part, why) in [
        ("<mark class=\"g s\">قتل</mark>", "both name this trigger"),
        ("<mark class=\"g\">وببغداد</mark>", "the whole word, with the clitics that the name lacks"),
        ("ASSAULT read as COERCE, 1", "counted by what was confused"),
        ("<th scope=row>type</th><td><bdi>ASSAULT</bdi></td><td><bdi>COERCE</bdi></td>", "side by side"),
        ("<tr class=differs><th scope=row>status", "what differs is told apart"),
        ("2 جنديين", "the count with its words"),
        ("<th scope=row>confidence</th><td><span class=soft>–</span></td><td>0.87</td>", "the score"),
        ("href=\"#events-missed\">1</a>", "counts are links"),
        ("id=\"events-invented\"", "to their places"),
        ("وكالة &lt;b&gt;", "the outlet's markup is text"),
    ] {
        assert!(html.contains(part), "{why}: {part}\n{html}");
    }
    assert!(!html.contains("<script") && !html.contains("src=") && !html.contains("http:") && !html.contains("https:"), "nothing runs, nothing is loaded");
    assert!(!html.contains("alert("), "the other sentence is not shown");
    for tag in ["details", "section", "article", "table", "mark", "p"] {
        let opens = html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
        assert_eq!(opens, html.matches(&format!("</{tag}>")).count(), "{tag}");
    }
    let lost = run(&["--errors", "/no/such/folder/errors.html"]);
    assert!(lost.status.code() == Some(2) && String::from_utf8_lossy(&lost.stderr).contains("/no/such/folder/errors.html: cannot be written"));
    for (by, group) in [("genre", "wire-politic"), ("source", "وكالة <b>"), ("length", "under 100 words")] {
        assert!(String::from_utf8_lossy(&run(&["--by", by]).stdout).contains(&format!("{group}: 1 articles")), "{by}");
        let all = json(&run(&["--by", by, "--json"]));
        assert_eq!((&all["groups"][group]["events"], &all["all"]["events"]["gold"]), (&all["all"]["events"], &1.into()), "{by}: one article is its group's all");
    }
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
