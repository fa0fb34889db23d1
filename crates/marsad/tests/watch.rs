//! Feeds and pages as they come over the web, from a real server on this machine into a ledger.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

#[path = "../../marsad-fetch/tests/server/mod.rs"]
mod server;

use server::{Response, Server};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

const TOWNS: [&str; 8] = ["كركوك", "الموصل", "بعقوبة", "الرمادي", "سامراء", "تكريت", "الفلوجة", "الحلة"];

/// An article of its own for each number.
fn article(n: usize) -> String {
    format!("قتل {} من رجال الشرطة صباح الاثنين في انفجار عبوة ناسفة في {}، وقال مصدر أمني إن المهاجمين لاذوا بالفرار نحو الطريق رقم {n}.", n + 2, TOWNS[n % TOWNS.len()])
}

fn page(n: usize) -> Response {
    let html = format!(
        "<html lang=ar><head><meta property=og:site_name content=\"صوت دجلة\"><title>خبر رقم {n} من المدينة</title></head><body><nav><a href=/>الرئيسية</a></nav><article><h1>خبر رقم {n} من المدينة</h1><p>{}</p><p>وأضاف المصدر أن القوات الأمنية أغلقت المنطقة وبدأت التحقيق في الحادث رقم {n}.</p></article></body></html>",
        article(n)
    );
    Response::new(200, "text/html; charset=utf-8", html)
}

/// An entry with its whole article, or with a summary alone.
fn entry(n: usize, whole: bool) -> String {
    let body = if whole { format!("<content:encoded><![CDATA[<p>{}</p>]]></content:encoded>", article(n)) } else { format!("<description>موجز عن الخبر رقم {n} من {} كما ورد</description>", TOWNS[n % TOWNS.len()]) };
    format!("<item><title>خبر رقم {n} من المدينة</title><link>/news/{n}</link><pubDate>Mon, 23 Nov 2026 14:{:02}:00 +0300</pubDate>{body}</item>", n % 60)
}

fn feed(entries: &[String]) -> Response {
    let xml = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel><title>صوت دجلة</title><link>http://127.0.0.1/</link>{}</channel></rss>", entries.concat());
    Response::new(200, "application/rss+xml", xml)
}

fn marsad(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_marsad")).args(args).current_dir(folder).env("MARSAD_LEDGER", "l").stdin(Stdio::null()).output().expect("the program starts")
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

const WATCH: [&str; 9] = ["watch", "--once", "--allow-private", "--pause", "0s", "--every", "1s", "--timeout", "1000ms"];

fn watch(folder: &Path) -> Output {
    marsad(folder, &WATCH)
}

/// Until a feed that is well is due again.
fn later() {
    std::thread::sleep(Duration::from_millis(2100));
}

fn done(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", text(output));
    text(output)
}

/// The feeds by their paths.
fn feeds(folder: &Path, server: &Server) -> BTreeMap<String, serde_json::Value> {
    let out = marsad(folder, &["sources", "--json"]);
    let lines = String::from_utf8(out.stdout).expect("text");
    let lines = lines.lines().map(|l| serde_json::from_str::<serde_json::Value>(l).expect("JSON")).filter(|l| l["feed"].is_string());
    lines.map(|l| (l["feed"].as_str().expect("an address").replace(&server.url, ""), l)).collect()
}

fn stats(folder: &Path) -> serde_json::Value {
    serde_json::from_slice(&marsad(folder, &["stats", "--json"]).stdout).expect("JSON")
}

fn watched(server: &Server, paths: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let urls: Vec<String> = paths.iter().map(|p| server.at(p)).collect();
    let args: Vec<&str> = ["sources", "add"].into_iter().chain(urls.iter().map(String::as_str)).collect();
    done(&marsad(folder.path(), &args));
    folder
}

#[test]
fn a_feed_gives_its_articles_once_and_only_new_ones_are_fetched() {
    let server = Server::start();
    server.set("/feed", feed(&[entry(1, true), entry(2, false)]).with("ETag", "\"1\""));
    for n in [2, 3] {
        server.set(&format!("/news/{n}"), page(n));
    }
    let folder = watched(&server, &["/feed"]);
    let at = folder.path();
    assert!(done(&watch(at)).contains("2 new"));
    assert_eq!(server.paths(), ["/feed", "/news/2"], "the page of the entry with a summary alone");
    let of = &feeds(at, &server)["/feed"];
    assert_eq!((&of["state"], &of["title"], &of["failures"]), (&"ok".into(), &"صوت دجلة".into(), &0.into()));

    later();
    assert!(done(&watch(at)).contains("unchanged"));
    assert_eq!(server.paths(), ["/feed"]);

    later();
    server.set("/feed", feed(&[entry(3, false), entry(1, true), entry(2, false)]).with("ETag", "\"2\""));
    assert!(done(&watch(at)).contains("1 new"));
    assert_eq!(server.paths(), ["/feed", "/news/3"]);
    let stats = stats(at);
    assert_eq!((&stats["articles"], &stats["outlets"]), (&3.into(), &1.into()), "pages and feed name one outlet");
    assert!(stats["mentions"].as_i64().is_some_and(|n| n >= 3), "they were read: {stats}");
    let found = done(&marsad(at, &["search", "ناسفة", "--json"]));
    assert!(found.contains("/news/2"), "{found}");

    later();
    let seldom = WATCH.map(|arg| if arg == "1s" { "1h" } else { arg });
    done(&marsad(at, &seldom));
    assert_eq!(server.paths(), ["/feed"]);
    let early = marsad(at, &seldom);
    assert!(done(&early).contains("1 feeds are not due yet"), "{}", text(&early));
    assert!(server.paths().is_empty());
}

#[test]
fn an_edited_entry_is_fetched_again_as_a_new_version() {
    let server = Server::start();
    server.set("/feed", feed(&[entry(2, false)]));
    server.set("/news/2", page(2));
    let folder = watched(&server, &["/feed"]);
    done(&watch(folder.path()));
    later();
    server.set("/feed", feed(&[entry(2, false).replace("كما ورد", "كما ورد في تحديث")]));
    let mut edited = page(2);
    edited.body = String::from_utf8(edited.body).expect("text").replace("لاذوا بالفرار", "أوقفوا بعد ساعات").into_bytes();
    server.set("/news/2", edited);
    assert!(done(&watch(folder.path())).contains("1 new versions"));
    let stats = stats(folder.path());
    assert_eq!((&stats["articles"], &stats["versions"]), (&1.into(), &2.into()));
}

#[test]
fn the_health_of_each_feed_is_known_and_those_that_are_well_go_in() {
    let server = Server::start();
    server.set("/robots.txt", Response::new(200, "text/plain", "User-agent: *\nDisallow: /secret\n"));
    server.set("/good", feed(&[entry(1, true)]));
    server.set("/empty", feed(&[]));
    server.set("/forbidden", Response::new(403, "text/html", "no"));
    server.set("/secret", feed(&[entry(4, true)]));
    server.set("/page", page(5));
    server.set("/broken", Response::new(200, "application/rss+xml", "{\"nothing\": 1"));
    server.set("/sick", Response::new(500, "text/plain", ""));
    server.set("/endless", Response { endless: true, ..feed(&[entry(6, true)]) });
    let paths = ["/good", "/empty", "/forbidden", "/secret", "/page", "/broken", "/sick", "/endless"];
    let folder = watched(&server, &paths);
    let at = folder.path();
    let out = watch(at);
    assert_eq!(out.status.code(), Some(1), "{}", text(&out));
    assert!(text(&out).contains("1 new"), "{}", text(&out));
    let all = feeds(at, &server);
    let expected = [
        ("/good", "ok", ""),
        ("/empty", "empty", ""),
        ("/forbidden", "blocked", "403"),
        ("/secret", "blocked", "robots.txt"),
        ("/page", "unreadable", "a web page"),
        ("/broken", "unreadable", "JSON"),
        ("/sick", "failing", "500"),
        ("/endless", "failing", "not whole after 1 seconds"),
    ];
    for (path, state, reason) in expected {
        let of = &all[path];
        assert_eq!(of["state"], state, "{of}");
        assert!(of["reason"].as_str().unwrap_or_default().contains(reason), "{of}");
        assert_eq!(of["failing_since"].is_string(), !matches!(state, "ok" | "empty"), "{of}");
    }
    let shown = done(&marsad(at, &["sources"]));
    assert!(shown.contains("failing") && shown.contains("1 times, next at"), "{shown}");

    // Well again: nothing is left of the trouble.
    server.set("/sick", feed(&[entry(7, true)]));
    later();
    watch(at);
    let of = &feeds(at, &server)["/sick"];
    assert_eq!((&of["state"], &of["failing_since"], &of["failures"]), (&"ok".into(), &serde_json::Value::Null, &0.into()));
    assert_eq!(stats(at)["articles"], 2);
}

#[test]
fn a_server_that_asks_for_time_gets_it_and_one_that_moved_is_remembered() {
    let server = Server::start();
    server.set("/busy", Response::new(503, "text/plain", "").with("Retry-After", "7200"));
    let other = Server::start();
    other.set("/old", Response::new(301, "text/plain", "").with("Location", "/new"));
    other.set("/new", feed(&[entry(1, true)]));
    let folder = watched(&server, &["/busy"]);
    let at = folder.path();
    done(&marsad(at, &["sources", "add", &other.at("/old"), "--title", "دجلة"]));
    watch(at);
    let busy = &feeds(at, &server)["/busy"];
    assert_eq!(busy["state"], "failing");
    let hours = |clock: &serde_json::Value| clock.as_str().and_then(|c| c[11..13].parse::<i64>().ok()).expect("a time");
    assert!((1..=2).contains(&(hours(&busy["due"]) - hours(&busy["tried"])).rem_euclid(24)), "{busy}");
    let moved = feeds(at, &other);
    assert_eq!((&moved["/new"]["state"], &moved["/new"]["title"]), (&"ok".into(), &"دجلة".into()), "the user's title stays");
    later();
    server.asked();
    watch(at);
    assert!(server.paths().is_empty());
    assert_eq!(other.paths(), ["/old", "/new", "/new"]);
}

#[test]
fn a_page_that_fails_is_tried_again_and_at_last_the_summary_must_do() {
    let server = Server::start();
    server.set("/feed", feed(&[entry(2, false), entry(3, false), entry(4, false)]).with("ETag", "\"1\""));
    server.set("/news/2", Response::new(500, "text/plain", ""));
    server.set("/news/3", Response::new(500, "text/plain", ""));
    server.set("/news/4", Response::new(404, "text/plain", ""));
    let folder = watched(&server, &["/feed"]);
    let at = folder.path();
    assert!(done(&watch(at)).contains("1 new"), "that of the page which is gone, by its summary");
    let reason = feeds(at, &server)["/feed"]["reason"].as_str().expect("a reason").to_owned();
    assert!(reason.starts_with("2 of 3 articles could not be fetched yet, 1 of 3 articles are the feed's summaries (") && reason.contains("500"), "{reason}");
    server.set("/news/2", page(2));
    for _ in 0..3 {
        later();
        done(&watch(at));
    }
    assert_eq!(stats(at)["articles"], 3);
    assert_eq!(server.paths().iter().filter(|p| *p == "/news/3").count(), 4);
    later();
    done(&watch(at));
    assert_eq!(feeds(at, &server)["/feed"]["state"], "unchanged", "now that nothing is left to fetch, the tag is sent");
}

#[test]
fn lists_of_feeds_come_in_and_go_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let opml = "<opml version=\"2.0\"><body><outline text=\"العراق\"><outline text=\"دجلة\" xmlUrl=\"https://example.org/a?x=1&amp;y=2\" htmlUrl=\"https://example.org/\"/></outline><outline text=\"سوريا\" xmlUrl=\"https://example.org/b\"/></body></opml>";
    std::fs::write(at.join("list.opml"), opml).expect("written");
    assert!(done(&marsad(at, &["sources", "import", "list.opml"])).contains("2 added, 0 watched already"));
    let first = marsad(at, &["sources", "export"]).stdout;
    std::fs::write(at.join("again.opml"), &first).expect("written");
    assert!(done(&marsad(at, &["sources", "import", "again.opml"])).contains("0 added, 2 watched already"));
    assert!(done(&marsad(at, &["sources", "remove", "https://example.org/b"])).contains("1 removed"));
    assert_eq!(marsad(at, &["sources", "remove", "https://example.org/b"]).status.code(), Some(2));
    done(&marsad(at, &["sources", "import", "again.opml", "--ledger", "l"]));
    assert_eq!(marsad(at, &["sources", "export"]).stdout, first, "what went out comes back the same");
    let wrong = marsad(at, &["sources", "add", "example.org/feed"]);
    assert!(wrong.status.code() == Some(2) && text(&wrong).contains("begins with https://"), "{}", text(&wrong));
}

#[test]
fn addresses_are_added_as_files_are() {
    let server = Server::start();
    server.set("/news/1", page(1));
    server.set("/news/2", page(2));
    server.set("/feed", feed(&[entry(2, false), entry(3, true)]));
    server.set("/list.opml", Response::new(200, "text/x-opml", format!("<opml version=\"2.0\"><body><outline xmlUrl=\"{}\"/><outline xmlUrl=\"{}\"/></body></opml>", server.at("/feed"), server.at("/none"))));
    let lines: String = (4..7).map(|n| serde_json::json!({"id": format!("a{n}"), "text": article(n), "source": "صوت دجلة"}).to_string() + "\n").collect();
    server.set("/news.jsonl?day=1", Response::new(200, "application/octet-stream", lines));
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let add = |path: &str| marsad(at, &["add", &server.at(path), "--allow-private", "--pause", "0s"]);
    assert!(done(&add("/news/1")).contains("1 new"));
    assert!(done(&add("/news/1")).contains("0 new, 1 known"));
    assert!(done(&add("/news.jsonl?day=1")).contains("3 new"));
    server.asked();
    let list = add("/list.opml");
    assert_eq!(list.status.code(), Some(1));
    assert!(text(&list).contains("2 new, 1 set aside") && text(&list).contains("/none: there is nothing at this address (404"), "{}", text(&list));
    assert!(done(&add("/feed")).contains("0 new"), "what was taken out of a feed is not fetched again");
    assert_eq!(server.paths(), ["/list.opml", "/feed", "/news/2", "/none", "/feed"]);
    let refused = marsad(at, &["add", &server.at("/news/1")]);
    assert!(refused.status.code() == Some(1) && text(&refused).contains("--allow-private"), "{}", text(&refused));
    assert_eq!(stats(at)["articles"], 6);
}

/// Ends a watching program after that time, as Ctrl-C or as `kill -9` does.
#[cfg(unix)]
fn broken_off(folder: &Path, signal: &str, after: u64) -> Output {
    let slowly = WATCH.map(|arg| if arg == "0s" { "150ms" } else { arg });
    let child = Command::new(env!("CARGO_BIN_EXE_marsad")).args(slowly).current_dir(folder).env("MARSAD_LEDGER", "l").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    std::thread::sleep(Duration::from_millis(after));
    Command::new("kill").args([signal, &child.id().to_string()]).status().expect("sent");
    child.wait_with_output().expect("ended")
}

#[cfg(unix)]
#[test]
fn broken_off_and_started_again_it_ends_with_the_same_ledger() {
    let server = Server::start();
    let entries: Vec<String> = (0..40).map(|n| entry(n, n % 2 == 0)).collect();
    server.set("/feed", feed(&entries).with("ETag", "\"1\""));
    for n in 0..40 {
        server.set(&format!("/news/{n}"), page(n));
    }
    let calm = watched(&server, &["/feed"]);
    done(&watch(calm.path()));
    assert_eq!(stats(calm.path())["articles"], 40);
    let folder = watched(&server, &["/feed"]);
    let at = folder.path();
    for (signal, after) in [("-INT", 500), ("-KILL", 700), ("-INT", 900), ("-KILL", 1100), ("-TERM", 1300)] {
        broken_off(at, signal, after);
        let doctor = marsad(at, &["doctor"]);
        assert_eq!(doctor.status.code(), Some(0), "{}", text(&doctor));
        later();
    }
    done(&watch(at));
    for what in ["articles", "versions", "reports", "mentions", "outlets", "independent"] {
        assert_eq!(stats(at)[what], stats(calm.path())[what], "{what}");
    }
}
