//! How well and how fast dates and numbers are read.
//!
//! ```sh
//! cargo run --release -p marsad-text --example timex -- gold ../shared/gold/dev [FOLDER WITH TEXTS]
//! cargo run --release -p marsad-text --example timex -- timex ../shared/timex/arabic_tml
//! cargo run --release -p marsad-text --example timex -- recognizers ../shared/timex/recognizers
//! cargo run --release -p marsad-text --example timex -- speed ../shared/gold/train
//! cargo run --release -p marsad-text --example timex -- show DOCUMENTS.jsonl
//! ```
//! `--misses` behind any of them lists what is missed, wrong or invented; behind the second `--exact` takes the
//! annotators' day of writing for sure, and `--distinct` counts articles that are there twice once. `--cases` writes the
//! texts as JSON lines for another program, and `--read FILE` at the end judges what it found in them.

mod judge;

use judge::{Failure, Source};
use marsad_text::{dates, numbers, words};
use std::hint::black_box;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

const ASIDE: &str = include_str!("../../tests/data/recognizers_set_aside.tsv");

/// Words a second over all texts of a folder, the best of several runs.
fn speed(folder: &Path) -> Result<String, Failure> {
    let mut texts = Vec::new();
    for file in std::fs::read_dir(folder)? {
        let article: serde_json::Value = serde_json::from_slice(&std::fs::read(file?.path())?)?;
        texts.push((article["text"].as_str().unwrap_or_default().to_owned(), article["published"].as_str().unwrap_or_default().to_owned()));
    }
    let cut: Vec<_> = texts.iter().map(|(text, _)| words(text)).collect();
    let count: usize = cut.iter().map(Vec::len).sum();
    let best = |work: &dyn Fn()| {
        let runs = (0..20).map(|_| {
            let began = Instant::now();
            work();
            began.elapsed().as_secs_f64()
        });
        count as f64 / runs.fold(f64::INFINITY, f64::min)
    };
    let days = best(&|| {
        for ((text, day), list) in texts.iter().zip(&cut) {
            black_box(dates::find(text, list, Some(day)));
        }
    });
    let sums = best(&|| {
        for ((text, _), list) in texts.iter().zip(&cut) {
            black_box(numbers::find(text, list));
        }
    });
    let both = 1.0 / (1.0 / days + 1.0 / sums);
    Ok(format!("{count} words; dates {days:.0} words/s, numbers {sums:.0} words/s, both {both:.0} words/s"))
}

fn main() -> Result<(), Failure> {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let mut flag = |name: &str| {
        let at = args.iter().position(|a| a == name);
        at.map(|at| args.remove(at)).is_some()
    };
    let (listed, exact, distinct, asked) = (flag("--misses"), flag("--exact"), flag("--distinct"), flag("--cases"));
    let mut source = Source::Here;
    if asked {
        source = Source::Asked(std::cell::RefCell::default());
    } else if let Some(at) = args.iter().position(|a| a == "--read") {
        let file = args.drain(at..).nth(1).ok_or("--read: give a file")?;
        source = Source::written(Path::new(&file))?;
    }
    let mut out = std::io::stdout().lock();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    if asked {
        match args[..] {
            ["gold", folder, ref texts @ ..] => drop(judge::guide(&source, Path::new(folder), texts.first().map(Path::new))?),
            ["timex", folder] => drop(judge::timex(&source, Path::new(folder), exact, distinct)?),
            ["recognizers", folder] => drop(judge::recognizers(&source, Path::new(folder), ASIDE)?),
            _ => return Err("--cases stands behind gold, timex or recognizers and a folder".into()),
        }
        if let Source::Asked(list) = source {
            writeln!(out, "{}", list.into_inner().join("\n"))?;
        }
        return Ok(());
    }
    match args[..] {
        ["gold", folder, ref texts @ ..] => {
            let made = judge::guide(&source, Path::new(folder), texts.first().map(Path::new))?;
            if listed {
                writeln!(out, "{}", made.misses.join("\n"))?;
            }
            for (name, sum) in [("overlap and value", made.judged), ("exact span", made.spans), ("exact span and value", made.exact)] {
                writeln!(out, "{name:22} precision {:.3} recall {:.3} F1 {:.3} ({} annotated, {} said)", sum.precision(), sum.recall(), sum.f1(), sum.gold, sum.said)?;
            }
        }
        ["timex", folder] => {
            let made = judge::timex(&source, Path::new(folder), exact, distinct)?;
            if listed {
                writeln!(out, "{}", made.misses.join("\n"))?;
            }
            for (name, sum) in [("exact span", made.exact), ("overlap", made.overlap)] {
                writeln!(out, "{name:12} precision {:.3} recall {:.3} F1 {:.3} ({} annotated, {} said)", sum.precision(), sum.recall(), sum.f1(), sum.gold, sum.said)?;
            }
            let share = |n: usize, of: usize| n as f64 / of.max(1) as f64;
            let (found, kept) = (made.overlap.hit, made.overlap.hit - made.contradicted);
            writeln!(out, "value right in {} of {found}, {:.3}; without the {} whose annotated day is not the weekday the text names {:.3}", made.value, share(made.value, found), made.contradicted, share(made.value, kept))?;
        }
        ["recognizers", folder] => {
            for (name, spec) in judge::recognizers(&source, Path::new(folder), ASIDE)? {
                if listed {
                    writeln!(out, "{}", spec.misses.join("\n"))?;
                }
                writeln!(out, "{name:18} {} of {} right, {:.3}; {} set aside", spec.right, spec.cases, spec.right as f64 / spec.cases.max(1) as f64, spec.aside)?;
            }
        }
        ["show", file] => {
            for line in std::fs::read_to_string(file)?.lines() {
                let document: serde_json::Value = serde_json::from_str(line)?;
                let (text, day) = (document["text"].as_str().unwrap_or_default(), document["published"].as_str());
                for found in dates::find(text, &words(text), day) {
                    writeln!(out, "{} {} {}", day.unwrap_or("?"), judge::around(text, found.span), found.value.as_deref().unwrap_or("?"))?;
                }
            }
        }
        ["speed", folder] => writeln!(out, "{}", speed(Path::new(folder))?)?,
        _ => return Err("give gold, timex, recognizers or speed and a folder, or show and a file".into()),
    }
    Ok(())
}
