use std::net::SocketAddr;
use std::path::PathBuf;

/// Why the server does not start, or ends.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] marsad_ledger::Error),
    /// Tables of the exports.
    #[error(transparent)]
    Export(#[from] marsad_export::Error),
    /// An address that cannot be listened on.
    #[error("{address}: {source}; take another one with --address and --port, or stop what listens there")]
    Address {
        /// Which.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// Others could reach the pages without being asked who they are.
    #[error("{0} can be reached from other machines, and nobody is asked who they are; make users with `marsad users add`, set a token in the variable MARSAD_TOKEN, or serve on 127.0.0.1")]
    Open(SocketAddr),
    /// The token is too easily guessed.
    #[error("the token has fewer than {0} characters; take a longer one, such as `openssl rand -hex 16` gives")]
    Token(usize),
    /// What is kept for the people who work with the ledger.
    #[error("{file}: {source}; check that the folder can be written and the disk is not full")]
    Desk {
        /// The file.
        file: PathBuf,
        /// What `SQLite` said.
        source: rusqlite::Error,
    },
    /// Something about a user that cannot be.
    #[error("{0}")]
    User(String),
    /// A briefing that cannot be made.
    #[error("{0}")]
    Briefing(String),
    /// The threads that answer.
    #[error("{0}; close other programs and try again")]
    Threads(std::io::Error),
    /// A table that the program carries.
    #[error("{file}, line {line}: {reason}; mend that line")]
    Table {
        /// Which.
        file: &'static str,
        /// From 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
}
