//! What the ledger knows, for those who ask.

use crate::entry::{Embedding, unpack};
use crate::store::{Progress, text_of};
use crate::{Error, Ledger};
use marsad_format::{Document, Reading};
use rusqlite::{OptionalExtension, Row};

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

const ARTICLE: &str = "SELECT d.id, d.key, d.report, d.version, o.name, d.name, v.title, d.url, d.lang, d.published
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
    })
}

impl Article {
    /// As it came in.
    pub fn document(&self, text: String) -> Document {
        let outlet = (!self.outlet.is_empty()).then(|| self.outlet.clone());
        Document { id: self.name.clone(), text, title: self.title.clone(), source: outlet, url: self.url.clone(), lang: self.lang.clone(), published: self.published.clone() }
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
        let packed: Vec<u8> = self.db.prepare_cached("SELECT json FROM reading WHERE report = ?1").and_then(|mut s| s.query_row([report], |r| r.get(0))).map_err(|e| self.wrap(e))?;
        let damaged = |reason: String| self.damaged(format!("the reading of report {report}"), reason);
        serde_json::from_str(&unpack(&packed).map_err(damaged)?).map_err(|e| damaged(e.to_string()))
    }

    /// The meaning of a report's title and first sentences, where it was made.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn embedding(&self, report: i64) -> Result<Option<Embedding>, Error> {
        let row = |r: &Row| {
            let bytes: Vec<u8> = r.get(2)?;
            Ok(Embedding { weights: r.get(0)?, scale: r.get::<_, f64>(1)? as f32, vector: bytes.into_iter().map(u8::cast_signed).collect() })
        };
        self.db.prepare_cached("SELECT weights, scale, vector FROM embedding WHERE report = ?1").and_then(|mut s| s.query_row([report], row).optional()).map_err(|e| self.wrap(e))
    }

    /// The articles that show a report now, in the order of their keys.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn articles(&self, report: i64) -> Result<Vec<Article>, Error> {
        let mut query = self.db.prepare_cached(&format!("{ARTICLE} WHERE d.report = ?1 ORDER BY d.key")).map_err(|e| self.wrap(e))?;
        query.query_map([report], article).and_then(Iterator::collect).map_err(|e| self.wrap(e))
    }

    /// The article of that key.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn article(&self, key: &str) -> Result<Option<Article>, Error> {
        self.db.prepare_cached(&format!("{ARTICLE} WHERE d.key = ?1")).and_then(|mut s| s.query_row([key], article).optional()).map_err(|e| self.wrap(e))
    }

    /// All articles as they hold now with their readings, in the order of their keys, which does not depend on that of arrival.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn reports(&self) -> Result<Vec<(Document, Reading)>, Error> {
        let mut query = self.db.prepare(&format!("{ARTICLE} ORDER BY d.key")).map_err(|e| self.wrap(e))?;
        let articles: Vec<Article> = query.query_map([], article).and_then(Iterator::collect).map_err(|e| self.wrap(e))?;
        articles.iter().map(|a| Ok((a.document(self.text(a.report)?), self.reading(a.report)?))).collect()
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
