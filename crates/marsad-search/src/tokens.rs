//! Words as the index sees them: each under its own form and under what is left of it without particles and pronouns.

use marsad_text::{Span, WordKind, enclitics, fold, proclitics, words};
use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// The words of a text, signs aside; those of a hashtag (`عاصفة_الحزم`) are words of their own.
pub(crate) fn spans(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    for word in words(text).iter().filter(|w| w.kind != WordKind::Sign) {
        let (start, piece) = (word.span.start(), word.span.of(text));
        let mut at = 0;
        for part in piece.split('_') {
            if !part.is_empty() {
                found.push(Span::new(start + at, start + at + part.len()));
            }
            at += part.len() + 1;
        }
    }
    found
}

/// A form of a word, and whether nothing but an article (alone or behind a particle) was taken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    pub key: String,
    pub article: bool,
}

/// The word's own key first, then what may be left of it without clitics, each once. At least three letters stay, two behind
/// an article. Pronouns of one letter other than ه are left on: in news they are mostly the end of a name or an adjective
/// (بارزاني, عراقي, بنك).
pub(crate) fn forms(word: &str) -> Vec<Form> {
    let mut found = vec![Form { key: fold(word), article: false }];
    let mut put = |key: String, article: bool| {
        let least = if article { 2 } else { 3 };
        if key.chars().count() >= least && found.iter().all(|f| f.key != key) {
            found.push(Form { key, article });
        }
    };
    let ends = enclitics(word);
    for from in proclitics(word) {
        let cut = word.get(..from).map(fold).unwrap_or_default();
        let article = cut.ends_with("ال") || cut.ends_with("لل");
        for &end in &ends {
            let (Some(rest), Some(tail)) = (word.get(from..word.len() - end), word.get(word.len() - end..)) else { continue };
            let tail = fold(tail);
            if from + end == 0 || (tail.chars().count() == 1 && tail != "ه") {
                continue;
            }
            let key = fold(rest);
            if cut.ends_with("لل") && end == 0 {
                put(format!("ال{key}"), true);
            }
            // Ta marbuta opens before a pronoun: حكومته, حكومة.
            if end > 0
                && let Some(stem) = key.strip_suffix('ت')
            {
                put(format!("{stem}ه"), article);
            }
            put(key, article && end == 0);
        }
    }
    found
}

/// Words that say nothing alone and are never what is left of another: إلى, على, عن.
pub(crate) fn is_particle(key: &str) -> bool {
    static WORDS: OnceLock<BTreeSet<String>> = OnceLock::new();
    let words = WORDS.get_or_init(|| {
        let cells = include_str!("../../../knowledge/speech.tsv").lines().skip(1).filter_map(|l| l.split('\t').nth(1));
        cells.flat_map(|c| c.split('|')).map(fold).collect()
    });
    words.contains(key)
}

/// Cuts texts for the index: into the words' own keys, or into all their forms, those of one word at one position.
#[derive(Clone, Default)]
pub(crate) struct Words {
    all: bool,
    list: Vec<(u32, u32, u32)>,
    keys: String,
    known: HashMap<String, Vec<Form>>,
}

/// How many words' forms are kept at hand: news repeats itself.
const KNOWN: usize = 100_000;

impl Words {
    pub fn new(all: bool) -> Self {
        Self { all, ..Self::default() }
    }

    fn put(list: &mut Vec<(u32, u32, u32)>, keys: &mut String, position: usize, key: &str) {
        let start = keys.len() as u32;
        keys.push_str(key);
        list.push((position as u32, start, keys.len() as u32));
    }
}

impl Tokenizer for Words {
    type TokenStream<'a> = Stream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream<'a> {
        self.list.clear();
        self.keys.clear();
        for (position, span) in spans(text).into_iter().enumerate() {
            let word = span.of(text);
            if !self.all {
                Self::put(&mut self.list, &mut self.keys, position, &fold(word));
                continue;
            }
            if !self.known.contains_key(word) {
                if self.known.len() >= KNOWN {
                    self.known.clear();
                }
                self.known.insert(word.to_owned(), forms(word));
            }
            for form in self.known.get(word).into_iter().flatten() {
                Self::put(&mut self.list, &mut self.keys, position, &form.key);
            }
        }
        Stream { list: &self.list, keys: &self.keys, next: 0, token: Token::default() }
    }
}

/// Terms that are written line by line, tabs between those of one position.
#[derive(Clone, Default)]
pub(crate) struct Lines {
    list: Vec<(u32, u32, u32)>,
}

impl Tokenizer for Lines {
    type TokenStream<'a> = Stream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Stream<'a> {
        self.list.clear();
        let mut at = 0;
        for (position, line) in text.split('\n').enumerate() {
            for term in line.split('\t') {
                if !term.is_empty() {
                    self.list.push((position as u32, at, at + term.len() as u32));
                }
                at += term.len() as u32 + 1;
            }
        }
        Stream { list: &self.list, keys: text, next: 0, token: Token::default() }
    }
}

/// Tokens with their positions; the texts stand in `keys`.
pub(crate) struct Stream<'a> {
    list: &'a [(u32, u32, u32)],
    keys: &'a str,
    next: usize,
    token: Token,
}

impl TokenStream for Stream<'_> {
    fn advance(&mut self) -> bool {
        let Some(&(position, start, end)) = self.list.get(self.next) else { return false };
        self.next += 1;
        self.token.position = position as usize;
        self.token.text.clear();
        self.token.text.push_str(self.keys.get(start as usize..end as usize).unwrap_or_default());
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}
