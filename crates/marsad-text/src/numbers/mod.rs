//! Numbers in digits and words, as counts with bounds.

mod cardinal;
mod lexicon;
mod ordinal;

use crate::tokens::{Tokens, without_clitics};
use crate::{Span, Word, WordKind, fold};
use lexicon::{Bound, lexicon};

pub(crate) use cardinal::{Cardinal, cardinal};
pub(crate) use ordinal::ordinal;

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberKind {
    /// Things, or nothing that the text names.
    Count,
    /// Hundredths: `20` for `20 %`.
    Percent,
    /// Money.
    Money,
    /// A place in a row.
    Ordinal,
}

/// A number that the text states.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number {
    /// The words that count, with what bounds them and the currency.
    pub span: Span,
    /// The number itself, without clitic, bound or currency.
    pub core: Span,
    /// The first of those words.
    pub first: usize,
    /// The last of those words.
    pub last: usize,
    /// At least.
    pub min: Option<f64>,
    /// At most; `None` where open.
    pub max: Option<f64>,
    /// Whether the text says that it is rounded.
    pub about: bool,
    /// What it counts.
    pub kind: NumberKind,
    /// ISO 4217, where the text says which state's money it is.
    pub currency: Option<&'static str>,
}

/// How many a noun says by its own form: a dual two, a singular one.
pub fn noun_count(word: &str) -> Option<u64> {
    let key = fold(word);
    let nouns = &lexicon().nouns;
    nouns.get(&key).copied().or_else(|| without_clitics(&key).find_map(|(rest, _)| nouns.get(rest.as_ref()).copied()))
}

/// The bound that ends right before a token: where it begins.
fn bound_before(tokens: &Tokens, at: usize) -> Option<(Bound, usize, usize)> {
    for back in 1..=4 {
        let i = at.checked_sub(back)?;
        let key = tokens.key(i);
        let direct = lexicon().before.at(tokens, i, key).map(|found| (found, 0));
        let found = direct.or_else(|| without_clitics(key).find_map(|(rest, cut)| lexicon().before.at(tokens, i, &rest).map(|f| (f, cut))));
        if let Some(((bound, n), cut)) = found
            && n == back
        {
            return Some((bound, i, cut));
        }
    }
    None
}

/// The bound that a number's noun has behind it: `12 شخصا على الأقل`.
fn bound_after(tokens: &Tokens, end: usize) -> Option<Bound> {
    for i in end..end + 3 {
        if let Some((bound, _)) = lexicon().after.at(tokens, i, tokens.key(i)) {
            return Some(bound);
        }
        if tokens.list.get(i).is_none_or(|t| t.kind != WordKind::Letters) {
            return None;
        }
    }
    None
}

/// The other end of a range that begins with a number ending before `end`.
fn to(tokens: &Tokens, low: &Cardinal) -> Option<Cardinal> {
    let (before, i) = (low.start.checked_sub(1).map_or("", |b| tokens.key(b)), low.end);
    let next = tokens.key(i);
    let between = before.ends_with("بين");
    let at = match next {
        "الي" | "حتي" | "او" => i + 1,
        "-" | "–" | "و" if between || next != "و" => i + 1,
        _ if between && next.starts_with('و') => i,
        _ => return None,
    };
    let mut high = cardinal(tokens, at)?;
    if !high.exact || high.value <= low.value || (next == "او" && high.value > low.value * 2.0) {
        return None;
    }
    if matches!(next, "-" | "–") && (tokens.is(high.end, &["-", "–", "/"]) || high.value > low.value * 100.0) {
        return None;
    }
    high.start = low.start;
    Some(high)
}

fn read(tokens: &Tokens, low: Cardinal) -> (Number, usize) {
    let high = if low.exact { to(tokens, &low) } else { None };
    let (mut min, mut max) = (Some(low.value), low.exact.then_some(low.value));
    let mut end = low.end;
    if let Some(high) = &high {
        // `من 3 إلى 5 ملايين`: the scale is said once.
        if let Some(scale) = high.scale
            && low.scale.is_none()
            && low.value < 1000.0
            && low.value * scale <= high.value
        {
            min = Some(low.value * scale);
        }
        (max, end) = (Some(high.value), high.end);
    }
    let core = Span::new(tokens.list[low.start].span.start() + low.cut, tokens.list[end - 1].span.end());
    let (mut start, mut cut, mut about) = (low.start, low.cut, false);
    let before = bound_before(tokens, start);
    let bound = before.map(|(bound, _, _)| bound);
    if let Some((_, at, letters)) = before {
        start = at;
        cut = tokens.clitic(at, letters);
    }
    let mut core = core;
    match bound {
        Some(Bound::Least) => max = None,
        Some(Bound::Most) => (min, max) = (None, max.or(min)),
        Some(Bound::About) => about = true,
        Some(Bound::Minus) => {
            (min, max) = (max.map(|m| -m), min.map(|m| -m));
            core = Span::new(tokens.list[start].span.start() + cut, core.end());
        }
        None => {}
    }
    let mut kind = NumberKind::Count;
    let mut currency = None;
    // In an address (`%20`) the sign is glued to what follows.
    let glued = |n: usize| tokens.list[end].kind == WordKind::Sign && tokens.list.get(end + n).is_some_and(|t| !t.spaced && t.kind != WordKind::Sign && tokens.text[t.span.start()..].starts_with(|c: char| c.is_ascii()));
    let escaped = start > 0 && tokens.is(start - 1, &["%"]) && !tokens.list[start].spaced;
    if let Some(((), n)) = lexicon().percent.at(tokens, end, tokens.key(end)).filter(|((), n)| !(glued(*n) || escaped)) {
        kind = NumberKind::Percent;
        end += n;
    } else {
        let of = usize::from(tokens.key(end) == "من" && !tokens.key(end + 1).is_empty());
        let key = tokens.key(end + of);
        if let Some((code, n)) = lexicon().currencies.at(tokens, end + of, key.strip_prefix("ال").unwrap_or(key)) {
            (kind, currency, end) = (NumberKind::Money, code, end + of + n);
        } else if start == low.start
            && let Some(sign) = start.checked_sub(1).filter(|&s| tokens.list[s].kind == WordKind::Sign)
            && let Some((code, 1)) = lexicon().currencies.at(tokens, sign, tokens.key(sign))
        {
            (kind, currency, start, cut) = (NumberKind::Money, code, sign, 0);
        }
    }
    if bound.is_none() {
        match bound_after(tokens, end) {
            Some(Bound::Least) => max = None,
            Some(Bound::Most) => (min, max) = (None, max.or(min)),
            Some(Bound::About) => about = true,
            _ => {}
        }
    }
    let span = Span::new(tokens.list[start].span.start() + cut, tokens.list[end - 1].span.end());
    let (first, last) = (tokens.list[start].word, tokens.list[end - 1].word);
    (Number { span, core, first, last, min, max, about, kind, currency }, end)
}

/// Finds the numbers of a text cut into `words`, but not the ordinals.
///
/// # Examples
/// ```
/// use marsad_text::{numbers, words};
/// let text = "نزح خمسة عشر ألفا";
/// let found = numbers::find(text, &words(text));
/// assert_eq!((found[0].min, found[0].max), (Some(15_000.0), Some(15_000.0)));
/// ```
pub fn find(text: &str, words: &[Word]) -> Vec<Number> {
    let tokens = Tokens::new(text, words, &|_| None);
    let (mut found, mut i) = (Vec::new(), 0);
    while i < tokens.list.len() {
        if let Some(low) = cardinal(&tokens, i) {
            let (number, end) = read(&tokens, low);
            found.push(number);
            i = end.max(i + 1);
        } else {
            i += 1;
        }
    }
    found
}

/// Finds the ordinals of a text cut into `words`: `الثاني`, `الحادي والعشرين`.
pub fn ordinals(text: &str, words: &[Word]) -> Vec<Number> {
    let tokens = Tokens::new(text, words, &|_| None);
    let (mut found, mut i) = (Vec::new(), 0);
    while i < tokens.list.len() {
        if let Some(o) = ordinal(&tokens, i) {
            let span = Span::new(tokens.list[o.start].span.start() + o.cut, tokens.list[o.end - 1].span.end());
            let (first, last) = (tokens.list[o.start].word, tokens.list[o.end - 1].word);
            let value = Some(o.value);
            found.push(Number { span, core: span, first, last, min: value, max: value, about: false, kind: NumberKind::Ordinal, currency: None });
            i = o.end.max(i + 1);
        } else {
            i += 1;
        }
    }
    found
}

/// Whether a word is one of the things that numbers count: a noun of the table or a currency.
pub(crate) fn counts(key: &str) -> bool {
    let lexicon = lexicon();
    lexicon.nouns.contains_key(key) || lexicon.currencies.has(key) || lexicon.words.contains_key(key)
}
