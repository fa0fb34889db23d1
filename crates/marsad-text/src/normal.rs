//! Normalised views that always map back to the original.

use crate::Span;
use crate::words::is_mark;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;

/// What the light view leaves out: tatweel and what shows nothing, then the marks.
fn is_left_out(c: char) -> bool {
    matches!(c, '\u{640}' | '\u{61C}' | '\u{AD}' | '\u{FEFF}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}')
        || matches!(c, '\u{610}'..='\u{61A}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{6D6}'..='\u{6EC}')
}

/// What one character becomes: nothing, itself, another, or several.
pub(crate) fn light_char(c: char, put: &mut dyn FnMut(char)) {
    match c {
        _ if is_left_out(c) => {}
        'ی' => put('ي'),
        'ک' => put('ك'),
        '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFE}' => {
            let letters: String = std::iter::once(c).nfkc().collect();
            // The isolated form of a mark (ﹶ) decomposes into a space that carries it; no space was written.
            for d in letters.trim_start_matches(' ').chars() {
                match d {
                    'ی' => put('ي'),
                    'ک' => put('ك'),
                    'ـ' => {}
                    _ if is_mark(d) => {}
                    _ => put(d),
                }
            }
        }
        _ => match digit(c) {
            Some(d) => put(d),
            None => put(c),
        },
    }
}

/// The ASCII digit for a decimal digit of the scripts that news of the region uses.
pub(crate) fn digit(c: char) -> Option<char> {
    let zero = match c {
        '٠'..='٩' => '٠',
        '۰'..='۹' => '۰',
        '０'..='９' => '０',
        _ => return None,
    };
    char::from_digit(c as u32 - zero as u32, 10)
}

fn fold_char(c: char, put: &mut dyn FnMut(char)) {
    match c {
        'أ' | 'إ' | 'آ' | 'ٱ' => put('ا'),
        'ى' | 'ئ' | 'ێ' | 'ې' => put('ي'),
        'ؤ' | 'ۆ' | 'ۇ' | 'ۋ' => put('و'),
        'ة' | 'ە' | 'ہ' | 'ھ' | 'ۀ' => put('ه'),
        'ڕ' => put('ر'),
        'گ' => put('ك'),
        'پ' => put('ب'),
        'چ' => put('ج'),
        'ژ' => put('ز'),
        'ڤ' => put('ف'),
        'ڵ' => put('ل'),
        _ if is_mark(c) => {}
        _ => c.to_lowercase().filter(|&d| !is_mark(d)).for_each(put),
    }
}

/// The view that the model reads: diacritics, tatweel, joiners and direction marks gone, presentation forms as letters,
/// digits as ASCII; hamza forms stay.
pub fn light(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        light_char(c, &mut |d| out.push(d));
    }
    out
}

/// The key for look-ups: the light view with hamza forms, ta marbuta, alef maqsura and Kurdish letters folded, and
/// Latin letters small.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// Appends the key of [`fold`].
pub(crate) fn fold_into(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            // Most letters of most texts are their own key.
            'ء' | 'ا' | 'ب' | 'ت'..='غ' | 'ف'..='و' | 'ي' => out.push(c),
            _ => light_char(c, &mut |d| fold_char(d, &mut |e| out.push(e))),
        }
    }
}

/// A normalised text with its alignment to the original.
#[derive(Clone, Debug)]
pub struct Normalised {
    text: String,
    /// For each byte of the normalised text, the original character's first byte and one past its last.
    origin: Vec<(u32, u32)>,
}

impl Normalised {
    /// The view of [`light`].
    pub fn light(text: &str) -> Self {
        Self::build(text, |c, put| light_char(c, put))
    }

    /// The view of [`fold`].
    pub fn folded(text: &str) -> Self {
        Self::build(text, |c, put| light_char(c, &mut |d| fold_char(d, put)))
    }

    fn build(text: &str, mut map: impl FnMut(char, &mut dyn FnMut(char))) -> Self {
        let (mut out, mut origin) = (String::with_capacity(text.len()), Vec::with_capacity(text.len()));
        for (at, c) in text.char_indices() {
            let from = (at as u32, (at + c.len_utf8()) as u32);
            map(c, &mut |d| {
                out.push(d);
                origin.extend(std::iter::repeat_n(from, d.len_utf8()));
            });
        }
        Self { text: out, origin }
    }

    /// The normalised text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The smallest stretch of the original that a byte range of the normalised text came from.
    pub fn original(&self, range: Range<usize>) -> Span {
        let end = range.end.min(self.origin.len());
        match self.origin.get(range.start..end) {
            Some([first, .., last]) => Span::new(first.0 as usize, last.1 as usize),
            Some([only]) => Span::new(only.0 as usize, only.1 as usize),
            _ => {
                let at = self.origin.get(range.start).map_or_else(|| self.origin.last().map_or(0, |o| o.1), |o| o.0) as usize;
                Span::new(at, at)
            }
        }
    }
}
