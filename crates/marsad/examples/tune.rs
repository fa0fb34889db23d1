//! Sets the thresholds of `models/thresholds.tsv` on annotated articles that training did not see:
//! `cargo run --release --example tune -- GOLD_DIR... [--weights FILE] [--from THRESHOLDS] > models/thresholds.tsv.new`.
//!
//! Every article goes through the model once. Then each threshold in turn takes the value that brings the weighted mean
//! of the figures highest, until none moves. A value must gain to be taken, and steps are coarse, so that few articles
//! do not set fine digits. At the end the confidence of events is fitted to how often they are right.
#![allow(clippy::print_stdout, reason = "a program speaks to its user")]

use anyhow::Context;
use marsad_gold::{Article, Kind, Tally};
use marsad_knowledge::Knowledge;
use marsad_model::Weights;
use marsad_reader::{Cut, Labels, Reader, Thresholds};

/// What each figure counts for.
const WORTH: [(Kind, f64); 11] = [
    (Kind::Entities, 1.0),
    (Kind::Statements, 2.0),
    (Kind::Triggers, 1.0),
    (Kind::Events, 2.0),
    (Kind::Actor, 2.0),
    (Kind::Recipient, 2.0),
    (Kind::EventPlace, 0.5),
    (Kind::EventDate, 0.5),
    (Kind::Killed, 0.25),
    (Kind::Injured, 0.25),
    (Kind::EventSource, 0.5),
];
const STEPS: [f32; 14] = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7, 0.8];
const GAIN: f64 = 0.001;

fn main() -> anyhow::Result<()> {
    let mut folders = Vec::new();
    let mut weights = "models/marsad.weights".to_owned();
    let mut now = Thresholds::embedded()?;
    let mut arguments = std::env::args().skip(1);
    while let Some(a) = arguments.next() {
        if a == "--weights" {
            weights = arguments.next().context("--weights needs a file")?;
        } else if a == "--from" {
            let file = arguments.next().context("--from needs a file")?;
            now = Thresholds::parse(&std::fs::read_to_string(&file).with_context(|| file.clone())?)?;
        } else {
            folders.push(a);
        }
    }
    anyhow::ensure!(!folders.is_empty(), "give one folder or more of annotated articles");
    let reader = Reader::new(Weights::open(std::path::Path::new(&weights))?, Knowledge::embedded()?)?;
    (now.slope, now.shift) = (1.0, 0.0);
    let mut read: Vec<(Article, Cut, Labels)> = Vec::new();
    for folder in &folders {
        for article in marsad_gold::open(std::path::Path::new(folder))? {
            let cut = reader.cut(&article.document);
            let labels = reader.label(&cut, now.look)?;
            read.push((article, cut, labels));
        }
    }
    let tally = |least: &Thresholds| {
        let mut tally = Tally::default();
        for (article, cut, labels) in &read {
            tally.count(article, &reader.decide(&article.document, cut, labels, least));
        }
        tally
    };
    let value = |least: &Thresholds| {
        let figures = tally(least).figures();
        let worth = |k: Kind| WORTH.iter().find(|(w, _)| *w == k).map_or(0.0, |(_, w)| *w);
        // What belongs to an event counts as far as events are found, so that it never pays to find few.
        let events = figures.iter().find(|(k, _)| *k == Kind::Events).map_or(0.0, |(_, f)| f.f1);
        let share = |k: Kind| if matches!(k, Kind::Entities | Kind::Statements | Kind::Triggers | Kind::Events) { 1.0 } else { events };
        let (sum, all) = figures.iter().fold((0.0, 0.0), |(s, a), (k, f)| (s + worth(*k) * share(*k) * f.f1, a + worth(*k)));
        sum / all
    };
    let mut best = value(&now);
    eprintln!("{} articles, {best:.4} at the start", read.len());
    for round in 1..=4 {
        let before = best;
        for name in Thresholds::NAMES.iter().filter(|n| !matches!(**n, "look" | "protest" | "slope" | "shift")) {
            let mut taken = now.clone();
            for step in STEPS {
                let step = if *name == "entity" { step * 2.0 } else { step };
                let mut other = now.clone();
                if let Some(v) = other.value(name) {
                    *v = step;
                }
                let figure = value(&other);
                if figure > best + GAIN {
                    (best, taken) = (figure, other);
                }
            }
            now = taken;
        }
        eprintln!("round {round}: {best:.4}");
        if best - before < GAIN {
            break;
        }
    }
    (now.slope, now.shift) = fit(tally(&now).calibration());
    let tally = tally(&now);
    for (kind, f) in tally.figures() {
        eprintln!("{:24}{:9.3}{:8.3}{:8.3}{:8}{:8}", kind.name(), f.precision, f.recall, f.f1, f.gold, f.said);
    }
    eprintln!("expected calibration error {:.3}", tally.calibration_error());
    print!("{}", now.table());
    Ok(())
}

/// Slope and shift of the log-odds that make what was right likeliest (Platt), held a little towards 1 and 0.
fn fit(seen: &[(f64, bool)]) -> (f32, f32) {
    let (mut a, mut b) = (1.0, 0.0);
    for _ in 0..4000 {
        let (mut da, mut db) = (a - 1.0, b * 0.1);
        for &(p, right) in seen {
            let p = p.clamp(1e-3, 1.0 - 1e-3);
            let x = (p / (1.0 - p)).ln();
            let error = 1.0 / (1.0 + (-(a * x + b)).exp()) - f64::from(u8::from(right));
            da += error * x;
            db += error;
        }
        let n = seen.len().max(1) as f64;
        a -= 0.2 * da / n;
        b -= 0.2 * db / n;
    }
    (a as f32, b as f32)
}
