//! What the pages of an actor and of a place have in common: counts, time, who acts on whom, the incidents.

use crate::App;
use crate::problem::Problem;
use crate::draw::bars::Bars;
use crate::view::incident::Shown;
use crate::view::party::{Party, UNKNOWN, place_link};
use crate::draw::network::{Link, Network, links};
use crate::view::{Chrome, Field, url};
use marsad_format::EventType;
use marsad_ledger::group::{Deed, Facet, Facets, Filter, Position};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The latest incidents that are looked at for who acts on whom.
const DEEDS: usize = 400;
/// Rows of a table that counts.
const ROWS: usize = 12;
/// Incidents of a page.
const LIST: usize = 25;

/// Which page of the incidents.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Behind which incident the list begins.
    cursor: Option<String>,
}

/// What the ledger holds of an actor or a place.
pub struct Held {
    facets: Facets,
    deeds: Vec<Deed>,
    list: Vec<Deed>,
}

/// Reads it.
pub async fn read(app: &App, filter: Filter, asked: &Asked) -> Result<Held, Problem> {
    let behind: Option<Position> = asked.cursor.as_deref().map(str::parse).transpose()?;
    app.read(move |ledger| {
        let facets = ledger.facets(&filter)?;
        let deeds = ledger.deeds(&Filter { limit: DEEDS, ..filter.clone() })?;
        let list = match behind {
            None => deeds.iter().take(LIST + 1).cloned().collect(),
            Some(_) => ledger.deeds(&Filter { limit: LIST + 1, behind, ..filter })?,
        };
        Ok(Held { facets, deeds, list })
    })
    .await
}

/// How often something was done by somebody, and to them.
#[derive(Clone, Debug)]
pub struct Row {
    /// PLOVER's type.
    pub kind: &'static str,
    /// By them, or at a place in all.
    pub did: u64,
    /// To them.
    pub bore: u64,
}

/// How often somebody is met, and in what part.
#[derive(Clone, Debug)]
pub struct Fellow {
    /// Who.
    pub party: Party,
    /// How often they act, on the page's actor or at the page's place.
    pub acts: u64,
    /// How often they are acted upon, likewise.
    pub bears: u64,
}

/// The pages' common part.
#[derive(Clone, Debug)]
pub struct Profile {
    /// How many incidents there are.
    pub total: u64,
    /// How many of them were looked at for who acts on whom, where that is not all.
    pub looked: Option<u64>,
    /// What was done.
    pub rows: Vec<Row>,
    /// Over time.
    pub bars: Bars,
    /// With whom.
    pub fellows: Vec<Fellow>,
    /// Who acts on whom.
    pub network: Network,
    /// The same as a table.
    pub links: Vec<Link>,
    /// Where: name, page, incidents.
    pub places: Vec<(Field, String, u64)>,
    /// Who reports it.
    pub outlets: Vec<(Field, u64)>,
    /// The latest incidents.
    pub items: Vec<Shown>,
    /// The next page of them.
    pub next: Option<String>,
    /// The first.
    pub first: Option<String>,
}

impl Profile {
    /// Of an actor, or of a place.
    pub fn new(c: &Chrome, held: &Held, actor: Option<&Party>) -> Self {
        let Held { facets, deeds, list } = held;
        let is = |party: &str| actor.is_some_and(|a| a.key == party);
        let bears = |deed: &Deed| actor.is_some_and(|a| !deed.actors.contains_key(&a.key));
        let mut kinds: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for deed in deeds {
            let held = kinds.entry(&deed.incident.kind).or_default();
            if bears(deed) { held.1 += 1 } else { held.0 += 1 }
        }
        let row = |kind: EventType| kinds.get(kind.name()).map(|(did, bore)| Row { kind: kind.name(), did: *did, bore: *bore });
        let mut rows: Vec<Row> = EventType::ALL.into_iter().filter_map(row).collect();
        rows.sort_by(|a, b| (b.did + b.bore).cmp(&(a.did + a.bore)));
        let links = links(c, deeds);
        let titles = if actor.is_some() { [c.t("actor.did"), c.t("actor.bore")] } else { [c.t("place.incidents"), ""] };
        let days = deeds.iter().filter_map(|d| d.incident.day.map(|day| (day, bears(d))));
        let count = |facet| facets.counts.get(&facet).into_iter().flatten().take(ROWS);
        let place = |value: &str| {
            let (country, name) = value.split_once('/').unwrap_or(("", value));
            (c.place(Some(country), name), place_link(Some(country).filter(|c| !c.is_empty()), name))
        };
        let next: Option<String> = (list.len() > LIST).then(|| list.get(LIST - 1)).flatten().map(|d| d.incident.position().to_string());
        let is_first = url::value(&c.here, "cursor").is_none();
        Self {
            total: facets.total,
            looked: (facets.total > deeds.len() as u64).then_some(deeds.len() as u64),
            rows,
            bars: Bars::new(c, c.t("profile.time"), titles, days),
            fellows: fellows(c, deeds, actor),
            network: Network::new(c.t("profile.network"), actor, &links),
            links: links.into_iter().filter(|l| actor.is_none() || is(&l.from.key) || is(&l.to.key)).take(ROWS * 2).collect(),
            places: count(Facet::Place).map(|n| { let (name, link) = place(&n.value); (name, link, n.incidents) }).collect(),
            outlets: count(Facet::Outlet).map(|n| (Field::of(if n.value.is_empty() { c.t("outlet.unnamed") } else { &n.value }), n.incidents)).collect(),
            items: list.iter().take(LIST).map(|d| Shown::new(c, &d.incident)).collect(),
            next: next.map(|n: String| url::with(&c.here, &[("cursor", Some(&n))])),
            first: (!is_first).then(|| url::with(&c.here, &[("cursor", None)])),
        }
    }
}

/// Those met most often; beside an actor only those who act on it or it on them.
fn fellows(c: &Chrome, deeds: &[Deed], actor: Option<&Party>) -> Vec<Fellow> {
    let mut counts: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for deed in deeds {
        let counted = |side: &BTreeMap<String, u64>| actor.is_none_or(|a| side.contains_key(&a.key));
        if counted(&deed.recipients) {
            deed.actors.keys().for_each(|a| counts.entry(a).or_default().0 += 1);
        }
        if counted(&deed.actors) {
            deed.recipients.keys().for_each(|r| counts.entry(r).or_default().1 += 1);
        }
    }
    let others = counts.into_iter().filter(|(name, _)| *name != UNKNOWN && actor.is_none_or(|a| a.key != *name));
    let mut all: Vec<Fellow> = others.map(|(name, (acts, bears))| Fellow { party: c.party(name), acts, bears }).collect();
    all.sort_by(|a, b| (b.acts + b.bears).cmp(&(a.acts + a.bears)).then_with(|| a.party.key.cmp(&b.party.key)));
    all.truncate(ROWS);
    all
}
