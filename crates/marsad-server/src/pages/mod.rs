//! The pages. Each has a file here and a folder under `templates/`; what all have stands here and in `layout.html`.

mod about;
mod actor;
mod alerts;
mod audit;
pub mod briefing;
mod event;
mod incident;
mod incidents;
mod login;
mod place;
mod preferences;
mod profile;
mod report;
mod review;
mod search;
mod sources;

use crate::App;
use crate::prefs::Prefs;
use crate::problem::Problem;
use crate::view::Chrome;
use crate::who::{Role, Who};
use askama::Template;
use axum::Router;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};

/// The parts of the site in the order of the navigation: address, and key of the name.
pub const PARTS: [(&str, &str); 7] = [
    ("/incidents", "nav.incidents"),
    ("/search", "nav.search"),
    ("/review", "nav.review"),
    ("/sources", "nav.sources"),
    ("/alerts", "nav.alerts"),
    ("/api", "nav.api"),
    ("/about", "nav.about"),
];

/// All pages.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(async || Redirect::to("/incidents")))
        .route("/incidents", get(incidents::list))
        .route("/incidents/news", get(incidents::news))
        .route("/export", get(crate::api::export))
        .route("/incidents/{id}", get(incident::one))
        .route("/reports/{id}", get(report::one))
        .route("/reports/{id}/events/{start}", get(event::show).post(event::correct))
        .route("/incidents/{id}/correct", post(review::correct))
        .route("/review", get(review::show))
        .route("/sources", get(sources::show))
        .route("/sources/add", post(sources::add))
        .route("/sources/remove", post(sources::remove))
        .route("/sources/import", post(sources::import))
        .route("/sources/export.opml", get(sources::export))
        .route("/alerts", get(alerts::list).post(alerts::add))
        .route("/alerts/{id}", get(alerts::one))
        .route("/alerts/{id}/test", post(alerts::test))
        .route("/alerts/{id}/remove", post(alerts::remove))
        .route("/briefing", get(briefing::show))
        .route("/audit", get(audit::show))
        .route("/actors/{name}", get(actor::one))
        .route("/places/{country}/{name}", get(place::one))
        .route("/search", get(search::show))
        .route("/about", get(about::show))
        .route("/preferences", get(preferences::show).post(preferences::choose))
        .route("/login", get(login::show).post(login::enter))
        .route("/logout", post(login::leave))
}

/// A finished page.
#[derive(Clone, Debug)]
pub struct Page(String);

impl Page {
    /// A template filled in.
    pub fn of(template: &impl Template) -> Result<Self, Problem> {
        template.render().map(Self).map_err(|e| Problem::failed(format!("the page could not be made ({e}); please report it")))
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        Html(self.0).into_response()
    }
}

impl FromRequestParts<App> for Chrome {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let here = parts.uri.path_and_query().map_or("/", |p| p.as_str()).to_owned();
        Ok(Self { app: app.clone(), prefs: Prefs::of(&parts.headers, parts.uri.query()), who: Who::from_request_parts(parts, app).await?, here })
    }
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Failure {
    c: Chrome,
    problem: Problem,
}

/// A middleware: shows a page's problem as a page, in the reader's language.
pub async fn show_problems(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_api = path.starts_with("/api/") || path == "/openapi.json" || path.starts_with("/assets/");
    let (prefs, who) = (Prefs::of(request.headers(), request.uri().query()), request.extensions().get::<Who>().cloned());
    let here = request.uri().path_and_query().map_or("/", |p| p.as_str()).to_owned();
    let response = next.run(request).await;
    let Some(problem) = response.extensions().get::<Problem>().filter(|_| !is_api).cloned() else { return response };
    let c = Chrome { app, prefs, who: who.unwrap_or(Who { name: String::new(), role: Role::Reader }), here };
    let code = problem.code();
    match Page::of(&Failure { c, problem }) {
        Ok(page) => (code, page).into_response(),
        Err(_) => response,
    }
}
