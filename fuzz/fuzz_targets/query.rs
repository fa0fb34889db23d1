//! Any text as a query: it is parsed, or refused at a place that is there.
#![no_main]

use libfuzzer_sys::fuzz_target;
use marsad_search::Query;

fuzz_target!(|text: &str| {
    match Query::parse(text) {
        Ok(query) => drop(query.words()),
        Err(fault) => assert_eq!(text.chars().skip(fault.at.start).take(fault.at.len()).collect::<String>(), fault.words),
    }
});
