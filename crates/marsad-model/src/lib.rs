//! Weights in, labels out: the tokenizer, the encoder and the linear heads, from one versioned file.

mod encoder;
pub mod kernel;
mod tokenizer;
mod weights;

pub use encoder::{Encoder, Matrix, Precision};
pub use tokenizer::Tokenizer;
pub use weights::{Config, Special, Weights};

/// What can go wrong with a weights file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("{file}: cannot be read: {source}; check the path given for the weights")]
    Io {
        /// The file.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file does not hold what it should.
    #[error("{file}: {reason}; take the file from the release again, or make it with training/train.py")]
    Weights {
        /// The file.
        file: String,
        /// What is wrong.
        reason: String,
    },
}
