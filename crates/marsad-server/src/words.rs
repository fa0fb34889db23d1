//! The pages' own words in both languages, out of `data/words.tsv` and `data/months.tsv`.

use crate::prefs::Lang;
use crate::Error;
use std::collections::BTreeMap;

const WORDS: (&str, &str) = ("data/words.tsv", include_str!("../data/words.tsv"));
const MONTHS: (&str, &str) = ("data/months.tsv", include_str!("../data/months.tsv"));

/// Rows of a table behind its header, with their lines.
fn rows<const N: usize>((file, table): (&'static str, &'static str)) -> impl Iterator<Item = Result<(usize, [&'static str; N]), Error>> {
    (1..).zip(table.lines()).skip(1).filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).map(move |(line, row)| {
        let cells: Vec<&str> = row.split('\t').collect();
        let cells = cells.try_into().map_err(|c: Vec<_>| Error::Table { file, line, reason: format!("{} columns, {N} are wanted", c.len()) })?;
        Ok((line, cells))
    })
}

/// All words.
#[derive(Debug)]
pub struct Words {
    words: BTreeMap<&'static str, [&'static str; 2]>,
    /// By the set's name, then the month.
    months: BTreeMap<(&'static str, u8), &'static str>,
}

impl Words {
    /// Those that the program carries.
    pub fn embedded() -> Result<Self, Error> {
        let (mut words, mut months) = (BTreeMap::new(), BTreeMap::new());
        for row in rows::<3>(WORDS) {
            let (line, [key, ar, en]) = row?;
            if words.insert(key, [ar, en]).is_some() {
                return Err(Error::Table { file: WORDS.0, line, reason: format!("{key} stands there twice") });
            }
        }
        for row in rows::<3>(MONTHS) {
            let (line, [set, number, name]) = row?;
            let number = number.parse().map_err(|_| Error::Table { file: MONTHS.0, line, reason: format!("{number} is no month") })?;
            months.insert((set, number), name);
        }
        Ok(Self { words, months })
    }

    /// The words of that key, or the key itself where there are none.
    pub fn get<'a>(&self, lang: Lang, key: &'a str) -> &'a str {
        self.find(lang, key).unwrap_or(key)
    }

    /// The words of that key.
    pub fn find(&self, lang: Lang, key: &str) -> Option<&'static str> {
        self.words.get(key).map(|w| w[usize::from(lang == Lang::En)])
    }

    /// So many of something, with `{n}` for the number: `key.one`, `key.two`, … by the language's rules (CLDR's); a form that is
    /// not there is the one for all others.
    pub fn counted(&self, lang: Lang, key: &str, n: u64) -> &'static str {
        let form = match (lang, n, n % 100) {
            (_, 1, _) => "one",
            (Lang::En, ..) => "other",
            (_, 0, _) => "zero",
            (_, 2, _) => "two",
            (_, _, 3..=10) => "few",
            (_, _, 11..=99) => "many",
            _ => "other",
        };
        self.find(lang, &format!("{key}.{form}")).or_else(|| self.find(lang, &format!("{key}.other"))).unwrap_or("{n}")
    }

    /// A month's name in a set of `data/months.tsv`.
    pub fn month(&self, set: &str, number: u8) -> &'static str {
        self.months.iter().find(|((s, n), _)| *s == set && *n == number).map_or("", |(_, name)| name)
    }
}
