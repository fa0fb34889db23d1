//! `/actors/{name}`: what somebody did, what was done to them, and with whom. The name is a canonical one, or a code.

use super::Page;
use super::profile::{Asked, Profile, read};
use crate::App;
use crate::problem::Problem;
use crate::view::party::Party;
use crate::view::{Chrome, Field, is_code};
use askama::Template;
use axum::extract::{Path, Query, State};
use marsad_ledger::group::Filter;

#[derive(Template)]
#[template(path = "profile/actor.html")]
struct View {
    c: Chrome,
    actor: Party,
    /// The canonical name, where the page shows another.
    other: Option<Field>,
    p: Profile,
}

/// The page.
pub async fn one(State(app): State<App>, c: Chrome, Path(name): Path<String>, Query(asked): Query<Asked>) -> Result<Page, Problem> {
    let held = read(&app, Filter { named_actor: Some(name.clone()), ..Filter::default() }, &asked).await?;
    let actor = c.party(&name);
    let p = Profile::new(&c, &held, Some(&actor));
    if p.total == 0 {
        return Err(Problem::missing(format!("no incident has an actor or target {name}; the list under /incidents has those there are")));
    }
    let other = (actor.name.text != name).then(|| Field::of(&name)).filter(|_| !is_code(&name));
    Page::of(&View { c, actor, other, p })
}
