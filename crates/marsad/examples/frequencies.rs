//! In how many articles does a stem stand: `cargo run --release --example frequencies -- FILE… > knowledge/frequencies.tsv`.
//!
//! The grouping of reports into incidents weighs words by it. The table that ships was made of `ant.jsonl.gz` and
//! `ant_multisource.jsonl.gz` (antcorpus, Apache-2.0); it is fixed, so that an incident never depends on what else a
//! ledger holds.

#![allow(clippy::print_stdout, reason = "a program speaks to its user")]

use marsad_intake::Columns;
use marsad_ledger::group::stem;
use marsad_text::{WordKind, fold, words};
use std::collections::{BTreeMap, BTreeSet};

/// Stems of fewer articles are as rare as unknown ones.
const LEAST: usize = 40;

fn main() -> anyhow::Result<()> {
    let (mut articles, mut counts) = (0, BTreeMap::<String, usize>::new());
    for file in std::env::args().skip(1) {
        for document in marsad_intake::open(&file, &Columns::default())?.flatten() {
            let text = format!("{}\n{}", document.title.unwrap_or_default(), document.text);
            let stems: BTreeSet<String> = words(&text).iter().filter(|w| w.kind != WordKind::Sign).map(|w| stem(&fold(w.span.of(&text))).to_owned()).collect();
            articles += 1;
            stems.into_iter().for_each(|s| *counts.entry(s).or_default() += 1);
        }
    }
    println!("stem\tarticles\n*\t{articles}");
    for (stem, count) in counts.iter().filter(|(s, n)| **n >= LEAST && s.chars().count() > 1) {
        println!("{stem}\t{count}");
    }
    Ok(())
}
