//! Sentences as newswire writes them.
//!
//! A sentence ends at a full stop, question or exclamation mark or an ellipsis that white space, a closing quotation
//! mark or the end follows (or, where a slip left the space out, another whole word), and at every line's end. It does not end after a single letter (initials, titles, the
//! letters of an agency's name), after an abbreviation of `knowledge/abbreviations.tsv`, after the number of a list's
//! item, nor inside a quotation, unless that is a long one. A dateline on a line of its own goes with the next line.

use crate::words::{is_invisible, is_mark};
use crate::{Span, fold};
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

/// A quotation of more characters than this is cut into its sentences.
const LONG_QUOTE: usize = 400;
/// A quotation of at most this many characters that asks or cries (`«ارحل!»`) is part of the sentence around it.
const CRY: usize = 30;
/// A line that ends in a slash or a dash is a dateline only up to this many characters.
const DATELINE: usize = 60;
/// A stop between words of at least this many letters needs no space.
const GLUED: usize = 3;
/// No abbreviation is longer.
const ABBREVIATION: usize = 8;

fn abbreviations() -> &'static HashSet<String> {
    static TABLE: OnceLock<HashSet<String>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let lines = include_str!("../../../knowledge/abbreviations.tsv").lines().skip(1);
        lines.filter_map(|l| l.split('\t').next()).map(fold).collect()
    })
}

fn is_newline(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '؟' | '…' | '۔' | '‼' | '⁇' | '⁈' | '⁉')
}

fn is_silent(c: char) -> bool {
    is_mark(c) || c == 'ـ' || (is_invisible(c) && !c.is_whitespace())
}

/// The quotations of a line.
#[derive(Default)]
struct Quotes {
    /// By the byte of the closing mark: the byte of the opening one and the characters between.
    closing: HashMap<usize, (usize, usize)>,
    opening: HashSet<usize>,
    /// First and last byte of each quotation that is not to be cut, in the order of the text.
    whole: Vec<(usize, usize)>,
}

impl Quotes {
    /// Finds the pairs. Guillemets say by their shape which they are; the others are written either way round in Arabic
    /// news and are told apart by the space beside them, or else by turns.
    fn of(text: &str) -> Self {
        let mut quotes = Self::default();
        // The byte and the count of the mark that waits for its other half.
        let (mut guillemet, mut other) = (None, None);
        let mut before = '\n';
        let mut chars = text.char_indices().enumerate().peekable();
        while let Some((n, (at, c))) = chars.next() {
            let after = chars.peek().map_or('\n', |&(_, (_, c))| c);
            match c {
                _ if is_newline(c) => (guillemet, other) = (None, None),
                '«' => guillemet = Some((at, n)),
                '»' => quotes.close(guillemet.take(), at, n),
                '"' | '“' | '”' | '„' => {
                    let open_side = before.is_whitespace() || matches!(before, '(' | '[' | ':' | '«');
                    let close_side = after.is_whitespace() || is_stop(after) || matches!(after, ')' | ']' | '،' | ',' | '؛' | ':' | '»');
                    let opens = if open_side == close_side { other.is_none() } else { open_side };
                    if opens {
                        other = Some((at, n));
                    } else {
                        quotes.close(other.take(), at, n);
                    }
                }
                _ => {}
            }
            if !is_silent(c) {
                before = c;
            }
        }
        quotes.whole.sort_unstable();
        quotes
    }

    fn close(&mut self, open: Option<(usize, usize)>, at: usize, n: usize) {
        let Some((from, first)) = open else { return };
        let chars = n - first - 1;
        self.opening.insert(from);
        self.closing.insert(at, (from, chars));
        if chars <= LONG_QUOTE {
            self.whole.push((from, at));
        }
    }
}

/// Whether a full stop here ends no sentence: an initial, an abbreviation, the number of a list's item.
fn is_abbreviation(so_far: &str) -> bool {
    let so_far = so_far.trim_end();
    let mut word: Vec<char> = Vec::new();
    let mut rest = so_far.char_indices().rev().filter(|(_, c)| !is_silent(*c)).peekable();
    while let Some(&(_, c)) = rest.peek() {
        if !c.is_alphanumeric() || word.len() > ABBREVIATION {
            break;
        }
        word.push(c);
        rest.next();
    }
    word.reverse();
    if word.is_empty() || word.len() > ABBREVIATION {
        return false;
    }
    let number = word.iter().all(|c| c.is_numeric());
    if number {
        return word.len() <= 3 && rest.all(|(_, c)| c.is_whitespace());
    }
    if word.len() == 1 {
        // The letter of an era closes its year: 2023 م. and 1445 هـ.
        let before = rest.find(|(_, c)| !c.is_whitespace());
        return !before.is_some_and(|(_, c)| c.is_numeric());
    }
    abbreviations().contains(&fold(&word.iter().collect::<String>()))
}

/// Cuts a text into sentences: in order, disjoint, without white space at their ends, every other character in one.
///
/// # Examples
/// ```
/// let text = "وصل د. سالم إلى بغداد. ثم غادرها";
/// let cut: Vec<&str> = marsad_text::sentences(text).into_iter().map(|s| s.of(text)).collect();
/// assert_eq!(cut, ["وصل د. سالم إلى بغداد.", "ثم غادرها"]);
/// ```
pub fn sentences(text: &str) -> Vec<Span> {
    let quotes = Quotes::of(text);
    let mut whole = quotes.whole.iter().copied().peekable();
    // The furthest end of the quotations that began before the place read.
    let mut closed_until = 0;
    let mut found = Found { text, spans: Vec::new(), carried: None };
    let (mut start, mut at) = (0, 0);
    while let Some(c) = text[at..].chars().next() {
        let mut next = at + c.len_utf8();
        if is_newline(c) {
            if !is_dateline(&text[start..at]) {
                found.push(start, at);
                start = next;
            }
            at = next;
            continue;
        }
        if !is_stop(c) {
            at = next;
            continue;
        }
        let (mut stops, mut quote, mut opens) = (1, None, false);
        let mut strong = c != '.';
        // Marks of the same kind, brackets and closing quotation marks go with the sentence they end.
        loop {
            let rest = &text[next..];
            let Some(d) = rest.chars().next() else { break };
            let gap = rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() && !is_newline(c)).len();
            if quotes.opening.contains(&next) {
                opens = true;
                break;
            } else if let Some(&pair) = quotes.closing.get(&(next + gap)) {
                quote = Some(pair);
                next += gap;
                next += text[next..].chars().next().map_or(0, char::len_utf8);
            } else if is_stop(d) {
                stops += 1;
                strong |= d != '.';
                next += d.len_utf8();
            } else if matches!(d, ')' | ']' | '}' | '»' | '”' | '’' | '"' | '\'') || is_silent(d) {
                next += d.len_utf8();
            } else {
                break;
            }
        }
        while let Some((_, end)) = whole.next_if(|q| q.0 < next) {
            closed_until = closed_until.max(end);
        }
        let followed = opens || is_glued(&text[start..at], &text[next..]) || text[next..].chars().next().is_none_or(char::is_whitespace);
        let inside = next <= closed_until;
        let cry = strong && quote.is_some_and(|(_, chars)| chars <= CRY) && !ends_line(&text[next..]);
        let short = !strong && stops == 1 && quote.is_none() && is_abbreviation(&text[start..at]);
        if followed && !inside && !cry && !short {
            found.push(start, next);
            start = next;
        }
        at = next;
    }
    found.push(start, text.len());
    found.finish()
}

/// Whether a stop without a space after it (`وغادر الوفد.وقال`) stands between two whole words: no part of an agency's
/// or a site's name is that long, but for the endings of the table.
fn is_glued(before: &str, after: &str) -> bool {
    let letter = |c: &char| c.is_alphabetic() && matches!(c, '\u{620}'..='\u{6FF}');
    let long = |n: usize| n >= GLUED;
    let next: String = after.chars().filter(|&c| !is_silent(c)).take(ABBREVIATION + 1).take_while(letter).collect();
    long(next.chars().count())
        && long(before.chars().rev().filter(|&c| !is_silent(c)).take(GLUED).take_while(letter).count())
        && !abbreviations().contains(&fold(&next))
}

fn ends_line(rest: &str) -> bool {
    rest.chars().find(|&c| is_newline(c) || !(c.is_whitespace() || is_silent(c))).is_none_or(is_newline)
}

/// Whether a line is only the place and agency of what follows: `شفق نيوز/`.
fn is_dateline(line: &str) -> bool {
    let line = line.trim_matches(|c: char| c.is_whitespace() || is_silent(c));
    line.ends_with(['/', '-', '–', '—'])
        && line.chars().nth(DATELINE).is_none()
        && line.contains(char::is_alphabetic)
        && !line.contains(is_newline)
}

struct Found<'a> {
    text: &'a str,
    spans: Vec<Span>,
    /// The start of invisible characters that wait for the first sentence.
    carried: Option<usize>,
}

impl Found<'_> {
    fn push(&mut self, start: usize, end: usize) {
        let piece = &self.text[start..end];
        let left = start + piece.len() - piece.trim_start().len();
        let right = start + piece.trim_end().len();
        if left >= right {
            return;
        }
        if !self.text[left..right].chars().all(is_invisible) {
            self.spans.push(Span::new(self.carried.take().unwrap_or(left), right));
        } else if let Some(last) = self.spans.last_mut() {
            // A direction mark alone is no sentence.
            *last = Span::new(last.start(), right);
        } else {
            self.carried.get_or_insert(left);
        }
    }

    fn finish(mut self) -> Vec<Span> {
        if let Some(start) = self.carried {
            self.spans.push(Span::new(start, self.text.trim_end().len()));
        }
        self.spans
    }
}
