//! Arabic text with offsets into the original: normalised views, words, clitics, sentences, numbers, dates.

mod clitics;
pub mod dates;
mod normal;
pub mod numbers;
mod sentences;
mod span;
mod tokens;
mod words;

pub use clitics::{enclitics, proclitics};
pub use normal::{Normalised, fold, light};
pub use sentences::sentences;
pub use span::{CharIndex, Span};
pub use words::{Word, WordKind, words};
