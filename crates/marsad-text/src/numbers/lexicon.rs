//! The words of `knowledge/numbers.tsv`.

use crate::fold;
use crate::tokens::Phrases;
use std::collections::HashMap;
use std::sync::OnceLock;

/// What a word does in a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Entry {
    /// Stands for a value below a thousand.
    Unit(f64),
    /// One, but only in a compound (`أحد عشر`): elsewhere it is "anyone".
    One,
    /// Multiplies what stands before it; counts as one of itself alone.
    Scale(f64),
    /// Multiplies too; alone it is at least two of them.
    Scales(f64),
    /// Two of a scale in one word.
    Dual(f64),
    /// At least so many.
    Vague(f64),
    /// A part of one.
    Fraction(f64),
    /// A part of one where a definite noun follows; else a unit (`خمس الأراضي`, `خمس سنوات`).
    Part(f64),
    /// Parts that a number before them counts (`ثلاثة أرباع`).
    Parts(f64),
}

/// What a phrase beside a number says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// So many or more.
    Least,
    /// So many or fewer.
    Most,
    /// About so many.
    About,
    /// Below zero.
    Minus,
}

/// The tables by the folded form of their words.
pub(crate) struct Lexicon {
    pub words: HashMap<String, Entry>,
    pub ordinals: HashMap<String, f64>,
    pub nouns: HashMap<String, u64>,
    /// Counts that name no number: at least so many.
    pub vague: Phrases<f64>,
    pub before: Phrases<Bound>,
    pub after: Phrases<Bound>,
    pub percent: Phrases<()>,
    /// A currency with its ISO 4217 code; `None` where several states call theirs so.
    pub currencies: Phrases<Option<&'static str>>,
    /// Words that make of a fraction something else (`نصف نهائي`).
    pub bars: Phrases<()>,
}

/// The forms that a noun takes for one and for two. `sound` nouns write their plural like the oblique dual.
fn nouns(into: &mut HashMap<String, u64>, base: &str, sound: bool) {
    let base = fold(base);
    into.insert(format!("{base}ا"), 1);
    let stem = base.strip_suffix('ه').map_or_else(|| base.clone(), |s| format!("{s}ت"));
    into.insert(base, 1);
    into.insert(format!("{stem}ان"), 2);
    if !sound {
        into.insert(format!("{stem}ين"), 2);
    }
}

pub(crate) fn lexicon() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(|| {
        let mut made = Lexicon {
            words: HashMap::new(),
            ordinals: HashMap::new(),
            nouns: HashMap::new(),
            vague: Phrases::new(),
            before: Phrases::new(),
            after: Phrases::new(),
            percent: Phrases::new(),
            currencies: Phrases::new(),
            bars: Phrases::new(),
        };
        for line in include_str!("../../../../knowledge/numbers.tsv").lines().skip(1) {
            let mut cells = line.split('\t');
            let (Some(words), Some(kind), Some(value)) = (cells.next(), cells.next(), cells.next()) else { continue };
            let number: f64 = value.parse().unwrap_or(0.0);
            let bound = match value {
                "least" => Bound::Least,
                "most" => Bound::Most,
                "minus" => Bound::Minus,
                _ => Bound::About,
            };
            for word in words.split('|') {
                let entry = match kind {
                    "unit" => Entry::Unit(number),
                    "one" => Entry::One,
                    "scale" => Entry::Scale(number),
                    "scales" => Entry::Scales(number),
                    "dual" => Entry::Dual(number),
                    "vague" => Entry::Vague(number),
                    "fraction" => Entry::Fraction(number),
                    "part" => Entry::Part(number),
                    "parts" => Entry::Parts(number),
                    "ordinal" => {
                        made.ordinals.insert(fold(word), number);
                        continue;
                    }
                    _ => {
                        match kind {
                            "noun" => nouns(&mut made.nouns, word, false),
                            "noun, sound plural" => nouns(&mut made.nouns, word, true),
                            "noun form" => drop(made.nouns.insert(fold(word), number as u64)),
                            "vague phrase" => made.vague.add(word, number),
                            "before" => made.before.add(word, bound),
                            "after" => made.after.add(word, bound),
                            "percent" => made.percent.add(word, ()),
                            "currency" => made.currencies.add(word, (value != "?").then_some(value)),
                            "bar" => made.bars.add(word, ()),
                            _ => {}
                        }
                        continue;
                    }
                };
                made.words.insert(fold(word), entry);
            }
        }
        made
    })
}
