//! What is worth a person's look, and in which order.

use super::show;
use crate::store::Batch;
use crate::{Error, Ledger};
use rusqlite::{Row, params};

/// An incident that somebody should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Its id.
    pub incident: String,
    /// What is doubtful of it: columns of the view `doubtful`.
    pub reasons: Vec<&'static str>,
}

const REASONS: [&str; 6] = ["killed", "injured", "denied", "unsure", "dayless", "placeless"];

/// Puts an incident that was written into the queue, if it is worth it.
pub(super) fn queue(b: &Batch, incident: i64) -> Result<(), Error> {
    b.run("DELETE FROM doubt WHERE incident = ?1", [incident])?;
    b.run("INSERT INTO doubt (incident, worth) SELECT incident, worth FROM doubtful WHERE incident = ?1 AND worth > 0", [incident]).map(drop)
}

impl Ledger {
    /// How many incidents wait for a person.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn doubts(&self) -> Result<u64, Error> {
        self.db.query_row("SELECT count(*) FROM doubt", [], |r| r.get::<_, i64>(0)).map(i64::cast_unsigned).map_err(|e| self.wrap(e))
    }

    /// The incident at a place of the queue, those first that a look is worth most: contradicted, denied or uncertain, and
    /// told by many.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn doubt(&self, place: u64) -> Result<Option<Doubt>, Error> {
        let sql = "SELECT v.incident, v.killed, v.injured, v.denied, v.unsure, v.dayless, v.placeless FROM doubtful v
            WHERE v.incident = (SELECT incident FROM doubt ORDER BY worth DESC, incident LIMIT 1 OFFSET ?1)";
        let row = |r: &Row| {
            let mut reasons = Vec::new();
            for (at, reason) in (1..).zip(REASONS) {
                if r.get::<_, bool>(at)? {
                    reasons.push(reason);
                }
            }
            Ok(Doubt { incident: show(r.get(0)?), reasons })
        };
        let mut query = self.db.prepare_cached(sql).map_err(|e| self.wrap(e))?;
        query.query_map([place.cast_signed()], row).and_then(|mut rows| rows.next().transpose()).map_err(|e| self.wrap(e))
    }

    /// The incidents that may be one with this one: whose acts are tied to its own, the strongest ties first.
    ///
    /// # Errors
    /// When there is no such incident, or the ledger cannot be read.
    pub fn neighbours(&self, id: &str, limit: usize) -> Result<Vec<String>, Error> {
        let sql = "SELECT o.incident, max(e.score) AS tie FROM act a JOIN edge e ON e.a = a.id JOIN act o ON o.id = e.b
            WHERE a.incident = ?1 AND o.incident <> ?1 GROUP BY o.incident ORDER BY tie DESC, o.incident LIMIT ?2";
        let mut query = self.db.prepare_cached(sql).map_err(|e| self.wrap(e))?;
        query.query_map(params![self.resolve(id)?, limit as i64], |r| r.get(0).map(show)).and_then(Iterator::collect).map_err(|e| self.wrap(e))
    }

    /// All ids under which an incident is or was known.
    ///
    /// # Errors
    /// When there is no such incident, or the ledger cannot be read.
    pub fn ids(&self, id: &str) -> Result<Vec<String>, Error> {
        let sql = "SELECT key FROM act WHERE incident = ?1 UNION SELECT t.id FROM retired t JOIN act a ON a.report = t.report AND a.start = t.start WHERE a.incident = ?1 ORDER BY 1";
        let mut query = self.db.prepare_cached(sql).map_err(|e| self.wrap(e))?;
        query.query_map([self.resolve(id)?], |r| r.get(0).map(show)).and_then(Iterator::collect).map_err(|e| self.wrap(e))
    }
}
