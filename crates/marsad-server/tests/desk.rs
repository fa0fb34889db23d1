//! The people who work with the observatory: what they put right, who may, which feeds they watch, what they are told. Real
//! requests to a real server over a ledger of invented reports, and a real receiver of webhooks.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use marsad_format::{Count, Document, Event, EventType, Mark, Participant, Place, PlaceKind, Reading, Status};
use marsad_knowledge::Knowledge;
use marsad_ledger::feeds::{NewFeed, Poll, State};
use marsad_ledger::group::Filter;
use marsad_ledger::Ledger;
use marsad_server::desk::Desk;
use marsad_server::who::Role;
use marsad_server::{Config, Error, Server};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// How long one waits for an alert.
const PATIENCE: Duration = Duration::from_secs(60);

fn mark(text: &str, word: &str) -> Mark {
    let at = text.find(word).expect("the word stands in the text");
    let start = text[..at].chars().count() as u32;
    Mark { start, end: start + word.chars().count() as u32, text: word.to_owned() }
}

/// A report of an attack by gunmen: id, day, town, text, the word for those killed and how many.
type Report<'a> = (&'a str, &'a str, &'a str, &'a str, Option<(&'a str, u64)>);

const DIFFERING: [Report; 2] = [
    ("a", "2026-03-02", "كركوك", "هاجم مسلحون حاجزا للشرطة جنوبي كركوك صباح الاثنين وقتلوا أربعة من عناصره.", Some(("أربعة", 4))),
    ("b", "2026-03-02", "كركوك", "قتل ستة من رجال الشرطة حين هاجم مسلحون حاجزا للشرطة جنوبي كركوك صباح الاثنين.", Some(("ستة", 6))),
];
const CALM: Report = ("c", "2026-02-10", "الحويجة", "هاجم مسلحون منزل تاجر في الحويجة ليلا ولم يصب أحد.", None);

fn add(ledger: &mut Ledger, (id, day, town, text, killed): &Report) {
    let event = Event {
        trigger: mark(text, "هاجم"),
        kind: EventType::Assault,
        mode: vec![],
        context: vec![],
        status: Status::Actual,
        actor: vec![Participant { mark: mark(text, "مسلحون"), code: "IRQ UAF".into(), name: None, entity: None }],
        recipient: vec![],
        place: Some(Place { mark: mark(text, town), name: None, country: Some("IQ".into()), admin1: None, admin2: None, lat: Some(35.47), lon: Some(44.39), kind: Some(PlaceKind::City), geonames: None, confidence: 0.9 }),
        date: Some((*day).into()),
        killed: killed.map(|(words, n)| Count { text: words.to_owned(), min: Some(n), max: Some(n) }),
        injured: None,
        according_to: None,
        quad: 4,
        confidence: 0.9,
    };
    let reading = Reading { id: (*id).into(), events: vec![event], ..Reading::default() };
    let document = Document { id: (*id).into(), text: (*text).into(), title: Some(format!("هجوم مسلح في {town} ({id})")), source: Some(format!("وكالة {id}")), published: Some((*day).into()), ..Document::default() };
    ledger.add(&document, &reading).expect("added");
}

fn fill(folder: &Path, reports: &[Report]) {
    let mut ledger = Ledger::open(folder).expect("a ledger");
    reports.iter().for_each(|r| add(&mut ledger, r));
    ledger.group().expect("grouped");
    ledger.close().expect("closed");
}

/// All reports: an incident whose two reports differ, and one that nobody disputes.
fn all(folder: &Path) {
    fill(folder, &[&DIFFERING[..], &[CALM]].concat());
}

fn bind(folder: &Path, address: Ipv4Addr) -> Result<Server, Error> {
    Server::bind(Config { ledger: folder.to_owned(), address: IpAddr::V4(address), port: 0, token: None, knowledge: Knowledge::embedded().expect("the tables"), meaning: None })
}

/// A server over a ledger of its own; ended with the test.
struct Site {
    folder: tempfile::TempDir,
    url: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<Result<(), Error>>>,
}

struct Answer {
    status: u16,
    location: String,
    cookie: String,
    body: String,
}

impl Site {
    fn with(fill: impl FnOnce(&Path), allow_private: bool) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fill(folder.path());
        let server = bind(folder.path(), Ipv4Addr::LOCALHOST).expect("it listens");
        let server = if allow_private { server.allow_private() } else { server };
        let url = server.url().trim_end_matches('/').to_owned();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || server.run(async { drop(stopped.await) }));
        Self { folder, url, stop: Some(stop), thread: Some(thread) }
    }

    fn desk(&self) -> Desk {
        Desk::open(self.folder.path()).expect("the desk")
    }

    fn read(&self) -> Ledger {
        Ledger::read(self.folder.path()).expect("the ledger")
    }

    /// A page in English.
    fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().new_agent();
        let request = headers.iter().fold(agent.get(format!("{}{path}", self.url)), |r, (name, value)| r.header(*name, *value));
        Answer::of(request.header("accept-language", "en").call().expect("an answer"))
    }

    fn post(&self, path: &str, headers: &[(&str, &str)], form: &[(&str, &str)]) -> Answer {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().new_agent();
        let request = headers.iter().fold(agent.post(format!("{}{path}", self.url)), |r, (name, value)| r.header(*name, *value));
        Answer::of(request.header("accept-language", "en").send_form(form.iter().copied()).expect("an answer"))
    }

    /// Logs in; gives the cookie that the browser would send.
    fn login(&self, name: &str, password: &str) -> String {
        let answer = self.post("/login", &[], &[("name", name), ("password", password), ("back", "/review")]);
        assert_eq!((answer.status, answer.location.as_str()), (303, "/review"));
        answer.cookie.split(';').next().expect("a cookie").to_owned()
    }

    /// The ids of the incidents on record, those that somebody dismissed left out.
    fn ids(&self) -> Vec<String> {
        self.read().incidents(&Filter::default()).expect("incidents").into_iter().map(|i| i.id).collect()
    }
}

impl Answer {
    fn of(mut response: ureq::http::Response<ureq::Body>) -> Self {
        let header = |name: &str| response.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let (status, location, cookie) = (response.status().as_u16(), header("location"), header("set-cookie"));
        Self { status, location, cookie, body: response.body_mut().read_to_string().expect("a body") }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            assert!(matches!(thread.join(), Ok(Ok(()))), "the server ends as it is asked to");
        }
    }
}

#[test]
fn the_queue_shows_what_is_contradicted_with_its_evidence_and_goes_on_by_itself() {
    let site = Site::with(all, false);
    let page = site.get("/review", &[]);
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains(">1/1<"), "one of the two incidents is in doubt");
    assert!(page.body.contains("accounts of the killed differ"));
    for evidence in ["وقتلوا أربعة من عناصره", "قتل ستة من رجال الشرطة", "<kbd>a</kbd>", "<kbd>x</kbd>", "<kbd>m</kbd>", "<kbd>s</kbd>"] {
        assert!(page.body.contains(evidence), "{evidence}: {}", page.body);
    }
    let id = site.read().doubt(0).expect("a queue").expect("an item").incident;
    let done = site.post(&format!("/incidents/{id}/correct"), &[], &[("what", "confirm"), ("note", "seen on the ground"), ("back", "/review")]);
    assert_eq!(done.status, 303, "{}", done.body);
    let page = site.get(&done.location, &[]);
    assert!(page.body.contains("Nothing waits for review") && page.body.contains("<kbd>u</kbd>"), "{}", page.body);
    let held = site.read().incident(&id).expect("it stays");
    assert_eq!((held.incident.state.as_str(), held.corrections[0].note.as_str()), ("confirmed", "seen on the ground"));
    assert!(!held.corrections[0].author.is_empty());
    let number = held.corrections[0].number.to_string();
    let undone = site.post(&format!("/incidents/{id}/correct"), &[], &[("undo", &number), ("back", "/review")]);
    assert_eq!((undone.status, undone.location.as_str()), (303, "/review"));
    assert!(site.get("/review", &[]).body.contains(">1/1<"), "it waits again");
}

#[test]
fn what_was_split_and_merged_and_undone_has_its_ids_again() {
    let site = Site::with(all, false);
    let before = site.ids();
    let id = site.read().doubt(0).expect("a queue").expect("an item").incident;
    let article = site.read().incident(&id).expect("it").reports[1].article.clone();
    let correct = |form: &[(&str, &str)]| site.post(&format!("/incidents/{id}/correct"), &[], form);
    assert_eq!(correct(&[("what", "split"), ("article", &article)]).location, format!("/incidents/{id}"));
    let parted = site.ids();
    assert_eq!(parted.len(), before.len() + 1, "its report stands by itself");
    let other = parted.iter().find(|i| !before.contains(i)).expect("a new one");
    assert_eq!(correct(&[("what", "merge"), ("other", &before[1]), ("other_id", other)]).status, 303, "what is written goes before what is chosen");
    assert_eq!(site.ids(), before, "they are one again");
    let old = site.get(&format!("/incidents/{other}"), &[]);
    assert_eq!((old.status, old.location), (307, format!("/incidents/{id}")), "its old id leads there");
    let last = site.read().incident(&id).expect("it").corrections.last().expect("the merge").number.to_string();
    assert_eq!(correct(&[("undo", &last)]).status, 303);
    assert_eq!(site.ids(), parted);
    assert_eq!(correct(&[("what", "split")]).status, 400);
    assert_eq!(correct(&[("what", "burn")]).status, 400);
    assert_eq!(correct(&[("what", "merge"), ("other", &id)]).status, 409, "with itself");
}

#[test]
fn only_editors_correct_and_only_from_our_own_pages() {
    let site = Site::with(all, false);
    let desk = site.desk();
    desk.add_user("Huda", Role::Editor, "a long password").expect("a user");
    desk.add_user("Omar", Role::Reader, "another password").expect("a user");
    let id = site.ids()[0].clone();
    let path = format!("/incidents/{id}/correct");
    let confirm: &[(&str, &str)] = &[("what", "confirm")];
    assert_eq!(site.get("/review", &[]).location, "/login?back=%2Freview", "with users nobody comes in without a name");
    assert_eq!(site.get("/api/v1/incidents", &[]).status, 401);
    assert_eq!(site.post(&path, &[], confirm).status, 401);
    let omar = site.login("Omar", "another password");
    assert!(!site.get("/review", &[("cookie", &omar)]).body.contains("<kbd>a</kbd>"), "a reader is offered nothing");
    assert_eq!(site.post(&path, &[("cookie", &omar)], confirm).status, 403);
    let huda = site.login("Huda", "a long password");
    assert_eq!(site.post(&path, &[("cookie", &huda), ("origin", "https://evil.example")], confirm).status, 403);
    assert_eq!(site.post(&path, &[("cookie", &huda), ("sec-fetch-site", "cross-site")], confirm).status, 403);
    assert_eq!(site.post(&path, &[("cookie", &huda), ("origin", &site.url)], confirm).status, 303);
    let held = site.read().incident(&id).expect("it");
    assert_eq!(held.corrections.iter().map(|c| c.author.as_str()).collect::<Vec<_>>(), ["Huda"]);
    desk.set_role("Omar", Role::Admin).expect("a role");
    let record = site.get("/audit", &[("cookie", &omar)]);
    assert!(record.body.contains(&format!("POST {path} Confirm as 1: 303")) && record.body.contains("Huda"), "{}", record.body);
    assert_eq!(site.get("/audit", &[("cookie", &huda)]).status, 403, "the record is for admins");
}

#[test]
fn a_session_is_hidden_from_scripts_and_ends() {
    let site = Site::with(all, false);
    site.desk().add_user("Huda", Role::Editor, "a long password").expect("a user");
    let answer = site.post("/login", &[], &[("name", "Huda"), ("password", "a long password")]);
    for part in ["HttpOnly", "SameSite=Strict", "Max-Age="] {
        assert!(answer.cookie.contains(part), "{}", answer.cookie);
    }
    let cookie = site.login("Huda", "a long password");
    assert_eq!(site.get("/incidents", &[("cookie", &cookie)]).status, 200);
    assert_eq!(site.get("/incidents", &[("cookie", "session=0123456789abcdef0123456789abcdef")]).status, 303);
    assert_eq!(site.post("/logout", &[("cookie", &cookie)], &[]).status, 303);
    assert_eq!(site.get("/incidents", &[("cookie", &cookie)]).status, 303, "it is over on this side too");
    let cookie = site.login("Huda", "a long password");
    site.desk().remove_user("Huda").expect("gone");
    site.desk().add_user("Omar", Role::Admin, "another password").expect("a user");
    assert_eq!(site.get("/incidents", &[("cookie", &cookie)]).status, 303, "a user's sessions go with the user");
}

#[test]
fn passwords_cannot_be_tried_out() {
    let site = Site::with(all, false);
    site.desk().add_user("Huda", Role::Editor, "a long password").expect("a user");
    let tries: Vec<u16> = (0..12).map(|n| site.post("/login", &[], &[("name", "Huda"), ("password", &format!("guess {n}"))]).status).collect();
    assert_eq!(tries, [[401; 10].as_slice(), &[429; 2]].concat());
    assert_eq!(site.desk().deeds(i64::MAX, 100).expect("the record").iter().filter(|d| d.what == "login refused" && d.who == "Huda").count(), 10);
    assert!(matches!(site.desk().add_user("Omar", Role::Reader, "short"), Err(Error::User(_))));
}

#[test]
fn an_address_that_others_reach_takes_users() {
    let folder = tempfile::tempdir().expect("a folder");
    all(folder.path());
    assert!(matches!(bind(folder.path(), Ipv4Addr::UNSPECIFIED), Err(Error::Open(_))));
    Desk::open(folder.path()).expect("the desk").add_user("Huda", Role::Editor, "a long password").expect("a user");
    assert!(bind(folder.path(), Ipv4Addr::UNSPECIFIED).is_ok());
}

#[test]
fn a_ledger_that_another_program_writes_to_says_so() {
    let site = Site::with(all, false);
    let id = site.ids()[0].clone();
    let held = Ledger::open(site.folder.path()).expect("the other program");
    let answer = site.post(&format!("/incidents/{id}/correct"), &[], &[("what", "confirm")]);
    assert!(answer.status == 503 && answer.body.contains("another program is writing"), "{}", answer.body);
    drop(held);
    assert_eq!(site.post(&format!("/incidents/{id}/correct"), &[], &[("what", "confirm")]).status, 303);
}

#[test]
fn sources_show_a_feed_that_is_not_well_and_lists_go_out_and_in() {
    let site = Site::with(all, false);
    assert_eq!(site.post("/sources/add", &[], &[("url", "https://news.example/feed.xml"), ("title", "أخبار")]).status, 303);
    assert_eq!(site.post("/sources/add", &[], &[("url", "javascript:alert(1)")]).status, 400, "no address of the web");
    let mut ledger = Ledger::open(site.folder.path()).expect("the program that watches");
    let feed = ledger.feeds().expect("feeds")[0].id;
    let batch = ledger.batch().expect("a batch");
    batch.polled(&Poll { feed, state: State::Blocked, reason: Some("the server refuses it (403 Forbidden)".into()), title: None, page: None, moved: None, etag: None, modified: None, every: Duration::from_secs(60), retry_after: None }).expect("noted");
    batch.add_feed(&NewFeed { url: "https://other.example/rss".into(), folders: vec!["العراق".into()], ..NewFeed::default() }).expect("added");
    batch.commit().expect("kept");
    drop(ledger);
    let page = site.get("/sources", &[]).body;
    for part in ["1 is not well", "blocked", "the server refuses it (403 Forbidden)", "https://other.example/rss", "وكالة a"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let list = site.get("/sources/export.opml", &[]).body;
    assert!(list.contains("xmlUrl=\"https://news.example/feed.xml\"") && list.contains("العراق"), "{list}");
    for url in ["https://news.example/feed.xml", "https://other.example/rss"] {
        assert_eq!(site.post("/sources/remove", &[], &[("url", url)]).status, 303);
    }
    assert_eq!(site.post("/sources/remove", &[], &[("url", "https://other.example/rss")]).status, 404);
    assert_eq!(site.read().feeds().expect("feeds").len(), 0);
    assert_eq!(site.post("/sources/import", &[], &[("opml", &list)]).status, 303);
    let again: Vec<_> = site.read().feeds().expect("feeds").into_iter().map(|f| (f.url, f.folders)).collect();
    assert_eq!(again, [("https://news.example/feed.xml".to_owned(), vec![]), ("https://other.example/rss".to_owned(), vec!["العراق".to_owned()])]);
    assert_eq!(site.post("/sources/import", &[], &[("opml", "<html>")]).status, 400);
}

/// A receiver of webhooks: what it got, with the signature. It refuses the first `refusals` requests.
fn receiver(refusals: usize) -> (String, Receiver<(String, String)>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = BufReader::new(stream.expect("a connection"));
            let (mut length, mut signature) = (0, String::new());
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).expect("a header");
                let (name, value) = line.trim_end().split_once(": ").unwrap_or((line.trim_end(), ""));
                match name.to_ascii_lowercase().as_str() {
                    "content-length" => length = value.parse().expect("a length"),
                    "x-marsad-signature" => value.clone_into(&mut signature),
                    "" => break,
                    _ => {}
                }
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).expect("a body");
            let status = if number < refusals { "503 Service Unavailable" } else { "204 No Content" };
            stream.get_mut().write_all(format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n").as_bytes()).expect("an answer");
            if number >= refusals && tell.send((signature, String::from_utf8(body).expect("UTF-8"))).is_err() {
                return;
            }
        }
    });
    (url, told)
}

fn signature(secret: &str, body: &str) -> String {
    use hmac::{Hmac, Mac as _};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(body.as_bytes());
    let bytes = mac.finalize().into_bytes();
    format!("sha256={}", bytes.iter().map(|b| format!("{b:02x}")).collect::<String>())
}

#[test]
fn an_alert_tells_each_new_incident_once_signed_and_as_a_feed() {
    let site = Site::with(|folder| fill(folder, &DIFFERING[..1]), true);
    let (hook, told) = receiver(1);
    let form = site.get("/alerts?type=ASSAULT&country=IQ&lang=en", &[]).body;
    assert!(form.contains("value=\"type=ASSAULT&#38;country=IQ\"") && form.contains("هجوم مسلح في كركوك"), "the preview stands beside the form: {form}");
    let made = site.post("/alerts", &[], &[("name", "العراق"), ("query", "type=ASSAULT&country=IQ"), ("webhook", &hook)]);
    assert_eq!(made.status, 303, "{}", made.body);
    let alert = site.desk().alerts().expect("alerts").remove(0);
    // A second report of what was there before the alert, and a new incident.
    fill(site.folder.path(), &[DIFFERING[1], CALM]);
    let (sum, body) = told.recv_timeout(PATIENCE).expect("the webhook is told, also after it was in trouble");
    assert_eq!(sum, signature(&alert.secret, &body));
    let message: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!((message["test"].as_bool(), message["name"].as_str(), message["incident"]["title"].as_str()), (Some(false), Some("العراق"), Some("هجوم مسلح في الحويجة (c)")));
    let id = message["incident"]["id"].as_str().expect("an id").to_owned();
    // It changes: nobody is told again.
    assert_eq!(site.post(&format!("/incidents/{id}/correct"), &[], &[("what", "confirm")]).status, 303);
    let began = Instant::now();
    let seq: i64 = site.read().tables().query_row("SELECT max(seq) FROM change", [], |r| r.get(0)).expect("the last change");
    while site.desk().alert(&alert.id).expect("it").expect("it").seq < seq && began.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(told.try_recv().is_err(), "each incident once");
    assert_eq!(site.post(&format!("{}/test", made.location), &[], &[]).status, 303);
    let (sum, body) = told.recv_timeout(PATIENCE).expect("the test arrives");
    assert!(body.contains("\"test\":true") && sum == signature(&alert.secret, &body));
    let feed = site.get(&format!("{}.atom", made.location), &[]).body;
    assert_eq!(feed.matches("<entry>").count(), 1);
    assert!(feed.contains(&format!("<id>urn:marsad:incident:{id}</id>")) && feed.contains(&format!("href=\"{}/incidents/{id}\"", site.url)), "{feed}");
    let page = site.get(&made.location, &[]).body;
    for part in ["503", "204", "not taken", "Delivery log"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // Who reads the feed has no session.
    site.desk().add_user("Huda", Role::Editor, "a long password").expect("a user");
    assert_eq!((site.get(&format!("{}.atom", made.location), &[]).status, site.get(&made.location, &[]).status), (200, 303));
}

#[test]
fn webhooks_never_reach_private_addresses_unless_allowed() {
    let site = Site::with(|folder| fill(folder, &DIFFERING), false);
    let (hook, told) = receiver(0);
    let add = |hook: &str| site.post("/alerts", &[], &[("name", "x"), ("query", ""), ("webhook", hook)]);
    for own in [hook.as_str(), "http://[::1]/", "http://169.254.169.254/latest", "file:///etc/passwd"] {
        assert_eq!(add(own).status, 400, "{own}");
    }
    // A name says nothing of where it leads; that turns out when something is sent.
    let made = add(&hook.replace("127.0.0.1", "localhost"));
    assert_eq!(made.status, 303);
    assert_eq!(site.post(&format!("{}/test", made.location), &[], &[]).status, 303);
    let sent = &site.desk().deliveries(&site.desk().alerts().expect("alerts")[0].id, 1).expect("a log")[0];
    assert!(!sent.ok && sent.detail.contains("private"), "{sent:?}");
    assert!(told.try_recv().is_err());
}

#[test]
fn a_briefing_counts_what_it_tells_and_every_line_has_its_sources() {
    let site = Site::with(all, false);
    let page = site.get("/briefing?type=ASSAULT&country=IQ&lang=en", &[]).body;
    for part in ["By type", "<svg", "<tfoot><tr><th scope=\"row\">Total</th><td>2</td><td>4</td><td>0</td></tr></tfoot>", "<bdi dir=\"ltr\">4–6</bdi>", "وكالة a", "وكالة b", "وكالة c"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let text = site.get("/briefing?country=IQ&before=2026-02&lang=en&form=markdown", &[]).body;
    assert!(text.contains("| **Total** | 1 | 0 | 0 |") && text.contains("هجوم مسلح في الحويجة (c)") && !text.contains("كركوك"), "{text}");
    let config = Config { ledger: site.folder.path().to_owned(), address: IpAddr::V4(Ipv4Addr::LOCALHOST), port: 0, token: None, knowledge: Knowledge::embedded().expect("the tables"), meaning: None };
    let alone = marsad_server::briefing(config, &[("place".into(), "كركوك".into())], true, None, marsad_server::Form::Html).expect("a briefing");
    assert!(alone.contains("dir=\"rtl\"") && alone.contains("<style>") && !alone.contains("href=\"/"), "it needs nothing beside it: {alone}");
}

#[test]
fn an_event_put_right_is_kept_with_author_and_time_and_an_old_word_of_it_too() {
    let site = Site::with(all, false);
    site.desk().add_user("Huda", Role::Editor, "a long password").expect("a user");
    let huda = site.login("Huda", "a long password");
    let ledger = site.read();
    let incident = ledger.incidents(&Filter { place: Some("الحويجة".into()), ..Filter::default() }).expect("incidents").remove(0);
    let article = ledger.incident(&incident.id).expect("it").reports[0].article.clone();
    let report = ledger.article(&article).expect("a ledger").expect("an article").report;
    let path = format!("/reports/{article}/events/0");
    let page = site.get(&path, &[("cookie", &huda)]).body;
    assert!(page.contains("مسلحون | IRQ UAF") && page.contains("value=\"2026-02-10\"") && page.contains("<mark class=\"trigger\""), "the form holds what was read: {page}");
    let put = |form: &[(&str, &str)]| site.post(&path, &[("cookie", &huda)], form);
    let form = [("what", "event"), ("kind", "ASSAULT"), ("status", "actual"), ("actors", "مسلحون | IRQ REB"), ("recipients", "تاجر | IRQ CVL"), ("place", "الحويجة"), ("date", "٢٠٢٦-٠٢-٠٩")];
    assert_eq!(put(&form).status, 303);
    let refused = put(&[("what", "event"), ("kind", "ASSAULT"), ("status", "actual"), ("actors", "الجيش | IRQ MIL")]);
    assert!(refused.status == 400 && refused.body.contains("does not stand in the text"), "{}", refused.body);
    let held = site.read().corrected_events(report).expect("corrections").remove(0);
    let event = held.event.expect("an event");
    assert_eq!((held.author.as_str(), event.date.as_deref(), event.actor[0].code.as_str(), event.recipient[0].mark.text.as_str()), ("Huda", Some("2026-02-09"), "IRQ REB", "تاجر"));
    assert!(site.get(&path, &[("cookie", &huda)]).body.contains("تاجر | IRQ CVL"), "the form holds what people said last");
    assert_eq!(put(&[("what", "none")]).status, 303);
    let ledger = site.read();
    assert_eq!(ledger.corrected_events(report).expect("corrections")[0].event, None);
    let kept: i64 = ledger.tables().query_row("SELECT count(*) FROM corrected_event", [], |r| r.get(0)).expect("a count");
    assert_eq!(kept, 2, "nothing is taken out");
}
