//! Good and bad input: what is bad is named by file and line, and the rest is still read.

use marsad_intake::{Columns, LIMIT, open};

const ARTICLE: &str = "أعلنت الشرطة في بغداد اليوم اعتقال ثلاثة مسلحين بعد اشتباك قرب الجسر القديم، وقال ناطق باسمها إن التحقيق مستمر.";

fn read(name: &str, bytes: &[u8]) -> Vec<Result<String, String>> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("written");
    let documents = open(path.to_str().expect("a name"), &Columns::default()).expect("opened");
    documents.map(|d| d.map(|d| d.text).map_err(|r| r.to_string())).collect()
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

#[test]
fn a_line_cut_in_half_is_named_and_the_rest_is_read() {
    let good = format!("{{\"id\":\"1\",\"text\":\"{ARTICLE}\"}}\n");
    let got = read("a.jsonl", format!("{good}{{\"id\":\"2\",\"te\n\n{good}").as_bytes());
    assert_eq!(got.len(), 3);
    assert!(got[0].is_ok() && got[2].is_ok());
    let message = got[1].clone().expect_err("refused");
    assert!(message.contains("a.jsonl, line 2") && message.contains("JSON"), "{message}");
}

#[test]
fn what_is_no_arabic_article_is_refused_with_its_reason() {
    for (name, bytes, reason) in [
        ("empty.txt", b"" as &[u8], "empty"),
        ("binary.txt", &[0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 3, 0, 62, 0, 1, 0, 0, 0], "binary"),
        ("english.txt", b"The minister met the ambassador on Sunday.", "not in Arabic"),
        ("persian.txt", "رئیس پلیس چهار نفر را پس از پیگیری دستگیر کرد".as_bytes(), "Persian"),
        ("sorani.txt", "سەرۆکی هەرێمی کوردستان لە هەولێر پێشوازی کرد".as_bytes(), "Sorani"),
        ("cells.csv", "id,body\n1,نص".as_bytes(), "--text-column"),
    ] {
        let got = read(name, bytes);
        let message = got[0].clone().expect_err("refused");
        assert!(message.contains(reason) && message.contains(name), "{message}");
    }
}

#[test]
fn an_endless_line_is_refused_and_the_next_one_read() {
    let mut bytes = vec![b'x'; LIMIT + 10];
    bytes.extend(format!("\n{{\"text\":\"{ARTICLE}\"}}\n").as_bytes());
    let got = read("long.jsonl", &bytes);
    assert!(got[0].clone().expect_err("refused").contains("line 1") && got[1].is_ok());
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
