//! The index beside its ledger: whatever happens to it, it says what the ledger says.

use marsad_format::{Document, Reading, Versions};
use marsad_knowledge::Knowledge;
use marsad_ledger::{Embedding, Entry, Ledger};
use marsad_search::{Index, Query, Request};
use std::path::Path;

fn document(id: &str, outlet: &str, text: &str) -> Document {
    Document { id: id.to_owned(), text: text.to_owned(), title: Some(format!("خبر {id}")), source: Some(outlet.to_owned()), url: None, lang: None, author: None, published: Some("2026-03-02".to_owned()) }
}

fn reading(d: &Document) -> Reading {
    let model = Versions { program: "1".to_owned(), weights: "1".to_owned(), knowledge: "1".to_owned() };
    Reading { id: d.id.clone(), source: d.source.clone(), published: d.published.clone(), title: d.title.clone(), model, ..Reading::default() }
}

/// A vector that points one way alone.
fn towards(axis: usize) -> Embedding {
    let mut vector = vec![0.0; 384];
    vector[axis] = 1.0;
    Embedding::new("1", &vector)
}

fn add(ledger: &mut Ledger, id: &str, outlet: &str, text: &str, axis: usize) {
    let document = document(id, outlet, text);
    let reading = reading(&document);
    let entry = Entry::new(document).read(&reading, Some(towards(axis))).expect("the reading fits");
    let mut batch = ledger.batch().expect("the ledger is written");
    batch.add(&entry).expect("it is added");
    batch.commit().expect("it is kept");
}

fn find(index: &Index, query: &str) -> Vec<u64> {
    let query = Query::parse(query).expect("it is a query");
    let knowledge = Knowledge::embedded().expect("the tables");
    index.search(&knowledge, &Request::new(&query)).expect("it is searched").hits.iter().map(|h| h.report).collect()
}

fn near(index: &Index, query: &str, axis: usize) -> Vec<u64> {
    let query = Query::parse(query).expect("it is a query");
    let knowledge = Knowledge::embedded().expect("the tables");
    let vector = towards(axis);
    let request = Request { meaning: Some(&vector), hybrid: false, limit: 1, ..Request::new(&query) };
    index.search(&knowledge, &request).expect("it is searched").hits.iter().map(|h| h.report).collect()
}

const TEXTS: [&str; 3] = ["انفجرت عبوة ناسفة قرب مسجد في المدينة صباح اليوم.", "وصل وفد برلماني إلى العاصمة لإجراء محادثات مع الحكومة.", "تظاهر عمال الميناء احتجاجا على تأخر الرواتب شهرين."];

fn three(folder: &Path) -> Ledger {
    let mut ledger = Ledger::open(folder).expect("a ledger");
    for (n, text) in TEXTS.iter().enumerate() {
        add(&mut ledger, &n.to_string(), "وات", text, n);
    }
    ledger
}

#[test]
fn what_came_while_the_index_was_not_looking_is_in_it_when_it_is_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ledger = three(folder.path());
    let index = Index::open(&ledger).expect("an index");
    assert_eq!(find(&index, "مسجد").len(), 1);
    assert_eq!(near(&index, "لقاء", 1), find(&index, "وفد"), "the vector points to the delegation's report, whatever the words are");
    drop(index);
    // As after a kill between the ledger's commit and the index's.
    add(&mut ledger, "4", "وات", "أطلق مجهولون النار على مسجد آخر في الريف.", 7);
    let index = Index::open(&ledger).expect("an index");
    assert_eq!(find(&index, "مسجد").len(), 2, "the new report is found");
    assert_eq!(near(&index, "هجوم", 7).len(), 1, "by its meaning too");
    assert_eq!(index.check(&ledger, || {}).expect("it is checked"), Vec::<String>::new());
}

#[test]
fn without_its_folder_it_is_made_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = three(folder.path());
    let before = find(&Index::open(&ledger).expect("an index"), "العاصمة");
    std::fs::remove_dir_all(folder.path().join("index")).expect("it was there");
    let index = Index::open(&ledger).expect("an index");
    assert_eq!((find(&index, "العاصمة"), before.len()), (before, 1));
    drop(index);
    std::fs::write(folder.path().join("index/words/meta.json"), "{ half a").expect("it is written");
    let index = Index::open(&ledger).expect("a damaged index is made anew");
    assert_eq!(find(&index, "العاصمة").len(), 1);
    assert_eq!(index.check(&ledger, || {}).expect("it is checked"), Vec::<String>::new());
}

#[test]
fn an_edited_article_is_found_as_it_stands_now() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ledger = three(folder.path());
    drop(Index::open(&ledger).expect("an index"));
    add(&mut ledger, "0", "وات", "انفجرت عبوة ناسفة قرب كنيسة في المدينة صباح اليوم.", 9);
    let index = Index::open(&ledger).expect("an index");
    assert_eq!((find(&index, "كنيسة").len(), find(&index, "مسجد").len()), (1, 0), "the corrected word is found, the old text is shown by no article");
    assert_eq!(near(&index, "انفجار", 0).len(), 1, "the old text's vector is passed over and another report is nearest");
    assert_ne!(near(&index, "انفجار", 9), Vec::<u64>::new());
    assert_eq!(index.check(&ledger, || {}).expect("it is checked"), Vec::<String>::new());
}

#[test]
fn two_outlets_of_one_text_are_one_hit() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ledger = three(folder.path());
    drop(Index::open(&ledger).expect("an index"));
    add(&mut ledger, "x", "السومرية", TEXTS[1], 1);
    let index = Index::open(&ledger).expect("an index");
    assert_eq!(find(&index, "outlet:السومرية"), find(&index, "وفد"), "the report is indexed again with the outlet that came");
    assert_eq!(find(&index, "outlet:وات وفد").len(), 1, "and keeps the one it had");
}

#[test]
fn a_broken_off_file_of_vectors_loses_only_what_was_broken_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ledger = three(folder.path());
    drop(Index::open(&ledger).expect("an index"));
    let file = folder.path().join("index/vectors");
    let bytes = std::fs::read(&file).expect("the vectors");
    std::fs::write(&file, &bytes[..bytes.len() - 100]).expect("it is written");
    let index = Index::open(&ledger).expect("an index");
    let faults = index.check(&ledger, || {}).expect("it is checked");
    assert!(matches!(faults.as_slice(), [one] if one.contains("meaning of report 3")), "{faults:?}");
    drop(index);
    add(&mut ledger, "4", "وات", "أطلق مجهولون النار على مسجد آخر في الريف.", 7);
    let index = Index::open(&ledger).expect("an index");
    assert_eq!(near(&index, "هجوم", 7), find(&index, "مجهولون"), "what comes later is not torn by it");
    let index = { drop(index); Index::rebuild(&ledger, |_, _| {}).expect("it is made again") };
    assert_eq!(index.check(&ledger, || {}).expect("it is checked"), Vec::<String>::new());
}

#[test]
fn the_index_of_another_ledger_is_not_believed() {
    let (one, two) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    drop(Index::open(&three(one.path())).expect("an index"));
    let mut other = Ledger::open(two.path()).expect("a ledger");
    add(&mut other, "9", "واع", "افتتح المتحف الوطني معرضا للآثار البابلية.", 3);
    std::fs::rename(one.path().join("index"), two.path().join("index")).expect("it is moved");
    let index = Index::open(&other).expect("an index");
    assert_eq!((find(&index, "مسجد").len(), find(&index, "المتحف").len()), (0, 1));
    assert_eq!(index.check(&other, || {}).expect("it is checked"), Vec::<String>::new());
}
