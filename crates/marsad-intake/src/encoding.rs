//! Bytes into text: what encoding a file is in, told from its beginning, and the file as UTF-8 from there on.

use encoding_rs::{Encoding, ISO_8859_6, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1256};
use std::io::{self, Read};

/// What the beginning of a file says of the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8, or something that can be told line by line only.
    Utf8,
    /// All of it is in this encoding.
    Other(&'static Encoding),
}

/// What is no text at all, by the bytes it opens with: magic bytes, what they are, what to do.
const PACKED: [(&[u8], &str, &str); 7] = [
    (b"%PDF", "a PDF", "save it as plain text"),
    (b"PK\x03\x04", "a ZIP archive or an office document", "unpack it, or save it as plain text or CSV"),
    (b"\xD0\xCF\x11\xE0", "an old office document", "save it as plain text or CSV"),
    (b"\x28\xB5\x2F\xFD", "packed with zstd", "unpack it first (zstd -d), or pack it with gzip"),
    (b"\xFD7zXZ", "packed with xz", "unpack it first (xz -d), or pack it with gzip"),
    (b"BZh", "packed with bzip2", "unpack it first (bzip2 -d), or pack it with gzip"),
    (b"PAR1", "a Parquet file in a stream", "name it as an unpacked file (Parquet is read from its end), or export it as JSON lines or CSV"),
];

/// Reads the encoding off the beginning of a file; `whole` says that there is no more than this.
///
/// # Errors
/// With a reason when it is no text.
pub fn kind(start: &[u8], whole: bool) -> Result<Kind, String> {
    if let Some((_, what, remedy)) = PACKED.iter().find(|(magic, ..)| start.starts_with(magic)) {
        return Err(format!("it is {what}, no text; {remedy}"));
    }
    if let Some((encoding, _)) = Encoding::for_bom(start) {
        return Ok(if encoding == UTF_8 { Kind::Utf8 } else { Kind::Other(encoding) });
    }
    let nul = start.contains(&0);
    if !nul && is_utf8(start, whole) {
        return Ok(Kind::Utf8);
    }
    let first = &start[..start.len().min(4096)];
    // Arabic in UTF-16 has 06 in every other byte, spaces and signs 00.
    let high = |odd: usize| first.iter().skip(odd).step_by(2).filter(|b| matches!(b, 0 | 6)).count() * 10 > first.len() * 4;
    if nul && first.len() > 8 && high(1) != high(0) {
        return Ok(Kind::Other(if high(1) { UTF_16LE } else { UTF_16BE }));
    }
    if first.iter().filter(|b| **b < 9 || (14..32).contains(*b)).count() * 20 > first.len() {
        return Err("it is binary, no text; give plain text, JSON lines or CSV".to_owned());
    }
    if mostly_utf8(start) {
        return Ok(Kind::Utf8);
    }
    let mut guess = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    guess.feed(start, whole);
    let guessed = guess.guess(None, chardetng::Utf8Detection::Deny);
    // The guess is by the letters' frequencies. Of it and the two Arabic code pages that one is right in which the bytes
    // are letters of the alphabet most often, and signs of other languages most seldom.
    let fit = |e: &'static Encoding| {
        let text = e.decode_without_bom_handling(start).0;
        let arabic = text.chars().filter(|c| matches!(c, '\u{621}'..='\u{63A}' | '\u{641}'..='\u{64A}')).count() as i64;
        let odd = text.chars().filter(|c| *c >= '\u{80}' && !matches!(c, '\u{600}'..='\u{6FF}' | '«' | '»' | '\u{A0}' | '\u{2010}'..='\u{2026}')).count() as i64;
        arabic - odd
    };
    let best = [WINDOWS_1256, ISO_8859_6].into_iter().fold(guessed, |best, e| if fit(e) > fit(best) { e } else { best });
    Ok(Kind::Other(best))
}

/// Whether all is UTF-8; a character cut off by the end of the view does not count.
fn is_utf8(start: &[u8], whole: bool) -> bool {
    match std::str::from_utf8(start) {
        Ok(_) => true,
        Err(e) => !whole && e.error_len().is_none(),
    }
}

/// Whether it is UTF-8 with damage here and there: nine in ten of the bytes beyond ASCII are parts of characters. In any
/// other encoding of Arabic hardly one is.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|b| !b.is_ascii()).count();
        bad += chunk.invalid().len();
    }
    good > 9 * bad
}

/// Bytes as text: by byte order mark, as UTF-8, as UTF-16 by its pattern of zeros, or by a guess. In UTF-8 damaged in a
/// few places the damage becomes U+FFFD.
///
/// # Errors
/// With a reason when the bytes are no text.
pub fn decode(bytes: &[u8]) -> Result<String, String> {
    Ok(match kind(bytes, true)? {
        Kind::Utf8 => String::from_utf8_lossy(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)).into_owned(),
        Kind::Other(encoding) => encoding.decode(bytes).0.into_owned(),
    })
}

/// A stream of another encoding as UTF-8, without its byte order mark.
pub struct Decoded {
    input: Box<dyn Read>,
    decoder: encoding_rs::Decoder,
    raw: Vec<u8>,
    ready: Vec<u8>,
    at: usize,
    over: bool,
}

impl Decoded {
    /// Decodes `input` as it is read.
    pub fn new(input: Box<dyn Read>, encoding: &'static Encoding) -> Self {
        Self { input, decoder: encoding.new_decoder_with_bom_removal(), raw: vec![0; 32 << 10], ready: Vec::new(), at: 0, over: false }
    }
}

impl Read for Decoded {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.ready.len() && !self.over {
            let n = self.input.read(&mut self.raw)?;
            self.over = n == 0;
            let room = self.decoder.max_utf8_buffer_length(n).unwrap_or(n * 4 + 16);
            self.ready.clear();
            self.ready.resize(room, 0);
            let (_, _, written, _) = self.decoder.decode_to_utf8(&self.raw[..n], &mut self.ready, self.over);
            self.ready.truncate(written);
            self.at = 0;
        }
        let n = out.len().min(self.ready.len() - self.at);
        out[..n].copy_from_slice(&self.ready[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}
