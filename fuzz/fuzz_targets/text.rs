//! Any text through words, sentences, numbers, dates, clitics and the normalised views: spans lie in the text, in order.
#![no_main]

use libfuzzer_sys::fuzz_target;
use marsad_text::{CharIndex, Normalised, Span, dates, enclitics, fold, light, numbers, proclitics, sentences, words};

fn ordered(text: &str, spans: impl Iterator<Item = Span>) {
    let mut end = 0;
    for span in spans {
        assert!(span.start() >= end && !span.is_empty() && text.get(span.range()).is_some());
        end = span.end();
    }
}

fuzz_target!(|input: (String, Option<String>)| {
    let (text, day) = input;
    let list = words(&text);
    ordered(&text, list.iter().map(|w| w.span));
    ordered(&text, sentences(&text).into_iter());
    ordered(&text, numbers::find(&text, &list).into_iter().map(|n| n.span));
    ordered(&text, dates::find(&text, &list, day.as_deref()).into_iter().map(|d| d.span));
    for word in list.iter().map(|w| w.span.of(&text)) {
        assert!(proclitics(word).into_iter().all(|n| word.is_char_boundary(n)));
        assert!(enclitics(word).into_iter().all(|n| n <= word.len() && word.is_char_boundary(word.len() - n)));
    }
    assert_eq!(Normalised::folded(&text).text(), fold(&text));
    assert_eq!(light(&light(&text)), light(&text));
    assert_eq!(CharIndex::new(&text).char_of(text.len()) as usize, text.chars().count());
});
