//! Weights files that are foreign, damaged or made to mislead: refused with a remedy, or usable, but never a panic.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use marsad_model::{Encoder, Precision, Tokenizer, Weights};
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const HIDDEN: usize = 16;
const PIECES: [&str; 6] = ["<s>", "<pad>", "</s>", "<unk>", "▁سلام", "بغداد"];

/// A whole weights file of one narrow layer: its header and what follows.
fn tiny() -> (Value, Vec<u8>) {
    let (mut blobs, mut tensors) = (Vec::new(), Vec::new());
    let put = |blobs: &mut Vec<u8>, bytes: &[u8]| {
        blobs.resize(blobs.len().next_multiple_of(64), 0);
        blobs.extend(bytes);
        blobs.len() - bytes.len()
    };
    let number = |n: usize| ((n * 37 % 23) as f32 - 11.0) / 50.0;
    let mut floats = |blobs: &mut Vec<u8>, name: &str, shape: &[usize]| {
        let bytes: Vec<u8> = (0..shape.iter().product()).flat_map(|n| number(n).to_le_bytes()).collect();
        let offset = put(blobs, &bytes);
        tensors.push(json!({"name": name, "dtype": "f32", "shape": shape, "offset": offset, "bytes": bytes.len()}));
    };
    for name in ["emb.ln", "l0.aln", "l0.oln"] {
        floats(&mut blobs, &format!("{name}.w"), &[HIDDEN]);
        floats(&mut blobs, &format!("{name}.b"), &[HIDDEN]);
    }
    floats(&mut blobs, "emb.pos", &[8, HIDDEN]);
    floats(&mut blobs, "emb.type", &[HIDDEN]);
    floats(&mut blobs, "vocab.scores", &[PIECES.len()]);
    floats(&mut blobs, "search.w", &[HIDDEN, HIDDEN]);
    floats(&mut blobs, "head.cue.w", &[2, HIDDEN]);
    floats(&mut blobs, "head.cue.b", &[2]);
    for (name, shape) in [("row.w", &[4, HIDDEN][..]), ("row.b", &[4]), ("col.w", &[4, HIDDEN]), ("col.b", &[4]), ("u", &[2, 4, 4]), ("ur", &[2, 4]), ("uc", &[2, 4]), ("b", &[2])] {
        floats(&mut blobs, &format!("pair.{name}"), shape);
    }
    for (name, outer) in [("q", HIDDEN), ("k", HIDDEN), ("v", HIDDEN), ("ao", HIDDEN), ("fi", 32), ("fo", HIDDEN)] {
        floats(&mut blobs, &format!("l0.{name}.b"), &[outer]);
    }
    for (name, outer, inner) in [("l0.q.w", HIDDEN, HIDDEN), ("l0.k.w", HIDDEN, HIDDEN), ("l0.v.w", HIDDEN, HIDDEN), ("l0.ao.w", HIDDEN, HIDDEN), ("l0.fi.w", 32, HIDDEN), ("l0.fo.w", HIDDEN, 32), ("emb.word", PIECES.len(), HIDDEN)] {
        let scales: Vec<u8> = (0..outer).flat_map(|_| 0.01f32.to_le_bytes()).collect();
        let scale_offset = put(&mut blobs, &scales);
        let bytes: Vec<u8> = (0..outer * inner).map(|n| (n * 91 % 251) as u8).collect();
        let offset = put(&mut blobs, &bytes);
        tensors.push(json!({"name": name, "dtype": "i8", "shape": [outer, inner], "offset": offset, "bytes": bytes.len(), "scale_offset": scale_offset}));
    }
    let ends = PIECES.iter().scan(0u32, |end, p| {
        *end += p.len() as u32;
        Some(*end)
    });
    let offsets: Vec<u8> = std::iter::once(0).chain(ends).flat_map(u32::to_le_bytes).collect();
    for (name, dtype, bytes) in [("vocab.bytes", "u8", PIECES.concat().into_bytes()), ("vocab.offsets", "u32", offsets), ("normal.points", "u32", Vec::new()), ("normal.offsets", "u32", vec![0; 4]), ("normal.targets", "u32", Vec::new())] {
        let offset = put(&mut blobs, &bytes);
        let count = if dtype == "u8" { bytes.len() } else { bytes.len() / 4 };
        tensors.push(json!({"name": name, "dtype": dtype, "shape": [count], "offset": offset, "bytes": bytes.len()}));
    }
    let header = json!({"version": "tiny", "config": {"hidden": HIDDEN, "layers": 1, "heads": 2, "feed": 32, "positions": 8},
        "labels": {"cue": ["O", "CUE"]}, "special": {"bos": 0, "pad": 1, "eos": 2, "unk": 3}, "tensors": tensors});
    (header, blobs)
}

/// Header and blobs as a file with a right checksum; the offsets in the header count from the blobs' beginning.
fn file(mut header: Value, blobs: &[u8]) -> Vec<u8> {
    let room = header.to_string().len() + 4096;
    let base = (48 + room).next_multiple_of(64) as u64;
    for t in header["tensors"].as_array_mut().into_iter().flatten() {
        for key in ["offset", "scale_offset"] {
            if let Some(at) = t[key].as_u64() {
                t[key] = at.saturating_add(base).into();
            }
        }
    }
    let mut body = header.to_string().into_bytes();
    body.resize(base as usize - 48, b' ');
    let length = body.len() as u32;
    body.extend(blobs);
    seal([b"MARSADW1".as_slice(), &1u32.to_le_bytes(), &length.to_le_bytes(), &[0; 32], &body].concat())
}

/// With the checksum that its content asks for.
fn seal(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.len() >= 48 {
        let sum = Sha256::digest(&bytes[48..]);
        bytes[16..48].copy_from_slice(&sum);
    }
    bytes
}

/// Uses all of a file; `Ok` if it is usable.
fn work(bytes: Vec<u8>) -> Result<(), marsad_model::Error> {
    let weights = Weights::from_bytes(bytes, "tiny.weights")?;
    let tokenizer = Tokenizer::new(&weights)?;
    let encoder = Encoder::new(&weights)?;
    let mut pieces = tokenizer.encode_word("سلام", true);
    pieces.extend(tokenizer.encode_word("بغداد", false));
    pieces.extend([weights.special().eos, 9, u32::MAX]);
    for precision in [Precision::Int8, Precision::Float] {
        for states in encoder.encode(&[&pieces, &[], &pieces.repeat(5)], precision)? {
            let _ = (encoder.linear("cue", &states), encoder.vector(&states));
            if states.rows > 0 {
                let _ = encoder.pairs(&[0, states.rows - 1], &states);
            }
        }
    }
    Ok(())
}

#[test]
fn the_tiny_file_is_good() {
    let (header, blobs) = tiny();
    work(file(header, &blobs)).expect("usable");
}

/// What a header can lie about, one lie at a time.
#[test]
fn lies_in_the_header_are_refused() {
    for (path, lie) in [
        ("/config/hidden", json!(32)),
        ("/config/hidden", json!(0)),
        ("/config/heads", json!(0)),
        ("/config/heads", json!(5)),
        ("/config/layers", json!(2)),
        ("/config/layers", json!(u64::MAX)),
        ("/config/feed", json!(48)),
        ("/config/positions", json!(9)),
        ("/tensors/0/shape", json!([])),
        ("/tensors/0/shape", json!([u64::MAX, 2])),
        ("/tensors/0/offset", json!(u64::MAX - 8)),
        ("/tensors/0/bytes", json!(u64::MAX)),
        ("/tensors", json!([])),
        ("/special", json!(null)),
    ] {
        let (mut header, blobs) = tiny();
        *header.pointer_mut(path).expect("a field") = lie.clone();
        let message = work(file(header, &blobs)).expect_err(path).to_string();
        assert!(message.contains("training/train.py"), "{path} {lie}: {message}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]
    #[test]
    fn damage_under_a_right_checksum(hits in prop::collection::vec((0.0..1.0f64, any::<u8>()), 1..6), head in any::<bool>(), cut in prop::option::of(0.0..1.0f64)) {
        let (header, blobs) = tiny();
        let mut bytes = file(header, &blobs);
        // Half of the damage goes into the header, where it tells.
        let reach = if head { bytes.len() - blobs.len() - 4096 } else { bytes.len() } as f64;
        for (at, byte) in hits {
            let at = (at * reach) as usize;
            bytes[at] = byte;
        }
        if let Some(share) = cut {
            bytes.truncate((share * bytes.len() as f64) as usize);
        }
        let _ = work(seal(bytes));
    }

    #[test]
    fn numbers_in_the_header_changed(which in 0..2000usize, number in prop_oneof![Just(0u64), Just(1), Just(u64::MAX), Just(1 << 32), 0..4000u64]) {
        fn numbers(value: &mut Value) -> Vec<&mut Value> {
            match value {
                Value::Number(_) => vec![value],
                Value::Array(list) => list.iter_mut().flat_map(numbers).collect(),
                Value::Object(map) => map.values_mut().flat_map(numbers).collect(),
                _ => Vec::new(),
            }
        }
        let (mut header, blobs) = tiny();
        let mut all = numbers(&mut header);
        let n = which % all.len();
        *all[n] = number.into();
        let _ = work(file(header, &blobs));
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Weights::from_bytes(bytes, "x").is_err());
    }
}
