//! Names into codes and places: the words a report uses, and what they must become.

use marsad_knowledge::{Knowledge, Situation};

fn knowledge() -> Knowledge {
    Knowledge::embedded().expect("the tables have no fault")
}

#[test]
fn phrases_get_plover_codes() {
    let k = knowledge();
    for (phrase, context, code) in [
        ("داعش", None, "IMG REB"),
        ("عناصر تنظيم الدولة", Some("IRQ"), "IMG REB"),
        ("السفير الفرنسي", None, "FRA GOV"),
        ("وزير الدفاع العراقي", None, "IRQ GOV MIL"),
        ("الجيش اليمني", None, "YEM MIL"),
        ("فرنسا", None, "FRA GOV"),
        ("ثلاثة جنود", Some("SYR"), "SYR MIL"),
        ("الأمم المتحدة", None, "UNO"),
        ("لاجئين سوريين", None, "SYR REF"),
        ("شيء ما", None, "UNK"),
    ] {
        assert_eq!(k.code_for(phrase, &Situation { home: context, ..Situation::default() }).code, code, "{phrase}");
    }
}

#[test]
fn adjectives_belong_to_their_country_in_every_form() {
    let k = knowledge();
    for (word, iso2) in [("العراقية", "IQ"), ("سعوديين", "SA"), ("والأميركي", "US"), ("الأتراك", "TR"), ("تونسيا", "TN")] {
        assert_eq!(k.demonym(word).map(|c| c.iso2), Some(iso2), "{word}");
    }
    assert!(k.demonym("كتاب").is_none());
}

#[test]
fn names_of_two_towns_keep_both() {
    let k = knowledge();
    let mut countries: Vec<&str> = k.places("طرابلس").iter().filter(|p| p.by_hand).map(|p| p.iso2).collect();
    countries.sort();
    assert_eq!(countries, ["LB", "LY"]);
}

#[test]
fn places_of_the_news_are_known_with_and_without_hamza() {
    let k = knowledge();
    let names = "اربيل مخمور سنجار كركوك الموصل ديالى خانقين كفري الكوير قراج السليمانية دهوك زاخو العمادية الحويجة طوزخورماتو تلعفر القامشلي الحسكة الرقة منبج ادلب حلب صعدة مأرب مارب الحديدة تعز سرت بنغازي مصراتة الخرطوم الفاشر الجنينة غزة رفح جنين نابلس صيدا صور طرابلس سيناء العريش تطوان باريس موسكو طهران انقرة واشنطن جنيف";
    let missing: Vec<&str> = names.split(' ').filter(|n| k.places(n).is_empty()).collect();
    assert!(missing.is_empty(), "{missing:?}");
    for name in ["سهل نينوى", "دير الزور", "خان يونس", "سيدي بوزيد"] {
        assert!(!k.places(name).is_empty(), "{name}");
    }
    assert_eq!(k.country("بولونيا").map(|c| c.iso2), Some("PL"));
}
