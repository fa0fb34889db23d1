use super::shape::{IncidentPage, Incidents};
use crate::App;
use crate::ask::{Both, Paging, Wanted};
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use marsad_ledger::Ledger;
use marsad_ledger::group::{self, Filter};

/// A page of incidents, and the cursor of the next one.
pub fn page(ledger: &Ledger, filter: Filter, paging: &Paging) -> Result<(Vec<group::Incident>, Option<String>), Problem> {
    let limit = paging.limit()?;
    let mut found = ledger.incidents(&paging.of(filter)?)?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|i| i.position().to_string());
    Ok((found, next))
}

/// Incidents, the latest first.
#[utoipa::path(get, path = "/api/v1/incidents", params(Wanted, Paging), responses(
    (status = 200, description = "A page of incidents", body = Incidents),
    (status = 304, description = "As it was under that tag"),
    (status = 400, description = "A parameter that cannot be understood", body = Problem, content_type = "application/problem+json"),
))]
pub async fn list(State(app): State<App>, Both(wanted, paging): Both<Wanted, Paging>) -> Result<Json<Incidents>, Problem> {
    let (items, next) = app.read(move |ledger| page(ledger, wanted.filter()?, &paging)).await?;
    Ok(Json(Incidents { items: items.into_iter().map(Into::into).collect(), next }))
}

/// An incident with its claims and reports. An id that was merged into another leads to that one.
#[utoipa::path(get, path = "/api/v1/incidents/{id}", params(("id" = String, Path, description = "15 hex digits, or a beginning that only one has")), responses(
    (status = 200, description = "The incident", body = IncidentPage),
    (status = 304, description = "As it was under that tag"),
    (status = 404, description = "There is none", body = Problem, content_type = "application/problem+json"),
))]
pub async fn one(State(app): State<App>, Path(id): Path<String>) -> Result<Json<IncidentPage>, Problem> {
    let page = app.read(move |ledger| Ok(ledger.incident(&id)?)).await?;
    Ok(Json(page.into()))
}
