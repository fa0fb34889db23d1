//! A document made ready to be stored: all that costs time and needs no ledger, so that many threads can do it.

use crate::Error;
use crate::near::Shape;
use marsad_format::{Count, Document, Event, Participant, Reading, Versions};
use marsad_text::dates::days;
use marsad_text::{CharIndex, sentences};

/// A vector of the encoder's in signed bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedding {
    /// The version of the weights that made it.
    pub weights: String,
    /// What 1 stands for.
    pub scale: f32,
    /// The vector, in units of `scale`.
    pub vector: Vec<i8>,
}

impl Embedding {
    /// Rounds a vector so that its largest value is 127.
    pub fn new(weights: &str, vector: &[f32]) -> Self {
        let most = vector.iter().fold(0f32, |m, x| m.max(x.abs()));
        let scale = if most > 0.0 { most / 127.0 } else { 1.0 };
        Self { weights: weights.to_owned(), scale, vector: vector.iter().map(|x| (x / scale).round() as i8).collect() }
    }

    /// The product of two vectors: the cosine, where both had length 1.
    pub fn dot(&self, other: &Self) -> f32 {
        let sum: i32 = self.vector.iter().zip(&other.vector).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
        sum as f32 * self.scale * other.scale
    }
}

/// A document made ready.
#[derive(Clone, Debug)]
pub struct Entry {
    /// As it came in.
    pub document: Document,
    /// As the search for duplicates sees it.
    pub shape: Shape,
    /// The day of publication, counted from 1970-01-01.
    pub day: Option<i64>,
    pub(crate) content: Option<Content>,
}

/// What is stored of a text that was not known.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    pub text: Vec<u8>,
    pub reading: Stored,
}

/// A reading made ready.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub made_by: Versions,
    pub as_of: Option<String>,
    pub json: Vec<u8>,
    pub mentions: Vec<Mention>,
    pub embedding: Option<Embedding>,
}

/// An event with the sentence it stands in.
#[derive(Clone, Debug)]
pub(crate) struct Mention {
    pub event: Event,
    pub sentence: (u32, u32),
    pub days: Option<(i64, i64)>,
}

/// A count's bounds for the table; a number past SQL's integers is none.
pub(crate) fn bounds(count: Option<&Count>) -> (Option<i64>, Option<i64>) {
    let number = |n: Option<u64>| n.and_then(|n| i64::try_from(n).ok());
    count.map_or((None, None), |c| (number(c.min), number(c.max)))
}

/// Actors, then recipients, with the side's name.
pub(crate) fn sides(event: &Event) -> impl Iterator<Item = (&'static str, usize, &Participant)> {
    let actors = event.actor.iter().enumerate().map(|(n, p)| ("actor", n, p));
    actors.chain(event.recipient.iter().enumerate().map(|(n, p)| ("recipient", n, p)))
}

impl Entry {
    /// Looks at a document; its text may be known, and then it needs no reading.
    pub fn new(document: Document) -> Self {
        let day = document.published.as_deref().and_then(days).map(|d| d.0);
        Self { shape: Shape::of(&document.text), day, document, content: None }
    }

    /// Adds what was found in it.
    ///
    /// # Errors
    /// When a mark of the reading is not the slice of the text that it says it is.
    pub fn read(mut self, reading: &Reading, embedding: Option<Embedding>) -> Result<Self, Error> {
        let fault = |reason| Error::Reading { id: self.document.id.clone(), reason };
        let reading = stored(&self.document.text, reading, embedding).map_err(fault)?;
        self.content = Some(Content { text: pack(self.document.text.as_bytes()).map_err(fault)?, reading });
        Ok(self)
    }
}

pub(crate) fn stored(text: &str, reading: &Reading, embedding: Option<Embedding>) -> Result<Stored, String> {
    reading.check(text)?;
    let json = serde_json::to_vec(reading).map_err(|e| e.to_string())?;
    let index = CharIndex::new(text);
    let sentences: Vec<(u32, u32)> = if reading.events.is_empty() { Vec::new() } else { sentences(text).iter().map(|s| (index.char_of(s.start()), index.char_of(s.end()))).collect() };
    let mention = |event: &Event| {
        let at = event.trigger.start;
        let sentence = sentences.iter().find(|s| s.0 <= at && at < s.1).copied().unwrap_or((at, event.trigger.end));
        Mention { event: event.clone(), sentence, days: event.date.as_deref().and_then(days) }
    };
    Ok(Stored { made_by: reading.model.clone(), as_of: reading.published.clone(), json: pack(&json)?, mentions: reading.events.iter().map(mention).collect(), embedding })
}

/// zstd, level 3, which packs and unpacks as fast as the rest of an entry takes.
fn pack(bytes: &[u8]) -> Result<Vec<u8>, String> {
    zstd::bulk::compress(bytes, 3).map_err(|e| e.to_string())
}

/// The most that is unpacked: an article has a megabyte, and a reading some thirty times its article.
const MOST: u64 = 256 << 20;

pub(crate) fn unpack(bytes: &[u8]) -> Result<String, String> {
    use std::io::Read as _;
    let mut out = String::new();
    let reader = zstd::Decoder::with_buffer(bytes).map_err(|e| e.to_string())?;
    reader.take(MOST).read_to_string(&mut out).map_err(|e| e.to_string())?;
    Ok(out)
}
