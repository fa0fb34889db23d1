//! What a document costs as the ledger grows: `cargo run --release -p marsad-ledger --example growth -- NEWS READINGS [COUNT [LEDGER]]`.
//!
//! NEWS holds documents and READINGS finished readings of them, one a line in the same order. They are varied to COUNT
//! (400,000 unless told) documents: every word that names no mark of the reading and stands in a third of the places gets
//! another spelling of its own, so that no two are near-equal; ids, headlines and days differ, a thousand articles a day.
//! Printed for every 10,000: time a document in the ledger alone (the making of variants is not counted) by the clock and of
//! the processor, size on disk, peak memory; and the processor's time for grouping. Give some hundred documents or more: of a few,
//! the variants share so many names that each is compared with all others of its days. With LEDGER they are put into that one, to see
//! what they cost in a large one (the example `multiply` makes it).
#![allow(clippy::print_stdout, reason = "a program speaks to its user")]

use marsad_format::{Document, Reading};
use marsad_ledger::{Entry, Ledger, Outcome, iso};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::time::{Duration, Instant};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Seconds of processor time that this program has used, user's and system's (the kernel counts hundredths).
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<f64> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2).filter_map(|f| f.parse().ok()).collect();
    fields.iter().sum::<f64>() / 100.0
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [news, readings, ..] = arguments.as_slice() else { return Err("give the files of documents and of readings".into()) };
    let count: usize = arguments.get(2).map_or(Ok(400_000), |n| n.parse())?;
    let open = |path: &str| std::fs::File::open(path).map(BufReader::new);
    let mut pairs: Vec<(Document, Reading)> = Vec::new();
    for (d, r) in open(news)?.lines().zip(open(readings)?.lines()) {
        pairs.push((serde_json::from_str(&d?)?, serde_json::from_str(&r?)?));
    }
    let own = tempfile::tempdir()?;
    let folder = arguments.get(3).map_or(own.path(), |f| Path::new(f));
    let mut ledger = Ledger::open(folder)?;
    let (mut spent, mut at, mut since, mut used, mut grouping) = (Duration::ZERO, 0, Duration::ZERO, 0.0, 0.0);
    while at < count {
        let variants: Vec<(Document, Reading)> = (at..(at + 1000).min(count)).map(|n| vary(&pairs[n % pairs.len()], n)).collect();
        let (began, cpu) = (Instant::now(), processor());
        let entries: Vec<Entry> = variants.iter().map(|(d, r)| Entry::new(d.clone()).read(r, None)).collect::<std::result::Result<_, _>>()?;
        let mut batch = ledger.batch()?;
        for entry in &entries {
            if batch.add(entry)? != Outcome::Added {
                return Err(format!("{} is not new", entry.document.id).into());
            }
        }
        batch.commit()?;
        let took = began.elapsed();
        used += processor() - cpu;
        (spent, since, at) = (spent + took, since + took, at + entries.len());
        let cpu = processor();
        ledger.group()?;
        grouping += processor() - cpu;
        if at % 10_000 == 0 {
            let size: u64 = std::fs::read_dir(folder)?.filter_map(|f| Some(f.ok()?.metadata().ok()?.len())).sum();
            let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
            let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).map_or("?", str::trim);
            println!("{at} documents: {:.3} ms each (of the last 10,000: {:.3}, processor {:.3}), {:.0} MB on disk, peak {peak}", spent.as_secs_f64() * 1e3 / at as f64, since.as_secs_f64() / 10.0, used / 10.0, size as f64 / 1e6);
            println!("  grouping of the last 10,000: processor {:.3} ms each", grouping / 10.0);
            (since, used, grouping) = (Duration::ZERO, 0.0, 0.0);
        }
    }
    let counts = ledger.counts()?;
    println!("{counts:?}");
    Ok(())
}

/// The same document with other letters in every third word outside the marks: as long as it was, so the marks hold.
fn vary((document, reading): &(Document, Reading), n: usize) -> (Document, Reading) {
    let mut chars: Vec<char> = document.text.chars().collect();
    let mut kept = vec![false; chars.len()];
    let marks = reading.entities.iter().map(|e| &e.mark).chain(reading.places.iter().map(|p| &p.mark)).chain(reading.dates.iter().map(|d| &d.mark));
    let marks = marks.chain(reading.statements.iter().flat_map(|s| s.speaker.iter().map(|s| &s.mark).chain([&s.cue])));
    let events = reading.events.iter().flat_map(|e| e.actor.iter().chain(&e.recipient).map(|p| &p.mark).chain([&e.trigger]).chain(e.according_to.iter().map(|s| &s.mark)).chain(e.place.iter().map(|p| &p.mark)));
    for mark in marks.chain(events) {
        kept[mark.start as usize..mark.end as usize].fill(true);
    }
    let (mut start, mut word) = (0, 0usize);
    while start < chars.len() {
        let end = (start..chars.len()).find(|&i| chars[i].is_whitespace()).unwrap_or(chars.len());
        if word % 3 == 0 && !kept[start..end].contains(&true) {
            let mut seed = (n as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (word as u64).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            for c in chars[start..end].iter_mut().filter(|c| c.is_alphabetic()) {
                seed = (seed ^ (seed >> 29)).wrapping_mul(0x94D0_49BB_1331_11EB);
                *c = ['ب', 'ت', 'ج', 'د', 'ر', 'س', 'ع', 'ف', 'ق', 'ك', 'ل', 'م', 'ن', 'ه'][(seed >> 33) as usize % 14];
            }
        }
        word += 1;
        start = end + 1;
    }
    let document = Document {
        id: format!("{}-{n}", document.id),
        text: chars.into_iter().collect(),
        title: document.title.as_ref().map(|t| format!("{t} {n}")),
        url: document.url.as_ref().map(|u| format!("{u}/{n}")),
        // A thousand articles a day.
        published: iso(16_000 + n as i64 / 1000),
        ..document.clone()
    };
    (document, reading.clone())
}
