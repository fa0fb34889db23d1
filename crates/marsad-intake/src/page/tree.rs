//! Markup into a tree, and the tree into a flat list of elements and blocks of text. Bounded in size and depth.

use super::words::{Said, WORDS};
use ego_tree::NodeRef;
use ego_tree::iter::Edge;
use html5ever::tendril::TendrilSink as _;
use scraper::node::Element;
use scraper::{Html, HtmlTreeSink, Node};

/// The longest page that is taken, in bytes of UTF-8. Pages of articles are a tenth of it at most.
pub const LONGEST_PAGE: usize = 8 << 20;

/// Elements, texts and comments a page may have.
const NODES: usize = 400_000;

/// Elements within elements.
const DEPTH: usize = 512;

/// How much is parsed between two looks at the tree's size, in bytes.
const STEP: usize = 8 << 10;

/// Parses a page.
///
/// # Errors
/// When it is too long, too deep or has too many parts; the parser's time grows with the square of the depth.
pub fn parse(html: &str) -> Result<Html, String> {
    if html.len() > LONGEST_PAGE {
        return Err(format!("the page is longer than {} MB; give the article's page alone", LONGEST_PAGE >> 20));
    }
    let mut parser = html5ever::parse_document(HtmlTreeSink::new(Html::new_document()), html5ever::ParseOpts::default());
    let mut rest = html;
    while !rest.is_empty() {
        let mut step = STEP.min(rest.len());
        while !rest.is_char_boundary(step) {
            step += 1;
        }
        parser.process(rest[..step].into());
        rest = &rest[step..];
        let sink = parser.tokenizer.sink.sink.0.borrow();
        if sink.tree.values().len() > NODES {
            return Err(format!("the page has more than {NODES} parts; give the article's page alone"));
        }
        if sink.tree.nodes().next_back().is_some_and(|last| last.ancestors().nth(DEPTH).is_some()) {
            return Err(format!("the page's elements are nested more than {DEPTH} deep; save it again from a browser, or give its text"));
        }
    }
    Ok(parser.finish())
}

/// An element, in the order of the page.
pub struct Part<'a> {
    /// Its name and attributes.
    pub element: &'a Element,
    node: NodeRef<'a, Node>,
    /// Index of the one around it; its own index at the root.
    pub parent: usize,
    /// One past the last element within it.
    pub end: usize,
    /// What its class, id and itemprop say.
    pub said: Said,
}

/// A stretch of text that stands by itself: a paragraph, an item, a heading, a cell.
#[derive(Debug)]
pub struct Block {
    /// With single spaces; lines broken by `br` are lines here.
    pub text: String,
    /// Characters of it.
    pub chars: usize,
    /// Characters within links.
    pub linked: usize,
    /// The element that it stands in.
    pub part: usize,
}

/// A page as elements and blocks.
pub struct Outline<'a> {
    /// All elements.
    pub parts: Vec<Part<'a>>,
    /// All blocks.
    pub blocks: Vec<Block>,
}

/// Elements whose text is never read.
const MUTE: [&str; 18] = ["script", "style", "noscript", "template", "iframe", "svg", "math", "select", "button", "textarea", "object", "audio", "video", "canvas", "head", "title", "figcaption", "dialog"];

/// Elements within a line of text.
const INLINE: [&str; 29] = ["a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img", "ins", "kbd", "label", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u", "wbr"];

impl<'a> Outline<'a> {
    /// Lists the elements and blocks of a page.
    pub fn new(html: &'a Html) -> Self {
        let mut out = Self { parts: Vec::new(), blocks: Vec::new() };
        // Open elements; those whose text is passed over; open links.
        let (mut open, mut mute, mut links) = (Vec::<usize>::new(), 0usize, 0usize);
        let (mut text, mut linked, mut holder, mut breaks) = (String::new(), 0usize, 0usize, 0usize);
        for edge in html.tree.root().traverse() {
            match edge {
                Edge::Open(node) => match node.value() {
                    Node::Element(element) => {
                        let (name, at) = (element.name(), out.parts.len());
                        let mut said = Said::default();
                        for attribute in ["class", "id", "itemprop"] {
                            if let Some(value) = element.attr(attribute) {
                                WORDS.said(value, &mut said);
                            }
                        }
                        out.parts.push(Part { element, node, parent: open.last().copied().unwrap_or(at), end: at + 1, said });
                        open.push(at);
                        mute += usize::from(MUTE.contains(&name));
                        links += usize::from(name == "a");
                        if name == "br" {
                            breaks += 1;
                            text.push('\n');
                            if breaks > 1 {
                                out.flush(&mut text, &mut linked, holder);
                            }
                        } else if !INLINE.contains(&name) {
                            out.flush(&mut text, &mut linked, holder);
                            holder = at;
                        }
                    }
                    Node::Text(t) if mute == 0 => {
                        if !t.trim().is_empty() {
                            breaks = 0;
                        }
                        if links > 0 {
                            linked += t.chars().filter(|c| !c.is_whitespace()).count();
                        }
                        // A line's end in the markup is a space; only `br` breaks a line.
                        text.extend(t.chars().map(|c| if c == '\n' { ' ' } else { c }));
                    }
                    _ => {}
                },
                Edge::Close(node) => {
                    let Node::Element(element) = node.value() else { continue };
                    let Some(at) = open.pop() else { continue };
                    let end = out.parts.len();
                    out.parts[at].end = end;
                    let name = element.name();
                    mute -= usize::from(MUTE.contains(&name));
                    links -= usize::from(name == "a");
                    if name != "br" && !INLINE.contains(&name) {
                        out.flush(&mut text, &mut linked, holder);
                        holder = out.parts[at].parent;
                    }
                }
            }
        }
        out
    }

    fn flush(&mut self, text: &mut String, linked: &mut usize, part: usize) {
        let tidy = tidy(text);
        text.clear();
        let linked = std::mem::take(linked);
        if !tidy.is_empty() {
            let chars = tidy.chars().filter(|c| !c.is_whitespace()).count();
            self.blocks.push(Block { text: tidy, chars, linked: linked.min(chars), part });
        }
    }

    /// An element and those around it, from within.
    pub fn around(&self, part: usize) -> impl Iterator<Item = usize> + '_ {
        let mut at = Some(part);
        std::iter::from_fn(move || {
            let now = at?;
            let parent = self.parts.get(now)?.parent;
            at = (parent != now).then_some(parent);
            Some(now)
        })
    }

    /// Whether `inner` is `outer` or within it.
    pub fn within(&self, inner: usize, outer: usize) -> bool {
        outer <= inner && inner < self.parts[outer].end
    }

    /// An element's name.
    pub fn name(&self, part: usize) -> &'a str {
        self.parts[part].element.name()
    }

    /// All text within an element, on one line.
    pub fn text(&self, part: usize) -> String {
        let mut text = String::new();
        for node in self.parts[part].node.descendants() {
            match node.value() {
                Node::Text(t) => text.push_str(t),
                Node::Element(e) if !INLINE.contains(&e.name()) => text.push(' '),
                _ => {}
            }
        }
        tidy(&text.replace('\n', " "))
    }
}

/// Single spaces, no blank lines, and without signs that are not seen: marks of direction, soft hyphens, joiners of no
/// width but the one that Persian names need.
pub fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split('\n') {
        let mut first = true;
        for word in line.split(char::is_whitespace) {
            let word: String = word.chars().filter(|c| !matches!(c, '\u{AD}' | '\u{200B}' | '\u{200D}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}') && !c.is_control()).collect();
            if !word.is_empty() {
                if !out.is_empty() {
                    out.push(if first { '\n' } else { ' ' });
                }
                out.push_str(&word);
                first = false;
            }
        }
    }
    out
}
