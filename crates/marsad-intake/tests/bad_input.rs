//! Good and bad input: what is bad is named by file and line, and the rest is still read.

#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use marsad_intake::{Columns, LIMIT, LONGEST, open};
use std::fmt::Write as _;
use std::io::Write as _;

const ARTICLE: &str = "أعلنت الشرطة في بغداد اليوم اعتقال ثلاثة مسلحين بعد اشتباك قرب الجسر القديم، وقال ناطق باسمها إن التحقيق مستمر.";

const SECOND: &str = "أكد وزير الخارجية أن بلاده تدعم وقف إطلاق النار.";

fn read(name: &str, bytes: &[u8]) -> Vec<Result<String, String>> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("written");
    let documents = open(path.to_str().expect("a name"), &Columns::default()).expect("opened");
    documents.map(|d| d.map(|d| d.text).map_err(|r| r.to_string())).collect()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(bytes).expect("packed");
    gz.finish().expect("packed")
}

fn line(text: &str) -> String {
    format!("{{\"id\":\"1\",\"text\":\"{text}\"}}\n")
}

/// What is read, and of what is refused the message.
fn split(got: Vec<Result<String, String>>) -> (Vec<String>, Vec<String>) {
    let (good, bad): (Vec<_>, Vec<_>) = got.into_iter().partition(Result::is_ok);
    (good.into_iter().flatten().collect(), bad.into_iter().filter_map(Result::err).collect())
}

#[test]
fn every_encoding_of_arabic_archives_is_read() {
    for encoding in [encoding_rs::WINDOWS_1256, encoding_rs::ISO_8859_6, encoding_rs::UTF_8] {
        let (bytes, _, _) = encoding.encode(ARTICLE);
        assert_eq!(read("a.txt", &bytes), [Ok(ARTICLE.to_owned())], "{}", encoding.name());
    }
    let little: Vec<u8> = ARTICLE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = ARTICLE.encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(read("a.txt", &little), [Ok(ARTICLE.to_owned())]);
    assert_eq!(read("a.txt", &big), [Ok(ARTICLE.to_owned())]);
}

/// The encoding is the file's: a line end of UTF-16 is two bytes, and a cell of one word is too short to guess from.
#[test]
fn lines_and_tables_are_read_in_every_encoding() {
    let lines = line(ARTICLE) + &line(SECOND);
    let table = format!("id,source,text\r\n1,وكالة,\"{ARTICLE}\"\r\n2,صحيفة,{SECOND}\r\n");
    let list = format!("[{{\"text\": \"{ARTICLE}\"}},\n{{\"text\": \"{SECOND}\"}}]");
    let utf16 = |text: &str, bom: bool, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().fold(if bom { bytes(0xFEFF).to_vec() } else { Vec::new() }, |mut all, unit| {
        all.extend(bytes(unit));
        all
    });
    for (name, text) in [("a.jsonl", &lines), ("a.csv", &table), ("a.json", &list)] {
        let mut ways = vec![("UTF-8", text.clone().into_bytes()), ("UTF-8 with BOM", format!("\u{FEFF}{text}").into_bytes())];
        ways.extend([encoding_rs::WINDOWS_1256, encoding_rs::ISO_8859_6].map(|e| (e.name(), e.encode(text).0.into_owned())));
        for bom in [true, false] {
            ways.extend([("UTF-16LE", utf16(text, bom, u16::to_le_bytes)), ("UTF-16BE", utf16(text, bom, u16::to_be_bytes))]);
        }
        for (encoding, bytes) in ways {
            let wanted = [Ok(ARTICLE.to_owned()), Ok(SECOND.to_owned())];
            assert_eq!(read(name, &bytes), wanted, "{name} in {encoding}");
            assert_eq!(read(&format!("{name}.gz"), &packed(&bytes)), wanted, "{name}.gz in {encoding}");
        }
    }
}

/// One byte lost in UTF-8 costs one character. It does not turn the article into windows-1256.
#[test]
fn damaged_utf8_stays_utf8() {
    let mut bytes = ARTICLE.as_bytes().to_vec();
    bytes.remove(20);
    for bytes in [bytes.clone(), [bytes.as_slice(), b" \0 "].concat()] {
        let (good, bad) = split(read("a.txt", &bytes));
        assert!(good.len() == 1 && good[0].contains("القديم") && good[0].contains('\u{FFFD}'), "{good:?} {bad:?}");
    }
}

#[test]
fn a_line_cut_in_half_is_named_and_the_rest_is_read() {
    let good = format!("{{\"id\":\"1\",\"text\":\"{ARTICLE}\"}}\n");
    let got = read("a.jsonl", format!("{good}{{\"id\":\"2\",\"te\n\n{good}").as_bytes());
    assert_eq!(got.len(), 3);
    assert!(got[0].is_ok() && got[2].is_ok());
    let message = got[1].clone().expect_err("refused");
    assert!(message.contains("a.jsonl, line 2") && message.contains("JSON"), "{message}");
}

/// In lists and pretty-printed objects too, what is cut ends where the next object begins as far from the margin.
#[test]
fn json_is_read_in_every_layout() {
    let (one, two) = (format!("{{\"text\": \"{ARTICLE}\"}}"), format!("{{\"text\": \"{SECOND}\", \"tags\": [{{\"a\": [1]}}]}}"));
    let pretty = |o: &str| o.replace("{\"t", "{\n    \"t").replace(']', "]\n  ").replace("\"}", "\"\n  }");
    for (layout, text) in [
        ("one line", format!("[{one},{two}]")),
        ("a line each", format!("[\n{one},\n{two}\n]\n")),
        ("pretty", format!("[\n  {},\n  {}\n]\n", pretty(&one), pretty(&two))),
        ("values", format!("{one} {two}")),
        ("lines", format!("{one}\n{two}\n")),
    ] {
        assert_eq!(read("a.json", text.as_bytes()), [Ok(ARTICLE.to_owned()), Ok(SECOND.to_owned())], "{layout}: {text}");
    }
    for (name, text, at) in [
        ("a string cut", format!("[\n{{\"text\": \"{ARTICLE}\n{two},\n{two}]"), 2),
        ("an object cut", format!("[\n  {},\n  {{\n    \"id\": \"x\",\n  {}\n]", pretty(&two), pretty(&two)), 6),
        ("lines cut", format!("{two}\n{{\"id\": \"x\",\n{two}\n"), 2),
        ("the last cut", format!("{two}\n{two}\n{{\"id\": [1, {{"), 3),
        ("not quoted", format!("[{{text: 5}},\n{two},\n{two}]"), 1),
    ] {
        let (good, bad) = split(read("a.json", text.as_bytes()));
        assert_eq!(good, [SECOND, SECOND], "{name}: {bad:?} {text}");
        assert!(bad.len() == 1 && bad[0].contains(&format!("a.json, line {at}: ")), "{name}: {bad:?}");
    }
}

#[test]
fn fields_are_taken_as_they_are_meant() {
    let text = |line: &str| read("a.jsonl", line.as_bytes()).remove(0);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.jsonl");
    std::fs::write(&path, format!("{{\"key\": 17, \"body\": \"{ARTICLE}\", \"published\": null}}")).expect("written");
    let columns = Columns { text: "body".to_owned(), id: "key".to_owned(), ..Columns::default() };
    let document = open(path.to_str().expect("a name"), &columns).expect("opened").next().expect("one").expect("good");
    assert_eq!((document.id.as_str(), document.published), ("17", None), "a number is a key too, and the flags hold for JSON");
    for (bad, reason) in [
        ("{\"id\": \"1\", \"body\": \"نص\"}", "no field \"text\" (there are: body); name the one of the body with --text-column"),
        ("{\"text\": null}", "no field \"text\""),
        ("{\"text\": [1]}", "\"text\" is no string"),
        ("[1, 2]", "no object"),
        ("{\"text\": \"نص", "EOF while parsing a string at column 14"),
    ] {
        let message = text(bad).expect_err("refused");
        assert!(message.contains(reason) && message.contains("a.jsonl, line 1: "), "{message}");
    }
}

#[test]
fn tables_are_read_as_people_export_them() {
    let wanted = [Ok(format!("{ARTICLE}\nوقال \"شاهد\"، أمس.")), Ok(SECOND.to_owned())];
    let body = format!("\"{ARTICLE}\nوقال \"\"شاهد\"\"، أمس.\"");
    for (way, name, table) in [
        ("comma", "a.csv", format!("id,text\n1,{body}\n2,{SECOND}\n")),
        ("no last line end", "a.csv", format!("id,text\n1,{body}\n2,{SECOND}")),
        ("BOM and quoted header", "a.csv", format!("\u{FEFF}\"text\",\"id\"\n{body},1\n{SECOND},2\n")),
        ("semicolon", "a.csv", format!("id;text;source\n1;{body};x\n2;{SECOND};y\n")),
        ("tab", "a.tsv", format!("id\ttext\n1\t{body}\n\n2\t{SECOND}\n")),
        ("more cells than the header", "a.csv", format!("text\n{body},1,2\n{SECOND}\n")),
    ] {
        assert_eq!(read(name, table.as_bytes()), wanted, "{way}");
    }
}

#[test]
fn a_broken_row_is_named_and_the_rest_is_read() {
    let table = format!("id,text\n1,{SECOND}\n2\n3,\"{ARTICLE}\n4,{SECOND}\n5,{SECOND}\n6,\n");
    let (good, bad) = split(read("a.csv", table.as_bytes()));
    assert_eq!(good, [SECOND; 3]);
    assert!(bad[0].contains("line 3: the row has 1 cells") && bad[1].contains("line 4: a quotation mark in this row is not closed") && bad[2].contains("line 7: the text is empty"), "{bad:?}");
    // What opens and never closes ends where the next cell's mark would close it in the middle.
    let quoted = format!("id,text\n1,\"{SECOND}\n2,\"{SECOND}\"\n3,\"{SECOND}\" \n4,\"{SECOND}\"ذيل\n5,{SECOND}\n");
    let (good, bad) = split(read("a.csv", quoted.as_bytes()));
    assert_eq!(good.iter().map(|g| g.trim()).collect::<Vec<_>>(), [SECOND; 3]);
    assert!(bad.len() == 2 && bad[0].contains("line 2: ") && bad[1].contains("line 5: "), "{bad:?}");
    let long = format!("id,text\n1,{SECOND}\n2,{}\n3,{SECOND}\n", "x".repeat(LIMIT + 1));
    let (good, bad) = split(read("a.csv", long.as_bytes()));
    assert!(good.len() == 2 && bad.len() == 1 && bad[0].contains("line 3: the row is longer than"), "{bad:?}");
}

/// What stands before the cut is read; members one after another are one file; the ending may be missing.
#[test]
fn packed_files() {
    let mut many = String::new();
    for n in 0..2000 {
        let _ = writeln!(many, "{{\"id\":\"{n}\",\"text\":\"{n} {ARTICLE}\"}}");
    }
    let whole = packed(many.as_bytes());
    assert_eq!(split(read("a.jsonl", &whole)).0.len(), 2000, "told by its first bytes");
    let (good, bad) = split(read("a.jsonl.gz", &whole[..whole.len() / 2]));
    assert!(good.len() > 100 && good.len() < 2000 && bad.len() == 1, "{} {bad:?}", good.len());
    assert!(bad[0].contains(&format!("line {}: ", good.len() + 1)) && bad[0].contains("ends too early"), "{bad:?}");
    for (name, text) in [("a.csv.gz", format!("text\n{SECOND}\n")), ("a.txt.gz", ARTICLE.to_owned()), ("a.json.gz", line(ARTICLE))] {
        let bytes = packed(text.as_bytes());
        let (_, bad) = split(read(name, &bytes[..bytes.len() - 6]));
        assert!(bad.len() == 1 && bad[0].contains("ends too early"), "{name} {bad:?}");
    }
    let members = [packed(line(ARTICLE).as_bytes()), packed(line(SECOND).as_bytes())].concat();
    assert_eq!(read("a.jsonl.gz", &members), [Ok(ARTICLE.to_owned()), Ok(SECOND.to_owned())]);
    let (good, bad) = split(read("a.jsonl.gz", &[members, b"and no gzip".to_vec()].concat()));
    assert!(good.len() == 2 && bad.len() == 1 && bad[0].contains("line 3"), "{bad:?}");
    assert_eq!(read("a.jsonl.gz", line(ARTICLE).as_bytes()), [Ok(ARTICLE.to_owned())], "not packed, whatever its name says");
}

#[test]
fn what_is_no_arabic_article_is_refused_with_its_reason() {
    let noise: Vec<u8> = (0..4000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for (name, bytes, reason) in [
        ("empty.txt", b"" as &[u8], "empty"),
        ("blank.txt", b" \n\n", "empty"),
        ("empty.jsonl", b"", "holds no article"),
        ("blank.jsonl", b"\n\n", "holds no article"),
        ("empty.json", b"[]", "holds no article"),
        ("empty.csv", b"", "empty"),
        ("header.csv", b"id,text\n", "holds no article"),
        ("binary.txt", &[0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 3, 0, 62, 0, 1, 0, 0, 0], "binary"),
        ("noise.jsonl", &noise, "binary"),
        ("noise.csv", &noise, "binary"),
        ("paper.txt", b"%PDF-1.7\n%\xE2\xE3", "a PDF, no text; save it as plain text"),
        ("table.csv", b"PK\x03\x04\x14\0", "office document"),
        ("news.jsonl.zst", b"\x28\xB5\x2F\xFD\0", "zstd -d"),
        ("english.txt", b"The minister met the ambassador on Sunday.", "not in Arabic"),
        ("digits.txt", b"2026 11 23", "no letters"),
        ("persian.txt", "رئیس پلیس چهار نفر را پس از پیگیری دستگیر کرد".as_bytes(), "Persian"),
        // Without a letter that Arabic lacks, but ی and ک.
        ("persian2.txt", "وزیر خارجه ایران در تهران با همتای ترکیه دیدار کرد و درباره اوضاع منطقه سخن گفت".as_bytes(), "Persian"),
        ("urdu.txt", "وزیر اعظم نے کہا ہے کہ حکومت عوام کے ساتھ ہے".as_bytes(), "Urdu"),
        ("sorani.txt", "سەرۆکی هەرێمی کوردستان لە هەولێر پێشوازی کرد".as_bytes(), "Sorani"),
        ("cells.csv", "id,body\n1,نص".as_bytes(), "no column \"text\" (there are: id, body); name the one of the body with --text-column"),
    ] {
        let got = read(name, bytes);
        assert_eq!(got.len(), 1, "{name}: {got:?}");
        let message = got[0].clone().expect_err("refused");
        assert!(message.contains(reason) && message.contains(name), "{message}");
    }
    // Offices in Iraq type Arabic with Kurdish or Persian keys.
    let iraqi = ARTICLE.replace('ي', "ی").replace('ك', "ک");
    assert_eq!(read("iraqi.txt", iraqi.as_bytes()), [Ok(iraqi)]);
}

#[test]
fn what_cannot_be_opened_is_named_with_the_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("a name").to_owned();
    let message = |path: &str| open(path, &Columns::default()).err().expect("refused").to_string();
    assert!(message(&path("none.txt")).contains("none.txt: cannot be opened") && message(&path("none.txt")).contains("check the path"));
}

#[test]
fn an_endless_line_is_refused_and_the_next_one_read() {
    for endless in [vec![b'x'; 50 << 20], format!("{{\"text\":\"{}\"}}", "x".repeat(LIMIT)).into_bytes()] {
        let bytes = [&endless, b"\n".as_slice(), line(ARTICLE).as_bytes()].concat();
        for name in ["long.jsonl", "long.json"] {
            let (good, bad) = split(read(name, &bytes));
            assert!(good == [ARTICLE] && bad.len() == 1 && bad[0].contains(&format!("{name}, line 1: ")), "{name} {} {bad:?}", good.len());
        }
    }
    let book = format!("{ARTICLE}\n").repeat(LONGEST / ARTICLE.len() + 1);
    for got in [read("book.txt", book.as_bytes()), read("book.jsonl", line(&book.replace('\n', " ")).as_bytes())] {
        let message = got[0].clone().expect_err("refused");
        assert!(message.contains("longer than 1 MB") && message.contains("split it"), "{message}");
    }
}

#[test]
fn a_document_without_a_key_gets_one_from_its_content() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.csv");
    std::fs::write(&path, format!("text,source\n\"{ARTICLE}\",wire\n")).expect("written");
    let ids: Vec<String> = (0..2).map(|_| open(path.to_str().expect("a name"), &Columns::default()).expect("opened").next().expect("one").expect("good").id).collect();
    assert_eq!(ids[0], ids[1]);
    assert_eq!(ids[0].len(), 16);
}
