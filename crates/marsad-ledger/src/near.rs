//! Which texts are the same, and which nearly: agency copy that one outlet cut, joined or gave another first line.
//!
//! A text becomes the set of its shingles (runs of [`SHINGLE`] folded words, each hashed to 64 bits). Of that set the
//! [`SKETCH`] smallest hashes are kept in an index (bottom-k `MinHash`, Broder 1997): two texts that share at least
//! [`SHARED`] of them, published at most [`DAYS`] apart, are compared by their whole sets. So the index proposes and the
//! sets decide, and neither depends on the order in which the texts came.

use marsad_text::{WordKind, fold, words};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Words in a shingle.
pub const SHINGLE: usize = 4;
/// Hashes of a text that are indexed.
pub const SKETCH: usize = 16;
/// Indexed hashes that two texts must share to be compared.
pub const SHARED: u32 = 2;
/// Days between which the same words are the same news; later ones are a bulletin that comes again.
pub const DAYS: i64 = 3;
/// Shared shingles over all of both: at least this makes two texts near-equal.
pub const RESEMBLANCE: f64 = 0.38;
/// Shared shingles over those of the shorter: at least this does so too, where the shorter is [`HALF`] as long as the other.
pub const CONTAINMENT: f64 = 0.57;
/// See [`CONTAINMENT`]. Of a much longer text a short one may be but a passage.
pub const HALF: f64 = 0.5;
/// Shared shingles over those of the shorter: at least this makes it a cut of the longer, if [`SAME_LEAD`] of the shingles that
/// the longer begins with are in it. A round-up holds a short report somewhere else.
pub const CUT: f64 = 0.6;
/// See [`CUT`].
pub const SAME_LEAD: f64 = 0.3;
/// Shingles that a text begins with.
const LEAD: usize = 24;
/// Of those, the smallest hashes are indexed too, so that a cut of a long text is found.
const LEAD_SKETCH: usize = 4;

/// A text as the search for duplicates sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// 32 hex digits of SHA-256 over the folded words, one space between two: equal for texts that differ in spelling of
    /// hamza, marks, signs and white space alone.
    pub key: String,
    /// How many words it has, signs not counted.
    pub words: usize,
    /// The hashes of its shingles, sorted, each once.
    pub shingles: Vec<u64>,
    /// Those of the shingles that it begins with, sorted, each once.
    pub lead: Vec<u64>,
    /// The hashes of its words, sorted, each once.
    pub vocabulary: Vec<u64>,
}

/// FNV-1a, 64 bits.
pub(crate) fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01B3))
}

/// The last step of `SplitMix64`: every bit of the input moves every bit of the output, so that the smallest hashes are a
/// fair draw.
fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

impl Shape {
    /// Looks at a text.
    pub fn of(text: &str) -> Self {
        let folded: Vec<String> = words(text).iter().filter(|w| w.kind != WordKind::Sign).map(|w| fold(w.span.of(text))).filter(|w| !w.is_empty()).collect();
        let mut hash = Sha256::new();
        for (n, word) in folded.iter().enumerate() {
            if n > 0 {
                hash.update(b" ");
            }
            hash.update(word);
        }
        if folded.is_empty() {
            // A text of signs alone is told by its bytes.
            hash.update(text);
        }
        let hashes: Vec<u64> = folded.iter().map(|w| fnv(w.as_bytes())).collect();
        let run = |w: &[u64]| mix(w.iter().fold(0, |h: u64, x| h.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(*x)));
        let sorted = |mut list: Vec<u64>| {
            list.sort_unstable();
            list.dedup();
            list
        };
        let shingles: Vec<u64> = if hashes.len() < SHINGLE { vec![run(&hashes)] } else { hashes.windows(SHINGLE).map(run).collect() };
        Self { key: hex(&hash.finalize()[..16]), words: folded.len(), lead: sorted(shingles[..shingles.len().min(LEAD)].to_vec()), shingles: sorted(shingles), vocabulary: sorted(hashes) }
    }

    /// The hashes that are indexed, sorted, each once.
    pub fn sketch(&self) -> Vec<u64> {
        let mut sketch: Vec<u64> = self.shingles.iter().take(SKETCH).chain(self.lead.iter().take(LEAD_SKETCH)).copied().collect();
        sketch.sort_unstable();
        sketch.dedup();
        sketch
    }

    /// How alike two texts are.
    pub fn compare(&self, other: &Self) -> Likeness {
        let shared = common(&self.shingles, &other.shingles) as f64;
        let (short, long) = if self.shingles.len() <= other.shingles.len() { (self, other) } else { (other, self) };
        let (a, b) = (short.shingles.len() as f64, long.shingles.len() as f64);
        let lead = common(&long.lead, &short.shingles) as f64 / long.lead.len() as f64;
        Likeness { resemblance: shared / (a + b - shared), containment: shared / a, length: a / b, lead }
    }

    /// Whether two texts share so few words that one cannot be an edit of the other.
    pub fn is_strange_to(&self, other: &Self) -> bool {
        let shared = common(&self.vocabulary, &other.vocabulary);
        shared * 5 < self.vocabulary.len() + other.vocabulary.len() - shared
    }
}

/// How alike two texts are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Likeness {
    /// Shared shingles over all of both (Jaccard).
    pub resemblance: f64,
    /// Shared shingles over those of the shorter.
    pub containment: f64,
    /// Shingles of the shorter over those of the longer.
    pub length: f64,
    /// How many of the shingles that the longer begins with are in the shorter, over all of those.
    pub lead: f64,
}

impl Likeness {
    /// Whether the two are one report.
    pub fn near(self) -> bool {
        self.resemblance >= RESEMBLANCE || (self.containment >= CONTAINMENT && self.length >= HALF) || (self.containment >= CUT && self.lead >= SAME_LEAD)
    }
}

/// How many values two sorted lists share.
fn common(a: &[u64], b: &[u64]) -> usize {
    let (mut i, mut j, mut n) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, n) = (i + 1, j + 1, n + 1),
        }
    }
    n
}

/// Bytes as hex digits.
pub fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    out
}
