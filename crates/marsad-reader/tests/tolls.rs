//! How many were killed and injured: whom a count counts, the word that governs it tells.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use marsad_format::Document;
use marsad_knowledge::Knowledge;
use marsad_model::Weights;
use marsad_reader::Reader;

/// A least and a greatest number.
type Range = (Option<u64>, Option<u64>);

/// The killed and the injured of the first act of the text that has any.
fn toll(reader: &Reader, text: &str) -> (Option<Range>, Option<Range>) {
    let document = Document { text: text.to_owned(), published: Some("2026-03-02".to_owned()), ..Document::default() };
    let reading = reader.read(&document).expect("a reading");
    let of = |c: &marsad_format::Count| (c.min, c.max);
    let mut tolls = reading.events.iter().map(|e| (e.killed.as_ref().map(of), e.injured.as_ref().map(of)));
    tolls.find(|t| *t != (None, None)).unwrap_or_default()
}

#[test]
fn counts_go_to_the_killed_or_the_injured_by_their_own_words() {
    let weights = Weights::open(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/marsad.weights")).expect("the weights open");
    let reader = Reader::new(weights, Knowledge::embedded().expect("the tables open")).expect("a reader");
    let exactly = |n: u64| Some((Some(n), Some(n)));
    for (text, killed, injured) in [
        ("استهدف هجوم بسيارة مفخخة مركزا للشرطة في الموصل أمس، ما أسفر عن مقتل ثلاثة جنود وإصابة 12 آخرين.", exactly(3), exactly(12)),
        // Counts of one governor are added up.
        ("شن مسلحون هجوما على قرية شمالي مأرب أمس أسفر عن مقتل سبعة جنود وثلاثة مدنيين.", exactly(10), None),
        // Part of those counted before.
        ("شن مسلحون هجوما على حاجز في كركوك أمس أسفر عن مقتل تسعة أشخاص بينهم أربعة جنود.", exactly(9), None),
        // The form of the noun says how many.
        ("قتل جندي وأصيب شرطيان في انفجار عبوة ناسفة في بغداد أمس.", exactly(1), exactly(2)),
        ("شن طيران التحالف غارات على صعدة أمس أسفرت عن سقوط قتلى وجرحى.", Some((Some(2), None)), Some((Some(2), None))),
        // Things are no victims.
        ("شن مسلحون هجوما على بلدة قرب درعا أمس أسفر عن مقتل خمسة أشخاص وتدمير 20 منزلا.", exactly(5), None),
    ] {
        assert_eq!(toll(&reader, text), (killed, injured), "{text}");
    }
}
