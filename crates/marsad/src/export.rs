//! `marsad export`: a ledger in other people's formats.

use crate::incidents::current;
use crate::{ExportArgs, ExportFormat, What};
use anyhow::Context as _;
use clap::ValueEnum;
use marsad_export::{Format, Manifest, View, Written};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// What is said where a format that is no text has nowhere to go.
const TO_A_FILE: &str = "xlsx, parquet and bundle are no text; give a file with --out";

/// The name by which one asks for it.
fn name(of: &impl ValueEnum) -> String {
    of.to_possible_value().map_or_else(String::new, |v| v.get_name().to_owned())
}

/// The format and the table that it has of what is asked for; an error says what fits.
fn table(what: What, format: ExportFormat) -> anyhow::Result<(Format, &'static str)> {
    let known = Format::parse(&name(&format)).context("a bundle is no table")?;
    let table = known.table(&name(&what)).with_context(|| match format {
        ExportFormat::Acled | ExportFormat::Gdelt => "acled and gdelt hold incidents; give `marsad export incidents`, or one of jsonl, csv, csv-excel, parquet, xlsx",
        ExportFormat::GdeltMentions => "gdelt-mentions holds events; give `marsad export events`, or --format gdelt for incidents",
        ExportFormat::Geojson => "geojson holds what has a place: incidents and events; give one of jsonl, csv, csv-excel, parquet, xlsx",
        _ => "gold is a file an article and no table",
    })?;
    Ok((known, table))
}

/// Writes a file beside its place and then moves it there, so that nobody finds half of one.
fn into_place<T>(path: &Path, write: impl FnOnce(File) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let mut part = path.to_owned().into_os_string();
    part.push(format!(".{}.part", std::process::id()));
    let part = PathBuf::from(part);
    let file = File::options().read(true).write(true).create(true).truncate(true).open(&part).with_context(|| format!("{}: check the path and that you may write there", path.display()))?;
    let done = write(file).and_then(|done| std::fs::rename(&part, path).map(|()| done).map_err(Into::into));
    if done.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    done.with_context(|| path.display().to_string())
}

/// Runs `marsad export`.
pub fn run(args: &ExportArgs) -> anyhow::Result<bool> {
    if args.what == Some(What::Gold) {
        return crate::gold::run(args);
    }
    let bundle = args.format == ExportFormat::Bundle;
    let table = match args.what {
        Some(_) if bundle => anyhow::bail!("a bundle holds all tables; leave the table's name out"),
        None if !bundle => anyhow::bail!("say what: incidents, events, claims, reports, actors or deletions; or --format bundle for all of them"),
        None => None,
        Some(what) => Some(table(what, args.format)?),
    };
    let binary = matches!(args.format, ExportFormat::Xlsx | ExportFormat::Parquet | ExportFormat::Bundle);
    anyhow::ensure!(!binary || args.out.is_some(), TO_A_FILE);
    let headed = matches!(args.format, ExportFormat::Csv | ExportFormat::CsvExcel | ExportFormat::Xlsx | ExportFormat::Acled);
    anyhow::ensure!(!args.hxl || headed, "--hxl puts a row of tags under the header: it goes with csv, csv-excel, xlsx and acled");
    anyhow::ensure!(!args.parquet || bundle, "--parquet goes with --format bundle; for one table give --format parquet");
    anyhow::ensure!(!bundle || args.manifest.is_none(), "a bundle holds its manifest; leave --manifest out");
    anyhow::ensure!(args.what != Some(What::Actors) || args.updated_since.is_none(), "actors are counted over all incidents; leave --updated-since out");
    for out in args.out.iter().chain(&args.manifest).filter(|o| o.exists() && !args.force) {
        anyhow::bail!("{}: stands there already; give --force to replace it, or another name", out.display());
    }
    let filter = args.wanted.filter()?;
    let named = args.wanted.named();
    let ledger = current(&args.ledger.folder())?;
    // Without a condition, reports and events that belong to no incident are there as well.
    let view = View::new(&ledger, (!named.is_empty()).then_some(&filter), args.updated_since.as_deref())?;
    let mut manifest = Manifest { program: env!("CARGO_PKG_VERSION").to_owned(), filter: named, since: args.updated_since.clone(), cursor: view.cursor()?, files: Vec::new() };
    match (table, &args.out) {
        (Some((format, table)), None) => manifest.files.push(format.write(&view, table, Box::new(BufWriter::new(std::io::stdout())), args.hxl)?),
        (None, None) => anyhow::bail!(TO_A_FILE),
        (None, Some(path)) => manifest = into_place(path, |file| Ok(marsad_export::bundle(&view, BufWriter::new(file), args.parquet, manifest.clone())?))?,
        (Some((format, table)), Some(path)) => {
            let written = into_place(path, |mut file| {
                let written = format.write(&view, table, Box::new(BufWriter::new(file.try_clone()?)), args.hxl)?;
                let (bytes, sha256) = if args.manifest.is_some() { marsad_export::checksum(&mut file)? } else { Default::default() };
                Ok(Written { name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(), bytes, sha256, ..written })
            })?;
            manifest.files.push(written);
        }
    }
    if let Some(path) = &args.manifest {
        into_place(path, |mut file| Ok(writeln!(file, "{:#}", manifest.json())?))?;
    }
    told(&manifest, args.what);
    Ok(true)
}

/// Says what was written; of a bundle, the rows of each file.
fn told(manifest: &Manifest, what: Option<What>) {
    let named = |f: &Written| Some(format!("{} {}", f.rows?, what.map_or_else(|| f.name.clone(), |w| format!("{w:?}").to_lowercase())));
    let rows: Vec<String> = manifest.files.iter().filter_map(named).collect();
    let left: u64 = manifest.files.iter().map(|f| f.left_out).sum();
    let rest = if left > 0 { format!("; {left} left out, whose type ACLED has no code for") } else { String::new() };
    eprintln!("marsad: {} written{rest}", rows.join(", "));
    match &manifest.cursor {
        Some(cursor) => eprintln!("marsad: `--updated-since {cursor}` gives what changes from here on"),
        None => eprintln!("marsad: incidents are being grouped; export again later for a cursor to go on from"),
    }
}
