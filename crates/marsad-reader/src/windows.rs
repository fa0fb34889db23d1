//! Windows: consecutive sentences that the encoder sees together.
//!
//! Where a window ends is the rule of `training/data.py`, kept simple so that both sides can have it; change both or neither.
//! The sentences that statements and events keep to are those of the text layer.

use marsad_model::Tokenizer;
use marsad_text::{Word, sentences, words};

/// Pieces a window may hold, the two marks at its ends not counted.
const LIMIT: usize = 190;

/// A document cut into words and windows of words.
#[derive(Debug, Default)]
pub struct Cut {
    /// The words of the whole text.
    pub words: Vec<Word>,
    /// For each window its first word and one past its last.
    pub windows: Vec<(usize, usize)>,
    /// The pieces of each word.
    pub pieces: Vec<Vec<u32>>,
    /// For each word the number of its sentence.
    pub sentence: Vec<usize>,
}

/// Byte offsets at which a sentence ends: . ! ? ؟ … with closing quotes before white space, and ends of lines.
fn ends(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\n' {
            found.push(at + 1);
        } else if matches!(c, '.' | '!' | '?' | '؟' | '…') {
            let mut end = at + c.len_utf8();
            while let Some(&(next, d)) = chars.peek() {
                if !matches!(d, '.' | '!' | '?' | '؟' | '…' | '"' | '»' | '”' | ')') {
                    break;
                }
                end = next + d.len_utf8();
                chars.next();
            }
            if chars.peek().is_none_or(|&(_, d)| d.is_whitespace()) {
                found.push(end);
            }
        }
    }
    found.push(text.len());
    found
}

/// Cuts a text into words, pieces and windows.
pub fn cut(text: &str, tokenizer: &Tokenizer) -> Cut {
    let words = words(text);
    let pieces: Vec<Vec<u32>> = words
        .iter()
        .map(|w| {
            let mut pieces = tokenizer.encode_word(w.span.of(text), w.spaced);
            pieces.truncate(LIMIT);
            pieces
        })
        .collect();
    let (mut windows, mut first, mut size, mut at) = (Vec::new(), 0, 0, 0);
    for end in ends(text) {
        let start = at;
        while at < words.len() && words[at].span.start() < end {
            at += 1;
        }
        let need: usize = pieces[start..at].iter().map(Vec::len).sum();
        if start > first && size + need > LIMIT {
            windows.push((first, start));
            (first, size) = (start, 0);
        }
        for (i, piece) in pieces.iter().enumerate().take(at).skip(start) {
            if size + piece.len() > LIMIT && i > first {
                windows.push((first, i));
                (first, size) = (i, 0);
            }
            size += piece.len();
        }
    }
    if words.len() > first {
        windows.push((first, words.len()));
    }
    let (spans, mut number) = (sentences(text), 0);
    let sentence = words
        .iter()
        .map(|w| {
            while spans.get(number).is_some_and(|s| s.end() <= w.span.start()) {
                number += 1;
            }
            number
        })
        .collect();
    Cut { words, windows, pieces, sentence }
}
