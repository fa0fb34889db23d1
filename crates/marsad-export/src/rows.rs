//! What is written, as plain data.

use crate::codes::Codes;
use crate::columns::Value;
use marsad_format::EventType;

/// A participant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// The text's words.
    pub text: String,
    /// Usual name.
    pub name: Option<String>,
    /// PLOVER's code.
    pub code: String,
    /// Identifier in the knowledge base.
    pub entity: Option<String>,
    /// Where it begins in the text, in characters.
    pub start: u32,
}

impl Party {
    /// By what it is known again: its entity, else its name, else its code, else the text's words.
    pub fn key(&self) -> &str {
        self.entity.as_deref().or(self.name.as_deref()).unwrap_or(if self.code.is_empty() { &self.text } else { &self.code })
    }

    /// The usual name, else the text's words.
    pub fn called(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.text)
    }
}

/// A place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spot {
    /// The text's words.
    pub text: Option<String>,
    /// Usual name.
    pub name: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// First-level division.
    pub admin1: Option<String>,
    /// Second-level division.
    pub admin2: Option<String>,
    /// Degrees north.
    pub lat: Option<f64>,
    /// Degrees east.
    pub lon: Option<f64>,
    /// How exact it is: `city`.
    pub kind: Option<String>,
    /// `GeoNames`' number.
    pub geonames: Option<i64>,
}

/// Lowest and highest number that anybody gives.
pub type Range = (Option<i64>, Option<i64>);

/// An incident.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IncidentRow {
    /// 15 hex digits.
    pub id: String,
    /// PLOVER's type.
    pub kind: String,
    /// PLOVER's modes.
    pub mode: Vec<String>,
    /// PLOVER's contexts.
    pub context: Vec<String>,
    /// First and last day, ISO 8601.
    pub days: Option<(String, String)>,
    /// How many days that are.
    pub span: i64,
    /// Whether a report states the day.
    pub stated: bool,
    /// Who did it.
    pub actors: Vec<Party>,
    /// To whom.
    pub recipients: Vec<Party>,
    /// Where.
    pub place: Spot,
    /// Killed, by the conservative rule.
    pub killed: Option<i64>,
    /// Killed, lowest and highest.
    pub killed_range: Range,
    /// Injured, by the conservative rule.
    pub injured: Option<i64>,
    /// Injured, lowest and highest.
    pub injured_range: Range,
    /// Mentions.
    pub mentions: i64,
    /// Articles.
    pub reports: i64,
    /// Articles that are about it.
    pub leads: i64,
    /// Texts that are no copies of each other.
    pub independent: i64,
    /// Reports that deny it.
    pub denials: i64,
    /// Outlets.
    pub outlets: Vec<String>,
    /// Who is named as saying so.
    pub attribution: Vec<String>,
    /// That of its surest mention.
    pub confidence: f64,
    /// `open`, `confirmed`, `dismissed`.
    pub state: String,
    /// Headline of the first report.
    pub title: Option<String>,
    /// Address of the first report that has one.
    pub url: Option<String>,
    /// When the first report was published.
    pub published: Option<String>,
    /// When it changed last, in seconds of the Unix clock.
    pub updated: i64,
}

/// A mention of an act in a report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventRow {
    /// The report's key and the trigger's first character.
    pub id: String,
    /// The incident it is held for.
    pub incident: Option<String>,
    /// The report's key.
    pub report: String,
    /// PLOVER's type.
    pub kind: String,
    /// PLOVER's modes.
    pub mode: Vec<String>,
    /// PLOVER's contexts.
    pub context: Vec<String>,
    /// Whether it happened.
    pub status: String,
    /// The word that names it.
    pub trigger: String,
    /// Where that stands, in characters.
    pub at: (u32, u32),
    /// The sentence.
    pub quote: String,
    /// Where that begins.
    pub quote_start: u32,
    /// What stands before it.
    pub prefix: String,
    /// What stands after it.
    pub suffix: String,
    /// ISO 8601.
    pub date: Option<String>,
    /// Who did it.
    pub actors: Vec<Party>,
    /// To whom.
    pub recipients: Vec<Party>,
    /// Where.
    pub place: Spot,
    /// Killed.
    pub killed: Range,
    /// Injured.
    pub injured: Range,
    /// Who says so.
    pub according_to: Option<String>,
    /// 0 to 1.
    pub confidence: f64,
    /// The outlet that printed it first.
    pub outlet: Option<String>,
    /// The caller's id of that article.
    pub document: String,
    /// Its headline.
    pub title: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// Its day of publication.
    pub published: Option<String>,
    /// SHA-256 of the text, in hex digits.
    pub text_sha256: String,
    /// Its characters.
    pub text_chars: i64,
    /// Program, weights and knowledge base that read it.
    pub made_by: [String; 3],
    /// When the report changed last.
    pub updated: i64,
}

/// What one article says of an incident.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClaimRow {
    /// The incident and a number.
    pub id: String,
    /// The incident.
    pub incident: String,
    /// What it is about.
    pub slot: String,
    /// What is said.
    pub value: String,
    /// Lowest and highest, of numbers.
    pub range: Range,
    /// Whether later figures hold in its place.
    pub superseded: bool,
    /// Texts that say so and are no copies of each other.
    pub independent: i64,
    /// Who says so.
    pub speaker: Option<String>,
    /// The channel.
    pub via: Option<String>,
    /// The outlet.
    pub outlet: String,
    /// The article's key.
    pub article: String,
    /// When it was published.
    pub published: String,
    /// The sentence.
    pub quote: String,
    /// Where it stands, in characters.
    pub at: (u32, u32),
}

/// A text, however many outlets print it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReportRow {
    /// Its key.
    pub id: String,
    /// The key of the first of its copies.
    pub cluster: String,
    /// Outlets.
    pub outlets: Vec<String>,
    /// The caller's ids.
    pub documents: Vec<String>,
    /// Headline of the first.
    pub title: Option<String>,
    /// Addresses.
    pub urls: Vec<String>,
    /// BCP 47.
    pub lang: Option<String>,
    /// When it was published first.
    pub published: Option<String>,
    /// Articles that show it.
    pub articles: i64,
    /// Words.
    pub words: i64,
    /// Mentions of events.
    pub events: i64,
    /// SHA-256 of the text, in hex digits.
    pub text_sha256: String,
    /// Program, weights and knowledge base that read it.
    pub made_by: [String; 3],
    /// When it came in.
    pub added: i64,
    /// When it changed last.
    pub updated: i64,
}

/// Something that is no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletionRow {
    /// `incident`, `report`, `event` or `claim`.
    pub subject: &'static str,
    /// Its id; of claims, the incident whose claims all go.
    pub id: String,
    /// Why: see the codebook.
    pub why: &'static str,
    /// The ids of what stands in its place.
    pub became: Vec<String>,
    /// When, in seconds of the Unix clock.
    pub at: i64,
}

/// A participant, over all incidents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActorRow {
    /// By entity, else name, else code.
    pub id: String,
    /// PLOVER's code.
    pub code: String,
    /// Usual name.
    pub name: Option<String>,
    /// Incidents in which it acts.
    pub acts: i64,
    /// Incidents in which it is acted upon.
    pub suffers: i64,
    /// First and last day of these.
    pub days: Option<(String, String)>,
}

/// Where an incident's evidence is.
pub fn link(id: &str) -> String {
    format!("marsad:incident/{id}")
}

/// Seconds of the Unix clock as RFC 3339.
pub fn time(seconds: i64) -> Option<String> {
    Some(jiff::Timestamp::from_second(seconds).ok()?.to_string())
}

fn parties(list: &[Party]) -> [Value; 2] {
    [list.iter().map(|p| p.called().to_owned()).collect::<Vec<_>>().into(), list.iter().map(|p| p.code.clone()).collect::<Vec<_>>().into()]
}

fn place(p: &Spot, codes: &Codes) -> [Value; 11] {
    let precision = p.kind.as_deref().and_then(|k| codes.precision(k));
    [
        (&p.text).into(),
        (&p.name).into(),
        (&p.country).into(),
        (&p.admin1).into(),
        (&p.admin2).into(),
        p.lat.into(),
        p.lon.into(),
        (&p.kind).into(),
        precision.map(|p| p.radius).into(),
        precision.map(|p| p.ucdp).into(),
        p.geonames.map(|n| n.to_string()).into(),
    ]
}

fn quad(kind: &str) -> Value {
    EventType::parse(kind).map(|k| u32::from(k.quad())).into()
}

impl IncidentRow {
    /// The cells of the table `incidents`.
    pub fn values(&self, codes: &Codes) -> Vec<Value> {
        let mut out: Vec<Value> = vec![(&self.id).into(), (&self.kind).into(), (&self.mode).into(), (&self.context).into(), quad(&self.kind)];
        out.extend([self.days.as_ref().map(|d| &d.0).into(), self.days.as_ref().map(|d| &d.1).into(), self.stated.into()]);
        out.extend(parties(&self.actors).into_iter().chain(parties(&self.recipients)).chain(place(&self.place, codes)));
        out.extend([self.killed, self.killed_range.0, self.killed_range.1, self.injured, self.injured_range.0, self.injured_range.1].map(Value::from));
        out.extend([self.reports, self.independent, self.denials].map(Value::from));
        out.extend([(&self.outlets).into(), (&self.attribution).into(), self.confidence.into(), (&self.state).into(), (&self.title).into(), (&self.url).into()]);
        out.extend([link(&self.id).into(), (&self.published).into(), time(self.updated).into()]);
        out
    }
}

impl EventRow {
    /// The cells of the table `events`.
    pub fn values(&self, codes: &Codes) -> Vec<Value> {
        let mut out: Vec<Value> = vec![(&self.id).into(), (&self.incident).into(), (&self.report).into(), (&self.kind).into(), (&self.mode).into(), (&self.context).into()];
        out.extend([quad(&self.kind), (&self.status).into(), (&self.trigger).into(), self.at.0.into(), self.at.1.into()]);
        out.extend([(&self.quote).into(), self.quote_start.into(), (&self.prefix).into(), (&self.suffix).into(), (&self.date).into()]);
        out.extend(parties(&self.actors).into_iter().chain(parties(&self.recipients)).chain(place(&self.place, codes)));
        out.extend([self.killed.0, self.killed.1, self.injured.0, self.injured.1].map(Value::from));
        out.extend([(&self.according_to).into(), self.confidence.into(), (&self.outlet).into(), (&self.document).into(), (&self.title).into(), (&self.url).into(), (&self.published).into()]);
        out.extend([(&self.text_sha256).into(), self.text_chars.into()]);
        out.extend(self.made_by.iter().map(Value::from).chain([time(self.updated).into()]));
        out
    }
}

impl ClaimRow {
    /// The cells of the table `claims`.
    pub fn values(&self) -> Vec<Value> {
        vec![
            (&self.id).into(),
            (&self.incident).into(),
            (&self.slot).into(),
            (&self.value).into(),
            self.range.0.into(),
            self.range.1.into(),
            self.superseded.into(),
            self.independent.into(),
            (&self.speaker).into(),
            (&self.via).into(),
            (&self.outlet).into(),
            (&self.article).into(),
            (&self.published).into(),
            (&self.quote).into(),
            self.at.0.into(),
            self.at.1.into(),
        ]
    }
}

impl ReportRow {
    /// The cells of the table `reports`.
    pub fn values(&self) -> Vec<Value> {
        let mut out: Vec<Value> = vec![(&self.id).into(), (&self.cluster).into(), (&self.outlets).into(), (&self.documents).into(), (&self.title).into(), (&self.urls).into()];
        out.extend([(&self.lang).into(), (&self.published).into(), self.articles.into(), self.words.into(), self.events.into(), (&self.text_sha256).into()]);
        out.extend(self.made_by.iter().map(Value::from).chain([time(self.added).into(), time(self.updated).into()]));
        out
    }
}

impl ActorRow {
    /// The cells of the table `actors`.
    pub fn values(&self, codes: &Codes) -> Vec<Value> {
        let country = codes.who(&self.code, None).country.map(|c| c.iso3);
        let [first, last] = [self.days.as_ref().map(|d| &d.0), self.days.as_ref().map(|d| &d.1)];
        vec![(&self.id).into(), (&self.code).into(), (&self.name).into(), country.into(), self.acts.into(), self.suffers.into(), first.into(), last.into()]
    }
}

impl DeletionRow {
    /// The cells of the table `deletions`.
    pub fn values(&self) -> Vec<Value> {
        vec![self.subject.into(), (&self.id).into(), self.why.into(), (&self.became).into(), time(self.at).into()]
    }
}
