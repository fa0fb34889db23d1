//! Alerts as they are kept. Looking for their incidents and telling them is [`crate::watchman`]'s.

use super::{Desk, now, secret};
use crate::Error;
use rusqlite::{OptionalExtension as _, Row, params};

/// A saved query that tells its incidents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// 32 hex digits that nobody guesses.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// Whose it is.
    pub owner: String,
    /// The conditions, as the list of incidents has them in its address.
    pub query: String,
    /// Where they are posted.
    pub webhook: Option<String>,
    /// The key of the signature.
    pub secret: String,
    /// Seconds of the Unix clock.
    pub added: i64,
    /// The ledger's last change that was looked at.
    pub seq: i64,
}

/// An incident of an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The id under which it was found.
    pub incident: String,
    /// When.
    pub at: i64,
    /// How often the webhook was tried.
    pub tries: i64,
}

/// A request to a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// When.
    pub at: i64,
    /// What was told; `None` of a test.
    pub incident: Option<String>,
    /// Whether it was taken.
    pub ok: bool,
    /// What the other side said, or why nothing could be sent.
    pub detail: String,
}

const ALERT: &str = "SELECT id, name, owner, query, webhook, secret, added, seq FROM alert";

fn alert(r: &Row) -> rusqlite::Result<Alert> {
    Ok(Alert { id: r.get(0)?, name: r.get(1)?, owner: r.get(2)?, query: r.get(3)?, webhook: r.get(4)?, secret: r.get(5)?, added: r.get(6)?, seq: r.get(7)? })
}

fn hit(r: &Row) -> rusqlite::Result<Hit> {
    Ok(Hit { incident: r.get(0)?, at: r.get(1)?, tries: r.get(2)? })
}

impl Desk {
    /// Keeps an alert. `before` are the incidents that are there already: they are not told.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add_alert(&self, name: &str, owner: &str, query: &str, webhook: Option<&str>, seq: i64, before: &[String]) -> Result<String, Error> {
        let id = secret();
        let mut db = self.db();
        let mut write = || {
            let all = db.transaction()?;
            let sql = "INSERT INTO alert (id, name, owner, query, webhook, secret, added, seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
            all.execute(sql, params![id, name, owner, query, webhook, secret(), now(), seq])?;
            for incident in before {
                all.execute("INSERT INTO hit (alert, incident, at, tries, told) VALUES (?1, ?2, 0, 0, 1)", [&id, incident])?;
            }
            all.commit()
        };
        write().map_err(|e| self.wrap(e))?;
        Ok(id)
    }

    /// Ends an alert.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn remove_alert(&self, id: &str) -> Result<bool, Error> {
        self.db().execute("DELETE FROM alert WHERE id = ?1", [id]).map(|n| n > 0).map_err(|e| self.wrap(e))
    }

    /// All alerts, by name.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn alerts(&self) -> Result<Vec<Alert>, Error> {
        let db = self.db();
        let mut query = db.prepare_cached(&format!("{ALERT} ORDER BY name, id")).map_err(|e| self.wrap(e))?;
        query.query_map([], alert).and_then(Iterator::collect).map_err(|e| self.wrap(e))
    }

    /// The alert of that id.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn alert(&self, id: &str) -> Result<Option<Alert>, Error> {
        self.db().prepare_cached(&format!("{ALERT} WHERE id = ?1")).and_then(|mut s| s.query_row([id], alert).optional()).map_err(|e| self.wrap(e))
    }

    /// Whether an incident was found before, under any of its ids.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn is_known(&self, alert: &str, ids: &[String]) -> Result<bool, Error> {
        let db = self.db();
        let mut query = db.prepare_cached("SELECT 1 FROM hit WHERE alert = ?1 AND incident = ?2").map_err(|e| self.wrap(e))?;
        for id in ids {
            if query.exists([alert, id]).map_err(|e| self.wrap(e))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Keeps the incidents that were found, and how far the ledger's changes were looked at.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn found(&self, alert: &Alert, incidents: &[String], seq: i64) -> Result<(), Error> {
        let mut db = self.db();
        let mut write = || {
            let all = db.transaction()?;
            for incident in incidents {
                let sql = "INSERT OR IGNORE INTO hit (alert, incident, at, tries, told) VALUES (?1, ?2, ?3, 0, ?4)";
                all.execute(sql, params![alert.id, incident, now(), alert.webhook.is_none()])?;
            }
            all.execute("UPDATE alert SET seq = ?2 WHERE id = ?1", params![alert.id, seq])?;
            all.commit()
        };
        write().map_err(|e| self.wrap(e))
    }

    /// The incidents that an alert found, the latest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn hits(&self, alert: &str, limit: usize) -> Result<Vec<Hit>, Error> {
        let db = self.db();
        let mut query = db.prepare_cached("SELECT incident, at, tries FROM hit WHERE alert = ?1 AND at > 0 ORDER BY at DESC, incident DESC LIMIT ?2").map_err(|e| self.wrap(e))?;
        query.query_map(params![alert, limit as i64], hit).and_then(Iterator::collect).map_err(|e| self.wrap(e))
    }

    /// The incidents that its webhook has not taken yet, the first found first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn untold(&self, alert: &str) -> Result<Vec<Hit>, Error> {
        let db = self.db();
        let mut query = db.prepare_cached("SELECT incident, at, tries FROM hit WHERE alert = ?1 AND told = 0 ORDER BY at, incident").map_err(|e| self.wrap(e))?;
        query.query_map([alert], hit).and_then(Iterator::collect).map_err(|e| self.wrap(e))
    }

    /// Notes a request to the webhook; `last` where it is not to be tried again.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn delivered(&self, alert: &str, delivery: &Delivery, last: bool) -> Result<(), Error> {
        let db = self.db();
        let write = || {
            if let Some(incident) = &delivery.incident {
                db.execute("UPDATE hit SET tries = tries + 1, told = ?3 WHERE alert = ?1 AND incident = ?2", params![alert, incident, delivery.ok || last])?;
            }
            db.execute("INSERT INTO delivery (alert, at, incident, ok, detail) VALUES (?1, ?2, ?3, ?4, ?5)", params![alert, delivery.at, delivery.incident, delivery.ok, delivery.detail])
        };
        write().map(drop).map_err(|e| self.wrap(e))
    }

    /// The last requests to the webhook, the latest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn deliveries(&self, alert: &str, limit: usize) -> Result<Vec<Delivery>, Error> {
        let db = self.db();
        let mut query = db.prepare_cached("SELECT at, incident, ok, detail FROM delivery WHERE alert = ?1 ORDER BY id DESC LIMIT ?2").map_err(|e| self.wrap(e))?;
        let row = |r: &Row| Ok(Delivery { at: r.get(0)?, incident: r.get(1)?, ok: r.get(2)?, detail: r.get(3)? });
        query.query_map(params![alert, limit as i64], row).and_then(Iterator::collect).map_err(|e| self.wrap(e))
    }
}
