//! A reading does not depend on the machine: whatever instructions the processor has, the same bytes come out.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use marsad_format::Document;
use marsad_knowledge::Knowledge;
use marsad_model::kernel::Path;
use marsad_model::{Encoder, Weights};
use marsad_reader::Reader;

fn weights() -> Weights {
    Weights::open(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/marsad.weights")).expect("the weights are in the repository")
}

fn examples() -> Vec<Document> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/wire.jsonl")).expect("the examples");
    text.lines().map(|l| serde_json::from_str(l).expect("a document")).collect()
}

#[test]
fn every_kernel_gives_the_same_reading() {
    // Short and long ones in one document: windows of many lengths, products with full and with partial blocks of rows.
    let mut documents: Vec<Document> = examples().into_iter().step_by(6).collect();
    let all = documents.iter().take(3).map(|d| d.text.as_str()).collect::<Vec<_>>().join("\n");
    documents.push(Document { id: "all".to_owned(), text: all, published: Some("2026-03-02".to_owned()), ..Document::default() });
    documents.push(Document { id: "word".to_owned(), text: "بغداد".to_owned(), ..Document::default() });
    let readings = |path: Path| -> Vec<String> {
        let weights = weights();
        let encoder = Encoder::with_path(&weights, path).expect("an encoder");
        assert_eq!(encoder.path(), path, "the path is the one that was asked for");
        let reader = Reader::with_encoder(weights, Knowledge::embedded().expect("the tables"), encoder).expect("a reader");
        documents.iter().map(|d| serde_json::to_string(&reader.read(d).expect("a reading")).expect("JSON")).collect()
    };
    let plain = readings(Path::Portable);
    assert!(plain.iter().map(|r| r.matches("\"trigger\"").count()).sum::<usize>() > 5, "readings with events, or agreement says nothing");
    for path in Path::available() {
        for (document, (ours, theirs)) in documents.iter().zip(readings(path).iter().zip(&plain)) {
            assert!(ours == theirs, "{path:?} reads {} otherwise than plain Rust:\n{ours}\n{theirs}", document.id);
        }
    }
    eprintln!("compared with plain Rust: {:?}", Path::available());
}
