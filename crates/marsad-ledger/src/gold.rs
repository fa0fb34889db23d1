//! Events as people read them: kept for ever beside the reading that they put right, for training and to be looked at again.

use crate::{Error, Ledger};
use marsad_format::Event;
use rusqlite::{OptionalExtension as _, Row, params};
use std::collections::BTreeMap;

/// What a person says of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Corrected {
    /// Seconds of the Unix clock.
    pub at: i64,
    /// Who.
    pub author: String,
    /// The first character of the trigger.
    pub start: u32,
    /// As it should have been read; `None` where there is no event.
    pub event: Option<Event>,
}

impl Ledger {
    /// Keeps an event of a report's text as a person reads it; `None` says that there is none. What was said of it before stays
    /// on record.
    ///
    /// # Errors
    /// When its words do not stand in the text where it says, it has no author, or the ledger cannot be written.
    pub fn correct_event(&mut self, report: i64, start: u32, event: Option<&Event>, author: &str) -> Result<(), Error> {
        if author.trim().is_empty() {
            return Err(Error::Correction("a correction has an author; give one with --author".to_owned()));
        }
        let id = format!("report {report}");
        if let Some(event) = event {
            let reading = marsad_format::Reading { events: vec![event.clone()], ..marsad_format::Reading::default() };
            reading.check(&self.text(report)?).map_err(|reason| Error::Reading { id: id.clone(), reason })?;
        }
        let json = event.map(serde_json::to_string).transpose().map_err(|e| Error::Reading { id: id.clone(), reason: e.to_string() })?;
        let batch = self.batch()?;
        let Some(key) = batch.one("SELECT key FROM report WHERE id = ?1", [report], |r| r.get::<_, String>(0))? else {
            return Err(Error::Correction(format!("there is no {id}")));
        };
        batch.insert("INSERT INTO corrected_event (at, author, report, start, event) VALUES (?1, ?2, ?3, ?4, ?5)", params![batch.at, author, key, start, json])?;
        batch.commit()
    }

    /// What people last said of a report's events, in the order of the text.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn corrected_events(&self, report: i64) -> Result<Vec<Corrected>, Error> {
        let key = self.db.query_row("SELECT key FROM report WHERE id = ?1", [report], |r| r.get::<_, String>(0)).optional().map_err(|e| self.wrap(e))?;
        let sql = "SELECT at, author, start, event FROM corrected_event WHERE report = ?1 ORDER BY id";
        let mut query = self.db.prepare_cached(sql).map_err(|e| self.wrap(e))?;
        let row = |r: &Row| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get::<_, Option<String>>(3)?));
        let mut last = BTreeMap::new();
        for found in query.query_map([key], row).map_err(|e| self.wrap(e))? {
            let (at, author, start, json) = found.map_err(|e| self.wrap(e))?;
            let event = json.map(|j| serde_json::from_str(&j)).transpose().map_err(|e| self.damaged(format!("a corrected event of report {report}"), e.to_string()))?;
            last.insert(start, Corrected { at, author, start, event });
        }
        Ok(last.into_values().collect())
    }

    /// The reports whose events people put right.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn corrected_reports(&self) -> Result<Vec<i64>, Error> {
        let sql = "SELECT DISTINCT r.id FROM corrected_event c JOIN report r ON r.key = c.report ORDER BY r.key";
        let mut query = self.db.prepare(sql).map_err(|e| self.wrap(e))?;
        query.query_map([], |r| r.get(0)).and_then(Iterator::collect).map_err(|e| self.wrap(e))
    }
}
