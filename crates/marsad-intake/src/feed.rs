//! Feeds and lists of feeds: RSS 0.9 to 2.0, Atom 0.3 and 1.0, JSON Feed, OPML.
//!
//! Feeds in the wild are seldom well-formed: what is not is read as far as it makes sense. Entities that a feed declares
//! itself are expanded once; entities made of entities grow without bound and are refused.

use crate::page::{self, host};
use crate::{moment, page::tidy};
use marsad_format::Document;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The longest feed that is taken, in bytes.
pub const LONGEST_FEED: usize = 16 << 20;

/// Elements within elements.
const DEPTH: usize = 256;

/// Faults of the markup that are passed over in one feed.
const FAULTS: usize = 1000;

/// The longest entity a feed may declare, in bytes.
const ENTITY: usize = 1024;

/// What a feed holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Feed {
    /// The outlet.
    pub title: Option<String>,
    /// The outlet's page.
    pub link: Option<String>,
    /// In the feed's order.
    pub entries: Vec<Entry>,
}

/// One entry of a feed. Texts are plain, without markup.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The feed's own key.
    pub id: Option<String>,
    /// The article's page.
    pub link: Option<String>,
    /// The headline.
    pub title: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// `YYYY-MM-DD` or RFC 3339.
    pub published: Option<String>,
    /// The same, of the last change.
    pub updated: Option<String>,
    /// The whole article, where the feed has it.
    pub content: Option<String>,
    /// Its beginning or a summary.
    pub summary: Option<String>,
}

impl Entry {
    /// The entry as a document of the feed's outlet: its content, or else its summary.
    pub fn document(self, feed: &Feed) -> Document {
        let text = self.content.into_iter().chain(self.summary).max_by_key(String::len).unwrap_or_default();
        let source = feed.title.clone().or_else(|| self.link.as_deref().and_then(host).map(str::to_owned));
        Document { text, title: self.title, author: self.author, source, published: self.published.or(self.updated), url: self.link, ..Document::default() }
    }
}

/// One feed of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Its title.
    pub title: Option<String>,
    /// Where it is fetched.
    pub url: String,
    /// The outlet's page.
    pub link: Option<String>,
    /// The folders it stands in, the outermost first.
    pub folders: Vec<String>,
}

/// What a text of markup or JSON is, by its first element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// RSS or Atom.
    Feed,
    /// A JSON Feed.
    Json,
    /// A list of feeds.
    Opml,
}

/// Tells feeds from other texts by their beginning.
pub fn shape(start: &str) -> Option<Shape> {
    let mut rest = start.trim_start_matches('\u{FEFF}').trim_start();
    if rest.starts_with('{') {
        return rest.split(['\n', ',']).take(8).any(|l| l.contains("\"version\"") && l.contains("jsonfeed.org/version")).then_some(Shape::Json);
    }
    // Past the declaration, comments, the document type and instructions.
    while rest.starts_with("<?") || rest.starts_with("<!") {
        let end = if rest.starts_with("<!--") {
            rest.find("-->").map(|at| at + 3)
        } else if rest.starts_with("<?") {
            rest.find("?>").map(|at| at + 2)
        } else {
            // An internal subset has brackets of its own.
            let simple = rest.find('>')?;
            if rest[..simple].contains('[') { rest.find("]>").map(|at| at + 2).or(Some(rest.len())) } else { Some(simple + 1) }
        };
        rest = rest[end?..].trim_start();
    }
    let name = rest.strip_prefix('<')?.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next()?;
    match name.rsplit(':').next()?.to_ascii_lowercase().as_str() {
        "rss" | "feed" | "rdf" | "channel" => Some(Shape::Feed),
        "opml" => Some(Shape::Opml),
        _ => None,
    }
}

/// Reads a feed of any kind.
///
/// # Errors
/// With a reason when it is none, is too long or deep, or its entities explode.
///
/// # Examples
/// ```
/// let feed = marsad_intake::feed::read("<rss><channel><title>وكالة</title><item><title>خبر</title>
///     <link>https://example.org/1</link><pubDate>Mon, 23 Nov 2026 14:05:00 +0300</pubDate></item></channel></rss>").unwrap();
/// assert_eq!(feed.title.as_deref(), Some("وكالة"));
/// assert_eq!(feed.entries[0].published.as_deref(), Some("2026-11-23T14:05:00+03:00"));
/// ```
pub fn read(text: &str) -> Result<Feed, String> {
    if text.len() > LONGEST_FEED {
        return Err(format!("the feed is longer than {} MB; give one with fewer entries", LONGEST_FEED >> 20));
    }
    if text.trim_start_matches('\u{FEFF}').trim_start().starts_with('{') { json(text) } else { xml(text) }
}

/// Reads a list of feeds.
///
/// # Errors
/// With a reason when it is none.
pub fn opml(text: &str) -> Result<Vec<Listed>, String> {
    if text.len() > LONGEST_FEED {
        return Err(format!("the list is longer than {} MB", LONGEST_FEED >> 20));
    }
    let (mut all, mut folders, mut seen) = (Vec::new(), Vec::<Option<String>>::new(), false);
    let mut take = |tag: &BytesStart, folders: &[Option<String>]| -> Option<String> {
        let all_of = attributes(tag);
        let get = |name: &str| all_of.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| tidy(v)).filter(|v| !v.is_empty());
        let title = get("title").or_else(|| get("text"));
        if let Some(url) = get("xmlUrl") {
            all.push(Listed { title: title.clone(), url, link: get("htmlUrl"), folders: folders.iter().flatten().cloned().collect() });
        }
        title
    };
    events(text, |event, _| {
        match event {
            Event::Start(tag) if local(&tag) == "outline" => {
                let title = take(&tag, &folders);
                folders.push(title);
                if folders.len() > DEPTH {
                    return Err(format!("its outlines are nested more than {DEPTH} deep"));
                }
            }
            Event::Empty(tag) if local(&tag) == "outline" => {
                take(&tag, &folders);
            }
            Event::End(tag) if tag.local_name().as_ref() == "outline" => {
                folders.pop();
            }
            Event::Start(tag) => seen |= local(&tag) == "opml",
            _ => {}
        }
        Ok(())
    })?;
    if seen { Ok(all) } else { Err("it is no OPML list; give one with outlines that have xmlUrl".to_owned()) }
}

/// Writes a list of feeds, in its order, each within its folders.
///
/// # Examples
/// ```
/// use marsad_intake::feed::{Listed, opml, write_opml};
/// let feed = Listed { title: Some("أنباء & آراء".into()), url: "https://example.org/feed?a=1&b=2".into(), link: None, folders: vec!["العراق".into()] };
/// assert_eq!(opml(&write_opml(&[feed.clone()])).unwrap(), [feed]);
/// ```
pub fn write_opml(feeds: &[Listed]) -> String {
    let attribute = |name: &str, value: &str| format!(" {name}=\"{}\"", quick_xml::escape::escape(value));
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n<head><title>Marsad</title></head>\n<body>\n".to_owned();
    let mut open: &[String] = &[];
    for feed in feeds {
        let shared = open.iter().zip(&feed.folders).take_while(|(a, b)| a == b).count();
        out.push_str(&"</outline>\n".repeat(open.len() - shared));
        for folder in &feed.folders[shared..] {
            let _ = writeln!(out, "<outline{}>", attribute("text", folder));
        }
        open = &feed.folders;
        let title = feed.title.as_deref().unwrap_or(&feed.url);
        let link = feed.link.as_ref().map_or_else(String::new, |l| attribute("htmlUrl", l));
        let _ = writeln!(out, "<outline type=\"rss\"{}{}{link}/>", attribute("text", title), attribute("xmlUrl", &feed.url));
    }
    out.push_str(&"</outline>\n".repeat(open.len()));
    out.push_str("</body>\n</opml>\n");
    out
}

fn local(tag: &BytesStart) -> String {
    tag.local_name().as_ref().to_ascii_lowercase()
}

fn attributes(tag: &BytesStart) -> Vec<(String, String)> {
    tag.html_attributes().with_checks(false).flatten().map(|a| (a.key.as_ref().to_owned(), unescape(&a.value))).collect()
}

fn unescape(text: &str) -> String {
    quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}

/// Goes through the events of a text of markup; what is no markup is passed over, as often as is bearable. The second
/// argument is where the event ends.
fn events(text: &str, mut each: impl FnMut(Event, usize) -> Result<(), String>) -> Result<(), String> {
    let (mut base, mut faults) = (0, 0);
    loop {
        let mut reader = Reader::from_str(&text[base..]);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        let fault = loop {
            match reader.read_event() {
                Ok(Event::Eof) => return Ok(()),
                Ok(event) => each(event, base + reader.buffer_position() as usize)?,
                Err(_) => break base + reader.error_position() as usize,
            }
        };
        faults += 1;
        // On behind the sign that opens what is no markup.
        let next = text[(fault + 1).min(text.len())..].char_indices().next().map(|_| (fault + 1..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len()));
        match next {
            Some(next) if faults < FAULTS => base = next,
            _ => return Ok(()),
        }
    }
}

/// The entities that a document type declares.
fn entities(doctype: &str) -> Result<BTreeMap<String, String>, String> {
    let mut all = BTreeMap::new();
    for piece in doctype.split("<!ENTITY").skip(1) {
        let mut words = piece.trim_start().splitn(2, char::is_whitespace);
        let (Some(name), Some(rest)) = (words.next(), words.next()) else { continue };
        let rest = rest.trim_start();
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { continue };
        let Some(value) = rest[1..].split(quote).next() else { continue };
        let nested = value.split('&').skip(1).any(|v| !v.starts_with('#'));
        if name == "%" || nested || value.len() > ENTITY {
            return Err("the feed declares entities made of other entities, which may grow without bound; it is not read, take that declaration out".to_owned());
        }
        all.insert(name.to_owned(), unescape(value));
    }
    Ok(all)
}

/// The prefix by which the fields of a name space are known here.
fn space(uri: &str) -> Option<&'static str> {
    const SPACES: [(&str, &str); 6] = [
        ("http://purl.org/rss/1.0/modules/content/", "content"),
        ("http://purl.org/dc/elements/1.1/", "dc"),
        ("http://purl.org/dc/terms/", "dcterms"),
        ("http://www.w3.org/1999/xhtml", "xhtml"),
        ("http://search.yahoo.com/mrss", "media"),
        ("http://www.itunes.com/dtds/podcast-1.0.dtd", "itunes"),
    ];
    SPACES.iter().find(|(u, _)| uri.trim_end_matches('/').eq_ignore_ascii_case(u.trim_end_matches('/'))).map(|(_, p)| *p)
}

/// The elements that an entry's and a feed's fields are read from.
const FIELDS: [&str; 26] = [
"title", "link", "guid", "id", "description", "summary", "content", "content:encoded", "encoded", "xhtml:body", "body", "fullitem", "author", "dc:creator", "dcterms:creator", "pubdate", "published", "issued", "dc:date",
"dcterms:issued", "dcterms:created", "created", "updated", "modified", "dcterms:modified", "dc:title",
    ];

/// A field that is being read: its name, where its content begins, the depth of its element.
struct Field {
    name: String,
    depth: usize,
    text: String,
    /// Markup of its own stands in it.
    marked: bool,
    /// Open elements of the same name in it.
    same: usize,
    /// What Atom says of it.
    kind: String,
    begin: usize,
}

#[derive(Default)]
struct Xml {
    feed: Feed,
    entry: Option<Entry>,
    /// Depth at which the entry opened.
    inner: usize,
    depth: usize,
    field: Option<Field>,
    /// `person` of Atom, `image` and `textinput` of RSS, `source`: their titles and links are not the feed's.
    aside: Option<usize>,
    entities: BTreeMap<String, String>,
    prefixes: BTreeMap<String, &'static str>,
    known: bool,
}

fn xml(text: &str) -> Result<Feed, String> {
    let mut xml = Xml::default();
    let mut last = 0;
    events(text, |event, end| {
        let begin = std::mem::replace(&mut last, end);
        xml.take(event, text, begin, end)
    })?;
    xml.close_entry();
    if xml.known { Ok(xml.feed) } else { Err("it is no feed; give RSS, Atom or JSON Feed".to_owned()) }
}

impl Xml {
    fn take(&mut self, event: Event, whole: &str, begin: usize, end: usize) -> Result<(), String> {
        match event {
            Event::DocType(d) => self.entities = entities(&d)?,
            Event::Start(tag) => {
                self.depth += 1;
                if self.depth > DEPTH {
                    return Err(format!("the feed's elements are nested more than {DEPTH} deep"));
                }
                self.open(&tag, whole, begin, end);
            }
            Event::Empty(tag) => {
                self.depth += 1;
                self.open(&tag, whole, begin, end);
                if let Some(field) = &mut self.field
                    && field.depth < self.depth
                    && field.name == tag.name().as_ref().to_ascii_lowercase()
                {
                    field.same = field.same.saturating_sub(1);
                }
                self.close(whole, end);
            }
            Event::End(tag) => {
                // An element that was never closed ends with the one around it.
                let name = self.name(tag.name().as_ref());
                if let Some(field) = &mut self.field
                    && field.name == name
                {
                    match field.same.checked_sub(1) {
                        Some(less) => field.same = less,
                        None => self.depth = field.depth,
                    }
                }
                if self.entry.is_some() && matches!(name.as_str(), "item" | "entry") {
                    if self.field.is_some() {
                        self.depth = self.inner + 1;
                        self.close(whole, begin);
                    }
                    self.depth = self.inner;
                }
                self.close(whole, begin);
            }
            Event::Text(t) => self.add(&t),
            Event::CData(t) => self.add(&t),
            Event::GeneralRef(name) => {
                let known = name.strip_prefix('#').and_then(|n| n.strip_prefix(['x', 'X']).map_or_else(|| n.parse().ok(), |h| u32::from_str_radix(h, 16).ok())).and_then(char::from_u32).map(String::from);
                let known = known.or_else(|| quick_xml::escape::resolve_xml_entity(&name).map(str::to_owned)).or_else(|| self.entities.get(&*name).cloned());
                // Those of HTML stay, and are read where markup is.
                self.add(&known.unwrap_or_else(|| format!("&{};", &*name)));
            }
            _ => {}
        }
        Ok(())
    }

    fn add(&mut self, text: &str) {
        if let Some(field) = &mut self.field {
            field.text.push_str(text);
        }
    }

    /// The name in small letters, with the prefix of its name space as it is known here.
    fn name(&self, name: &str) -> String {
        let name = name.to_ascii_lowercase();
        match name.split_once(':') {
            None => name,
            Some((prefix, local)) => match self.prefixes.get(prefix).copied().or_else(|| ["content", "dc", "dcterms", "xhtml", "media", "itunes"].into_iter().find(|p| *p == prefix)) {
                Some(known) => format!("{known}:{local}"),
                // Atom within RSS is not the item's own; RSS and Atom with a prefix are.
                None if matches!(prefix, "rss" | "atom" | "a" | "rdf") && self.entry.is_none() || prefix == "atom" && local == "link" => local.to_owned(),
                None => local.to_owned(),
            },
        }
    }

    fn open(&mut self, tag: &BytesStart, whole: &str, begin: usize, end: usize) {
        let attributes = attributes(tag);
        for (name, value) in &attributes {
            if let (Some(prefix), Some(space)) = (name.strip_prefix("xmlns:"), space(value)) {
                self.prefixes.insert(prefix.to_ascii_lowercase(), space);
            }
        }
        let name = self.name(tag.name().as_ref());
        if let Some(field) = &mut self.field {
            // Keys, addresses and days hold no elements, and no field an entry: it was not closed.
            let entry = matches!(name.as_str(), "item" | "entry");
            let simple = !matches!(field.name.as_str(), "title" | "dc:title" | "description" | "summary" | "content" | "content:encoded" | "encoded" | "xhtml:body" | "body" | "fullitem" | "author");
            if !entry && !simple {
                field.marked = true;
                field.same += usize::from(field.name == name);
                return;
            }
            self.depth = if entry && self.entry.is_some() { self.inner } else { field.depth };
            if let Some(field) = self.field.take() {
                self.keep(&field, whole.get(field.begin..begin).unwrap_or_default());
            }
        }
        let get = |wanted: &str| attributes.iter().find(|(n, _)| n.eq_ignore_ascii_case(wanted)).map(|(_, v)| tidy(v)).filter(|v| !v.is_empty());
        self.known |= matches!(name.as_str(), "rss" | "feed" | "rdf" | "channel" | "entry");
        match name.as_str() {
            "item" | "entry" => {
                self.close_entry();
                self.entry = Some(Entry { id: get("rdf:about"), ..Entry::default() });
                self.inner = self.depth;
                self.aside = None;
            }
            "image" | "textinput" | "source" | "contributor" | "cloud" | "media:group" | "media:content" if self.aside.is_none() => self.aside = Some(self.depth),
            _ => {}
        }
        if name == "link" && self.aside.is_none() {
            let rel = get("rel").unwrap_or_else(|| "alternate".to_owned());
            if let (Some(href), "alternate") = (get("href"), rel.as_str()) {
                let to = self.entry.as_mut().map_or(&mut self.feed.link, |e| &mut e.link);
                to.get_or_insert(href);
            }
        }
        if self.aside.is_none() && FIELDS.contains(&name.as_str()) && !(name == "author" && self.entry.is_none()) {
            let kind = get("type").or_else(|| get("mode")).unwrap_or_default();
            // Atom's author holds a name, RSS's is one: whichever closes.
            self.field = Some(Field { name, depth: self.depth, text: String::new(), marked: false, same: 0, kind, begin: end });
        }
    }

    fn close(&mut self, whole: &str, begin: usize) {
        if self.field.as_ref().is_some_and(|f| f.depth >= self.depth)
            && let Some(field) = self.field.take()
        {
            self.keep(&field, whole.get(field.begin..begin).unwrap_or_default());
        }
        if self.aside.is_some_and(|depth| depth >= self.depth) {
            self.aside = None;
        }
        if self.entry.is_some() && self.depth <= self.inner {
            self.close_entry();
        }
        self.depth = self.depth.saturating_sub(1);
    }

    fn close_entry(&mut self) {
        if let Some(mut entry) = self.entry.take() {
            // A key that is an address is the article's where no link is given.
            entry.link = entry.link.or_else(|| entry.id.clone().filter(|id| id.starts_with("http")));
            self.feed.entries.push(entry);
        }
    }

    fn keep(&mut self, field: &Field, raw: &str) {
        // Markup that stands in the feed itself is read from there, entities and all.
        let stated_plain = field.kind.contains("text/plain") || field.kind == "text";
        let source = if field.marked { raw } else { &field.text };
        let markup = || page::text(source).ok().filter(|t| !t.trim().is_empty());
        let line = || {
            let text = if source.contains(['<', '&']) && !stated_plain { page::text(source).unwrap_or_default() } else { source.to_owned() };
            Some(tidy(&text).replace('\n', " ")).filter(|t| !t.is_empty())
        };
        let day = || moment::read(&field.text);
        let set = |to: &mut Option<String>, value: Option<String>| {
            if to.is_none() {
                *to = value;
            }
        };
        let Some(entry) = &mut self.entry else {
            match field.name.as_str() {
                "title" => set(&mut self.feed.title, line()),
                "link" => set(&mut self.feed.link, Some(tidy(&field.text)).filter(|t| !t.is_empty())),
                _ => {}
            }
            return;
        };
        match field.name.as_str() {
            "title" | "dc:title" => set(&mut entry.title, line()),
            "link" => set(&mut entry.link, Some(tidy(&field.text)).filter(|t| !t.is_empty())),
            "guid" | "id" => entry.id = Some(tidy(&field.text)).filter(|t| !t.is_empty()),
            "description" | "summary" => set(&mut entry.summary, markup()),
            "content" | "content:encoded" | "encoded" | "xhtml:body" | "body" | "fullitem" => set(&mut entry.content, markup()),
            "author" | "dc:creator" | "dcterms:creator" => {
                let name = if field.marked { inner(raw, "name").or_else(line) } else { line() };
                // RSS: address (name).
                let name = name.and_then(|n| match (n.find('('), n.rfind(')')) {
                    (Some(from), Some(to)) if n.contains('@') && from < to => Some(n[from + 1..to].trim().to_owned()),
                    _ => (!n.contains('@')).then_some(n),
                });
                set(&mut entry.author, name.filter(|n| !n.is_empty()));
            }
            "pubdate" | "published" | "issued" | "dc:date" | "dcterms:issued" | "dcterms:created" | "created" => set(&mut entry.published, day()),
            "updated" | "modified" | "dcterms:modified" => set(&mut entry.updated, day()),
            _ => {}
        }
    }
}

/// The text of an element in a piece of markup.
fn inner(markup: &str, name: &str) -> Option<String> {
    let from = markup.find(&format!("<{name}"))?;
    let from = from + markup[from..].find('>')? + 1;
    let to = from + markup[from..].find("</")?;
    Some(tidy(&unescape(markup[from..to].trim_start_matches("<![CDATA[").trim_end_matches("]]>"))).replace('\n', " "))
}

fn json(text: &str) -> Result<Feed, String> {
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{FEFF}')).map_err(|e| format!("no JSON Feed: {e}; get it again"))?;
    let get = |v: &Value, name: &str| v.get(name).and_then(|v| v.as_str().map(str::to_owned).or_else(|| v.as_number().map(ToString::to_string))).filter(|s| !s.trim().is_empty());
    let Some(items) = value.get("items").and_then(Value::as_array) else { return Err("no JSON Feed: it has no items".to_owned()) };
    let author = |v: &Value| v.get("authors").and_then(|a| a.get(0)).or_else(|| v.get("author")).and_then(|a| get(a, "name"));
    let entries = items.iter().map(|item| Entry {
        id: get(item, "id"),
        link: get(item, "url").or_else(|| get(item, "external_url")),
        title: get(item, "title").map(|t| tidy(&t).replace('\n', " ")),
        author: author(item).or_else(|| author(&value)),
        published: get(item, "date_published").and_then(|d| moment::read(&d)),
        updated: get(item, "date_modified").and_then(|d| moment::read(&d)),
        content: get(item, "content_html").and_then(|h| page::text(&h).ok()).or_else(|| get(item, "content_text").map(|t| tidy(&t))),
        summary: get(item, "summary").map(|s| tidy(&s)),
    });
    Ok(Feed { title: get(&value, "title"), link: get(&value, "home_page_url"), entries: entries.collect() })
}
