//! The program as its users meet it.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use std::io::Write;
use std::process::{Command, Output, Stdio};

const ARTICLE: &str = "بغداد – قتل ثلاثة جنود وأصيب خمسة بجروح في هجوم شنه تنظيم داعش على نقطة تفتيش للجيش العراقي قرب الموصل، أمس الأحد. وقال المتحدث باسم وزارة الدفاع سامر الخالدي إن القوات العراقية قتلت أربعة من المهاجمين.";

fn marsad(args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_marsad"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(input).expect("written");
    child.wait_with_output().expect("it ends")
}

fn readings(output: &Output) -> Vec<serde_json::Value> {
    String::from_utf8_lossy(&output.stdout).lines().map(|l| serde_json::from_str(l).expect("a reading is JSON")).collect()
}

/// Every object with start, end and text must quote the document.
fn check_marks(text: &[char], value: &serde_json::Value) -> usize {
    match value {
        serde_json::Value::Object(map) => {
            let mut n = 0;
            if let (Some(a), Some(b), Some(t)) = (map.get("start"), map.get("end"), map.get("text")) {
                let (a, b) = (a.as_u64().expect("a number") as usize, b.as_u64().expect("a number") as usize);
                assert_eq!(text[a..b].iter().collect::<String>(), t.as_str().expect("a text"));
                n = 1;
            }
            n + map.values().map(|v| check_marks(text, v)).sum::<usize>()
        }
        serde_json::Value::Array(list) => list.iter().map(|v| check_marks(text, v)).sum(),
        _ => 0,
    }
}

#[test]
fn an_attack_is_read_with_its_place_day_and_dead() {
    let out = marsad(&["read", "-", "--published", "2026-11-23"], ARTICLE.as_bytes());
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    let reading = &readings(&out)[0];
    let chars: Vec<char> = ARTICLE.chars().collect();
    assert!(check_marks(&chars, reading) > 10, "{reading}");
    let events = reading["events"].as_array().expect("a list");
    let attack = events.iter().find(|e| e["type"] == "ASSAULT").expect("an assault");
    assert_eq!(attack["status"], "actual");
    assert_eq!(attack["quad"], 4);
    assert!(reading["dates"].as_array().expect("a list").iter().any(|d| d["value"] == "2026-11-22"), "{}", reading["dates"]);
    let mosul = reading["places"].as_array().expect("a list").iter().find(|p| p["text"] == "الموصل").expect("Mosul");
    assert_eq!(mosul["country"], "IQ");
    assert!((mosul["lat"].as_f64().expect("a latitude") - 36.34).abs() < 0.2);
    let statement = &reading["statements"][0];
    assert_eq!(statement["cue"]["text"], "قال");
    for field in ["id", "source", "published", "title", "lang", "entities", "places", "dates", "statements", "events", "model"] {
        assert!(reading.get(field).is_some(), "{field} is never left out");
    }
}

#[test]
fn the_examples_read_the_same_with_one_thread_and_with_two() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/wire.jsonl");
    let one = marsad(&["read", path, "--threads", "1"], b"");
    let two = marsad(&["read", path, "--threads", "2"], b"");
    assert_eq!(one.status.code(), Some(0));
    assert!(one.stdout == two.stdout, "the bytes differ");
    let documents = std::fs::read_to_string(path).expect("the examples");
    let read = readings(&one);
    assert_eq!(read.len(), documents.lines().count());
    for (line, reading) in documents.lines().zip(&read) {
        let document: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(document["id"], reading["id"], "order of the input");
        let chars: Vec<char> = document["text"].as_str().expect("a text").chars().collect();
        check_marks(&chars, reading);
    }
}

#[test]
fn bad_lines_are_named_and_the_rest_is_read() {
    let good = serde_json::json!({"id": "a", "text": ARTICLE}).to_string();
    let english = serde_json::json!({"id": "b", "text": "The minister met the ambassador on Sunday in the capital."}).to_string();
    let out = marsad(&["read", "-"], format!("{good}\n{{\"id\": \"half\n{english}\n{good}\n").as_bytes());
    assert_eq!(out.status.code(), Some(1));
    assert_eq!(readings(&out).len(), 2);
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(said.contains("-, line 2") && said.contains("-, line 3: the text is not in Arabic"), "{said}");
    let out = marsad(&["read", "/no/such/file.txt"], b"");
    assert_eq!(out.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&out.stderr).contains("/no/such/file.txt: cannot be opened"));
}

/// As in `marsad read news.jsonl | head -1`: the reader of the pipe goes away while articles are on their way.
#[test]
fn a_closed_pipe_ends_the_program_quietly() {
    use std::io::{BufRead as _, Read as _};
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("many.jsonl");
    let examples = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/wire.jsonl")).expect("the examples");
    std::fs::write(&path, examples.repeat(20)).expect("written");
    let mut child = Command::new(env!("CARGO_BIN_EXE_marsad")).arg("read").arg(&path).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let mut line = String::new();
    let mut pipe = std::io::BufReader::new(child.stdout.take().expect("a pipe"));
    pipe.read_line(&mut line).expect("one reading");
    drop(pipe);
    let began = std::time::Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("asked") {
            break status;
        }
        if began.elapsed().as_secs() > 120 {
            child.kill().expect("ended");
            panic!("the program hangs");
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    };
    let mut said = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut said).expect("text");
    assert!(line.starts_with('{') && status.code() == Some(0) && said.is_empty(), "{status} {said}");
}

/// Each file that is no article is named with its reason; those beside it are read; the exit code says that some were not.
#[test]
fn a_folder_of_odd_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("a name").to_owned();
    let (windows, _, _) = encoding_rs::WINDOWS_1256.encode(ARTICLE);
    let long = [vec![b'x'; 50 << 20], format!("\n{{\"text\": \"{ARTICLE}\"}}\n").into_bytes()].concat();
    for (name, bytes) in [("windows.txt", windows.as_ref()), ("empty.txt", b""), ("binary.txt", b"\x7fELF\0\0\0\0\x01"), ("long.jsonl", &long), ("english.txt", b"The minister met the ambassador.")] {
        std::fs::write(path(name), bytes).expect("written");
    }
    let names = ["windows.txt", "empty.txt", "binary.txt", "long.jsonl", "english.txt", "none.csv", ""].map(path);
    let out = marsad(&[&["read"], names.iter().map(String::as_str).collect::<Vec<_>>().as_slice()].concat(), b"");
    // The last name is the folder itself: all files in it once more.
    assert_eq!((out.status.code(), readings(&out).len()), (Some(1), 4));
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    for part in ["empty.txt: the text is empty", "binary.txt: it is binary", "long.jsonl, line 1: the line is longer than", "english.txt: the text is not in Arabic", "none.csv: cannot be opened", "4 read, 9 set aside"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn misuse_is_answered_with_the_remedy() {
    for (args, part) in [(vec!["read", "--threads", "0", "-"], "give 1 or more"), (vec!["read", "--published", "yesterday", "-"], "YYYY-MM-DD"), (vec!["rea"], "read"), (vec!["read", "--thread", "1"], "--threads"), (vec!["read", "--format", "xml"], "plover"), (vec!["evaluate"], "GOLD_DIR")] {
        let out = marsad(&args, b"");
        assert_eq!(out.status.code(), Some(2), "{args:?}");
        assert!(String::from_utf8_lossy(&out.stderr).contains(part), "{args:?}");
    }
}

#[test]
fn formats_for_tables_and_programs() {
    let csv = marsad(&["read", "-", "--format", "csv"], ARTICLE.as_bytes());
    let table = String::from_utf8_lossy(&csv.stdout).into_owned();
    assert!(table.lines().count() > 1 && table.contains("ASSAULT"), "{table}");
    let json = marsad(&["read", "-", "--format", "json"], ARTICLE.as_bytes());
    let list: serde_json::Value = serde_json::from_slice(&json.stdout).expect("one array");
    assert_eq!(list.as_array().expect("a list").len(), 1);
    let plover = marsad(&["read", "-", "--format", "plover"], ARTICLE.as_bytes());
    assert!(readings(&plover).iter().all(|e| e["document"].is_string() && e["trigger"]["text"].is_string()));
}

#[test]
fn the_demo_sets_differing_counts_of_one_act_side_by_side() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("demo.ledger");
    let out = marsad(&["demo", "--ledger", path.to_str().expect("a name")], b"");
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    let kirkuk = said.split("\n\n").find(|i| i.contains("Kirkuk") && i.contains("ASSAULT")).unwrap_or_else(|| panic!("{said}"));
    for wanted in ["killed 3 (claims 3 to 5)", "3 reports, 3 independent", "according to \u{2068}وزارة الداخلية\u{2069}", "claimed by    \u{2068}داعش\u{2069}"] {
        assert!(kirkuk.contains(wanted), "{wanted} is not in\n{kirkuk}");
    }
    assert!(path.exists());
    std::fs::write(folder.path().join("letter.txt"), "no ledger at all, but something a person may need").expect("written");
    let other = folder.path().join("letter.txt");
    let out = marsad(&["demo", "--ledger", other.to_str().expect("a name")], b"");
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&out.stderr).contains("no ledger"), "{}", String::from_utf8_lossy(&out.stderr));
    assert!(other.exists(), "a file that is no ledger is left alone");
}
