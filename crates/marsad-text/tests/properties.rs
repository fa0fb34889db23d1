//! Any string is accepted, and nothing is lost or moved.

use marsad_text::{CharIndex, Normalised, dates, fold, light, numbers, words};
use proptest::prelude::*;

proptest! {
    #[test]
    fn any_text_is_cut_and_folded_without_loss(text in "(\\PC|[ء-ي]|[\u{64B}-\u{652}]|[٠-٩]| |ﷺ|ﻻ|\n|\u{200F}){0,80}") {
        let list = words(&text);
        let mut end = 0;
        for w in &list {
            prop_assert!(w.span.start() >= end && !w.span.is_empty());
            prop_assert!(text.is_char_boundary(w.span.start()) && text.is_char_boundary(w.span.end()));
            prop_assert!(!text[end..w.span.start()].chars().any(char::is_alphanumeric));
            end = w.span.end();
        }
        for (view, plain) in [(Normalised::light(&text), light(&text)), (Normalised::folded(&text), fold(&text))] {
            prop_assert_eq!(view.text(), &plain);
            let mut last = 0;
            for (at, c) in plain.char_indices() {
                let span = view.original(at..at + c.len_utf8());
                prop_assert!(span.start() >= last && text.get(span.range()).is_some() && !span.is_empty());
                last = span.start();
            }
        }
        let index = CharIndex::new(&text);
        for (n, (at, _)) in text.char_indices().enumerate() {
            prop_assert_eq!(index.char_of(at) as usize, n);
        }
        for n in numbers::find(&text, &list) {
            prop_assert!(text.get(n.span.range()).is_some());
        }
        for d in dates::find(&text, &list, Some("2026-11-23")) {
            prop_assert!(text.get(d.span.range()).is_some());
        }
    }
}
