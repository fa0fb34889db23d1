//! `/incidents`: the list, with its conditions in the address.

use super::Page;
use crate::App;
use crate::api::incident_page;
use crate::ask::{Asked, STATES, Wanted};
use crate::problem::Problem;
use crate::view::incident::Shown;
use crate::view::{Chrome, Field, url};
use askama::Template;
use axum::extract::State;
use marsad_format::EventType;

/// A condition that is set, with the address without it.
#[derive(Clone, Debug)]
struct Chip {
    name: &'static str,
    value: Field,
    without: String,
}

#[derive(Template)]
#[template(path = "incidents/list.html")]
struct View {
    c: Chrome,
    wanted: Wanted,
    chips: Vec<Chip>,
    items: Vec<Shown>,
    next: Option<String>,
    first: Option<String>,
}

impl View {
    fn types(&self) -> impl Iterator<Item = &'static str> {
        EventType::ALL.into_iter().map(EventType::name)
    }

    fn states(&self) -> [&'static str; 3] {
        STATES
    }

    /// A field of the form.
    fn value<'a>(&'a self, field: &'a Option<String>) -> &'a str {
        field.as_deref().unwrap_or_default()
    }
}

/// The list.
pub async fn list(State(app): State<App>, c: Chrome, Asked(wanted): Asked<Wanted>) -> Result<Page, Problem> {
    let asked = wanted.clone();
    let (items, next) = app.read(move |ledger| incident_page(ledger, &asked)).await?;
    let items = items.iter().map(|i| Shown::new(&c, i)).collect();
    let chips = wanted.conditions().into_iter().map(|(name, value)| chip(&c, name, value)).collect();
    let next = next.map(|n| url::with(&c.here, &[("cursor", Some(&n))]));
    let first = wanted.cursor.as_ref().map(|_| url::with(&c.here, &[("cursor", None)]));
    Page::of(&View { c, wanted, chips, items, next, first })
}

fn chip(c: &Chrome, name: &'static str, value: &str) -> Chip {
    let shown = match name {
        "type" => Field::of(c.word("type", &value.to_uppercase())),
        "state" => Field::of(c.word("state", value)),
        "country" => c.country(&value.to_uppercase()),
        "after" | "before" => Field::of(&c.day(value).text),
        _ => Field::of(value),
    };
    Chip { name, value: shown, without: url::with(&c.here, &[(name, None), ("cursor", None)]) }
}
