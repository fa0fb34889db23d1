//! An article's text with what was found in it: stretches of whole words, since a tag inside an Arabic word cuts its joining.

use super::{Field, clean};
use std::collections::BTreeSet;

/// Something found in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// First character.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// What it is, as the style sheet calls it.
    pub class: &'static str,
    /// The element's id; empty where nothing leads here.
    pub id: String,
    /// The id of the finding that explains it; empty where none does.
    pub finding: String,
    /// In words.
    pub label: String,
}

/// A stretch in which the same things were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its words.
    pub text: String,
    /// Classes of what was found, with blanks between; empty where nothing was.
    pub classes: String,
    /// What was found, in words.
    pub label: String,
    /// Ids of what begins here.
    pub ids: Vec<String>,
    /// The finding that it leads to: that of the shortest stretch around it.
    pub link: Option<String>,
    /// The ids of all findings that explain it, with blanks between.
    pub findings: String,
}

/// A line of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paragraph {
    /// Its pieces.
    pub pieces: Vec<Piece>,
    /// Its language.
    pub lang: &'static str,
    /// Its direction.
    pub dir: &'static str,
}

/// A text's paragraphs; empty lines are none.
pub fn paragraphs(text: &str, found: &[Found]) -> Vec<Paragraph> {
    let chars: Vec<char> = text.chars().collect();
    let found: Vec<Found> = found.iter().map(|f| whole_words(&chars, f)).collect();
    let mut out = Vec::new();
    let mut start = 0;
    for line in chars.split(|c| *c == '\n') {
        let end = start + line.len();
        if line.iter().any(|c| !c.is_whitespace()) {
            let Field { lang, dir, .. } = Field::of(&line.iter().collect::<String>());
            out.push(Paragraph { pieces: pieces(&chars, start, end, &found), lang, dir });
        }
        start = end + 1;
    }
    out
}

/// One line with what was found in it.
pub fn line(text: &str, found: &[Found]) -> Vec<Piece> {
    let chars: Vec<char> = text.chars().map(|c| if c == '\n' { ' ' } else { c }).collect();
    let found: Vec<Found> = found.iter().map(|f| whole_words(&chars, f)).collect();
    pieces(&chars, 0, chars.len(), &found)
}

fn pieces(chars: &[char], start: usize, end: usize, found: &[Found]) -> Vec<Piece> {
    let inside: Vec<&Found> = found.iter().filter(|f| (f.start as usize) < end && f.end as usize > start && f.start < f.end).collect();
    let edges = inside.iter().flat_map(|f| [f.start as usize, f.end as usize]).filter(|e| *e > start && *e < end);
    let edges: BTreeSet<usize> = edges.chain([start, end]).collect();
    let edges: Vec<usize> = edges.into_iter().collect();
    let piece = |from: usize, to: usize| {
        let mut here: Vec<&&Found> = inside.iter().filter(|f| f.start as usize <= from && f.end as usize >= to).collect();
        let classes: BTreeSet<&str> = here.iter().map(|f| f.class).collect();
        let labels: Vec<&str> = here.iter().map(|f| f.label.as_str()).filter(|l| !l.is_empty()).collect();
        let label = labels.join(" · ");
        let ids = here.iter().filter(|f| f.start as usize == from && !f.id.is_empty()).map(|f| f.id.clone()).collect();
        here.sort_by_key(|f| f.end - f.start);
        let findings: Vec<&str> = here.iter().map(|f| f.finding.as_str()).filter(|f| !f.is_empty()).collect();
        Piece {
            text: clean(&chars[from..to].iter().collect::<String>()),
            classes: classes.into_iter().collect::<Vec<_>>().join(" "),
            label,
            ids,
            link: findings.first().map(|f| (*f).to_owned()),
            findings: findings.join(" "),
        }
    };
    edges.windows(2).map(|w| piece(w[0], w[1])).collect()
}

/// Widened to whole words, and no longer than the text.
fn whole_words(chars: &[char], found: &Found) -> Found {
    let joins = |at: usize| at > 0 && at < chars.len() && is_word(chars[at - 1]) && is_word(chars[at]);
    let mut start = (found.start as usize).min(chars.len());
    let mut end = (found.end as usize).min(chars.len());
    while joins(start) {
        start -= 1;
    }
    while joins(end) {
        end += 1;
    }
    Found { start: start as u32, end: end as u32, ..found.clone() }
}

/// Letters, digits, and what stands on them.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{200d}')
}
