//! `marsad evaluate`: the figures of readings against annotated articles.

use crate::EvaluateArgs;
use anyhow::{Context as _, bail};
use marsad_format::Reading;
use marsad_gold::{Article, Kind, Tally};
use marsad_knowledge::Knowledge;
use marsad_model::Weights;
use marsad_reader::Reader;
use std::collections::HashMap;
use std::io::{BufRead as _, Write as _};

/// Runs the command.
pub fn run(args: &EvaluateArgs) -> anyhow::Result<bool> {
    let kind = match &args.misses {
        None => None,
        Some(name) => Some(Kind::ALL.into_iter().find(|k| k.name() == name).with_context(|| {
            format!("--misses {name}: give one of {}", Kind::ALL.map(Kind::name).join(", "))
        })?),
    };
    let articles = marsad_gold::open(&args.folder)?;
    let readings = match &args.readings {
        Some(path) => written(path)?,
        None => read(&articles, args.weights.as_deref())?,
    };
    let mut tally = Tally::default();
    let mut lost = Vec::new();
    for article in &articles {
        match readings.get(&article.document.id) {
            Some(reading) => tally.count(article, reading),
            None => lost.push(article.document.id.as_str()),
        }
    }
    if !lost.is_empty() {
        bail!("no reading of {}; read the articles of {} again", lost.join(", "), args.folder.display());
    }
    let figures = tally.figures();
    let mut out = std::io::stdout().lock();
    if args.json {
        let map: serde_json::Map<_, _> = figures.iter().map(|(k, f)| Ok((k.name().to_owned(), serde_json::to_value(f)?))).collect::<serde_json::Result<_>>()?;
        writeln!(out, "{}", serde_json::Value::Object(map))?;
    } else if let Some(kind) = kind {
        for miss in tally.misses(kind) {
            writeln!(out, "{} {} {}", if miss.invented { "invented" } else { "missed  " }, miss.document, miss.what)?;
        }
    } else {
        writeln!(out, "{:24}precision  recall      F1    gold    said", "")?;
        for (kind, f) in &figures {
            writeln!(out, "{:24}{:9.3}{:8.3}{:8.3}{:8}{:8}", kind.name(), f.precision, f.recall, f.f1, f.gold, f.said)?;
        }
        writeln!(out, "expected calibration error of the events' confidence: {:.3}", tally.calibration_error())?;
    }
    Ok(true)
}

fn written(path: &std::path::Path) -> anyhow::Result<HashMap<String, Reading>> {
    let file = std::fs::File::open(path).with_context(|| path.display().to_string())?;
    let mut out = HashMap::new();
    for (number, line) in std::io::BufReader::new(file).lines().enumerate() {
        let line = line?;
        if !line.trim().is_empty() {
            let reading: Reading = serde_json::from_str(&line)
                .with_context(|| format!("{}, line {}: no reading; make them by `marsad read --format jsonl`", path.display(), number + 1))?;
            out.insert(reading.id.clone(), reading);
        }
    }
    Ok(out)
}

fn read(articles: &[Article], weights: Option<&std::path::Path>) -> anyhow::Result<HashMap<String, Reading>> {
    let reader = match weights {
        None => crate::reader()?,
        Some(path) => Reader::new(Weights::open(path)?, Knowledge::embedded()?)?,
    };
    let threads = std::thread::available_parallelism().map_or(1, Into::into).min(articles.len()).max(1);
    let results: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|first| {
                let reader = &reader;
                scope.spawn(move || articles.iter().skip(first).step_by(threads).map(|a| reader.read(&a.document)).collect::<Vec<_>>())
            })
            .collect();
        workers.into_iter().map(std::thread::ScopedJoinHandle::join).collect()
    });
    let mut out = HashMap::new();
    for worker in results {
        for reading in worker.map_err(|_| anyhow::anyhow!("a reading thread stopped"))? {
            let reading = reading?;
            out.insert(reading.id.clone(), reading);
        }
    }
    Ok(out)
}
