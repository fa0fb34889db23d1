//! Any bytes as a Parquet file: rows or a refusal.
#![no_main]

use libfuzzer_sys::fuzz_target;
use marsad_intake::{Columns, open};

fuzz_target!(|data: &[u8]| {
    let Ok(mut file) = tempfile::NamedTempFile::new() else { return };
    let _ = std::io::Write::write_all(&mut file, &[b"PAR1", data].concat());
    if let Some(path) = file.path().to_str()
        && let Ok(rows) = open(path, &Columns::default())
    {
        rows.take(10_000).for_each(drop);
    }
});
