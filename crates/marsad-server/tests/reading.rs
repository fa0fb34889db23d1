//! The pages that one reads (incident, report, actor, place, search) as a browser without script gets them: real requests to a
//! real server over a ledger of invented reports.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

mod site;

use marsad_format::{Count, DateMention, Document, Entity, EntityType, Event, EventType, Extent, Mood, Participant, Place, PlaceKind, Reading, Speaker, Statement, Status};
use marsad_ledger::Ledger;
use site::{Site, mark};
use std::collections::BTreeSet;
use std::path::Path;

/// A report of an assault near Kirkuk by the Islamic State on policemen.
#[derive(Clone, Copy)]
struct Report<'a> {
    id: &'a str,
    source: &'a str,
    published: &'a str,
    title: &'a str,
    text: &'a str,
    trigger: &'a str,
    killed: Option<(&'a str, u64)>,
    speaker: Option<&'a str>,
}

impl Report<'_> {
    fn add(&self, ledger: &mut Ledger) {
        let text = self.text;
        let place = Place {
            mark: mark(text, "كركوك"),
            name: Some("Kirkuk".into()),
            country: Some("IQ".into()),
            admin1: Some("Kirkuk".into()),
            admin2: None,
            lat: Some(35.468),
            lon: Some(44.392),
            kind: Some(PlaceKind::City),
            geonames: Some(94_787),
            confidence: 0.93,
        };
        let party = |word: &str, code: &str, name: Option<&str>| Participant { mark: mark(text, word), code: code.into(), name: name.map(str::to_owned), entity: None };
        let speaker = self.speaker.map(|s| Speaker { mark: mark(text, s), name: None });
        let event = Event {
            trigger: mark(text, self.trigger),
            kind: EventType::Assault,
            mode: vec![],
            context: vec![],
            status: Status::Actual,
            actor: vec![party("داعش", "IMG ISM", Some("Islamic State"))],
            recipient: vec![party("الشرطة", "IRQ COP", None)],
            place: Some(place.clone()),
            date: Some(self.published.into()),
            killed: self.killed.map(|(words, n)| Count { text: words.to_owned(), min: Some(n), max: Some(n) }),
            injured: None,
            according_to: speaker.clone(),
            quad: 4,
            confidence: 0.9,
        };
        let statement = speaker.map(|s| Statement { cue: mark(text, "قال"), content: Extent { start: 0, end: mark(text, "قال").start }, speaker: Some(s), mood: Mood::Indirect, via: Some("بيان".into()) });
        let entity = |word: &str, kind, name: &str| Entity { mark: mark(text, word), kind, name: Some(name.into()), transliterated: false, name_ar: None, entity: None, role: None, mention_of: None };
        let reading = Reading {
            id: self.id.into(),
            entities: vec![entity("داعش", EntityType::Org, "Islamic State"), entity("كركوك", EntityType::Gpe, "Kirkuk")],
            places: vec![place],
            dates: vec![DateMention { mark: mark(text, "الاثنين"), value: Some(self.published.into()) }],
            statements: statement.into_iter().collect(),
            events: vec![event],
            ..Reading::default()
        };
        let document = Document { id: self.id.into(), text: text.into(), title: Some(self.title.into()), source: Some(self.source.into()), published: Some(self.published.into()), ..Document::default() };
        ledger.add(&document, &reading).expect("added");
    }
}

const FIRST: Report<'_> = Report {
    id: "a",
    source: "وكالة النهر",
    published: "2026-03-02",
    title: "أربعة قتلى بهجوم على حاجز في كركوك",
    text: "هاجم داعش حاجزا لرجال الشرطة جنوبي كركوك صباح الاثنين وقتل أربعة منهم، قال قائد المنطقة.",
    trigger: "هاجم",
    killed: Some(("أربعة", 4)),
    speaker: Some("قائد المنطقة"),
};

const SECOND: Report<'_> = Report {
    id: "b",
    source: "صوت الجبل",
    published: "2026-03-03",
    title: "هجوم على حاجز للشرطة قرب كركوك",
    text: "قتل ستة من رجال الشرطة حين هاجم داعش حاجزا جنوبي كركوك فجر الاثنين كما قال مصدر طبي.",
    trigger: "هاجم",
    killed: Some(("ستة", 6)),
    speaker: Some("مصدر طبي"),
};

fn fill(folder: &Path) {
    let mut ledger = Ledger::open(folder).expect("a ledger");
    FIRST.add(&mut ledger);
    SECOND.add(&mut ledger);
    ledger.group().expect("grouped");
    ledger.close().expect("closed");
}

/// A page that is there.
fn get(site: &Site, path: &str) -> String {
    let answer = site.get(path);
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.body
}

/// The only incident's id.
fn incident(site: &Site) -> String {
    site.json("/api/v1/incidents")["items"][0]["id"].as_str().expect("an id").to_owned()
}

/// The keys of its reports, in order of time.
fn reports(site: &Site) -> Vec<String> {
    let incident = site.json(&format!("/api/v1/incidents/{}", incident(site)));
    incident["articles"].as_array().expect("articles").iter().filter_map(|a| a["article"].as_str()).map(str::to_owned).collect()
}

/// The stretches between two words.
fn between<'a>(body: &'a str, from: &'a str, to: &'a str) -> Vec<&'a str> {
    body.split(from).skip(1).filter_map(|rest| rest.split(to).next()).collect()
}

#[test]
fn an_incident_shows_who_says_what_by_chain_and_each_value_opens_its_sentence() {
    let site = Site::with(fill, None);
    let page = get(&site, &format!("/incidents/{}", incident(&site)));
    let table = between(&page, "<table class=\"claims\">", "</table>")[0];
    let heads = between(table, "<th scope=\"col\">", "</th>");
    assert!(heads.iter().any(|h| h.contains("قائد المنطقة") && h.contains("بيان") && h.contains("وكالة النهر")), "the source, its channel and the outlet are one chain: {heads:?}");
    assert!(heads.iter().any(|h| h.contains("مصدر طبي") && h.contains("صوت الجبل")));
    let rows = between(table, "<tr", "</tr>");
    let row = |name: &str| *rows.iter().find(|r| r.contains(&format!("<th scope=\"row\">{name}"))).expect("a row");
    let killed = row("قتلى");
    assert!(killed.contains("أقوال متعارضة") && killed.contains("<svg class=\"sign\""), "a contradiction is marked by words and by a sign");
    assert!(killed.contains("القاعدة المتحفظة"), "the value that is taken stands with its rule: {killed}");
    for (number, sentence) in [("4", "وقتل أربعة منهم"), ("6", "قتل ستة من رجال")] {
        let value = between(killed, "<div class=\"value", "</ul>").into_iter().find(|v| v.contains(&format!("<b><bdi dir=\"ltr\">{number}</bdi></b>"))).expect("the number");
        let id = between(value, "popovertarget=\"", "\"")[0];
        assert!(value.contains(&format!("id=\"{id}\"")) && value.contains(sentence) && value.contains("#cited\""), "{value}");
    }
    assert!(row("جرحى").contains("لا مصدر يذكر ذلك"), "what nobody says is said to be unsaid");
    assert!(row("الفاعل").contains("داعش") && !row("الفاعل").contains("أقوال متعارضة"));
    // The reports in order of time, with what changed.
    let reports = between(&page, "<ol class=\"reports\" data-list>", "</ol>")[0];
    let (first, second) = (reports.find("وكالة النهر").expect("the first"), reports.find("صوت الجبل").expect("the second"));
    assert!(first < second && reports.contains("قبلها:"), "{reports}");
    assert!(page.contains("بدقة 2 إلى 10 كم"), "how exact the place is");
    assert!(page.contains("id=\"why\"") && page.contains("النوع نفسه"), "why they are one: {page}");
    assert!(page.contains("href=\"/actors/Islamic%20State\"") && page.contains("href=\"/places/IQ/Kirkuk\""));
    let english = site.ask(&format!("/incidents/{}", incident(&site)), &[("accept-language", "en")]).body;
    assert!(english.contains("accounts differ") && english.contains("no source says") && english.contains("the same type"));
}

#[test]
fn what_was_found_in_an_article_is_linked_both_ways_and_marks_whole_words() {
    let site = Site::with(fill, None);
    let page = get(&site, &format!("/reports/{}", reports(&site)[0]));
    let ids: BTreeSet<&str> = between(&page, " id=\"", "\"").into_iter().collect();
    let targets: BTreeSet<&str> = between(&page, "href=\"#", "\"").into_iter().collect();
    assert!(targets.iter().all(|t| ids.contains(t)), "no link leads nowhere: {:?}", targets.difference(&ids).collect::<Vec<_>>());
    for finding in ["e0", "s0", "n0", "p0", "d0"] {
        assert!(targets.contains(finding) && (targets.contains(format!("f-{finding}").as_str()) || page.contains(&format!("{finding}\">")) || page.contains(&format!(" {finding} "))), "{finding} leads to its words, and they to it");
        assert!(ids.contains(format!("f-{finding}").as_str()));
    }
    // Taken out of its tags the text is what came in, and no tag stands inside a word.
    let text = between(&page, "<div class=\"text\">", "</div>")[0];
    let mut plain = String::new();
    for piece in text.split('<') {
        let words = piece.split_once('>').map_or(piece, |(_, words)| words);
        let joined = plain.chars().last().is_some_and(char::is_alphabetic) && words.chars().next().is_some_and(char::is_alphabetic);
        assert!(!joined, "a tag cuts a word before {words}");
        plain.push_str(words);
    }
    assert!(plain.contains(FIRST.text), "{plain}");
    assert!(page.contains("Islamic State") || page.contains("تنظيم الدولة"), "who it was resolved to");
    assert!(page.contains("geonames:94787") && page.contains("93%") && page.contains("35.468, 44.392"), "why this place");
    assert!(page.contains("العراق، شرطة"), "a code in words");
    let chain: Vec<&str> = between(between(&page, "id=\"f-s0\"", "</ol>")[0], "<li>", "</li>");
    assert!(chain.len() == 3 && chain[0].contains("قائد المنطقة") && chain[1].contains("بيان") && chain[2].contains("وكالة النهر"), "{chain:?}");
}

#[test]
fn an_edited_article_shows_what_changed() {
    let text = FIRST.text.replace("صباح", "ظهر");
    let site = Site::with(|folder| {
        fill(folder);
        let mut ledger = Ledger::open(folder).expect("a ledger");
        Report { text: &text, ..FIRST }.add(&mut ledger);
        ledger.group().expect("grouped");
    }, None);
    let key = reports(&site)[0].clone();
    let page = get(&site, &format!("/reports/{key}"));
    let diff = between(&page, "<div class=\"text diff\"", "</div>")[0];
    assert!(diff.contains("<del> صباح</del><ins> ظهر</ins>"), "{diff}");
    let old = get(&site, &format!("/reports/{key}?version=1"));
    assert!(old.contains("صباح") && !old.contains("<ins>") && old.contains("version=2"));
}

#[test]
fn an_actor_and_a_place_show_who_did_what_to_whom() {
    let site = Site::with(fill, None);
    let actor = get(&site, "/actors/Islamic%20State");
    assert!(actor.contains("<svg class=\"bars\"") && actor.contains("<svg class=\"network\"") && actor.contains("href=\"/actors/IRQ%20COP\""), "{actor}");
    let done = between(&actor, "type-assault\">هجوم</span></th>", "</tr>")[0];
    assert!(done.starts_with("<td class=\"number\">1</td><td class=\"number\"></td>"), "it did one and nothing was done to it: {done}");
    let target = get(&site, "/actors/IRQ%20COP");
    assert!(between(&target, "type-assault\">هجوم</span></th>", "</tr>")[0].starts_with("<td class=\"number\"></td><td class=\"number\">1</td>"));
    let place = get(&site, "/places/IQ/Kirkuk");
    assert!(place.contains("كركوك") && place.contains("35.4") && place.contains("href=\"/actors/Islamic%20State\"") && place.contains(&format!("/incidents/{}", incident(&site))), "{place}");
    assert_eq!((site.ask("/actors/Nobody", &[]).status, site.ask("/places/IQ/Nowhere", &[]).status), (404, 404));
}

#[test]
fn a_search_marks_whole_words_narrows_by_facets_and_says_what_is_wrong() {
    let site = Site::with(fill, None);
    let help = get(&site, "/search");
    assert!(help.contains("<code>actor:</code>") && help.contains("<details class=\"help\" open>"), "the language is explained");
    // حاجز
    let page = get(&site, "/search?q=%D8%AD%D8%A7%D8%AC%D8%B2");
    assert!(page.contains("<mark>حاجز</mark>") && page.contains("تقريران"), "{page}");
    let facets: String = between(&page, "<ul class=\"narrow-by\">", "</ul>").concat();
    let narrower = between(&facets, "href=\"/search?q=", "\"").into_iter().find(|l| l.contains("outlet%3A")).expect("a facet");
    let narrowed = get(&site, &format!("/search?q={narrower}"));
    assert!(narrowed.contains("تقرير واحد"), "{narrowed}");
    // شرطة stands behind an article in both texts.
    let page = get(&site, "/search?q=%D8%B4%D8%B1%D8%B7%D8%A9");
    assert!(page.contains("<mark>الشرطة</mark>"), "whole words are marked: {page}");
    let hit = between(between(&page, "<ol class=\"found\"", "</ol>")[0], "<a href=\"", "\"")[0].replace("&amp;", "&").replace("&#38;", "&");
    let report = get(&site, hit.split('#').next().expect("a path"));
    assert!(report.contains("id=\"h1\"") && report.contains("data-hit=\"next\""), "the article shows the hit: {hit}");
    let answer = site.ask("/search?q=actr:x", &[("accept-language", "en")]);
    let (status, fault) = (answer.status, answer.body);
    assert!(status == 400 && fault.contains("role=\"alert\"") && fault.contains("value=\"actr:x\"") && fault.contains("recipient"), "the fault stands beside the query: {fault}");
}

#[test]
fn the_next_page_of_a_search_leads_back() {
    let site = Site::with(|folder| {
        let mut ledger = Ledger::open(folder).expect("a ledger");
        for n in 0..25 {
            // Words alone make a text another: numbers do not.
            let word: String = ["كتب", "درس", "علم", "قرأ", "رسم"][n % 5].chars().chain(["باب", "دار", "نهر", "جبل", "سهل"][n / 5].chars()).collect();
            let text = format!("{} وشهد ذلك {word} من سكان الحي.", FIRST.text);
            Report { id: &format!("r{n}"), title: &format!("هجوم على حاجز قرب {word}"), text: &text, ..FIRST }.add(&mut ledger);
        }
        ledger.group().expect("grouped");
    }, None);
    let first = get(&site, "/search?q=%D8%AD%D8%A7%D8%AC%D8%B2&sort=newest");
    let link = |page: &str, rel: &str| page.split("<a href=\"").find(|l| l.split('>').next().is_some_and(|t| t.contains(&format!("rel=\"{rel}\"")))).map(|l| l.split('"').next().unwrap_or_default().replace("&amp;", "&").replace("&#38;", "&"));
    let second = get(&site, &link(&first, "next").expect("a second page"));
    assert!(link(&first, "prev").is_none() && link(&second, "next").is_none());
    let again = get(&site, &link(&second, "prev").expect("a way back"));
    let hits = |page: &str| between(page, "href=\"/reports/", "?").into_iter().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!((hits(&first).len(), hits(&second).len()), (20, 5));
    assert_eq!(hits(&first), hits(&again));
}

#[test]
fn keys_can_be_switched_off() {
    let site = Site::with(fill, None);
    let on = get(&site, "/search");
    let script = between(&on, "src=\"", "\"").into_iter().find(|s| s.contains("/keys.")).expect("the keys' script");
    assert!(get(&site, script).contains("event.code") && on.contains("<dialog id=\"keys\""));
    let off = site.ask("/search", &[("cookie", "view=keys-off")]).body;
    assert!(!off.contains("/keys.") && !off.contains("<dialog"));
}

#[test]
fn hostile_articles_are_text_on_each_page() {
    let script = "<script>alert(1)</script><img src=x onerror=alert(2)>";
    let title = format!("{script} هجوم \u{202e}txt\u{2066} \"'><svg onload=alert(3)>");
    let text = format!("هاجم داعش{script} رجال الشرطة في كركوك \u{202e}مقلوب يوم الاثنين\nقال </p></article><b onclick=alert(4)>ناطق</b> \u{0}\u{1b}[31m.");
    let edited = text.replace("رجال", "<i onclick=alert(5)>كل");
    let hostile = Report { id: "<b>id</b>", source: "<i onclick=alert(6)>صحيفة</i>", title: &title, text: &text, speaker: Some("<b onclick=alert(4)>ناطق</b>"), killed: Some(("<script>", 3)), ..FIRST };
    let site = Site::with(|folder| {
        let mut ledger = Ledger::open(folder).expect("a ledger");
        hostile.add(&mut ledger);
        Report { text: &edited, ..hostile }.add(&mut ledger);
        Report { id: "other", source: "\"onmouseover=alert(7) x=\"", ..hostile }.add(&mut ledger);
        ledger.group().expect("grouped");
    }, None);
    let evil = "%3Cscript%3Ealert(8)%3C%2Fscript%3E%22%27";
    let mut pages = vec![format!("/incidents/{}", incident(&site)), "/actors/Islamic%20State".into(), "/places/IQ/Kirkuk".into(), "/search?q=alert".into(), format!("/search?q={evil}"), format!("/search?q=a:{evil}"), format!("/actors/{evil}"), format!("/places/{evil}/{evil}"), format!("/search?q=alert&trail={evil}&cursor={evil}")];
    pages.extend(reports(&site).iter().flat_map(|key| [format!("/reports/{key}"), format!("/reports/{key}?q=alert"), format!("/reports/{key}?q={evil}&at=0-9999999")]));
    for path in pages {
        let body = site.ask(&path, &[]).body;
        // The site's own scripts come from its assets alone.
        let own = body.replace("<script type=\"module\" src=\"/assets/", "");
        for tag in ["<script", "<img src=x", "<svg onload", "<i onclick", "<b onclick", "</p></article><b", "\"onmouseover", " style="] {
            assert!(!own.contains(tag), "{path}: {tag} in {body}");
        }
        assert!(!body.contains(['\u{202e}', '\u{2066}', '\u{1b}', '\u{0}']), "{path}: what turns the text stays out");
    }
}
