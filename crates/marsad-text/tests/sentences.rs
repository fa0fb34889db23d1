//! Where the sentences of newswire end. In the tests `|` stands between two sentences.

use marsad_text::sentences;

fn cut(text: &str) -> String {
    sentences(text).iter().map(|s| s.of(text)).collect::<Vec<_>>().join("|")
}

#[test]
fn a_sentence_ends_at_its_stop_and_at_its_line() {
    for (text, expected, why) in [
        ("وصل الوفد. وبدأ اللقاء.", "وصل الوفد.|وبدأ اللقاء.", "a full stop"),
        ("من المسؤول؟ لا أحد يعرف! انتهى", "من المسؤول؟|لا أحد يعرف!|انتهى", "a question, a cry, and no stop at the end"),
        ("وصل الوفد . وبدأ اللقاء", "وصل الوفد .|وبدأ اللقاء", "a space before the stop is a common slip"),
        ("غادر الوفد المدينة.وقال شاهد", "غادر الوفد المدينة.|وقال شاهد", "no space after it is another"),
        ("ساد الهدوء... ثم عاد القصف… وتوقف", "ساد الهدوء...|ثم عاد القصف…|وتوقف", "an ellipsis, in three characters or one"),
        ("زيارة رسمية\n\nوصل الوفد", "زيارة رسمية|وصل الوفد", "a heading has no stop"),
        ("وصل الوفد (صباحا.) ثم غادر", "وصل الوفد (صباحا.)|ثم غادر", "the bracket goes with what it closes"),
        ("وصل الوفد.\u{200F} وغادر", "وصل الوفد.\u{200F}|وغادر", "a direction mark stands with the stop"),
        ("", "", "nothing has no sentences"),
        (" \n\t ", "", "nor has white space"),
    ] {
        assert_eq!(cut(text), expected, "{why}");
    }
}

#[test]
fn a_point_that_ends_no_sentence() {
    for (text, why) in [
        ("بلغت النسبة 3.5 بالمئة و٢.٧ أمس", "decimals"),
        ("وفق وكالة ا.ف.ب وشهود", "an agency's letters"),
        ("قال أ. د. سالم الهادي للصحيفة", "titles are single letters"),
        ("التقى ج. ر. تولان في الفندق", "so are initials"),
        ("وصل Dr. Salem إلى الفندق", "a Latin title"),
        ("نشر موقع الضفاف.نت خبرا", "a site's name in Arabic letters"),
        ("قالت بي.بي.سي إن", "letters by their English names"),
        ("نشر على www.example.org خبرا", "an address"),
        ("1. تشكيل لجنة محلية", "the number of a list's item"),
    ] {
        assert_eq!(cut(text), text, "{why}");
    }
    assert_eq!(cut("حدث ذلك عام 2021. ثم هدأت المدينة"), "حدث ذلك عام 2021.|ثم هدأت المدينة", "a year may end a sentence");
    assert_eq!(cut("حدث ذلك عام 2021 م. ثم هدأت"), "حدث ذلك عام 2021 م.|ثم هدأت", "and so may the letter of its era");
}

#[test]
fn a_quotation_stays_with_its_speaker() {
    for (text, expected, why) in [
        ("قال «وصلنا ليلا. كان الطريق مغلقا» ثم غادر. وعاد", "قال «وصلنا ليلا. كان الطريق مغلقا» ثم غادر.|وعاد", "guillemets"),
        ("قال \"وصلنا. تعبنا\" ثم غادر", "قال \"وصلنا. تعبنا\" ثم غادر", "straight marks have no shape but take turns"),
        ("قال ”وصلنا. تعبنا“ ثم غادر", "قال ”وصلنا. تعبنا“ ثم غادر", "Arabic news writes curly marks either way round"),
        ("قال «وصلنا. تعبنا.» وغادر الوفد", "قال «وصلنا. تعبنا.»|وغادر الوفد", "a stop before the closing mark ends both"),
        ("قال «وصلنا. تعبنا». وغادر الوفد", "قال «وصلنا. تعبنا».|وغادر الوفد", "as does one after it"),
        ("هتف الحشد «ارحل!» أمام القصر", "هتف الحشد «ارحل!» أمام القصر", "a short cry is a part of its sentence"),
        ("قال «وصلنا. وبدأ اللقاء", "قال «وصلنا.|وبدأ اللقاء", "a mark that is never closed holds nothing together"),
    ] {
        assert_eq!(cut(text), expected, "{why}");
    }
    let long = format!("قال «{}انتهى»", "وصلنا إلى القرية ليلا. ".repeat(30));
    assert!(sentences(&long).len() > 20, "a speech printed in full is cut, or it would fit no window");
}

#[test]
fn a_dateline_goes_with_the_first_sentence() {
    for (text, why) in [
        ("وكالة الضفاف/ أعلن المجلس نتائجه", "an agency and a slash"),
        ("صوت النهر – عمان: أعلن المجلس نتائجه", "an outlet and a city"),
        ("الضفة (و.ض.ن) - أعلن المجلس نتائجه", "an agency's letters in brackets"),
        ("وكالة الضفاف/\nأعلن المجلس نتائجه", "on a line of its own"),
    ] {
        assert_eq!(cut(text), text, "{why}");
    }
    assert_eq!(cut("------\nأعلن المجلس"), "------|أعلن المجلس", "a rule across the page is no dateline");
}
