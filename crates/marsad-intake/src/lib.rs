//! Files into documents: plain text, JSON lines, JSON and CSV, in whatever encoding they come, gzipped or not.
//!
//! Bad input is set aside with its reason and never stops the rest. However long a file is, only a record of it is held.

mod encoding;
mod language;
mod moment;
pub mod page;
mod records;
mod source;

pub use encoding::decode;

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

/// Checks a document and gives it a key where it has none.
fn admit(mut document: Document, file: &str, line: Option<usize>) -> Result<Document, Refusal> {
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

/// The documents of a stream; `name` tells its format by its ending and stands in the messages. A stream with gzip's magic
/// bytes is unpacked. Without a known ending it is plain text, unless it begins as JSON does.
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
    let mut source = Source::new(Box::new(BufReader::new(input)));
    if source.peek(2).0.starts_with(&[0x1F, 0x8B]) {
        source = Source::new(Box::new(BufReader::new(flate2::bufread::MultiGzDecoder::new(source))));
    }
    let (start, whole) = source.peek(LOOK);
    match encoding::kind(start, whole) {
        Ok(Kind::Utf8) => source.skip(b"\xEF\xBB\xBF"),
        Ok(Kind::Other(encoding)) => source = Source::new(Box::new(BufReader::new(Decoded::new(Box::new(source), encoding)))),
        Err(reason) => return Box::new(std::iter::once(Err(Refusal { file, line: None, reason }))),
    }
    let bare = name.strip_suffix(".gz").unwrap_or(name);
    let ending = Path::new(bare).extension().and_then(|e| e.to_str()).unwrap_or("").to_ascii_lowercase();
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

/// The documents of a file; `-` is standard input. See [`stream`].
///
/// # Errors
/// When the file cannot be opened.
pub fn open(path: &str, columns: &Columns) -> Result<Documents, Refusal> {
    let refuse = |reason: String| Refusal { file: path.to_owned(), line: None, reason };
    if path == "-" {
        return Ok(stream(Box::new(io::stdin()), path, columns));
    }
    if Path::new(path).is_dir() {
        return Err(refuse("it is a folder; name the files in it".to_owned()));
    }
    let file = File::open(path).map_err(|e| {
        let remedy = if e.kind() == io::ErrorKind::PermissionDenied { "make it readable for you" } else { "check the path" };
        refuse(format!("cannot be opened: {e}; {remedy}"))
    })?;
    Ok(stream(Box::new(file), path, columns))
}
