//! How many incidents there are, by what they can be narrowed by.

use super::shape::{Bar, Facets, Histogram, Point, Points, Tally};
use crate::App;
use crate::ask::{self, Asked, Both, Wanted};
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use marsad_ledger::group::Facet;
use marsad_ledger::iso;
use serde::Deserialize;
use utoipa::IntoParams;

/// How much of an answer.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Most {
    /// At most so many of each list, the most frequent; up to 10,000.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 10_000)]
    pub limit: Option<String>,
}

impl Most {
    fn or(&self, usual: usize) -> Result<usize, Problem> {
        ask::limit(self.limit.as_ref(), (usual, 10_000))
    }
}

/// The parameter that chooses a value of a facet.
pub fn parameter(facet: Facet) -> &'static str {
    match facet {
        Facet::Place => "named_place",
        Facet::Actor => "named_actor",
        other => other.name(),
    }
}

/// How many incidents there are, and of each value that narrows them. A facet with a value chosen is counted as though none were.
#[utoipa::path(get, path = "/api/v1/facets", params(Wanted, Most), responses(
    (status = 200, description = "The facets, by the parameter that chooses a value of them", body = Facets),
    (status = 304, description = "As it was under that tag"),
    (status = 400, description = "A parameter that cannot be understood", body = Problem, content_type = "application/problem+json"),
))]
pub async fn facets(State(app): State<App>, Both(wanted, most): Both<Wanted, Most>) -> Result<Json<Facets>, Problem> {
    let (filter, most) = (wanted.filter()?, most.or(20)?);
    let found = app.read(move |ledger| Ok(ledger.facets(&filter)?)).await?;
    let tally = |c: marsad_ledger::group::Count| Tally { value: c.value.to_string(), incidents: c.incidents };
    let facets = found.counts.into_iter().map(|(facet, counts)| (parameter(facet).to_owned(), counts.into_iter().take(most).map(tally).collect()));
    Ok(Json(Facets { total: found.total, facets: facets.collect() }))
}

/// How many incidents there are of each day.
#[utoipa::path(get, path = "/api/v1/histogram", params(Wanted), responses(
    (status = 200, description = "The days that have any, in rising order", body = Histogram),
    (status = 304, description = "As it was under that tag"),
    (status = 400, description = "A parameter that cannot be understood", body = Problem, content_type = "application/problem+json"),
))]
pub async fn histogram(State(app): State<App>, Asked(wanted): Asked<Wanted>) -> Result<Json<Histogram>, Problem> {
    let filter = wanted.filter()?;
    let found = app.read(move |ledger| Ok(ledger.histogram(&filter)?)).await?;
    let days = found.days.into_iter().filter_map(|(day, incidents)| Some(Bar { day: iso(day)?, incidents })).collect();
    Ok(Json(Histogram { days, undated: found.undated }))
}

/// Where incidents are.
#[utoipa::path(get, path = "/api/v1/points", params(Wanted, Most), responses(
    (status = 200, description = "The places on the map", body = Points),
    (status = 304, description = "As it was under that tag"),
    (status = 400, description = "A parameter that cannot be understood", body = Problem, content_type = "application/problem+json"),
))]
pub async fn points(State(app): State<App>, Both(wanted, most): Both<Wanted, Most>) -> Result<Json<Points>, Problem> {
    let (filter, most) = (wanted.filter()?, most.or(1000)?);
    let found = app.read(move |ledger| Ok(ledger.points(&filter)?)).await?;
    let point = |p: &marsad_ledger::group::Point| Point {
        lat: p.lat,
        lon: p.lon,
        radius_m: p.precision.as_deref().and_then(|kind| app.codes.precision(kind)).map(|p| p.radius),
        precision: p.precision.as_deref().map(str::to_owned),
        name: p.name.as_deref().map(str::to_owned),
        country: p.country.as_deref().map(str::to_owned),
        incidents: p.incidents,
        latest: p.latest.clone(),
    };
    let left_out = found.points.iter().skip(most).map(|p| p.incidents).sum();
    Ok(Json(Points { points: found.points.iter().take(most).map(point).collect(), left_out, nowhere: found.nowhere }))
}
