//! Reports into incidents.
//!
//! 1. The mentions of one act in a report are joined ([`acts`]).
//! 2. Acts of all reports that share two keys (rare words of theirs or of what their reports are about, place and type,
//!    participants) and lie at most [`REACH`] days apart are compared ([`features`], [`Tables::score`]); pairs above a loose
//!    threshold are kept.
//! 3. What hangs together by such pairs is grouped by average link over pairs of reports ([`cluster`]). So an incident depends on the reports that
//!    the ledger holds and not on their order, and a new report touches only what it hangs together with.
//!
//! Only acts reported as having happened make incidents. One planned, possible or denied is held beside the act that it is
//! tied to most. An incident's id is the smallest of its acts' keys, which begin with the day of the report; every key leads
//! to the incident that holds it now, so that ids stay good when incidents are merged or split.

mod act;
mod claims;
mod cluster;
mod deeds;
mod facets;
mod noted;
mod parties;
mod query;
mod review;
mod score;
mod stem;
mod tables;

pub use act::{Act, Spot, Who, acts};
pub use claims::{Claim, Figure, Origin, Rule, Slot, figure};
pub use cluster::{Constraints, cluster};
pub use deeds::Deed;
pub(crate) use facets::Overview;
pub use facets::{Count, Facet, Facets, Histogram, Point, Points};
pub use parties::Party;
pub use query::{Correction, Filter, Incident, Page, Position, Telling, Tie};
pub use review::Doubt;
pub use score::{Beside, FEATURES, Features, features};
pub use stem::{hash, stem};
pub use tables::Tables;

use crate::query::reading_of;
use crate::store::{Batch, hash as hash_of, text_of};
use crate::{Embedding, Error, Ledger};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::rc::Rc;

/// Raised when the code below groups otherwise than before with the same tables.
const VERSION: &str = "2";

/// Days between which acts are compared.
pub const REACH: i64 = 3;
/// The heaviest words by which an act is found.
const FOUND_BY: usize = 8;
/// The heaviest words of its report's matter by which an act is found that the report is about.
const FOUND_BY_MATTER: usize = 16;
/// Keys that two acts must share to be compared.
const SHARED: usize = 2;
/// Reports that are grouped in one transaction.
const STEP: usize = 256;
/// The day of acts of reports without one: they are compared with each other alone.
const UNDATED: i64 = -1_000_000;

/// An act as the ledger holds it.
#[derive(Debug)]
pub(crate) struct Held {
    pub id: i64,
    pub key: i64,
    pub report: i64,
    pub report_key: String,
    pub cluster: i64,
    pub incident: Option<i64>,
    pub act: Act,
    /// The report's meaning, of an act that the report is about.
    pub meaning: Option<Embedding>,
}

/// A correction in force.
#[derive(Clone, Debug)]
struct Ruling {
    number: i64,
    what: String,
    /// Report key, place in it, side.
    acts: Vec<(String, u32, i64)>,
}

impl Ledger {
    /// Brings the incidents up to date with the reports; gives the number of reports that were new or had changed. Stopped at
    /// any moment, it goes on where it was.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn group(&mut self) -> Result<usize, Error> {
        self.group_with(Tables::embedded()?)
    }

    /// As [`Ledger::group`], with other tables; if they are others than last time, all is grouped anew.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn group_with(&mut self, tables: &Tables) -> Result<usize, Error> {
        let mut all = 0;
        loop {
            let batch = self.batch()?;
            let (reports, more) = Work::new(&batch, tables)?.step(STEP)?;
            batch.commit()?;
            all += reports;
            if !more {
                return Ok(all);
            }
        }
    }
}

/// The heaviest of weighted words.
fn heaviest(words: &[(u32, f32)], number: usize) -> impl Iterator<Item = u32> {
    let mut words = words.to_vec();
    words.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    words.into_iter().take(number).map(|w| w.0)
}

/// The keys under which an act is found.
fn keys(act: &Act) -> BTreeSet<i64> {
    let key = |kind: &str, parts: &[&str]| hash_of(&[&[kind], parts].concat());
    let mut keys: BTreeSet<i64> = heaviest(&act.words, FOUND_BY).map(|w| key("word", &[&w.to_string()])).collect();
    keys.extend(heaviest(&act.matter, FOUND_BY_MATTER).map(|w| key("matter", &[&w.to_string()])));
    let kind = act.kind.quad().to_string();
    if let Some(s) = act.spot.as_ref().filter(|s| s.radius < 500.0) {
        keys.insert(key("place", &[&kind, &s.name.to_string()]));
        if let Some(g) = s.geonames {
            keys.insert(key("geonames", &[&kind, &g.to_string()]));
        }
    }
    for who in act.actors.iter().chain(&act.recipients) {
        keys.insert(key("who", &[act.kind.name(), &who.name.to_string()]));
    }
    keys
}

/// Whether two acts share what it takes to be compared.
pub fn compared(a: &Act, b: &Act) -> bool {
    found_on(a).abs_diff(found_on(b)) <= REACH.unsigned_abs() && keys(a).intersection(&keys(b)).count() >= SHARED
}

/// The day under which an act is found.
fn found_on(act: &Act) -> i64 {
    act.days().map_or(UNDATED, |(from, to, exact)| if exact { from } else { to })
}

/// An act's key: its report's day, then 44 bits over the report's key and the place of the first trigger.
fn key_of(day: Option<i64>, report: &str, start: u32) -> i64 {
    let day = day.map_or(0xFFFF, |d| d.clamp(0, 0xFFFE));
    (day << 44) | (hash_of(&[report, &start.to_string()]) & ((1 << 44) - 1))
}

/// An id as people see it: 15 hex digits.
pub fn show(id: i64) -> String {
    format!("{id:015x}")
}

struct Work<'a> {
    batch: &'a Batch<'a>,
    tables: &'a Tables,
    held: BTreeMap<i64, Rc<Held>>,
    rulings: Vec<Ruling>,
    /// Acts that people confirmed or dismissed, by the correction's number.
    states: BTreeMap<i64, (i64, String)>,
    /// Acts that went, by their keys.
    gone: BTreeMap<i64, (i64, u32)>,
    /// Keys of acts that are compared with others now than before.
    moved: BTreeSet<i64>,
}

impl<'a> Work<'a> {
    fn new(batch: &'a Batch<'a>, tables: &'a Tables) -> Result<Self, Error> {
        Ok(Self { rulings: rulings(batch)?, batch, tables, held: BTreeMap::new(), states: BTreeMap::new(), gone: BTreeMap::new(), moved: BTreeSet::new() })
    }

    fn get(&mut self, id: i64) -> Result<Rc<Held>, Error> {
        if let Some(held) = self.held.get(&id) {
            return Ok(held.clone());
        }
        let held = Rc::new(read(&self.batch.db, &self.batch.file, id)?);
        self.held.insert(id, held.clone());
        Ok(held)
    }

    /// Groups what changed next; whether there may be more.
    fn step(mut self, limit: usize) -> Result<(usize, bool), Error> {
        let b = self.batch;
        let state = b.one("SELECT seq, rules FROM grouped", [], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?)))?;
        let seq = match state {
            Some((seq, rules)) if rules == self.tables.version => seq,
            _ => {
                b.run("INSERT OR REPLACE INTO retired (id, report, start) SELECT i.id, a.report, a.start FROM incident i JOIN act a ON a.key = i.id", [])?;
                b.run("INSERT OR IGNORE INTO unnoted (incident) SELECT id FROM incident", [])?;
                for table in ["act", "block", "doubt", "edge", "incident", "term"] {
                    b.run(&format!("DELETE FROM {table}"), [])?;
                }
                0
            }
        };
        let changes = b.all("SELECT seq, id FROM change WHERE seq > ?1 AND subject = 'report' ORDER BY seq LIMIT ?2", [seq, limit as i64], |r| {
            Ok((r.get::<_, i64>(0)?, r.get::<_, i64>(1)?))
        })?;
        let last = changes.last().map_or(seq, |c| c.0);
        let reports: BTreeSet<i64> = changes.iter().map(|c| c.1).collect();
        b.run("INSERT OR REPLACE INTO grouped (one, seq, rules) VALUES (1, ?1, ?2)", params![last, self.tables.version])?;
        let (mut touched, mut stale) = (BTreeSet::new(), BTreeSet::new());
        for report in &reports {
            self.forget(*report, &mut touched, &mut stale)?;
        }
        let mut fresh = BTreeMap::new();
        for report in &reports {
            fresh.extend(self.learn(*report)?);
        }
        for key in std::mem::take(&mut self.moved) {
            let Some(act) = b.one("SELECT id FROM act WHERE key = ?1", [key], |r| r.get::<_, i64>(0))?.filter(|a| !fresh.contains_key(a)) else { continue };
            touched.extend(self.untie(act)?);
            fresh.insert(act, keys(&self.get(act)?.act));
        }
        for act in fresh.keys() {
            self.compare(*act, &fresh)?;
        }
        touched.extend(fresh.keys());
        self.settle(&touched, &mut stale)?;
        let more = changes.len() == limit;
        if !more {
            noted::note(b)?;
        }
        Ok((reports.len(), more))
    }

    /// Takes a report's acts out; what they were tied to is touched.
    fn forget(&mut self, report: i64, touched: &mut BTreeSet<i64>, stale: &mut BTreeSet<i64>) -> Result<(), Error> {
        let b = self.batch;
        for (act, key, start, incident) in b.all("SELECT id, key, start, incident FROM act WHERE report = ?1", [report], |r| {
            Ok((r.get::<_, i64>(0)?, r.get::<_, i64>(1)?, r.get::<_, u32>(2)?, r.get::<_, Option<i64>>(3)?))
        })? {
            touched.extend(self.untie(act)?);
            if let Some(incident) = incident {
                touched.extend(b.all("SELECT id FROM act WHERE incident = ?1", [incident], |r| r.get::<_, i64>(0))?);
                stale.insert(incident);
            }
            let held = self.get(act)?;
            for found in keys(&held.act) {
                self.crowd(found, &held)?;
                b.run("DELETE FROM block WHERE key = ?1 AND day = ?2 AND act = ?3", [found, found_on(&held.act), key])?;
            }
            b.run("DELETE FROM act WHERE id = ?1", [act])?;
            self.held.remove(&act);
            touched.remove(&act);
            self.gone.insert(key, (report, start));
        }
        Ok(())
    }

    /// Takes an act's pairs out; gives the acts that it was tied to.
    fn untie(&mut self, act: i64) -> Result<Vec<i64>, Error> {
        let others = self.batch.all("SELECT b FROM edge WHERE a = ?1", [act], |r| r.get::<_, i64>(0))?;
        for other in &others {
            self.batch.run("DELETE FROM edge WHERE (a = ?1 AND b = ?2) OR (a = ?2 AND b = ?1)", [act, *other])?;
        }
        Ok(others)
    }

    /// Of the acts that a key finds on one day, the first in the order of their keys are compared, so that a name which stands
    /// in every other report costs no more than its share. An act that comes in or goes moves the one behind the last place
    /// out or in, which is then compared anew: what is compared depends on the acts that there are, not on their arrival.
    fn crowd(&mut self, found: i64, held: &Held) -> Result<(), Error> {
        let sql = "SELECT act FROM block WHERE key = ?1 AND day = ?2 ORDER BY act LIMIT 1 OFFSET ?3";
        let next = self.batch.one(sql, [found, found_on(&held.act), self.tables.crowd as i64], |r| r.get::<_, i64>(0))?;
        self.moved.extend(next.filter(|n| held.key < *n));
        Ok(())
    }

    /// Puts a report's acts in; gives them with the keys under which they are found.
    fn learn(&mut self, report: i64) -> Result<Vec<(i64, BTreeSet<i64>)>, Error> {
        let b = self.batch;
        let Some((key, day)) =
            b.one("SELECT key, day FROM report r WHERE id = ?1 AND live > 0 AND EXISTS (SELECT 1 FROM reading WHERE report = r.id AND events > 0)", [report], |r| {
                Ok((r.get::<_, String>(0)?, r.get::<_, Option<i64>>(1)?))
            })?
        else {
            return Ok(Vec::new());
        };
        // Of several headlines over one text the first in the order of the articles' keys.
        let title = b
            .one(
                "SELECT v.title FROM document d JOIN version v ON v.document = d.id AND v.number = d.version WHERE d.report = ?1 ORDER BY d.key LIMIT 1",
                [report],
                |r| r.get::<_, Option<String>>(0),
            )?
            .flatten();
        let (text, reading) = (text_of(&b.db, &b.file, report)?, reading_of(&b.db, &b.file, report)?);
        let mut out = Vec::new();
        for act in acts(title.as_deref(), &text, &reading, day, self.tables) {
            let blob =
                postcard::to_allocvec(&act).map_err(|e| Error::Damaged { file: b.file.clone(), what: format!("an act of report {report}"), reason: e.to_string() })?;
            let id = b.insert(
                "INSERT INTO act (key, report, start, status, features) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![key_of(day, &key, act.start), report, act.start, act.status.name(), blob],
            )?;
            let keys = keys(&act);
            let held = self.get(id)?;
            for found in &keys {
                b.run("INSERT INTO block (key, day, act) VALUES (?1, ?2, ?3)", [*found, found_on(&act), held.key])?;
                self.crowd(*found, &held)?;
            }
            out.push((id, keys));
        }
        Ok(out)
    }

    /// Compares a new act with all that it may be one with.
    fn compare(&mut self, id: i64, fresh: &BTreeMap<i64, BTreeSet<i64>>) -> Result<(), Error> {
        let b = self.batch;
        let one = self.get(id)?;
        let day = found_on(&one.act);
        let mut shared: BTreeMap<i64, usize> = BTreeMap::new();
        for found in fresh.get(&id).into_iter().flatten() {
            let mut of_day: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
            let rows = "SELECT day, act FROM block WHERE key = ?1 AND day BETWEEN ?2 AND ?3 ORDER BY day, act";
            for (day, act) in b.all(rows, [*found, day - REACH, day + REACH], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, i64>(1)?)))? {
                let acts = of_day.entry(day).or_default();
                if acts.len() < self.tables.crowd {
                    acts.push(act);
                }
            }
            if of_day.get(&day).is_some_and(|acts| acts.contains(&one.key)) {
                of_day.into_values().flatten().for_each(|act| *shared.entry(act).or_default() += 1);
            }
        }
        for (key, _) in shared.into_iter().filter(|(key, n)| *n >= SHARED && *key != one.key) {
            let other = b.one("SELECT id FROM act WHERE key = ?1", [key], |r| r.get::<_, i64>(0))?.filter(|o| *o > id || !fresh.contains_key(o));
            let Some(other) = other else { continue };
            let two = self.get(other)?;
            // What one report tells as two acts stays two, unless other reports have them as one.
            if one.report == two.report || (!one.act.stands() && !two.act.stands()) {
                continue;
            }
            let score = self.tables.score(&pair(&one, &two));
            if score >= self.tables.edge {
                for (a, c) in [(id, other), (other, id)] {
                    b.run("INSERT OR REPLACE INTO edge (a, b, score) VALUES (?1, ?2, ?3)", params![a, c, f64::from(score)])?;
                }
            }
        }
        Ok(())
    }

    /// The act at that place of a report, or the one nearest to it.
    fn at(&self, report: &str, start: u32) -> Result<Option<i64>, Error> {
        self.batch.one(
            "SELECT a.id FROM act a JOIN report r ON r.id = a.report WHERE r.key = ?1 AND a.status = 'actual' ORDER BY abs(a.start - ?2), a.start LIMIT 1",
            params![report, start],
            |r| r.get::<_, i64>(0),
        )
    }

    /// The pairs of acts that people joined or parted, as they are now; a later word holds over an earlier one.
    fn ruled(&self) -> Result<BTreeMap<(i64, i64), bool>, Error> {
        let mut pairs = BTreeMap::new();
        for ruling in self.rulings.iter().filter(|r| r.what == "merge" || r.what == "split") {
            let mut sides = [Vec::new(), Vec::new()];
            for (report, start, side) in &ruling.acts {
                if let Some(act) = self.at(report, *start)? {
                    sides[usize::from(*side > 0)].push(act);
                }
            }
            for a in &sides[0] {
                for c in sides[1].iter().filter(|c| *c != a) {
                    pairs.insert((*a.min(c), *a.max(c)), ruling.what == "merge");
                }
            }
        }
        Ok(pairs)
    }

    fn stated(&self) -> Result<BTreeMap<i64, (i64, String)>, Error> {
        let mut states = BTreeMap::new();
        for ruling in &self.rulings {
            let state = match ruling.what.as_str() {
                "confirm" => "confirmed",
                "dismiss" => "dismissed",
                _ => continue,
            };
            for (report, start, _) in &ruling.acts {
                if let Some(act) = self.at(report, *start)? {
                    states.insert(act, (ruling.number, state.to_owned()));
                }
            }
        }
        Ok(states)
    }

    /// Groups anew all that hangs together with the acts that were touched.
    fn settle(&mut self, touched: &BTreeSet<i64>, stale: &mut BTreeSet<i64>) -> Result<(), Error> {
        let b = self.batch;
        self.states = self.stated()?;
        let ruled = if self.rulings.is_empty() { BTreeMap::new() } else { self.ruled()? };
        let mut tied: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        for ((x, y), _) in ruled.iter().filter(|r| *r.1) {
            tied.entry(*x).or_default().push(*y);
            tied.entry(*y).or_default().push(*x);
        }
        let (mut seen, mut beside) = (BTreeSet::new(), BTreeSet::new());
        for seed in touched {
            if !self.get(*seed)?.act.stands() {
                beside.insert(*seed);
                continue;
            }
            if !seen.insert(*seed) {
                continue;
            }
            let (mut open, mut members, mut edges) = (vec![*seed], Vec::new(), Vec::new());
            while let Some(at) = open.pop() {
                members.push(self.get(at)?);
                for (other, score) in b.all("SELECT b, score FROM edge WHERE a = ?1", [at], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, f64>(1)?)))? {
                    if !self.get(other)?.act.stands() {
                        beside.insert(other);
                        continue;
                    }
                    if at < other {
                        edges.push((at, other, score as f32));
                    }
                    if seen.insert(other) {
                        open.push(other);
                    }
                }
                for other in tied.get(&at).into_iter().flatten() {
                    if seen.insert(*other) {
                        open.push(*other);
                    }
                }
            }
            members.sort_by_key(|m| m.key);
            let number: BTreeMap<i64, usize> = members.iter().enumerate().map(|(n, m)| (m.id, n)).collect();
            let local = |x: i64, y: i64| number.get(&x).copied().zip(number.get(&y).copied()).map(|(x, y)| (x.min(y), x.max(y)));
            let mut pairs: Vec<(usize, usize, f32)> = edges.iter().filter_map(|(x, y, s)| local(*x, *y).map(|(x, y)| (x, y, *s))).collect();
            pairs.sort_by_key(|p| (p.0, p.1));
            let mut constraints = Constraints::default();
            for ((x, y), one) in &ruled {
                if let Some(pair) = local(*x, *y) {
                    if *one { &mut constraints.together } else { &mut constraints.apart }.push(pair);
                }
            }
            constraints.together.sort_unstable();
            // Reports are numbered by their first act: their ids in the ledger depend on the order of arrival.
            let mut numbered: BTreeMap<i64, usize> = BTreeMap::new();
            members.iter().enumerate().for_each(|(n, m)| {
                numbered.entry(m.report).or_insert(n);
            });
            let reports: Vec<usize> = members.iter().map(|m| numbered[&m.report]).collect();
            let groups = cluster(&reports, &pairs, &constraints, self.tables);
            // First all acts move, then what is left empty goes.
            let mut written = Vec::new();
            for group in groups {
                let group: Vec<Rc<Held>> = group.iter().map(|n| members[*n].clone()).collect();
                let id = group[0].key;
                let same = group.iter().all(|m| m.incident == Some(id)) && !group.iter().any(|m| touched.contains(&m.id)) && !stale.contains(&id);
                if same {
                    continue;
                }
                for m in group.iter().filter(|m| m.incident != Some(id)) {
                    stale.extend(m.incident);
                    b.run("UPDATE act SET incident = ?2 WHERE id = ?1", [m.id, id])?;
                }
                written.push((id, group));
            }
            for (id, group) in written {
                stale.remove(&id);
                self.write(id, &group)?;
            }
        }
        for id in beside {
            self.attach(id)?;
        }
        for id in std::mem::take(stale) {
            let members = b.all("SELECT id FROM act WHERE incident = ?1", [id], |r| r.get::<_, i64>(0))?;
            if members.is_empty() {
                self.retire(id)?;
            } else {
                // Some acts left it, and those that stayed keep its id.
                let mut group = Vec::new();
                for m in members {
                    group.push(self.get(m)?);
                }
                group.sort_by_key(|m| m.key);
                self.write(id, &group)?;
            }
        }
        Ok(())
    }

    fn retire(&mut self, id: i64) -> Result<(), Error> {
        let b = self.batch;
        let at = match b.one("SELECT report, start FROM act WHERE key = ?1", [id], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, u32>(1)?)))? {
            Some(at) => Some(at),
            None => self.gone.get(&id).copied(),
        };
        if let Some((report, start)) = at {
            b.run("INSERT OR REPLACE INTO retired (id, report, start) VALUES (?1, ?2, ?3)", params![id, report, start])?;
        }
        self.drop_row(id)?;
        noted::touch(b, id)
    }

    fn drop_row(&self, id: i64) -> Result<(), Error> {
        let b = self.batch;
        let Some((day, terms)) =
            b.one("SELECT ifnull(day, ?2), terms FROM incident WHERE id = ?1", [id, UNDATED], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, Vec<u8>>(1)?)))?
        else {
            return Ok(());
        };
        for term in terms.chunks_exact(8) {
            let term = term.iter().rev().fold(0i64, |n, byte| (n << 8) | i64::from(*byte));
            b.run("DELETE FROM term WHERE term = ?1 AND day = ?2 AND incident = ?3", [term, day, id])?;
        }
        b.run("DELETE FROM doubt WHERE incident = ?1", [id])?;
        b.run("DELETE FROM incident WHERE id = ?1", [id]).map(drop)
    }

    /// Holds an act that did not happen, or not yet, beside the one that it is tied to most.
    fn attach(&mut self, id: i64) -> Result<(), Error> {
        let b = self.batch;
        let best = "SELECT e.b FROM edge e JOIN act a ON a.id = e.b WHERE e.a = ?1 AND e.score >= ?2 AND a.incident IS NOT NULL ORDER BY e.score DESC, a.key LIMIT 1";
        let new = b.one(best, params![id, f64::from(self.tables.attach)], |r| r.get::<_, i64>(0))?;
        let incident =
            |anchor: Option<i64>| anchor.map_or(Ok(None), |a| b.one("SELECT incident FROM act WHERE id = ?1", [a], |r| r.get::<_, Option<i64>>(0)).map(Option::flatten));
        let old = b.one("SELECT anchor FROM act WHERE id = ?1", [id], |r| r.get::<_, Option<i64>>(0))?.flatten();
        b.run("UPDATE act SET anchor = ?2 WHERE id = ?1", params![id, new])?;
        for incident in [incident(old)?, incident(new)?].into_iter().flatten() {
            let denied = denied(b, incident)?;
            if b.run("UPDATE incident SET denied = ?2 WHERE id = ?1 AND denied <> ?2", [incident, denied])? > 0 {
                review::queue(b, incident)?;
                noted::touch(b, incident)?;
            }
        }
        Ok(())
    }

    /// Writes an incident's row.
    fn write(&mut self, id: i64, group: &[Rc<Held>]) -> Result<(), Error> {
        let b = self.batch;
        self.drop_row(id)?;
        let mut kinds: BTreeMap<marsad_format::EventType, usize> = BTreeMap::new();
        group.iter().for_each(|m| *kinds.entry(m.act.kind).or_default() += 1);
        let kind = most(kinds.into_iter().map(|(k, n)| (n, k))).map_or("", marsad_format::EventType::name);
        // The day that most reports state; where none does, the days before the first of them.
        let mut stated: BTreeMap<(i64, i64), usize> = BTreeMap::new();
        group.iter().filter_map(|m| m.act.days()).filter(|d| d.2).for_each(|d| *stated.entry((d.0, d.1)).or_default() += 1);
        let exact = most(stated.into_iter().map(|(d, n)| (n, d)));
        let days = exact.or_else(|| group.iter().filter_map(|m| m.act.days()).map(|d| (d.1, d.0)).min().map(|(to, from)| (from, to)));
        let day = days.map(|(from, to)| if exact.is_some() { from } else { to });
        // The place that most reports give, and of equal ones the most exact.
        let mut spots: BTreeMap<(Option<u64>, u32), (usize, f32, &Rc<Held>)> = BTreeMap::new();
        for m in group {
            if let Some(s) = &m.act.spot {
                let name = if s.geonames.is_some() { 0 } else { s.name };
                spots.entry((s.geonames, name)).or_insert((0, s.radius, m)).0 += 1;
            }
        }
        let narrow = spots.values().any(|s| s.1 < 500.0);
        let spot = spots.into_values().filter(|s| !narrow || s.1 < 500.0).min_by(|x, y| y.0.cmp(&x.0).then(x.1.total_cmp(&y.1)).then(x.2.key.cmp(&y.2.key))).map(|s| s.2);
        let place = match spot {
            Some(m) => self.place(m)?,
            None => None,
        };
        let (mut articles, mut leads, mut outlets, mut clusters) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for m in group {
            clusters.insert(m.cluster);
            for (article, published, outlet) in
                b.all("SELECT d.id, ifnull(d.published, ''), o.name FROM document d JOIN outlet o ON o.id = d.outlet WHERE d.report = ?1", [m.report], |r| {
                    Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?, r.get::<_, String>(2)?))
                })?
            {
                outlets.insert(outlet.clone());
                articles.insert(article, (m.report, published, outlet));
                if m.act.lead {
                    leads.insert(article);
                }
            }
        }
        // When a text was published first, and by whom.
        let first = |report: i64| articles.values().filter(|a| a.0 == report).map(|a| (a.1.as_str(), a.2.as_str())).min().unwrap_or_default();
        let toll = |killed: bool| {
            let figures: Vec<Figure> = group.iter().flat_map(|m| m.act.tolls.iter().filter(|t| t.killed == killed).map(|t| Figure::of(t, first(m.report)))).collect();
            (figure(&figures, Rule::Conservative), figures.iter().map(|f| f.low).min(), figures.iter().map(|f| f.high).max())
        };
        let number = |n: Option<u64>| n.and_then(|n| i64::try_from(n).ok());
        let (killed, injured) = (toll(true), toll(false));
        let state = group.iter().filter_map(|m| self.states.get(&m.id)).max().map_or("open", |s| s.1.as_str());
        let named = parties::named(b, group)?;
        let terms = &terms(group) | &facets::terms(b, group, &named)?;
        b.run(
            "INSERT INTO incident (id, kind, day, day_from, day_to, exact, place, place_name, country, lat, lon, precision, killed, killed_low, killed_high, injured, injured_low, injured_high,
               reports, leads, independent, outlets, denied, state, terms, actors, recipients)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27)",
            params![
                id,
                kind,
                day,
                days.map(|d| d.0),
                days.map(|d| d.1),
                exact.is_some(),
                place.as_ref().map(|p| &p.0),
                place.as_ref().and_then(|p| p.1.as_ref()),
                place.as_ref().and_then(|p| p.2.as_ref()),
                place.as_ref().and_then(|p| p.3),
                place.as_ref().and_then(|p| p.4),
                place.as_ref().and_then(|p| p.5.as_ref()),
                number(killed.0),
                number(killed.1),
                number(killed.2),
                number(injured.0),
                number(injured.1),
                number(injured.2),
                articles.len() as i64,
                leads.len() as i64,
                clusters.len() as i64,
                outlets.len() as i64,
                denied(b, id)?,
                state,
                terms.iter().flat_map(|t| t.to_le_bytes()).collect::<Vec<u8>>(),
                parties::row(&named, "actor"),
                parties::row(&named, "recipient"),
            ],
        )?;
        for term in &terms {
            b.run("INSERT INTO term (term, day, incident) VALUES (?1, ?2, ?3)", [*term, day.unwrap_or(UNDATED), id])?;
        }
        b.run("DELETE FROM retired WHERE id = ?1", [id])?;
        review::queue(b, id)?;
        noted::touch(b, id)
    }

    /// The place of an act as its mention has it.
    fn place(&self, m: &Held) -> Result<Option<Place>, Error> {
        for number in &m.act.mentions {
            let row = |r: &rusqlite::Row| Ok((r.get::<_, String>(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?));
            let place = self.batch.one(
                "SELECT place, place_name, country, lat, lon, precision FROM mention WHERE report = ?1 AND number = ?2 AND place IS NOT NULL",
                [m.report, i64::from(*number)],
                row,
            )?;
            if let Some(p) = place
                && m.act.spot.as_ref().is_some_and(|s| s.name == hash(&marsad_text::fold(&p.0)))
            {
                return Ok(Some(p));
            }
        }
        Ok(None)
    }
}

/// The text's words, the usual name, state, point and precision.
type Place = (String, Option<String>, Option<String>, Option<f64>, Option<f64>, Option<String>);

/// What there is most of; of equal ones the smallest.
fn most<T: Ord>(counts: impl Iterator<Item = (usize, T)>) -> Option<T> {
    counts.min_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1))).map(|c| c.1)
}

fn denied(b: &Batch, incident: i64) -> Result<i64, Error> {
    let sql = "SELECT count(DISTINCT d.report) FROM act a JOIN act d ON d.anchor = a.id WHERE a.incident = ?1 AND d.status = 'negated'";
    Ok(b.one(sql, [incident], |r| r.get(0))?.unwrap_or(0))
}

/// What a word asks for.
#[derive(Clone, Copy)]
pub(crate) enum Asked {
    Actor = 1,
    Place = 2,
}

/// A hashed word as a term.
pub(crate) fn term(asked: Asked, word: u32) -> i64 {
    (asked as i64) << 32 | i64::from(word)
}

fn terms(group: &[Rc<Held>]) -> BTreeSet<i64> {
    let mut terms = BTreeSet::new();
    for m in group {
        for who in m.act.actors.iter().chain(&m.act.recipients) {
            terms.insert(term(Asked::Actor, hash(&who.code)));
            terms.extend(who.stems.iter().map(|s| term(Asked::Actor, *s)));
        }
        terms.extend(m.act.spot.iter().flat_map(|s| &s.stems).map(|s| term(Asked::Place, *s)));
    }
    terms
}

/// Two acts of the ledger, compared.
pub(crate) fn pair(one: &Held, two: &Held) -> Features {
    let meaning = one.meaning.as_ref().zip(two.meaning.as_ref()).filter(|(x, y)| x.weights == y.weights).map(|(x, y)| x.dot(y));
    features(&one.act, &two.act, Beside { meaning, near_equal: one.cluster == two.cluster })
}

fn act_of(blob: &[u8], file: &Path, id: i64) -> Result<Act, Error> {
    postcard::from_bytes(blob).map_err(|e| Error::Damaged { file: file.to_owned(), what: format!("act {id}"), reason: e.to_string() })
}

pub(crate) fn read(db: &Connection, file: &Path, id: i64) -> Result<Held, Error> {
    let row = |r: &rusqlite::Row| {
        Ok((r.get::<_, i64>(0)?, r.get::<_, i64>(1)?, r.get::<_, String>(2)?, r.get::<_, i64>(3)?, r.get::<_, Option<i64>>(4)?, r.get::<_, Vec<u8>>(5)?))
    };
    let sql = "SELECT a.key, a.report, r.key, r.cluster, a.incident, a.features FROM act a JOIN report r ON r.id = a.report WHERE a.id = ?1";
    let found = db.prepare_cached(sql).and_then(|mut s| s.query_row([id], row).optional()).map_err(crate::wrap(file))?;
    let damaged = |reason: String| Error::Damaged { file: file.to_owned(), what: format!("act {id}"), reason };
    let (key, report, report_key, cluster, incident, blob) = found.ok_or_else(|| damaged("it is not there".to_owned()))?;
    let act = act_of(&blob, file, id)?;
    let meaning = if act.lead { crate::query::embedding_of(db, file, report)? } else { None };
    Ok(Held { id, key, report, report_key, cluster, incident, act, meaning })
}

/// The corrections in force, in the order in which they were made.
fn rulings(b: &Batch) -> Result<Vec<Ruling>, Error> {
    let mut all =
        b.all("SELECT id, what FROM correction c WHERE what <> 'undo' AND NOT EXISTS (SELECT 1 FROM correction u WHERE u.undoes = c.id) ORDER BY id", [], |r| {
            Ok(Ruling { number: r.get(0)?, what: r.get(1)?, acts: Vec::new() })
        })?;
    for ruling in &mut all {
        ruling.acts = b.all("SELECT report, start, side FROM corrected WHERE correction = ?1 ORDER BY side, report, start", [ruling.number], |r| {
            Ok((r.get(0)?, r.get(1)?, r.get(2)?))
        })?;
    }
    Ok(all)
}
