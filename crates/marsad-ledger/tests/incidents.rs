//! Reports into incidents: what belongs together, whatever the order in which it comes, and what people put right.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use marsad_format::{Count, Document, Entity, EntityType, Event, EventType, Mark, Participant, Place, PlaceKind, Reading, Speaker, Status};
use marsad_ledger::group::{Claim, Filter, Incident, Page, Rule, Slot, Tables};
use marsad_ledger::{Entry, Ledger};
use proptest::prelude::*;
use std::path::Path;

fn mark(text: &str, word: &str) -> Mark {
    let at = text.find(word).expect("the word stands in the text");
    let start = text[..at].chars().count() as u32;
    Mark { start, end: start + word.chars().count() as u32, text: word.to_owned() }
}

/// A report with one act in it, as the reader would give it.
struct Report {
    id: &'static str,
    source: &'static str,
    published: &'static str,
    title: &'static str,
    text: &'static str,
    trigger: &'static str,
    status: Status,
    town: (&'static str, f64, f64),
    date: Option<&'static str>,
    actor: &'static str,
    killed: Option<(&'static str, u64)>,
    speaker: Option<&'static str>,
}

impl Report {
    fn pair(&self) -> (Document, Reading) {
        let count = self.killed.map(|(words, n)| Count { text: words.to_owned(), min: Some(n), max: Some(n) });
        let event = Event {
            trigger: mark(self.text, self.trigger),
            kind: EventType::Assault,
            mode: vec![],
            context: vec![],
            status: self.status,
            actor: vec![Participant { mark: mark(self.text, self.actor), code: "IRQ UAF".into(), name: None, entity: None }],
            recipient: vec![],
            place: Some(Place {
                mark: mark(self.text, self.town.0),
                name: None,
                country: Some("IQ".into()),
                admin1: None,
                admin2: None,
                lat: Some(self.town.1),
                lon: Some(self.town.2),
                kind: Some(PlaceKind::City),
                geonames: None,
                confidence: 0.9,
            }),
            date: self.date.map(str::to_owned),
            killed: count,
            injured: None,
            according_to: self.speaker.map(|s| Speaker { mark: mark(self.text, s), name: None }),
            quad: 4,
            confidence: 0.9,
        };
        let reading = Reading {
            id: self.id.into(),
            source: Some(self.source.into()),
            published: Some(self.published.into()),
            title: Some(self.title.into()),
            events: vec![event],
            ..Reading::default()
        };
        let document = Document { id: self.id.into(), text: self.text.into(), title: Some(self.title.into()), source: Some(self.source.into()), published: Some(self.published.into()), ..Document::default() };
        (document, reading)
    }
}

/// The organisation that a reader finds in the text.
fn organisation(text: &str, name: &str) -> Entity {
    Entity { mark: mark(text, name), kind: EntityType::Org, name: None, transliterated: false, name_ar: None, entity: None, role: None, mention_of: None }
}

const KIRKUK: (&str, f64, f64) = ("كركوك", 35.47, 44.39);
const BASRA: (&str, f64, f64) = ("البصرة", 30.51, 47.78);

/// Three outlets on one attack at a checkpoint, one of them a day later with more dead; a denial; the same kind of attack in
/// another city on the same day; and in the same city a week later.
fn reports() -> Vec<(Document, Reading)> {
    let base = Report {
        id: "rafid-1",
        source: "الرافد",
        published: "2026-03-02",
        title: "قتلى من الشرطة في هجوم على حاجز قرب كركوك",
        text: "هاجم مسلحون مجهولون حاجزا للشرطة في كركوك أمس وقتلوا ثلاثة من عناصره. وفر المهاجمون بسيارة بيضاء.",
        trigger: "هاجم",
        status: Status::Actual,
        town: KIRKUK,
        date: Some("2026-03-01"),
        actor: "مسلحون",
        killed: Some(("ثلاثة", 3)),
        speaker: None,
    };
    let all = [
        Report {
            id: "dijla-7",
            source: "دجلة",
            title: "مقتل أربعة شرطيين بهجوم مسلح على حاجز في كركوك",
            text: "قال مصدر أمني إن مسلحين قتلوا أربعة من الشرطة عندما هاجم أفراد منهم حاجزا في كركوك مساء الأحد، وإن السيارة التي استقلوها بيضاء.",
            actor: "مسلحين",
            killed: Some(("أربعة", 4)),
            speaker: Some("مصدر أمني"),
            ..base
        },
        Report {
            id: "sabah-3",
            source: "الصباح",
            published: "2026-03-03",
            title: "ارتفاع حصيلة الهجوم على حاجز الشرطة في كركوك",
            text: "ارتفعت حصيلة ضحايا حاجز الشرطة الذي هاجمه مسلحون في كركوك الأحد إلى خمسة قتلى بعد وفاة شرطي متأثرا بجروحه.",
            killed: Some(("خمسة", 5)),
            ..base
        },
        Report {
            id: "nafy-1",
            source: "المدى",
            title: "الداخلية تنفي الهجوم على حاجز للشرطة في كركوك",
            text: "نفى الناطق باسم الوزارة أن يكون مسلحون قد هاجموا حاجزا للشرطة في كركوك يوم الأحد، وقال إن ما جرى تدريب.",
            trigger: "هاجموا",
            status: Status::Negated,
            killed: None,
            ..base
        },
        Report {
            id: "basra-1",
            source: "الرافد",
            title: "هجوم على دورية في البصرة",
            text: "أطلق رجال النار على دورية في البصرة أمس فقتل جندي، ونسب الهجوم إلى مهربين ينشطون عند الحدود.",
            trigger: "أطلق",
            town: BASRA,
            actor: "رجال",
            killed: Some(("جندي", 1)),
            ..base
        },
        Report {
            id: "later-1",
            source: "دجلة",
            published: "2026-03-10",
            title: "هجوم جديد على حاجز للشرطة في كركوك",
            text: "هاجم مسلحون حاجزا آخر للشرطة في كركوك مساء الاثنين وقتلوا ضابطا، وقالت الشرطة إنها تلاحقهم.",
            date: Some("2026-03-09"),
            killed: Some(("ضابطا", 1)),
            ..base
        },
    ];
    std::iter::once(&base).chain(&all).map(Report::pair).collect()
}

/// Puts the reports in, in that order, and groups whenever that many more are in.
fn ledger(folder: &Path, order: &[usize], every: usize) -> Ledger {
    let all = reports();
    let mut ledger = Ledger::create(folder).expect("a ledger");
    for (n, i) in order.iter().enumerate() {
        ledger.add(&all[*i].0, &all[*i].1).expect("added");
        if n % every == 0 {
            ledger.group().expect("grouped");
        }
    }
    ledger.group().expect("grouped");
    ledger
}

fn list(ledger: &Ledger) -> Vec<Incident> {
    ledger.incidents(&Filter::default()).expect("incidents")
}

fn in_order(folder: &Path) -> Ledger {
    ledger(folder, &[0, 1, 2, 3, 4, 5], 100)
}

fn page_of(ledger: &Ledger, report: &str) -> Page {
    list(ledger).iter().map(|i| ledger.incident(&i.id).expect("a page")).find(|p| p.reports.iter().any(|r| r.name == report)).expect("an incident with that report")
}

fn names(page: &Page) -> Vec<&str> {
    let mut names: Vec<&str> = page.reports.iter().map(|r| r.name.as_str()).collect();
    names.sort_unstable();
    names
}

#[test]
fn reports_of_one_act_stand_together_and_those_of_others_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = in_order(folder.path());
    assert_eq!(names(&page_of(&ledger, "rafid-1")), ["dijla-7", "rafid-1", "sabah-3"], "three outlets tell of the checkpoint");
    assert_eq!(names(&page_of(&ledger, "basra-1")), ["basra-1"], "the same day in another city");
    assert_eq!(names(&page_of(&ledger, "later-1")), ["later-1"], "the same city a week later");
    assert_eq!(list(&ledger).len(), 3, "a denial makes no incident");
    let page = page_of(&ledger, "rafid-1");
    assert_eq!((page.incident.reports, page.incident.independent, page.incident.outlets, page.incident.denied), (3, 3, 3, 1));
    assert!(page.claims.iter().any(|c| c.slot == Slot::Status && c.value == "negated" && c.origins[0].outlet == "المدى"), "the denial stands beside what it denies");
    for r in &page.reports {
        let tie = r.tie.as_ref().expect("each report is tied to another");
        let sum: f32 = tie.parts.iter().map(|p| p.1).sum();
        assert!((sum.clamp(-8.0, 8.0) - tie.score).abs() < 0.01, "the parts make up the score");
    }
}

#[test]
fn a_later_toll_holds_over_earlier_ones_and_none_is_hidden() {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = in_order(folder.path());
    let page = page_of(&ledger, "rafid-1");
    let killed: Vec<&Claim> = page.claims.iter().filter(|c| c.slot == Slot::Killed).collect();
    let said: Vec<(&str, bool)> = killed.iter().map(|c| (c.value.as_str(), c.superseded)).collect();
    assert_eq!(said, [("3", true), ("4", true), ("5", false)], "الصباح says that the toll has risen to five");
    assert_eq!(page.incident.killed, Some([3, 5, 5]), "all claims as a range, and the one that holds");
    assert_eq!(killed[1].origins[0].speaker.as_deref(), Some("مصدر أمني"));
    for c in &page.claims {
        for o in &c.origins {
            let report = page.reports.iter().find(|r| r.article == o.article);
            assert!(!o.sentence.is_empty() && (report.is_some() || c.slot == Slot::Status), "no value without its source");
        }
    }
    assert_eq!(Ledger::tolls(&page, Rule::Max)[0], Some(5));
}

#[test]
fn who_denies_the_deed_is_never_shown_as_claiming_it() {
    let cases = [
        ("هاجم مسلحون حاجزا للشرطة في كركوك أمس. ونفت كتائب الجبل مسؤوليتها عن الهجوم.", Some(Slot::Disclaimed)),
        ("هاجم مسلحون حاجزا للشرطة في كركوك أمس. ولم تعلن كتائب الجبل مسؤوليتها حتى الآن.", None),
        ("هاجم مسلحون حاجزا للشرطة في كركوك أمس. وأعلنت كتائب الجبل مسؤوليتها عن الهجوم.", Some(Slot::Claimed)),
    ];
    for (text, slot) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        let report = Report { id: "x", source: "الرافد", published: "2026-03-02", title: "هجوم على حاجز", text, trigger: "هاجم", status: Status::Actual, town: KIRKUK, date: None, actor: "مسلحون", killed: None, speaker: None };
        let (document, mut reading) = report.pair();
        reading.entities.push(organisation(text, "كتائب الجبل"));
        let mut ledger = Ledger::create(folder.path()).expect("a ledger");
        ledger.add(&document, &reading).expect("added");
        ledger.group().expect("grouped");
        let told: Vec<Slot> = page_of(&ledger, "x").claims.iter().map(|c| c.slot).filter(|s| matches!(s, Slot::Claimed | Slot::Disclaimed)).collect();
        assert_eq!(told, Vec::from_iter(slot), "{text}");
    }
}

#[test]
fn corrections_hold_when_all_is_grouped_again_and_old_ids_lead_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ledger = in_order(folder.path());
    let (kirkuk, basra, later) = (page_of(&ledger, "rafid-1").incident.id, page_of(&ledger, "basra-1").incident.id, page_of(&ledger, "later-1").incident.id);

    let merge = ledger.merge(&kirkuk, &basra, "هدى", "نشرة واحدة").expect("merged");
    let names_of = |l: &Ledger, id: &str| names(&l.incident(id).expect("a page")).into_iter().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(names_of(&ledger, &basra), ["basra-1", "dijla-7", "rafid-1", "sabah-3"], "both ids lead to the one incident");
    assert_eq!(names_of(&ledger, &kirkuk), names_of(&ledger, &basra));

    ledger.split(&kirkuk, &["sabah-3".to_owned()], "هدى", "").expect("split");
    assert_eq!(names(&page_of(&ledger, "sabah-3")), ["sabah-3"]);
    ledger.dismiss(&later, "هدى", "تدريب").expect("dismissed");
    assert!(list(&ledger).iter().all(|i| i.id != later), "what was dismissed is shown on demand alone");

    // A new report touches the component, and other tables regroup everything.
    let mut more = reports()[0].clone();
    more.0.id = "more-1".into();
    more.0.source = Some("الجديد".into());
    more.0.text = more.0.text.replace("بسيارة بيضاء", "نحو الجبال في الظلام");
    more.1.id = "more-1".into();
    ledger.add(&more.0, &more.1).expect("added");
    let other = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge/grouping.tsv")).expect("the table") + "\n";
    ledger.group_with(&Tables::new(other.trim_end_matches('\n')).expect("tables")).expect("grouped");
    ledger.group().expect("grouped again");
    let parted = names_of(&ledger, &page_of(&ledger, "sabah-3").incident.id);
    assert!(!parted.iter().any(|n| n == "rafid-1" || n == "dijla-7"), "what was parted stays apart, whichever side a new report joins: {parted:?}");
    assert!(names_of(&ledger, &basra).contains(&"rafid-1".to_owned()));
    let dismissed = ledger.incidents(&Filter { state: Some("dismissed".into()), ..Filter::default() }).expect("incidents");
    assert_eq!(dismissed.iter().map(|i| i.id.as_str()).collect::<Vec<_>>(), [later.as_str()]);

    ledger.undo(merge, "هدى", "").expect("taken back");
    assert_eq!(names_of(&ledger, &basra), ["basra-1"]);
    let record = ledger.incident(&basra).expect("a page").corrections;
    assert!(record.iter().any(|c| c.number == merge && c.undone && c.author == "هدى"), "what was taken back stays on record");
    assert!(ledger.undo(merge, "هدى", "").is_err(), "and cannot be taken back twice");
    assert!(ledger.dismiss("000000000000000", "هدى", "").expect_err("no such id").to_string().contains("marsad incidents"));
}

#[test]
fn incidents_are_found_by_actor_place_day_and_type() {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = in_order(folder.path());
    let count = |f: Filter| ledger.incidents(&f).expect("incidents").len();
    assert_eq!(count(Filter { place: Some("كركوك".into()), ..Filter::default() }), 2);
    assert_eq!(count(Filter { place: Some("كركوك".into()), actor: Some("المسلحين".into()), ..Filter::default() }), 2, "whatever the ending");
    assert_eq!(count(Filter { actor: Some("IRQ UAF".into()), ..Filter::default() }), 3);
    assert_eq!(count(Filter { after: marsad_ledger::days("2026-03-05").map(|d| d.0), ..Filter::default() }), 1);
    assert_eq!(count(Filter { kind: Some(EventType::Protest), ..Filter::default() }), 0);
    assert_eq!(count(Filter { least: 2, country: Some("iq".into()), ..Filter::default() }), 1);
    assert_eq!(count(Filter { limit: 2, skip: 2, ..Filter::default() }), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    /// An incident depends on the reports that there are, not on when each came or how many at a time.
    #[test]
    fn any_order_and_any_batches_give_the_same_incidents_and_ids(order in Just(vec![0usize, 1, 2, 3, 4, 5]).prop_shuffle(), every in 1usize..7) {
        let folder = tempfile::tempdir().expect("a folder");
        let (one, two) = (in_order(&folder.path().join("one")), ledger(&folder.path().join("two"), &order, every));
        let (mine, theirs) = (list(&one), list(&two));
        prop_assert_eq!(&mine, &theirs);
        for i in &mine {
            let facts = |l: &Ledger| l.incident(&i.id).map(|p| (p.claims.iter().map(|c| (c.slot, c.value.clone(), c.superseded, c.independent)).collect::<Vec<_>>(), p.reports.iter().map(|r| (r.article.clone(), r.tie.as_ref().map(|t| t.to.clone()))).collect::<Vec<_>>())).expect("a page");
            prop_assert_eq!(facts(&one), facts(&two));
        }
    }
}

/// Three orders of arrival, in batches of different sizes.
const ORDERS: [([usize; 6], usize); 3] = [([0, 1, 2, 3, 4, 5], 100), ([5, 3, 1, 0, 4, 2], 1), ([2, 4, 0, 5, 1, 3], 2)];

/// Whatever is shown of the incidents, with the names of their reports.
fn shown(ledger: &Ledger) -> Vec<(Incident, Vec<String>)> {
    list(ledger).into_iter().map(|i| (i.clone(), names(&ledger.incident(&i.id).expect("a page")).into_iter().map(str::to_owned).collect())).collect()
}

#[test]
fn edited_and_reread_reports_end_in_the_same_incidents_whatever_came_first() {
    // دجلة puts another story in the place of its own; الصباح's is read anew, and now no toll is found in it.
    let all = reports();
    let mut edited = all[4].clone();
    edited.0.id.clone_from(&all[1].0.id);
    edited.0.source.clone_from(&all[1].0.source);
    // By its headline a text of other words is known as the same article.
    edited.0.title.clone_from(&all[1].0.title);
    edited.0.text += " وقالت الشرطة إنها تحقق في الحادث.";
    let mut read_anew = all[2].1.clone();
    read_anew.events[0].killed = None;
    let mut ends = Vec::new();
    for (order, every) in ORDERS {
        let folder = tempfile::tempdir().expect("a folder");
        let mut ledger = ledger(folder.path(), &order, every);
        assert!(page_of(&ledger, "dijla-7").reports.len() > 1, "as long as it tells of Kirkuk it stands with the others");
        ledger.add(&edited.0, &edited.1).expect("a new version");
        if every == 1 {
            ledger.group().expect("grouped");
        }
        let report: i64 = ledger.tables().query_row("SELECT report FROM document WHERE name = 'sabah-3'", [], |r| r.get(0)).expect("the report");
        let entry = Entry::new(all[2].0.clone()).read(&read_anew, None).expect("an entry");
        let mut batch = ledger.batch().expect("a batch");
        assert!(batch.reread(report, &entry).expect("reread"));
        batch.commit().expect("written");
        ledger.group().expect("grouped");
        assert_eq!(page_of(&ledger, "rafid-1").incident.killed, Some([3, 3, 3]), "the tolls of what was edited and read anew are gone");
        ends.push(shown(&ledger));
    }
    assert!(!ends[0].iter().any(|(_, names)| names.contains(&"dijla-7".to_owned()) && names.contains(&"rafid-1".to_owned())));
    assert_eq!(ends[0], ends[1]);
    assert_eq!(ends[0], ends[2]);
}

#[test]
fn what_a_crowded_key_compares_does_not_depend_on_the_order_of_arrival() {
    let table = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge/grouping.tsv")).expect("the table");
    let crowded: String = table.lines().map(|l| if l.starts_with("crowd\t") { "crowd\t1\tone act a day\n".to_owned() } else { format!("{l}\n") }).collect();
    let tables = Tables::new(&crowded).expect("tables");
    let mut ends = Vec::new();
    for (order, every) in ORDERS {
        let folder = tempfile::tempdir().expect("a folder");
        let all = reports();
        let mut ledger = Ledger::create(folder.path()).expect("a ledger");
        for (n, i) in order.iter().enumerate() {
            ledger.add(&all[*i].0, &all[*i].1).expect("added");
            if n % every == 0 {
                ledger.group_with(&tables).expect("grouped");
            }
        }
        ledger.group_with(&tables).expect("grouped");
        ends.push(shown(&ledger));
    }
    assert_eq!(ends[0], ends[1]);
    assert_eq!(ends[0], ends[2]);
    let folder = tempfile::tempdir().expect("a folder");
    assert_ne!(ends[0], shown(&in_order(folder.path())), "with one act a day under a key, acts of that day are not compared");
}

#[test]
fn an_incident_has_the_headline_of_a_report_that_begins_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ledger = in_order(folder.path());
    let (mut document, mut reading) = reports()[0].clone();
    document.id = "review-1".into();
    document.source = Some("النشرة".into());
    document.published = Some("2026-03-01".into());
    document.title = Some("ارتفاع أسعار القمح في الأسواق".into());
    document.text = format!("ارتفعت أسعار القمح في الأسواق. وعزا التجار ذلك إلى الجفاف. ولم تعلق الوزارة على الأمر. {}", document.text);
    reading.published.clone_from(&document.published);
    reading.title.clone_from(&document.title);
    let event = &mut reading.events[0];
    event.trigger = mark(&document.text, "هاجم");
    event.actor[0].mark = mark(&document.text, "مسلحون");
    event.place = event.place.clone().map(|p| Place { mark: mark(&document.text, "كركوك"), ..p });
    ledger.add(&document, &reading).expect("added");
    ledger.group().expect("grouped");
    let page = page_of(&ledger, "rafid-1");
    assert_eq!(page.reports[0].name, "review-1", "the review was there first");
    assert_eq!(page.incident.title.as_deref(), Some("مقتل أربعة شرطيين بهجوم مسلح على حاجز في كركوك"), "of two reports of one day that with the smaller key");
    assert!(list(&ledger).iter().any(|i| i.title == page.incident.title), "the list has the same");
}

#[test]
fn the_number_of_a_vague_word_lies_within_the_range_that_is_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "هاجم مسلحون حاجزا في كركوك أمس وقتلوا عشرات من الجنود.";
    let report = Report { id: "x", source: "الرافد", published: "2026-03-02", title: "هجوم على حاجز", text, trigger: "هاجم", status: Status::Actual, town: KIRKUK, date: None, actor: "مسلحون", killed: None, speaker: None };
    let (document, mut reading) = report.pair();
    // The word means twenty and more; ACLED counts it as ten.
    reading.events[0].killed = Some(Count { text: "عشرات".into(), min: Some(20), max: None });
    let mut ledger = Ledger::create(folder.path()).expect("a ledger");
    ledger.add(&document, &reading).expect("added");
    ledger.group().expect("grouped");
    let page = page_of(&ledger, "x");
    assert_eq!(page.incident.killed, Some([10, 20, 10]));
    let claim = page.claims.iter().find(|c| c.slot == Slot::Killed).expect("a claim");
    assert_eq!((claim.value.as_str(), claim.range, claim.counts), ("10+", Some((10, 20)), 10));
}

#[test]
fn another_kind_of_file_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "some notes of mine, long enough to be taken for a database by a careless program").expect("written");
    let message = Ledger::create(&path).expect_err("must be refused").to_string();
    assert!(message.contains("notes.txt") && message.contains("no ledger"), "{message}");
    assert!(path.exists());
}
