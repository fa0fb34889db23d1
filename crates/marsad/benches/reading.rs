//! How fast one core reads, and where the time goes: `cargo bench --bench reading`.
//!
//! The articles are those of `examples/wire.jsonl`, read over and over; what comes out is asserted, so that speed is never
//! bought with another reading.
#![allow(clippy::print_stdout, reason = "a program speaks to its user")]

use marsad_format::Document;
use marsad_knowledge::Knowledge;
use marsad_model::{Encoder, Precision, Tokenizer, Weights};
use marsad_reader::Reader;
use marsad_text::{dates, sentences, words};
use std::hint::black_box;
use std::time::Instant;

static WEIGHTS: &[u8] = include_bytes!("../../../models/marsad.weights");
const EXAMPLES: &str = include_str!("../../../examples/wire.jsonl");
const ROUNDS: usize = 5;

/// Seconds of the fastest of five runs.
fn best(mut run: impl FnMut()) -> f64 {
    (0..ROUNDS)
        .map(|_| {
            let began = Instant::now();
            run();
            began.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let began = Instant::now();
    let weights = Weights::from_static(WEIGHTS)?;
    let reader = Reader::new(weights.clone(), Knowledge::embedded()?)?;
    let start = began.elapsed().as_secs_f64();
    let documents: Vec<Document> = EXAMPLES.lines().filter(|l| !l.trim().is_empty()).map(serde_json::from_str).collect::<Result<_, _>>()?;
    let count: usize = documents.iter().map(|d| words(&d.text).len()).sum();

    let reference: Vec<String> = documents.iter().map(|d| Ok(serde_json::to_string(&reader.read(d)?)?)).collect::<Result<_, Box<dyn std::error::Error>>>()?;
    let events: usize = documents.iter().map(|d| reader.read(d).map(|r| r.events.len())).sum::<Result<usize, _>>()?;
    assert!(events >= documents.len() / 2, "the examples tell of an act each; {events} were read in {}", documents.len());
    let whole = best(|| {
        for (document, wanted) in documents.iter().zip(&reference) {
            let reading = reader.read(document).map(|r| serde_json::to_string(&r).unwrap_or_default());
            assert!(reading.is_ok_and(|r| &r == wanted), "{} is read otherwise the second time", document.id);
        }
    });

    let (tokenizer, encoder, special) = (Tokenizer::new(&weights)?, Encoder::new(&weights)?, weights.special());
    let text = best(|| {
        for d in &documents {
            black_box((sentences(&d.text), words(&d.text)));
        }
    });
    let days = best(|| {
        for d in &documents {
            black_box(dates::find(&d.text, &words(&d.text), d.published.as_deref()));
        }
    });
    let pieces = |d: &Document| -> Vec<u32> {
        let mut all = vec![special.bos];
        all.extend(words(&d.text).iter().flat_map(|w| tokenizer.encode_word(w.span.of(&d.text), w.spaced)).take(190));
        all.push(special.eos);
        all
    };
    let cutting = best(|| {
        for d in &documents {
            black_box(pieces(d));
        }
    });
    let sequences: Vec<Vec<u32>> = documents.iter().map(pieces).collect();
    let encoding = best(|| {
        for s in &sequences {
            black_box(encoder.encode(&[s], Precision::Int8).is_ok());
        }
    });
    let seen: usize = sequences.iter().map(|s| s.len() - 2).sum();
    println!("{count} words in {} articles, {seen} pieces; one core, path {:?}", documents.len(), marsad_model::kernel::Path::available().first());
    println!("start-up            {:>8.1} ms", start * 1e3);
    println!("whole reading       {:>8.1} ms {:>10.0} words/s", whole * 1e3, count as f64 / whole);
    for (name, seconds) in [("words, sentences", text), ("dates", days), ("tokenizer", cutting), ("encoder", encoding)] {
        println!("  {name:<18}{:>8.1} ms {:>9.1} %", seconds * 1e3, 100.0 * seconds / whole);
    }
    Ok(())
}
