//! `marsad add` and `marsad reread`: articles through a bounded queue to the reading threads, and into the ledger in the order
//! of the input, so that what is in it does not depend on the threads.

use crate::read::threads;
use crate::{AddArgs, RereadArgs};
use anyhow::{Context as _, bail};
use indicatif::ProgressBar;
use marsad_format::Reading;
use marsad_intake::{Columns, Refusal};
use marsad_ledger::near::hex;
use marsad_ledger::{Embedding, Entry, Ledger, Outcome, Progress};
use marsad_reader::Reader;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

/// A batch is written when it holds so many articles, or is so old.
const BATCH: usize = 1024;
const PATIENCE: Duration = Duration::from_secs(1);

/// Set by Ctrl-C: nothing more is taken, what is on its way is written.
static STOP: AtomicBool = AtomicBool::new(false);

/// What is on its way to the ledger.
enum Item {
    /// An article to be read.
    New(Box<Entry>),
    /// One that has been read, or whose text is known.
    Ready(Box<Entry>),
    /// The report of that number, to be read again.
    Old(i64, Box<Entry>),
    /// Something set aside.
    Refused(Refusal),
    /// A file is at its end, or needed no look.
    End,
}

/// An item with the file it is from and how many records of that have been taken with it.
struct Job {
    number: usize,
    file: usize,
    records: u64,
    item: Item,
    /// The reading that was given with it, as JSON.
    given: Option<String>,
}

/// How the text of an article that is not known becomes a reading.
enum How {
    Network(Box<Reader>),
    /// From a file of finished readings.
    Given,
}

/// A file to take in.
struct Input {
    path: String,
    /// Where one may go on; standard input has none.
    mark: Option<Progress>,
}

/// What came of it.
#[derive(Debug, Default)]
struct Summary {
    added: u64,
    copies: u64,
    versions: u64,
    known: u64,
    refused: u64,
    /// Files that were in already and have not changed.
    unchanged: u64,
}

/// A second Ctrl-C ends at once; the ledger bears that too.
#[allow(clippy::exit, reason = "the user asked twice")]
fn mind_ctrl_c() -> anyhow::Result<()> {
    let stop = || {
        if STOP.swap(true, Ordering::SeqCst) {
            std::process::exit(2);
        }
        eprintln!("marsad: stopping after what is on its way");
    };
    ctrlc::set_handler(stop).context("Ctrl-C cannot be minded")
}

fn bar() -> anyhow::Result<ProgressBar> {
    crate::show::bar("{spinner} {pos} articles, {per_sec}, {elapsed} {msg}")
}

/// The files of folders, in the order of their names; hidden ones are passed over.
fn files(sources: &[String]) -> Vec<String> {
    let inside = |source: &String| if source != "-" && Path::new(source).is_dir() { marsad_intake::files(source).map(|p| p.display().to_string()).collect() } else { vec![source.clone()] };
    sources.iter().flat_map(inside).collect()
}

/// By what a file is known to be the one it was, and taken the same way: size, time, beginning, and how it was to be read.
fn mark(path: &str, how: &str) -> Option<Progress> {
    let name = std::fs::canonicalize(path).ok()?.to_str()?.to_owned();
    let file = File::open(path).ok()?;
    let about = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let modified = about.modified().ok()?.duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_millis() as i64);
    let mut start = Vec::new();
    file.take(64 << 10).read_to_end(&mut start).ok()?;
    let mut hash = Sha256::new();
    hash.update(how);
    hash.update(start);
    let hash = hex(&hash.finalize()[..16]);
    Some(Progress { name, size: about.len(), modified, hash, records: 0, done: false })
}

/// Finished readings in the order of their articles; an article that was refused when they were made has none.
struct Given {
    lines: std::io::Lines<Box<dyn std::io::BufRead + Send>>,
    path: PathBuf,
    line: usize,
    next: Option<(String, String)>,
}

impl Given {
    fn open(path: &Path) -> anyhow::Result<Self> {
        let wrong = || format!("{}: cannot be read; give the file of readings that `marsad read` wrote", path.display());
        let mut start = BufReader::new(File::open(path).with_context(wrong)?);
        let packed = start.fill_buf().with_context(wrong)?.starts_with(&[0x1F, 0x8B]);
        let input: Box<dyn std::io::BufRead + Send> = if packed { Box::new(BufReader::new(flate2::bufread::MultiGzDecoder::new(start))) } else { Box::new(start) };
        Ok(Self { lines: input.lines(), path: path.to_owned(), line: 0, next: None })
    }

    /// The reading of the article of that id, if it is the next.
    fn take(&mut self, id: &str) -> Result<Option<String>, String> {
        #[derive(serde::Deserialize)]
        struct Id {
            id: String,
        }
        while self.next.is_none() {
            let Some(line) = self.lines.next() else { return Ok(None) };
            self.line += 1;
            let at = |reason: String| format!("{}, line {}: {reason}; give the file of readings that `marsad read` wrote", self.path.display(), self.line);
            let line = line.map_err(|e| at(e.to_string()))?;
            if !line.trim().is_empty() {
                let id: Id = serde_json::from_str(&line).map_err(|e| at(e.to_string()))?;
                self.next = Some((id.id, line));
            }
        }
        Ok(self.next.take_if(|next| next.0 == id).map(|next| next.1))
    }
}

impl How {
    /// Reads what needs to be read.
    fn read(&self, entry: Entry, given: Option<String>, file: &str) -> Result<Entry, Refusal> {
        let refuse = |reason: String| Refusal { file: file.to_owned(), line: None, reason };
        let (reading, embedding) = match self {
            Self::Network(reader) => {
                // A fault of the reader costs one article, not the other million.
                let read = catch_unwind(AssertUnwindSafe(|| Ok::<_, marsad_reader::Error>((reader.read(&entry.document)?, reader.passage(&entry.document)?))));
                let fault = |_| refuse(format!("article {}: the program failed on it; please report it with the article", entry.document.id));
                let (reading, vector) = read.map_err(fault)?.map_err(|e| refuse(e.to_string()))?;
                (reading, Some(Embedding::new(&reader.versions().weights, &vector)))
            }
            Self::Given => {
                let none = || refuse(format!("article {}: there is no reading for it where its turn is; readings stand in the order of the articles", entry.document.id));
                let reading: Reading = serde_json::from_str(&given.ok_or_else(none)?).map_err(|e| refuse(format!("the reading of article {}: {e}; make it again with `marsad read`", entry.document.id)))?;
                (reading, None)
            }
        };
        entry.read(&reading, embedding).map_err(|e| refuse(e.to_string()))
    }
}

/// Runs `marsad add`; `false` if some input was refused.
pub fn run(args: &AddArgs) -> anyhow::Result<bool> {
    let threads = threads(args.threads)?;
    crate::read::check_day(args.published.as_deref())?;
    let columns = args.columns.columns();
    let folder = args.ledger.folder();
    let mut ledger = Ledger::open(&folder)?;
    let given = args.readings.as_deref().map(Given::open).transpose()?;
    let how = if given.is_some() { How::Given } else { How::Network(Box::new(crate::reader()?)) };
    mind_ctrl_c()?;
    // A file that was taken in by other columns, another program or with other readings is taken in again.
    let manner = format!("{}\t{columns:?}\t{:?}\t{:?}\t", env!("CARGO_PKG_VERSION"), args.published, args.readings);
    let inputs: Vec<Input> = files(&args.sources)
        .into_iter()
        .map(|path| {
            let mut mark = if path == "-" { None } else { mark(&path, &manner) };
            if let Some(new) = &mut mark
                && let Some(old) = ledger.progress(&new.name)?
                && (old.size, old.modified, &old.hash) == (new.size, new.modified, &new.hash)
            {
                *new = old;
            }
            Ok(Input { path, mark })
        })
        .collect::<Result<_, marsad_ledger::Error>>()?;
    let feed = Feed { known: Ledger::read(&folder)?, sent: HashSet::new(), number: 0 };
    let bar = bar()?;
    let summary = pipeline(&mut ledger, &inputs, &how, threads, &bar, |pipe| feed.articles(pipe, &inputs, &columns, args.published.as_deref(), given))?;
    bar.finish_and_clear();
    ledger.group()?;
    ledger.close()?;
    summary.tell(&folder)?;
    if STOP.load(Ordering::SeqCst) {
        bail!("stopped; the same command goes on from here");
    }
    Ok(summary.refused == 0)
}

/// Runs `marsad reread`.
pub fn reread(args: &RereadArgs) -> anyhow::Result<bool> {
    let threads = threads(args.threads)?;
    let folder = args.ledger.folder();
    Ledger::read(&folder)?;
    let mut ledger = Ledger::open(&folder)?;
    let reader = crate::reader()?;
    let stale = ledger.stale(&reader.versions())?;
    mind_ctrl_c()?;
    let bar = bar()?;
    let feed = Feed { known: Ledger::read(&folder)?, sent: HashSet::new(), number: 0 };
    let inputs = [Input { path: folder.display().to_string(), mark: None }];
    let summary = pipeline(&mut ledger, &inputs, &How::Network(Box::new(reader)), threads, &bar, |pipe| feed.again(pipe, &stale))?;
    bar.finish_and_clear();
    ledger.group()?;
    ledger.close()?;
    writeln!(std::io::stdout().lock(), "{} of {} old readings made again", summary.versions, stale.len())?;
    if STOP.load(Ordering::SeqCst) {
        bail!("stopped; the same command goes on from here");
    }
    Ok(summary.refused == 0)
}

/// What brings items in.
struct Feed {
    /// The ledger as it was committed last.
    known: Ledger,
    /// Texts that this run has sent to be read: the ledger may not have them yet.
    sent: HashSet<String>,
    number: usize,
}

/// Where items go: each takes a ticket first, which bounds what is on its way.
struct Pipe {
    tickets: mpsc::Receiver<()>,
    to_work: mpsc::Sender<Job>,
}

impl Feed {
    /// `false` when nothing more is wanted.
    fn send(&mut self, pipe: &Pipe, file: usize, records: u64, item: Item, given: Option<String>) -> bool {
        self.number += 1;
        pipe.tickets.recv().is_ok() && pipe.to_work.send(Job { number: self.number - 1, file, records, item, given }).is_ok()
    }

    fn articles(mut self, pipe: &Pipe, inputs: &[Input], columns: &Columns, published: Option<&str>, mut given: Option<Given>) -> anyhow::Result<()> {
        for (file, input) in inputs.iter().enumerate() {
            let start = input.mark.as_ref().map_or(0, |m| m.records);
            if input.mark.as_ref().is_some_and(|m| m.done) && given.is_none() {
                if !self.send(pipe, file, start, Item::End, None) {
                    return Ok(());
                }
                continue;
            }
            let documents = marsad_intake::open(&input.path, columns).unwrap_or_else(|refusal| Box::new(std::iter::once(Err(refusal))));
            let mut records = 0;
            for document in documents {
                if STOP.load(Ordering::SeqCst) {
                    return Ok(());
                }
                records += 1;
                let reading = match (&mut given, &document) {
                    (Some(given), Ok(document)) => given.take(&document.id).map_err(anyhow::Error::msg)?,
                    _ => None,
                };
                if records <= start {
                    continue;
                }
                let (item, reading) = match document {
                    Err(refusal) => (Item::Refused(refusal), None),
                    Ok(mut document) => {
                        document.published = document.published.or_else(|| published.map(str::to_owned));
                        let entry = Box::new(Entry::new(document));
                        let known = self.sent.contains(&entry.shape.key) || self.known.find(&entry.shape.key)?.is_some();
                        if known {
                            (Item::Ready(entry), None)
                        } else {
                            self.sent.insert(entry.shape.key.clone());
                            (Item::New(entry), reading)
                        }
                    }
                };
                if !self.send(pipe, file, records, item, reading) {
                    return Ok(());
                }
            }
            if !self.send(pipe, file, records, Item::End, None) {
                return Ok(());
            }
        }
        Ok(())
    }

    fn again(mut self, pipe: &Pipe, reports: &[i64]) -> anyhow::Result<()> {
        for report in reports {
            let entry = Box::new(Entry::new(self.known.original(*report)?));
            if STOP.load(Ordering::SeqCst) || !self.send(pipe, 0, 0, Item::Old(*report, entry), None) {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// Lets `feed` bring items in, reads them by threads, and writes them in their order, a batch at a time. What the feed
/// complains of is told when all that it sent is written.
fn pipeline(ledger: &mut Ledger, inputs: &[Input], how: &How, threads: usize, bar: &ProgressBar, feed: impl FnOnce(&Pipe) -> anyhow::Result<()> + Send) -> anyhow::Result<Summary> {
    let (to_work, work) = mpsc::channel::<Job>();
    let (to_write, done) = mpsc::channel::<Job>();
    let (give_back, tickets) = mpsc::channel::<()>();
    for _ in 0..threads * 16 {
        let _ = give_back.send(());
    }
    let work = Mutex::new(work);
    std::thread::scope(|scope| {
        let work = &work;
        for _ in 0..threads {
            let to_write = to_write.clone();
            scope.spawn(move || {
                loop {
                    let job = work.lock().map_or(None, |queue| queue.recv().ok());
                    let Some(mut job) = job else { break };
                    let (file, given) = (&inputs[job.file].path, job.given.take());
                    job.item = match job.item {
                        Item::New(entry) => how.read(*entry, given, file).map_or_else(Item::Refused, |e| Item::Ready(Box::new(e))),
                        Item::Old(report, entry) => how.read(*entry, given, file).map_or_else(Item::Refused, |e| Item::Old(report, Box::new(e))),
                        other => other,
                    };
                    if to_write.send(job).is_err() {
                        break;
                    }
                }
            });
        }
        drop(to_write);
        let feeding = scope.spawn(move || feed(&Pipe { tickets, to_work }));
        // Both ends are dropped on an error, so that the threads stop.
        let (mut done, give_back) = (Ordered { done, waiting: BTreeMap::new(), next: 0 }, give_back);
        let mut summary = Summary::default();
        let mut marks: BTreeMap<usize, Progress> = BTreeMap::new();
        while let Some(first) = done.next(None) {
            let (began, mut next, mut count) = (Instant::now(), Some(first), 0);
            let mut batch = ledger.batch()?;
            while let Some(job) = next {
                let _ = give_back.send(());
                if let Some(mark) = &inputs[job.file].mark {
                    marks.insert(job.file, Progress { records: job.records, done: matches!(job.item, Item::End), ..mark.clone() });
                }
                summary.put(&mut batch, job.item, &inputs[job.file], bar)?;
                count += 1;
                next = if count < BATCH { PATIENCE.checked_sub(began.elapsed()).and_then(|left| done.next(Some(left))) } else { None };
            }
            for mark in std::mem::take(&mut marks).into_values() {
                batch.progress(&mark)?;
            }
            batch.commit()?;
        }
        drop(give_back);
        feeding.join().map_err(|_| anyhow::anyhow!("the program failed while reading its input; please report it"))??;
        Ok(summary)
    })
}

/// Jobs in the order of their numbers, from threads that are done in any.
struct Ordered {
    done: mpsc::Receiver<Job>,
    waiting: BTreeMap<usize, Job>,
    next: usize,
}

impl Ordered {
    /// The next job; `None` when there are no more, or none came in that time.
    fn next(&mut self, patience: Option<Duration>) -> Option<Job> {
        let until = patience.map(|p| Instant::now() + p);
        loop {
            if let Some(job) = self.waiting.remove(&self.next) {
                self.next += 1;
                return Some(job);
            }
            let job = match until {
                None => self.done.recv().ok()?,
                Some(until) => self.done.recv_timeout(until.saturating_duration_since(Instant::now())).ok()?,
            };
            self.waiting.insert(job.number, job);
        }
    }
}

impl Summary {
    fn put(&mut self, batch: &mut marsad_ledger::Batch<'_>, item: Item, input: &Input, bar: &ProgressBar) -> anyhow::Result<()> {
        bar.inc(u64::from(!matches!(item, Item::End)));
        let refusal = match item {
            Item::End => {
                self.unchanged += u64::from(input.mark.as_ref().is_some_and(|m| m.done));
                return Ok(());
            }
            Item::Old(report, entry) => {
                self.versions += u64::from(batch.reread(report, &entry)?);
                return Ok(());
            }
            Item::New(entry) | Item::Ready(entry) => match batch.add(&entry)? {
                Outcome::Unread => Refusal { file: input.path.clone(), line: None, reason: format!("article {}: its text is that of an article that was set aside", entry.document.id) },
                outcome => {
                    match outcome {
                        Outcome::Added => self.added += 1,
                        Outcome::Copy => self.copies += 1,
                        Outcome::Version(_) => self.versions += 1,
                        Outcome::Known | Outcome::Unread => self.known += 1,
                    }
                    return Ok(());
                }
            },
            Item::Refused(refusal) => refusal,
        };
        self.refused += 1;
        bar.suspend(|| eprintln!("marsad: set aside: {refusal}"));
        batch.refuse(&refusal.file, refusal.line, &refusal.reason)?;
        Ok(())
    }

    fn tell(&self, folder: &Path) -> anyhow::Result<()> {
        let mut parts = vec![format!("{} new", self.added)];
        for (count, what) in [(self.copies, "copies of known texts"), (self.versions, "new versions"), (self.known, "known"), (self.refused, "set aside"), (self.unchanged, "files unchanged")] {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        writeln!(std::io::stdout().lock(), "{}; the ledger is {}", parts.join(", "), folder.display())?;
        Ok(())
    }
}
