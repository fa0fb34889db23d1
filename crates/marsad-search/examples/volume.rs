//! How fast is search over very many reports: `cargo run --release -p marsad-search --example volume -- NEWS FOLDER [REPORTS]`.
//!
//! REPORTS (400,000 unless told) are made out of the articles in NEWS (`.jsonl`, `.jsonl.gz`): each is one of them with every
//! fifth word out of another, so that no two are the same; their events and vectors are derived from a counter. They are
//! indexed into FOLDER; then titles drawn evenly are searched for, in one thread: two words of each, a phrase, words with
//! fields, and a vector. An index that is in FOLDER already is searched as it is.

#![allow(clippy::print_stdout, reason = "a program speaks to its user")]

use marsad_format::{Event, EventType, Mark, Participant, Place, PlaceKind, Reading, Status};
use marsad_intake::Columns;
use marsad_knowledge::Knowledge;
use marsad_ledger::Embedding;
use marsad_search::{Entry, Error, Index, Query, Request};
use std::path::Path;
use std::time::Instant;

/// Questions of each kind.
const QUESTIONS: usize = 200;

/// splitmix64: a number that looks drawn, the same on every machine.
fn drawn(n: u64) -> u64 {
    let mut z = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

const PLACES: [(&str, &str); 8] = [("Kirkuk", "IQ"), ("Aleppo", "SY"), ("Sanaa", "YE"), ("Tripoli", "LY"), ("Gaza", "PS"), ("Riyadh", "SA"), ("Tunis", "TN"), ("Cairo", "EG")];
const ACTORS: [(&str, &str); 4] = [("Islamic State", "IMG REB"), ("Houthis", "YEM REB"), ("Hamas", "PSE REB"), ("Hezbollah", "LBN REB")];

fn event(n: u64) -> Event {
    let kind = EventType::ALL[(drawn(n) % 16) as usize];
    let ((place, country), (actor, code)) = (PLACES[(drawn(n + 1) % 8) as usize], ACTORS[(drawn(n + 2) % 4) as usize]);
    Event {
        trigger: Mark::default(),
        kind,
        mode: Vec::new(),
        context: Vec::new(),
        status: Status::Actual,
        actor: vec![Participant { mark: Mark { text: actor.to_owned(), ..Mark::default() }, code: code.to_owned(), name: Some(actor.to_owned()), entity: None }],
        recipient: Vec::new(),
        place: Some(Place { mark: Mark { text: place.to_owned(), ..Mark::default() }, name: Some(place.to_owned()), country: Some(country.to_owned()), admin1: None, admin2: None, lat: None, lon: None, kind: Some(PlaceKind::City), geonames: None, confidence: 1.0 }),
        date: None,
        killed: Some(marsad_format::Count { text: String::new(), min: Some(drawn(n + 3) % 40), max: None }),
        injured: None,
        according_to: None,
        quad: kind.quad(),
        confidence: 1.0,
    }
}

fn entry(n: u64, articles: &[(String, String)]) -> Entry {
    let one = &articles[n as usize % articles.len()];
    let other = &articles[(drawn(n) % articles.len() as u64) as usize];
    let mix = |a: &str, b: &str| {
        let mut others = b.split_whitespace().cycle();
        a.split_whitespace().enumerate().map(|(i, w)| if i % 5 == 4 { others.next().unwrap_or(w) } else { w }).collect::<Vec<_>>().join(" ")
    };
    let reading = Reading { events: (0..3).map(|k| event(n * 16 + k * 4)).collect(), ..Reading::default() };
    Entry { report: n + 1, titles: vec![mix(&one.0, &other.0)], text: mix(&one.1, &other.1), day: Some(16_000 + (drawn(n + 7) % 1_500) as i64), outlets: vec![format!("outlet {}", n % 40)], reading: Some(reading) }
}

fn vector(n: u64) -> Embedding {
    let vector: Vec<i8> = (0..48).flat_map(|k| drawn(n * 48 + k).to_le_bytes()).map(|b| b.cast_signed().max(-127)).collect();
    Embedding { weights: "drawn".to_owned(), scale: 0.001, vector }
}

fn size(folder: &Path) -> std::io::Result<u64> {
    let mut sum = 0;
    for file in std::fs::read_dir(folder)? {
        let file = file?;
        sum += if file.path().is_dir() { size(&file.path())? } else { file.metadata()?.len() };
    }
    Ok(sum)
}

/// Seconds of processor time that this program has used, user's and system's (the kernel counts hundredths).
fn processor() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<f64> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2).filter_map(|f| f.parse().ok()).collect();
    fields.iter().sum::<f64>() / 100.0
}

/// Asks all questions, each of which gives its number of hits, and prints what they cost.
fn measure<T>(what: &str, questions: impl Iterator<Item = T>, mut ask: impl FnMut(T) -> Result<usize, Error>) -> Result<(), Error> {
    let (mut times, mut hits, before) = (Vec::new(), 0, processor());
    for question in questions {
        let began = Instant::now();
        hits += ask(question)?;
        times.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    let used = (processor() - before) * 1_000.0 / times.len() as f64;
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!("{what}: median {:.1} ms, p95 {:.1} ms, mean of the processor {used:.1} ms, {hits} hits in {} questions", at(0.5), at(0.95), times.len());
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (news, folder) = (arguments.next().ok_or("give the folder of the news")?, arguments.next().ok_or("give a folder for the index")?);
    let wanted: u64 = arguments.next().map_or(Ok(400_000), |n| n.parse())?;
    let mut files: Vec<_> = std::fs::read_dir(&news)?.filter_map(|f| Some(f.ok()?.path().to_str()?.to_owned())).filter(|p| p.contains(".jsonl")).collect();
    files.sort();
    let mut articles = Vec::new();
    for file in &files {
        articles.extend(marsad_intake::open(file, &Columns::default())?.flatten().map(|d| (d.title.unwrap_or_default(), d.text)));
    }
    let mut index = Index::at(Path::new(&folder))?;
    if index.is_empty() {
        let began = Instant::now();
        let mut writer = index.writer()?;
        for n in 0..wanted {
            writer.put(&entry(n, &articles), Some(vector(n)))?;
            if n % 50_000 == 49_999 {
                writer.commit_alone()?;
                println!("{} reports, {:.0} s", n + 1, began.elapsed().as_secs_f64());
            }
        }
        writer.commit_alone()?;
        writer.finish()?;
        index.refresh()?;
        println!("{} reports of {} articles: built in {:.0} s", index.len(), articles.len(), began.elapsed().as_secs_f64());
    }
    let bytes = size(Path::new(&folder))?;
    println!("{} reports, {} MB on disk, {:.1} kB a report", index.len(), bytes / 1_000_000, bytes as f64 / 1_000.0 / index.len() as f64);

    let knowledge = Knowledge::embedded()?;
    let titles: Vec<Vec<&str>> = articles.iter().map(|a| a.0.split_whitespace().filter(|w| w.chars().count() > 3 && w.chars().all(char::is_alphabetic)).collect::<Vec<_>>()).filter(|w| w.len() > 3).collect();
    let drawn_titles = || titles.iter().step_by((titles.len() / QUESTIONS).max(1)).take(QUESTIONS);
    let kinds: [(&str, &dyn Fn(&[&str]) -> String, bool); 5] = [
        ("one word", &|w| w[0].to_owned(), false),
        ("two words", &|w| format!("{} {}", w[0], w[2]), false),
        ("a phrase", &|w| format!("\"{} {}\"", w[0], w[1]), false),
        ("a word, type, place and days", &|w| format!("{} type:assault place:Kirkuk killed:>10 after:2014-06", w[0]), false),
        ("two words with facets", &|w| format!("{} {}", w[0], w[2]), true),
    ];
    for (name, make, facets) in kinds {
        measure(name, drawn_titles(), |words| {
            let query = Query::parse(&make(words))?;
            Ok(index.search(&knowledge, &Request { facets, ..Request::new(&query) })?.hits.len())
        })?;
    }
    let began = Instant::now();
    let vectors = index.vectors("drawn")?;
    println!("{} vectors read in {:.0} ms", vectors.len(), began.elapsed().as_secs_f64() * 1_000.0);
    for (name, hybrid, fields) in [("by meaning", false, ""), ("by meaning and words", true, ""), ("by meaning and words, with a field", true, " type:assault")] {
        measure(name, drawn_titles().zip(0..), |(words, n)| {
            let meaning = vector(drawn(n) % index.len());
            let query = Query::parse(&format!("{}{fields}", words.join(" ")))?;
            Ok(index.search(&knowledge, &Request { meaning: Some(&meaning), hybrid, ..Request::new(&query) })?.hits.len())
        })?;
    }
    Ok(())
}
