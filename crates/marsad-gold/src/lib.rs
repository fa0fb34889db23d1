//! How right are readings? Articles annotated by people, and the figures of readings against them.
//!
//! The rules of matching are those of the guide's `score.py`, which stays the judge; the
//! program's tests hold the two against each other.

mod article;
mod score;
mod side;
mod write;

pub use article::{Article, Error, Span, open};
pub use score::{Figure, Kind, Miss, Tally};
pub use side::Side;
pub use write::annotation;
