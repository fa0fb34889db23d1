//! Offsets into the original text, never bare numbers.

use std::ops::Range;

/// A stretch of the original text, in bytes, on character boundaries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// A span from `start` up to, not including, `end`; a reversed pair becomes empty at `start`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end.max(start) as u32 }
    }

    /// First byte.
    pub fn start(self) -> usize {
        self.start as usize
    }

    /// One past the last byte.
    pub fn end(self) -> usize {
        self.end as usize
    }

    /// Bytes covered.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether it covers nothing.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The text it covers; empty if the span does not fit this text.
    pub fn of(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or("")
    }

    /// As a range of bytes.
    pub fn range(self) -> Range<usize> {
        self.start()..self.end()
    }

    /// Whether the two share a byte.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether `other` lies wholly inside.
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// From the start of the one to the end of the other, whichever come first and last.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// Turns byte offsets of one text into counts of Unicode scalar values and back.
#[derive(Clone, Debug)]
pub struct CharIndex {
    /// Byte offset of every 64th character.
    checkpoints: Vec<u32>,
    bytes: Vec<u8>,
}

const STRIDE: usize = 64;

impl CharIndex {
    /// Indexes a text; costs one pass and a copy.
    pub fn new(text: &str) -> Self {
        let checkpoints = text.char_indices().step_by(STRIDE).map(|(at, _)| at as u32).collect();
        Self { checkpoints, bytes: text.as_bytes().to_vec() }
    }

    /// Characters before this byte.
    pub fn char_of(&self, byte: usize) -> u32 {
        let byte = byte.min(self.bytes.len());
        let block = self.checkpoints.partition_point(|&c| (c as usize) <= byte).saturating_sub(1);
        let from = self.checkpoints.get(block).map_or(0, |&c| c as usize);
        let inside = self.bytes[from..byte].iter().filter(|&&b| (b & 0xC0) != 0x80).count();
        (block * STRIDE + inside) as u32
    }
}
