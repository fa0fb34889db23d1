//! Events: the trigger with its type and status, and who, whom, where, when, how many, and who says so.

use crate::Text;
use crate::labels::{Labels, Pairs};
use crate::names::{Names, strip};
use crate::participants::{self, Cast};
use crate::statements::{Found, Speech};
use crate::thresholds::Thresholds;
use crate::tolls::{self, Casualties, Toll};
use crate::windows::Cut;
use marsad_format::{Count, Event, EventType, Participant, Place, Status};
use marsad_knowledge::Knowledge;
use marsad_text::dates::{DateFound, days};
use marsad_text::{Span, WordKind, fold};
use std::collections::HashMap;

const ACTOR: usize = 0;
const RECIPIENT: usize = 1;
const PLACE: usize = 2;
const DATE: usize = 3;
const KILLED: usize = 4;
const INJURED: usize = 5;
/// The label of the `record` head.
const PROTEST_RECORD: usize = 1;

/// Words that tell modes and contexts, from `knowledge/modes.tsv` and `knowledge/contexts.tsv`.
#[derive(Debug, Default)]
pub struct Lexicon {
    modes: HashMap<String, Vec<(EventType, &'static str)>>,
    contexts: HashMap<String, Vec<&'static str>>,
}

impl Lexicon {
    /// The tables in the program.
    pub fn embedded() -> Self {
        let mut out = Self::default();
        for line in include_str!("../../../knowledge/modes.tsv").lines().skip(1) {
            let cells: Vec<&'static str> = line.split('\t').collect();
            if let [kind, mode, words] = cells[..]
                && let Some(kind) = EventType::parse(kind)
            {
                for word in words.split('|') {
                    out.modes.entry(fold(word)).or_default().push((kind, mode));
                }
            }
        }
        for line in include_str!("../../../knowledge/contexts.tsv").lines().skip(1) {
            if let Some((context, words)) = line.split_once('\t') {
                for word in words.split('|') {
                    out.contexts.entry(fold(word)).or_default().push(context);
                }
            }
        }
        out
    }
}

/// All that events are made from.
pub(crate) struct Context<'a> {
    pub text: &'a Text<'a>,
    pub cut: &'a Cut,
    pub labels: &'a Labels,
    pub names: &'a Names,
    pub cast: &'a Cast<'a>,
    pub dates: &'a [DateFound],
    pub tolls: &'a [tolls::Found],
    pub casualties: &'a Casualties,
    pub statements: &'a [Found],
    pub knowledge: &'a Knowledge,
    pub lexicon: &'a Lexicon,
    pub speech: &'a Speech,
    pub statuses: &'a [String],
    pub types: &'a [String],
    pub published: Option<&'a str>,
    pub least: &'a Thresholds,
}

impl Context<'_> {
    /// Groups of one or two words, folded, without و ب ل ك or the article before them, over a range of words.
    fn phrases(&self, from: usize, to: usize) -> impl Iterator<Item = String> {
        let key = |i: usize| fold(self.cut.words[i].span.of(self.text.text));
        (from..to).flat_map(move |i| {
            let one = key(i);
            let bare = one.strip_prefix(['و', 'ب', 'ل', 'ف']).map(str::to_owned);
            let article = one.strip_prefix("ال").or_else(|| one.strip_prefix("وال")).or_else(|| one.strip_prefix("بال")).map(str::to_owned);
            let two = (i + 1 < to).then(|| format!("{one} {}", key(i + 1)));
            [Some(one), bare, article, two].into_iter().flatten()
        })
    }

    fn modes(&self, kind: EventType, word: usize) -> Vec<String> {
        let sentence = self.cut.sentence[word];
        let same = |i: &usize| self.cut.sentence[*i] == sentence;
        let from = (word.saturating_sub(5)..word).find(same).unwrap_or(word);
        let to = (word..(word + 8).min(self.cut.words.len())).take_while(same).last().map_or(word + 1, |i| i + 1);
        let mut modes: Vec<String> = Vec::new();
        for phrase in self.phrases(from, to) {
            for (k, mode) in self.lexicon.modes.get(&phrase).into_iter().flatten() {
                if *k == kind && !modes.iter().any(|m| m == mode) {
                    modes.push((*mode).to_owned());
                }
            }
        }
        modes
    }

    /// A document's contexts: those whose words stand in it at least twice.
    fn contexts(&self) -> Vec<String> {
        let mut counts: Vec<(&str, usize)> = Vec::new();
        for phrase in self.phrases(0, self.cut.words.len()) {
            for context in self.lexicon.contexts.get(&phrase).into_iter().flatten() {
                match counts.iter_mut().find(|(c, _)| c == context) {
                    Some((_, n)) => *n += 1,
                    None => counts.push((context, 1)),
                }
            }
        }
        let mut kept: Vec<String> = counts.into_iter().filter(|(_, n)| *n > 1).map(|(c, _)| c.to_owned()).collect();
        kept.sort_unstable();
        kept
    }

    /// Runs of likely words, each one participant.
    fn participants(&self, pairs: &Pairs, relation: usize, kind: EventType, place: Option<&Place>) -> Vec<(Span, f32, Participant)> {
        let Some(row) = pairs.scores.get(relation) else { return Vec::new() };
        let peak = if relation == ACTOR { self.least.actor } else { self.least.recipient };
        let mut out: Vec<(Span, f32, Participant)> = Vec::new();
        // Most participants stand in the sentence of their act; elsewhere the model must be surer.
        let far = |at: usize| self.cut.sentence[pairs.first + at] != self.cut.sentence[pairs.word];
        let is_part = |at: usize| {
            let least = if far(at) { self.least.participant_run.max(self.least.participant_far) } else { self.least.participant_run };
            row[at] >= least && self.cut.words[pairs.first + at].kind != WordKind::Sign
        };
        let mut at = 0;
        while at < row.len() {
            let start = at;
            while at < row.len() && is_part(at) && far(at) == far(start) {
                at += 1;
            }
            if at == start {
                at += 1;
                continue;
            }
            let (first, last) = (pairs.first + start, pairs.first + at - 1);
            let top = row[start..at].iter().copied().fold(0.0, f32::max);
            if (first <= pairs.word && pairs.word <= last) || top < peak {
                continue;
            }
            for (first, last) in self.coordinated(first, last) {
                let Some(span) = self.phrase(first, last) else { continue };
                let participant = participants::participant(self, span, kind, relation == RECIPIENT, place);
                let top = row[first - pairs.first..=last - pairs.first].iter().copied().fold(0.0, f32::max);
                // Of two mentions of one, the surer: ناصر الزفزافي and الزفزافي.
                match out.iter_mut().find(|(_, _, p)| same(p, &participant)) {
                    Some(other) if other.1 < top => *other = (span, top, participant),
                    Some(_) => {}
                    None => out.push((span, top, participant)),
                }
            }
        }
        // Beside one that is sure, one that is hardly likely is none; but several meet or agree.
        let share = if mutual(kind) { self.least.participant_share } else { self.least.participant_lone };
        let surest = out.iter().map(|(_, p, _)| *p).fold(0.0, f32::max);
        out.retain(|(_, p, _)| *p >= surest * share);
        out.truncate(4);
        out
    }

    /// The parts of a run of words, cut where و joins one name to another: قوات الجيش الوطني والمقاومة الشعبية.
    fn coordinated(&self, first: usize, last: usize) -> Vec<(usize, usize)> {
        let name = |i: usize| self.names.spans.iter().position(|s| s.overlaps(self.cut.words[i].span));
        let opens = |i: &usize| {
            let joined = self.cut.words[*i].span.of(self.text.text).starts_with('و');
            joined && name(*i).is_some_and(|n| self.names.spans[n].start() > self.cut.words[*i].span.start() && (first..*i).any(|j| name(j).is_some_and(|m| m != n)))
        };
        let mut out = Vec::new();
        let mut start = first;
        for at in (first + 1..=last).filter(opens) {
            out.push((start, at - 1));
            start = at;
        }
        out.push((start, last));
        out
    }

    /// The words of a participant without the particles at their ends, and with the whole of a name that they begin or end in.
    fn phrase(&self, mut first: usize, mut last: usize) -> Option<Span> {
        let particle = |i: usize| self.speech.particles.contains(&fold(self.cut.words[i].span.of(self.text.text)));
        while first <= last && particle(first) {
            first += 1;
        }
        while last > first && particle(last) {
            last -= 1;
        }
        if first > last || particle(last) {
            return None;
        }
        let span = strip(self.text, self.cut, self.labels, first, last);
        let names = self.names.spans.iter().filter(|s| s.overlaps(span));
        Some(names.fold(span, |whole, s| whole.cover(*s)))
    }

    /// Who does it and to whom. Nobody acts on himself: words that would be both are what the model is surer of.
    fn roles(&self, pairs: &Pairs, kind: EventType, place: Option<&Place>) -> (Vec<Participant>, Vec<Participant>) {
        let actors = self.participants(pairs, ACTOR, kind, place);
        let recipients = self.participants(pairs, RECIPIENT, kind, place);
        let kept = |own: &[(Span, f32, Participant)], other: &[(Span, f32, Participant)], ties: bool| {
            let loses = |p: f32, q: f32| if ties { p < q } else { p <= q };
            let beaten = |(s, p, a): &&(Span, f32, Participant)| other.iter().any(|(t, q, b)| (s.overlaps(*t) || same(a, b)) && loses(*p, *q));
            own.iter().filter(|x| !beaten(x)).map(|(_, _, p)| p.clone()).collect()
        };
        (kept(&actors, &recipients, true), kept(&recipients, &actors, false))
    }

    /// The likeliest of the items: with `near` in the sentence of the act, with `far` elsewhere at least.
    fn best<T>(&self, pairs: &Pairs, relation: usize, near: f32, far: f32, items: impl Iterator<Item = (Span, T)>) -> Option<T> {
        let row = pairs.scores.get(relation)?;
        let score = |span: Span| {
            let words = row.iter().enumerate().filter(|(k, _)| self.cut.words[pairs.first + k].span.overlaps(span));
            let enough = |k: usize| if self.cut.sentence[pairs.first + k] == self.cut.sentence[pairs.word] { near } else { far };
            words.filter(|(k, p)| **p >= enough(*k)).map(|(_, p)| *p).reduce(f32::max)
        };
        items.filter_map(|(span, item)| Some((score(span)?, item))).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, item)| item)
    }

    fn place(&self, pairs: &Pairs) -> Option<Place> {
        self.best(pairs, PLACE, self.least.place, self.least.place_far, self.names.places.iter().map(|(s, p)| (*s, p.clone())))
    }

    /// How often an event of that probability is right, by the tuning articles.
    fn confidence(&self, p: f32) -> f64 {
        let odds = f64::from(p.clamp(1e-6, 1.0 - 1e-6));
        let odds = (odds / (1.0 - odds)).ln() * f64::from(self.least.slope) + f64::from(self.least.shift);
        (1000.0 / (1.0 + (-odds).exp())).round() / 1000.0
    }

    /// The day the text gives for the act.
    fn said_date(&self, pairs: &Pairs) -> Option<String> {
        self.best(pairs, DATE, self.least.date, self.least.date_far, self.dates.iter().filter_map(|d| d.value.clone().map(|v| (d.span, v))))
    }

    /// The day of an act for which the text gives none. A fresh one is of the day of news told last before it, else of the month
    /// of publication. Fresh is what the first sentence tells and what the outlet tells in its own voice; what others say of
    /// is as often long past, unless the day stands in the sentence before.
    fn news_date(&self, pairs: &Pairs, status: Status, quoted: bool) -> Option<String> {
        let published = self.published.filter(|_| status == Status::Actual)?;
        let sentence = self.cut.sentence[pairs.word];
        let mut before = self.cut.words[..pairs.word].iter().zip(&self.cut.sentence).rev();
        let of_the_news = |value: &Option<String>| value.as_deref().and_then(|v| age(v, published)).is_some_and(|(a, b)| a == b && a.abs() <= 2);
        let last = before.find_map(|(w, s)| self.dates.iter().find(|d| d.span.overlaps(w.span) && of_the_news(&d.value)).map(|d| (d.value.clone(), *s)));
        match last {
            Some((day, s)) if !quoted || s + 1 >= sentence => day,
            _ => (!quoted || sentence == 0).then(|| published.get(..7).map(str::to_owned)).flatten(),
        }
    }

    /// The count of that toll that is the act's, by its place among the counts, and how sure that is: best one that the
    /// trigger governs, then one in its sentence, one elsewhere, and last one whose words do not tell whom it counts.
    /// `beside` is a count that is known to be the act's.
    fn toll(&self, pairs: &Pairs, toll: Toll, beside: Option<usize>) -> Option<(usize, (u8, f32))> {
        let score = |relation: usize, t: &tolls::Found| {
            let row = pairs.scores.get(relation)?;
            (t.first..=t.last).filter_map(|w| row.get(w.checked_sub(pairs.first)?).copied()).reduce(f32::max)
        };
        let sentence = |t: &tolls::Found| self.cut.sentence[t.first];
        // Where the trigger itself kills, those whom another word of its sentence has killed are not its.
        let kills = self.casualties.governs(self.cut.words[pairs.word].span.of(self.text.text)) == Some(toll);
        let sure = |(at, t): (usize, &tolls::Found)| {
            let far = sentence(t) != self.cut.sentence[pairs.word];
            let governed = t.governor == Some(pairs.word);
            let next = beside.and_then(|b| Some((b, self.tolls.get(b)?))).is_some_and(|(b, other)| at.abs_diff(b) == 1 && sentence(other) == sentence(t));
            let bonus = if next { self.least.count_beside } else { 0.0 };
            let (rank, p, least) = match t.toll {
                Some(said) if said != toll => return None,
                Some(_) if kills && !far && !governed && t.governor.is_some() => return None,
                // Whom a count counts its words tell, and the model only whose it is.
                Some(_) if governed => (3, 1.0, 0.0),
                Some(_) if far => (1, score(KILLED, t)? + score(INJURED, t)? + bonus, self.least.count_far),
                Some(_) => (2, score(KILLED, t)? + score(INJURED, t)? + bonus, self.least.count),
                None if far => return None,
                None => (0, score(if toll == Toll::Killed { KILLED } else { INJURED }, t)?, self.least.count_bare),
            };
            (p >= least).then_some((at, (rank, p)))
        };
        let surer = |a: &(usize, (u8, f32)), b: &(usize, (u8, f32))| a.1.0.cmp(&b.1.0).then(a.1.1.total_cmp(&b.1.1));
        self.tolls.iter().enumerate().filter_map(sure).rev().max_by(surer)
    }

    /// How many the act killed and injured. Of two counts side by side (مقتل 15 وإصابة 20) one belongs to the act with the other.
    fn tolls(&self, pairs: &Pairs) -> [Option<Count>; 2] {
        let killed = self.toll(pairs, Toll::Killed, None);
        let injured = self.toll(pairs, Toll::Injured, killed.map(|k| k.0));
        let killed = killed.or_else(|| self.toll(pairs, Toll::Killed, injured.map(|i| i.0)));
        let injured = injured.filter(|i| killed.is_none_or(|k| k.0 != i.0));
        [killed, injured].map(|t| t.and_then(|(at, _)| self.tolls.get(at)).map(|t| t.count.clone()))
    }
}

/// Whether the acts of a type are done with one another, so that all who take part may be its actors.
fn mutual(kind: EventType) -> bool {
    matches!(kind, EventType::Consult | EventType::Agree | EventType::Cooperate)
}

/// Whether they are one participant: of the same name, or one called by a part of the other's words.
fn same(a: &Participant, b: &Participant) -> bool {
    let part = |long: &str, short: &str| long.split_whitespace().any(|w| w == short) || long == short;
    (a.name.is_some() && a.name == b.name && a.entity == b.entity) || (a.code == b.code && (part(&a.mark.text, &b.mark.text) || part(&b.mark.text, &a.mark.text)))
}

/// How many days before publication a day, month, year or range begins and ends.
fn age(value: &str, published: &str) -> Option<(i64, i64)> {
    let (published, (from, to)) = (days(published.get(..10)?)?.0, days(value)?);
    Some((published - from, published - to))
}

/// The status in the light of the day that the text gives: by the guide, historical is what lies over a year back, and what has
/// happened is not to come.
fn settled(status: Status, date: Option<&str>, published: Option<&str>) -> Status {
    let Some((from, to)) = date.zip(published).and_then(|(d, p)| age(d, p)) else { return status };
    match status {
        Status::Actual if to > 366 => Status::Historical,
        Status::Actual if from < 0 => Status::Future,
        Status::Historical if (0..=366).contains(&from) => Status::Actual,
        Status::Future if to > 0 && from <= 366 => Status::Actual,
        other => other,
    }
}

/// Finds events.
pub(crate) fn find(c: &Context) -> Vec<Event> {
    let contexts = c.contexts();
    let mut out = Vec::new();
    for pairs in &c.labels.pairs {
        let word = pairs.word;
        let row = &c.labels.trigger[word];
        let sure = 1.0 - row.first().copied().unwrap_or(1.0);
        if sure < c.least.trigger || c.cut.words[word].kind != WordKind::Letters {
            continue;
        }
        let Some((at, p)) = row.iter().enumerate().skip(1).max_by(|a, b| a.1.total_cmp(b.1)) else { continue };
        if *p < c.least.typed {
            continue;
        }
        let Some(kind) = c.types.get(at).and_then(|t| EventType::parse(t)) else { continue };
        // What looks like a protest but not like those of the event records is mostly one that is spoken of.
        if kind == EventType::Protest && c.labels.record[word].get(PROTEST_RECORD).is_some_and(|p| *p < c.least.protest) {
            continue;
        }
        let status = c.labels.status[word].iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).and_then(|(i, _)| c.statuses.get(i));
        let status = match status.map(String::as_str) {
            Some("historical") => Status::Historical,
            Some("future") => Status::Future,
            Some("hypothetical") => Status::Hypothetical,
            Some("negated") => Status::Negated,
            _ => Status::Actual,
        };
        let date = c.said_date(pairs);
        let status = settled(status, date.as_deref(), c.published);
        let span = strip(c.text, c.cut, c.labels, word, word);
        let place = c.place(pairs);
        let (actor, recipient) = c.roles(pairs, kind, place.as_ref());
        // Other acts have no victims of their own.
        let [killed, injured] = if matches!(kind, EventType::Assault | EventType::Protest) { c.tolls(pairs) } else { [None, None] };
        let said = c.statements.iter().filter(|s| s.content.contains(span) && s.statement.cue.start != c.text.mark(span).start).min_by_key(|s| s.content.len());
        let speaker = said.and_then(|s| s.statement.speaker.clone());
        out.push(Event {
            trigger: c.text.mark(span),
            kind,
            mode: c.modes(kind, word),
            context: contexts.clone(),
            status,
            actor,
            recipient,
            place,
            date: date.or_else(|| c.news_date(pairs, status, said.is_some())),
            injured,
            killed,
            according_to: speaker,
            quad: kind.quad(),
            confidence: c.confidence(*p),
        });
    }
    out
}
