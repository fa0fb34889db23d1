//! Names of the knowledge base in the reader's language.

use super::{Chrome, Field};
use marsad_knowledge::Knowledge;
use std::collections::BTreeMap;

/// Arabic names by the canonical ones.
#[derive(Debug)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// Those of organisations and persons.
    pub fn of(knowledge: &Knowledge) -> Self {
        let actors = knowledge.all_actors().map(|a| (a.name, a.name_ar));
        let persons = knowledge.all_persons().map(|p| (p.name, p.name_ar));
        let mut all = BTreeMap::new();
        for (name, arabic) in actors.chain(persons).filter(|n| !n.1.is_empty()) {
            all.entry(name.to_owned()).or_insert_with(|| arabic.to_owned());
        }
        Self(all)
    }
}

impl Chrome {
    /// A participant, by canonical name or PLOVER's code.
    pub fn actor(&self, name: &str) -> Field {
        if is_code(name) {
            return self.coded(name);
        }
        if !self.is_ar() {
            return Field::of(name);
        }
        match self.app.names.0.get(name) {
            Some(arabic) => Field::of(arabic),
            None => self.app.knowledge.country(name).filter(|c| c.name == name).map_or_else(|| Field::of(name), |c| self.country(c.iso2)),
        }
    }

    /// `IRQ MIL` in words: the state, and what is known of the participant.
    pub fn coded(&self, code: &str) -> Field {
        let part = |part: &str| {
            let country = self.app.knowledge.country_by_iso3(part).map(|c| self.country(c.iso2).text);
            country.unwrap_or_else(|| self.word("sector", part).to_owned())
        };
        let mut parts: Vec<String> = code.split_whitespace().map(part).collect();
        // The state comes behind in Arabic, as in English in brackets.
        if parts.len() > 1 {
            parts.rotate_left(1);
            if let Some(state) = parts.pop() {
                return Field::of(&format!("{} ({state})", parts.join(self.t("and"))));
            }
        }
        Field::of(&parts.concat())
    }

    /// A place of that usual name, in a state.
    pub fn place(&self, iso2: Option<&str>, name: &str) -> Field {
        if let Some(state) = iso2.filter(|i| self.is_state(i, name)) {
            return self.country(state);
        }
        let arabic = || {
            let places = self.app.knowledge.places(name).into_iter().filter(|p| p.name == name);
            places.into_iter().find(|p| iso2.is_none_or(|i| p.iso2 == i)).map(|p| p.name_ar).filter(|n| !n.is_empty())
        };
        Field::of(if self.is_ar() { arabic().unwrap_or(name) } else { name })
    }

    /// Whether a place of that usual name is the state itself.
    pub fn is_state(&self, iso2: &str, name: &str) -> bool {
        self.app.codes.country(iso2).is_some_and(|c| c.name == name)
    }
}

/// Whether a participant has no name, and PLOVER's code stands for it.
pub fn is_code(name: &str) -> bool {
    name.len() >= 3 && name.bytes().all(|b| b.is_ascii_uppercase() || b == b' ')
}
