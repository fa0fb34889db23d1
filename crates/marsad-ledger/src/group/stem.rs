//! Words as the grouping compares them: light stems with the weight that their rarity gives.

use super::Tables;
use crate::near::fnv;
use marsad_text::{WordKind, fold, words};
use std::collections::BTreeMap;

/// Characters of a report that say what it is about.
const BEGINNING: usize = 1500;
/// The heaviest stems by which a report's matter is known.
const MATTER: usize = 40;

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

/// The heaviest stems of a report's headline and beginning, each with what it weighs beside the others: sorted, and of length 1.
pub(crate) fn matter(title: &str, text: &str, tables: &Tables) -> Vec<(u32, f32)> {
    let end = text.char_indices().nth(BEGINNING).map_or(text.len(), |c| c.0);
    let mut counts: BTreeMap<u32, (f32, f32)> = BTreeMap::new();
    // A word of the headline counts twice.
    for (part, times) in [(title, 2.0), (&text[..end], 1.0)] {
        for word in words(part).iter().filter(|w| w.kind != WordKind::Sign) {
            let folded = fold(word.span.of(part));
            let stem = stem(&folded);
            if stem.chars().count() > 1 {
                counts.entry(hash(stem)).or_insert_with(|| (tables.rarity(stem), 0.0)).1 += times;
            }
        }
    }
    let mut all: Vec<(u32, f32)> = counts.into_iter().map(|(stem, (rarity, count))| (stem, rarity * (1.0 + count.ln()))).filter(|w| w.1 > 0.0).collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    all.truncate(MATTER);
    all.sort_by_key(|w| w.0);
    let length = length(&all);
    all.iter_mut().for_each(|w| w.1 /= length);
    all
}

fn length(words: &[(u32, f32)]) -> f32 {
    words.iter().map(|w| w.1 * w.1).sum::<f32>().sqrt()
}

/// The cosine of two lists of stems, each sorted.
pub(crate) fn cosine(a: &[(u32, f32)], b: &[(u32, f32)]) -> f32 {
    let (mut dot, mut i, mut j) = (0.0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.0.cmp(&y.0) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                dot += x.1 * y.1;
                (i, j) = (i + 1, j + 1);
            }
        }
    }
    if dot > 0.0 { dot / (length(a) * length(b)) } else { 0.0 }
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
