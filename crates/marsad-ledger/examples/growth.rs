//! What a report costs as the ledger grows: `cargo run --release -p marsad-ledger --example growth -- BASE FOLDER [REPORTS]`.
//!
//! BASE is a ledger of some thousand real articles. It is put into FOLDER again and again until REPORTS (400,000 unless
//! told) are there. Each time its days lie two weeks later, and every third word that stands in no mark of a reading is
//! another one of the same length, the same one wherever the word stands. So what is near-equal in BASE, or tells of one act,
//! is and does so in each copy, and the copies have nothing to do with each other. Vectors are turned, which keeps the
//! likeness within a copy.
//!
//! Printed for each copy: time a report in the ledger alone (the making of copies is not counted) and then for its grouping,
//! by the clock and of the processor. Begun again, it goes on where it stopped. With `--ungrouped` behind, nothing is grouped.
#![allow(clippy::print_stdout, reason = "a program speaks to its user")]

use marsad_format::{Document, Mark, Reading};
use marsad_ledger::{Embedding, Entry, Ledger, days, iso};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Days of a copy that have reports, and from its first day to that of the next: more than acts are compared across lie between.
const DAYS: i64 = 10;
const STEP: i64 = 14;
/// The first copy's first day: 2013-10-22.
const FIRST: i64 = 16_000;

/// Seconds of processor time that this program has used, user's and system's (the kernel counts hundredths).
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<f64> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2).filter_map(|f| f.parse().ok()).collect();
    fields.iter().sum::<f64>() / 100.0
}

/// Milliseconds by the clock and of the processor.
fn timed<T>(what: impl FnOnce() -> Result<T>) -> Result<(T, f64, f64)> {
    let (began, cpu) = (Instant::now(), processor());
    let made = what()?;
    Ok((made, began.elapsed().as_secs_f64() * 1e3, (processor() - cpu) * 1e3))
}

/// A report with the articles that show it.
struct Told {
    articles: Vec<Document>,
    text: Vec<char>,
    /// Where marks stand.
    kept: Vec<bool>,
    reading: Reading,
    meaning: Option<Embedding>,
}

fn told(ledger: &Ledger) -> Result<Vec<Told>> {
    let mut all = Vec::new();
    let mut query = ledger.tables().prepare("SELECT id FROM report WHERE live > 0 ORDER BY id")?;
    for report in query.query_map([], |r| r.get::<_, i64>(0))? {
        let report = report?;
        let (text, reading): (Vec<char>, Reading) = (ledger.text(report)?.chars().collect(), ledger.reading(report)?);
        let mut kept = vec![false; text.len()];
        for mark in marks(&reading) {
            kept[mark.start as usize..mark.end as usize].fill(true);
        }
        let articles = ledger.articles(report)?.iter().map(|a| a.document(String::new())).collect();
        all.push(Told { articles, text, kept, reading, meaning: ledger.embedding(report)? });
    }
    Ok(all)
}

fn marks(reading: &Reading) -> impl Iterator<Item = &Mark> {
    let found = reading.entities.iter().map(|e| &e.mark).chain(reading.places.iter().map(|p| &p.mark)).chain(reading.dates.iter().map(|d| &d.mark));
    let said = reading.statements.iter().flat_map(|s| s.speaker.iter().map(|s| &s.mark).chain([&s.cue]));
    let events = reading.events.iter().flat_map(|e| {
        e.actor.iter().chain(&e.recipient).map(|p| &p.mark).chain([&e.trigger]).chain(e.according_to.iter().map(|s| &s.mark)).chain(e.place.iter().map(|p| &p.mark))
    });
    found.chain(said).chain(events)
}

/// Words of each length, as often as they stand in the texts.
type Words = BTreeMap<usize, Vec<Vec<char>>>;

/// A number that looks drawn, the same on every machine.
fn drawn(word: &[char], copy: usize) -> u64 {
    let step = |h: u64, n: u64| (h ^ n).wrapping_mul(0x0000_0100_0000_01B3);
    let h = word.iter().fold(step(0xCBF2_9CE4_8422_2325, copy as u64), |h, c| step(h, u64::from(u32::from(*c))));
    (h ^ (h >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 16
}

/// The text with every third word exchanged.
fn vary(text: &[char], kept: &[bool], words: &Words, copy: usize) -> String {
    let mut made = text.to_vec();
    let mut start = 0;
    while start < text.len() {
        let end = (start..text.len()).find(|&i| text[i].is_whitespace()).unwrap_or(text.len());
        let (word, n) = (&text[start..end], drawn(&text[start..end], copy));
        if copy > 0 && n % 3 == 0 && !kept[start..end].contains(&true)
            && let Some(others) = words.get(&word.len())
        {
            made[start..end].copy_from_slice(&others[(n / 3) as usize % others.len()]);
        }
        start = end + 1;
    }
    made.into_iter().collect()
}

/// A stated date, moved by so many days.
fn moved(date: Option<&str>, by: i64) -> Option<String> {
    let (from, to) = days(date?)?;
    let (from, to) = (iso(from + by)?, iso(to + by)?);
    Some(if from == to { from } else { format!("{from}/{to}") })
}

type Variant = (Document, Reading, Option<Embedding>);

/// A report's articles in a copy.
fn copied(told: &Told, words: &Words, copy: usize) -> Vec<Variant> {
    let text = vary(&told.text, &told.kept, words, copy);
    let variant = |article: &Document| {
        let day = article.published.as_deref().and_then(days).map(|d| d.0);
        let by = day.map_or(0, |d| FIRST + copy as i64 * STEP + d.rem_euclid(DAYS) - d);
        let published = day.and_then(|d| iso(d + by));
        let mut reading = Reading { published: published.clone(), ..told.reading.clone() };
        for event in &mut reading.events {
            event.date = moved(event.date.as_deref(), by);
        }
        let title = article.title.as_ref().map(|t| {
            let title: Vec<char> = t.chars().collect();
            vary(&title, &vec![false; title.len()], words, copy)
        });
        let url = article.url.as_ref().map(|u| format!("{u}/{copy}"));
        let document = Document { id: format!("{}-{copy}", article.id), text: text.clone(), title, url, published, ..article.clone() };
        let meaning = told.meaning.clone().map(|mut m| {
            let turn = copy % m.vector.len().max(1);
            m.vector.rotate_left(turn);
            m
        });
        (document, reading, meaning)
    };
    told.articles.iter().map(variant).collect()
}

fn main() -> Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let grouped = !arguments.iter().any(|a| a == "--ungrouped");
    arguments.retain(|a| a != "--ungrouped");
    let [base, folder, ..] = arguments.as_slice() else { return Err("give the ledger of real articles and a folder for the large one".into()) };
    let wanted: i64 = arguments.get(2).map_or(Ok(400_000), |n| n.parse())?;
    let told = told(&Ledger::read(Path::new(base))?)?;
    let mut words = Words::new();
    for word in told.iter().flat_map(|t| t.text.split(|c| c.is_whitespace())).filter(|w| !w.is_empty()) {
        words.entry(word.len()).or_default().push(word.to_vec());
    }
    let mut ledger = Ledger::open(Path::new(folder))?;
    let one = |ledger: &Ledger, sql: &str| ledger.tables().query_row(sql, [], |r| r.get::<_, i64>(0));
    let size = || -> Result<u64> { Ok(std::fs::read_dir(folder)?.filter_map(|f| Some(f.ok()?.metadata().ok()?.len())).sum()) };
    loop {
        let before = one(&ledger, "SELECT count(*) FROM report")?;
        if before >= wanted {
            return Ok(ledger.close()?);
        }
        let copy = one(&ledger, "SELECT count(*) FROM document")? as usize / told.iter().map(|t| t.articles.len()).sum::<usize>();
        let variants: Vec<Variant> = told.iter().flat_map(|t| copied(t, &words, copy)).collect();
        let ((), clock, cpu) = timed(|| {
            let mut batch = ledger.batch()?;
            for (document, reading, meaning) in variants {
                batch.add(&Entry::new(document).read(&reading, meaning)?)?;
            }
            Ok(batch.commit()?)
        })?;
        let reports = one(&ledger, "SELECT count(*) FROM report")?;
        let new = (reports - before) as f64;
        let (_, group_clock, group_cpu) = timed(|| Ok(if grouped { ledger.group()? } else { 0 }))?;
        let incidents = one(&ledger, "SELECT count(*) FROM incident")?;
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).map_or("?", str::trim);
        println!(
            "{reports} reports: {:.3} ms each, processor {:.3}; grouping {:.3} ms, processor {:.3}; {incidents} incidents, {} MB on disk, peak {peak}",
            clock / new,
            cpu / new,
            group_clock / new,
            group_cpu / new,
            size()? / 1_000_000
        );
    }
}
