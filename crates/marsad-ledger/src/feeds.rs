//! The feeds that are watched: their list, their health, and which of their entries were taken. Nothing here fetches.

use crate::store::hash;
use crate::{Batch, Error, Ledger};
use marsad_text::dates::{days, iso};
use rusqlite::{OptionalExtension as _, Row, params};
use std::collections::BTreeMap;
use std::time::Duration;

/// How often an article's page is tried before what the feed itself has of it must do.
pub const TRIES: i64 = 4;

/// The longest that a feed in trouble is let alone, if its server does not ask for more.
const LONGEST: i64 = DAY;

/// How long an entry that no longer stands in its feed is remembered.
const MEMORY: i64 = 60 * DAY;

/// The days over which the entries of late are counted.
const LATE: i64 = 7;

/// The days before them that say what is usual.
const WEEKS: i64 = 28;

const DAY: i64 = 24 * 3600;

/// How a feed is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It was not tried yet.
    New,
    /// It was fetched and read.
    Ok,
    /// The server says that nothing changed since.
    Unchanged,
    /// It is sound and has no entry.
    Empty,
    /// It cannot be fetched.
    Failing,
    /// The site does not want it to be fetched.
    Blocked,
    /// What is there is no feed.
    Unreadable,
}

impl State {
    const ALL: [(Self, &str); 7] = [
        (Self::New, "new"),
        (Self::Ok, "ok"),
        (Self::Unchanged, "unchanged"),
        (Self::Empty, "empty"),
        (Self::Failing, "failing"),
        (Self::Blocked, "blocked"),
        (Self::Unreadable, "unreadable"),
    ];

    /// Its name, as the table has it.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }

    /// Whether nothing is wrong.
    pub fn is_well(self) -> bool {
        !matches!(self, Self::Failing | Self::Blocked | Self::Unreadable)
    }
}

/// A feed to watch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewFeed {
    /// Where it is fetched.
    pub url: String,
    /// Its title; without it, the feed's own is taken when it is read.
    pub title: Option<String>,
    /// The outlet's page.
    pub page: Option<String>,
    /// The folders of the list it stands in, the outermost first.
    pub folders: Vec<String>,
}

/// A feed that is watched. Times are seconds of the Unix clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// Its number in this ledger.
    pub id: i64,
    /// Where it is fetched.
    pub url: String,
    /// Its title.
    pub title: Option<String>,
    /// The outlet's page.
    pub page: Option<String>,
    /// The folders of the list it stands in, the outermost first.
    pub folders: Vec<String>,
    /// When it was added.
    pub added: i64,
    /// How it is.
    pub state: State,
    /// Why it is failing, blocked or unreadable, or why some of its articles are not whole.
    pub reason: Option<String>,
    /// When it was tried last.
    pub tried: Option<i64>,
    /// When it was fetched and read last.
    pub succeeded: Option<i64>,
    /// Since when it is not.
    pub failing: Option<i64>,
    /// How often it was not, one after the other.
    pub failures: i64,
    /// When it is to be tried next.
    pub due: i64,
    /// The tag of what was fetched last.
    pub etag: Option<String>,
    /// When that was changed, in the server's words.
    pub modified: Option<String>,
    /// Its entries of the last seven days.
    pub late: i64,
}

/// What came of trying a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poll {
    /// The feed's number.
    pub feed: i64,
    /// How it is.
    pub state: State,
    /// Why it is not well, or why some of its articles are not whole.
    pub reason: Option<String>,
    /// Its own title.
    pub title: Option<String>,
    /// The outlet's page.
    pub page: Option<String>,
    /// Where it has moved for good.
    pub moved: Option<String>,
    /// What to ask with the next time; `None` asks for all of it.
    pub etag: Option<String>,
    /// The same.
    pub modified: Option<String>,
    /// How often feeds are tried that are well.
    pub every: Duration,
    /// How long the server asks to be let alone.
    pub retry_after: Option<Duration>,
}

/// An entry of a feed, as it is known again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The feed's number, 0 of one that is not watched.
    pub feed: i64,
    name: i64,
    print: i64,
    day: Option<i64>,
    /// How often its page could not be fetched; 0 when it is taken.
    pub tries: i64,
}

impl Item {
    /// By its address, or else its key within the feed; `says` is what the feed says of it, and tells an edited one.
    pub fn new(feed: (i64, &str), link: Option<&str>, id: Option<&str>, says: &[&str], published: Option<&str>) -> Self {
        let name = link.map_or_else(|| hash(&["id", feed.1, id.unwrap_or_default()]), |link| hash(&["link", link]));
        Self { feed: feed.0, name, print: hash(says), day: published.and_then(days).map(|d| d.0), tries: 0 }
    }
}

/// What the ledger knows of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Nothing, or something older.
    No,
    /// It was taken.
    Taken,
    /// Its page could not be fetched, so often.
    Tried(i64),
}

fn feed(r: &Row) -> rusqlite::Result<Feed> {
    let state: String = r.get(6)?;
    let folders: String = r.get(4)?;
    Ok(Feed {
        id: r.get(0)?,
        url: r.get(1)?,
        title: r.get(2)?,
        page: r.get(3)?,
        folders: folders.lines().map(str::to_owned).collect(),
        added: r.get(5)?,
        state: State::ALL.iter().find(|(_, name)| *name == state).map_or(State::New, |(state, _)| *state),
        reason: r.get(7)?,
        tried: r.get(8)?,
        succeeded: r.get(9)?,
        failing: r.get(10)?,
        failures: r.get(11)?,
        due: r.get(12)?,
        etag: r.get(13)?,
        modified: r.get(14)?,
        late: r.get(15)?,
    })
}

impl Ledger {
    /// The feeds that are watched, by their addresses.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn feeds(&self) -> Result<Vec<Feed>, Error> {
        let since = crate::now() / DAY - LATE;
        let sql = "SELECT id, url, title, page, folders, added, state, reason, tried, succeeded, failing, failures, due, etag, modified,
              (SELECT count(*) FROM item WHERE item.feed = feed.id AND day > ?1 AND tries = 0) FROM feed ORDER BY url";
        let mut query = self.db.prepare_cached(sql).map_err(|e| self.wrap(e))?;
        query.query_map([since], feed).and_then(Iterator::collect).map_err(|e| self.wrap(e))
    }

    /// How many entries a day each feed had in the weeks before the last seven days, by its number, as far back as it is known.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn usual(&self) -> Result<BTreeMap<i64, f64>, Error> {
        let late = crate::now() / DAY - LATE;
        let sql = "SELECT feed, count(*), min(day) FROM item WHERE tries = 0 AND day > ?1 AND day <= ?2 GROUP BY feed";
        let row = |r: &Row| Ok((r.get(0)?, r.get::<_, i64>(1)? as f64 / (late + 1 - r.get::<_, i64>(2)?) as f64));
        let mut query = self.db.prepare_cached(sql).map_err(|e| self.wrap(e))?;
        query.query_map([late - WEEKS, late], row).and_then(Iterator::collect).map_err(|e| self.wrap(e))
    }

    /// Whether an entry was taken already, here or out of another feed.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn seen(&self, item: &Item) -> Result<Seen, Error> {
        let own = self.db.prepare_cached("SELECT print, tries FROM item WHERE name = ?1 AND feed = ?2").and_then(|mut s| s.query_row([item.name, item.feed], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, i64>(1)?))).optional());
        Ok(match own.map_err(|e| self.wrap(e))? {
            Some((print, 0)) if print == item.print => Seen::Taken,
            Some((_, 0)) => Seen::No,
            Some((_, tries)) => Seen::Tried(tries),
            None => {
                let other = self.db.prepare_cached("SELECT 1 FROM item WHERE name = ?1 AND tries = 0").and_then(|mut s| s.exists([item.name]));
                if other.map_err(|e| self.wrap(e))? { Seen::Taken } else { Seen::No }
            }
        })
    }
}

impl Batch<'_> {
    /// Watches a feed; it is due at once. `false` if it is watched already.
    ///
    /// # Errors
    /// When the address is none of the web, or the ledger cannot be written.
    pub fn add_feed(&self, new: &NewFeed) -> Result<bool, Error> {
        let url = new.url.trim();
        let at = url.split_once("://").filter(|(scheme, rest)| ["http", "https"].iter().any(|s| scheme.eq_ignore_ascii_case(s)) && !rest.is_empty() && !rest.starts_with('/'));
        if at.is_none() || url.contains(char::is_whitespace) {
            return Err(Error::Address(url.to_owned()));
        }
        let folders: Vec<String> = new.folders.iter().map(|f| f.lines().collect::<Vec<_>>().join(" ")).collect();
        let sql = "INSERT OR IGNORE INTO feed (url, title, page, folders, added, state, failures, due) VALUES (?1, ?2, ?3, ?4, ?5, 'new', 0, ?5)";
        Ok(self.run(sql, params![url, new.title, new.page, folders.join("\n"), self.at])? > 0)
    }

    /// Watches a feed no longer; its articles stay. `false` if it was not watched.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn remove_feed(&self, url: &str) -> Result<bool, Error> {
        let Some(id) = self.one("SELECT id FROM feed WHERE url = ?1", [url.trim()], |r| r.get::<_, i64>(0))? else { return Ok(false) };
        // What it gave is not to be taken again if it comes back.
        self.run("UPDATE OR REPLACE item SET feed = 0 WHERE feed = ?1", [id])?;
        self.run("DELETE FROM feed WHERE id = ?1", [id])?;
        Ok(true)
    }

    /// Notes an entry of a feed, with its article or in its stead.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn item(&self, item: &Item) -> Result<(), Error> {
        let sql = "INSERT INTO item (name, feed, print, day, tries, seen) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT (name, feed) DO UPDATE SET print = excluded.print, tries = excluded.tries, seen = excluded.seen";
        self.run(sql, params![item.name, item.feed, item.print, item.day.unwrap_or(self.at / DAY), item.tries, self.at]).map(drop)
    }

    /// Notes what came of trying a feed, and when it is to be tried next: after the usual time where it is well; where it
    /// is not, after twice as long each time, a day at most; and not before its server wants it.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub fn polled(&self, poll: &Poll) -> Result<(), Error> {
        let row = |r: &Row| Ok((r.get::<_, String>(0)?, r.get::<_, i64>(1)?));
        // Somebody may have removed it meanwhile.
        let Some((state, failures)) = self.one("SELECT state, failures FROM feed WHERE id = ?1", [poll.feed], row)? else { return Ok(()) };
        let every = (poll.every.as_secs() as i64).max(1);
        let asked = poll.retry_after.map_or(0, |d| d.as_secs() as i64);
        if !poll.state.is_well() {
            let wait = every.saturating_mul(1 << failures.min(20)).min(LONGEST.max(every)).max(asked);
            let sql = "UPDATE feed SET state = ?2, reason = ?3, tried = ?4, failing = ifnull(failing, ?4), failures = failures + 1, due = ?5 WHERE id = ?1";
            return self.run(sql, params![poll.feed, poll.state.name(), poll.reason, self.at, self.at + wait]).map(drop);
        }
        // Of an empty one that did not change, it is worth more to know that it is empty.
        let state = if poll.state == State::Unchanged && state == State::Empty.name() { State::Empty } else { poll.state };
        self.run(
            "UPDATE feed SET state = ?2, reason = ?9, tried = ?3, succeeded = ?3, failing = NULL, failures = 0, due = ?4, etag = ?5, modified = ?6, title = ifnull(title, ?7), page = ifnull(page, ?8) WHERE id = ?1",
            params![poll.feed, state.name(), self.at, self.at + every.max(asked), poll.etag, poll.modified, poll.title, poll.page, poll.reason],
        )?;
        if let Some(moved) = &poll.moved {
            // Where another feed stands there already, both stay: the user knows which is to go.
            self.run("UPDATE OR IGNORE feed SET url = ?2 WHERE id = ?1", params![poll.feed, moved])?;
        }
        if poll.state != State::Unchanged {
            self.run("DELETE FROM item WHERE feed = ?1 AND seen < ?2", params![poll.feed, self.at - MEMORY])?;
        }
        Ok(())
    }
}

/// A time as people read it, in UTC: `2026-11-23 14:05`.
pub fn clock(at: i64) -> String {
    let (day, second) = (at.div_euclid(DAY), at.rem_euclid(DAY));
    format!("{} {:02}:{:02}", iso(day).unwrap_or_default(), second / 3600, second / 60 % 60)
}

/// Seconds of the Unix clock, as [`Feed::due`] has them.
pub fn now() -> i64 {
    crate::now()
}
