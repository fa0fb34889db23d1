//! Files into documents: plain text, JSON lines, JSON, CSV, web pages, feeds, web archives and Parquet, in whatever encoding
//! they come, gzipped or not, and folders of them.
//!
//! Bad input is set aside with its reason and never stops the rest. However long a file is, only a record of it is held:
//! a line, row, object or archived answer ([`LIMIT`]), a page ([`page::LONGEST_PAGE`]), a feed ([`feed::LONGEST_FEED`]).

mod encoding;
pub mod feed;
mod folder;
mod language;
mod moment;
pub mod page;
mod records;
mod source;
#[cfg(feature = "parquet")]
mod table;
mod warc;

pub use encoding::decode;
pub use folder::files;

use encoding::{Decoded, Kind};
use marsad_format::Document;
use sha2::{Digest, Sha256};
use source::Source;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

/// The longest line, row or object that is taken, in bytes.
pub const LIMIT: usize = 16 << 20;

/// The longest article that is taken, in bytes of UTF-8: some 90,000 words, a hundred times a long report. What is found
/// in one article is held together, so this bounds the memory of a reading.
pub const LONGEST: usize = 1 << 20;

/// Bytes at a file's beginning by which its encoding is told.
const LOOK: usize = 64 << 10;

/// Something that was set aside.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {reason}", line.map(|l| format!(", line {l}")).unwrap_or_default())]
pub struct Refusal {
    /// The file's name, `-` for standard input.
    pub file: String,
    /// The line, counted from 1, where there are lines.
    pub line: Option<usize>,
    /// Why, and what to do.
    pub reason: String,
}

/// The columns of a CSV file, and the fields of an object in JSON.
#[derive(Clone, Debug)]
pub struct Columns {
    /// The body.
    pub text: String,
    /// The key.
    pub id: String,
    /// The headline.
    pub title: String,
    /// The outlet.
    pub source: String,
    /// The day.
    pub published: String,
}

impl Default for Columns {
    fn default() -> Self {
        let own = str::to_owned;
        Self { text: own("text"), id: own("id"), title: own("title"), source: own("source"), published: own("published") }
    }
}

/// Documents of a file, one by one, or why one was set aside.
pub type Documents = Box<dyn Iterator<Item = Result<Document, Refusal>>>;

/// Checks a document and gives it a key where it has none; `file` and `line` are where it is from.
///
/// # Errors
/// When it is empty, too long, or in another language.
pub fn admit(mut document: Document, file: &str, line: Option<usize>) -> Result<Document, Refusal> {
    let refuse = |reason: String| Refusal { file: file.to_owned(), line, reason };
    if document.text.trim().is_empty() {
        return Err(refuse("the text is empty; give the article's body".to_owned()));
    }
    if document.text.len() > LONGEST {
        return Err(refuse(format!("the article is longer than {} MB; split it", LONGEST >> 20)));
    }
    if let Some(reason) = language::foreign(&document.text) {
        return Err(refuse(reason));
    }
    if document.id.is_empty() {
        let hash = Sha256::digest(document.text.as_bytes());
        for byte in hash.iter().take(8) {
            let _ = write!(document.id, "{byte:02x}");
        }
    }
    Ok(document)
}

/// The whole input as one article.
fn plain(mut source: Source, file: &str) -> Result<Document, Refusal> {
    let mut bytes = Vec::new();
    let refuse = |reason: String| Refusal { file: file.to_owned(), line: None, reason };
    source.by_ref().take(LONGEST as u64 + 1).read_to_end(&mut bytes).map_err(|e| refuse(records::broken(&e)))?;
    if bytes.len() > LONGEST {
        return Err(refuse(format!("longer than {} MB; a plain-text file is one article, split it, or give JSON lines with the ending .jsonl", LONGEST >> 20)));
    }
    let text = decode(&bytes).map_err(refuse)?;
    admit(Document { text, ..Document::default() }, file, None)
}

/// What a file is beside text, lines, JSON and tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Markup {
    /// A web page.
    Page,
    /// A feed, or a list of feeds.
    Feed(feed::Shape),
}

/// Tells pages and feeds by their beginning, and where that does not say, by the name's ending.
pub fn markup(start: &[u8], ending: &str) -> Option<Markup> {
    let head = page::decode(start, None).ok()?;
    let trimmed = head.trim_start_matches('\u{FEFF}').trim_start();
    if let Some(shape) = feed::shape(trimmed) {
        return Some(Markup::Feed(shape));
    }
    if !trimmed.starts_with('<') {
        return matches!(ending, "html" | "htm" | "xhtml" | "shtml").then_some(Markup::Page);
    }
    let low = trimmed.to_ascii_lowercase();
    let is = ["<!doctype html", "<html", "<head", "<body", "<title", "<div", "<p", "<table", "<article", "<h1", "<meta", "<font", "<center"].iter().any(|tag| low.contains(tag));
    match ending {
        "rss" | "atom" => Some(Markup::Feed(feed::Shape::Feed)),
        "opml" => Some(Markup::Feed(feed::Shape::Opml)),
        _ => is.then_some(Markup::Page),
    }
}

/// A page or feed is read whole; `limit` bounds it.
fn whole(mut source: Source, file: &str, limit: usize, what: &str) -> Result<String, Refusal> {
    let refuse = |reason: String| Refusal { file: file.to_owned(), line: None, reason };
    let mut bytes = Vec::new();
    source.by_ref().take(limit as u64 + 1).read_to_end(&mut bytes).map_err(|e| refuse(records::broken(&e)))?;
    if bytes.len() > limit {
        return Err(refuse(format!("the {what} is longer than {} MB; give one article's page, or a feed with fewer entries", limit >> 20)));
    }
    page::decode(&bytes, None).map_err(refuse)
}

/// The article of a page in a file. A browser that saved it wrote where it came from.
fn saved_page(source: Source, file: &str) -> Result<Document, Refusal> {
    let html = whole(source, file, page::LONGEST_PAGE, "page")?;
    let start: String = html.chars().take(4096).collect();
    let from = start.split_once("saved from url=(").and_then(|(_, rest)| rest.split_once(')')).and_then(|(_, rest)| rest.split(|c: char| c.is_whitespace() || c == '>').next());
    let article = page::article(&html, from.filter(|u| u.starts_with("http"))).map_err(|reason| Refusal { file: file.to_owned(), line: None, reason })?;
    admit(article, file, None)
}

/// The entries of a feed in a file.
fn saved_feed(source: Source, file: &str, shape: feed::Shape) -> Documents {
    let refuse = |reason: String| Refusal { file: file.to_owned(), line: None, reason };
    if shape == feed::Shape::Opml {
        return Box::new(std::iter::once(Err(refuse("it is a list of feeds, not of articles; `marsad sources import` has them watched".to_owned()))));
    }
    let read = whole(source, file, feed::LONGEST_FEED, "feed").and_then(|text| feed::read(&text).map_err(refuse));
    let mut feed = match read {
        Ok(feed) if feed.entries.is_empty() => return Box::new(std::iter::once(Err(refuse("the feed has no entries".to_owned())))),
        Ok(feed) => feed,
        Err(refusal) => return Box::new(std::iter::once(Err(refusal))),
    };
    let (entries, file) = (std::mem::take(&mut feed.entries), file.to_owned());
    Box::new(entries.into_iter().enumerate().map(move |(number, entry)| {
        let at = |reason: String| Refusal { file: file.clone(), line: None, reason: format!("entry {}: {reason}", number + 1) };
        let document = entry.document(&feed);
        if document.text.trim().is_empty() {
            return Err(at("it has a headline alone; its article has to be fetched".to_owned()));
        }
        admit(document, &file, None).map_err(|r| at(r.reason))
    }))
}

/// The documents of a stream; `name` stands in the messages, and tells the format by its ending where the content does
/// not. A stream with gzip's magic bytes is unpacked. Web archives, pages and feeds are told by their beginning; what has
/// no known ending and does not begin as those or as JSON is plain text.
///
/// # Examples
/// ```
/// let lines = "{\"id\": \"a\", \"text\": \"وصل الوفد إلى بغداد.\"}\n{\"id\":\n";
/// let mut documents = marsad_intake::stream(Box::new(lines.as_bytes()), "news.jsonl", &marsad_intake::Columns::default());
/// assert_eq!(documents.next().unwrap().unwrap().id, "a");
/// assert!(documents.next().unwrap().unwrap_err().to_string().starts_with("news.jsonl, line 2: "));
/// ```
pub fn stream(input: Box<dyn Read>, name: &str, columns: &Columns) -> Documents {
    let file = name.to_owned();
    let mut source = Source::new(Box::new(BufReader::new(input)) as Box<dyn io::BufRead>);
    if warc::is_archive(source.peek(LOOK).0) {
        return warc::documents(source, file);
    }
    if source.peek(2).0.starts_with(&[0x1F, 0x8B]) {
        source = Source::new(Box::new(BufReader::new(flate2::bufread::MultiGzDecoder::new(source))));
    }
    let bare = name.strip_suffix(".gz").unwrap_or(name);
    let ending = Path::new(bare).extension().and_then(|e| e.to_str()).unwrap_or("").to_ascii_lowercase();
    let records = matches!(ending.as_str(), "jsonl" | "ndjson" | "csv" | "tsv" | "tab");
    match if records { None } else { markup(source.peek(LOOK).0, &ending) } {
        Some(Markup::Page) => return Box::new(std::iter::once(saved_page(source, &file))),
        Some(Markup::Feed(shape)) => return saved_feed(source, &file, shape),
        None => {}
    }
    let (start, whole) = source.peek(LOOK);
    match encoding::kind(start, whole) {
        Ok(Kind::Utf8) => source.skip(b"\xEF\xBB\xBF"),
        Ok(Kind::Other(encoding)) => source = Source::new(Box::new(BufReader::new(Decoded::new(Box::new(source), encoding)))),
        Err(reason) => return Box::new(std::iter::once(Err(Refusal { file, line: None, reason }))),
    }
    match ending.as_str() {
        "jsonl" | "ndjson" => records::lines(source, file, columns),
        "json" => records::values(source, file, columns),
        "csv" | "tsv" | "tab" => records::table(source, file, columns),
        _ => {
            let start = source.peek(LOOK).0.trim_ascii_start();
            let json = start.starts_with(b"{") || (start.starts_with(b"[") && start[1..].trim_ascii_start().starts_with(b"{"));
            if json { records::values(source, file, columns) } else { Box::new(std::iter::once(plain(source, &file))) }
        }
    }
}

/// The documents of a file or of all files of a folder; `-` is standard input. See [`stream`].
///
/// # Errors
/// When the file cannot be opened, or is a Parquet file without a column of the body.
pub fn open(path: &str, columns: &Columns) -> Result<Documents, Refusal> {
    if path == "-" {
        return Ok(stream(Box::new(io::stdin()), path, columns));
    }
    if Path::new(path).is_dir() {
        return Ok(folder::documents(path, columns));
    }
    let cannot = |e: io::Error| {
        let remedy = if e.kind() == io::ErrorKind::PermissionDenied { "make it readable for you" } else { "check the path" };
        Refusal { file: path.to_owned(), line: None, reason: format!("cannot be opened: {e}; {remedy}") }
    };
    file(File::open(path).map_err(cannot)?, path, columns)
}

/// The documents of an open file, at its beginning; `name` is what [`stream`] needs it for.
///
/// # Errors
/// When it is a Parquet file without a column of the body, or cannot be read.
#[cfg_attr(not(feature = "parquet"), allow(unused_mut, clippy::unnecessary_wraps, reason = "read from only where Parquet is"))]
pub fn file(mut file: File, name: &str, columns: &Columns) -> Result<Documents, Refusal> {
    #[cfg(feature = "parquet")]
    {
        use std::io::Seek as _;
        let mut magic = [0; 4];
        // A pipe cannot be wound back: it is a stream.
        if file.metadata().is_ok_and(|m| m.is_file()) {
            let parquet = file.read_exact(&mut magic).is_ok() && &magic == b"PAR1";
            file.rewind().map_err(|e| Refusal { file: name.to_owned(), line: None, reason: records::broken(&e) })?;
            if parquet {
                return table::documents(file, name, columns);
            }
        }
    }
    Ok(stream(Box::new(file), name, columns))
}
