//! Dates and numbers as news writes them. Published on Monday, 23 November 2026.

use marsad_text::{dates, numbers, words};

fn dates_in(text: &str) -> Vec<(String, Option<String>)> {
    dates::find(text, &words(text), Some("2026-11-23")).into_iter().map(|d| (d.span.of(text).to_owned(), d.value)).collect()
}

#[test]
fn dates_of_every_style_are_resolved() {
    for (text, span, value) in [
        ("اجتمع الوزيران الخميس 23 تشرين الثاني 2023 في عمان", "الخميس 23 تشرين الثاني 2023", "2023-11-23"),
        ("في ٢٣ كانون الأول ٢٠٢٣", "٢٣ كانون الأول ٢٠٢٣", "2023-12-23"),
        ("وصل أمس الأول إلى بغداد", "أمس الأول", "2026-11-21"),
        ("وامس أعلن", "امس", "2026-11-22"),
        ("قال اليوم الاثنين إن", "اليوم الاثنين", "2026-11-23"),
        ("أصيب مساء أمس الأحد", "مساء أمس الأحد", "2026-11-22"),
        ("قتل الجمعة جنديان", "الجمعة", "2026-11-20"),
        ("تعقد الأربعاء المقبل", "الأربعاء المقبل", "2026-11-25"),
        ("في يوليو (تموز) 2015", "يوليو (تموز) 2015", "2015-07"),
        ("يوم 16 جانفي 2017", "16 جانفي 2017", "2017-01-16"),
        ("خلال الشهر الماضي", "الشهر الماضي", "2026-10"),
        ("منذ عام 2014", "عام 2014", "2014"),
        ("قبل يومين", "قبل يومين", "2026-11-21"),
        ("في 15 رمضان 1436 هـ", "15 رمضان 1436 هـ", "2015-07-02"),
        ("بتاريخ 05/02/2017", "05/02/2017", "2017-02-05"),
    ] {
        let found = dates_in(text);
        assert!(found.contains(&(span.to_owned(), Some(value.to_owned()))), "{text}: {found:?}");
    }
}

#[test]
fn clock_times_durations_and_counts_are_no_dates() {
    for text in ["الساعة الثالثة عصرا", "استمر ثلاثة أيام", "5 ملايين دولار", "قتل 23 شخصا"] {
        assert!(dates_in(text).is_empty(), "{text}: {:?}", dates_in(text));
    }
}

#[test]
fn a_relative_day_without_a_day_of_publication_stays_open() {
    let text = "أعلن أمس";
    assert_eq!(dates::find(text, &words(text), None)[0].value, None);
}

#[test]
fn numbers_in_words_and_digits() {
    for (text, min, max) in [
        ("خمسة عشر ألفا", Some(15_000.0), Some(15_000.0)),
        ("اثنين وعشرين شخصا", Some(22.0), Some(22.0)),
        ("مائة وخمسون", Some(150.0), Some(150.0)),
        ("1,200 شخص", Some(1200.0), Some(1200.0)),
        ("٢٫٥ مليون", Some(2_500_000.0), Some(2_500_000.0)),
        ("5 ملايين دولار", Some(5_000_000.0), Some(5_000_000.0)),
        ("أكثر من 50 قتيلا", Some(50.0), None),
        ("عشرات القتلى", Some(20.0), None),
    ] {
        let found = numbers::find(text, &words(text));
        assert_eq!((found[0].min, found[0].max), (min, max), "{text}");
    }
    assert_eq!(numbers::noun_count("جنديين"), Some(2));
    assert_eq!(numbers::noun_count("حكومة"), None);
}
