//! What followers have to be told of incidents: a change is noted where an incident says something else than when it was noted
//! last. Grouping takes incidents apart and puts them together again on its way; what comes out as it was is no change.

use super::read;
use crate::Error;
use crate::query::reading_of;
use crate::store::Batch;
use marsad_format::Versions;
use rusqlite::params;
use rusqlite::types::ValueRef;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// SHA-256.
type Print = [u8; 32];

/// Marks an incident to be compared when grouping has come to its end.
pub(super) fn touch(b: &Batch, incident: i64) -> Result<(), Error> {
    b.run("INSERT OR IGNORE INTO unnoted (incident) VALUES (?1)", [incident]).map(drop)
}

/// Notes what has become of the incidents that were touched.
pub(super) fn note(b: &Batch) -> Result<(), Error> {
    let mut reports = BTreeMap::new();
    for id in b.all("SELECT incident FROM unnoted ORDER BY incident", [], |r| r.get::<_, i64>(0))? {
        let old = b.one("SELECT print FROM noted WHERE incident = ?1", [id], |r| r.get::<_, Vec<u8>>(0))?;
        let new = print(b, id, &mut reports)?;
        let what = match (&old, &new) {
            (None, Some(_)) => "added",
            (Some(old), Some(new)) if old != new => "changed",
            (Some(_), None) => "deleted",
            _ => continue,
        };
        let seq = b.change("incident", id, what)?;
        match new {
            Some(new) => b.run("INSERT OR REPLACE INTO noted (incident, print, seq) VALUES (?1, ?2, ?3)", params![id, new, seq])?,
            None => b.run("DELETE FROM noted WHERE incident = ?1", [id])?,
        };
    }
    b.run("DELETE FROM unnoted", []).map(drop)
}

/// All cells of the rows that a query gives, with their kinds and lengths, so that no two tables look alike.
fn feed(b: &Batch, hash: &mut Sha256, sql: &str, id: i64) -> Result<usize, Error> {
    let cells = |r: &rusqlite::Row| {
        let mut row = Vec::new();
        for at in 0..r.as_ref().column_count() {
            let (kind, bytes) = match r.get_ref(at)? {
                ValueRef::Null => (0, Vec::new()),
                ValueRef::Integer(n) => (1, n.to_le_bytes().to_vec()),
                ValueRef::Real(n) => (2, n.to_le_bytes().to_vec()),
                ValueRef::Text(text) => (3, text.to_vec()),
                ValueRef::Blob(blob) => (4, blob.to_vec()),
            };
            row.push(kind);
            row.extend((bytes.len() as u64).to_le_bytes());
            row.extend(bytes);
        }
        Ok(row)
    };
    let rows = b.all(sql, [id], cells)?;
    rows.iter().for_each(|row| hash.update(row));
    Ok(rows.len())
}

/// All that is shown of an incident: its row, its acts, the readings and articles of their reports. `None` where there is none.
fn print(b: &Batch, id: i64, reports: &mut BTreeMap<i64, Print>) -> Result<Option<Vec<u8>>, Error> {
    let mut hash = Sha256::new();
    if feed(b, &mut hash, "SELECT * FROM incident WHERE id = ?1", id)? == 0 {
        return Ok(None);
    }
    let acts = "SELECT id FROM act WHERE incident = ?1 OR anchor IN (SELECT id FROM act WHERE incident = ?1) ORDER BY key";
    for act in b.all(acts, [id], |r| r.get::<_, i64>(0))? {
        let held = read(&b.db, &b.file, act)?;
        feed(b, &mut hash, "SELECT c.key FROM report c WHERE c.id = ?1", held.cluster)?;
        hash.update(held.key.to_le_bytes());
        hash.update([u8::from(held.act.lead), u8::from(held.incident.is_some())]);
        held.act.mentions.iter().for_each(|n| hash.update(n.to_le_bytes()));
        let report = match reports.get(&held.report) {
            Some(print) => *print,
            None => *reports.entry(held.report).or_insert(report(b, held.report)?),
        };
        hash.update(report);
    }
    Ok(Some(hash.finalize().to_vec()))
}

/// What a report says, whoever read it, and the articles that show it.
fn report(b: &Batch, id: i64) -> Result<Print, Error> {
    let mut reading = reading_of(&b.db, &b.file, id)?;
    reading.model = Versions::default();
    let mut hash = Sha256::new();
    hash.update(serde_json::to_vec(&reading).map_err(|e| Error::Damaged { file: b.file.clone(), what: format!("the reading of report {id}"), reason: e.to_string() })?);
    let articles = "SELECT d.key, o.name, d.name, d.url, d.published, v.title FROM document d JOIN outlet o ON o.id = d.outlet
        JOIN version v ON v.document = d.id AND v.number = d.version WHERE d.report = ?1 ORDER BY d.key";
    feed(b, &mut hash, articles, id)?;
    Ok(hash.finalize().into())
}
