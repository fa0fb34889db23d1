//! Annotated articles: strings of the text that name themselves by their words and their number among equals.

use marsad_format::{Document, EventType, Status};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// A range of Unicode scalar values of an article's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First character.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

impl Span {
    /// Whether they share a character.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// Why a folder of annotated articles cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing to read.
    #[error("{}: no annotated articles (*.json) there; name the folder that holds them", .0.display())]
    Empty(PathBuf),
    /// The file system.
    #[error("{}: {cause}", .path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// Not the guide's format.
    #[error("{}, line {}: {cause}; mend the annotation as the guide lays it out", .path.display(), .cause.line())]
    Format {
        /// Where.
        path: PathBuf,
        /// Why.
        cause: serde_json::Error,
    },
}

fn first() -> usize {
    1
}

/// A string of the text.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Located {
    pub text: String,
    #[serde(default = "first")]
    pub nth: usize,
    #[serde(skip)]
    pub span: Option<Span>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Name {
    #[serde(flatten)]
    pub at: Located,
    #[serde(rename = "type")]
    pub kind: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Place {
    #[serde(flatten)]
    pub at: Located,
    pub name: Option<String>,
    pub country: Option<String>,
    pub lat: Option<f64>,
    pub lon: Option<f64>,
    pub kind: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Date {
    #[serde(flatten)]
    pub at: Located,
    pub value: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Statement {
    pub speaker: Option<String>,
    #[serde(default = "first")]
    pub speaker_nth: usize,
    pub speaker_is: Option<String>,
    pub cue: String,
    #[serde(default = "first")]
    pub cue_nth: usize,
    pub mood: Option<String>,
    #[serde(skip)]
    pub speaker_span: Option<Span>,
    #[serde(skip)]
    pub cue_span: Option<Span>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Participant {
    #[serde(flatten)]
    pub at: Located,
    pub code: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Count {
    pub text: Option<String>,
    pub min: Option<u64>,
    pub max: Option<u64>,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Event {
    pub trigger: String,
    #[serde(default = "first")]
    pub nth: usize,
    #[serde(skip)]
    pub trigger_span: Option<Span>,
    #[serde(rename = "type")]
    pub kind: EventType,
    #[serde(default)]
    pub mode: Vec<String>,
    pub status: Status,
    pub actor: Option<Vec<Participant>>,
    pub recipient: Option<Vec<Participant>>,
    pub place: Option<Located>,
    pub date: Option<String>,
    pub killed: Option<Count>,
    pub injured: Option<Count>,
    pub according_to: Option<String>,
    pub same_as: Option<usize>,
}

/// An annotated article.
#[derive(Clone, Debug, Deserialize)]
pub struct Article {
    /// What a reader gets.
    #[serde(flatten)]
    pub document: Document,
    #[serde(default)]
    pub(crate) entities: Vec<Name>,
    #[serde(default)]
    pub(crate) places: Vec<Place>,
    #[serde(default)]
    pub(crate) dates: Vec<Date>,
    #[serde(default)]
    pub(crate) statements: Vec<Statement>,
    #[serde(default)]
    pub(crate) events: Vec<Event>,
}

/// The `nth` occurrence of a string, overlapping ones counted.
fn locate(text: &str, string: &str, nth: usize) -> Option<Span> {
    let mut from = 0;
    for round in 1..=nth.max(1) {
        let at = from + text.get(from..)?.find(string)?;
        if round == nth.max(1) {
            let start = text[..at].chars().count() as u32;
            return (!string.is_empty()).then(|| Span { start, end: start + string.chars().count() as u32 });
        }
        from = at + text[at..].chars().next().map_or(1, char::len_utf8);
    }
    None
}

impl Article {
    /// Parses one article and finds its strings in its text. What is not there has no place and matches nothing.
    ///
    /// # Errors
    /// When it is not the guide's format.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        let mut article: Self = serde_json::from_str(json)?;
        let text = article.document.text.clone();
        let find = |l: &mut Located| l.span = locate(&text, &l.text, l.nth);
        article.entities.iter_mut().for_each(|e| find(&mut e.at));
        article.places.iter_mut().for_each(|p| find(&mut p.at));
        article.dates.iter_mut().for_each(|d| find(&mut d.at));
        for s in &mut article.statements {
            s.cue_span = locate(&text, &s.cue, s.cue_nth);
            s.speaker_span = s.speaker.as_ref().and_then(|name| locate(&text, name, s.speaker_nth));
        }
        for e in &mut article.events {
            e.trigger_span = locate(&text, &e.trigger, e.nth);
            e.place.iter_mut().for_each(find);
            e.actor.iter_mut().chain(&mut e.recipient).flatten().for_each(|p| find(&mut p.at));
        }
        Ok(article)
    }
}

/// The articles of a folder, in the order of their file names.
///
/// # Errors
/// When there is none, or one is not the guide's format.
pub fn open(folder: &Path) -> Result<Vec<Article>, Error> {
    let io = |cause| Error::Io { path: folder.to_owned(), cause };
    let mut paths = Vec::new();
    for item in std::fs::read_dir(folder).map_err(io)? {
        let path = item.map_err(io)?.path();
        if path.extension().is_some_and(|e| e == "json") {
            paths.push(path);
        }
    }
    paths.sort();
    if paths.is_empty() {
        return Err(Error::Empty(folder.to_owned()));
    }
    paths
        .into_iter()
        .map(|path| {
            let json = std::fs::read_to_string(&path).map_err(|cause| Error::Io { path: path.clone(), cause })?;
            Article::parse(&json).map_err(|cause| Error::Format { path, cause })
        })
        .collect()
}
