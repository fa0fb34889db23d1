//! Words into pieces: a Unigram model over single words.

use crate::weights::misfit;
use crate::{Error, Weights};
use std::collections::HashMap;

/// Cuts words into pieces of the vocabulary.
#[derive(Debug)]
pub struct Tokenizer {
    pieces: HashMap<Vec<u8>, u32>,
    scores: Vec<f32>,
    longest: usize,
    penalty: f32,
    unknown: u32,
    normal: HashMap<char, String>,
}

impl Tokenizer {
    /// Takes the vocabulary out of a weights file.
    ///
    /// # Errors
    /// When the file has none.
    pub fn new(weights: &Weights) -> Result<Self, Error> {
        let (bytes, offsets) = (weights.bytes("vocab.bytes")?, weights.u32("vocab.offsets")?);
        let scores = weights.f32("vocab.scores")?;
        if offsets.len() != scores.len() + 1 || scores.iter().any(|s| !s.is_finite()) {
            return Err(misfit("vocab.scores", "does not fit vocab.offsets"));
        }
        let mut pieces = HashMap::with_capacity(scores.len());
        let mut longest = 1;
        for (id, pair) in offsets.windows(2).enumerate() {
            let piece = bytes.get(pair[0] as usize..pair[1] as usize).unwrap_or_default();
            longest = longest.max(piece.len());
            pieces.insert(piece.to_vec(), id as u32);
        }
        let (points, ends, targets) = (weights.u32("normal.points")?, weights.u32("normal.offsets")?, weights.u32("normal.targets")?);
        let normal = points
            .iter()
            .zip(ends.windows(2))
            .filter_map(|(&point, pair)| {
                let target = targets.get(pair[0] as usize..pair[1] as usize)?;
                Some((char::from_u32(point)?, target.iter().filter_map(|&t| char::from_u32(t)).collect()))
            })
            .collect();
        let penalty = scores.iter().copied().fold(0.0, f32::min) - 10.0;
        Ok(Self { pieces, scores, longest, penalty, unknown: weights.special().unk, normal })
    }

    /// The pieces of one word; `spaced` says whether white space stands before it. Never empty.
    pub fn encode_word(&self, word: &str, spaced: bool) -> Vec<u32> {
        let mut text = String::with_capacity(word.len() + 3);
        if spaced {
            text.push('▁');
        }
        let bare = text.len();
        for c in marsad_text::light(word).chars() {
            match self.normal.get(&c) {
                Some(target) => text.push_str(target),
                None => text.push(c),
            }
        }
        let body: String = text[bare..].split(' ').filter(|s| !s.is_empty()).collect::<Vec<_>>().join("▁");
        if body.is_empty() {
            return vec![self.unknown];
        }
        text.truncate(bare);
        text.push_str(&body);
        self.best(&text)
    }

    fn best(&self, text: &str) -> Vec<u32> {
        let n = text.len();
        let mut best = vec![(f32::NEG_INFINITY, 0usize, self.unknown); n + 1];
        best[0].0 = 0.0;
        for (i, c) in text.char_indices() {
            let base = best[i].0;
            let single = i + c.len_utf8();
            let mut end = single;
            while end <= n && end - i <= self.longest {
                let known = self.pieces.get(&text.as_bytes()[i..end]);
                let score = known.map(|&id| (self.scores[id as usize], id)).or((end == single).then_some((self.penalty, self.unknown)));
                if let Some((score, id)) = score
                    && base + score > best[end].0
                {
                    best[end] = (base + score, i, id);
                }
                end += text[end..].chars().next().map_or(1, char::len_utf8);
            }
        }
        let (mut out, mut at) = (Vec::new(), n);
        while at > 0 {
            out.push(best[at].2);
            at = best[at].1;
        }
        out.reverse();
        out
    }
}
