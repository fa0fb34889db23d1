//! One ordinal.

use super::Cardinal;
use super::lexicon::{Entry, lexicon};
use crate::tokens::{Tokens, without_clitics};

/// A word's ordinal, whether it has the article, whether و stands before it, and the letters of a clitic.
fn word(tokens: &Tokens, i: usize) -> Option<(f64, bool, bool, usize)> {
    let key = tokens.key(i);
    let get = |k: &str| {
        let plain = k.strip_prefix("ال");
        let words = lexicon();
        let definite = plain.and_then(|k| words.ordinals.get(k)).map(|&v| (v, true));
        definite.or_else(|| words.ordinals.get(k).map(|&v| (v, false)))
    };
    if let Some((v, definite)) = get(key) {
        return Some((v, definite, false, 0));
    }
    without_clitics(key).find_map(|(rest, cut)| get(&rest).map(|(v, definite)| (v, definite, key.starts_with('و'), cut)))
}

/// A definite cardinal that may stand in an ordinal: `العشرون`, `المئة`. Value, whether linked, letters of a clitic.
fn definite(tokens: &Tokens, i: usize) -> Option<(f64, bool, usize)> {
    let key = tokens.key(i);
    let get = |k: &str| match lexicon().words.get(k.strip_prefix("ال")?)? {
        Entry::Unit(v) if *v >= 20.0 => Some(*v),
        Entry::Scale(v) if *v >= 1000.0 => Some(*v),
        _ => None,
    };
    get(key).map(|v| (v, false, 0)).or_else(|| without_clitics(key).find_map(|(rest, cut)| get(&rest).map(|v| (v, key.starts_with('و'), cut))))
}

/// Reads the ordinal that begins at a token.
pub(crate) fn ordinal(tokens: &Tokens, i: usize) -> Option<Cardinal> {
    let (mut value, cut, mut end) = (0.0, 0, i);
    let mut cut_bytes = cut;
    // Hundreds come first: `المئة والخامسة والعشرون`.
    if let Some((v, _, letters)) = definite(tokens, i) {
        (value, end, cut_bytes) = (v, i + 1, tokens.clitic(i, letters));
    }
    let first = end == i;
    let apart = usize::from(!first && tokens.key(end) == "و");
    if let Some((v, _, linked, letters)) = word(tokens, end + apart)
        && (first || ((linked || apart == 1) && value >= 100.0))
    {
        if first {
            cut_bytes = tokens.clitic(i, letters);
        }
        end += apart + 1;
        let ten = matches!(tokens.key(end), "عشر" | "عشره");
        let tens = definite(tokens, end + usize::from(tokens.key(end) == "و"));
        let tens = tens.filter(|t| (20.0..100.0).contains(&t.0) && (t.1 || tokens.key(end) == "و"));
        if ten {
            value += if v > 10.0 { v } else { v + 10.0 };
            end += 1;
        } else if let Some((t, _, _)) = tens {
            value += t + if v > 10.0 { 1.0 } else { v };
            end += 1 + usize::from(tokens.key(end) == "و");
        } else if v > 10.0 {
            return None;
        } else {
            value += v;
        }
    } else if first {
        // `الواحد والعشرون`: cardinals in order's dress.
        let key = tokens.key(i);
        if !key.starts_with("ال") {
            return None;
        }
        let number = super::cardinal(tokens, i).filter(|c| c.end > i + 1 && c.exact)?;
        return matches!(key, "الواحد" | "الواحده" | "الاثنان" | "الاثنين").then_some(number);
    }
    (value > 0.0).then_some(Cardinal { value, exact: true, start: i, end, cut: cut_bytes, scale: None })
}
