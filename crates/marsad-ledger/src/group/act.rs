//! The acts of one report: its mentions of events, those of one act joined.

use super::Tables;
use super::stem::{cosine, hash, matter, stem_of, weigh};
use super::tables::spaced;
use marsad_format::{Count, Event, EventType, Place, PlaceKind, Reading, Status};
use marsad_text::dates::days;
use marsad_text::{CharIndex, fold, sentences};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Sentences at the beginning of a report that tell what it is about.
const LEAD: usize = 2;
/// The heaviest words of an act that are kept.
const WORDS: usize = 28;
/// What a word of the headline weighs beside one of the act's own sentences.
const HEADLINE: f32 = 0.8;
/// Cosine of an act's words and its report's matter from which on the report is about the act.
const ABOUT: f32 = 0.3;
/// Longest stated interval, in days, that still says on which day.
const EXACT: i64 = 2;
/// Days before its publication on which an act lies that a report gives no day for.
const RECENT: i64 = 2;

/// A place as acts are compared by it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spot {
    /// The folded words, hashed.
    pub name: u32,
    /// The stems of the words and of the canonical names of place and division.
    pub stems: Vec<u32>,
    /// `GeoNames`' number.
    pub geonames: Option<u64>,
    /// Degrees north and east.
    pub point: Option<(f32, f32)>,
    /// Kilometres by which the point may be off.
    pub radius: f32,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

/// A participant as acts are compared by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// The canonical name, else the folded words, hashed.
    pub name: u32,
    /// The stems of the words.
    pub stems: Vec<u32>,
    /// PLOVER's code.
    pub code: String,
}

/// A number of killed or injured as a report says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Toll {
    /// Killed, else injured.
    pub killed: bool,
    /// At least.
    pub low: u64,
    /// At most.
    pub high: u64,
    /// The number that the rules count with: of vague words ACLED's.
    pub value: u64,
    /// Whether its sentence says that an earlier number has risen.
    pub rise: bool,
    /// Who says so, if not the outlet.
    pub speaker: Option<String>,
}

/// What a report tells of one act.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Act {
    /// Indices in the reading's events, in the order of the text.
    pub mentions: Vec<u32>,
    /// Where the first of them stands.
    pub start: u32,
    /// PLOVER's type.
    pub kind: EventType,
    /// Whether it happened.
    pub status: Status,
    /// First and last day that the report states, counted from 1970-01-01.
    pub stated: Option<(i64, i64)>,
    /// The report's day.
    pub published: Option<i64>,
    /// The most exact place.
    pub spot: Option<Spot>,
    /// Who did it.
    pub actors: Vec<Who>,
    /// To whom.
    pub recipients: Vec<Who>,
    /// Lowest and highest number killed.
    pub killed: Option<(u64, u64)>,
    /// Lowest and highest number injured.
    pub injured: Option<(u64, u64)>,
    /// Stems of the triggers.
    pub triggers: Vec<u32>,
    /// The heaviest stems of headline and sentences, sorted, with their weights.
    pub words: Vec<(u32, f32)>,
    /// What it says of killed and injured, in the order of the text.
    pub tolls: Vec<Toll>,
    /// Whether the report is about it: it stands in the lead, two sentences tell of it, or one that has the report's main words.
    pub lead: bool,
    /// What the report is about, if about this act: the heaviest stems of its headline and beginning.
    pub matter: Vec<(u32, f32)>,
    /// Sentences in which it stands.
    sentences: Vec<u32>,
}

/// Kilometres by which a place of that kind may be off.
fn radius(kind: Option<PlaceKind>) -> f32 {
    match kind {
        Some(PlaceKind::Facility) => 5.0,
        Some(PlaceKind::Village) => 10.0,
        Some(PlaceKind::City) => 20.0,
        Some(PlaceKind::Admin2) => 40.0,
        Some(PlaceKind::Admin1 | PlaceKind::Region | PlaceKind::Natural) => 120.0,
        Some(PlaceKind::Country) => 1000.0,
        None => 50.0,
    }
}

fn spot(p: &Place) -> Spot {
    Spot {
        name: hash(&fold(&p.mark.text)),
        stems: stems([Some(p.mark.text.as_str()), p.name.as_deref(), p.admin1.as_deref()].into_iter().flatten()),
        geonames: p.geonames,
        point: p.lat.zip(p.lon).map(|(a, b)| (a as f32, b as f32)),
        radius: radius(p.kind),
        country: p.country.clone(),
    }
}

/// The stems of words, sorted, each once.
pub(crate) fn stems<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<u32> {
    let all: BTreeSet<u32> = texts.flat_map(str::split_whitespace).map(stem_of).filter(|s| s.chars().count() > 2).map(|s| hash(&s)).collect();
    all.into_iter().collect()
}

fn who(list: &[marsad_format::Participant]) -> Vec<Who> {
    list.iter()
        .map(|p| Who {
            name: hash(&fold(p.name.as_deref().unwrap_or(&p.mark.text))),
            stems: stems([Some(p.mark.text.as_str()), p.name.as_deref()].into_iter().flatten()),
            code: p.code.clone(),
        })
        .collect()
}

fn range(count: Option<&Count>) -> Option<(u64, u64)> {
    let c = count?;
    let low = c.min.or(c.max)?;
    Some((low, c.max.unwrap_or(low).max(low)))
}

/// The numbers of killed and injured that a mention gives.
pub(crate) fn tolls(event: &Event, rise: bool, tables: &Tables) -> Vec<Toll> {
    let speaker = event.according_to.as_ref().map(|s| s.name.clone().unwrap_or_else(|| s.mark.text.clone()));
    let toll = |killed: bool, count: Option<&Count>| {
        let (low, high) = range(count)?;
        let value = count.and_then(|c| tables.vague(&c.text)).unwrap_or(low);
        // The rules' number lies within the range, also where it is under what the word means (`عشرات`).
        Some(Toll { killed, low: low.min(value), high: high.max(value), value, rise, speaker: speaker.clone() })
    };
    toll(true, event.killed.as_ref()).into_iter().chain(toll(false, event.injured.as_ref())).collect()
}

impl Act {
    /// The first and the last day on which it may lie, and whether that is exact.
    pub fn days(&self) -> Option<(i64, i64, bool)> {
        match (self.stated, self.published) {
            (Some((a, b)), _) if b - a <= EXACT => Some((a, b, true)),
            // The news of a headline is not of a month or year that is over; that date belongs to something told beside it.
            (Some((_, b)), Some(p)) if b < p - RECENT && self.opens() => Some((p - RECENT, p, false)),
            // A month or year that reaches the day of publication says no more than that it was lately.
            (Some((a, b)), Some(p)) if a <= p && p - RECENT <= b => Some((a.max(p - RECENT), b.min(p), false)),
            (Some((a, b)), _) => Some((a, b, false)),
            (None, Some(p)) => Some((p - RECENT, p, false)),
            (None, None) => None,
        }
    }

    /// Whether its report begins with it.
    pub fn opens(&self) -> bool {
        self.sentences.first().is_some_and(|s| (*s as usize) < LEAD)
    }

    /// Whether it makes an incident; what is planned, possible or denied is but held beside one.
    pub fn stands(&self) -> bool {
        self.status == Status::Actual
    }

    fn of(number: usize, event: &Event, sentence: usize, published: Option<i64>) -> Self {
        Self {
            mentions: vec![number as u32],
            start: event.trigger.start,
            kind: event.kind,
            status: event.status,
            stated: event.date.as_deref().and_then(days),
            published,
            spot: event.place.as_ref().map(spot),
            actors: who(&event.actor),
            recipients: who(&event.recipient),
            killed: range(event.killed.as_ref()),
            injured: range(event.injured.as_ref()),
            triggers: vec![hash(&stem_of(&event.trigger.text))],
            words: Vec::new(),
            tolls: Vec::new(),
            lead: false,
            matter: Vec::new(),
            sentences: vec![sentence as u32],
        }
    }

    /// Whether a later mention in the same report tells of this act.
    fn is_told_by(&self, later: &Self, refers_back: bool) -> bool {
        if self.kind != later.kind || (self.status == Status::Actual) != (later.status == Status::Actual) {
            return false;
        }
        let apart = |a: Option<(i64, i64)>, b: Option<(i64, i64)>| a.zip(b).is_some_and(|(a, b)| a.1 < b.0 || b.1 < a.0);
        let tolls = |a: Option<(u64, u64)>, b: Option<(u64, u64)>| a.zip(b).is_some_and(|(a, b)| a.1 < b.0 || b.1 < a.0);
        let strangers = |a: &[Who], b: &[Who]| !a.is_empty() && !b.is_empty() && !meet(a, b);
        if apart(self.stated, later.stated)
            || tolls(self.killed, later.killed)
            || tolls(self.injured, later.injured)
            || self.spot.as_ref().zip(later.spot.as_ref()).is_some_and(|(a, b)| parted(a, b))
        {
            return false;
        }
        let violent = self.kind == EventType::Assault;
        if strangers(&self.actors, &later.actors) || (!violent && strangers(&self.recipients, &later.recipients)) {
            return false;
        }
        let same_sentence = self.sentences.iter().any(|s| later.sentences.contains(s));
        let same_word = self.triggers.iter().any(|t| later.triggers.contains(t));
        let same_toll = self.killed.is_some_and(|k| k.0 > 1 && later.killed == Some(k));
        let same_place = self.spot.as_ref().zip(later.spot.as_ref()).is_some_and(|(a, b)| a.radius < 100.0 && a.name == b.name);
        refers_back || same_sentence || same_word || same_toll || same_place || (meet(&self.actors, &later.actors) && meet(&self.recipients, &later.recipients))
    }

    fn take(&mut self, other: Self) {
        let exact = |s: Option<(i64, i64)>| s.map_or(i64::MAX, |(a, b)| b - a);
        if exact(other.stated) < exact(self.stated) {
            self.stated = other.stated;
        }
        if other.spot.as_ref().is_some_and(|o| self.spot.as_ref().is_none_or(|s| o.radius < s.radius)) {
            self.spot = other.spot;
        }
        let wider = |a: Option<(u64, u64)>, b: Option<(u64, u64)>| a.zip(b).map(|(a, b)| (a.0.min(b.0), a.1.max(b.1))).or(a).or(b);
        self.killed = wider(self.killed, other.killed);
        self.injured = wider(self.injured, other.injured);
        for (mine, theirs) in [(&mut self.actors, other.actors), (&mut self.recipients, other.recipients)] {
            for one in theirs {
                if !mine.iter().any(|m| m.name == one.name) {
                    mine.push(one);
                }
            }
        }
        self.mentions.extend(other.mentions);
        self.triggers.extend(other.triggers);
        self.sentences.extend(other.sentences);
    }
}

/// Whether two lists share somebody: a name, or a word of one.
pub(crate) fn meet(a: &[Who], b: &[Who]) -> bool {
    a.iter().any(|x| b.iter().any(|y| x.name == y.name || x.stems.iter().any(|s| y.stems.contains(s))))
}

pub(crate) fn kilometres(a: (f32, f32), b: (f32, f32)) -> f32 {
    let (p, q) = (a.0.to_radians(), b.0.to_radians());
    let h = ((q - p) / 2.0).sin().powi(2) + p.cos() * q.cos() * ((b.1 - a.1).to_radians() / 2.0).sin().powi(2);
    12_742.0 * h.sqrt().min(1.0).asin()
}

/// Whether two places cannot be one, as exact as they are.
pub(crate) fn parted(a: &Spot, b: &Spot) -> bool {
    if a.name == b.name || (a.geonames.is_some() && a.geonames == b.geonames) {
        return false;
    }
    match a.point.zip(b.point) {
        Some((x, y)) => kilometres(x, y) > a.radius.max(b.radius) + 15.0,
        None => a.country.is_some() && b.country.is_some() && a.country != b.country,
    }
}

/// A noun with the article tells of what was told before; `هذا الهجوم` too.
fn refers_back(trigger: &str) -> bool {
    let folded = fold(trigger);
    ["ال", "وال", "بال", "فال", "لل", "كال"].iter().any(|p| folded.strip_prefix(p).is_some_and(|r| r.chars().count() > 2))
}

/// The acts that a report tells of, in the order of its text; `published` is counted from 1970-01-01. What lies more than a
/// year back is no act of the day's news and left out.
pub fn acts(title: Option<&str>, text: &str, reading: &Reading, published: Option<i64>, tables: &Tables) -> Vec<Act> {
    if reading.events.is_empty() {
        return Vec::new();
    }
    let index = CharIndex::new(text);
    let spans = sentences(text);
    let starts: Vec<u32> = spans.iter().map(|s| index.char_of(s.start())).collect();
    let mut order: Vec<(usize, &Event)> = reading.events.iter().enumerate().filter(|(_, e)| e.status != Status::Historical).collect();
    order.sort_by_key(|(_, e)| e.trigger.start);
    let mut acts: Vec<Act> = Vec::new();
    for (number, event) in order {
        let sentence = starts.partition_point(|s| *s <= event.trigger.start).saturating_sub(1);
        let act = Act::of(number, event, sentence, published);
        let back = refers_back(&event.trigger.text);
        match acts.iter_mut().rev().find(|a| a.is_told_by(&act, back)) {
            Some(held) => held.take(act),
            None => acts.push(act),
        }
    }
    let matter = matter(title.unwrap_or_default(), text, tables);
    for act in &mut acts {
        act.sentences.sort_unstable();
        act.sentences.dedup();
        act.triggers.sort_unstable();
        act.triggers.dedup();
        let mut words = BTreeMap::new();
        for event in act.mentions.iter().filter_map(|m| reading.events.get(*m as usize)) {
            let sentence = starts.partition_point(|s| *s <= event.trigger.start).checked_sub(1).and_then(|s| spans.get(s)).map_or("", |s| s.of(text));
            act.tolls.extend(tolls(event, tables.says("rise", &spaced(sentence)), tables));
        }
        for sentence in act.sentences.iter().take(4) {
            if let Some(span) = spans.get(*sentence as usize) {
                weigh(span.of(text), 1.0, tables, &mut words);
            }
        }
        if act.opens() {
            weigh(title.unwrap_or_default(), HEADLINE, tables, &mut words);
        }
        let mut words: Vec<(u32, f32)> = words.into_iter().collect();
        words.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        words.truncate(WORDS);
        words.sort_by_key(|w| w.0);
        act.lead = act.opens() || act.sentences.len() > 1 || cosine(&words, &matter) >= ABOUT;
        act.words = words;
        if act.lead {
            act.matter.clone_from(&matter);
        }
    }
    acts
}
