//! Those who take part, and places, with their own pages.

use super::{Chrome, Field, url};

/// The code of those of whom nothing is known.
pub const UNKNOWN: &str = "UNK";

/// Somebody as pages show them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// As the ledger has them: the canonical name, of one without a name the code.
    pub key: String,
    /// In the reader's language where it is known.
    pub name: Field,
    /// Their page.
    pub link: String,
}

impl Chrome {
    /// Somebody by a canonical name, or a code.
    pub fn party(&self, key: &str) -> Party {
        Party { name: self.actor(key), link: format!("/actors/{}", url::escape(key)), key: key.to_owned() }
    }
}

/// The page of a place of that usual name, in a state.
pub fn place_link(country: Option<&str>, name: &str) -> String {
    format!("/places/{}/{}", country.map_or_else(|| "-".to_owned(), url::escape), url::escape(name))
}
