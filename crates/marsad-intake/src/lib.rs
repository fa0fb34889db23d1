//! Files into documents: plain text, JSON lines and CSV, in whatever encoding they come.
//!
//! Bad input is set aside with its reason and never stops the rest.

use marsad_format::Document;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// The longest line and the longest plain-text file that is taken, in bytes.
pub const LIMIT: usize = 32 << 20;

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

/// The columns of a CSV file.
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

/// Bytes as text: by byte order mark, as UTF-8, as UTF-16 by its pattern of zeros, or by a guess.
///
/// # Errors
/// With a reason when the bytes are no text.
pub fn decode(bytes: &[u8]) -> Result<String, String> {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        return Ok(encoding.decode(bytes).0.into_owned());
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && !text.contains('\0')
    {
        return Ok(text.to_owned());
    }
    let start = &bytes[..bytes.len().min(4096)];
    // Arabic in UTF-16 has 06 in every other byte, spaces and signs 00.
    let high = |odd: usize| start.iter().skip(odd).step_by(2).filter(|b| matches!(b, 0 | 6)).count() * 10 > start.len() * 4;
    if start.len() > 8 && high(1) && !high(0) {
        return Ok(encoding_rs::UTF_16LE.decode(bytes).0.into_owned());
    }
    if start.len() > 8 && high(0) && !high(1) {
        return Ok(encoding_rs::UTF_16BE.decode(bytes).0.into_owned());
    }
    if start.iter().filter(|b| **b < 9 || (14..32).contains(*b)).count() * 50 > start.len() {
        return Err("it is binary, no text; give plain text, JSON lines or CSV".to_owned());
    }
    let mut guess = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    guess.feed(bytes, true);
    let guessed = guess.guess(None, chardetng::Utf8Detection::Allow);
    let arabic = |e: &'static encoding_rs::Encoding| e.decode(bytes).0.chars().filter(|c| matches!(c, '\u{621}'..='\u{64A}')).count();
    // The guess is by the letters' frequencies; among the three Arabic answers the one with most letters of the alphabet wins.
    let best = [guessed, encoding_rs::WINDOWS_1256, encoding_rs::ISO_8859_6].into_iter().rev().max_by_key(|e| arabic(e)).unwrap_or(guessed);
    Ok(best.decode(bytes).0.into_owned())
}

/// Says why a text is not one that Marsad reads, if it is not.
fn foreign(text: &str) -> Option<String> {
    let (mut arabic, mut other, mut sorani, mut persian) = (0usize, 0usize, 0usize, 0usize);
    for c in text.chars().take(4000) {
        match c {
            'ە' | 'ێ' | 'ۆ' | 'ڕ' | 'ڵ' => sorani += 1,
            'پ' | 'چ' | 'ژ' | 'ے' | 'ٹ' | 'ڑ' => persian += 1,
            '\u{600}'..='\u{6FF}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' => arabic += 1,
            c if c.is_alphabetic() => other += 1,
            _ => {}
        }
    }
    let letters = arabic + sorani + persian + other;
    if letters == 0 {
        Some("the text holds no letters".to_owned())
    } else if arabic + sorani + persian < other {
        Some("the text is not in Arabic script; Marsad reads Arabic, give the Arabic article".to_owned())
    } else if sorani * 20 > letters {
        Some("the text is Kurdish (Sorani); Marsad reads Arabic".to_owned())
    } else if persian * 40 > letters {
        Some("the text is Persian or Urdu; Marsad reads Arabic".to_owned())
    } else {
        None
    }
}

/// Checks a document and gives it a key where it has none.
fn admit(mut document: Document, file: &str, line: Option<usize>) -> Result<Document, Refusal> {
    let refuse = |reason: String| Refusal { file: file.to_owned(), line, reason };
    if document.text.trim().is_empty() {
        return Err(refuse("the text is empty".to_owned()));
    }
    if let Some(reason) = foreign(&document.text) {
        return Err(refuse(reason));
    }
    if document.id.is_empty() {
        let hash = Sha256::digest(document.text.as_bytes());
        document.id = hash.iter().take(8).map(|b| format!("{b:02x}")).collect();
    }
    Ok(document)
}

/// A line of at most [`LIMIT`] bytes; the rest of a longer one is read and thrown away. Gives whether it was longer.
fn read_line(input: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<Option<bool>> {
    line.clear();
    let (mut any, mut long) = (false, false);
    loop {
        let chunk = input.fill_buf()?;
        if chunk.is_empty() {
            return Ok(any.then_some(long));
        }
        any = true;
        let end = chunk.iter().position(|b| *b == b'\n');
        let take = end.unwrap_or(chunk.len());
        if line.len() + take > LIMIT {
            long = true;
            line.clear();
        } else if !long {
            line.extend_from_slice(&chunk[..take]);
        }
        let used = end.map_or(chunk.len(), |e| e + 1);
        input.consume(used);
        if end.is_some() {
            return Ok(Some(long));
        }
    }
}

fn lines(mut input: Box<dyn BufRead>, file: String) -> Documents {
    let (mut number, mut buffer, mut over) = (0, Vec::new(), false);
    Box::new(std::iter::from_fn(move || {
        while !over {
            let got = read_line(&mut *input, &mut buffer);
            number += 1;
            let refuse = |reason: String| Some(Err(Refusal { file: file.clone(), line: Some(number), reason }));
            match got {
                Err(e) => {
                    over = true;
                    return refuse(format!("cannot be read on: {e}"));
                }
                Ok(None) => return None,
                Ok(Some(true)) => return refuse(format!("the line is longer than {} MB; split the article", LIMIT >> 20)),
                Ok(Some(false)) if buffer.iter().all(u8::is_ascii_whitespace) => {}
                Ok(Some(false)) => {
                    let parsed = decode(&buffer).and_then(|text| {
                        serde_json::from_str::<Document>(text.trim_start_matches('\u{FEFF}')).map_err(|e| format!("no document in JSON: {e}; each line is one object with \"text\""))
                    });
                    return match parsed {
                        Ok(document) => Some(admit(document, &file, Some(number))),
                        Err(reason) => refuse(reason),
                    };
                }
            }
        }
        None
    }))
}

fn table(input: Box<dyn BufRead>, file: &str, columns: &Columns) -> Documents {
    let (file, columns) = (file.to_owned(), columns.clone());
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(input);
    let header = match reader.byte_headers() {
        Ok(h) => h.iter().map(|c| decode(c).unwrap_or_default().trim_start_matches('\u{FEFF}').to_owned()).collect::<Vec<_>>(),
        Err(e) => return Box::new(std::iter::once(Err(Refusal { file, line: Some(1), reason: format!("no CSV: {e}") }))),
    };
    let find = |name: &str| header.iter().position(|h| h == name);
    let Some(text) = find(&columns.text) else {
        let reason = format!("no column {:?} (there are: {}); name it with --text-column", columns.text, header.join(", "));
        return Box::new(std::iter::once(Err(Refusal { file, line: Some(1), reason })));
    };
    let (id, title, source, published) = (find(&columns.id), find(&columns.title), find(&columns.source), find(&columns.published));
    Box::new(reader.into_byte_records().map(move |record| {
        let record = record.map_err(|e| Refusal { file: file.clone(), line: e.position().map(|p| p.line() as usize), reason: format!("no CSV: {e}") })?;
        let line = record.position().map(|p| p.line() as usize);
        let cell = |i: usize| decode(record.get(i).unwrap_or_default()).map_err(|reason| Refusal { file: file.clone(), line, reason });
        let some = |i: Option<usize>| i.map(cell).transpose().map(|c| c.filter(|s| !s.is_empty()));
        let document = Document {
            id: some(id)?.unwrap_or_default(),
            text: cell(text)?,
            title: some(title)?,
            source: some(source)?,
            published: some(published)?,
            ..Document::default()
        };
        admit(document, &file, line)
    }))
}

/// The whole input as one document: plain text, or one JSON object, or an array of them.
fn whole(mut input: Box<dyn BufRead>, file: String, json: bool) -> Documents {
    let mut bytes = Vec::new();
    let one = |r: Result<Document, Refusal>| -> Documents { Box::new(std::iter::once(r)) };
    let refuse = |reason: String| Refusal { file: file.clone(), line: None, reason };
    if let Err(e) = input.by_ref().take(LIMIT as u64 + 1).read_to_end(&mut bytes) {
        return one(Err(refuse(format!("cannot be read: {e}"))));
    }
    if bytes.len() > LIMIT {
        return one(Err(refuse(format!("larger than {} MB; a plain-text file is one article, split it", LIMIT >> 20))));
    }
    let text = match decode(&bytes) {
        Ok(text) => text,
        Err(reason) => return one(Err(refuse(reason))),
    };
    if !json {
        return one(admit(Document { text, ..Document::default() }, &file, None));
    }
    match serde_json::from_str::<Document>(&text) {
        Ok(document) => one(admit(document, &file, None)),
        Err(_) => match serde_json::from_str::<Vec<Document>>(&text) {
            Ok(list) => Box::new(list.into_iter().map(move |d| admit(d, &file, None))),
            Err(_) => lines(Box::new(io::Cursor::new(text.into_bytes())), file),
        },
    }
}

/// The documents of a file; `-` is standard input. Nothing is read before the first is asked for, but the beginning.
///
/// # Errors
/// When the file cannot be opened.
pub fn open(path: &str, columns: &Columns) -> Result<Documents, Refusal> {
    let file = path.to_owned();
    let mut input: Box<dyn BufRead> = if path == "-" {
        Box::new(BufReader::new(io::stdin()))
    } else {
        let opened = File::open(path).map_err(|e| Refusal { file: file.clone(), line: None, reason: format!("cannot be opened: {e}; check the path") })?;
        Box::new(BufReader::new(opened))
    };
    let packed = path.strip_suffix(".gz");
    if packed.is_some() {
        input = Box::new(BufReader::new(flate2::bufread::MultiGzDecoder::new(input)));
    }
    let kind = Path::new(packed.unwrap_or(path)).extension().and_then(|e| e.to_str()).unwrap_or("").to_ascii_lowercase();
    Ok(match kind.as_str() {
        "jsonl" | "ndjson" => lines(input, file),
        "json" => whole(input, file, true),
        "csv" => table(input, path, columns),
        _ => {
            let json = path == "-" && input.fill_buf().is_ok_and(|b| b.iter().find(|c| !c.is_ascii_whitespace()) == Some(&b'{'));
            if json { lines(input, file) } else { whole(input, file, false) }
        }
    })
}
