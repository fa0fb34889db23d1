//! What holds of every query.

use marsad_search::{FIELDS, Query};
use proptest::prelude::*;

/// Pieces that the language gives a meaning to, between words.
fn pieces() -> impl Strategy<Value = String> {
    const KNOWN: [&str; 16] = ["\"", "«", "(", ")", "-", "OR", "|", ":", " ", "killed:>", "type:", "مسجد", "\u{202B}", "و", "😀", "before:٢٠١٥"];
    let piece = prop_oneof![proptest::sample::select(&KNOWN[..]).prop_map(str::to_owned), any::<char>().prop_map(String::from)];
    proptest::collection::vec(piece, 0..24).prop_map(|list| list.concat())
}

proptest! {
    #[test]
    fn any_input_is_parsed_or_refused_at_a_place_that_is_there(text in pieces()) {
        if let Err(fault) = Query::parse(&text) {
            let words: String = text.chars().skip(fault.at.start).take(fault.at.len()).collect();
            prop_assert_eq!(words, fault.words, "the place that the fault names holds the words that it quotes");
            prop_assert!(!fault.reason.is_empty());
        }
    }

    #[test]
    fn words_between_quotation_marks_are_never_refused(text in "[^\"“”„«»]{1,40}") {
        let query = Query::parse(&format!("مسجد \"{text}\""));
        prop_assert!(query.is_ok(), "{:?}: {:?}", text, query);
    }

    #[test]
    fn what_is_excluded_is_not_asked_for(word in "[ا-ي]{2,8}") {
        let query = Query::parse(&format!("مسجد -{word}")).expect("two words");
        prop_assert_eq!(query.words(), "مسجد");
    }
}

#[test]
fn brackets_a_thousand_deep_are_refused_and_do_not_overflow() {
    let fault = Query::parse(&"(".repeat(1_000)).expect_err("too deep");
    assert!(fault.reason.contains("deep"), "{fault}");
}

#[test]
fn every_field_is_parsed_by_its_example() {
    for (field, name, arabic, _, example) in FIELDS {
        assert!(example.starts_with(name) && Query::parse(example).is_ok(), "{field:?}: {example}");
        assert!(Query::parse(&format!("{arabic}:شيء")).is_ok(), "{arabic}");
    }
}
