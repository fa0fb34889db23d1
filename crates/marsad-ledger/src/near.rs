//! Which texts are the same, and which nearly: agency copy that one outlet cut, joined or gave another first line.
//!
//! A text becomes the set of its shingles (runs of [`SHINGLE`] folded words, each hashed to 64 bits). Of that set the
//! [`SKETCH`] smallest hashes are kept in an index (bottom-k `MinHash`, Broder 1997): two texts that share at least
//! [`SHARED`] of them, published at most [`DAYS`] apart, are compared by their whole sets ([`Likeness::near`]). So the index
//! proposes and the sets decide, and neither depends on the order in which the texts came.
//!
//! Pairs are not yet clusters: forms that are filled in day by day (a sentence carried out, a meeting held) resemble each other
//! from one to the next, so that a chain of pairs leads from any to any. [`groups`] therefore joins two groups only if half of
//! the pairs between them are near-equal.

use crate::group::{Tables, hash as number, stem};
use marsad_text::{WordKind, fold, words};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Words in a shingle.
pub const SHINGLE: usize = 4;
/// Hashes of a text that are indexed.
pub const SKETCH: usize = 16;
/// Indexed hashes that two texts must share to be compared.
pub const SHARED: u32 = 2;
/// Days between which the same words are the same news; later ones are a bulletin that comes again.
pub const DAYS: i64 = 3;
/// Shared shingles over all of both: two texts that share so many are near-equal, or share [`CONTAINMENT`].
pub const RESEMBLANCE: f64 = 0.31;
/// Shared shingles over those of the shorter.
pub const CONTAINMENT: f64 = 0.54;
/// Words of the shorter that the longer has too, over all of those, each once and weighed by its rarity: at least so many have
/// near-equal texts. A form that is filled in anew shares its runs of words, and has other names, numbers and days.
pub const VOCABULARY: f64 = 0.75;
/// Shingles of the shorter over those of the longer: from this on both are wholes, whatever they begin with. Of a much longer text a
/// short one may be but a passage, unless the long one begins with it: see [`HEAD`] and [`SAME_LEAD`].
pub const WHOLE: f64 = 0.6;
/// Of the shingles in the longer's first third, those in the shorter: at least this makes the shorter a cut of it, if it is
/// [`PART`] as long.
pub const HEAD: f64 = 0.2;
/// See [`HEAD`].
pub const PART: f64 = 0.3;
/// Of the shingles that the longer begins with, those in the shorter: at least this makes the shorter a cut of it, however short. A
/// round-up holds a short report somewhere else.
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
    /// Those of its first third, sorted, each once.
    pub head: Vec<u64>,
    /// The hashes of its words, sorted, each once.
    pub vocabulary: Vec<u64>,
    /// The hashes of their stems, sorted, each once, with its rarity in thousandths.
    pub stems: Vec<(u32, u32)>,
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
        let tables = Tables::embedded().ok();
        let rarity = |stem: &str| tables.map_or(1.0, |t| t.rarity(stem));
        let mut stems: Vec<(u32, u32)> = folded.iter().map(|w| stem(w)).map(|s| (number(s), (rarity(s) * 1000.0) as u32)).collect();
        stems.sort_unstable();
        stems.dedup();
        let sorted = |mut list: Vec<u64>| {
            list.sort_unstable();
            list.dedup();
            list
        };
        let shingles: Vec<u64> = if hashes.len() < SHINGLE { vec![run(&hashes)] } else { hashes.windows(SHINGLE).map(run).collect() };
        Self {
            key: hex(&hash.finalize()[..16]),
            words: folded.len(),
            lead: sorted(shingles[..shingles.len().min(LEAD)].to_vec()),
            head: sorted(shingles[..shingles.len().div_ceil(3)].to_vec()),
            shingles: sorted(shingles),
            vocabulary: sorted(hashes),
            stems,
        }
    }

    /// The hashes that are indexed, sorted, each once.
    pub fn sketch(&self) -> Vec<u64> {
        let mut sketch: Vec<u64> = self.shingles.iter().take(SKETCH).chain(self.lead.iter().take(LEAD_SKETCH)).copied().collect();
        sketch.sort_unstable();
        sketch.dedup();
        sketch
    }

    /// How alike two texts are. The order of the two makes no difference.
    pub fn compare(&self, other: &Self) -> Likeness {
        let shared = common(&self.shingles, &other.shingles) as f64;
        let (short, long) = if (self.shingles.len(), &self.key) <= (other.shingles.len(), &other.key) { (self, other) } else { (other, self) };
        let (a, b) = (short.shingles.len() as f64, long.shingles.len() as f64);
        let share = |part: &[u64], of: &[u64]| common(part, of) as f64 / part.len().max(1) as f64;
        Likeness {
            resemblance: shared / (a + b - shared),
            containment: shared / a,
            length: a / b,
            lead: share(&long.lead, &short.shingles),
            head: share(&long.head, &short.shingles),
            vocabulary: short.said_in(long),
        }
    }

    /// Of its words' weight, how much the other's words have.
    fn said_in(&self, other: &Self) -> f64 {
        let (mut all, mut shared) = (0u64, 0u64);
        for stem in &self.stems {
            all += u64::from(stem.1);
            shared += if other.stems.binary_search(stem).is_ok() { u64::from(stem.1) } else { 0 };
        }
        if all > 0 { shared as f64 / all as f64 } else { 1.0 }
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
    /// Of the shingles that the longer begins with, how many are in the shorter, over all of those.
    pub lead: f64,
    /// The same of the longer's first third.
    pub head: f64,
    /// Words of the shorter that are in the longer, each once, over all of those, by their weight.
    pub vocabulary: f64,
}

impl Likeness {
    /// Whether the two are one report.
    pub fn near(self) -> bool {
        let much = self.resemblance >= RESEMBLANCE || self.containment >= CONTAINMENT;
        let whole = self.length >= WHOLE || self.lead >= SAME_LEAD || (self.length >= PART && self.head >= HEAD);
        much && whole && self.vocabulary >= VOCABULARY
    }
}

/// Which reports are one: of each that is in a pair, the report that heads its cluster, the first of it in `reports`. Those are
/// in the order of their keys, and `pairs` are the near-equal ones with their resemblance, each once, so that nothing depends on
/// the order in which the reports came. The pairs are gone through from the most alike on, and join two groups if half of the
/// pairs between these are near-equal.
pub(crate) fn groups(reports: &[i64], pairs: &[(i64, i64, f64)]) -> BTreeMap<i64, i64> {
    let number: BTreeMap<i64, usize> = reports.iter().enumerate().map(|(n, id)| (*id, n)).collect();
    let mut order: Vec<(f64, usize, usize)> = pairs.iter().filter_map(|(a, b, alike)| number.get(a).zip(number.get(b)).map(|(a, b)| (*alike, *a.min(b), *a.max(b)))).collect();
    order.sort_by(|x, y| y.0.total_cmp(&x.0).then((x.1, x.2).cmp(&(y.1, y.2))));
    let near: BTreeSet<(usize, usize)> = order.iter().map(|(_, a, b)| (*a, *b)).collect();
    let mut members: Vec<Vec<usize>> = (0..reports.len()).map(|n| vec![n]).collect();
    let mut heads: Vec<usize> = (0..reports.len()).collect();
    for (_, a, b) in order {
        let (head, other) = (heads[a].min(heads[b]), heads[a].max(heads[b]));
        let between = members[head].iter().flat_map(|x| members[other].iter().map(move |y| (*x.min(y), *x.max(y))));
        if head != other && between.filter(|pair| near.contains(pair)).count() * 2 >= members[head].len() * members[other].len() {
            let moved = std::mem::take(&mut members[other]);
            moved.iter().for_each(|m| heads[*m] = head);
            members[head].extend(moved);
        }
    }
    reports.iter().zip(heads).map(|(id, head)| (*id, reports[head])).collect()
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
