//! `marsad sources`: what outlets printed, which feeds are watched and how they are.

use crate::show::isolate;
use crate::watch::writer;
use crate::{SourcesArgs, SourcesCommand};
use anyhow::Context as _;
use marsad_intake::feed::Listed;
use marsad_intake::page;
use marsad_ledger::Ledger;
use marsad_ledger::feeds::{Feed, NewFeed, clock};
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

/// How long one waits for a program that watches to be done with a batch.
const TURN: Duration = Duration::from_secs(15);

/// Runs the command.
pub fn run(args: &SourcesArgs) -> anyhow::Result<bool> {
    let folder = args.ledger.folder();
    let mut out = std::io::stdout().lock();
    match &args.command {
        None => list(&folder, args.json, &mut out)?,
        Some(SourcesCommand::Add { urls, title }) => {
            let new: Vec<NewFeed> = urls.iter().map(|url| NewFeed { url: url.clone(), title: title.clone(), ..NewFeed::default() }).collect();
            let added = add(&folder, &new)?;
            writeln!(out, "{added} added, {} watched already", new.len() - added)?;
        }
        Some(SourcesCommand::Remove { urls }) => {
            let mut ledger = writer(&folder, TURN)?;
            let batch = ledger.batch()?;
            for url in urls {
                anyhow::ensure!(batch.remove_feed(url)?, "{url}: it is not watched; `marsad sources` lists what is");
            }
            batch.commit()?;
            writeln!(out, "{} removed; their articles stay", urls.len())?;
        }
        Some(SourcesCommand::Import { file }) => {
            let wrong = || format!("{}: no list of feeds can be read from it; give an OPML file", file.display());
            let text = page::decode(&std::fs::read(file).with_context(wrong)?, None).map_err(anyhow::Error::msg).with_context(wrong)?;
            let listed = marsad_intake::feed::opml(&text).map_err(anyhow::Error::msg).with_context(wrong)?;
            let new: Vec<NewFeed> = listed.into_iter().map(|l| NewFeed { url: l.url, title: l.title, page: l.link, folders: l.folders }).collect();
            let added = add(&folder, &new)?;
            writeln!(out, "{added} added, {} watched already", new.len() - added)?;
        }
        Some(SourcesCommand::Export) => {
            let mut feeds: Vec<Listed> = Ledger::read(&folder)?.feeds()?.into_iter().map(|f| Listed { title: f.title, url: f.url, link: f.page, folders: f.folders }).collect();
            feeds.sort_by(|a, b| (&a.folders, &a.url).cmp(&(&b.folders, &b.url)));
            write!(out, "{}", marsad_intake::feed::write_opml(&feeds))?;
        }
    }
    Ok(true)
}

/// All or, where an address is none, nothing; how many are new.
fn add(folder: &Path, feeds: &[NewFeed]) -> anyhow::Result<usize> {
    let mut ledger = writer(folder, TURN)?;
    let batch = ledger.batch()?;
    let mut added = 0;
    for feed in feeds {
        added += usize::from(batch.add_feed(feed)?);
    }
    batch.commit()?;
    Ok(added)
}

fn list(folder: &Path, json: bool, out: &mut impl std::io::Write) -> anyhow::Result<()> {
    let ledger = Ledger::read(folder)?;
    for feed in ledger.feeds()? {
        if json {
            let line = serde_json::json!({"feed": feed.url, "title": feed.title, "page": feed.page, "folders": feed.folders, "state": feed.state.name(), "reason": feed.reason,
                "tried": feed.tried.map(clock), "succeeded": feed.succeeded.map(clock), "failing_since": feed.failing.map(clock), "failures": feed.failures, "due": clock(feed.due), "last_7_days": feed.late});
            writeln!(out, "{line}")?;
        } else {
            writeln!(out, "{:<10} {:>5.1} a day  {}  {}{}", feed.state.name(), feed.late as f64 / 7.0, isolate(feed.title.as_deref().unwrap_or("(no title)")), feed.url, trouble(&feed))?;
        }
    }
    for o in ledger.outlets()? {
        if json {
            let line = serde_json::json!({"outlet": o.name, "articles": o.articles, "reports": o.reports, "independent": o.independent, "first": o.first, "last": o.last});
            writeln!(out, "{line}")?;
        } else {
            let name = if o.name.is_empty() { "(not named)" } else { &o.name };
            let day = |d: Option<String>| d.unwrap_or_else(|| "?".to_owned());
            writeln!(out, "{:>8} articles {:>8} texts  {} to {}  {}", o.articles, o.reports, day(o.first), day(o.last), isolate(name))?;
        }
    }
    Ok(())
}

/// What is wrong with a feed, since when, and when it is tried again.
fn trouble(feed: &Feed) -> String {
    let reason = feed.reason.as_ref().map_or_else(String::new, |r| format!("\n    {r}"));
    feed.failing.map_or_else(|| reason.clone(), |since| format!("\n    since {}, {} times, next at {} UTC{reason}", clock(since), feed.failures, clock(feed.due)))
}
