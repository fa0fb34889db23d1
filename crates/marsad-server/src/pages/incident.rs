//! `/incidents/{id}`: an incident, who says what of it, and its reports.

use super::Page;
use crate::App;
use crate::problem::Problem;
use crate::view::incident::Shown;
use crate::view::{Chrome, Day, Field};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use marsad_ledger::group::{Claim, Correction, Origin, Page as Ledgers, Slot, Telling};
use std::collections::BTreeSet;

/// Where somebody says something.
#[derive(Clone, Debug)]
struct Source {
    outlet: Field,
    speaker: Option<Field>,
    via: Option<Field>,
    published: Day,
    sentence: Field,
    /// The sentence in its article.
    link: String,
}

/// A value that one or more give.
#[derive(Clone, Debug)]
struct Value {
    value: Field,
    independent: String,
    superseded: bool,
    sources: Vec<Source>,
}

/// A row of the table: what the claims are about, and whether they differ.
#[derive(Clone, Debug)]
struct Row {
    slot: &'static str,
    values: Vec<Value>,
    differs: bool,
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
    point: Option<String>,
    rows: Vec<Row>,
    reports: Vec<Report>,
    changes: Vec<Change>,
}

/// Slots in the order of the table.
const SLOTS: [Slot; 9] = [Slot::Killed, Slot::Injured, Slot::Actor, Slot::Recipient, Slot::Place, Slot::Day, Slot::Claimed, Slot::Disclaimed, Slot::Status];
/// Slots of which an incident has one value, so that two contradict each other.
const SINGLE: [Slot; 3] = [Slot::Killed, Slot::Injured, Slot::Day];

/// The page. Under an old id, or a part of one, it leads to the present one.
pub async fn one(State(app): State<App>, c: Chrome, Path(id): Path<String>) -> Result<Response, Problem> {
    let asked = id.clone();
    let page = app.read(move |ledger| Ok(ledger.incident(&asked)?)).await?;
    if page.incident.id != id {
        return Ok(Redirect::temporary(&format!("/incidents/{}", page.incident.id)).into_response());
    }
    let Ledgers { incident, reports, claims, corrections } = page;
    let rows = SLOTS.into_iter().filter_map(|slot| row(&c, slot, &claims)).collect();
    let mut texts = BTreeSet::new();
    let reports = reports.into_iter().map(|r| report(&c, &mut texts, r)).collect();
    let changes = corrections.into_iter().map(|x| change(&c, x)).collect();
    Ok(Page::of(&View { incident: Shown::new(&c, &incident), point: incident.point.map(|(lat, lon)| c.digits(&format!("{lat:.3}, {lon:.3}"))), c, rows, reports, changes })?.into_response())
}

fn row(c: &Chrome, slot: Slot, claims: &[Claim]) -> Option<Row> {
    let values: Vec<Value> = claims.iter().filter(|x| x.slot == slot).map(|x| value(c, x)).collect();
    let holding = values.iter().filter(|v| !v.superseded).count();
    let always = matches!(slot, Slot::Killed | Slot::Injured | Slot::Actor | Slot::Recipient | Slot::Place | Slot::Day);
    (always || !values.is_empty()).then(|| Row { slot: slot.name(), differs: SINGLE.contains(&slot) && holding > 1, values })
}

fn value(c: &Chrome, claim: &Claim) -> Value {
    let shown = match claim.slot {
        Slot::Killed | Slot::Injured => Field::of(&c.digits(&claim.value)),
        Slot::Day => Field::of(&c.day(&claim.value).text),
        Slot::Status => Field::of(c.word("status", &claim.value)),
        _ => Field::of(&claim.value),
    };
    Value {
        value: shown,
        independent: c.count("count.text", claim.independent as u64),
        superseded: claim.superseded,
        sources: claim.origins.iter().map(|o| source(c, o)).collect(),
    }
}

fn source(c: &Chrome, o: &Origin) -> Source {
    Source {
        outlet: Field::of(if o.outlet.is_empty() { c.t("outlet.unnamed") } else { &o.outlet }),
        speaker: o.speaker.as_deref().map(Field::of),
        via: o.via.as_deref().map(Field::of),
        published: c.day(&o.published),
        sentence: Field::of(&o.sentence),
        link: format!("/reports/{}?at={}-{}#cited", o.article, o.start, o.end),
    }
}

fn report(c: &Chrome, texts: &mut BTreeSet<i64>, r: Telling) -> Report {
    Report {
        outlet: Field::of(if r.outlet.is_empty() { c.t("outlet.unnamed") } else { &r.outlet }),
        title: Field::of(r.title.as_deref().unwrap_or(&r.name)),
        published: r.published.as_deref().map(|d| c.day(d)),
        lead: r.lead,
        copy: !texts.insert(r.cluster),
        key: r.article,
    }
}

fn change(c: &Chrome, x: Correction) -> Change {
    Change { number: c.n(x.number), what: x.what, author: Field::of(&x.author), note: Field::of(&x.note), at: c.moment(x.at), undone: x.undone }
}
