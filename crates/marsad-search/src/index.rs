//! The index in the ledger's folder: brought up to date, searched, checked.

use crate::collect::{Best, By, FACETS, Facets, Key, Reports, Top};
use crate::entry::Entry;
use crate::hits::Highlighter;
use crate::meaning::{Vectors, append};
use crate::query::Query;
use crate::resolve::{Resolver, Words as Taken, accepted};
use crate::tokens::{Lines, Words};
use crate::Error;
use marsad_knowledge::Knowledge;
use marsad_ledger::{Embedding, FILE, Ledger};
use marsad_text::fold;
use rusqlite::types::FromSql;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use tantivy::directory::error::LockError;
use tantivy::query::AllQuery;
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::TokenizerManager;
use tantivy::{IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, TantivyError, Term};

/// The index's version, noted in each commit; an index of another one is made anew.
const FORMAT: &str = "marsad-search-1";

/// Changes of the ledger that one commit brings in.
const WINDOW: usize = 50_000;

/// Memory of the writer, in bytes.
const MEMORY: usize = 128 << 20;

/// How many reports a search by meaning looks at.
const DEPTH: usize = 1_000;

/// The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009).
const FUSION: f32 = 60.0;

/// The index's fields.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    report: Field,
    pub day: Field,
    stamp: Field,
    /// The headlines' words.
    pub title: Field,
    /// The text's words, each under its own form.
    pub words: Field,
    /// The words of headlines and text, each under all its forms.
    pub bare: Field,
    /// The terms of events, a position for each event.
    pub event: Field,
    /// The words of the outlets' names.
    pub outlet: Field,
    facets: [Field; 5],
}

fn schema() -> (Schema, Fields) {
    let mut b = Schema::builder();
    let text = |tokens: &str, what| TextOptions::default().set_indexing_options(TextFieldIndexing::default().set_tokenizer(tokens).set_index_option(what));
    let fields = Fields {
        report: b.add_u64_field("report", INDEXED | FAST),
        day: b.add_i64_field("day", INDEXED | FAST),
        stamp: b.add_u64_field("stamp", FAST),
        title: b.add_text_field("title", text("words", IndexRecordOption::WithFreqs)),
        words: b.add_text_field("words", text("words", IndexRecordOption::WithFreqs)),
        bare: b.add_text_field("bare", text("forms", IndexRecordOption::WithFreqsAndPositions)),
        event: b.add_text_field("event", text("lines", IndexRecordOption::WithFreqsAndPositions)),
        outlet: b.add_text_field("outlet_words", text("words", IndexRecordOption::WithFreqs)),
        facets: FACETS.map(|name| b.add_text_field(name, STRING | FAST)),
    };
    (b.build(), fields)
}

/// By what hits are ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The best first; by day where the query has no words.
    #[default]
    Relevance,
    /// The latest first, those without a day last.
    Newest,
    /// The earliest first, those without a day last.
    Oldest,
}

/// Where a page ends, to go on from there. Pages by day are the same whatever comes into the ledger meanwhile; the order
/// by relevance shifts a little with it, since a word's weight depends on how many reports have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// A sum over the question.
    of: u32,
    number: i64,
    report: u64,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}.{:x}.{:x}", self.of, self.number, self.report)
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let parts: Vec<u64> = text.split('.').filter_map(|p| u64::from_str_radix(p, 16).ok()).collect();
        match (parts.as_slice(), text.split('.').count()) {
            (&[of, number, report], 3) => Ok(Self { of: u32::try_from(of).map_err(|_| Error::Cursor(text.to_owned()))?, number: number.cast_signed(), report }),
            _ => Err(Error::Cursor(text.to_owned())),
        }
    }
}

/// A question.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// What is looked for.
    pub query: &'a Query,
    /// The most hits of a page.
    pub limit: usize,
    /// Their order; a search by meaning knows only that of relevance.
    pub order: Order,
    /// Whether to count the facets.
    pub facets: bool,
    /// Behind which hit the page begins.
    pub behind: Option<Cursor>,
    /// The vector of the query's words (`Reader::query`), to search by meaning.
    pub meaning: Option<&'a Embedding>,
    /// Whether a search by meaning counts the words too, the two lists joined by reciprocal rank fusion.
    pub hybrid: bool,
}

impl<'a> Request<'a> {
    /// Twenty hits by relevance.
    pub fn new(query: &'a Query) -> Self {
        Self { query, limit: 20, order: Order::default(), facets: false, behind: None, meaning: None, hybrid: true }
    }
}

/// A report that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// Its number in the ledger.
    pub report: u64,
    /// What it was ordered by: a score, or a day counted from 1970-01-01.
    pub score: f32,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The page.
    pub hits: Vec<Hit>,
    /// How many reports match; by meaning, how many were looked at.
    pub total: u64,
    /// How many there are of each value, where asked for.
    pub facets: Facets,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
    /// What the user should know: values that no report has.
    pub notes: Vec<String>,
}

/// An open index.
pub struct Index {
    folder: PathBuf,
    index: tantivy::Index,
    reader: IndexReader,
    fields: Fields,
    /// The vectors of one version of the weights, read when they are first asked for.
    vectors: Mutex<Option<(String, Arc<Vectors>)>>,
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Index").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// How far an index has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct State {
    /// The last change of the ledger in it.
    seq: i64,
    /// Which ledger that is.
    ledger: String,
}

impl Index {
    /// Opens a ledger's index and brings in what came since; makes one where there is none, or one of another version.
    /// While another program brings it up to date, it is opened as it is.
    ///
    /// # Errors
    /// When ledger or index cannot be read, or what came cannot be written.
    pub fn open(ledger: &Ledger) -> Result<Self, Error> {
        let folder = ledger.folder().join("index");
        let mut index = match Self::at(&folder) {
            Ok(index) if index.state().is_ok() => index,
            // Damaged or of another version: it is made anew.
            _ => {
                remove(&folder)?;
                Self::at(&folder)?
            }
        };
        match index.sync(ledger, |_, _| {}) {
            Ok(_) | Err(Error::Busy(_)) => Ok(index),
            Err(e) => Err(e),
        }
    }

    /// Makes the index anew. `step` is told how many changes of how many are in.
    ///
    /// # Errors
    /// As [`Index::open`].
    pub fn rebuild(ledger: &Ledger, step: impl FnMut(i64, i64)) -> Result<Self, Error> {
        let folder = ledger.folder().join("index");
        remove(&folder)?;
        let mut index = Self::at(&folder)?;
        index.sync(ledger, step)?;
        Ok(index)
    }

    /// Opens the index in a folder, or makes an empty one.
    ///
    /// # Errors
    /// When it cannot be read or made, or is one of another version.
    pub fn at(folder: &Path) -> Result<Self, Error> {
        let words = folder.join("words");
        let wrap = |source: TantivyError| Error::Index { folder: folder.to_owned(), source };
        std::fs::create_dir_all(&words).map_err(|source| Error::Io { file: words.clone(), source })?;
        let (schema, fields) = schema();
        let directory = tantivy::directory::MmapDirectory::open(&words).map_err(|e| wrap(e.into()))?;
        let tokenizers = TokenizerManager::default();
        tokenizers.register("words", Words::new(false));
        tokenizers.register("forms", Words::new(true));
        tokenizers.register("lines", Lines::default());
        let index = tantivy::Index::builder().schema(schema).tokenizers(tokenizers).open_or_create(directory).map_err(wrap)?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(wrap)?;
        Ok(Self { folder: folder.to_owned(), index, reader, fields, vectors: Mutex::new(None) })
    }

    fn wrap(&self, source: impl Into<TantivyError>) -> Error {
        Error::Index { folder: self.folder.clone(), source: source.into() }
    }

    fn vectors_file(&self) -> PathBuf {
        self.folder.join("vectors")
    }

    fn state(&self) -> Result<State, Error> {
        let Some(note) = self.index.load_metas().map_err(|e| self.wrap(e))?.payload else { return Ok(State::default()) };
        let mut parts = note.split(' ');
        match (parts.next(), parts.next().and_then(|s| s.parse().ok()), parts.next()) {
            (Some(FORMAT), Some(seq), Some(ledger)) => Ok(State { seq, ledger: ledger.to_owned() }),
            _ => Err(Error::Damaged { file: self.folder.clone(), reason: format!("the index is of another version ({note})") }),
        }
    }

    /// Brings in what changed in the ledger since; how many changes there were. `step` is told how many changes of how many
    /// are in.
    ///
    /// # Errors
    /// When another program does so ([`Error::Busy`]), or ledger or index cannot be read or written.
    pub fn sync(&mut self, ledger: &Ledger, mut step: impl FnMut(i64, i64)) -> Result<i64, Error> {
        let now = stand(ledger)?;
        if self.state()? == now {
            return Ok(0);
        }
        let mut writer = self.writer()?;
        let mut state = self.state()?;
        if state.ledger != now.ledger || state.seq > now.seq {
            // The index of another ledger, or of one that a backup took back.
            writer.clear()?;
            state = State { seq: 0, ledger: now.ledger.clone() };
        }
        let (from, fresh, mut seen) = (state.seq, state.seq == 0, BTreeSet::new());
        loop {
            let changes = ledger.changes(state.seq, WINDOW)?;
            let Some(last) = changes.last().map(|c| c.seq) else { break };
            let mut reports = BTreeSet::new();
            for change in &changes {
                match change.subject.as_str() {
                    "report" => drop(reports.insert(change.id)),
                    "document" => reports.extend(rows::<i64>(ledger, &format!("SELECT report FROM document WHERE id = {}", change.id))?),
                    _ => {}
                }
            }
            for report in reports {
                if !fresh || !seen.insert(report) {
                    writer.remove(report as u64);
                }
                if let Some(entry) = Entry::of(ledger, report)? {
                    writer.put(&entry, ledger.embedding(report)?)?;
                }
            }
            state.seq = last;
            writer.commit(&state)?;
            step(last - from, now.seq - from);
        }
        writer.finish()?;
        self.refresh()?;
        Ok(state.seq - from)
    }

    /// A writer; there is one at a time.
    ///
    /// # Errors
    /// When another program holds it.
    pub fn writer(&self) -> Result<Writer, Error> {
        let writer = self.index.writer_with_num_threads(1, MEMORY).map_err(|e| match e {
            TantivyError::LockFailure(LockError::LockBusy, _) => Error::Busy(self.folder.clone()),
            e => self.wrap(e),
        })?;
        Ok(Writer { folder: self.folder.clone(), vectors: self.vectors_file(), fields: self.fields, writer, pending: Vec::new() })
    }

    /// Looks at what was committed last.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn refresh(&mut self) -> Result<(), Error> {
        *self.vectors.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.reader.reload().map_err(|e| self.wrap(e))
    }

    /// How many reports are in it.
    pub fn len(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The vectors that these weights made, read once.
    ///
    /// # Errors
    /// When their file cannot be read.
    pub fn vectors(&self, weights: &str) -> Result<Arc<Vectors>, Error> {
        let mut held = self.vectors.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, vectors)) = held.as_ref().filter(|h| h.0 == weights) {
            return Ok(Arc::clone(vectors));
        }
        let live = self.reader.searcher().search(&AllQuery, &Reports).map_err(|e| self.wrap(e))?;
        let vectors = Arc::new(Vectors::read(&self.vectors_file(), weights, |report| live.binary_search(&report).is_ok())?);
        *held = Some((weights.to_owned(), Arc::clone(&vectors)));
        Ok(vectors)
    }

    fn resolve(&self, query: &Query, knowledge: &Knowledge, words: Taken, searcher: &Searcher, notes: &mut BTreeSet<String>) -> Result<Box<dyn tantivy::query::Query>, Error> {
        let mut resolver = Resolver { query, searcher, fields: &self.fields, knowledge, words, notes: BTreeSet::new() };
        let made = resolver.resolve().map_err(|e| self.wrap(e))??;
        notes.append(&mut resolver.notes);
        Ok(made)
    }

    /// Searches.
    ///
    /// # Errors
    /// When a value of the query is none, the cursor is another search's, or the index cannot be read.
    pub fn search(&self, knowledge: &Knowledge, request: &Request<'_>) -> Result<Found, Error> {
        let by = match request.order {
            Order::Relevance if !request.query.words().is_empty() => By::Score,
            Order::Relevance | Order::Newest => By::Newest,
            Order::Oldest => By::Oldest,
        };
        let of = checksum(&format!("{by:?} {} {} {}", request.meaning.is_some(), request.hybrid, request.query.text));
        if let Some(cursor) = request.behind.filter(|c| c.of != of) {
            return Err(Error::Cursor(cursor.to_string()));
        }
        let searcher = self.reader.searcher();
        let mut notes = BTreeSet::new();
        let mut found = match request.meaning.filter(|_| by == By::Score) {
            Some(meaning) => self.by_meaning(knowledge, request, meaning, of, &searcher, &mut notes)?,
            None => {
                let query = self.resolve(request.query, knowledge, Taken::All, &searcher, &mut notes)?;
                let behind = request.behind.map(|c| (c.number, Reverse(c.report)));
                let best = Best { limit: request.limit.saturating_add(1), by, behind, facets: request.facets, among: None };
                let (mut keys, total, facets) = searcher.search(query.as_ref(), &best).map_err(|e| self.wrap(e))?;
                let more = keys.len() > request.limit;
                keys.truncate(request.limit);
                let next = keys.last().filter(|_| more).map(|k| Cursor { of, number: k.0, report: k.1.0 });
                let hits = keys.into_iter().map(|(number, Reverse(report))| Hit { report, score: shown(by, number) }).collect();
                Found { hits, total, facets, next, notes: Vec::new() }
            }
        };
        found.notes = notes.into_iter().collect();
        Ok(found)
    }

    fn by_meaning(&self, knowledge: &Knowledge, request: &Request<'_>, meaning: &Embedding, of: u32, searcher: &Searcher, notes: &mut BTreeSet<String>) -> Result<Found, Error> {
        let vectors = self.vectors(&meaning.weights)?;
        let filter = self.resolve(request.query, knowledge, Taken::None, searcher, notes)?;
        let among = if request.query.is_words_alone() { None } else { Some(searcher.search(filter.as_ref(), &Reports).map_err(|e| self.wrap(e))?) };
        let mut scores: BTreeMap<u64, f32> = BTreeMap::new();
        for (rank, (report, near)) in vectors.nearest(meaning, DEPTH, among.as_deref()).into_iter().enumerate() {
            scores.insert(report, if request.hybrid { 1.0 / (FUSION + rank as f32 + 1.0) } else { near.max(0.0) });
        }
        if request.hybrid {
            let query = self.resolve(request.query, knowledge, Taken::Some, searcher, notes)?;
            let keys = searcher.search(query.as_ref(), &Top { limit: DEPTH }).map_err(|e| self.wrap(e))?;
            for (rank, (_, Reverse(report))) in keys.into_iter().enumerate() {
                *scores.entry(report).or_default() += 1.0 / (FUSION + rank as f32 + 1.0);
            }
        }
        let facets = if request.facets {
            let best = Best { limit: 1, by: By::Newest, behind: None, facets: true, among: Some(scores.keys().copied().collect()) };
            searcher.search(&AllQuery, &best).map_err(|e| self.wrap(e))?.2
        } else {
            Facets::new()
        };
        let total = scores.len() as u64;
        let mut keys: Vec<Key> = scores.into_iter().map(|(report, score)| (i64::from(score.to_bits()), Reverse(report))).collect();
        keys.sort_unstable_by(|a, b| b.cmp(a));
        let start = request.behind.map_or(0, |c| keys.partition_point(|k| *k >= (c.number, Reverse(c.report))));
        let end = start.saturating_add(request.limit).min(keys.len());
        let next = (end < keys.len() && end > start).then(|| Cursor { of, number: keys[end - 1].0, report: keys[end - 1].1.0 });
        let hits = keys[start..end].iter().map(|(number, Reverse(report))| Hit { report: *report, score: shown(By::Score, *number) }).collect();
        Ok(Found { hits, total, facets, next, notes: Vec::new() })
    }

    /// Finds a query's words in the texts of its hits.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn highlighter(&self, query: &Query) -> Result<Highlighter, Error> {
        let searcher = self.reader.searcher();
        let count = |key: &str| searcher.doc_freq(&Term::from_field_text(self.fields.words, key));
        let mut runs = Vec::new();
        for run in query.runs() {
            let words = match run {
                [word] => vec![accepted(word, count).map_err(|e| self.wrap(e))?],
                words => words.iter().map(|w| vec![fold(w)]).collect(),
            };
            runs.push(words);
        }
        Ok(Highlighter { runs })
    }

    /// Whether the index agrees with its ledger: each report that an article shows is in it once, as it stands there, with
    /// its meaning. What does not agree, in words; `step` is called after each report. `marsad index rebuild` mends it all.
    ///
    /// # Errors
    /// When ledger or index cannot be read.
    pub fn check(&self, ledger: &Ledger, mut step: impl FnMut()) -> Result<Vec<String>, Error> {
        let mut faults = Vec::new();
        let (state, now) = (self.state()?, stand(ledger)?);
        // An index without anything knows of no ledger yet.
        if state != now && (state.seq, now.seq) != (0, 0) {
            faults.push(format!("the index holds the ledger's changes up to {}, the ledger has {}", state.seq, now.seq));
        }
        for file in self.index.validate_checksum().map_err(|e| self.wrap(e))?.into_iter().collect::<BTreeSet<_>>() {
            faults.push(format!("{}: the sum is wrong", file.display()));
        }
        let mut indexed: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
        for segment in self.reader.searcher().segment_readers() {
            let fast = segment.fast_fields();
            let (reports, stamps) = (fast.u64("report").map_err(|e| self.wrap(e))?, fast.u64("stamp").map_err(|e| self.wrap(e))?);
            for doc in segment.doc_ids_alive() {
                indexed.entry(reports.first(doc).unwrap_or_default()).or_default().push(stamps.first(doc).unwrap_or_default());
            }
        }
        let mut vectors: BTreeMap<String, Arc<Vectors>> = BTreeMap::new();
        for report in rows::<i64>(ledger, "SELECT id FROM report ORDER BY id")? {
            let entry = Entry::of(ledger, report)?;
            match (entry, indexed.remove(&(report as u64)).as_deref()) {
                (Some(entry), Some(&[stamp])) => {
                    if entry.stamp() != stamp {
                        faults.push(format!("report {report} stands in the index as it was"));
                    }
                    if let Some(e) = ledger.embedding(report)? {
                        let held = match vectors.get(&e.weights) {
                            Some(held) => Arc::clone(held),
                            None => vectors.entry(e.weights.clone()).or_insert(Arc::new(Vectors::read(&self.vectors_file(), &e.weights, |_| true)?)).clone(),
                        };
                        if !held.holds(report as u64, &e) {
                            faults.push(format!("the meaning of report {report} is not in the index"));
                        }
                    }
                }
                (Some(_), None) => faults.push(format!("report {report} is not in the index")),
                (Some(_), Some(several)) => faults.push(format!("report {report} is {} times in the index", several.len())),
                (None, Some(_)) => faults.push(format!("report {report} is in the index and no article shows it")),
                (None, None) => {}
            }
            step();
        }
        faults.extend(indexed.keys().map(|report| format!("report {report} is in the index and not in the ledger")));
        Ok(faults)
    }
}

/// What a key's number says.
fn shown(by: By, number: i64) -> f32 {
    match by {
        By::Score => f32::from_bits(number as u32),
        By::Newest => number as f32,
        By::Oldest => -(number as f32),
    }
}

fn checksum(text: &str) -> u32 {
    text.bytes().fold(0x811C_9DC5, |h: u32, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193))
}

fn remove(folder: &Path) -> Result<(), Error> {
    match std::fs::remove_dir_all(folder) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(Error::Io { file: folder.to_owned(), source }),
        _ => Ok(()),
    }
}

/// One column of the ledger's tables.
fn rows<T: FromSql>(ledger: &Ledger, sql: &str) -> Result<Vec<T>, Error> {
    let wrap = |source| Error::Ledger(marsad_ledger::Error::Sqlite { file: ledger.folder().join(FILE), source });
    let mut query = ledger.tables().prepare(sql).map_err(wrap)?;
    let mut rows = query.query([]).map_err(wrap)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(wrap)? {
        found.push(row.get(0).map_err(wrap)?);
    }
    Ok(found)
}

/// How far a ledger has come.
fn stand(ledger: &Ledger) -> Result<State, Error> {
    let seq = rows::<i64>(ledger, "SELECT ifnull(max(seq), 0) FROM change")?.pop().unwrap_or_default();
    let first = rows::<String>(ledger, "SELECT key || '-' || added FROM report ORDER BY id LIMIT 1")?.pop();
    Ok(State { seq, ledger: first.unwrap_or_else(|| "empty".to_owned()) })
}

/// What puts reports into an index. Nothing is seen before [`Writer::commit`].
pub struct Writer {
    folder: PathBuf,
    vectors: PathBuf,
    fields: Fields,
    writer: IndexWriter,
    pending: Vec<(u64, Embedding)>,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Writer {
    fn wrap(&self, source: TantivyError) -> Error {
        Error::Index { folder: self.folder.clone(), source }
    }

    fn clear(&mut self) -> Result<(), Error> {
        self.writer.delete_all_documents().map_err(|e| self.wrap(e))?;
        match std::fs::remove_file(&self.vectors) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(Error::Io { file: self.vectors.clone(), source }),
            _ => Ok(()),
        }
    }

    /// Takes a report out.
    pub fn remove(&mut self, report: u64) {
        self.writer.delete_term(Term::from_field_u64(self.fields.report, report));
    }

    /// Puts a report in that is not there.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub fn put(&mut self, entry: &Entry, meaning: Option<Embedding>) -> Result<(), Error> {
        let f = &self.fields;
        let mut doc = TantivyDocument::default();
        doc.add_u64(f.report, entry.report);
        doc.add_u64(f.stamp, entry.stamp());
        if let Some(day) = entry.day {
            doc.add_i64(f.day, day);
        }
        for title in &entry.titles {
            doc.add_text(f.title, title);
            doc.add_text(f.bare, title);
        }
        doc.add_text(f.words, &entry.text);
        doc.add_text(f.bare, &entry.text);
        doc.add_text(f.event, entry.lines());
        for outlet in &entry.outlets {
            doc.add_text(f.outlet, outlet);
        }
        let events = entry.reading.iter().flat_map(|r| &r.events);
        let types: BTreeSet<&str> = events.clone().map(|e| e.kind.name()).collect();
        let countries: BTreeSet<&str> = events.clone().filter_map(|e| e.place.as_ref()?.country.as_deref()).collect();
        let actors: BTreeSet<&str> = events.flat_map(|e| &e.actor).filter_map(|a| a.name.as_deref()).collect();
        let month = entry.month();
        let values: [Vec<&str>; 5] = [types.into_iter().collect(), countries.into_iter().collect(), entry.outlets.iter().map(String::as_str).collect(), actors.into_iter().collect(), month.iter().map(String::as_str).collect()];
        for (field, list) in f.facets.iter().zip(values) {
            list.into_iter().for_each(|value| doc.add_text(*field, value));
        }
        self.writer.add_document(doc).map_err(|e| self.wrap(e))?;
        self.pending.extend(meaning.map(|m| (entry.report, m)));
        Ok(())
    }

    /// Makes all of it appear, with the note how far the ledger is in. The vectors go first: one too many is harmless.
    fn commit(&mut self, state: &State) -> Result<(), Error> {
        append(&self.vectors, self.pending.drain(..).collect::<Vec<_>>().iter().map(|(r, e)| (*r, e)))?;
        let folder = self.folder.clone();
        let wrap = |source| Error::Index { folder: folder.clone(), source };
        let mut commit = self.writer.prepare_commit().map_err(wrap)?;
        commit.set_payload(&format!("{FORMAT} {} {}", state.seq, state.ledger));
        commit.commit().map_err(wrap)?;
        Ok(())
    }

    /// Makes all of it appear in an index that belongs to no ledger.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub fn commit_alone(&mut self) -> Result<(), Error> {
        self.commit(&State { seq: 0, ledger: "none".to_owned() })
    }

    /// Waits until the index has put its parts together.
    ///
    /// # Errors
    /// When the index cannot be written.
    pub fn finish(self) -> Result<(), Error> {
        let folder = self.folder;
        self.writer.wait_merging_threads().map_err(|source| Error::Index { folder, source })
    }
}
