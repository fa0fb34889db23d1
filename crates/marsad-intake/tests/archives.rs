//! Web archives, Parquet and folders: what is damaged is named by its place, and the rest is read.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use marsad_format::Document;
use marsad_intake::{Columns, open};
use std::io::Write as _;
use std::path::Path;

fn read(path: &Path) -> (Vec<Document>, Vec<String>) {
    let documents = open(path.to_str().expect("a name"), &Columns::default());
    let documents = match documents {
        Err(refusal) => return (Vec::new(), vec![refusal.to_string()]),
        Ok(documents) => documents,
    };
    let (good, bad): (Vec<_>, Vec<_>) = documents.take(1000).partition(Result::is_ok);
    (good.into_iter().flatten().collect(), bad.into_iter().filter_map(Result::err).map(|r| r.to_string()).collect())
}

fn read_bytes(name: &str, bytes: &[u8]) -> (Vec<Document>, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("written");
    read(&path)
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(bytes).expect("packed");
    gz.finish().expect("packed")
}

fn record(kind: &str, of: &str, url: &str, block: &[u8], length: Option<usize>) -> Vec<u8> {
    let head = format!("WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-11-24T01:02:03Z\r\nContent-Type: {of}\r\nContent-Length: {}\r\n\r\n", length.unwrap_or(block.len()));
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

fn page(number: usize) -> String {
    format!("<html><head><title>خبر {number} عن جلسة المجلس | موقع المثال</title></head><body><h1>خبر {number} عن جلسة المجلس</h1><p>عقد المجلس جلسته رقم {number} يوم الأحد، وناقش فيها مشروع القانون الجديد بحضور أغلب أعضائه.</p><p>وقال رئيس المجلس إن التصويت على المشروع سيجري في الأسبوع المقبل بعد أن تنتهي اللجان من عملها.</p></body></html>")
}

fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n").as_bytes(), body].concat()
}

fn response(number: usize, length: Option<usize>) -> Vec<u8> {
    let block = answer("Content-Type: text/html; charset=utf-8", page(number).as_bytes());
    record("response", "application/http; msgtype=response", &format!("https://example.org/2026/11/2{number}/x"), &block, length.map(|l| (block.len() + l).saturating_sub(1000)))
}

fn titles(documents: &[Document]) -> Vec<&str> {
    documents.iter().filter_map(|d| d.title.as_deref()).collect()
}

#[test]
fn archives_are_read_packed_and_not() {
    let info = record("warcinfo", "application/warc-fields", "x", b"software: test\r\n", None);
    let request = record("request", "application/http; msgtype=request", "https://example.org/1", b"GET / HTTP/1.1\r\n\r\n", None);
    let image = record("response", "application/http; msgtype=response", "https://example.org/i", &answer("Content-Type: image/png", b"\x89PNG\r\n"), None);
    let english = record("response", "application/http; msgtype=response", "https://example.org/en", &answer("Content-Type: text/html", b"<html><body><p>The council met on Sunday.</p></body></html>"), None);
    let all = [info, request, response(1, None), image, english, response(2, None)];
    let members: Vec<u8> = all.iter().flat_map(|r| packed(r)).collect();
    for (name, bytes) in [("a.warc", all.concat()), ("a.warc.gz", members), ("one-member.warc.gz", packed(&all.concat())), ("without-ending", all.concat())] {
        let (documents, refused) = read_bytes(name, &bytes);
        assert_eq!(titles(&documents), ["خبر 1 عن جلسة المجلس", "خبر 2 عن جلسة المجلس"], "{name}: {refused:?}");
        assert_eq!((documents[0].published.as_deref(), documents[0].url.as_deref(), documents[0].source.as_deref()), (Some("2026-11-21"), Some("https://example.org/2026/11/21/x"), Some("موقع المثال")), "the day of fetching is none of publication");
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert!(refused[0].contains("1 are not in Arabic and 0 hold no article"), "{refused:?}");
    }
}

#[test]
fn answers_are_unpacked_and_put_together() {
    let html = page(3);
    let (a, b) = html.as_bytes().split_at(100);
    let chunked = [format!("{:x}\r\n", a.len()).as_bytes(), a, format!("\r\n{:X};ext=1\r\n", b.len()).as_bytes(), b, b"\r\n0\r\n\r\n"].concat();
    let windows = encoding_rs::WINDOWS_1256.encode(&html).0.into_owned();
    for (what, head, body) in [
        ("chunked", "Content-Type: text/html\r\nTransfer-Encoding: chunked", chunked.clone()),
        ("packed", "Content-Type: text/html\r\nContent-Encoding: gzip", packed(html.as_bytes())),
        ("both only by the header", "Content-Type: text/html\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked", html.clone().into_bytes()),
        ("the server's encoding", "Content-Type: text/html; charset=windows-1256", windows),
    ] {
        let (documents, refused) = read_bytes("a.warc", &record("response", "application/http; msgtype=response", "https://example.org/3", &answer(head, &body), None));
        assert_eq!(titles(&documents), ["خبر 3 عن جلسة المجلس"], "{what}: {refused:?}");
    }
    for (head, body, reason) in [
        ("Content-Type: text/html\r\nTransfer-Encoding: chunked", chunked[..chunked.len() - 300].to_vec(), "cut in the middle"),
        ("Content-Type: text/html\r\nContent-Encoding: gzip", packed(html.as_bytes())[..200].to_vec(), "packed and damaged"),
        ("Content-Type: text/html\r\nContent-Encoding: br", vec![0x8B, 2, 3], "packed with br"),
    ] {
        let (_, refused) = read_bytes("a.warc", &record("response", "application/http; msgtype=response", "https://example.org/3", &answer(head, &body), None));
        assert!(refused.len() == 1 && refused[0].contains(reason) && refused[0].contains("the record at byte 0"), "{refused:?}");
    }
}

#[test]
fn conversions_are_read_by_their_sentences() {
    let text = "خبر عن زيارة الوفد | موقع المثال\nالرئيسية\nاتصل بنا\nنشر في: 23/11/2026\nوصل الوفد الوزاري إلى العاصمة صباح اليوم والتقى رئيس الحكومة في مقره.\nشارك\nوقال الوزير إن الاتفاق جاهز.\n";
    let (documents, refused) = read_bytes("a.wet.gz", &packed(&record("conversion", "text/plain", "https://www.example.org/4", text.as_bytes(), None)));
    assert!(refused.is_empty(), "{refused:?}");
    assert_eq!(documents[0].text, "وصل الوفد الوزاري إلى العاصمة صباح اليوم والتقى رئيس الحكومة في مقره.\nوقال الوزير إن الاتفاق جاهز.");
    assert_eq!((documents[0].published.as_deref(), documents[0].source.as_deref()), (Some("2026-11-23"), Some("example.org")));
}

/// One record's length is wrong, too short or too long: it is named by its byte, those around it are read.
#[test]
fn a_wrong_length_costs_one_record() {
    for off in [900, 1006, 1012, 1500, 90_000] {
        let at = response(1, None).len();
        let all = [response(1, None), response(2, Some(off)), response(3, None), response(4, None)];
        let members: Vec<u8> = all.iter().flat_map(|r| packed(r)).collect();
        let place = packed(&all[0]).len();
        for (name, bytes, at) in [("a.warc", all.concat(), at), ("a.warc.gz", members, place)] {
            let (documents, refused) = read_bytes(name, &bytes);
            let got = titles(&documents);
            assert_eq!(got, ["خبر 1 عن جلسة المجلس", "خبر 3 عن جلسة المجلس", "خبر 4 عن جلسة المجلس"], "{name} off by {off}: {refused:?}");
            assert!(refused.len() == 1 && refused[0].contains(&format!("the record at byte {at}: ")), "{name} off by {off}: {refused:?}");
        }
    }
}

#[test]
fn a_damaged_or_cut_member_costs_its_own_records() {
    let members: Vec<Vec<u8>> = (1..5).map(|n| packed(&response(n, None))).collect();
    let mut damaged = members.concat();
    let second = members[0].len();
    damaged[second + 30..second + 60].fill(0xAA);
    let (documents, refused) = read_bytes("a.warc.gz", &damaged);
    assert_eq!(documents.len(), 3, "{refused:?}");
    assert!(refused.len() == 1 && refused[0].contains(&format!("the record at byte {second}: ")), "{refused:?}");
    let whole = members.concat();
    let (documents, refused) = read_bytes("a.warc.gz", &whole[..whole.len() - 40]);
    assert_eq!(documents.len(), 3, "{refused:?}");
    let last = whole.len() - members[3].len();
    assert!(refused.len() == 1 && refused[0].contains(&format!("the record at byte {last}: ")) && refused[0].contains("ends too early"), "{refused:?}");
    let (documents, refused) = read_bytes("a.warc.gz", &[&whole[..], b"and no member"].concat());
    assert!(documents.len() == 4 && refused.len() == 1 && refused[0].contains("no packed member begins"), "{refused:?}");
    let plain: Vec<u8> = (1..3).flat_map(|n| response(n, None)).collect();
    let (documents, refused) = read_bytes("a.warc", &plain[..plain.len() - 100]);
    assert!(documents.len() == 1 && refused.len() == 1 && refused[0].contains("it ends in the middle"), "{refused:?}");
}

/// A page of 200 MB is not held: what is too long is told after its first eighth.
#[test]
fn a_huge_page_is_refused() {
    struct Endless(usize);
    impl std::io::Read for Endless {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            let n = out.len().min(self.0);
            out[..n].fill(b'x');
            self.0 -= n;
            Ok(n)
        }
    }
    let input = std::io::Read::chain("<!DOCTYPE html><html><p>".as_bytes(), Endless(200 << 20));
    let got: Vec<_> = marsad_intake::stream(Box::new(input), "huge.html", &Columns::default()).collect();
    assert!(got.len() == 1 && got[0].as_ref().is_err_and(|r| r.to_string().contains("huge.html: the page is longer than 8 MB")), "{got:?}");
}

#[test]
fn folders_are_read_in_order_and_without_going_round() {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        std::fs::write(path, text).expect("written");
    };
    put("b/2.html", &page(2));
    put("a.txt", "وصل الوفد إلى بغداد.");
    put("b/1.page", &page(1));
    put("c.jsonl", "{\"text\": \"غادر الوفد بغداد.\"}\n{");
    put(".hidden/x.txt", "نص مخفي لا يقرأ.");
    put("b/.x.txt", "نص مخفي لا يقرأ.");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(folder.path(), folder.path().join("b/loop")).expect("linked");
        std::os::unix::fs::symlink(folder.path().join("none"), folder.path().join("d")).expect("linked");
    }
    let (documents, refused) = read(folder.path());
    let texts: Vec<String> = documents.iter().map(|d| d.title.clone().unwrap_or_else(|| d.text.clone())).collect();
    assert_eq!(texts, ["وصل الوفد إلى بغداد.", "خبر 1 عن جلسة المجلس", "خبر 2 عن جلسة المجلس", "غادر الوفد بغداد."]);
    assert!(refused[0].contains("c.jsonl, line 2"), "{refused:?}");
    assert!(!cfg!(unix) || refused.len() == 2 && refused[1].contains("cannot be opened"), "{refused:?}");
    let empty = tempfile::tempdir().expect("a folder");
    assert!(read(empty.path()).1[0].contains("the folder holds no file"));
}

#[cfg(feature = "parquet")]
mod parquet_tables {
    use super::{read, read_bytes};
    use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;
    use std::sync::Arc;

    fn table(schema: &str, groups: &[(&[&str], &[i64])], packing: parquet::basic::Compression) -> Vec<u8> {
        let schema = Arc::new(parse_message_type(schema).expect("a schema"));
        let properties = Arc::new(WriterProperties::builder().set_compression(packing).build());
        let mut bytes = Vec::new();
        let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).expect("a writer");
        for (texts, days) in groups {
            let mut group = writer.next_row_group().expect("a group");
            let texts: Vec<ByteArray> = texts.iter().map(|t| ByteArray::from(*t)).collect();
            let mut column = group.next_column().expect("a column").expect("one");
            column.typed::<ByteArrayType>().write_batch(&texts, None, None).expect("written");
            column.close().expect("closed");
            let mut column = group.next_column().expect("a column").expect("one");
            column.typed::<Int64Type>().write_batch(days, None, None).expect("written");
            column.close().expect("closed");
            group.close().expect("closed");
        }
        writer.close().expect("closed");
        bytes
    }

    const SCHEMA: &str = "message articles { required binary Text (UTF8); required int64 published (TIMESTAMP(MILLIS, true)); }";

    #[test]
    fn rows_become_documents_group_by_group() {
        let (one, two) = ("وصل الوفد إلى بغداد.", "غادر الوفد بغداد.");
        let groups: [(&[&str], &[i64]); 2] = [(&[one, ""], &[1_795_442_700_000, 0]), (&[two], &[0])];
        for packing in [parquet::basic::Compression::SNAPPY, parquet::basic::Compression::UNCOMPRESSED, parquet::basic::Compression::ZSTD(parquet::basic::ZstdLevel::default()), parquet::basic::Compression::GZIP(parquet::basic::GzipLevel::default())] {
            let bytes = table(SCHEMA, &groups, packing);
            let (documents, refused) = read_bytes("a.parquet", &bytes);
            assert_eq!(documents.iter().map(|d| d.text.as_str()).collect::<Vec<_>>(), [one, two], "{refused:?}");
            assert_eq!(documents[0].published.as_deref(), Some("2026-11-23T14:05:00Z"));
            assert!(refused.len() == 1 && refused[0].contains("a.parquet: row 2: the text is empty"), "{refused:?}");
        }
    }

    #[test]
    fn a_table_without_the_body_says_what_it_has() {
        let groups: [(&[&str], &[i64]); 1] = [(&["نص"], &[1])];
        let (_, refused) = read_bytes("a.parquet", &table("message m { required binary body (UTF8); required int64 n; }", &groups, parquet::basic::Compression::SNAPPY));
        assert!(refused[0].contains("no column \"text\" (there are: body, n)") && refused[0].contains("--text-column"), "{refused:?}");
        let (_, refused) = read_bytes("a.parquet", &table("message m { required binary body (UTF8); required int64 text; }", &groups, parquet::basic::Compression::SNAPPY));
        assert!(refused[0].contains("the column \"text\" holds no text (columns: body, text)"), "{refused:?}");
        let good = table(SCHEMA, &groups, parquet::basic::Compression::SNAPPY);
        let (_, refused) = read_bytes("a.parquet", &good[..good.len() - 9]);
        assert!(refused[0].contains("the Parquet file is damaged"), "{refused:?}");
        assert!(read(std::path::Path::new("none.parquet")).1[0].contains("cannot be opened"));
        let stream: Vec<_> = marsad_intake::stream(Box::new(std::io::Cursor::new(good)), "-", &marsad_intake::Columns::default()).collect();
        assert!(stream[0].as_ref().is_err_and(|r| r.to_string().contains("name it as an unpacked file")), "{stream:?}");
    }

    /// Flipped bits and cuts in a real table: rows or a refusal, never a fault of the program.
    #[test]
    fn damaged_tables_end_in_a_refusal_or_in_rows() {
        let good = table(SCHEMA, &[(&["وصل الوفد إلى بغداد.", "غادر الوفد بغداد."], &[1, 2])], parquet::basic::Compression::SNAPPY);
        for at in 4..good.len() {
            for bit in [0, 3, 7] {
                let mut bytes = good.clone();
                bytes[at] ^= 1 << bit;
                read_bytes("a.parquet", &bytes);
            }
        }
    }
}
