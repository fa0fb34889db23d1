//! The ledger: every report once, with its reading, its outlets and its versions, and the incidents that the reports tell of.
//!
//! A ledger is a folder; `ledger.db` in it is the truth, a `SQLite` file in WAL mode whose tables stand in `schema/`. Whatever
//! else lies there can be made again from it.
//!
//! - An *outlet* prints *documents*. A document keeps its key through all its *versions*.
//! - A *report* is a text, once, however many documents show it. Its *reading* and the *mentions* of events in it hang on the
//!   report, so nothing is read twice.
//! - Reports whose texts are nearly equal form a *cluster*: nine reports in three clusters are three independent ones.
//!
//! # What is safe when
//! A batch is one transaction: a report, its reading, its mentions and the note how far its file was taken in appear together
//! or not at all. With `synchronous = NORMAL` a commit is in the operating system's hands, not yet on the platter: a program
//! that is killed loses nothing it committed, a power failure may lose the last commits, never part of one, and the note
//! how far the file was taken goes back with them, so that the same command brings them in again. [`Ledger::close`] writes
//! all to the platter; `FULL` would do so at every commit and forbid nothing that can go wrong meanwhile.

mod doctor;
mod entry;
mod error;
pub mod feeds;
mod gold;
pub mod group;
pub mod near;
mod query;
mod store;

pub use doctor::Fault;
pub use entry::{Embedding, Entry};
pub use error::Error;
pub use gold::Corrected;
pub use marsad_text::dates::{days, iso};
pub use query::{Article, Change, Edit, Outlet, Version};
pub use store::{Batch, Outcome, Progress};

use rusqlite::{Connection, OpenFlags};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

/// Marks a `SQLite` file as a ledger of Marsad's ("MRSD").
const APPLICATION: i32 = 0x4D52_5344;

/// The steps from one schema to the next: the first makes an empty file a ledger of schema 1.
const MIGRATIONS: [&str; 7] = [
    include_str!("../schema/0001.sql"),
    include_str!("../schema/0002.sql"),
    include_str!("../schema/0003.sql"),
    include_str!("../schema/0004.sql"),
    include_str!("../schema/0005.sql"),
    include_str!("../schema/0006.sql"),
    include_str!("../schema/0007.sql"),
];

/// The schema's version.
const SCHEMA: i32 = MIGRATIONS.len() as i32;

/// The ledger's file in its folder.
pub const FILE: &str = "ledger.db";

/// An open ledger.
#[derive(Debug)]
pub struct Ledger {
    folder: PathBuf,
    file: PathBuf,
    db: Connection,
    /// Held by the one writer as long as the ledger is open.
    lock: Option<File>,
    shapes: store::Shapes,
    overview: Arc<RwLock<group::Overview>>,
}

impl Ledger {
    /// Opens a ledger for writing, or makes one where there is none. There is one writer at a time.
    ///
    /// # Errors
    /// When something else stands there, another program is writing, the ledger is a newer one, or the folder cannot be used.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        if folder.exists() && !folder.is_dir() {
            return Err(Error::NotALedger(folder.to_owned()));
        }
        let io = |file: &Path| {
            let file = file.to_owned();
            move |source| Error::Io { file, source }
        };
        std::fs::create_dir_all(folder).map_err(io(folder))?;
        let lock = folder.join("lock");
        let held = File::options().create(true).truncate(false).write(true).open(&lock).map_err(io(&lock))?;
        match held.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::Busy(folder.to_owned())),
            Err(TryLockError::Error(e)) => return Err(io(&lock)(e)),
        }
        let file = folder.join(FILE);
        let wrap = wrap(&file);
        let mut db = Connection::open(&file).map_err(&wrap)?;
        let found = schema(&db, &file)?;
        if found > SCHEMA {
            return Err(Error::Newer { file, found, known: SCHEMA });
        }
        db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 4000;").map_err(&wrap)?;
        if found < SCHEMA {
            // All steps or none: half-way there, a disk that is full would leave a ledger that no program reads.
            let transaction = db.transaction().map_err(&wrap)?;
            for step in MIGRATIONS.iter().skip(found as usize) {
                transaction.execute_batch(step).map_err(&wrap)?;
            }
            transaction.execute_batch(&format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {SCHEMA};")).map_err(&wrap)?;
            transaction.commit().map_err(&wrap)?;
        }
        db.set_prepared_statement_cache_capacity(64);
        Ok(Self { folder: folder.to_owned(), file, db, lock: Some(held), shapes: store::Shapes::new(), overview: Arc::default() })
    }

    /// Opens a ledger for reading; it may be written by another program meanwhile.
    ///
    /// # Errors
    /// When there is no ledger, or one of another schema.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let file = folder.join(FILE);
        if !file.is_file() {
            return Err(if folder.exists() && !folder.is_dir() { Error::NotALedger(folder.to_owned()) } else { Error::Missing(folder.to_owned()) });
        }
        let wrap = wrap(&file);
        // A reader of a WAL file writes its index of it, so that the file is opened for writing and the tables are not.
        let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(&file, flags | OpenFlags::SQLITE_OPEN_READ_WRITE)
            .or_else(|_| Connection::open_with_flags(&file, flags | OpenFlags::SQLITE_OPEN_READ_ONLY))
            .map_err(&wrap)?;
        db.busy_timeout(std::time::Duration::from_secs(10)).map_err(&wrap)?;
        let found = schema(&db, &file)?;
        match found {
            0 => return Err(Error::Missing(folder.to_owned())),
            _ if found > SCHEMA => return Err(Error::Newer { file, found, known: SCHEMA }),
            _ if found < SCHEMA => return Err(Error::Older { file, found, known: SCHEMA }),
            _ => {}
        }
        db.execute_batch("PRAGMA query_only = ON; PRAGMA foreign_keys = ON;").map_err(&wrap)?;
        db.set_prepared_statement_cache_capacity(64);
        Ok(Self { folder: folder.to_owned(), file, db, lock: None, shapes: store::Shapes::new(), overview: Arc::default() })
    }

    /// Makes a fresh ledger; an old ledger of that name is replaced, anything else is left alone.
    ///
    /// # Errors
    /// As [`Ledger::open`].
    pub fn create(folder: &Path) -> Result<Self, Error> {
        let old = Self::open(folder)?;
        let Self { file, db, lock, .. } = old;
        drop(db);
        for end in ["", "-wal", "-shm"] {
            let mut name = file.as_os_str().to_owned();
            name.push(end);
            let _ = std::fs::remove_file(name);
        }
        drop(lock);
        Self::open(folder)
    }

    /// Writes everything to the disk itself and shortens the WAL, so that not even a power failure takes anything back.
    ///
    /// # Errors
    /// When the disk cannot be written.
    pub fn close(self) -> Result<(), Error> {
        if self.lock.is_some() {
            self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(wrap(&self.file))?;
        }
        Ok(())
    }

    /// The ledger's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The tables, for queries; they are described in `schema/`. Writing goes through [`Ledger::batch`].
    pub fn tables(&self) -> &Connection {
        &self.db
    }

    fn wrap(&self, source: rusqlite::Error) -> Error {
        Error::Sqlite { file: self.file.clone(), source }
    }

    fn damaged(&self, what: String, reason: String) -> Error {
        Error::Damaged { file: self.file.clone(), what, reason }
    }
}

fn wrap(file: &Path) -> impl Fn(rusqlite::Error) -> Error + use<> {
    let file = file.to_owned();
    move |source| match source.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => Error::NotALedger(file.clone()),
        _ => Error::Sqlite { file: file.clone(), source },
    }
}

/// The schema of a file, 0 of an empty one.
fn schema(db: &Connection, file: &Path) -> Result<i32, Error> {
    let wrap = wrap(file);
    let number = |name: &str| db.pragma_query_value(None, name, |r| r.get::<_, i32>(0)).map_err(&wrap);
    let application = number("application_id")?;
    if application == APPLICATION {
        return number("user_version");
    }
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_master", [], |r| r.get(0)).map_err(&wrap)?;
    if application == 0 && tables == 0 { Ok(0) } else { Err(Error::NotALedger(file.to_owned())) }
}

/// Seconds of the Unix clock: the one place where the ledger looks at it.
fn now() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs() as i64)
}
