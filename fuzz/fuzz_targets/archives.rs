//! Any bytes as a web archive, packed or not: intake ends, with fewer items than bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use marsad_intake::{Columns, stream};
use std::io::Write as _;

fuzz_target!(|data: &[u8]| {
    let Some((&packed, bytes)) = data.split_first() else { return };
    let mut archive = [b"WARC/", bytes].concat();
    if packed & 1 == 1 {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let _ = gz.write_all(&archive);
        archive = gz.finish().unwrap_or_default();
        archive.extend_from_slice(bytes);
    }
    let length = archive.len();
    let items = stream(Box::new(std::io::Cursor::new(archive)), "a.warc", &Columns::default()).take(length + 2).count();
    assert!(items <= length);
});
