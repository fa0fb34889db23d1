//! A document in, a reading out: names, places, dates, statements and events, each tied to its characters.

mod events;
mod labels;
mod names;
pub mod places;
mod statements;
mod windows;

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
        Ok(Self { tokenizer: Tokenizer::new(&weights)?, encoder: Encoder::new(&weights)?, weights, knowledge, words: events::Lexicon::embedded(), speech: statements::Speech::embedded() })
    }

    /// Reads one document.
    ///
    /// # Errors
    /// When the weights lack a part.
    pub fn read(&self, document: &Document) -> Result<Reading, Error> {
        let text = Text { text: &document.text, index: CharIndex::new(&document.text) };
        let cut = windows::cut(text.text, &self.tokenizer);
        let labels = labels::label(&cut, &self.encoder, self.weights.special())?;
        let found = dates::find(text.text, &cut.words, document.published.as_deref());
        let names = names::find(document, &text, &cut, &labels, self.weights.labels("entity"), &self.knowledge);
        let statements = statements::find(&text, &cut, &labels, &names, &self.speech);
        let events = events::find(&events::Context {
            text: &text,
            cut: &cut,
            labels: &labels,
            names: &names,
            dates: &found,
            statements: &statements,
            knowledge: &self.knowledge,
            lexicon: &self.words,
            statuses: self.weights.labels("status"),
            types: self.weights.labels("trigger"),
            published: document.published.as_deref(),
        });
        Ok(Reading {
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
            model: Versions {
                program: env!("CARGO_PKG_VERSION").to_owned(),
                weights: self.weights.version().to_owned(),
                knowledge: self.knowledge.edition().to_owned(),
            },
        })
    }
}
