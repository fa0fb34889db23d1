//! What the API gives, in the names that `marsad --json` has too.

use marsad_ledger as ledger;
use marsad_ledger::group;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How many, by those who say so.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Toll {
    /// By ACLED's conservative rule.
    pub best: u64,
    /// The lowest that anybody says.
    pub low: u64,
    /// The highest.
    pub high: u64,
}

impl Toll {
    fn of([low, high, best]: [u64; 3]) -> Self {
        Self { best, low, high }
    }
}

/// One act, as all its reports tell it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Incident {
    /// 15 hex digits; leads here for ever, also after it was merged.
    pub id: String,
    /// PLOVER's type.
    #[serde(rename = "type")]
    pub kind: String,
    /// First day on which it may have been.
    pub from: Option<String>,
    /// Last day.
    pub to: Option<String>,
    /// Whether a report states the day.
    pub day_stated: bool,
    /// The place in a report's words.
    pub place: Option<String>,
    /// Its usual name.
    pub place_name: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Degrees north.
    pub lat: Option<f64>,
    /// Degrees east.
    pub lon: Option<f64>,
    /// How exact the place is.
    pub precision: Option<String>,
    /// Killed.
    pub killed: Option<Toll>,
    /// Injured.
    pub injured: Option<Toll>,
    /// Articles that tell of it.
    pub reports: u64,
    /// Of these, those that are about it.
    pub leads: u64,
    /// Texts that are no copies of each other.
    pub independent: u64,
    /// Outlets.
    pub outlets: u64,
    /// Reports that deny it.
    pub denied: u64,
    /// `open`, `confirmed` or `dismissed` by a person.
    pub state: String,
    /// The headline of its first report.
    pub title: Option<String>,
    /// Who did it, those that most reports name first; at most three.
    pub actors: Vec<Party>,
    /// To whom, likewise.
    pub recipients: Vec<Party>,
}

/// A participant.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Party {
    /// The words of a report.
    pub text: String,
    /// The canonical name.
    pub name: Option<String>,
}

impl From<group::Party> for Party {
    fn from(p: group::Party) -> Self {
        Self { text: p.text, name: p.name }
    }
}

impl From<group::Incident> for Incident {
    fn from(i: group::Incident) -> Self {
        let (from, to) = i.days.unzip();
        let (lat, lon) = i.point.unzip();
        let [killed, injured] = [i.killed, i.injured].map(|t| t.map(Toll::of));
        Self {
            id: i.id, kind: i.kind, from, to, day_stated: i.exact, place: i.place, place_name: i.place_name, country: i.country, lat, lon, precision: i.precision,
            killed, injured, reports: i.reports, leads: i.leads, independent: i.independent, outlets: i.outlets, denied: i.denied, state: i.state, title: i.title,
            actors: i.actors.into_iter().map(Into::into).collect(), recipients: i.recipients.into_iter().map(Into::into).collect(),
        }
    }
}

/// A page of incidents, the latest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Incidents {
    /// They.
    pub items: Vec<Incident>,
    /// The cursor of the next page; `null` on the last one. It stays good while reports arrive.
    pub next: Option<String>,
}

/// Where somebody says something.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Origin {
    /// The article's key.
    pub article: String,
    /// Its outlet.
    pub outlet: String,
    /// When it was published, as given.
    pub published: String,
    /// Texts that are copies of each other have the same number.
    pub copies: i64,
    /// Who says so; `null` where the outlet says it itself.
    pub speaker: Option<String>,
    /// The channel, where the text gives one.
    pub via: Option<String>,
    /// The sentence's first character.
    pub start: u32,
    /// One past its last.
    pub end: u32,
    /// The sentence.
    pub sentence: String,
}

/// What one or more say of a slot.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Claim {
    /// What it is about: `killed`, `injured`, `actor`, `recipient`, `place`, `day`, `claimed by`, `disclaimed by`, `status`.
    pub slot: String,
    /// What is said.
    pub value: String,
    /// The lowest, of a number.
    pub low: Option<u64>,
    /// The highest.
    pub high: Option<u64>,
    /// Texts that say so and are no copies of each other.
    pub independent: usize,
    /// Whether later figures hold in place of it.
    pub superseded: bool,
    /// Who says so, first who said it first.
    pub origins: Vec<Origin>,
}

impl From<group::Claim> for Claim {
    fn from(c: group::Claim) -> Self {
        let (low, high) = c.range.unzip();
        let origin = |o: group::Origin| Origin { article: o.article, outlet: o.outlet, published: o.published, copies: o.cluster, speaker: o.speaker, via: o.via, start: o.start, end: o.end, sentence: o.sentence };
        Self { slot: c.slot.name().to_owned(), value: c.value, low, high, independent: c.independent, superseded: c.superseded, origins: c.origins.into_iter().map(origin).collect() }
    }
}

/// An article that tells of an incident.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Telling {
    /// The article's key.
    pub article: String,
    /// Its outlet.
    pub outlet: String,
    /// Its headline.
    pub title: Option<String>,
    /// When it was published, as given.
    pub published: Option<String>,
    /// Texts that are copies of each other have the same number.
    pub copies: i64,
    /// Whether it is about the incident and does not only mention it.
    pub lead: bool,
}

/// A correction made by a person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Correction {
    /// Its number.
    pub number: i64,
    /// `split`, `merge`, `dismiss`, `confirm` or `undo`.
    pub what: String,
    /// By whom.
    pub author: String,
    /// Why.
    pub note: String,
    /// Seconds of the Unix clock.
    pub at: i64,
    /// Whether it was taken back.
    pub undone: bool,
}

/// An incident with all that is said of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct IncidentPage {
    /// Its summary.
    #[serde(flatten)]
    pub incident: Incident,
    /// Who says what, slot by slot.
    pub claims: Vec<Claim>,
    /// Its articles in the order of their publication.
    pub articles: Vec<Telling>,
    /// What people put right.
    pub corrections: Vec<Correction>,
}

impl From<group::Page> for IncidentPage {
    fn from(page: group::Page) -> Self {
        let telling = |t: group::Telling| Telling { article: t.article, outlet: t.outlet, title: t.title, published: t.published, copies: t.cluster, lead: t.lead };
        let correction = |c: group::Correction| Correction { number: c.number, what: c.what, author: c.author, note: c.note, at: c.at, undone: c.undone };
        Self {
            incident: page.incident.into(),
            claims: page.claims.into_iter().map(Claim::from).collect(),
            articles: page.reports.into_iter().map(telling).collect(),
            corrections: page.corrections.into_iter().map(correction).collect(),
        }
    }
}

/// An outlet's article, without its text.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Article {
    /// Its key, the same in every ledger.
    pub id: String,
    /// The caller's id.
    pub name: String,
    /// Its outlet.
    pub outlet: String,
    /// Its headline.
    pub title: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// The language as stated (BCP 47).
    pub lang: Option<String>,
    /// When it was published, as given.
    pub published: Option<String>,
    /// The version that holds, from 1.
    pub version: i64,
}

impl From<ledger::Article> for Article {
    fn from(a: ledger::Article) -> Self {
        Self { id: a.key, name: a.name, outlet: a.outlet, title: a.title, url: a.url, author: a.author, lang: a.lang, published: a.published, version: a.version }
    }
}

/// An article with its text and what was read in it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Report {
    /// The article.
    #[serde(flatten)]
    pub article: Article,
    /// Its text.
    pub text: String,
    /// What was read in it: entities, places, dates, statements, events (READING.md).
    #[schema(value_type = Object)]
    pub reading: marsad_format::Reading,
    /// Other articles that show the same text.
    pub copies: Vec<Article>,
    /// Incidents that it tells of.
    pub incidents: Vec<String>,
}

/// A report that a search found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Hit {
    /// The first of the articles that show it.
    #[serde(flatten)]
    pub article: Article,
    /// Articles that show it.
    pub articles: usize,
    /// How well it fits; compares within this search alone.
    pub score: f32,
    /// The part of its text that answers best.
    pub excerpt: String,
    /// The excerpt's first character in the text.
    pub start: u32,
    /// The words found: first character in the text, and one past the last.
    pub marks: Vec<(u32, u32)>,
    /// The words found in the headline, likewise.
    pub title_marks: Vec<(u32, u32)>,
}

/// A page of what a search found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Hits {
    /// They.
    pub items: Vec<Hit>,
    /// How many there are in all.
    pub total: u64,
    /// The cursor of the next page; `null` on the last one.
    pub next: Option<String>,
    /// What the query was taken for, where that is not plain.
    pub notes: Vec<String>,
    /// How many of the hits have each value, by the facet's name.
    pub facets: BTreeMap<String, BTreeMap<String, u64>>,
}

/// An outlet with what it printed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Source {
    /// Its name; empty where the input names none.
    pub outlet: String,
    /// Its articles.
    pub articles: i64,
    /// The different texts that they show.
    pub reports: i64,
    /// The clusters of near-equal texts among them.
    pub independent: i64,
    /// The first day of publication.
    pub first: Option<String>,
    /// The last.
    pub last: Option<String>,
}

impl From<ledger::Outlet> for Source {
    fn from(o: ledger::Outlet) -> Self {
        Self { outlet: o.name, articles: o.articles, reports: o.reports, independent: o.independent, first: o.first, last: o.last }
    }
}

/// All outlets, by name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Sources {
    /// They.
    pub items: Vec<Source>,
}

/// How many incidents have a value.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Tally {
    /// The value, as the parameter takes it.
    pub value: String,
    /// Incidents that have it.
    pub incidents: u64,
}

/// The incidents under the conditions, by their values.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Facets {
    /// All of them.
    pub total: u64,
    /// By the parameter that chooses a value, the most frequent first.
    pub facets: BTreeMap<String, Vec<Tally>>,
}

/// The incidents of a day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Bar {
    /// ISO 8601.
    pub day: String,
    /// How many.
    pub incidents: u64,
}

/// The incidents under the conditions, by day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Histogram {
    /// Days that have any, in rising order.
    pub days: Vec<Bar>,
    /// Incidents of which no day is known.
    pub undated: u64,
}

/// A place with its incidents.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Point {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Metres by which the point may be off.
    pub radius_m: Option<u32>,
    /// How exact the place is.
    pub precision: Option<String>,
    /// Its usual name.
    pub name: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Its incidents.
    pub incidents: u64,
    /// The id of the latest.
    pub latest: String,
}

/// Where the incidents under the conditions are.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Points {
    /// The places, those with the most incidents first.
    pub points: Vec<Point>,
    /// Incidents at places beyond the limit.
    pub left_out: u64,
    /// Incidents without a point.
    pub nowhere: u64,
}

/// Something that a follower has to take out.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Deletion {
    /// `incident`, `report`, `event` or `claim`.
    pub subject: String,
    /// Its id; of claims, that of the incident whose claims all go.
    pub id: String,
    /// `dismissed`, `unmatched`, `replaced`, `edited`, `renewed` or `gone`.
    pub why: String,
    /// What stands in its place.
    pub became: Vec<String>,
    /// When, in UTC.
    pub at: Option<String>,
}

/// What has gone since a time.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Deletions {
    /// Incidents, then reports, events and claims.
    pub items: Vec<Deletion>,
    /// What to ask for as `updated_since` next; `null` while incidents are being grouped.
    pub cursor: Option<String>,
}
