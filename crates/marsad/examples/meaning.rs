//! Search by words, by meaning and by both, measured: `cargo run --release --example meaning -- FOLDER [ARTICLES]`.
//!
//! The articles are drawn as in `retrieval` (5,000 unless told). Their bodies are indexed without headlines; then each
//! headline is searched for. How often is its own body the first hit, and how often among the first ten?

#![allow(clippy::print_stdout, reason = "a program speaks to its user")]

use anyhow::{Context, ensure};
use marsad_format::Document;
use marsad_intake::Columns;
use marsad_knowledge::Knowledge;
use marsad_ledger::Embedding;
use marsad_model::Weights;
use marsad_reader::Reader;
use marsad_search::{Entry, Index, Query, Request};
use marsad_text::{WordKind, words};
use std::collections::BTreeSet;
use std::time::Instant;

static WEIGHTS: &[u8] = include_bytes!("../../../models/marsad.weights");

/// Of every 23 articles of a file training sees number 5.
const STEP: usize = 23;
const OURS: usize = 11;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().context("give the folder of the news")?;
    let wanted: usize = arguments.next().map_or(Ok(5_000), |n| n.parse())?;
    let mut files: Vec<_> = std::fs::read_dir(&folder)?.filter_map(|f| Some(f.ok()?.path().to_str()?.to_owned())).filter(|p| p.ends_with(".jsonl") || p.ends_with(".jsonl.gz")).collect();
    files.sort();
    let (mut all, mut seen): (Vec<Document>, BTreeSet<String>) = (Vec::new(), BTreeSet::new());
    for offset in [OURS, OURS + 4, OURS + 8] {
        for file in &files {
            for document in marsad_intake::open(file, &Columns::default())?.skip(offset).step_by(STEP).flatten() {
                let title = document.title.clone().unwrap_or_default();
                if !title.trim().is_empty() && document.text.chars().count() > 200 && seen.insert(title) && seen.insert(document.text.clone()) {
                    all.push(document);
                }
            }
        }
    }
    let n = all.len();
    let articles: Vec<Document> = all.into_iter().enumerate().filter(|(i, _)| wanted >= n || i * wanted / n != (i + 1) * wanted / n).map(|(_, d)| d).collect();
    ensure!(!articles.is_empty(), "{folder}: no articles with a title (*.jsonl, *.jsonl.gz) there");

    let reader = Reader::new(Weights::from_static(WEIGHTS)?, Knowledge::embedded()?)?;
    let weights = reader.versions().weights;
    let knowledge = Knowledge::embedded()?;
    let place = tempfile::tempdir()?;
    let mut index = Index::at(place.path())?;
    let mut writer = index.writer()?;
    let began = Instant::now();
    for (report, document) in (1..).zip(&articles) {
        let body = Document { title: None, ..document.clone() };
        let meaning = Embedding::new(&weights, &reader.passage(&body)?);
        writer.put(&Entry { report, text: body.text, ..Entry::default() }, Some(meaning))?;
    }
    writer.commit_alone()?;
    writer.finish()?;
    index.refresh()?;
    println!("{} articles, encoded and indexed in {:.0} s", articles.len(), began.elapsed().as_secs_f64());

    for (name, by_meaning, hybrid) in [("words, all of them", false, false), ("meaning", true, false), ("meaning and words", true, true)] {
        let (mut first, mut ten, began) = (0, 0, Instant::now());
        for (report, document) in (1..).zip(&articles) {
            let title = document.title.as_deref().unwrap_or_default();
            let plain = words(title).iter().filter(|w| w.kind != WordKind::Sign).map(|w| w.span.of(title)).collect::<Vec<_>>().join(" ");
            let Ok(query) = Query::parse(&plain) else { continue };
            let meaning = if by_meaning { Some(Embedding::new(&weights, &reader.query(&plain)?)) } else { None };
            let found = index.search(&knowledge, &Request { limit: 10, meaning: meaning.as_ref(), hybrid, ..Request::new(&query) })?;
            first += usize::from(found.hits.first().is_some_and(|h| h.report == report));
            ten += usize::from(found.hits.iter().any(|h| h.report == report));
        }
        let share = |n: usize| n as f64 / articles.len() as f64;
        println!("{name}: R@1 {:.3}, R@10 {:.3}, {:.1} ms a question", share(first), share(ten), began.elapsed().as_secs_f64() * 1_000.0 / articles.len() as f64);
    }
    Ok(())
}
