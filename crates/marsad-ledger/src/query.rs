//! What the ledger knows, for those who ask.

use crate::entry::{Embedding, unpack};
use crate::store::{Progress, text_of};
use crate::{Error, Ledger};
use marsad_format::{Document, Reading, Versions};
use marsad_text::dates::{days, iso};
use rusqlite::{Connection, OptionalExtension, Row};
use std::path::Path;

/// An outlet's article as it holds now, without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// The document's number in this ledger.
    pub id: i64,
    /// The document's key, the same in every ledger.
    pub key: String,
    /// The number of the report it shows.
    pub report: i64,
    /// The version that holds, from 1.
    pub version: i64,
    /// The outlet; empty where the input names none.
    pub outlet: String,
    /// The caller's id.
    pub name: String,
    /// The headline.
    pub title: Option<String>,
    /// The address.
    pub url: Option<String>,
    /// The language as stated.
    pub lang: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// The day of publication, as given.
    pub published: Option<String>,
}

/// Something that came, changed or went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Counts up, and never again the same.
    pub seq: i64,
    /// Seconds of the Unix clock.
    pub at: i64,
    /// `report` or `document`.
    pub subject: String,
    /// The number of that.
    pub id: i64,
    /// `added`, `changed` or `deleted`.
    pub what: String,
}

/// A text and headline that an article had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// From 1, in the order of arrival.
    pub number: i64,
    /// The report that it showed.
    pub report: i64,
    /// The headline.
    pub title: Option<String>,
    /// The day of publication, as given.
    pub published: Option<String>,
    /// Seconds of the Unix clock.
    pub added: i64,
}

/// A stretch of words that stayed, went or came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// In both texts.
    Same(String),
    /// In the older one alone.
    Cut(String),
    /// In the newer one alone.
    Put(String),
}

/// An outlet with what it printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlet {
    /// Its name; empty where the input names none.
    pub name: String,
    /// Its articles.
    pub articles: i64,
    /// The different texts that they show.
    pub reports: i64,
    /// The clusters of near-equal texts among them.
    pub independent: i64,
    /// The first day of publication.
    pub first: Option<String>,
    /// The last.
    pub last: Option<String>,
}

/// The difference of two texts by words, each with the white space before it.
fn difference(old: &str, new: &str) -> Vec<Edit> {
    let pieces = |text: &'_ str| -> Vec<String> {
        let mut pieces: Vec<String> = Vec::new();
        for c in text.chars() {
            match pieces.last_mut() {
                Some(last) if !c.is_whitespace() || last.chars().all(char::is_whitespace) => last.push(c),
                _ => pieces.push(c.to_string()),
            }
        }
        pieces
    };
    let (old, new) = (pieces(old), pieces(new));
    let mut edits = Vec::new();
    for op in similar::capture_diff_slices(similar::Algorithm::Myers, &old, &new) {
        let (cut, put) = (old[op.old_range()].concat(), new[op.new_range()].concat());
        if op.tag() == similar::DiffTag::Equal {
            edits.push(Edit::Same(cut));
        } else {
            edits.extend((!cut.is_empty()).then_some(Edit::Cut(cut)));
            edits.extend((!put.is_empty()).then_some(Edit::Put(put)));
        }
    }
    edits
}

const ARTICLE: &str = "SELECT d.id, d.key, d.report, d.version, o.name, d.name, v.title, d.url, d.lang, d.published, d.author
    FROM document d JOIN outlet o ON o.id = d.outlet JOIN version v ON v.document = d.id AND v.number = d.version";

fn article(r: &Row) -> rusqlite::Result<Article> {
    Ok(Article {
        id: r.get(0)?,
        key: r.get(1)?,
        report: r.get(2)?,
        version: r.get(3)?,
        outlet: r.get(4)?,
        name: r.get(5)?,
        title: r.get(6)?,
        url: r.get(7)?,
        lang: r.get(8)?,
        published: r.get(9)?,
        author: r.get(10)?,
    })
}

impl Article {
    /// As it came in.
    pub fn document(&self, text: String) -> Document {
        let outlet = (!self.outlet.is_empty()).then(|| self.outlet.clone());
        Document { id: self.name.clone(), text, title: self.title.clone(), source: outlet, url: self.url.clone(), lang: self.lang.clone(), author: self.author.clone(), published: self.published.clone() }
    }
}

impl Ledger {
    /// The number of the report with these folded words (see [`crate::near::Shape`]), if it is there.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn find(&self, key: &str) -> Result<Option<i64>, Error> {
        self.db.prepare_cached("SELECT id FROM report WHERE key = ?1").and_then(|mut s| s.query_row([key], |r| r.get(0)).optional()).map_err(|e| self.wrap(e))
    }

    /// A report's text.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn text(&self, report: i64) -> Result<String, Error> {
        text_of(&self.db, &self.file, report)
    }

    /// A report's reading.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn reading(&self, report: i64) -> Result<Reading, Error> {
        reading_of(&self.db, &self.file, report)
    }

    /// The meaning of a report's title and first sentences, where it was made.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn embedding(&self, report: i64) -> Result<Option<Embedding>, Error> {
        embedding_of(&self.db, &self.file, report)
    }

    /// The articles that show a report now, in the order of their keys.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn articles(&self, report: i64) -> Result<Vec<Article>, Error> {
        let mut query = self.db.prepare_cached(&format!("{ARTICLE} WHERE d.report = ?1 ORDER BY d.key")).map_err(|e| self.wrap(e))?;
        query.query_map([report], article).and_then(Iterator::collect).map_err(|e| self.wrap(e))
    }

    /// The article of that key or address.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn article(&self, key: &str) -> Result<Option<Article>, Error> {
        self.db.prepare_cached(&format!("{ARTICLE} WHERE d.key = ?1 OR d.url = ?1 ORDER BY d.key <> ?1, d.key LIMIT 1")).and_then(|mut s| s.query_row([key], article).optional()).map_err(|e| self.wrap(e))
    }

    /// At most `limit` changes behind that number, oldest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn changes(&self, after: i64, limit: usize) -> Result<Vec<Change>, Error> {
        let row = |r: &Row| Ok(Change { seq: r.get(0)?, at: r.get(1)?, subject: r.get(2)?, id: r.get(3)?, what: r.get(4)? });
        let mut query = self.db.prepare_cached("SELECT seq, at, subject, id, what FROM change WHERE seq > ?1 ORDER BY seq LIMIT ?2").map_err(|e| self.wrap(e))?;
        query.query_map([after, limit as i64], row).and_then(Iterator::collect).map_err(|e| self.wrap(e))
    }

    /// The number of the last change; 0 where there is none.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn last_change(&self) -> Result<i64, Error> {
        self.db.query_row("SELECT ifnull(max(seq), 0) FROM change", [], |r| r.get(0)).map_err(|e| self.wrap(e))
    }

    /// The reports whose reading was made by others than these, or for a later day than the first on which an article shows
    /// it, or that have none or no vector of these weights.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn stale(&self, now: &Versions) -> Result<Vec<i64>, Error> {
        let mut query = self
            .db
            .prepare(
                "SELECT r.id, g.as_of, r.day, m.program = ?1 AND m.weights = ?2 AND m.knowledge = ?3 AND e.weights = ?2
                 FROM report r LEFT JOIN reading g ON g.report = r.id LEFT JOIN maker m ON m.id = g.maker LEFT JOIN embedding e ON e.report = r.id ORDER BY r.id",
            )
            .map_err(|e| self.wrap(e))?;
        let row = |r: &Row| {
            let (as_of, day): (Option<String>, Option<i64>) = (r.get(1)?, r.get(2)?);
            let same = r.get::<_, Option<bool>>(3)? == Some(true) && as_of.as_deref().and_then(days).map(|d| d.0) == day;
            Ok((!same).then_some(r.get(0)?))
        };
        query.query_map([&now.program, &now.weights, &now.knowledge], row).and_then(|rows| rows.filter_map(Result::transpose).collect()).map_err(|e| self.wrap(e))
    }

    /// A report as it is to be read: as the first article that showed it, by the day and then the key.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn original(&self, report: i64) -> Result<Document, Error> {
        let sql = "SELECT d.id, d.key, v.report, v.number, o.name, d.name, v.title, d.url, d.lang, v.published, d.author FROM version v
            JOIN document d ON d.id = v.document JOIN outlet o ON o.id = d.outlet WHERE v.report = ?1 ORDER BY d.key, v.number";
        let mut query = self.db.prepare_cached(sql).map_err(|e| self.wrap(e))?;
        let all: Vec<Article> = query.query_map([report], article).and_then(Iterator::collect).map_err(|e| self.wrap(e))?;
        let day = |a: &&Article| a.published.as_deref().and_then(days).map_or(i64::MAX, |d| d.0);
        let first = all.iter().min_by_key(day).ok_or_else(|| self.damaged(format!("report {report}"), "no article shows it".to_owned()))?;
        Ok(first.document(self.text(report)?))
    }

    /// The texts and headlines that an article had, oldest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn versions(&self, document: i64) -> Result<Vec<Version>, Error> {
        let row = |r: &Row| Ok(Version { number: r.get(0)?, report: r.get(1)?, title: r.get(2)?, published: r.get(3)?, added: r.get(4)? });
        let mut query = self.db.prepare_cached("SELECT number, report, title, published, added FROM version WHERE document = ?1 ORDER BY number").map_err(|e| self.wrap(e))?;
        query.query_map([document], row).and_then(Iterator::collect).map_err(|e| self.wrap(e))
    }

    /// What was cut out of one report's text and put in to make it another's: words with the white space before them.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn difference(&self, from: i64, to: i64) -> Result<Vec<Edit>, Error> {
        Ok(difference(&self.text(from)?, &self.text(to)?))
    }

    /// The outlets with what they printed, by name.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn outlets(&self) -> Result<Vec<Outlet>, Error> {
        let sql = "SELECT o.name, count(d.id), count(DISTINCT r.id), count(DISTINCT r.cluster), min(d.day), max(d.day)
            FROM outlet o LEFT JOIN document d ON d.outlet = o.id LEFT JOIN report r ON r.id = d.report GROUP BY o.id ORDER BY o.name";
        let row = |r: &Row| {
            let day = |n| Ok::<_, rusqlite::Error>(r.get::<_, Option<i64>>(n)?.and_then(iso));
            Ok(Outlet { name: r.get(0)?, articles: r.get(1)?, reports: r.get(2)?, independent: r.get(3)?, first: day(4)?, last: day(5)? })
        };
        let mut query = self.db.prepare(sql).map_err(|e| self.wrap(e))?;
        query.query_map([], row).and_then(Iterator::collect).map_err(|e| self.wrap(e))
    }

    /// How much there is of everything, by name, in a fixed order.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn counts(&self) -> Result<Vec<(&'static str, i64)>, Error> {
        let counts = [
            ("outlets", "SELECT count(*) FROM outlet"),
            ("articles", "SELECT count(*) FROM document"),
            ("versions", "SELECT count(*) FROM version"),
            ("reports", "SELECT count(*) FROM report WHERE live > 0"),
            ("independent", "SELECT count(DISTINCT cluster) FROM report WHERE live > 0"),
            ("superseded", "SELECT count(*) FROM report WHERE live = 0"),
            ("mentions", "SELECT count(*) FROM current_mention"),
            ("incidents", "SELECT count(*) FROM incident WHERE state <> 'dismissed'"),
            ("refused", "SELECT count(*) FROM refusal"),
            ("bytes", "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"),
        ];
        counts.into_iter().map(|(name, sql)| Ok((name, self.db.query_row(sql, [], |r| r.get(0)).map_err(|e| self.wrap(e))?))).collect()
    }

    /// How far a file was taken in.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn progress(&self, name: &str) -> Result<Option<Progress>, Error> {
        let row = |r: &Row| {
            Ok(Progress { name: name.to_owned(), size: r.get::<_, i64>(0)? as u64, modified: r.get(1)?, hash: r.get(2)?, records: r.get::<_, i64>(3)? as u64, done: r.get(4)? })
        };
        self.db.query_row("SELECT size, modified, hash, records, done FROM source WHERE name = ?1", [name], row).optional().map_err(|e| self.wrap(e))
    }
}

/// The reading of a report.
pub(crate) fn reading_of(db: &Connection, file: &Path, report: i64) -> Result<Reading, Error> {
    let packed: Vec<u8> = db.prepare_cached("SELECT json FROM reading WHERE report = ?1").and_then(|mut s| s.query_row([report], |r| r.get(0))).map_err(crate::wrap(file))?;
    let damaged = |reason: String| Error::Damaged { file: file.to_owned(), what: format!("the reading of report {report}"), reason };
    serde_json::from_str(&unpack(&packed).map_err(damaged)?).map_err(|e| damaged(e.to_string()))
}

/// The meaning of a report.
pub(crate) fn embedding_of(db: &Connection, file: &Path, report: i64) -> Result<Option<Embedding>, Error> {
    let row = |r: &Row| {
        let bytes: Vec<u8> = r.get(2)?;
        Ok(Embedding { weights: r.get(0)?, scale: r.get::<_, f64>(1)? as f32, vector: bytes.into_iter().map(u8::cast_signed).collect() })
    };
    db.prepare_cached("SELECT weights, scale, vector FROM embedding WHERE report = ?1").and_then(|mut s| s.query_row([report], row).optional()).map_err(crate::wrap(file))
}
