use super::Page;
use crate::App;
use crate::problem::Problem;
use crate::view::Chrome;
use askama::Template;
use axum::extract::State;

#[derive(Template)]
#[template(path = "about/about.html")]
struct View {
    c: Chrome,
    counts: Vec<(&'static str, i64)>,
    version: &'static str,
}

/// What this is, how much it holds, and whose work is in it.
pub async fn show(State(app): State<App>, c: Chrome) -> Result<Page, Problem> {
    let counts = app.read(|ledger| Ok(ledger.counts()?)).await?;
    Page::of(&View { c, counts, version: env!("CARGO_PKG_VERSION") })
}
