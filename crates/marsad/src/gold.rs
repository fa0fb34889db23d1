//! `marsad export gold`: what people put right in readings, in the guide's format, a file an article.

use crate::ExportArgs;
use anyhow::Context as _;
use marsad_ledger::Ledger;

/// Writes the files; `false` if an article was left out.
pub fn run(args: &ExportArgs) -> anyhow::Result<bool> {
    let folder = args.out.as_ref().context("gold is a file an article; name a folder for them with --out")?;
    let ledger = Ledger::read(&args.ledger.folder())?;
    std::fs::create_dir_all(folder).with_context(|| format!("{}: check the path and that you may write there", folder.display()))?;
    let (mut written, mut left) = (0, 0);
    for report in ledger.corrected_reports()? {
        let document = ledger.original(report)?;
        if document.published.is_none() {
            // The guide's dates are counted from the day of publication.
            left += 1;
            continue;
        }
        let mut reading = ledger.reading(report)?;
        let corrected = ledger.corrected_events(report)?;
        for c in &corrected {
            reading.events.retain(|e| e.trigger.start != c.start);
            reading.events.extend(c.event.clone());
        }
        reading.events.sort_by_key(|e| e.trigger.start);
        let starts: Vec<u32> = corrected.iter().map(|c| c.start).collect();
        let key = ledger.articles(report)?.first().map_or_else(|| format!("report-{report}"), |a| a.key.clone());
        let file = folder.join(format!("{key}.json"));
        anyhow::ensure!(args.force || !file.exists(), "{}: stands there already; give --force to replace it, or another folder", file.display());
        let text = format!("{:#}\n", marsad_gold::annotation(&document, &reading, &starts));
        std::fs::write(&file, text).with_context(|| format!("{}: it cannot be written", file.display()))?;
        written += 1;
    }
    eprintln!("marsad: {written} annotated articles written to {}{}", folder.display(), if left > 0 { format!("; {left} left out, whose day of publication is not known") } else { String::new() });
    Ok(left == 0)
}
