//! The contract between the stages: what goes in (a [`Document`]) and what comes out (a [`Reading`]).
//!
//! Every `start` and `end` here counts Unicode scalar values (Python's `str` indices) of the document's `text`
//! exactly as it came in, and `text[start..end]` equals the item's `text`, always. An unknown value is `null` or an
//! empty list, never left out.

use serde::{Deserialize, Serialize};

/// An article as it came in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// The caller's key; made from the content by the intake where it is missing.
    #[serde(default)]
    pub id: String,
    /// The body.
    pub text: String,
    /// The headline.
    #[serde(default)]
    pub title: Option<String>,
    /// The outlet.
    #[serde(default)]
    pub source: Option<String>,
    /// Who wrote it, as the outlet says; left out of the JSON where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Where the article stands on the web; the canonical address where a page states one.
    #[serde(default)]
    pub url: Option<String>,
    /// The language as the caller states it (BCP 47).
    #[serde(default)]
    pub lang: Option<String>,
    /// `YYYY-MM-DD` or RFC 3339; relative dates are resolved against it.
    #[serde(default)]
    pub published: Option<String>,
}

/// A stretch of the document's text, in Unicode scalar values, with the text it covers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// First character.
    pub start: u32,
    /// One past the last character.
    pub end: u32,
    /// `text[start..end]`.
    pub text: String,
}

/// The kind of a named entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum EntityType {
    /// A person.
    Per,
    /// An organisation.
    Org,
    /// A state, region, city or village.
    Gpe,
    /// A natural place.
    Loc,
    /// A built site.
    Fac,
}

/// A mention of a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    /// Where it stands.
    #[serde(flatten)]
    pub mark: Mark,
    /// What it names.
    #[serde(rename = "type")]
    pub kind: EntityType,
    /// Canonical name in Latin script, where known; of a person unknown to the tables a transliteration, marked so.
    pub name: Option<String>,
    /// Whether `name` is but a transliteration of the text's words. Left out of the JSON where it is not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub transliterated: bool,
    /// Canonical name in Arabic, where known.
    pub name_ar: Option<String>,
    /// Identifier in the knowledge base (Wikidata's or `geonames:N` where it has one).
    pub entity: Option<String>,
    /// The office the text states beside the name.
    pub role: Option<String>,
    /// Index in `entities` of the first mention of the same entity in this document; `null` on a first mention.
    pub mention_of: Option<u32>,
}

/// How exact a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlaceKind {
    /// A state.
    Country,
    /// محافظة, ولاية.
    Admin1,
    /// قضاء, مديرية.
    Admin2,
    /// A city or town.
    City,
    /// A village or a quarter.
    Village,
    /// An area without administration of its own.
    Region,
    /// A mountain, river, sea, desert.
    Natural,
    /// An airport, base, camp, crossing.
    Facility,
}

/// A mention that was put on the map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Where it stands.
    #[serde(flatten)]
    pub mark: Mark,
    /// Usual English name.
    pub name: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Name of the first-level division.
    pub admin1: Option<String>,
    /// Name of the second-level division.
    pub admin2: Option<String>,
    /// Degrees north.
    pub lat: Option<f64>,
    /// Degrees east.
    pub lon: Option<f64>,
    /// How exact it is.
    pub kind: Option<PlaceKind>,
    /// `GeoNames`' number.
    pub geonames: Option<u64>,
    /// From 0 to 1.
    pub confidence: f64,
}

/// An expression that fixes or bounds a day, month or year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DateMention {
    /// Where it stands.
    #[serde(flatten)]
    pub mark: Mark,
    /// ISO 8601 day, month, year or interval; `null` where vague.
    pub value: Option<String>,
}

/// Quoted, or told in the outlet's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mood {
    /// Between quotation marks.
    Direct,
    /// In the outlet's words.
    Indirect,
}

/// Who is named as the source of something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speaker {
    /// Where it stands.
    #[serde(flatten)]
    pub mark: Mark,
    /// Who it is: the full name in the text that this phrase stands for, or the phrase itself.
    pub name: Option<String>,
}

/// A stretch without its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    /// First character.
    pub start: u32,
    /// One past the last character.
    pub end: u32,
}

/// Something the text attributes to somebody by a cue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// The word that says that something is said.
    pub cue: Mark,
    /// Who says it; `null` where the text leaves it open.
    pub speaker: Option<Speaker>,
    /// What is said.
    pub content: Extent,
    /// Quoted or told.
    pub mood: Mood,
    /// The channel, where the text gives one: a statement, a press conference, another agency.
    pub via: Option<String>,
}

/// PLOVER 2.0's event types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs, reason = "the names are PLOVER's own; its manual defines them")]
pub enum EventType {
    Agree,
    Consult,
    Support,
    Concede,
    Cooperate,
    Aid,
    Retreat,
    Request,
    Accuse,
    Reject,
    Threaten,
    Protest,
    Sanction,
    Mobilize,
    Coerce,
    Assault,
}

impl Status {
    /// The name as readings have it: `actual`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Actual => "actual",
            Self::Historical => "historical",
            Self::Future => "future",
            Self::Hypothetical => "hypothetical",
            Self::Negated => "negated",
        }
    }
}

impl PlaceKind {
    /// The name as readings have it: `city`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::Admin1 => "admin1",
            Self::Admin2 => "admin2",
            Self::City => "city",
            Self::Village => "village",
            Self::Region => "region",
            Self::Natural => "natural",
            Self::Facility => "facility",
        }
    }
}

impl EventType {
    /// All types in PLOVER's order, which runs from the most cooperative to the most violent.
    pub const ALL: [Self; 16] = [
        Self::Agree,
        Self::Consult,
        Self::Support,
        Self::Concede,
        Self::Cooperate,
        Self::Aid,
        Self::Retreat,
        Self::Request,
        Self::Accuse,
        Self::Reject,
        Self::Threaten,
        Self::Protest,
        Self::Sanction,
        Self::Mobilize,
        Self::Coerce,
        Self::Assault,
    ];

    /// PLOVER's name: `ASSAULT`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Agree => "AGREE",
            Self::Consult => "CONSULT",
            Self::Support => "SUPPORT",
            Self::Concede => "CONCEDE",
            Self::Cooperate => "COOPERATE",
            Self::Aid => "AID",
            Self::Retreat => "RETREAT",
            Self::Request => "REQUEST",
            Self::Accuse => "ACCUSE",
            Self::Reject => "REJECT",
            Self::Threaten => "THREATEN",
            Self::Protest => "PROTEST",
            Self::Sanction => "SANCTION",
            Self::Mobilize => "MOBILIZE",
            Self::Coerce => "COERCE",
            Self::Assault => "ASSAULT",
        }
    }

    /// The type of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.name() == name)
    }

    /// The quad class: 1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict.
    pub fn quad(self) -> u8 {
        match self {
            Self::Agree | Self::Consult | Self::Support | Self::Concede => 1,
            Self::Cooperate | Self::Aid | Self::Retreat => 2,
            Self::Request | Self::Accuse | Self::Reject | Self::Threaten => 3,
            Self::Protest | Self::Sanction | Self::Mobilize | Self::Coerce | Self::Assault => 4,
        }
    }
}

/// Whether an act happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Reported as having happened or happening.
    Actual,
    /// Background, over a year before.
    Historical,
    /// Planned, announced.
    Future,
    /// If, may, in order to.
    Hypothetical,
    /// Did not happen, or is denied.
    Negated,
}

/// One who acts or is acted upon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Participant {
    /// Where it stands.
    #[serde(flatten)]
    pub mark: Mark,
    /// PLOVER country or world code, then sectors: `IRQ MIL`; `UNK` where nothing is known.
    pub code: String,
    /// Canonical name in Latin script, where known.
    pub name: Option<String>,
    /// Identifier in the knowledge base.
    pub entity: Option<String>,
}

/// How many, in the text's words and in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// The words that count.
    pub text: String,
    /// At least.
    pub min: Option<u64>,
    /// At most; `null` where open.
    pub max: Option<u64>,
}

/// An act that the text reports.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The word that names the act.
    pub trigger: Mark,
    /// PLOVER's type.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// PLOVER's modes of that type.
    pub mode: Vec<String>,
    /// PLOVER's contexts.
    pub context: Vec<String>,
    /// Whether it happened.
    pub status: Status,
    /// Who did it.
    pub actor: Vec<Participant>,
    /// To whom.
    pub recipient: Vec<Participant>,
    /// An item of the reading's `places`.
    pub place: Option<Place>,
    /// ISO 8601.
    pub date: Option<String>,
    /// Those killed.
    pub killed: Option<Count>,
    /// Those injured.
    pub injured: Option<Count>,
    /// Who says so; `null` where the outlet says it itself.
    pub according_to: Option<Speaker>,
    /// [`EventType::quad`].
    pub quad: u8,
    /// From 0 to 1, calibrated.
    pub confidence: f64,
}

/// The versions that made a reading.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    /// The program's.
    pub program: String,
    /// The weights'.
    pub weights: String,
    /// The knowledge base's.
    pub knowledge: String,
}

/// What was found in one document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The document's key.
    pub id: String,
    /// The outlet.
    pub source: Option<String>,
    /// As given.
    pub published: Option<String>,
    /// The headline.
    pub title: Option<String>,
    /// As given or detected.
    pub lang: Option<String>,
    /// Names, in the order of the text.
    pub entities: Vec<Entity>,
    /// Names on the map, in the order of the text.
    pub places: Vec<Place>,
    /// Dates, in the order of the text.
    pub dates: Vec<DateMention>,
    /// Who says what.
    pub statements: Vec<Statement>,
    /// Who did what to whom.
    pub events: Vec<Event>,
    /// What made this reading.
    pub model: Versions,
}

impl Reading {
    /// Checks the contract: every mark is the slice of `text` that it says it is.
    ///
    /// # Errors
    /// The first mark that is not, in words.
    pub fn check(&self, text: &str) -> Result<(), String> {
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let slice = |start: u32, end: u32| {
            let (from, to) = (starts.get(start as usize)?, starts.get(end as usize)?);
            text.get(*from..*to)
        };
        let mark = |what: &str, m: &Mark| match slice(m.start, m.end) {
            Some(found) if found == m.text => Ok(()),
            Some(found) => Err(format!("{what} {:?} is said to stand at {} to {}, where {found:?} stands", m.text, m.start, m.end)),
            None => Err(format!("{what} {:?} is said to stand at {} to {}, which is no stretch of the text", m.text, m.start, m.end)),
        };
        self.entities.iter().try_for_each(|e| mark("the name", &e.mark))?;
        self.places.iter().try_for_each(|p| mark("the place", &p.mark))?;
        self.dates.iter().try_for_each(|d| mark("the date", &d.mark))?;
        for statement in &self.statements {
            mark("the cue", &statement.cue)?;
            statement.speaker.iter().try_for_each(|s| mark("the speaker", &s.mark))?;
            let Extent { start, end } = statement.content;
            slice(start, end).ok_or_else(|| format!("what is said is at {start} to {end}, which is no stretch of the text"))?;
        }
        for event in &self.events {
            mark("the trigger", &event.trigger)?;
            event.actor.iter().chain(&event.recipient).try_for_each(|p| mark("the participant", &p.mark))?;
            event.place.iter().try_for_each(|p| mark("the place", &p.mark))?;
            event.according_to.iter().try_for_each(|s| mark("the speaker", &s.mark))?;
        }
        Ok(())
    }
}
