//! What was found in an article, in words: each finding with the id of its place in the text.

use super::marks::Found;
use super::party::{Party, UNKNOWN, place_link};
use super::{Chrome, Day, Field};
use marsad_format::{Entity, EntityType, Event, Participant, Place, Reading, Statement};

/// One who takes part in an event: the text's words, the code in words, the page of the one that it was resolved to.
#[derive(Clone, Debug)]
pub struct Part {
    /// The text's words.
    pub text: Field,
    /// PLOVER's code.
    pub code: String,
    /// The same in words.
    pub meaning: String,
    /// Who it is, where that is known.
    pub party: Option<Party>,
}

/// An event.
#[derive(Clone, Debug)]
pub struct Act {
    /// The id of its trigger.
    pub id: String,
    /// The trigger's first character.
    pub start: u32,
    /// PLOVER's type.
    pub kind: &'static str,
    /// The word that names it.
    pub trigger: Field,
    /// Whether it happened.
    pub status: &'static str,
    /// Who did it.
    pub actors: Vec<Part>,
    /// To whom.
    pub recipients: Vec<Part>,
    /// Where, and the id of the place's own finding.
    pub place: Option<(Field, Option<String>)>,
    /// When.
    pub date: Option<Day>,
    /// From which words, where the text has them.
    pub date_words: Option<Field>,
    /// The words that count the killed.
    pub killed: Option<Field>,
    /// The words that count the injured.
    pub injured: Option<Field>,
    /// Who says so, the source first.
    pub chain: Vec<Field>,
    /// From 0 to 100.
    pub confidence: String,
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Said {
    /// The id of its cue.
    pub id: String,
    /// The word of saying.
    pub cue: Field,
    /// Whether the text names who says it.
    pub named: bool,
    /// Who says it, through what, in which outlet.
    pub chain: Vec<Field>,
    /// `direct` or `indirect`.
    pub mood: &'static str,
}

/// A name.
#[derive(Clone, Debug)]
pub struct Name {
    /// The id of its first mention.
    pub id: String,
    /// The text's words.
    pub text: Field,
    /// What it names.
    pub kind: &'static str,
    /// Who or what it was resolved to.
    pub name: Option<Field>,
    /// Whether that is but a transliteration.
    pub transliterated: bool,
    /// The identifier in the knowledge base.
    pub entity: Option<String>,
    /// The office.
    pub role: Option<Field>,
    /// How often it is met.
    pub times: Option<String>,
}

/// A place.
#[derive(Clone, Debug)]
pub struct Spot {
    /// The id of its mention.
    pub id: String,
    /// The text's words.
    pub text: Field,
    /// Name and page in the gazetteer.
    pub name: Option<(Field, String)>,
    /// District, province and state.
    pub within: Vec<Field>,
    /// How exact it is.
    pub precision: Option<&'static str>,
    /// Degrees north and east.
    pub point: Option<String>,
    /// `GeoNames`' number.
    pub geonames: Option<u64>,
    /// From 0 to 100.
    pub confidence: String,
}

/// A date.
#[derive(Clone, Debug)]
pub struct When {
    /// The id of its words.
    pub id: String,
    /// The text's words.
    pub text: Field,
    /// What they stand for.
    pub value: Option<Day>,
    /// Whether they need the day of publication to be understood: they have no year of their own.
    pub reckoned: bool,
}

/// All that was found.
#[derive(Clone, Debug)]
pub struct Findings {
    /// Events.
    pub acts: Vec<Act>,
    /// Statements.
    pub said: Vec<Said>,
    /// Names, each once.
    pub names: Vec<Name>,
    /// Places, each once.
    pub places: Vec<Spot>,
    /// Dates.
    pub dates: Vec<When>,
    /// The day from which dates are reckoned.
    pub published: Option<Day>,
    /// For each place of the reading, the one whose finding explains it.
    spots: Vec<usize>,
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

fn percent(c: &Chrome, share: f64) -> String {
    c.digits(&format!("{:.0}%", share * 100.0))
}

/// The place of the reading that a place is equal to, the first of equal ones.
fn spots(places: &[Place]) -> Vec<usize> {
    let same = |p: &Place, q: &Place| p.mark.text == q.mark.text && p.geonames == q.geonames && p.name == q.name;
    places.iter().enumerate().map(|(n, p)| places.iter().position(|q| same(p, q)).unwrap_or(n)).collect()
}

impl Findings {
    /// Of a reading.
    pub fn new(c: &Chrome, reading: &Reading, outlet: &str, published: Option<&str>) -> Self {
        let outlet = Field::of(if outlet.is_empty() { c.t("outlet.unnamed") } else { outlet });
        let spots = spots(&reading.places);
        Self {
            acts: reading.events.iter().enumerate().map(|(n, e)| act(c, reading, &spots, &outlet, n, e)).collect(),
            said: reading.statements.iter().enumerate().map(|(n, s)| said(&outlet, n, s)).collect(),
            names: names(c, reading),
            places: reading.places.iter().enumerate().filter(|(n, _)| spots[*n] == *n).map(|(n, p)| spot(c, n, p)).collect(),
            dates: reading.dates.iter().enumerate().map(|(n, d)| When {
                id: format!("d{n}"),
                text: Field::of(&d.mark.text),
                value: d.value.as_deref().map(|v| c.day(v)),
                reckoned: d.value.as_deref().and_then(|v| v.get(..4)).is_some_and(|year| !crate::ask::latin(&d.mark.text).contains(year)),
            }).collect(),
            published: published.map(|d| c.day(d)),
            spots,
        }
    }

    /// Where it stands in the text.
    pub fn marks(&self, c: &Chrome, reading: &Reading) -> Vec<Found> {
        let mut all = Vec::new();
        let mut put = |start, end, class, id: String, finding: String, label: String| all.push(Found { start, end, class, id, finding, label });
        for (n, s) in reading.statements.iter().enumerate() {
            put(s.content.start, s.content.end, "said", String::new(), String::new(), String::new());
            put(s.cue.start, s.cue.end, "cue", format!("s{n}"), format!("s{n}"), c.t("mark.cue").to_owned());
            if let Some(p) = &s.speaker {
                put(p.mark.start, p.mark.end, "speaker", String::new(), format!("s{n}"), c.t("mark.speaker").to_owned());
            }
        }
        for (n, e) in reading.entities.iter().enumerate() {
            put(e.mark.start, e.mark.end, "entity", format!("n{n}"), format!("n{}", e.mention_of.unwrap_or(n as u32)), c.word("entity", entity(e.kind)).to_owned());
        }
        for (n, p) in reading.places.iter().enumerate() {
            put(p.mark.start, p.mark.end, "place-name", format!("p{n}"), format!("p{}", self.spots[n]), String::new());
        }
        for (n, d) in reading.dates.iter().enumerate() {
            let day = d.value.as_deref().map(|v| c.day(v).text).unwrap_or_default();
            put(d.mark.start, d.mark.end, "date", format!("d{n}"), format!("d{n}"), format!("{} {day}", c.t("mark.date")));
        }
        for (n, e) in reading.events.iter().enumerate() {
            put(e.trigger.start, e.trigger.end, "trigger", format!("e{n}"), format!("e{n}"), format!("{}: {}", c.word("type", e.kind.name()), c.word("status", e.status.name())));
        }
        all
    }
}

fn part(c: &Chrome, p: &Participant) -> Part {
    Part { text: Field::of(&p.mark.text), meaning: c.coded(&p.code).text, party: Some(c.party(p.name.as_deref().unwrap_or(&p.code))).filter(|_| p.code != UNKNOWN || p.name.is_some()), code: p.code.clone() }
}

fn act(c: &Chrome, reading: &Reading, spots: &[usize], outlet: &Field, n: usize, e: &Event) -> Act {
    let place = |p: &Place| {
        let at = reading.places.iter().position(|q| q.mark == p.mark).and_then(|n| spots.get(n));
        (Field::of(&p.mark.text), at.map(|n| format!("f-p{n}")))
    };
    // Of several words for the day those nearest to the trigger.
    let words = reading.dates.iter().filter(|d| d.value.is_some() && d.value == e.date).min_by_key(|d| d.mark.start.abs_diff(e.trigger.start));
    let via = reading.statements.iter().find(|s| s.content.start <= e.trigger.start && e.trigger.start < s.content.end).and_then(|s| s.via.as_deref());
    let speaker = e.according_to.as_ref().map(|s| Field::of(s.name.as_deref().unwrap_or(&s.mark.text)));
    Act {
        id: format!("e{n}"),
        start: e.trigger.start,
        kind: e.kind.name(),
        trigger: Field::of(&e.trigger.text),
        status: e.status.name(),
        actors: e.actor.iter().map(|p| part(c, p)).collect(),
        recipients: e.recipient.iter().map(|p| part(c, p)).collect(),
        place: e.place.as_ref().map(place),
        date: e.date.as_deref().map(|d| c.day(d)),
        date_words: words.map(|d| Field::of(&d.mark.text)),
        killed: e.killed.as_ref().map(|k| Field::of(&k.text)),
        injured: e.injured.as_ref().map(|k| Field::of(&k.text)),
        chain: speaker.into_iter().chain(via.map(Field::of)).chain([outlet.clone()]).collect(),
        confidence: percent(c, e.confidence),
    }
}

fn said(outlet: &Field, n: usize, s: &Statement) -> Said {
    let speaker = s.speaker.as_ref().map(|p| Field::of(p.name.as_deref().unwrap_or(&p.mark.text)));
    Said {
        id: format!("s{n}"),
        cue: Field::of(&s.cue.text),
        named: speaker.is_some(),
        chain: speaker.into_iter().chain(s.via.as_deref().map(Field::of)).chain([outlet.clone()]).collect(),
        mood: if s.mood == marsad_format::Mood::Direct { "direct" } else { "indirect" },
    }
}

/// Each entity once, at its first mention.
fn names(c: &Chrome, reading: &Reading) -> Vec<Name> {
    let name = |(n, e): (usize, &Entity)| {
        let times = 1 + reading.entities.iter().filter(|o| o.mention_of == Some(n as u32)).count();
        let arabic = e.name_ar.as_deref().filter(|ar| c.is_ar() && *ar != e.mark.text);
        Name {
            id: format!("n{n}"),
            text: Field::of(&e.mark.text),
            kind: entity(e.kind),
            name: arabic.or(e.name.as_deref()).map(Field::of),
            transliterated: e.transliterated,
            entity: e.entity.clone(),
            role: e.role.as_deref().map(Field::of),
            times: (times > 1).then(|| c.count("count.times", times as u64)),
        }
    };
    reading.entities.iter().enumerate().filter(|(_, e)| e.mention_of.is_none()).map(name).collect()
}

fn spot(c: &Chrome, n: usize, p: &Place) -> Spot {
    let iso2 = p.country.as_deref().unwrap_or_default();
    let admin = [p.admin2.as_deref(), p.admin1.as_deref()].into_iter().flatten().filter(|a| Some(*a) != p.name.as_deref() && !a.is_empty());
    Spot {
        id: format!("p{n}"),
        text: Field::of(&p.mark.text),
        name: p.name.as_deref().map(|name| (c.place(Some(iso2), name), place_link(p.country.as_deref(), name))),
        within: admin.map(|a| c.place(Some(iso2), a)).chain(p.country.as_deref().map(|iso2| c.country(iso2))).collect(),
        precision: p.kind.map(marsad_format::PlaceKind::name),
        point: p.lat.zip(p.lon).map(|(lat, lon)| c.digits(&format!("{lat:.3}, {lon:.3}"))),
        geonames: p.geonames,
        confidence: percent(c, p.confidence),
    }
}
