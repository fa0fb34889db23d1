//! The tables of dates and numbers as an editor leaves them: three columns, a kind that the manual explains, one meaning
//! a phrase.

use std::collections::{BTreeMap, BTreeSet};

const MANUAL: &str = include_str!("../../../knowledge/DATES.md");

/// The kinds that a section of the manual explains.
fn kinds(table: &str) -> BTreeSet<&'static str> {
    let section = MANUAL.split("\n## ").find(|s| s.starts_with(table)).unwrap_or_default();
    let cells = section.lines().filter_map(|l| l.strip_prefix("| ")?.split(" | ").next());
    cells.flat_map(|c| c.split('`').skip(1).step_by(2)).collect()
}

fn check(name: &str, table: &'static str, sets: &[&str]) {
    let known = kinds(name);
    let mut used = BTreeSet::new();
    let mut meanings: BTreeMap<String, (usize, &str, &str)> = BTreeMap::new();
    for (i, line) in table.lines().enumerate().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        assert!(cells.len() == 3 && cells.iter().all(|c| !c.is_empty()), "{name}, line {}: three columns with one tab between", i + 1);
        assert!(known.contains(cells[1]), "{name}, line {}: {} is no kind of DATES.md", i + 1, cells[1]);
        used.insert(cells[1]);
        if sets.contains(&cells[1]) {
            continue;
        }
        for word in cells[0].split('|') {
            let here = (i + 1, cells[1], cells[2]);
            if let Some(there) = meanings.insert(marsad_text::fold(word), here) {
                assert_eq!((there.1, there.2), (here.1, here.2), "{name}, lines {} and {}: {word} has two meanings", there.0, here.0);
            }
        }
    }
    assert_eq!(used, known, "DATES.md explains the kinds that {name} uses");
}

#[test]
fn calendar() {
    let sets = ["libyan", "famed", "bar", "bar date", "bar today", "bar weekday", "bar year", "preposition", "before year", "future", "until", "no future", "monday"];
    check("calendar.tsv", include_str!("../../../knowledge/calendar.tsv"), &sets);
}

#[test]
fn numbers() {
    check("numbers.tsv", include_str!("../../../knowledge/numbers.tsv"), &["before", "after", "bar", "noun", "noun form", "noun, sound plural", "percent", "currency", "vague phrase"]);
}
