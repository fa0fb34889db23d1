//! A ledger as its users meet it: taken in, broken off, killed, out of disk, and whole after all of that.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

fn marsad(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_marsad")).args(args).current_dir(folder).env_remove("MARSAD_LEDGER").stdin(Stdio::null()).output().expect("the program starts")
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A report of a town's own, of some forty words, and the reading of it that names its event.
fn article(n: usize) -> (String, String) {
    let towns = ["كركوك", "الموصل", "بعقوبة", "الرمادي", "سامراء", "تكريت", "الفلوجة", "الحلة"];
    let acts = ["هاجم مسلحون مجهولون", "اعتقلت قوة من الشرطة", "تظاهر مئات العمال", "قصفت طائرات حربية"];
    let words: Vec<String> = (0..30).map(|k| format!("كلمة{}", (n * 7919 + k * 104_729) % 100_003)).collect();
    let act = acts[n % acts.len()];
    let body = format!("{act} في {} صباح اليوم رقم {n}. {}.", towns[n / 4 % towns.len()], words.join(" "));
    let trigger = act.split(' ').next().expect("a word");
    let end = trigger.chars().count();
    let document = serde_json::json!({"id": format!("a{n}"), "text": body, "title": format!("خبر {n}"), "source": format!("صحيفة {}", n % 5), "published": format!("2026-03-{:02}", n % 28 + 1)});
    let event = serde_json::json!({"trigger": {"start": 0, "end": end, "text": trigger}, "type": "ASSAULT", "mode": [], "context": [], "status": "actual", "actor": [], "recipient": [],
        "place": null, "date": "2026-03-01", "killed": null, "injured": null, "according_to": null, "quad": 4, "confidence": 0.5});
    let reading = serde_json::json!({"id": format!("a{n}"), "source": null, "published": null, "title": null, "lang": "ar", "entities": [], "places": [], "dates": [], "statements": [],
        "events": [event], "model": {"program": "0", "weights": "0", "knowledge": "0"}});
    (document.to_string(), reading.to_string())
}

/// A folder with `news.jsonl` and its readings.
fn prepared(count: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut news, mut readings) = (String::new(), String::new());
    for n in 0..count {
        let (d, r) = article(n);
        news.extend([d.as_str(), "\n"]);
        readings.extend([r.as_str(), "\n"]);
    }
    fs::write(folder.path().join("news.jsonl"), news).expect("written");
    fs::write(folder.path().join("readings.jsonl"), readings).expect("written");
    folder
}

const ADD: [&str; 6] = ["add", "news.jsonl", "--readings", "readings.jsonl", "--ledger", "l"];

fn stats(folder: &Path, ledger: &str) -> serde_json::Value {
    let out = marsad(folder, &["stats", "--json", "--ledger", ledger]);
    serde_json::from_slice(&out.stdout).unwrap_or_else(|_| panic!("{}", text(&out)))
}

fn whole(folder: &Path, ledger: &str) {
    let out = marsad(folder, &["doctor", "--ledger", ledger]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out));
}

#[test]
fn the_same_again_changes_nothing_and_another_outlet_is_a_copy() {
    let folder = prepared(40);
    let at = folder.path();
    let out = marsad(at, &ADD);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out));
    assert!(text(&out).starts_with("40 new"), "{}", text(&out));
    assert!(text(&marsad(at, &ADD)).contains("1 files unchanged"));
    // Ten papers print one report of the first outlet's, with other marks and white space: nothing is read, ten are counted.
    let first: serde_json::Value = serde_json::from_str(&article(0).0).expect("JSON");
    let copies: String = (0..10)
        .map(|n| {
            let mut d = first.clone();
            d["source"] = format!("ناشر {n}").into();
            d["text"] = d["text"].as_str().expect("a text").replace(". ", " .  ").into();
            d.to_string()
        })
        .collect::<Vec<_>>()
        .join("\n");
    fs::write(at.join("copies.jsonl"), copies).expect("written");
    fs::write(at.join("none.jsonl"), "").expect("written");
    let out = marsad(at, &["add", "copies.jsonl", "--readings", "none.jsonl", "--ledger", "l"]);
    assert!(text(&out).contains("10 copies of known texts"), "{}", text(&out));
    let s = stats(at, "l");
    assert_eq!((&s["articles"], &s["reports"], &s["independent"]), (&50.into(), &40.into(), &40.into()), "one report with eleven outlets");
    whole(at, "l");
    let backup = marsad(at, &["backup", "copy", "--ledger", "l"]);
    assert_eq!(backup.status.code(), Some(0), "{}", text(&backup));
    whole(at, "copy");
    assert_eq!(stats(at, "copy")["mentions"], s["mentions"]);
}

#[test]
fn a_reading_of_another_text_is_set_aside_and_the_rest_goes_in() {
    let folder = prepared(3);
    let at = folder.path();
    let readings = fs::read_to_string(at.join("readings.jsonl")).expect("read");
    fs::write(at.join("readings.jsonl"), readings.replacen("\"start\":0", "\"start\":1", 1)).expect("written");
    let out = marsad(at, &ADD);
    assert_eq!(out.status.code(), Some(1), "{}", text(&out));
    assert!(text(&out).contains("the trigger") && text(&out).contains("2 new, 1 set aside"), "{}", text(&out));
    whole(at, "l");
}

/// Kills an intake at `times` moments, then lets it end: nothing is missing, nothing is there twice.
fn kill(times: u32, count: usize) {
    let folder = prepared(count);
    let at = folder.path();
    let whole_run = std::time::Instant::now();
    assert_eq!(marsad(at, &["add", "news.jsonl", "--readings", "readings.jsonl", "--ledger", "calm"]).status.code(), Some(0));
    let mut time = whole_run.elapsed();
    let calm = stats(at, "calm");
    let (mut random, mut caught, mut ended) = (0x2545_F491_4F6C_DD1D_u64, 0, false);
    for round in 0..times {
        if round % 4 == 0 || ended {
            let _ = fs::remove_dir_all(at.join("l"));
        }
        let mut child = Command::new(env!("CARGO_BIN_EXE_marsad")).args(ADD).current_dir(at).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        std::thread::sleep(time.mul_f64((random % 1000) as f64 / 1000.0));
        child.kill().expect("killed");
        ended = child.wait().expect("ended").code().is_some();
        caught += u32::from(!ended);
        // The machine may be less busy than it was.
        if ended {
            time = time.mul_f64(0.7);
        }
        if at.join("l/ledger.db").exists() {
            let before = marsad(at, &["stats", "--json", "--ledger", "l"]);
            // Killed before its first commit there is no ledger yet, and that is said.
            if before.status.success() {
                let s: serde_json::Value = serde_json::from_slice(&before.stdout).expect("JSON");
                assert_eq!(s["articles"], s["mentions"], "an article and the row of its event appear together");
                whole(at, "l");
            }
        }
    }
    assert!(caught > 0, "not once was it killed before its end");
    let out = marsad(at, &ADD);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out));
    whole(at, "l");
    for what in ["articles", "versions", "reports", "independent", "mentions"] {
        assert_eq!(stats(at, "l")[what], calm[what], "{what}");
    }
    eprintln!("killed {caught} of {times} times");
}

#[test]
fn killed_at_some_moments_it_ends_with_the_same_ledger() {
    kill(6, 1500);
}

#[test]
#[ignore = "minutes: cargo test --release -p marsad --test ledger -- --ignored --nocapture"]
fn killed_at_200_moments_it_ends_with_the_same_ledger() {
    kill(200, 3000);
}

#[cfg(unix)]
#[test]
fn stopped_by_ctrl_c_it_says_so_and_the_same_command_goes_on() {
    let folder = prepared(600);
    let at = folder.path();
    let mut child = Command::new(env!("CARGO_BIN_EXE_marsad")).args(ADD).current_dir(at).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    // From its first batch on it minds Ctrl-C.
    while child.try_wait().expect("looked at").is_none() && fs::metadata(at.join("l/ledger.db-wal")).map_or(0, |m| m.len()) < 400_000 {
        std::thread::sleep(Duration::from_millis(2));
    }
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("sent");
    let out = child.wait_with_output().expect("ended");
    // On a quick machine it may be done before.
    if out.status.code() != Some(0) {
        assert_eq!(out.status.code(), Some(2), "{}", text(&out));
        assert!(text(&out).contains("stopped; the same command goes on from here"), "{}", text(&out));
        whole(at, "l");
    }
    let again = marsad(at, &ADD);
    assert_eq!(again.status.code(), Some(0), "{}", text(&again));
    assert_eq!(stats(at, "l")["articles"], 600);
    whole(at, "l");
}

#[test]
fn bad_input_is_named_and_the_rest_goes_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let (documents, readings): (Vec<_>, Vec<_>) = (0..4).map(article).unzip();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    std::io::Write::write_all(&mut packed, documents[..2].join("\n").as_bytes()).expect("packed");
    let packed = packed.finish().expect("packed");
    let doctype = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]>";
    for (name, bytes) in [
        // Cut within the last article.
        ("1cut.jsonl.gz", packed[..packed.len() - 200].to_vec()),
        ("2length.warc", b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99999999\r\n\r\nHTTP/1.1 200 OK\r\n\r\n".to_vec()),
        ("3entities.xml", format!("{doctype}<rss><channel><title>&c;</title></channel></rss>").into_bytes()),
        ("4half.jsonl", format!("{}\n{{\"id\":\n{}\n", documents[2], documents[3]).into_bytes()),
    ] {
        fs::create_dir_all(at.join("news")).expect("a folder");
        fs::write(at.join("news").join(name), bytes).expect("written");
    }
    fs::write(at.join("readings.jsonl"), [&readings[0], &readings[2], &readings[3]].map(|r| format!("{r}\n")).concat()).expect("written");
    let out = marsad(at, &["add", "news", "--readings", "readings.jsonl", "--ledger", "l"]);
    assert_eq!(out.status.code(), Some(1), "{}", text(&out));
    for part in ["1cut.jsonl.gz, line 2: the packed file ends too early", "2length.warc: ", "3entities.xml: the feed declares entities made of other entities", "4half.jsonl, line 2: no document in JSON", "3 new, 4 set aside"] {
        assert!(text(&out).contains(part), "{part}: {}", text(&out));
    }
    whole(at, "l");
}

#[test]
fn a_torn_wal_takes_back_whole_batches_and_the_same_command_brings_them_in() {
    let folder = prepared(600);
    let at = folder.path();
    let mut child = Command::new(env!("CARGO_BIN_EXE_marsad")).args(ADD).current_dir(at).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    let wal: PathBuf = at.join("l/ledger.db-wal");
    while child.try_wait().expect("looked at").is_none() && fs::metadata(&wal).map_or(0, |m| m.len()) < 400_000 {
        std::thread::sleep(Duration::from_millis(2));
    }
    let _ = child.kill();
    child.wait().expect("ended");
    let Ok(length) = fs::metadata(&wal).map(|m| m.len()) else { return assert_eq!(stats(at, "l")["articles"], 600, "it was done before it could be killed") };
    for cut in [length.saturating_sub(1000), length / 2] {
        fs::File::options().write(true).open(&wal).and_then(|f| f.set_len(cut)).expect("cut");
        // Reading it may write its index again; a copy keeps the torn state for the next cut.
        let copy = at.join(format!("torn{cut}"));
        fs::create_dir(&copy).expect("a folder");
        for name in ["ledger.db", "ledger.db-wal"] {
            fs::copy(at.join("l").join(name), copy.join(name)).expect("copied");
        }
        let name = copy.to_str().expect("a name");
        let out = marsad(at, &["add", "news.jsonl", "--readings", "readings.jsonl", "--ledger", name]);
        assert_eq!(out.status.code(), Some(0), "{}", text(&out));
        whole(at, name);
        assert_eq!(stats(at, name)["articles"], 600);
    }
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_said_and_loses_nothing_that_was_accepted() {
    let folder = prepared(1500);
    let at = folder.path();
    // No file may grow past the limit (in blocks of 512 bytes or a KiB): the write fails as on a full disk.
    let script = format!("trap '' XFSZ; ulimit -f 700; exec '{}' {}", env!("CARGO_BIN_EXE_marsad"), ADD.join(" "));
    let out = Command::new("sh").args(["-c", &script]).current_dir(at).output().expect("a shell");
    assert_eq!(out.status.code(), Some(2), "{}", text(&out));
    assert!(text(&out).contains("ledger.db") && text(&out).contains("disk is not full"), "{}", text(&out));
    whole(at, "l");
    let out = marsad(at, &ADD);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out));
    assert_eq!(stats(at, "l")["articles"], 1500);
    whole(at, "l");
}

#[test]
fn a_second_writer_is_sent_away_and_a_reader_is_not() {
    let folder = prepared(5);
    let at = folder.path();
    marsad(at, &ADD);
    let held = marsad_ledger::Ledger::open(&at.join("l")).expect("opened");
    let out = marsad(at, &ADD);
    assert_eq!(out.status.code(), Some(2));
    assert!(text(&out).contains("another program is writing to this ledger"), "{}", text(&out));
    assert_eq!(stats(at, "l")["articles"], 5);
    drop(held);
    assert_eq!(marsad(at, &ADD).status.code(), Some(0));
}

#[test]
fn what_is_wrong_is_listed_and_mended_from_the_readings() {
    let folder = prepared(20);
    let at = folder.path();
    marsad(at, &ADD);
    let ledger = marsad_ledger::Ledger::open(&at.join("l")).expect("opened");
    let harm = "DELETE FROM mention WHERE report = 3; UPDATE mention SET start = 2 WHERE report = 4; UPDATE report SET live = 9 WHERE id = 5; UPDATE report SET cluster = 7 WHERE id = 6; DELETE FROM sketch WHERE report = 8;";
    ledger.tables().execute_batch(harm).expect("harmed");
    drop(ledger);
    let out = marsad(at, &["doctor", "--ledger", "l"]);
    assert_eq!(out.status.code(), Some(1));
    for wrong in ["the reading of report 3 says", "report 4: the rows", "report 5 counts", "report 6 is in another cluster", "report 8: it is not in the index"] {
        assert!(text(&out).contains(wrong), "{wrong}: {}", text(&out));
    }
    let out = marsad(at, &["doctor", "--repair", "--ledger", "l"]);
    assert_eq!(out.status.code(), Some(0), "{}", text(&out));
}
