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
    /// A file that cannot be written.
    #[error("{file}: {source}; check the path, that you may write there and that the disk is not full")]
    Io {
        /// Which.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The stream that rows are written to.
    #[error(transparent)]
    Stream(#[from] std::io::Error),
    /// Something stands there already.
    #[error("{0}: stands there already; give --force to replace it, or another name")]
    Exists(PathBuf),
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
    /// A format that cannot hold what is asked for.
    #[error("{what} cannot be written as {format}: {remedy}")]
    Pair {
        /// What was asked for.
        what: &'static str,
        /// The format.
        format: &'static str,
        /// What can be done instead.
        remedy: &'static str,
    },
    /// A time or day that cannot be read.
    #[error("{0}: this is no time; give a day (2026-03-01), a time (2026-03-01T12:00:00Z) or seconds of the Unix clock")]
    Time(String),
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
