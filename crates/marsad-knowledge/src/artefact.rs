//! The compiled tables as they lie in memory; see `compile` for the layout.

use crate::compile::{Error, FORMAT, MAGIC, OVER};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

const HEAD: usize = 48;

/// One file of compiled tables.
#[derive(Debug)]
struct Layer {
    bytes: Cow<'static, [u8]>,
    sections: BTreeMap<[u8; 8], (usize, usize)>,
}

/// The program's tables, and what a user laid over them.
#[derive(Debug)]
pub struct Artefact {
    base: Layer,
    over: Option<Layer>,
}

/// Keys that lead to values, in one file.
#[derive(Clone, Copy, Debug)]
struct Part<'a> {
    artefact: &'a Artefact,
    keys: &'a [u8],
    from: &'a [u8],
    to: &'a [u8],
}

/// Keys that lead to values; what lies over comes first.
#[derive(Clone, Copy, Debug)]
pub struct Index<'a> {
    over: Option<Part<'a>>,
    base: Part<'a>,
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at * 4..at * 4 + 4)?.try_into().ok()?))
}

fn key(name: &str) -> [u8; 8] {
    let mut key = [0u8; 8];
    let length = name.len().min(8);
    key[..length].copy_from_slice(&name.as_bytes()[..length]);
    key
}

impl Layer {
    fn open(bytes: Cow<'static, [u8]>, path: &Path) -> Result<Self, Error> {
        let fault = |reason: &str| Error::file(path, format!("{reason}; compile the tables again"));
        if bytes.get(..8) != Some(MAGIC.as_slice()) {
            return Err(fault("no compiled tables of Marsad"));
        }
        if word(&bytes, 2) != Some(FORMAT) {
            return Err(fault("of another version of the format"));
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

    fn verify(&self, path: &Path) -> Result<(), Error> {
        if self.bytes.get(16..HEAD) == Some(Sha256::digest(self.bytes.get(HEAD..).unwrap_or_default()).as_slice()) {
            return Ok(());
        }
        Err(Error::file(path, "damaged; compile the tables again".to_owned()))
    }

    fn section(&self, name: &str) -> &[u8] {
        self.sections.get(&key(name)).and_then(|&(at, len)| self.bytes.get(at..at + len)).unwrap_or_default()
    }
}

impl Artefact {
    /// Opens bytes without reading all of them: the sum over them is checked by [`Artefact::verify`], since a program that
    /// starts for one article has no time for it. `path` is for the message.
    pub fn open(bytes: Cow<'static, [u8]>, path: &Path) -> Result<Self, Error> {
        Ok(Self { base: Layer::open(bytes, path)?, over: None })
    }

    /// Lays another artefact over this one; it must have been made with [`OVER`].
    pub fn lay_over(&mut self, bytes: Cow<'static, [u8]>, path: &Path) -> Result<(), Error> {
        let layer = Layer::open(bytes, path)?;
        layer.verify(path)?;
        self.over = Some(layer);
        Ok(())
    }

    /// Checks the SHA-256 over the whole of the lower artefact.
    pub fn verify(&self, path: &Path) -> Result<(), Error> {
        self.base.verify(path)
    }

    /// The SHA-256 that the lower artefact says it has.
    pub fn sum(&self) -> &[u8] {
        self.base.bytes.get(16..HEAD).unwrap_or_default()
    }

    /// The size of the lower artefact.
    pub fn len(&self) -> usize {
        self.base.bytes.len()
    }

    /// A section of the lower artefact; empty if there is none of that name.
    pub fn section(&self, name: &str) -> &[u8] {
        self.base.section(name)
    }

    /// The part of a number below [`OVER`], and the file it belongs to.
    fn layer(&self, at: u32) -> Option<(&Layer, usize)> {
        if at < OVER { Some((&self.base, at as usize)) } else { Some((self.over.as_ref()?, (at - OVER) as usize)) }
    }

    /// The `u32`s of one record; `None` beyond the last.
    pub fn record<const N: usize>(&self, section: &str, at: u32) -> Option<[u32; N]> {
        let (layer, at) = self.layer(at)?;
        let bytes = layer.section(section).get(at * N * 4..(at + 1) * N * 4)?;
        let mut out = [0; N];
        for (i, o) in out.iter_mut().enumerate() {
            *o = word(bytes, i)?;
        }
        Some(out)
    }

    /// The string at an offset; empty if there is none.
    pub fn string(&self, at: u32) -> &str {
        let read = || {
            let (layer, at) = self.layer(at)?;
            let strings = layer.section("strings");
            let length = u16::from_le_bytes(strings.get(at..at + 2)?.try_into().ok()?) as usize;
            std::str::from_utf8(strings.get(at + 2..at + 2 + length)?).ok()
        };
        read().unwrap_or_default()
    }

    /// The index of that letter.
    pub fn index(&self, letter: char) -> Index<'_> {
        Index { over: self.over.as_ref().map(|layer| self.part(layer, letter)), base: self.part(&self.base, letter) }
    }

    fn part<'a>(&'a self, layer: &'a Layer, letter: char) -> Part<'a> {
        let section = |name: &str| layer.section(&format!("{letter}.{name}"));
        Part { artefact: self, keys: section("keys"), from: section("from"), to: section("to") }
    }
}

impl<'a> Part<'a> {
    /// The values of a folded key, in the order of the tables.
    fn get(self, key: &str) -> impl Iterator<Item = u32> + use<'a> {
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
        let to = self.to;
        // A crafted file may give a range of billions of steps, none of which leads anywhere.
        let bound = |i: usize| Some((word(self.from, i)? as usize).min(to.len() / 4));
        let range = found.and_then(|i| Some(bound(i)?..bound(i + 1)?)).unwrap_or(0..0);
        range.filter_map(move |i| word(to, i))
    }
}

impl<'a> Index<'a> {
    /// The values of a folded key, the user's first, then in the order of the tables.
    pub fn get(&self, key: &str) -> impl Iterator<Item = u32> + use<'a> {
        let over = self.over.map(|part| part.get(key));
        over.into_iter().flatten().chain(self.base.get(key))
    }

    /// The first value of a key.
    pub fn first(&self, key: &str) -> Option<u32> {
        self.get(key).next()
    }
}
