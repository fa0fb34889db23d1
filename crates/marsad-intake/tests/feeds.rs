//! Feeds as outlets publish them: entries with a text become documents.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use marsad_format::Document;
use marsad_intake::{Columns, feed, stream};
use std::fmt::Write as _;

fn read(name: &str, bytes: &[u8]) -> (Vec<Document>, Vec<String>) {
    let bytes = bytes.to_vec();
    let (good, bad): (Vec<_>, Vec<_>) = stream(Box::new(std::io::Cursor::new(bytes)), name, &Columns::default()).partition(Result::is_ok);
    (good.into_iter().flatten().collect(), bad.into_iter().filter_map(Result::err).map(|r| r.to_string()).collect())
}

const RSS: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>وكالة المثال</title><link>https://example.org</link><atom:link href="https://example.org/feed" rel="self"/><description>آخر الأخبار</description>
<image><title>شعار</title><url>https://example.org/l.png</url><link>https://example.org/logo</link></image>
<item><title><![CDATA[اعتقال <b>خمسة</b> مشتبه بهم]]></title><link>https://example.org/1</link><guid isPermaLink="false">n-1</guid><dc:creator>سعاد مراد</dc:creator>
<pubDate>Mon, 23 Nov 2026 14:05:00 +0300</pubDate><description>اعتقلت الشرطة خمسة مشتبه بهم.</description>
<content:encoded><![CDATA[<p>اعتقلت الشرطة خمسة مشتبه بهم في حملة دهم شمال المدينة.</p><p>وقال الناطق باسمها إن التحقيق معهم مستمر&nbsp;حتى الآن.</p><p><a href="/x">اقرأ المزيد</a></p>]]></content:encoded></item>
<item><title>الأمطار تقطع طريق الجبل</title><link>https://example.org/2</link><pubDate>Mon, 23 Nov 2026 09:00:00 GMT</pubDate><description>&lt;img src="a.jpg"/&gt; قطعت الأمطار الغزيرة طريق الجبل صباح الاثنين &amp;amp; أغلقت مدرستين.</description></item>
<item><title>عنوان بلا نص</title><link>https://example.org/3</link></item>
</channel></rss>"#;

#[test]
fn rss_is_read_with_its_day_author_and_outlet() {
    let (documents, refused) = read("feed.xml", RSS.as_bytes());
    let first = &documents[0];
    assert_eq!(first.text, "اعتقلت الشرطة خمسة مشتبه بهم في حملة دهم شمال المدينة.\nوقال الناطق باسمها إن التحقيق معهم مستمر حتى الآن.");
    assert_eq!((first.title.as_deref(), first.author.as_deref(), first.source.as_deref()), (Some("اعتقال خمسة مشتبه بهم"), Some("سعاد مراد"), Some("وكالة المثال")));
    assert_eq!((first.published.as_deref(), first.url.as_deref()), (Some("2026-11-23T14:05:00+03:00"), Some("https://example.org/1")));
    assert_eq!(documents[1].text, "قطعت الأمطار الغزيرة طريق الجبل صباح الاثنين & أغلقت مدرستين.", "a summary stands in for the article");
    assert_eq!(documents.len(), 2);
    assert!(refused.len() == 1 && refused[0].contains("feed.xml: entry 3: it has a headline alone"), "{refused:?}");
}

#[test]
fn atom_and_json_feeds_and_old_rss_are_read() {
    let atom = r#"<feed xmlns="http://www.w3.org/2005/Atom"><title type="text">صوت المثال</title><link href="https://example.org/"/>
<entry><title>زيارة</title><link rel="enclosure" href="https://example.org/a.mp3"/><link rel="alternate" href="https://example.org/4"/><id>tag:4</id><published>2026-11-23T10:00:00Z</published>
<author><name>ليلى خوري</name><uri>https://example.org/l</uri></author><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>وصل <b>الوزير</b> إلى دمشق في زيارة تستمر يومين.</p><p>ويلتقي نظيره غدا.</p></div></content></entry></feed>"#;
    let (documents, refused) = read("a", atom.as_bytes());
    assert!(refused.is_empty(), "{refused:?}");
    assert_eq!(documents[0].text, "وصل الوزير إلى دمشق في زيارة تستمر يومين.\nويلتقي نظيره غدا.");
    assert_eq!((documents[0].author.as_deref(), documents[0].url.as_deref(), documents[0].source.as_deref()), (Some("ليلى خوري"), Some("https://example.org/4"), Some("صوت المثال")));
    let json = r#"{"version": "https://jsonfeed.org/version/1.1", "title": "نشرة المثال", "items": [{"id": 7, "url": "https://example.org/7", "title": "بيان", "content_html": "<p>أصدرت النقابة بيانا طالبت فيه بالإفراج عن الصحفي.</p>", "date_published": "2026-11-23T10:00:00+02:00", "authors": [{"name": "النقابة"}]}]}"#;
    let (documents, _) = read("feed.json", json.as_bytes());
    assert_eq!((documents[0].text.as_str(), documents[0].published.as_deref(), documents[0].author.as_deref()), ("أصدرت النقابة بيانا طالبت فيه بالإفراج عن الصحفي.", Some("2026-11-23T10:00:00+02:00"), Some("النقابة")));
    let rdf = r#"<?xml version="1.0" encoding="windows-1256"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:d="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>أرشيف</title></channel><item rdf:about="https://example.org/9"><title>خبر قديم</title><description>وقعت الحكومة اتفاقا لإعادة فتح المعبر أمام الشاحنات.</description><d:date>2004-05-06</d:date></item></rdf:RDF>"#;
    let (documents, _) = read("old.rdf", &encoding_rs::WINDOWS_1256.encode(rdf).0);
    assert_eq!((documents[0].text.as_str(), documents[0].published.as_deref(), documents[0].url.as_deref()), ("وقعت الحكومة اتفاقا لإعادة فتح المعبر أمام الشاحنات.", Some("2004-05-06"), Some("https://example.org/9")));
}

/// A bare ampersand, an unknown entity, an element that is not closed: the rest is read.
#[test]
fn feeds_that_are_not_well_formed_are_read() {
    let broken = RSS.replace("<description>آخر الأخبار</description>", "<description>أخبار & تقارير &copy; <b>لكم</description>").replace("</guid>", "");
    let (documents, _) = read("feed.xml", broken.as_bytes());
    assert!(documents.len() >= 2 && documents.iter().any(|d| d.text.contains("أغلقت مدرستين")), "{documents:?}");
    let cut = &RSS[..RSS.find("<item><title>عنوان").expect("third")];
    assert_eq!(read("feed.xml", cut.as_bytes()).0.len(), 2, "cut between entries");
}

#[test]
fn entities_that_explode_are_refused_at_once() {
    let mut bomb = "<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY a0 \"ها\">".to_owned();
    for n in 1..30 {
        let _ = write!(bomb, "<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10));
    }
    bomb += "]><rss><channel><title>&a29;</title><item><description>&a29;</description></item></channel></rss>";
    let began = std::time::Instant::now();
    let (documents, refused) = read("bomb.xml", bomb.as_bytes());
    assert!(documents.is_empty() && refused[0].contains("entities made of other entities"), "{refused:?}");
    let (_, refused) = read("deep.xml", ("<rss><channel>".to_owned() + &"<x>".repeat(1_000_000)).as_bytes());
    assert!(refused[0].contains("nested more than"), "{refused:?}");
    assert!(began.elapsed().as_secs() < 5);
    let simple = "<!DOCTYPE rss [<!ENTITY org \"وكالة المثال\">]><rss><channel><item><description>قالت &org; إن الوفد وصل إلى بغداد.</description></item></channel></rss>";
    assert_eq!(read("e.xml", simple.as_bytes()).0[0].text, "قالت وكالة المثال إن الوفد وصل إلى بغداد.");
}

#[test]
fn a_list_of_feeds_gives_them_with_their_folders() {
    let opml = r#"<?xml version="1.0"?><opml version="2.0"><head><title>x</title></head><body>
<outline text="العراق"><outline text="أمن"><outline type="rss" text="شبكة" title="شبكة الرافدين" xmlUrl="https://example.org/rss?a=1&amp;b=2" htmlUrl="https://example.org"/></outline>
<outline text="فارغ"></outline></outline><outline text="وكالة" xmlUrl="https://example.com/feed"></outline></body></opml>"#;
    let all = feed::opml(opml).expect("a list");
    assert_eq!((all.len(), all[0].title.as_deref(), all[0].url.as_str()), (2, Some("شبكة الرافدين"), "https://example.org/rss?a=1&b=2"));
    assert_eq!(all[0].folders, ["العراق", "أمن"]);
    assert!(all[1].folders.is_empty());
    assert!(feed::opml("<html></html>").is_err());
    assert!(read("list.opml", opml.as_bytes()).1[0].contains("a list of feeds"));
}
