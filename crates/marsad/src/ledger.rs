//! The commands that look at a ledger.

use crate::show::{bar, coloured};
use crate::{BackupArgs, DoctorArgs, TableArgs, VersionsArgs};
use anyhow::Context as _;
use marsad_ledger::{Edit, Ledger};
use marsad_search::Index;
use std::io::Write as _;

/// Runs `marsad stats`.
pub fn stats(args: &TableArgs) -> anyhow::Result<bool> {
    let counts = Ledger::read(&args.ledger.folder())?.counts()?;
    let mut out = std::io::stdout().lock();
    if args.json {
        let map: serde_json::Map<String, serde_json::Value> = counts.into_iter().map(|(name, n)| (name.to_owned(), n.into())).collect();
        writeln!(out, "{}", serde_json::Value::Object(map))?;
    } else {
        for (name, n) in counts {
            writeln!(out, "{n:>14} {name}")?;
        }
    }
    Ok(true)
}

/// Runs `marsad versions`.
pub fn versions(args: &VersionsArgs) -> anyhow::Result<bool> {
    let ledger = Ledger::read(&args.ledger.folder())?;
    let found = ledger.article(&args.article)?.with_context(|| format!("{}: the ledger has no such article; give its key of 16 letters and digits, or its address", args.article))?;
    let mut out = std::io::stdout().lock();
    let colour = coloured();
    let mut before = None;
    for v in ledger.versions(found.id)? {
        let holds = if v.number == found.version { ", which holds" } else { "" };
        writeln!(out, "version {}{holds}, published {}: {}", v.number, v.published.as_deref().unwrap_or("?"), v.title.as_deref().unwrap_or("(no headline)"))?;
        match before.replace(v.report) {
            None => writeln!(out, "{}\n", ledger.text(v.report)?.trim())?,
            Some(old) => {
                for edit in ledger.difference(old, v.report)? {
                    match edit {
                        Edit::Same(text) => write!(out, "{text}")?,
                        Edit::Cut(text) if colour => write!(out, "\u{1b}[9;31m{text}\u{1b}[0m")?,
                        Edit::Put(text) if colour => write!(out, "\u{1b}[1;32m{text}\u{1b}[0m")?,
                        Edit::Cut(text) => write!(out, " [-{}-]", text.trim())?,
                        Edit::Put(text) => write!(out, " {{+{}+}}", text.trim())?,
                    }
                }
                writeln!(out, "\n")?;
            }
        }
    }
    Ok(true)
}

/// Runs `marsad doctor`; `false` if something is wrong.
pub fn doctor(args: &DoctorArgs) -> anyhow::Result<bool> {
    let folder = args.ledger.folder();
    if args.repair {
        // Made sure of first, so that a slip in the path makes no new ledger.
        anyhow::ensure!(folder.join(marsad_ledger::FILE).is_file(), "{}: there is no ledger", folder.display());
        let mut ledger = Ledger::open(&folder)?;
        ledger.repair()?;
        ledger.close()?;
    }
    let ledger = Ledger::read(&folder)?;
    let bar = bar("{spinner} {pos} reports, {per_sec}")?;
    let faults = ledger.check(|| bar.inc(1))?;
    let of_index = Index::open(&ledger)?.check(&ledger, || bar.tick())?;
    bar.finish_and_clear();
    let mut out = std::io::stdout().lock();
    for fault in &faults {
        writeln!(out, "{fault}{}", if fault.mendable { "; `marsad doctor --repair` mends it" } else { "" })?;
    }
    for fault in &of_index {
        writeln!(out, "{fault}; `marsad index rebuild` mends it")?;
    }
    let reports = bar.position();
    match faults.len() + of_index.len() {
        0 => writeln!(out, "{reports} reports, nothing is wrong with {}", folder.display())?,
        n => writeln!(out, "{n} faults in {}", folder.display())?,
    }
    Ok(faults.is_empty() && of_index.is_empty())
}

/// Runs `marsad backup`.
pub fn backup(args: &BackupArgs) -> anyhow::Result<bool> {
    Ledger::read(&args.ledger.folder())?.backup(&args.destination)?;
    writeln!(std::io::stdout().lock(), "copied and checked: {}", args.destination.display())?;
    Ok(true)
}
