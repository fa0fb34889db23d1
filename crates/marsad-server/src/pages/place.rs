//! `/places/{country}/{name}`: what happened at a place, and who acted there. The name is the place's usual one.

use super::Page;
use super::profile::{Asked, Profile, read};
use crate::App;
use crate::problem::Problem;
use crate::view::{Chrome, Field};
use askama::Template;
use axum::extract::{Path, Query, State};
use marsad_ledger::group::Filter;

/// What the gazetteer says of the place.
#[derive(Clone, Debug)]
struct Entry {
    kind: &'static str,
    admin: Vec<Field>,
    point: Option<String>,
    pcode: Option<String>,
    geonames: Option<u64>,
}

#[derive(Template)]
#[template(path = "profile/place.html")]
struct View {
    c: Chrome,
    /// As the filter has it.
    key: String,
    name: Field,
    other: Option<Field>,
    country: Option<Field>,
    entry: Option<Entry>,
    p: Profile,
}

/// The page; `-` stands for no country.
pub async fn one(State(app): State<App>, c: Chrome, Path((country, name)): Path<(String, String)>, Query(asked): Query<Asked>) -> Result<Page, Problem> {
    let country = if country == "-" { String::new() } else { country };
    let key = format!("{country}/{name}");
    let held = read(&app, Filter { named_place: Some(key.clone()), ..Filter::default() }, &asked).await?;
    let p = Profile::new(&c, &held, None);
    if p.total == 0 {
        return Err(Problem::missing(format!("no incident is placed at {name}; the list under /incidents has those there are")));
    }
    let shown = c.place(Some(&country), &name);
    let found = app.knowledge.places(&name).into_iter().find(|p| p.iso2 == country && p.name == name);
    let entry = found.map(|p| Entry {
        kind: p.kind.name(),
        admin: [p.admin2, p.admin1].into_iter().flatten().filter(|a| !a.is_empty()).map(|a| c.place(Some(&country), a)).collect(),
        point: p.position.map(|(lat, lon)| c.digits(&format!("{lat:.3}, {lon:.3}"))),
        pcode: app.knowledge.pcode(&p).map(str::to_owned),
        geonames: p.geonames,
    });
    let other = (shown.text != name).then(|| Field::of(&name));
    let country = (!country.is_empty()).then(|| c.country(&country));
    Page::of(&View { key, name: shown, other, country, entry, p, c })
}
