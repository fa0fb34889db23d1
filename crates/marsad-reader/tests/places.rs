//! Names of places in invented sentences, and where they must lie.
#![allow(clippy::expect_used, reason = "a test stops where its own preparation fails")]

use marsad_format::{EntityType, Place, PlaceKind};
use marsad_knowledge::Knowledge;
use marsad_reader::places::{Mention, Setting, locate};
use marsad_text::{Span, words};

fn knowledge() -> Knowledge {
    Knowledge::embedded().expect("the tables have no fault")
}

/// The places of a text in which each name stands between ⟨ and ⟩, as a reader would mark it.
fn places(knowledge: &Knowledge, marked: &str, title: Option<&str>, source: Option<&str>) -> Vec<Place> {
    let (mut text, mut mentions, mut open) = (String::new(), Vec::new(), 0);
    for c in marked.chars() {
        match c {
            '⟨' => open = text.len(),
            '⟩' => mentions.push(Mention { span: Span::new(open, text.len()), kind: EntityType::Gpe }),
            c => text.push(c),
        }
    }
    let words = words(&text);
    locate(&Setting { text: &text, words: &words, title, source }, &mentions, knowledge).places
}

fn kilometres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dy, dx) = ((a.0 - b.0) * 111.2, (a.1 - b.1) * 111.2 * a.0.to_radians().cos());
    dy.hypot(dx)
}

/// Names of the news, their state and where they lie.
const NAMES: [(&str, &str, f64, f64); 49] = [
    ("اربيل", "IQ", 36.19, 44.01),
    ("مخمور", "IQ", 35.78, 43.58),
    ("سنجار", "IQ", 36.32, 41.87),
    ("سهل نينوى", "IQ", 36.5, 43.2),
    ("كركوك", "IQ", 35.47, 44.39),
    ("الموصل", "IQ", 36.34, 43.13),
    ("ديالى", "IQ", 33.9, 44.9),
    ("خانقين", "IQ", 34.35, 45.39),
    ("كفري", "IQ", 34.69, 44.96),
    ("الكوير", "IQ", 36.04, 43.48),
    ("قراج", "IQ", 35.7, 43.45),
    ("السليمانية", "IQ", 35.56, 45.43),
    ("دهوك", "IQ", 36.87, 42.99),
    ("زاخو", "IQ", 37.14, 42.68),
    ("العمادية", "IQ", 37.09, 43.49),
    ("الحويجة", "IQ", 35.32, 43.77),
    ("طوزخورماتو", "IQ", 34.89, 44.63),
    ("تلعفر", "IQ", 36.38, 42.45),
    ("القامشلي", "SY", 37.05, 41.22),
    ("الحسكة", "SY", 36.5, 40.75),
    ("الرقة", "SY", 35.95, 39.01),
    ("دير الزور", "SY", 35.34, 40.14),
    ("منبج", "SY", 36.53, 37.95),
    ("ادلب", "SY", 35.93, 36.63),
    ("حلب", "SY", 36.2, 37.16),
    ("صعدة", "YE", 16.94, 43.76),
    ("مأرب", "YE", 15.46, 45.33),
    ("الحديدة", "YE", 14.8, 42.95),
    ("تعز", "YE", 13.58, 44.02),
    ("سرت", "LY", 31.21, 16.59),
    ("بنغازي", "LY", 32.12, 20.07),
    ("مصراتة", "LY", 32.38, 15.09),
    ("الخرطوم", "SD", 15.55, 32.53),
    ("الفاشر", "SD", 13.63, 25.35),
    ("الجنينة", "SD", 13.45, 22.45),
    ("غزة", "PS", 31.5, 34.45),
    ("رفح", "PS", 31.29, 34.25),
    ("خان يونس", "PS", 31.34, 34.31),
    ("جنين", "PS", 32.46, 35.3),
    ("نابلس", "PS", 32.22, 35.25),
    ("صيدا", "LB", 33.56, 35.37),
    ("سيناء", "EG", 29.5, 33.8),
    ("العريش", "EG", 31.13, 33.8),
    ("سيدي بوزيد", "TN", 35.04, 9.48),
    ("تطوان", "MA", 35.57, -5.37),
    ("باريس", "FR", 48.85, 2.35),
    ("موسكو", "RU", 55.75, 37.62),
    ("واشنطن", "US", 38.9, -77.04),
    ("جنيف", "CH", 46.2, 6.15),
];

/// The same letters as hurried newsrooms type them.
fn without_hamza(name: &str) -> String {
    name.replace(['أ', 'إ', 'آ'], "ا").replace('ة', "ه")
}

fn with_hamza(name: &str) -> String {
    match name {
        "اربيل" => "أربيل".to_owned(),
        "ادلب" => "إدلب".to_owned(),
        name => name.to_owned(),
    }
}

#[test]
fn names_of_the_news_lie_where_they_should() {
    let k = knowledge();
    for (name, country, lat, lon) in NAMES {
        // As written, without hamza, with it, and with the particles that the reader left on the name.
        let fused = name.strip_prefix("ال").map_or_else(|| format!("ل{name}"), |rest| format!("لل{rest}"));
        for form in [name.to_owned(), without_hamza(name), with_hamza(name), format!("و{name}"), format!("ب{name}"), fused] {
            let found = &places(&k, &format!("وصل الوفد إلى ⟨{form}⟩ اليوم"), None, None)[0];
            assert_eq!(found.country.as_deref(), Some(country), "{form}: {found:?}");
            let at = found.lat.zip(found.lon).unwrap_or((0.0, 0.0));
            // A region's or province's point is anybody's guess within 60 km.
            assert!(kilometres((lat, lon), at) < 60.0, "{form} lies at {at:?}");
        }
    }
    for (name, country) in [("بيلاروسيا", "BY"), ("بولونيا", "PL"), ("طهران", "IR"), ("انقرة", "TR"), ("صور", "LB"), ("طرابلس", "LB")] {
        // Two of these need the state that the text speaks of.
        let found = &places(&k, &format!("قال مسؤول لبناني أثناء زيارته إلى ⟨{name}⟩ إن المحادثات مستمرة"), None, None)[0];
        assert_eq!(found.country.as_deref(), Some(country), "{name}: {found:?}");
    }
}

#[test]
fn the_text_decides_between_namesakes() {
    let k = knowledge();
    for (marked, which, country, why) in [
        ("اشتبكت فصائل في ⟨طرابلس⟩ وقالت حكومة الوفاق الليبية إن الهدوء عاد", 0, "LY", "an adjective of the state"),
        ("أغلق الجيش اللبناني شوارع في ⟨طرابلس⟩", 0, "LB", "another state's adjective"),
        ("سارت مظاهرة في ⟨طرابلس⟩ وأخرى في ⟨صيدا⟩ و⟨بيروت⟩", 0, "LB", "its neighbours in the sentence"),
        ("سارت مظاهرة في ⟨طرابلس⟩ وأخرى في ⟨مصراتة⟩ و⟨بنغازي⟩", 0, "LY", "its neighbours in the sentence"),
        ("غارة على ⟨صور⟩ في جنوب ⟨لبنان⟩", 0, "LB", "the state beside it"),
        ("افتتح ميناء ⟨صور⟩ في سلطنة ⟨عمان⟩", 0, "OM", "another state beside it"),
        ("انفجار في مدينة ⟨رفح⟩ المصرية", 0, "EG", "the adjective right after it"),
        ("قصف استهدف ⟨رفح⟩ و⟨خان يونس⟩", 0, "PS", "a town near it"),
        ("معارك في ⟨المنصورة⟩ بريف ⟨الرقة⟩", 0, "SY", "the province beside it"),
        ("حكمت محكمة في ⟨المنصورة⟩ شمال ⟨القاهرة⟩", 0, "EG", "the capital beside it"),
        ("اندلع القتال في جنوب ⟨السودان⟩ قرب ⟨جوبا⟩", 0, "SS", "the name goes on outside the mark"),
        ("قال رئيس الوزراء الأردني في ⟨عمان⟩ إن القرار نهائي", 0, "JO", "the capital of the state spoken of"),
        ("وصل السلطان إلى مسقط عاصمة سلطنة ⟨عمان⟩", 0, "OM", "a sultanate is a state"),
        ("أصيب شرطي في ⟨الجوف⟩ شمال السعودية بحسب الداخلية السعودية", 0, "SA", "two states have a division of that name"),
        ("قتل حوثيون في ⟨الجوف⟩ بحسب الجيش اليمني", 0, "YE", "two states have a division of that name"),
    ] {
        let found = &places(&k, marked, None, None)[which];
        assert_eq!(found.country.as_deref(), Some(country), "{marked}: {why}: {found:?}");
    }
    let outlet = &places(&k, "انطلق المهرجان في ⟨طرابلس⟩ أمس", None, Some("النهار"))[0];
    assert_eq!(outlet.country.as_deref(), Some("LB"), "the outlet is at home in Beirut: {outlet:?}");
    let headline = &places(&k, "انطلق المهرجان في ⟨طرابلس⟩ أمس", Some("ليبيا تحتفل"), None)[0];
    assert_eq!(headline.country.as_deref(), Some("LY"), "{headline:?}");
}

#[test]
fn generic_words_tell_the_kind() {
    let k = knowledge();
    for (marked, kind, why) in [
        ("سقطت قذائف على محافظة ⟨ديالى⟩ في العراق", PlaceKind::Admin1, "a governorate, not the river"),
        ("ارتفع منسوب نهر ⟨ديالى⟩ في العراق", PlaceKind::Natural, "the river, not the governorate"),
        ("تجدد القصف على مخيم ⟨اليرموك⟩ في دمشق", PlaceKind::Facility, "a camp"),
        ("قال الرئيس إن ⟨تونس⟩ تدعم الحل", PlaceKind::Country, "a state, where nothing says otherwise"),
        ("وقع الهجوم في مدينة ⟨تونس⟩", PlaceKind::City, "a city"),
        ("وصل الوزير إلى ⟨تونس العاصمة⟩", PlaceKind::City, "the capital's own name"),
        ("محافظتي ⟨نينوى⟩ و⟨كركوك⟩", PlaceKind::Admin1, "one word for both"),
    ] {
        let found = places(&k, marked, None, None);
        let last = found.last().expect("a place");
        assert_eq!(last.kind, Some(kind), "{marked}: {why}: {last:?}");
    }
}

#[test]
fn an_unknown_village_is_pinned_no_finer_than_its_area() {
    let k = knowledge();
    let found = places(&k, "قتل مزارع في قرية ⟨الزمزمانية⟩ التابعة لقضاء ⟨خانقين⟩ في العراق", None, None);
    let village = &found[0];
    assert_eq!((village.name.as_deref(), village.country.as_deref()), (None, Some("IQ")), "no table holds it: {village:?}");
    assert_eq!(village.kind, found[1].kind, "its kind says whose point it is: {village:?}");
    assert_eq!((village.lat, village.lon), (found[1].lat, found[1].lon));
    assert!(village.confidence <= 0.3, "{village:?}");
    let lost = &places(&k, "قال الجيش العراقي إنه دخل ⟨الزمزمانية⟩", None, None)[0];
    assert_eq!((lost.lat, lost.country.as_deref()), (None, Some("IQ")), "nothing but the state is known: {lost:?}");
}

#[test]
fn other_spellings_are_found() {
    let k = knowledge();
    for (name, english) in [("طوز خورماتو", "Tuz Khurmatu"), ("هامبورج", "Hamburg"), ("بن قردان", "Ben Guerdane"), ("بنڨردان", "Ben Guerdane"), ("قەراج", "Qaraj"), ("کۆبانێ", "Kobani"), ("مدينة نيويورك", "New York City"), ("قاعدة العند الجوية", "Al-Anad Air Base"), ("مطار صنعاء الدولي", "Sanaa International Airport")] {
        let found = &places(&k, &format!("في ⟨{name}⟩"), None, None)[0];
        assert_eq!(found.name.as_deref(), Some(english), "{name}: {found:?}");
    }
}

#[test]
fn a_village_says_its_district() {
    let k = knowledge();
    for (name, admin1, admin2) in [("برطلة", "Nineveh", "Al-Hamdaniya"), ("ربيعة", "Nineveh", "Tal Afar"), ("جلولاء", "Diyala", "Khanaqin"), ("الراعي", "Aleppo", "Al-Bab District"), ("عرسال", "Baalbek-Hermel", "Baalbek District"), ("قضاء سنجار", "Nineveh", "Sinjar")] {
        let found = &places(&k, &format!("انفجرت عبوة في ⟨{name}⟩ صباحا"), None, None)[0];
        assert_eq!((found.admin1.as_deref(), found.admin2.as_deref()), (Some(admin1), Some(admin2)), "{name}: {found:?}");
    }
}

#[test]
fn a_site_that_no_table_holds_gets_its_towns_point_and_says_so() {
    let k = knowledge();
    for (marked, town, why) in [
        ("نقل الجرحى إلى ⟨مستشفى الزعزعة⟩ في ⟨عدن⟩ باليمن", "عدن", "the town beside it"),
        ("نقل المصابون إلى ⟨مستشفى الأمل الكبير بالهفوف⟩ في السعودية", "الهفوف", "the town within the name, behind a particle"),
        ("زار الوزير السعودي ⟨مستشفى ينبع العام⟩", "ينبع", "the town within the name, before an ordinary word"),
    ] {
        let found = &places(&k, marked, None, None)[0];
        let known = &places(&k, &format!("في مدينة ⟨{town}⟩"), None, None)[0];
        assert_eq!((found.lat, found.lon), (known.lat, known.lon), "{marked}: {why}: {found:?}");
        assert_ne!(found.kind, Some(PlaceKind::Facility), "the point is not the site's: {found:?}");
        assert!(found.confidence < 0.7, "{found:?}");
    }
    let known = &places(&k, "هبطت الطائرة في ⟨مطار صنعاء الدولي⟩", None, None)[0];
    assert_eq!(known.kind, Some(PlaceKind::Facility), "the tables hold this one: {known:?}");
    let beside = &places(&k, "وقع الحادث في ⟨شارع الزعزعة⟩ قرب ⟨مطار صنعاء⟩ في اليمن", None, None)[0];
    assert_ne!(beside.kind, Some(PlaceKind::Facility), "beside a site is not at it: {beside:?}");
}

#[test]
fn a_small_namesake_abroad_needs_more_than_its_state() {
    let k = knowledge();
    let town = |marked: &str| {
        let found = places(&k, marked, None, None);
        found[0].country.clone()
    };
    assert_eq!(town("انسحبت الولايات المتحدة من المجلس الذي يقع مقره في ⟨جنيف⟩ بحسب مسؤول أميركي").as_deref(), Some("CH"), "not Geneva, Illinois");
    assert_ne!(town("سيطر الجيش اليمني على جبل ⟨القاهرة⟩ في تعز").as_deref(), Some("EG"), "a mountain of Yemen is not Cairo");
    assert_eq!(town("وصل المئات إلى ⟨الخليج⟩ للعمل").as_deref(), None, "not a province of Papua");
}
