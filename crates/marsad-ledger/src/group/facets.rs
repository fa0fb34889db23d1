//! How many incidents there are: by the values of facets, by the day, by the point on the map.
//!
//! A page counts all incidents anew whenever somebody narrows what it shows. So what is counted of them is held in memory, a
//! few dozen bytes each, read when it is first asked for and then brought up to date by the ledger's changes. Every number
//! is that of the incidents which [`Ledger::incidents`] lists under the same filter, with the value chosen in it.

use super::parties::Named;
use super::{Filter, Held, show};
use crate::store::Batch;
use crate::{Error, Ledger};
use rusqlite::{OptionalExtension, Row as Record, params_from_iter};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

/// What incidents are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Facet {
    /// PLOVER's type: [`Filter::kind`].
    Kind,
    /// `open`, `confirmed`, `dismissed`: [`Filter::state`].
    State,
    /// ISO 3166-1 alpha-2: [`Filter::country`].
    Country,
    /// State and usual name, `IQ/Kirkuk`: [`Filter::named_place`].
    Place,
    /// A participant's canonical name, of one without a name the code: [`Filter::named_actor`].
    Actor,
    /// [`Filter::outlet`].
    Outlet,
}

impl Facet {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 6] = [Self::Kind, Self::State, Self::Country, Self::Place, Self::Actor, Self::Outlet];

    /// As it stands in an address or in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kind => "type",
            Self::State => "state",
            Self::Country => "country",
            Self::Place => "place",
            Self::Actor => "actor",
            Self::Outlet => "outlet",
        }
    }
}

/// How many incidents have a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The value, as the filter takes it.
    pub value: Arc<str>,
    /// Incidents that have it.
    pub incidents: u64,
}

/// The incidents under a filter, by their values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// All of them.
    pub total: u64,
    /// The values of each facet, the most frequent first. A facet that the filter has a value of is counted as though it had
    /// none: how many there would be, were another value chosen in its place.
    pub counts: BTreeMap<Facet, Vec<Count>>,
}

/// The incidents under a filter, by the day that they are ordered by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    /// Days, counted from 1970-01-01, that have any, with their number, in rising order.
    pub days: Vec<(i64, u64)>,
    /// Incidents of which no day is known.
    pub undated: u64,
}

/// A place on the map with its incidents.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// How exact the place is; see [`super::Incident::precision`].
    pub precision: Option<Arc<str>>,
    /// Its usual name.
    pub name: Option<Arc<str>>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<Arc<str>>,
    /// How many.
    pub incidents: u64,
    /// The id of the latest of them.
    pub latest: String,
}

/// The incidents under a filter on the map.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Points {
    /// The places, those with the most incidents first.
    pub points: Vec<Point>,
    /// Incidents that have no point.
    pub nowhere: u64,
}

/// An incident as it is counted.
#[derive(Debug)]
struct Counted {
    day: Option<i64>,
    leads: u64,
    spot: Option<u32>,
    values: Box<[u32]>,
}

/// Latitude and longitude in bits, precision, name, state.
type Spot = (u64, u64, Option<Arc<str>>, Option<Arc<str>>, Option<Arc<str>>);

/// The ledger's last change, and the last that was grouped.
type Stand = (i64, i64);

/// What is held in memory of all incidents.
#[derive(Debug, Default)]
pub(crate) struct Overview {
    /// How far it is; `None` before it was read.
    stand: Option<Stand>,
    /// Incidents that may have changed without a note.
    open: Vec<i64>,
    incidents: BTreeMap<i64, Counted>,
    values: List<(Facet, Arc<str>)>,
    spots: List<Spot>,
    /// The values of `named` and of outlets by their terms.
    terms: BTreeMap<i64, u32>,
}

/// Things with their numbers.
#[derive(Debug)]
struct List<T> {
    all: Vec<T>,
    numbers: BTreeMap<T, u32>,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { all: Vec::new(), numbers: BTreeMap::new() }
    }
}

impl<T: Ord + Clone> List<T> {
    fn number(&mut self, thing: T) -> u32 {
        if let Some(number) = self.numbers.get(&thing) {
            return *number;
        }
        let number = self.all.len() as u32;
        self.all.push(thing.clone());
        self.numbers.insert(thing, number);
        number
    }
}

/// The terms of participants by name, and of outlets; those of words are [`super::Asked`].
pub(crate) const NAMED: i64 = 3 << 32;
pub(crate) const PRINTED: i64 = 4 << 32;

/// The terms under which the incident of these acts is counted.
pub(crate) fn terms(b: &Batch, group: &[Rc<Held>], named: &[Named]) -> Result<BTreeSet<i64>, Error> {
    let mut terms = BTreeSet::new();
    for m in group {
        terms.extend(b.all("SELECT outlet FROM document WHERE report = ?1", [m.report], |r| r.get::<_, i64>(0))?.into_iter().map(|o| PRINTED | o));
    }
    for name in named.iter().map(Named::key).collect::<BTreeSet<&str>>() {
        let known = b.one("SELECT id FROM named WHERE name = ?1", [name], |r| r.get::<_, i64>(0))?;
        terms.insert(NAMED | known.map_or_else(|| b.insert("INSERT INTO named (name) VALUES (?1)", [name]), Ok)?);
    }
    Ok(terms)
}

/// The value of [`Facet::Place`].
fn place(country: Option<&str>, name: &str) -> Arc<str> {
    format!("{}/{name}", country.unwrap_or_default()).into()
}

/// State and name of a value of [`Facet::Place`].
pub(crate) fn place_of(value: &str) -> (Option<&str>, &str) {
    let (country, name) = value.split_once('/').unwrap_or(("", value));
    (Some(country).filter(|c| !c.is_empty()), name)
}

impl Overview {
    /// Reads all incidents, or those that may have changed.
    fn refresh(&mut self, ledger: &Ledger, stand: Stand) -> Result<(), Error> {
        let wrap = |e| ledger.wrap(e);
        let columns = "SELECT id, kind, day, state, country, place_name, lat, lon, precision, leads, terms FROM incident";
        let ids = |sql: &str, values: &[i64]| -> Result<Vec<i64>, Error> {
            let mut query = ledger.db.prepare_cached(sql).map_err(wrap)?;
            query.query_map(params_from_iter(values), |r| r.get(0)).and_then(Iterator::collect).map_err(wrap)
        };
        // Touched by a grouping that has not come to its end, which is when changes are noted.
        let open = ids("SELECT incident FROM unnoted", &[])?;
        match self.stand {
            None => {
                let mut query = ledger.db.prepare(columns).map_err(wrap)?;
                let mut rows = query.query([]).map_err(wrap)?;
                self.learn(ledger)?;
                while let Some(row) = rows.next().map_err(wrap)? {
                    self.take(row).map_err(wrap)?;
                }
            }
            Some((seq, _)) => {
                let changed = ids("SELECT DISTINCT id FROM change WHERE seq > ?1 AND subject = 'incident'", &[seq])?;
                let mut query = ledger.db.prepare_cached(&format!("{columns} WHERE id = ?1")).map_err(wrap)?;
                self.learn(ledger)?;
                for id in changed.iter().chain(&open).chain(&std::mem::take(&mut self.open)) {
                    self.incidents.remove(id);
                    query.query_row([id], |r| self.take(r)).optional().map_err(wrap)?;
                }
            }
        }
        (self.open, self.stand) = (open, Some(stand));
        Ok(())
    }

    /// The names behind terms.
    fn learn(&mut self, ledger: &Ledger) -> Result<(), Error> {
        for (facet, kind, sql) in [(Facet::Actor, NAMED, "SELECT id, name FROM named"), (Facet::Outlet, PRINTED, "SELECT id, name FROM outlet")] {
            let mut query = ledger.db.prepare_cached(sql).map_err(|e| ledger.wrap(e))?;
            let all = query.query_map([], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?)));
            for row in all.map_err(|e| ledger.wrap(e))? {
                let (id, name) = row.map_err(|e| ledger.wrap(e))?;
                if !self.terms.contains_key(&(kind | id)) {
                    let number = self.values.number((facet, name.into()));
                    self.terms.insert(kind | id, number);
                }
            }
        }
        Ok(())
    }

    fn take(&mut self, r: &Record) -> rusqlite::Result<()> {
        let text = |at: usize| r.get::<_, Option<String>>(at);
        let (country, name) = (text(4)?, text(5)?);
        let mut values = vec![self.values.number((Facet::Kind, r.get::<_, String>(1)?.into())), self.values.number((Facet::State, r.get::<_, String>(3)?.into()))];
        values.extend(country.as_deref().map(|c| self.values.number((Facet::Country, c.into()))));
        values.extend(name.as_deref().map(|n| self.values.number((Facet::Place, place(country.as_deref(), n)))));
        for eight in r.get_ref(10)?.as_blob()?.chunks_exact(8) {
            let term = eight.iter().rev().fold(0i64, |n, byte| (n << 8) | i64::from(*byte));
            values.extend(self.terms.get(&term));
        }
        let shared = |text: Option<String>| text.map(Arc::from);
        let spot = match (r.get::<_, Option<f64>>(6)?, r.get::<_, Option<f64>>(7)?) {
            (Some(lat), Some(lon)) => Some(self.spots.number((lat.to_bits(), lon.to_bits(), shared(text(8)?), shared(name), shared(country)))),
            _ => None,
        };
        self.incidents.insert(r.get(0)?, Counted { day: r.get(2)?, leads: r.get::<_, i64>(9)?.cast_unsigned(), spot, values: values.into() });
        Ok(())
    }

    /// Calls `take` with each incident that the filter lets through, and with each that it lets through but for its value of one
    /// facet, together with that.
    fn each(&self, ledger: &Ledger, filter: &Filter, mut take: impl FnMut(i64, &Counted, Option<Facet>)) -> Result<(), Error> {
        let candidates = ledger.candidates(filter)?;
        let chosen = [
            (Facet::Kind, filter.kind.map(|k| k.name().to_owned())),
            (Facet::State, filter.state.clone()),
            (Facet::Country, filter.country.as_ref().map(|c| c.to_uppercase())),
            (Facet::Place, filter.named_place.clone()),
            (Facet::Actor, filter.named_actor.clone()),
            (Facet::Outlet, filter.outlet.clone()),
        ];
        let number = |facet: Facet, value: &str| self.values.numbers.get(&(facet, value.into())).copied();
        let chosen: Vec<(Facet, Option<u32>)> = chosen.into_iter().filter_map(|(facet, value)| Some((facet, number(facet, &value?)))).collect();
        let dismissed = number(Facet::State, "dismissed").filter(|_| filter.state.is_none());
        let mut test = |id: i64, i: &Counted| {
            let in_time = filter.after.is_none_or(|a| i.day.is_some_and(|d| d >= a)) && filter.before.is_none_or(|b| i.day.is_some_and(|d| d <= b));
            if !in_time || i.leads < filter.least {
                return;
            }
            let unlike = chosen.iter().filter(|(_, n)| n.is_none_or(|n| !i.values.contains(&n))).map(|c| c.0);
            let mut unlike = unlike.chain(dismissed.filter(|d| i.values.contains(d)).map(|_| Facet::State));
            let (first, second) = (unlike.next(), unlike.next());
            if second.is_none() {
                take(id, i, first);
            }
        };
        match candidates {
            None => self.incidents.iter().for_each(|(id, i)| test(*id, i)),
            Some(ids) => ids.iter().for_each(|id| self.incidents.get(id).into_iter().for_each(|i| test(*id, i))),
        }
        Ok(())
    }
}

impl Ledger {
    /// Another reader of the same ledger, for another thread; they share what they hold in memory to count by.
    ///
    /// # Errors
    /// As [`Ledger::read`].
    pub fn again(&self) -> Result<Self, Error> {
        Ok(Self { overview: Arc::clone(&self.overview), ..Self::read(&self.folder)? })
    }

    /// How many incidents there are under a filter, and of each value.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn facets(&self, filter: &Filter) -> Result<Facets, Error> {
        let overview = self.overview()?;
        let (mut total, mut counts) = (0, vec![0u64; overview.values.all.len()]);
        let facets: Vec<Facet> = overview.values.all.iter().map(|v| v.0).collect();
        overview.each(self, filter, |_, incident, unlike| {
            total += u64::from(unlike.is_none());
            for value in &incident.values {
                let at = *value as usize;
                counts[at] += u64::from(unlike.is_none_or(|u| u == facets[at]));
            }
        })?;
        let mut found = Facets { total, counts: Facet::ALL.into_iter().map(|f| (f, Vec::new())).collect() };
        for ((facet, value), incidents) in overview.values.all.iter().zip(counts).filter(|c| c.1 > 0) {
            found.counts.entry(*facet).or_default().push(Count { value: Arc::clone(value), incidents });
        }
        found.counts.values_mut().for_each(|list| list.sort_by(|a, b| b.incidents.cmp(&a.incidents).then_with(|| a.value.cmp(&b.value))));
        Ok(found)
    }

    /// How many incidents under a filter there are of each day.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn histogram(&self, filter: &Filter) -> Result<Histogram, Error> {
        let (mut days, mut undated) = (Vec::new(), 0);
        self.overview()?.each(self, filter, |_, incident, unlike| match incident.day {
            _ if unlike.is_some() => {}
            Some(day) => days.push(day),
            None => undated += 1,
        })?;
        days.sort_unstable();
        Ok(Histogram { days: days.chunk_by(|a, b| a == b).map(|d| (d[0], d.len() as u64)).collect(), undated })
    }

    /// Where the incidents under a filter are.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn points(&self, filter: &Filter) -> Result<Points, Error> {
        let overview = self.overview()?;
        let (mut nowhere, mut spots) = (0, vec![(0u64, (None, 0i64)); overview.spots.all.len()]);
        overview.each(self, filter, |id, incident, unlike| match incident.spot {
            _ if unlike.is_some() => {}
            None => nowhere += 1,
            Some(spot) => {
                let (count, latest) = &mut spots[spot as usize];
                *count += 1;
                *latest = (*latest).max((incident.day, id));
            }
        })?;
        let point = |((lat, lon, precision, name, country), (incidents, latest)): (&Spot, (u64, (Option<i64>, i64)))| Point {
            lat: f64::from_bits(*lat),
            lon: f64::from_bits(*lon),
            precision: precision.clone(),
            name: name.clone(),
            country: country.clone(),
            incidents,
            latest: show(latest.1),
        };
        let mut points: Vec<Point> = overview.spots.all.iter().zip(spots).filter(|s| s.1.0 > 0).map(point).collect();
        points.sort_by(|a, b| b.incidents.cmp(&a.incidents).then_with(|| a.latest.cmp(&b.latest)));
        Ok(Points { points, nowhere })
    }

    /// The incidents of a page of a list, the latest first.
    pub(super) fn listed(&self, filter: &Filter) -> Result<Vec<i64>, Error> {
        let mut found = Vec::new();
        self.overview()?.each(self, filter, |id, incident, unlike| {
            if unlike.is_none() && filter.behind.is_none_or(|b| (incident.day, id) < (b.day, b.id)) {
                found.push(Reverse((incident.day, id)));
            }
        })?;
        let end = if filter.limit == 0 { found.len() } else { filter.skip.saturating_add(filter.limit).min(found.len()) };
        if end > 0 && end < found.len() {
            found.select_nth_unstable(end - 1);
            found.truncate(end);
        }
        found.sort_unstable();
        Ok(found.into_iter().skip(filter.skip).map(|Reverse((_, id))| id).collect())
    }

    /// What is held in memory, up to date.
    fn overview(&self) -> Result<RwLockReadGuard<'_, Overview>, Error> {
        let stand = "SELECT (SELECT ifnull(max(seq), 0) FROM change), ifnull((SELECT seq FROM grouped), 0)";
        let stand: Stand = self.db.prepare_cached(stand).and_then(|mut s| s.query_row([], |r| Ok((r.get(0)?, r.get(1)?)))).map_err(|e| self.wrap(e))?;
        let lock: &RwLock<Overview> = &self.overview;
        {
            let held = lock.read().unwrap_or_else(PoisonError::into_inner);
            if held.stand == Some(stand) {
                return Ok(held);
            }
        }
        {
            let mut held = lock.write().unwrap_or_else(PoisonError::into_inner);
            if held.stand != Some(stand) {
                held.refresh(self, stand)?;
            }
        }
        Ok(lock.read().unwrap_or_else(PoisonError::into_inner))
    }
}
