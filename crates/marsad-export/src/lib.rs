//! What the ledger knows, in other people's formats: rows as plain data, their columns, other people's codes for them, and
//! formats that take rows one by one.
//!
//! All names, kinds, HXL tags and meanings of columns stand in `knowledge/export/columns.tsv`; the codes of CAMEO, ACLED, UCDP
//! and GDELT in the tables beside it.

mod bundle;
pub mod codes;
mod columns;
mod error;
mod format;
mod gather;
mod layouts;
mod manifest;
mod rows;
mod sinks;

pub use bundle::bundle;
pub use columns::{Column, Kind, TABLES, Value, codebook, columns};
pub use error::Error;
pub use format::Format;
pub use gather::View;
pub use layouts::{acled, gdelt_event, gdelt_mention, number};
pub use manifest::{Manifest, Written, checksum};
pub use rows::{ActorRow, ClaimRow, DeletionRow, EventRow, IncidentRow, Party, Range, ReportRow, Spot, link, time};
pub use sinks::{Dialect, GeoJson, JsonLines, Parquet, Sink, Table, Xlsx};
