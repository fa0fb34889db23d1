//! `marsad export`: a ledger in other people's formats.

use crate::incidents::current;
use crate::{ExportArgs, ExportFormat, What};
use anyhow::Context as _;
use marsad_export::codes::Codes;
use marsad_export::{Dialect, GeoJson, JsonLines, Parquet, Sink, Table, Value, Xlsx};
use marsad_ledger::Ledger;
use marsad_ledger::group::Filter;
use std::io::{BufWriter, Write};

type Out = Box<dyn Write + Send>;

/// The table that a format has of what is asked for; an error says what fits.
fn table(what: What, format: ExportFormat) -> anyhow::Result<&'static str> {
    match (format, what) {
        (ExportFormat::Acled, What::Incidents) => return Ok("acled"),
        (ExportFormat::Gdelt, What::Incidents) => return Ok("gdelt_events"),
        (ExportFormat::GdeltMentions, What::Events) => return Ok("gdelt_mentions"),
        (ExportFormat::Acled | ExportFormat::Gdelt, _) => anyhow::bail!("acled and gdelt hold incidents; give `marsad export incidents`, or one of jsonl, csv, csv-excel, parquet, xlsx"),
        (ExportFormat::GdeltMentions, _) => anyhow::bail!("gdelt-mentions holds events; give `marsad export events`, or --format gdelt for incidents"),
        (ExportFormat::Geojson, What::Claims | What::Reports) => anyhow::bail!("geojson holds what has a place: incidents and events; give one of jsonl, csv, csv-excel, parquet, xlsx"),
        _ => {}
    }
    Ok(match what {
        What::Incidents => "incidents",
        What::Events => "events",
        What::Claims => "claims",
        What::Reports => "reports",
    })
}

fn sink(out: Out, format: ExportFormat, table: &'static str, hxl: bool) -> Result<Box<dyn Sink>, marsad_export::Error> {
    let columns = marsad_export::columns(table)?;
    Ok(match format {
        ExportFormat::Jsonl => Box::new(JsonLines::new(out, columns)),
        ExportFormat::Csv | ExportFormat::Acled => Box::new(Table::new(out, &columns, Dialect::Plain, hxl)?),
        ExportFormat::CsvExcel => Box::new(Table::new(out, &columns, Dialect::Excel, hxl)?),
        ExportFormat::Gdelt | ExportFormat::GdeltMentions => Box::new(Table::new(out, &columns, Dialect::Gdelt, hxl)?),
        ExportFormat::Geojson => Box::new(GeoJson::new(out, columns)?),
        ExportFormat::Xlsx => Box::new(Xlsx::new(out, columns, table, hxl)?),
        ExportFormat::Parquet => Box::new(Parquet::new(out, columns, table)?),
    })
}

/// Writes all rows; how many, and how many the format has no code for.
fn write(args: &ExportArgs, ledger: &Ledger, filter: &Filter, table: &'static str, out: Out) -> Result<(u64, u64), marsad_export::Error> {
    let codes = Codes::embedded()?;
    let mut sink = sink(out, args.format, table, args.hxl)?;
    let (mut count, mut left) = (0, 0);
    let mut put = |values: Vec<Value>| {
        count += 1;
        sink.row(&values)
    };
    // Without a filter, reports and events that belong to no incident are there as well.
    let picked = args.wanted.is_set().then_some(filter);
    match args.what {
        What::Incidents => marsad_export::incidents(ledger, filter, |row| match args.format {
            ExportFormat::Acled => match marsad_export::acled(row, &codes) {
                Some(values) => put(values),
                None => {
                    left += 1;
                    Ok(())
                }
            },
            ExportFormat::Gdelt => put(marsad_export::gdelt_event(row, &codes)),
            _ => put(row.values(&codes)),
        })?,
        What::Events => marsad_export::events(ledger, picked, |row| put(if args.format == ExportFormat::GdeltMentions { marsad_export::gdelt_mention(row) } else { row.values(&codes) }))?,
        What::Claims => marsad_export::claims(ledger, filter, |row| put(row.values()))?,
        What::Reports => marsad_export::reports(ledger, picked, |row| put(row.values()))?,
    }
    sink.finish()?;
    Ok((count, left))
}

/// Runs `marsad export`.
pub fn run(args: &ExportArgs) -> anyhow::Result<bool> {
    let table = table(args.what, args.format)?;
    let binary = matches!(args.format, ExportFormat::Xlsx | ExportFormat::Parquet);
    anyhow::ensure!(!binary || args.out.is_some(), "xlsx and parquet are no text; give a file with --out");
    let headed = matches!(args.format, ExportFormat::Csv | ExportFormat::CsvExcel | ExportFormat::Xlsx | ExportFormat::Acled);
    anyhow::ensure!(!args.hxl || headed, "--hxl puts a row of tags under the header: it goes with csv, csv-excel, xlsx and acled");
    let filter = args.wanted.filter()?;
    if let Some(out) = args.out.as_ref().filter(|o| o.exists() && !args.force) {
        anyhow::bail!("{}: stands there already; give --force to replace it, or another name", out.display());
    }
    let ledger = current(&args.ledger.folder())?;
    let (count, left) = match &args.out {
        None => write(args, &ledger, &filter, table, Box::new(BufWriter::new(std::io::stdout())))?,
        Some(path) => {
            // Beside its place and then moved there, so that nobody finds half a file.
            let mut part = path.clone().into_os_string();
            part.push(format!(".{}.part", std::process::id()));
            let file = std::fs::File::create(&part).with_context(|| format!("{}: check the path and that you may write there", path.display()))?;
            let written = write(args, &ledger, &filter, table, Box::new(BufWriter::new(file))).with_context(|| path.display().to_string());
            let moved = written.and_then(|n| std::fs::rename(&part, path).map(|()| n).with_context(|| path.display().to_string()));
            if moved.is_err() {
                let _ = std::fs::remove_file(&part);
            }
            moved?
        }
    };
    let what = format!("{:?}", args.what).to_lowercase();
    let rest = if left > 0 { format!("; {left} left out, whose type ACLED has no code for") } else { String::new() };
    eprintln!("marsad: {count} {what} written{rest}");
    Ok(true)
}
