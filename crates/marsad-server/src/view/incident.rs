//! An incident as lists and pages show it.

use super::{Chrome, Day, Field};
use marsad_ledger::group::{Incident, Party};

/// Killed or injured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toll {
    /// The number by the conservative rule.
    pub best: String,
    /// Lowest and highest that anybody says, where they differ.
    pub range: Option<(String, String)>,
}

/// An incident in strings.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Its id.
    pub id: String,
    /// PLOVER's type.
    pub kind: String,
    /// First day on which it may have been.
    pub from: Option<Day>,
    /// Last, where it is another.
    pub to: Option<Day>,
    /// Whether a report states the day.
    pub exact: bool,
    /// The place: in Arabic in a report's words, in English by its usual name where there is one.
    pub place: Option<Field>,
    /// The report's words, where the place has another name.
    pub place_name: Option<Field>,
    /// The country, where the place is less than it.
    pub country: Option<Field>,
    /// How exact the place is.
    pub precision: Option<String>,
    /// Killed.
    pub killed: Option<Toll>,
    /// Injured.
    pub injured: Option<Toll>,
    /// Whether there is more than one.
    pub many: bool,
    /// "9 reports".
    pub reports: String,
    /// "3 independent".
    pub independent: String,
    /// "3 outlets".
    pub outlets: String,
    /// Reports that only mention it, where there are such.
    pub mentions: Option<String>,
    /// Reports that deny it, where there are such.
    pub denied: Option<String>,
    /// `open`, `confirmed` or `dismissed`.
    pub state: String,
    /// Whether what is said of killed or injured differs.
    pub differs: bool,
    /// The headline of its first report.
    pub title: Option<Field>,
    /// Who did it.
    pub actors: Vec<Field>,
    /// To whom.
    pub recipients: Vec<Field>,
}

impl Shown {
    /// In the reader's language.
    pub fn new(c: &Chrome, i: &Incident) -> Self {
        let toll = |t: Option<[u64; 3]>| t.map(|[low, high, best]| Toll { best: c.n(best), range: (low != high || best != low).then(|| (c.n(low), c.n(high))) });
        let (killed, injured) = (toll(i.killed), toll(i.injured));
        let differs = [&killed, &injured].into_iter().flatten().any(|t| t.range.is_some());
        let (from, to) = i.days.as_ref().map(|(from, to)| (c.day(from), (from != to).then(|| c.day(to)))).unzip();
        let name = i.place_name.as_deref().filter(|_| !c.is_ar());
        let whole = i.place.is_some() && i.precision.as_deref() == Some("country");
        Self {
            id: i.id.clone(),
            kind: i.kind.clone(),
            from,
            to: to.flatten(),
            exact: i.exact,
            place: name.or(i.place.as_deref()).map(Field::of),
            place_name: i.place.as_deref().filter(|words| !whole && name.is_some_and(|n| n != *words)).map(Field::of),
            country: i.country.as_deref().filter(|_| !whole).map(|iso2| c.country(iso2)),
            precision: i.precision.clone(),
            differs,
            killed,
            injured,
            many: i.reports > 1,
            reports: c.count("count.report", i.reports),
            independent: c.count("count.independent", i.independent),
            outlets: c.count("count.outlet", i.outlets),
            mentions: (i.reports > i.leads).then(|| c.count("count.mention", i.reports - i.leads)),
            denied: (i.denied > 0).then(|| c.count("count.denied", i.denied)),
            state: i.state.clone(),
            title: i.title.as_deref().map(Field::of),
            actors: i.actors.iter().map(|p| party(c, p)).collect(),
            recipients: i.recipients.iter().map(|p| party(c, p)).collect(),
        }
    }
}

/// In Arabic the words of a report, in English the canonical name where there is one.
fn party(c: &Chrome, p: &Party) -> Field {
    Field::of(p.name.as_deref().filter(|_| !c.is_ar()).unwrap_or(&p.text))
}
