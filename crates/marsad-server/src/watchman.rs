//! Looks for incidents that alerts ask for, and tells webhooks of them: each incident once, under whatever id.

use crate::App;
use crate::api::shape;
use crate::ask::Wanted;
use crate::desk::alerts::{Alert, Delivery};
use crate::desk::{hex, now};
use crate::problem::Problem;
use axum::extract::Query;
use hmac::{Hmac, Mac as _};
use marsad_ledger::Ledger;
use marsad_ledger::group::{Filter, Incident};
use serde::Serialize;
use sha2::Sha256;
use std::time::Duration;

/// How often it looks.
const OFTEN: Duration = Duration::from_secs(5);
/// How often a webhook is tried for an incident.
const TRIES: i64 = 5;

/// What a webhook gets.
#[derive(Serialize)]
struct Message<'a> {
    alert: &'a str,
    name: &'a str,
    /// Whether somebody only wanted to see that it arrives.
    test: bool,
    incident: Option<shape::Incident>,
}

/// Looks for ever.
pub async fn watch(app: App) {
    let mut clock = tokio::time::interval(OFTEN);
    loop {
        clock.tick().await;
        let app = app.clone();
        // What goes wrong with one look is tried again with the next.
        let _ = tokio::task::spawn_blocking(move || {
            for alert in app.desk.alerts()? {
                look(&app, &alert)?;
                tell(&app, &alert)?;
            }
            Ok::<_, Problem>(())
        })
        .await;
    }
}

/// The conditions of an alert.
pub fn filter(query: &str) -> Result<Filter, Problem> {
    let wrong = || Problem::bad(format!("{query:?}: these are no conditions of the list of incidents; copy them out of its address"));
    let uri = format!("/?{query}").parse().map_err(|_| wrong())?;
    let Query(wanted): Query<Wanted> = Query::try_from_uri(&uri).map_err(|_| wrong())?;
    wanted.filter()
}

/// The number of the ledger's last change.
pub fn last(ledger: &Ledger) -> Result<i64, Problem> {
    ledger.tables().query_row("SELECT ifnull(max(seq), 0) FROM change", [], |r| r.get(0)).map_err(|e| Problem::failed(e.to_string()))
}

/// Keeps the incidents that came since the last look.
fn look(app: &App, alert: &Alert) -> Result<(), Problem> {
    app.pool.ask(|ledger| {
        let seq = last(ledger)?;
        if seq == alert.seq {
            return Ok(());
        }
        let mut new = Vec::new();
        for incident in ledger.incidents(&Filter { since: Some(alert.seq), ..filter(&alert.query)? })? {
            if !app.desk.is_known(&alert.id, &ledger.ids(&incident.id)?)? {
                new.push(incident.id);
            }
        }
        Ok(app.desk.found(alert, &new, seq)?)
    })
}

/// Tells the webhook of what it has not taken yet; where it is in trouble, later.
fn tell(app: &App, alert: &Alert) -> Result<(), Problem> {
    for hit in app.desk.untold(&alert.id)? {
        let incident = app.pool.ask(|ledger| match ledger.incident_summary(&hit.incident) {
            Ok(incident) => Ok(Some(incident)),
            Err(marsad_ledger::Error::NoIncident(_)) => Ok(None),
            Err(error) => Err(error.into()),
        })?;
        let last = hit.tries + 1 >= TRIES || incident.is_none();
        let (ok, detail) = match incident {
            Some(incident) => post(app, alert, Some(incident)),
            None => (false, "the incident is gone: its reports were read anew".to_owned()),
        };
        app.desk.delivered(&alert.id, &Delivery { at: now(), incident: Some(hit.incident), ok, detail }, last)?;
        if !ok && !last {
            return Ok(());
        }
    }
    Ok(())
}

/// Sends something that says it is a test.
pub fn test(app: &App, alert: &Alert) -> Result<(), Problem> {
    let (ok, detail) = post(app, alert, None);
    Ok(app.desk.delivered(&alert.id, &Delivery { at: now(), incident: None, ok, detail }, true)?)
}

/// Whether it was taken, and what the other side said.
fn post(app: &App, alert: &Alert, incident: Option<Incident>) -> (bool, String) {
    let Some(url) = &alert.webhook else { return (false, "there is no webhook".to_owned()) };
    let message = Message { alert: &alert.id, name: &alert.name, test: incident.is_none(), incident: incident.map(Into::into) };
    let Ok(body) = serde_json::to_vec(&message) else { return (false, "the message could not be made".to_owned()) };
    let signature = format!("sha256={}", hex(&sign(&alert.secret, &body)));
    match app.poster.post(url, &[("content-type", "application/json"), ("x-marsad-signature", &signature)], &body) {
        Ok(status) => ((200..300).contains(&status), status.to_string()),
        Err(error) => (false, error.reason),
    }
}

/// HMAC-SHA256 over what is sent.
fn sign(secret: &str, body: &[u8]) -> Vec<u8> {
    // A key of any length will do.
    Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map(|mut mac| {
        mac.update(body);
        mac.finalize().into_bytes().to_vec()
    }).unwrap_or_default()
}
