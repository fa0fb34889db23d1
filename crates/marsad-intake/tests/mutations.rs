//! Good files truncated, flipped and spliced: whatever comes, intake ends, does not panic, names what it sets aside, and
//! still gives what stands untouched before the damage.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use marsad_intake::{Columns, stream};
use proptest::prelude::*;
use std::fmt::Write as _;
use std::io::Write as _;

const BODY: &str = "أعلنت الشرطة في بغداد اليوم اعتقال ثلاثة مسلحين، وقال ناطق إن \\\"التحقيق\\\" مستمر.";

/// A file of each format with six articles, under the name that tells the format.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    let (mut lines, mut table, mut list) = (String::new(), "id,text,title\r\n".to_owned(), "[\n".to_owned());
    for n in 0..6 {
        let _ = writeln!(lines, "{{\"id\":\"{n}\",\"text\":\"{BODY}\",\"published\":\"2026-11-0{}\"}}", n + 1);
        let _ = write!(table, "{n},\"{}\n{n}\",عنوان\r\n", BODY.replace("\\\"", "\"\""));
        let _ = writeln!(list, "  {{\n    \"id\": {n},\n    \"text\": \"{BODY}\",\n    \"more\": [{{}}, {{\"a\": null}}]\n  }},");
    }
    let gz = packed(lines.as_bytes());
    let body = BODY.replace("\\\"", "\"");
    let page = format!("<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>خبر | وكالة</title></head><body><nav><a href=\"/\">الرئيسية</a></nav><h1>خبر عن اعتقال</h1><p>{body}</p><p>{body} أمس.</p></body></html>");
    let feed = format!("<?xml version=\"1.0\"?><rss><channel><title>وكالة</title>{}</channel></rss>", format!("<item><title>خبر</title><pubDate>Mon, 23 Nov 2026 14:05:00 GMT</pubDate><description><![CDATA[<p>{body}</p>]]></description></item>").repeat(6));
    let archive: Vec<Vec<u8>> = (0..6)
        .map(|n| {
            let block = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page}");
            format!("WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/{n}\r\nContent-Type: application/http\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n", block.len()).into_bytes()
        })
        .collect();
    let utf16 = lines.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let windows = encoding_rs::WINDOWS_1256.encode(&table).0.into_owned();
    vec![
        ("a.jsonl", lines.into_bytes()),
        ("a.csv", table.into_bytes()),
        ("a.json", list.into_bytes()),
        ("a.txt", BODY.as_bytes().to_vec()),
        ("b.jsonl.gz", gz),
        ("b.jsonl", utf16),
        ("b.csv", windows),
        ("-", format!("{{\"text\": \"{BODY}\"}}").into_bytes()),
        ("a.html", page.clone().into_bytes()),
        ("a.xml", feed.into_bytes()),
        ("a.warc", archive.concat()),
        ("a.warc.gz", archive.iter().flat_map(|r| packed(r)).collect()),
    ]
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(bytes).expect("packed");
    gz.finish().expect("packed")
}

/// One act of damage; places are shares of the length, so that they hold for every file.
#[derive(Clone, Debug)]
enum Damage {
    Cut(f64),
    Flip(f64, u8),
    Set(f64, u8),
    Remove(f64, usize),
    Repeat(f64, f64, f64),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = || 0.0..1.0f64;
    let byte = prop_oneof![Just(b'"'), Just(b'\n'), Just(b'{'), Just(b'}'), Just(b'['), Just(b','), Just(b'\\'), Just(0u8), Just(0xFFu8), Just(0x1Fu8), any::<u8>()];
    prop_oneof![
        at().prop_map(Damage::Cut),
        (at(), 0..8u8).prop_map(|(a, b)| Damage::Flip(a, b)),
        (at(), byte).prop_map(|(a, b)| Damage::Set(a, b)),
        (at(), 1..40usize).prop_map(|(a, n)| Damage::Remove(a, n)),
        (at(), at(), at()).prop_map(|(a, b, c)| Damage::Repeat(a, b, c)),
    ]
}

/// Damages the bytes and tells up to where they are untouched.
fn harm(bytes: &mut Vec<u8>, damage: &Damage) -> usize {
    let place = |share: f64, length: usize| ((share * length as f64) as usize).min(length.saturating_sub(1));
    if bytes.is_empty() {
        return 0;
    }
    let length = bytes.len();
    match *damage {
        Damage::Cut(a) => {
            bytes.truncate(place(a, length));
            bytes.len()
        }
        Damage::Flip(a, bit) => {
            bytes[place(a, length)] ^= 1 << bit;
            place(a, length)
        }
        Damage::Set(a, byte) => {
            bytes[place(a, length)] = byte;
            place(a, length)
        }
        Damage::Remove(a, n) => {
            let from = place(a, length);
            bytes.drain(from..(from + n).min(length));
            from
        }
        Damage::Repeat(a, b, c) => {
            let (from, to) = (place(a.min(b), length), place(a.max(b), length));
            let part = bytes[from..to].to_vec();
            let at = place(c, length);
            bytes.splice(at..at, part);
            at
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn damaged_files(which in 0..12usize, acts in prop::collection::vec(damage(), 1..4)) {
        let (name, mut bytes) = files().swap_remove(which);
        let lines = bytes.split_inclusive(|b| *b == b'\n').map(<[u8]>::len).collect::<Vec<_>>();
        let untouched = acts.iter().map(|a| harm(&mut bytes, a)).min().unwrap_or(0);
        let (mut read, mut count) = (0, 0);
        for document in stream(Box::new(std::io::Cursor::new(bytes)), name, &Columns::default()) {
            count += 1;
            prop_assert!(count < 200, "no end");
            match document {
                Ok(document) => {
                    prop_assert!(!document.text.trim().is_empty() && !document.id.is_empty());
                    read += 1;
                }
                Err(refusal) => prop_assert!(refusal.to_string().starts_with(name) && refusal.reason.len() > 10, "{}", refusal),
            }
        }
        prop_assert!(count > 0, "neither read nor refused");
        if name == "a.jsonl" {
            let mut end = 0;
            let whole = lines.iter().take_while(|n| { end += **n; end <= untouched }).count();
            prop_assert!(read >= whole.min(6), "{} of {} untouched lines", read, whole);
        }
    }

    #[test]
    fn any_bytes(which in 0..12usize, bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let name = files()[which].0;
        prop_assert!(stream(Box::new(std::io::Cursor::new(bytes)), name, &Columns::default()).take(1000).count() < 1000);
    }
}
