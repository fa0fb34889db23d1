//! Words as the readers of dates and numbers see them: folded, with digits apart from the letters they are glued to.

use crate::normal::{fold_into, light_char};
use crate::{Span, Word, WordKind};
use std::borrow::Cow;
use std::collections::HashMap;

/// A word, a number or a sign.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    /// Where it stands.
    pub span: Span,
    /// What it is made of.
    pub kind: WordKind,
    /// The word it is (a part of).
    pub word: usize,
    /// Its folded form.
    key: (u32, u32),
    /// Whether nothing but white space, or the start of the text, stands before it.
    pub spaced: bool,
}

/// The tokens of a text.
#[derive(Debug)]
pub(crate) struct Tokens<'a> {
    pub text: &'a str,
    pub list: Vec<Token>,
    keys: String,
}

impl<'a> Tokens<'a> {
    /// `glued` are the words after which another may stand without a space between (`ديسمبرمن`).
    pub fn new(text: &'a str, words: &[Word], glued: &dyn Fn(&str) -> Option<usize>) -> Self {
        let mut made = Self { text, list: Vec::with_capacity(words.len() + 8), keys: String::with_capacity(text.len()) };
        for (index, word) in words.iter().enumerate() {
            let piece = word.span.of(text);
            if word.kind != WordKind::Letters {
                made.push(word.span, word.kind, index, word.spaced);
                continue;
            }
            if !piece.contains(char::is_numeric) {
                made.push(word.span, word.kind, index, word.spaced);
                let cut = glued(made.key(made.list.len() - 1)).and_then(|letters| bytes_of(piece, letters)).filter(|&at| at > 0 && at < piece.len());
                if let Some(at) = cut
                    && let Some(last) = made.list.pop()
                {
                    made.keys.truncate(last.key.0 as usize);
                    let middle = word.span.start() + at;
                    made.push(Span::new(word.span.start(), middle), word.kind, index, word.spaced);
                    made.push(Span::new(middle, word.span.end()), word.kind, index, false);
                }
                continue;
            }
            // `17فيفري`, `1436هـ`: the digits and the letters are words of their own.
            let (mut start, mut spaced, mut digits) = (0, word.spaced, None);
            for (at, c) in piece.char_indices() {
                let numeric = c.is_numeric() || (digits == Some(true) && matches!(c, '.' | ',' | '٫' | '٬'));
                if digits.is_some_and(|d| d != numeric) && (numeric || c.is_alphabetic()) {
                    made.push_part(word.span.start() + start, word.span.start() + at, digits, index, spaced);
                    (start, spaced) = (at, false);
                    digits = Some(numeric);
                } else if digits.is_none() {
                    digits = Some(numeric);
                }
            }
            made.push_part(word.span.start() + start, word.span.end(), digits, index, spaced);
        }
        made
    }

    fn push_part(&mut self, start: usize, end: usize, digits: Option<bool>, word: usize, spaced: bool) {
        let kind = if digits == Some(true) { WordKind::Number } else { WordKind::Letters };
        self.push(Span::new(start, end), kind, word, spaced);
    }

    fn push(&mut self, span: Span, kind: WordKind, word: usize, spaced: bool) {
        let start = self.keys.len() as u32;
        fold_into(span.of(self.text), &mut self.keys);
        self.list.push(Token { span, kind, word, key: (start, self.keys.len() as u32), spaced });
    }

    /// The folded form of a token; empty beyond the last.
    pub fn key(&self, i: usize) -> &str {
        self.list.get(i).and_then(|t| self.keys.get(t.key.0 as usize..t.key.1 as usize)).unwrap_or("")
    }

    /// Whether a token is one of some signs.
    pub fn is(&self, i: usize, signs: &[&str]) -> bool {
        self.list.get(i).is_some_and(|t| t.kind == WordKind::Sign) && signs.contains(&self.key(i))
    }

    /// The digits of a token, in ASCII, points and commas included.
    pub fn digits(&self, i: usize) -> Option<&str> {
        self.list.get(i).filter(|t| t.kind == WordKind::Number)?;
        Some(self.key(i))
    }

    /// The whole number that a token writes in digits alone.
    pub fn whole(&self, i: usize) -> Option<i64> {
        self.digits(i).filter(|d| d.len() < 10).and_then(|d| d.parse().ok())
    }

    /// How many bytes the first letters of a token take.
    pub fn clitic(&self, i: usize, letters: usize) -> usize {
        self.list.get(i).and_then(|t| bytes_of(t.span.of(self.text), letters)).unwrap_or(0)
    }
}

/// The bytes that the first letters of a word take in its original spelling.
fn bytes_of(word: &str, letters: usize) -> Option<usize> {
    if letters == 0 {
        return Some(0);
    }
    let mut seen = 0;
    let mut chars = word.char_indices().peekable();
    while let Some((_, c)) = chars.next() {
        light_char(c, &mut |d| seen += usize::from(!crate::words::is_mark(d)));
        if seen >= letters {
            // What leaves no letter (marks, tatweel) goes with the letter before it.
            while let Some(&(at, next)) = chars.peek() {
                let mut any = false;
                light_char(next, &mut |_| any = true);
                if any {
                    return (seen == letters).then_some(at);
                }
                chars.next();
            }
            return Some(word.len());
        }
    }
    None
}

/// Phrases of one or more words with what they mean.
#[derive(Debug)]
pub(crate) struct Phrases<T> {
    /// By the first word: the words after it, longest first.
    map: HashMap<String, Vec<(Vec<String>, T)>>,
}

impl<T: Copy> Phrases<T> {
    pub fn new() -> Self {
        Self { map: HashMap::new() }
    }

    /// Adds a phrase in any spelling.
    pub fn add(&mut self, phrase: &str, meaning: T) {
        let folded = crate::fold(phrase);
        let mut words = folded.split(' ').map(str::to_owned);
        let Some(first) = words.next().filter(|w| !w.is_empty()) else { return };
        let rest: Vec<String> = words.collect();
        let list = self.map.entry(first).or_default();
        let at = list.iter().position(|(r, _)| r.len() < rest.len()).unwrap_or(list.len());
        list.insert(at, (rest, meaning));
    }

    /// Whether any phrase begins with that word.
    pub fn has(&self, first: &str) -> bool {
        self.map.contains_key(first)
    }

    /// What begins at a token whose first word, perhaps without a clitic, is `first`; and how many tokens it takes.
    pub fn at(&self, tokens: &Tokens, i: usize, first: &str) -> Option<(T, usize)> {
        let list = self.map.get(first)?;
        list.iter().find(|(rest, _)| rest.iter().enumerate().all(|(k, w)| tokens.key(i + 1 + k) == w)).map(|(rest, meaning)| (*meaning, 1 + rest.len()))
    }
}

/// What is left of a word after particles (و or ف, then ب, ل or ك): each candidate with the letters cut off. Where لل has
/// swallowed the article's alif, it is given back.
pub(crate) fn without_clitics(key: &str) -> impl Iterator<Item = (Cow<'_, str>, usize)> {
    let after = |key: &str| -> Option<usize> { key.chars().next().map(char::len_utf8) };
    let outer = key.strip_prefix(['و', 'ف']);
    let (rest, cut) = outer.map_or((key, 0), |rest| (rest, 1));
    let inner = rest.starts_with(['ب', 'ل', 'ك']).then(|| after(rest).and_then(|n| rest.get(n..))).flatten();
    let swallowed = inner.filter(|_| rest.starts_with("لل"));
    let list = [outer.map(|o| (Cow::Borrowed(o), 1)), inner.map(|i| (Cow::Borrowed(i), cut + 1)), swallowed.map(|s| (Cow::Owned(format!("ا{s}")), cut + 1))];
    list.into_iter().flatten().filter(|(rest, _)| rest.chars().nth(1).is_some())
}
