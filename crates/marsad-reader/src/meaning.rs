//! What a text is about, as a vector: near vectors are near in meaning, in Arabic and in English.

use crate::{Error, Reader};
use marsad_format::Document;
use marsad_model::Precision;
use marsad_text::words;

/// What training saw of a body, in characters, and of either in pieces.
const BEGINNING: usize = 420;
const PIECES: usize = 94;

impl Reader {
    /// The vector of a report's headline and first sentences; its length is 1.
    ///
    /// # Errors
    /// When the weights lack a part.
    pub fn passage(&self, document: &Document) -> Result<Vec<f32>, Error> {
        let title = document.title.as_deref().map(|t| format!("{t}\n")).unwrap_or_default();
        let beginning: String = document.text.chars().take(BEGINNING).collect();
        self.vector(&format!("passage: {title}{beginning}"))
    }

    /// The vector of a question or a headline, to be compared with those of [`Reader::passage`].
    ///
    /// # Errors
    /// When the weights lack a part.
    pub fn query(&self, text: &str) -> Result<Vec<f32>, Error> {
        self.vector(&format!("query: {text}"))
    }

    fn vector(&self, text: &str) -> Result<Vec<f32>, Error> {
        let special = self.weights.special();
        let mut pieces = vec![special.bos];
        pieces.extend(words(text).iter().flat_map(|w| self.tokenizer.encode_word(w.span.of(text), w.spaced)).take(PIECES));
        pieces.push(special.eos);
        let states = self.encoder.encode(&[&pieces], Precision::Int8)?;
        Ok(states.first().map(|s| self.encoder.vector(s)).unwrap_or_default())
    }
}
