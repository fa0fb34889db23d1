use std::path::PathBuf;

/// What can go wrong with a ledger.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `SQLite`'s own trouble.
    #[error("{file}: {source}; check that the folder can be written and the disk is not full, then give the same command again: what was accepted is kept")]
    Sqlite {
        /// The ledger's file.
        file: PathBuf,
        /// What `SQLite` said.
        source: rusqlite::Error,
    },
    /// A file or folder that cannot be used.
    #[error("{file}: {source}; check the path and that you may write there")]
    Io {
        /// Which.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Something else stands there.
    #[error("{0}: this is no ledger; give the folder of a ledger, or one that does not exist yet")]
    NotALedger(PathBuf),
    /// Nothing stands there.
    #[error("{0}: there is no ledger; `marsad add --ledger {0} FILE` makes one")]
    Missing(PathBuf),
    /// A newer ledger.
    #[error("{file}: the ledger has schema {found}, this program knows {known}; use a newer program")]
    Newer {
        /// The ledger's file.
        file: PathBuf,
        /// Its schema.
        found: i32,
        /// Ours.
        known: i32,
    },
    /// An older ledger, opened for reading alone.
    #[error("{file}: the ledger has schema {found}, this program writes {known}; `marsad doctor --repair` brings it up to date")]
    Older {
        /// The ledger's file.
        file: PathBuf,
        /// Its schema.
        found: i32,
        /// Ours.
        known: i32,
    },
    /// Somebody else is writing.
    #[error("{0}: another program is writing to this ledger; wait until it is done, or stop it (reading is possible meanwhile)")]
    Busy(PathBuf),
    /// Something stored that cannot be read back.
    #[error("{file}: {what} is damaged: {reason}; `marsad doctor --repair` rebuilds what it can, else take the last backup")]
    Damaged {
        /// The ledger's file.
        file: PathBuf,
        /// What.
        what: String,
        /// What is wrong.
        reason: String,
    },
    /// A reading that is not one of this text.
    #[error("the reading of {id} does not fit its text: {reason}; read that article again")]
    Reading {
        /// The document's id.
        id: String,
        /// The first fault.
        reason: String,
    },
    /// A table that the program carries.
    #[error("{file}, line {line}: {reason}; mend that line")]
    Table {
        /// Which.
        file: String,
        /// From 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// What is to be watched has no address of the web.
    #[error("{0}: this is no address of the web; give the feed's, which begins with https://")]
    Address(String),
    /// No such incident.
    #[error("there is no incident {0}; `marsad incidents` lists them with their ids")]
    NoIncident(String),
    /// No place in a list of incidents.
    #[error("{0:?} is no place in a list of incidents; begin again without it")]
    Position(String),
    /// A correction that cannot be made.
    #[error("{0}")]
    Correction(String),
}
