//! `marsad read`: documents in, readings out in their order.

use crate::pipeline::{self, Line};
use crate::{Format, ReadArgs, show};
use anyhow::bail;
use indicatif::ProgressBar;
use marsad_format::{Document, Reading};
use marsad_intake::Refusal;
use std::io::{BufWriter, IsTerminal, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

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
    let mut refused = 0usize;
    let read = |document: Result<Document, Refusal>| {
        document.map_err(|r| r.to_string()).and_then(|mut d| {
            d.published = d.published.or_else(|| args.published.clone());
            // A fault of the reader costs one article, not the other million.
            let read = catch_unwind(AssertUnwindSafe(|| reader.read(&d)));
            let fault = |_| format!("article {}: the program failed on it; please report it with the article", d.id);
            read.map_err(fault)?.map(|reading| (d, reading)).map_err(|e| e.to_string())
        })
    };
    let bring = |line: &Line<_>| {
        for file in &args.files {
            let documents = marsad_intake::open(file, &columns).unwrap_or_else(|refusal| Box::new(std::iter::once(Err(refusal))));
            for document in documents {
                if !line.send(document) {
                    return Ok(());
                }
            }
        }
        Ok(())
    };
    pipeline::ordered(threads, read, bring, |results| {
        while let Some(result) = results.next(None) {
            bar.inc(1);
            match result {
                Ok((document, reading)) => out.print(&document, &reading)?,
                Err(reason) => {
                    refused += 1;
                    bar.suspend(|| eprintln!("marsad: set aside: {reason}"));
                }
            }
        }
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
