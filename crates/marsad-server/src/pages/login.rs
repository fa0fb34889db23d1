use super::Page;
use crate::App;
use crate::limits::ENTERED;
use crate::prefs::cookie;
use crate::problem::Problem;
use crate::view::{Chrome, url};
use crate::who::COOKIE;
use askama::Template;
use axum::Form;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::net::SocketAddr;
use std::time::Instant;

/// Where to go afterwards.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Back {
    back: String,
}

/// What is entered: a name and a password, or the token.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Entry {
    name: String,
    password: String,
    token: String,
    back: String,
}

#[derive(Template)]
#[template(path = "login.html")]
struct View {
    c: Chrome,
    back: String,
    users: bool,
    token: bool,
}

/// Asks who it is.
pub async fn show(State(app): State<App>, c: Chrome, Query(Back { back }): Query<Back>) -> Result<Page, Problem> {
    Page::of(&View { c, back, users: app.desk.has_users()?, token: app.access.has_token() })
}

/// Lets in whoever is known.
pub async fn enter(State(app): State<App>, ConnectInfo(peer): ConnectInfo<SocketAddr>, headers: HeaderMap, Form(entry): Form<Entry>) -> Result<Response, Problem> {
    let Entry { name, password, token, back } = entry;
    if !app.limits.count(peer.ip(), "login", ENTERED, Instant::now()) {
        return Err(Problem::too_often("too many tries; go on in a minute"));
    }
    let session = if token.is_empty() {
        let (app, name) = (app.clone(), name.clone());
        let entered = tokio::task::spawn_blocking(move || app.desk.enter(&name, &password)).await;
        entered.map_err(|e| Problem::failed(e.to_string()))??.map(|s| format!("{COOKIE}={}; Max-Age={}", s.id, s.lasts))
    } else {
        app.access.enter(&token).map(|id| format!("{COOKIE}={id}"))
    };
    let who = if token.is_empty() { name.as_str() } else { "token" };
    app.desk.note(who, if session.is_some() { "login" } else { "login refused" })?;
    let session = session.ok_or_else(|| Problem::unknown_user("these are not the name and password of a user, nor the token"))?;
    Ok(with_cookie(Redirect::to(url::local(&back)), &session, &headers))
}

/// Ends the session.
pub async fn leave(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(id) = cookie(&headers, COOKIE) {
        app.desk.leave(id)?;
    }
    Ok(with_cookie(Redirect::to("/login"), &format!("{COOKIE}=; Max-Age=0"), &headers))
}

/// Scripts do not see it, other sites' requests do not carry it, and where the way here is encrypted it takes no other.
fn with_cookie(to: Redirect, cookie: &str, asked: &HeaderMap) -> Response {
    let mut response = to.into_response();
    let secure = if asked.get("x-forwarded-proto").is_some_and(|p| p == "https") { "; Secure" } else { "" };
    if let Ok(value) = HeaderValue::from_str(&format!("{cookie}; Path=/; HttpOnly; SameSite=Strict{secure}")) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}
