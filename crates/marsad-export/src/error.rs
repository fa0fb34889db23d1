use std::path::PathBuf;

/// What can go wrong with an export.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The ledger's own trouble.
    #[error(transparent)]
    Ledger(#[from] marsad_ledger::Error),
    /// A query that the ledger's file does not answer.
    #[error("{file}: {source}; `marsad doctor` says whether the ledger is whole")]
    Query {
        /// The ledger's file.
        file: PathBuf,
        /// What `SQLite` said.
        source: rusqlite::Error,
    },
    /// A time that is none, or the cursor of another ledger.
    #[error("{0}: no time, and no cursor of this ledger; give a day (2026-11-23), a time (2026-11-23T08:00:00Z) or what an earlier export of this ledger printed")]
    Since(String),
    /// A table that is none.
    #[error("{0}: there is no such table; docs/EXPORTS.md lists them")]
    Unknown(String),
    /// The stream that rows are written to.
    #[error("the rows cannot be written; check that the disk is not full")]
    Stream(#[from] std::io::Error),
    /// A row of our tables that is not as it should be.
    #[error("knowledge/export/{file}, line {line}: {reason}")]
    Table {
        /// The table.
        file: &'static str,
        /// Its line.
        line: usize,
        /// What is wrong and how to mend it.
        reason: String,
    },
    /// A library that writes a format gave up.
    #[error("writing {format} failed: {reason}; check that the disk is not full")]
    Format {
        /// The format.
        format: &'static str,
        /// What the library said.
        reason: String,
    },
}

/// Wraps what a library of a format says.
pub(crate) fn failed<E: std::fmt::Display>(format: &'static str) -> impl Fn(E) -> Error {
    move |e| Error::Format { format, reason: e.to_string() }
}

/// What the writer of tables says; the stream's own trouble stays what it is.
pub(crate) fn table(error: csv::Error) -> Error {
    match error.into_kind() {
        csv::ErrorKind::Io(e) => e.into(),
        other => failed("csv")(format!("{other:?}")),
    }
}
