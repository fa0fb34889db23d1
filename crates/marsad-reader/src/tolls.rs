//! Tolls: how many were killed or hurt, each count with what its own words make of it.
//!
//! Which act a count belongs to, the model says; whether it counts the killed or the injured, Arabic says by the word that
//! governs it (مقتل ثلاثة, وإصابة خمسة, 12 قتيلا), and the model is often in doubt.

use crate::Text;
use crate::windows::Cut;
use marsad_format::Count;
use marsad_text::dates::DateFound;
use marsad_text::numbers::{self, NumberKind};
use marsad_text::{Span, WordKind, fold};
use std::collections::HashMap;

/// Words between a count and the word before it that governs it, at most.
const BEFORE: usize = 6;

/// The same for a noun that counts without a number: قتل جندي.
const NEAR: usize = 2;

/// The same for a verb behind it: ثلاثون عنصرا من المليشيات قتلوا.
const AFTER: usize = 8;

/// Words between two counts of one governor that are added up, at most: 37 مسلحا من داعش و16 من البيشمركة.
const SUM: usize = 5;

/// What a count counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toll {
    Killed,
    Injured,
}

/// What a word does to the counts around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Governs the counts behind it: of the killed, of the injured or of others.
    Governs(Option<Toll>),
    /// Says of a count before it what befell those counted.
    Befell(Toll),
    /// Is what a count right before it counts.
    Counted(Toll),
    /// Opens a part of those counted before.
    Part,
    /// Some of them, by its form, where no number stands beside it.
    Some,
    /// Is no kind of people.
    Thing,
}

/// The words of `knowledge/casualties.tsv`.
#[derive(Debug, Default)]
pub struct Casualties(HashMap<String, Vec<Role>>);

impl Casualties {
    /// The table in the program.
    pub fn embedded() -> Self {
        let mut out = Self::default();
        for line in include_str!("../../../knowledge/casualties.tsv").lines().skip(1) {
            let Some((kind, words)) = line.split_once('\t') else { continue };
            let role = match kind {
                "killed" => Role::Governs(Some(Toll::Killed)),
                "injured" => Role::Governs(Some(Toll::Injured)),
                "killed behind" => Role::Befell(Toll::Killed),
                "injured behind" => Role::Befell(Toll::Injured),
                "killed things" => Role::Counted(Toll::Killed),
                "injured things" => Role::Counted(Toll::Injured),
                "part" => Role::Part,
                "some" => Role::Some,
                "no people" => Role::Thing,
                _ => Role::Governs(None),
            };
            for word in words.split('|') {
                out.0.entry(fold(word)).or_default().push(role);
            }
        }
        out
    }

    /// The roles of a word, with or without و or ف and ب or ل before it.
    fn of(&self, word: &str) -> &[Role] {
        let key = fold(word);
        let joined = key.strip_prefix(['و', 'ف']);
        let forms = [Some(key.as_str()), joined, key.strip_prefix(['ب', 'ل']), joined.and_then(|k| k.strip_prefix(['ب', 'ل']))];
        forms.into_iter().flatten().find_map(|k| self.0.get(k)).map_or(&[], Vec::as_slice)
    }

    /// Of whom a word governs the counts, if it does.
    pub(crate) fn governs(&self, word: &str) -> Option<Toll> {
        self.of(word).iter().find_map(|r| if let Role::Governs(t) = r { *t } else { None })
    }
}

/// A count of the text.
#[derive(Debug)]
pub(crate) struct Found {
    pub count: Count,
    /// What it counts, where its words tell.
    pub toll: Option<Toll>,
    /// The word that governs it.
    pub governor: Option<usize>,
    /// Its first and last word.
    pub first: usize,
    pub last: usize,
}

/// All counts of people that a text may have for its acts, in its order; what stands in `dates` is none.
pub(crate) fn find(text: &Text, cut: &Cut, dates: &[DateFound], casualties: &Casualties) -> Vec<Found> {
    let mut out: Vec<Found> = Vec::new();
    let mut start = 0;
    while start < cut.words.len() {
        let end = start + cut.sentence[start..].iter().take_while(|s| **s == cut.sentence[start]).count();
        Sentence::new(text, cut, casualties, start, end).tolls(dates, &mut out);
        start = end;
    }
    out
}

/// A sentence with the roles of its words.
struct Sentence<'a> {
    text: &'a str,
    cut: &'a Cut,
    start: usize,
    end: usize,
    roles: Vec<&'a [Role]>,
}

impl<'a> Sentence<'a> {
    fn new(text: &'a Text, cut: &'a Cut, casualties: &'a Casualties, start: usize, end: usize) -> Self {
        let roles = (start..end).map(|i| casualties.of(cut.words[i].span.of(text.text))).collect();
        Self { text: text.text, cut, start, end, roles }
    }

    fn word(&self, i: usize) -> &'a str {
        self.cut.words[i].span.of(self.text)
    }

    /// The first role of that sort that the word has.
    fn role<T>(&self, i: usize, sort: impl Fn(&Role) -> Option<T>) -> Option<T> {
        self.roles.get(i.checked_sub(self.start)?)?.iter().find_map(sort)
    }

    fn has(&self, i: usize, role: Role) -> bool {
        self.role(i, |r| (*r == role).then_some(())).is_some()
    }

    fn governs(&self, i: usize) -> Option<Option<Toll>> {
        self.role(i, |r| if let Role::Governs(t) = r { Some(*t) } else { None })
    }

    fn counted(&self, i: usize) -> Option<Toll> {
        self.role(i, |r| if let Role::Counted(t) = r { Some(*t) } else { None })
    }

    /// The last word before `at` that governs counts, at most so many words back.
    fn governor(&self, at: usize, back: usize) -> Option<usize> {
        (at.saturating_sub(back).max(self.start)..at).rev().find(|&i| self.governs(i).is_some())
    }

    /// The numbers of the sentence, and the nouns that count by their own form behind a word that governs them.
    fn numbers(&self, dates: &[DateFound]) -> Vec<(usize, usize, Span, Option<u64>, Option<u64>)> {
        let whole = |x: f64| x.max(0.0).round() as u64;
        let numbers = numbers::find(self.text, &self.cut.words[self.start..self.end]);
        let mut out: Vec<_> = numbers.iter().map(|n| (self.start + n.first, self.start + n.last, n.span, n.min.map(whole), n.max.map(whole))).collect();
        let free = |i: usize| self.cut.words[i].kind == WordKind::Letters && !out.iter().any(|n| n.0 <= i + 1 && i <= n.1 + 1);
        let alone = |i: usize| {
            let near = |back: usize| self.governor(i, back).and_then(|g| self.governs(g)).flatten().is_some();
            let some = self.has(i, Role::Some) && (near(NEAR) || self.counted(i).is_some());
            // A dual counts by its form alone; a singular is often somebody else.
            let form = numbers::noun_count(self.word(i)).filter(|n| near(if *n > 1 { BEFORE } else { NEAR })).map(|n| (Some(n), Some(n)));
            form.or(some.then_some((Some(2), None))).map(|(min, max)| (i, i, self.cut.words[i].span, min, max))
        };
        let nouns: Vec<_> = (self.start..self.end).filter(|&i| free(i)).filter_map(alone).collect();
        let people = |n: &&numbers::Number| n.kind == NumberKind::Count && !self.has(self.start + n.last + 1, Role::Thing) && !dates.iter().any(|d| d.span.overlaps(n.span));
        let kept: Vec<usize> = numbers.iter().filter(people).map(|n| self.start + n.first).collect();
        out.retain(|n| kept.contains(&n.0));
        out.extend(nouns);
        out.sort_by_key(|n| n.0);
        out
    }

    fn tolls(&self, dates: &[DateFound], out: &mut Vec<Found>) {
        let before = out.len();
        for (first, last, span, min, max) in self.numbers(dates) {
            let part = (first.saturating_sub(2).max(self.start)..first).any(|i| self.has(i, Role::Part));
            let next = if last + 2 < self.end && self.word(last + 1) == "من" { last + 2 } else { last + 1 };
            let own = self.counted(first).filter(|_| first == last).or_else(|| self.counted(next).filter(|_| !self.word(next).starts_with('و')));
            // مقتل وإصابة ستين, ستون بين قتيل وجريح: those of either kind together are no count of one.
            let both = |i: usize| i > self.start && self.counted(i - 1).is_none() && self.governs(i - 1).flatten().zip(self.governs(i).flatten()).is_some_and(|(a, b)| a != b);
            let joined = out[before..].last().filter(|b| self.joined(b, first)).map(|b| (b.governor, b.toll));
            let ahead = self.governor(first, BEFORE);
            let behind = || (last + 1..(last + 1 + AFTER).min(self.end)).find_map(|i| self.role(i, |r| if let Role::Befell(t) = r { Some((Some(i), Some(*t))) } else { None }));
            let (governor, toll) = match (own, ahead) {
                (Some(_), _) => (None, own),
                (None, Some(i)) => (ahead, self.governs(i).flatten()),
                (None, None) => joined.or_else(behind).unwrap_or((None, None)),
            };
            if part || governor.is_some_and(|g| toll.is_none() || both(g)) {
                continue;
            }
            // Those of one governor are added up.
            if let Some(sum) = out[before..].last_mut().filter(|b| own.is_none() && governor.is_some() && b.governor == governor && self.joined(b, first)) {
                let add = |a: Option<u64>, b: Option<u64>| Some(a? + b?);
                (sum.count.min, sum.count.max, sum.last) = (add(sum.count.min, min), add(sum.count.max, max), last);
                continue;
            }
            let count = Count { text: span.of(self.text).to_owned(), min, max };
            // عدد من القتلى والجرحى: of either kind some; an exact number of both together is no count of one.
            let other = own.filter(|_| next > last && first != last || self.counted(first).is_none()).and_then(|_| self.counted(next + 1)).filter(|o| Some(*o) != own && self.word(next + 1).starts_with('و'));
            match other {
                Some(_) if max.is_some() => continue,
                Some(other) => out.push(Found { count: count.clone(), toll: Some(other), governor, first, last }),
                None => {}
            }
            out.push(Found { count, toll, governor, first, last });
        }
    }

    /// Whether the count that begins there goes on from another by و, with no word between that governs counts.
    fn joined(&self, before: &Found, first: usize) -> bool {
        let between = |i: usize| self.governs(i).is_none() && (self.cut.words[i].kind == WordKind::Letters || self.word(i) == "،");
        first > before.last && first - before.last <= SUM && self.word(first).starts_with('و') && (before.last + 1..first).all(between)
    }
}
