//! What the tests over HTTP share: a server of their own over a ledger of invented reports.
#![allow(clippy::expect_used, dead_code, reason = "a test stops where its own preparation fails; each uses a part of this")]

use marsad_format::{Count, Document, Event, EventType, Mark, Participant, Place, PlaceKind, Reading, Speaker, Status};
use marsad_knowledge::Knowledge;
use marsad_ledger::Ledger;
use marsad_server::{Config, Error, Server};
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::thread::JoinHandle;
use tokio::sync::oneshot;

pub fn mark(text: &str, word: &str) -> Mark {
    let at = text.find(word).expect("the word stands in the text");
    let start = text[..at].chars().count() as u32;
    Mark { start, end: start + word.chars().count() as u32, text: word.to_owned() }
}

/// A report of an assault: id, outlet, day, headline, text, trigger, town, and how many were killed in whose words.
pub struct Report<'a> {
    pub id: &'a str,
    pub source: &'a str,
    pub published: &'a str,
    pub title: &'a str,
    pub text: &'a str,
    pub trigger: &'a str,
    pub actor: &'a str,
    pub town: &'a str,
    pub killed: Option<(&'a str, u64)>,
    pub url: Option<&'a str>,
    pub speaker: Option<&'a str>,
}

impl Report<'_> {
    pub fn add(&self, ledger: &mut Ledger) {
        let event = Event {
            trigger: mark(self.text, self.trigger),
            kind: EventType::Assault,
            mode: vec![],
            context: vec![],
            status: Status::Actual,
            actor: vec![Participant { mark: mark(self.text, self.actor), code: "IRQ UAF".into(), name: None, entity: None }],
            recipient: vec![],
            place: Some(Place {
                mark: mark(self.text, self.town),
                name: None,
                country: Some("IQ".into()),
                admin1: None,
                admin2: None,
                lat: Some(35.47),
                lon: Some(44.39),
                kind: Some(PlaceKind::City),
                geonames: None,
                confidence: 0.9,
            }),
            date: Some(self.published.into()),
            killed: self.killed.map(|(words, n)| Count { text: words.to_owned(), min: Some(n), max: Some(n) }),
            injured: None,
            according_to: self.speaker.map(|s| Speaker { mark: mark(self.text, s), name: None }),
            quad: 4,
            confidence: 0.9,
        };
        let reading = Reading { id: self.id.into(), events: vec![event], ..Reading::default() };
        let document = Document {
            id: self.id.into(),
            text: self.text.into(),
            title: Some(self.title.into()),
            source: Some(self.source.into()),
            url: self.url.map(str::to_owned),
            published: Some(self.published.into()),
            ..Document::default()
        };
        ledger.add(&document, &reading).expect("added");
    }
}

/// Two reports of one attack that differ, and one of another day.
pub fn fill(folder: &Path) {
    let mut ledger = Ledger::open(folder).expect("a ledger");
    let reports = [
        Report { id: "a", source: "وكالة النهر", published: "2026-03-02", title: "أربعة قتلى بهجوم على حاجز في كركوك", text: "هاجم مسلحون حاجزا للشرطة جنوبي كركوك صباح الاثنين وقتلوا أربعة من عناصره بحسب قائد الشرطة.", trigger: "هاجم", actor: "مسلحون", town: "كركوك", killed: Some(("أربعة", 4)), url: Some("https://news.example/a"), speaker: Some("قائد الشرطة") },
        Report { id: "b", source: "صوت الجبل", published: "2026-03-02", title: "هجوم على حاجز للشرطة قرب كركوك", text: "قتل ستة من رجال الشرطة حين هاجم مسلحون حاجزا جنوبي كركوك فجر الاثنين كما قال مصدر طبي.", trigger: "هاجم", actor: "مسلحون", town: "كركوك", killed: Some(("ستة", 6)), url: None, speaker: Some("مصدر طبي") },
        Report { id: "c", source: "صوت الجبل", published: "2026-02-10", title: "مسلحون يخطفون تاجرا", text: "خطف مسلحون تاجرا من منزله في الحويجة ليلا ولا يعرف مصيره حتى الآن.", trigger: "خطف", actor: "مسلحون", town: "الحويجة", killed: None, url: None, speaker: None },
    ];
    reports.iter().for_each(|r| r.add(&mut ledger));
    ledger.group().expect("grouped");
    ledger.close().expect("closed");
}

/// A server over a ledger of its own; ended with the test.
pub struct Site {
    pub folder: tempfile::TempDir,
    pub url: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<Result<(), Error>>>,
}

pub fn config(folder: &Path, token: Option<&str>) -> Config {
    Config { ledger: folder.to_owned(), address: IpAddr::V4(Ipv4Addr::LOCALHOST), port: 0, token: token.map(str::to_owned), knowledge: Knowledge::embedded().expect("the tables"), meaning: None }
}

impl Site {
    pub fn with(fill: impl FnOnce(&Path), token: Option<&str>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fill(folder.path());
        let server = Server::bind(config(folder.path(), token)).expect("it listens");
        let url = server.url().trim_end_matches('/').to_owned();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || server.run(async { drop(stopped.await) }));
        Self { folder, url, stop: Some(stop), thread: Some(thread) }
    }

    pub fn new() -> Self {
        Self::with(fill, None)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask(path, &[])
    }

    pub fn ask(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().new_agent();
        let request = headers.iter().fold(agent.get(format!("{}{path}", self.url)), |r, (name, value)| r.header(*name, *value));
        Answer::of(request.call().expect("an answer"))
    }

    pub fn post(&self, path: &str, headers: &[(&str, &str)], form: &str) -> Answer {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().new_agent();
        let request = headers.iter().fold(agent.post(format!("{}{path}", self.url)), |r, (name, value)| r.header(*name, *value));
        Answer::of(request.content_type("application/x-www-form-urlencoded").send(form).expect("an answer"))
    }

    pub fn json(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        serde_json::from_str(&answer.body).expect("JSON")
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

pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn of(mut response: ureq::http::Response<ureq::Body>) -> Self {
        let body = response.body_mut().read_to_string().expect("a text");
        Self { status: response.status().as_u16(), headers: response.headers().clone(), body }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }
}
