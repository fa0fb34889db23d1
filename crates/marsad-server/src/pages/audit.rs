//! `/audit`: who did what.

use super::Page;
use crate::App;
use crate::problem::Problem;
use crate::view::{Chrome, Day, Field};
use crate::who::{Role, Who};
use askama::Template;
use axum::extract::{Query, State};
use serde::Deserialize;

/// Deeds of a page.
const LIMIT: usize = 100;

/// From where on.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    before: Option<i64>,
}

#[derive(Template)]
#[template(path = "audit/audit.html")]
struct View {
    c: Chrome,
    deeds: Vec<(Day, Field, String)>,
    next: Option<i64>,
    users: Vec<(Field, &'static str, Day)>,
}

/// Shown to admins alone.
pub async fn show(State(app): State<App>, c: Chrome, who: Who, Query(asked): Query<Asked>) -> Result<Page, Problem> {
    who.may(Role::Admin)?;
    let deeds = app.desk.deeds(asked.before.unwrap_or(i64::MAX), LIMIT)?;
    let next = deeds.last().filter(|_| deeds.len() == LIMIT).map(|d| d.id);
    let deeds = deeds.into_iter().map(|d| (c.moment(d.at), Field::of(&d.who), crate::view::clean(&d.what))).collect();
    let users = app.desk.users()?.into_iter().map(|u| (Field::of(&u.name), u.role.name(), c.moment(u.added))).collect();
    Page::of(&View { c, deeds, next, users })
}
