//! `marsad evaluate`: the figures of readings against annotated articles.

use crate::{By, EvaluateArgs, errors_page};
use anyhow::{Context as _, bail};
use marsad_format::Reading;
use marsad_gold::{Article, Figure, Kind, Tally};
use marsad_knowledge::Knowledge;
use marsad_model::Weights;
use marsad_reader::Reader;
use std::collections::{BTreeMap, HashMap};
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
    let mut groups: BTreeMap<Group, (usize, Tally)> = BTreeMap::new();
    let mut lost = Vec::new();
    for article in &articles {
        match readings.get(&article.document.id) {
            Some(reading) => {
                tally.count(article, reading);
                if let Some(by) = args.by {
                    let (articles, group) = groups.entry(group(article, by)).or_default();
                    *articles += 1;
                    group.count(article, reading);
                }
            }
            None => lost.push(article.document.id.as_str()),
        }
    }
    if !lost.is_empty() {
        bail!("no reading of {}; read the articles of {} again", lost.join(", "), args.folder.display());
    }
    if let Some(path) = &args.errors {
        std::fs::write(path, errors_page::page(&tally, &articles)).with_context(|| format!("{}: cannot be written; name a file in a folder of yours", path.display()))?;
    }
    let figures = tally.figures();
    let mut out = std::io::stdout().lock();
    if args.json {
        let mut all = object(&figures)?;
        if args.by.is_some() {
            let each = groups.iter().map(|((_, name), (_, tally))| Ok((name.clone(), object(&tally.figures())?))).collect::<serde_json::Result<_>>()?;
            all = serde_json::json!({"all": all, "groups": serde_json::Value::Object(each)});
        }
        writeln!(out, "{all}")?;
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
        table(&mut out, &figures, &groups)?;
    }
    Ok(true)
}

fn object(figures: &[(Kind, Figure)]) -> serde_json::Result<serde_json::Value> {
    figures.iter().map(|(k, f)| Ok((k.name().to_owned(), serde_json::to_value(f)?))).collect::<serde_json::Result<_>>().map(serde_json::Value::Object)
}

/// The name of a group of articles, behind its place among the groups.
type Group = (usize, String);

fn group(article: &Article, by: By) -> Group {
    let document = &article.document;
    let unknown = || "unknown".to_owned();
    match by {
        By::Source => (0, document.source.clone().unwrap_or_else(unknown)),
        By::Genre => {
            let parts = document.id.split(['-', '_']).take_while(|p| !p.bytes().all(|b| b.is_ascii_digit()));
            let name = parts.collect::<Vec<_>>().join("-");
            (0, if name.is_empty() { unknown() } else { name })
        }
        By::Length => match marsad_text::words(&document.text).len() {
            0..100 => (0, "under 100 words".to_owned()),
            100..200 => (1, "100 to 199 words".to_owned()),
            200..400 => (2, "200 to 399 words".to_owned()),
            _ => (3, "400 words or more".to_owned()),
        },
    }
}

/// The figures of each group; at the end how far its F1 lies from that of all.
fn table(out: &mut impl std::io::Write, all: &[(Kind, Figure)], groups: &BTreeMap<Group, (usize, Tally)>) -> anyhow::Result<()> {
    for ((_, name), (articles, tally)) in groups {
        let figures = tally.figures();
        writeln!(out, "\n{name}: {articles} articles")?;
        for (kind, whole) in all {
            if let Some((_, f)) = figures.iter().find(|(k, f)| k == kind && f.gold + f.said > 0) {
                writeln!(out, "{:24}{:9.3}{:8.3}{:8.3}{:8}{:8}  {:+.3}", kind.name(), f.precision, f.recall, f.f1, f.gold, f.said, f.f1 - whole.f1)?;
            }
        }
    }
    Ok(())
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
