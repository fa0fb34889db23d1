//! The compiled tables as they lie in memory; see `compile` for the layout.

use crate::compile::{Error, FORMAT, MAGIC};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

const HEAD: usize = 48;

/// An opened artefact.
#[derive(Debug)]
pub struct Artefact {
    bytes: Cow<'static, [u8]>,
    sections: BTreeMap<[u8; 8], (usize, usize)>,
}

/// Keys that lead to values.
#[derive(Clone, Copy, Debug)]
pub struct Index<'a> {
    artefact: &'a Artefact,
    keys: &'a [u8],
    from: &'a [u8],
    to: &'a [u8],
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at * 4..at * 4 + 4)?.try_into().ok()?))
}

impl Artefact {
    /// Opens bytes; `path` is for the message.
    pub fn open(bytes: Cow<'static, [u8]>, path: &Path) -> Result<Self, Error> {
        let fault = |reason: &str| Error::file(path, format!("{reason}; compile the tables again"));
        if bytes.get(..8) != Some(MAGIC.as_slice()) {
            return Err(fault("no compiled tables of Marsad"));
        }
        if word(&bytes, 2) != Some(FORMAT) {
            return Err(fault("of another version of the format"));
        }
        if bytes.get(16..HEAD) != Some(Sha256::digest(bytes.get(HEAD..).unwrap_or_default()).as_slice()) {
            return Err(fault("damaged"));
        }
        let count = word(&bytes, 3).unwrap_or(0) as usize;
        let mut sections = BTreeMap::new();
        for i in 0..count {
            let at = HEAD + i * 16;
            let entry = bytes.get(at..at + 16).ok_or_else(|| fault("damaged"))?;
            let name: [u8; 8] = entry[..8].try_into().map_err(|_| fault("damaged"))?;
            let (offset, length) = (word(entry, 2).unwrap_or(0) as usize, word(entry, 3).unwrap_or(0) as usize);
            if offset + length > bytes.len() {
                return Err(fault("damaged"));
            }
            sections.insert(name, (offset, length));
        }
        Ok(Self { bytes, sections })
    }

    /// A section; empty if there is none of that name.
    pub fn section(&self, name: &str) -> &[u8] {
        let mut key = [0u8; 8];
        key[..name.len().min(8)].copy_from_slice(&name.as_bytes()[..name.len().min(8)]);
        self.sections.get(&key).and_then(|&(at, len)| self.bytes.get(at..at + len)).unwrap_or_default()
    }

    /// The `u32`s of one record; `None` beyond the last.
    pub fn record<const N: usize>(&self, section: &str, at: u32) -> Option<[u32; N]> {
        let bytes = self.section(section).get(at as usize * N * 4..(at as usize + 1) * N * 4)?;
        let mut out = [0; N];
        for (i, o) in out.iter_mut().enumerate() {
            *o = word(bytes, i)?;
        }
        Some(out)
    }

    /// The string at an offset; empty if there is none.
    pub fn string(&self, at: u32) -> &str {
        let strings = self.section("strings");
        let at = at as usize;
        let read = || {
            let length = u16::from_le_bytes(strings.get(at..at + 2)?.try_into().ok()?) as usize;
            std::str::from_utf8(strings.get(at + 2..at + 2 + length)?).ok()
        };
        read().unwrap_or_default()
    }

    /// The index of that letter.
    pub fn index(&self, letter: char) -> Index<'_> {
        let part = |name: &str| self.section(&format!("{letter}.{name}"));
        Index { artefact: self, keys: part("keys"), from: part("from"), to: part("to") }
    }
}

impl<'a> Index<'a> {
    /// The values of a folded key, in the order of the tables.
    pub fn get(&self, key: &str) -> impl Iterator<Item = u32> + use<'a> {
        let (mut low, mut high) = (0, self.keys.len() / 4);
        let mut found = None;
        while low < high {
            let middle = usize::midpoint(low, high);
            let here = word(self.keys, middle).map_or("", |at| self.artefact.string(at));
            match here.cmp(key) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => {
                    found = Some(middle);
                    break;
                }
            }
        }
        let range = found.and_then(|i| Some(word(self.from, i)? as usize..word(self.from, i + 1)? as usize)).unwrap_or(0..0);
        let to = self.to;
        range.filter_map(move |i| word(to, i))
    }

    /// The first value of a key.
    pub fn first(&self, key: &str) -> Option<u32> {
        self.get(key).next()
    }
}
