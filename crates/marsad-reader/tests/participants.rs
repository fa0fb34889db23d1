//! Codes of people and bodies in whole sentences: the names are given, the model takes no part.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use marsad_format::{EntityType, EventType};
use marsad_knowledge::Knowledge;
use marsad_reader::{Cast, Mention};
use marsad_text::Span;

/// Where that string stands, for the first or the last time.
fn find(text: &str, part: &str, last: bool) -> Span {
    let at = if last { text.rfind(part) } else { text.find(part) }.expect("the text holds the words");
    Span::new(at, at + part.len())
}

/// The code of one who acts, in a text of that outlet with these names in it. A name that ends an earlier one is another
/// mention of the same, at its last place.
fn code(text: &str, source: Option<&str>, names: &[(&str, EntityType)], who: &str, act: EventType, suffers: bool, place: Option<&str>) -> String {
    let knowledge = Knowledge::embedded().expect("the tables have no fault");
    let mut mentions: Vec<Mention> = Vec::new();
    for (name, kind) in names {
        let of = mentions.iter().position(|m| m.kind == *kind && m.span.of(text).ends_with(&format!(" {name}")));
        mentions.push(Mention { span: find(text, name, of.is_some()), kind: *kind, of });
    }
    let cast = Cast::new(&knowledge, text, Some("2018-05-10"), source, &mentions);
    let span = mentions.iter().rev().find(|m| m.span.of(text) == who).map_or_else(|| find(text, who, false), |m| m.span);
    cast.code(span, act, suffers, place).code
}

#[test]
fn persons_are_who_the_tables_know_wherever_news_are_of() {
    for (text, source, name, wanted) in [
        ("قال قاديروف إن الوفد سيزور الرياض، وشكر السعودية على الدعوة.", Some("okaz"), "قاديروف", "RUS GOV"),
        ("التقى المستشار في الديوان الملكي نزار العلولا في بيروت سياسيين لبنانيين، ثم غادر لبنان.", Some("okaz"), "نزار العلولا", "SAU GOV"),
    ] {
        assert_eq!(code(text, source, &[(name, EntityType::Per)], name, EventType::Consult, false, None), wanted, "{text}");
    }
    // The last word of a longer name that nobody bears is not somebody else.
    let text = "أصيب الشاب تايرون هاريس في مدينة أمريكية برصاص الشرطة، وقال والد هاريس إنه كان أعزل.";
    assert_eq!(code(text, None, &[("تايرون هاريس", EntityType::Per), ("هاريس", EntityType::Per)], "هاريس", EventType::Assault, true, None), "USA CVL");
}

#[test]
fn the_office_is_found_behind_a_comma_a_bridge_and_a_call() {
    for (text, name, wanted) in [
        ("قال النائب عن حزب البذور، منير الطويبي، إن تونس تحتاج إلى قانون جديد.", "منير الطويبي", "TUN LEG PTY"),
        ("أكد مدير المدرسة الإعدادية بسوسة، سليم الورغي أن الدروس في تونس تعود غدا.", "سليم الورغي", "TUN EDU"),
        ("وجه مستثمر فرنسي يدعى جيرار لونوا رسالة إلى وزيرة السياحة في تونس.", "جيرار لونوا", "FRA BUS"),
        ("قتلت المسعفة الفلسطينية سعاد النبهان شرق خان يونس.", "سعاد النبهان", "PSE MED"),
        ("وقعت الأميركية جودي هالمارك خطابا.", "جودي هالمارك", "USA CVL"),
    ] {
        assert_eq!(code(text, None, &[(name, EntityType::Per)], name, EventType::Request, false, None), wanted, "{text}");
    }
    // A body that acts on the person stands before his name too, and is not what he is.
    let text = "اعتقلت قوات النخبة السودانية عثمان الكباشي في الخرطوم.";
    assert_eq!(code(text, None, &[("عثمان الكباشي", EntityType::Per)], "عثمان الكباشي", EventType::Coerce, true, None), "SDN CVL");
}

#[test]
fn people_whom_the_text_makes_members_of_a_group_are_its_men() {
    let names = &[("داعش", EntityType::Org)][..];
    let text = "اعتقلت الشرطة التركية 17 شخصا يشتبه في انتمائهم إلى تنظيم داعش، وأصيب مدنيان في هجوم على حاجز.";
    assert_eq!(code(text, None, names, "17 شخصا", EventType::Coerce, true, None), "IMG REB");
    assert_eq!(code(text, None, names, "مدنيان", EventType::Assault, true, None), "TUR CVL");
}

#[test]
fn local_news_are_of_the_outlet_whatever_words_look_like_towns() {
    let people = &[("إبراهيم بن مسفر", EntityType::Per)][..];
    let text = "تمكنت دوريات أمن الطرق من ضبط رجل كان يقود سيارة مسروقة منذ سنة، وقال المتحدث إبراهيم بن مسفر إن الجهات المختصة باشرت التحقيق.";
    for who in ["دوريات أمن الطرق", "رجل"] {
        assert!(code(text, Some("sabq"), people, who, EventType::Coerce, who == "رجل", None).starts_with("SAU "), "{who}");
    }
    // A capital's name that is a state's too is the capital of the state that the text speaks of.
    let text = "أغلق آلاف المحتجين شوارع في عمان، وقالت الحكومة الأردنية إن الأردن يحترم حق التظاهر.";
    assert_eq!(code(text, None, &[], "آلاف المحتجين", EventType::Protest, false, Some("OMN")), "JOR CVL");
}

#[test]
fn a_place_of_which_the_text_hardly_speaks_is_no_scene() {
    let text = "أوقفت الشرطة في تونس شابا عاد من فرنسا. وقالت الشرطة التونسية إن تونس تراقب حدودها، وإن القضاء التونسي سيحاكمه في تونس.";
    assert_eq!(code(text, None, &[], "الشرطة", EventType::Coerce, false, Some("FRA")), "TUN COP");
}
