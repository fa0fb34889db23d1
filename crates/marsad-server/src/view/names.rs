//! What those who take part are called: by the knowledge base's name in the reader's language, or their code in words.

use super::{Chrome, Field, url};
use crate::Error;
use crate::prefs::Lang;
use crate::words::rows;
use marsad_knowledge::Knowledge;
use std::collections::BTreeMap;

/// States, which the knowledge base itself holds by their English names alone.
const STATES: (&str, &str) = ("knowledge/countries.tsv", include_str!("../../../../knowledge/countries.tsv"));

/// Arabic names by the canonical ones.
#[derive(Debug)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// Those of organisations, persons and states.
    pub fn of(knowledge: &Knowledge) -> Result<Self, Error> {
        let mut names = BTreeMap::new();
        for row in rows::<7>(STATES) {
            let (_, [_, _, name, ar, ..]) = row?;
            names.insert(name.to_owned(), ar.split('|').next().unwrap_or_default().to_owned());
        }
        let actors = knowledge.all_actors().map(|a| (a.name, a.name_ar));
        let persons = knowledge.all_persons().map(|p| (p.name, p.name_ar));
        for (name, ar) in actors.chain(persons).filter(|(name, ar)| !name.is_empty() && !ar.is_empty()) {
            names.entry(name.to_owned()).or_insert_with(|| ar.to_owned());
        }
        Ok(Self(names))
    }
}

/// Somebody as pages show them, with their own page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// As the ledger has them.
    pub key: String,
    /// In the reader's language where it is known.
    pub name: Field,
    /// Their page.
    pub link: String,
}

impl Chrome {
    /// Somebody by a canonical name, or a code.
    pub fn party(&self, key: &str) -> Party {
        let name = if is_code(key) { self.code(key) } else { self.known(key).unwrap_or(key).to_owned() };
        Party { name: Field::of(&name), link: format!("/actors/{}", url::escape(key)), key: key.to_owned() }
    }

    /// A place's usual name in the reader's language.
    pub fn place_name(&self, name: &str, iso2: &str) -> Field {
        let arabic = || self.known(name).or_else(|| self.place_in_arabic(name, iso2));
        Field::of((self.prefs.lang() == Lang::Ar).then(arabic).flatten().unwrap_or(name))
    }

    fn place_in_arabic(&self, name: &str, iso2: &str) -> Option<&str> {
        self.app.knowledge.places(name).into_iter().find(|p| p.iso2 == iso2 && p.name == name).map(|p| p.name_ar).filter(|n| !n.is_empty())
    }

    /// A canonical name in the reader's language.
    pub(super) fn known(&self, key: &str) -> Option<&str> {
        (self.prefs.lang() == Lang::Ar).then(|| self.app.names.0.get(key).map(String::as_str)).flatten()
    }

    /// A code of PLOVER's in words: `IRQ MIL` is "Iraq: military".
    pub fn code(&self, code: &str) -> String {
        let word = |part: &str| match self.app.knowledge.country_by_iso3(part) {
            Some(country) => self.country(country.iso2).text,
            None => self.word("code", part).to_owned(),
        };
        code.split_whitespace().map(word).collect::<Vec<_>>().join(self.t("code.join"))
    }
}

/// The code of those of whom nothing is known.
pub const UNKNOWN: &str = "UNK";

/// Whether it is a code and no name: capital letters in threes.
pub fn is_code(key: &str) -> bool {
    !key.is_empty() && key.split(' ').all(|part| part.len() == 3 && part.bytes().all(|b| b.is_ascii_uppercase()))
}

/// The page of a place as `Facet::Place` has it.
pub fn place_link(country: Option<&str>, name: &str) -> String {
    format!("/places/{}/{}", country.map_or_else(|| "-".to_owned(), url::escape), url::escape(name))
}
