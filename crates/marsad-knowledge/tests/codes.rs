//! Names into codes and places: the words a report uses, and what they must become.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use marsad_knowledge::{Force, Knowledge, Situation};

fn knowledge() -> Knowledge {
    Knowledge::embedded().expect("the tables have no fault")
}

/// What a phrase becomes in news of these states (the first is where it happens), in June 2015.
fn code(phrase: &str, news: &[&str], force: Force, group: Option<&str>) -> String {
    knowledge().code_for(phrase, &Situation { home: news.first().copied(), news, day: Some("2015-06-15"), force, group }).code
}

#[test]
fn phrases_get_plover_codes() {
    for (phrase, news, wanted) in [
        ("داعش", &[][..], "IMG REB"),
        ("عناصر تنظيم الدولة", &["IRQ"], "IMG REB"),
        ("السفير الفرنسي", &[], "FRA GOV"),
        ("المستشارة الألمانية", &[], "DEU GOV"),
        ("سفيرة أمريكا لدى الأمم المتحدة", &[], "USA GOV"),
        ("وزير الدفاع العراقي", &[], "IRQ GOV MIL"),
        ("وزير الدفاع العراقي خالد العبيدي", &[], "IRQ GOV MIL"),
        ("الجيش اليمني", &[], "YEM MIL"),
        ("حرس الإقليم", &["IRQ"], "IRQ MIL"),
        ("فرنسا", &[], "FRA GOV"),
        ("باريس", &[], "FRA GOV"),
        ("ثلاثة جنود", &["SYR"], "SYR MIL"),
        ("متظاهرون", &["TUN"], "TUN CVL"),
        ("قاضيان", &["EGY"], "EGY JUD"),
        ("ممرضات", &["LBY"], "LBY MED"),
        ("الأمم المتحدة", &[], "UNO"),
        ("لاجئين سوريين", &[], "SYR REF"),
        ("الأتراك", &[], "TUR CVL"),
        ("وزارة النقل الجزائرية", &[], "DZA GOV"),
        ("برلمان ليبيا", &[], "LBY LEG"),
        ("الدول المجاورة", &["SYR"], "UNK GOV"),
        ("المجتمع الدولي", &["SYR"], "UNK"),
        ("شيء ما", &["IRQ"], "UNK"),
    ] {
        assert_eq!(code(phrase, news, Force::None, None), wanted, "{phrase}");
    }
}

#[test]
fn force_tells_armies_and_people_of_a_bare_state() {
    // روسيا that bombs is its army, باريس that is hit its people; authorities who arrest are police.
    assert_eq!(code("روسيا", &["SYR"], Force::Uses, None), "RUS MIL");
    assert_eq!(code("باريس", &["FRA"], Force::Suffers, None), "FRA CVL");
    assert_eq!(code("السلطات التركية", &["TUR"], Force::Coerces, None), "TUR COP");
    assert_eq!(code("السلطات التركية", &["TUR"], Force::None, None), "TUR GOV");
}

#[test]
fn words_that_point_back_take_the_code_of_their_group() {
    for phrase in ["التنظيم", "عناصر من التنظيم", "المتمردون"] {
        assert_eq!(code(phrase, &["YEM"], Force::Uses, Some("YEM REB")), "YEM REB", "{phrase}");
    }
    // Suspects are criminals, in news of an armed group its men; attackers may be its followers from afar.
    assert_eq!(code("متهمين", &["FRA"], Force::None, None), "FRA CRM");
    assert_eq!(code("متهمين", &["FRA"], Force::None, Some("IMG REB")), "IMG REB");
    assert_eq!(code("مهاجم", &["FRA"], Force::Uses, Some("IMG REB")), "FRA REB");
    assert_eq!(code("مهاجم", &["FRA"], Force::Uses, None), "FRA UAF");
}

#[test]
fn unnamed_people_are_what_the_phrase_says_of_them() {
    for (phrase, news, force, wanted, why) in [
        ("شاب", &["TUN"][..], Force::Uses, "TUN CRM", "a private person who attacks is a criminal"),
        ("شاب", &["TUN"], Force::Suffers, "TUN CVL", "one who is attacked is not"),
        ("الدول العربية والإسلامية", &["SAU"], Force::None, "UNK GOV", "the states of a region are none of them"),
        ("وزراء خارجية دول الخليج", &["QAT"], Force::None, "UNK GOV", "nor are their ministers"),
        ("193 دولة", &["PSE"], Force::None, "UNK GOV", "nor any number of states"),
        ("نظيره", &["TUR"], Force::None, "UNK GOV", "a minister's peer is another state's"),
        ("نظيره الروسي", &["TUR"], Force::None, "RUS GOV", "whose name may stand there"),
        ("الميليشيات الموالية لإيران", &["YEM"], Force::None, "YEM PRM", "the state that backs fighters is not theirs"),
        ("المسؤول الأممي", &["YEM"], Force::None, "UNO", "an official of the United Nations is theirs"),
        ("ممثل السودان الدائم لدى الأمم المتحدة", &["GBR"], Force::None, "SDN GOV", "a state's envoy at a body is his state's"),
        ("النائب عن حركة النهضة", &["TUN"], Force::None, "TUN LEG", "a party's deputy sits in parliament"),
    ] {
        assert_eq!(code(phrase, news, force, None), wanted, "{phrase}: {why}");
    }
}

#[test]
fn governments_act_abroad_and_people_do_not() {
    let k = knowledge();
    let code = |phrase| k.code_for(phrase, &Situation { home: Some("MYS"), news: &["TUR", "MYS"], ..Situation::default() }).code;
    assert_eq!(code("الوزيران"), "TUR GOV", "ministers who met in another state's capital");
    assert_eq!(code("متظاهرون"), "MYS CVL", "people who demonstrated there");
}

#[test]
fn offices_and_sides_change_with_the_day() {
    let k = knowledge();
    for (name, day, wanted) in [
        ("عبد الفتاح السيسي", "2013-03-01", "EGY GOV MIL"),
        ("السيسي", "2016-03-01", "EGY GOV"),
        ("نوري المالكي", "2014-01-01", "IRQ GOV"),
        ("محمد مرسي", "2014-01-01", "EGY ELI"),
        ("خادم الحرمين الشريفين", "2014-01-01", "SAU GOV"),
        ("حركة حماس", "2005-06-01", "PSE REB PTY"),
        ("حركة حماس", "2015-06-01", "PSE GOV REB"),
        ("الإخوان المسلمين", "2013-02-01", "EGY GOV PTY"),
        ("الإخوان المسلمين", "2015-02-01", "EGY PTY OPP"),
        ("ليز تراس", "2022-10-01", "GBR GOV"),
        ("عباس كامل", "2019-01-01", "EGY SPY"),
        ("حركة طالبان", "2000-01-01", "AFG GOV"),
        ("حركة طالبان", "2015-01-01", "AFG REB"),
        ("حركة طالبان", "2022-01-01", "AFG GOV"),
        ("قوات الدعم السريع", "2024-01-01", "SDN REB"),
    ] {
        assert_eq!(k.known(name, Some(day), &[&wanted[..3]]).map(|n| n.code).as_deref(), Some(wanted), "{name} {day}");
    }
    let king = |day| k.known("خادم الحرمين الشريفين", Some(day), &[]).map(|n| n.name);
    assert_eq!(king("2014-05-01").as_deref(), Some("Abdullah of Saudi Arabia"));
    assert_eq!(king("2015-05-01").as_deref(), Some("Salman of Saudi Arabia"));
}

#[test]
fn one_actor_has_one_name_under_all_its_aliases() {
    let k = knowledge();
    for aliases in [&["داعش", "تنظيم الدولة", "الدولة الإسلامية"][..], &["البيشمركة", "البيشمركه", "قوات البيشمركة"], &["أنغيلا ميركل", "أنجيلا ميركل", "ميركل"]] {
        let mut names: Vec<_> = aliases.iter().map(|a| k.known(a, Some("2015-06-15"), &["IRQ"]).map(|n| n.entity)).collect();
        names.dedup();
        assert!(matches!(&names[..], [Some(_)]), "{aliases:?} {names:?}");
    }
    // Bodies that every state has come from templates, with their Latin name.
    assert_eq!(k.known("وزارة الخارجية العمانية", None, &[]).map(|n| n.name).as_deref(), Some("Ministry of Foreign Affairs of Oman"));
}

#[test]
fn short_names_count_only_in_news_of_their_state() {
    let k = knowledge();
    assert_eq!(k.known("صالح", Some("2015-06-15"), &["YEM"]).map(|n| n.name).as_deref(), Some("Ali Abdullah Saleh"));
    assert!(k.known("صالح", Some("2015-06-15"), &["TUN"]).is_none());
    // العربية closes the names of two states and is no television there.
    for state in ["جمهورية مصر العربية", "المملكة العربية السعودية"] {
        assert!(code(state, &["SAU", "EGY"], Force::None, None).ends_with("GOV"), "{state}");
    }
}

#[test]
fn names_of_unknown_persons_are_written_in_latin_letters() {
    let k = knowledge();
    assert_eq!(k.transliterate("محمد يوسف").as_deref(), Some("Mohamed Youssef"));
    assert_eq!(k.transliterate("عبد الله بن يوسف الجحدلي").as_deref(), Some("Abd Allah bin Youssef Al-Jahdali"));
    // A rare word leaves the whole name as it is rather than half of it.
    assert_eq!(k.transliterate("محمد قفشطز"), None);
}

#[test]
fn news_are_of_the_states_whose_words_they_use() {
    let k = knowledge();
    assert_eq!(k.states("خرج الأردنيون إلى شوارع عمان وطالب برلمان الأردن بالتريث").first(), Some(&"JOR"));
    assert_eq!(k.states("قال أهالي مصراتة إن الماء انقطع").first(), Some(&"LBY"));
    // Words that are names of far towns too (بن and سنة in Iran, كان in France, مدينة in Saudi Arabia) speak of no state.
    assert_eq!(k.states("أوقف أعوان الأمن بمدينة القصرين شابا يدعى مهدي بن سالم كان قد غادرها منذ سنة"), ["TUN"]);
    // A town that only the gazetteer has confirms a state that is named, and names none.
    assert_eq!(k.states("انقلبت حافلة قرب ليفركوزن"), [""; 0]);
    assert_eq!(k.states("انقلبت حافلة قرب ليفركوزن في ألمانيا"), ["DEU"]);
}

#[test]
fn a_state_and_a_capital_of_one_name_are_told_apart_by_the_news() {
    let k = knowledge();
    assert_eq!(k.country_in("عمان", &["JOR", "SYR"]).map(|c| c.iso3), Some("JOR"));
    assert_eq!(k.country_in("عمان", &["OMN"]).map(|c| c.iso3), Some("OMN"));
    assert_eq!(k.country_in("عمان", &[]).map(|c| c.iso3), Some("OMN"));
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
    // Each is a town and a division of its own.
    let mut countries: Vec<&str> = k.places("طرابلس").iter().filter(|p| p.by_hand && p.kind == marsad_format::PlaceKind::City).map(|p| p.iso2).collect();
    countries.sort_unstable();
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
