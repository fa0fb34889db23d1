//! Who says what of an incident, and what is taken as its value.
//!
//! A *figure* is a number that somebody gives at some time. The same chain (a speaker, or an outlet that names none) may give
//! a later one, which then holds in place of the earlier; a sentence that says that the toll has risen holds in place of all
//! lower ones before it. Of what is left the rule takes one:
//! - conservative (ACLED's): the lowest, with vague words as ACLED counts them (tens 10, dozens 12, hundreds 100);
//! - latest: that of the last report, and of several the lowest;
//! - max: the highest that anybody ever gave.

use super::act::Toll;
use std::collections::{BTreeMap, BTreeSet};

/// Which of the figures is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rule {
    /// The lowest of those that hold.
    #[default]
    Conservative,
    /// The last.
    Latest,
    /// The highest of all.
    Max,
}

/// A number that somebody gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// At least.
    pub low: u64,
    /// At most.
    pub high: u64,
    /// What the rules count with.
    pub value: u64,
    /// Who gives it.
    pub chain: String,
    /// When it was published; compared as text.
    pub at: String,
    /// Whether it says that an earlier number has risen.
    pub rise: bool,
}

impl Figure {
    /// A report's number.
    pub(crate) fn of(toll: &Toll, (at, outlet): (&str, &str)) -> Self {
        let chain = toll.speaker.as_deref().map_or_else(|| outlet.to_owned(), marsad_text::fold);
        Self { low: toll.low, high: toll.high, value: toll.value, chain, at: at.to_owned(), rise: toll.rise }
    }
}

/// For each figure, whether a later one holds in its place.
pub fn superseded(figures: &[Figure]) -> Vec<bool> {
    // Parts (three policemen and two passers-by) are not set against their sum: of one chain at one time the highest holds.
    let mut most: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for f in figures {
        let held = most.entry((&f.chain, &f.at)).or_default();
        *held = f.value.max(*held);
    }
    let newer = |f: &Figure, g: &Figure| g.at > f.at && (g.chain == f.chain || (g.rise && g.value > f.value));
    figures.iter().map(|f| most.get(&(f.chain.as_str(), f.at.as_str())).is_some_and(|m| *m > f.value) || figures.iter().any(|g| newer(f, g))).collect()
}

/// The value by a rule; `None` where nobody gives one.
///
/// # Examples
/// ```
/// use marsad_ledger::group::{Figure, Rule, figure};
/// let says = |chain: &str, at: &str, value, rise| Figure { low: value, high: value, value, chain: chain.into(), at: at.into(), rise };
/// let all = [says("الشرطة", "2026-03-01", 7, false), says("المستشفى", "2026-03-01", 11, false), says("الشرطة", "2026-03-02", 9, false)];
/// assert_eq!(figure(&all, Rule::Conservative), Some(9));
/// assert_eq!(figure(&all, Rule::Max), Some(11));
/// assert_eq!(figure(&all, Rule::Latest), Some(9));
/// assert_eq!(figure(&[], Rule::Max), None);
/// ```
pub fn figure(figures: &[Figure], rule: Rule) -> Option<u64> {
    let gone = superseded(figures);
    let holds = || figures.iter().zip(&gone).filter(|(_, gone)| !**gone).map(|(f, _)| f);
    match rule {
        Rule::Conservative => holds().map(|f| f.value).min(),
        Rule::Latest => {
            let last = holds().map(|f| &f.at).max()?;
            holds().filter(|f| f.at == *last).map(|f| f.value).min()
        }
        Rule::Max => figures.iter().map(|f| f.high.max(f.value)).max(),
    }
}

/// What a claim is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// How many were killed.
    Killed,
    /// How many were injured.
    Injured,
    /// Who did it.
    Actor,
    /// To whom.
    Recipient,
    /// Where.
    Place,
    /// On which day.
    Day,
    /// Who says that it was their doing.
    Claimed,
    /// Who says that it was not.
    Disclaimed,
    /// That it is planned, possible or did not happen.
    Status,
}

impl Slot {
    /// The slot's name: `killed`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::Injured => "injured",
            Self::Actor => "actor",
            Self::Recipient => "recipient",
            Self::Place => "place",
            Self::Day => "day",
            Self::Claimed => "claimed by",
            Self::Disclaimed => "disclaimed by",
            Self::Status => "status",
        }
    }
}

/// Where somebody says it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// When the article was published, as given.
    pub published: String,
    /// The article's key.
    pub article: String,
    /// Its outlet.
    pub outlet: String,
    /// Texts that are copies of each other have the same.
    pub cluster: i64,
    /// Who says so, by the fullest name; `None` where the outlet says it itself.
    pub speaker: Option<String>,
    /// The channel, where the text gives one.
    pub via: Option<String>,
    /// The sentence, in characters of the text.
    pub start: u32,
    /// One past it.
    pub end: u32,
    /// Its words.
    pub sentence: String,
}

/// What one or more say of a slot.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// What it is about.
    pub slot: Slot,
    /// What is said.
    pub value: String,
    /// Lowest and highest, of numbers.
    pub range: Option<(u64, u64)>,
    /// What the rules count a number with.
    pub counts: u64,
    /// The sentences (article and beginning) that say that an earlier number has risen to it.
    pub rises: BTreeSet<(String, u32)>,
    /// Who says so, first who said it first.
    pub origins: Vec<Origin>,
    /// How many texts say so that are no copies of each other.
    pub independent: usize,
    /// Whether later figures hold in place of it.
    pub superseded: bool,
}
