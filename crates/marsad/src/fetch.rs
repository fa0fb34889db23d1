//! What stands at an address, brought as articles: pages, feeds with the pages of their entries, lists of feeds, and any
//! kind of file that can be read from a disk.

use crate::add::{Intake, Note, stopped};
use crate::{NetArgs, Pages};
use marsad_fetch::{Answer, Asked, Error, Fetcher, Kind, Options};
use marsad_format::Document;
use marsad_intake::feed::{Entry, LONGEST_FEED, Shape};
use marsad_intake::{Columns, Markup, Refusal, page};
use marsad_ledger::feeds::{Feed, Item, Poll, Seen, State, TRIES};
use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The longest file that is fetched, in bytes.
const LONGEST_FILE: u64 = 4 << 30;

/// What a file may take longer than a page.
const FILE_TIME: u32 = 60;

/// Bytes at its beginning by which a thing is told.
const LOOK: usize = 64 << 10;

/// The web, as the user wants it to be met.
pub struct Net {
    fetcher: Fetcher,
    pages: Pages,
    time: Duration,
}

/// What became of a feed's entries.
#[derive(Default)]
struct Taken {
    entries: usize,
    /// Pages that may be fetched later.
    later: usize,
    /// Pages in whose place the feed's own words were taken.
    instead: usize,
    /// Why the first of both was not fetched.
    reason: Option<String>,
}

/// A page that was not fetched.
enum Missed {
    Stopped,
    /// Whether it may go later, and why not now.
    Fault { later: bool, reason: String },
}

/// Says it as one of the things that were set aside.
fn refusal(name: &str, error: &Error) -> Refusal {
    let reason = if error.url == name { error.reason.clone() } else { error.to_string() };
    Refusal { file: name.to_owned(), line: None, reason }
}

/// The feed at an address that was fetched.
fn feed(bytes: &[u8], answer: &Answer) -> Result<marsad_intake::feed::Feed, String> {
    let text = page::decode(bytes, answer.charset.as_deref())?;
    match marsad_intake::markup(&bytes[..bytes.len().min(LOOK)], "") {
        Some(Markup::Page) => Err("it is a web page and no feed; look on it for the feed's address".to_owned()),
        Some(Markup::Feed(Shape::Opml)) => Err("it is a list of feeds; save it, and `marsad sources import` takes it".to_owned()),
        Some(Markup::Feed(_)) | None => marsad_intake::feed::read(&text),
    }
}

/// Brings what stands at an address; `false` when nothing more is wanted.
pub fn address(intake: &Intake, net: &Net, url: &str, columns: &Columns) -> anyhow::Result<bool> {
    let name: Arc<str> = url.into();
    let bare = url.split(['?', '#']).next().unwrap_or_default();
    let ending = Path::new(bare.strip_suffix(".gz").unwrap_or(bare)).extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    let data = bare.ends_with(".gz") || ["jsonl", "ndjson", "json", "csv", "tsv", "tab", "parquet", "warc", "wet", "txt"].contains(&ending.as_str());
    let (most, time) = if data { (LONGEST_FILE, net.time * FILE_TIME) } else { (LONGEST_FEED as u64, net.time) };
    let mut file = tempfile::tempfile()?;
    let answer = match net.fetcher.get(&Asked { url, etag: None, modified: None, most, time }, &mut file) {
        Ok(answer) => answer,
        Err(error) if error.kind == Kind::Stopped => return Ok(false),
        Err(error) => return intake.document(&name, Err(refusal(url, &error)), None),
    };
    file.flush()?;
    let mut start = Vec::new();
    file.rewind()?;
    (&file).take(LOOK as u64).read_to_end(&mut start)?;
    file.rewind()?;
    let refuse = |reason: String| Refusal { file: url.to_owned(), line: None, reason };
    match marsad_intake::markup(&start, &ending) {
        Some(Markup::Page) => {
            let document = article(&whole(file)?, &answer).map_err(refuse);
            intake.document(&name, document, None)
        }
        Some(Markup::Feed(Shape::Opml)) => {
            let listed = page::decode(&whole(file)?, answer.charset.as_deref()).and_then(|text| marsad_intake::feed::opml(&text));
            match listed {
                Err(reason) => intake.document(&name, Err(refuse(reason)), None),
                Ok(listed) => {
                    for one in listed {
                        if stopped() || !net.once(intake, &one.url)? {
                            return Ok(false);
                        }
                    }
                    Ok(true)
                }
            }
        }
        Some(Markup::Feed(_)) => net.take(intake, &name, &whole(file)?, &answer),
        None => {
            let documents = marsad_intake::file(file, bare, columns).unwrap_or_else(|refusal| Box::new(std::iter::once(Err(refusal))));
            for document in documents {
                if stopped() || !intake.document(&name, document, None)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
    }
}

/// A page or feed; what is longer is refused for that behind this.
fn whole(file: File) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(LONGEST_FEED as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The article of a page that was fetched.
fn article(bytes: &[u8], answer: &Answer) -> Result<Document, String> {
    let html = page::decode(bytes, answer.charset.as_deref())?;
    let document = page::article(&html, Some(&answer.url))?;
    marsad_intake::admit(document, &answer.url, None).map_err(|r| r.reason)
}

impl Net {
    /// Prepares for the web; nothing is fetched yet.
    pub fn new(args: &NetArgs) -> Self {
        let options = Options { contact: args.contact.clone(), allow_private: args.allow_private, pause: args.pause, stop: stopped };
        Self { fetcher: Fetcher::new(options), pages: args.pages, time: args.timeout }
    }

    /// Tries a feed that is watched, brings its new entries, and behind them what came of it.
    pub fn poll(&self, intake: &Intake, known: &Feed, every: Duration) -> anyhow::Result<()> {
        let name: Arc<str> = known.url.as_str().into();
        let asked = Asked { url: &known.url, etag: known.etag.as_deref(), modified: known.modified.as_deref(), most: LONGEST_FEED as u64, time: self.time };
        let mut poll = Poll { feed: known.id, state: State::Ok, reason: None, title: None, page: None, moved: None, etag: None, modified: None, every, retry_after: None };
        let mut bytes = Vec::new();
        match self.fetcher.get(&asked, &mut bytes) {
            Err(error) if error.kind == Kind::Stopped => return Ok(()),
            Err(error) => {
                poll.state = if error.kind == Kind::Forbidden { State::Blocked } else { State::Failing };
                poll.reason = Some(refusal(&known.url, &error).reason);
                poll.retry_after = error.retry_after;
            }
            Ok(answer) if answer.unchanged => {
                poll.state = State::Unchanged;
                poll.moved = answer.moved;
                poll.etag = answer.etag.or_else(|| known.etag.clone());
                poll.modified = answer.modified.or_else(|| known.modified.clone());
            }
            Ok(answer) => match feed(&bytes, &answer) {
                Err(reason) => (poll.state, poll.reason) = (State::Unreadable, Some(reason)),
                Ok(feed) => {
                    (poll.title, poll.page) = (feed.title.clone(), feed.link.clone());
                    let Some(taken) = self.entries(intake, &name, known.id, &answer.url, feed)? else { return Ok(()) };
                    if taken.entries == 0 {
                        poll.state = State::Empty;
                    }
                    // What could not be fetched yet is met again only if the feed is sent again.
                    if taken.later == 0 {
                        (poll.etag, poll.modified) = (answer.etag, answer.modified);
                    }
                    poll.moved = answer.moved;
                    poll.reason = taken.tell();
                }
            },
        }
        intake.note(&name, Note::Feed(Box::new(poll)));
        Ok(())
    }

    /// Takes a feed that is not watched; `false` when nothing more is wanted.
    fn once(&self, intake: &Intake, url: &str) -> anyhow::Result<bool> {
        let mut bytes = Vec::new();
        match self.fetcher.get(&Asked { url, etag: None, modified: None, most: LONGEST_FEED as u64, time: self.time }, &mut bytes) {
            Ok(answer) => self.take(intake, &url.into(), &bytes, &answer),
            Err(error) if error.kind == Kind::Stopped => Ok(false),
            Err(error) => intake.document(&url.into(), Err(refusal(url, &error)), None),
        }
    }

    fn take(&self, intake: &Intake, name: &Arc<str>, bytes: &[u8], answer: &Answer) -> anyhow::Result<bool> {
        let refuse = |reason: String| Refusal { file: name.to_string(), line: None, reason };
        match feed(bytes, answer) {
            Err(reason) => intake.document(name, Err(refuse(reason)), None),
            Ok(feed) if feed.entries.is_empty() => intake.document(name, Err(refuse("the feed has no entries".to_owned())), None),
            Ok(feed) => match self.entries(intake, name, 0, &answer.url, feed)? {
                None => Ok(false),
                Some(taken) if taken.later > 0 => intake.document(name, Err(refuse(taken.tell().unwrap_or_default())), None),
                Some(_) => Ok(true),
            },
        }
    }

    /// Brings the entries of a feed that were not taken before; `None` when nothing more is wanted.
    fn entries(&self, intake: &Intake, name: &Arc<str>, number: i64, url: &str, mut feed: marsad_intake::feed::Feed) -> anyhow::Result<Option<Taken>> {
        let entries = std::mem::take(&mut feed.entries);
        let mut taken = Taken { entries: entries.len(), ..Taken::default() };
        let base = url::Url::parse(url).ok();
        for (at, mut entry) in entries.into_iter().enumerate() {
            if stopped() {
                return Ok(None);
            }
            entry.link = entry.link.map(|link| base.as_ref().and_then(|b| b.join(&link).ok()).map_or(link, String::from));
            let mut item = known_by(number, url, &entry);
            let tries = match intake.seen(&item)? {
                Seen::No => 0,
                Seen::Tried(tries) => tries,
                Seen::Taken => {
                    if intake.note(name, Note::Item(item)) {
                        continue;
                    }
                    return Ok(None);
                }
            };
            let document = match self.page(&entry) {
                None => own_words(entry, &feed),
                Some(Ok(page)) => Ok(with_page(page, entry, &feed)),
                Some(Err(Missed::Stopped)) => return Ok(None),
                Some(Err(Missed::Fault { later: true, reason })) if tries + 1 < TRIES => {
                    item.tries = tries + 1;
                    taken.later += 1;
                    taken.reason.get_or_insert(reason);
                    if intake.note(name, Note::Item(item)) {
                        continue;
                    }
                    return Ok(None);
                }
                Some(Err(Missed::Fault { reason, .. })) => own_words(entry, &feed).inspect(|_| {
                    taken.instead += 1;
                    taken.reason.get_or_insert_with(|| reason.clone());
                }).map_err(|_| reason),
            };
            let document = document.map_err(|reason| Refusal { file: name.to_string(), line: None, reason: format!("entry {}: {reason}", at + 1) });
            if !intake.document(name, document, Some(Note::Item(item)))? {
                return Ok(None);
            }
        }
        Ok(Some(taken))
    }

    /// The article of an entry's page, if that is to be fetched.
    fn page(&self, entry: &Entry) -> Option<Result<Document, Missed>> {
        let url = entry.link.as_deref().filter(|_| match self.pages {
            Pages::Always => true,
            Pages::Missing => entry.content.is_none(),
            Pages::Never => false,
        })?;
        let mut bytes = Vec::new();
        Some(match self.fetcher.get(&Asked { url, etag: None, modified: None, most: page::LONGEST_PAGE as u64, time: self.time }, &mut bytes) {
            Err(error) if error.kind == Kind::Stopped => Err(Missed::Stopped),
            Err(error) => Err(Missed::Fault { later: error.kind == Kind::Trouble, reason: error.to_string() }),
            Ok(answer) => article(&bytes, &answer).map_err(|reason| Missed::Fault { later: false, reason: format!("{url}: {reason}") }),
        })
    }
}

impl Taken {
    /// What is to be said of pages that were not fetched.
    fn tell(&self) -> Option<String> {
        let of = |n: usize, what: &str| (n > 0).then(|| format!("{n} of {} {what}", self.entries));
        let parts: Vec<String> = [of(self.later, "articles could not be fetched yet"), of(self.instead, "articles are the feed's summaries")].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| format!("{} ({})", parts.join(", "), self.reason.as_deref().unwrap_or_default()))
    }
}

/// An entry as it is known again, with what tells that it was edited.
fn known_by(feed: i64, url: &str, entry: &Entry) -> Item {
    let part = |s: &Option<String>| s.clone().unwrap_or_default();
    let says = [part(&entry.title), part(&entry.summary), part(&entry.content), part(&entry.updated)];
    let key = entry.id.as_deref().or(entry.title.as_deref());
    Item::new((feed, url), entry.link.as_deref(), key, &says.each_ref().map(String::as_str), entry.published.as_deref().or(entry.updated.as_deref()))
}

/// An entry as the feed itself has it.
fn own_words(entry: Entry, feed: &marsad_intake::feed::Feed) -> Result<Document, String> {
    let (url, document) = (entry.link.clone(), entry.document(feed));
    if document.text.trim().is_empty() {
        return Err("it has a headline alone, and its article was not fetched".to_owned());
    }
    marsad_intake::admit(document, url.as_deref().unwrap_or_default(), None).map_err(|r| r.reason)
}

/// An entry's page, with what the feed says where the page does not.
fn with_page(page: Document, entry: Entry, feed: &marsad_intake::feed::Feed) -> Document {
    let of_feed = entry.document(feed);
    Document {
        title: page.title.or(of_feed.title),
        author: page.author.or(of_feed.author),
        source: page.source.or(of_feed.source),
        published: page.published.or(of_feed.published),
        url: page.url.or(of_feed.url),
        ..page
    }
}
