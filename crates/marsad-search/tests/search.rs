//! Questions to a small index, each with the reports it must find and why.

use marsad_format::{Count, Event, EventType, Extent, Mark, Mood, Participant, Place, PlaceKind, Reading, Speaker, Statement, Status};
use marsad_knowledge::Knowledge;
use marsad_search::{Entry, Error, Index, Order, Query, Request};
use tempfile::TempDir;

fn mark(text: &str, words: &str) -> Mark {
    let start = text.find(words).map_or(0, |at| text[..at].chars().count());
    Mark { start: start as u32, end: (start + words.chars().count()) as u32, text: words.to_owned() }
}

fn event(text: &str, trigger: &str, kind: EventType) -> Event {
    Event {
        trigger: mark(text, trigger),
        kind,
        mode: Vec::new(),
        context: Vec::new(),
        status: Status::Actual,
        actor: Vec::new(),
        recipient: Vec::new(),
        place: None,
        date: None,
        killed: None,
        injured: None,
        according_to: None,
        quad: kind.quad(),
        confidence: 0.9,
    }
}

fn participant(text: &str, words: &str, name: Option<&str>, code: &str) -> Participant {
    Participant { mark: mark(text, words), code: code.to_owned(), name: name.map(str::to_owned), entity: None }
}

fn place(text: &str, words: &str, name: &str, country: &str) -> Place {
    Place { mark: mark(text, words), name: Some(name.to_owned()), country: Some(country.to_owned()), admin1: None, admin2: None, lat: None, lon: None, kind: Some(PlaceKind::City), geonames: None, confidence: 0.9 }
}

fn count(text: &str, n: u64) -> Option<Count> {
    Some(Count { text: text.to_owned(), min: Some(n), max: Some(n) })
}

fn entry(report: u64, day: &str, outlet: &str, title: &str, text: &str, events: Vec<Event>) -> Entry {
    let reading = Reading { events, ..Reading::default() };
    Entry { report, titles: vec![title.to_owned()], text: text.to_owned(), day: marsad_ledger::days(day).map(|d| d.0), outlets: vec![outlet.to_owned()], reading: Some(reading) }
}

fn reports() -> Vec<Entry> {
    let mosque = "فجر انتحاري من داعش نفسه بمسجد في كركوك، فقتل اثني عشر مصليا وأصيب عشرون، بحسب الشرطة.";
    let mut blast = event(mosque, "فجر", EventType::Assault);
    blast.actor = vec![participant(mosque, "انتحاري من داعش", Some("Islamic State"), "IMG REB")];
    blast.recipient = vec![participant(mosque, "مصليا", None, "IRQ CVL")];
    blast.place = Some(place(mosque, "كركوك", "Kirkuk", "IQ"));
    (blast.killed, blast.injured) = (count("اثني عشر", 12), count("عشرون", 20));
    blast.according_to = Some(Speaker { mark: mark(mosque, "الشرطة"), name: None });

    let raid = "قصفت طائرات التحالف مواقع للحوثيين قرب صنعاء، فيما احتج سكان في كركوك على انقطاع الكهرباء.";
    let mut strike = event(raid, "قصفت", EventType::Assault);
    strike.actor = vec![participant(raid, "التحالف", Some("Saudi-led coalition"), "IMG MIL")];
    strike.recipient = vec![participant(raid, "للحوثيين", Some("Houthis"), "YEM REB")];
    strike.place = Some(place(raid, "صنعاء", "Sanaa", "YE"));
    let mut protest = event(raid, "احتج", EventType::Protest);
    protest.place = Some(place(raid, "كركوك", "Kirkuk", "IQ"));

    let visit = "زار رئيس إقليم كوردستان مسعود بارزاني باريس، وبحث مع الرئيس الفرنسي الحرب على تنظيم الدولة.";
    let mut consult = event(visit, "زار", EventType::Consult);
    consult.actor = vec![participant(visit, "مسعود بارزاني", Some("Masoud Barzani"), "IRQ GOV")];

    let schools = "أغلقت السلطات والمساجد مفتوحة ثلاث مدارس في الرياض، وقالت إنّ المَسْجِد الكبيــر لن يغلق.";

    let speech = "قال وزير الخارجية السعودي عادل الجبير إن المفاوضات مع إيران لم تبدأ.";
    let mut said = entry(5, "2015-08-03", "aawsat", "الجبير: لا مفاوضات", speech, Vec::new());
    let speaker = Some(Speaker { mark: mark(speech, "عادل الجبير"), name: None });
    said.reading.as_mut().expect("it has one").statements = vec![Statement { cue: mark(speech, "قال"), speaker, content: Extent::default(), mood: Mood::Indirect, via: None }];
    vec![
        entry(1, "2015-07-21", "السومرية نيوز", "تفجير في كركوك", mosque, vec![blast]),
        entry(2, "2015-07-25", "aawsat", "غارات على صنعاء", raid, vec![strike, protest]),
        entry(3, "2015-08-01", "رووداو", "بارزاني في باريس", visit, vec![consult]),
        entry(4, "2015-06-30", "alriyadh", "إغلاق مدارس", schools, Vec::new()),
        said,
    ]
}

struct Shelf {
    index: Index,
    knowledge: Knowledge,
    _folder: TempDir,
}

impl Shelf {
    fn new(list: &[Entry]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut index = Index::at(&folder.path().join("index")).expect("an index");
        let mut writer = index.writer().expect("the one writer");
        list.iter().for_each(|e| writer.put(e, None).expect("it is written"));
        writer.commit_alone().expect("it is written");
        writer.finish().expect("it is written");
        index.refresh().expect("it is there");
        Self { index, knowledge: Knowledge::embedded().expect("the tables"), _folder: folder }
    }

    fn find(&self, query: &str) -> Vec<u64> {
        let query = Query::parse(query).unwrap_or_else(|e| panic!("{query}: {e}"));
        let found = self.index.search(&self.knowledge, &Request::new(&query)).unwrap_or_else(|e| panic!("{e}"));
        let mut reports: Vec<u64> = found.hits.iter().map(|h| h.report).collect();
        reports.sort_unstable();
        reports
    }

    fn fault(&self, query: &str) -> String {
        match Query::parse(query) {
            Err(fault) => fault.to_string(),
            Ok(query) => match self.index.search(&self.knowledge, &Request::new(&query)) {
                Err(Error::Query(fault)) => fault.to_string(),
                other => panic!("{query:?} should not be understood: {other:?}"),
            },
        }
    }
}

#[test]
fn words_are_found_in_any_spelling() {
    let shelf = Shelf::new(&reports());
    for (query, expected, why) in [
        ("مسجد", &[1, 4][..], "بمسجد has a particle, المَسْجِد an article and diacritics; والمساجد is a broken plural, which no rule makes"),
        ("المسجد", &[1, 4], "the article may be left out in the text"),
        ("الكبير", &[4], "tatweel says nothing"),
        ("مساجد", &[4], "والمساجد without its conjunction and article"),
        ("اغلاق", &[4], "hamza left out, and a word of the headline alone"),
        ("الحوثيين", &[2], "للحوثيين: the article's alif is swallowed by lam"),
        ("كوردستان", &[3], "a name whose first letter looks like a particle is not cut"),
        ("بارزاني", &[3], "nor is this one"),
        ("ارزان", &[], "what a cut of بارزاني at both ends would leave"),
        ("لباريس", &[3], "a particle in the question"),
        ("كركوك الكهرباء", &[2], "all words must be there"),
        ("کرکوک", &[1, 2], "Persian letters"),
    ] {
        assert_eq!(shelf.find(query), expected, "{query}: {why}");
    }
}

#[test]
fn phrases_exclusion_and_alternatives() {
    let shelf = Shelf::new(&reports());
    for (query, expected, why) in [
        ("\"تنظيم الدولة\"", &[3][..], "the words in this order"),
        ("\"الدولة تنظيم\"", &[], "and in no other"),
        ("«رئيس إقليم»", &[3], "any quotation marks"),
        ("\"السلطات المساجد\"", &[4], "inside a phrase too a word may carry clitics: السلطات والمساجد"),
        ("كركوك -داعش", &[2], "without a word"),
        ("-كركوك", &[3, 4, 5], "nothing but what is excluded"),
        ("صنعاء OR باريس", &[2, 3], "one of two"),
        ("صنعاء | باريس", &[2, 3], "the same"),
        ("كركوك صنعاء OR مسجد", &[1, 2], "OR binds its neighbours"),
        ("(كركوك صنعاء) OR مدارس", &[2, 4], "brackets bind more closely"),
        ("- كركوك", &[1, 2], "a dash of its own excludes nothing"),
    ] {
        assert_eq!(shelf.find(query), expected, "{query}: {why}");
    }
}

#[test]
fn fields_by_any_name() {
    let shelf = Shelf::new(&reports());
    for (query, expected, why) in [
        ("actor:داعش", &[1][..], "by the Arabic name"),
        ("actor:ISIS", &[1], "by an alias in Latin letters"),
        ("actor:\"Islamic State\"", &[1], "by the canonical name"),
        ("actor:\"تنظيم الدولة\"", &[1], "by another Arabic name, though this text does not hold it"),
        ("فاعل:داعش", &[1], "the field in Arabic"),
        ("recipient:Houthis", &[2], "what is done to them"),
        ("actor:Houthis", &[], "they do nothing here"),
        ("recipient:\"IRQ CVL\"", &[1], "by PLOVER's code"),
        ("place:Kirkuk", &[1, 2], "by the Latin name"),
        ("place:كركوك", &[1, 2], "by the Arabic one"),
        ("country:العراق", &[1, 2], "by a state's name"),
        ("country:IRQ", &[1, 2], "by its code"),
        ("country:ye,iq", &[1, 2], "one of two"),
        ("type:consult", &[3], "by type"),
        ("speaker:الجبير", &[5], "part of the name of one who is quoted"),
        ("speaker:الشرطة", &[1], "whom an event is attributed to"),
        ("outlet:aawsat", &[2, 5], "by outlet"),
        ("outlet:السومرية", &[1], "by part of its name"),
        ("killed:>10", &[1], "twelve are more than ten"),
        ("killed:>12", &[], "and not more than twelve"),
        ("killed:٥..١٢", &[1], "Arabic digits"),
        ("injured:20", &[1], "just so many"),
        ("after:2015-07-25", &[2, 3, 5], "that day and later"),
        ("before:2015-07", &[4], "before that month"),
        ("actor:داعش place:كركوك type:assault after:2015-07-20", &[1], "all together"),
        ("-type:assault كركوك", &[], "both reports of Kirkuk tell of an assault"),
    ] {
        assert_eq!(shelf.find(query), expected, "{query}: {why}");
    }
}

#[test]
fn fields_side_by_side_hold_of_one_event() {
    let shelf = Shelf::new(&reports());
    for (query, expected, why) in [
        ("type:assault place:كركوك", &[1][..], "report 2 has an assault and Kirkuk, but the assault is in Sanaa"),
        ("type:protest place:كركوك", &[2], "what happens there is a protest"),
        ("type:assault place:صنعاء OR place:كركوك", &[1, 2], "either place, but of the assault"),
        ("type:assault,protest place:كركوك", &[1, 2], "either type, but there"),
        ("type:protest killed:>1", &[], "the count belongs to the other act"),
    ] {
        assert_eq!(shelf.find(query), expected, "{query}: {why}");
    }
}

#[test]
fn what_is_not_understood_is_named_with_what_is_possible() {
    let shelf = Shelf::new(&reports());
    for (query, words, remedy) in [
        ("كركوك actr:داعش", "actr:داعش\u{2069} (characters 7 to 15)", "actor, recipient"),
        ("type:bombing", "type:bombing", "assault"),
        ("status:maybe", "status:maybe", "hypothetical"),
        ("country:أطلانطس", "country:أطلانطس", "ISO code"),
        ("after:الجمعة", "after:الجمعة", "2015-07-20"),
        ("killed:many", "killed:many", "killed:>10"),
        ("\"تنظيم الدولة", "\"تنظيم الدولة", "close it"),
        ("(كركوك", "(", "not closed"),
        ("كركوك)", ")", "closes none"),
        ("كركوك OR", "OR", "write one behind it"),
        ("OR كركوك", "OR", "write one before it"),
        ("place:", "place:", "place:Kirkuk"),
        ("  ", "the query", "no words"),
    ] {
        let said = shelf.fault(query);
        assert!(said.contains(words) && said.contains(remedy), "{query}: {said}");
    }
    let query = Query::parse("actor:فرسان_الهيكل").expect("it is a query");
    let found = shelf.index.search(&shelf.knowledge, &Request::new(&query)).expect("it is searched");
    assert!(found.hits.is_empty() && found.notes.iter().any(|n| n.contains("فرسان_الهيكل")), "an unknown name is no fault, but it is said: {found:?}");
}

#[test]
fn the_headline_and_the_bare_word_go_first() {
    let text = |end: &str| format!("اجتمع الوزراء في العاصمة وتحدثوا عن الميزانية ثم عن {end}.");
    let list = [("جلسة", "الزلزال"), ("زلزال", "زلزال"), ("جلسة", "زلزال")];
    let list: Vec<Entry> = (1..).zip(list).map(|(n, (title, end))| entry(n, "2015-07-01", "وات", title, &text(end), Vec::new())).collect();
    let shelf = Shelf::new(&list);
    let query = Query::parse("زلزال").expect("it is a query");
    let found = shelf.index.search(&shelf.knowledge, &Request::new(&query)).expect("it is searched");
    assert_eq!(found.hits.iter().map(|h| h.report).collect::<Vec<_>>(), [2, 3, 1], "the headline's, then the word as it was asked for, then the one with an article");
}

#[test]
fn facets_count_reports() {
    let shelf = Shelf::new(&reports());
    let query = Query::parse("كركوك").expect("it is a query");
    let found = shelf.index.search(&shelf.knowledge, &Request { facets: true, ..Request::new(&query) }).expect("it is searched");
    let of = |facet: &str| found.facets[facet].iter().map(|(v, n)| format!("{v} {n}")).collect::<Vec<_>>();
    assert_eq!(found.total, 2);
    assert_eq!(of("type"), ["ASSAULT 2", "PROTEST 1"], "a report counts once for each type in it");
    assert_eq!(of("country"), ["IQ 2", "YE 1"]);
    assert_eq!(of("month"), ["2015-07 2"]);
    assert_eq!(of("actor"), ["Islamic State 1", "Saudi-led coalition 1"]);
    assert_eq!(of("outlet"), ["aawsat 1", "السومرية نيوز 1"]);
}

#[test]
fn pages_go_on_where_the_last_one_ended() {
    let list: Vec<Entry> = (1..=25).map(|n| entry(n, &format!("2015-07-{:02}", n % 5 + 1), "وات", "خبر", &format!("وصل وفد رقم {n} إلى العاصمة."), Vec::new())).collect();
    let shelf = Shelf::new(&list);
    let query = Query::parse("وفد").expect("it is a query");
    for order in [Order::Newest, Order::Oldest, Order::Relevance] {
        let request = Request { order, limit: 25, ..Request::new(&query) };
        let whole: Vec<u64> = shelf.index.search(&shelf.knowledge, &request).expect("it is searched").hits.iter().map(|h| h.report).collect();
        let (mut pages, mut behind) = (Vec::new(), None);
        loop {
            let found = shelf.index.search(&shelf.knowledge, &Request { limit: 4, behind, ..request }).expect("it is searched");
            assert_eq!(found.total, 25, "the number of all does not depend on the page");
            pages.extend(found.hits.iter().map(|h| h.report));
            match found.next {
                Some(next) => behind = Some(next.to_string().parse().expect("a cursor survives its way through a link")),
                None => break,
            }
        }
        assert_eq!((whole.len(), pages), (25, whole), "{order:?}: no report twice, none left out, though many have one day");
    }
    let other = Query::parse("العاصمة").expect("it is a query");
    let behind = shelf.index.search(&shelf.knowledge, &Request { limit: 4, ..Request::new(&query) }).expect("it is searched").next;
    let wrong = shelf.index.search(&shelf.knowledge, &Request { behind, ..Request::new(&other) });
    assert!(matches!(wrong, Err(Error::Cursor(_))), "a cursor of another question is refused");
}

#[test]
fn hits_are_marked_as_whole_words_of_the_original() {
    let shelf = Shelf::new(&reports());
    for (query, text, expected, why) in [
        ("مسجد", "وقع الانفجار بالمَسْجِد الكبير.", &["بالمَسْجِد"][..], "with its clitics and diacritics, so that no joined letters are torn apart"),
        ("\"تنظيم الدولة\"", "حارب لتنظيم الدولة، ثم ترك التنظيم.", &["لتنظيم الدولة"], "a phrase is one mark"),
        ("عاصفة", "أطلق وسم #عاصفة_الحزم أمس.", &["عاصفة"], "a hashtag is its words"),
        ("ISIS -داعش", "قالت isis إن داعش…", &["isis"], "Latin in any case; what is excluded is not marked"),
        ("كركوك type:assault", "في كركوك 😀 وكركوك", &["كركوك", "وكركوك"], "offsets hold behind an emoji"),
    ] {
        let highlighter = shelf.index.highlighter(&Query::parse(query).expect("it is a query")).expect("the index is there");
        let found: Vec<&str> = highlighter.marks(text).into_iter().map(|s| s.of(text)).collect();
        assert_eq!(found, expected, "{query}: {why}");
    }
    let text = "كانت الليلة هادئة. ثم وقع انفجار في السوق. قتل خمسة في انفجار السوق المركزي. عاد الهدوء.";
    let highlighter = shelf.index.highlighter(&Query::parse("قتل انفجار سوق").expect("it is a query")).expect("the index is there");
    let excerpt = highlighter.excerpt(text, 60);
    assert!(excerpt.span.of(text).starts_with("قتل خمسة"), "the sentence with most of the words: {}", excerpt.span.of(text));
    assert_eq!(excerpt.marks.iter().map(|m| m.of(text)).collect::<Vec<_>>(), ["قتل", "انفجار", "السوق"]);
}
