//! Who takes part in an incident, as its reports name them.

use super::Held;
use crate::Error;
use crate::store::Batch;
use marsad_text::fold;
use rusqlite::params;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// How many of a side stand in an incident's row.
const SHOWN: usize = 3;

/// A participant as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// The words of a report.
    pub text: String,
    /// The canonical name.
    pub name: Option<String>,
}

/// A participant in a mention.
pub(crate) struct Named {
    report: i64,
    side: String,
    code: String,
    party: Party,
}

impl Named {
    /// The canonical name, or the code of one without.
    pub(crate) fn key(&self) -> &str {
        self.party.name.as_deref().unwrap_or(&self.code)
    }
}

/// The participants in all mentions of the incident of these acts.
pub(crate) fn named(b: &Batch, group: &[Rc<Held>]) -> Result<Vec<Named>, Error> {
    let sql = "SELECT p.side, p.code, p.text, p.name FROM mention m JOIN participant p ON p.mention = m.id WHERE m.report = ?1 AND m.number = ?2 ORDER BY p.side, p.number";
    let mut all = Vec::new();
    for m in group {
        for mention in &m.act.mentions {
            let row = |r: &rusqlite::Row| Ok(Named { report: m.report, side: r.get(0)?, code: r.get(1)?, party: Party { text: r.get(2)?, name: r.get(3)? } });
            all.extend(b.all(sql, params![m.report, mention], row)?);
        }
    }
    Ok(all)
}

/// Those of a side, as the incident's row holds them.
pub(crate) fn row(named: &[Named], side: &str) -> String {
    // By canonical name or folded words: the reports that name it, and the first of its names.
    let mut parties: BTreeMap<String, (BTreeSet<i64>, usize, &Party)> = BTreeMap::new();
    for (at, n) in named.iter().enumerate().filter(|(_, n)| n.side == side) {
        let key = n.party.name.clone().unwrap_or_else(|| fold(&n.party.text));
        parties.entry(key).or_insert((BTreeSet::new(), at, &n.party)).0.insert(n.report);
    }
    let mut parties: Vec<_> = parties.into_values().collect();
    parties.sort_by_key(|(reports, at, _)| (Reverse(reports.len()), *at));
    let line = |p: &Party| format!("{}\t{}", p.text.replace(['\n', '\t'], " "), p.name.as_deref().unwrap_or_default());
    parties.iter().take(SHOWN).map(|p| line(p.2)).collect::<Vec<_>>().join("\n")
}

/// What [`row`] gave.
pub(crate) fn parse(row: &str) -> Vec<Party> {
    let line = |line: &str| {
        let (text, name) = line.split_once('\t')?;
        Some(Party { text: text.to_owned(), name: (!name.is_empty()).then(|| name.to_owned()) })
    };
    row.lines().filter_map(line).collect()
}
