//! Reports into incidents: one act told by three outlets, whatever the order in which they come.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use marsad_format::{Count, Document, Event, EventType, Mark, Participant, Place, Reading, Status, Versions};
use marsad_ledger::{Ledger, Slot};

fn mark(text: &str, word: &str) -> Mark {
    let at = text.find(word).expect("the word stands in the text");
    let start = text[..at].chars().count() as u32;
    Mark { start, end: start + word.chars().count() as u32, text: word.to_owned() }
}

/// A report of an attack in a town, with how many it says were killed.
fn report(id: &str, source: &str, town: (&str, f64, f64), killed: u64, status: Status) -> (Document, Reading) {
    let denial = if status == Status::Negated { "نفى الناطق ما قيل: " } else { "" };
    let text = format!("{denial}هاجم مسلحون حاجزا للشرطة في {} أمس وقتلوا {killed} من عناصرها.", town.0);
    let event = Event {
        trigger: mark(&text, "هاجم"),
        kind: EventType::Assault,
        mode: vec![],
        context: vec![],
        status,
        actor: vec![Participant { mark: mark(&text, "مسلحون"), code: "IRQ UAF".into(), name: None, entity: None }],
        recipient: vec![],
        place: Some(Place {
            mark: mark(&text, town.0),
            name: None,
            country: Some("IQ".into()),
            admin1: None,
            admin2: None,
            lat: Some(town.1),
            lon: Some(town.2),
            kind: None,
            geonames: None,
            confidence: 0.9,
        }),
        date: Some("2026-03-01".into()),
        killed: Some(Count { text: killed.to_string(), min: Some(killed), max: Some(killed) }),
        injured: None,
        according_to: None,
        quad: 4,
        confidence: 0.9,
    };
    let reading = Reading {
        id: id.into(),
        source: Some(source.into()),
        published: Some("2026-03-02".into()),
        title: None,
        lang: None,
        entities: vec![],
        places: vec![],
        dates: vec![],
        statements: vec![],
        events: vec![event],
        model: Versions::default(),
    };
    (Document { id: id.into(), text, source: Some(source.into()), published: Some("2026-03-02".into()), ..Document::default() }, reading)
}

const KIRKUK: (&str, f64, f64) = ("كركوك", 35.47, 44.39);
const BASRA: (&str, f64, f64) = ("البصرة", 30.51, 47.78);

#[test]
fn three_outlets_one_act_and_the_order_does_not_matter() {
    let all = [
        report("a", "الأولى", KIRKUK, 3, Status::Actual),
        report("b", "الثانية", KIRKUK, 4, Status::Actual),
        report("c", "الثالثة", KIRKUK, 4, Status::Actual),
        report("d", "الأولى", BASRA, 1, Status::Actual),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let mut seen = Vec::new();
    for (n, order) in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]].iter().enumerate() {
        let path = folder.path().join(format!("{n}.ledger"));
        let mut ledger = Ledger::create(&path).expect("a ledger");
        for &i in order {
            assert!(ledger.add(&all[i].0, &all[i].1).expect("added"));
        }
        assert!(!ledger.add(&all[0].0, &all[0].1).expect("looked up"), "nothing is taken twice");
        drop(ledger);
        seen.push(Ledger::open(&path).expect("opened again").incidents().expect("incidents"));
    }
    assert!(seen.windows(2).all(|w| w[0] == w[1]));
    let incidents = &seen[0];
    assert_eq!(incidents.len(), 2, "an attack in another city on the same day is another act");
    let kirkuk = incidents.iter().find(|i| i.reports.len() == 3).expect("three reports together");
    assert_eq!(kirkuk.killed, Some((3, 4)));
    let killed: Vec<(&str, usize)> = kirkuk.claims.iter().filter(|c| c.slot == Slot::Killed).map(|c| (c.value.as_str(), c.outlets.len())).collect();
    assert_eq!(killed, [("3", 1), ("4", 2)], "equal claims are joined, differing ones stand side by side");
    assert!(kirkuk.claims.iter().all(|c| c.sentence.contains("هاجم")));
}

#[test]
fn a_denial_stands_beside_the_reports_it_denies() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ledger = Ledger::create(&folder.path().join("l")).expect("a ledger");
    for (d, r) in [report("a", "الأولى", KIRKUK, 3, Status::Actual), report("b", "الثانية", KIRKUK, 3, Status::Negated)] {
        ledger.add(&d, &r).expect("added");
    }
    let incidents = ledger.incidents().expect("incidents");
    assert_eq!(incidents.len(), 1);
    assert!(incidents[0].claims.iter().any(|c| c.slot == Slot::Status && c.value == "denied"));
}

#[test]
fn another_kind_of_file_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "some notes of mine, long enough to be taken for a database by a careless program").expect("written");
    let message = Ledger::create(&path).expect_err("must be refused").to_string();
    assert!(message.contains("notes.txt") && message.contains("no ledger"), "{message}");
    assert!(path.exists());
}
