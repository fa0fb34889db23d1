//! How well near-duplicates are told: `cargo run --release -p marsad-ledger --example duplicates -- FILE…`, where the files are
//! `SHARED/news/saudinewsnet.jsonl.gz` and `SHARED/news/ant_multisource.jsonl.gz`.
//!
//! Their articles go into a ledger of their own; then it is seen whether the pairs of `tests/gold/duplicates.jsonl` (judged by
//! headline, beginning and end; not blind) and of `tests/gold/duplicates_read.jsonl` (judged by whole texts before the rule was
//! asked) stand in one cluster. The half `test` of the latter is measured with `--test` alone, so that nothing is tuned on it.
#![allow(clippy::print_stdout, reason = "a program speaks to its user")]

use marsad_format::{Document, Reading};
use marsad_ledger::near::Shape;
use marsad_ledger::{Entry, Ledger};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[derive(serde::Deserialize)]
struct Pair {
    a: String,
    b: String,
    same: bool,
    #[serde(default)]
    doubt: bool,
    draw: Option<String>,
    half: Option<String>,
}

fn gold(name: &str) -> Result<Vec<Pair>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/gold").join(name);
    Ok(std::fs::read_to_string(file)?.lines().map(serde_json::from_str).collect::<std::result::Result<_, _>>()?)
}

fn main() -> Result<()> {
    let (options, files): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|a| a.starts_with("--"));
    let mut documents: Vec<Document> = Vec::new();
    for file in &files {
        documents.extend(marsad_intake::open(file, &marsad_intake::Columns::default())?.flatten());
    }
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
    let largest: i64 = ledger.tables().query_row("SELECT max(n) FROM (SELECT count(*) AS n FROM report GROUP BY cluster)", [], |r| r.get(0))?;
    println!("{} articles in {seconds:.1} s: {} texts, {} independent, at most {largest} in a cluster", documents.len(), counts["reports"] + counts["superseded"], counts["independent"]);
    // An article that was joined with another of its outlet has its name no longer; its text is there.
    let texts: BTreeMap<&str, &str> = documents.iter().map(|d| (d.id.as_str(), d.text.as_str())).collect();
    let cluster = |id: &str| -> Option<i64> {
        let report = ledger.find(&Shape::of(texts.get(id)?).key).ok()??;
        ledger.tables().query_row("SELECT cluster FROM report WHERE id = ?1", [report], |r| r.get(0)).ok()
    };
    let mut parts: BTreeMap<String, Vec<(Pair, usize)>> = BTreeMap::new();
    for (n, pair) in gold("duplicates.jsonl")?.into_iter().enumerate() {
        parts.entry(format!("duplicates.jsonl, {} lines", ["odd", "even"][n % 2])).or_default().push((pair, n + 1));
    }
    let blind = !options.iter().any(|o| o == "--test");
    for (n, pair) in gold("duplicates_read.jsonl")?.into_iter().enumerate() {
        let (half, draw) = (pair.half.clone().unwrap_or_default(), pair.draw.clone().unwrap_or_default());
        if !(blind && half == "test") {
            parts.entry(format!("duplicates_read.jsonl, {half}, {draw}")).or_default().push((pair, n + 1));
        }
    }
    for (part, pairs) in parts {
        // Of all, and of those of which the reader had no doubt.
        let mut told = [(0, 0, 0); 2];
        for (pair, line) in &pairs {
            let (Some(a), Some(b)) = (cluster(&pair.a), cluster(&pair.b)) else { continue };
            for (hit, missed, invented) in &mut told[..if pair.doubt { 1 } else { 2 }] {
                match (a == b, pair.same) {
                    (true, true) => *hit += 1,
                    (false, true) => *missed += 1,
                    (true, false) => *invented += 1,
                    (false, false) => {}
                }
            }
            if (a == b) != pair.same {
                println!("  {}, line {line}{}: {} {}", if pair.same { "missed" } else { "invented" }, if pair.doubt { ", doubtful" } else { "" }, pair.a, pair.b);
            }
        }
        let share = |n: i32, of: i32| f64::from(n) / f64::from(of.max(1));
        let say = |(hit, missed, invented): (i32, i32, i32)| format!("precision {:.3} recall {:.3} ({hit} found, {missed} missed, {invented} invented)", share(hit, hit + invented), share(hit, hit + missed));
        println!("{part}: {}; without the doubtful {}", say(told[0]), say(told[1]));
    }
    Ok(())
}

fn empty(d: &Document) -> Reading {
    Reading { id: d.id.clone(), source: d.source.clone(), published: d.published.clone(), title: d.title.clone(), ..Reading::default() }
}
