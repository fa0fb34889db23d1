//! Any bytes as a feed or a list of feeds: it is read or refused, and no text grows beyond what the feed has.
#![no_main]

use libfuzzer_sys::fuzz_target;
use marsad_intake::{feed, page};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = page::decode(data, None) else { return };
    if let Ok(feed) = feed::read(&text) {
        for entry in &feed.entries {
            assert!(entry.content.as_ref().is_none_or(|c| !c.trim().is_empty()));
        }
    }
    let _ = feed::opml(&text);
});
