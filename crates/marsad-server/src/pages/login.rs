use super::Page;
use crate::App;
use crate::problem::Problem;
use crate::view::{Chrome, url};
use crate::who::COOKIE;
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

/// Where to go afterwards.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Back {
    back: String,
}

/// What is entered.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Entry {
    token: String,
    back: String,
}

#[derive(Template)]
#[template(path = "login.html")]
struct View {
    c: Chrome,
    back: String,
}

/// Asks for the token.
pub async fn show(c: Chrome, Query(Back { back }): Query<Back>) -> Result<Page, Problem> {
    Page::of(&View { c, back })
}

/// Lets in whoever knows it.
pub async fn enter(State(app): State<App>, Form(Entry { token, back }): Form<Entry>) -> Result<Response, Problem> {
    let session = app.access.enter(&token).ok_or_else(|| Problem::unknown_user("that is not the token"))?;
    let mut response = Redirect::to(url::local(&back)).into_response();
    if let Ok(value) = HeaderValue::from_str(&format!("{COOKIE}={session}; Path=/; HttpOnly; SameSite=Strict")) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    Ok(response)
}
