//! `marsad read`: documents through a bounded queue to the reading threads, readings out in the order of the input.

use crate::{Format, ReadArgs, show};
use anyhow::bail;
use indicatif::ProgressBar;
use marsad_format::{Document, Reading};
use marsad_intake::Refusal;
use std::collections::BTreeMap;
use std::io::{BufWriter, IsTerminal, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, mpsc};

type Job = (usize, Result<Document, Refusal>);
type Done = (usize, Result<(Document, Reading), String>);

/// Says what is wrong with a day that was given for articles that state none.
pub fn check_day(day: Option<&str>) -> anyhow::Result<()> {
    match day {
        Some(day) if marsad_text::dates::find("أمس", &marsad_text::words("أمس"), Some(day)).first().is_none_or(|d| d.value.is_none()) => bail!("--published {day}: give a day as YYYY-MM-DD"),
        _ => Ok(()),
    }
}

/// How many threads read.
pub fn threads(wanted: Option<usize>) -> anyhow::Result<usize> {
    let threads = wanted.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, Into::into));
    if threads == 0 {
        bail!("--threads 0: give 1 or more");
    }
    Ok(threads)
}

/// Runs the command; `false` if some input was refused.
pub fn run(args: &ReadArgs) -> anyhow::Result<bool> {
    let terminal = std::io::stdout().is_terminal();
    let format = args.format.unwrap_or(if terminal { Format::Text } else { Format::Jsonl });
    let threads = threads(args.threads)?;
    check_day(args.published.as_deref())?;
    let columns = args.columns.columns();
    if args.files.iter().any(|f| f == "-") && std::io::stdin().is_terminal() {
        eprintln!("marsad: paste the article, then end with Ctrl-D on a line of its own");
    }
    let reader = crate::reader()?;
    let bar = if terminal && format == Format::Text { ProgressBar::hidden() } else { show::bar("{spinner} {pos} articles, {per_sec}, {elapsed}")? };
    let mut out = Printer { out: BufWriter::new(std::io::stdout().lock()), format, colour: show::coloured(), count: 0 };
    // What is on its way is bounded by the tickets below, so the queues themselves never fill and nobody waits to send.
    let (to_work, work) = mpsc::channel::<Job>();
    let (to_print, done) = mpsc::channel::<Done>();
    let work = Mutex::new(work);
    let mut refused = 0usize;
    // A ticket for each article on its way bounds what waits for a slow one before it.
    let (give_back, tickets) = mpsc::channel::<()>();
    for _ in 0..threads * 16 {
        let _ = give_back.send(());
    }
    std::thread::scope(|scope| -> anyhow::Result<()> {
        let (reader, work) = (&reader, &work);
        for _ in 0..threads {
            let to_print = to_print.clone();
            scope.spawn(move || {
                loop {
                    let job = work.lock().map_or(None, |queue| queue.recv().ok());
                    let Some((number, document)) = job else { break };
                    let result = document.map_err(|r| r.to_string()).and_then(|mut d| {
                        d.published = d.published.or_else(|| args.published.clone());
                        // A fault of the reader costs one article, not the other million.
                        let read = catch_unwind(AssertUnwindSafe(|| reader.read(&d)));
                        let fault = |_| format!("article {}: the program failed on it; please report it with the article", d.id);
                        read.map_err(fault)?.map(|reading| (d, reading)).map_err(|e| e.to_string())
                    });
                    if to_print.send((number, result)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(to_print);
        scope.spawn(move || {
            let mut number = 0;
            for file in &args.files {
                let documents = marsad_intake::open(file, &columns).unwrap_or_else(|refusal| Box::new(std::iter::once(Err(refusal))));
                for document in documents {
                    if tickets.recv().is_err() || to_work.send((number, document)).is_err() {
                        return;
                    }
                    number += 1;
                }
            }
        });
        // The receiver is dropped on an error, so that the threads stop.
        let done = done;
        let (mut waiting, mut next) = (BTreeMap::new(), 0);
        for (number, result) in &done {
            waiting.insert(number, result);
            while let Some(result) = waiting.remove(&next) {
                next += 1;
                let _ = give_back.send(());
                bar.inc(1);
                match result {
                    Ok((document, reading)) => out.print(&document, &reading)?,
                    Err(reason) => {
                        refused += 1;
                        bar.suspend(|| eprintln!("marsad: set aside: {reason}"));
                    }
                }
            }
        }
        drop(give_back);
        Ok(())
    })?;
    bar.finish_and_clear();
    out.finish()?;
    if refused > 0 {
        eprintln!("marsad: {} read, {refused} set aside", out.count);
    }
    Ok(refused == 0)
}

struct Printer<W: Write> {
    out: W,
    format: Format,
    colour: bool,
    count: usize,
}

impl<W: Write> Printer<W> {
    fn print(&mut self, document: &Document, reading: &Reading) -> anyhow::Result<()> {
        self.count += 1;
        match self.format {
            Format::Text => show::reading(&mut self.out, document, reading, self.colour)?,
            Format::Jsonl => {
                serde_json::to_writer(&mut self.out, reading).map_err(std::io::Error::from)?;
                writeln!(self.out)?;
            }
            Format::Json => {
                write!(self.out, "{}", if self.count == 1 { "[\n" } else { ",\n" })?;
                serde_json::to_writer(&mut self.out, reading).map_err(std::io::Error::from)?;
            }
            Format::Csv => {
                if self.count == 1 {
                    writeln!(self.out, "document,source,published,type,mode,status,trigger,actor,actor_code,recipient,recipient_code,place,country,lat,lon,date,killed_min,killed_max,injured_min,injured_max,according_to,confidence")?;
                }
                show::csv(&mut self.out, reading)?;
            }
            Format::Plover => show::plover(&mut self.out, reading)?,
        }
        Ok(())
    }

    fn finish(&mut self) -> anyhow::Result<()> {
        if self.format == Format::Json {
            writeln!(self.out, "{}", if self.count == 0 { "[]" } else { "\n]" })?;
        }
        self.out.flush()?;
        Ok(())
    }
}
