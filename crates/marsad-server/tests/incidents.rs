//! The list of incidents, what narrows it, and what it gives away: every number is that of what is listed.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

mod site;

use marsad_format::{Document, Event, EventType, Participant, Place, PlaceKind, Reading, Status};
use marsad_ledger::Ledger;
use serde_json::Value;
use site::{Report, Site, mark};
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

/// Where, how exact that is, and what was done there by whom to whom.
type Deed<'a> = (&'a str, &'a str, Option<(&'a str, &'a str)>, (f64, f64), PlaceKind, EventType, &'a str, &'a str, &'a str);

const DEEDS: [Deed<'_>; 7] = [
    ("2026-03-02", "وكالة النهر", Some(("الموصل", "Mosul")), (36.34, 43.13), PlaceKind::City, EventType::Assault, "قصفت", "المدفعية", "سوقا"),
    ("2026-06-05", "وكالة النهر", Some(("الموصل", "Mosul")), (36.34, 43.13), PlaceKind::City, EventType::Protest, "تظاهر", "طلاب", ""),
    ("2026-03-20", "صوت الجبل", Some(("البصرة", "Basra")), (30.51, 47.78), PlaceKind::City, EventType::Protest, "اعتصم", "عمال الميناء", ""),
    ("2026-04-11", "صوت الجبل", Some(("الأنبار", "Anbar")), (32.55, 41.92), PlaceKind::Admin1, EventType::Assault, "اغتال", "مجهولون", "شيخ عشيرة"),
    ("2026-05-01", "صوت الجبل", Some(("العراق", "Iraq")), (33.31, 44.37), PlaceKind::Country, EventType::Consult, "التقى", "وفد أممي", "وزير النفط"),
    ("2026-05-09", "جريدة الساحل", Some(("البصرة", "Basra")), (30.51, 47.78), PlaceKind::City, EventType::Assault, "أحرق", "ملثمون", "مقر حزب"),
    ("2026-06-30", "جريدة الساحل", None, (0.0, 0.0), PlaceKind::City, EventType::Consult, "اجتمع", "قادة الكتل", ""),
];

fn add(ledger: &mut Ledger, number: usize, (day, source, place, (lat, lon), kind, what, trigger, actor, recipient): Deed<'_>) {
    let town = place.map_or("", |p| p.0);
    let text = format!("{trigger} {actor} {recipient} في {town}.");
    let participant = |words: &str| Participant { mark: mark(&text, words), code: "IRQ CVL".into(), name: None, entity: None };
    let event = Event {
        trigger: mark(&text, trigger),
        kind: what,
        mode: vec![],
        context: vec![],
        status: Status::Actual,
        actor: vec![participant(actor)],
        recipient: (!recipient.is_empty()).then(|| participant(recipient)).into_iter().collect(),
        place: place.map(|(words, name)| Place {
            mark: mark(&text, words),
            name: Some(name.into()),
            country: Some("IQ".into()),
            admin1: None,
            admin2: None,
            lat: Some(lat),
            lon: Some(lon),
            kind: Some(kind),
            geonames: None,
            confidence: 0.9,
        }),
        date: Some(day.into()),
        killed: None,
        injured: None,
        according_to: None,
        quad: 4,
        confidence: 0.9,
    };
    let id = format!("deed-{number}");
    let reading = Reading { id: id.clone(), events: vec![event], ..Reading::default() };
    let title = format!("حادثة {number}: {trigger} {actor}");
    ledger.add(&Document { id, title: Some(title), source: Some(source.into()), published: Some(day.into()), text: text.clone(), ..Document::default() }, &reading).expect("added");
}

fn fill(folder: &Path) {
    let mut ledger = Ledger::open(folder).expect("a ledger");
    (1..).zip(DEEDS).for_each(|(number, deed)| add(&mut ledger, number, deed));
    ledger.group().expect("grouped");
    ledger.close().expect("closed");
}

fn bytes(site: &Site, path: &str) -> Vec<u8> {
    let mut response = ureq::get(format!("{}{path}", site.url)).call().expect("an answer");
    response.body_mut().read_to_vec().expect("a file")
}

fn listed(site: &Site, query: &str) -> usize {
    site.json(&format!("/api/v1/incidents?limit=200&{query}"))["items"].as_array().expect("a list").len()
}

fn sum(list: &Value) -> u64 {
    list.as_array().expect("a list").iter().filter_map(|x| x["incidents"].as_u64()).sum()
}

#[test]
fn every_count_is_that_of_what_is_listed_under_it() {
    let site = Site::with(fill, None);
    for query in ["", "type=PROTEST", "named_place=IQ%2FBasra", "after=2026-03-04&before=2026-06", "outlet=%D8%B5%D9%88%D8%AA%20%D8%A7%D9%84%D8%AC%D8%A8%D9%84&type=ASSAULT"] {
        let facets = site.json(&format!("/api/v1/facets?{query}"));
        let total = facets["total"].as_u64().expect("a number");
        assert_eq!(total, listed(&site, query) as u64, "{query}");
        let histogram = site.json(&format!("/api/v1/histogram?{query}"));
        assert_eq!(sum(&histogram["days"]) + histogram["undated"].as_u64().expect("a number"), total, "{query}: {histogram}");
        let points = site.json(&format!("/api/v1/points?{query}"));
        assert_eq!(sum(&points["points"]) + points["nowhere"].as_u64().expect("a number"), total, "{query}: {points}");
    }
    let facets = site.json("/api/v1/facets");
    let mut tried = 0;
    for (name, values) in facets["facets"].as_object().expect("facets") {
        for value in values.as_array().expect("values") {
            let wanted = value["value"].as_str().expect("words").bytes().map(|b| format!("%{b:02X}")).collect::<String>();
            assert_eq!(listed(&site, &format!("{name}={wanted}")) as u64, value["incidents"].as_u64().expect("a number"), "{name}: {value}");
            tried += 1;
        }
    }
    assert!(tried > 12, "{facets}");
    let basra = site.json("/api/v1/points?named_place=IQ%2FBasra");
    assert_eq!((basra["points"][0]["radius_m"].as_u64(), basra["points"][0]["incidents"].as_u64()), (Some(5000), Some(2)), "{basra}");
}

#[test]
fn a_line_says_who_did_what_to_whom() {
    let site = Site::with(fill, None);
    let items = site.json("/api/v1/incidents?named_place=IQ%2FAnbar");
    assert_eq!((items["items"][0]["actors"][0]["text"].as_str(), items["items"][0]["recipients"][0]["text"].as_str()), (Some("مجهولون"), Some("شيخ عشيرة")));
    let page = site.get("/incidents?named_place=IQ%2FAnbar").body;
    let (who, whom) = (page.find("مجهولون</bdi></span>").expect("the actor"), page.find("شيخ عشيرة</bdi></span>").expect("the target"));
    let arrow = page.find("class=\"arrow\"").expect("an arrow");
    assert!(who < arrow && arrow < whom && page.contains("class=\"precision\""), "{page}");
}

#[test]
fn choosing_in_one_narrows_the_others_and_the_address_holds_it() {
    let site = Site::with(fill, None);
    let page = site.get("/incidents?lang=en&type=PROTEST").body;
    assert!(page.contains("2 incidents") && page.contains("href=\"/incidents?lang=en\""), "a chip leads back: {page}");
    let href = |words: &str| page.split("href=\"").filter_map(|s| s.split_once('"')).map(|s| s.0).find(|h| h.contains(words)).map(|h| h.replace("&#38;", "&").replace("&amp;", "&")).unwrap_or_else(|| panic!("{words} in {page}"));
    // A facet, a bar and a place each lead to the same list, narrowed.
    for (words, count) in [("named_place=IQ%2FMosul", 1), ("outlet=", 1), ("after=", 1), ("country=IQ", 2)] {
        let address = href(words);
        assert!(address.starts_with("/incidents?lang=en&type=PROTEST&"), "{address}");
        let narrower = site.get(&address).body;
        assert_eq!(narrower.matches("class=\"deed\"").count(), count, "{address}: {narrower}");
    }
    assert!(href("view=map").contains("type=PROTEST") && href("format=xlsx") == "/export?type=PROTEST&format=xlsx");
    assert_eq!(site.get("/incidents?view=globe").status, 400);
    let form = "<input type=\"hidden\" name=\"type\" value=\"PROTEST\">";
    assert_eq!(page.matches(form).count(), 2, "forms keep the other conditions");
}

#[test]
fn the_map_shows_how_exact_a_place_is() {
    let site = Site::with(fill, None);
    let page = site.get("/incidents?lang=en&view=map").body;
    assert!(page.contains("class=\"land\"") && page.contains("class=\"area level-"), "a country is an area: {page}");
    let circles = |class: &str| -> Vec<f64> {
        let of = page.split("<circle class=\"").skip(1).filter(|s| s.starts_with(class));
        of.map(|s| s.split("r=\"").nth(1).and_then(|r| r.split('"').next()).and_then(|r| r.parse().ok()).expect("a radius")).collect()
    };
    let (rings, dots) = (circles("ring"), circles("dot"));
    assert_eq!((rings.len(), dots.len()), (1, 2), "a province is a ring, towns are dots");
    assert!(rings[0] > dots[0] * 3.0, "as large as the uncertainty: {rings:?} {dots:?}");
    assert!(page.contains("1 without a place") && page.contains(">Basra<") && page.contains("<table"), "a table stands beside it: {page}");
    // The frame stands in the address; what lies outside it is counted.
    let near = site.get("/incidents?lang=en&view=map&map=9/30.510/47.780").body;
    assert!(near.contains("outside the frame") && near.contains("map=10%2F30.510%2F47.780"), "{near}");
    assert!(!page.contains(" style="), "no style in the page");
}

#[test]
fn an_export_holds_what_the_page_counts() {
    let site = Site::with(fill, None);
    for (query, count) in [("", 7), ("type=ASSAULT", 3), ("type=ASSAULT&after=2026-04", 2)] {
        let page = site.get(&format!("/incidents?lang=en&{query}")).body;
        assert!(page.contains(&format!("{count} incidents")), "{query}: {page}");
        for format in ["csv", "csv-excel", "xlsx", "jsonl", "parquet", "geojson", "acled", "gdelt"] {
            let manifest = site.json(&format!("/export?format={format}&manifest=true&{query}"));
            let file = &manifest["files"][0];
            let rows = file["rows"].as_u64().expect("rows") + file["left_out"].as_u64().expect("rows");
            assert_eq!(rows, count, "{format} {query}: {manifest}");
            let held = bytes(&site, &format!("/export?format={format}&{query}"));
            assert_eq!(held.len() as u64, file["bytes"].as_u64().expect("bytes"), "{format}");
        }
        let bundle = site.json(&format!("/api/v1/export?format=bundle&manifest=true&{query}"));
        let incidents = bundle["files"].as_array().expect("files").iter().find(|f| f["name"] == "incidents.csv").expect("incidents");
        assert_eq!(incidents["rows"], count, "{bundle}");
        assert_eq!(bytes(&site, &format!("/export?format=jsonl&{query}")).iter().filter(|b| **b == b'\n').count() as u64, count);
    }
    assert!(bytes(&site, "/export?format=csv-excel").starts_with("\u{feff}".as_bytes()));
    assert!(bytes(&site, "/export?format=xlsx").starts_with(b"PK") && bytes(&site, "/export?format=bundle").starts_with(b"PK"));
    assert!(bytes(&site, "/export?format=parquet").ends_with(b"PAR1"));
    let csv = site.get("/export?format=csv&what=claims");
    assert!(csv.header("content-disposition").contains("marsad-claims.csv") && csv.header("content-type").starts_with("text/csv"));
    for (path, word) in [("/export?format=pdf", "csv-excel"), ("/export?format=acled&what=claims", "holds no"), ("/export?updated_since=soon", "no time"), ("/export?type=x", "ASSAULT")] {
        let answer = site.ask(path, &[("accept", "application/json")]);
        assert!(answer.status == 400 && answer.body.contains(word), "{path}: {}", answer.body);
    }
}

#[test]
fn followers_are_told_what_goes() {
    let site = Site::with(fill, None);
    let cursor = site.json("/api/v1/export?manifest=true")["cursor"].as_str().expect("a cursor").to_owned();
    assert_eq!(site.json(&format!("/api/v1/deleted?updated_since={cursor}"))["items"].as_array().map(Vec::len), Some(0));
    let id = site.json("/api/v1/incidents?named_place=IQ%2FAnbar")["items"][0]["id"].as_str().expect("an id").to_owned();
    let mut ledger = Ledger::open(site.folder.path()).expect("a ledger");
    ledger.dismiss(&id, "محررة", "تكرار").expect("dismissed");
    drop(ledger);
    let gone = site.json(&format!("/api/v1/deleted?updated_since={cursor}"));
    assert!(gone["items"].as_array().expect("a list").iter().any(|d| d["id"] == id.as_str() && d["why"] == "dismissed"), "{gone}");
    assert_eq!(site.get("/api/v1/deleted").status, 400, "since when must be said");
}

#[test]
fn what_is_new_is_announced_and_moves_nothing() {
    let site = Site::with(fill, None);
    let page = site.get("/incidents?lang=en&type=ASSAULT").body;
    let news = page.split("data-news=\"").nth(1).and_then(|s| s.split('"').next()).expect("an address").replace("&#38;", "&").replace("&amp;", "&");
    let quiet = site.get(&news);
    assert_eq!((quiet.status, quiet.body.trim()), (200, ""));
    assert_eq!(site.ask(&news, &[("if-none-match", quiet.header("etag"))]).status, 304);
    let mut ledger = Ledger::open(site.folder.path()).expect("a ledger");
    add(&mut ledger, 8, ("2026-08-01", "جريدة الساحل", Some(("كركوك", "Kirkuk")), (35.47, 44.39), PlaceKind::City, EventType::Assault, "فجر", "انتحاري", "حافلة"));
    add(&mut ledger, 9, ("2026-09-02", "جريدة الساحل", None, (0.0, 0.0), PlaceKind::City, EventType::Consult, "بحث", "نواب", ""));
    ledger.group().expect("grouped");
    drop(ledger);
    let told = site.ask(&news, &[("if-none-match", quiet.header("etag"))]);
    assert!(told.status == 200 && told.body.contains("1 new or changed incident<") && told.body.contains("href=\"/incidents?lang=en"), "only of what the page asks for: {}", told.body);
}

#[test]
fn what_another_program_left_ungrouped_is_grouped_while_the_server_runs() {
    let site = Site::with(fill, None);
    let mut ledger = Ledger::open(site.folder.path()).expect("a ledger");
    Report { id: "late", source: "وكالة النهر", published: "2026-08-01", title: "تفجير جسر", text: "فجر مسلحون جسرا في تكريت ليل الجمعة من دون إصابات.", trigger: "فجر", actor: "مسلحون", town: "تكريت", killed: None, url: None, speaker: None }.add(&mut ledger);
    // Looked at while the other still writes, when the server cannot group; afterwards it may at once.
    assert_eq!(listed(&site, "after=2026-08"), 0, "nobody has grouped it");
    drop(ledger);
    let begun = Instant::now();
    while listed(&site, "after=2026-08") == 0 {
        assert!(begun.elapsed() < Duration::from_secs(60), "nobody grouped it");
        std::thread::sleep(Duration::from_millis(300));
    }
}

#[test]
fn the_first_view_is_light() {
    let site = Site::with(fill, None);
    // By hand, since a client unpacks what it gets.
    let host = site.url.trim_start_matches("http://");
    let wire = |path: &str| {
        let mut stream = std::net::TcpStream::connect(host).expect("connected");
        write!(stream, "GET {path} HTTP/1.1\r\nhost: {host}\r\naccept-encoding: gzip\r\nconnection: close\r\n\r\n").expect("asked");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("an answer");
        assert!(bytes.starts_with(b"HTTP/1.1 200"), "{path}");
        bytes.len() as u64
    };
    let page = site.get("/incidents?view=map").body;
    let sheet = page.split('"').find(|s| s.starts_with("/assets/style.")).expect("a style sheet");
    let rest = page.split('"').filter(|s| s.starts_with("/assets/") && !s.ends_with(".css")).map(str::to_owned);
    // The fonts of the interface in both scripts; the one for articles is not used here.
    let fonts = site.get(sheet).body.split('"').filter(|s| s.contains("plex") && s.ends_with(".woff2")).map(str::to_owned).collect::<Vec<_>>();
    let all: u64 = rest.chain(fonts).chain([sheet.to_owned(), "/incidents?view=map".to_owned()]).collect::<std::collections::BTreeSet<_>>().iter().map(|p| wire(p)).sum();
    assert!(all < 250_000, "{all} bytes");
}
