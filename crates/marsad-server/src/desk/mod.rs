//! What is kept beside the ledger for the people who work with it: users and their sessions, who did what, alerts. It is a file
//! of its own, so that nobody waits for a program that writes to the ledger.

pub mod alerts;
mod users;

pub use users::{Session, User};

use crate::Error;
use argon2::password_hash::rand_core::{OsRng, RngCore as _};
use rusqlite::{Connection, params};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The file in the ledger's folder.
pub const FILE: &str = "desk.db";

/// The open file.
#[derive(Debug)]
pub struct Desk {
    file: PathBuf,
    db: Mutex<Connection>,
}

/// Something that somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// Its number.
    pub id: i64,
    /// Seconds of the Unix clock.
    pub at: i64,
    /// By whom.
    pub who: String,
    /// What.
    pub what: String,
}

impl Desk {
    /// Opens the file in a ledger's folder, or makes it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn open(ledger: &Path) -> Result<Self, Error> {
        let file = ledger.join(FILE);
        let open = || {
            let db = Connection::open(&file)?;
            db.busy_timeout(Duration::from_secs(5))?;
            db.execute_batch(concat!("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;", include_str!("desk.sql")))?;
            Ok(Mutex::new(db))
        };
        open().map(|db| Self { db, file: file.clone() }).map_err(|source| Error::Desk { file: file.clone(), source })
    }

    fn db(&self) -> MutexGuard<'_, Connection> {
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wrap(&self, source: rusqlite::Error) -> Error {
        Error::Desk { file: self.file.clone(), source }
    }

    /// Writes down that somebody did something.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn note(&self, who: &str, what: &str) -> Result<(), Error> {
        self.db().execute("INSERT INTO audit (at, who, what) VALUES (?1, ?2, ?3)", params![now(), who, what]).map(drop).map_err(|e| self.wrap(e))
    }

    /// The last so many deeds before that number, the latest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn deeds(&self, before: i64, limit: usize) -> Result<Vec<Deed>, Error> {
        let db = self.db();
        let mut query = db.prepare_cached("SELECT id, at, who, what FROM audit WHERE id < ?1 ORDER BY id DESC LIMIT ?2").map_err(|e| self.wrap(e))?;
        let row = |r: &rusqlite::Row| Ok(Deed { id: r.get(0)?, at: r.get(1)?, who: r.get(2)?, what: r.get(3)? });
        query.query_map([before, limit as i64], row).and_then(Iterator::collect).map_err(|e| self.wrap(e))
    }
}

/// Seconds of the Unix clock.
pub(crate) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs() as i64)
}

/// 32 hex digits that nobody guesses.
fn secret() -> String {
    let mut bytes = [0; 16];
    OsRng.fill_bytes(&mut bytes);
    hex(&bytes)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}
