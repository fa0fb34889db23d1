//! What the grouping knows, from `knowledge/grouping.tsv`, `frequencies.tsv` and `claims.tsv`.

use super::score::{FEATURES, Features};
use super::stem::hash;
use crate::Error;
use std::collections::BTreeMap;
use std::sync::OnceLock;

const GROUPING: &str = include_str!("../../../../knowledge/grouping.tsv");
const FREQUENCIES: &str = include_str!("../../../../knowledge/frequencies.tsv");
const CLAIMS: &str = include_str!("../../../../knowledge/claims.tsv");

/// The tables, read.
#[derive(Clone, Debug)]
pub struct Tables {
    weights: Features,
    /// In words, why a feature ties two acts, or parts them.
    pub(crate) words: Vec<String>,
    /// Added to every pair's score.
    pub(crate) bias: f32,
    pub(crate) bias_words: String,
    /// Pairs at least so strong are kept.
    pub(crate) edge: f32,
    /// Two groups whose pairs are on average at least so strong become one.
    pub(crate) merge: f32,
    /// What a pair of reports counts that was not kept.
    pub(crate) missing: f32,
    /// What it counts that one report tells acts of both groups.
    pub(crate) same_report: f32,
    /// Of the acts of one day, so many are found by one key.
    pub(crate) crowd: usize,
    /// Pairs of at least this score tie a denial or an announcement to its act.
    pub(crate) attach: f32,
    rarity: BTreeMap<u32, f32>,
    rarest: f32,
    claims: Vec<(String, Vec<String>)>,
    /// Changes when a table does, so that what was grouped by other tables is grouped anew.
    pub(crate) version: String,
}

fn fault(file: &str, line: usize, reason: impl Into<String>) -> Error {
    Error::Table { file: format!("knowledge/{file}"), line, reason: reason.into() }
}

impl Tables {
    /// The tables that the program carries, read once.
    ///
    /// # Errors
    /// When a line cannot be read.
    pub fn embedded() -> Result<&'static Self, Error> {
        static TABLES: OnceLock<Tables> = OnceLock::new();
        match TABLES.get() {
            Some(tables) => Ok(tables),
            None => Self::new(GROUPING).map(|tables| TABLES.get_or_init(|| tables)),
        }
    }

    /// Those, with another table of weights.
    ///
    /// # Errors
    /// When a line cannot be read.
    pub fn new(grouping: &str) -> Result<Self, Error> {
        let number = |file: &str, line: usize, text: &str| text.trim().parse::<f32>().map_err(|_| fault(file, line, format!("{text:?} is no number")));
        let mut weights: BTreeMap<&str, (f32, String)> = BTreeMap::new();
        for (n, line) in grouping.lines().enumerate().skip(1) {
            let mut cells = line.split('\t');
            if let (Some(name), Some(value), Some(words)) = (cells.next(), cells.next(), cells.next()) {
                weights.insert(name, (number("grouping.tsv", n + 1, value)?, words.to_owned()));
            } else {
                return Err(fault("grouping.tsv", n + 1, "a line has a name, a weight and its meaning in words"));
            }
        }
        let mut take = |name: &str| weights.remove(name).ok_or_else(|| fault("grouping.tsv", 1, format!("there is no line for {name}")));
        let (bias, bias_words) = take("bias")?;
        let [edge, merge, missing, same_report] = [take("edge")?.0, take("merge")?.0, take("missing")?.0, take("same_report")?.0];
        let (crowd, attach) = (take("crowd")?.0 as usize, take("attach")?.0);
        let mut values = [0.0; FEATURES.len()];
        let mut words = Vec::new();
        for (value, name) in values.iter_mut().zip(FEATURES) {
            let (weight, meaning) = take(name)?;
            *value = weight;
            words.push(meaning);
        }
        if let Some(name) = weights.keys().next() {
            return Err(fault("grouping.tsv", 1, format!("{name} is no feature; those are {}", FEATURES.join(", "))));
        }
        let mut rows = Vec::new();
        for (n, line) in FREQUENCIES.lines().enumerate().skip(1) {
            let (stem, count) = line.split_once('\t').ok_or_else(|| fault("frequencies.tsv", n + 1, "a line has a stem and a number"))?;
            rows.push((stem, number("frequencies.tsv", n + 1, count)?));
        }
        let all = rows.iter().find(|r| r.0 == "*").ok_or_else(|| fault("frequencies.tsv", 2, "there is no line * with the number of articles"))?.1;
        let least = rows.iter().map(|r| r.1).fold(all, f32::min);
        // Down to nothing for what stands in every fifth article.
        let value = |count: f32| (all / count / 5.0).max(1.0).ln();
        let rarity = rows.iter().filter(|r| r.0 != "*").map(|(stem, count)| (hash(stem), value(*count))).collect();
        let claims = CLAIMS.lines().enumerate().skip(1).map(|(n, line)| {
            let (kind, words) = line.split_once('\t').ok_or_else(|| fault("claims.tsv", n + 1, "a line has a kind and words"))?;
            Ok((kind.to_owned(), words.split('|').map(marsad_text::fold).collect()))
        });
        let version = crate::near::hex(&crate::store::digest(&[grouping, FREQUENCIES, super::VERSION])[..8]);
        Ok(Self {
            weights: values,
            words,
            bias,
            bias_words,
            edge,
            merge,
            missing,
            same_report,
            crowd,
            attach,
            rarity,
            rarest: value(least),
            claims: claims.collect::<Result<_, Error>>()?,
            version,
        })
    }

    /// How rare a stem is, from 0.
    pub(crate) fn rarity(&self, stem: &str) -> f32 {
        if stem.bytes().all(|b| b.is_ascii_digit()) {
            return self.rarest / 2.0;
        }
        self.rarity.get(&hash(stem)).copied().unwrap_or(self.rarest)
    }

    /// What each feature of a pair adds to its score.
    pub(crate) fn parts(&self, features: &Features) -> Features {
        let mut parts = self.weights;
        parts.iter_mut().zip(features).for_each(|(w, f)| *w *= f);
        parts
    }

    /// How likely two acts are one, as log odds.
    pub fn score(&self, features: &Features) -> f32 {
        (self.bias + self.parts(features).iter().sum::<f32>()).clamp(-8.0, 8.0)
    }

    /// Whether a sentence, as [`spaced`] has it, has a phrase of that kind of `claims.tsv`, also behind `و`.
    pub(crate) fn says(&self, kind: &str, spaced: &str) -> bool {
        let phrases = self.claims.iter().filter(|c| c.0 == kind).flat_map(|c| &c.1);
        phrases.into_iter().any(|p| spaced.contains(&format!(" {p} ")) || spaced.contains(&format!(" و{p} ")))
    }

    /// What a vague word counts by ACLED's rule: `عشرات` 10, `مئات` 100.
    pub(crate) fn vague(&self, text: &str) -> Option<u64> {
        let folded = marsad_text::fold(text);
        let words: Vec<&str> = folded.split_whitespace().collect();
        self.claims
            .iter()
            .filter_map(|(kind, list)| Some((kind.strip_prefix("vague ")?.parse().ok()?, list)))
            .find(|(_, list)| words.iter().any(|w| list.iter().any(|l| w == l || w.strip_prefix("ال") == Some(l))))
            .map(|v| v.0)
    }
}

/// The folded words of a sentence, a space before and behind each.
pub(crate) fn spaced(sentence: &str) -> String {
    format!(" {} ", marsad_text::fold(sentence).split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" "))
}
