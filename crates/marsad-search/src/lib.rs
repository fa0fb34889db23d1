//! Search over a ledger's reports: words in any spelling, phrases, fields, facets, and by meaning.
//!
//! The ledger's tables are the truth. What is here lies in the folder `index` beside them and can be made from them at any
//! time: `words` is a tantivy index, `vectors` holds the meaning of each report. The index notes the last change of the
//! ledger that it holds, with the same commit that holds it; [`Index::open`] brings in what came since, so that whatever
//! was killed between the two is healed there, and a report is found with its reading or not at all.
//!
//! One entry is one report, a text that any number of outlets may show. The query language is described at [`Query`].

mod collect;
mod entry;
mod hits;
mod index;
mod meaning;
mod query;
mod resolve;
mod tokens;

pub use collect::Facets;
pub use entry::Entry;
pub use hits::{Excerpt, Highlighter};
pub use index::{Cursor, Found, Hit, Index, Order, Request, Writer};
pub use meaning::Vectors;
pub use query::{FIELDS, Fault, Field, Query};

use std::path::PathBuf;

/// What can go wrong with an index or a question to it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The index's own trouble.
    #[error("{folder}: {source}; `marsad index rebuild` makes the index again")]
    Index {
        /// The index's folder.
        folder: PathBuf,
        /// What the index said.
        source: tantivy::TantivyError,
    },
    /// A file that cannot be used.
    #[error("{file}: {source}; check that the folder can be written and the disk is not full")]
    Io {
        /// Which.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another program is writing to the index.
    #[error("{0}: another program is writing to this index; wait until it is done (searching is possible meanwhile)")]
    Busy(PathBuf),
    /// A damaged file.
    #[error("{file}: {reason}; `marsad index rebuild` makes it again")]
    Damaged {
        /// Which.
        file: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] marsad_ledger::Error),
    /// A question that cannot be understood.
    #[error("{0}")]
    Query(#[from] Fault),
    /// A cursor that is none, or one of another question.
    #[error("the cursor {0:?} is not one of this search; begin again without it")]
    Cursor(String),
}
