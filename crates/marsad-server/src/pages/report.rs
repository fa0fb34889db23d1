//! `/reports/{id}`: an article with what was found in it.

use super::Page;
use crate::App;
use crate::api::article;
use crate::problem::Problem;
use crate::view::marks::{Found, Paragraph, paragraphs};
use crate::view::{Chrome, Day, Field, safe_url};
use askama::Template;
use axum::extract::{Path, Query, State};
use marsad_format::{EntityType, Participant, Reading};
use marsad_ledger::{Article, Version};
use serde::Deserialize;
use std::collections::BTreeSet;

/// Which version, and which stretch was cited.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// First character and one past the last: `12-80`.
    at: String,
    /// From 1; without it, the one that holds.
    version: Option<i64>,
}

/// An event in words, with the place of its trigger.
#[derive(Clone, Debug)]
struct Act {
    id: String,
    kind: &'static str,
    trigger: Field,
    status: &'static str,
    actors: Vec<(Field, String)>,
    recipients: Vec<(Field, String)>,
    place: Option<Field>,
    date: Option<Day>,
    killed: Option<Field>,
    injured: Option<Field>,
    speaker: Option<Field>,
    confidence: String,
}

/// A statement in words.
#[derive(Clone, Debug)]
struct Said {
    id: String,
    cue: Field,
    speaker: Option<Field>,
    via: Option<Field>,
}

/// A name in words.
#[derive(Clone, Debug)]
struct Name {
    id: String,
    text: Field,
    kind: &'static str,
    latin: Option<Field>,
    role: Option<Field>,
}

#[derive(Template)]
#[template(path = "report/report.html")]
struct View {
    c: Chrome,
    key: String,
    title: Field,
    outlet: Field,
    author: Option<Field>,
    published: Option<Day>,
    /// The article's address, and where a link may lead.
    address: Option<(Field, Option<String>)>,
    paragraphs: Vec<Paragraph>,
    acts: Vec<Act>,
    said: Vec<Said>,
    names: Vec<Name>,
    incidents: Vec<String>,
    copies: Vec<(String, Field)>,
    versions: Vec<(i64, bool, Day)>,
    made_by: String,
}

struct Held {
    article: Article,
    text: String,
    reading: Reading,
    incidents: Vec<String>,
    copies: Vec<Article>,
    versions: Vec<Version>,
    shown: i64,
}

/// The page.
pub async fn one(State(app): State<App>, c: Chrome, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result<Page, Problem> {
    let wanted = asked.version;
    let held = app.read(move |ledger| {
        let article = article(ledger, &id)?;
        let versions = ledger.versions(article.id)?;
        let shown = wanted.unwrap_or(article.version);
        let report = versions.iter().find(|v| v.number == shown).map(|v| v.report).ok_or_else(|| Problem::missing(format!("article {id} has no version {shown}; it has {}", versions.len())))?;
        let incidents: BTreeSet<i64> = ledger.acts(report)?.into_iter().filter_map(|a| a.1).collect();
        let copies = ledger.articles(report)?.into_iter().filter(|a| a.key != article.key).collect();
        let (text, reading) = (ledger.text(report)?, ledger.reading(report)?);
        Ok(Held { article, text, reading, incidents: incidents.into_iter().map(marsad_ledger::group::show).collect(), copies, versions, shown })
    });
    Page::of(&view(c, held.await?, &asked.at))
}

fn view(c: Chrome, held: Held, at: &str) -> View {
    let Held { article: a, text, reading, incidents, copies, versions, shown } = held;
    let version = versions.iter().find(|v| v.number == shown);
    let mut found = found(&c, &reading);
    if let Some((start, end)) = at.split_once('-').and_then(|(s, e)| Some((s.parse().ok()?, e.parse().ok()?))) {
        found.push(Found { start, end, class: "cited", id: "cited".to_owned(), label: String::new() });
    }
    let outlet = |name: &str| Field::of(if name.is_empty() { c.t("outlet.unnamed") } else { name });
    View {
        title: Field::of(version.and_then(|v| v.title.as_deref()).or(a.title.as_deref()).unwrap_or(&a.name)),
        outlet: outlet(&a.outlet),
        author: a.author.as_deref().map(Field::of),
        published: version.and_then(|v| v.published.as_deref()).map(|d| c.day(d)),
        address: a.url.as_deref().map(|u| (Field::of(u), safe_url(u).map(str::to_owned))),
        paragraphs: paragraphs(&text, &found),
        acts: acts(&c, &reading),
        said: reading.statements.iter().enumerate().map(|(n, s)| Said { id: format!("s{n}"), cue: Field::of(&s.cue.text), speaker: s.speaker.as_ref().map(|p| Field::of(p.name.as_deref().unwrap_or(&p.mark.text))), via: s.via.as_deref().map(Field::of) }).collect(),
        names: names(&reading),
        incidents,
        copies: copies.iter().map(|x| (x.key.clone(), outlet(&x.outlet))).collect(),
        versions: versions.iter().map(|v| (v.number, v.number == shown, c.moment(v.added))).collect(),
        made_by: [&reading.model.program, &reading.model.weights, &reading.model.knowledge].map(String::as_str).join(" · "),
        key: a.key,
        c,
    }
}

fn entity(kind: EntityType) -> &'static str {
    match kind {
        EntityType::Per => "per",
        EntityType::Org => "org",
        EntityType::Gpe => "gpe",
        EntityType::Loc => "loc",
        EntityType::Fac => "fac",
    }
}

fn found(c: &Chrome, reading: &Reading) -> Vec<Found> {
    let mut all = Vec::new();
    let mut put = |start, end, class, id: String, label: String| all.push(Found { start, end, class, id, label });
    for (n, s) in reading.statements.iter().enumerate() {
        put(s.content.start, s.content.end, "said", String::new(), String::new());
        put(s.cue.start, s.cue.end, "cue", format!("s{n}"), c.t("mark.cue").to_owned());
        if let Some(p) = &s.speaker {
            put(p.mark.start, p.mark.end, "speaker", String::new(), c.t("mark.speaker").to_owned());
        }
    }
    for (n, e) in reading.entities.iter().enumerate() {
        put(e.mark.start, e.mark.end, "entity", format!("n{n}"), c.word("entity", entity(e.kind)).to_owned());
    }
    for d in &reading.dates {
        let day = d.value.as_deref().map(|v| c.day(v).text).unwrap_or_default();
        put(d.mark.start, d.mark.end, "date", String::new(), format!("{} {day}", c.t("mark.date")));
    }
    for (n, e) in reading.events.iter().enumerate() {
        put(e.trigger.start, e.trigger.end, "trigger", format!("e{n}"), format!("{}: {}", c.word("type", e.kind.name()), c.word("status", e.status.name())));
    }
    all
}

fn acts(c: &Chrome, reading: &Reading) -> Vec<Act> {
    let party = |p: &Participant| (Field::of(&p.mark.text), p.code.clone());
    let act = |(n, e): (usize, &marsad_format::Event)| Act {
        id: format!("e{n}"),
        kind: e.kind.name(),
        trigger: Field::of(&e.trigger.text),
        status: e.status.name(),
        actors: e.actor.iter().map(party).collect(),
        recipients: e.recipient.iter().map(party).collect(),
        place: e.place.as_ref().map(|p| Field::of(&p.mark.text)),
        date: e.date.as_deref().map(|d| c.day(d)),
        killed: e.killed.as_ref().map(|k| Field::of(&k.text)),
        injured: e.injured.as_ref().map(|k| Field::of(&k.text)),
        speaker: e.according_to.as_ref().map(|s| Field::of(s.name.as_deref().unwrap_or(&s.mark.text))),
        confidence: c.digits(&format!("{:.0}%", e.confidence * 100.0)),
    };
    reading.events.iter().enumerate().map(act).collect()
}

/// Each entity once, at its first mention.
fn names(reading: &Reading) -> Vec<Name> {
    let name = |(n, e): (usize, &marsad_format::Entity)| Name {
        id: format!("n{n}"),
        text: Field::of(&e.mark.text),
        kind: entity(e.kind),
        latin: e.name.as_deref().map(Field::of),
        role: e.role.as_deref().map(Field::of),
    };
    reading.entities.iter().enumerate().filter(|(_, e)| e.mention_of.is_none()).map(name).collect()
}
