//! How addresses are fetched: what is taken, what is refused, and how a server is treated.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

mod server;

use marsad_fetch::{Answer, Asked, Error, Fetcher, Kind, Options};
use server::{Response, Server};
use std::io::Write as _;
use std::time::Duration;

fn fetcher(allow_private: bool, pause: u64) -> Fetcher {
    Fetcher::new(Options { contact: Some("desk@example.org".to_owned()), allow_private, pause: Duration::from_millis(pause), stop: || false })
}

fn get_with(fetcher: &Fetcher, url: &str, etag: Option<&str>) -> Result<(Answer, Vec<u8>), Error> {
    let mut body = Vec::new();
    let answer = fetcher.get(&Asked { url, etag, modified: None, most: 100_000, time: Duration::from_secs(2) }, &mut body)?;
    Ok((answer, body))
}

fn get(fetcher: &Fetcher, url: &str) -> Result<(Answer, Vec<u8>), Error> {
    get_with(fetcher, url, None)
}

fn fault(fetcher: &Fetcher, url: &str) -> Error {
    get(fetcher, url).expect_err("it is refused")
}

#[test]
fn a_page_comes_with_its_encoding_and_we_say_who_we_are() {
    let server = Server::start();
    server.set("/%D8%AE%D8%A8%D8%B1?a=1", Response::new(200, "text/html; charset=windows-1256", [0xCE, 0xC8, 0xD1]));
    let (answer, body) = get(&fetcher(true, 0), &server.at("/خبر?a=1#top")).expect("fetched");
    assert_eq!((answer.charset.as_deref(), body), (Some("windows-1256"), vec![0xCE, 0xC8, 0xD1]));
    let asked = server.asked();
    assert!(asked[0].headers["user-agent"].starts_with("Marsad/") && asked[0].headers["user-agent"].contains("+desk@example.org"), "{asked:?}");
    assert!(asked[0].headers["accept-encoding"].contains("gzip"));
}

#[test]
fn what_did_not_change_is_not_sent_again() {
    let server = Server::start();
    server.set("/feed", Response::new(200, "application/rss+xml", "<rss/>").with("ETag", "\"7\""));
    let fetcher = fetcher(true, 0);
    let (first, _) = get(&fetcher, &server.at("/feed")).expect("fetched");
    let (again, body) = get_with(&fetcher, &server.at("/feed"), first.etag.as_deref()).expect("fetched");
    assert!(again.unchanged && body.is_empty());
}

#[test]
fn redirects_are_followed_and_those_for_good_remembered() {
    let server = Server::start();
    let to = |code, to: &str| Response::new(code, "text/plain", "").with("Location", to);
    server.set("/old", to(301, "/newer"));
    server.set("/newer", to(308, "/today"));
    server.set("/today", to(302, "/2026/11"));
    server.set("/2026/11", Response::new(200, "text/plain", "here"));
    server.set("/round", to(302, "/round"));
    server.set("/file", to(302, "file:///etc/passwd"));
    let fetcher = fetcher(true, 0);
    let (answer, body) = get(&fetcher, &server.at("/old")).expect("fetched");
    assert_eq!(body, b"here");
    assert_eq!((answer.url, answer.moved), (server.at("/2026/11"), Some(server.at("/today"))), "behind the first that is for now, nothing is for good");
    assert!(fault(&fetcher, &server.at("/round")).reason.contains("leads on and on"));
    assert_eq!(fault(&fetcher, &server.at("/file")).kind, Kind::Address);
}

#[test]
fn robots_txt_is_heeded_and_asked_once() {
    let server = Server::start();
    server.set("/robots.txt", Response::new(200, "text/plain", "User-agent: marsad\nDisallow: /private/\n"));
    for path in ["/private/1", "/open"] {
        server.set(path, Response::new(200, "text/plain", "text"));
    }
    let fetcher = fetcher(true, 0);
    let refused = fault(&fetcher, &server.at("/private/1"));
    assert!(refused.kind == Kind::Forbidden && refused.reason.contains("robots.txt"), "{refused}");
    assert!(get(&fetcher, &server.at("/open")).is_ok());
    assert_eq!(server.paths(), ["/open"]);
    // A server in trouble does not say what it allows, so nothing is fetched.
    let sick = Server::start();
    sick.set("/robots.txt", Response::new(503, "text/plain", ""));
    assert_eq!(fault(&fetcher, &sick.at("/open")).kind, Kind::Trouble);
    assert!(sick.paths().is_empty());
}

#[test]
fn refusals_are_told_apart() {
    let server = Server::start();
    for code in [403, 410, 500] {
        server.set(&format!("/{code}"), Response::new(code, "text/plain", ""));
    }
    let fetcher = fetcher(true, 0);
    let kinds = [("/403", Kind::Forbidden), ("/404", Kind::Gone), ("/410", Kind::Gone), ("/500", Kind::Trouble)];
    for (path, kind) in kinds {
        assert_eq!(fault(&fetcher, &server.at(path)).kind, kind, "{path}");
    }
    assert!(fault(&fetcher, "http://127.0.0.1:1/").reason.contains("takes no connection"));
    for wrong in ["ftp://example.org/", "example.org", "http://", "javascript:alert(1)"] {
        assert_eq!(fault(&fetcher, wrong).kind, Kind::Address, "{wrong}");
    }
}

#[test]
fn who_asks_to_be_let_alone_is_not_asked_again() {
    let server = Server::start();
    server.set("/busy", Response::new(429, "text/plain", "").with("Retry-After", "120"));
    server.set("/open", Response::new(200, "text/plain", "text"));
    let fetcher = fetcher(true, 0);
    assert_eq!(fault(&fetcher, &server.at("/busy")).retry_after, Some(Duration::from_secs(120)));
    let second = fault(&fetcher, &server.at("/open"));
    assert!(second.retry_after.is_some_and(|d| d.as_secs() > 100), "{second:?}");
    assert_eq!(server.paths(), ["/busy"]);
    // A day of the calendar is understood as well.
    let other = Server::start();
    other.set("/busy", Response::new(503, "text/plain", "").with("Retry-After", "Fri, 01 Jan 2100 00:00:00 GMT"));
    assert_eq!(fault(&fetcher, &other.at("/busy")).retry_after, Some(Duration::from_secs(7 * 24 * 3600)), "a week at most");
}

#[test]
fn what_is_too_long_packed_or_not_and_what_never_ends_is_broken_off() {
    let server = Server::start();
    server.set("/long", Response::new(200, "text/plain", vec![b'x'; 100_001]));
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&vec![b'x'; 50_000_000]).expect("packed");
    let packed = packed.finish().expect("packed");
    assert!(packed.len() < 100_000);
    server.set("/bomb", Response::new(200, "text/html", packed).with("Content-Encoding", "gzip"));
    server.set("/endless", Response { endless: true, ..Response::new(200, "text/html", "") });
    let fetcher = fetcher(true, 0);
    assert_eq!(fault(&fetcher, &server.at("/long")).kind, Kind::Long);
    assert_eq!(fault(&fetcher, &server.at("/bomb")).kind, Kind::Long);
    let began = std::time::Instant::now();
    let slow = fault(&fetcher, &server.at("/endless"));
    assert!(slow.reason.contains("not whole after 2 seconds") && began.elapsed() < Duration::from_secs(10), "{slow}");
}

#[test]
fn a_packed_answer_is_unpacked() {
    let server = Server::start();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all("نص".as_bytes()).expect("packed");
    server.set("/", Response::new(200, "text/plain", packed.finish().expect("packed")).with("Content-Encoding", "gzip"));
    assert_eq!(get(&fetcher(true, 0), &server.at("/")).expect("fetched").1, "نص".as_bytes());
}

#[test]
fn private_addresses_are_refused_by_number_and_by_name() {
    let server = Server::start();
    let port = server.url.rsplit(':').next().expect("a port").to_owned();
    let fetcher = fetcher(false, 0);
    for url in [format!("http://127.0.0.1:{port}/"), format!("http://localhost:{port}/"), format!("http://2130706433:{port}/"), format!("http://[::ffff:127.0.0.1]:{port}/"), "http://169.254.169.254/latest".to_owned()] {
        let refused = fault(&fetcher, &url);
        assert!(refused.kind == Kind::Address && refused.reason.contains("--allow-private"), "{refused}");
    }
    assert!(server.paths().is_empty());
}

#[test]
fn one_request_at_a_time_with_a_pause_behind_it() {
    let server = Server::start();
    server.set("/x", Response::new(200, "text/plain", "text"));
    let fetcher = fetcher(true, 200);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| get(&fetcher, &server.at("/x")).expect("fetched"));
        }
    });
    let asked = server.asked();
    assert_eq!(asked.len(), 3);
    assert!(asked.windows(2).all(|two| two[1].at - two[0].at >= Duration::from_millis(190)), "{asked:?}");
}
