//! Arabic text with offsets into the original: normalised views, words, numbers, dates.

pub mod dates;
mod normal;
pub mod numbers;
mod span;
mod words;

pub use normal::{Normalised, fold, light};
pub use span::{CharIndex, Span};
pub use words::{Word, WordKind, words};
