//! `marsad add` and `marsad reread`: articles to the reading threads, and into the ledger in the order of the input.

use crate::fetch::{self, Net};
use crate::pipeline::{self, Line, Results};
use crate::read::threads;
use crate::{AddArgs, RereadArgs};
use anyhow::{Context as _, bail};
use indicatif::ProgressBar;
use marsad_format::{Document, Reading};
use marsad_intake::{Columns, Refusal};
use marsad_ledger::feeds::{self, Poll};
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
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A batch is written when it holds so many articles, or is so old.
const BATCH: usize = 1024;
const PATIENCE: Duration = Duration::from_secs(1);

/// Set by Ctrl-C: nothing more is taken, what is on its way is written.
static STOP: AtomicBool = AtomicBool::new(false);

/// What is on its way to the ledger.
pub enum Item {
    /// An article to be read.
    New(Box<Entry>),
    /// One that has been read, or whose text is known.
    Ready(Box<Entry>),
    /// The report of that number, to be read again.
    Old(i64, Box<Entry>),
    /// Something set aside.
    Refused(Refusal),
    /// A file that was in already and has not changed.
    Unchanged,
    /// Nothing but its note.
    None,
}

/// What the ledger notes together with an item.
pub enum Note {
    /// How far a file was taken in with it.
    File(Progress),
    /// The feed's entry that it is.
    Item(feeds::Item),
    /// What came of trying a feed, behind all its entries.
    Feed(Box<Poll>),
}

/// An item with where it is from.
pub struct Job {
    name: Arc<str>,
    item: Item,
    note: Option<Note>,
    /// The reading that was given with it, as JSON.
    given: Option<String>,
}

/// How the text of an article that is not known becomes a reading.
pub enum How {
    /// The program's own.
    Network(Box<Reader>),
    /// From a file of finished readings.
    Given,
}

/// A file to take in.
struct Input {
    path: String,
    /// Where one may go on; standard input and what is fetched have none.
    mark: Option<Progress>,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Summary {
    added: u64,
    copies: u64,
    versions: u64,
    known: u64,
    /// What was set aside.
    pub refused: u64,
    /// Files that were in already and have not changed.
    unchanged: u64,
    /// The feeds that were tried.
    pub feeds: Vec<Poll>,
}

/// Whether the user wants no more.
pub fn stopped() -> bool {
    STOP.load(Ordering::SeqCst)
}

/// A second Ctrl-C ends at once; the ledger bears that too.
#[allow(clippy::exit, reason = "the user asked twice")]
pub fn mind_ctrl_c() -> anyhow::Result<()> {
    let stop = || {
        if STOP.swap(true, Ordering::SeqCst) {
            std::process::exit(2);
        }
        eprintln!("marsad: stopping after what is on its way");
    };
    ctrlc::set_handler(stop).context("Ctrl-C cannot be minded")
}

pub fn bar() -> anyhow::Result<ProgressBar> {
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
pub struct Given {
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
    pub fn work(&self, job: Job) -> Job {
        let (name, given) = (job.name.clone(), job.given);
        let item = match job.item {
            Item::New(entry) => self.read(*entry, given, &name).map_or_else(Item::Refused, |e| Item::Ready(Box::new(e))),
            Item::Old(report, entry) => self.read(*entry, given, &name).map_or_else(Item::Refused, |e| Item::Old(report, Box::new(e))),
            other => other,
        };
        Job { item, given: None, ..job }
    }

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
    let known = Ledger::read(&folder)?;
    let net = Net::new(&args.net);
    let bar = bar()?;
    let bring = |line: &Line<Job>| {
        let intake = Intake::new(line, known, given, args.published.as_deref());
        for input in &inputs {
            let more = if is_address(&input.path) { fetch::address(&intake, &net, &input.path, &columns)? } else { intake.file(input, &columns)? };
            if !more || stopped() {
                break;
            }
        }
        Ok(())
    };
    let summary = take_in(&mut ledger, &how, threads, &bar, bring)?;
    bar.finish_and_clear();
    ledger.group()?;
    ledger.close()?;
    summary.tell(&folder)?;
    if stopped() {
        bail!("stopped; the same command goes on from here");
    }
    Ok(summary.refused == 0)
}

/// Runs `marsad reread`.
pub fn reread(args: &RereadArgs) -> anyhow::Result<bool> {
    let threads = threads(args.threads)?;
    let folder = args.ledger.folder();
    let known = Ledger::read(&folder)?;
    let mut ledger = Ledger::open(&folder)?;
    let reader = crate::reader()?;
    let stale = ledger.stale(&reader.versions())?;
    mind_ctrl_c()?;
    let bar = bar()?;
    let name: Arc<str> = folder.display().to_string().into();
    let old = &stale;
    let bring = move |line: &Line<Job>| {
        for report in old {
            let entry = Box::new(Entry::new(known.original(*report)?));
            if stopped() || !line.send(Job { name: name.clone(), item: Item::Old(*report, entry), note: None, given: None }) {
                break;
            }
        }
        Ok(())
    };
    let summary = take_in(&mut ledger, &How::Network(Box::new(reader)), threads, &bar, bring)?;
    bar.finish_and_clear();
    ledger.group()?;
    ledger.close()?;
    writeln!(std::io::stdout().lock(), "{} of {} old readings made again", summary.versions, stale.len())?;
    if stopped() {
        bail!("stopped; the same command goes on from here");
    }
    Ok(summary.refused == 0)
}

/// Whether a source is to be fetched.
fn is_address(source: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| source.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme)))
}

/// Where articles are brought, from files and from the web.
pub struct Intake<'a> {
    line: &'a Line<Job>,
    state: Mutex<State>,
    /// The day of those that state none.
    published: Option<&'a str>,
}

struct State {
    /// The ledger as it was committed last.
    known: Ledger,
    /// Texts that this run has sent to be read: the ledger may not have them yet.
    sent: HashSet<String>,
    given: Option<Given>,
}

impl<'a> Intake<'a> {
    /// Brings to a line; what `known` holds is not read again.
    pub fn new(line: &'a Line<Job>, known: Ledger, given: Option<Given>, published: Option<&'a str>) -> Self {
        Self { line, state: Mutex::new(State { known, sent: HashSet::new(), given }), published }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of a feed's entry.
    pub fn seen(&self, item: &feeds::Item) -> anyhow::Result<feeds::Seen> {
        Ok(self.state().known.seen(item)?)
    }

    /// Notes something; `false`, here and below, when nothing more is wanted.
    pub fn note(&self, name: &Arc<str>, note: Note) -> bool {
        self.send(name, Item::None, Some(note))
    }

    fn send(&self, name: &Arc<str>, item: Item, note: Option<Note>) -> bool {
        self.line.send(Job { name: name.clone(), item, note, given: None })
    }

    /// Brings a document, or why it was set aside.
    pub fn document(&self, name: &Arc<str>, document: Result<Document, Refusal>, note: Option<Note>) -> anyhow::Result<bool> {
        let given = self.given(&document)?;
        self.read(name, document, note, given)
    }

    /// The reading that was given of a document, which is taken from the file of them with it.
    fn given(&self, document: &Result<Document, Refusal>) -> anyhow::Result<Option<String>> {
        match (&mut self.state().given, document) {
            (Some(given), Ok(document)) => given.take(&document.id).map_err(anyhow::Error::msg),
            _ => Ok(None),
        }
    }

    fn read(&self, name: &Arc<str>, document: Result<Document, Refusal>, note: Option<Note>, given: Option<String>) -> anyhow::Result<bool> {
        let item = match document {
            Err(refusal) => Item::Refused(refusal),
            Ok(mut document) => {
                document.published = document.published.or_else(|| self.published.map(str::to_owned));
                let entry = Box::new(Entry::new(document));
                let mut state = self.state();
                let known = state.sent.contains(&entry.shape.key) || state.known.find(&entry.shape.key)?.is_some();
                if known {
                    Item::Ready(entry)
                } else {
                    state.sent.insert(entry.shape.key.clone());
                    Item::New(entry)
                }
            }
        };
        Ok(self.line.send(Job { name: name.clone(), item, note, given }))
    }

    /// Brings what a file holds, from where it was taken to.
    fn file(&self, input: &Input, columns: &Columns) -> anyhow::Result<bool> {
        let name: Arc<str> = input.path.as_str().into();
        let start = input.mark.as_ref().map_or(0, |m| m.records);
        let unchanged = input.mark.as_ref().is_some_and(|m| m.done);
        // Of one that is in, the readings that were given with it have still to be passed over.
        if unchanged && self.state().given.is_none() {
            return Ok(self.send(&name, Item::Unchanged, None));
        }
        let note = |records: u64, done: bool| input.mark.as_ref().map(|mark| Note::File(Progress { records, done, ..mark.clone() }));
        let documents = marsad_intake::open(&input.path, columns).unwrap_or_else(|refusal| Box::new(std::iter::once(Err(refusal))));
        let mut records = 0;
        for document in documents {
            if stopped() {
                return Ok(false);
            }
            records += 1;
            let given = self.given(&document)?;
            if records > start && !self.read(&name, document, note(records, false), given)? {
                return Ok(false);
            }
        }
        Ok(self.send(&name, if unchanged { Item::Unchanged } else { Item::None }, note(records, true)))
    }
}

/// Lets `bring` send articles, has them read, and writes them into the ledger in their order.
fn take_in(ledger: &mut Ledger, how: &How, threads: usize, bar: &ProgressBar, bring: impl FnOnce(&Line<Job>) -> anyhow::Result<()> + Send) -> anyhow::Result<Summary> {
    let work = |job| how.work(job);
    pipeline::ordered(threads, work, bring, |results| {
        let mut summary = Summary::default();
        while let Some(first) = results.next(None) {
            summary.batch(ledger, first, results, bar)?;
        }
        Ok(summary)
    })
}

impl Summary {
    /// Writes a batch, which begins with `first`: all of it appears in the ledger, or nothing.
    pub fn batch(&mut self, ledger: &mut Ledger, first: Job, results: &mut Results<Job>, bar: &ProgressBar) -> anyhow::Result<()> {
        let (began, mut next, mut count) = (Instant::now(), Some(first), 0);
        let mut batch = ledger.batch()?;
        // Of a file, the last note stands for those before it.
        let mut files: BTreeMap<Arc<str>, Progress> = BTreeMap::new();
        while let Some(job) = next {
            match job.note {
                Some(Note::File(progress)) => drop(files.insert(job.name.clone(), progress)),
                Some(Note::Item(item)) => batch.item(&item)?,
                Some(Note::Feed(poll)) => {
                    batch.polled(&poll)?;
                    self.feeds.push(*poll);
                }
                None => {}
            }
            self.put(&mut batch, job.item, &job.name, bar)?;
            count += 1;
            next = if count < BATCH { PATIENCE.checked_sub(began.elapsed()).and_then(|left| results.next(Some(left))) } else { None };
        }
        for progress in files.into_values() {
            batch.progress(&progress)?;
        }
        Ok(batch.commit()?)
    }

    fn put(&mut self, batch: &mut marsad_ledger::Batch<'_>, item: Item, name: &str, bar: &ProgressBar) -> anyhow::Result<()> {
        bar.inc(u64::from(!matches!(item, Item::None | Item::Unchanged)));
        let refusal = match item {
            Item::None => return Ok(()),
            Item::Unchanged => {
                self.unchanged += 1;
                return Ok(());
            }
            Item::Old(report, entry) => {
                self.versions += u64::from(batch.reread(report, &entry)?);
                return Ok(());
            }
            Item::New(entry) | Item::Ready(entry) => match batch.add(&entry)? {
                Outcome::Unread => Refusal { file: name.to_owned(), line: None, reason: format!("article {}: its text is that of an article that was set aside", entry.document.id) },
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

    /// Says what came of it.
    pub fn tell(&self, folder: &Path) -> anyhow::Result<()> {
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
