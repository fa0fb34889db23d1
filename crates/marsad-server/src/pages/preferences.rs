use super::Page;
use crate::prefs::{COOKIE, Prefs};
use crate::problem::Problem;
use crate::view::{Chrome, url};
use askama::Template;
use axum::Form;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};

#[derive(Template)]
#[template(path = "preferences.html")]
struct View {
    c: Chrome,
}

/// What can be chosen.
pub async fn show(c: Chrome) -> Result<Page, Problem> {
    Page::of(&View { c })
}

/// Keeps the choices of the form in a cookie, and leads back.
pub async fn choose(mut prefs: Prefs, Form(pairs): Form<Vec<(String, String)>>) -> Response {
    let mut back = "/";
    for (field, value) in &pairs {
        if field == "back" { back = url::local(value) } else { prefs.choose(field, value) }
    }
    // A language in the address would go before the one that was just chosen.
    let mut response = Redirect::to(&url::with(back, &[("lang", None)])).into_response();
    let cookie = format!("{COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax", prefs.cookie());
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}
