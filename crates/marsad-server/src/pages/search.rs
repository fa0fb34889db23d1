//! `/search`: reports by words and by meaning, with facets that narrow the query.

use super::Page;
use crate::App;
use crate::api::{Question, Sort, shape};
use crate::problem::Problem;
use crate::view::marks::{Found, Piece, line};
use crate::view::{Chrome, Day, Field, url};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use marsad_search::FIELDS;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Values of a facet that are shown.
const VALUES: usize = 8;
/// Examples under the empty form.
const EXAMPLES: [&str; 5] = ["تفجير مسجد", "\"مجلس الأمن\"", "actor:داعش place:كركوك after:2015-07-20", "type:assault killed:>10 -اليمن", "(كركوك OR الموصل) speaker:الجبير"];
/// Stands in `trail` for the first page, which has no cursor.
const START: &str = "-";

/// The form, and where in the list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    sort: Sort,
    /// Not empty to search by meaning too.
    mean: String,
    cursor: Option<String>,
    /// The cursors of the pages before, with commas between.
    trail: String,
}

/// A report that was found.
#[derive(Clone, Debug)]
struct Hit {
    link: String,
    outlet: Field,
    title: Vec<Piece>,
    title_field: Field,
    published: Option<Day>,
    copies: Option<String>,
    excerpt: Vec<Piece>,
    lang: &'static str,
    dir: &'static str,
}

/// A facet: its name, and values with the address of the narrower search.
#[derive(Clone, Debug)]
struct Facet {
    name: &'static str,
    values: Vec<(Field, u64, String)>,
}

#[derive(Template)]
#[template(path = "search/search.html")]
struct View {
    c: Chrome,
    asked: Asked,
    can_mean: bool,
    fault: Option<Field>,
    total: Option<String>,
    notes: Vec<Field>,
    hits: Vec<Hit>,
    facets: Vec<Facet>,
    next: Option<String>,
    before: Option<String>,
}

impl View {
    fn sorts(&self) -> [(&'static str, bool); 3] {
        [("relevance", Sort::Relevance), ("newest", Sort::Newest), ("oldest", Sort::Oldest)].map(|(name, sort)| (name, sort == self.asked.sort))
    }

    /// The query language: name, Arabic name, example, the example's address.
    fn fields(&self) -> Vec<(&'static str, &'static str, &'static str, String)> {
        FIELDS.iter().map(|f| (f.1, f.2, f.4, format!("/search?q={}", url::escape(f.4)))).collect()
    }

    fn examples(&self) -> Vec<(&'static str, String)> {
        EXAMPLES.iter().map(|e| (*e, format!("/search?q={}", url::escape(e)))).collect()
    }
}

/// The page.
pub async fn show(State(app): State<App>, c: Chrome, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let can_mean = app.meaning.is_some();
    let mut view = View { can_mean, fault: None, total: None, notes: Vec::new(), hits: Vec::new(), facets: Vec::new(), next: None, before: None, c, asked };
    if view.asked.q.trim().is_empty() {
        return Ok(Page::of(&view)?.into_response());
    }
    let question = Question { q: Some(view.asked.q.clone()), sort: view.asked.sort, mean: (!view.asked.mean.is_empty()).then_some(true), facets: Some(true), limit: None, cursor: view.asked.cursor.clone() };
    let asking = app.clone();
    match app.read(move |ledger| question.hits(&asking, ledger)).await {
        Ok(found) => fill(&mut view, found),
        // What is wrong with the query is said beside it.
        Err(problem) if problem.code() == StatusCode::BAD_REQUEST => {
            view.fault = Some(Field::of(&problem.detail));
            return Ok((problem.code(), Page::of(&view)?).into_response());
        }
        Err(problem) => return Err(problem),
    }
    Ok(Page::of(&view)?.into_response())
}

fn fill(view: &mut View, found: shape::Hits) {
    let (c, asked) = (&view.c, &view.asked);
    view.total = Some(c.count("count.report", found.total));
    view.notes = found.notes.iter().map(|n| Field::of(n)).collect();
    let mut trail: Vec<&str> = asked.trail.split(',').filter(|t| !t.is_empty()).collect();
    let go = |cursor: Option<&str>, trail: &[&str]| {
        let trail = trail.join(",");
        url::with(&c.here, &[("cursor", cursor), ("trail", Some(trail.as_str()).filter(|t| !t.is_empty()))])
    };
    view.before = trail.pop().map(|last| go(Some(last).filter(|l| *l != START), &trail));
    let mut on: Vec<&str> = asked.trail.split(',').filter(|t| !t.is_empty()).collect();
    on.push(asked.cursor.as_deref().unwrap_or(START));
    view.next = found.next.as_deref().map(|n| go(Some(n), &on));
    view.facets = facets(c, &asked.q, &found.facets);
    view.hits = found.items.iter().map(|h| hit(c, &asked.q, h)).collect();
}

fn hit(c: &Chrome, q: &str, h: &shape::Hit) -> Hit {
    let end = h.start + h.excerpt.chars().count() as u32;
    let found = |marks: &[(u32, u32)], first: u32| marks.iter().map(|(from, to)| Found { start: from.saturating_sub(first), end: to.saturating_sub(first), class: "hit", ..Found::default() }).collect::<Vec<_>>();
    let marks = found(&h.marks, h.start);
    let title = h.article.title.as_deref().unwrap_or(&h.article.name);
    let Field { lang, dir, .. } = Field::of(&h.excerpt);
    let anchor = if marks.is_empty() { "cited" } else { "h1" };
    Hit {
        link: format!("/reports/{}?q={}&at={}-{end}#{anchor}", h.article.id, url::escape(q), h.start),
        outlet: Field::of(if h.article.outlet.is_empty() { c.t("outlet.unnamed") } else { &h.article.outlet }),
        title: line(title, &found(&h.title_marks, 0)),
        title_field: Field::of(title),
        published: h.article.published.as_deref().map(|d| c.day(d)),
        copies: (h.articles > 1).then(|| c.count("count.show", h.articles as u64)),
        excerpt: line(&h.excerpt, &marks),
        lang,
        dir,
    }
}

/// The values that most hits have, each with the search narrowed to it.
fn facets(c: &Chrome, q: &str, all: &BTreeMap<String, BTreeMap<String, u64>>) -> Vec<Facet> {
    let facet = |name: &'static str| {
        let mut values: Vec<(&String, &u64)> = all.get(name)?.iter().collect();
        // Months in their order, all others by how many there are.
        if name != "month" {
            values.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
            values.truncate(VALUES);
        }
        let value = |(value, n): (&String, &u64)| (named(c, name, value), *n, format!("/search?q={}", url::escape(&narrowed(q, name, value))));
        Some(Facet { name, values: values.into_iter().map(value).collect() }).filter(|f: &Facet| !f.values.is_empty())
    };
    ["type", "country", "actor", "outlet", "month"].into_iter().filter_map(facet).collect()
}

fn named(c: &Chrome, facet: &str, value: &str) -> Field {
    match facet {
        "type" => Field::of(c.word("type", value)),
        "country" => c.country(value),
        "actor" => c.party(value).name,
        "month" => Field::of(&c.day(value).text),
        _ => Field::of(if value.is_empty() { c.t("outlet.unnamed") } else { value }),
    }
}

/// The query with one more condition.
fn narrowed(q: &str, facet: &str, value: &str) -> String {
    if facet == "month" {
        let next = value.split_once('-').and_then(|(y, m)| Some((y.parse::<i64>().ok()?, m.parse::<u32>().ok()?)));
        let before = next.map(|(y, m)| if m == 12 { format!("{}-01", y + 1) } else { format!("{y:04}-{:02}", m + 1) }).unwrap_or_default();
        return format!("{q} after:{value} before:{before}");
    }
    let plain = !value.is_empty() && !value.contains(|x: char| x.is_whitespace() || matches!(x, '(' | ')' | '|' | '"' | ','));
    if plain { format!("{q} {facet}:{value}") } else { format!("{q} {facet}:\"{}\"", value.replace('"', " ")) }
}
