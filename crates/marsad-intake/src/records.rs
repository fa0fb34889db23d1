//! A file's records one by one: lines of JSON, values of JSON, rows of CSV. One that is broken is named by the line it
//! begins on, and reading goes on behind it.

use crate::encoding::decode;
use crate::source::Source;
use crate::{Columns, Documents, LIMIT, Refusal, admit};
use marsad_format::Document;
use serde_json::{Map, Value};
use std::io::BufRead as _;

/// A record: its line, and its bytes or why there are none.
type Record = (usize, Result<Vec<u8>, String>);

const MEGABYTES: usize = LIMIT >> 20;

/// A fault of the file system or of what packs the file.
pub fn broken(e: &std::io::Error) -> String {
    match e.kind() {
        std::io::ErrorKind::UnexpectedEof => "the packed file ends too early; it was cut, get it again (what stands before is read)".to_owned(),
        std::io::ErrorKind::IsADirectory => "it is a folder; name the files in it".to_owned(),
        std::io::ErrorKind::InvalidInput | std::io::ErrorKind::InvalidData => format!("the packed file is damaged ({e}); get it again (what stands before is read)"),
        _ => format!("cannot be read on: {e}"),
    }
}

/// Turns records into documents; white space is no record. What holds none at all is said to be empty.
fn documents(file: String, mut next: impl FnMut() -> Option<Record> + 'static, parse: impl Fn(&[u8]) -> Result<Document, String> + 'static) -> Documents {
    let (mut any, mut over) = (false, false);
    Box::new(std::iter::from_fn(move || {
        while !over {
            let Some((line, record)) = next() else {
                over = true;
                let reason = "it holds no article; give plain text, JSON lines or CSV with a header".to_owned();
                return (!any).then(|| Err(Refusal { file: file.clone(), line: None, reason }));
            };
            if record.as_ref().is_ok_and(|bytes| bytes.iter().all(u8::is_ascii_whitespace)) {
                continue;
            }
            any = true;
            let refuse = |reason: String| Refusal { file: file.clone(), line: Some(line), reason };
            return Some(record.and_then(|bytes| parse(&bytes)).map_err(refuse).and_then(|d| admit(d, &file, Some(line))));
        }
        None
    }))
}

/// One object a line.
pub fn lines(mut source: Source, file: String, columns: &Columns) -> Documents {
    let (columns, mut over) = (columns.clone(), false);
    let next = move || {
        if over {
            return None;
        }
        let (mut buffer, line) = (Vec::new(), source.line);
        match source.read_line(&mut buffer, LIMIT) {
            Ok(None) => None,
            Ok(Some(false)) => Some((line, Ok(buffer))),
            Ok(Some(true)) => Some((line, Err(format!("the line is longer than {MEGABYTES} MB; split the article")))),
            Err(e) => {
                over = true;
                Some((line, Err(broken(&e))))
            }
        }
    };
    documents(file, next, move |bytes| object(bytes, &columns, "each line is one object with its text"))
}

/// JSON values one after another, or in one list, on as many lines as they like.
pub fn values(mut source: Source, file: String, columns: &Columns) -> Documents {
    let (columns, mut over) = (columns.clone(), false);
    let next = move || {
        if over {
            return None;
        }
        match value(&mut source) {
            Ok(record) => record,
            Err(e) => {
                over = true;
                Some((source.line, Err(broken(&e))))
            }
        }
    };
    documents(file, next, move |bytes| object(bytes, &columns, "give one object with its text, or a list of such"))
}

/// Where a value goes on, by its brackets and quotation marks alone.
#[derive(Default)]
struct Nesting {
    depth: usize,
    quoted: bool,
    escaped: bool,
}

impl Nesting {
    /// Takes a byte in; whether the value ends with it.
    fn ends(&mut self, byte: u8) -> bool {
        if self.quoted {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.quoted = false,
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' => self.quoted = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => return false,
        }
        self.depth == 0
    }
}

/// The next value. It ends with its last bracket, or where it was cut: at a line end inside quotation marks (JSON has
/// none there), or before a line that opens an object as far from the margin as this one was opened.
fn value(source: &mut Source) -> std::io::Result<Option<Record>> {
    // A list around all and the commas in it are passed over.
    let mut margin = Some(0);
    loop {
        let Some(&byte) = source.fill_buf()?.first() else { return Ok(None) };
        match byte {
            b'\n' => (source.line, margin) = (source.line + 1, Some(0)),
            b' ' | b'\t' | b'\r' => margin = margin.map(|m| m + 1),
            b'[' | b']' | b',' => margin = None,
            _ => break,
        }
        source.consume(1);
    }
    let line = source.line;
    if source.fill_buf()?.first() != Some(&b'{') {
        let mut rest = Vec::new();
        source.read_line(&mut rest, LIMIT)?;
        let start: String = String::from_utf8_lossy(&rest).chars().take(20).collect();
        return Ok(Some((line, Err(format!("no document in JSON: it begins with {start:?}; give one object with its text, or a list of such")))));
    }
    let (mut bytes, mut long, mut nesting) = (Vec::new(), false, Nesting::default());
    // The spaces since the line's beginning, as long as there is nothing else.
    let mut spaces = None;
    loop {
        let chunk = source.fill_buf()?;
        if chunk.is_empty() {
            return Ok(Some((line, Err(resume(source, &bytes, line, "it ends in the middle of an object")))));
        }
        let (mut used, mut done, mut cut, mut ends) = (chunk.len(), false, false, 0);
        for (at, &byte) in chunk.iter().enumerate() {
            let opens = byte == b'{' && !nesting.quoted && spaces.is_some() && spaces == margin;
            if opens || (byte == b'\n' && nesting.quoted) {
                (used, cut) = (at, true);
                break;
            }
            ends += usize::from(byte == b'\n');
            spaces = match byte {
                b'\n' => Some(0),
                b' ' | b'\t' => spaces.map(|s| s + 1),
                _ => None,
            };
            if nesting.ends(byte) {
                (used, done) = (at + 1, true);
                break;
            }
        }
        if bytes.len() + used > LIMIT {
            (bytes, long) = (Vec::new(), true);
        }
        if !long {
            bytes.extend_from_slice(&chunk[..used]);
        }
        source.line += ends;
        source.consume(used);
        if long && (done || cut) {
            return Ok(Some((line, Err(format!("the object is longer than {MEGABYTES} MB; split the article")))));
        }
        if done {
            return Ok(Some((line, Ok(bytes))));
        }
        if cut {
            return Ok(Some((line, Err("no document in JSON: the object is cut in the middle; write it again".to_owned()))));
        }
    }
}

/// Puts all lines of a record but the first back and says that it is broken.
fn resume(source: &mut Source, bytes: &[u8], line: usize, what: &str) -> String {
    if let Some(first) = bytes.iter().position(|b| *b == b'\n') {
        source.put_back(&bytes[first + 1..], line + 1);
    }
    format!("no document in JSON: {what}; write it again")
}

/// A document out of an object, its fields by the names given.
fn object(bytes: &[u8], columns: &Columns, remedy: &str) -> Result<Document, String> {
    let text = decode(bytes)?;
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{FEFF}')).map_err(|e| {
        // The line it names is the record's own, not the file's.
        let message = e.to_string();
        let what = message.split(" at line ").next().unwrap_or_default();
        format!("no document in JSON: {what} at column {}; {remedy}", e.column())
    })?;
    let Value::Object(mut map) = value else { return Err(format!("no document in JSON: no object; {remedy}")) };
    let mut take = |name: &str| match map.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(s)) => Ok(Some(s)),
        Some(Value::Number(n)) => Ok(Some(n.to_string())),
        Some(_) => Err(format!("the field {name:?} is no string; write it as one")),
    };
    let document = Document {
        id: take(&columns.id)?.unwrap_or_default(),
        title: take(&columns.title)?,
        source: take(&columns.source)?,
        published: take(&columns.published)?,
        author: take("author")?,
        url: take("url")?,
        lang: take("lang")?,
        text: String::new(),
    };
    match take(&columns.text)? {
        Some(text) => Ok(Document { text, ..document }),
        None => Err(missing("field", &columns.text, &names(&map))),
    }
}

fn names(map: &Map<String, Value>) -> Vec<String> {
    map.keys().cloned().collect()
}

fn missing(what: &str, name: &str, there: &[String]) -> String {
    let others = if there.is_empty() { String::new() } else { format!(" (there are: {})", there.iter().take(20).cloned().collect::<Vec<_>>().join(", ")) };
    format!("no {what} {name:?}{others}; name the one of the body with --text-column")
}

/// Where a row of CSV ends: at a line's end outside quotation marks. One opens only at a cell's beginning, and behind the
/// one that closes it the cell is over. Where it is not, an earlier one was never closed.
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own about the byte at hand")]
struct Row {
    delimiter: u8,
    start: bool,
    quoted: bool,
    closed: bool,
    broken: bool,
}

impl Row {
    fn new(delimiter: u8) -> Self {
        Self { delimiter, start: true, quoted: false, closed: false, broken: false }
    }

    /// Takes a line in; whether the row is at its end.
    fn ends(&mut self, line: &[u8]) -> bool {
        for &byte in line {
            if self.quoted {
                if byte == b'"' {
                    (self.quoted, self.closed) = (false, true);
                }
            } else if byte == b'"' && (self.start || self.closed) {
                // Behind one that closed, this is the second of a pair that stands for the mark itself.
                (self.quoted, self.start, self.closed) = (true, false, false);
            } else if byte == self.delimiter {
                (self.start, self.closed) = (true, false);
            } else {
                self.broken |= self.closed && !byte.is_ascii_whitespace();
                self.start = false;
            }
        }
        self.closed = false;
        !self.quoted
    }
}

/// The next row, on as many lines as its quotation marks hold together.
fn row(source: &mut Source, delimiter: u8) -> std::io::Result<Option<Record>> {
    let (line, mut bytes, mut part, mut state) = (source.line, Vec::new(), Vec::new(), Row::new(delimiter));
    let resume = |source: &mut Source, bytes: &[u8]| {
        let first = bytes.iter().position(|b| *b == b'\n').map_or(bytes.len(), |at| at + 1);
        source.put_back(&bytes[first..], line + 1);
        (line, Err("a quotation mark in this row is not closed, or stands single inside a cell; close it, or double it (the line is passed over)".to_owned()))
    };
    loop {
        match source.read_line(&mut part, LIMIT)? {
            None if bytes.is_empty() => return Ok(None),
            None => return Ok(Some(resume(source, &bytes))),
            Some(true) => return Ok(Some((line, Err(format!("the row is longer than {MEGABYTES} MB; split the article"))))),
            Some(false) => {}
        }
        bytes.extend_from_slice(&part);
        bytes.push(b'\n');
        let ends = state.ends(&part);
        if state.broken {
            return Ok(Some(resume(source, &bytes)));
        }
        if ends {
            return Ok(Some((line, Ok(bytes))));
        }
        if bytes.len() > LIMIT {
            return Ok(Some(resume(source, &bytes)));
        }
    }
}

fn cells(bytes: &[u8], delimiter: u8) -> Result<Vec<String>, String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).buffer_capacity(bytes.len().clamp(16, 1 << 16)).from_reader(bytes);
    match reader.byte_records().next() {
        None => Ok(Vec::new()),
        Some(Err(e)) => Err(format!("no CSV: {e}")),
        Some(Ok(record)) => record.iter().map(decode).collect(),
    }
}

/// A table with a header; between its cells stands a comma, a semicolon or a tab, whichever gives the column of the body.
pub fn table(mut source: Source, file: String, columns: &Columns) -> Documents {
    let once = |line, reason| -> Documents { Box::new(std::iter::once(Err(Refusal { file: file.clone(), line, reason }))) };
    let start = source.peek(1 << 16).0.to_vec();
    let top = start.split(|b| *b == b'\n').next().unwrap_or_default();
    let has = |d: &u8| cells(top, *d).is_ok_and(|h| h.contains(&columns.text));
    let delimiter = [b',', b';', b'\t'].into_iter().find(has).unwrap_or(b',');
    let header = match row(&mut source, delimiter) {
        Ok(None) => return once(None, "it is empty; give a table with a header".to_owned()),
        Err(e) => return once(Some(1), broken(&e)),
        Ok(Some((line, Err(reason)))) => return once(Some(line), reason),
        Ok(Some((line, Ok(bytes)))) => match cells(&bytes, delimiter) {
            Ok(cells) => cells.into_iter().map(|c| c.trim().to_owned()).collect::<Vec<_>>(),
            Err(reason) => return once(Some(line), reason),
        },
    };
    let find = |name: &str| header.iter().position(|h| h == name);
    let Some(text) = find(&columns.text) else { return once(Some(1), missing("column", &columns.text, &header)) };
    let (id, title, origin, published) = (find(&columns.id), find(&columns.title), find(&columns.source), find(&columns.published));
    let (name, mut over) = (columns.text.clone(), false);
    let next = move || {
        if over {
            return None;
        }
        row(&mut source, delimiter).unwrap_or_else(|e| {
            over = true;
            Some((source.line, Err(broken(&e))))
        })
    };
    let parse = move |bytes: &[u8]| {
        let cells = cells(bytes, delimiter)?;
        let some = |i: Option<usize>| i.and_then(|i| cells.get(i)).filter(|c| !c.is_empty()).cloned();
        let body = cells.get(text).ok_or_else(|| format!("the row has {} cells, and {name:?} is cell {}; give every row all cells", cells.len(), text + 1))?;
        Ok(Document { id: some(id).unwrap_or_default(), text: body.clone(), title: some(title), source: some(origin), published: some(published), ..Document::default() })
    };
    documents(file, next, parse)
}
