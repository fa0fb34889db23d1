//! What is indexed of a report.

use crate::Error;
use crate::tokens::{forms, spans};
use marsad_format::{Event, Participant, Reading};
use marsad_ledger::{Article, Ledger, iso};
use marsad_text::fold;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// A report as the index takes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// The report's number in its ledger.
    pub report: u64,
    /// The headlines of the articles that show it, each once.
    pub titles: Vec<String>,
    /// Its text.
    pub text: String,
    /// The first day it was published on, counted from 1970-01-01.
    pub day: Option<i64>,
    /// The outlets that show it, each once.
    pub outlets: Vec<String>,
    /// What was read in it.
    pub reading: Option<Reading>,
}

impl Entry {
    /// A report as it stands in the ledger; `None` where none is, or no article shows it any more.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn of(ledger: &Ledger, report: i64) -> Result<Option<Self>, Error> {
        let articles = ledger.articles(report)?;
        if articles.is_empty() {
            return Ok(None);
        }
        let each = |what: &dyn Fn(&Article) -> Option<String>| articles.iter().filter_map(what).filter(|s| !s.is_empty()).collect::<BTreeSet<_>>().into_iter().collect();
        let days = articles.iter().filter_map(|a| marsad_ledger::days(a.published.as_deref()?)).map(|d| d.0);
        Ok(Some(Self {
            report: report as u64,
            titles: each(&|a| a.title.clone()),
            outlets: each(&|a| Some(a.outlet.clone())),
            day: days.min(),
            text: ledger.text(report)?,
            // A reading that is not there yet (`marsad reread`) or is damaged (`marsad doctor`) does not keep its text from being found.
            reading: ledger.reading(report).ok(),
        }))
    }

    /// 63 bits over all that is indexed, by which an old entry is told.
    pub(crate) fn stamp(&self) -> u64 {
        let mut hash = Sha256::new();
        let mut put = |part: &str| {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        };
        put(&self.text);
        put(&self.day.map(|d| d.to_string()).unwrap_or_default());
        for list in [&self.titles, &self.outlets] {
            put(&list.len().to_string());
            list.iter().for_each(|s| put(s));
        }
        put(&self.lines());
        let mut eight = [0; 8];
        eight.copy_from_slice(&hash.finalize()[..8]);
        u64::from_le_bytes(eight) >> 1
    }

    /// The month of publication, `2015-07`.
    pub(crate) fn month(&self) -> Option<String> {
        iso(self.day?).map(|d| d.chars().take(7).collect())
    }

    /// The terms of its events, a line each, then those of its statements: what stands on one line is true of one thing.
    pub(crate) fn lines(&self) -> String {
        let Some(reading) = &self.reading else { return String::new() };
        let events = reading.events.iter().map(of_event);
        let statements = reading.statements.iter().map(|s| {
            let mut terms = BTreeSet::new();
            if let Some(speaker) = &s.speaker {
                named(&mut terms, "speaker", &[Some(&speaker.mark.text), speaker.name.as_deref()]);
            }
            terms
        });
        let line = |terms: BTreeSet<String>| terms.into_iter().collect::<Vec<_>>().join("\t");
        events.chain(statements).map(line).collect::<Vec<_>>().join("\n")
    }
}

/// A name as terms compare it: folded words, a space between.
pub(crate) fn name_key(name: &str) -> String {
    spans(name).into_iter().map(|s| fold(s.of(name))).collect::<Vec<_>>().join(" ")
}

/// The forms of a name's words in the text.
fn named(terms: &mut BTreeSet<String>, field: &str, texts: &[Option<&str>]) {
    for text in texts.iter().copied().flatten() {
        terms.extend(spans(text).into_iter().flat_map(|s| forms(s.of(text))).map(|f| format!("{field}~{}", f.key)));
    }
}

fn side(terms: &mut BTreeSet<String>, field: &str, list: &[Participant]) {
    for p in list {
        named(terms, field, &[Some(&p.mark.text)]);
        terms.extend(p.name.iter().map(|n| format!("{field}={}", name_key(n))));
        terms.extend(p.code.split_whitespace().map(|c| format!("{field}#{}", c.to_ascii_lowercase())));
        terms.insert(format!("{field}#{}", p.code.to_ascii_lowercase()));
    }
}

fn of_event(e: &Event) -> BTreeSet<String> {
    let mut terms = BTreeSet::from([format!("type={}", e.kind.name()), format!("status={}", e.status.name())]);
    side(&mut terms, "actor", &e.actor);
    side(&mut terms, "recipient", &e.recipient);
    if let Some(p) = &e.place {
        let country = p.country.as_deref().unwrap_or_default();
        named(&mut terms, "place", &[Some(&p.mark.text)]);
        terms.extend(p.name.iter().chain(&p.admin1).map(|n| format!("place={country}/{}", name_key(n))));
        terms.extend(p.country.iter().map(|c| format!("country={c}")));
    }
    if let Some(s) = &e.according_to {
        named(&mut terms, "speaker", &[Some(&s.mark.text), s.name.as_deref()]);
    }
    for (field, count) in [("killed", &e.killed), ("injured", &e.injured)] {
        // The lesser number where the text gives two: what is certain.
        if let Some(n) = count.as_ref().and_then(|c| c.min.or(c.max)) {
            let n = n.min(MOST);
            terms.extend((0..=BITS).map(|level| number_term(field, level, n >> level)));
        }
    }
    terms
}

/// Numbers are indexed up to 2^20 - 1, at every level of halving, so that a range is a few terms.
pub(crate) const BITS: u32 = 20;
pub(crate) const MOST: u64 = (1 << BITS) - 1;

fn number_term(field: &str, level: u32, n: u64) -> String {
    format!("{field}^{level}:{n}")
}

/// The terms that together stand for the numbers from `from` to `to`.
pub(crate) fn range_terms(field: &str, from: u64, to: u64) -> Vec<String> {
    let (mut from, end, mut terms) = (from, to.min(MOST) + 1, Vec::new());
    while from < end {
        let mut level = from.trailing_zeros().min(BITS);
        while from + (1 << level) > end {
            level -= 1;
        }
        terms.push(number_term(field, level, from >> level));
        from += 1 << level;
    }
    terms
}
