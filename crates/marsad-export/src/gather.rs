//! The rows of a ledger, one by one.
//!
//! A filter picks incidents; the events, claims and reports that are asked for with it are those of these incidents. All is read
//! in one transaction, so that what another program writes meanwhile does not show in half.

use crate::Error;
use crate::rows::{ClaimRow, EventRow, IncidentRow, Party, Range, ReportRow, Spot};
use marsad_format::{Count, Event, Participant, Place, Reading};
use marsad_ledger::group::{Filter, Incident, Slot};
use marsad_ledger::near::hex;
use marsad_ledger::{Article, Ledger, days};
use marsad_text::{CharIndex, sentences};
use rusqlite::Row;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

/// Incidents that are held at a time.
const PAGE: usize = 4096;
/// Characters of the text before and after a sentence.
const AROUND: usize = 32;

fn wrap(ledger: &Ledger) -> impl Fn(rusqlite::Error) -> Error {
    let file = ledger.folder().join(marsad_ledger::FILE);
    move |source| Error::Query { file: file.clone(), source }
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn party(p: &Participant) -> Party {
    Party { text: clean(&p.mark.text), name: p.name.clone(), code: p.code.clone(), entity: p.entity.clone(), start: p.mark.start }
}

/// Adds those who are not there yet: by their entity, else their name, else their code.
fn join(held: &mut Vec<Party>, more: &[Participant]) {
    fn who(p: &Party) -> &str {
        p.entity.as_deref().or(p.name.as_deref()).unwrap_or(if p.code.is_empty() { &p.text } else { &p.code })
    }
    for one in more.iter().map(party) {
        if !held.iter().any(|h| who(h) == who(&one)) {
            held.push(one);
        }
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

/// The articles that show a report now, in the order of their days and keys.
fn articles(ledger: &Ledger, report: i64) -> Result<Vec<Article>, Error> {
    let mut all = ledger.articles(report)?;
    all.sort_by_key(|a| a.published.as_deref().and_then(days).map_or(i64::MAX, |d| d.0));
    Ok(all)
}

/// When a report came in, and when its newest article or reading did, in seconds of the Unix clock.
fn times(ledger: &Ledger, report: i64) -> Result<(i64, i64), Error> {
    let sql = "SELECT r.added, max(r.added, ifnull((SELECT at FROM reading WHERE report = r.id), 0), ifnull((SELECT max(added) FROM version WHERE report = r.id), 0)) FROM report r WHERE r.id = ?1";
    ledger.tables().prepare_cached(sql).and_then(|mut s| s.query_row([report], |r| Ok((r.get(0)?, r.get(1)?)))).map_err(wrap(ledger))
}

/// Hands on the picked incidents, the latest first.
fn each(ledger: &Ledger, filter: &Filter, mut take: impl FnMut(Incident) -> Result<(), Error>) -> Result<(), Error> {
    let mut filter = Filter { limit: PAGE, skip: 0, ..filter.clone() };
    loop {
        let page = ledger.incidents(&filter)?;
        let last = page.len() < PAGE;
        page.into_iter().try_for_each(&mut take)?;
        if last {
            return Ok(());
        }
        filter.skip += PAGE;
    }
}

/// The incidents as rows, the latest first.
///
/// # Errors
/// When the ledger cannot be read, or `take` fails.
pub fn incidents(ledger: &Ledger, filter: &Filter, mut take: impl FnMut(&IncidentRow) -> Result<(), Error>) -> Result<(), Error> {
    let _snapshot = ledger.tables().unchecked_transaction().map_err(wrap(ledger))?;
    each(ledger, filter, |i| take(&row(ledger, i)?))
}

fn row(ledger: &Ledger, i: Incident) -> Result<IncidentRow, Error> {
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
    for (report, act) in ledger.told(&i.id)? {
        let (reading, shown) = (ledger.reading(report)?, articles(ledger, report)?);
        for event in act.mentions.iter().filter_map(|n| reading.events.get(*n as usize)) {
            put(&mut row.mode, event.mode.clone());
            put(&mut row.context, event.context.clone());
            join(&mut row.actors, &event.actor);
            join(&mut row.recipients, &event.recipient);
            put(&mut row.attribution, speaker(event));
            row.confidence = row.confidence.max(event.confidence);
            if let Some(p) = event.place.as_ref().filter(|p| row.place.text.as_ref() == Some(&p.mark.text) && row.place.admin1.is_none()) {
                (row.place.admin1, row.place.geonames) = (p.admin1.clone(), spot(p).geonames);
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
        row.updated = row.updated.max(times(ledger, report)?.1);
    }
    row.id = i.id;
    Ok(row)
}

/// What one source says of an incident, as rows: by incident, the latest first, then by slot and value.
///
/// # Errors
/// As [`incidents`].
pub fn claims(ledger: &Ledger, filter: &Filter, mut take: impl FnMut(&ClaimRow) -> Result<(), Error>) -> Result<(), Error> {
    let _snapshot = ledger.tables().unchecked_transaction().map_err(wrap(ledger))?;
    each(ledger, filter, |i| {
        let mut number = 0;
        for claim in ledger.claims(&i.id)? {
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

/// A report that is shown now.
struct Held {
    id: i64,
    key: String,
    cluster: String,
    words: i64,
}

/// Hands on the reports that are shown now, in the order of their keys; `picked` are incidents, and then only their reports.
fn each_report(ledger: &Ledger, picked: Option<&BTreeSet<String>>, mut take: impl FnMut(&Held) -> Result<(), Error>) -> Result<(), Error> {
    let wrong = wrap(ledger);
    let sql = "SELECT r.id, r.key, c.key, r.words FROM report r JOIN report c ON c.id = r.cluster WHERE r.live > 0 ORDER BY r.key";
    let mut query = ledger.tables().prepare(sql).map_err(&wrong)?;
    let row = |r: &Row| Ok(Held { id: r.get(0)?, key: r.get(1)?, cluster: r.get(2)?, words: r.get(3)? });
    for held in query.query_map([], row).map_err(&wrong)? {
        let held = held.map_err(&wrong)?;
        let told = |p: &BTreeSet<String>| Ok::<_, Error>(ledger.acts(held.id)?.iter().any(|a| a.1.is_some_and(|i| p.contains(&marsad_ledger::group::show(i)))));
        if picked.map_or(Ok(true), told)? {
            take(&held)?;
        }
    }
    Ok(())
}

fn pick(ledger: &Ledger, filter: Option<&Filter>) -> Result<Option<BTreeSet<String>>, Error> {
    let Some(filter) = filter else { return Ok(None) };
    let mut picked = BTreeSet::new();
    each(ledger, filter, |i| {
        picked.insert(i.id);
        Ok(())
    })?;
    Ok(Some(picked))
}

fn made_by(reading: &Reading) -> [String; 3] {
    [&reading.model.program, &reading.model.weights, &reading.model.knowledge].map(Clone::clone)
}

fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text))
}

/// The reports as rows, in the order of their keys; without a filter all that are shown now.
///
/// # Errors
/// As [`incidents`].
pub fn reports(ledger: &Ledger, filter: Option<&Filter>, mut take: impl FnMut(&ReportRow) -> Result<(), Error>) -> Result<(), Error> {
    let _snapshot = ledger.tables().unchecked_transaction().map_err(wrap(ledger))?;
    each_report(ledger, pick(ledger, filter)?.as_ref(), |held| {
        let (reading, (added, updated)) = (ledger.reading(held.id)?, times(ledger, held.id)?);
        let mut row = ReportRow {
            id: held.key.clone(),
            cluster: held.cluster.clone(),
            lang: reading.lang.clone(),
            words: held.words,
            events: reading.events.len() as i64,
            text_sha256: sha256(&ledger.text(held.id)?),
            made_by: made_by(&reading),
            added,
            updated,
            ..ReportRow::default()
        };
        for a in articles(ledger, held.id)? {
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

/// The events as rows, by their report's key, then in the order of its reading; without a filter those of all reports.
///
/// # Errors
/// As [`incidents`].
pub fn events(ledger: &Ledger, filter: Option<&Filter>, mut take: impl FnMut(&EventRow) -> Result<(), Error>) -> Result<(), Error> {
    let _snapshot = ledger.tables().unchecked_transaction().map_err(wrap(ledger))?;
    let picked = pick(ledger, filter)?;
    each_report(ledger, picked.as_ref(), |held| {
        let (reading, text, updated) = (ledger.reading(held.id)?, ledger.text(held.id)?, times(ledger, held.id)?.1);
        let acts = ledger.acts(held.id)?;
        let first = articles(ledger, held.id)?.into_iter().next();
        let (index, chars, digest) = (CharIndex::new(&text), text.chars().collect::<Vec<char>>(), sha256(&text));
        let spans: Vec<(u32, u32)> = sentences(&text).iter().map(|s| (index.char_of(s.start()), index.char_of(s.end()))).collect();
        let part = |from: usize, to: usize| chars[from.min(chars.len())..to.min(chars.len())].iter().collect::<String>();
        for (number, event) in (0u32..).zip(&reading.events) {
            let incident = acts.iter().find(|a| a.0.mentions.contains(&number)).and_then(|a| a.1).map(marsad_ledger::group::show);
            if picked.as_ref().is_some_and(|p| incident.as_ref().is_none_or(|i| !p.contains(i))) {
                continue;
            }
            let at = event.trigger.start;
            let sentence = spans.iter().position(|s| s.0 <= at && at < s.1);
            let (from, to) = sentence.and_then(|n| spans.get(n)).copied().unwrap_or((at, event.trigger.end));
            let mut row = EventRow {
                id: format!("{}:{at}", held.key),
                incident,
                report: held.key.clone(),
                kind: event.kind.name().to_owned(),
                mode: event.mode.clone(),
                context: event.context.clone(),
                status: event.status.name().to_owned(),
                trigger: event.trigger.text.clone(),
                at: (at, event.trigger.end),
                quote: part(from as usize, to as usize),
                quote_start: from,
                sentence: sentence.map_or(0, |n| n as i64 + 1),
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
            take(&row)?;
        }
        Ok(())
    })
}
