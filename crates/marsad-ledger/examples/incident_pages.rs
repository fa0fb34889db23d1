//! How fast is a page of incidents: `cargo run --release -p marsad-ledger --example incident_pages -- LEDGER`.
//!
//! For each kind of filter, with the most frequent values that LEDGER has (a page costs most there): the list of fifty, then
//! what stands beside it, the facets, the histogram and the map. Printed: medians by the clock and means of the processor.
#![allow(clippy::print_stdout, reason = "a program speaks to its user")]

use marsad_format::EventType;
use marsad_ledger::Ledger;
use marsad_ledger::group::{Facet, Filter};
use std::path::Path;
use std::time::Instant;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Times that each question is asked.
const TIMES: usize = 20;

/// Seconds of processor time that this program has used, user's and system's (the kernel counts hundredths).
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<f64> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2).filter_map(|f| f.parse().ok()).collect();
    fields.iter().sum::<f64>() / 100.0
}

/// The median by the clock and the mean of the processor, in milliseconds.
fn timed(mut what: impl FnMut() -> Result<usize>) -> Result<String> {
    let (mut times, before) = (Vec::new(), processor());
    for _ in 0..TIMES {
        let began = Instant::now();
        what()?;
        times.push(began.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    Ok(format!("{:.1} ({:.1})", times[TIMES / 2], (processor() - before) * 1e3 / TIMES as f64))
}

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).ok_or("give the folder of a ledger")?;
    let ledger = Ledger::read(Path::new(&folder))?;
    let (began, before) = (Instant::now(), processor());
    let all = ledger.facets(&Filter::default())?;
    println!("{} incidents read for counting in {:.0} ms, processor {:.0}", all.total, began.elapsed().as_secs_f64() * 1e3, (processor() - before) * 1e3);
    let first = |facet: Facet| all.counts[&facet].first().map(|c| c.value.to_string());
    let middle = ledger.histogram(&Filter::default())?;
    let days = |share: usize| middle.days.get(middle.days.len() * share / 100).map(|d| d.0);
    let none = || Filter { limit: 50, ..Filter::default() };
    let kind = first(Facet::Kind).and_then(|k| EventType::parse(&k));
    let filters = [
        ("none", none()),
        ("type", Filter { kind, ..none() }),
        ("country", Filter { country: first(Facet::Country), ..none() }),
        ("place", Filter { named_place: first(Facet::Place), ..none() }),
        ("actor", Filter { named_actor: first(Facet::Actor), ..none() }),
        ("outlet", Filter { outlet: first(Facet::Outlet), ..none() }),
        ("state", Filter { state: Some("open".into()), ..none() }),
        ("dismissed", Filter { state: Some("dismissed".into()), ..none() }),
        ("days", Filter { after: days(40), before: days(60), ..none() }),
        ("words of an actor", Filter { actor: Some("الجيش".into()), ..none() }),
        ("a code", Filter { actor: Some("SAU GOV".into()), ..none() }),
        ("words of a place", Filter { place: Some("اليمن".into()), ..none() }),
        ("two reports or more", Filter { least: 2, ..none() }),
        ("ten reports or more", Filter { least: 10, ..none() }),
        ("type and country", Filter { kind, country: first(Facet::Country), ..none() }),
        ("type, actor, days", Filter { kind, named_actor: first(Facet::Actor), after: days(40), before: days(60), ..none() }),
        ("page 200", Filter { skip: 10_000, ..none() }),
    ];
    println!("filter: incidents; list, facets, histogram, points: median ms (mean of the processor)");
    for (name, filter) in filters {
        let total = ledger.facets(&filter)?.total;
        let list = timed(|| Ok(ledger.incidents(&filter)?.len()))?;
        let facets = timed(|| Ok(ledger.facets(&filter)?.counts.len()))?;
        let histogram = timed(|| Ok(ledger.histogram(&filter)?.days.len()))?;
        let points = timed(|| Ok(ledger.points(&filter)?.points.len()))?;
        println!("{name}: {total}; {list}, {facets}, {histogram}, {points}");
    }
    Ok(())
}
