//! Where in a text the words of a query stand: whole words of the original.

use crate::tokens::{forms, spans};
use marsad_text::{Span, sentences};

/// Finds a query's words in texts, as the index found them.
#[derive(Clone, Debug, Default)]
pub struct Highlighter {
    /// Each run of words that is asked for: for each of its words the forms that stand for it.
    pub(crate) runs: Vec<Vec<Vec<String>>>,
}

/// A part of a text with the hits in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The part, in bytes of the text.
    pub span: Span,
    /// The words that were found in it, in bytes of the text.
    pub marks: Vec<Span>,
}

impl Highlighter {
    /// The words of a text that the query asks for, in order; a phrase is marked as one where it stands whole.
    pub fn marks(&self, text: &str) -> Vec<Span> {
        self.found(text).into_iter().map(|f| f.0).collect()
    }

    /// Each hit with the number of its run.
    fn found(&self, text: &str) -> Vec<(Span, usize)> {
        let list = spans(text);
        let keys: Vec<Vec<String>> = list.iter().map(|s| forms(s.of(text)).into_iter().map(|f| f.key).collect()).collect();
        let mut found: Vec<(Span, usize)> = Vec::new();
        let mut next = 0;
        while next < list.len() {
            let fits = |run: &&(usize, &Vec<Vec<String>>)| !run.1.is_empty() && run.1.iter().enumerate().all(|(k, word)| keys.get(next + k).is_some_and(|have| have.iter().any(|h| word.contains(h))));
            let runs: Vec<(usize, &Vec<Vec<String>>)> = self.runs.iter().enumerate().collect();
            let longest = runs.iter().filter(fits).max_by_key(|r| (r.1.len(), std::cmp::Reverse(r.0)));
            match longest {
                Some((number, run)) => {
                    found.push((list[next].cover(list[next + run.len() - 1]), *number));
                    next += run.len();
                }
                None => next += 1,
            }
        }
        found
    }

    /// The sentence that holds most of the query's different words, the first of equal ones, with as many sentences behind
    /// it as fit into `most` characters; the beginning where none is found. A longer sentence is cut between words.
    pub fn excerpt(&self, text: &str, most: usize) -> Excerpt {
        let found = self.found(text);
        let list = sentences(text);
        let different = |s: &Span| found.iter().filter(|f| s.contains(f.0)).map(|f| f.1).collect::<std::collections::BTreeSet<_>>().len();
        let first = list.iter().enumerate().max_by_key(|(at, s)| (different(s), std::cmp::Reverse(*at))).map_or(0, |b| b.0);
        let mut span = list.get(first).copied().unwrap_or_default();
        for next in list.iter().skip(first + 1) {
            let longer = span.cover(*next);
            if longer.of(text).chars().count() > most {
                break;
            }
            span = longer;
        }
        if span.of(text).chars().count() > most {
            span = shorten(text, span, found.iter().map(|f| f.0).find(|f| span.contains(*f)), most);
        }
        Excerpt { span, marks: found.into_iter().map(|f| f.0).filter(|f| span.contains(*f)).collect() }
    }
}

/// At most so many characters of a span, whole words, with the hit in its first half.
fn shorten(text: &str, span: Span, hit: Option<Span>, most: usize) -> Span {
    let words: Vec<Span> = spans(text).into_iter().filter(|w| span.contains(*w)).collect();
    let at = hit.and_then(|h| words.iter().position(|w| h.contains(*w))).unwrap_or(0);
    let size = |from: usize, to: usize| words[from].cover(words[to]).of(text).chars().count();
    let (mut from, mut to) = (at, at);
    if words.is_empty() {
        return span;
    }
    while from > 0 && size(from - 1, to) <= most / 2 {
        from -= 1;
    }
    while to + 1 < words.len() && size(from, to + 1) <= most {
        to += 1;
    }
    words[from].cover(words[to])
}
