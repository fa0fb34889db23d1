//! What a page says of itself: headline, author, day, outlet and address, from its head, from JSON-LD and from its body.

use super::tree::{Outline, tidy};
use super::words::{WORDS, plain};
use crate::moment;
use scraper::{Html, Node};
use serde_json::Value;
use std::collections::BTreeMap;

/// Names of `meta` elements for the day of publication, the surest first.
const DAYS: [&str; 24] = [
    "article:published_time", "og:article:published_time", "datepublished", "article:published", "og:published_time", "published_time", "publishdate", "publish-date", "publish_date", "pubdate", "parsely-pub-date",
    "sailthru.date", "cxenseparse:recs:publishtime", "dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created", "dc.date", "dcterms.date", "date", "publicationdate", "originalpublicationdate",
    "datecreated", "created",
];

const AUTHORS: [&str; 8] = ["author", "article:author", "og:article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "creator"];

const OUTLETS: [&str; 5] = ["og:site_name", "publisher", "dc.publisher", "application-name", "apple-mobile-web-app-title"];

/// What a page says of itself.
#[derive(Default)]
pub struct About {
    meta: BTreeMap<String, String>,
    title: String,
    canonical: Option<String>,
    /// Articles in JSON-LD, those first that say they are news.
    linked: Vec<Value>,
    publisher: Option<String>,
}

/// The types of schema.org that are an article.
fn is_article(value: &Value) -> bool {
    let named = |s: &str| s.ends_with("Article") || matches!(s.rsplit(['/', ':']).next().unwrap_or_default(), "BlogPosting" | "LiveBlogPosting" | "Report" | "SocialMediaPosting");
    match value.get("@type") {
        Some(Value::String(s)) => named(s),
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).any(named),
        _ => false,
    }
}

impl About {
    /// Reads it off a page.
    pub fn new(html: &Html, page: &Outline) -> Self {
        let mut about = Self::default();
        for part in 0..page.parts.len() {
            let element = page.parts[part].element;
            match element.name() {
                "meta" => {
                    let name = ["property", "name", "itemprop"].into_iter().find_map(|a| element.attr(a));
                    let content = element.attr("content").map(tidy).filter(|c| !c.is_empty());
                    if let (Some(name), Some(content)) = (name, content) {
                        about.meta.entry(name.trim().to_ascii_lowercase()).or_insert(content);
                    }
                }
                "link" if about.canonical.is_none() && element.attr("rel").is_some_and(|r| r.eq_ignore_ascii_case("canonical")) => about.canonical = element.attr("href").map(|h| h.trim().to_owned()),
                "title" if about.title.is_empty() => about.title = page.text(part),
                _ => {}
            }
        }
        for node in html.tree.nodes() {
            if let Node::Element(e) = node.value()
                && e.name() == "script"
                && e.attr("type").is_some_and(|t| t.to_ascii_lowercase().contains("ld+json"))
            {
                let text: String = node.children().filter_map(|n| n.value().as_text().map(|t| t.to_string())).collect();
                // Raw line ends within its strings are the commonest fault.
                let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
                let text = text.trim().trim_start_matches("<!--").trim_end_matches("-->").trim().trim_end_matches(';');
                if let Ok(value) = serde_json::from_str(text) {
                    about.gather(value, 0);
                }
            }
        }
        about.linked.sort_by_key(|v| v.get("datePublished").is_none());
        about
    }

    /// Articles and the publisher, wherever they stand: alone, in a list, in `@graph`, as the thing a page is about.
    fn gather(&mut self, value: Value, depth: usize) {
        if depth > 6 {
            return;
        }
        match value {
            Value::Array(all) => all.into_iter().take(200).for_each(|v| self.gather(v, depth + 1)),
            Value::Object(mut map) => {
                for inner in ["@graph", "mainEntity"] {
                    if let Some(v) = map.remove(inner) {
                        self.gather(v, depth + 1);
                    }
                }
                let value = Value::Object(map);
                if is_article(&value) {
                    self.linked.push(value);
                } else if matches!(value.get("@type").and_then(Value::as_str), Some("Organization" | "NewsMediaOrganization" | "WebSite")) {
                    self.publisher = self.publisher.take().or_else(|| name(&value));
                }
            }
            _ => {}
        }
    }

    fn said(&self, names: &[&str]) -> impl Iterator<Item = &String> {
        names.iter().filter_map(|n| self.meta.get(*n)).collect::<Vec<_>>().into_iter()
    }

    fn field<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Value> {
        self.linked.iter().filter_map(move |v| v.get(name))
    }

    /// The article's text as JSON-LD gives it, which some pages have there alone.
    pub fn body(&self) -> Option<String> {
        self.field("articleBody").filter_map(Value::as_str).max_by_key(|s| s.len()).map(str::to_owned)
    }

    /// The headline, and the element that holds it where one does.
    pub fn headline(&self, page: &Outline) -> (Option<String>, Option<usize>) {
        let linked = self.field("headline").chain(self.field("name")).find_map(Value::as_str).map(unescape);
        let stated: Vec<String> = linked.into_iter().chain(self.said(&["og:title", "twitter:title", "dc.title", "headline"]).cloned()).chain((!self.title.is_empty()).then(|| self.title.clone())).collect();
        // The heading that says what the head says; else the first h1; pages without one may have it in h2 or h3.
        let like = |text: &str| stated.iter().map(|s| alike(s, text)).fold(0.0, f64::max);
        let headings = |names: &[&str]| {
            let found = (0..page.parts.len()).filter(|p| names.contains(&page.name(*p)) || page.parts[*p].element.attr("itemprop").is_some_and(|i| i == "headline") && page.name(*p) != "meta");
            found.map(|p| (p, page.text(p))).filter(|(_, t)| t.split_whitespace().count() > 1 && t.chars().count() < 400).take(60).collect::<Vec<_>>()
        };
        let (first, others) = (headings(&["h1"]), headings(&["h2", "h3", "h4"]));
        let best = |all: &[(usize, String)], least: f64| all.iter().filter(|(_, t)| like(t) >= least).max_by(|a, b| like(&a.1).total_cmp(&like(&b.1)).then(b.0.cmp(&a.0))).cloned();
        let (one, other) = (best(&first, 0.6), best(&others, 0.75));
        let found = match (one, other) {
            // An h1 may be the outlet's name, which the title has too.
            (Some(one), Some(other)) if like(&other.1) > like(&one.1) + 0.1 => Some(other),
            (Some(one), _) => Some(one),
            (None, other) => other.or_else(|| if stated.is_empty() || first.len() == 1 { first.first().cloned() } else { None }),
        };
        if let Some((part, text)) = found {
            return (Some(text), Some(part));
        }
        // Old pages have it in a cell or a bold line, and the outlet beside it in the title alone.
        let Some(stated) = stated.first() else { return (None, None) };
        let sides = cuts(stated).flat_map(|(left, right)| [left, right]).filter(|s| s.split_whitespace().count() >= 3).map(key).collect::<Vec<_>>();
        let lines = || page.blocks.iter().filter(|b| b.linked * 2 <= b.chars).flat_map(|b| b.text.split('\n').map(|l| (l, b.part)));
        if let Some((line, part)) = lines().find(|(l, _)| sides.contains(&key(l))) {
            return (Some(line.to_owned()), Some(part));
        }
        let headline = Some(self.without_outlet(stated, page)).filter(|s| !s.is_empty());
        let part = headline.as_ref().and_then(|h| lines().find(|(l, _)| alike(h, l) >= 0.9)).map(|(_, part)| part);
        (headline, part)
    }

    /// A title without the outlet's name at one of its ends.
    fn without_outlet(&self, title: &str, page: &Outline) -> String {
        let outlet = self.outlet(page, None, None).map(|o| key(&o));
        let keep = |s: &str| s.split_whitespace().count() >= 3;
        let is = |s: &str| outlet.as_ref().is_some_and(|o| *o == key(s));
        for (left, right) in cuts(title) {
            if keep(left) && is(right) {
                return left.to_owned();
            }
            if keep(right) && is(left) {
                return right.to_owned();
            }
        }
        // An unknown outlet's name is short and stands last.
        let short = |(_, right): &(&str, &str)| right.split_whitespace().count() <= 3;
        match cuts(title).filter(short).last() {
            Some((left, _)) if outlet.is_none() && keep(left) => left.to_owned(),
            _ => title.trim().to_owned(),
        }
    }

    /// The outlet's name.
    pub fn outlet(&self, page: &Outline, url: Option<&str>, headline: Option<&str>) -> Option<String> {
        let linked = || self.field("publisher").find_map(name).or_else(|| self.publisher.clone());
        let site = || self.said(&OUTLETS[1..]).next().cloned();
        let schema = || (0..page.parts.len()).find(|p| page.parts[*p].element.attr("itemprop").is_some_and(|i| i == "publisher")).map(|p| page.text(p));
        // What the page's title has before or behind the headline.
        let titled = || {
            let headline = headline?;
            let headline = key(headline);
            let outlet = cuts(&self.title).find_map(|(left, right)| if key(left) == headline { Some(right) } else { (key(right) == headline).then_some(left) })?;
            Some(outlet.rsplit('|').next()?.trim().to_owned()).filter(|o| o.split_whitespace().count() <= 6)
        };
        let host = || url.and_then(host).map(|h| h.trim_start_matches("www.").to_owned());
        let good = |o: &String| !o.is_empty() && o.chars().count() <= 80 && !o.contains("://");
        let stated = self.meta.get("og:site_name").cloned().filter(good).or_else(linked).filter(good).or_else(site).filter(good).or_else(schema).filter(good);
        stated.map(|o| unescape(&o)).or_else(titled).or_else(host)
    }

    /// Who wrote it, where that is another than the outlet.
    pub fn author(&self, page: &Outline, outlet: Option<&str>, title: Option<usize>) -> Option<String> {
        let linked = self.field("author").chain(self.field("creator")).find_map(names);
        let stated = || self.said(&AUTHORS).find_map(|a| person(a));
        let marked = || {
            let parts = (0..page.parts.len()).filter(|p| {
                let (said, e) = (page.parts[*p].said, page.parts[*p].element);
                let stated = e.attr("rel").is_some_and(|r| r.split_whitespace().any(|r| r == "author")) || e.attr("itemprop").is_some_and(|i| i == "author");
                // Boxes on the author stand in what is never the article, comments' authors in the talk.
                let beside = |a: usize| page.name(a) != "body" && (page.parts[a].said.talk || (!stated && page.parts[a].said.never));
                e.name() != "meta" && (stated || (said.author && !said.never)) && !page.around(*p).skip(1).any(beside)
            });
            parts.map(|p| page.text(p)).find_map(|t| byline(&t, false))
        };
        let lines = || {
            let from = title.map_or(0, |t| page.blocks.iter().position(|b| b.part >= t).unwrap_or(0));
            page.blocks[from..].iter().take(12).flat_map(|b| b.text.split(['\n', '|'])).find_map(|l| byline(l, true))
        };
        let outlet = outlet.map(key);
        linked.filter(|a| outlet.as_deref() != Some(&key(a))).or_else(|| stated().filter(|a| outlet.as_deref() != Some(&key(a)))).or_else(|| marked().filter(|a| outlet.as_deref() != Some(&key(a)))).or_else(lines)
    }

    /// The day of publication: as the head says it, JSON-LD, the time elements, the address, and a line near the headline.
    pub fn published(&self, page: &Outline, url: Option<&str>, title: Option<usize>) -> Option<String> {
        let stated = || self.said(&DAYS).find_map(|d| moment::read(d));
        let linked = || self.field("datePublished").chain(self.field("dateCreated")).filter_map(Value::as_str).find_map(moment::read);
        let times = || {
            let all = (0..page.parts.len()).filter(|p| !page.around(*p).any(|a| (page.parts[a].said.never || page.parts[a].said.talk) && page.name(a) != "body"));
            let mut times: Vec<(bool, String)> = all
                .filter_map(|p| {
                    let (e, name) = (page.parts[p].element, page.name(p));
                    let published = e.attr("pubdate").is_some() || e.attr("itemprop").is_some_and(|i| i.contains("datePublished")) || e.attr("class").is_some_and(|c| c.contains("published"));
                    let stated = e.attr("datetime").or_else(|| e.attr("content")).or_else(|| e.attr("title")).filter(|_| name == "time" || published).and_then(moment::read);
                    stated.or_else(|| (name == "time" || published).then(|| moment::read(&page.text(p)))?).map(|day| (!published, day))
                })
                .take(20)
                .collect();
            times.sort_by_key(|(later, _)| *later);
            times.into_iter().next().map(|(_, day)| day)
        };
        let address = || url.and_then(moment::of_url);
        let line = || {
            let start = title.and_then(|t| page.blocks.iter().position(|b| b.part >= t));
            let near = start.map_or(0..page.blocks.len().min(60), |s| s.saturating_sub(4)..page.blocks.len().min(s + 12));
            // One that says what it is goes before one that but stands there, and that before the dateline of the text.
            let labelled = page.blocks.iter().flat_map(|b| b.text.split('\n')).filter(|l| l.split_whitespace().count() <= 14).filter_map(|l| WORDS.opens("label", l)).find_map(moment::read);
            let short = || page.blocks[near.clone()].iter().flat_map(|b| b.text.split(['\n', '|'])).filter(|l| l.split_whitespace().count() <= 12).find_map(moment::read);
            let dateline = || page.blocks[near.clone()].iter().filter(|b| b.chars > 40).take(2).find_map(|b| moment::arabic(&b.text.chars().take(80).collect::<String>()));
            labelled.or_else(short).or_else(dateline)
        };
        stated().or_else(linked).or_else(times).or_else(address).or_else(line)
    }

    /// The address by which the page wants to be known; else `url`. One that leads to a site's front page is a fault.
    pub fn address(&self, url: Option<&str>) -> Option<String> {
        let linked = self.field("mainEntityOfPage").chain(self.field("url")).find_map(|v| v.as_str().or_else(|| v.get("@id").and_then(Value::as_str)));
        let origin = url.and_then(|u| Some(format!("{}://{}", u.split_once("://")?.0, host(u)?)));
        let stated = [self.canonical.as_deref(), self.meta.get("og:url").map(String::as_str), linked];
        let absolute = stated.into_iter().flatten().filter_map(|a| {
            let a = a.trim();
            match (a.starts_with("http://") || a.starts_with("https://"), a.strip_prefix("//"), a.strip_prefix('/'), &origin) {
                (true, ..) => Some(a.to_owned()),
                (_, Some(rest), ..) => Some(format!("https://{rest}")),
                (_, _, Some(rest), Some(origin)) => Some(format!("{origin}/{rest}")),
                _ => None,
            }
        });
        let page = |a: &String| a.split_once("://").and_then(|(_, r)| r.split_once('/')).is_some_and(|(_, path)| !path.is_empty()) && !a.contains(char::is_whitespace);
        let mut good = absolute.filter(page);
        good.next().or_else(|| url.map(str::to_owned))
    }
}

/// Where a title may end and an outlet's name begin, or the other way round: both sides of each sign.
fn cuts(title: &str) -> impl Iterator<Item = (&str, &str)> {
    const SIGNS: [&str; 10] = [" | ", " - ", " – ", " — ", " :: ", " » ", " « ", "|", " : ", ": "];
    SIGNS.iter().flat_map(move |sign| title.match_indices(sign).map(move |(at, _)| (title[..at].trim(), title[at + sign.len()..].trim()))).filter(|(left, right)| !left.is_empty() && !right.is_empty())
}

/// The host of an address.
pub fn host(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    rest.split(['/', '?', '#', ':']).next().filter(|h| h.contains('.'))
}

/// How much of the shorter title's words the other has, if they are of similar length or one is part of the other.
fn alike(a: &str, b: &str) -> f64 {
    let (a, b) = (key(a), key(b));
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split(' ').filter(|w| !w.is_empty()).collect(), b.split(' ').filter(|w| !w.is_empty()).collect());
    let (short, long) = if a.len() < b.len() { (&a, &b) } else { (&b, &a) };
    if short.len() < 2 {
        return 0.0;
    }
    let common = short.iter().filter(|w| long.contains(w)).count() as f64;
    // An outlet's name and a section may stand beside it, no more.
    common / (short.len() as f64).max(long.len() as f64 - 6.0)
}

fn key(text: &str) -> String {
    text.split_whitespace().map(plain).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ").to_lowercase()
}

fn name(value: &Value) -> Option<String> {
    match value {
        Value::String(s) => Some(unescape(s)),
        Value::Array(all) => all.iter().find_map(name),
        Value::Object(map) => map.get("name").and_then(name),
        _ => None,
    }
}

fn names(value: &Value) -> Option<String> {
    let all: Vec<String> = match value {
        Value::Array(all) => all.iter().filter_map(name).filter_map(|n| person(&n)).collect(),
        other => name(other).and_then(|n| person(&n)).into_iter().collect(),
    };
    (!all.is_empty()).then(|| all.join("، "))
}

/// References such as `&quot;` that JSON-LD and meta elements carry twice escaped.
fn unescape(text: &str) -> String {
    let text = if text.contains('&') { quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned) } else { text.to_owned() };
    tidy(&text).replace('\n', " ")
}

/// A name, if it can be one: no address, no sentence.
fn person(text: &str) -> Option<String> {
    let text = unescape(text);
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '|' | '-' | '–' | ':' | ',' | '،' | '.' | '/'));
    let words = text.split_whitespace().count();
    (words > 0 && words <= 8 && text.chars().any(char::is_alphabetic) && !text.contains("://") && !text.contains('@') && !matches!(text, "admin" | "Admin" | "administrator")).then(|| text.to_owned())
}

/// The name in a byline; `opened` says that it must begin as bylines do.
fn byline(line: &str, opened: bool) -> Option<String> {
    let line = line.trim();
    if line.split_whitespace().count() > 9 {
        return None;
    }
    match WORDS.opens("byline", line) {
        // `كتب` alone begins a headline as well: behind it a colon or a dash must stand, or the place say it.
        Some(rest) if !opened || line.contains([':', '-', '–', '|']) || rest.split_whitespace().count() <= 3 && !rest.is_empty() => person(rest.split([',', '،', '|', '-', '–']).find(|p| !p.trim().is_empty())?),
        _ if opened => None,
        _ => person(line.split(['|', '،', ',', '\n', '–']).find(|p| !p.trim().is_empty())?).filter(|p| !p.chars().any(|c| c.is_ascii_digit()) && p.split_whitespace().count() <= 5),
    }
}
