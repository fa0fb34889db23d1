//! A follower's copy of a ledger, kept up to date by what changed, is at every step what a whole export would give.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use marsad_export::{Error, Value, View};
use marsad_format::{Count, Document, Event, EventType, Mark, Participant, Place, PlaceKind, Reading};
use marsad_ledger::group::{Filter, Tables};
use marsad_ledger::{Entry, Ledger};
use std::collections::BTreeMap;

fn mark(text: &str, word: &str) -> Mark {
    let at = text.find(word).expect("the word stands in the text");
    let start = text[..at].chars().count() as u32;
    Mark { start, end: start + word.chars().count() as u32, text: word.to_owned() }
}

/// An article on an attack by gunmen in a town of Iraq, and the reading that finds it.
fn report(id: &str, outlet: &str, text: &str, trigger: &str, town: (&str, f64, f64), killed: Option<(&str, u64)>) -> (Document, Reading) {
    let event = Event {
        trigger: mark(text, trigger),
        kind: EventType::Assault,
        mode: vec!["firearms".into()],
        context: vec![],
        status: marsad_format::Status::Actual,
        actor: vec![Participant { mark: mark(text, if text.contains("رجال") { "رجال" } else { "مسلحون" }), code: "IRQ UAF".into(), name: None, entity: None }],
        recipient: vec![],
        place: Some(Place {
            mark: mark(text, town.0),
            name: None,
            country: Some("IQ".into()),
            admin1: None,
            admin2: None,
            lat: Some(town.1),
            lon: Some(town.2),
            kind: Some(PlaceKind::City),
            geonames: None,
            confidence: 0.9,
        }),
        date: Some("2026-03-01".into()),
        killed: killed.map(|(words, n)| Count { text: words.to_owned(), min: Some(n), max: Some(n) }),
        injured: None,
        according_to: None,
        quad: 4,
        confidence: 0.9,
    };
    let title = format!("{} في {}", if town == KIRKUK { "قتلى من الشرطة في هجوم على حاجز" } else { "هجوم على دورية" }, town.0);
    let reading = Reading { id: id.into(), source: Some(outlet.into()), published: Some("2026-03-02".into()), title: Some(title.clone()), events: vec![event], ..Reading::default() };
    let document = Document { id: id.into(), text: text.into(), title: Some(title), source: Some(outlet.into()), published: Some("2026-03-02".into()), ..Document::default() };
    (document, reading)
}

const KIRKUK: (&str, f64, f64) = ("كركوك", 35.47, 44.39);
const BASRA: (&str, f64, f64) = ("البصرة", 30.51, 47.78);
const FIRST: &str = "هاجم مسلحون مجهولون حاجزا للشرطة في كركوك أمس وقتلوا ثلاثة من عناصره. وفر المهاجمون بسيارة بيضاء.";
const LATER: &str = "هاجم مسلحون حاجزا للشرطة في كركوك مساء الأحد، وارتفعت الحصيلة إلى خمسة قتلى بعد وفاة شرطي. وكانت السيارة التي استقلوها بيضاء.";
const EDITED: &str = "هاجم مسلحون مجهولون حاجزا للشرطة في كركوك أمس وقتلوا أربعة من عناصره، بحسب الوزارة. وفر المهاجمون بسيارة بيضاء.";
const SOUTH: &str = "أطلق رجال النار على دورية في البصرة أمس فقتل جندي، ونسب الهجوم إلى مهربين ينشطون عند الحدود.";

type Rows = BTreeMap<String, Vec<Value>>;

const FOLLOWED: [&str; 4] = ["incidents", "events", "claims", "reports"];

/// What somebody holds of a ledger.
#[derive(Debug, Default)]
struct Copy {
    tables: BTreeMap<&'static str, Rows>,
    cursor: Option<String>,
    filter: Option<Filter>,
}

impl Copy {
    fn of(filter: Option<Filter>) -> Self {
        Self { tables: FOLLOWED.map(|t| (t, Rows::new())).into(), cursor: None, filter }
    }

    /// Fetches what changed, as the notes of a bundle say; gives how many rows and deletions that were.
    fn fetch(&mut self, ledger: &Ledger) -> (usize, usize) {
        let view = View::new(ledger, self.filter.as_ref(), self.cursor.as_deref()).expect("a view");
        let (mut came, mut went) = (0, 0);
        if self.cursor.is_some() {
            let take = |row: &[Value]| {
                went += 1;
                let (subject, id) = (row[0].cell(), row[1].cell());
                match subject.as_str() {
                    "claim" => self.tables.get_mut("claims").expect("a table").retain(|_, r| r[1].cell() != id),
                    other => drop(self.tables.get_mut(format!("{other}s").as_str()).expect("a table").remove(&id)),
                }
                Ok::<_, Error>(())
            };
            view.rows("deletions", take).expect("deletions");
        }
        for table in FOLLOWED {
            view.rows(table, |row| {
                came += 1;
                self.tables.get_mut(table).expect("a table").insert(row[0].cell(), row.to_vec());
                Ok(())
            })
            .expect("rows");
        }
        self.cursor = view.cursor().expect("a cursor");
        assert!(self.cursor.is_some(), "all is grouped");
        (came, went)
    }

    /// Fetches, and holds all that a new copy would.
    fn keeps_up(&mut self, ledger: &Ledger, after: &str) -> (usize, usize) {
        let counts = self.fetch(ledger);
        let mut fresh = Self::of(self.filter.clone());
        fresh.fetch(ledger);
        for table in FOLLOWED {
            assert_eq!(self.tables[table], fresh.tables[table], "{table} after {after}");
        }
        counts
    }
}

/// Why an id went, and what it became.
fn deletion(ledger: &Ledger, since: &str, id: &str) -> Option<(String, Vec<String>)> {
    let view = View::new(ledger, None, Some(since)).expect("a view");
    let mut found = None;
    view.deletions(|d| {
        if d.id == id && d.subject != "claim" {
            found = Some((d.why.to_owned(), d.became.clone()));
        }
        Ok(())
    })
    .expect("deletions");
    found
}

fn incident_of(ledger: &Ledger, document: &str) -> String {
    let all = ledger.incidents(&Filter::default()).expect("incidents");
    let told = |id: &str| ledger.incident(id).expect("a page").reports.iter().any(|r| r.name == document);
    all.into_iter().map(|i| i.id).find(|id| told(id)).expect("an incident of that report")
}

#[test]
fn a_copy_keeps_up_with_edits_copies_merges_dismissals_and_new_readings() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ledger = Ledger::create(folder.path()).expect("a ledger");
    let put = |ledger: &mut Ledger, (document, reading): (Document, Reading)| {
        ledger.add(&document, &reading).expect("added");
        ledger.group().expect("grouped");
    };
    put(&mut ledger, report("k1", "الرافد", FIRST, "هاجم", KIRKUK, Some(("ثلاثة", 3))));
    put(&mut ledger, report("b1", "الرافد", SOUTH, "أطلق", BASRA, Some(("جندي", 1))));
    let mut copies = [Copy::of(None), Copy::of(Some(Filter { place: Some("كركوك".into()), ..Filter::default() }))];
    let follow = |ledger: &Ledger, copies: &mut [Copy; 2], after: &str| copies.each_mut().map(|c| c.keeps_up(ledger, after));
    follow(&ledger, &mut copies, "the first fetch");
    let basra = incident_of(&ledger, "b1");
    assert_eq!(follow(&ledger, &mut copies, "nothing"), [(0, 0), (0, 0)]);

    // Grouping all anew takes every incident apart; what comes out is what was.
    let other = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge/grouping.tsv")).expect("the table");
    ledger.group_with(&Tables::new(other.trim_end_matches('\n')).expect("tables")).expect("grouped");
    ledger.group().expect("grouped again");
    assert_eq!(follow(&ledger, &mut copies, "grouping anew"), [(0, 0), (0, 0)], "a grouping that changes nothing changes nothing");

    put(&mut ledger, report("k2", "دجلة", LATER, "هاجم", KIRKUK, Some(("خمسة", 5))));
    follow(&ledger, &mut copies, "another report of the act");
    let kirkuk = incident_of(&ledger, "k1");
    assert_eq!(incident_of(&ledger, "k2"), kirkuk, "both tell of one act");

    let mut again = report("k1-copy", "الصباح", FIRST, "هاجم", KIRKUK, Some(("ثلاثة", 3)));
    again.0.text.push_str("\n\n");
    put(&mut ledger, again);
    follow(&ledger, &mut copies, "the same text in another outlet");
    let row = &copies[0].tables["incidents"][&kirkuk];
    assert!(row.iter().any(|v| matches!(v, Value::List(outlets) if outlets.len() == 3 && outlets.contains(&"الصباح".into()))), "the third outlet is counted: {row:?}");

    let before = copies[0].cursor.clone().expect("a cursor");
    put(&mut ledger, report("k2", "دجلة", EDITED, "هاجم", KIRKUK, Some(("أربعة", 4))));
    follow(&ledger, &mut copies, "an edited article");
    let gone = deletion(&ledger, &before, &key(&ledger, 3)).expect("the old text is shown by no article");
    assert_eq!((gone.0.as_str(), gone.1.len()), ("edited", 1), "and it is said which text stands in its place");

    let (kirkuk, before) = (incident_of(&ledger, "k1"), copies[0].cursor.clone().expect("a cursor"));
    let merge = ledger.merge(&kirkuk, &basra, "هدى", "نشرة واحدة").expect("merged");
    follow(&ledger, &mut copies, "a merge");
    let now = incident_of(&ledger, "b1");
    let retired = if now == kirkuk { &basra } else { &kirkuk };
    assert_eq!(deletion(&ledger, &before, retired), Some(("replaced".to_owned(), vec![now])), "the old id leads to what it became");
    ledger.undo(merge, "هدى", "").expect("taken back");
    follow(&ledger, &mut copies, "its undoing");
    let (kirkuk, basra) = (incident_of(&ledger, "k1"), incident_of(&ledger, "b1"));

    let before = copies[0].cursor.clone().expect("a cursor");
    let dismissal = ledger.dismiss(&basra, "هدى", "تدريب").expect("dismissed");
    follow(&ledger, &mut copies, "a dismissal");
    assert_eq!(deletion(&ledger, &before, &basra), Some(("dismissed".to_owned(), vec![])));
    ledger.undo(dismissal, "هدى", "").expect("taken back");
    follow(&ledger, &mut copies, "its undoing");
    ledger.confirm(&kirkuk, "هدى", "").expect("confirmed");
    let [whole, picked] = follow(&ledger, &mut copies, "a confirmation");
    assert!(whole.0 > 0 && picked.0 > 0, "its state is shown");

    // A later reading finds the act at another word.
    let before = copies[0].cursor.clone().expect("a cursor");
    let (document, reading) = report("b1", "الرافد", SOUTH, "فقتل", BASRA, Some(("جندي", 1)));
    let entry = Entry::new(document).read(&reading, None).expect("it fits");
    let mut batch = ledger.batch().expect("a batch");
    assert!(batch.reread(2, &entry).expect("reread"));
    batch.commit().expect("committed");
    ledger.group().expect("grouped");
    follow(&ledger, &mut copies, "another reading of a text");
    assert_eq!(deletion(&ledger, &before, &format!("{}:0", key(&ledger, 2))), Some(("reread".to_owned(), vec![])));
    assert_eq!(follow(&ledger, &mut copies, "nothing"), [(0, 0), (0, 0)]);
}

/// The key of the report that came in as that number.
fn key(ledger: &Ledger, number: i64) -> String {
    ledger.tables().query_row("SELECT key FROM report WHERE id = ?1", [number], |r| r.get(0)).expect("the report")
}

#[test]
fn a_time_or_a_cursor_of_this_ledger_is_taken_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ledger = Ledger::create(folder.path()).expect("a ledger");
    let (document, reading) = report("k1", "الرافد", FIRST, "هاجم", KIRKUK, None);
    ledger.add(&document, &reading).expect("added");
    assert_eq!(View::new(&ledger, None, None).expect("a view").cursor().expect("read"), None, "before grouping there is nothing to go on from");
    ledger.group().expect("grouped");
    let count = |since: &str| {
        let mut n = 0;
        View::new(&ledger, None, Some(since)).expect("a view").incidents(|_| {
            n += 1;
            Ok(())
        })
        .expect("incidents");
        n
    };
    assert_eq!([count("2020"), count("2020-05-01"), count("2020-05-01T10:00:00Z"), count("2999-01-01")], [1, 1, 1, 0]);
    let cursor = View::new(&ledger, None, None).expect("a view").cursor().expect("read").expect("a cursor");
    assert_eq!(count(&cursor), 0);
    for wrong in ["gestern", "7-123456789", ""] {
        let message = View::new(&ledger, None, Some(wrong)).expect_err("must be refused").to_string();
        assert!(message.contains("cursor of this ledger"), "{message}");
    }
}
