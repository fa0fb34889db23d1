//! Is everything there, and does it fit together? And what can be made again?

use crate::entry::{Mention, bounds, sides, stored, unpack};
use crate::near::{DAYS, Shape, groups};
use crate::store::week;
use crate::{Error, FILE, Ledger};
use marsad_format::Reading;
use rusqlite::params;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// Something that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What, and where.
    pub what: String,
    /// Whether [`Ledger::repair`] makes it again.
    pub mendable: bool,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

/// Questions to which a sound ledger answers with no row: each row names what is wrong. Whether it can be mended.
const QUESTIONS: &[(&str, bool, &str)] = &[
    ("has no text", false, "SELECT 'report ' || id FROM report WHERE id NOT IN (SELECT report FROM body)"),
    ("has no reading; `marsad reread` makes it", false, "SELECT 'report ' || id FROM report WHERE id NOT IN (SELECT report FROM reading)"),
    ("is shown by no article", false, "SELECT 'report ' || id FROM report WHERE id NOT IN (SELECT report FROM version)"),
    ("counts its articles wrongly", true, "SELECT 'report ' || id FROM report WHERE live <> (SELECT count(*) FROM document d WHERE d.report = report.id)"),
    ("does not hold the version it names", false, "SELECT 'article ' || d.key FROM document d LEFT JOIN version v ON v.document = d.id AND v.number = d.version WHERE v.report IS NOT d.report"),
    ("lacks a version", false, "SELECT 'article ' || d.key FROM document d WHERE (SELECT max(number) FROM version v WHERE v.document = d.id) IS NOT (SELECT count(*) FROM version v WHERE v.document = d.id)"),
    ("has no name by which it is known again", false, "SELECT 'article ' || key FROM document WHERE id NOT IN (SELECT document FROM identity)"),
    ("says another number of events than it has rows", true, "SELECT 'the reading of report ' || g.report FROM reading g WHERE g.events <> (SELECT count(*) FROM mention m WHERE m.report = g.report)"),
    ("is in the index of duplicates and is not there", true, "SELECT DISTINCT 'report ' || report FROM sketch WHERE report NOT IN (SELECT id FROM report)"),
    ("is in a pair of duplicates and is not there", true, "SELECT 'report ' || a FROM near WHERE a NOT IN (SELECT id FROM report) UNION SELECT 'report ' || b FROM near WHERE b NOT IN (SELECT id FROM report)"),
    ("is in a pair of duplicates one way alone", true, "SELECT 'report ' || n.a FROM near n WHERE NOT EXISTS (SELECT 1 FROM near m WHERE m.a = n.b AND m.b = n.a)"),
];

/// Key, day, packed text and packed reading of a report.
type Row = (String, Option<i64>, Vec<u8>, Vec<u8>);

impl Ledger {
    /// Looks at everything: the file's pages and indexes, what refers to what, the counts, the clusters of duplicates; and in
    /// each report whether text and reading can be unpacked, whether every span of the reading slices the text, whether the
    /// rows of its events are those of the reading. `step` is called after each report.
    ///
    /// # Errors
    /// When the ledger cannot be read at all.
    pub fn check(&self, mut step: impl FnMut()) -> Result<Vec<Fault>, Error> {
        let mut faults = Vec::new();
        let mut say = |what: String, mendable: bool| faults.push(Fault { what, mendable });
        for sound in self.column::<String>("PRAGMA integrity_check")? {
            if sound != "ok" {
                // An index is made again from its table; a damaged page of a table is not.
                let index = sound.contains("index");
                say(format!("{}: {sound}", self.file.display()), index);
            }
        }
        for table in self.column::<String>("SELECT DISTINCT \"table\" || ' refers to a row of ' || parent || ' that is not there' FROM pragma_foreign_key_check")? {
            say(table, false);
        }
        for (what, mendable, sql) in QUESTIONS {
            for name in self.column::<String>(sql)? {
                say(format!("{name} {what}"), *mendable);
            }
        }
        for id in self.misplaced()? {
            say(format!("report {id} is in another cluster than its duplicates give"), true);
        }
        for id in self.column::<i64>("SELECT id FROM report ORDER BY id")? {
            if let Some((what, mendable)) = self.check_report(id)? {
                say(format!("report {id}: {what}"), mendable);
            }
            step();
        }
        Ok(faults)
    }

    fn column<T: rusqlite::types::FromSql>(&self, sql: &str) -> Result<Vec<T>, Error> {
        let mut query = self.db.prepare(sql).map_err(|e| self.wrap(e))?;
        query.query_map([], |r| r.get(0)).and_then(Iterator::collect).map_err(|e| self.wrap(e))
    }

    /// Reports that are not in the cluster in which their pairs put them.
    fn misplaced(&self) -> Result<Vec<i64>, Error> {
        let mut query = self.db.prepare("SELECT id, cluster FROM report ORDER BY key").map_err(|e| self.wrap(e))?;
        let held: Vec<(i64, i64)> = query.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).and_then(Iterator::collect).map_err(|e| self.wrap(e))?;
        let mut query = self.db.prepare("SELECT a, b, resemblance FROM near WHERE a < b").map_err(|e| self.wrap(e))?;
        let pairs: Vec<(i64, i64, f64)> = query.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).and_then(Iterator::collect).map_err(|e| self.wrap(e))?;
        let heads = groups(&held.iter().map(|h| h.0).collect::<Vec<_>>(), &pairs);
        Ok(held.into_iter().filter(|(id, cluster)| heads.get(id) != Some(cluster)).map(|h| h.0).collect())
    }

    fn check_report(&self, id: i64) -> Result<Option<(String, bool)>, Error> {
        let row = self.db.prepare_cached("SELECT r.key, r.day, b.text, g.json FROM report r JOIN body b ON b.report = r.id JOIN reading g ON g.report = r.id WHERE r.id = ?1");
        let row = row.and_then(|mut s| s.query_row([id], |r| Ok::<Row, _>((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?))));
        let (key, day, text, json) = match row {
            Ok(row) => row,
            // That it lacks one of them is said already.
            Err(rusqlite::Error::QueryReturnedNoRows) => return Ok(None),
            Err(e) => return Err(self.wrap(e)),
        };
        let text = match unpack(&text) {
            Ok(text) => text,
            Err(reason) => return Ok(Some((format!("the text is damaged: {reason}; take the last backup"), false))),
        };
        let shape = Shape::of(&text);
        if shape.key != key {
            return Ok(Some(("the text is not the one it was".to_owned(), false)));
        }
        let reading: Reading = match unpack(&json).and_then(|json| serde_json::from_str(&json).map_err(|e| e.to_string())) {
            Ok(reading) => reading,
            Err(reason) => return Ok(Some((format!("the reading is damaged: {reason}; after a repair `marsad reread` makes it again"), true))),
        };
        let reading = match stored(&text, &reading, None) {
            Ok(reading) => reading,
            Err(reason) => return Ok(Some((format!("the reading does not fit the text: {reason}; after a repair `marsad reread` makes it again"), true))),
        };
        if self.rows(id)? != reading.mentions.iter().map(row_of).collect::<Vec<_>>() {
            return Ok(Some(("the rows of its events are not those of its reading".to_owned(), true)));
        }
        let first = self.first_day(id)?;
        if first != day {
            return Ok(Some(("its day is not the first on which an article shows it".to_owned(), true)));
        }
        let mut indexed = self.db.prepare_cached("SELECT count(*) FROM sketch WHERE bucket = ?1 AND hash = ?2 AND report = ?3").map_err(|e| self.wrap(e))?;
        for hash in &shape.sketch() {
            let there: i64 = indexed.query_row(params![week(day), hash.cast_signed(), id], |r| r.get(0)).map_err(|e| self.wrap(e))?;
            if there == 0 {
                return Ok(Some(("it is not in the index of duplicates as it should be".to_owned(), true)));
            }
        }
        let mut pairs = self.db.prepare_cached("SELECT n.b, r.day FROM near n JOIN report r ON r.id = n.b WHERE n.a = ?1 AND n.b > n.a").map_err(|e| self.wrap(e))?;
        let pairs: Vec<(i64, Option<i64>)> = pairs.query_map([id], |r| Ok((r.get(0)?, r.get(1)?))).and_then(Iterator::collect).map_err(|e| self.wrap(e))?;
        for (other, theirs) in pairs {
            let apart = day.zip(theirs).map_or(day.is_some() != theirs.is_some(), |(a, b)| (a - b).abs() > DAYS);
            if apart || !self.text(other).is_ok_and(|t| shape.compare(&Shape::of(&t)).near()) {
                return Ok(Some((format!("it stands as a duplicate of report {other} and is none"), true)));
            }
        }
        Ok(None)
    }

    /// The first day on which an article shows a report.
    fn first_day(&self, report: i64) -> Result<Option<i64>, Error> {
        let mut query = self.db.prepare_cached("SELECT published FROM version WHERE report = ?1").map_err(|e| self.wrap(e))?;
        let all: Vec<Option<String>> = query.query_map([report], |r| r.get(0)).and_then(Iterator::collect).map_err(|e| self.wrap(e))?;
        Ok(all.iter().filter_map(|p| crate::days(p.as_deref()?)).map(|d| d.0).min())
    }

    /// The events of a report as their rows have them, in words that compare.
    fn rows(&self, report: i64) -> Result<Vec<String>, Error> {
        let mut query = self
            .db
            .prepare_cached(
                "SELECT m.kind, m.status, m.start, m.end, m.sentence_start, m.sentence_end, m.place, m.lat, m.lon, m.day_from, m.day_to, m.killed_min, m.killed_max, m.injured_min, m.injured_max, m.confidence,
                   ifnull((SELECT group_concat(side || ' ' || code || ' ' || start || ' ' || end, ';' ORDER BY side, number) FROM participant p WHERE p.mention = m.id), '')
                 FROM mention m WHERE m.report = ?1 ORDER BY m.number",
            )
            .map_err(|e| self.wrap(e))?;
        let row = |r: &rusqlite::Row| {
            let int = |n| r.get::<_, Option<i64>>(n);
            let real = |n| r.get::<_, Option<f64>>(n);
            Ok(format!(
                "{:?}",
                (
                    (r.get::<_, String>(0)?, r.get::<_, String>(1)?, int(2)?, int(3)?, int(4)?, int(5)?),
                    (r.get::<_, Option<String>>(6)?, real(7)?, real(8)?, int(9)?, int(10)?),
                    (int(11)?, int(12)?, int(13)?, int(14)?, real(15)?, r.get::<_, String>(16)?),
                )
            ))
        };
        query.query_map([report], row).and_then(Iterator::collect).map_err(|e| self.wrap(e))
    }

    /// Makes again what follows from the texts and readings: the counts, the rows of events, the index of duplicates and its
    /// clusters, `SQLite`'s own indexes. A reading that is damaged is taken out, for `stale` to name it. One transaction.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn repair(&mut self) -> Result<(), Error> {
        let ids = self.column::<i64>("SELECT id FROM report ORDER BY id")?;
        let mut days = BTreeMap::new();
        for id in &ids {
            days.insert(*id, self.first_day(*id)?);
        }
        self.db.execute_batch("REINDEX").map_err(|e| self.wrap(e))?;
        let batch = self.batch()?;
        batch.clear_duplicates()?;
        for (id, day) in days {
            batch.rebuild(id, day)?;
        }
        batch.commit()
    }

    /// Copies the ledger as it stands, while others may go on writing, into a new folder, and checks the copy.
    ///
    /// # Errors
    /// When something stands there already, the copy cannot be written, or it is not sound.
    pub fn backup(&self, folder: &Path) -> Result<(), Error> {
        let io = |source| Error::Io { file: folder.to_owned(), source };
        std::fs::create_dir_all(folder).map_err(io)?;
        if std::fs::read_dir(folder).map_err(io)?.next().is_some() {
            return Err(io(std::io::Error::new(std::io::ErrorKind::AlreadyExists, "the folder is not empty; give a new one")));
        }
        // It gets its name when it is whole, so that a copy that was broken off is no ledger.
        let (part, file) = (folder.join("ledger.part"), folder.join(FILE));
        let wrap = crate::wrap(&part);
        let mut copy = rusqlite::Connection::open(&part).map_err(&wrap)?;
        rusqlite::backup::Backup::new(&self.db, &mut copy).and_then(|b| b.run_to_completion(4096, std::time::Duration::ZERO, None)).map_err(&wrap)?;
        let sound: String = copy.query_row("PRAGMA integrity_check(1)", [], |r| r.get(0)).map_err(&wrap)?;
        if sound != "ok" {
            return Err(Error::Damaged { file: part, what: "the copy".to_owned(), reason: sound });
        }
        copy.close().map_err(|(_, e)| wrap(e))?;
        std::fs::File::open(&part).and_then(|f| f.sync_all()).map_err(io)?;
        std::fs::rename(&part, &file).map_err(io)
    }
}

/// An event as [`Ledger::rows`] has it.
fn row_of(m: &Mention) -> String {
    let e = &m.event;
    let place = e.place.as_ref();
    let (killed, injured) = (bounds(e.killed.as_ref()), bounds(e.injured.as_ref()));
    let some = |n: u32| Some(i64::from(n));
    let sides: Vec<String> = sides(e).map(|(side, _, p)| format!("{side} {} {} {}", p.code, p.mark.start, p.mark.end)).collect();
    format!(
        "{:?}",
        (
            (e.kind.name(), e.status.name(), some(e.trigger.start), some(e.trigger.end), some(m.sentence.0), some(m.sentence.1)),
            (place.map(|p| &p.mark.text), place.and_then(|p| p.lat), place.and_then(|p| p.lon), m.days.map(|d| d.0), m.days.map(|d| d.1)),
            (killed.0, killed.1, injured.0, injured.1, Some(e.confidence), sides.join(";")),
        )
    )
}
