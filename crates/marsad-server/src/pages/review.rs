//! `/review`: what is worth a person's look, one after the other; and what a person may put right of an incident.

use super::Page;
use crate::App;
use crate::problem::Problem;
use crate::view::incident::Shown;
use crate::view::{Chrome, Field, url};
use crate::who::{Noted, Role, Who};
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::Extension;
use marsad_ledger::Ledger;
use marsad_ledger::group::{Claim, Doubt, Incident, Page as Held, Slot};
use serde::Deserialize;

/// Neighbours that are offered to be merged.
const NEIGHBOURS: usize = 3;
/// Sentences that are shown for a value.
const QUOTES: usize = 3;

/// A correction that holds and can be taken back.
#[derive(Clone, Debug)]
pub struct Made {
    pub(super) number: i64,
    pub(super) what: String,
    pub(super) author: Field,
}

/// What a person may do with an incident: the block `review/actions.html`.
#[derive(Clone, Debug)]
pub struct Actions {
    pub(super) id: String,
    /// Where it leads when it is done.
    pub(super) back: String,
    /// The page without this incident's being done, where there is a next one.
    pub(super) skip: Option<String>,
    pub(super) reports: Vec<(String, Field, Field)>,
    pub(super) neighbours: Vec<Shown>,
    pub(super) made: Vec<Made>,
    /// Whether the one who reads may correct.
    pub may: bool,
}

impl Actions {
    /// For an incident's page.
    pub fn new(c: &Chrome, held: &Held, neighbours: &[Incident], back: &str) -> Self {
        let outlet = |name: &str| Field::of(if name.is_empty() { c.t("outlet.unnamed") } else { name });
        let made = held.corrections.iter().filter(|x| !x.undone && x.what != "undo");
        Self {
            id: held.incident.id.clone(),
            back: back.to_owned(),
            skip: None,
            reports: held.reports.iter().map(|r| (r.article.clone(), outlet(&r.outlet), Field::of(r.title.as_deref().unwrap_or(&r.name)))).collect(),
            neighbours: neighbours.iter().map(|i| Shown::new(c, i)).collect(),
            made: made.map(|x| Made { number: x.number, what: x.what.clone(), author: Field::of(&x.author) }).collect(),
            may: c.who.role >= Role::Editor,
        }
    }
}

/// The incidents that may be one with this one.
pub fn neighbours(ledger: &Ledger, id: &str) -> Result<Vec<Incident>, Problem> {
    Ok(ledger.neighbours(id, NEIGHBOURS)?.iter().map(|n| ledger.incident_summary(n)).collect::<Result<_, _>>()?)
}

/// A value and the sentences that give it.
#[derive(Clone, Debug)]
struct Evidence {
    slot: &'static str,
    value: Field,
    independent: String,
    superseded: bool,
    quotes: Vec<(Field, Option<Field>, Field, String)>,
}

/// The incident that is looked at.
#[derive(Clone, Debug)]
struct Item {
    incident: Shown,
    reasons: Vec<&'static str>,
    evidence: Vec<Evidence>,
    actions: Actions,
}

#[derive(Template)]
#[template(path = "review/review.html")]
struct View {
    c: Chrome,
    item: Option<Item>,
    /// "17/240".
    place: String,
    before: Option<String>,
    /// The number of the correction that was made just now, and its incident.
    done: Option<(i64, String)>,
}

/// Which place of the queue, and what was done before.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// From 0.
    at: u64,
    /// The correction that was made just now,
    done: Option<i64>,
    /// of this incident.
    of: Option<String>,
}

fn address(at: u64) -> String {
    if at == 0 { "/review".to_owned() } else { format!("/review?at={at}") }
}

/// The queue.
pub async fn show(State(app): State<App>, c: Chrome, Query(asked): Query<Asked>) -> Result<Page, Problem> {
    let wanted = asked.at;
    let (all, at, found) = app
        .read(move |ledger| {
            let all = ledger.doubts()?;
            let at = wanted.min(all.saturating_sub(1));
            let Some(Doubt { incident, reasons }) = ledger.doubt(at)? else { return Ok((all, at, None)) };
            Ok((all, at, Some((ledger.incident(&incident)?, neighbours(ledger, &incident)?, reasons))))
        })
        .await?;
    let item = found.map(|(held, near, reasons)| {
        let skip = (at + 1 < all).then(|| address(at + 1));
        Item {
            incident: Shown::new(&c, &held.incident),
            reasons,
            evidence: held.claims.iter().filter(|x| x.slot != Slot::Status || held.incident.denied > 0).map(|x| evidence(&c, x)).collect(),
            actions: Actions { skip, ..Actions::new(&c, &held, &near, &address(at)) },
        }
    });
    let place = c.digits(&format!("{}/{all}", if item.is_some() { at + 1 } else { 0 }));
    let done = asked.done.zip(asked.of.filter(|id| id.bytes().all(|b| b.is_ascii_alphanumeric())));
    Page::of(&View { c, item, place, before: at.checked_sub(1).map(address), done })
}

fn evidence(c: &Chrome, claim: &Claim) -> Evidence {
    let shown = match claim.slot {
        Slot::Killed | Slot::Injured => c.digits(&claim.value),
        Slot::Day => c.day(&claim.value).text,
        Slot::Status => c.word("status", &claim.value).to_owned(),
        _ => claim.value.clone(),
    };
    let quote = |o: &marsad_ledger::group::Origin| {
        let outlet = if o.outlet.is_empty() { c.t("outlet.unnamed") } else { &o.outlet };
        (Field::of(outlet), o.speaker.as_deref().map(Field::of), Field::of(&o.sentence), format!("/reports/{}?at={}-{}#cited", o.article, o.start, o.end))
    };
    Evidence {
        slot: claim.slot.name(),
        value: Field::of(&shown),
        independent: c.count("count.text", claim.independent as u64),
        superseded: claim.superseded,
        quotes: claim.origins.iter().take(QUOTES).map(quote).collect(),
    }
}

/// A correction, as the form has it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Correction {
    Confirm,
    Dismiss,
    Merge(String),
    Split(Vec<String>),
    Undo(i64),
}

impl Correction {
    fn of(form: &[(String, String)]) -> Result<Self, Problem> {
        let all = |name: &'static str| form.iter().filter(move |(n, v)| n == name && !v.trim().is_empty()).map(|(_, v)| v.trim().to_owned());
        if let Some(number) = all("undo").next() {
            return number.parse().map(Self::Undo).map_err(|_| Problem::bad(format!("undo: {number:?} is no correction's number")));
        }
        let what = all("what").next().unwrap_or_default();
        match what.as_str() {
            "confirm" => Ok(Self::Confirm),
            "dismiss" => Ok(Self::Dismiss),
            // What is written goes before what is chosen.
            "merge" => all("other_id").chain(all("other")).next().map(Self::Merge).ok_or_else(|| Problem::bad("merge: choose a neighbour, or write the id of the other incident")),
            "split" => Some(all("article").collect::<Vec<_>>()).filter(|a| !a.is_empty()).map(Self::Split).ok_or_else(|| Problem::bad("split: choose the reports that tell of another incident")),
            _ => Err(Problem::bad(format!("what: {what:?} is none of confirm, dismiss, merge and split"))),
        }
    }

    fn make(&self, ledger: &mut Ledger, id: &str, author: &str, note: &str) -> Result<i64, marsad_ledger::Error> {
        match self {
            Self::Confirm => ledger.confirm(id, author, note),
            Self::Dismiss => ledger.dismiss(id, author, note),
            Self::Merge(other) => ledger.merge(id, other, author, note),
            Self::Split(articles) => ledger.split(id, articles, author, note),
            Self::Undo(number) => ledger.undo(*number, author, note),
        }
    }
}

/// Puts an incident right, and leads back.
pub async fn correct(State(app): State<App>, who: Who, Path(id): Path<String>, Form(form): Form<Vec<(String, String)>>) -> Result<Response, Problem> {
    who.may(Role::Editor)?;
    let value = |name: &str| form.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone()).unwrap_or_default();
    let (correction, note, back) = (Correction::of(&form)?, value("note"), value("back"));
    let (author, of) = (who.author(), id.clone());
    let deed = format!("{correction:?}");
    let undone = matches!(correction, Correction::Undo(_));
    let number = app.write(move |ledger| Ok(correction.make(ledger, &id, &author, &note)?)).await?;
    let back = match url::local(&back) {
        "/" => format!("/incidents/{}", url::escape(&of)),
        back => url::with(back, &[("done", (!undone).then(|| number.to_string()).as_deref()), ("of", (!undone).then_some(of.as_str()))]),
    };
    Ok((Extension(Noted(format!("{deed} as {number}"))), Redirect::to(&back)).into_response())
}
