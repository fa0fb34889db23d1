use super::shape::Report;
use crate::App;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use marsad_ledger::group::show;
use marsad_ledger::{Article, Ledger};
use std::collections::BTreeSet;

/// The article of that key.
pub fn article(ledger: &Ledger, key: &str) -> Result<Article, Problem> {
    ledger.article(key)?.ok_or_else(|| Problem::missing(format!("there is no article {key}; the search under /search finds those there are")))
}

/// An article with its text and what was read in it.
#[utoipa::path(get, path = "/api/v1/reports/{id}", params(("id" = String, Path, description = "The article's key")), responses(
    (status = 200, description = "The article", body = Report),
    (status = 304, description = "As it was under that tag"),
    (status = 404, description = "There is none", body = Problem, content_type = "application/problem+json"),
))]
pub async fn one(State(app): State<App>, Path(id): Path<String>) -> Result<Json<Report>, Problem> {
    let report = app.read(move |ledger| {
        let article = article(ledger, &id)?;
        let number = article.report;
        let copies = ledger.articles(number)?.into_iter().filter(|a| a.key != article.key).map(Into::into).collect();
        let incidents: BTreeSet<i64> = ledger.acts(number)?.into_iter().filter_map(|a| a.1).collect();
        Ok(Report { article: article.into(), text: ledger.text(number)?, reading: ledger.reading(number)?, copies, incidents: incidents.into_iter().map(show).collect() })
    });
    Ok(Json(report.await?))
}
