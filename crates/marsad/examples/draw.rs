//! Holds the reader against real news: `cargo run --release --example draw -- FOLDER [ARTICLES]`.
//!
//! FOLDER holds JSON lines (`.jsonl`, `.jsonl.gz`). Every article goes through the text layer and the tokenizer; an even
//! draw of ARTICLES (5,000 unless told) over all files is read twice. Every mark must be the very characters of the text
//! at its offsets, every index must point at something, and both readings must be the same bytes. Closes with the rate
//! and the peak of memory; exit code 1 if anything failed.
#![allow(clippy::print_stdout, reason = "a program speaks to its user")]

use anyhow::{Context, ensure};
use marsad_format::{Document, Reading};
use marsad_intake::Columns;
use marsad_knowledge::Knowledge;
use marsad_model::{Tokenizer, Weights};
use marsad_reader::Reader;
use marsad_text::{Normalised, sentences, words};
use std::process::ExitCode;
use std::time::Instant;

static WEIGHTS: &[u8] = include_bytes!("../../../models/marsad.weights");

fn main() -> anyhow::Result<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().context("give the folder of the news")?;
    let wanted: usize = arguments.next().map_or(Ok(5_000), |n| n.parse())?;
    let mut files: Vec<_> = std::fs::read_dir(&folder)?.filter_map(|f| Some(f.ok()?.path().to_str()?.to_owned())).filter(|p| p.ends_with(".jsonl") || p.ends_with(".jsonl.gz")).collect();
    files.sort();
    let name = str::to_owned;
    let columns = Columns { text: name("text"), id: name("id"), title: name("title"), source: name("source"), published: name("published") };
    let documents = || files.iter().flat_map(|f| marsad_intake::open(f, &columns).unwrap_or_else(|refusal| Box::new(std::iter::once(Err(refusal)))));
    let weights = Weights::from_static(WEIGHTS)?;
    let tokenizer = Tokenizer::new(&weights)?;
    let reader = Reader::new(weights, Knowledge::embedded()?)?;

    let began = Instant::now();
    let (mut articles, mut refused, mut faults, mut all_words, mut pieces) = (0, 0, 0, 0, 0);
    for document in documents() {
        let Ok(document) = document else {
            refused += 1;
            continue;
        };
        articles += 1;
        match layer(&document.text, &tokenizer) {
            Ok((w, p)) => (all_words, pieces) = (all_words + w, pieces + p),
            Err(fault) => {
                faults += 1;
                eprintln!("{}: {fault:#}", document.id);
            }
        }
    }
    println!("text and tokenizer: {articles} articles of {} files, {refused} refused, {all_words} words, {pieces} pieces, {:.0} s, {faults} faults", files.len(), began.elapsed().as_secs_f64());

    let began = Instant::now();
    let step = (articles / wanted).max(1);
    let (read, read_words, wrong) = std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let (documents, reader) = (&documents, &reader);
        let workers: Vec<_> = (0..threads)
            .map(|me| {
                scope.spawn(move || {
                    let (mut read, mut n, mut wrong) = (0, 0, 0);
                    let draw = documents().filter_map(Result::ok).step_by(step).take(wanted);
                    for document in draw.skip(me).step_by(threads) {
                        read += 1;
                        n += words(&document.text).len();
                        if let Err(fault) = twice(reader, &document) {
                            wrong += 1;
                            eprintln!("{}: {fault:#}", document.id);
                        }
                    }
                    (read, n, wrong)
                })
            })
            .collect();
        workers.into_iter().filter_map(|w| w.join().ok()).fold((0, 0, 0), |a: (usize, usize, usize), b| (a.0 + b.0, a.1 + b.1, a.2 + b.2))
    });
    let seconds = began.elapsed().as_secs_f64();
    println!("read twice: {read} articles, {read_words} words, {seconds:.0} s ({:.0} words/s), {wrong} faults", 2.0 * read_words as f64 / seconds);
    if let Some(line) = std::fs::read_to_string("/proc/self/status").unwrap_or_default().lines().find(|l| l.starts_with("VmHWM")) {
        println!("peak of memory: {}", line.trim_start_matches("VmHWM:").trim());
    }
    Ok(ExitCode::from(u8::from(faults + wrong > 0 || read == 0)))
}

/// Sentences cover all words in order, normalising maps back, every word has pieces.
fn layer(text: &str, tokenizer: &Tokenizer) -> anyhow::Result<(usize, usize)> {
    let (words, sentences) = (words(text), sentences(text));
    let (mut at, mut pieces) = (0, 0);
    for word in &words {
        ensure!(word.span.start() >= at, "words overlap at byte {at}");
        ensure!(!word.span.of(text).trim().is_empty(), "an empty word at byte {at}");
        ensure!(text[at..word.span.start()].chars().all(|c| c.is_whitespace() || c.is_control() || !c.is_alphanumeric()), "letters between words at byte {at}");
        at = word.span.end();
        let inside = sentences.partition_point(|s| s.end() <= word.span.start());
        ensure!(sentences.get(inside).is_some_and(|s| s.contains(word.span)), "{} lies in no sentence", word.span.of(text));
        let got = tokenizer.encode_word(word.span.of(text), word.spaced);
        ensure!(!got.is_empty(), "no pieces for {}", word.span.of(text));
        pieces += got.len();
    }
    let normal = Normalised::folded(text);
    let whole = normal.original(0..normal.text().len());
    ensure!(normal.text().is_empty() || !whole.of(text).is_empty(), "the folded text does not map back");
    Ok((words.len(), pieces))
}

fn twice(reader: &Reader, document: &Document) -> anyhow::Result<()> {
    let reading = reader.read(document)?;
    check(document, &reading)?;
    ensure!(serde_json::to_vec(&reading)? == serde_json::to_vec(&reader.read(document)?)?, "two readings differ");
    Ok(())
}

/// Every object with `start`, `end` and `text` is a mark: the characters of the text there.
fn check(document: &Document, reading: &Reading) -> anyhow::Result<()> {
    let characters: Vec<char> = document.text.chars().collect();
    let mut todo = vec![serde_json::to_value(reading)?];
    while let Some(value) = todo.pop() {
        if let (Some(a), Some(b), Some(text)) = (value["start"].as_u64(), value["end"].as_u64(), value["text"].as_str()) {
            let slice: String = characters.get(a as usize..b as usize).with_context(|| format!("{a}..{b} is outside"))?.iter().collect();
            ensure!(slice == text && !text.is_empty(), "{a}..{b} is «{slice}», not «{text}»");
        }
        match value {
            serde_json::Value::Array(items) => todo.extend(items),
            serde_json::Value::Object(items) => todo.extend(items.into_iter().map(|i| i.1)),
            _ => {}
        }
    }
    for entity in &reading.entities {
        ensure!(entity.mention_of.is_none_or(|i| (i as usize) < reading.entities.len()), "a mention of no entity");
    }
    for event in &reading.events {
        ensure!((0.0..=1.0).contains(&event.confidence), "a confidence of {}", event.confidence);
    }
    Ok(())
}
