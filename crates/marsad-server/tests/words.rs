//! The words of the pages: each that a template asks for is there, in both languages.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { files(&path, all) } else { all.push(path) }
    }
}

/// The first argument of each call of these, where it is a literal.
fn literals(text: &str, calls: &[&str]) -> Vec<String> {
    calls.iter().flat_map(|call| text.split(call).skip(1)).filter_map(|rest| rest.strip_prefix('"')?.split('"').next()).map(str::to_owned).collect()
}

#[test]
fn every_key_that_a_page_asks_for_has_its_words() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = fs::read_to_string(home.join("data/words.tsv")).expect("the words");
    let mut words = BTreeMap::new();
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        assert!(cells.len() == 3 && cells.iter().all(|c| !c.trim().is_empty()), "{line:?} has a key and words in both languages");
        words.insert(cells[0].to_owned(), (cells[1], cells[2]));
    }
    let mut all = Vec::new();
    files(&home.join("templates"), &mut all);
    files(&home.join("src"), &mut all);
    let (mut keys, mut groups) = (0, 0);
    for file in all {
        let text = fs::read_to_string(&file).expect("a text");
        for key in literals(&text, &["c.t("]) {
            assert!(words.contains_key(&key), "{}: there are no words for {key}", file.display());
            keys += 1;
        }
        for group in literals(&text, &["c.word("]) {
            assert!(words.keys().any(|k| k.starts_with(&format!("{group}."))), "{}: there are no words for {group}", file.display());
            groups += 1;
        }
        for counted in literals(&text, &["c.count("]) {
            assert!(words.contains_key(&format!("{counted}.other")), "{}: {counted} cannot be counted", file.display());
        }
    }
    assert!(keys > 50 && groups > 10, "the calls were found: {keys} and {groups}");
    for (key, (ar, en)) in &words {
        assert!(en.matches("{n}").count() <= 1 && ar.matches("{n}").count() <= 1, "{key}");
    }
}
