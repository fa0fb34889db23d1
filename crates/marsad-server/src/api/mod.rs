//! The JSON API. Its description is made from the routes and served with them.

mod counts;
mod export;
mod incidents;
mod reports;
mod search;
pub mod shape;
mod sources;

pub use counts::parameter;
pub use export::{OFFERED, export};
pub use incidents::page as incident_page;
pub use reports::article;
pub use search::{Question, Sort};

use crate::App;
use crate::pages::Page;
use crate::problem::Problem;
use crate::view::Chrome;
use askama::Template;
use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::routing::get;
use serde_json::Value;
use std::sync::Arc;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

#[derive(OpenApi)]
#[openapi(info(title = "Marsad", description = "Incidents, the reports that tell of them, and who says what. Times are UTC; days are ISO 8601; offsets count Unicode code points of a report's text."), components(schemas(Problem)))]
struct Description;

/// All routes with their description.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(incidents::list))
        .routes(routes!(incidents::one))
        .routes(routes!(counts::facets))
        .routes(routes!(counts::histogram))
        .routes(routes!(counts::points))
        .routes(routes!(export::export))
        .routes(routes!(export::deleted))
        .routes(routes!(reports::one))
        .routes(routes!(search::search))
        .routes(routes!(sources::list))
}

/// `/openapi.json`, and `/api`, which shows it.
pub fn reference(document: Document) -> Router<App> {
    let operations: Arc<[Operation]> = operations(&document).into();
    let document = Bytes::from(serde_json::to_vec_pretty(&document).unwrap_or_default());
    Router::new()
        .route("/openapi.json", get(async move || ([(header::CONTENT_TYPE, "application/json")], document)))
        .route("/api", get(async move |c: Chrome| Page::of(&Reference { c, operations: &operations })))
}

/// An operation, as the reference shows it.
#[derive(Clone, Debug)]
struct Operation {
    path: String,
    summary: String,
    parameters: Vec<Parameter>,
    answers: Vec<(String, String)>,
}

/// A parameter, as the reference shows it.
#[derive(Clone, Debug)]
struct Parameter {
    name: String,
    place: String,
    required: bool,
    description: String,
}

fn operations(document: &Document) -> Vec<Operation> {
    let document = serde_json::to_value(document).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let paths = document["paths"].as_object().into_iter().flatten();
    paths.map(|(path, item)| {
        let get = &item["get"];
        let parameters = get["parameters"].as_array().into_iter().flatten();
        Operation {
            path: path.clone(),
            summary: text(&get["summary"]),
            parameters: parameters.map(|p| Parameter { name: text(&p["name"]), place: text(&p["in"]), required: p["required"] == true, description: text(&p["description"]) }).collect(),
            answers: get["responses"].as_object().into_iter().flatten().map(|(code, a)| (code.clone(), text(&a["description"]))).collect(),
        }
    }).collect()
}

#[derive(Template)]
#[template(path = "api/reference.html")]
struct Reference<'a> {
    c: Chrome,
    operations: &'a [Operation],
}
