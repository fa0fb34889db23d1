//! Our forward pass against `PyTorch`'s, on 20 sentences (`training/reference.py` makes the fixture).
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use marsad_model::kernel::{self, Path};
use marsad_model::{Encoder, Matrix, Precision, Tokenizer, Weights};
use marsad_text::words;

fn weights() -> Weights {
    Weights::open(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/marsad.weights")).expect("the weights are in the repository")
}

fn fixture() -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/reference.json")).expect("the fixture is in the repository");
    serde_json::from_str(&text).expect("the fixture is JSON")
}

fn pieces(row: &serde_json::Value) -> Vec<u32> {
    row["pieces"].as_array().expect("a list").iter().map(|p| p.as_u64().expect("a number") as u32).collect()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |x: &[f32], y: &[f32]| x.iter().zip(y).map(|(p, q)| p * q).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

fn mean(m: &Matrix) -> Vec<f32> {
    (0..m.cols).map(|c| (0..m.rows).map(|r| m.row(r)[c]).sum::<f32>() / m.rows as f32).collect()
}

#[test]
fn the_tokenizer_cuts_as_training_did() {
    let tokenizer = Tokenizer::new(&weights()).expect("a vocabulary");
    for row in fixture() {
        let text = row["text"].as_str().expect("a text");
        let mut ours = vec![0];
        for w in words(text) {
            ours.extend(tokenizer.encode_word(w.span.of(text), w.spaced));
        }
        ours.push(2);
        assert_eq!(ours, pieces(&row), "{text}");
    }
}

#[test]
fn the_forward_pass_agrees_with_the_reference() {
    let encoder = Encoder::new(&weights()).expect("an encoder");
    for row in fixture() {
        let ids = pieces(&row);
        let wanted: Vec<f32> = row["mean"].as_array().expect("a list").iter().map(|v| v.as_f64().expect("a number") as f32).collect();
        for (precision, least) in [(Precision::Float, 0.999), (Precision::Int8, 0.99)] {
            let states = encoder.encode(&[&ids], precision).expect("states");
            let got = cosine(&mean(&states[0]), &wanted);
            assert!(got >= least, "{precision:?}: cosine {got} for {}", row["text"]);
        }
    }
}

/// The vector for search is the reference's mean, projected by the weights' own matrix, of length 1.
#[test]
fn the_vector_for_search_agrees_with_the_reference() {
    let weights = weights();
    let encoder = Encoder::new(&weights).expect("an encoder");
    let projection = weights.f32("search.w").expect("the weights have a search projection");
    for row in fixture().iter().take(6) {
        let ids = pieces(row);
        let mean: Vec<f32> = row["mean"].as_array().expect("a list").iter().map(|v| v.as_f64().expect("a number") as f32).collect();
        let wanted: Vec<f32> = projection.chunks_exact(mean.len()).map(|w| w.iter().zip(&mean).map(|(a, b)| a * b).sum()).collect();
        let vector = encoder.vector(&encoder.encode(&[&ids], Precision::Int8).expect("states")[0]);
        assert!((vector.iter().map(|x| x * x).sum::<f32>() - 1.0).abs() < 1e-4, "of length 1");
        let got = cosine(&vector, &wanted);
        assert!(got >= 0.985, "cosine {got} for {}", row["text"]);
    }
}

#[test]
fn a_sequence_reads_the_same_alone_and_in_company() {
    let encoder = Encoder::new(&weights()).expect("an encoder");
    let all: Vec<Vec<u32>> = fixture().iter().map(pieces).collect();
    let batch: Vec<&[u32]> = all.iter().map(Vec::as_slice).collect();
    let together = encoder.encode(&batch, Precision::Int8).expect("states");
    let alone = encoder.encode(&batch[3..4], Precision::Int8).expect("states");
    assert_eq!(together[3], alone[0]);
}

#[test]
fn every_kernel_gives_the_same_integers() {
    let (rows, inner, outer) = (11, 64, 48);
    let mut seed = 7u32;
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 24) as i8
    };
    let a: Vec<i8> = (0..rows * inner).map(|_| next().max(-127)).collect();
    let w: Vec<u8> = (0..outer * inner).map(|_| next().max(-127) as u8).collect();
    let mut sums = vec![0i32; outer];
    for (at, &x) in w.iter().enumerate() {
        sums[at / (inner * 16) * 16 + at % 64 / 4] += i32::from(x as i8);
    }
    let mut results = Path::available().into_iter().map(|path| {
        let mut out = vec![i32::MIN; rows * outer];
        kernel::product(path, &a, rows, inner, &w, &sums, outer, &mut out);
        (path, out)
    });
    let (_, first) = results.next().expect("there is always the portable path");
    // One entry by hand, so that agreement is not agreement on nonsense.
    let by_hand: i32 = (0..inner).map(|i| i32::from(a[2 * inner + i]) * i32::from(w[inner * 16 + i / 4 * 64 + 5 * 4 + i % 4] as i8)).sum();
    assert_eq!(first[2 * outer + 21], by_hand);
    for (path, out) in results {
        assert_eq!(out, first, "{path:?}");
    }
}

#[test]
fn a_damaged_file_is_refused_with_a_remedy() {
    let mut bytes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/marsad.weights")).expect("the weights");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content, reason) in [
        ("flipped", &bytes[..], "damaged"),
        ("short", &bytes[..1000], "damaged"),
        ("empty", &bytes[..0], "no weights file"),
        ("other", b"PK\x03\x04 something else entirely, long enough to hold a head..........".as_slice(), "no weights file"),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("written");
        let message = Weights::open(&path).expect_err("must be refused").to_string();
        assert!(message.contains(reason) && message.contains(name) && message.contains("training/train.py"), "{message}");
    }
}
