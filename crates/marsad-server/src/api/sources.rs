use super::shape::Sources;
use crate::App;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;

/// The outlets with what they printed.
#[utoipa::path(get, path = "/api/v1/sources", responses(
    (status = 200, description = "All outlets, by name", body = Sources),
    (status = 304, description = "As it was under that tag"),
))]
pub async fn list(State(app): State<App>) -> Result<Json<Sources>, Problem> {
    let outlets = app.read(|ledger| Ok(ledger.outlets()?)).await?;
    Ok(Json(Sources { items: outlets.into_iter().map(Into::into).collect() }))
}
