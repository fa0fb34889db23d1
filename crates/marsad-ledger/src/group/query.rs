//! Incidents for those who ask, and the corrections of those who know better.

use super::act::tolls;
use super::claims::{Claim, Figure, Origin, Rule, Slot, figure, superseded};
use super::facets::{NAMED, PRINTED, place_of};
use super::parties::{self, Party};
use super::{Asked, FEATURES, Held, Tables, UNDATED, Work, pair, read, show, term};
use super::tables::spaced;
use crate::{Article, Error, Ledger, iso};
use marsad_format::{EntityType, Event, EventType, Reading, Status};
use marsad_text::{CharIndex, Span, fold, sentences};
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, params, params_from_iter};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

/// One act, as all its reports tell it.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// 15 hex digits; leads here for ever, also after it was merged.
    pub id: String,
    /// PLOVER's type.
    pub kind: String,
    /// First and last day on which it may have been, ISO 8601.
    pub days: Option<(String, String)>,
    /// The day that it most likely was, counted from 1970-01-01: by it incidents are ordered.
    pub day: Option<i64>,
    /// Whether a report states the day.
    pub exact: bool,
    /// The place in a report's words.
    pub place: Option<String>,
    /// Its usual name.
    pub place_name: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Degrees north and east.
    pub point: Option<(f64, f64)>,
    /// How exact the place is.
    pub precision: Option<String>,
    /// Killed: the lowest and the highest number that anybody gives, and the one by the conservative rule.
    pub killed: Option<[u64; 3]>,
    /// Injured, likewise.
    pub injured: Option<[u64; 3]>,
    /// Articles that tell of it.
    pub reports: u64,
    /// Of these, those that are about it and do not only mention it.
    pub leads: u64,
    /// Texts that are no copies of each other.
    pub independent: u64,
    /// Outlets.
    pub outlets: u64,
    /// The headline of the first report that begins with it; where none does, that is about it or mentions it.
    pub title: Option<String>,
    /// Reports that deny it.
    pub denied: u64,
    /// `open`, `confirmed` or `dismissed` by a person.
    pub state: String,
    /// Who did it, those that most reports name first; at most three.
    pub actors: Vec<Party>,
    /// To whom, likewise.
    pub recipients: Vec<Party>,
}

impl Incident {
    /// Where it stands in the list.
    pub fn position(&self) -> Position {
        Position { day: self.day, id: i64::from_str_radix(&self.id, 16).unwrap_or_default() }
    }

    /// Takes the best numbers of killed and injured anew from the claims, by another rule than the conservative.
    pub fn count_by(&mut self, rule: Rule, claims: &[Claim]) {
        for (held, best) in [&mut self.killed, &mut self.injured].into_iter().zip(best(claims, rule)) {
            if let Some((three, best)) = held.as_mut().zip(best) {
                three[2] = best;
            }
        }
    }
}

/// Which incidents are asked for; what is not set does not matter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// PLOVER's type.
    pub kind: Option<EventType>,
    /// Words of the place, in Arabic or of its usual name.
    pub place: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Words of a participant's name, or a code (`IRQ MIL`).
    pub actor: Option<String>,
    /// A place as [`Facet::Place`](super::Facet::Place) has it.
    pub named_place: Option<String>,
    /// A participant as [`Facet::Actor`](super::Facet::Actor) has it.
    pub named_actor: Option<String>,
    /// An outlet that reports it.
    pub outlet: Option<String>,
    /// First day, counted from 1970-01-01.
    pub after: Option<i64>,
    /// Last day.
    pub before: Option<i64>,
    /// `open`, `confirmed`, `dismissed`; without it all but the dismissed.
    pub state: Option<String>,
    /// Articles that are about it, at least.
    pub least: u64,
    /// Changed after that number in the ledger's table `change`.
    pub since: Option<i64>,
    /// At most so many, the latest first.
    pub limit: usize,
    /// So many are passed over first.
    pub skip: usize,
    /// Only what comes behind this in the list. Unlike `skip` it stays where it is while reports arrive.
    pub behind: Option<Position>,
}

/// A place in the list of incidents, that of one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Its day.
    pub day: Option<i64>,
    /// Its number.
    pub id: i64,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = self.day.map(|d| d.to_string()).unwrap_or_default();
        write!(f, "{day}.{}", show(self.id))
    }
}

impl FromStr for Position {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let read = || {
            let (day, id) = text.split_once('.')?;
            let day = if day.is_empty() { None } else { Some(day.parse().ok()?) };
            Some(Self { day, id: i64::from_str_radix(id, 16).ok()? })
        };
        read().ok_or_else(|| Error::Position(text.to_owned()))
    }
}

/// A mention of an incident in an article.
#[derive(Clone, Debug, PartialEq)]
pub struct Telling {
    /// The article's key.
    pub article: String,
    /// Its caller's id.
    pub name: String,
    /// Its outlet.
    pub outlet: String,
    /// Its headline.
    pub title: Option<String>,
    /// When it was published, as given.
    pub published: Option<String>,
    /// Texts that are copies of each other have the same.
    pub cluster: i64,
    /// Whether it is about the incident.
    pub lead: bool,
    /// What ties it to another report of the incident most; `None` of the only report.
    pub tie: Option<Tie>,
}

/// Why two acts are held for one.
#[derive(Clone, Debug, PartialEq)]
pub struct Tie {
    /// The other article's key.
    pub to: String,
    /// Log odds.
    pub score: f32,
    /// Each feature's name, what it adds and what it means, the strongest first.
    pub parts: Vec<(&'static str, f32, String)>,
}

/// A correction made by a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Its number.
    pub number: i64,
    /// Seconds of the Unix clock.
    pub at: i64,
    /// By whom.
    pub author: String,
    /// Why.
    pub note: String,
    /// `split`, `merge`, `dismiss`, `confirm` or `undo`.
    pub what: String,
    /// Whether it was taken back.
    pub undone: bool,
}

/// An incident with all that is said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Its summary.
    pub incident: Incident,
    /// Its reports in the order of their publication.
    pub reports: Vec<Telling>,
    /// Who says what, slot by slot; those that most say first.
    pub claims: Vec<Claim>,
    /// What people put right.
    pub corrections: Vec<Correction>,
}

const COLUMNS: &str = "i.id, i.kind, i.day_from, i.day_to, i.exact, i.place, i.place_name, i.country, i.lat, i.lon, i.precision, i.killed_low, i.killed_high, i.killed,
    i.injured_low, i.injured_high, i.injured, i.reports, i.leads, i.independent, i.outlets, i.denied, i.state, i.day, i.actors, i.recipients";

/// An incident's number, and it without its headline.
fn incident(r: &Row) -> rusqlite::Result<(i64, Incident)> {
    let three = |at: usize| -> rusqlite::Result<Option<[u64; 3]>> {
        let n = |i: usize| r.get::<_, Option<i64>>(at + i).map(|n| n.map(i64::cast_unsigned));
        Ok(n(0)?.zip(n(1)?).zip(n(2)?).map(|((low, high), best)| [low, high, best]))
    };
    let number = |at: usize| r.get::<_, i64>(at).map(i64::cast_unsigned);
    let incident = Incident {
        id: show(r.get(0)?),
        kind: r.get(1)?,
        days: r.get::<_, Option<i64>>(2)?.and_then(iso).zip(r.get::<_, Option<i64>>(3)?.and_then(iso)),
        day: r.get(23)?,
        exact: r.get(4)?,
        place: r.get(5)?,
        place_name: r.get(6)?,
        country: r.get(7)?,
        point: r.get::<_, Option<f64>>(8)?.zip(r.get(9)?),
        precision: r.get(10)?,
        killed: three(11)?,
        injured: three(14)?,
        reports: number(17)?,
        leads: number(18)?,
        independent: number(19)?,
        outlets: number(20)?,
        denied: number(21)?,
        state: r.get(22)?,
        title: None,
        actors: parties::parse(r.get_ref(24)?.as_str()?),
        recipients: parties::parse(r.get_ref(25)?.as_str()?),
    };
    Ok((r.get(0)?, incident))
}

/// The terms of what is asked for: a code is one, a name has one for each of its words.
fn asked(what: Asked, text: &str) -> Vec<i64> {
    let code = text.len() >= 3 && text.bytes().all(|b| b.is_ascii_uppercase() || b == b' ');
    if matches!(what, Asked::Actor) && code {
        return vec![term(what, super::hash(text.trim()))];
    }
    super::act::stems(std::iter::once(text)).into_iter().map(|s| term(what, s)).collect()
}

/// The terms of the words that a filter asks for; `None` where nothing can have them.
fn words(filter: &Filter) -> Option<Vec<i64>> {
    let terms: Vec<i64> = filter.actor.iter().flat_map(|a| asked(Asked::Actor, a)).chain(filter.place.iter().flat_map(|p| asked(Asked::Place, p))).collect();
    let empty = filter.actor.iter().chain(&filter.place).any(|t| t.trim().is_empty());
    (!empty && (!terms.is_empty() || (filter.actor.is_none() && filter.place.is_none()))).then_some(terms)
}

impl Ledger {
    /// The incidents that have the words that a filter asks for and changed since its change, in the order of their numbers;
    /// `None` where it asks for neither.
    pub(super) fn candidates(&self, filter: &Filter) -> Result<Option<Vec<i64>>, Error> {
        let Some(words) = words(filter) else { return Ok(Some(Vec::new())) };
        let term = "SELECT incident FROM term WHERE term = ?1 ORDER BY incident";
        let lists = words.into_iter().map(|w| (term, w)).chain(filter.since.map(|s| ("SELECT incident FROM noted WHERE seq > ?1 ORDER BY incident", s)));
        let mut found: Option<Vec<i64>> = None;
        for (sql, value) in lists {
            let mut query = self.db.prepare_cached(sql).map_err(|e| self.wrap(e))?;
            let mut all: Vec<i64> = query.query_map([value], |r| r.get(0)).and_then(Iterator::collect).map_err(|e| self.wrap(e))?;
            all.retain(|id| found.as_ref().is_none_or(|f| f.binary_search(id).is_ok()));
            found = Some(all);
        }
        Ok(found)
    }

    /// The terms that incidents under a filter have; `None` where none can have them.
    fn terms(&self, filter: &Filter) -> Result<Option<Vec<i64>>, Error> {
        let Some(mut terms) = words(filter) else { return Ok(None) };
        for (kind, name, sql) in [(NAMED, &filter.named_actor, "SELECT id FROM named WHERE name = ?1"), (PRINTED, &filter.outlet, "SELECT id FROM outlet WHERE name = ?1")] {
            let Some(name) = name else { continue };
            let id = self.db.prepare_cached(sql).and_then(|mut s| s.query_row([name], |r| r.get::<_, i64>(0)).optional()).map_err(|e| self.wrap(e))?;
            let Some(id) = id else { return Ok(None) };
            terms.push(kind | id);
        }
        Ok(Some(terms))
    }

    /// The incidents that are asked for, the latest first. One condition beside the days is answered by an index, of several
    /// the one that leaves least is not known beforehand: they are tested on what is held in memory to count by.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn incidents(&self, filter: &Filter) -> Result<Vec<Incident>, Error> {
        let mut all = Vec::new();
        self.each_incident(filter, |i| {
            all.push(i);
            Ok::<_, Error>(())
        })?;
        Ok(all)
    }

    /// Hands on the incidents that are asked for, the latest first, one by one as they are read. One condition beside the days
    /// is answered by an index; of several it is not known beforehand which leaves least, and they are tested on what is held
    /// in memory to count by, as is what comes behind another in the list.
    ///
    /// # Errors
    /// When the ledger cannot be read, or `take` fails.
    pub fn each_incident<E: From<Error>>(&self, filter: &Filter, mut take: impl FnMut(Incident) -> Result<(), E>) -> Result<(), E> {
        let words = words(filter).map_or(0, |w| w.len());
        let closed = filter.state.as_ref().is_some_and(|s| s != "open");
        let others = [filter.kind.is_some(), filter.country.is_some(), filter.named_place.is_some(), filter.named_actor.is_some(), filter.outlet.is_some(), filter.since.is_some(), closed];
        if filter.least > 0 || filter.behind.is_some() || words + others.into_iter().filter(|o| *o).count() > 1 {
            let mut query = self.db.prepare_cached(&format!("SELECT {COLUMNS} FROM incident i WHERE i.id = ?1")).map_err(|e| self.wrap(e))?;
            return self.listed(filter)?.into_iter().try_for_each(|id| take(self.titled(query.query_row([id], incident).map_err(|e| self.wrap(e))?)?));
        }
        let Some((select, values)) = self.asked(filter, None)? else { return Ok(()) };
        let mut query = self.db.prepare_cached(&select).map_err(|e| self.wrap(e))?;
        for row in query.query_map(params_from_iter(values), incident).map_err(|e| self.wrap(e))? {
            take(self.titled(row.map_err(|e| self.wrap(e))?)?)?;
        }
        Ok(())
    }

    /// An incident with the headline of the report that tells it best.
    fn titled(&self, (id, incident): (i64, Incident)) -> Result<Incident, Error> {
        let sql = "SELECT a.id, a.features, (SELECT v.title FROM document d JOIN version v ON v.document = d.id AND v.number = d.version WHERE d.report = a.report ORDER BY d.key LIMIT 1)
            FROM act a WHERE a.incident = ?1 ORDER BY a.key";
        let mut query = self.db.prepare_cached(sql).map_err(|e| self.wrap(e))?;
        let mut rows = query.query([id]).map_err(|e| self.wrap(e))?;
        let mut best: Option<(u8, Option<String>)> = None;
        while let Some(r) = rows.next().map_err(|e| self.wrap(e))? {
            let (number, blob, title): (i64, Vec<u8>, _) = r.get(0).and_then(|n| Ok((n, r.get(1)?, r.get(2)?))).map_err(|e| self.wrap(e))?;
            let act = super::act_of(&blob, &self.file, number)?;
            let rank = if act.opens() { 0 } else if act.lead { 1 } else { 2 };
            if best.as_ref().is_none_or(|b| rank < b.0) {
                best = Some((rank, title));
            }
            if rank == 0 {
                break;
            }
        }
        Ok(Incident { title: best.and_then(|b| b.1), ..incident })
    }

    /// Whether an incident is there and is one of those that are asked for.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn is_asked(&self, filter: &Filter, id: i64) -> Result<bool, Error> {
        let Some((select, values)) = self.asked(&Filter { limit: 1, skip: 0, ..filter.clone() }, Some(id))? else { return Ok(false) };
        self.db.prepare_cached(&select).and_then(|mut s| s.exists(params_from_iter(values))).map_err(|e| self.wrap(e))
    }

    /// The query for what is asked for, or whether that one incident is among it; `None` where nothing can be.
    fn asked(&self, filter: &Filter, one: Option<i64>) -> Result<Option<(String, Vec<Value>)>, Error> {
        let Some(terms) = self.terms(filter)? else { return Ok(None) };
        let mut values: Vec<Value> = Vec::new();
        let mut bind = |v: Value| {
            values.push(v);
            format!("?{}", values.len())
        };
        let mut tests = Vec::new();
        let (mut from, day, order) = match terms.split_first() {
            Some((first, rest)) => {
                tests.push(format!("t.term = {}", bind((*first).into())));
                for other in rest {
                    tests.push(format!("EXISTS (SELECT 1 FROM term o WHERE o.term = {} AND o.day = t.day AND o.incident = t.incident)", bind((*other).into())));
                }
                (format!("term t JOIN incident i ON i.id = t.incident AND ifnull(i.day, {UNDATED}) = t.day"), "t.day", "t.day DESC, t.incident DESC")
            }
            None => ("incident i".to_owned(), "i.day", "i.day DESC, i.id DESC"),
        };
        if let Some(kind) = filter.kind {
            tests.push(format!("i.kind = {}", bind(kind.name().to_owned().into())));
        }
        if let Some(country) = &filter.country {
            tests.push(format!("i.country = {}", bind(country.to_uppercase().into())));
        }
        if let Some(place) = &filter.named_place {
            let (country, name) = place_of(place);
            tests.push(format!("i.place_name = {}", bind(name.to_owned().into())));
            tests.push(format!("i.country IS {}", bind(country.map_or(Value::Null, |c| c.to_owned().into()))));
        }
        for (sign, bound) in [(">=", filter.after), ("<=", filter.before)] {
            if let Some(bound) = bound {
                // One of no known day lies in no time.
                tests.push(format!("{day} > {UNDATED} AND {day} {sign} {}", bind(bound.into())));
            }
        }
        tests.push(match &filter.state {
            // Which the index of the others leaves out, as a literal alone can tell it.
            Some(state) if state != "open" => format!("i.state <> 'open' AND i.state = {}", bind(state.clone().into())),
            Some(_) => "i.state = 'open'".to_owned(),
            None => "i.state <> 'dismissed'".to_owned(),
        });
        if filter.least > 0 {
            tests.push(format!("i.leads >= {}", bind(filter.least.cast_signed().into())));
        }
        if let Some(since) = filter.since {
            tests.push(format!("i.id IN (SELECT incident FROM noted WHERE seq > {})", bind(since.into())));
        }
        if let Some(id) = one {
            tests.push(format!("i.id = {}", bind(id.into())));
        } else if terms.is_empty() && filter.kind.is_none() && filter.country.is_none() && filter.named_place.is_none() && filter.since.is_none() {
            from.push_str(if filter.state.as_ref().is_some_and(|s| s != "open") { " INDEXED BY incident_state" } else { " INDEXED BY incident_day" });
        }
        let limit = if filter.limit == 0 { -1 } else { filter.limit as i64 };
        let sql = format!("SELECT {COLUMNS} FROM {from} WHERE {} ORDER BY {order} LIMIT {limit} OFFSET {}", tests.join(" AND "), filter.skip);
        Ok(Some((sql, values)))
    }

    /// The incident that an id leads to now: its own, that of the incident it was merged into, or a beginning of the id that
    /// only one has.
    ///
    /// # Errors
    /// When there is none, or the ledger cannot be read.
    pub fn resolve(&self, id: &str) -> Result<i64, Error> {
        let none = || Error::NoIncident(id.to_owned());
        let digits = id.trim().to_lowercase();
        if digits.is_empty() || digits.len() > 15 {
            return Err(none());
        }
        let low = i64::from_str_radix(&digits, 16).map_err(|_| none())? << (4 * (15 - digits.len()));
        let one = |sql: &str, values: &[i64]| {
            self.db.prepare_cached(sql).and_then(|mut s| s.query_row(params_from_iter(values), |r| r.get::<_, i64>(0)).optional()).map_err(|e| self.wrap(e))
        };
        if digits.len() < 15 {
            let high = low | ((1 << (4 * (15 - digits.len()))) - 1);
            let mut query = self.db.prepare_cached("SELECT id FROM incident WHERE id BETWEEN ?1 AND ?2 LIMIT 2").map_err(|e| self.wrap(e))?;
            let found: Vec<i64> = query.query_map([low, high], |r| r.get(0)).and_then(Iterator::collect).map_err(|e| self.wrap(e))?;
            return if let [only] = found.as_slice() { Ok(*only) } else { Err(none()) };
        }
        let of_act = "SELECT coalesce(a.incident, (SELECT incident FROM act b WHERE b.id = a.anchor)) FROM act a WHERE a.key = ?1 AND (a.incident IS NOT NULL OR a.anchor IS NOT NULL)";
        if let Some(found) = one(of_act, &[low])? {
            return Ok(found);
        }
        // The text was edited or read anew: the nearest act of that report, or of the version that its article shows now.
        let nearest = "SELECT a.incident FROM retired t
            JOIN act a ON a.report = t.report OR a.report IN (SELECT d.report FROM version v JOIN document d ON d.id = v.document WHERE v.report = t.report)
            WHERE t.id = ?1 AND a.incident IS NOT NULL ORDER BY a.report = t.report DESC, abs(a.start - t.start), a.key LIMIT 1";
        one(nearest, &[low])?.ok_or_else(none)
    }

    /// Whether all reports are grouped as the tables have it now.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn is_grouped(&self) -> Result<bool, Error> {
        let version = &Tables::embedded()?.version;
        let sql = "SELECT EXISTS (SELECT 1 FROM grouped WHERE rules = ?1 AND seq >= (SELECT ifnull(max(seq), 0) FROM change WHERE subject = 'report'))";
        self.db.query_row(sql, [version], |r| r.get(0)).map_err(|e| self.wrap(e))
    }

    /// The acts that a report tells of, each with the incident that it is held under or beside, in the order of the text.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn acts(&self, report: i64) -> Result<Vec<(super::Act, Option<i64>)>, Error> {
        let mut query = self.db.prepare_cached("SELECT id FROM act WHERE report = ?1 ORDER BY start").map_err(|e| self.wrap(e))?;
        let ids: Vec<i64> = query.query_map([report], |r| r.get(0)).and_then(Iterator::collect).map_err(|e| self.wrap(e))?;
        ids.into_iter().map(|id| read(&self.db, &self.file, id).map(|h| (h.act, h.incident))).collect()
    }

    /// The acts that an incident is made of, each with the report that tells of it, in the order of their keys.
    ///
    /// # Errors
    /// When there is no such incident, or the ledger cannot be read.
    pub fn told(&self, id: &str) -> Result<Vec<(i64, super::Act)>, Error> {
        Ok(self.members(self.resolve(id)?, false)?.into_iter().map(|m| (m.report, m.act)).collect())
    }

    fn members(&self, id: i64, anchored: bool) -> Result<Vec<Held>, Error> {
        let sql = if anchored { "SELECT d.id FROM act a JOIN act d ON d.anchor = a.id WHERE a.incident = ?1" } else { "SELECT id FROM act WHERE incident = ?1" };
        let mut query = self.db.prepare_cached(sql).map_err(|e| self.wrap(e))?;
        let ids: Vec<i64> = query.query_map([id], |r| r.get(0)).and_then(Iterator::collect).map_err(|e| self.wrap(e))?;
        let mut members = ids.into_iter().map(|m| read(&self.db, &self.file, m)).collect::<Result<Vec<_>, _>>()?;
        members.sort_by_key(|m| m.key);
        Ok(members)
    }

    /// An incident with its reports, what ties them, and who says what.
    ///
    /// # Errors
    /// When there is none, or the ledger cannot be read.
    pub fn incident(&self, id: &str) -> Result<Page, Error> {
        let (number, summary) = (self.resolve(id)?, self.incident_summary(id)?);
        let tables = Tables::embedded()?;
        let members = self.members(number, false)?;
        let beside = self.members(number, true)?;
        let articles = self.shown(members.iter().chain(&beside))?;
        let mut reports = Vec::new();
        for m in &members {
            let tie =
                members.iter().filter(|o| o.report != m.report).map(|o| (tables.score(&pair(m, o)), o)).max_by(|x, y| x.0.total_cmp(&y.0).then(y.1.key.cmp(&x.1.key)));
            let tie = tie.map(|(score, o)| {
                let values = tables.parts(&pair(m, o));
                let mut parts: Vec<(&'static str, f32, String)> =
                    (0..FEATURES.len()).filter(|i| values[*i] != 0.0).map(|i| (FEATURES[i], values[i], tables.words[i].clone())).collect();
                parts.push(("bias", tables.bias, tables.bias_words.clone()));
                parts.sort_by(|x, y| y.1.abs().total_cmp(&x.1.abs()));
                let first = articles.get(&o.report).and_then(|all| all.first());
                Tie { to: first.map(|a| a.key.clone()).unwrap_or_default(), score, parts }
            });
            for a in articles.get(&m.report).into_iter().flatten() {
                let telling = Telling {
                    article: a.key.clone(),
                    name: a.name.clone(),
                    outlet: a.outlet.clone(),
                    title: a.title.clone(),
                    published: a.published.clone(),
                    cluster: m.cluster,
                    lead: m.act.lead,
                    tie: tie.clone(),
                };
                match reports.iter_mut().find(|t: &&mut Telling| t.article == a.key) {
                    Some(held) => held.lead |= telling.lead,
                    None => reports.push(telling),
                }
            }
        }
        reports.sort_by(|x, y| x.published.cmp(&y.published).then(x.article.cmp(&y.article)));
        let claims = self.gathered(members.iter().chain(&beside), &articles)?;
        let corrections = self.corrections(number)?;
        Ok(Page { incident: summary, reports, claims, corrections })
    }

    /// An incident's summary alone.
    ///
    /// # Errors
    /// When there is none, or the ledger cannot be read.
    pub fn incident_summary(&self, id: &str) -> Result<Incident, Error> {
        let number = self.resolve(id)?;
        let sql = format!("SELECT {COLUMNS} FROM incident i WHERE i.id = ?1");
        self.db.prepare_cached(&sql).and_then(|mut s| s.query_row([number], incident)).map_err(|e| self.wrap(e)).and_then(|i| self.titled(i))
    }

    /// Who says what of an incident, as its page has it, without what ties its reports.
    ///
    /// # Errors
    /// When there is none, or the ledger cannot be read.
    pub fn claims(&self, id: &str) -> Result<Vec<Claim>, Error> {
        let number = self.resolve(id)?;
        let mut all = self.members(number, false)?;
        all.extend(self.members(number, true)?);
        self.gathered(all.iter(), &self.shown(all.iter())?)
    }

    /// The number of killed, then of injured, of an incident's page by a rule.
    pub fn tolls(page: &Page, rule: Rule) -> [Option<u64>; 2] {
        best(&page.claims, rule)
    }

    /// The articles that show the acts' reports.
    fn shown<'a>(&self, acts: impl Iterator<Item = &'a Held>) -> Result<BTreeMap<i64, Vec<Article>>, Error> {
        let mut articles = BTreeMap::new();
        for m in acts {
            if let Entry::Vacant(v) = articles.entry(m.report) {
                v.insert(self.articles(m.report)?);
            }
        }
        Ok(articles)
    }

    fn gathered<'a>(&self, acts: impl Iterator<Item = &'a Held>, articles: &BTreeMap<i64, Vec<Article>>) -> Result<Vec<Claim>, Error> {
        let (tables, mut claims) = (Tables::embedded()?, Gathered::default());
        let mut read: BTreeMap<i64, (String, Reading)> = BTreeMap::new();
        for m in acts {
            if let Entry::Vacant(v) = read.entry(m.report) {
                v.insert((self.text(m.report)?, self.reading(m.report)?));
            }
            if let Some(((text, reading), articles)) = read.get(&m.report).zip(articles.get(&m.report)) {
                claims.take(m, text, reading, articles, tables);
            }
        }
        Ok(claims.finish())
    }


    /// The corrections that an incident's acts stand in.
    fn corrections(&self, id: i64) -> Result<Vec<Correction>, Error> {
        let sql = "SELECT DISTINCT c.id, c.at, c.author, c.note, c.what, EXISTS (SELECT 1 FROM correction u WHERE u.undoes = c.id) FROM correction c JOIN corrected k ON k.correction = c.id
            JOIN report r ON r.key = k.report JOIN act a ON a.report = r.id AND a.start = k.start WHERE a.incident = ?1 ORDER BY c.id";
        let mut query = self.db.prepare_cached(sql).map_err(|e| self.wrap(e))?;
        let row = |r: &Row| Ok(Correction { number: r.get(0)?, at: r.get(1)?, author: r.get(2)?, note: r.get(3)?, what: r.get(4)?, undone: r.get(5)? });
        query.query_map([id], row).and_then(Iterator::collect).map_err(|e| self.wrap(e))
    }

    /// Says that this is no incident.
    ///
    /// # Errors
    /// When there is none, or the ledger cannot be written.
    pub fn dismiss(&mut self, id: &str, author: &str, note: &str) -> Result<i64, Error> {
        let all = self.members(self.resolve(id)?, false)?;
        self.correct("dismiss", [&all, &[]], author, note)
    }

    /// Says that this is an incident as it stands.
    ///
    /// # Errors
    /// When there is none, or the ledger cannot be written.
    pub fn confirm(&mut self, id: &str, author: &str, note: &str) -> Result<i64, Error> {
        let all = self.members(self.resolve(id)?, false)?;
        self.correct("confirm", [&all, &[]], author, note)
    }

    /// Says that two incidents are one.
    ///
    /// # Errors
    /// When there are not two, or the ledger cannot be written.
    pub fn merge(&mut self, id: &str, other: &str, author: &str, note: &str) -> Result<i64, Error> {
        let (one, two) = (self.resolve(id)?, self.resolve(other)?);
        if one == two {
            return Err(Error::Correction(format!("{id} and {other} are one incident already; `marsad incident {id}` shows it")));
        }
        let (one, two) = (self.members(one, false)?, self.members(two, false)?);
        self.correct("merge", [&one, &two], author, note)
    }

    /// Says that some of an incident's articles, by their keys or the caller's ids, tell of another one.
    ///
    /// # Errors
    /// When they are none or all of its articles, or the ledger cannot be written.
    pub fn split(&mut self, id: &str, articles: &[String], author: &str, note: &str) -> Result<i64, Error> {
        let number = self.resolve(id)?;
        let (mut those, mut rest, mut used) = (Vec::new(), Vec::new(), BTreeSet::new());
        for m in self.members(number, false)? {
            let shown = self.articles(m.report)?;
            let named: Vec<&String> = articles.iter().filter(|n| shown.iter().any(|a| a.key == **n || a.name == **n)).collect();
            used.extend(named.iter().map(|n| n.as_str()));
            if named.is_empty() { rest.push(m) } else { those.push(m) }
        }
        if let Some(name) = articles.iter().find(|a| !used.contains(a.as_str())) {
            return Err(Error::Correction(format!("{name} is no report of incident {id}; `marsad incident {id}` lists them")));
        }
        if those.is_empty() || rest.is_empty() {
            return Err(Error::Correction(format!("name some of the reports of incident {id}, not all of them; `marsad incident {id}` lists them")));
        }
        self.correct("split", [&those, &rest], author, note)
    }

    /// Takes a correction back. It stays on record.
    ///
    /// # Errors
    /// When there is none of that number, or the ledger cannot be written.
    pub fn undo(&mut self, correction: i64, author: &str, note: &str) -> Result<i64, Error> {
        let known = self
            .db
            .query_row("SELECT what FROM correction c WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM correction u WHERE u.undoes = c.id)", [correction], |r| {
                r.get::<_, String>(0)
            })
            .optional();
        match known.map_err(|e| self.wrap(e))?.as_deref() {
            None => {
                return Err(Error::Correction(format!("there is no correction {correction} that holds; `marsad incident ID` lists those of an incident")));
            }
            Some("undo") => {
                return Err(Error::Correction(format!("correction {correction} took another back; make that one again instead")));
            }
            Some(_) => {}
        }
        let tables = Tables::embedded()?;
        let batch = self.batch()?;
        let number =
            batch.insert("INSERT INTO correction (at, author, note, what, undoes) VALUES (?1, ?2, ?3, 'undo', ?4)", params![batch.at, author, note, correction])?;
        let sql = "SELECT a.id FROM corrected k JOIN report r ON r.key = k.report JOIN act a ON a.report = r.id WHERE k.correction = ?1 AND a.status = 'actual'";
        let acts: BTreeSet<i64> = batch.all(sql, [correction], |r| r.get(0))?.into_iter().collect();
        Work::new(&batch, tables)?.settle(&acts, &mut BTreeSet::new())?;
        super::noted::note(&batch)?;
        batch.commit()?;
        Ok(number)
    }

    fn correct(&mut self, what: &str, sides: [&[Held]; 2], author: &str, note: &str) -> Result<i64, Error> {
        if author.trim().is_empty() {
            return Err(Error::Correction("a correction has an author; give one with --author".to_owned()));
        }
        let tables = Tables::embedded()?;
        let batch = self.batch()?;
        let number = batch.insert("INSERT INTO correction (at, author, note, what) VALUES (?1, ?2, ?3, ?4)", params![batch.at, author, note, what])?;
        let mut acts = BTreeSet::new();
        for (side, members) in (0i64..).zip(sides) {
            for m in members {
                acts.insert(m.id);
                batch
                    .run("INSERT OR IGNORE INTO corrected (correction, side, report, start) VALUES (?1, ?2, ?3, ?4)", params![number, side, m.report_key, m.act.start])?;
            }
        }
        Work::new(&batch, tables)?.settle(&acts, &mut BTreeSet::new())?;
        super::noted::note(&batch)?;
        batch.commit()?;
        Ok(number)
    }
}

/// The claims of a slot as figures, with the number of the claim that each belongs to.
fn figures<'a>(claims: impl Iterator<Item = &'a Claim>) -> (Vec<usize>, Vec<Figure>) {
    let (mut numbers, mut figures) = (Vec::new(), Vec::new());
    for (n, c) in claims.enumerate() {
        let Some((low, high)) = c.range else { continue };
        for o in &c.origins {
            numbers.push(n);
            let chain = o.speaker.as_deref().map_or_else(|| o.outlet.clone(), fold);
            figures.push(Figure { low, high, value: c.counts, chain, at: o.published.clone(), rise: c.rises.contains(&(o.article.clone(), o.start)) });
        }
    }
    (numbers, figures)
}

/// The number of killed, then of injured, by a rule.
fn best(claims: &[Claim], rule: Rule) -> [Option<u64>; 2] {
    [Slot::Killed, Slot::Injured].map(|slot| figure(&figures(claims.iter().filter(|c| c.slot == slot)).1, rule))
}

/// On one line.
fn clean(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Claims as they are gathered: equal values of a slot are one.
#[derive(Default)]
struct Gathered(BTreeMap<(Slot, String), Claim>);

impl Gathered {
    fn take(&mut self, m: &Held, text: &str, reading: &Reading, articles: &[Article], tables: &Tables) {
        let index = CharIndex::new(text);
        let spans = sentences(text);
        let ends = |span: &Span| (index.char_of(span.start()), index.char_of(span.end()));
        let origins = |span: &Span, speaker: Option<String>, via: Option<String>| -> Vec<Origin> {
            let ((start, end), sentence) = (ends(span), clean(span.of(text)));
            let origin = |a: &Article| Origin {
                published: a.published.clone().unwrap_or_default(),
                article: a.key.clone(),
                outlet: a.outlet.clone(),
                cluster: m.cluster,
                speaker: speaker.clone(),
                via: via.clone(),
                start,
                end,
                sentence: sentence.clone(),
            };
            articles.iter().map(origin).collect()
        };
        for event in m.act.mentions.iter().filter_map(|n| reading.events.get(*n as usize)) {
            let at = event.trigger.start;
            let Some(span) = spans.iter().find(|s| { let (start, end) = ends(s); start <= at && at < end }) else {
                continue;
            };
            let via = reading.statements.iter().find(|s| s.content.start <= at && at < s.content.end).and_then(|s| s.via.clone());
            let speaker = event.according_to.as_ref().map(|s| clean(s.name.as_deref().unwrap_or(&s.mark.text)));
            self.event(event, &origins(span, speaker, via), tables.says("rise", &spaced(span.of(text))), tables);
        }
        if m.act.kind != EventType::Assault || !m.act.lead {
            return;
        }
        // Somebody named in a sentence that says who claims the deed.
        for span in &spans {
            let words = spaced(span.of(text));
            let claimed = tables.says("claimed", &words) && !tables.says("silence", &words);
            // `نفت الحركة مسؤوليتها عن الهجوم`: a denial may stand at any distance before what it denies.
            let slot = if tables.says("disclaimed", &words) || (claimed && tables.says("denial", &words)) {
                Slot::Disclaimed
            } else if claimed {
                Slot::Claimed
            } else {
                continue;
            };
            let (start, end) = ends(span);
            let Some(name) = reading.entities.iter().find(|e| e.mark.start >= start && e.mark.end <= end && e.kind == EntityType::Org) else {
                continue;
            };
            let via = reading.statements.iter().find(|s| s.cue.start >= start && s.cue.end <= end).and_then(|s| s.via.clone());
            let named = clean(name.name_ar.as_deref().unwrap_or(&name.mark.text));
            self.put(slot, fold(&named), named.clone(), None, &origins(span, Some(named), via));
        }
    }

    fn event(&mut self, event: &Event, origins: &[Origin], rise: bool, tables: &Tables) {
        if event.status != Status::Actual {
            self.put(Slot::Status, event.status.name().to_owned(), event.status.name().to_owned(), None, origins);
            return;
        }
        for toll in tolls(event, rise, tables) {
            let slot = if toll.killed { Slot::Killed } else { Slot::Injured };
            let open = if toll.killed { &event.killed } else { &event.injured }.as_ref().is_some_and(|c| c.max.is_none());
            let value = match (toll.low, toll.high) {
                (low, _) if open => format!("{low}+"),
                (low, high) if low == high => low.to_string(),
                (low, high) => format!("{low}–{high}"),
            };
            let key = value.clone();
            self.put(slot, key.clone(), value, Some((toll.low, toll.high)), origins);
            if let Some(c) = self.0.get_mut(&(slot, key)) {
                c.counts = toll.value;
                if rise {
                    c.rises.extend(origins.iter().map(|o| (o.article.clone(), o.start)));
                }
            }
        }
        for (slot, list) in [(Slot::Actor, &event.actor), (Slot::Recipient, &event.recipient)] {
            for p in list {
                let key = p.name.as_deref().map_or_else(|| fold(&clean(&p.mark.text)), fold);
                self.put(slot, key, format!("{} [{}]", clean(&p.mark.text), p.code), None, origins);
            }
        }
        if let Some(p) = &event.place {
            self.put(Slot::Place, p.geonames.map_or_else(|| fold(&p.mark.text), |g| g.to_string()), clean(&p.mark.text), None, origins);
        }
        if let Some(d) = &event.date {
            self.put(Slot::Day, d.clone(), d.clone(), None, origins);
        }
    }

    fn put(&mut self, slot: Slot, key: String, value: String, range: Option<(u64, u64)>, origins: &[Origin]) {
        let claim = self.0.entry((slot, key)).or_insert_with(|| Claim {
            slot,
            value,
            range,
            counts: range.map_or(0, |r| r.0),
            rises: BTreeSet::new(),
            origins: Vec::new(),
            independent: 0,
            superseded: false,
        });
        for o in origins {
            // An article says a thing once for each who says it there.
            if !claim.origins.iter().any(|h| h.article == o.article && h.speaker == o.speaker) {
                claim.origins.push(o.clone());
            }
        }
    }

    fn finish(self) -> Vec<Claim> {
        let mut claims: Vec<Claim> = self.0.into_values().collect();
        for claim in &mut claims {
            claim.origins.sort();
            claim.independent = claim.origins.iter().map(|o| o.cluster).collect::<BTreeSet<_>>().len();
        }
        for slot in [Slot::Killed, Slot::Injured] {
            let (numbers, figures) = figures(claims.iter().filter(|c| c.slot == slot));
            let gone = superseded(&figures);
            for (n, claim) in claims.iter_mut().filter(|c| c.slot == slot).enumerate() {
                let mut own = numbers.iter().zip(&gone).filter(|(m, _)| **m == n).map(|(_, g)| *g).peekable();
                claim.superseded = own.peek().is_some() && own.all(|g| g);
            }
        }
        claims.sort_by(|x, y| x.slot.cmp(&y.slot).then(y.independent.cmp(&x.independent)).then(x.value.cmp(&y.value)));
        claims
    }
}
