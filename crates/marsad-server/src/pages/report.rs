//! `/reports/{id}`: an article with what was found in it, and its versions.

use super::Page;
use crate::App;
use crate::api::article;
use crate::problem::Problem;
use crate::view::findings::Findings;
use crate::view::marks::{Found, Paragraph, paragraphs};
use crate::view::{Chrome, Day, Field, clean, safe_url};
use askama::Template;
use axum::extract::{Path, Query, State};
use marsad_format::Reading;
use marsad_ledger::{Article, Edit, Ledger, Version};
use marsad_search::Query as Words;
use marsad_text::CharIndex;
use serde::Deserialize;
use std::collections::BTreeSet;

/// Which version, which stretch was cited, and which words were searched.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// First character and one past the last: `12-80`.
    at: String,
    /// From 1; without it, the one that holds.
    version: Option<i64>,
    /// A query, whose words are marked.
    q: String,
}

/// A stretch of what changed between two versions.
#[derive(Clone, Debug)]
struct Change {
    kind: &'static str,
    text: String,
}

/// The searched words in the text.
#[derive(Clone, Debug)]
struct Hits {
    words: Field,
    /// Their number, and the same in words.
    number: usize,
    count: String,
}

#[derive(Template)]
#[template(path = "report/report.html")]
struct View {
    c: Chrome,
    key: String,
    title: Field,
    outlet: Field,
    author: Option<Field>,
    published: Option<Day>,
    /// The article's address, and where a link may lead.
    address: Option<(Field, Option<String>)>,
    hits: Option<Hits>,
    paragraphs: Vec<Paragraph>,
    found: Findings,
    incidents: Vec<(String, Option<Field>, String)>,
    copies: Vec<(String, Field)>,
    versions: Vec<(i64, bool, Day)>,
    /// From the version before to the one that is shown.
    changes: Vec<Change>,
    made_by: String,
}

struct Held {
    article: Article,
    text: String,
    reading: Reading,
    incidents: Vec<(String, Option<String>, String)>,
    copies: Vec<Article>,
    versions: Vec<Version>,
    shown: i64,
    edits: Vec<Edit>,
    /// First character of each searched word, and one past its last.
    hits: Vec<(u32, u32)>,
}

/// The page.
pub async fn one(State(app): State<App>, c: Chrome, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result<Page, Problem> {
    let (asking, question) = (app.clone(), asked.clone());
    let held = app.read(move |ledger| held(&asking, ledger, &id, &question)).await?;
    Page::of(&view(c, held, &asked))
}

fn held(app: &App, ledger: &Ledger, id: &str, asked: &Asked) -> Result<Held, Problem> {
    let article = article(ledger, id)?;
    let versions = ledger.versions(article.id)?;
    let shown = asked.version.unwrap_or(article.version);
    let at = versions.iter().position(|v| v.number == shown).ok_or_else(|| Problem::missing(format!("article {id} has no version {shown}; it has {}", versions.len())))?;
    let report = versions[at].report;
    let edits = match at.checked_sub(1).map(|before| versions[before].report) {
        Some(before) if before != report => ledger.difference(before, report)?,
        _ => Vec::new(),
    };
    let ids: BTreeSet<i64> = ledger.acts(report)?.into_iter().filter_map(|a| a.1).collect();
    let mut incidents = Vec::new();
    for id in ids.into_iter().map(marsad_ledger::group::show) {
        let page = ledger.incident_summary(&id)?;
        incidents.push((id, page.title, page.kind));
    }
    let copies = ledger.articles(report)?.into_iter().filter(|a| a.key != article.key).collect();
    let (text, reading) = (ledger.text(report)?, ledger.reading(report)?);
    let hits = match Words::parse(&asked.q) {
        Ok(query) => {
            let index = CharIndex::new(&text);
            app.highlighter(ledger, &query)?.marks(&text).into_iter().map(|m| (index.char_of(m.start()), index.char_of(m.end()))).collect()
        }
        // A link of a search that cannot be understood is still one to the article.
        Err(_) => Vec::new(),
    };
    Ok(Held { article, text, reading, incidents, copies, versions, shown, edits, hits })
}

fn view(c: Chrome, held: Held, asked: &Asked) -> View {
    let Held { article: a, text, reading, incidents, copies, versions, shown, edits, hits } = held;
    let version = versions.iter().find(|v| v.number == shown);
    let published = version.and_then(|v| v.published.as_deref());
    let found = Findings::new(&c, &reading, &a.outlet, published);
    let mut marks = found.marks(&c, &reading);
    if let Some((start, end)) = asked.at.split_once('-').and_then(|(s, e)| Some((s.parse().ok()?, e.parse().ok()?))) {
        marks.push(Found { start, end, class: "cited", id: "cited".to_owned(), ..Found::default() });
    }
    marks.extend((1..).zip(&hits).map(|(n, (start, end))| Found { start: *start, end: *end, class: "hit", id: format!("h{n}"), ..Found::default() }));
    let outlet = |name: &str| Field::of(if name.is_empty() { c.t("outlet.unnamed") } else { name });
    View {
        title: Field::of(version.and_then(|v| v.title.as_deref()).or(a.title.as_deref()).unwrap_or(&a.name)),
        outlet: outlet(&a.outlet),
        author: a.author.as_deref().map(Field::of),
        published: published.map(|d| c.day(d)),
        address: a.url.as_deref().map(|u| (Field::of(u), safe_url(u).map(str::to_owned))),
        hits: (!hits.is_empty()).then(|| Hits { words: Field::of(&asked.q), number: hits.len(), count: c.count("count.hit", hits.len() as u64) }),
        paragraphs: paragraphs(&text, &marks),
        found,
        incidents: incidents.into_iter().map(|(id, title, kind)| (id, title.as_deref().map(Field::of), kind)).collect(),
        copies: copies.iter().map(|x| (x.key.clone(), outlet(&x.outlet))).collect(),
        versions: versions.iter().map(|v| (v.number, v.number == shown, c.moment(v.added))).collect(),
        changes: edits.into_iter().map(change).collect(),
        made_by: [&reading.model.program, &reading.model.weights, &reading.model.knowledge].map(String::as_str).join(" · "),
        key: a.key,
        c,
    }
}

fn change(edit: Edit) -> Change {
    match edit {
        Edit::Same(text) => Change { kind: "same", text: clean(&text) },
        Edit::Cut(text) => Change { kind: "cut", text: clean(&text) },
        Edit::Put(text) => Change { kind: "put", text: clean(&text) },
    }
}
