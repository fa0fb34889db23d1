//! `/incidents`: the list under conditions, with what narrows it: facets, days, places. The address holds all of it.

use super::Page;
use crate::App;
use crate::api::{OFFERED, incident_page, parameter};
use crate::ask::{Both, Paging, Wanted};
use crate::draw::histogram::Bars;
use crate::draw::map::{Map, Mark, Size};
use crate::problem::Problem;
use crate::view::incident::Shown;
use crate::view::{Chrome, Day, Field, url};
use askama::Template;
use axum::extract::State;
use marsad_ledger::group::{Count, Facet, Facets, Filter};
use serde::Deserialize;
use utoipa::IntoParams;

/// Facets in the order of the page.
const ORDER: [Facet; 6] = [Facet::Kind, Facet::Country, Facet::Place, Facet::Actor, Facet::Outlet, Facet::State];
/// Values of a facet that are seen at once, and those behind a click.
const VALUES: (usize, usize) = (7, 30);
/// The code of a participant of whom nothing is known.
const UNKNOWN: &str = "UNK";
/// How the list is shown; the first where nothing is asked for.
const VIEWS: [&str; 3] = ["table", "cards", "map"];
/// The map beside the histogram, and as the page's main part.
const SMALL: Size = Size { pixels: (340.0, 208.0), names: 5, rows: 0 };
const LARGE: Size = Size { pixels: (860.0, 540.0), names: 28, rows: 100 };

/// What stands on the buttons of the map.
const SIGNS: [(&str, &str); 7] = [("in", "+"), ("out", "−"), ("up", "↑"), ("down", "↓"), ("left", "←"), ("right", "→"), ("fit", "⤢")];

/// How the page is shown.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
pub struct Look {
    /// One of [`VIEWS`].
    view: Option<String>,
    /// What the map shows, and which page of the list.
    map: Option<String>,
    limit: Option<String>,
    cursor: Option<String>,
}

/// A condition that is set, with the address without it.
#[derive(Clone, Debug)]
struct Chip {
    name: &'static str,
    value: Field,
    without: String,
}

/// A value of a facet.
#[derive(Clone, Debug)]
struct Choice {
    label: Field,
    incidents: String,
    address: String,
    chosen: bool,
}

/// A facet: what is seen of it, and what is behind a click.
#[derive(Clone, Debug)]
struct Choices {
    name: &'static str,
    first: Vec<Choice>,
    more: Vec<Choice>,
}

/// Bars in the reader's language.
#[derive(Clone, Debug)]
struct Time {
    bars: Bars,
    /// What a bar stands for and how high the highest is.
    caption: String,
    ticks: Vec<Day>,
    /// Incidents that no bar shows, and where they are.
    beside: Vec<String>,
}

#[derive(Template)]
#[template(path = "incidents/list.html")]
struct View {
    c: Chrome,
    wanted: Wanted,
    view: &'static str,
    total: String,
    chips: Vec<Chip>,
    facets: Vec<Choices>,
    time: Option<Time>,
    map: Map,
    items: Vec<Shown>,
    next: Option<String>,
    first: Option<String>,
    news: String,
}

impl View {
    /// The conditions that a form of some fields has to keep.
    fn kept(&self, fields: &[&str]) -> Vec<(&'static str, &str)> {
        let view = (self.view != VIEWS[0]).then_some(("view", self.view));
        self.wanted.conditions().into_iter().filter(|(name, _)| !fields.contains(name)).chain(view).collect()
    }

    /// A field of a form.
    fn value<'a>(&'a self, field: &'a Option<String>) -> &'a str {
        field.as_deref().unwrap_or_default()
    }

    /// What stands on a button of the map.
    fn sign(&self, what: &str) -> &'static str {
        SIGNS.iter().find(|s| s.0 == what).map_or("", |s| s.1)
    }

    /// Circles on the map, those below first.
    fn marks(&self) -> [(&'static str, &[Mark]); 2] {
        [("ring", &self.map.rings), ("dot", &self.map.dots)]
    }

    fn views(&self) -> Vec<(&'static str, String)> {
        VIEWS.iter().map(|v| (*v, url::with(&self.c.here, &[("view", (*v != VIEWS[0]).then_some(*v)), ("map", None)]))).collect()
    }

    /// Where the incidents that are counted here are to be had, by format.
    fn exports(&self) -> Vec<(&'static str, String)> {
        OFFERED.into_iter().map(|f| (f, self.export(&[("format", Some(f))]))).collect()
    }

    fn manifest(&self) -> String {
        self.export(&[("manifest", Some("true"))])
    }

    fn export(&self, changes: &[(&str, Option<&str>)]) -> String {
        let conditions: Vec<(&str, Option<&str>)> = self.wanted.conditions().into_iter().map(|(name, value)| (name, Some(value))).collect();
        url::with("/export", &[&conditions, changes].concat())
    }

    /// What a bar says.
    fn bar(&self, days: &(String, String), incidents: &u64) -> String {
        let (from, to) = (self.c.day(&days.0).text, self.c.day(&days.1).text);
        let days = if from == to { from } else { format!("{from} – {to}") };
        format!("{days}: {}", self.c.count("count.incident", *incidents))
    }

    fn between(&self, days: &(String, String)) -> String {
        self.c.narrowed(&[("after", Some(&days.0)), ("before", Some(&days.1))])
    }
}

/// The list.
pub async fn list(State(app): State<App>, c: Chrome, Both(wanted, look): Both<Wanted, Look>) -> Result<Page, Problem> {
    let view = look.view.as_deref().map_or(Some(VIEWS[0]), |asked| VIEWS.into_iter().find(|v| *v == asked));
    let view = view.ok_or_else(|| Problem::bad(format!("view: there are {}", VIEWS.join(", "))))?;
    let (filter, paging) = (wanted.filter()?, Paging { limit: look.limit, cursor: look.cursor });
    let (asked, turned) = (filter.clone(), paging.clone());
    let found = app.read(move |ledger| {
        // Of all days, so that one can go beyond those that were chosen.
        let histogram = ledger.histogram(&Filter { after: None, before: None, ..asked.clone() })?;
        let (facets, points, change) = (ledger.facets(&asked)?, ledger.points(&asked)?, ledger.last_change()?);
        Ok((incident_page(ledger, asked, &turned)?, facets, histogram, points, change))
    });
    let ((items, next), facets, histogram, points, change) = found.await?;
    let map = Map::new(&c, &app.world, &points, if view == "map" { LARGE } else { SMALL }, look.map.as_deref());
    let news = c.here.split_once('?').map_or_else(String::new, |(_, query)| format!("?{query}"));
    Page::of(&View {
        view,
        total: c.count("count.incident", facets.total),
        chips: wanted.conditions().into_iter().map(|(name, value)| chip(&c, name, value)).collect(),
        facets: choices(&c, &wanted, &facets),
        time: Bars::new(&histogram.days, (filter.after, filter.before)).map(|bars| time(&c, bars, histogram.undated)),
        map,
        items: items.iter().map(|i| Shown::new(&c, i)).collect(),
        next: next.map(|n| url::with(&c.here, &[("cursor", Some(&n))])),
        first: paging.cursor.as_ref().map(|_| url::with(&c.here, &[("cursor", None)])),
        news: url::with(&format!("/incidents/news{news}"), &[("cursor", None), ("limit", None), ("map", None), ("view", None), ("since", Some(&change.to_string()))]),
        wanted,
        c,
    })
}

/// How a condition's value is called.
fn called(c: &Chrome, name: &str, value: &str) -> Field {
    match name {
        "type" => Field::of(c.word("type", &value.to_uppercase())),
        "state" => Field::of(c.word("state", value)),
        "country" => c.country(&value.to_uppercase()),
        "named_place" => match value.split_once('/') {
            Some((iso2, place)) => c.place((!iso2.is_empty()).then_some(iso2), place),
            None => Field::of(value),
        },
        "named_actor" => c.actor(value),
        "after" | "before" => Field::of(&c.day(value).text),
        _ => Field::of(value),
    }
}

fn chip(c: &Chrome, name: &'static str, value: &str) -> Chip {
    Chip { name, value: called(c, name, value), without: c.narrowed(&[(name, None)]) }
}

fn choices(c: &Chrome, wanted: &Wanted, facets: &Facets) -> Vec<Choices> {
    let conditions = wanted.conditions();
    let of = |facet: Facet| {
        let name = parameter(facet);
        let chosen = conditions.iter().find(|(n, _)| *n == name).map(|(_, value)| *value);
        let is_chosen = |value: &str| chosen.is_some_and(|v| v.eq_ignore_ascii_case(value));
        let choice = |count: &Count| {
            let chosen = is_chosen(&count.value);
            Choice {
                label: called(c, name, &count.value),
                incidents: c.n(count.incidents),
                address: c.narrowed(&[(name, (!chosen).then_some(&count.value))]),
                chosen,
            }
        };
        let counts = facets.counts.get(&facet).map(Vec::as_slice).unwrap_or_default();
        // An outlet without a name cannot be asked for, nobody looks for the unknown, and states stand among the countries already.
        let state = |value: &str| facet == Facet::Place && value.split_once('/').is_some_and(|(iso2, place)| c.is_state(iso2, place));
        let mut all: Vec<&Count> = counts.iter().filter(|n| is_chosen(&n.value) || !(n.value.is_empty() || &*n.value == UNKNOWN || state(&n.value))).collect();
        all.sort_by_key(|n| !is_chosen(&n.value));
        let mut all = all.into_iter().take(VALUES.0 + VALUES.1).map(choice);
        let first: Vec<Choice> = all.by_ref().take(VALUES.0).collect();
        let worth = first.len() > 1 || first.iter().any(|v| v.chosen) || facet != Facet::State;
        (!first.is_empty() && worth).then(|| Choices { name, first, more: all.collect() })
    };
    ORDER.into_iter().filter_map(of).collect()
}

fn time(c: &Chrome, bars: Bars, undated: u64) -> Time {
    let beside = [("count.earlier", bars.earlier), ("count.later", bars.later), ("count.undated", undated)];
    Time {
        caption: format!("{} {}", c.word("per", bars.unit), c.t("per.most").replace("{n}", &c.n(bars.most))),
        ticks: bars.ticks.iter().map(|d| c.day(d)).collect(),
        beside: beside.into_iter().filter(|b| b.1 > 0).map(|(key, n)| c.count(key, n)).collect(),
        bars,
    }
}

/// What a page has shown already.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
pub struct Seen {
    /// The ledger's last change then.
    since: Option<i64>,
}

#[derive(Template)]
#[template(path = "incidents/news.html")]
struct News {
    /// How many, and where they are.
    news: Option<(String, String)>,
}

/// What has come since a page was shown: a few words to put above it, or none.
pub async fn news(State(app): State<App>, c: Chrome, Both(wanted, seen): Both<Wanted, Seen>) -> Result<Page, Problem> {
    let since = seen.since.ok_or_else(|| Problem::bad("since: say behind which change"))?;
    let filter = Filter { since: Some(since), ..wanted.filter()? };
    let found = app.read(move |ledger| Ok(ledger.facets(&filter)?.total)).await?;
    let list = || url::with(&c.here.replacen("/incidents/news", "/incidents", 1), &[("since", None)]);
    Page::of(&News { news: (found > 0).then(|| (c.count("count.news", found), list())) })
}
