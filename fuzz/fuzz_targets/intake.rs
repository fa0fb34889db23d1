//! Any bytes as a file of any format: intake ends, and what it gives is a document or a refusal with its file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use marsad_intake::{Columns, stream};

fuzz_target!(|data: &[u8]| {
    let Some((&format, bytes)) = data.split_first() else { return };
    let name = ["a.jsonl", "a.json", "a.csv", "a.tsv", "a.txt", "-", "a.jsonl.gz"][usize::from(format) % 7];
    for document in stream(Box::new(std::io::Cursor::new(bytes.to_vec())), name, &Columns::default()) {
        match document {
            Ok(document) => assert!(!document.text.is_empty() && !document.id.is_empty()),
            Err(refusal) => assert!(refusal.to_string().starts_with(name)),
        }
    }
});
