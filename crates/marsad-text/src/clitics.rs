//! Particles and pronouns that Arabic writes together with a word: where they may be cut off.
//!
//! A cut is a candidate, not a verdict: `والي` is both "and to me" and "governor". The caller tries the candidates
//! against a list of names or words. The forms are in `knowledge/clitics.tsv`.

use crate::normal::light_char;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// A sequence that may stand before or after a word.
struct Form {
    letters: Vec<char>,
    /// The letters that the rest may begin with; any where empty.
    before: Vec<char>,
}

#[derive(Default)]
struct Table {
    before: Vec<Form>,
    after: Vec<Form>,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let (mut conjunctions, mut prepositions, mut articles) = (vec![""], Vec::new(), Vec::new());
        let (mut fused, mut futures, mut table) = (Vec::new(), Vec::new(), Table::default());
        for line in include_str!("../../../knowledge/clitics.tsv").lines().skip(1) {
            let mut cells = line.split('\t');
            let (Some(slot), Some(form)) = (cells.next(), cells.next()) else { continue };
            match slot {
                "conjunction" => conjunctions.push(form),
                "preposition" => prepositions.push(form),
                "article" => articles.push(form),
                "fused" => fused.push(form),
                "future" => futures.push((form, cells.next().unwrap_or_default())),
                "pronoun" => table.after.push(Form { letters: form.chars().collect(), before: Vec::new() }),
                _ => {}
            }
        }
        let mut inner = vec![(String::new(), "")];
        inner.extend(prepositions.iter().chain(&articles).chain(&fused).map(|&form| (form.to_owned(), "")));
        inner.extend(futures.iter().map(|&(form, before)| (form.to_owned(), before)));
        for preposition in &prepositions {
            // A preposition that melts with the article (لل) is never written before it whole.
            if !fused.iter().any(|f| f.starts_with(preposition)) {
                inner.extend(articles.iter().map(|article| (format!("{preposition}{article}"), "")));
            }
        }
        for conjunction in conjunctions {
            for (rest, before) in &inner {
                let letters: Vec<char> = conjunction.chars().chain(rest.chars()).collect();
                if !letters.is_empty() {
                    table.before.push(Form { letters, before: before.chars().collect() });
                }
            }
        }
        table
    })
}

/// The letters of a word in the light view, each with the byte of the word where it ends, marks included.
fn letters(word: &str) -> Vec<(char, usize)> {
    let mut found: Vec<(char, usize)> = Vec::with_capacity(word.len() / 2);
    for (at, c) in word.char_indices() {
        let end = at + c.len_utf8();
        let known = found.len();
        light_char(c, &mut |d| found.push((if d == 'ٱ' { 'ا' } else { d }, end)));
        if found.len() == known
            && let Some(last) = found.last().map(|l| l.1)
        {
            // What leaves no letter belongs to the letter before it (both of them, for a ligature).
            found.iter_mut().rev().take_while(|l| l.1 == last).for_each(|l| l.1 = end);
        }
    }
    found
}

/// Whether the word can be cut before this letter and at least two letters or digits stay in `rest`.
fn may_cut(all: &[(char, usize)], at: usize, rest: &[(char, usize)]) -> bool {
    let inside_ligature = at > 0 && all.get(at).is_some_and(|l| l.1 == all[at - 1].1);
    !inside_ligature && rest.iter().filter(|l| l.0.is_alphanumeric()).nth(1).is_some()
}

/// How many bytes at the start of a word may be particles (و ف, then ب ك ل, then ال; or س before a verb): 0 first, then
/// rising.
///
/// After لل the rest has lost the article's alif: `للعراق` without its first two letters is `عراق`, which stands for
/// `العراق`; but `للبنان` without its first is `لبنان`. Both candidates are given.
pub fn proclitics(word: &str) -> Vec<usize> {
    let all = letters(word);
    let mut cuts = BTreeSet::from([0]);
    for form in &table().before {
        let n = form.letters.len();
        if all.len() > n
            && all.iter().map(|l| l.0).zip(&form.letters).all(|(a, &b)| a == b)
            && (form.before.is_empty() || form.before.contains(&all[n].0))
            && may_cut(&all, n, &all[n..])
        {
            cuts.insert(all[n - 1].1);
        }
    }
    cuts.into_iter().collect()
}

/// How many bytes at the end of a word may be a pronoun (ه ها هم هن هما ك كم كن كما نا ي ني): 0 first, then rising.
///
/// A word may change before its pronoun: ة is then written ت (`حكومته`), and ى is written ا.
pub fn enclitics(word: &str) -> Vec<usize> {
    let all = letters(word);
    let mut cuts = BTreeSet::from([0]);
    for form in &table().after {
        let Some(at) = all.len().checked_sub(form.letters.len()).filter(|&at| at > 0) else { continue };
        if all[at..].iter().map(|l| l.0).eq(form.letters.iter().copied()) && may_cut(&all, at, &all[..at]) {
            cuts.insert(word.len() - all[at - 1].1);
        }
    }
    cuts.into_iter().collect()
}
