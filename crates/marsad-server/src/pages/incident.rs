//! `/incidents/{id}`: an incident, who says what of it, its reports, why they are held for one, and what people put right.

use super::Page;
use super::review::{Actions, neighbours};
use crate::App;
use crate::draw::map::{Map, Size};
use crate::problem::Problem;
use crate::view::claims::Table;
use crate::view::incident::Shown;
use crate::view::party::{Party, UNKNOWN, place_link};
use crate::view::{Chrome, Day, Field};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use marsad_ledger::group::{Claim, Correction, Deed, Incident, Page as Ledgers, Point, Points, Slot, Telling};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Participants of one side that the top of the page names.
const PARTIES: usize = 3;
/// The small map.
const LOCATOR: Size = Size { pixels: (300.0, 190.0), names: 1, rows: 0 };
/// Reasons that are named for a tie.
const REASONS: usize = 6;

/// What a report says of killed or injured, and what was said before it.
#[derive(Clone, Debug)]
struct Figure {
    slot: &'static str,
    value: Field,
    /// What the last report before it says, where that is another.
    before: Option<Field>,
}

/// A report of it.
#[derive(Clone, Debug)]
struct Report {
    key: String,
    outlet: Field,
    title: Field,
    published: Option<Day>,
    lead: bool,
    /// Whether a report before it has nearly the same text.
    copy: bool,
    figures: Vec<Figure>,
    tie: Option<Tie>,
}

/// Why a report is held for one of the incident.
#[derive(Clone, Debug)]
struct Tie {
    /// The report that it is tied to most, as the page's list has it.
    outlet: Field,
    title: Field,
    link: String,
    score: String,
    /// What counts for it or against it, the strongest first: number, its key.
    parts: Vec<(String, &'static str)>,
}

/// A correction.
#[derive(Clone, Debug)]
struct Change {
    number: String,
    what: String,
    author: Field,
    note: Field,
    at: Day,
    undone: bool,
}

#[derive(Template)]
#[template(path = "incident/incident.html")]
struct View {
    c: Chrome,
    incident: Shown,
    actors: Vec<Party>,
    recipients: Vec<Party>,
    /// The place's page.
    place: Option<String>,
    point: Option<String>,
    /// Where it is, as large as it is uncertain.
    map: Option<Map>,
    table: Table,
    reports: Vec<Report>,
    changes: Vec<Change>,
    actions: Actions,
}

/// The page. Under an old id, or a part of one, it leads to the present one.
pub async fn one(State(app): State<App>, c: Chrome, Path(id): Path<String>) -> Result<Response, Problem> {
    let asked = id.clone();
    let (page, deed, near) = app.read(move |ledger| {
        let page = ledger.incident(&asked)?;
        let deed = ledger.deed(page.incident.clone())?;
        let near = neighbours(ledger, &page.incident.id)?;
        Ok((page, deed, near))
    }).await?;
    if page.incident.id != id {
        return Ok(Redirect::temporary(&format!("/incidents/{}", page.incident.id)).into_response());
    }
    let actions = Actions::new(&c, &page, &near, "/");
    let Ledgers { incident, reports, claims, corrections } = page;
    let Deed { actors, recipients, .. } = deed;
    let shown = Shown::new(&c, &incident);
    Ok(Page::of(&View {
        table: Table::new(&c, &incident, &shown, &claims),
        incident: shown,
        actors: parties(&c, &actors),
        recipients: parties(&c, &recipients),
        place: incident.place_name.as_deref().map(|name| place_link(incident.country.as_deref(), name)),
        map: locator(&c, &incident),
        point: incident.point.map(|(lat, lon)| c.digits(&format!("{lat:.3}, {lon:.3}"))),
        reports: told(&c, &reports, &claims),
        changes: corrections.into_iter().map(|x| change(&c, x)).collect(),
        actions,
        c,
    })?
    .into_response())
}

fn locator(c: &Chrome, i: &Incident) -> Option<Map> {
    let (lat, lon) = i.point?;
    let [precision, name, country] = [&i.precision, &i.place_name, &i.country].map(|text| text.as_deref().map(Arc::from));
    let point = Point { lat, lon, precision, name, country, incidents: 1, latest: i.id.clone() };
    Some(Map::new(c, &c.app.world, &Points { points: vec![point], nowhere: 0 }, LOCATOR, None))
}

/// Those that most mentions name; a bare code only where nobody has a name.
fn parties(c: &Chrome, counts: &BTreeMap<String, u64>) -> Vec<Party> {
    let mut all: Vec<(&String, &u64)> = counts.iter().filter(|(name, _)| name.as_str() != UNKNOWN).collect();
    all.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
    all.into_iter().take(PARTIES).map(|(name, _)| c.party(name)).collect()
}

fn told(c: &Chrome, reports: &[Telling], claims: &[Claim]) -> Vec<Report> {
    let mut texts = BTreeSet::new();
    let mut last: BTreeMap<Slot, Field> = BTreeMap::new();
    let outlet = |r: &Telling| Field::of(if r.outlet.is_empty() { c.t("outlet.unnamed") } else { &r.outlet });
    let title = |r: &Telling| Field::of(r.title.as_deref().unwrap_or(&r.name));
    let mut report = |r: &Telling| {
        let figures = [Slot::Killed, Slot::Injured].into_iter().filter_map(|slot| {
            let values: Vec<String> = claims.iter().filter(|x| x.slot == slot && x.origins.iter().any(|o| o.article == r.article)).map(|x| c.digits(&x.value)).collect();
            let value = (!values.is_empty()).then(|| Field::of(&values.join(c.t("comma.space"))))?;
            let before = last.insert(slot, value.clone()).filter(|before| *before != value);
            Some(Figure { slot: slot.name(), value, before })
        });
        let tie = r.tie.as_ref().and_then(|tie| {
            let to = reports.iter().find(|o| o.article == tie.to)?;
            Some(Tie {
                outlet: outlet(to),
                title: title(to),
                link: format!("/reports/{}", to.article),
                score: c.digits(&format!("{:+.1}", tie.score)),
                parts: tie.parts.iter().take(REASONS).map(|(name, weight, _)| (c.digits(&format!("{weight:+.1}")), *name)).collect(),
            })
        });
        Report {
            outlet: outlet(r),
            title: title(r),
            published: r.published.as_deref().map(|d| c.day(d)),
            lead: r.lead,
            copy: !texts.insert(r.cluster),
            key: r.article.clone(),
            figures: figures.collect(),
            tie,
        }
    };
    reports.iter().map(&mut report).collect()
}

fn change(c: &Chrome, x: Correction) -> Change {
    Change { number: c.n(x.number), what: x.what, author: Field::of(&x.author), note: Field::of(&x.note), at: c.moment(x.at), undone: x.undone }
}
