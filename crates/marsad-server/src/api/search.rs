use super::shape::{Hit, Hits};
use crate::App;
use crate::ask::{self, Asked};
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use marsad_ledger::Ledger;
use marsad_search::{Found, Highlighter, Order, Query, Request};
use marsad_text::CharIndex;
use serde::Deserialize;
use utoipa::IntoParams;

/// Characters of a text that a hit shows.
const EXCERPT: usize = 240;

/// What is searched for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Question {
    /// Words in any spelling, "phrases", -excluded, a OR b, brackets, and fields: `actor:داعش place:كركوك type:assault after:2015-07-20`.
    #[param(required = true, example = "مسجد كركوك")]
    pub q: Option<String>,
    /// By what hits are ordered.
    #[serde(default)]
    #[param(inline)]
    pub sort: Sort,
    /// `true` to search by meaning as well as by words; such a search is ordered by relevance.
    pub mean: Option<bool>,
    /// `true` to count the facets.
    pub facets: Option<bool>,
    /// At most so many, up to 100.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    pub limit: Option<String>,
    /// Behind which hit to go on, as the page before says in `next`.
    pub cursor: Option<String>,
}

/// By what hits are ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// The best first.
    #[default]
    Relevance,
    /// The latest first.
    Newest,
    /// The earliest first.
    Oldest,
}

impl Question {
    /// What is found, and what marks the hits.
    fn ask(&self, app: &App, ledger: &Ledger) -> Result<(Found, Highlighter), Problem> {
        let words = self.q.as_deref().ok_or_else(|| Problem::bad("q: say what to look for"))?;
        let query = Query::parse(words).map_err(|fault| Problem::bad(fault.to_string()))?;
        let meaning = if self.mean == Some(true) { Some(app.meaning_of(&query)?) } else { None };
        let request = Request {
            limit: ask::limit(self.limit.as_ref(), (20, 100))?,
            order: match self.sort {
                Sort::Relevance => Order::Relevance,
                Sort::Newest => Order::Newest,
                Sort::Oldest => Order::Oldest,
            },
            facets: self.facets == Some(true),
            behind: self.cursor.as_deref().map(str::parse).transpose()?,
            meaning: meaning.as_ref(),
            ..Request::new(&query)
        };
        app.search(ledger, &request)
    }

    /// The page of what is found.
    pub fn hits(&self, app: &App, ledger: &Ledger) -> Result<Hits, Problem> {
        let (found, highlighter) = self.ask(app, ledger)?;
        let items = found.hits.iter().map(|h| hit(ledger, &highlighter, h)).collect::<Result<Vec<_>, _>>()?;
        let facets = found.facets.into_iter().map(|(name, values)| (name.to_owned(), values)).collect();
        Ok(Hits { items: items.into_iter().flatten().collect(), total: found.total, next: found.next.map(|n| n.to_string()), notes: found.notes, facets })
    }
}

fn hit(ledger: &Ledger, highlighter: &Highlighter, hit: &marsad_search::Hit) -> Result<Option<Hit>, Problem> {
    let report = hit.report.cast_signed();
    let articles = ledger.articles(report)?;
    let count = articles.len();
    let Some(first) = articles.into_iter().next() else { return Ok(None) };
    let text = ledger.text(report)?;
    let (excerpt, index) = (highlighter.excerpt(&text, EXCERPT), CharIndex::new(&text));
    let title = first.title.as_deref().unwrap_or_default();
    let (heads, letters) = (highlighter.marks(title), CharIndex::new(title));
    let title_marks = heads.iter().map(|m| (letters.char_of(m.start()), letters.char_of(m.end()))).collect();
    let marks = excerpt.marks.iter().map(|m| (index.char_of(m.start()), index.char_of(m.end()))).collect();
    Ok(Some(Hit { article: first.into(), articles: count, score: hit.score, excerpt: excerpt.span.of(&text).to_owned(), start: index.char_of(excerpt.span.start()), marks, title_marks }))
}

/// Reports by words in any spelling, by fields, and by meaning.
#[utoipa::path(get, path = "/api/v1/search", params(Question), responses(
    (status = 200, description = "A page of what was found", body = Hits),
    (status = 304, description = "As it was under that tag"),
    (status = 400, description = "A query or parameter that cannot be understood", body = Problem, content_type = "application/problem+json"),
))]
pub async fn search(State(app): State<App>, Asked(question): Asked<Question>) -> Result<Json<Hits>, Problem> {
    let asking = app.clone();
    Ok(Json(app.read(move |ledger| question.hits(&asking, ledger)).await?))
}
