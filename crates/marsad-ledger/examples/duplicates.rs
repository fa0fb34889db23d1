//! How well near-duplicates are told: `cargo run --release -p marsad-ledger --example duplicates -- FILE`, where FILE is
//! `SHARED/news/saudinewsnet.jsonl.gz`.
//!
//! Its articles go into a ledger of their own; then it is seen whether the pairs of `tests/gold/duplicates.jsonl`, each judged
//! by headline, beginning and end, stand in one cluster. The figures are given for the odd and for the even lines apart; neither
//! is blind. With `--draw N` it prints N pairs of each level of likeness instead, to be judged.
#![allow(clippy::print_stdout, reason = "a program speaks to its user")]

use marsad_format::{Document, Reading};
use marsad_ledger::near::Shape;
use marsad_ledger::{Entry, Ledger, days};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[derive(serde::Deserialize)]
struct Pair {
    a: String,
    b: String,
    same: bool,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let file = arguments.first().ok_or("give the file of articles")?;
    let documents: Vec<Document> = marsad_intake::open(file, &marsad_intake::Columns::default())?.flatten().collect();
    match arguments.get(1).map(String::as_str) {
        Some("--draw") => {
            draw(&documents, arguments.get(2).ok_or("--draw N")?.parse()?);
            Ok(())
        }
        _ => measure(&documents),
    }
}

fn measure(documents: &[Document]) -> Result<()> {
    let gold = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/gold/duplicates.jsonl"))?;
    let pairs: Vec<Pair> = gold.lines().map(serde_json::from_str).collect::<std::result::Result<_, _>>()?;
    let folder = tempfile::tempdir()?;
    let mut ledger = Ledger::open(folder.path())?;
    let began = Instant::now();
    for chunk in documents.chunks(1000) {
        let entries: Vec<Entry> = chunk.iter().map(|d| Entry::new(d.clone()).read(&empty(d), None)).collect::<std::result::Result<_, _>>()?;
        let mut batch = ledger.batch()?;
        for entry in &entries {
            batch.add(entry)?;
        }
        batch.commit()?;
    }
    let seconds = began.elapsed().as_secs_f64();
    let counts: BTreeMap<&str, i64> = ledger.counts()?.into_iter().collect();
    println!("{} articles in {seconds:.1} s: {} texts, {} independent", documents.len(), counts["reports"] + counts["superseded"], counts["independent"]);
    let mut clusters = BTreeMap::new();
    let mut query = ledger.tables().prepare("SELECT d.name, r.cluster FROM document d JOIN report r ON r.id = d.report")?;
    for row in query.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, i64>(1)?)))? {
        let (name, cluster) = row?;
        clusters.insert(name, cluster);
    }
    // An article that was joined with another of its outlet has its name no longer; both stand in that one's cluster.
    let by_text = |id: &str| -> Option<i64> {
        let document = documents.iter().find(|d| d.id == id)?;
        let report = ledger.find(&Shape::of(&document.text).key).ok()??;
        ledger.tables().query_row("SELECT cluster FROM report WHERE id = ?1", [report], |r| r.get(0)).ok()
    };
    for (half, rest) in [("odd lines", 0), ("even lines", 1)] {
        let (mut hit, mut missed, mut invented) = (0, 0, 0);
        for (number, pair) in pairs.iter().enumerate().filter(|(n, _)| n % 2 == rest) {
            let (a, b) = (by_text(&pair.a).ok_or(format!("{} is not among the articles", pair.a))?, by_text(&pair.b).ok_or(format!("{} is not among the articles", pair.b))?);
            match (a == b, pair.same) {
                (true, true) => hit += 1,
                (false, true) => {
                    missed += 1;
                    println!("  missed, line {}: {} {}", number + 1, pair.a, pair.b);
                }
                (true, false) => {
                    invented += 1;
                    println!("  invented, line {}: {} {}", number + 1, pair.a, pair.b);
                }
                (false, false) => {}
            }
        }
        let share = |n: i32, of: i32| f64::from(n) / f64::from(of.max(1));
        println!("{half}: precision {:.3} recall {:.3} ({hit} found, {missed} missed, {invented} invented)", share(hit, hit + invented), share(hit, hit + missed));
    }
    Ok(())
}

fn empty(d: &Document) -> Reading {
    Reading { id: d.id.clone(), source: d.source.clone(), published: d.published.clone(), title: d.title.clone(), ..Reading::default() }
}

/// A number drawn for a pair, and the pair.
type Lot = (u64, usize, usize);

/// Pairs that share a few of their smallest shingles, drawn evenly over the tenths of resemblance and containment.
fn draw(documents: &[Document], wanted: usize) {
    const LOOK: usize = 64;
    let shapes: Vec<Shape> = documents.iter().map(|d| Shape::of(&d.text)).collect();
    let mut holders: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (n, shape) in shapes.iter().enumerate() {
        if seen.insert(&shape.key) {
            for hash in shape.shingles.iter().take(LOOK) {
                holders.entry(*hash).or_default().push(n);
            }
        }
    }
    let mut shared: BTreeMap<(usize, usize), u32> = BTreeMap::new();
    for list in holders.values().filter(|l| l.len() < 60) {
        for (k, a) in list.iter().enumerate() {
            for b in &list[k + 1..] {
                *shared.entry((*a, *b)).or_default() += 1;
            }
        }
    }
    let mut levels: BTreeMap<(usize, usize), Vec<Lot>> = BTreeMap::new();
    for (a, b) in shared.into_iter().filter(|(_, n)| *n >= 3).map(|(pair, _)| pair) {
        let like = shapes[a].compare(&shapes[b]);
        // A draw that is the same each time: by the shingles' own hashes.
        let lot = shapes[a].shingles[0] ^ shapes[b].shingles[0].rotate_left(17) ^ (a as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (b as u64).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        levels.entry(((like.resemblance * 10.0) as usize, (like.containment * 5.0).min(4.0) as usize)).or_default().push((lot, a, b));
    }
    for ((resemblance, containment), mut pairs) in levels {
        pairs.sort_unstable();
        println!("== resemblance {:.1}, containment {:.1}: {} pairs", resemblance as f64 / 10.0, containment as f64 / 5.0, pairs.len());
        for (_, a, b) in pairs.into_iter().take(wanted) {
            let like = shapes[a].compare(&shapes[b]);
            let day = |d: &Document| d.published.as_deref().and_then(days).map(|d| d.0);
            let apart = day(&documents[a]).zip(day(&documents[b])).map(|(x, y)| (x - y).abs());
            println!("{} {}\tJ {:.3} C {:.3} shingles {} {} days {apart:?}", documents[a].id, documents[b].id, like.resemblance, like.containment, shapes[a].shingles.len(), shapes[b].shingles.len());
        }
    }
}
