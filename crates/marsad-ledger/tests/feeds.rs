//! The list of feeds and their health, as programs see it that fetch or show them.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use marsad_ledger::Ledger;
use marsad_ledger::feeds::{Feed, Item, NewFeed, Poll, Seen, State};
use std::time::Duration;

const HOUR: i64 = 3600;

fn ledger() -> (tempfile::TempDir, Ledger) {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = Ledger::open(&folder.path().join("l")).expect("opened");
    (folder, ledger)
}

fn watch(ledger: &mut Ledger, url: &str) -> i64 {
    let batch = ledger.batch().expect("begun");
    batch.add_feed(&NewFeed { url: url.to_owned(), ..NewFeed::default() }).expect("added");
    batch.commit().expect("written");
    one(ledger, url).id
}

fn one(ledger: &Ledger, url: &str) -> Feed {
    ledger.feeds().expect("read").into_iter().find(|f| f.url == url).expect("it is watched")
}

fn poll(feed: i64, state: State) -> Poll {
    let reason = (!state.is_well()).then(|| "500".to_owned());
    Poll { feed, state, reason, title: None, page: None, moved: None, etag: None, modified: None, every: Duration::from_secs(900), retry_after: None }
}

fn polled(ledger: &mut Ledger, poll: &Poll) {
    let batch = ledger.batch().expect("begun");
    batch.polled(poll).expect("noted");
    batch.commit().expect("written");
}

fn noted(ledger: &mut Ledger, item: &Item) {
    let batch = ledger.batch().expect("begun");
    batch.item(item).expect("noted");
    batch.commit().expect("written");
}

fn wait(feed: &Feed) -> i64 {
    feed.due - feed.tried.expect("it was tried")
}

const URL: &str = "https://example.org/feed";

#[test]
fn a_feed_in_trouble_is_tried_ever_more_seldom_until_it_is_well() {
    let (_folder, mut ledger) = ledger();
    let id = watch(&mut ledger, URL);
    assert_eq!((one(&ledger, URL).state, one(&ledger, URL).due <= marsad_ledger::feeds::now()), (State::New, true));
    let mut waits = Vec::new();
    for _ in 0..9 {
        polled(&mut ledger, &poll(id, State::Failing));
        waits.push(wait(&one(&ledger, URL)));
    }
    assert_eq!(waits, [900, 1800, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR, 24 * HOUR, 24 * HOUR], "doubled, a day at most");
    let feed = one(&ledger, URL);
    assert!(feed.failures == 9 && feed.failing.is_some() && feed.succeeded.is_none() && feed.reason.as_deref() == Some("500"));
    polled(&mut ledger, &Poll { retry_after: Some(Duration::from_secs(50 * HOUR as u64)), ..poll(id, State::Failing) });
    assert_eq!(wait(&one(&ledger, URL)), 50 * HOUR, "the server's wish goes before");
    polled(&mut ledger, &Poll { title: Some("دجلة".to_owned()), etag: Some("\"1\"".to_owned()), ..poll(id, State::Ok) });
    let feed = one(&ledger, URL);
    assert_eq!((feed.state, feed.failures, feed.failing, feed.reason.clone(), wait(&feed)), (State::Ok, 0, None, None, 900));
    assert_eq!((feed.title.as_deref(), feed.etag.as_deref()), (Some("دجلة"), Some("\"1\"")));
}

#[test]
fn an_empty_feed_that_did_not_change_is_still_empty() {
    let (_folder, mut ledger) = ledger();
    let id = watch(&mut ledger, URL);
    for (state, shown) in [(State::Empty, State::Empty), (State::Unchanged, State::Empty), (State::Ok, State::Ok), (State::Unchanged, State::Unchanged)] {
        polled(&mut ledger, &poll(id, state));
        assert_eq!(one(&ledger, URL).state, shown);
    }
}

#[test]
fn a_feed_that_moved_goes_to_its_new_address_unless_another_stands_there() {
    let (_folder, mut ledger) = ledger();
    let (id, other) = (watch(&mut ledger, URL), watch(&mut ledger, "https://example.org/b"));
    polled(&mut ledger, &Poll { moved: Some("https://example.org/new".to_owned()), ..poll(id, State::Ok) });
    assert_eq!(one(&ledger, "https://example.org/new").id, id);
    polled(&mut ledger, &Poll { moved: Some("https://example.org/new".to_owned()), ..poll(other, State::Ok) });
    assert_eq!(one(&ledger, "https://example.org/b").id, other);
}

#[test]
fn an_entry_is_taken_once_whatever_feed_it_stands_in() {
    let (_folder, mut ledger) = ledger();
    let (a, b) = (watch(&mut ledger, URL), watch(&mut ledger, "https://example.org/b"));
    let of = |feed: i64, says: &str| Item::new((feed, URL), Some("https://example.org/1"), None, &[says], Some("2026-11-23"));
    assert_eq!(ledger.seen(&of(a, "عنوان")).expect("read"), Seen::No);
    let mut tried = of(a, "عنوان");
    tried.tries = 2;
    noted(&mut ledger, &tried);
    assert_eq!(ledger.seen(&of(a, "عنوان")).expect("read"), Seen::Tried(2));
    assert_eq!(ledger.seen(&of(b, "عنوان")).expect("read"), Seen::No, "nobody has it yet");
    noted(&mut ledger, &of(a, "عنوان"));
    assert_eq!(ledger.seen(&of(a, "عنوان")).expect("read"), Seen::Taken);
    assert_eq!(ledger.seen(&of(a, "عنوان معدل")).expect("read"), Seen::No, "it was edited");
    assert_eq!(ledger.seen(&of(b, "بكلمات أخرى")).expect("read"), Seen::Taken, "another feed may say it otherwise");

    // Removed and added again, it does not give again what it gave.
    let batch = ledger.batch().expect("begun");
    assert!(batch.remove_feed(URL).expect("removed") && !batch.remove_feed(URL).expect("looked for"));
    batch.commit().expect("written");
    let again = watch(&mut ledger, URL);
    assert_ne!(again, a);
    assert_eq!(ledger.seen(&of(again, "عنوان")).expect("read"), Seen::Taken);
}

#[test]
fn entries_without_an_address_are_known_by_their_key_within_the_feed() {
    let (_folder, mut ledger) = ledger();
    let id = watch(&mut ledger, URL);
    let of = |url: &str, key: &str| Item::new((id, url), None, Some(key), &["عنوان"], None);
    noted(&mut ledger, &of(URL, "n-1"));
    assert_eq!(ledger.seen(&of(URL, "n-1")).expect("read"), Seen::Taken);
    assert_eq!(ledger.seen(&of(URL, "n-2")).expect("read"), Seen::No);
    assert_eq!(ledger.seen(&of("https://other.example/feed", "n-1")).expect("read"), Seen::No);
    assert_eq!(one(&ledger, URL).late, 1, "without a day it is one of today");
}

#[test]
fn only_addresses_of_the_web_are_watched() {
    let (_folder, mut ledger) = ledger();
    let batch = ledger.batch().expect("begun");
    for wrong in ["example.org/feed", "ftp://example.org", "https://", "https:///feed", "javascript:alert(1)", "https://example.org/a b"] {
        let error = batch.add_feed(&NewFeed { url: wrong.to_owned(), ..NewFeed::default() }).expect_err("refused");
        assert!(error.to_string().contains("begins with https://"), "{error}");
    }
    assert!(batch.add_feed(&NewFeed { url: format!(" {URL}\n"), ..NewFeed::default() }).expect("added"));
    assert!(!batch.add_feed(&NewFeed { url: URL.to_owned(), ..NewFeed::default() }).expect("known"));
}

/// A ledger of the schema before feeds is brought up to date when it is opened for writing.
#[test]
fn an_older_ledger_gets_its_feeds() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = rusqlite::Connection::open(folder.path().join(marsad_ledger::FILE)).expect("opened");
    db.execute_batch(concat!(include_str!("../schema/0001.sql"), include_str!("../schema/0002.sql"), "PRAGMA application_id = 1297240900; PRAGMA user_version = 2;")).expect("made");
    drop(db);
    assert!(Ledger::read(folder.path()).expect_err("too old").to_string().contains("schema 2"));
    assert_eq!(Ledger::open(folder.path()).expect("brought up to date").feeds().expect("read"), []);
}
