//! Arabic text with offsets into the original: normalised views, sentences, words, clitics, numbers, dates.

mod normal;
mod span;
mod words;

pub use normal::{Normalised, fold, light};
pub use span::{CharIndex, Span};
pub use words::{Word, WordKind, words};
