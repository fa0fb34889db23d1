//! `/briefing`: the incidents under some conditions as something to print or to send on, every line with its sources. The
//! program's `report` writes the same to a file.

use crate::problem::Problem;
use crate::view::incident::Shown;
use crate::view::{Chrome, Day, Field, safe_url};
use crate::{App, watchman};
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use marsad_ledger::Ledger;
use marsad_ledger::group::{Incident, Telling};
use std::collections::BTreeMap;

/// Incidents that are told one by one.
const TOLD: usize = 200;
/// Places that are counted one by one.
const PLACES: usize = 20;
/// At most so many bars.
const BARS: i64 = 62;
/// The chart's size.
const SIZE: (f64, f64) = (880.0, 120.0);

/// What of a kind there is.
#[derive(Clone, Debug)]
struct Row {
    name: String,
    incidents: String,
    killed: String,
    injured: String,
}

/// Incidents, killed, injured.
type Sums = [u64; 3];

/// A report that tells of an incident.
#[derive(Clone, Debug)]
struct Cited {
    outlet: Field,
    title: Field,
    published: Option<Day>,
    url: Option<String>,
}

/// An incident with what tells of it.
#[derive(Clone, Debug)]
struct Line {
    incident: Shown,
    sources: Vec<Cited>,
}

/// A bar of the chart.
#[derive(Clone, Debug)]
struct Bar {
    label: String,
    n: String,
    x: String,
    y: String,
    width: String,
    height: String,
}

#[derive(Template)]
#[template(path = "briefing/briefing.html")]
struct AsHtml<'a> {
    c: &'a Chrome,
    b: &'a Briefing,
    /// The style sheet itself, where the page stands alone.
    style: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "briefing/briefing.md", escape = "none")]
struct AsMarkdown<'a> {
    c: &'a Chrome,
    b: &'a Briefing,
}

/// All that it says.
#[derive(Clone, Debug)]
struct Briefing {
    conditions: Vec<(String, Field)>,
    days: Option<(Day, Day)>,
    total: Row,
    types: Vec<Row>,
    places: Vec<Row>,
    bars: Vec<Bar>,
    sections: Vec<(String, Vec<Line>)>,
    /// "20 more", where not all are told one by one.
    more: Option<String>,
    /// Where incidents' pages are; `None` where there is no such place.
    site: Option<String>,
}

impl Briefing {
    /// What is counted, with the key of its heading.
    fn tables(&self) -> [(&'static str, &[Row]); 2] {
        [("brief.types", &self.types), ("brief.places", &self.places)]
    }
}

/// Which form it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A page that needs nothing beside it.
    Html,
    /// Markdown.
    Markdown,
}

/// What is read of the ledger.
struct Read {
    all: Vec<Incident>,
    told: Vec<(Incident, Vec<(Telling, Option<String>)>)>,
}

fn read(ledger: &Ledger, query: &str) -> Result<Read, Problem> {
    let all = ledger.incidents(&watchman::filter(query)?)?;
    let mut told = Vec::new();
    for incident in all.iter().take(TOLD) {
        let mut reports = Vec::new();
        for report in ledger.incident(&incident.id)?.reports {
            let url = ledger.article(&report.article)?.and_then(|a| a.url);
            reports.push((report, url));
        }
        told.push((incident.clone(), reports));
    }
    Ok(Read { all, told })
}

fn conditions(c: &Chrome, query: &str) -> Vec<(String, Field)> {
    let pairs: Vec<(String, String)> = format!("/?{query}").parse().ok().and_then(|uri| axum::extract::Query::try_from_uri(&uri).ok()).map(|q| q.0).unwrap_or_default();
    let shown = |(name, value): (String, String)| {
        let field = match name.as_str() {
            "type" => Field::of(c.word("type", &value.to_uppercase())),
            "state" => Field::of(c.word("state", &value)),
            "country" => c.country(&value.to_uppercase()),
            "after" | "before" => Field::of(&c.day(&value).text),
            _ => Field::of(&value),
        };
        (c.word("filter", &name).to_owned(), field)
    };
    pairs.into_iter().map(shown).collect()
}

fn add(sums: &mut Sums, i: &Incident) {
    let best = |toll: Option<[u64; 3]>| toll.map_or(0, |t| t[2]);
    for (sum, more) in sums.iter_mut().zip([1, best(i.killed), best(i.injured)]) {
        *sum += more;
    }
}

fn row(c: &Chrome, name: &str, [incidents, killed, injured]: Sums) -> Row {
    Row { name: name.to_owned(), incidents: c.n(incidents), killed: c.n(killed), injured: c.n(injured) }
}

/// The most first; of equal ones by name.
fn ordered<'a>(counts: &'a BTreeMap<String, Sums>) -> Vec<(&'a String, Sums)> {
    let mut all: Vec<(&'a String, Sums)> = counts.iter().map(|(name, sums)| (name, *sums)).collect();
    all.sort_by(|x, y| y.1[0].cmp(&x.1[0]).then(x.0.cmp(y.0)));
    all
}

/// Incidents a day, or a number of days.
fn bars(c: &Chrome, all: &[Incident]) -> Vec<Bar> {
    let days: Vec<i64> = all.iter().filter_map(|i| i.day).collect();
    let (Some(first), Some(last)) = (days.iter().min(), days.iter().max()) else { return Vec::new() };
    let step = (last - first) / BARS + 1;
    let mut counts = vec![0u64; ((last - first) / step + 1) as usize];
    days.iter().for_each(|d| counts[((d - first) / step) as usize] += 1);
    let most = counts.iter().max().copied().unwrap_or(1) as f64;
    let width = SIZE.0 / counts.len() as f64;
    (0..)
        .zip(&counts)
        .map(|(at, n)| {
            let from = first + at * step;
            let iso = |day| marsad_ledger::iso(day).unwrap_or_default();
            let label = if step == 1 { c.day(&iso(from)).text } else { format!("{} – {}", c.day(&iso(from)).text, c.day(&iso((from + step - 1).min(*last))).text) };
            let height = *n as f64 / most * SIZE.1;
            // In a page that runs from the right, time does as well.
            let x = if c.is_ar() { SIZE.0 - (at as f64 + 1.0) * width } else { at as f64 * width };
            let f = |v: f64| format!("{v:.1}");
            Bar { label, n: c.n(*n), x: f(x), y: f(SIZE.1 - height), width: f((width - 1.0).max(0.5)), height: f(height) }
        })
        .collect()
}

fn made(c: &Chrome, query: &str, site: Option<String>, Read { all, told }: Read) -> Briefing {
    let (mut total, mut types, mut places) = ([0; 3], BTreeMap::<String, Sums>::new(), BTreeMap::<String, Sums>::new());
    for i in &all {
        add(&mut total, i);
        add(types.entry(i.kind.clone()).or_default(), i);
        let country = i.country.as_deref().map(|iso2| c.country(iso2).text);
        let parts: Vec<String> = [i.place_name.clone().or_else(|| i.place.clone()), country].into_iter().flatten().collect();
        add(places.entry(if parts.is_empty() { c.t("placeless").to_owned() } else { parts.join(c.t("brief.comma")) }).or_default(), i);
    }
    let span = all.iter().filter_map(|i| i.day).min().zip(all.iter().filter_map(|i| i.day).max());
    let iso = |day| marsad_ledger::iso(day).unwrap_or_default();
    let mut sections: Vec<(String, Vec<Line>)> = ordered(&types).iter().map(|(kind, _)| ((*kind).clone(), Vec::new())).collect();
    for (incident, reports) in &told {
        let cited = |(r, url): &(Telling, Option<String>)| Cited {
            outlet: Field::of(if r.outlet.is_empty() { c.t("outlet.unnamed") } else { &r.outlet }),
            title: Field::of(r.title.as_deref().unwrap_or(&r.name)),
            published: r.published.as_deref().map(|d| c.day(d)),
            url: url.as_deref().and_then(safe_url).map(|u| u.replace('<', "%3C").replace('>', "%3E")),
        };
        let line = Line { incident: Shown::new(c, incident), sources: reports.iter().map(cited).collect() };
        if let Some((_, lines)) = sections.iter_mut().find(|s| s.0 == incident.kind) {
            lines.push(line);
        }
    }
    sections.retain(|s| !s.1.is_empty());
    Briefing {
        conditions: conditions(c, query),
        days: span.map(|(from, to)| (c.day(&iso(from)), c.day(&iso(to)))),
        total: row(c, c.t("brief.total"), total),
        types: ordered(&types).into_iter().map(|(kind, sums)| row(c, c.word("type", kind), sums)).collect(),
        places: ordered(&places).into_iter().take(PLACES).map(|(place, sums)| row(c, place, sums)).collect(),
        bars: bars(c, &all),
        sections,
        more: (all.len() > told.len()).then(|| c.count("count.untold", all.len() - told.len())),
        site,
    }
}

/// Words in Markdown, which is not to see more in them.
fn md(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    out
}

/// A briefing that stands alone.
pub(crate) fn alone(c: &Chrome, query: &str, site: Option<String>, form: Form) -> Result<String, Problem> {
    let read = c.app.pool.ask(|ledger| read(ledger, query))?;
    let b = made(c, query, site, read);
    let text = match form {
        Form::Html => AsHtml { c, b: &b, style: Some(include_str!("../../assets/briefing.css")) }.render(),
        Form::Markdown => AsMarkdown { c, b: &b }.render(),
    };
    text.map_err(|e| Problem::failed(format!("the briefing could not be made ({e}); please report it")))
}

/// The page; with `form=markdown` the other form.
pub async fn show(State(app): State<App>, c: Chrome, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let query = super::alerts::conditions(&query.unwrap_or_default());
    let (form, query): (Vec<&str>, Vec<&str>) = query.split('&').partition(|pair| pair.starts_with("form="));
    let (markdown, query) = (form == ["form=markdown"], query.join("&"));
    let asked = query.clone();
    let read = app.read(move |ledger| read(ledger, &asked)).await?;
    let b = made(&c, &query, Some(String::new()), read);
    let failed = |e| Problem::failed(format!("the briefing could not be made ({e}); please report it"));
    if markdown {
        let text = AsMarkdown { c: &c, b: &b }.render().map_err(failed)?;
        return Ok(([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], text).into_response());
    }
    Ok(Html(AsHtml { c: &c, b: &b, style: None }.render().map_err(failed)?).into_response())
}
