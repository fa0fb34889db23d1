//! Numbers in digits and words, as counts with bounds.

use crate::{Span, Word, WordKind, fold, light};
use std::collections::HashMap;
use std::sync::OnceLock;

/// A number that the text states.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number {
    /// The words that count.
    pub span: Span,
    /// The first of those words.
    pub first: usize,
    /// The last of those words.
    pub last: usize,
    /// At least.
    pub min: Option<f64>,
    /// At most; `None` where open.
    pub max: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Unit,
    Scale,
    Vague,
    Noun,
}

fn table() -> &'static HashMap<String, (Kind, f64)> {
    static TABLE: OnceLock<HashMap<String, (Kind, f64)>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = HashMap::new();
        for line in include_str!("../../../knowledge/numbers.tsv").lines().skip(1) {
            let mut cells = line.split('\t');
            let (Some(words), Some(kind), Some(value)) = (cells.next(), cells.next(), cells.next().and_then(|v| v.parse().ok())) else { continue };
            let kind = match kind {
                "unit" => Kind::Unit,
                "scale" => Kind::Scale,
                "vague" => Kind::Vague,
                _ => Kind::Noun,
            };
            for word in words.split('|') {
                table.insert(fold(word), (kind, value));
            }
        }
        table
    })
}

/// The value of digits of any script with their points and commas.
fn digits(word: &str) -> Option<f64> {
    let plain = light(word).replace('٫', ".").replace(['٬', '،'], "");
    let thousands = plain.split([',', '.']).skip(1).all(|p| p.len() == 3) && plain.contains([',', '.']);
    let plain = if thousands { plain.replace([',', '.'], "") } else { plain.replace(',', ".") };
    plain.parse().ok().filter(|v: &f64| v.is_finite())
}

/// How many a noun says by its own form: a dual two, a singular one.
pub fn noun_count(word: &str) -> Option<u64> {
    let key = fold(word);
    [Some(key.as_str()), key.strip_prefix(['و', 'ل', 'ب'])]
        .into_iter()
        .flatten()
        .find_map(|k| table().get(k))
        .filter(|(kind, _)| *kind == Kind::Noun)
        .map(|(_, v)| *v as u64)
}

/// Finds the numbers of a text cut into `words`.
pub fn find(text: &str, words: &[Word]) -> Vec<Number> {
    let keys: Vec<String> = words.iter().map(|w| fold(w.span.of(text))).collect();
    let value_of = |i: usize, joined: bool| -> Option<(Kind, f64)> {
        if words[i].kind == WordKind::Number {
            return digits(words[i].span.of(text)).map(|v| (Kind::Unit, v));
        }
        let key = keys[i].as_str();
        let entry = table().get(key).or_else(|| key.strip_prefix('و').filter(|_| joined).and_then(|k| table().get(k)));
        let entry = entry.or_else(|| key.strip_prefix(['ب', 'ل', 'و']).filter(|k| k.chars().count() > 3).and_then(|k| table().get(k)));
        entry.copied().filter(|(k, _)| *k != Kind::Noun)
    };
    let (mut found, mut i) = (Vec::new(), 0);
    while i < words.len() {
        let Some((kind, value)) = value_of(i, false) else {
            i += 1;
            continue;
        };
        let (first, mut last) = (i, i);
        if kind == Kind::Vague {
            found.push(Number { span: words[i].span, first, last, min: Some(value), max: None });
            i += 1;
            continue;
        }
        // `sum` holds what is done, `now` the part that a following thousand or million multiplies.
        let (mut sum, mut now) = if kind == Kind::Scale { (value, 0.0) } else { (0.0, value) };
        let mut j = i + 1;
        while j < words.len() {
            let linked = keys[j].starts_with('و');
            let Some((kind, value)) = value_of(j, true) else { break };
            match kind {
                Kind::Scale => {
                    sum += if now == 0.0 { value } else { now * value };
                    now = 0.0;
                }
                Kind::Unit if words[j].kind != WordKind::Number && (linked || (value == 10.0 && now < 10.0)) => now += value,
                _ => break,
            }
            last = j;
            j += 1;
        }
        let value = sum + now;
        let before = |n: usize, forms: &[&str]| first >= n && forms.contains(&keys[first - n].trim_start_matches(['و', 'ل', 'ب']));
        let more = before(2, &["اكثر", "ازيد"]) && keys[first - 1] == "من";
        let first = if more { first - 2 } else { first };
        let less = first >= 2 && keys[first - 2] == "اقل" && keys[first - 1] == "من";
        let (min, max) = if less { (None, Some(value)) } else { (Some(value), (!more).then_some(value)) };
        found.push(Number { span: words[first].span.cover(words[last].span), first, last, min, max });
        i = last + 1;
    }
    found
}
