//! Any string is accepted, and nothing is lost or moved.

use marsad_text::{CharIndex, Normalised, WordKind, dates, enclitics, fold, light, numbers, proclitics, sentences, words};
use proptest::prelude::*;

proptest! {
    #[test]
    fn any_text_is_cut_and_folded_without_loss(text in "(\\PC|[ء-ي]|[\u{64B}-\u{652}]|[٠-٩]| |ﷺ|ﻻ|\n|\u{200F}){0,80}") {
        let list = words(&text);
        let mut end = 0;
        for w in &list {
            prop_assert!(w.span.start() >= end && !w.span.is_empty());
            prop_assert!(text.is_char_boundary(w.span.start()) && text.is_char_boundary(w.span.end()));
            prop_assert!(!text[end..w.span.start()].chars().any(char::is_alphanumeric));
            end = w.span.end();
        }
        for (view, plain) in [(Normalised::light(&text), light(&text)), (Normalised::folded(&text), fold(&text))] {
            prop_assert_eq!(view.text(), &plain);
            let mut last = 0;
            for (at, c) in plain.char_indices() {
                let span = view.original(at..at + c.len_utf8());
                prop_assert!(span.start() >= last && text.get(span.range()).is_some() && !span.is_empty());
                last = span.start();
            }
        }
        let index = CharIndex::new(&text);
        for (n, (at, _)) in text.char_indices().enumerate() {
            prop_assert_eq!(index.char_of(at) as usize, n);
        }
        for n in numbers::find(&text, &list) {
            prop_assert!(text.get(n.span.range()).is_some());
        }
        for d in dates::find(&text, &list, Some("2026-11-23")) {
            prop_assert!(text.get(d.span.range()).is_some());
        }
    }

    /// Words of the calendar and of numbers in any order, with digits too large for any of them.
    #[test]
    fn no_heap_of_words_of_time_is_too_odd(
        text in "((و|ل|ب|ال|لل|)(يوم|أمس|غدا|اليوم|الأحد|السبت|الجمعة|تموز|يناير|مارس|رمضان|ذي الحجة|الماء|خاكه ليوه|عام|العام|أسبوع|الأسبوع|شهر|الشهر|قرن|القرن|عقد|سنوات|الأيام|يومين|الماضي|المقبل|الأخير|التالي|نفسه|هذا|نفس|نهاية|مطلع|بقية|صيف|الربع|الثمانينيات|عيد الفطر|أول أيام|قبل|منذ|بعد|آخر|من|إلى|بين|الموافق|الساعة|ثلاثة|عشر|عشرون|مئة|ألف|ملايين|ألفين|نصف|أرباع|عشرات|بضعة|الخامس|الثاني|أكثر من|فاصلة|على|جزء|دولار|بالمئة|[0-9]{1,12}|[٠-٩]{1,5}|1[34][0-9]{2}|20[0-9]{2}|27[0-9]{2})( |  |/|-|،|\\.|,|\\(|\\)|%|)){0,14}",
        day in "(2026-11-23|0001-01-01|9999-12-31|-999-01-01|1582-10-15|[0-9]{4}-[0-9]{2}-[0-9]{2})",
    ) {
        let list = words(&text);
        for published in [None, Some(day.as_str())] {
            let found = dates::find(&text, &list, published);
            let mut end = 0;
            for d in &found {
                prop_assert!(text.get(d.span.range()).is_some_and(|t| !t.is_empty() && t.trim() == t));
                prop_assert!(d.span.start() >= end, "dates do not overlap");
                end = d.span.end();
            }
            prop_assert!(dates::joined(&text, &found).iter().all(|d| text.get(d.span.range()).is_some()));
        }
        for n in numbers::find(&text, &list).into_iter().chain(numbers::ordinals(&text, &list)) {
            prop_assert!(text.get(n.span.range()).is_some() && text.get(n.core.range()).is_some());
            prop_assert!(n.span.contains(n.core) && n.first <= n.last && n.last < list.len());
            prop_assert!(n.min.zip(n.max).is_none_or(|(a, b)| a <= b), "{:?}", n);
        }
    }

    #[test]
    fn sentences_hold_every_visible_character_once(text in "(\\PC|\\pC|[ء-ي]|[.!?؟…]|[«»“”\"()/–-]|[0-9]|[ \n\r\t]|\u{200F}){0,120}") {
        let mut end = 0;
        for s in sentences(&text) {
            prop_assert!(s.start() >= end && !s.is_empty());
            prop_assert!(text[end..s.start()].chars().all(char::is_whitespace));
            let held = text.get(s.range());
            prop_assert!(held.is_some_and(|h| h.trim() == h));
            end = s.end();
        }
        prop_assert!(text[end..].chars().all(char::is_whitespace));
        for w in words(&text) {
            prop_assert_eq!(sentences(&text).iter().filter(|s| s.contains(w.span)).count(), 1);
        }
    }

    #[test]
    fn cuts_fall_between_characters_and_leave_a_word(word in "(و|ف|ب|ل|ك|س|ا|ه|م|ن|ي|\u{64E}|ـ|ﻻ|\\PC){0,10}") {
        for n in proclitics(&word) {
            prop_assert!(word.is_char_boundary(n));
            prop_assert!(n == 0 || light(&word[n..]).chars().filter(|c| c.is_alphanumeric()).count() >= 2);
        }
        for n in enclitics(&word) {
            prop_assert!(n <= word.len() && word.is_char_boundary(word.len() - n));
            prop_assert!(n == 0 || light(&word[..word.len() - n]).chars().filter(|c| c.is_alphanumeric()).count() >= 2);
        }
        prop_assert_eq!(proclitics(&word)[0], 0);
        prop_assert_eq!(enclitics(&word)[0], 0);
    }

    #[test]
    fn a_view_of_a_view_is_the_same_view(text in "(\\PC|[ء-ي]|[\u{64B}-\u{652}]|[ﭐ-﷿]|[ﹰ-ﻼ]){0,60}") {
        prop_assert_eq!(light(&light(&text)), light(&text));
        prop_assert_eq!(fold(&fold(&text)), fold(&text));
        prop_assert_eq!(fold(&light(&text)), fold(&text));
    }
}

/// Arabic letters are told without Unicode's tables, and told as those have it.
#[test]
fn every_letter_and_digit_is_a_word_of_its_kind() {
    for c in ('\0'..=char::MAX).filter(|c| c.is_alphanumeric()) {
        let kind = if c.is_numeric() { WordKind::Number } else { WordKind::Letters };
        assert_eq!(words(&c.to_string()).iter().map(|w| w.kind).collect::<Vec<_>>(), [kind], "{c:?}");
    }
}
