//! Words as the grouping compares them: light stems with the weight that their rarity gives.

use super::Tables;
use crate::near::fnv;
use marsad_text::{WordKind, fold, words};
use std::collections::BTreeMap;

const BEFORE: [&str; 7] = ["وال", "بال", "كال", "فال", "ال", "لل", "و"];
const BEHIND: [&str; 9] = ["ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي", "ا"];

/// A folded word without what Larkey's light10 takes off: one article with its particles, then endings, as long as three
/// letters stay (Larkey, Ballesteros, Connell 2007, "Light stemming for Arabic information retrieval").
pub fn stem(folded: &str) -> &str {
    let letters = |s: &str| s.chars().count();
    let mut word = folded;
    if let Some(rest) = BEFORE.iter().find_map(|p| word.strip_prefix(p).filter(|r| letters(r) >= 3)) {
        word = rest;
    }
    while let Some(rest) = BEHIND.iter().find_map(|e| word.strip_suffix(e).filter(|r| letters(r) >= 3)) {
        word = rest;
    }
    word
}

/// The stem of a word of a text.
pub fn stem_of(word: &str) -> String {
    stem(&fold(word)).to_owned()
}

/// A stem as a number.
pub fn hash(stem: &str) -> u32 {
    let h = fnv(stem.as_bytes());
    (h ^ (h >> 32)) as u32
}

/// Adds the stems of a text, each once, with its inverse document frequency times `factor` as weight.
pub(crate) fn weigh(text: &str, factor: f32, tables: &Tables, into: &mut BTreeMap<u32, f32>) {
    for word in words(text).iter().filter(|w| w.kind != WordKind::Sign) {
        let folded = fold(word.span.of(text));
        let stem = stem(&folded);
        if stem.chars().count() < 2 {
            continue;
        }
        let weight = tables.rarity(stem) * factor;
        if weight > 0.0 {
            let held = into.entry(hash(stem)).or_default();
            *held = held.max(weight);
        }
    }
}
