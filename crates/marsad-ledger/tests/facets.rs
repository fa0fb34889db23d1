//! Counts of incidents: each is the number of those that are listed under the same filter.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use marsad_format::{Document, Event, EventType, Mark, Participant, Place, PlaceKind, Reading, Status};
use marsad_ledger::group::{Facet, Facets, Filter, Incident};
use marsad_ledger::{Ledger, days};
use std::path::Path;

fn mark(text: &str, word: &str) -> Mark {
    let at = text.find(word).expect("the word stands in the text");
    let start = text[..at].chars().count() as u32;
    Mark { start, end: start + word.chars().count() as u32, text: word.to_owned() }
}

struct Told {
    id: &'static str,
    source: &'static str,
    day: Option<&'static str>,
    kind: EventType,
    text: &'static str,
    trigger: &'static str,
    town: Option<(&'static str, &'static str, &'static str, f64, f64)>,
    actor: (&'static str, &'static str, Option<&'static str>),
}

/// Five acts: two outlets on the first, two places of one name, one act without a day and a place.
const TOLD: [Told; 6] = [
    Told { id: "n-1", source: "النهر", day: Some("2026-03-01"), kind: EventType::Assault, text: "هاجم مسلحو داعش حاجزا للشرطة في كركوك وقتلوا ثلاثة من عناصره عند الفجر.", trigger: "هاجم", town: Some(("كركوك", "Kirkuk", "IQ", 35.47, 44.39)), actor: ("داعش", "IMG REB", Some("Islamic State")) },
    Told { id: "s-1", source: "الساحل", day: Some("2026-03-01"), kind: EventType::Assault, text: "قالت الشرطة إن عناصر داعش هاجموا حاجزا لها في كركوك فجرا وقتلوا ثلاثة من عناصره ثم فروا.", trigger: "هاجموا", town: Some(("كركوك", "Kirkuk", "IQ", 35.47, 44.39)), actor: ("داعش", "IMG REB", Some("Islamic State")) },
    Told { id: "n-2", source: "النهر", day: Some("2026-03-04"), kind: EventType::Protest, text: "تظاهر مئات الطلبة أمام مبنى البلدية في طرابلس مطالبين بفتح المدارس المغلقة.", trigger: "تظاهر", town: Some(("طرابلس", "Tripoli", "LB", 34.44, 35.85)), actor: ("الطلبة", "LBN CVL EDU", None) },
    Told { id: "s-2", source: "الساحل", day: Some("2026-03-12"), kind: EventType::Protest, text: "خرج سائقو الشاحنات في احتجاج على ارتفاع سعر الوقود وقطعوا الطريق الساحلي شرقي طرابلس.", trigger: "احتجاج", town: Some(("طرابلس", "Tripoli", "LY", 32.88, 13.19)), actor: ("سائقو الشاحنات", "LBY CVL LAB", None) },
    Told { id: "j-1", source: "الجبل", day: Some("2026-03-20"), kind: EventType::Assault, text: "قصف مقاتلو داعش قرية قرب حلب بقذائف الهاون فأصيب راعيان وتضرر مسجدها.", trigger: "قصف", town: Some(("حلب", "Aleppo", "SY", 36.2, 37.16)), actor: ("داعش", "IMG REB", Some("Islamic State")) },
    Told { id: "j-2", source: "الجبل", day: None, kind: EventType::Consult, text: "التقى الوزير سفراء دول الجوار وبحث معهم ملف المياه المشتركة وتقاسم مواسمها.", trigger: "التقى", town: None, actor: ("الوزير", "IRQ GOV", None) },
];

fn pair(t: &Told) -> (Document, Reading) {
    let place = t.town.map(|(word, name, country, lat, lon)| Place {
        mark: mark(t.text, word),
        name: Some(name.into()),
        country: Some(country.into()),
        admin1: None,
        admin2: None,
        lat: Some(lat),
        lon: Some(lon),
        kind: Some(PlaceKind::City),
        geonames: None,
        confidence: 0.9,
    });
    let event = Event {
        trigger: mark(t.text, t.trigger),
        kind: t.kind,
        mode: vec![],
        context: vec![],
        status: Status::Actual,
        actor: vec![Participant { mark: mark(t.text, t.actor.0), code: t.actor.1.into(), name: t.actor.2.map(str::to_owned), entity: None }],
        recipient: vec![],
        place,
        date: t.day.map(str::to_owned),
        killed: None,
        injured: None,
        according_to: None,
        quad: t.kind.quad(),
        confidence: 0.9,
    };
    let published = t.day.map(str::to_owned);
    let reading = Reading { id: t.id.into(), source: Some(t.source.into()), published: published.clone(), events: vec![event], ..Reading::default() };
    (Document { id: t.id.into(), text: t.text.into(), source: Some(t.source.into()), published, ..Document::default() }, reading)
}

fn ledger(folder: &Path) -> Ledger {
    let mut ledger = Ledger::open(folder).expect("a ledger");
    for told in &TOLD {
        let (document, reading) = pair(told);
        assert!(ledger.add(&document, &reading).expect("added"));
    }
    ledger.group().expect("grouped");
    ledger
}

/// The filter with a value of a facet chosen in it, in place of the one that it has.
fn choose(filter: &Filter, facet: Facet, value: &str) -> Filter {
    let (mut chosen, value) = (filter.clone(), value.to_owned());
    match facet {
        Facet::Kind => chosen.kind = EventType::parse(&value),
        Facet::State => chosen.state = Some(value),
        Facet::Country => chosen.country = Some(value),
        Facet::Place => chosen.named_place = Some(value),
        Facet::Actor => chosen.named_actor = Some(value),
        Facet::Outlet => chosen.outlet = Some(value),
    }
    chosen
}

fn values(facets: &Facets, facet: Facet) -> Vec<(&str, u64)> {
    facets.counts[&facet].iter().map(|c| (&*c.value, c.incidents)).collect()
}

/// All filters that one or two conditions make.
fn filters() -> Vec<Filter> {
    let day = |text: &str| days(text).map(|d| d.0);
    let none = Filter::default;
    let one = vec![
        none(),
        Filter { kind: Some(EventType::Assault), ..none() },
        Filter { state: Some("open".into()), ..none() },
        Filter { state: Some("dismissed".into()), ..none() },
        Filter { country: Some("iq".into()), ..none() },
        Filter { place: Some("طرابلس".into()), ..none() },
        Filter { actor: Some("داعش".into()), ..none() },
        Filter { actor: Some("IMG REB".into()), ..none() },
        Filter { actor: Some("لا أحد".into()), ..none() },
        Filter { named_place: Some("LY/Tripoli".into()), ..none() },
        Filter { named_actor: Some("Islamic State".into()), ..none() },
        Filter { named_actor: Some("Nobody".into()), ..none() },
        Filter { outlet: Some("النهر".into()), ..none() },
        Filter { after: day("2026-03-04"), ..none() },
        Filter { before: day("2026-03-12"), ..none() },
        Filter { least: 2, ..none() },
    ];
    let both = |a: &Filter, b: &Filter| Filter {
        kind: a.kind.or(b.kind),
        state: a.state.clone().or(b.state.clone()),
        country: a.country.clone().or(b.country.clone()),
        place: a.place.clone().or(b.place.clone()),
        actor: a.actor.clone().or(b.actor.clone()),
        named_place: a.named_place.clone().or(b.named_place.clone()),
        named_actor: a.named_actor.clone().or(b.named_actor.clone()),
        outlet: a.outlet.clone().or(b.outlet.clone()),
        after: a.after.or(b.after),
        before: a.before.or(b.before),
        least: a.least.max(b.least),
        ..Filter::default()
    };
    one.iter().flat_map(|a| one.iter().map(|b| both(a, b))).collect()
}

/// Every count agrees with the list, under every filter.
fn agrees(ledger: &Ledger) {
    for filter in filters() {
        let listed = ledger.incidents(&filter).expect("a list");
        let facets = ledger.facets(&filter).expect("facets");
        assert_eq!(facets.total as usize, listed.len(), "{filter:?}");
        // Page by page, one behind the other, the list is the same.
        let mut pages = Vec::new();
        loop {
            let behind = pages.last().map(Incident::position);
            let page = ledger.incidents(&Filter { limit: 2, behind, ..filter.clone() }).expect("a page");
            if page.is_empty() {
                break;
            }
            pages.extend(page);
        }
        assert_eq!(pages, listed, "{filter:?}");
        for (facet, counts) in &facets.counts {
            for count in counts {
                let chosen = choose(&filter, *facet, &count.value);
                assert_eq!(count.incidents as usize, ledger.incidents(&chosen).expect("a list").len(), "{facet:?} {} under {filter:?}", count.value);
            }
        }
        let histogram = ledger.histogram(&filter).expect("a histogram");
        assert_eq!(histogram.days.iter().map(|d| d.1).sum::<u64>() + histogram.undated, facets.total, "{filter:?}");
        for (day, n) in histogram.days {
            let that_day = Filter { after: Some(day), before: Some(day), ..filter.clone() };
            assert_eq!(n as usize, ledger.incidents(&that_day).expect("a list").len(), "day {day} under {filter:?}");
        }
        let points = ledger.points(&filter).expect("points");
        assert_eq!(points.points.iter().map(|p| p.incidents).sum::<u64>() + points.nowhere, facets.total, "{filter:?}");
        for point in &points.points {
            let there: Vec<_> = listed.iter().filter(|i| i.point == Some((point.lat, point.lon))).collect();
            assert_eq!(point.incidents as usize, there.len(), "{point:?} under {filter:?}");
            assert_eq!(point.latest, there[0].id, "lists begin with the latest");
        }
    }
}

#[test]
fn each_value_is_counted_as_often_as_it_is_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut ledger = ledger(folder.path());
    let all = ledger.facets(&Filter::default()).expect("facets");
    assert_eq!(all.total, 5, "the two reports from Kirkuk tell of one act");
    assert_eq!(values(&all, Facet::Kind), [("ASSAULT", 2), ("PROTEST", 2), ("CONSULT", 1)]);
    assert_eq!(values(&all, Facet::Place), [("IQ/Kirkuk", 1), ("LB/Tripoli", 1), ("LY/Tripoli", 1), ("SY/Aleppo", 1)], "two towns of one name are two");
    assert_eq!(values(&all, Facet::Actor), [("Islamic State", 2), ("IRQ GOV", 1), ("LBN CVL EDU", 1), ("LBY CVL LAB", 1)], "the code of those without a name");
    assert_eq!(values(&all, Facet::Outlet), [("الجبل", 2), ("الساحل", 2), ("النهر", 2)]);
    assert_eq!(ledger.histogram(&Filter::default()).expect("a histogram").undated, 1);
    agrees(&ledger);

    let protests = ledger.facets(&Filter { kind: Some(EventType::Protest), ..Filter::default() }).expect("facets");
    assert_eq!(protests.total, 2);
    assert_eq!(values(&protests, Facet::Kind), values(&all, Facet::Kind), "what else could be chosen stays to be seen");
    assert_eq!(values(&protests, Facet::Country), [("LB", 1), ("LY", 1)]);

    let protest = ledger.incidents(&Filter { country: Some("LY".into()), ..Filter::default() }).expect("a list")[0].id.clone();
    ledger.dismiss(&protest, "هدى", "تمرين").expect("dismissed");
    let left = ledger.facets(&Filter::default()).expect("facets");
    assert_eq!((left.total, values(&left, Facet::State)), (4, vec![("open", 4), ("dismissed", 1)]));
    agrees(&ledger);
}

#[test]
fn counts_follow_the_ledger_and_are_shared_by_its_readers() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut writer = ledger(folder.path());
    let one = Ledger::read(folder.path()).expect("a reader");
    let two = one.again().expect("another");
    let total = |l: &Ledger| l.facets(&Filter::default()).expect("facets").total;
    assert_eq!((total(&one), total(&two)), (5, 5));

    let (mut document, mut reading) = pair(&TOLD[4]);
    for id in [&mut document.id, &mut reading.id] {
        *id = "n-9".into();
    }
    document.text = document.text.replace("حلب", "حمص").replace("راعيان وتضرر مسجدها", "فلاحون في بساتينهم");
    document.published = Some("2026-04-02".into());
    let event = &mut reading.events[0];
    event.place = event.place.take().map(|p| Place { mark: mark(&document.text, "حمص"), name: Some("Homs".into()), lat: Some(34.73), lon: Some(36.71), ..p });
    event.date = Some("2026-04-02".into());
    reading.published = Some("2026-04-02".into());
    writer.add(&document, &reading).expect("added");
    writer.group().expect("grouped");
    assert_eq!((total(&one), total(&two)), (6, 6));
    agrees(&two);

    // The same text in another outlet is no other act, and the act has another outlet.
    let copy = Document { id: "b-1".into(), source: Some("البادية".into()), ..document };
    writer.add(&copy, &reading).expect("added");
    writer.group().expect("grouped");
    let there = one.incidents(&Filter { outlet: Some("البادية".into()), ..Filter::default() }).expect("a list");
    assert_eq!(there.iter().map(|i| (i.place_name.as_deref(), i.reports, i.outlets, i.independent)).collect::<Vec<_>>(), [(Some("Homs"), 2, 2, 1)]);
    assert_eq!(total(&one), 6);
    agrees(&one);
}
