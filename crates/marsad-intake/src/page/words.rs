//! What words of class names and lines say of a page's parts: the table `data/pages.tsv`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// What an element's class, id or itemprop says of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Said {
    /// What readers say of it.
    pub talk: bool,
    /// No part of the article.
    pub never: bool,
    /// No part of it unless much of the page's text is in it.
    pub maybe: bool,
    /// The article's own words.
    pub body: bool,
    /// Its first paragraph.
    pub lead: bool,
    /// Who wrote it.
    pub author: bool,
}

/// The table, by kind.
pub struct Words {
    class: BTreeMap<&'static str, Said>,
    lines: BTreeMap<&'static str, Vec<String>>,
}

/// The program's table.
pub static WORDS: LazyLock<Words> = LazyLock::new(|| Words::parse(include_str!("../../data/pages.tsv")));

impl Words {
    fn parse(table: &'static str) -> Self {
        let mut words = Self { class: BTreeMap::new(), lines: BTreeMap::new() };
        for (kind, word) in table.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once('\t')) {
            let said = words.class.entry(word).or_default();
            match kind {
                "talk" => said.talk = true,
                "never" => said.never = true,
                "maybe" => said.maybe = true,
                "body" => said.body = true,
                "lead" => said.lead = true,
                "author" => said.author = true,
                _ => words.lines.entry(kind).or_default().push(word.split(' ').map(plain).collect::<Vec<_>>().join(" ") + if word.ends_with(':') { ":" } else { "" }),
            }
        }
        words
    }

    /// What the words of a class, id or itemprop say together.
    pub fn said(&self, attribute: &str, said: &mut Said) {
        for name in attribute.split_ascii_whitespace().take(64) {
            let parts = parts(name);
            let pairs = parts.windows(2).map(<[String]>::concat);
            for word in parts.iter().cloned().chain(pairs).collect::<BTreeSet<_>>() {
                if let Some(s) = self.class.get(word.as_str()) {
                    said.talk |= s.talk;
                    said.never |= s.never;
                    said.maybe |= s.maybe;
                    said.body |= s.body;
                    said.lead |= s.lead;
                    said.author |= s.author;
                }
            }
        }
    }

    /// What stands behind an opening of this kind, if the line has one.
    pub fn opens<'a>(&self, kind: &str, line: &'a str) -> Option<&'a str> {
        self.lines.get(kind)?.iter().filter_map(|opening| behind(line, opening)).min_by_key(|rest| rest.len())
    }
}

/// What stands behind the words of an opening, which itself is plain. Where it ends with a colon the line must have one.
fn behind<'a>(line: &'a str, opening: &str) -> Option<&'a str> {
    let mut rest = line.trim_start();
    for wanted in opening.split(' ') {
        let end = rest.find(|c: char| c.is_whitespace() || c == ':').unwrap_or(rest.len());
        if plain(&rest[..end]) != wanted.trim_end_matches(':') {
            return None;
        }
        rest = rest[end..].trim_start();
    }
    match rest.strip_prefix(':') {
        Some(rest) => Some(rest.trim_start()),
        None => (!opening.ends_with(':')).then_some(rest),
    }
}

/// A word without vowel signs, marks and punctuation, and with one alef.
pub fn plain(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric() && !matches!(c, '\u{64B}'..='\u{652}' | '\u{670}' | '\u{640}')).map(|c| if matches!(c, 'أ' | 'إ' | 'آ' | 'ٱ') { 'ا' } else { c }).collect()
}

/// `relatedPosts-box_2` is related, posts, box.
fn parts(name: &str) -> Vec<String> {
    let (mut all, mut word, mut low) = (Vec::new(), String::new(), false);
    for c in name.chars().take(200) {
        if (!c.is_alphabetic() || (c.is_uppercase() && low)) && !word.is_empty() {
            all.push(std::mem::take(&mut word));
        }
        low = c.is_lowercase();
        if c.is_alphabetic() {
            word.extend(c.to_lowercase());
        }
    }
    if !word.is_empty() {
        all.push(word);
    }
    all
}
