//! `/reports/{id}/events/{start}`: an event of a report, to be put right by a person; kept as gold for training.

use super::Page;
use crate::App;
use crate::ask::{latin, number};
use crate::problem::Problem;
use crate::view::marks::{Found, Paragraph, paragraphs};
use crate::view::{Chrome, Day, Field};
use crate::who::{Noted, Role, Who};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use marsad_format::{Count, Event, EventType, Mark, Participant, Place, Reading, Status};
use marsad_ledger::{Article, Ledger};
use serde::Deserialize;

/// How an event may stand, in the order of the guide.
const STATUS: [Status; 5] = [Status::Actual, Status::Historical, Status::Future, Status::Hypothetical, Status::Negated];

#[derive(Template)]
#[template(path = "event/event.html")]
struct View {
    c: Chrome,
    key: String,
    title: Field,
    paragraphs: Vec<Paragraph>,
    entry: Entry,
    trigger: Field,
    start: u32,
    last: Option<(Field, Day)>,
    may: bool,
}

impl View {
    fn types(&self) -> impl Iterator<Item = &'static str> {
        EventType::ALL.into_iter().map(EventType::name)
    }

    fn statuses(&self) -> impl Iterator<Item = &'static str> {
        STATUS.into_iter().map(Status::name)
    }
}

/// The form's fields. A participant is a line: words of the text, a bar, PLOVER's code.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Entry {
    what: String,
    kind: String,
    status: String,
    actors: String,
    recipients: String,
    place: String,
    date: String,
    killed: String,
    killed_min: String,
    killed_max: String,
    injured: String,
    injured_min: String,
    injured_max: String,
}

impl Entry {
    fn of(event: &Event) -> Self {
        let all = |list: &[Participant]| list.iter().map(|p| format!("{} | {}", p.mark.text, p.code)).collect::<Vec<_>>().join("\n");
        let count = |count: &Option<Count>| {
            let n = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
            count.as_ref().map(|c| (c.text.clone(), n(c.min), n(c.max))).unwrap_or_default()
        };
        let ((killed, killed_min, killed_max), (injured, injured_min, injured_max)) = (count(&event.killed), count(&event.injured));
        Self {
            what: String::new(),
            kind: event.kind.name().to_owned(),
            status: event.status.name().to_owned(),
            actors: all(&event.actor),
            recipients: all(&event.recipient),
            place: event.place.as_ref().map(|p| p.mark.text.clone()).unwrap_or_default(),
            date: event.date.clone().unwrap_or_default(),
            killed,
            killed_min,
            killed_max,
            injured,
            injured_min,
            injured_max,
        }
    }

    /// The event that was read, as the form has it.
    fn applied(&self, read: &Event, reading: &Reading, text: &str) -> Result<Event, Problem> {
        let kind = EventType::parse(&self.kind).ok_or_else(|| Problem::bad(format!("kind: {:?} is no type", self.kind)))?;
        let status = STATUS.into_iter().find(|s| s.name() == self.status).ok_or_else(|| Problem::bad(format!("status: {:?} is none", self.status)))?;
        let near = read.trigger.start;
        let participants = |lines: &str| {
            let lines = lines.lines().map(str::trim).filter(|l| !l.is_empty());
            lines.map(|line| {
                let (words, code) = line.split_once('|').unwrap_or((line, "UNK"));
                let (mark, code) = (mark(text, words.trim(), near)?, code.trim().to_uppercase());
                let held = read.actor.iter().chain(&read.recipient).find(|p| p.mark == mark && p.code == code);
                Ok(held.cloned().unwrap_or(Participant { mark, code, name: None, entity: None }))
            }).collect::<Result<Vec<_>, Problem>>()
        };
        let place = match self.place.trim() {
            "" => None,
            words => {
                let mark = mark(text, words, near)?;
                let known = read.place.iter().chain(&reading.places).find(|p| p.mark.text == mark.text).cloned();
                let bare = || Place { mark: mark.clone(), name: None, country: None, admin1: None, admin2: None, lat: None, lon: None, kind: None, geonames: None, confidence: 1.0 };
                Some(Place { mark: mark.clone(), ..known.unwrap_or_else(bare) })
            }
        };
        let date = latin(&self.date);
        if !date.is_empty() && !date.split('/').all(|d| marsad_ledger::days(d).is_some()) {
            return Err(Problem::bad(format!("date: {date:?} is no day, month, year or stretch of them, such as 2015-07-20")));
        }
        let count = |words: &str, min: &String, max: &String| -> Result<Option<Count>, Problem> {
            let filled = |n: &String| Some(n.clone()).filter(|n| !n.trim().is_empty());
            let count = Count { text: words.trim().to_owned(), min: number("min", filled(min).as_ref())?, max: number("max", filled(max).as_ref())? };
            if !count.text.is_empty() {
                mark(text, &count.text, near)?;
            }
            Ok((count.min.is_some() || count.max.is_some() || !count.text.is_empty()).then_some(count))
        };
        Ok(Event {
            actor: participants(&self.actors)?,
            recipient: participants(&self.recipients)?,
            place,
            date: Some(date).filter(|d| !d.is_empty()),
            killed: count(&self.killed, &self.killed_min, &self.killed_max)?,
            injured: count(&self.injured, &self.injured_min, &self.injured_max)?,
            // Modes are those of a type.
            mode: if kind == read.kind { read.mode.clone() } else { Vec::new() },
            kind,
            status,
            quad: kind.quad(),
            confidence: 1.0,
            ..read.clone()
        })
    }
}

/// Where words stand in the text, nearest to a character.
fn mark(text: &str, words: &str, near: u32) -> Result<Mark, Problem> {
    let places = text.char_indices().zip(0u32..).filter(|((at, _), _)| !words.is_empty() && text[*at..].starts_with(words)).map(|(_, c)| c);
    let start = places.min_by_key(|c| c.abs_diff(near)).ok_or_else(|| Problem::bad(format!("{words:?} does not stand in the text; copy the words out of it")))?;
    Ok(Mark { start, end: start + words.chars().count() as u32, text: words.to_owned() })
}

/// The article, its text and reading, and the event whose trigger begins there.
fn find(ledger: &Ledger, key: &str, start: u32) -> Result<(Article, String, Reading, Event), Problem> {
    let article = ledger.article(key)?.ok_or_else(|| Problem::missing("there is no such report"))?;
    let (text, reading) = (ledger.text(article.report)?, ledger.reading(article.report)?);
    let event = reading.events.iter().find(|e| e.trigger.start == start).cloned().ok_or_else(|| Problem::missing("the report has no event there; its page lists those it has"))?;
    Ok((article, text, reading, event))
}

/// The form, filled as people read the event last, else as the program did.
pub async fn show(State(app): State<App>, c: Chrome, who: Who, Path((key, start)): Path<(String, u32)>) -> Result<Page, Problem> {
    let (article, text, event, last) = app
        .read(move |ledger| {
            let (article, text, _, event) = find(ledger, &key, start)?;
            let last = ledger.corrected_events(article.report)?.into_iter().find(|c| c.start == start);
            Ok((article, text, event, last))
        })
        .await?;
    let held = last.as_ref().and_then(|l| l.event.as_ref()).unwrap_or(&event);
    let found = Found { start: event.trigger.start, end: event.trigger.end, class: "trigger", id: "cited".to_owned(), finding: String::new(), label: String::new() };
    let view = View {
        title: Field::of(article.title.as_deref().unwrap_or(&article.name)),
        key: article.key,
        paragraphs: paragraphs(&text, &[found]),
        entry: Entry::of(held),
        trigger: Field::of(&event.trigger.text),
        start,
        last: last.as_ref().map(|l| (Field::of(&l.author), c.moment(l.at))),
        may: who.role >= Role::Editor,
        c,
    };
    Page::of(&view)
}

/// Keeps it as a person reads it.
pub async fn correct(State(app): State<App>, who: Who, Path((key, start)): Path<(String, u32)>, Form(entry): Form<Entry>) -> Result<Response, Problem> {
    who.may(Role::Editor)?;
    let (author, back) = (who.author(), format!("/reports/{key}/events/{start}"));
    let none = entry.what == "none";
    app.write(move |ledger| {
        let (article, text, reading, event) = find(ledger, &key, start)?;
        let event = if none { None } else { Some(entry.applied(&event, &reading, &text)?) };
        Ok(ledger.correct_event(article.report, start, event.as_ref(), &author)?)
    })
    .await?;
    Ok((Extension(Noted(if none { "no event" } else { "event" }.to_owned())), Redirect::to(&back)).into_response())
}
