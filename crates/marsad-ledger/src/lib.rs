//! The ledger: every report once, with its reading, and the incidents that the reports tell of.

mod group;

pub use group::{Claim, Incident, ReportRef, Slot, render};

use marsad_format::{Document, Reading};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// Marks a `SQLite` file as a ledger of Marsad's ("MRSD").
const APPLICATION: i32 = 0x4D52_5344;
/// The schema's version.
const SCHEMA: i32 = 1;

/// What can go wrong with a ledger.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `SQLite`'s own trouble.
    #[error("{file}: {source}; check that the folder can be written and the disk is not full")]
    Sqlite {
        /// The ledger's file.
        file: PathBuf,
        /// What `SQLite` said.
        source: rusqlite::Error,
    },
    /// Another kind of file.
    #[error("{0}: this is no ledger; give the path of a ledger, or of a file that does not exist yet")]
    NotALedger(PathBuf),
    /// A newer ledger.
    #[error("{file}: the ledger has schema {found}, this program knows {SCHEMA}; use a newer program")]
    Newer {
        /// The ledger's file.
        file: PathBuf,
        /// Its schema.
        found: i32,
    },
    /// A stored reading that cannot be read back.
    #[error("{file}: the reading of {id} is damaged: {reason}; read that document again into a new ledger")]
    Damaged {
        /// The ledger's file.
        file: PathBuf,
        /// The document's key.
        id: String,
        /// What is wrong.
        reason: String,
    },
}

/// An open ledger: one `SQLite` file.
#[derive(Debug)]
pub struct Ledger {
    file: PathBuf,
    db: Connection,
}

impl Ledger {
    /// Makes a fresh ledger; an old ledger of that name is replaced, any other file is left alone.
    ///
    /// # Errors
    /// When the file is no ledger or cannot be written.
    pub fn create(path: &Path) -> Result<Self, Error> {
        if path.exists() {
            drop(Self::open(path)?);
            for end in ["", "-wal", "-shm"] {
                let mut name = path.as_os_str().to_owned();
                name.push(end);
                let _ = std::fs::remove_file(name);
            }
        }
        Self::open(path)
    }

    /// Opens a ledger, or makes one where there is no file.
    ///
    /// # Errors
    /// When the file is no ledger, is a newer one, or cannot be used.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let file = path.to_owned();
        let fresh = std::fs::metadata(path).map_or(true, |m| m.len() == 0);
        let wrap = |source: rusqlite::Error| match source.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => Error::NotALedger(file.clone()),
            _ => Error::Sqlite { file: file.clone(), source },
        };
        let db = Connection::open(path).map_err(wrap)?;
        let number = |name: &str| db.pragma_query_value(None, name, |r| r.get::<_, i32>(0)).map_err(wrap);
        if !fresh {
            if number("application_id")? != APPLICATION {
                return Err(Error::NotALedger(file));
            }
            let found = number("user_version")?;
            if found > SCHEMA {
                return Err(Error::Newer { file, found });
            }
        }
        db.execute_batch(&format!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {SCHEMA};
             CREATE TABLE IF NOT EXISTS report (key TEXT PRIMARY KEY, id TEXT NOT NULL, document TEXT NOT NULL, reading TEXT NOT NULL) STRICT, WITHOUT ROWID;"
        ))
        .map_err(wrap)?;
        Ok(Self { file, db })
    }

    fn wrap(&self, source: rusqlite::Error) -> Error {
        Error::Sqlite { file: self.file.clone(), source }
    }

    /// Adds a report with its reading; both appear together or not at all. `false` if the report is there already.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn add(&mut self, document: &Document, reading: &Reading) -> Result<bool, Error> {
        let mut hash = Sha256::new();
        for part in [&document.id, document.source.as_deref().unwrap_or(""), &document.text] {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        let key: String = hash.finalize().iter().take(16).map(|b| format!("{b:02x}")).collect();
        let json = |r: serde_json::Result<String>| r.map_err(|e| Error::Damaged { file: self.file.clone(), id: document.id.clone(), reason: e.to_string() });
        let (d, r) = (json(serde_json::to_string(document))?, json(serde_json::to_string(reading))?);
        let there: Option<i32> = self.db.query_row("SELECT 1 FROM report WHERE key = ?1", [&key], |r| r.get(0)).optional().map_err(|e| self.wrap(e))?;
        if there.is_some() {
            return Ok(false);
        }
        self.db.execute("INSERT INTO report VALUES (?1, ?2, ?3, ?4)", params![key, document.id, d, r]).map_err(|e| self.wrap(e))?;
        Ok(true)
    }

    /// All reports with their readings, in the order of their keys, which does not depend on that of arrival.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn reports(&self) -> Result<Vec<(Document, Reading)>, Error> {
        let mut query = self.db.prepare("SELECT id, document, reading FROM report ORDER BY key").map_err(|e| self.wrap(e))?;
        let rows = query.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).map_err(|e| self.wrap(e))?;
        let mut out = Vec::new();
        for row in rows {
            let (id, d, r): (String, String, String) = row.map_err(|e| self.wrap(e))?;
            let parse = || -> serde_json::Result<_> { Ok((serde_json::from_str(&d)?, serde_json::from_str(&r)?)) };
            out.push(parse().map_err(|e| Error::Damaged { file: self.file.clone(), id, reason: e.to_string() })?);
        }
        Ok(out)
    }

    /// The incidents that the reports tell of.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn incidents(&self) -> Result<Vec<Incident>, Error> {
        Ok(group::incidents(&self.reports()?))
    }
}
