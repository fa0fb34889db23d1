//! Readings that people put right, as annotations in the guide's format.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use marsad_format::{Count, DateMention, Document, Entity, EntityType, Event, EventType, Extent, Mark, Mood, Participant, Place, PlaceKind, Reading, Speaker, Statement, Status};
use marsad_gold::{Article, annotation};
use std::path::Path;
use std::process::Command;

const TEXT: &str = "قتل ثلاثة جنود في هجوم على حاجز في كركوك يوم الاثنين. وقال مصدر في الشرطة إن مسلحين هاجموا الحاجز وقتلوا ثلاثة جنود، وإن كركوك هادئة.";

/// The `nth` of equal strings.
fn mark(word: &str, nth: usize) -> Mark {
    let at = TEXT.match_indices(word).nth(nth - 1).expect("the word stands in the text").0;
    let start = TEXT[..at].chars().count() as u32;
    Mark { start, end: start + word.chars().count() as u32, text: word.to_owned() }
}

fn reading() -> Reading {
    let place = Place { mark: mark("كركوك", 1), name: Some("Kirkuk".into()), country: Some("IQ".into()), admin1: None, admin2: None, lat: Some(35.47), lon: Some(44.39), kind: Some(PlaceKind::City), geonames: None, confidence: 0.9 };
    let who = |word, nth, code: &str| Participant { mark: mark(word, nth), code: code.into(), name: None, entity: None };
    let speaker = || Some(Speaker { mark: mark("مصدر في الشرطة", 1), name: None });
    let content = mark("إن مسلحين هاجموا الحاجز وقتلوا ثلاثة جنود", 1);
    let event = Event {
        trigger: mark("هاجموا", 1),
        kind: EventType::Assault,
        mode: vec!["firearms".into()],
        context: vec![],
        status: Status::Actual,
        actor: vec![who("مسلحين", 1, "IRQ UAF")],
        recipient: vec![who("جنود", 2, "IRQ MIL")],
        place: Some(place.clone()),
        date: Some("2026-03-02".into()),
        killed: Some(Count { text: "ثلاثة".into(), min: Some(3), max: Some(3) }),
        injured: None,
        according_to: speaker(),
        quad: 4,
        confidence: 1.0,
    };
    Reading {
        entities: vec![Entity { mark: mark("الشرطة", 1), kind: EntityType::Org, name: None, transliterated: false, name_ar: None, entity: None, role: None, mention_of: None }],
        places: vec![place.clone(), Place { mark: mark("كركوك", 2), ..place }],
        dates: vec![DateMention { mark: mark("يوم الاثنين", 1), value: Some("2026-03-02".into()) }],
        statements: vec![Statement { cue: mark("قال", 1), speaker: speaker(), content: Extent { start: content.start, end: content.end }, mood: Mood::Indirect, via: None }],
        events: vec![event],
        ..Reading::default()
    }
}

fn document() -> Document {
    Document { id: "a".into(), text: TEXT.into(), title: Some("هجوم في كركوك".into()), source: Some("وكالة النهر".into()), published: Some("2026-03-02".into()), ..Document::default() }
}

#[test]
fn equal_words_are_told_apart_by_their_number() {
    let reading = reading();
    let gold = annotation(&document(), &reading, &[reading.events[0].trigger.start]);
    let event = &gold["events"][0];
    assert_eq!((event["recipient"][0]["text"].as_str(), event["recipient"][0]["nth"].as_u64()), (Some("جنود"), Some(2)));
    assert_eq!(event["killed"]["nth"].as_u64(), Some(2), "the number nearest to the trigger");
    assert_eq!((gold["places"][1]["nth"].as_u64(), gold["corrected"][0].as_u64()), (Some(2), Some(0)));
    assert!(Article::parse(&gold.to_string()).is_ok(), "what is written can be scored against");
}

#[test]
fn the_guides_own_check_takes_it() {
    let check = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/gold/check.py");
    if !check.exists() {
        eprintln!("skipped: {} is not there", check.display());
        return;
    }
    let file = std::env::temp_dir().join(format!("marsad-gold-{}.json", std::process::id()));
    std::fs::write(&file, annotation(&document(), &reading(), &[]).to_string()).expect("written");
    let done = Command::new("python3").arg(&check).arg(&file).output().expect("python3");
    std::fs::remove_file(&file).expect("removed");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
}
