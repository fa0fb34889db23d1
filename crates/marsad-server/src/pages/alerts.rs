//! `/alerts`: saved queries that tell their incidents, as a feed and to a webhook.

use super::Page;
use crate::App;
use crate::desk::alerts::{Alert, Hit};
use crate::desk::now;
use crate::problem::Problem;
use crate::view::incident::Shown;
use crate::view::{Chrome, Day, Field};
use crate::watchman;
use crate::who::{Noted, Role, Who};
use askama::Template;
use axum::Extension;
use axum::Form;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use marsad_ledger::Ledger;
use marsad_ledger::group::{Filter, Incident};
use serde::Deserialize;

/// Seconds that a preview looks back.
const PREVIEW: i64 = 7 * 86_400;
/// Items of a preview, a feed, a log.
const ITEMS: usize = 50;

#[derive(Template)]
#[template(path = "alerts/list.html")]
struct List {
    c: Chrome,
    alerts: Vec<(String, Field, Field, Option<String>)>,
    /// The conditions of the form.
    query: String,
    items: Vec<Shown>,
    may: bool,
}

/// The alerts, and a form for another one with what it would tell.
pub async fn list(State(app): State<App>, c: Chrome, who: Who, RawQuery(query): RawQuery) -> Result<Page, Problem> {
    let query = conditions(&query.unwrap_or_default());
    let asked = query.clone();
    let items = if query.is_empty() { Vec::new() } else { app.read(move |ledger| preview(ledger, &asked)).await? };
    let alerts = app.desk.alerts()?.into_iter().map(|a| (a.id, Field::of(&a.name), Field::of(&a.owner), a.webhook)).collect();
    Page::of(&List { items: items.iter().map(|i| Shown::new(&c, i)).collect(), c, alerts, query, may: who.role >= Role::Editor })
}

/// Without what is empty, which page of the list it was, and what the reader chose.
pub fn conditions(query: &str) -> String {
    let idle = |name: &str| matches!(name, "cursor" | "limit" | "view" | "map") || crate::prefs::CHOICES.iter().any(|(choice, _)| *choice == name);
    let kept = query.split('&').filter(|pair| pair.split_once('=').is_some_and(|(name, value)| !value.is_empty() && !idle(name)));
    kept.collect::<Vec<_>>().join("&")
}

/// What came or changed in the last seven days.
fn preview(ledger: &Ledger, query: &str) -> Result<Vec<Incident>, Problem> {
    let since = ledger.tables().query_row("SELECT ifnull(max(seq), 0) FROM change WHERE at < ?1", [now() - PREVIEW], |r| r.get(0));
    let since = since.map_err(|e| Problem::failed(e.to_string()))?;
    Ok(ledger.incidents(&Filter { since: Some(since), limit: ITEMS, ..watchman::filter(query)? })?)
}

/// An alert of the form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Entry {
    name: String,
    query: String,
    webhook: String,
}

/// Keeps an alert. What is there already is not told.
pub async fn add(State(app): State<App>, who: Who, Form(entry): Form<Entry>) -> Result<Response, Problem> {
    who.may(Role::Editor)?;
    let (name, query) = (entry.name.trim().to_owned(), conditions(entry.query.trim().trim_start_matches('?')));
    if name.is_empty() {
        return Err(Problem::bad("name: an alert has one"));
    }
    let webhook = Some(entry.webhook.trim().to_owned()).filter(|w| !w.is_empty());
    if let Some(webhook) = &webhook {
        app.poster.admits(webhook).map_err(|e| Problem::bad(format!("webhook: {e}")))?;
    }
    let asked = query.clone();
    let (seq, before) = app
        .read(move |ledger| {
            let mut before = Vec::new();
            ledger.each_incident(&watchman::filter(&asked)?, |i| {
                before.push(i.id);
                Ok::<_, Problem>(())
            })?;
            Ok((watchman::last(ledger)?, before))
        })
        .await?;
    let id = app.desk.add_alert(&name, &who.author(), &query, webhook.as_deref(), seq, &before)?;
    Ok((Extension(Noted(format!("{name:?} {query}"))), Redirect::to(&format!("/alerts/{id}"))).into_response())
}

fn known(app: &App, id: &str) -> Result<Alert, Problem> {
    app.desk.alert(id)?.ok_or_else(|| Problem::missing("there is no such alert; the list under /alerts has those there are"))
}

/// Sends something to the webhook.
pub async fn test(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Redirect, Problem> {
    who.may(Role::Editor)?;
    let alert = known(&app, &id)?;
    let sent = tokio::task::spawn_blocking(move || watchman::test(&app, &alert)).await;
    sent.map_err(|e| Problem::failed(e.to_string()))??;
    Ok(Redirect::to(&format!("/alerts/{id}")))
}

/// Ends an alert.
pub async fn remove(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Redirect, Problem> {
    who.may(Role::Editor)?;
    known(&app, &id)?;
    app.desk.remove_alert(&id)?;
    Ok(Redirect::to("/alerts"))
}

/// A request to the webhook in strings.
#[derive(Clone, Debug)]
struct Sent {
    at: Day,
    incident: Option<String>,
    ok: bool,
    detail: Field,
}

#[derive(Template)]
#[template(path = "alerts/one.html")]
struct One {
    c: Chrome,
    alert: Alert,
    name: Field,
    items: Vec<Shown>,
    preview: Vec<Shown>,
    sent: Vec<Sent>,
    may: bool,
}

/// An incident of a feed.
#[derive(Clone, Debug)]
struct Told {
    /// The id under which it was found: a reader knows it again by it.
    id: String,
    at: String,
    incident: Shown,
}

#[derive(Template)]
#[template(path = "alerts/feed.xml")]
struct Feed {
    c: Chrome,
    alert: Alert,
    /// Scheme and host, as they were asked for.
    site: String,
    updated: String,
    items: Vec<Told>,
}

/// An alert's page; under `ID.atom` its feed.
pub async fn one(State(app): State<App>, c: Chrome, who: Who, Path(id): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let atom = id.strip_suffix(".atom");
    let alert = known(&app, atom.unwrap_or(&id))?;
    let hits = app.desk.hits(&alert.id, ITEMS)?;
    let (found, query) = (hits.clone(), alert.query.clone());
    let (items, preview) = app.read(move |ledger| Ok((incidents(ledger, &found)?, preview(ledger, &query)?))).await?;
    let shown = |i: &Incident| Shown::new(&c, i);
    if atom.is_none() {
        let sent = app.desk.deliveries(&alert.id, ITEMS)?.into_iter();
        let sent = sent.map(|d| Sent { at: c.moment(d.at), incident: d.incident, ok: d.ok, detail: Field::of(&d.detail) }).collect();
        let (items, preview) = (items.iter().map(|(_, i)| shown(i)).collect(), preview.iter().map(shown).collect());
        return Ok(Page::of(&One { name: Field::of(&alert.name), may: who.role >= Role::Editor, c, alert, items, preview, sent })?.into_response());
    }
    let items: Vec<Told> = items.iter().map(|(hit, i)| Told { id: hit.incident.clone(), at: rfc3339(hit.at), incident: shown(i) }).collect();
    let updated = items.first().map_or_else(|| rfc3339(alert.added), |i| i.at.clone());
    let text = |name: header::HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    let scheme = if text(header::HeaderName::from_static("x-forwarded-proto")) == Some("https") { "https" } else { "http" };
    let site = format!("{scheme}://{}", text(header::HOST).unwrap_or_default());
    let feed = Feed { c, alert, site, updated, items };
    let feed = feed.render().map_err(|e| Problem::failed(format!("the feed could not be made ({e}); please report it")))?;
    Ok(([(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")], feed).into_response())
}

/// What became of the incidents that were found; one that went with its reports is left out.
fn incidents(ledger: &Ledger, hits: &[Hit]) -> Result<Vec<(Hit, Incident)>, Problem> {
    let mut all = Vec::new();
    for hit in hits {
        match ledger.incident_summary(&hit.incident) {
            Ok(incident) => all.push((hit.clone(), incident)),
            Err(marsad_ledger::Error::NoIncident(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(all)
}

fn rfc3339(at: i64) -> String {
    let (day, second) = (marsad_ledger::iso(at.div_euclid(86_400)).unwrap_or_default(), at.rem_euclid(86_400));
    format!("{day}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

impl One {
    /// The incidents under its conditions.
    fn list(&self) -> String {
        format!("/incidents?{}", self.alert.query)
    }
}

impl List {
    /// The form's address in the other direction: the incidents under these conditions.
    fn list(&self) -> String {
        format!("/incidents?{}", self.query)
    }
}
