//! The observatory as browsers and programs meet it: real requests to a real server over a ledger of invented reports.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

mod site;

use marsad_ledger::Ledger;
use marsad_server::{Config, Error, Server};
use serde_json::Value;
use site::{Report, Site, config, fill};
use std::io::{Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpStream};

#[test]
fn the_list_leads_to_an_incident_and_from_each_claim_to_its_sentence() {
    let site = Site::new();
    assert_eq!((site.get("/").status, site.get("/").header("location")), (303, "/incidents"));
    let list = site.json("/api/v1/incidents");
    let (first, second) = (&list["items"][0], &list["items"][1]);
    assert_eq!((first["from"].as_str(), first["reports"].as_u64(), first["killed"]["low"].as_u64(), first["killed"]["high"].as_u64()), (Some("2026-03-02"), Some(2), Some(4), Some(6)));
    assert_eq!(second["from"].as_str(), Some("2026-02-10"));
    let id = first["id"].as_str().expect("an id");
    let page = site.get("/incidents").body;
    assert!(page.contains(&format!("/incidents/{id}")) && page.contains("4–6") && page.contains("تقريران"), "{page}");
    let incident = site.json(&format!("/api/v1/incidents/{id}"));
    let killed: Vec<&Value> = incident["claims"].as_array().expect("claims").iter().filter(|c| c["slot"] == "killed").collect();
    assert_eq!(killed.len(), 2, "both numbers stand there");
    let origin = &killed[0]["origins"][0];
    let link = format!("/reports/{}?at={}-{}#cited", origin["article"].as_str().expect("a key"), origin["start"], origin["end"]);
    let page = site.get(&format!("/incidents/{id}")).body;
    assert!(page.contains(&link.replace('&', "&amp;")), "{link} in {page}");
    assert!(page.contains("أقوال متعارضة"), "the contradiction is said");
    let report = site.get(link.split('#').next().expect("a path"));
    assert!(report.status == 200 && report.body.contains("id=\"cited\"") && report.body.contains("class=\"cited"), "{}", report.body);
    assert!(report.body.contains("trigger\" title=\"هجوم: وقع\" data-f=\"e0\">هاجم</a>"), "{}", report.body);
}

#[test]
fn what_cannot_be_understood_is_refused_with_the_reason() {
    let site = Site::new();
    for (path, word) in [
        ("/api/v1/incidents?type=FIGHT", "ASSAULT"),
        ("/api/v1/incidents?after=soon", "2015-07-20"),
        ("/api/v1/incidents?limit=0", "from 1 to 200"),
        ("/api/v1/incidents?cursor=x", "no place in a list"),
        ("/api/v1/incidents?actors=x", "is no parameter here"),
        ("/api/v1/incidents?country=Iraq", "two letters"),
        ("/api/v1/search", "q: say what"),
        ("/api/v1/search?q=type:nonsense", "type"),
    ] {
        let answer = site.get(path);
        let problem: Value = serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{path}: {}", answer.body));
        assert_eq!((answer.status, answer.header("content-type"), problem["status"].as_u64()), (400, "application/problem+json", Some(400)), "{path}");
        assert!(problem["detail"].as_str().is_some_and(|d| d.contains(word)), "{path}: {problem}");
    }
    for path in ["/api/v1/incidents/fffffffffffffff", "/api/v1/reports/nothing", "/api/v1/nothing"] {
        let answer = site.get(path);
        assert_eq!((answer.status, answer.header("content-type")), (404, "application/problem+json"), "{path}");
    }
    let page = site.ask("/incidents/fffffffffffffff", &[("accept-language", "en")]);
    assert!(page.status == 404 && page.header("content-type").starts_with("text/html") && page.body.contains("<h1>Not found"), "a page shows its problem as a page");
    assert_eq!(site.post("/api/v1/incidents", &[], "").status, 405);
    // What a form leaves empty is no condition, and digits of any kind are numbers.
    assert_eq!(site.json("/api/v1/incidents?type=&place=&least=%D9%A1&after=%D9%A2%D9%A0%D9%A2%D9%A6-%D9%A0%D9%A3")["items"].as_array().map(Vec::len), Some(1));
}

#[test]
fn pages_of_the_list_stay_where_they_are_while_reports_arrive() {
    let site = Site::new();
    let first = site.json("/api/v1/incidents?limit=1");
    let cursor = first["next"].as_str().expect("there is more");
    let mut ledger = Ledger::open(site.folder.path()).expect("a ledger");
    let text = "فجر مسلحون جسرا في تكريت ليل الجمعة من دون إصابات.";
    Report { id: "d", source: "وكالة النهر", published: "2026-04-01", title: "تفجير جسر", text, trigger: "فجر", actor: "مسلحون", town: "تكريت", killed: None, url: None, speaker: None }.add(&mut ledger);
    ledger.group().expect("grouped");
    drop(ledger);
    let second = site.json(&format!("/api/v1/incidents?limit=1&cursor={cursor}"));
    assert_eq!((second["items"][0]["from"].as_str(), second["next"].as_str()), (Some("2026-02-10"), None), "the newcomer shifts nothing");
    assert_eq!(site.json("/api/v1/incidents")["items"].as_array().map(Vec::len), Some(3), "and is there for those who look anew");
}

#[test]
fn a_page_that_is_known_is_not_sent_again() {
    let site = Site::new();
    for path in ["/api/v1/incidents", "/incidents", "/api/v1/sources"] {
        let first = site.get(path);
        let tag = first.header("etag").to_owned();
        assert!(!tag.is_empty() && first.header("cache-control").contains("no-cache"), "{path}");
        let again = site.ask(path, &[("if-none-match", &tag)]);
        assert_eq!((again.status, again.body.as_str(), again.header("etag")), (304, "", tag.as_str()), "{path}");
        assert_eq!(site.ask(path, &[("if-none-match", "W/\"other\"")]).status, 200, "{path}");
    }
    let style = site.get("/incidents").body.split('"').find(|s| s.starts_with("/assets/style.")).expect("a style sheet").to_owned();
    let sheet = site.get(&style);
    assert!(sheet.header("cache-control").contains("immutable") && sheet.header("content-type").starts_with("text/css"));
    assert!(!sheet.body.contains("asset:") && !sheet.body.contains("http"), "everything comes from here");
    let font = sheet.body.split('"').find(|s| s.ends_with(".woff2")).expect("a font").to_owned();
    let agent = ureq::agent();
    assert_eq!(agent.get(format!("{}{font}", site.url)).call().expect("the font").headers()["content-type"], "font/woff2");
}

#[test]
fn reports_are_found_by_words_in_any_spelling() {
    let site = Site::new();
    let found = site.json("/api/v1/search?q=%D8%A7%D9%84%D8%A7%D8%AB%D9%86%D9%8A%D9%86&facets=true");
    assert_eq!(found["total"], 2, "{found}");
    let hit = &found["items"][0];
    let (start, mark) = (hit["start"].as_u64().expect("a number"), &hit["marks"][0]);
    let excerpt: Vec<char> = hit["excerpt"].as_str().expect("words").chars().collect();
    let word: String = excerpt[(mark[0].as_u64().expect("n") - start) as usize..(mark[1].as_u64().expect("n") - start) as usize].iter().collect();
    assert_eq!(word, "الاثنين");
    let report = site.json(&format!("/api/v1/reports/{}", hit["id"].as_str().expect("a key")));
    assert_eq!(report["incidents"].as_array().map(Vec::len), Some(1));
}

#[test]
fn the_description_names_all_routes_and_the_reference_shows_it() {
    let site = Site::new();
    let document = site.json("/openapi.json");
    assert!(document["openapi"].as_str().is_some_and(|v| v.starts_with("3.1")), "{}", document["openapi"]);
    let paths: Vec<&String> = document["paths"].as_object().expect("paths").keys().collect();
    assert_eq!(paths, ["/api/v1/deleted", "/api/v1/export", "/api/v1/facets", "/api/v1/histogram", "/api/v1/incidents", "/api/v1/incidents/{id}", "/api/v1/points", "/api/v1/reports/{id}", "/api/v1/search", "/api/v1/sources"]);
    let page = site.get("/api").body;
    assert!(paths.iter().all(|p| page.contains(p.as_str())), "{page}");
}

#[test]
fn the_reader_chooses_language_digits_and_calendar() {
    let site = Site::new();
    let arabic = site.get("/incidents").body;
    assert!(arabic.contains("<html lang=\"ar\" dir=\"rtl\"") && arabic.contains(">2 مارس 2026</time>"), "{arabic}");
    let english = site.ask("/incidents", &[("accept-language", "en-GB,en;q=0.9")]).body;
    assert!(english.contains("<html lang=\"en\" dir=\"ltr\"") && english.contains("<time datetime=\"2026-03-02\">2 March 2026</time>") && english.contains("2 reports"), "{english}");
    assert!(english.contains("<bdi dir=\"rtl\" lang=\"ar\">أربعة قتلى"), "a headline keeps its own direction");
    let chosen = site.post("/preferences", &[], "lang=ar&digits=arab&calendar=hijri&months=levant&back=%2Fincidents%3Ftype%3DASSAULT%26lang%3Den");
    assert_eq!((chosen.status, chosen.header("location")), (303, "/incidents?type=ASSAULT"));
    let cookie = chosen.header("set-cookie").split(';').next().expect("a cookie").to_owned();
    let page = site.ask("/incidents", &[("cookie", &cookie)]).body;
    assert!(page.contains("<time datetime=\"2026-03-02\">٢ آذار ٢٠٢٦</time>") && page.contains("١٣ رمضان ١٤٤٧ هـ"), "{page}");
    assert!(!page.contains('\u{200f}') && !page.contains('\u{200e}'), "no marks of direction in the cells");
    let elsewhere = site.post("/preferences", &[], "lang=en&back=%2F%2Fevil.example");
    assert_eq!(elsewhere.header("location"), "/", "a form leads nowhere else");
}

#[test]
fn hostile_articles_are_shown_as_text() {
    let script = "<script>alert(1)</script><img src=x onerror=alert(2)>";
    let title = format!("{script} هجوم \u{202e}exe.txt\u{2066} \"'><svg onload=alert(3)>");
    let site = Site::with(
        |folder| {
            let mut ledger = Ledger::open(folder).expect("a ledger");
            let text = format!("هاجم مسلحون{script} كركوك \u{202e}مقلوب\nقال </p></article><a href=\"javascript:alert(4)\">ناطق</a> \u{0}\u{1b}[31m إن شيئا حدث.");
            Report { id: "<b>id</b>", source: "<i onclick=alert(5)>صحيفة</i>", published: "2026-03-02", title: &title, text: &text, trigger: "هاجم", actor: "مسلحون", town: "كركوك", killed: None, url: Some("javascript:alert(6)"), speaker: None }.add(&mut ledger);
            ledger.group().expect("grouped");
        },
        None,
    );
    let id = site.json("/api/v1/incidents")["items"][0]["id"].as_str().expect("an id").to_owned();
    let key = site.json(&format!("/api/v1/incidents/{id}"))["articles"][0]["article"].as_str().expect("a key").to_owned();
    for path in ["/incidents".to_owned(), format!("/incidents/{id}"), format!("/reports/{key}"), "/incidents?place=%3Cscript%3Ealert(7)%3C/script%3E".to_owned(), "/incidents?type=%3Cscript%3E".to_owned(), "/nothing/%3Cscript%3E".to_owned()] {
        let answer = site.get(&path);
        for tag in ["<script>", "<img src=x", "<svg onload", "<i onclick", "<a href=\"javascript", "href=\"javascript", "</p></article><a"] {
            assert!(!answer.body.contains(tag), "{path}: {tag} in {}", answer.body);
        }
        assert!(!answer.body.contains(['\u{202e}', '\u{2066}', '\u{1b}', '\u{0}']), "{path}: what turns the text stays out");
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'self'") && !policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "{path}");
        assert_eq!((answer.header("x-content-type-options"), answer.header("referrer-policy")), ("nosniff", "same-origin"), "{path}");
    }
    let report = site.get(&format!("/reports/{key}")).body;
    assert!(report.contains("javascript:alert(6)") && report.contains("&#60;script&#62;alert(1)"), "it is there to read: {report}");
    assert!(!report.contains(" style=") && !report.contains("<style"), "no style in the page");
}

#[test]
fn who_is_not_on_this_machine_gives_the_token() {
    let folder = tempfile::tempdir().expect("a folder");
    fill(folder.path());
    let open = |address: [u8; 4], token: Option<&str>| Server::bind(Config { address: IpAddr::from(address), ..config(folder.path(), token) });
    assert!(matches!(open([0, 0, 0, 0], None), Err(Error::Open(_))));
    assert!(matches!(open([127, 0, 0, 1], Some("short")), Err(Error::Token(16))));
    assert!(open([0, 0, 0, 0], Some("0123456789abcdef")).is_ok());

    let site = Site::with(fill, Some("0123456789abcdef"));
    assert_eq!(site.get("/api/v1/incidents").status, 401);
    assert_eq!(site.ask("/api/v1/incidents", &[("authorization", "Bearer 0123456789abcdee")]).status, 401);
    assert_eq!(site.ask("/api/v1/incidents", &[("authorization", "Bearer 0123456789abcdef")]).status, 200);
    let page = site.get("/incidents?type=ASSAULT");
    assert_eq!((page.status, page.header("location")), (303, "/login?back=%2Fincidents%3Ftype%3DASSAULT"));
    assert!(site.get(page.header("location")).body.contains("name=\"token\""));
    assert_eq!(site.post("/login", &[], "token=wrong&back=/").status, 401);
    let entered = site.post("/login", &[], "token=0123456789abcdef&back=%2Fincidents");
    assert_eq!((entered.status, entered.header("location")), (303, "/incidents"));
    assert!(entered.header("set-cookie").contains("HttpOnly") && !entered.header("set-cookie").contains("0123456789abcdef"));
    let cookie = entered.header("set-cookie").split(';').next().expect("a cookie").to_owned();
    assert_eq!(site.ask("/incidents", &[("cookie", &cookie)]).status, 200);
    assert_eq!(site.ask("/incidents", &[("cookie", "session=0")]).status, 303);
}

#[test]
fn other_sites_neither_read_nor_send() {
    let site = Site::new();
    let address: SocketAddr = site.url.trim_start_matches("http://").parse().expect("an address");
    // A name of somebody else's that was made to lead here.
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.write_all(b"GET /api/v1/incidents HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    for headers in [[("sec-fetch-site", "cross-site")], [("origin", "https://evil.example")]] {
        assert_eq!(site.post("/preferences", &headers, "lang=en").status, 403, "{headers:?}");
    }
    assert_eq!(site.post("/preferences", &[("origin", site.url.as_str())], "lang=en").status, 303);
}

#[test]
fn without_a_ledger_the_remedy_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let error = Server::bind(config(&folder.path().join("none"), None)).map(drop).expect_err("there is none").to_string();
    assert!(error.contains("there is no ledger; `marsad add"), "{error}");
}
