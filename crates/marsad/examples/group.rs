//! Grouping, measured: `cargo run --release --example group -- NEWS GOLD LEDGER [--half tune|test] [--table FILE]
//! [--pairs FILE] [--worst N]`.
//!
//! NEWS holds JSON lines; of those the reports and neighbours that GOLD (`tests/gold/incidents.jsonl`) names are read into
//! LEDGER, where they stay for the next run, and all of LEDGER is grouped. Then B-cubed (Bagga and Baldwin 1998) over the
//! pairs of an act and one of its reports:
//!
//! The report's act that fits the gold's type, day and place best leads to an incident. Of the reports that are about that
//! incident and that the gold names for the same half, precision counts those that belong to the act; recall counts how many of
//! the act's reports are among them. A report in which no act was found stands alone.

#![allow(clippy::print_stdout, reason = "a program speaks to its user")]

use anyhow::{Context, ensure};
use marsad_intake::Columns;
use marsad_ledger::group::{Act, Beside, FEATURES, Tables, compared, features, hash, stem};
use marsad_ledger::{Embedding, Entry, Ledger, days};
use marsad_model::Weights;
use marsad_reader::Reader;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

static WEIGHTS: &[u8] = include_bytes!("../../../models/marsad.weights");

struct Gold {
    name: String,
    kind: String,
    day: i64,
    place: Vec<u32>,
    country: String,
    reports: BTreeSet<String>,
    neighbours: BTreeSet<String>,
    half: String,
}

struct Report {
    id: i64,
    cluster: i64,
    acts: Vec<(Act, Option<i64>)>,
    meaning: Option<Embedding>,
}

fn main() -> anyhow::Result<()> {
    let mut plain = Vec::new();
    let (mut half, mut table, mut pairs, mut worst) = (None, None, None, 0usize);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().with_context(|| format!("{argument}: give its value"));
        match argument.as_str() {
            "--half" => half = Some(value()?),
            "--table" => table = Some(std::fs::read_to_string(value()?)?),
            "--pairs" => pairs = Some(value()?),
            "--worst" => worst = value()?.parse()?,
            _ => plain.push(argument),
        }
    }
    let [news, gold, folder] = plain.as_slice() else { anyhow::bail!("give NEWS, GOLD and LEDGER") };
    let gold: Vec<Gold> = std::fs::read_to_string(gold)?.lines().map(read).collect::<anyhow::Result<_>>()?;
    let named: BTreeSet<&String> = gold.iter().flat_map(|g| g.reports.iter().chain(&g.neighbours)).collect();
    let mut ledger = Ledger::open(std::path::Path::new(folder))?;
    fill(&mut ledger, news, &named)?;
    let given = table.as_deref().map(Tables::new).transpose()?;
    let tables = match &given {
        Some(tables) => tables,
        None => Tables::embedded()?,
    };
    let began = std::time::Instant::now();
    let grouped = ledger.group_with(tables)?;
    println!("{grouped} reports grouped in {:.1} s", began.elapsed().as_secs_f64());

    let mut reports: BTreeMap<String, Report> = BTreeMap::new();
    {
        let mut query = ledger.tables().prepare("SELECT d.name, d.report, r.cluster FROM document d JOIN report r ON r.id = d.report ORDER BY d.key")?;
        let rows: Vec<(String, i64, i64)> = query.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?.collect::<Result<_, _>>()?;
        for (name, id, cluster) in rows.into_iter().filter(|r| named.contains(&r.0)) {
            reports.insert(name, Report { id, cluster, acts: ledger.acts(id)?, meaning: ledger.embedding(id)? });
        }
    }
    // Incident, then the names of the reports that are about it.
    let mut about: BTreeMap<i64, BTreeSet<&str>> = BTreeMap::new();
    for (name, report) in &reports {
        for (_, incident) in report.acts.iter().filter(|a| a.0.lead && a.0.stands()) {
            about.entry(incident.unwrap_or_default()).or_default().insert(name);
        }
    }
    for wanted in ["tune", "test"].into_iter().filter(|h| half.as_deref().is_none_or(|w| w == *h)) {
        let acts: Vec<&Gold> = gold.iter().filter(|g| g.half == wanted).collect();
        let inside: BTreeSet<&str> = acts.iter().flat_map(|g| g.reports.iter().chain(&g.neighbours)).map(String::as_str).collect();
        let (mut precision, mut recall, mut items, mut blind) = (0.0, 0.0, 0usize, 0usize);
        let mut by_act: Vec<(f64, f64, String)> = Vec::new();
        for g in &acts {
            let (mut p, mut r) = (0.0, 0.0);
            let mut detail = String::new();
            for name in g.reports.iter().filter(|n| reports.contains_key(*n)) {
                let found = reports.get(name).and_then(|x| fitting(g, x)).and_then(|a| a.1);
                blind += usize::from(found.is_none());
                let mut members: BTreeSet<&str> = found.and_then(|i| about.get(&i)).into_iter().flatten().copied().filter(|m| inside.contains(m)).collect();
                members.insert(name);
                let right = members.iter().filter(|m| g.reports.contains(**m)).count() as f64;
                p += right / members.len() as f64;
                r += right / g.reports.len() as f64;
                detail += &format!("    {name} incident {} with {} of {} right\n", found.map_or("none".to_owned(), marsad_ledger::group::show), right, members.len());
            }
            let n = g.reports.len() as f64;
            (precision, recall, items) = (precision + p, recall + r, items + g.reports.len());
            by_act.push((p / n, r / n, format!("{}\n{detail}", g.name)));
        }
        let (p, r) = (precision / items as f64, recall / items as f64);
        println!("{wanted}: {} acts, {items} reports of them, {blind} without an act; B-cubed P {p:.3} R {r:.3} F1 {:.3}", acts.len(), 2.0 * p * r / (p + r));
        by_act.sort_by(|x, y| (x.0 + x.1).total_cmp(&(y.0 + y.1)));
        for (p, r, name) in by_act.iter().take(worst) {
            println!("  P {p:.2} R {r:.2} {name}");
        }
    }
    if let Some(file) = pairs {
        write_pairs(&file, &gold, &reports)?;
    }
    ledger.close()?;
    Ok(())
}

fn read(line: &str) -> anyhow::Result<Gold> {
    let value: serde_json::Value = serde_json::from_str(line)?;
    let text = |key: &str| value[key].as_str().map(str::to_owned).with_context(|| format!("{key} is missing in {line}"));
    let list = |key: &str| value[key].as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect();
    let place = value["place"].as_str().unwrap_or_default().split_whitespace().map(|w| hash(stem(&marsad_text::fold(w)))).collect();
    let day = text("day")?;
    Ok(Gold { name: text("act")?, kind: text("type")?, day: days(&day).context(day)?.0, place, country: value["country"].as_str().unwrap_or_default().to_owned(), reports: list("reports"), neighbours: list("neighbours"), half: text("half")? })
}

/// Reads what the ledger lacks of the gold's reports.
fn fill(ledger: &mut Ledger, news: &str, named: &BTreeSet<&String>) -> anyhow::Result<()> {
    let held: BTreeSet<String> = {
        let mut query = ledger.tables().prepare("SELECT name FROM document")?;
        query.query_map([], |r| r.get(0))?.collect::<Result<_, _>>()?
    };
    if named.iter().all(|n| held.contains(*n)) {
        return Ok(());
    }
    let reader = Reader::new(Weights::from_static(WEIGHTS)?, marsad_knowledge::Knowledge::embedded()?)?;
    let mut files: Vec<_> = std::fs::read_dir(news)?.map(|f| f.map(|f| f.path())).collect::<Result<_, _>>()?;
    files.sort();
    for file in files.iter().filter(|f| f.to_string_lossy().contains(".jsonl")) {
        for document in marsad_intake::open(&file.to_string_lossy(), &Columns::default())?.flatten().filter(|d| named.contains(&d.id) && !held.contains(&d.id)) {
            let meaning = Embedding::new(&reader.versions().weights, &reader.passage(&document)?);
            let reading = reader.read(&document)?;
            let entry = Entry::new(document).read(&reading, Some(meaning))?;
            let mut batch = ledger.batch()?;
            batch.add(&entry)?;
            batch.commit()?;
        }
    }
    Ok(())
}

/// The act of a report that fits a gold act best.
fn fitting<'a>(g: &Gold, report: &'a Report) -> Option<&'a (Act, Option<i64>)> {
    let fit = |a: &Act| {
        let mut fit = 0;
        fit += if a.kind.name() == g.kind { 4 } else if Some(a.kind.quad()) == marsad_format::EventType::parse(&g.kind).map(marsad_format::EventType::quad) { 2 } else { 0 };
        if let Some((from, to, exact)) = a.days() {
            fit += if (from..=to).contains(&g.day) { 2 } else if from - 1 <= g.day && g.day <= to + 1 { 1 } else if exact { -3 } else { -1 };
        }
        if let Some(s) = &a.spot {
            fit += if s.stems.iter().any(|s| g.place.contains(s)) { 3 } else if s.country.as_deref() == Some(&g.country) { 1 } else { -1 };
        }
        fit + 2 * i32::from(a.lead)
    };
    report.acts.iter().filter(|a| a.0.stands()).max_by(|x, y| fit(&x.0).cmp(&fit(&y.0)).then(y.0.start.cmp(&x.0.start)))
}

/// Features of pairs of the half for tuning, with whether they are one.
fn write_pairs(file: &str, gold: &[Gold], reports: &BTreeMap<String, Report>) -> anyhow::Result<()> {
    let mut out = std::io::BufWriter::new(std::fs::File::create(file)?);
    writeln!(out, "one\tact\tshare\t{}", FEATURES.join("\t"))?;
    let tune: Vec<&Gold> = gold.iter().filter(|g| g.half == "tune").collect();
    let inside: BTreeSet<&String> = tune.iter().flat_map(|g| g.reports.iter().chain(&g.neighbours)).collect();
    let mut number = 0usize;
    for g in &tune {
        for name in &g.reports {
            let Some((report, (act, _))) = reports.get(name).and_then(|r| Some((r, fitting(g, r)?))) else { continue };
            for other in inside.iter().filter(|o| **o != name) {
                let Some(theirs) = reports.get(*other) else { continue };
                if theirs.id == report.id {
                    continue;
                }
                let own = fitting(g, theirs);
                for (candidate, _) in theirs.acts.iter().filter(|a| a.0.stands()) {
                    let one = g.reports.contains(*other);
                    if one && own.is_none_or(|o| o.0.start != candidate.start) {
                        continue;
                    }
                    if !compared(act, candidate) {
                        continue;
                    }
                    let meaning = report.meaning.as_ref().zip(theirs.meaning.as_ref()).map(|(x, y)| x.dot(y));
                    let f = features(act, candidate, Beside { meaning, near_equal: report.cluster == theirs.cluster });
                    if !one && !candidate.lead {
                        continue;
                    }
                    number += 1;
                    writeln!(out, "{}\t{}\t{:.6}\t{}", u8::from(one), g.name, 1.0 / g.reports.len() as f64, f.map(|x| format!("{x:.4}")).join("\t"))?;
                }
            }
        }
    }
    ensure!(number > 0, "no pairs");
    println!("{number} pairs in {file}");
    Ok(())
}
