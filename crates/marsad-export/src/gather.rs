//! The rows of a ledger, one by one: none is held when the next is read.
//!
//! A filter picks incidents; the events, claims and reports that are asked for with it are those of these incidents. A view is
//! one transaction, so that what another program writes meanwhile does not show, in half or whole.

use crate::Error;
use crate::codes::Codes;
use crate::columns::Value;
use crate::layouts::{acled, gdelt_event, gdelt_mention};
use crate::rows::{ActorRow, ClaimRow, DeletionRow, EventRow, IncidentRow, Party, Range, ReportRow, Spot};
use marsad_format::{Count, Event, Participant, Place, Reading};
use marsad_ledger::group::{Filter, Incident, Slot, show};
use marsad_ledger::near::hex;
use marsad_ledger::{Article, Ledger, days};
use rusqlite::{Connection, OptionalExtension as _, Params, Row, Transaction, params};
use sha2::{Digest as _, Sha256};

/// Characters of the text before and after a sentence.
const AROUND: usize = 32;

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn party(p: &Participant) -> Party {
    Party { text: clean(&p.mark.text), name: p.name.clone(), code: p.code.clone(), entity: p.entity.clone(), start: p.mark.start }
}

/// What the mentions of an incident say, each with how many say so.
struct Tally<T>(Vec<(T, usize)>);

impl<T> Tally<T> {
    fn count(&mut self, one: T, same: impl Fn(&T, &T) -> bool) {
        match self.0.iter_mut().find(|h| same(&h.0, &one)) {
            Some(held) => held.1 += 1,
            None => self.0.push((one, 1)),
        }
    }

    /// Those that most say first; of equal ones, the first said.
    fn sorted(mut self) -> Vec<(T, usize)> {
        self.0.sort_by_key(|h| std::cmp::Reverse(h.1));
        self.0
    }

    /// All of them.
    fn all(self) -> Vec<T> {
        self.sorted().into_iter().map(|h| h.0).collect()
    }

    /// Those that at least half as many say as say the first: what one report alone adds is not what happened.
    fn most(self) -> Vec<T> {
        let sorted = self.sorted();
        let most = sorted.first().map_or(0, |h| h.1);
        sorted.into_iter().filter(|h| h.1 * 2 >= most).map(|h| h.0).collect()
    }
}

fn put(held: &mut Vec<String>, more: impl IntoIterator<Item = String>) {
    for one in more {
        if !one.is_empty() && !held.contains(&one) {
            held.push(one);
        }
    }
}

fn clean(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn spot(p: &Place) -> Spot {
    Spot {
        text: Some(clean(&p.mark.text)),
        name: p.name.clone(),
        country: p.country.clone(),
        admin1: p.admin1.clone(),
        admin2: p.admin2.clone(),
        lat: p.lat,
        lon: p.lon,
        kind: p.kind.map(|k| k.name().to_owned()),
        geonames: p.geonames.and_then(|n| i64::try_from(n).ok()),
    }
}

fn range(count: Option<&Count>) -> Range {
    count.map_or((None, None), |c| (c.min.map(signed), c.max.map(signed)))
}

fn speaker(event: &Event) -> Option<String> {
    event.according_to.as_ref().map(|s| clean(s.name.as_deref().unwrap_or(&s.mark.text)))
}

fn made_by(reading: &Reading) -> [String; 3] {
    [&reading.model.program, &reading.model.weights, &reading.model.knowledge].map(Clone::clone)
}

fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text))
}

/// A report.
struct Held {
    id: i64,
    key: String,
    cluster: String,
    words: i64,
    /// Whether an article shows it now.
    live: bool,
    /// Whether it changed itself, and not only an incident that it tells of.
    changed: bool,
}

/// Which reports changed after a change of the ledger (`?1`): they themselves, their articles.
const CHANGED: &str = "SELECT id FROM change WHERE seq > ?1 AND subject = 'report'
    UNION SELECT d.report FROM change c JOIN document d ON d.id = c.id WHERE c.seq > ?1 AND c.subject = 'document'";
/// And those that tell of an incident that changed.
const TELLING: &str = "UNION SELECT a.report FROM act a JOIN noted n ON n.incident = a.incident WHERE n.seq > ?1";

/// What is exported of a ledger, as it stands when the view is made.
#[derive(Debug)]
pub struct View<'a> {
    ledger: &'a Ledger,
    filter: Filter,
    /// Whether there is any condition; without one, reports and events that belong to no incident are there as well.
    filtered: bool,
    /// `None` where the caller began one.
    _snapshot: Option<Transaction<'a>>,
}

impl<'a> View<'a> {
    /// Of all, or of the incidents that a filter picks; of what changed after `since`, which is a day or time (ISO 8601) or
    /// what [`View::cursor`] gave.
    ///
    /// # Errors
    /// When the ledger cannot be read, or `since` is no time and no cursor of this ledger.
    pub fn new(ledger: &'a Ledger, filter: Option<&Filter>, since: Option<&str>) -> Result<Self, Error> {
        let file = || ledger.folder().join(marsad_ledger::FILE);
        let tables = ledger.tables();
        let snapshot = tables.is_autocommit().then(|| tables.unchecked_transaction()).transpose().map_err(|source| Error::Query { file: file(), source })?;
        let mut view = Self { ledger, filter: filter.cloned().unwrap_or_default(), filtered: filter.is_some(), _snapshot: snapshot };
        view.filter.since = since.map(|s| view.seq(s)).transpose()?;
        Ok(view)
    }

    /// What is in this view of the incidents.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Whether all is in this view, and not only what changed.
    pub fn is_whole(&self) -> bool {
        self.filter.since.is_none()
    }

    /// What the next export has to be asked for to go on where this one ends; `None` while incidents are being grouped.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn cursor(&self) -> Result<Option<String>, Error> {
        let noted = self.one("SELECT NOT EXISTS (SELECT 1 FROM unnoted)", [], |r| r.get(0))?.unwrap_or(false);
        if !noted || !self.ledger.is_grouped()? {
            return Ok(None);
        }
        let last = self.one("SELECT seq, at FROM change ORDER BY seq DESC LIMIT 1", [], |r| Ok(format!("{}-{}", r.get::<_, i64>(0)?, r.get::<_, i64>(1)?)))?;
        Ok(Some(last.unwrap_or_else(|| "0-0".to_owned())))
    }

    /// The number of the last change before a time, or at a cursor.
    fn seq(&self, since: &str) -> Result<i64, Error> {
        let wrong = || Error::Since(since.to_owned());
        let cursor = since.split_once('-').and_then(|(seq, at)| Some((seq.parse::<i64>().ok()?, at.parse::<i64>().ok()?)));
        // `2026-11` is a month; no ledger has a change of the year 1970.
        if let Some((seq, at)) = cursor.filter(|c| c.1 == 0 || c.1 > 9999) {
            let there = seq == 0 || self.one("SELECT 1 FROM change WHERE seq = ?1 AND at = ?2", [seq, at], |_| Ok(()))?.is_some();
            return if there { Ok(seq) } else { Err(wrong()) };
        }
        let moment = since.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second);
        let at = moment.or_else(|| days(since).map(|d| d.0 * 86_400)).ok_or_else(wrong)?;
        Ok(self.one("SELECT max(seq) FROM change WHERE at < ?1", [at], |r| r.get::<_, Option<i64>>(0))?.flatten().unwrap_or(0))
    }

    fn wrap(&self, source: rusqlite::Error) -> Error {
        Error::Query { file: self.ledger.folder().join(marsad_ledger::FILE), source }
    }

    fn one<T>(&self, sql: &str, values: impl Params, row: impl FnOnce(&Row) -> rusqlite::Result<T>) -> Result<Option<T>, Error> {
        self.ledger.tables().prepare_cached(sql).and_then(|mut s| s.query_row(values, row).optional()).map_err(|e| self.wrap(e))
    }

    /// Hands on the rows of a query as they are read.
    fn each<T>(&self, sql: &str, values: impl Params, row: impl FnMut(&Row) -> rusqlite::Result<T>, mut take: impl FnMut(T) -> Result<(), Error>) -> Result<(), Error> {
        let mut query = self.ledger.tables().prepare(sql).map_err(|e| self.wrap(e))?;
        for row in query.query_map(values, row).map_err(|e| self.wrap(e))? {
            take(row.map_err(|e| self.wrap(e))?)?;
        }
        Ok(())
    }

    fn each_incident(&self, take: impl FnMut(Incident) -> Result<(), Error>) -> Result<(), Error> {
        self.ledger.each_incident(&self.filter, take)
    }

    /// Whether the filter picks an incident, changed or not.
    fn picks(&self, incident: Option<i64>) -> Result<bool, Error> {
        let filter = Filter { since: None, ..self.filter.clone() };
        Ok(!self.filtered || incident.map_or(Ok(false), |i| self.ledger.is_asked(&filter, i))?)
    }

    /// The articles that show a report now, in the order of their days and keys.
    fn articles(&self, report: i64) -> Result<Vec<Article>, Error> {
        let mut all = self.ledger.articles(report)?;
        all.sort_by_key(|a| a.published.as_deref().and_then(days).map_or(i64::MAX, |d| d.0));
        Ok(all)
    }

    /// When a report came in, and when its newest article or reading did, in seconds of the Unix clock.
    fn times(&self, report: i64) -> Result<(i64, i64), Error> {
        let sql = "SELECT r.added, max(r.added, ifnull((SELECT at FROM reading WHERE report = r.id), 0), ifnull((SELECT max(added) FROM version WHERE report = r.id), 0)) FROM report r WHERE r.id = ?1";
        Ok(self.one(sql, [report], |r| Ok((r.get(0)?, r.get(1)?)))?.unwrap_or_default())
    }

    /// The incidents as rows, the latest first.
    ///
    /// # Errors
    /// When the ledger cannot be read, or `take` fails.
    pub fn incidents(&self, mut take: impl FnMut(&IncidentRow) -> Result<(), Error>) -> Result<(), Error> {
        self.each_incident(|i| take(&self.incident(i)?))
    }

    fn incident(&self, i: Incident) -> Result<IncidentRow, Error> {
        let toll = |t: Option<[u64; 3]>, at: usize| t.map(|t| signed(t[at]));
        let day = |d: &String| days(d).map(|d| d.0);
        let place = Spot { text: i.place, name: i.place_name, country: i.country, lat: i.point.map(|p| p.0), lon: i.point.map(|p| p.1), kind: i.precision, ..Spot::default() };
        let mut row = IncidentRow {
            span: i.days.as_ref().and_then(|d| Some(day(&d.1)? - day(&d.0)? + 1)).unwrap_or(0),
            kind: i.kind,
            days: i.days,
            stated: i.exact,
            place,
            killed: toll(i.killed, 2),
            killed_range: (toll(i.killed, 0), toll(i.killed, 1)),
            injured: toll(i.injured, 2),
            injured_range: (toll(i.injured, 0), toll(i.injured, 1)),
            reports: signed(i.reports),
            leads: signed(i.leads),
            independent: signed(i.independent),
            denials: signed(i.denied),
            state: i.state,
            title: i.title,
            ..IncidentRow::default()
        };
        let mut first: Option<i64> = None;
        let (mut modes, mut contexts, mut actors, mut recipients) = (Tally(Vec::new()), Tally(Vec::new()), Tally(Vec::new()), Tally(Vec::new()));
        for (report, act) in self.ledger.told(&i.id)? {
            let (reading, shown) = (self.ledger.reading(report)?, self.articles(report)?);
            for event in act.mentions.iter().filter_map(|n| reading.events.get(*n as usize)) {
                // What is told with it and is another kind of act has its own modes and its own parties.
                if event.kind.name() == row.kind {
                    event.mode.iter().for_each(|m| modes.count(m.clone(), String::eq));
                    event.context.iter().for_each(|c| contexts.count(c.clone(), String::eq));
                    event.actor.iter().map(party).for_each(|p| actors.count(p, |a, b| a.key() == b.key()));
                    event.recipient.iter().map(party).for_each(|p| recipients.count(p, |a, b| a.key() == b.key()));
                }
                put(&mut row.attribution, speaker(event));
                row.confidence = row.confidence.max(event.confidence);
                if let Some(p) = event.place.as_ref().filter(|p| row.place.text.as_ref() == Some(&p.mark.text) && row.place.admin1.is_none()) {
                    let found = spot(p);
                    (row.place.admin1, row.place.admin2, row.place.geonames) = (found.admin1, found.admin2, found.geonames);
                }
            }
            row.mentions += (act.mentions.len() * shown.len()) as i64;
            for a in shown {
                let at = a.published.as_deref().and_then(days).map(|d| d.0);
                if at.is_some_and(|at| first.is_none_or(|f| at < f)) {
                    (first, row.published) = (at, a.published);
                }
                row.url = row.url.or(a.url);
                put(&mut row.outlets, [a.outlet]);
            }
        }
        (row.mode, row.context, row.actors, row.recipients) = (modes.most(), contexts.most(), actors.all(), recipients.all());
        let noted = "SELECT c.at FROM noted n JOIN change c ON c.seq = n.seq WHERE n.incident = ?1";
        row.updated = self.one(noted, [self.ledger.resolve(&i.id)?], |r| r.get(0))?.unwrap_or_default();
        row.id = i.id;
        Ok(row)
    }

    /// What one source says of an incident, as rows: by incident, the latest first, then by slot and value.
    ///
    /// # Errors
    /// As [`View::incidents`].
    pub fn claims(&self, mut take: impl FnMut(&ClaimRow) -> Result<(), Error>) -> Result<(), Error> {
        self.each_incident(|i| {
            let mut number = 0;
            for claim in self.ledger.claims(&i.id)? {
                for o in claim.origins {
                    number += 1;
                    take(&ClaimRow {
                        id: format!("{}-{number}", i.id),
                        incident: i.id.clone(),
                        slot: claim.slot.name().to_owned(),
                        value: claim.value.clone(),
                        range: if matches!(claim.slot, Slot::Killed | Slot::Injured) { (claim.range.map(|r| signed(r.0)), claim.range.map(|r| signed(r.1))) } else { (None, None) },
                        superseded: claim.superseded,
                        independent: claim.independent as i64,
                        speaker: o.speaker,
                        via: o.via,
                        outlet: o.outlet,
                        article: o.article,
                        published: o.published,
                        quote: o.sentence,
                        at: (o.start, o.end),
                    })?;
                }
            }
            Ok(())
        })
    }

    /// Hands on the reports that may have rows in this view, in the order of their keys: those shown now, or those that changed,
    /// shown or not; with `telling`, also those of which only an incident changed.
    fn each_report(&self, telling: bool, take: impl FnMut(Held) -> Result<(), Error>) -> Result<(), Error> {
        let (changed, which) = match self.filter.since {
            None => ("1".to_owned(), "?1 IS NULL AND r.live > 0".to_owned()),
            Some(_) => (format!("r.id IN ({CHANGED})"), format!("r.id IN ({CHANGED} {})", if telling { TELLING } else { "" })),
        };
        let sql = format!("SELECT r.id, r.key, c.key, r.words, r.live > 0, {changed} FROM report r JOIN report c ON c.id = r.cluster WHERE {which} ORDER BY r.key");
        let row = |r: &Row| Ok(Held { id: r.get(0)?, key: r.get(1)?, cluster: r.get(2)?, words: r.get(3)?, live: r.get(4)?, changed: r.get(5)? });
        self.each(&sql, [self.filter.since], row, take)
    }

    /// Whether a report is shown and tells of an incident that the filter picks.
    fn holds(&self, held: &Held) -> Result<bool, Error> {
        if !held.live || !self.filtered {
            return Ok(held.live);
        }
        for (_, incident) in self.ledger.acts(held.id)? {
            if self.picks(incident)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The reports as rows, in the order of their keys.
    ///
    /// # Errors
    /// As [`View::incidents`].
    pub fn reports(&self, mut take: impl FnMut(&ReportRow) -> Result<(), Error>) -> Result<(), Error> {
        self.each_report(self.filtered, |held| {
            if !self.holds(&held)? {
                return Ok(());
            }
            let (reading, (added, updated)) = (self.ledger.reading(held.id)?, self.times(held.id)?);
            let mut row = ReportRow {
                id: held.key,
                cluster: held.cluster,
                lang: reading.lang.clone(),
                words: held.words,
                events: reading.events.len() as i64,
                text_sha256: sha256(&self.ledger.text(held.id)?),
                made_by: made_by(&reading),
                added,
                updated,
                ..ReportRow::default()
            };
            for a in self.articles(held.id)? {
                row.articles += 1;
                row.title = row.title.or(a.title);
                row.published = row.published.or(a.published);
                put(&mut row.outlets, [a.outlet]);
                put(&mut row.documents, [a.name]);
                put(&mut row.urls, a.url);
            }
            take(&row)
        })
    }

    /// The incident that each event of a report is held for.
    fn incidents_of(&self, report: i64, events: usize) -> Result<Vec<Option<i64>>, Error> {
        let mut held = vec![None; events];
        for (act, incident) in self.ledger.acts(report)? {
            for number in act.mentions {
                if let Some(of) = held.get_mut(number as usize) {
                    *of = incident;
                }
            }
        }
        Ok(held)
    }

    /// Whether an event of a changed report has to be told: the report itself changed, or the event's incident.
    fn event_changed(&self, report_changed: bool, incident: Option<i64>) -> Result<bool, Error> {
        let Some(since) = self.filter.since.filter(|_| !report_changed) else { return Ok(true) };
        incident.map_or(Ok(false), |i| Ok(self.one("SELECT 1 FROM noted WHERE incident = ?1 AND seq > ?2", [i, since], |_| Ok(()))?.is_some()))
    }

    /// The events as rows with the text that each stands in, by their report's key, then in the order of its reading.
    ///
    /// # Errors
    /// As [`View::incidents`].
    pub fn events(&self, mut take: impl FnMut(&EventRow, &str) -> Result<(), Error>) -> Result<(), Error> {
        self.each_report(true, |held| {
            if !held.live {
                return Ok(());
            }
            let reading = self.ledger.reading(held.id)?;
            let incidents = self.incidents_of(held.id, reading.events.len())?;
            let mut asked = Vec::new();
            for (number, incident) in incidents.iter().enumerate() {
                if self.picks(*incident)? && self.event_changed(held.changed, *incident)? {
                    asked.push(number);
                }
            }
            if asked.is_empty() {
                return Ok(());
            }
            let (text, updated) = (self.ledger.text(held.id)?, self.times(held.id)?.1);
            let first = self.articles(held.id)?.into_iter().next();
            let (chars, digest) = (text.chars().collect::<Vec<char>>(), sha256(&text));
            let part = |from: usize, to: usize| chars[from.min(chars.len())..to.min(chars.len())].iter().collect::<String>();
            for number in asked {
                let event = &reading.events[number];
                let at = event.trigger.start;
                let bounds = "SELECT sentence_start, sentence_end FROM mention WHERE report = ?1 AND number = ?2";
                let (from, to) = self.one(bounds, [held.id, number as i64], |r| Ok((r.get::<_, u32>(0)?, r.get::<_, u32>(1)?)))?.unwrap_or((at, event.trigger.end));
                let mut row = EventRow {
                    id: format!("{}:{at}", held.key),
                    incident: incidents[number].map(show),
                    report: held.key.clone(),
                    kind: event.kind.name().to_owned(),
                    mode: event.mode.clone(),
                    context: event.context.clone(),
                    status: event.status.name().to_owned(),
                    trigger: event.trigger.text.clone(),
                    at: (at, event.trigger.end),
                    quote: part(from as usize, to as usize),
                    quote_start: from,
                    prefix: part((from as usize).saturating_sub(AROUND), from as usize),
                    suffix: part(to as usize, to as usize + AROUND),
                    date: event.date.clone(),
                    actors: event.actor.iter().map(party).collect(),
                    recipients: event.recipient.iter().map(party).collect(),
                    place: event.place.as_ref().map(spot).unwrap_or_default(),
                    killed: range(event.killed.as_ref()),
                    injured: range(event.injured.as_ref()),
                    according_to: speaker(event),
                    confidence: event.confidence,
                    text_sha256: digest.clone(),
                    text_chars: chars.len() as i64,
                    made_by: made_by(&reading),
                    updated,
                    ..EventRow::default()
                };
                if let Some(a) = first.clone() {
                    row.outlet = Some(a.outlet).filter(|o| !o.is_empty());
                    (row.document, row.title, row.url, row.published) = (a.name, a.title, a.url, a.published);
                }
                take(&row, &text)?;
            }
            Ok(())
        })
    }

    /// The participants of the incidents, by id and code.
    ///
    /// # Errors
    /// As [`View::incidents`].
    pub fn actors(&self, mut take: impl FnMut(&ActorRow) -> Result<(), Error>) -> Result<(), Error> {
        // In a file of SQLite's own that goes when it is closed: memory does not grow with the ledger.
        let sums = Connection::open("").map_err(|e| self.wrap(e))?;
        let table = "CREATE TABLE actor (id TEXT, code TEXT, name TEXT, acts INTEGER, suffers INTEGER, first TEXT, last TEXT, PRIMARY KEY (id, code)) WITHOUT ROWID; BEGIN";
        sums.execute_batch(table).map_err(|e| self.wrap(e))?;
        let put = "INSERT INTO actor VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id, code) DO UPDATE SET
            name = min(ifnull(name, excluded.name), ifnull(excluded.name, name)), acts = acts + excluded.acts, suffers = suffers + excluded.suffers,
            first = min(ifnull(first, excluded.first), ifnull(excluded.first, first)), last = max(ifnull(last, excluded.last), ifnull(excluded.last, last))";
        self.incidents(|i| {
            let mut put = sums.prepare_cached(put).map_err(|e| self.wrap(e))?;
            for (party, side) in i.actors.iter().map(|p| (p, [1, 0])).chain(i.recipients.iter().map(|p| (p, [0, 1]))) {
                let days = i.days.as_ref();
                put.execute(params![party.key(), party.code, party.name, side[0], side[1], days.map(|d| &d.0), days.map(|d| &d.1)]).map_err(|e| self.wrap(e))?;
            }
            Ok(())
        })?;
        let mut all = sums.prepare("SELECT id, code, name, acts, suffers, first, last FROM actor ORDER BY id, code").map_err(|e| self.wrap(e))?;
        let row = |r: &Row| {
            let days = r.get::<_, Option<String>>(5)?.zip(r.get(6)?);
            Ok(ActorRow { id: r.get(0)?, code: r.get(1)?, name: r.get(2)?, acts: r.get(3)?, suffers: r.get(4)?, days })
        };
        for actor in all.query_map([], row).map_err(|e| self.wrap(e))? {
            take(&actor.map_err(|e| self.wrap(e))?)?;
        }
        Ok(())
    }

    /// The rows of a table, by its name in the list of columns, as cells; gives how many have no code in it.
    ///
    /// # Errors
    /// As [`View::incidents`].
    pub fn rows(&self, table: &str, mut take: impl FnMut(&[Value]) -> Result<(), Error>) -> Result<u64, Error> {
        let codes = Codes::embedded()?;
        let mut left = 0;
        match table {
            "acled" => self.incidents(|row| match acled(row, &codes) {
                Some(values) => take(&values),
                None => {
                    left += 1;
                    Ok(())
                }
            })?,
            "gdelt_events" => self.incidents(|row| take(&gdelt_event(row, &codes)))?,
            "gdelt_mentions" => self.events(|row, text| take(&gdelt_mention(row, text)))?,
            "incidents" => self.incidents(|row| take(&row.values(&codes)))?,
            "events" => self.events(|row, _| take(&row.values(&codes)))?,
            "claims" => self.claims(|row| take(&row.values()))?,
            "reports" => self.reports(|row| take(&row.values()))?,
            "actors" => self.actors(|row| take(&row.values(&codes)))?,
            "deletions" => self.deletions(|row| take(&row.values()))?,
            _ => return Err(Error::Unknown(table.to_owned())),
        }
        Ok(left)
    }

    /// What a follower has to take out or to fetch anew: all that changed and has no row in this view (any more). Incidents,
    /// then reports, events and claims.
    ///
    /// # Errors
    /// As [`View::incidents`].
    pub fn deletions(&self, mut take: impl FnMut(&DeletionRow) -> Result<(), Error>) -> Result<(), Error> {
        let since = self.filter.since.unwrap_or(0);
        let asked = Filter { since: None, ..self.filter.clone() };
        let changed = "SELECT id, max(seq), at FROM change WHERE subject = 'incident' AND seq > ?1 GROUP BY id ORDER BY id";
        let row = |r: &Row| Ok((r.get::<_, i64>(0)?, r.get::<_, i64>(2)?));
        self.each(changed, [since], row, |(id, at)| {
            if self.ledger.is_asked(&asked, id)? {
                return Ok(());
            }
            let state = self.one("SELECT state FROM incident WHERE id = ?1", [id], |r| r.get::<_, String>(0))?;
            let (why, became) = match state.as_deref() {
                Some("dismissed") => ("dismissed", Vec::new()),
                Some(_) => ("unmatched", Vec::new()),
                None => match self.ledger.resolve(&show(id)) {
                    Ok(now) => ("replaced", vec![show(now)]),
                    Err(marsad_ledger::Error::NoIncident(_)) => ("gone", Vec::new()),
                    Err(error) => return Err(error.into()),
                },
            };
            take(&DeletionRow { subject: "incident", id: show(id), why, became, at })
        })?;
        self.each_report(self.filtered, |held| {
            if self.holds(&held)? {
                return Ok(());
            }
            let (mut became, at) = (Vec::new(), self.times(held.id)?.1);
            if !held.live {
                let now = "SELECT DISTINCT r.key FROM version v JOIN document d ON d.id = v.document JOIN report r ON r.id = d.report WHERE v.report = ?1 ORDER BY r.key";
                self.each(now, [held.id], |r| r.get(0), |key| {
                    became.push(key);
                    Ok(())
                })?;
            }
            take(&DeletionRow { subject: "report", id: held.key, why: if held.live { "unmatched" } else { "edited" }, became, at })
        })?;
        self.each_report(true, |held| self.deleted_events(&held, since, &mut take))?;
        self.each(changed, [since], row, |(id, at)| {
            let became = if self.ledger.is_asked(&asked, id)? { vec![show(id)] } else { Vec::new() };
            take(&DeletionRow { subject: "claim", id: show(id), why: "renewed", became, at })
        })
    }

    fn deleted_events(&self, held: &Held, since: i64, take: &mut impl FnMut(&DeletionRow) -> Result<(), Error>) -> Result<(), Error> {
        let at = self.times(held.id)?.1;
        let reading = self.ledger.reading(held.id)?;
        let incidents = self.incidents_of(held.id, reading.events.len())?;
        for (event, incident) in reading.events.iter().zip(incidents) {
            if self.event_changed(held.changed, incident)? && !(held.live && self.picks(incident)?) {
                take(&DeletionRow { subject: "event", id: format!("{}:{}", held.key, event.trigger.start), why: if held.live { "unmatched" } else { "edited" }, became: Vec::new(), at })?;
            }
        }
        let dropped = "SELECT start FROM dropped WHERE report = ?1 AND seq > ?2 ORDER BY start";
        self.each(dropped, [held.id, since], |r| r.get::<_, u32>(0), |start| {
            take(&DeletionRow { subject: "event", id: format!("{}:{start}", held.key), why: "reread", became: Vec::new(), at })
        })
    }
}
