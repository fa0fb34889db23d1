//! Search by meaning, measured: `cargo run --release --example retrieval -- FOLDER [ARTICLES]`.
//!
//! FOLDER holds JSON lines (`.jsonl`, `.jsonl.gz`). Of every 23rd article with a title and a body (others than the ones
//! that training saw, see `news` in `training/data.py`) ARTICLES (600 unless told) are drawn evenly. How often is the body
//! that is nearest to a title its own? By the encoder's vectors in int8, as the program would search, and by BM25 over the
//! folded words of the same beginnings, and of the whole bodies.

#![allow(clippy::print_stdout, reason = "a program speaks to its user")]

use anyhow::{Context, ensure};
use marsad_format::Document;
use marsad_intake::Columns;
use marsad_knowledge::Knowledge;
use marsad_model::Weights;
use marsad_reader::Reader;
use marsad_text::{fold, words};
use std::collections::BTreeMap;
use std::time::Instant;

static WEIGHTS: &[u8] = include_bytes!("../../../models/marsad.weights");

/// Of every 23 articles of a file training sees number 5.
const STEP: usize = 23;
const OURS: usize = 11;

/// What the reader sees of a body, in characters: BM25 gets the same.
const BEGINNING: usize = 420;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().context("give the folder of the news")?;
    let wanted: usize = arguments.next().map_or(Ok(600), |n| n.parse())?;
    let articles = draw(&folder, wanted)?;
    let beginnings: Vec<String> = articles.iter().map(|d| d.text.chars().take(BEGINNING).collect()).collect();
    let titles: Vec<&str> = articles.iter().map(|d| d.title.as_deref().unwrap_or_default()).collect();
    println!("{} articles", articles.len());

    let reader = Reader::new(Weights::from_static(WEIGHTS)?, Knowledge::embedded()?)?;
    let began = Instant::now();
    let queries = titles.iter().map(|t| reader.query(t)).collect::<Result<Vec<_>, _>>()?;
    let passages = articles.iter().map(|d| reader.passage(&Document { title: None, ..d.clone() })).collect::<Result<Vec<_>, _>>()?;
    let near = |q: usize, p: usize| queries[q].iter().zip(&passages[p]).map(|(a, b)| f64::from(a * b)).sum::<f64>();
    println!("encoder in int8 (weights {}): R@1 {:.3}, {:.0} s", reader.versions().weights, first(articles.len(), near), began.elapsed().as_secs_f64());

    for (name, texts) in [("the same beginnings", beginnings.iter().map(String::as_str).collect::<Vec<_>>()), ("whole bodies", articles.iter().map(|d| d.text.as_str()).collect())] {
        let bm25 = Bm25::new(&texts);
        let found = first(articles.len(), |q, p| bm25.score(titles[q], p));
        println!("BM25 over folded words of {name}: R@1 {found:.3}");
    }
    Ok(())
}

/// The share of titles whose nearest body is their own; a tie with another is no hit.
fn first(n: usize, near: impl Fn(usize, usize) -> f64) -> f64 {
    let hit = |q: &usize| {
        let own = near(*q, *q);
        (0..n).all(|p| p == *q || near(*q, p) < own)
    };
    (0..n).filter(hit).count() as f64 / n as f64
}

/// The articles, drawn evenly over all files in the order of their names. Two with the same title or body count once.
fn draw(folder: &str, wanted: usize) -> anyhow::Result<Vec<Document>> {
    let mut files: Vec<_> = std::fs::read_dir(folder)?.filter_map(|f| Some(f.ok()?.path().to_str()?.to_owned())).filter(|p| p.ends_with(".jsonl") || p.ends_with(".jsonl.gz")).collect();
    files.sort();
    let mut all: Vec<Document> = Vec::new();
    let (mut seen, mut texts) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
    for file in &files {
        // What is set aside is counted too, as training counts lines.
        for document in marsad_intake::open(file, &Columns::default())?.skip(OURS).step_by(STEP).flatten() {
            let title = document.title.clone().unwrap_or_default();
            if !title.trim().is_empty() && document.text.chars().count() > 200 && seen.insert(title) && texts.insert(document.text.clone()) {
                all.push(document);
            }
        }
    }
    ensure!(!all.is_empty(), "{folder}: no articles with a title (*.jsonl, *.jsonl.gz) there");
    let n = all.len();
    Ok(all.into_iter().enumerate().filter(|(i, _)| i * wanted / n != (i + 1) * wanted / n || wanted >= n).map(|(_, d)| d).collect())
}

/// BM25 with the usual k1 = 1.2 and b = 0.75.
struct Bm25 {
    counts: Vec<BTreeMap<String, f64>>,
    lengths: Vec<f64>,
    mean: f64,
    holding: BTreeMap<String, f64>,
}

fn terms(text: &str) -> Vec<String> {
    words(text).iter().map(|w| fold(w.span.of(text))).filter(|w| !w.is_empty()).collect()
}

impl Bm25 {
    fn new(texts: &[&str]) -> Self {
        let (mut counts, mut lengths, mut holding) = (Vec::new(), Vec::new(), BTreeMap::new());
        for text in texts {
            let mut count: BTreeMap<String, f64> = BTreeMap::new();
            let list = terms(text);
            lengths.push(list.len() as f64);
            for term in list {
                *count.entry(term).or_default() += 1.0;
            }
            for term in count.keys() {
                *holding.entry(term.clone()).or_default() += 1.0;
            }
            counts.push(count);
        }
        let mean = lengths.iter().sum::<f64>() / lengths.len().max(1) as f64;
        Self { counts, lengths, mean, holding }
    }

    fn score(&self, query: &str, document: usize) -> f64 {
        let n = self.counts.len() as f64;
        let one = |term: String| {
            let held = self.holding.get(&term).copied().unwrap_or(0.0);
            let count = self.counts[document].get(&term).copied().unwrap_or(0.0);
            let rare = ((n - held + 0.5) / (held + 0.5) + 1.0).ln();
            rare * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * self.lengths[document] / self.mean))
        };
        terms(query).into_iter().map(one).sum()
    }
}
