//! Compiled tables truncated, flipped and made to mislead: refused with the file's name and a remedy, never a panic.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use marsad_knowledge::{Knowledge, compile_folder};
use sha2::{Digest, Sha256};
use std::path::Path;

/// Where the checksum ends and what it covers begins.
const HEAD: usize = 48;

fn tables() -> Vec<u8> {
    compile_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge")).expect("the tables compile")
}

fn open(bytes: &[u8]) -> Result<Knowledge, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("other.tables");
    std::fs::write(&path, bytes).expect("written");
    Knowledge::open(&path).map_err(|e| e.to_string())
}

/// Places all over the file, the same in every run.
fn places(length: usize, many: usize) -> impl Iterator<Item = usize> {
    (0..many).scan(12_345u64, move |seed, _| {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Some((*seed >> 33) as usize % length)
    })
}

#[test]
fn damage_is_noticed_wherever_it_is() {
    let good = tables();
    assert!(open(&good).expect("good tables open").country("العراق").is_some());
    for at in places(good.len(), 25).chain([0, 8, 12, 16, HEAD, good.len() - 1]) {
        let mut flipped = good.clone();
        flipped[at] ^= 0x10;
        for bytes in [&flipped, &good[..at]] {
            // The number of sections is the one thing that the checksum does not cover: fewer are fewer.
            if let Err(message) = open(bytes) {
                assert!(message.contains("other.tables") && message.contains("compile the tables again"), "byte {at}: {message}");
            } else {
                assert!((12..16).contains(&at), "byte {at} was changed or cut off, and nobody noticed");
            }
        }
    }
}

/// A right checksum over wrong content: what it says of its sections may be anything.
#[test]
fn lies_about_sections_do_no_harm() {
    let good = tables();
    let sections = u32::from_le_bytes(good[12..16].try_into().expect("four bytes")) as usize;
    for at in places(sections * 16, 40) {
        for lie in [0u8, 1, 0x7F, 0xFF] {
            let mut bytes = good.clone();
            bytes[HEAD + at] = lie;
            let sum = Sha256::digest(&bytes[HEAD..]);
            bytes[16..HEAD].copy_from_slice(&sum);
            match open(&bytes) {
                Ok(knowledge) => assert!(knowledge.edition().len() < bytes.len()),
                Err(message) => assert!(message.contains("compile the tables again"), "{message}"),
            }
        }
    }
}
