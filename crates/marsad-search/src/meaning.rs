//! What reports mean, as vectors in a file, and which are nearest to a question.

use crate::Error;
use marsad_ledger::Embedding;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// Numbers of a vector.
pub(crate) const SIZE: usize = 384;

/// What the file begins with.
const MAGIC: &[u8; 16] = b"marsad vectors 1";

/// A record: the report's number, the weights' mark, the scale, the vector.
const RECORD: usize = 8 + 4 + 4 + SIZE;

/// The vectors of all reports, those of one version of the weights, in memory.
#[derive(Debug, Default)]
pub struct Vectors {
    reports: Vec<u64>,
    scales: Vec<f32>,
    numbers: Vec<i8>,
}

/// Which weights made a vector, in four bytes.
fn mark(weights: &str) -> [u8; 4] {
    let mut four = [0; 4];
    four.copy_from_slice(&Sha256::digest(weights)[..4]);
    four
}

/// Appends vectors to the file. What was broken off at its end goes; a report's last vector is the one that counts.
pub(crate) fn append<'a>(file: &Path, list: impl Iterator<Item = (u64, &'a Embedding)>) -> Result<(), Error> {
    let wrap = |source| Error::Io { file: file.to_owned(), source };
    let mut bytes = Vec::new();
    for (report, e) in list.filter(|(_, e)| e.vector.len() == SIZE) {
        bytes.extend(report.to_le_bytes());
        bytes.extend(mark(&e.weights));
        bytes.extend(e.scale.to_le_bytes());
        bytes.extend(e.vector.iter().map(|x| x.cast_unsigned()));
    }
    if bytes.is_empty() {
        return Ok(());
    }
    let mut out = File::options().create(true).append(true).open(file).map_err(wrap)?;
    let size = out.metadata().map_err(wrap)?.len();
    if size < MAGIC.len() as u64 {
        out.set_len(0).map_err(wrap)?;
        out.write_all(MAGIC).map_err(wrap)?;
    } else {
        let whole = (size - MAGIC.len() as u64) / RECORD as u64 * RECORD as u64;
        out.set_len(MAGIC.len() as u64 + whole).map_err(wrap)?;
    }
    out.write_all(&bytes).and_then(|()| out.sync_data()).map_err(wrap)
}

impl Vectors {
    /// Reads the vectors that these weights made of the reports that `keep` names. A file that is not there has none.
    pub(crate) fn read(file: &Path, weights: &str, keep: impl Fn(u64) -> bool) -> Result<Self, Error> {
        let wrap = |source| Error::Io { file: file.to_owned(), source };
        let damaged = |reason: &str| Error::Damaged { file: PathBuf::from(file), reason: reason.to_owned() };
        let mut opened = match File::open(file) {
            Ok(opened) => opened,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(e) => return Err(wrap(e)),
        };
        let mut bytes = Vec::with_capacity(opened.metadata().map_err(wrap)?.len() as usize);
        opened.read_to_end(&mut bytes).map_err(wrap)?;
        let records = bytes.strip_prefix(MAGIC).ok_or_else(|| damaged("this is no file of vectors"))?;
        let wanted = mark(weights);
        let (mut sorted, mut reports) = (true, Vec::with_capacity(records.len() / RECORD));
        for record in records.chunks_exact(RECORD) {
            let report = u64::from_le_bytes(array(&record[..8]));
            sorted &= reports.last().is_none_or(|l| *l < report);
            reports.push(report);
        }
        let order: Vec<usize> = if sorted {
            (0..reports.len()).collect()
        } else {
            reports.iter().copied().zip(0..).collect::<BTreeMap<u64, usize>>().into_values().collect()
        };
        let mut made = Self { reports: Vec::with_capacity(order.len()), scales: Vec::with_capacity(order.len()), numbers: Vec::with_capacity(order.len() * SIZE) };
        for at in order {
            let record = &records[at * RECORD..(at + 1) * RECORD];
            if record[8..12] == wanted && keep(reports[at]) {
                made.push(reports[at], f32::from_le_bytes(array(&record[12..16])), record[16..].iter().map(|b| b.cast_signed()));
            }
        }
        Ok(made)
    }

    /// Adds a vector; reports come in rising order.
    pub(crate) fn push(&mut self, report: u64, scale: f32, vector: impl Iterator<Item = i8>) {
        self.reports.push(report);
        self.scales.push(scale);
        self.numbers.extend(vector);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.reports.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.reports.is_empty()
    }

    /// Whether a report has that very vector here.
    pub(crate) fn holds(&self, report: u64, e: &Embedding) -> bool {
        self.reports.binary_search(&report).is_ok_and(|at| self.numbers[at * SIZE..(at + 1) * SIZE] == e.vector[..] && self.scales[at].to_bits() == e.scale.to_bits())
    }

    /// The reports nearest to a vector with their likeness, at most `limit`, the nearest first, equal ones by their number.
    /// `among`, where given, is sorted; only its reports count.
    pub fn nearest(&self, query: &Embedding, limit: usize, among: Option<&[u64]>) -> Vec<(u64, f32)> {
        let Some(query_numbers) = widened(&query.vector) else { return Vec::new() };
        let mut best: Vec<(f32, u64)> = Vec::with_capacity(2 * limit + 1);
        let mut least = f32::NEG_INFINITY;
        let mut among = among.map(|a| a.iter().copied().peekable());
        let cut = |best: &mut Vec<(f32, u64)>| {
            best.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            best.truncate(limit);
            if best.len() < limit { f32::NEG_INFINITY } else { best.last().map_or(f32::NEG_INFINITY, |b| b.0) }
        };
        for ((report, scale), row) in self.reports.iter().zip(&self.scales).zip(self.numbers.chunks_exact(SIZE)) {
            if let Some(list) = &mut among {
                while list.peek().is_some_and(|a| a < report) {
                    list.next();
                }
                if list.peek() != Some(report) {
                    continue;
                }
            }
            let near = dot(row, &query_numbers) as f32 * scale;
            // Reports come in the order of their numbers, so an equal one that comes later goes behind.
            if near > least {
                best.push((near, *report));
                if best.len() >= 2 * limit.max(1) {
                    least = cut(&mut best);
                }
            }
        }
        cut(&mut best);
        best.into_iter().map(|(near, report)| (report, near * query.scale)).collect()
    }
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut made = [0; N];
    made.copy_from_slice(bytes);
    made
}

fn widened(vector: &[i8]) -> Option<[i16; SIZE]> {
    let wide: Vec<i16> = vector.iter().map(|x| i16::from(*x)).collect();
    wide.try_into().ok()
}

/// The product of a row with a query, whose numbers are widened once so that the compiler multiplies them in pairs.
fn dot(row: &[i8], query: &[i16; SIZE]) -> i32 {
    row.iter().zip(query).map(|(a, b)| i32::from(i16::from(*a)) * i32::from(*b)).sum()
}
