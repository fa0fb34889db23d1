//! Precision, recall and F1 of readings, kind by kind.

use crate::article::{self, Article, Span};
use crate::side::Side;
use marsad_format::{Event, Mark, Reading};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What is counted, in the order it is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "their names say it")]
pub enum Kind {
    Entities,
    EntitiesOverlap,
    Places,
    Dates,
    Statements,
    Events,
    Triggers,
    Actor,
    ActorCode,
    Recipient,
    RecipientCode,
    EventPlace,
    EventDate,
    EventStatus,
    Killed,
    Injured,
    EventSource,
}

impl Kind {
    /// All, in the order of printing.
    pub const ALL: [Self; 17] = [
        Self::Entities,
        Self::EntitiesOverlap,
        Self::Places,
        Self::Dates,
        Self::Statements,
        Self::Events,
        Self::Triggers,
        Self::Actor,
        Self::ActorCode,
        Self::Recipient,
        Self::RecipientCode,
        Self::EventPlace,
        Self::EventDate,
        Self::EventStatus,
        Self::Killed,
        Self::Injured,
        Self::EventSource,
    ];

    /// The name that `score.py` prints.
    pub fn name(self) -> &'static str {
        match self {
            Self::Entities => "entities",
            Self::EntitiesOverlap => "entities, any overlap",
            Self::Places => "places",
            Self::Dates => "dates",
            Self::Statements => "statements",
            Self::Events => "events",
            Self::Triggers => "triggers",
            Self::Actor => "actor",
            Self::ActorCode => "actor code",
            Self::Recipient => "recipient",
            Self::RecipientCode => "recipient code",
            Self::EventPlace => "event place",
            Self::EventDate => "event date",
            Self::EventStatus => "event status",
            Self::Killed => "killed",
            Self::Injured => "injured",
            Self::EventSource => "event source",
        }
    }
}

/// A row of the result.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// Of what was said, how much is right.
    pub precision: f64,
    /// Of what is right, how much was said.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
    /// Items of the annotation.
    pub gold: i64,
    /// Items of the readings.
    pub said: i64,
}

/// Something missed or invented.
#[derive(Clone, Debug, PartialEq)]
pub struct Miss {
    /// The article.
    pub document: String,
    /// Its place in the article, where it has one.
    pub at: Option<(u32, u32)>,
    /// What it is, for people.
    pub what: String,
    /// Not in the annotation, rather than not in the reading.
    pub invented: bool,
    /// What the annotation says: of the item, or of one that stands in the same place.
    pub gold: Option<Side>,
    /// What the reading says, likewise.
    pub said: Option<Side>,
}

/// The annotation's side and the reading's.
type Sides = (Option<Side>, Option<Side>);

#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    hit: i64,
    gold: i64,
    said: i64,
}

/// The running figures over many articles.
#[derive(Debug, Default)]
pub struct Tally {
    sums: BTreeMap<Kind, Sum>,
    misses: BTreeMap<Kind, Vec<Miss>>,
    calibration: Vec<(f64, bool)>,
}

fn span(mark: &Mark) -> Span {
    Span { start: mark.start, end: mark.end }
}

fn over(a: Option<Span>, b: &Mark) -> bool {
    a.is_some_and(|a| a.overlaps(span(b)))
}

fn kilometres(lat1: f64, lon1: f64, lat2: f64, lon2: f64) -> f64 {
    let (p1, p2) = (lat1.to_radians(), lat2.to_radians());
    let h = ((p2 - p1) / 2.0).sin().powi(2) + p1.cos() * p2.cos() * ((lon2 - lon1).to_radians() / 2.0).sin().powi(2);
    12742.0 * h.sqrt().min(1.0).asin()
}

fn same_place(g: &article::Place, s: &marsad_format::Place) -> bool {
    if !over(g.at.span, &s.mark) || g.country.as_ref().is_some_and(|c| s.country.as_ref() != Some(c)) {
        return false;
    }
    let (Some(lat), Some(lon)) = (g.lat, g.lon) else { return true };
    if matches!(g.kind.as_str(), "country" | "natural" | "region") {
        return true;
    }
    let (Some(other_lat), Some(other_lon)) = (s.lat, s.lon) else { return false };
    kilometres(lat, lon, other_lat, other_lon) <= if g.kind == "admin1" { 60.0 } else { 30.0 }
}

fn same_speaker(g: &article::Statement, s: &marsad_format::Statement) -> bool {
    if !over(g.cue_span, &s.cue) {
        return false;
    }
    let speaker = s.speaker.as_ref();
    if let Some(name) = &g.speaker {
        return speaker.is_some_and(|x| over(g.speaker_span, &x.mark) || x.mark.text.contains(name));
    }
    if let Some(name) = &g.speaker_is {
        let said: BTreeSet<&str> = speaker.map(|x| x.mark.text.split_whitespace().chain(x.name.as_deref().unwrap_or("").split_whitespace()).collect()).unwrap_or_default();
        return name.split_whitespace().any(|w| said.contains(w));
    }
    true
}

impl Tally {
    fn add(&mut self, kind: Kind, hit: bool, gold: bool, said: bool) {
        let sum = self.sums.entry(kind).or_default();
        sum.hit += i64::from(hit);
        sum.gold += i64::from(gold);
        sum.said += i64::from(said);
    }

    fn miss(&mut self, kind: Kind, document: &str, at: Option<Span>, what: String, invented: bool, (gold, said): Sides) {
        self.misses.entry(kind).or_default().push(Miss { document: document.to_owned(), at: at.map(|s| (s.start, s.end)), what, invented, gold, said });
    }

    /// Pairs each gold item with one said item, greedily in order.
    #[allow(clippy::too_many_arguments, reason = "one call for each kind, all of them in this file")]
    fn pair<G, S>(&mut self, kind: Kind, document: &str, gold: &[&G], said: &[&S], same: impl Fn(&G, &S) -> bool, show: impl Fn(&G) -> (Side, String), told: impl Fn(&S) -> (Side, String)) {
        let mut free: Vec<&S> = said.to_vec();
        let touch = |a: &Side, b: &Side| a.span().zip(b.span()).is_some_and(|(a, b)| a.overlaps(b));
        for &g in gold {
            if let Some(at) = free.iter().position(|s| same(g, s)) {
                free.remove(at);
                self.add(kind, true, true, false);
            } else {
                self.add(kind, false, true, false);
                let (side, what) = show(g);
                let other = said.iter().map(|s| told(s).0).find(|s| touch(s, &side));
                self.miss(kind, document, side.span(), what, false, (Some(side), other));
            }
        }
        let sum = self.sums.entry(kind).or_default();
        sum.said += said.len() as i64;
        for s in free {
            let (side, what) = told(s);
            let other = gold.iter().map(|g| show(g).0).find(|g| touch(g, &side));
            self.miss(kind, document, side.span(), what, true, (other, Some(side)));
        }
    }

    /// Counts one article.
    pub fn count(&mut self, gold: &Article, reading: &Reading) {
        let doc = gold.document.id.as_str();
        let names: Vec<_> = gold.entities.iter().collect();
        let said: Vec<_> = reading.entities.iter().collect();
        let kind_of = |e: &marsad_format::Entity| serde_json::to_value(e.kind).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
        for (kind, exact) in [(Kind::Entities, true), (Kind::EntitiesOverlap, false)] {
            let same = |g: &article::Name, s: &marsad_format::Entity| g.kind == kind_of(s) && if exact { g.at.span == Some(span(&s.mark)) } else { over(g.at.span, &s.mark) };
            self.pair(kind, doc, &names, &said, same, |g| (Side::gold_name(g), format!("{} {}", g.kind, g.at.text)), |s| (Side::said_name(s), format!("{} {}", kind_of(s), s.mark.text)));
        }
        let where_is = |name: Option<&str>, country: Option<&str>| format!("{} {}", name.unwrap_or("?"), country.unwrap_or("?"));
        self.pair(
            Kind::Places,
            doc,
            &gold.places.iter().collect::<Vec<_>>(),
            &reading.places.iter().collect::<Vec<_>>(),
            same_place,
            |g| (Side::gold_place(g), format!("{}: {}", g.at.text, where_is(g.name.as_deref(), g.country.as_deref()))),
            |s| (Side::said_place(s), format!("{}: {}", s.mark.text, where_is(s.name.as_deref(), s.country.as_deref()))),
        );
        self.pair(
            Kind::Dates,
            doc,
            &gold.dates.iter().filter(|d| d.value.as_ref().is_some_and(|v| !v.is_empty())).collect::<Vec<_>>(),
            &reading.dates.iter().filter(|d| d.value.as_ref().is_some_and(|v| !v.is_empty())).collect::<Vec<_>>(),
            |g, s| over(g.at.span, &s.mark) && g.value == s.value,
            |g| (Side::gold_date(g), format!("{}: {}", g.at.text, g.value.as_deref().unwrap_or("?"))),
            |s| (Side::said_date(s), format!("{}: {}", s.mark.text, s.value.as_deref().unwrap_or("?"))),
        );
        self.pair(
            Kind::Statements,
            doc,
            &gold.statements.iter().collect::<Vec<_>>(),
            &reading.statements.iter().collect::<Vec<_>>(),
            same_speaker,
            |g| (Side::gold_statement(g), format!("{} — {}", g.cue, g.speaker.as_deref().or(g.speaker_is.as_deref()).unwrap_or("?"))),
            |s| (Side::said_statement(s), format!("{} — {}", s.cue.text, s.speaker.as_ref().map_or("?", |x| x.mark.text.as_str()))),
        );
        self.count_events(doc, &gold.events, &reading.events);
    }

    fn count_events(&mut self, doc: &str, gold: &[article::Event], said: &[Event]) {
        let mut chains: BTreeMap<usize, Vec<&article::Event>> = BTreeMap::new();
        for (i, e) in gold.iter().enumerate() {
            let (mut root, mut hops) = (i, 0);
            while let Some(next) = gold.get(root).and_then(|g| g.same_as)
                && hops < 20
            {
                (root, hops) = (next, hops + 1);
            }
            chains.entry(root).or_default().push(e);
        }
        let mut free: Vec<&Event> = said.iter().collect();
        let mut pairs: Vec<(&[&article::Event], &Event)> = Vec::new();
        let show = |e: &article::Event| format!("{} {}", e.kind.name(), e.trigger);
        let told = |e: &Event| format!("{} {}", e.kind.name(), e.trigger.text);
        let mut less = 0;
        for mentions in chains.values() {
            let kind = mentions[0].kind;
            let on: Vec<&Event> = free.iter().copied().filter(|s| mentions.iter().any(|m| over(m.trigger_span, &s.trigger))).collect();
            let best = on.iter().copied().find(|s| s.kind == kind);
            self.add(Kind::Triggers, !on.is_empty(), true, false);
            self.add(Kind::Events, best.is_some(), true, false);
            if let Some(best) = best {
                pairs.push((mentions, best));
                // Further mentions of the same act are neither hits nor inventions.
                for s in on.into_iter().filter(|s| s.kind == kind) {
                    free.retain(|f| !std::ptr::eq(*f, s));
                    less += i64::from(!std::ptr::eq(s, best));
                }
            } else {
                let other = on.first().map(|s| Side::said_event(s));
                self.miss(Kind::Events, doc, mentions[0].trigger_span, show(mentions[0]), false, (Some(Side::gold_event(mentions)), other));
            }
        }
        self.sums.entry(Kind::Events).or_default().said += said.len() as i64 - less;
        self.sums.entry(Kind::Triggers).or_default().said += said.len() as i64;
        self.calibration.extend(said.iter().map(|s| (s.confidence, !free.iter().any(|f| std::ptr::eq(*f, s)))));
        for s in free {
            let other = chains.values().find(|all| all.iter().any(|m| over(m.trigger_span, &s.trigger))).map(|all| Side::gold_event(all));
            self.miss(Kind::Events, doc, Some(span(&s.trigger)), told(s), true, (other, Some(Side::said_event(s))));
        }
        for (mentions, s) in pairs {
            self.count_arguments(doc, mentions, s, &told(s));
        }
    }

    fn count_arguments(&mut self, doc: &str, mentions: &[&article::Event], s: &Event, told: &str) {
        let sides = || (Some(Side::gold_event(mentions)), Some(Side::said_event(s)));
        for (kind, code_kind) in [(Kind::Actor, Kind::ActorCode), (Kind::Recipient, Kind::RecipientCode)] {
            let wanted = mentions.iter().flat_map(|m| if kind == Kind::Actor { &m.actor } else { &m.recipient }).flatten();
            // One participant may be named in several mentions.
            let mut groups: Vec<(&str, Vec<&article::Participant>)> = Vec::new();
            for a in wanted {
                let name = a.code.as_deref().filter(|c| !c.is_empty()).unwrap_or(&a.at.text);
                match groups.iter_mut().find(|(n, _)| *n == name) {
                    Some((_, group)) => group.push(a),
                    None => groups.push((name, vec![a])),
                }
            }
            let mut got: Vec<_> = if kind == Kind::Actor { &s.actor } else { &s.recipient }.iter().collect();
            self.sums.entry(kind).or_default().said += got.len() as i64;
            for (code, group) in groups {
                let found = got.iter().position(|x| group.iter().any(|a| over(a.at.span, &x.mark) || a.at.text == x.mark.text));
                self.add(kind, found.is_some(), true, false);
                if let Some(at) = found {
                    let x = got.remove(at);
                    let right = x.code.split_whitespace().take(2).eq(code.split_whitespace().take(2));
                    self.add(code_kind, right, true, true);
                    if !right {
                        self.miss(code_kind, doc, Some(span(&x.mark)), format!("{told}: {} is {code}, not {}", x.mark.text, x.code), false, sides());
                    }
                } else {
                    self.miss(kind, doc, group[0].at.span, format!("{told}: {}", group[0].at.text), false, sides());
                }
            }
            for x in got {
                self.miss(kind, doc, Some(span(&x.mark)), format!("{told}: {}", x.mark.text), true, sides());
            }
        }
        let place = mentions.iter().find_map(|m| m.place.as_ref());
        let right = place.zip(s.place.as_ref()).is_some_and(|(g, p)| over(g.span, &p.mark) || g.text == p.mark.text);
        self.judge(Kind::EventPlace, doc, told, sides, right, place.map(|p| p.text.clone()), s.place.as_ref().map(|p| p.mark.text.clone()));
        let when = mentions[0].date.clone();
        self.judge(Kind::EventDate, doc, told, sides, when.is_some() && when == s.date, when, s.date.clone());
        let name = |x: marsad_format::Status| format!("{x:?}").to_lowercase();
        let status = mentions[0].status;
        self.judge(Kind::EventStatus, doc, told, sides, status == s.status, Some(name(status)), Some(name(s.status)));
        for kind in [Kind::Killed, Kind::Injured] {
            let g = mentions.iter().find_map(|m| if kind == Kind::Killed { m.killed.as_ref() } else { m.injured.as_ref() }).map(|c| (c.min, c.max));
            let c = if kind == Kind::Killed { &s.killed } else { &s.injured }.as_ref().map(|c| (c.min, c.max));
            let show = |c: Option<(Option<u64>, Option<u64>)>| c.map(|(a, b)| format!("{}–{}", a.map_or("?".into(), |x| x.to_string()), b.map_or("?".into(), |x| x.to_string())));
            self.judge(kind, doc, told, sides, g.is_some() && g == c, show(g), show(c));
        }
        let source = mentions.iter().find_map(|m| m.according_to.as_deref().filter(|a| !a.is_empty()));
        let said = s.according_to.as_ref().map(|a| a.mark.text.as_str()).filter(|a| !a.is_empty());
        let right = source.zip(said).is_some_and(|(g, c)| g.split_whitespace().any(|w| c.split_whitespace().any(|v| v == w)));
        self.judge(Kind::EventSource, doc, told, sides, right, source.map(str::to_owned), said.map(str::to_owned));
    }

    #[allow(clippy::too_many_arguments, reason = "one call for each kind, all of them in this file")]
    fn judge(&mut self, kind: Kind, doc: &str, told: &str, sides: impl Fn() -> Sides, right: bool, gold: Option<String>, said: Option<String>) {
        self.add(kind, right, gold.is_some(), said.is_some());
        if !right && (gold.is_some() || said.is_some()) {
            let (invented, none) = (gold.is_none(), || "none".to_owned());
            let what = format!("{told}: {}, said {}", gold.unwrap_or_else(none), said.unwrap_or_else(none));
            let sides = sides();
            let at = sides.1.as_ref().and_then(Side::span);
            self.miss(kind, doc, at, what, invented, sides);
        }
    }

    /// The rows, in the order of [`Kind::ALL`]; a kind that no article had is left out.
    pub fn figures(&self) -> Vec<(Kind, Figure)> {
        // As Python's round(x, 4).
        let four = |x: f64| format!("{x:.4}").parse().unwrap_or(x);
        self.sums
            .iter()
            .map(|(kind, s)| {
                let p = if s.said == 0 { 0.0 } else { s.hit as f64 / s.said as f64 };
                let r = if s.gold == 0 { 0.0 } else { s.hit as f64 / s.gold as f64 };
                let f = if p + r == 0.0 { 0.0 } else { 2.0 * p * r / (p + r) };
                (*kind, Figure { precision: four(p), recall: four(r), f1: four(f), gold: s.gold, said: s.said })
            })
            .collect()
    }

    /// What was missed and invented of a kind, in the order of the articles.
    pub fn misses(&self, kind: Kind) -> &[Miss] {
        self.misses.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// Of each event that was said its confidence and whether it was right.
    pub fn calibration(&self) -> &[(f64, bool)] {
        &self.calibration
    }

    /// Expected calibration error of the events' confidence in ten classes: how far what was promised lies from what
    /// was right, weighted by how often it was promised.
    pub fn calibration_error(&self) -> f64 {
        let mut classes = [(0usize, 0.0, 0.0); 10];
        for &(c, right) in &self.calibration {
            let class = &mut classes[((c * 10.0) as usize).min(9)];
            class.0 += 1;
            class.1 += c;
            class.2 += f64::from(u8::from(right));
        }
        let all = self.calibration.len().max(1) as f64;
        classes.iter().map(|(_, promised, right)| (promised - right).abs() / all).sum()
    }
}
