//! What the intake makes of feeds and archives, one JSON object a line: `bench/feeds.py` measures with it.
//!
//! `feeds FILE…`: a feed's entries, or an archive's articles and refusals.
#![allow(clippy::print_stdout, reason = "a program speaks to its user")]

use marsad_intake::{Columns, feed, open, page};
use serde_json::{Value, json};

fn entries(bytes: &[u8]) -> Result<Value, String> {
    let feed = feed::read(&page::decode(bytes, None)?)?;
    let entries: Vec<Value> = feed
        .entries
        .iter()
        .map(|e| json!({"id": e.id, "link": e.link, "title": e.title, "author": e.author, "published": e.published, "updated": e.updated, "content": e.content, "summary": e.summary}))
        .collect();
    Ok(json!({"title": feed.title, "link": feed.link, "entries": entries}))
}

fn main() -> std::io::Result<()> {
    for file in std::env::args().skip(1) {
        if file.contains(".warc") {
            let documents = open(&file, &Columns::default()).map_err(std::io::Error::other)?;
            let (good, bad): (Vec<_>, Vec<_>) = documents.partition(Result::is_ok);
            let articles: Vec<_> = good.into_iter().flatten().collect();
            let refused: Vec<String> = bad.into_iter().filter_map(Result::err).map(|r| r.to_string()).collect();
            println!("{}", json!({"file": file, "articles": articles, "refused": refused}));
        } else {
            match entries(&std::fs::read(&file)?) {
                Ok(feed) => println!("{}", json!({"file": file, "feed": feed})),
                Err(reason) => println!("{}", json!({"file": file, "refused": reason})),
            }
        }
    }
    Ok(())
}
