//! What an export wrote: for those who check that nothing is missing.

use marsad_ledger::near::hex;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::io::{Read, Seek};

/// A file that was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Its name.
    pub name: String,
    /// Its rows; `None` of a file that is no table.
    pub rows: Option<u64>,
    /// Rows that the format has no code for.
    pub left_out: u64,
    /// Its bytes.
    pub bytes: u64,
    /// SHA-256 of them, in hex digits.
    pub sha256: String,
}

/// What was asked for, and what was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The program's version.
    pub program: String,
    /// The conditions by their names.
    pub filter: Vec<(String, String)>,
    /// The time or cursor since which changes were asked for.
    pub since: Option<String>,
    /// What the next export is to be asked for to go on from here.
    pub cursor: Option<String>,
    /// The files.
    pub files: Vec<Written>,
}

impl Manifest {
    /// As JSON.
    pub fn json(&self) -> Value {
        let file = |f: &Written| json!({"name": f.name, "rows": f.rows, "left_out": f.left_out, "bytes": f.bytes, "sha256": f.sha256});
        json!({
            "program": format!("marsad {}", self.program),
            "filter": self.filter.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect::<serde_json::Map<_, _>>(),
            "updated_since": self.since,
            "cursor": self.cursor,
            "files": self.files.iter().map(file).collect::<Vec<_>>(),
        })
    }
}

/// The bytes of a file and their SHA-256 in hex digits, from its beginning.
///
/// # Errors
/// When it cannot be read.
pub fn checksum(file: &mut (impl Read + Seek)) -> std::io::Result<(u64, String)> {
    file.rewind()?;
    let mut hash = Sha256::new();
    let bytes = std::io::copy(file, &mut hash)?;
    Ok((bytes, hex(&hash.finalize())))
}
