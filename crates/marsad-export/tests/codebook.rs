//! The codebook that people read is the one of the columns that are written.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use marsad_export::{TABLES, codebook};

/// `MARSAD_WRITE=1 cargo test -p marsad-export --test codebook` makes the file again.
#[test]
fn the_codebook_names_every_column_as_it_is_written() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/EXPORTS.md");
    let (english, arabic) = (codebook(&TABLES, false).expect("our own tables"), codebook(&TABLES, true).expect("our own tables"));
    let page = format!("# Columns of `marsad export`\n\n{english}# أعمدة `marsad export`\n\n{}\n", arabic.trim_end());
    if std::env::var_os("MARSAD_WRITE").is_some() {
        std::fs::write(path, &page).expect("written");
    }
    let held = std::fs::read_to_string(path).expect("docs/EXPORTS.md").replace("\r\n", "\n");
    assert!(held == page, "docs/EXPORTS.md is not the codebook of knowledge/export/columns.tsv; MARSAD_WRITE=1 makes it again");
}
