//! Words and punctuation, in the order of the text.
//!
//! A word is a run of letters, marks and digits of any script, joiners inside included; a point or comma between two
//! digits belongs to the number. Every other visible character stands alone. White space and controls (direction marks
//! among them) are no words. The training data are cut by this very function, so a change here needs new weights.

use crate::Span;

/// What a word is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WordKind {
    /// Letters (and perhaps digits).
    Letters,
    /// Digits only, with their points and commas.
    Number,
    /// One character of any other kind.
    Sign,
}

/// One word or sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Word {
    /// Where it stands.
    pub span: Span,
    /// What it is made of.
    pub kind: WordKind,
    /// Whether white space (or nothing) stands before it.
    pub spaced: bool,
}

/// Whether a character is a combining mark of a script that news of the region uses.
pub(crate) fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5BD}' | '\u{610}'..='\u{61A}'
        | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{6D6}'..='\u{6DC}' | '\u{6DF}'..='\u{6E4}' | '\u{6E7}' | '\u{6E8}'
        | '\u{6EA}'..='\u{6ED}' | '\u{8D3}'..='\u{8E1}' | '\u{8E3}'..='\u{8FF}')
}

/// The letters of which nearly all texts here are made: asking Unicode's tables for each is most of the cutting's time.
fn is_arabic_letter(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{64A}')
}

fn is_numeric(c: char) -> bool {
    !is_arabic_letter(c) && c.is_numeric()
}

fn is_inside(c: char) -> bool {
    is_arabic_letter(c) || c.is_alphanumeric() || is_mark(c) || matches!(c, '_' | '\u{200C}' | '\u{200D}')
}

/// Whether a character shows nothing: white space, controls, direction marks.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

/// Cuts a text into words and signs.
pub fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::with_capacity(text.len() / 8);
    let mut chars = text.char_indices().peekable();
    let mut spaced = true;
    while let Some((start, c)) = chars.next() {
        if is_inside(c) && !matches!(c, '\u{200C}' | '\u{200D}') {
            let (mut end, mut last, mut letters) = (start + c.len_utf8(), c, !is_numeric(c));
            while let Some(&(at, next)) = chars.peek() {
                let joins = matches!(next, '.' | ',' | '٫' | '٬')
                    && is_numeric(last)
                    && text[at + next.len_utf8()..].starts_with(is_numeric);
                if !is_inside(next) && !joins {
                    break;
                }
                letters |= is_inside(next) && !is_numeric(next);
                end = at + next.len_utf8();
                last = next;
                chars.next();
            }
            let kind = if letters { WordKind::Letters } else { WordKind::Number };
            found.push(Word { span: Span::new(start, end), kind, spaced });
            spaced = false;
        } else if is_invisible(c) {
            spaced |= c.is_whitespace();
        } else {
            found.push(Word { span: Span::new(start, start + c.len_utf8()), kind: WordKind::Sign, spaced });
            spaced = false;
        }
    }
    found
}
