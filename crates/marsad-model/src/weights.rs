//! The weights file: opened, checked and read in place. The layout is described in `training/weights_file.py`.

use crate::Error;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

const MAGIC: &[u8; 8] = b"MARSADW1";
const FORMAT: u32 = 1;
const START: usize = 48;

#[derive(Debug, Deserialize)]
struct Header {
    version: String,
    config: Config,
    labels: BTreeMap<String, Vec<String>>,
    special: Special,
    tensors: Vec<Entry>,
}

/// The encoder's sizes.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Config {
    /// Width of a state.
    pub hidden: usize,
    /// Number of layers.
    pub layers: usize,
    /// Attention heads in a layer.
    pub heads: usize,
    /// Width of the feed-forward part.
    pub feed: usize,
    /// Longest sequence of pieces.
    pub positions: usize,
}

/// Ids of the pieces that stand for no text.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Special {
    /// Opens a sequence.
    pub bos: u32,
    /// Closes a sequence.
    pub eos: u32,
    /// Fills a sequence.
    pub pad: u32,
    /// Stands for a character outside the vocabulary.
    pub unk: u32,
}

#[derive(Clone, Debug, Deserialize)]
struct Entry {
    name: String,
    dtype: String,
    shape: Vec<usize>,
    offset: usize,
    bytes: usize,
    scale_offset: Option<usize>,
}

struct Inner {
    data: Cow<'static, [u8]>,
    header: Header,
    index: BTreeMap<String, usize>,
}

/// An opened weights file; cheap to clone.
#[derive(Clone)]
pub struct Weights(Arc<Inner>);

impl std::fmt::Debug for Weights {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Weights({}, {} tensors)", self.0.header.version, self.0.header.tensors.len())
    }
}

impl Weights {
    /// Reads a file.
    ///
    /// # Errors
    /// When the file cannot be read, is no weights file, has another format version or is damaged.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let data = std::fs::read(path).map_err(|source| Error::Io { file: name.clone(), source })?;
        Self::load(Cow::Owned(data), &name)
    }

    /// Takes bytes that live in the program.
    ///
    /// # Errors
    /// As [`Weights::open`].
    pub fn from_static(data: &'static [u8]) -> Result<Self, Error> {
        Self::load(Cow::Borrowed(data), "the weights in the program")
    }

    /// Takes bytes that come from somewhere else; `name` stands in the messages.
    ///
    /// # Errors
    /// As [`Weights::open`].
    pub fn from_bytes(data: Vec<u8>, name: &str) -> Result<Self, Error> {
        Self::load(Cow::Owned(data), name)
    }

    fn load(data: Cow<'static, [u8]>, file: &str) -> Result<Self, Error> {
        let bad = |reason: &str| Error::Weights { file: file.into(), reason: reason.into() };
        if data.len() < START || &data[..8] != MAGIC {
            return Err(bad("it is no weights file"));
        }
        let word = |at: usize| u32::from_le_bytes([data[at], data[at + 1], data[at + 2], data[at + 3]]);
        if word(8) != FORMAT {
            return Err(bad(&format!("its format is version {}, this program reads version {FORMAT}", word(8))));
        }
        if Sha256::digest(&data[START..]).as_slice() != &data[16..START] {
            return Err(bad("it is damaged: its checksum does not match"));
        }
        let header = data[START..].get(..word(12) as usize).ok_or_else(|| bad("it is cut short"))?;
        let header: Header = serde_json::from_slice(header).map_err(|e| bad(&format!("its header is unreadable: {e}")))?;
        let mut index = BTreeMap::new();
        for (i, t) in header.tensors.iter().enumerate() {
            // Sizes come from outside, so no sum or product of them may run over.
            let inside = |offset: usize, bytes: usize| offset.checked_add(bytes).is_some_and(|end| end <= data.len());
            let width = if matches!(t.dtype.as_str(), "i8" | "u8") { 1 } else { 4 };
            let bytes = t.shape.iter().try_fold(width, |all: usize, &n| all.checked_mul(n));
            let rows = t.shape.first().copied().unwrap_or(0).checked_mul(4);
            let scales = t.scale_offset.is_none_or(|at| rows.is_some_and(|n| inside(at, n)));
            if bytes != Some(t.bytes) || !inside(t.offset, t.bytes) || !scales {
                return Err(bad(&format!("its tensor {} does not fit", t.name)));
            }
            index.insert(t.name.clone(), i);
        }
        Ok(Self(Arc::new(Inner { data, header, index })))
    }

    /// The weights' own version.
    pub fn version(&self) -> &str {
        &self.0.header.version
    }

    /// The labels of a head, in the order of its outputs; empty if there is no such head.
    pub fn labels(&self, head: &str) -> &[String] {
        self.0.header.labels.get(head).map_or(&[], Vec::as_slice)
    }

    /// The encoder's sizes.
    pub fn config(&self) -> Config {
        self.0.header.config
    }

    /// Ids of the special pieces.
    pub fn special(&self) -> Special {
        self.0.header.special
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        self.0.index.get(name).map(|&i| &self.0.header.tensors[i])
    }

    fn need(&self, name: &str) -> Result<&Entry, Error> {
        self.entry(name).ok_or_else(|| Error::Weights { file: "the weights".into(), reason: format!("the tensor {name} is missing") })
    }

    /// The names of all tensors, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.index.keys().map(String::as_str)
    }

    /// The raw bytes of a tensor.
    pub(crate) fn bytes(&self, name: &str) -> Result<&[u8], Error> {
        let t = self.need(name)?;
        Ok(&self.0.data[t.offset..t.offset + t.bytes])
    }

    /// A tensor's shape.
    pub(crate) fn shape(&self, name: &str) -> Result<&[usize], Error> {
        Ok(&self.need(name)?.shape)
    }

    /// The scales of an int8 tensor's rows.
    pub(crate) fn scales(&self, name: &str) -> Result<Vec<f32>, Error> {
        let t = self.need(name)?;
        let rows = t.shape.first().copied().unwrap_or(0);
        let at = t.scale_offset.ok_or_else(|| misfit(name, "has no scales"))?;
        Ok(floats(&self.0.data[at..at + 4 * rows]))
    }

    /// A tensor of f32.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn f32(&self, name: &str) -> Result<Vec<f32>, Error> {
        Ok(floats(self.bytes(name)?))
    }

    pub(crate) fn u32(&self, name: &str) -> Result<Vec<u32>, Error> {
        Ok(self.bytes(name)?.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect())
    }
}

/// A tensor that is not what the encoder or the tokenizer can use.
pub(crate) fn misfit(name: &str, reason: &str) -> Error {
    Error::Weights { file: "the weights".into(), reason: format!("the tensor {name} {reason}") }
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}
