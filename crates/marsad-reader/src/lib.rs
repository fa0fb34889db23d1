//! A document in, a reading out: names, places, dates, statements and events, each tied to its characters.

mod events;
mod labels;
mod meaning;
mod names;
mod participants;
pub mod places;
mod statements;
mod thresholds;
mod tolls;
mod windows;

pub use labels::{Labels, Pairs};
pub use participants::{Cast, Mention};
pub use thresholds::Thresholds;
pub use windows::Cut;

use marsad_format::{DateMention, Document, Mark, Reading, Versions};
use marsad_knowledge::Knowledge;
use marsad_model::{Encoder, Tokenizer, Weights};
use marsad_text::{CharIndex, Span, dates};

/// Why a reader could not be made or a document could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The weights.
    #[error(transparent)]
    Model(#[from] marsad_model::Error),
    /// The tables.
    #[error(transparent)]
    Knowledge(#[from] marsad_knowledge::Error),
    /// The thresholds.
    #[error("models/thresholds.tsv, {0}; `cargo run --release --example tune` writes it anew")]
    Thresholds(String),
}

/// Reads documents. One reader serves many threads.
#[derive(Debug)]
pub struct Reader {
    weights: Weights,
    tokenizer: Tokenizer,
    encoder: Encoder,
    knowledge: Knowledge,
    words: events::Lexicon,
    speech: statements::Speech,
    casualties: tolls::Casualties,
    thresholds: Thresholds,
}

/// The text at hand, with what turns spans into marks.
pub(crate) struct Text<'a> {
    pub text: &'a str,
    index: CharIndex,
}

impl Text<'_> {
    pub fn mark(&self, span: Span) -> Mark {
        Mark { start: self.index.char_of(span.start()), end: self.index.char_of(span.end()), text: span.of(self.text).to_owned() }
    }
}

impl Reader {
    /// A reader with these weights and this knowledge.
    ///
    /// # Errors
    /// When the weights lack a part.
    pub fn new(weights: Weights, knowledge: Knowledge) -> Result<Self, Error> {
        let encoder = Encoder::new(&weights)?;
        Self::with_encoder(weights, knowledge, encoder)
    }

    /// As [`Reader::new`], with an encoder of these weights that the caller made: for other instructions of the processor
    /// than its best, by [`Encoder::with_path`].
    ///
    /// # Errors
    /// When the weights lack a part.
    pub fn with_encoder(weights: Weights, knowledge: Knowledge, encoder: Encoder) -> Result<Self, Error> {
        Ok(Self { tokenizer: Tokenizer::new(&weights)?, encoder, weights, knowledge, words: events::Lexicon::embedded(), speech: statements::Speech::embedded(), casualties: tolls::Casualties::embedded(), thresholds: Thresholds::embedded()? })
    }

    /// Reads one document.
    ///
    /// # Errors
    /// When the weights lack a part.
    pub fn read(&self, document: &Document) -> Result<Reading, Error> {
        let cut = windows::cut(&document.text, &self.tokenizer);
        let labels = self.label(&cut, self.thresholds.look)?;
        Ok(self.decide(document, &cut, &labels, &self.thresholds))
    }

    /// A document cut as the model reads it, for [`Reader::label`].
    pub fn cut(&self, document: &Document) -> Cut {
        windows::cut(&document.text, &self.tokenizer)
    }

    /// The model's word on a document: the costly half of reading it. Relations are there of the words that are a trigger
    /// or a cue with a probability of more than `look`.
    ///
    /// # Errors
    /// When the weights lack a part.
    pub fn label(&self, cut: &Cut, look: f32) -> Result<Labels, Error> {
        labels::label(cut, &self.encoder, self.weights.special(), look)
    }

    /// The quick half: a reading out of the model's word, with these thresholds.
    pub fn decide(&self, document: &Document, cut: &Cut, labels: &Labels, least: &Thresholds) -> Reading {
        let text = Text { text: &document.text, index: CharIndex::new(&document.text) };
        let found = dates::find(text.text, &cut.words, document.published.as_deref());
        let mut names = names::find(document, &text, cut, labels, self.weights.labels("entity"), &self.knowledge, least.entity);
        let mentions = participants::mentions(&names);
        let cast = Cast::new(&self.knowledge, text.text, document.published.as_deref(), document.source.as_deref(), &mentions);
        participants::name(&mut names, &cast);
        let statements = statements::find(&text, cut, labels, &names, &self.speech, least);
        let events = events::find(&events::Context {
            text: &text,
            cut,
            labels,
            names: &names,
            cast: &cast,
            dates: &found,
            tolls: &tolls::find(&text, cut, &found, &self.casualties),
            casualties: &self.casualties,
            statements: &statements,
            knowledge: &self.knowledge,
            lexicon: &self.words,
            speech: &self.speech,
            statuses: self.weights.labels("status"),
            types: self.weights.labels("trigger"),
            published: document.published.as_deref(),
            least,
        });
        Reading {
            id: document.id.clone(),
            source: document.source.clone(),
            published: document.published.clone(),
            title: document.title.clone(),
            lang: document.lang.clone().or_else(|| Some("ar".to_owned())),
            entities: names.entities,
            places: names.places.into_iter().map(|p| p.1).collect(),
            dates: found.into_iter().map(|d| DateMention { mark: text.mark(d.span), value: d.value }).collect(),
            statements: statements.into_iter().map(|s| s.statement).collect(),
            events,
            model: self.versions(),
        }
    }

    /// What this reader's readings are made by.
    pub fn versions(&self) -> Versions {
        Versions {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            weights: self.weights.version().to_owned(),
            knowledge: self.knowledge.edition().to_owned(),
        }
    }
}
