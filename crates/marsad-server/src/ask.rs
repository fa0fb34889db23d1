//! What is asked for, as it stands in an address.

use crate::prefs::CHOICES;
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::extract::Query;
use axum::http::Uri;
use axum::http::request::Parts;
use marsad_format::EventType;
use marsad_ledger::days;
use marsad_ledger::group::Filter;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::str::FromStr;
use utoipa::IntoParams;

/// A query whose names are all known: a condition with a slip in its name must not be passed over in silence.
#[derive(Clone, Copy, Debug)]
pub struct Asked<T>(pub T);

/// Two such queries in one.
#[derive(Clone, Copy, Debug)]
pub struct Both<A, B>(pub A, pub B);

/// The query without what is empty, which was left out in a form, and what the reader chose, which is no part of the question.
///
/// # Errors
/// When a name in it is not known.
fn known(parts: &Parts, names: &[String]) -> Result<Uri, Problem> {
    let pairs = parts.uri.query().unwrap_or_default().split('&').filter(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        !value.is_empty() && !CHOICES.iter().any(|(choice, _)| *choice == name)
    });
    let pairs: Vec<&str> = pairs.collect();
    if let Some(name) = pairs.iter().filter_map(|p| p.split('=').next()).find(|n| !names.iter().any(|k| k == n)) {
        return Err(Problem::bad(format!("{name:?} is no parameter here; there are {}", names.join(", "))));
    }
    format!("/?{}", pairs.join("&")).parse().map_err(|_| Problem::bad("the query is not well-formed"))
}

fn names<T: IntoParams>() -> Vec<String> {
    T::into_params(|| None).into_iter().map(|p| p.name).collect()
}

fn read<T: DeserializeOwned>(uri: &Uri) -> Result<T, Problem> {
    Query::try_from_uri(uri).map(|Query(asked)| asked).map_err(|e| Problem::bad(e.body_text()))
}

impl<S: Sync, T: DeserializeOwned + IntoParams> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(read(&known(parts, &names::<T>())?)?))
    }
}

impl<S: Sync, A: DeserializeOwned + IntoParams, B: DeserializeOwned + IntoParams> FromRequestParts<S> for Both<A, B> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let uri = known(parts, &[names::<A>(), names::<B>()].concat())?;
        Ok(Self(read(&uri)?, read(&uri)?))
    }
}

/// Which incidents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// PLOVER's type.
    #[serde(rename = "type")]
    #[param(rename = "type", example = "ASSAULT")]
    pub kind: Option<String>,
    /// Words of the place, in Arabic or of its usual name.
    pub place: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[param(example = "IQ")]
    pub country: Option<String>,
    /// Words of a participant's name, or a code (IRQ MIL).
    pub actor: Option<String>,
    /// A place as the facet `named_place` has it: state and usual name.
    #[param(example = "IQ/Kirkuk")]
    pub named_place: Option<String>,
    /// A participant as the facet `named_actor` has it: the canonical name, of one without a name the code.
    pub named_actor: Option<String>,
    /// An outlet that reports it.
    pub outlet: Option<String>,
    /// First day, month or year.
    #[param(example = "2015-07")]
    pub after: Option<String>,
    /// Last day, month or year.
    pub before: Option<String>,
    /// `open`, `confirmed` or `dismissed`; without it, all but the dismissed.
    pub state: Option<String>,
    /// Only those that at least so many reports are about.
    #[param(value_type = Option<u32>)]
    pub least: Option<String>,
}

/// Which page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// At most so many, up to 200.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    pub limit: Option<String>,
    /// Behind which item to go on, as the page before says in `next`.
    pub cursor: Option<String>,
}

/// Items of a page that names no number, and the most.
pub const LIMIT: (usize, usize) = (50, 200);

impl Wanted {
    /// For the ledger.
    ///
    /// # Errors
    /// Names the parameter that cannot be understood.
    pub fn filter(&self) -> Result<Filter, Problem> {
        let kind = |k: &String| EventType::parse(&k.to_uppercase()).ok_or_else(|| Problem::bad(format!("type: {k:?} is none; there are {}", EventType::ALL.map(EventType::name).join(", "))));
        if let Some(country) = self.country.as_ref().filter(|c| c.len() != 2 || !c.bytes().all(|b| b.is_ascii_alphabetic())) {
            return Err(Problem::bad(format!("country: {country:?} is no two letters (ISO 3166-1), such as IQ")));
        }
        if let Some(state) = self.state.as_ref().filter(|s| !STATES.contains(&s.as_str())) {
            return Err(Problem::bad(format!("state: {state:?} is none; there are {}", STATES.join(", "))));
        }
        Ok(Filter {
            kind: self.kind.as_ref().map(kind).transpose()?,
            place: self.place.clone(),
            country: self.country.clone(),
            actor: self.actor.clone(),
            after: day("after", self.after.as_ref())?.map(|d| d.0),
            before: day("before", self.before.as_ref())?.map(|d| d.1),
            state: self.state.clone(),
            least: number("least", self.least.as_ref())?.unwrap_or(0),
            named_place: self.named_place.clone(),
            named_actor: self.named_actor.clone(),
            outlet: self.outlet.clone(),
            ..Filter::default()
        })
    }

    /// The conditions that are set, by their names.
    pub fn conditions(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("type", &self.kind),
            ("actor", &self.actor),
            ("place", &self.place),
            ("country", &self.country),
            ("named_place", &self.named_place),
            ("named_actor", &self.named_actor),
            ("outlet", &self.outlet),
            ("after", &self.after),
            ("before", &self.before),
            ("state", &self.state),
            ("least", &self.least),
        ];
        all.into_iter().filter_map(|(name, value)| value.as_deref().map(|v| (name, v))).collect()
    }
}

impl Paging {
    /// Items of a page.
    ///
    /// # Errors
    /// When it is no number, or one that is too large.
    pub fn limit(&self) -> Result<usize, Problem> {
        limit(self.limit.as_ref(), LIMIT)
    }

    /// A filter for this page, and one item more that tells whether there is another.
    ///
    /// # Errors
    /// When it is no number, or no place in a list.
    pub fn of(&self, filter: Filter) -> Result<Filter, Problem> {
        Ok(Filter { limit: self.limit()? + 1, behind: self.cursor.as_deref().map(str::parse).transpose()?, ..filter })
    }
}

/// Since when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Since {
    /// Only what changed since a day, a time, or the cursor that an answer or an export gave.
    #[param(example = "2026-11-23T08:00:00Z")]
    pub updated_since: Option<String>,
}

/// What a person said of an incident.
pub const STATES: [&str; 3] = ["open", "confirmed", "dismissed"];

/// A text with Latin digits for Arabic-Indic and Persian ones.
pub fn latin(text: &str) -> String {
    text.trim().chars().map(|c| c.to_digit(10).or(match c { '٠'..='٩' => Some(c as u32 - 0x660), '۰'..='۹' => Some(c as u32 - 0x6f0), _ => None }).and_then(|d| char::from_digit(d, 10)).unwrap_or(c)).collect()
}

/// A number in any digits.
///
/// # Errors
/// When it is none.
pub fn number<T: FromStr>(name: &str, text: Option<&String>) -> Result<Option<T>, Problem> {
    text.map(|t| latin(t).parse().map_err(|_| Problem::bad(format!("{name}: {t:?} is not a whole number in range")))).transpose()
}

/// How many items; not none, and not too many.
///
/// # Errors
/// As it says.
pub fn limit(text: Option<&String>, (usual, most): (usize, usize)) -> Result<usize, Problem> {
    match number("limit", text)? {
        None => Ok(usual),
        Some(n) if (1..=most).contains(&n) => Ok(n),
        Some(n) => Err(Problem::bad(format!("limit: {n} is not from 1 to {most}"))),
    }
}

fn day(name: &str, text: Option<&String>) -> Result<Option<(i64, i64)>, Problem> {
    text.map(|t| days(&latin(t)).ok_or_else(|| Problem::bad(format!("{name}: {t:?} is no day, month or year, such as 2015-07-20")))).transpose()
}
