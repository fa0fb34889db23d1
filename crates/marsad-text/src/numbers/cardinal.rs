//! One number, in digits or words.

use super::lexicon::{Entry, lexicon};
use crate::WordKind;
use crate::tokens::{Tokens, without_clitics};

/// A number that begins at a token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cardinal {
    /// Its value, or the least it may be.
    pub value: f64,
    /// Whether it is no more than that.
    pub exact: bool,
    /// The first token.
    pub start: usize,
    /// The token after the last.
    pub end: usize,
    /// Bytes of a clitic before it.
    pub cut: usize,
    /// The thousand, million … that its last words name.
    pub scale: Option<f64>,
}

/// The value of a token's digits with their points and commas.
///
/// Groups of three are thousands; a point or comma before any other number of digits is the decimal one.
fn digits(plain: &str) -> Option<f64> {
    if plain.bytes().all(|b| b.is_ascii_digit()) && plain.len() < 16 {
        return plain.parse().ok();
    }
    let plain = plain.replace('٫', ".").replace('٬', "");
    let mut groups = plain.split([',', '.']);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let (points, commas) = (plain.matches('.').count(), plain.matches(',').count());
    let threes = !rest.is_empty() && !first.starts_with('0') && rest.iter().all(|g| g.len() == 3);
    let plain = if threes && (points == 0 || commas == 0) {
        plain.replace([',', '.'], "")
    } else if points == 1 && commas > 0 && plain.rfind(',') < plain.find('.') {
        plain.replace(',', "")
    } else if commas == 1 && points > 0 && plain.rfind('.') < plain.find(',') {
        plain.replace('.', "").replace(',', ".")
    } else {
        plain.replace(',', ".")
    };
    plain.parse().ok().filter(|v: &f64| v.is_finite())
}

/// Digits whose thousands stand apart: `1 414 021`, `١،٢٣٤،٥٦٧`. Gives the value and the token after it.
fn grouped(tokens: &Tokens, i: usize) -> Option<(f64, usize)> {
    let first = tokens.digits(i)?;
    let value = digits(first)?;
    if first.len() > 3 || first.starts_with('0') || first.contains(['.', ',']) {
        return Some((value, i + 1));
    }
    let (mut all, mut end) = (first.to_owned(), i + 1);
    loop {
        let sign = usize::from(tokens.is(end, &["،"]));
        let Some(next) = tokens.list.get(end + sign) else { break };
        let apart = tokens.list[end].spaced || (sign == 1 && next.spaced);
        let Some(group) = tokens.digits(end + sign) else { break };
        let whole = group.split(['.', ',']).next().unwrap_or_default();
        if apart == (sign == 1) || whole.len() != 3 || (whole.len() < group.len() && group.split(['.', ',']).nth(1).is_some_and(|d| d.len() == 3)) {
            break;
        }
        all += group;
        end += sign + 1;
        if group.len() != whole.len() {
            break;
        }
    }
    digits(&all.replace(',', ".")).filter(|_| end > i + 1).map(|v| (v, end)).or(Some((value, i + 1)))
}

/// A word of a number: what it does, whether `و` links it to what stands before, and letters of a clitic.
fn entry(tokens: &Tokens, i: usize, first: bool) -> Option<(Entry, bool, usize)> {
    let key = tokens.key(i);
    let words = &lexicon().words;
    let get = |k: &str| words.get(k).or_else(|| k.strip_prefix("ال").and_then(|k| words.get(k))).copied();
    if let Some(e) = get(key) {
        return Some((e, false, 0));
    }
    if !key.starts_with(['و', 'ف', 'ب', 'ل', 'ك']) {
        return None;
    }
    if !first {
        return key.strip_prefix('و').and_then(get).map(|e| (e, true, 1));
    }
    without_clitics(key).find_map(|(rest, cut)| get(&rest).filter(|_| rest.chars().count() > 2).map(|e| (e, true, cut)))
}

/// `نصف`, `ثلاثة أرباع` and their kind; the value and the token after it. `linked` says whether `و` must come first.
fn fraction(tokens: &Tokens, i: usize, linked: bool) -> Option<(f64, usize)> {
    let apart = usize::from(linked && tokens.key(i) == "و");
    let (e, joined, _) = entry(tokens, i + apart, false)?;
    if linked && apart == 0 && !joined {
        return None;
    }
    let at = i + apart + 1;
    match e {
        Entry::Fraction(f) => Some((f, at)),
        Entry::Part(n) if linked => {
            // `وخمس` is a fifth only where nothing is counted by it.
            let next = tokens.list.get(at);
            next.is_none_or(|t| t.kind == WordKind::Sign).then_some((1.0 / n, at))
        }
        Entry::Unit(n) | Entry::Part(n) if n < 100.0 => match entry(tokens, at, false)? {
            (Entry::Parts(d), false, _) => Some((n / d, at + 1)),
            _ => None,
        },
        _ => None,
    }
}

/// `3/4`.
fn slash(tokens: &Tokens, i: usize) -> Option<(f64, usize)> {
    let (a, b) = (tokens.whole(i)?, tokens.whole(i + 2)?);
    let tight = tokens.is(i + 1, &["/"]) && !tokens.list.get(i + 1)?.spaced && !tokens.list.get(i + 2)?.spaced;
    (tight && a > 0 && a < b && b <= 10 && !tokens.is(i + 3, &["/"])).then(|| (a as f64 / b as f64, i + 3))
}

/// Reads the number that begins at a token.
pub(crate) fn cardinal(tokens: &Tokens, i: usize) -> Option<Cardinal> {
    let token = tokens.list.get(i)?;
    let lexicon = lexicon();
    // The part that a following thousand or million multiplies, and what is done.
    let (mut group, mut sum) = (0.0, 0.0);
    let (mut exact, mut scale, mut last_scale) = (true, None, f64::INFINITY);
    let (mut end, mut cut, mut start) = (i + 1, 0, i);
    let mut digits_only = false;
    match token.kind {
        WordKind::Sign => {
            // A minus stands apart from what is before it and touches what is after it.
            if tokens.is(i, &["."]) && token.spaced && tokens.list.get(i + 1).is_some_and(|t| !t.spaced) {
                // `.08`
                let part = tokens.digits(i + 1).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
                let value = format!("0.{part}").parse().ok()?;
                return Some(Cardinal { value, exact: true, start: i, end: i + 2, cut: 0, scale: None });
            }
            let minus = tokens.is(i, &["-", "−"]) && token.spaced && tokens.list.get(i + 1).is_some_and(|t| !t.spaced && t.kind == WordKind::Number);
            if !minus || (i > 0 && tokens.list[i - 1].kind == WordKind::Number) {
                return None;
            }
            let inner = cardinal(tokens, i + 1).filter(|c| c.start == i + 1)?;
            return Some(Cardinal { value: -inner.value, start: i, ..inner });
        }
        WordKind::Number => {
            let (value, next) = match slash(tokens, i) {
                Some(found) => found,
                None => grouped(tokens, i)?,
            };
            (group, end, digits_only) = (value, next, true);
            if let Some((part, next)) = slash(tokens, end).filter(|_| tokens.list[end].spaced && value.fract() == 0.0) {
                (group, end) = (value + part, next);
            }
        }
        WordKind::Letters => {
            let vague = lexicon.vague.at(tokens, i, tokens.key(i)).map(|f| (f, 0));
            let vague = vague.or_else(|| without_clitics(tokens.key(i)).find_map(|(rest, cut)| lexicon.vague.at(tokens, i, &rest).map(|f| (f, cut))));
            if let Some(((least, n), letters)) = vague {
                return Some(Cardinal { value: least, exact: false, start: i, end: i + n, cut: tokens.clitic(i, letters), scale: None });
            }
            let (first, _, letters) = entry(tokens, i, true)?;
            cut = tokens.clitic(i, letters);
            match first {
                Entry::Unit(v) => group = v,
                Entry::One => {
                    let tens = |e: Option<(Entry, bool, usize)>| matches!(e, Some((Entry::Unit(v), true, _)) if (20.0..100.0).contains(&v));
                    let ten = matches!(entry(tokens, i + 1, false), Some((Entry::Unit(10.0) | Entry::Part(10.0), false, _)));
                    if !ten && !tens(entry(tokens, i + 1, false)) {
                        return None;
                    }
                    group = 1.0;
                }
                Entry::Part(n) => {
                    let next = tokens.key(i + 1);
                    if let Some((Entry::Parts(_), false, _)) = entry(tokens, i + 1, false) {
                        let (value, end) = fraction(tokens, i, false)?;
                        return Some(Cardinal { value, exact: true, start: i, end, cut, scale: None });
                    }
                    if next.starts_with("ال") && letters == 0 && !lexicon.words.contains_key(next.trim_start_matches("ال")) {
                        return Some(Cardinal { value: 1.0 / n, exact: true, start: i, end, cut, scale: None });
                    }
                    group = n;
                }
                Entry::Fraction(f) => {
                    if tokens.key(i).starts_with("ال") || lexicon.bars.at(tokens, end, tokens.key(end)).is_some() {
                        return None;
                    }
                    let mut value = f;
                    if let Some((Entry::Scale(s), false, _)) = entry(tokens, end, false) {
                        (value, scale, end) = (f * s, Some(s), end + 1);
                    }
                    return Some(Cardinal { value, exact: true, start: i, end, cut, scale });
                }
                Entry::Vague(v) => (group, exact) = (v, false),
                Entry::Scale(s) => (sum, scale, last_scale) = (s, Some(s), s),
                Entry::Scales(s) => {
                    (sum, scale, last_scale, exact) = (2.0 * s, Some(s), s, false);
                    if s < 1000.0 {
                        return None;
                    }
                }
                Entry::Dual(v) => (sum, scale, last_scale) = (v, Some(v / 2.0), v / 2.0),
                Entry::Parts(_) => return None,
            }
            if let Some((value, next)) = fraction(tokens, i, false).filter(|_| !matches!(first, Entry::Fraction(_))) {
                return Some(Cardinal { value, exact: true, start: i, end: next, cut, scale: None });
            }
            start = i;
        }
    }
    loop {
        let apart = usize::from(tokens.key(end) == "و");
        if let Some((part, next)) = fraction(tokens, end, true).filter(|_| exact) {
            // Half of what: the million that the last words name, or one.
            let definite = entry(tokens, next, false).and_then(|(e, joined, _)| match e {
                Entry::Scale(s) if !joined => Some(s),
                _ => None,
            });
            let of = definite.or_else(|| scale.filter(|&s| group == 0.0 && s >= 1000.0)).unwrap_or(1.0);
            end = next + usize::from(definite.is_some());
            group += part * of;
            break;
        }
        let at = end + apart;
        if let Some(token) = tokens.list.get(at)
            && token.kind == WordKind::Number
        {
            // `٤ آلاف و٣ مائة و ٢١`: digits go on only after a scale.
            let linked = apart == 1;
            let fits = scale.is_some() && (group == 0.0 || (linked && group % 100.0 == 0.0));
            let Some(value) = tokens.whole(at).map(|v| v as f64).filter(|&v| fits && v > 0.0 && v < if group == 0.0 { last_scale } else { 100.0 }) else { break };
            if !linked && !matches!(entry(tokens, at + 1, false), Some((Entry::Unit(100.0) | Entry::Scale(_) | Entry::Scales(_), false, _))) {
                break;
            }
            group += value;
            end = at + 1;
            continue;
        }
        let Some((e, joined, _)) = entry(tokens, at, false) else { break };
        let linked = joined || apart == 1;
        match e {
            Entry::Unit(10.0) | Entry::Part(10.0) if !linked && !digits_only && group >= 1.0 && group % 100.0 < 10.0 && group % 100.0 >= 1.0 => group += 10.0,
            Entry::Unit(100.0) if !linked && group > 0.0 && (group < 10.0 || digits_only) => {
                group *= 100.0;
                scale = scale.or(Some(100.0));
            }
            Entry::Unit(v) | Entry::Part(v) if linked && exact && v > 0.0 && (!digits_only || scale.is_some()) => {
                let room = if group == 0.0 {
                    last_scale
                } else if (20.0..100.0).contains(&v) {
                    // Tens follow the ones.
                    if group % 100.0 < 10.0 { 100.0 } else { 0.0 }
                } else if group % 100.0 == 0.0 {
                    100.0
                } else {
                    0.0
                };
                if v >= room {
                    break;
                }
                group += v;
            }
            Entry::One if linked && group % 100.0 == 0.0 && (group > 0.0 || sum > 0.0) => group += 1.0,
            Entry::Scale(s) | Entry::Scales(s) if !linked && group != 0.0 && s <= last_scale => {
                sum += group * s;
                (group, scale, last_scale) = (0.0, Some(s), s);
            }
            Entry::Scale(s) | Entry::Scales(s) if !linked && group == 0.0 && s > last_scale => {
                sum *= s;
                (scale, last_scale) = (Some(s), s);
            }
            Entry::Scale(s) if linked && group == 0.0 && s < last_scale && exact => {
                sum += s;
                (scale, last_scale) = (Some(s), s);
            }
            Entry::Dual(v) if linked && group == 0.0 && v / 2.0 < last_scale && exact => {
                sum += v;
                (scale, last_scale) = (Some(v / 2.0), v / 2.0);
            }
            Entry::Dual(v) if linked && v < 100.0 && group % 100.0 == 0.0 && exact => group += v,
            Entry::Vague(_) if !linked && !exact && group < 4.0 => {
                // `بضع مئات`
                group *= 100.0;
            }
            _ => break,
        }
        end = at + 1;
    }
    let scale = scale.filter(|_| group == 0.0 && sum > 0.0);
    let mut value = sum + group;
    if let Some((next, end_of)) = divided(tokens, start, end, value).filter(|_| exact) {
        (value, end) = (next, end_of);
    }
    Some(Cardinal { value, exact, start, end, cut, scale })
}

/// `واحد من ثلاثة`, `1 على 20`, `عشرون جزءا من مئة`; `خمسة فاصلة اثنين`.
fn divided(tokens: &Tokens, start: usize, end: usize, value: f64) -> Option<(f64, usize)> {
    if matches!(tokens.key(end), "فاصله" | "فاصل") {
        let part = cardinal(tokens, end + 1).filter(|c| c.exact && c.cut == 0 && c.value < 1000.0 && c.value.fract() == 0.0)?;
        return Some((value + part.value / 10f64.powi(format!("{}", part.value).len() as i32), part.end));
    }
    if matches!(tokens.key(end), "جزء" | "جزءا" | "اجزاء") && tokens.key(end + 1) == "من" {
        let of = cardinal(tokens, end + 2).filter(|c| c.exact && c.value > 1.0 && c.cut == 0)?;
        return Some((value / of.value, of.end));
    }
    let one = end == start + 1 && (value - 1.0).abs() < 0.1 && tokens.list[start].kind == WordKind::Letters;
    if !(tokens.key(end) == "علي" || (tokens.key(end) == "من" && one)) || value == 0.0 {
        return None;
    }
    let of = cardinal(tokens, end + 1).filter(|c| c.exact && c.value > 1.0 && c.cut == 0)?;
    Some((value / of.value, of.end))
}
