//! Any bytes behind a right head and checksum as compiled tables: refused, or answering every question.
#![no_main]

use libfuzzer_sys::fuzz_target;
use marsad_knowledge::Knowledge;
use sha2::{Digest, Sha256};
use std::io::Write;

fuzz_target!(|data: &[u8]| {
    let Some((&count, body)) = data.split_first() else { return };
    let head = [b"MARSADK1".as_slice(), &1u32.to_le_bytes(), &u32::from(count).to_le_bytes(), Sha256::digest(body).as_slice()].concat();
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(&head).and_then(|()| file.write_all(body)).expect("written");
    if let Ok(knowledge) = Knowledge::open(file.path()) {
        let _ = (knowledge.edition(), knowledge.country("العراق"), knowledge.capital("بغداد"), knowledge.places("بغداد").len());
        let _ = (knowledge.all_places().take(1000).count(), knowledge.actor("داعش"), knowledge.demonym("العراقي"), knowledge.sector("جيش"));
    }
});
