//! A query made into one of the index: names resolved, words with their forms.
//!
//! The terms of events stand in a field of their own where each event has one position. Conditions on one event are then
//! terms at one position, which the index finds as it finds a phrase.

use crate::entry::{MOST, name_key, range_terms};
use crate::index::Fields;
use crate::query::{Fault, Field, Leaf, Node, Query, What};
use crate::tokens::{forms, is_particle, spans};
use marsad_format::{EventType, Status};
use marsad_knowledge::Knowledge;
use marsad_text::{fold, light};
use std::collections::BTreeSet;
use std::ops::{Bound, Range};
use tantivy::query::{AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery, RangeQuery, TermQuery};
use tantivy::schema::{Field as Column, IndexRecordOption};
use tantivy::{Searcher, Term};

type Boxed = Box<dyn tantivy::query::Query>;

/// How words are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    /// All must be there.
    All,
    /// One must be there.
    Some,
    /// They are passed over.
    None,
}

/// What a word's other forms weigh beside the word itself.
const CUT: f32 = 0.5;
/// What a word weighs with clitics, beside one that is written alone.
const BARE: f32 = 0.4;
/// What a word weighs more in the headline.
const TITLE: f32 = 1.0;
/// How much more frequent than the word what is left of it must be, to be taken for it: `وبغداد` is بغداد, بغداد is no غداد.
const RATIO: u64 = 3;

/// The most combinations of values that are looked for at once.
const COMBINATIONS: usize = 1_000;

const STATUSES: [Status; 5] = [Status::Actual, Status::Historical, Status::Future, Status::Hypothetical, Status::Negated];

/// Latin names of actors beside the one that the tables give.
const ALIASES: &str = include_str!("../../../knowledge/latin_aliases.tsv");

/// A query in parts: what must hold (`None`: nothing) and what only adds to the score.
struct Built {
    must: Option<Boxed>,
    bonus: Vec<Boxed>,
}

pub(crate) struct Resolver<'a> {
    pub query: &'a Query,
    pub searcher: &'a Searcher,
    pub fields: &'a Fields,
    pub knowledge: &'a Knowledge,
    pub words: Words,
    /// What the user should know: values that no report has.
    pub notes: BTreeSet<String>,
}

/// Terms that must stand at one position.
type Together = BTreeSet<String>;

enum Failure {
    Fault(Fault),
    Index(tantivy::TantivyError),
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<tantivy::TantivyError> for Failure {
    fn from(error: tantivy::TantivyError) -> Self {
        Self::Index(error)
    }
}

impl Resolver<'_> {
    /// The query for the index, and a fault where a value is none.
    pub fn resolve(&mut self) -> Result<Result<Boxed, Fault>, tantivy::TantivyError> {
        let query = self.query;
        match self.build(&query.root, self.words) {
            Ok(built) => Ok(Ok(self.join(built))),
            Err(Failure::Fault(fault)) => Ok(Err(fault)),
            Err(Failure::Index(error)) => Err(error),
        }
    }

    fn join(&self, built: Built) -> Boxed {
        let mut parts: Vec<(Occur, Boxed)> = Vec::new();
        if self.words == Words::Some && !built.bonus.is_empty() {
            if built.must.is_none() {
                return any(built.bonus);
            }
            parts.push((Occur::Must, any(built.bonus)));
        } else {
            parts.extend(built.bonus.into_iter().map(|b| (Occur::Should, b)));
        }
        parts.extend(built.must.map(|m| (Occur::Must, m)));
        if parts.iter().all(|p| p.0 == Occur::Should) {
            parts.push((Occur::Must, Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0))));
        }
        Box::new(BooleanQuery::new(parts))
    }

    fn build(&mut self, node: &Node, words: Words) -> Result<Built, Failure> {
        match node {
            Node::All(list) => {
                let (mut musts, mut nots, mut bonus, mut event) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
                for child in list {
                    if let Node::Not(inner) = child {
                        nots.push(self.build(inner, Words::All)?.must.unwrap_or_else(|| Box::new(AllQuery)));
                    } else if of_event(child) {
                        event.push(child);
                    } else {
                        let built = self.build(child, words)?;
                        musts.extend(built.must);
                        bonus.extend(built.bonus);
                    }
                }
                if !event.is_empty() {
                    musts.push(self.of_one_event(&event)?);
                }
                if musts.len() == 1 && nots.is_empty() {
                    return Ok(Built { must: musts.pop(), bonus });
                }
                if musts.is_empty() && !nots.is_empty() {
                    musts.push(Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0)));
                }
                let parts: Vec<(Occur, Boxed)> = musts.into_iter().map(|m| (Occur::Must, m)).chain(nots.into_iter().map(|n| (Occur::MustNot, n))).collect();
                Ok(Built { must: (!parts.is_empty()).then(|| Box::new(BooleanQuery::new(parts)) as Boxed), bonus })
            }
            Node::Any(list) => {
                let (mut musts, mut bonus, mut open) = (Vec::new(), Vec::new(), false);
                for child in list {
                    let built = self.build(child, words)?;
                    bonus.extend(built.bonus);
                    open |= built.must.is_none();
                    musts.extend(built.must);
                }
                Ok(Built { must: (!open).then(|| any(musts)), bonus })
            }
            Node::Not(inner) => {
                let not = self.build(inner, Words::All)?.must.unwrap_or_else(|| Box::new(AllQuery));
                let all: Boxed = Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0));
                Ok(Built { must: Some(Box::new(BooleanQuery::new(vec![(Occur::Must, all), (Occur::MustNot, not)]))), bonus: Vec::new() })
            }
            Node::Leaf(Leaf { what: What::Words(list), .. }) => {
                if words == Words::None {
                    return Ok(Built { must: None, bonus: Vec::new() });
                }
                let (mut musts, mut bonus) = self.run(list)?;
                Ok(match words {
                    // What has a word has it among all forms too, so that one flat union asks for the same; of flat ones the
                    // index passes over what cannot be among the best.
                    Words::Some => {
                        musts.append(&mut bonus);
                        Built { must: None, bonus: musts }
                    }
                    _ => Built { must: Some(any(musts)), bonus },
                })
            }
            Node::Leaf(leaf @ Leaf { what: What::Field(field, value), .. }) => {
                let must = if field.of_event() { self.of_one_event(&[node])? } else { self.of_report(leaf, *field, value)? };
                Ok(Built { must: Some(must), bonus: Vec::new() })
            }
        }
    }

    fn term(&self, column: Column, key: &str, weight: f32) -> Boxed {
        Box::new(BoostQuery::new(Box::new(TermQuery::new(Term::from_field_text(column, key), IndexRecordOption::WithFreqs)), weight))
    }

    fn count(&self, column: Column, key: &str) -> Result<u64, Failure> {
        Ok(self.searcher.doc_freq(&Term::from_field_text(column, key))?)
    }

    /// A word, or several that follow one another: what must be there, one of it, and what adds to the score.
    fn run(&self, list: &[String]) -> Result<(Vec<Boxed>, Vec<Boxed>), Failure> {
        let keys: Vec<String> = list.iter().map(|w| fold(w)).filter(|k| !k.is_empty()).collect();
        let [word] = list else {
            let must: Vec<Boxed> = match keys.as_slice() {
                [] => Vec::new(),
                [key] => vec![self.term(self.fields.bare, key, 1.0)],
                _ => vec![Box::new(PhraseQuery::new(keys.iter().map(|k| Term::from_field_text(self.fields.bare, k)).collect()))],
            };
            return Ok((must, Vec::new()));
        };
        let forms = accepted(word, |key| self.count(self.fields.words, key))?;
        let (mut musts, mut bonus) = (Vec::new(), Vec::new());
        for (at, key) in forms.iter().enumerate() {
            let weight = if at == 0 { 1.0 } else { CUT };
            musts.push(self.term(self.fields.bare, key, BARE * weight));
            bonus.push(self.term(self.fields.words, key, weight));
            bonus.push(self.term(self.fields.title, key, TITLE * weight));
        }
        Ok((musts, bonus))
    }

    /// What holds of the report itself.
    fn of_report(&mut self, leaf: &Leaf, field: Field, value: &str) -> Result<Boxed, Failure> {
        if field == Field::Outlet {
            let mut found: Vec<Boxed> = Vec::new();
            for value in values(value) {
                let keys: Vec<String> = spans(value).into_iter().map(|s| fold(s.of(value))).collect();
                let mut there = !keys.is_empty();
                for key in &keys {
                    there &= self.count(self.fields.outlet, key)? > 0;
                }
                if there {
                    found.push(Box::new(BooleanQuery::intersection(keys.iter().map(|k| self.term(self.fields.outlet, k, 1.0)).collect())));
                } else {
                    self.notes.insert(format!("no outlet of this ledger is called \u{2068}{value}\u{2069}"));
                }
            }
            return Ok(silent(any(found)));
        }
        let plain = light(value);
        let Some((from, _)) = marsad_ledger::days(plain.trim()).filter(|_| !plain.contains('/')) else {
            return Err(self.query.fault(&leaf.at, format!("{value:?} is no day; write it as 2015-07-20, a month as 2015-07, a year as 2015")).into());
        };
        let term = Term::from_field_i64(self.fields.day, from);
        let range = if field == Field::After { RangeQuery::new(Bound::Included(term), Bound::Unbounded) } else { RangeQuery::new(Bound::Unbounded, Bound::Excluded(term)) };
        Ok(silent(Box::new(range)))
    }

    /// What holds of one and the same event of the report.
    fn of_one_event(&mut self, nodes: &[&Node]) -> Result<Boxed, Failure> {
        let mut sets: BTreeSet<Together> = BTreeSet::from([Together::new()]);
        for node in nodes {
            let mut options = BTreeSet::new();
            let mut span = 0..0;
            for leaf in leaves(node) {
                if let What::Field(field, value) = &leaf.what {
                    span = leaf.at.clone();
                    let found = self.options(&leaf.at, *field, value)?;
                    if found.is_empty() {
                        self.notes.insert(format!("no report here has {}:\u{2068}{value}\u{2069}", field.name()));
                    }
                    options.extend(found);
                }
            }
            sets = sets.iter().flat_map(|s| options.iter().map(move |o| s | o)).collect();
            if sets.len() > COMBINATIONS {
                return Err(self.query.fault(&span, "this has too many meanings together with the other fields; name fewer values").into());
            }
        }
        let event = self.fields.event;
        let queries = sets.iter().map(|set| -> Boxed {
            let terms: Vec<(usize, Term)> = set.iter().map(|t| (0, Term::from_field_text(event, t))).collect();
            match terms.as_slice() {
                [] => Box::new(EmptyQuery),
                [(_, term)] => Box::new(TermQuery::new(term.clone(), IndexRecordOption::Basic)),
                _ => Box::new(PhraseQuery::new_with_offset(terms)),
            }
        });
        Ok(silent(any(queries.collect())))
    }

    /// What a field's values may be in the index; only what is there.
    fn options(&self, at: &Range<usize>, field: Field, value: &str) -> Result<BTreeSet<Together>, Failure> {
        let mut found: BTreeSet<Together> = BTreeSet::new();
        for value in values(value) {
            let list = match field {
                Field::Type => vec![vec![format!("type={}", EventType::parse(&value.to_uppercase()).ok_or_else(|| self.none_such(at, value, "type", EventType::ALL.iter().map(|t| t.name().to_lowercase())))?.name())]],
                Field::Status => vec![vec![format!("status={}", STATUSES.iter().find(|s| s.name() == value.to_lowercase()).ok_or_else(|| self.none_such(at, value, "status", STATUSES.iter().map(|s| s.name().to_owned())))?.name())]],
                Field::Country => {
                    let iso2 = self.country(value).ok_or_else(|| self.query.fault(at, format!("no state is called {value:?}; write its Arabic or English name or its ISO code: العراق, Iraq, IQ, IRQ")))?.0;
                    vec![vec![format!("country={iso2}")]]
                }
                Field::Killed | Field::Injured => {
                    let (from, to) = numbers(value).ok_or_else(|| self.query.fault(at, format!("{value:?} is no number; write {0}:10, {0}:>10, {0}:<=10 or {0}:5..20", field.name())))?;
                    range_terms(field.name(), from, to).into_iter().map(|t| vec![t]).collect()
                }
                Field::Place => self.places(value),
                _ => self.people(field, value),
            };
            for terms in list {
                let mut there = !terms.is_empty();
                for term in &terms {
                    there = there && self.count(self.fields.event, term)? > 0;
                }
                if there {
                    found.insert(terms.into_iter().collect());
                }
            }
        }
        Ok(found)
    }

    fn none_such(&self, at: &Range<usize>, value: &str, what: &str, list: impl Iterator<Item = String>) -> Fault {
        self.query.fault(at, format!("there is no {what} {value:?}; it is one of {}", list.collect::<Vec<_>>().join(", ")))
    }

    /// A state's two codes.
    fn country(&self, value: &str) -> Option<(&str, &str)> {
        let upper = value.to_ascii_uppercase();
        let by_code = || self.knowledge.country_by_iso2(&upper).or_else(|| self.knowledge.country_by_iso3(&upper));
        self.knowledge.country(value).or_else(by_code).map(|c| (c.iso2, c.iso3))
    }

    fn places(&self, value: &str) -> Vec<Vec<String>> {
        let mut found = vec![words_of("place", value)];
        found.extend(self.knowledge.places(value).iter().map(|p| vec![format!("place={}/{}", p.iso2, name_key(p.name))]));
        found.extend(self.country(value).map(|c| vec![format!("country={}", c.0)]));
        found
    }

    fn people(&self, field: Field, value: &str) -> Vec<Vec<String>> {
        let (name, key) = (field.name(), name_key(value));
        let mut found = vec![words_of(name, value)];
        let ids: BTreeSet<&str> = ALIASES.lines().skip(1).filter_map(|l| l.split_once('\t')).filter(|(_, names)| names.split('|').any(|n| name_key(n) == key)).map(|l| l.0).collect();
        let actors = self.knowledge.all_actors().filter(|a| ids.contains(a.id) || name_key(a.name) == key).chain(self.knowledge.actors(value).into_iter().map(|a| a.0));
        let persons = self.knowledge.all_persons().filter(|p| name_key(p.name) == key).chain(self.knowledge.persons(value).into_iter().map(|p| p.0));
        let body = self.knowledge.known(value, None, &[]).map(|k| (k.name, k.name_ar));
        for (latin, arabic) in actors.map(|a| (a.name.to_owned(), a.name_ar.to_owned())).chain(persons.map(|p| (p.name.to_owned(), p.name_ar.to_owned()))).chain(body) {
            // A speaker is kept in the text's words alone.
            found.push(if field == Field::Speaker { words_of(name, &arabic) } else { vec![format!("{name}={}", name_key(&latin))] });
        }
        if field != Field::Speaker {
            found.extend(self.country(value).map(|c| vec![format!("{name}#{}", c.1.to_ascii_lowercase())]));
            found.push(vec![format!("{name}#{}", value.to_ascii_lowercase())]);
        }
        found
    }
}

/// The forms under which a word is looked for: its own, what an article was taken off, and what is so much more frequent
/// alone that the rest must be clitics.
pub(crate) fn accepted<E>(word: &str, count: impl Fn(&str) -> Result<u64, E>) -> Result<Vec<String>, E> {
    let mut list = forms(word).into_iter();
    let own = list.next().map(|f| f.key).unwrap_or_default();
    let here = count(&own)?;
    let mut found = vec![own];
    for form in list {
        let long = form.key.chars().count() >= 3 && !is_particle(&form.key);
        if long && (form.article || count(&form.key)? > here.saturating_mul(RATIO)) {
            found.push(form.key);
        }
    }
    Ok(found)
}

fn any(mut list: Vec<Boxed>) -> Boxed {
    match list.len() {
        0 => Box::new(EmptyQuery),
        1 => list.remove(0),
        _ => Box::new(BooleanQuery::union(list)),
    }
}

/// Without a score.
fn silent(query: Boxed) -> Boxed {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

/// The values of a list.
fn values(value: &str) -> impl Iterator<Item = &str> {
    value.split([',', '،']).map(str::trim).filter(|v| !v.is_empty())
}

fn words_of(field: &str, value: &str) -> Vec<String> {
    spans(value).into_iter().map(|s| format!("{field}~{}", fold(s.of(value)))).collect()
}

/// Whether a part asks for events alone.
fn of_event(node: &Node) -> bool {
    match node {
        Node::Any(list) => list.iter().all(|n| matches!(n, Node::Leaf(_)) && of_event(n)),
        Node::Leaf(Leaf { what: What::Field(field, _), .. }) => field.of_event(),
        _ => false,
    }
}

fn leaves(node: &Node) -> Vec<&Leaf> {
    match node {
        Node::Any(list) | Node::All(list) => list.iter().flat_map(leaves).collect(),
        Node::Leaf(leaf) => vec![leaf],
        Node::Not(_) => Vec::new(),
    }
}

/// The first and the last number of `10`, `>10`, `>=10`, `<10`, `<=10`, `5..20`.
fn numbers(value: &str) -> Option<(u64, u64)> {
    let value = light(value);
    let number = |s: &str| s.trim().parse::<u64>().ok();
    let (from, to) = if let Some((from, to)) = value.split_once("..") {
        (number(from)?, number(to)?)
    } else if let Some(n) = value.strip_prefix(">=") {
        (number(n)?, MOST)
    } else if let Some(n) = value.strip_prefix("<=") {
        (0, number(n)?)
    } else if let Some(n) = value.strip_prefix('>') {
        (number(n)?.saturating_add(1), MOST)
    } else if let Some(n) = value.strip_prefix('<') {
        (0, number(n)?.checked_sub(1)?)
    } else {
        (number(&value)?, number(&value)?)
    };
    (from <= to && from <= MOST).then_some((from, to.min(MOST)))
}
