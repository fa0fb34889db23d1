//! Who speaks, by his full name, where the text says only a part of it or his office.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use marsad_format::Document;
use marsad_knowledge::Knowledge;
use marsad_model::Weights;
use marsad_reader::Reader;

/// Cue and full name of the speaker of each statement.
fn speakers(text: &str) -> Vec<(String, String)> {
    let weights = Weights::open(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/marsad.weights")).expect("the weights open");
    let reader = Reader::new(weights, Knowledge::embedded().expect("the tables open")).expect("a reader");
    let document = Document { text: text.to_owned(), published: Some("2026-03-02".to_owned()), ..Document::default() };
    let reading = reader.read(&document).expect("a reading");
    reading.statements.into_iter().map(|s| (s.cue.text, s.speaker.and_then(|s| s.name).unwrap_or_default())).collect()
}

#[test]
fn a_last_name_an_office_and_an_implied_subject_lead_to_the_full_name() {
    let said = speakers(
        "قال وزير الدفاع العراقي خالد السامرائي إن القوات سيطرت على البلدة. وأوضح السامرائي أن العملية بدأت فجرا. \
         وأكد الوزير أن المدنيين غادروا المنطقة. وأضاف أن الطريق إلى الموصل مفتوح.",
    );
    for cue in ["قال", "أوضح", "أكد", "أضاف"] {
        let name = said.iter().find(|(c, _)| c == cue).map(|(_, name)| name.as_str());
        assert_eq!(name, Some("خالد السامرائي"), "{cue} of {said:?}");
    }
}
