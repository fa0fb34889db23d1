//! A web page into its article: main text, headline, author, day, outlet and address.

mod body;
mod charset;
mod meta;
mod tree;
mod words;

pub use charset::decode;
pub(crate) use meta::host;
pub use tree::LONGEST_PAGE;
pub(crate) use tree::tidy;
pub(crate) use words::WORDS;

use marsad_format::Document;
use meta::About;
use tree::Outline;

/// Letters from which on what is found is an article.
const ARTICLE: usize = 60;

/// The article of a page; `url` is where the page was found, if that is known.
///
/// Paragraphs are lines of the text. `url` of the document is the canonical one where the page states it, `published`
/// keeps the time zone that the page gives.
///
/// # Errors
/// With a reason when the page is too large or too deep, or holds no article.
///
/// # Examples
/// ```
/// let page = "<title>وصول الوفد إلى عمان | وكالة المثال</title><nav><a href=/>الرئيسية</a></nav><h1>وصول الوفد إلى عمان</h1>
///     <p>وصل الوفد إلى عمان صباح اليوم، وكان في استقباله وزير الخارجية وعدد من السفراء في مطار الملكة علياء.</p>";
/// let article = marsad_intake::page::article(page, Some("https://example.org/2026/11/23/4711")).unwrap();
/// assert!(article.text.starts_with("وصل الوفد"));
/// assert_eq!(article.title.as_deref(), Some("وصول الوفد إلى عمان"));
/// assert_eq!(article.published.as_deref(), Some("2026-11-23"));
/// ```
pub fn article(html: &str, url: Option<&str>) -> Result<Document, String> {
    let tree = tree::parse(html)?;
    let page = Outline::new(&tree);
    let about = About::new(&tree, &page);
    let (title, heading) = about.headline(&page);
    let blocks = body::blocks(&page, heading, title.as_deref().unwrap_or_default());
    let mut text = blocks.iter().map(|b| b.text.as_str()).collect::<Vec<_>>().join("\n");
    // Where a script draws the page, or only its beginning is in it, JSON-LD has the whole.
    if let Some(whole) = about.body() {
        let whole = self::text(&whole).unwrap_or_default();
        if whole.len() > 200 && text.len() * 2 < whole.len() {
            text = whole;
        }
    }
    if text.chars().filter(|c| c.is_alphabetic()).count() < ARTICLE {
        return Err("the page holds no article (a list of links, or one that a script draws in the browser); give the article's page".to_owned());
    }
    let url = about.address(url);
    let source = about.outlet(&page, url.as_deref(), title.as_deref());
    let author = about.author(&page, source.as_deref(), heading);
    let published = about.published(&page, url.as_deref(), heading);
    Ok(Document { text, title, source, author, url, published, ..Document::default() })
}

/// The text of a piece of markup, such as a feed's entry holds: paragraphs as lines, without hints to other pages.
///
/// # Errors
/// With a reason when it is too large or too deep.
pub fn text(markup: &str) -> Result<String, String> {
    if !markup.contains(['<', '&']) {
        return Ok(tree::tidy(markup));
    }
    let tree = tree::parse(markup)?;
    let page = Outline::new(&tree);
    let links = |b: &&tree::Block| b.linked * 10 <= b.chars * 7 || page.blocks.len() == 1;
    let hint = |b: &&tree::Block| words::WORDS.opens("skip", &b.text).is_none() && (b.text.split_whitespace().count() > 4 || words::WORDS.opens("alone", &b.text).is_none());
    Ok(page.blocks.iter().filter(links).filter(hint).map(|b| b.text.as_str()).collect::<Vec<_>>().join("\n"))
}
