//! The query language.

use std::fmt;
use std::ops::Range;

/// A field of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "what each asks for stands in `FIELDS`")]
pub enum Field {
    Actor,
    Recipient,
    Place,
    Country,
    Type,
    Status,
    Speaker,
    Killed,
    Injured,
    Outlet,
    After,
    Before,
}

/// The fields: name, Arabic name, what it asks for, an example.
pub const FIELDS: [(Field, &str, &str, &str, &str); 12] = [
    (Field::Actor, "actor", "فاعل", "who acts, by any of his names, his state or his PLOVER code", "actor:داعش"),
    (Field::Recipient, "recipient", "متلقي", "who is acted upon, as above", "recipient:\"IRQ COP\""),
    (Field::Place, "place", "مكان", "where it happens: a place, or the province it lies in", "place:Kirkuk"),
    (Field::Country, "country", "بلد", "the state it happens in, by name or ISO code", "country:العراق"),
    (Field::Type, "type", "نوع", "PLOVER's type", "type:assault,coerce"),
    (Field::Status, "status", "حالة", "actual, historical, future, hypothetical or negated", "status:actual"),
    (Field::Speaker, "speaker", "متحدث", "who says so, or is quoted on anything", "speaker:الجبير"),
    (Field::Killed, "killed", "قتلى", "how many were killed at least", "killed:>10"),
    (Field::Injured, "injured", "جرحى", "how many were injured at least", "injured:5..20"),
    (Field::Outlet, "outlet", "مصدر", "the outlet", "outlet:aawsat"),
    (Field::After, "after", "بعد", "reports of that day, month or year, and later ones", "after:2015-07-20"),
    (Field::Before, "before", "قبل", "reports before that day, month or year", "before:2015-08"),
];

impl Field {
    /// Its name in the language.
    pub fn name(self) -> &'static str {
        FIELDS.iter().find(|f| f.0 == self).map_or("", |f| f.1)
    }

    /// Whether it speaks of an event or a statement in the report, rather than of the report.
    pub(crate) fn of_event(self) -> bool {
        !matches!(self, Self::Outlet | Self::After | Self::Before)
    }
}

/// What is wrong with a query, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The place, in characters of the query.
    pub at: Range<usize>,
    /// The query's words there.
    pub words: String,
    /// What is wrong, and what is possible.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.words.is_empty() {
            return write!(f, "the query: {}", self.reason);
        }
        write!(f, "the query at \u{2068}{}\u{2069} (characters {} to {}): {}", self.words, self.at.start + 1, self.at.end, self.reason)
    }
}

impl std::error::Error for Fault {}

/// A query, parsed.
///
/// - Words stand for reports that hold all of them, in any spelling and with any clitics: `مسجد` finds `بالمسجد`.
/// - `"تنظيم الدولة"`: these words in this order; quotation marks of any kind.
/// - `-word`, `-"phrase"`, `-field:value`: reports without it.
/// - `كركوك OR الموصل` (or `|`): one of them. OR binds its two neighbours more closely than the space does.
/// - `( … )` groups.
/// - `field:value`, with the fields of [`FIELDS`]; `type:assault,coerce` takes several values. Fields of events
///   that stand side by side must hold of one and the same event.
///
/// # Examples
/// ```
/// use marsad_search::Query;
/// assert!(Query::parse("actor:داعش place:كركوك type:assault after:2015-07-20").is_ok());
/// let fault = Query::parse("actr:داعش").unwrap_err();
/// assert_eq!(fault.at, 0..9);
/// assert!(fault.reason.contains("actor"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    pub(crate) text: String,
    pub(crate) root: Node,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Leaf(Leaf),
}

/// One thing that is asked for, with its bytes in the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leaf {
    pub at: Range<usize>,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// Words that follow one another; mostly one.
    Words(Vec<String>),
    Field(Field, String),
}

/// Brackets may not be deeper.
const DEEPEST: usize = 32;

/// The most characters of a query.
const LONGEST: usize = 4_000;

impl Query {
    /// Parses a query.
    ///
    /// # Errors
    /// The first fault.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let query = Self { text: text.to_owned(), root: Node::All(Vec::new()) };
        if text.chars().count() > LONGEST {
            return Err(query.fault(&(0..0), format!("it is longer than {LONGEST} characters; search for fewer words")));
        }
        let mut parser = Parser { query: &query, at: 0 };
        let list = parser.sequence(0)?;
        if parser.at < text.len() {
            let at = parser.at;
            return Err(query.fault(&(at..at + 1), "this bracket closes none; leave it out, or open one before it"));
        }
        if list.is_empty() {
            return Err(query.fault(&(0..0), "it has no words; write what to look for, such as  مسجد  or  type:assault place:كركوك"));
        }
        Ok(Self { root: Node::All(list), ..query })
    }

    pub(crate) fn fault(&self, at: &Range<usize>, reason: impl Into<String>) -> Fault {
        let chars = |to: usize| self.text.get(..to).map_or(0, |s| s.chars().count());
        Fault { at: chars(at.start)..chars(at.end), words: self.text.get(at.clone()).unwrap_or_default().to_owned(), reason: reason.into() }
    }

    /// What is asked for in words, without the fields and what is excluded: what a search by meaning compares.
    pub fn words(&self) -> String {
        let mut found = Vec::new();
        gather(&self.root, &mut |leaf| {
            if let What::Words(words) = &leaf.what {
                found.push(words.join(" "));
            }
        });
        found.join(" ")
    }

    /// Whether it is nothing but words that are asked for.
    pub(crate) fn is_words_alone(&self) -> bool {
        fn alone(node: &Node) -> bool {
            match node {
                Node::All(list) | Node::Any(list) => list.iter().all(alone),
                Node::Not(_) => false,
                Node::Leaf(leaf) => matches!(leaf.what, What::Words(_)),
            }
        }
        alone(&self.root)
    }

    /// Each run of words that is asked for.
    pub(crate) fn runs(&self) -> Vec<&[String]> {
        let mut found: Vec<&[String]> = Vec::new();
        gather(&self.root, &mut |leaf| {
            if let What::Words(words) = &leaf.what {
                found.push(words);
            }
        });
        found
    }
}

/// Visits what is asked for and not excluded.
fn gather<'a>(node: &'a Node, visit: &mut dyn FnMut(&'a Leaf)) {
    match node {
        Node::All(list) | Node::Any(list) => list.iter().for_each(|n| gather(n, visit)),
        Node::Not(_) => {}
        Node::Leaf(leaf) => visit(leaf),
    }
}

struct Parser<'a> {
    query: &'a Query,
    at: usize,
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.query.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// White space and what shows nothing.
    fn skip(&mut self) {
        self.at += self.rest().find(|c: char| !(c.is_whitespace() || c.is_control() || matches!(c, '\u{200E}' | '\u{200F}' | '\u{61C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}'))).unwrap_or(self.rest().len());
    }

    /// Takes an OR, if one stands here.
    fn or(&mut self) -> Option<Range<usize>> {
        self.skip();
        let size = if self.rest().starts_with('|') {
            1
        } else if self.rest().strip_prefix("OR").is_some_and(|r| r.chars().next().is_none_or(|c| c.is_whitespace() || c == '(')) {
            2
        } else {
            return None;
        };
        self.at += size;
        Some(self.at - size..self.at)
    }

    fn sequence(&mut self, depth: usize) -> Result<Vec<Node>, Fault> {
        let mut list = Vec::new();
        loop {
            if let Some(at) = self.or() {
                return Err(self.query.fault(&at, "OR stands between two things; write one before it, or put it between quotation marks to search for the word"));
            }
            let Some(first) = self.item(depth)? else { return Ok(list) };
            let mut any = vec![first];
            while let Some(at) = self.or() {
                match self.item(depth)? {
                    Some(next) => any.push(next),
                    None => return Err(self.query.fault(&at, "OR stands between two things; write one behind it")),
                }
            }
            list.push(if any.len() == 1 { any.remove(0) } else { Node::Any(any) });
        }
    }

    /// One thing: a bracket, a phrase, a field, a word, each perhaps excluded. `None` at the end, a closing bracket or an OR.
    fn item(&mut self, depth: usize) -> Result<Option<Node>, Fault> {
        loop {
            self.skip();
            let start = self.at;
            let Some(c) = self.peek() else { return Ok(None) };
            if matches!(c, ')' | '|') {
                return Ok(None);
            }
            if c == '-' || c == '−' {
                self.at += c.len_utf8();
                if self.peek().is_none_or(|c| c.is_whitespace() || c == '-' || c == '−' || c == ')' || c == '|') {
                    continue;
                }
                return match self.item(depth)? {
                    Some(Node::Not(inner)) => Ok(Some(*inner)),
                    Some(node) => Ok(Some(Node::Not(Box::new(node)))),
                    None => Ok(None),
                };
            }
            if c == '(' {
                if depth == DEEPEST {
                    return Err(self.query.fault(&(start..start + 1), format!("brackets are more than {DEEPEST} deep; write it more simply")));
                }
                self.at += 1;
                let list = self.sequence(depth + 1)?;
                if self.peek() != Some(')') {
                    return Err(self.query.fault(&(start..start + 1), "this bracket is not closed; close it with )"));
                }
                self.at += 1;
                if list.is_empty() {
                    continue;
                }
                return Ok(Some(Node::All(list)));
            }
            let what = if is_quote(c) { self.quoted()?.map(|t| What::Words(cut(&t))) } else { self.word()? };
            match what {
                Some(What::Words(words)) if words.is_empty() => {}
                Some(what) => return Ok(Some(Node::Leaf(Leaf { at: start..self.at, what }))),
                None => {}
            }
        }
    }

    /// What stands between quotation marks.
    fn quoted(&mut self) -> Result<Option<String>, Fault> {
        let start = self.at;
        self.at += self.peek().map_or(0, char::len_utf8);
        let Some(size) = self.rest().find(is_quote) else {
            return Err(self.query.fault(&(start..self.query.text.len()), "the quotation mark is not closed; close it, or leave it out"));
        };
        let text = self.rest().get(..size).unwrap_or_default().to_owned();
        self.at += size;
        self.at += self.peek().map_or(0, char::len_utf8);
        Ok(Some(text))
    }

    /// A word, or a field with its value.
    fn word(&mut self) -> Result<Option<What>, Fault> {
        let start = self.at;
        let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '|') || is_quote(c);
        let size = self.rest().find(ends).unwrap_or(self.rest().len());
        let word = self.rest().get(..size).unwrap_or_default().to_owned();
        self.at += size;
        let Some((name, value)) = word.split_once([':', '：']) else { return Ok(Some(What::Words(cut(&word)))) };
        let plain: String = marsad_text::fold(name.trim_start_matches(|c: char| !c.is_alphabetic()));
        let field = FIELDS.iter().find(|f| f.1 == plain || marsad_text::fold(f.2) == plain).map(|f| f.0);
        let quoted = value.is_empty() && self.peek().is_some_and(is_quote);
        match field {
            Some(field) => {
                let value = if quoted { self.quoted()?.unwrap_or_default() } else { value.to_owned() };
                if value.trim().is_empty() {
                    let example = FIELDS.iter().find(|f| f.0 == field).map_or("", |f| f.4);
                    return Err(self.query.fault(&(start..self.at), format!("the field {} has no value; write it right behind the colon: {example}", field.name())));
                }
                Ok(Some(What::Field(field, value)))
            }
            None if plain.is_empty() || !plain.chars().all(char::is_alphabetic) || (value.is_empty() && !quoted) || value.starts_with("//") => Ok(Some(What::Words(cut(&word)))),
            None => {
                let names = FIELDS.map(|f| f.1).join(", ");
                Err(self.query.fault(&(start..self.at), format!("there is no field {name:?}; the fields are {names}. To search for the words themselves put them between quotation marks")))
            }
        }
    }
}

/// The words of a text, as written.
fn cut(text: &str) -> Vec<String> {
    crate::tokens::spans(text).into_iter().map(|s| s.of(text).to_owned()).collect()
}
