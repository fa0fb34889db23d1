//! Archives of the web: WARC and WET, packed or not. Articles out of the answers that are pages, text out of conversions.
//!
//! A packed archive is gzip members one after another, a record in each as a rule. Each is unpacked by itself, so that a
//! damaged one costs its own records alone, and a fault is named by the byte where its record or member begins. Pages in
//! other languages and pages without an article are the most of an archive: they are counted, and said once at the end.

use crate::records::broken;
use crate::source::Source;
use crate::{Documents, LIMIT, Refusal, admit, language, moment, page};
use flate2::bufread::GzDecoder;
use marsad_format::Document;
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read};

/// The longest header of a record or an answer, in bytes.
const HEADER: usize = 64 << 10;

/// Letters of Arabic script in a page below which it is not worth to be taken apart.
const ARABIC: usize = 150;

/// A record: where it begins, its header, and its block or why there is none; `None` for a kind that is not read.
struct Record {
    place: String,
    header: BTreeMap<String, String>,
    block: Result<Option<Vec<u8>>, String>,
}

/// What is being read: an archive as it is, a packed one between members, or one within a member.
enum State {
    Plain(Source),
    Between(Source),
    Within { member: Box<Source<BufReader<GzDecoder<Source>>>>, start: u64 },
    Over,
}

struct Archive {
    state: State,
    file: String,
    /// A record's first line that was met while looking for it.
    first: Option<Vec<u8>>,
    records: usize,
    foreign: usize,
    empty: usize,
}

/// Whether a stream holds an archive, as it is or packed.
pub fn is_archive(start: &[u8]) -> bool {
    let mut opened = [0; 5];
    start.starts_with(b"WARC/") || (start.starts_with(&[0x1F, 0x8B]) && GzDecoder::new(start).read_exact(&mut opened).is_ok() && &opened == b"WARC/")
}

/// The articles of an archive.
pub fn documents(mut source: Source, file: String) -> Documents {
    let state = if source.peek(2).0.starts_with(&[0x1F, 0x8B]) { State::Between(source) } else { State::Plain(source) };
    let mut archive = Archive { state, file, first: None, records: 0, foreign: 0, empty: 0 };
    Box::new(std::iter::from_fn(move || archive.next()))
}

impl Archive {
    fn next(&mut self) -> Option<Result<Document, Refusal>> {
        while !matches!(self.state, State::Over) {
            match self.record() {
                Err(reason) => {
                    self.records += 1;
                    return Some(Err(self.refuse(reason)));
                }
                Ok(None) => {}
                Ok(Some(record)) => {
                    self.records += 1;
                    let place = record.place.clone();
                    let article = record.block.and_then(|block| block.map_or(Ok(None), |block| article(&record.header, &block)));
                    match article {
                        Err(reason) => return Some(Err(self.refuse(format!("{place}: {reason}")))),
                        Ok(None) => {}
                        Ok(Some(Found::Foreign)) => self.foreign += 1,
                        Ok(Some(Found::Empty)) => self.empty += 1,
                        Ok(Some(Found::Article(document))) => {
                            if language::foreign(&document.text).is_some() {
                                self.foreign += 1;
                                continue;
                            }
                            let admitted = admit(*document, &self.file, None);
                            return Some(admitted.map_err(|r| Refusal { reason: format!("{place}: {}", r.reason), ..r }));
                        }
                    }
                }
            }
        }
        let (foreign, empty) = (std::mem::take(&mut self.foreign), std::mem::take(&mut self.empty));
        if foreign + empty > 0 {
            return Some(Err(self.refuse(format!("of its records {foreign} are not in Arabic and {empty} hold no article; they are passed over"))));
        }
        (std::mem::replace(&mut self.records, 1) == 0).then(|| Err(self.refuse("the archive holds no record; get it again".to_owned())))
    }

    fn refuse(&self, reason: String) -> Refusal {
        Refusal { file: self.file.clone(), line: None, reason }
    }

    /// The next record; `None` where a member ended, or the archive. A fault is behind when it is told.
    fn record(&mut self) -> Result<Option<Record>, String> {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Over => Ok(None),
            State::Plain(mut source) => {
                let result = record(&mut source, &mut self.first, |at| format!("the record at byte {at}"));
                if !matches!(result, Ok(None) | Err((_, true))) {
                    self.state = State::Plain(source);
                }
                result.map_err(|(reason, _)| reason)
            }
            State::Between(mut source) => {
                let start = source.at;
                match source.peek(3).0 {
                    [] => {
                        // A fault of the file system was put off by the look.
                        let fault = source.fill_buf().err();
                        fault.map_or(Ok(None), |e| Err(broken(&e)))
                    }
                    [0x1F, 0x8B, 8, ..] => {
                        self.state = State::Within { member: Box::new(Source::new(BufReader::new(GzDecoder::new(source)))), start };
                        Ok(None)
                    }
                    _ => {
                        let found = next_member(&mut source).map_err(|e| broken(&e))?;
                        if found {
                            self.state = State::Between(source);
                        }
                        Err(format!("at byte {start} no packed member begins; {}", if found { "reading goes on at the next one" } else { "the rest is not read, get it again" }))
                    }
                }
            }
            State::Within { mut member, start } => {
                let result = record(&mut *member, &mut self.first, |at| if at == 0 { format!("the record at byte {start}") } else { format!("the record at byte {at} of the packed member at byte {start}") });
                match result {
                    Ok(Some(record)) => {
                        self.state = State::Within { member, start };
                        Ok(Some(record))
                    }
                    Err((reason, false)) => {
                        self.state = State::Within { member, start };
                        Err(reason)
                    }
                    Ok(None) => {
                        self.first = None;
                        self.state = State::Between(member.into_inner().into_inner().into_inner());
                        Ok(None)
                    }
                    Err((reason, true)) => {
                        self.first = None;
                        let mut source = member.into_inner().into_inner().into_inner();
                        if next_member(&mut source).unwrap_or(false) {
                            self.state = State::Between(source);
                        }
                        Err(reason)
                    }
                }
            }
        }
    }
}

/// Goes on to where the next packed member seems to begin.
fn next_member(source: &mut Source) -> io::Result<bool> {
    loop {
        let chunk = source.fill_buf()?;
        if chunk.is_empty() {
            return Ok(false);
        }
        match chunk.iter().position(|b| *b == 0x1F) {
            None => {
                let n = chunk.len();
                source.consume(n);
            }
            Some(at) => {
                source.consume(at);
                // Method 8, and none of the flags that are reserved.
                if matches!(source.peek(4).0, [0x1F, 0x8B, 8, flags, ..] if flags & 0xE0 == 0) {
                    return Ok(true);
                }
                source.consume(1);
            }
        }
    }
}

/// The next record of a stream. A fault says whether the stream itself is at its end with it.
fn record<R: BufRead>(source: &mut Source<R>, first: &mut Option<Vec<u8>>, place: impl Fn(u64) -> String) -> Result<Option<Record>, (String, bool)> {
    let mut line = Vec::new();
    let mut at;
    let fatal = |at: u64, e: &io::Error| (format!("{}: {}", place(at), broken(e)), true);
    loop {
        at = source.at;
        if let Some(met) = first.take() {
            at = at.saturating_sub(met.len() as u64 + 1);
            line = met;
        } else if source.read_line(&mut line, HEADER).map_err(|e| fatal(at, &e))?.is_none() {
            return Ok(None);
        }
        if !line.trim_ascii().is_empty() {
            break;
        }
    }
    let place = place(at);
    let fatal = |e: &io::Error| (format!("{place}: {}", broken(e)), true);
    let cut = || (format!("{place}: it ends in the middle; the archive was cut, get it again (what stands before is read)"), true);
    if !line.starts_with(b"WARC/") {
        let found = next_record(source, first).map_err(|e| fatal(&e))?;
        return Err((format!("{place}: no record begins there; {}", if found { "reading goes on at the next one" } else { "the rest is not read, get it again" }), !found));
    }
    let (mut header, mut size, mut name) = (BTreeMap::<String, String>::new(), 0, String::new());
    loop {
        match source.read_line(&mut line, HEADER).map_err(|e| fatal(&e))? {
            None => return Err(cut()),
            Some(long) => {
                size += line.len();
                if long || size > HEADER {
                    let found = next_record(source, first).map_err(|e| fatal(&e))?;
                    return Err((format!("{place}: its header is longer than {} KB; it is passed over", HEADER >> 10), !found));
                }
            }
        }
        let text = String::from_utf8_lossy(&line);
        if text.trim().is_empty() {
            break;
        }
        if text.starts_with([' ', '\t']) && !name.is_empty() {
            if let Some(value) = header.get_mut(&name) {
                value.push(' ');
                value.push_str(text.trim());
            }
        } else if let Some((key, value)) = text.split_once(':') {
            name = key.trim().to_ascii_lowercase();
            header.insert(name.clone(), value.trim().to_owned());
        }
    }
    let Some(length) = header.get("content-length").and_then(|l| l.parse::<u64>().ok()) else {
        let found = next_record(source, first).map_err(|e| fatal(&e))?;
        return Err((format!("{place}: it states no Content-Length; it is passed over"), !found));
    };
    let kind = |name: &str| header.get("warc-type").is_some_and(|t| t.eq_ignore_ascii_case(name));
    let of = |name: &str| header.get("content-type").is_some_and(|t| t.to_ascii_lowercase().starts_with(name));
    let wanted = (kind("response") && of("application/http")) || kind("conversion") || (kind("resource") && of("text/html"));
    let mut block = Vec::new();
    let read = if wanted && length <= LIMIT as u64 { source.by_ref().take(length).read_to_end(&mut block).map(|n| n as u64) } else { pass_over(source, length) };
    match read {
        Err(e) => return Err(fatal(&e)),
        Ok(n) if n < length => {
            // A length beyond the archive's end hides what stands before that end.
            if let Some(next) = hidden(&block) {
                source.put_back(&block[next..], 1);
                return Err((format!("{place}: its Content-Length is wrong ({length}); the record is not read"), false));
            }
            return Err(cut());
        }
        Ok(_) => {}
    }
    // Two line ends, then a record or the end.
    let (mut ends, mut right) = (Vec::new(), false);
    loop {
        match source.peek(1).0.first() {
            Some(end @ (b'\r' | b'\n')) if ends.len() < 8 => {
                ends.push(*end);
                source.consume(1);
            }
            None => {
                right = true;
                break;
            }
            _ => {
                right |= !ends.is_empty() && source.peek(5).0.starts_with(b"WARC/");
                break;
            }
        }
    }
    if !right {
        if let Some(next) = hidden(&block) {
            source.put_back(&[&block[next..], &ends].concat(), 1);
        }
        next_record(source, first).map_err(|e| fatal(&e))?;
        return Err((format!("{place}: its Content-Length is wrong ({length}); the record is not read"), false));
    }
    let block = if !wanted {
        Ok(None)
    } else if length > LIMIT as u64 {
        Err(format!("it is longer than {} MB; it is passed over", LIMIT >> 20))
    } else {
        Ok(Some(block))
    };
    Ok(Some(Record { place, header, block }))
}

/// Where a record begins within another's block, or at its very end may begin.
fn hidden(block: &[u8]) -> Option<usize> {
    const MARK: &[u8] = b"\r\n\r\nWARC/";
    let tail = || (block.len().saturating_sub(MARK.len())..block.len()).find(|at| block.len() - at >= 4 && MARK.starts_with(&block[*at..]));
    block.windows(MARK.len()).position(|w| w == MARK).or_else(tail).map(|at| at + 4)
}

fn pass_over<R: BufRead>(source: &mut Source<R>, length: u64) -> io::Result<u64> {
    io::copy(&mut source.by_ref().take(length), &mut io::sink())
}

/// Reads on to the first line of a record, and keeps it.
fn next_record<R: BufRead>(source: &mut Source<R>, first: &mut Option<Vec<u8>>) -> io::Result<bool> {
    let mut line = Vec::new();
    while source.read_line(&mut line, HEADER)?.is_some() {
        if line.starts_with(b"WARC/0.") || line.starts_with(b"WARC/1.") {
            *first = Some(line);
            return Ok(true);
        }
    }
    Ok(false)
}

enum Found {
    Article(Box<Document>),
    Foreign,
    Empty,
}

/// The article of a record; `None` for an answer that is no page.
fn article(header: &BTreeMap<String, String>, block: &[u8]) -> Result<Option<Found>, String> {
    let url = header.get("warc-target-uri").map(|u| u.trim_matches(['<', '>']).to_owned());
    let kind = header.get("warc-type").map(|t| t.to_ascii_lowercase()).unwrap_or_default();
    if kind == "conversion" {
        if header.get("content-type").is_some_and(|t| !t.to_ascii_lowercase().starts_with("text/")) {
            return Ok(None);
        }
        return Ok(Some(converted(&String::from_utf8_lossy(block), url)));
    }
    let (body, charset) = if kind == "resource" { (block.to_vec(), None) } else { answer(block)?.map_or((Vec::new(), None), |a| a) };
    if body.is_empty() {
        return Ok(None);
    }
    if body.len() > page::LONGEST_PAGE {
        return Err(format!("the page is longer than {} MB; it is passed over", page::LONGEST_PAGE >> 20));
    }
    // What is no text under the name of a page is a fault of the server, and common.
    let Ok(html) = page::decode(&body, charset.as_deref()) else { return Ok(Some(Found::Empty)) };
    if html.chars().filter(|c| matches!(c, '\u{621}'..='\u{64A}')).count() < ARABIC && !html.contains("&#15") {
        return Ok(Some(Found::Foreign));
    }
    Ok(Some(page::article(&html, url.as_deref()).map_or(Found::Empty, |d| Found::Article(Box::new(d)))))
}

/// The page of an HTTP answer and the encoding its header states; `None` where it is another kind of thing.
#[allow(clippy::type_complexity, reason = "the pair is taken apart where it is made")]
fn answer(block: &[u8]) -> Result<Option<(Vec<u8>, Option<String>)>, String> {
    let end = block.windows(4).position(|w| w == b"\r\n\r\n").map(|at| (at, at + 4)).or_else(|| block.windows(2).position(|w| w == b"\n\n").map(|at| (at, at + 2)));
    let Some((end, begin)) = end else { return Ok(None) };
    let head = String::from_utf8_lossy(&block[..end.min(HEADER)]);
    let mut lines = head.lines();
    let status = lines.next().and_then(|l| l.split_whitespace().nth(1));
    let fields: BTreeMap<String, &str> = lines.filter_map(|l| l.split_once(':')).map(|(n, v)| (n.trim().to_ascii_lowercase(), v.trim())).collect();
    let kind = fields.get("content-type").map(|t| t.to_ascii_lowercase()).unwrap_or_default();
    if status != Some("200") || !(kind.is_empty() || kind.contains("text/html") || kind.contains("xhtml")) {
        return Ok(None);
    }
    let mut body = block[begin..].to_vec();
    if fields.get("transfer-encoding").is_some_and(|t| t.to_ascii_lowercase().contains("chunked")) {
        body = chunks(&body)?;
    }
    let packed = fields.get("content-encoding").map(|e| e.to_ascii_lowercase()).unwrap_or_default();
    let limit = page::LONGEST_PAGE as u64 + 1;
    let mut open = Vec::new();
    // Archives often keep the answer unpacked under its old header.
    let text = body.trim_ascii_start().starts_with(b"<");
    match packed.as_str() {
        _ if text => {}
        "gzip" | "x-gzip" if body.starts_with(&[0x1F, 0x8B]) => {
            flate2::read::MultiGzDecoder::new(body.as_slice()).take(limit).read_to_end(&mut open).map_err(|e| format!("the answer is packed and damaged ({e})"))?;
            body = open;
        }
        "deflate" => {
            let zlib = flate2::read::ZlibDecoder::new(body.as_slice()).take(limit).read_to_end(&mut open);
            if zlib.is_err() {
                open.clear();
                flate2::read::DeflateDecoder::new(body.as_slice()).take(limit).read_to_end(&mut open).map_err(|e| format!("the answer is packed and damaged ({e})"))?;
            }
            body = open;
        }
        "br" | "zstd" => return Err(format!("the answer is packed with {packed}, which is not read; unpack the archive's answers first")),
        _ => {}
    }
    let charset = kind.split_once("charset=").map(|(_, c)| c.trim_matches(|c: char| c == '"' || c == '\'' || c.is_whitespace()).split(';').next().unwrap_or_default().to_owned());
    Ok(Some((body, charset)))
}

/// A body sent in chunks, put together; one that is so by its header alone is left as it is.
fn chunks(body: &[u8]) -> Result<Vec<u8>, String> {
    let (mut out, mut rest) = (Vec::new(), body);
    loop {
        let end = rest.iter().take(100).position(|b| *b == b'\n');
        let size = end.and_then(|e| std::str::from_utf8(&rest[..e]).ok()).and_then(|l| usize::from_str_radix(l.split(';').next()?.trim(), 16).ok());
        match (size, end) {
            (Some(0), _) => return Ok(out),
            (Some(size), Some(end)) if rest.len() - end > size => {
                out.extend_from_slice(&rest[end + 1..end + 1 + size]);
                rest = &rest[end + 1 + size..];
                rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
            }
            _ if out.is_empty() => return Ok(body.to_vec()),
            _ => return Err("the answer was sent in chunks and is cut in the middle of one".to_owned()),
        }
    }
}

/// The text of a page as a WET archive has it: lines that read like sentences.
fn converted(text: &str, url: Option<String>) -> Found {
    let mut title = None;
    let lines: Vec<String> = text
        .lines()
        .map(page::tidy)
        .enumerate()
        .filter(|(number, line)| {
            let words = line.split_whitespace().count();
            if *number == 0 && (3..=25).contains(&words) {
                title = Some(line.clone());
                return false;
            }
            let sentence = words > 8 || (words > 3 && line.ends_with(['.', '؟', '!', ':', '»']));
            sentence && (words > 40 || page::WORDS.opens("skip", line).is_none())
        })
        .map(|(_, line)| line)
        .collect();
    if lines.is_empty() {
        return Found::Empty;
    }
    let labelled = || text.lines().filter(|l| l.len() < 200).filter_map(|l| page::WORDS.opens("label", l)).find_map(moment::read);
    let published = url.as_deref().and_then(moment::of_url).or_else(labelled);
    let source = url.as_deref().and_then(page::host).map(|h| h.trim_start_matches("www.").to_owned());
    Found::Article(Box::new(Document { text: lines.join("\n"), title, source, url, published, ..Document::default() }))
}
