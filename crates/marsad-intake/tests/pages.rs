//! Pages in the manner of Arabic sites (invented events): the article is found, and nothing beside it.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use marsad_intake::page::{LONGEST_PAGE, article, decode};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn words(text: &str) -> BTreeMap<&str, i64> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).fold(BTreeMap::new(), |mut all, w| {
        *all.entry(w).or_default() += 1;
        all
    })
}

/// The harmonic mean of precision and recall of the words, each as often as it stands.
fn f1(found: &str, wanted: &str) -> f64 {
    let (a, b) = (words(found), words(wanted));
    let common: i64 = a.iter().map(|(w, n)| (*n).min(b.get(w).copied().unwrap_or_default())).sum();
    2.0 * common as f64 / (a.values().sum::<i64>() + b.values().sum::<i64>()).max(1) as f64
}

/// `tests/pages/NAME.html` beside `NAME.json` (what is wanted) and, where the page was fetched, `NAME.url`. One miss among
/// the fields is known: an agency's name behind a city, as an author, in `mobile-lite`.
#[test]
fn articles_are_found_in_pages_of_every_make() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    let mut pages: Vec<_> = fs::read_dir(folder).expect("pages").flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "html")).collect();
    pages.sort();
    assert!(pages.len() >= 36);
    let (mut sum, mut missed) = (0.0, Vec::new());
    for page in &pages {
        let name = page.file_stem().expect("a name").to_string_lossy().into_owned();
        let wanted: Value = serde_json::from_slice(&fs::read(page.with_extension("json")).expect("gold")).expect("JSON");
        let url = fs::read_to_string(page.with_extension("url")).ok();
        let html = decode(&fs::read(page).expect("a page"), None).expect("text");
        let found = article(&html, url.as_deref().map(str::trim)).expect("an article");
        let score = f1(&found.text, wanted["text"].as_str().expect("a text"));
        assert!(score >= 0.85, "{name}: {score:.3}\n{}", found.text);
        sum += score;
        // A page without an address has the host of its outlet nowhere.
        for (field, found) in [("title", &found.title), ("author", &found.author), ("published", &found.published), ("source", &found.source), ("url", &found.url)] {
            if wanted[field].as_str() != found.as_deref() {
                missed.push(format!("{name}: {field}: {:?}, not {found:?}", wanted[field].as_str()));
            }
        }
    }
    let mean = sum / pages.len() as f64;
    assert!(mean >= 0.98, "{mean:.3}");
    assert!(missed.len() <= 1, "{missed:#?}");
}

const BODY: &str = "<p>أعلنت وزارة الدفاع مقتل ثلاثة جنود في كمين نصبه مسلحون على الطريق الدولي قرب مدينة تدمر فجر الأحد.</p><p>وقال مصدر عسكري إن قوة إسناد وصلت إلى المكان ونقلت المصابين إلى المستشفى.</p>";

fn published(head: &str, body: &str, url: Option<&str>) -> Option<String> {
    article(&format!("<html><head>{head}</head><body><h1>مقتل ثلاثة جنود في كمين قرب تدمر</h1>{body}{BODY}</body></html>"), url).expect("an article").published
}

/// Metadata, JSON-LD, time elements, the address, a line near the headline, in that order; the zone is kept where given,
/// and a time without a zone is left out, since nobody knows which it is in.
#[test]
fn the_day_is_taken_from_the_surest_place() {
    let meta = "<meta property='article:published_time' content='2026-11-22T23:30:00+03:00'>";
    let linked = "<script type='application/ld+json'>{\"@graph\":[{\"@type\":\"NewsArticle\",\"datePublished\":\"2026-11-21T08:00:00Z\"}]}</script>";
    let time = "<time datetime='2026-11-20T10:00+0300'>أمس</time>";
    let url = Some("https://example.org/2026/11/19/4411");
    let line = "<div>الأربعاء 18 تشرين الثاني 2026</div>";
    assert_eq!(published(&format!("{meta}{linked}"), &format!("{time}{line}"), url).as_deref(), Some("2026-11-22T23:30:00+03:00"));
    assert_eq!(published(linked, &format!("{time}{line}"), url).as_deref(), Some("2026-11-21T08:00:00Z"));
    assert_eq!(published("", &format!("{time}{line}"), url).as_deref(), Some("2026-11-20T10:00:00+03:00"));
    assert_eq!(published("", line, url).as_deref(), Some("2026-11-19"));
    assert_eq!(published("", line, None).as_deref(), Some("2026-11-18"));
    assert_eq!(published("", "", None), None, "no day is better than a wrong one");
    for (written, wanted) in [
        ("2026-11-23 14:05:00", "2026-11-23"),
        ("Mon, 23 Nov 2026 14:05:30 GMT", "2026-11-23T14:05:30Z"),
        ("20261123T140530+0200", "2026-11-23T14:05:30+02:00"),
        ("23/11/2026", "2026-11-23"),
        ("٢٣ نوفمبر ٢٠٢٦", "2026-11-23"),
        ("23 جمادى الأولى 1447 الموافق 14 نوفمبر 2025", "2025-11-14"),
        ("November 23, 2026", "2026-11-23"),
        ("Mon Nov 23 14:05:00 UTC 2026", "2026-11-23T14:05:00Z"),
    ] {
        assert_eq!(published(&format!("<meta name=date content='{written}'>"), "", None).as_deref(), Some(wanted), "{written}");
    }
}

/// Byte order mark, then the server's word, then the page's, then a guess; but what is UTF-8 is UTF-8.
#[test]
fn encodings_of_pages_are_told_in_their_order() {
    let text = "قال ناطق باسم الشرطة إن التحقيق مستمر في الحادث الذي وقع قرب الجسر القديم";
    let page = |charset: &str| format!("<html><head><meta charset=\"{charset}\"></head><body>{text}</body></html>");
    let arabic = |bytes: &[u8], stated: Option<&str>| decode(bytes, stated).expect("text").contains(text);
    let (windows, iso) = (encoding_rs::WINDOWS_1256, encoding_rs::ISO_8859_6);
    assert!(arabic(&windows.encode(&page("windows-1256")).0, None));
    assert!(arabic(&iso.encode(&page("iso-8859-6")).0, None));
    assert!(arabic(&windows.encode(&page("iso-8859-6")).0, Some("windows-1256")), "the server's word goes before the page's");
    assert!(arabic(&windows.encode(&page("iso-8859-1")).0, None), "old pages say Latin and are not");
    assert!(arabic(&windows.encode(&page("utf-8")).0, None), "said to be UTF-8, and is not");
    assert!(arabic(page("windows-1256").as_bytes(), Some("windows-1256")), "UTF-8 whatever is said");
    assert!(arabic(&[b"\xEF\xBB\xBF", page("windows-1256").as_bytes()].concat(), Some("iso-8859-6")));
    let utf16: Vec<u8> = format!("\u{FEFF}{}", page("utf-16")).encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(arabic(&utf16, None));
    assert!(arabic(&windows.encode(&format!("<html><body>{text}")).0, None), "nothing is said");
}

#[test]
fn pages_without_an_article_are_refused() {
    let links = "<li><a href='/1'>الوزير يلتقي وفدا من رجال الأعمال في زيارة جديدة للمحافظة</a></li>".repeat(50);
    for page in [format!("<html><body><ul>{links}</ul></body></html>"), "<html><body><div id=app></div><script>run()</script></body></html>".to_owned(), String::new()] {
        let message = article(&page, None).expect_err("refused");
        assert!(message.contains("holds no article"), "{message}");
    }
}

/// The parser's time would grow with the square of the depth: such pages are refused before.
#[test]
fn pages_built_to_break_a_parser_are_refused_quickly() {
    let began = std::time::Instant::now();
    for (page, reason) in [
        ("<div>".repeat(1_000_000), "nested more than"),
        ("<b x>".repeat(200_000) + BODY, "nested more than"),
        ("<a href=1>س".repeat(900_000), "longer than"),
        ("<i>س</i>".repeat(700_000), "more than 400000 parts"),
        ("x".repeat(LONGEST_PAGE + 1), "longer than 8 MB"),
    ] {
        let message = article(&page, None).expect_err("refused");
        assert!(message.contains(reason), "{message}");
    }
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}
