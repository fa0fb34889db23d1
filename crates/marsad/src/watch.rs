//! `marsad watch`: the ledger's feeds, each when it is due, hosts side by side. The ledger is held only while something is
//! written, so that others can write meanwhile.

use crate::WatchArgs;
use crate::add::{How, Intake, Job, Summary, bar, mind_ctrl_c, stopped};
use crate::fetch::Net;
use crate::pipeline::{self, Line};
use crate::read::threads;
use crate::show::isolate;
use anyhow::{Context as _, bail};
use indicatif::ProgressBar;
use marsad_ledger::feeds::{Feed, clock, now};
use marsad_ledger::{Error, Ledger};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Hosts that are asked at the same time.
const HOSTS: usize = 8;

/// How long one waits for another program that writes.
const TURN: Duration = Duration::from_secs(600);

/// How often the list of feeds is looked at.
const LOOK: Duration = Duration::from_secs(10);

const NAP: Duration = Duration::from_millis(100);

/// Runs the command; `false` if a feed is not well, or some article was set aside.
pub fn run(args: &WatchArgs) -> anyhow::Result<bool> {
    let threads = threads(args.threads)?;
    let folder = args.ledger.folder();
    let known = writer(&folder, TURN)?.feeds()?;
    if known.is_empty() {
        let none = format!("{}: no feed is watched; `marsad sources add URL` adds one, `marsad sources import FILE.opml` a list", folder.display());
        anyhow::ensure!(!args.once, none);
        eprintln!("marsad: {none}");
    }
    let how = How::Network(Box::new(crate::reader()?));
    let net = Net::new(&args.net);
    mind_ctrl_c()?;
    let bar = bar()?;
    let mut well = true;
    loop {
        let feeds = Ledger::read(&folder)?.feeds()?;
        let time = now();
        let (due, later): (Vec<Feed>, Vec<Feed>) = feeds.into_iter().partition(|f| f.due <= time);
        if args.once && !later.is_empty() {
            eprintln!("marsad: {} feeds are not due yet, the first at {} UTC", later.len(), clock(later.iter().map(|f| f.due).min().unwrap_or_default()));
        }
        if !due.is_empty() {
            let summary = round(args, &folder, &due, &how, &net, threads, &bar)?;
            well &= summary.refused == 0 && summary.feeds.iter().all(|f| f.state.is_well());
            writer(&folder, TURN)?.group()?;
            summary.tell(&folder)?;
        }
        if args.once || stopped() {
            break;
        }
        nap(LOOK);
    }
    bar.finish_and_clear();
    writer(&folder, TURN)?.close()?;
    if stopped() && args.once {
        bail!("stopped; the same command goes on from here");
    }
    Ok(well)
}

/// Tries the feeds that are due.
fn round(args: &WatchArgs, folder: &Path, due: &[Feed], how: &How, net: &Net, threads: usize, bar: &ProgressBar) -> anyhow::Result<Summary> {
    let known = Ledger::read(folder)?;
    // The feeds of one host wait for each other: one thread has them.
    let mut hosts: BTreeMap<String, Vec<&Feed>> = BTreeMap::new();
    for feed in due {
        hosts.entry(marsad_fetch::host(&feed.url).unwrap_or_default()).or_default().push(feed);
    }
    let fetching = hosts.len().min(HOSTS);
    let hosts = Mutex::new(hosts.into_values());
    let bring = |line: &Line<Job>| {
        let intake = Intake::new(line, known, None, None);
        let fetch = || -> anyhow::Result<()> {
            loop {
                let next = hosts.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some(feeds) = next else { return Ok(()) };
                for feed in feeds {
                    if stopped() {
                        return Ok(());
                    }
                    net.poll(&intake, feed, args.every)?;
                }
            }
        };
        std::thread::scope(|scope| {
            let all: Vec<_> = (0..fetching).map(|_| scope.spawn(fetch)).collect();
            all.into_iter().try_for_each(|thread| thread.join().map_err(|_| anyhow::anyhow!("the program failed while fetching; please report it"))?)
        })
    };
    pipeline::ordered(threads, |job| how.work(job), bring, |results| {
        let mut summary = Summary::default();
        while let Some(first) = results.next(None) {
            let told = summary.feeds.len();
            summary.batch(&mut writer(folder, TURN)?, first, results, bar)?;
            for poll in &summary.feeds[told..] {
                let feed = due.iter().find(|f| f.id == poll.feed).context("a feed that was not asked for")?;
                let reason = poll.reason.as_ref().map_or_else(String::new, |r| format!(": {r}"));
                bar.suspend(|| writeln!(std::io::stdout().lock(), "{:<10} {}{reason}", poll.state.name(), isolate(&feed.url)))?;
            }
        }
        Ok(summary)
    })
}

/// The ledger for writing, when it is free.
pub fn writer(folder: &Path, patience: Duration) -> anyhow::Result<Ledger> {
    let began = Instant::now();
    loop {
        match Ledger::open(folder) {
            Err(Error::Busy(_)) if began.elapsed() < patience && !stopped() => std::thread::sleep(NAP),
            other => return Ok(other?),
        }
    }
}

/// Waits, unless the user stops.
fn nap(time: Duration) {
    let until = Instant::now() + time;
    while Instant::now() < until && !stopped() {
        std::thread::sleep(NAP);
    }
}
