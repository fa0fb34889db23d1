//! Statements: the cue, who speaks, and how far what is said goes.

use crate::Text;
use crate::labels::Labels;
use crate::names::{Names, strip};
use crate::thresholds::Thresholds;
use crate::windows::Cut;
use marsad_format::{Entity, EntityType, Extent, Mood, Speaker, Statement};
use marsad_text::{Span, WordKind, fold};
use std::collections::BTreeSet;

/// Relations in the order of the weights' `pair` labels.
pub(crate) const SPEAKER: usize = 6;
const CONTENT: usize = 7;
const VIA: usize = 8;

/// A statement with the bytes of its content.
#[derive(Debug)]
pub struct Found {
    /// As it goes out.
    pub statement: Statement,
    /// Where the content stands.
    pub content: Span,
}

/// The best run of a row's words whose probability exceeds `least`, small gaps bridged, around the likeliest word; with its probability.
pub(crate) fn run(row: &[f32], least: f32, gap: usize) -> Option<(usize, usize, f32)> {
    let (top, &p) = row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
    if p < least {
        return None;
    }
    let grow = |step: isize| {
        let (mut end, mut at, mut missed) = (top, top as isize + step, 0);
        while at >= 0 && (at as usize) < row.len() && missed <= gap {
            if row[at as usize] >= least {
                end = at as usize;
                missed = 0;
            } else {
                missed += 1;
            }
            at += step;
        }
        end
    };
    Some((grow(-1), grow(1), p))
}

/// Who a phrase names: the fuller name of the same person in this text, whoever was last given the office that it says
/// (الوزير after وزير الدفاع خالد السامرائي), or the phrase.
pub(crate) fn full_name(span: Span, phrase: &str, names: &Names) -> String {
    let first = |e: &Entity| e.mention_of.and_then(|i| names.entities.get(i as usize)).map_or_else(|| e.mark.text.clone(), |first| first.mark.text.clone());
    let mut mentions = names.spans.iter().zip(&names.entities);
    if let Some((_, e)) = mentions.clone().find(|(s, e)| s.overlaps(span) && matches!(e.kind, EntityType::Per | EntityType::Org)) {
        return first(e);
    }
    let office = fold(phrase);
    let holds = |e: &Entity| e.role.as_deref().is_some_and(|role| fold(role).split(' ').any(|w| w == office || office.strip_prefix("ال") == Some(w)));
    let before = mentions.by_ref().take_while(|(s, _)| s.end() <= span.start());
    before.filter(|(_, e)| e.kind == EntityType::Per && holds(e)).last().map_or_else(|| phrase.to_owned(), |(_, e)| first(e))
}

/// Words that close or open the name of a speaker or another participant, from `knowledge/speech.tsv`.
#[derive(Debug, Default)]
pub struct Speech {
    end: BTreeSet<String>,
    skip: BTreeSet<String>,
    /// Words that are no part of a participant at its ends.
    pub particles: BTreeSet<String>,
}

impl Speech {
    /// The table in the program.
    pub fn embedded() -> Self {
        let mut out = Self::default();
        for line in include_str!("../../../knowledge/speech.tsv").lines().skip(1) {
            let Some((kind, words)) = line.split_once('\t') else { continue };
            let words = words.split('|').map(fold);
            match kind {
                "end" => out.end.extend(words),
                "skip" => out.skip.extend(words),
                "particle" => out.particles.extend(words),
                _ => {}
            }
        }
        out
    }
}

/// The subject right behind a verb of saying: the words up to a sign, a particle or the content, at most eight.
fn after(text: &Text, cut: &Cut, cue: usize, words: &Speech) -> Option<(usize, usize)> {
    let key = |i: usize| fold(cut.words[i].span.of(text.text));
    let first = (cue + 1..cut.words.len()).find(|&i| !words.skip.contains(&key(i)))?;
    let inside = |i: &usize| {
        let w = &cut.words[*i];
        *i < first + 8 && w.kind == WordKind::Letters && cut.sentence[*i] == cut.sentence[cue] && !words.end.contains(&key(*i))
    };
    let last = (first..cut.words.len()).take_while(inside).last()?;
    Some((first, last))
}

/// Who an implied subject is: whoever spoke last, but not one who only speaks in another's words.
fn last_speaker(said: &[Found]) -> Option<Speaker> {
    let mut at = said.len().checked_sub(1)?;
    let cue = |s: &Found| s.statement.cue.start;
    while let Some(outer) = (0..at).rev().find(|&o| {
        let content = said[o].statement.content;
        content.start <= cue(&said[at]) && cue(&said[at]) < content.end
    }) {
        at = outer;
    }
    said[at].statement.speaker.clone()
}

/// Finds statements.
pub fn find(text: &Text, cut: &Cut, labels: &Labels, names: &Names, words: &Speech, least: &Thresholds) -> Vec<Found> {
    let mut out: Vec<Found> = Vec::new();
    for pairs in &labels.pairs {
        let i = pairs.word;
        let says = labels.cue[i].get(1).copied().unwrap_or(0.0);
        // A word that is an act before it is a saying (قتل, شن) is no cue; calls and accusations are often both.
        let acts = labels.trigger[i].first().map_or(0.0, |o| 1.0 - o);
        if says < least.cue || (acts > says && says < 0.5) || cut.words[i].kind != WordKind::Letters {
            continue;
        }
        let cue = text.mark(strip(text, cut, labels, i, i));
        let best = |relation: usize, least: f32, gap: usize| run(pairs.scores.get(relation)?, least, gap).map(|(a, b, p)| (pairs.first + a, pairs.first + b, p));
        let likely = |a: usize, b: usize| {
            let row = pairs.scores.get(SPEAKER);
            (a..=b).filter_map(|w| row?.get(w.checked_sub(pairs.first)?).copied()).fold(0.0, f32::max)
        };
        let speaker = best(SPEAKER, least.speaker_run, 0).filter(|r| r.2 >= least.speaker).map(|r| (r.0, r.1)).or_else(|| after(text, cut, i, words).filter(|&(a, b)| likely(a, b) >= least.speaker_after)).filter(|(a, b)| (*a..=*b).any(|w| cut.words[w].kind == WordKind::Letters)).map(|(a, b)| {
            let span = strip(text, cut, labels, a, b);
            let mark = text.mark(span);
            Speaker { name: Some(full_name(span, &mark.text, names)), mark }
        });
        let speaker = speaker.or_else(|| last_speaker(&out));
        let content = best(CONTENT, least.content, 3).map_or_else(
            || {
                let sentence = cut.sentence[i];
                let last = (i..cut.words.len()).take_while(|&w| cut.sentence[w] == sentence).last().unwrap_or(i);
                Span::new(cut.words[(i + 1).min(last)].span.start(), cut.words[last].span.end())
            },
            |(a, b, _)| Span::new(cut.words[a].span.start(), cut.words[b].span.end()),
        );
        let from = content.start().saturating_sub(8);
        let from = (from..=content.start()).find(|&b| text.text.is_char_boundary(b)).unwrap_or(content.start());
        let quoted = Span::new(from, content.end()).of(text.text);
        let mood = if quoted.chars().take(8).any(|c| matches!(c, '"' | '«' | '“' | '”')) { Mood::Direct } else { Mood::Indirect };
        let via = best(VIA, least.via, 1).map(|(a, b, _)| strip(text, cut, labels, a, b).of(text.text).to_owned());
        let mark = text.mark(content);
        out.push(Found { statement: Statement { cue, speaker, content: Extent { start: mark.start, end: mark.end }, mood, via }, content });
    }
    out
}
