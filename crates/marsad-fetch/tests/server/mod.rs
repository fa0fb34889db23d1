//! A real server on this machine, which answers as it is told and remembers what it was asked.
#![allow(dead_code, clippy::expect_used, reason = "shared by tests that each use a part; a test stops where its own preparation fails")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    /// With its query.
    pub path: String,
    /// By their names in small letters.
    pub headers: BTreeMap<String, String>,
    /// When it came.
    pub at: Instant,
}

/// What is answered.
#[derive(Clone, Debug, Default)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// After the body, a byte again and again without end.
    pub endless: bool,
}

impl Response {
    pub fn new(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: vec![("Content-Type".to_owned(), kind.to_owned())], body: body.into(), endless: false }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

type Answers = Arc<Mutex<BTreeMap<String, Response>>>;

/// The server; it ends with the test.
pub struct Server {
    pub url: String,
    answers: Answers,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (answers, requests) = (Answers::default(), Arc::<Mutex<Vec<Request>>>::default());
        let (known, seen) = (answers.clone(), requests.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (known, seen) = (known.clone(), seen.clone());
                std::thread::spawn(move || drop(answer(stream, &known, &seen)));
            }
        });
        Self { url, answers, requests }
    }

    /// An address of this server.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// From now on that is answered there.
    pub fn set(&self, path: &str, response: Response) {
        self.answers.lock().expect("held by nobody that failed").insert(path.to_owned(), response);
    }

    /// What was asked so far, without the robots.txt, and forgets it.
    pub fn asked(&self) -> Vec<Request> {
        let all = std::mem::take(&mut *self.requests.lock().expect("held by nobody that failed"));
        all.into_iter().filter(|r| r.path != "/robots.txt").collect()
    }

    /// The paths of that.
    pub fn paths(&self) -> Vec<String> {
        self.asked().into_iter().map(|r| r.path).collect()
    }
}

fn answer(mut stream: TcpStream, answers: &Answers, requests: &Mutex<Vec<Request>>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().unwrap_or_else(|| Ok(String::new()))?;
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = BTreeMap::new();
    for line in lines {
        let line = line?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let none = Response::new(404, "text/plain", "none");
    let mut response = answers.lock().expect("held by nobody that failed").get(&path).cloned().unwrap_or(none);
    // As servers do that know what they sent.
    let tag = response.headers.iter().find(|(n, _)| n == "ETag").map(|(_, v)| v.clone());
    if tag.is_some() && tag == headers.get("if-none-match").cloned() {
        response = Response { status: 304, ..Response::default() };
    }
    requests.lock().expect("held by nobody that failed").push(Request { path, headers, at: Instant::now() });
    write!(stream, "HTTP/1.1 {} -\r\nConnection: close\r\n", response.status)?;
    for (name, value) in &response.headers {
        write!(stream, "{name}: {value}\r\n")?;
    }
    if !response.endless && response.status != 304 {
        write!(stream, "Content-Length: {}\r\n", response.body.len())?;
    }
    stream.write_all(b"\r\n")?;
    stream.write_all(&response.body)?;
    while response.endless {
        stream.write_all(b" ")?;
        std::thread::sleep(Duration::from_millis(20));
    }
    stream.flush()
}
