//! Putting entries in: one transaction a batch.

use crate::entry::{Content, Entry, Stored, bounds, sides, stored, unpack};
use crate::near::{DAYS, SHARED, Shape, groups, hex};
use crate::{Error, Ledger};
use marsad_format::{Document, Reading};
use marsad_text::fold;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, Row, params};
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The week of texts without a day: they are compared with each other alone.
const UNDATED: i64 = i64::MIN;

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A report that was not there yet.
    Added,
    /// A known text, now in another article too.
    Copy,
    /// An article that was there, with another text or headline: its version of that number.
    Version(i64),
    /// Nothing new.
    Known,
    /// The text is not known and came without a reading; nothing was stored.
    Unread,
}

/// How far a file was taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The file's name.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// When it was changed last, in milliseconds of the Unix clock.
    pub modified: i64,
    /// A hash of its beginning.
    pub hash: String,
    /// Records taken or refused so far.
    pub records: u64,
    /// Whether that is all of them.
    pub done: bool,
}

/// What is written together: all of it appears at [`Batch::commit`], or nothing.
#[derive(Debug)]
pub struct Batch<'a> {
    pub(crate) db: rusqlite::Transaction<'a>,
    pub(crate) file: PathBuf,
    pub(crate) at: i64,
    shapes: RefCell<Shapes>,
    /// Where the shapes go at a commit; what was not committed leaves none behind.
    home: &'a mut Shapes,
}

/// Texts seen last, by the numbers of their reports: those that the next ones will be compared with.
pub(crate) type Shapes = BTreeMap<i64, Arc<Shape>>;

/// How many of them are kept: some 25 MB.
const KEPT: usize = 4096;

/// An article as the ledger has it.
struct Known {
    id: i64,
    report: i64,
    title: Option<String>,
    day: Option<i64>,
}

impl Ledger {
    /// Begins a batch. What is not committed is taken back when it is dropped.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn batch(&mut self) -> Result<Batch<'_>, Error> {
        let file = self.file.clone();
        let shapes = RefCell::new(std::mem::take(&mut self.shapes));
        let db = self.db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(crate::wrap(&file))?;
        Ok(Batch { db, file, at: crate::now(), shapes, home: &mut self.shapes })
    }

    /// Adds a document with its reading. `false` if there was nothing new in it.
    ///
    /// # Errors
    /// When the ledger cannot be written, or the reading is not one of this text.
    pub fn add(&mut self, document: &Document, reading: &Reading) -> Result<bool, Error> {
        let entry = Entry::new(document.clone()).read(reading, None)?;
        let mut batch = self.batch()?;
        let outcome = batch.add(&entry)?;
        batch.commit()?;
        Ok(outcome != Outcome::Known)
    }
}

/// 63 bits over parts, as an `SQLite` integer.
pub(crate) fn hash(parts: &[&str]) -> i64 {
    let digest = digest(parts);
    let mut eight = [0; 8];
    eight.copy_from_slice(&digest[..8]);
    i64::from_le_bytes(eight) & i64::MAX
}

pub(crate) fn digest(parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// An address without what does not name the article: the fragment, a slash at the end, the scheme. `None` for a site's
/// front page, which names no article.
fn address(url: &str) -> Option<&str> {
    let url = url.split('#').next().unwrap_or_default().trim();
    let url = url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/');
    url.contains(['/', '?']).then_some(url)
}

pub(crate) fn week(day: Option<i64>) -> i64 {
    day.map_or(UNDATED, |d| d.div_euclid(DAYS))
}

impl Batch<'_> {
    /// Makes all of it appear.
    ///
    /// # Errors
    /// When the ledger cannot be written; then nothing has appeared.
    pub fn commit(self) -> Result<(), Error> {
        let Self { db, file, shapes, home, .. } = self;
        db.commit().map_err(crate::wrap(&file))?;
        *home = shapes.into_inner();
        Ok(())
    }

    pub(crate) fn sql(&self, sql: &str) -> Result<CachedStatement<'_>, Error> {
        self.db.prepare_cached(sql).map_err(crate::wrap(&self.file))
    }

    pub(crate) fn run(&self, sql: &str, values: impl Params) -> Result<usize, Error> {
        self.sql(sql)?.execute(values).map_err(crate::wrap(&self.file))
    }

    /// Runs an INSERT and gives the row's number.
    pub(crate) fn insert(&self, sql: &str, values: impl Params) -> Result<i64, Error> {
        self.sql(sql)?.insert(values).map_err(crate::wrap(&self.file))
    }

    pub(crate) fn one<T>(&self, sql: &str, values: impl Params, row: impl FnOnce(&Row) -> rusqlite::Result<T>) -> Result<Option<T>, Error> {
        self.sql(sql)?.query_row(values, row).optional().map_err(crate::wrap(&self.file))
    }

    pub(crate) fn all<T>(&self, sql: &str, values: impl Params, row: impl FnMut(&Row) -> rusqlite::Result<T>) -> Result<Vec<T>, Error> {
        let mut statement = self.sql(sql)?;
        let rows = statement.query_map(values, row).map_err(crate::wrap(&self.file))?;
        rows.collect::<Result<_, _>>().map_err(crate::wrap(&self.file))
    }

    /// Notes that something came, changed or went; the number of that change.
    pub(crate) fn change(&self, subject: &str, id: i64, what: &str) -> Result<i64, Error> {
        self.insert("INSERT INTO change (at, subject, id, what) VALUES (?1, ?2, ?3, ?4)", params![self.at, subject, id, what])
    }

    /// Puts an entry in.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn add(&mut self, entry: &Entry) -> Result<Outcome, Error> {
        let text = |s: &Option<String>| s.clone().unwrap_or_default();
        let source = text(&entry.document.source);
        let mut report = self.one("SELECT id FROM report WHERE key = ?1", [&entry.shape.key], |r| r.get::<_, i64>(0))?;
        let fresh = report.is_none();
        if fresh && entry.content.is_none() {
            return Ok(Outcome::Unread);
        }
        let outlet = match self.one("SELECT id FROM outlet WHERE name = ?1", [&source], |r| r.get(0))? {
            Some(id) => id,
            None => self.insert("INSERT INTO outlet (name) VALUES (?1)", [&source])?,
        };
        let url = entry.document.url.as_deref().and_then(address);
        let names: Vec<i64> = url.map(|u| hash(&[&source, "url", u])).into_iter().chain([hash(&[&source, "id", &entry.document.id])]).collect();
        let mut document = None;
        for name in &names {
            document = match document {
                None => self.known_by(*name, entry, report)?,
                some => some,
            };
        }
        if let (None, Some(report)) = (&document, report) {
            document = self.one("SELECT id FROM document WHERE report = ?1 AND +outlet = ?2 ORDER BY id LIMIT 1", [report, outlet], |r| r.get(0))?.map(|id| self.known(id)).transpose()?;
        }
        if let (None, Some(content)) = (report, &entry.content) {
            report = Some(self.report(entry, content)?);
        }
        let Some(report) = report else { return Ok(Outcome::Unread) };
        if document.is_none() {
            document = self.edited(entry, outlet, report)?;
        }
        let (id, outcome) = match document {
            Some(known) => {
                let outcome = self.version(&known, entry, report)?;
                (known.id, outcome)
            }
            None => (self.document(entry, outlet, url, report)?, if fresh { Outcome::Added } else { Outcome::Copy }),
        };
        for name in &names {
            self.run("INSERT OR IGNORE INTO identity (hash, document) VALUES (?1, ?2)", [*name, id])?;
        }
        if !fresh {
            if outcome != Outcome::Known {
                // Its incidents count outlets and articles.
                self.change("report", report, "changed")?;
            }
            self.dated(entry, report)?;
        }
        Ok(outcome)
    }

    fn known(&self, id: i64) -> Result<Known, Error> {
        let row = |r: &Row| Ok(Known { id, report: r.get(0)?, title: r.get(1)?, day: r.get(2)? });
        let found = self.one("SELECT d.report, v.title, d.day FROM document d JOIN version v ON v.document = d.id AND v.number = d.version WHERE d.id = ?1", [id], row)?;
        found.ok_or_else(|| Error::Damaged { file: self.file.clone(), what: format!("document {id}"), reason: "it has no version".to_owned() })
    }

    /// The article of that name, unless the two texts have nothing in common: then the name is no name (ids that count from
    /// one in every file, a feed that gives one address for all).
    fn known_by(&self, name: i64, entry: &Entry, report: Option<i64>) -> Result<Option<Known>, Error> {
        let Some(id) = self.one("SELECT document FROM identity WHERE hash = ?1", [name], |r| r.get::<_, i64>(0))? else { return Ok(None) };
        let known = self.known(id)?;
        if let Some(report) = report
            && (known.report == report || self.one("SELECT 1 FROM version WHERE document = ?1 AND report = ?2", [id, report], |_| Ok(()))?.is_some())
        {
            return Ok(Some(known));
        }
        if same_title(entry.document.title.as_deref(), known.title.as_deref()) {
            return Ok(Some(known));
        }
        let strange = entry.shape.is_strange_to(self.shape(known.report)?.as_ref());
        Ok((!strange).then_some(known))
    }

    /// The article of the same outlet and headline whose text is near-equal: it was edited and moved.
    fn edited(&self, entry: &Entry, outlet: i64, report: i64) -> Result<Option<Known>, Error> {
        // By the few pairs, not by all that the outlet ever printed: the planner would take the other way (hence + and CROSS).
        let candidates = self.all("SELECT d.id FROM near n CROSS JOIN document d ON d.report = n.b WHERE n.a = ?1 AND +d.outlet = ?2 ORDER BY d.key", [report, outlet], |r| r.get::<_, i64>(0))?;
        for id in candidates {
            let known = self.known(id)?;
            if same_title(entry.document.title.as_deref(), known.title.as_deref()) {
                return Ok(Some(known));
            }
        }
        Ok(None)
    }

    /// The text of a report, as the search for duplicates sees it.
    fn shape(&self, report: i64) -> Result<Arc<Shape>, Error> {
        if let Some(shape) = self.shapes.borrow().get(&report) {
            return Ok(Arc::clone(shape));
        }
        let shape = Arc::new(Shape::of(&text_of(&self.db, &self.file, report)?));
        self.keep(report, &shape);
        Ok(shape)
    }

    fn keep(&self, report: i64, shape: &Arc<Shape>) {
        let mut shapes = self.shapes.borrow_mut();
        shapes.insert(report, Arc::clone(shape));
        if shapes.len() > KEPT {
            shapes.pop_first();
        }
    }

    /// A new article.
    fn document(&self, entry: &Entry, outlet: i64, url: Option<&str>, report: i64) -> Result<i64, Error> {
        let d = &entry.document;
        let source = d.source.as_deref().unwrap_or_default();
        let (kind, value) = url.map_or(("id", d.id.as_str()), |u| ("url", u));
        let mut key = hex(&digest(&[source, kind, value])[..8]);
        if self.one("SELECT 1 FROM document WHERE key = ?1", [&key], |_| Ok(()))?.is_some() {
            // The name is another article's already: see `known_by`.
            key = hex(&digest(&[source, kind, value, &entry.shape.key])[..8]);
        }
        let id = self.insert(
            "INSERT INTO document (key, outlet, name, url, lang, author, published, day, version, report, added) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9, ?10)",
            params![key, outlet, d.id, d.url, d.lang, d.author, d.published, entry.day, report, self.at],
        )?;
        self.run("INSERT INTO version (document, number, report, title, published, added) VALUES (?1, 1, ?2, ?3, ?4, ?5)", params![id, report, d.title, d.published, self.at])?;
        self.run("UPDATE report SET live = live + 1 WHERE id = ?1", [report])?;
        self.change("document", id, "added")?;
        Ok(id)
    }

    /// A known article: another version of it, if text or headline differ from all that were there. The version that holds
    /// is the one that came last, unless an older day of publication stands on it.
    fn version(&self, known: &Known, entry: &Entry, report: i64) -> Result<Outcome, Error> {
        let title = entry.document.title.as_deref();
        let versions = self.all("SELECT report, title FROM version WHERE document = ?1 ORDER BY number", [known.id], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, Option<String>>(1)?)))?;
        if versions.iter().any(|(r, t)| *r == report && (title.is_none() || t.as_deref() == title)) {
            return Ok(Outcome::Known);
        }
        let number = versions.len() as i64 + 1;
        self.run("INSERT INTO version (document, number, report, title, published, added) VALUES (?1, ?2, ?3, ?4, ?5, ?6)", params![known.id, number, report, title, entry.document.published, self.at])?;
        if entry.day.zip(known.day).is_none_or(|(new, old)| new >= old) {
            self.run(
                "UPDATE document SET version = ?2, report = ?3, published = ifnull(?4, published), day = ifnull(?5, day) WHERE id = ?1",
                params![known.id, number, report, entry.document.published, entry.day],
            )?;
            if known.report != report {
                self.run("UPDATE report SET live = live - 1 WHERE id = ?1", [known.report])?;
                self.run("UPDATE report SET live = live + 1 WHERE id = ?1", [report])?;
                self.change("report", known.report, "changed")?;
            }
        }
        self.change("document", known.id, "changed")?;
        Ok(Outcome::Version(number))
    }

    /// A new text with all that hangs on it.
    fn report(&self, entry: &Entry, content: &Content) -> Result<i64, Error> {
        let id = self.insert("INSERT INTO report (key, cluster, day, live, words, added) VALUES (?1, 0, ?2, 0, ?3, ?4)", params![entry.shape.key, entry.day, entry.shape.words as i64, self.at])?;
        self.run("UPDATE report SET cluster = id WHERE id = ?1", [id])?;
        self.run("INSERT INTO body (report, text) VALUES (?1, ?2)", params![id, content.text])?;
        self.change("report", id, "added")?;
        self.reading(id, &content.reading)?;
        self.keep(id, &Arc::new(entry.shape.clone()));
        self.place(id, &entry.shape, entry.day)?;
        Ok(id)
    }

    /// Stores a reading with its rows, in place of an older one.
    pub(crate) fn reading(&self, report: i64, reading: &Stored) -> Result<(), Error> {
        let made = &reading.made_by;
        let maker = params![made.program, made.weights, made.knowledge];
        let maker = match self.one("SELECT id FROM maker WHERE program = ?1 AND weights = ?2 AND knowledge = ?3", maker, |r| r.get(0))? {
            Some(id) => id,
            None => self.insert("INSERT INTO maker (program, weights, knowledge) VALUES (?1, ?2, ?3)", maker)?,
        };
        self.run(
            "INSERT OR REPLACE INTO reading (report, maker, as_of, events, json, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![report, maker, reading.as_of, reading.mentions.len() as i64, reading.json, self.at],
        )?;
        if let Some(e) = &reading.embedding {
            let bytes: Vec<u8> = e.vector.iter().map(|x| x.cast_unsigned()).collect();
            self.run("INSERT OR REPLACE INTO embedding (report, weights, scale, vector) VALUES (?1, ?2, ?3, ?4)", params![report, e.weights, f64::from(e.scale), bytes])?;
        }
        self.mentions(report, reading)
    }

    /// Puts a new reading of a known report in the place of the old one. An entry of another text is passed over: `false`.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn reread(&mut self, report: i64, entry: &Entry) -> Result<bool, Error> {
        let key = self.one("SELECT key FROM report WHERE id = ?1", [report], |r| r.get::<_, String>(0))?;
        let (Some(content), true) = (&entry.content, key.as_ref() == Some(&entry.shape.key)) else { return Ok(false) };
        let starts = || Ok::<BTreeSet<u32>, Error>(self.all("SELECT start FROM mention WHERE report = ?1", [report], |r| r.get(0))?.into_iter().collect());
        let before = starts()?;
        self.reading(report, &content.reading)?;
        let (seq, after) = (self.change("report", report, "changed")?, starts()?);
        for start in before.difference(&after) {
            self.run("INSERT OR REPLACE INTO dropped (report, start, seq) VALUES (?1, ?2, ?3)", params![report, start, seq])?;
        }
        for start in &after {
            self.run("DELETE FROM dropped WHERE report = ?1 AND start = ?2", params![report, start])?;
        }
        Ok(true)
    }

    /// The rows of a reading's events, in place of older ones.
    pub(crate) fn mentions(&self, report: i64, reading: &Stored) -> Result<(), Error> {
        self.run("DELETE FROM mention WHERE report = ?1", [report])?;
        for (number, mention) in reading.mentions.iter().enumerate() {
            let e = &mention.event;
            let p = e.place.as_ref();
            let (killed, injured) = (bounds(e.killed.as_ref()), bounds(e.injured.as_ref()));
            let speaker = e.according_to.as_ref().map(|s| s.name.as_deref().unwrap_or(&s.mark.text));
            let id = self.insert(
                "INSERT INTO mention (report, number, kind, status, start, end, sentence_start, sentence_end, place, place_name, country, admin1, lat, lon, precision, geonames,
                   date, day_from, day_to, killed_min, killed_max, injured_min, injured_max, speaker, confidence)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)",
                params![
                    report,
                    number as i64,
                    e.kind.name(),
                    e.status.name(),
                    e.trigger.start,
                    e.trigger.end,
                    mention.sentence.0,
                    mention.sentence.1,
                    p.map(|p| &p.mark.text),
                    p.and_then(|p| p.name.as_ref()),
                    p.and_then(|p| p.country.as_ref()),
                    p.and_then(|p| p.admin1.as_ref()),
                    p.and_then(|p| p.lat),
                    p.and_then(|p| p.lon),
                    p.and_then(|p| p.kind).map(marsad_format::PlaceKind::name),
                    p.and_then(|p| p.geonames).and_then(|g| i64::try_from(g).ok()),
                    e.date,
                    mention.days.map(|d| d.0),
                    mention.days.map(|d| d.1),
                    killed.0,
                    killed.1,
                    injured.0,
                    injured.1,
                    speaker,
                    e.confidence,
                ],
            )?;
            for (side, number, p) in sides(e) {
                self.run(
                    "INSERT INTO participant (mention, side, number, code, name, entity, text, start, end) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                    params![id, side, number as i64, p.code, p.name, p.entity, p.mark.text, p.mark.start, p.mark.end],
                )?;
            }
        }
        Ok(())
    }

    /// Indexes a text that has no pairs yet, and joins it with those it is near-equal to.
    fn place(&self, report: i64, shape: &Shape, day: Option<i64>) -> Result<(), Error> {
        let (week, sketch) = (week(day), shape.sketch());
        let weeks: &[i64] = if week == UNDATED { &[week] } else { &[week - 1, week, week + 1] };
        let mut shared: BTreeMap<i64, u32> = BTreeMap::new();
        {
            let mut look = self.sql("SELECT report FROM sketch WHERE bucket = ?1 AND hash = ?2")?;
            for week in weeks {
                for hash in &sketch {
                    let rows = look.query_map([*week, hash.cast_signed()], |r| r.get(0)).map_err(crate::wrap(&self.file))?;
                    for other in rows {
                        *shared.entry(other.map_err(crate::wrap(&self.file))?).or_default() += 1;
                    }
                }
            }
        }
        let enough = SHARED.min(sketch.len() as u32);
        let mut paired = false;
        for (other, _) in shared.into_iter().filter(|(o, n)| *o != report && *n >= enough) {
            let theirs: Option<i64> = self.one("SELECT day FROM report WHERE id = ?1", [other], |r| r.get(0))?.flatten();
            if day.zip(theirs).is_some_and(|(a, b)| (a - b).abs() > DAYS) {
                continue;
            }
            let like = shape.compare(self.shape(other)?.as_ref());
            if like.near() {
                paired = true;
                for (a, b) in [(report, other), (other, report)] {
                    self.run("INSERT INTO near (a, b, resemblance, containment) VALUES (?1, ?2, ?3, ?4)", params![a, b, like.resemblance, like.containment])?;
                }
            }
        }
        for hash in &sketch {
            self.run("INSERT INTO sketch (bucket, hash, report) VALUES (?1, ?2, ?3)", params![week, hash.cast_signed(), report])?;
        }
        if paired {
            self.regroup(report)?;
        }
        Ok(())
    }

    /// Puts a report and all that pairs lead to from it into the clusters that the pairs give, each named by its report with the
    /// smallest key; which reports those are.
    fn regroup(&self, report: i64) -> Result<Vec<i64>, Error> {
        const WEB: &str = "WITH RECURSIVE web (id) AS (VALUES (?1) UNION SELECT n.b FROM web JOIN near n ON n.a = web.id)";
        let sql = format!("{WEB} SELECT r.id, r.cluster FROM web JOIN report r ON r.id = web.id ORDER BY r.key");
        let held: Vec<(i64, i64)> = self.all(&sql, [report], |r| Ok((r.get(0)?, r.get(1)?)))?;
        let sql = format!("{WEB} SELECT n.a, n.b, n.resemblance FROM web JOIN near n ON n.a = web.id WHERE n.a < n.b");
        let pairs: Vec<(i64, i64, f64)> = self.all(&sql, [report], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
        let reports: Vec<i64> = held.iter().map(|h| h.0).collect();
        let heads = groups(&reports, &pairs);
        for (id, old) in held {
            if let Some(head) = heads.get(&id).filter(|head| **head != old) {
                self.run("UPDATE report SET cluster = ?2 WHERE id = ?1", [id, *head])?;
                self.change("report", id, "changed")?;
            }
        }
        Ok(reports)
    }

    /// A known text that an article shows with an earlier day than was known: the day decides with which texts it is
    /// compared, so it is placed anew, and what was joined with it is grouped without it.
    fn dated(&self, entry: &Entry, report: i64) -> Result<(), Error> {
        let Some(day) = entry.day else { return Ok(()) };
        let old: Option<i64> = self.one("SELECT day FROM report WHERE id = ?1", [report], |r| r.get(0))?.flatten();
        if old.is_some_and(|old| old <= day) {
            return Ok(());
        }
        self.run("UPDATE report SET day = ?2 WHERE id = ?1", [report, day])?;
        self.change("report", report, "changed")?;
        let shape = self.shape(report)?;
        for hash in &shape.sketch() {
            self.run("DELETE FROM sketch WHERE bucket = ?1 AND hash = ?2 AND report = ?3", params![week(old), hash.cast_signed(), report])?;
        }
        let mut others: BTreeSet<i64> = self.all("SELECT b FROM near WHERE a = ?1", [report], |r| r.get(0))?.into_iter().collect();
        self.run("DELETE FROM near WHERE a = ?1", [report])?;
        for other in &others {
            self.run("DELETE FROM near WHERE a = ?1 AND b = ?2", [*other, report])?;
        }
        self.regroup(report)?;
        while let Some(other) = others.pop_first() {
            for member in self.regroup(other)? {
                others.remove(&member);
            }
        }
        self.place(report, &shape, Some(day))
    }

    /// Empties the index of duplicates and takes all clusters apart.
    pub(crate) fn clear_duplicates(&self) -> Result<(), Error> {
        for sql in ["DELETE FROM sketch", "DELETE FROM near", "UPDATE report SET cluster = id"] {
            self.run(sql, [])?;
        }
        Ok(())
    }

    /// Makes again what follows from a report's text and reading.
    pub(crate) fn rebuild(&self, report: i64, day: Option<i64>) -> Result<(), Error> {
        self.run("UPDATE report SET day = ?2, live = (SELECT count(*) FROM document d WHERE d.report = ?1) WHERE id = ?1", params![report, day])?;
        let Ok(text) = text_of(&self.db, &self.file, report) else { return Ok(()) };
        self.place(report, &Shape::of(&text), day)?;
        let Some(json) = self.one("SELECT json FROM reading WHERE report = ?1", [report], |r| r.get::<_, Vec<u8>>(0))? else { return Ok(()) };
        let reading = unpack(&json).and_then(|j| serde_json::from_str::<Reading>(&j).map_err(|e| e.to_string())).and_then(|r| stored(&text, &r, None));
        if let Ok(reading) = reading {
            self.run("UPDATE reading SET events = ?2 WHERE report = ?1", [report, reading.mentions.len() as i64])?;
            self.mentions(report, &reading)
        } else {
            self.run("DELETE FROM mention WHERE report = ?1", [report])?;
            self.run("DELETE FROM reading WHERE report = ?1", [report]).map(drop)
        }
    }

    /// Notes what was set aside; the same again is noted once.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn refuse(&mut self, file: &str, line: Option<usize>, reason: &str) -> Result<(), Error> {
        self.run("INSERT OR IGNORE INTO refusal (file, line, reason, at) VALUES (?1, ?2, ?3, ?4)", params![file, line.map(|l| l as i64), reason, self.at]).map(drop)
    }

    /// Notes how far a file was taken in.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn progress(&mut self, p: &Progress) -> Result<(), Error> {
        self.run(
            "INSERT OR REPLACE INTO source (id, name, size, modified, hash, records, done) VALUES ((SELECT id FROM source WHERE name = ?1), ?1, ?2, ?3, ?4, ?5, ?6)",
            params![p.name, p.size as i64, p.modified, p.hash, p.records as i64, p.done],
        )
        .map(drop)
    }
}

fn same_title(a: Option<&str>, b: Option<&str>) -> bool {
    let key = |t: &str| fold(t).split_whitespace().collect::<Vec<_>>().join(" ");
    a.zip(b).is_some_and(|(a, b)| !a.trim().is_empty() && key(a) == key(b))
}

/// The text of a report.
pub(crate) fn text_of(db: &Connection, file: &Path, report: i64) -> Result<String, Error> {
    let packed: Vec<u8> = db.prepare_cached("SELECT text FROM body WHERE report = ?1").and_then(|mut s| s.query_row([report], |r| r.get(0))).map_err(crate::wrap(file))?;
    unpack(&packed).map_err(|reason| Error::Damaged { file: file.to_owned(), what: format!("the text of report {report}"), reason })
}
