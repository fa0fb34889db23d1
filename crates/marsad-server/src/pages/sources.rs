//! `/sources`: the feeds that are watched and how they are, and the outlets with what they printed.

use super::Page;
use crate::App;
use crate::problem::Problem;
use crate::view::{Chrome, Day, Field, safe_url};
use crate::who::{Noted, Role, Who};
use askama::Template;
use axum::Extension;
use axum::Form;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use marsad_intake::feed::{Listed, opml, write_opml};
use marsad_ledger::feeds::{self, NewFeed};
use serde::Deserialize;

/// A feed in strings.
#[derive(Clone, Debug)]
struct Feed {
    url: String,
    link: Option<String>,
    title: Option<Field>,
    folders: Vec<Field>,
    state: &'static str,
    well: bool,
    reason: Option<Field>,
    succeeded: Option<Day>,
    since: Option<Day>,
    due: Day,
    late: String,
    usual: Option<String>,
    /// Whether it brings less than half of the usual.
    thin: bool,
}

/// An outlet in strings.
#[derive(Clone, Debug)]
struct Outlet {
    name: Field,
    articles: String,
    reports: String,
    independent: String,
    first: Option<Day>,
    last: Option<Day>,
}

#[derive(Template)]
#[template(path = "sources/sources.html")]
struct View {
    c: Chrome,
    feeds: Vec<Feed>,
    outlets: Vec<Outlet>,
    /// "2 are not well".
    unwell: Option<String>,
    may: bool,
}

/// The page.
pub async fn show(State(app): State<App>, c: Chrome, who: Who) -> Result<Page, Problem> {
    let (watched, usual, outlets) = app.read(|ledger| Ok((ledger.feeds()?, ledger.usual()?, ledger.outlets()?))).await?;
    let feeds: Vec<Feed> = watched.into_iter().map(|f| feed(&c, usual.get(&f.id).copied(), f)).collect();
    let outlets = outlets.into_iter().map(|o| Outlet {
        name: Field::of(if o.name.is_empty() { c.t("outlet.unnamed") } else { &o.name }),
        articles: c.n(o.articles),
        reports: c.n(o.reports),
        independent: c.n(o.independent),
        first: o.first.as_deref().map(|d| c.day(d)),
        last: o.last.as_deref().map(|d| c.day(d)),
    });
    let unwell = feeds.iter().filter(|f| !f.well).count();
    let unwell = (unwell > 0).then(|| c.count("count.unwell", unwell));
    Page::of(&View { outlets: outlets.collect(), c, feeds, unwell, may: who.role >= Role::Editor })
}

fn feed(c: &Chrome, usual: Option<f64>, f: feeds::Feed) -> Feed {
    let late = f.late as f64 / 7.0;
    Feed {
        link: f.page.as_deref().and_then(safe_url).map(str::to_owned),
        title: f.title.as_deref().map(Field::of),
        folders: f.folders.iter().map(|f| Field::of(f)).collect(),
        state: f.state.name(),
        well: f.state.is_well(),
        reason: f.reason.as_deref().map(Field::of),
        succeeded: f.succeeded.map(|at| c.moment(at)),
        since: f.failing.map(|at| c.moment(at)),
        due: c.moment(f.due),
        late: c.digits(&format!("{late:.1}")),
        usual: usual.map(|u| c.digits(&format!("{u:.1}"))),
        thin: usual.is_some_and(|u| u >= 1.0 && late * 2.0 < u),
        url: f.url,
    }
}

/// A feed of the form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Entry {
    url: String,
    title: String,
}

/// Watches a feed.
pub async fn add(State(app): State<App>, who: Who, Form(Entry { url, title }): Form<Entry>) -> Result<Response, Problem> {
    who.may(Role::Editor)?;
    let noted = Noted(url.clone());
    let title = Some(title.trim().to_owned()).filter(|t| !t.is_empty());
    put(&app, vec![NewFeed { url, title, ..NewFeed::default() }]).await?;
    Ok((Extension(noted), Redirect::to("/sources")).into_response())
}

/// Watches a feed no longer.
pub async fn remove(State(app): State<App>, who: Who, Form(Entry { url, .. }): Form<Entry>) -> Result<Response, Problem> {
    who.may(Role::Editor)?;
    let noted = Noted(url.clone());
    let gone = app.write(move |ledger| {
        let batch = ledger.batch()?;
        let gone = batch.remove_feed(&url)?;
        batch.commit()?;
        Ok(gone)
    });
    if !gone.await? {
        return Err(Problem::missing("it is not watched; the list under /sources has what is"));
    }
    Ok((Extension(noted), Redirect::to("/sources")).into_response())
}

/// A list of feeds.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct List {
    opml: String,
}

/// Watches all feeds of an OPML list.
pub async fn import(State(app): State<App>, who: Who, Form(List { opml: text }): Form<List>) -> Result<Response, Problem> {
    who.may(Role::Editor)?;
    let listed = opml(&text).map_err(|e| Problem::bad(format!("no list of feeds can be read from it ({e}); give an OPML file")))?;
    let noted = Noted(format!("{} feeds", listed.len()));
    put(&app, listed.into_iter().map(|l| NewFeed { url: l.url, title: l.title, page: l.link, folders: l.folders }).collect()).await?;
    Ok((Extension(noted), Redirect::to("/sources")).into_response())
}

/// All or, where an address is none, nothing.
async fn put(app: &App, new: Vec<NewFeed>) -> Result<(), Problem> {
    app.write(move |ledger| {
        let batch = ledger.batch()?;
        for feed in &new {
            batch.add_feed(feed)?;
        }
        Ok(batch.commit()?)
    })
    .await
}

/// The feeds as an OPML list.
pub async fn export(State(app): State<App>) -> Result<Response, Problem> {
    let feeds = app.read(|ledger| Ok(ledger.feeds()?)).await?;
    let mut listed: Vec<Listed> = feeds.into_iter().map(|f| Listed { title: f.title, url: f.url, link: f.page, folders: f.folders }).collect();
    listed.sort_by(|a, b| (&a.folders, &a.url).cmp(&(&b.folders, &b.url)));
    let headers = [(header::CONTENT_TYPE, "text/x-opml; charset=utf-8"), (header::CONTENT_DISPOSITION, "attachment; filename=\"feeds.opml\"")];
    Ok((headers, write_opml(&listed)).into_response())
}
