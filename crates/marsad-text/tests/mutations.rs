//! Sentences as newswire writes them, truncated, spliced and with foreign characters put in: every layer still gives spans
//! that lie in the text, in order, and takes a time in proportion to its length.

use marsad_text::{CharIndex, Normalised, Span, dates, enclitics, fold, numbers, proclitics, sentences, words};
use proptest::prelude::*;

const WIRE: [&str; 8] = [
    "كركوك/ وكالة الرافد – قُتل أربعة من عناصر الشرطة، أمس الأحد (23 تشرين الثاني/نوفمبر 2026)، بانفجار سيارة مفخخة.",
    "وقال ل.م. الخالدي لـ«صوت دجلة»: \"سنردّ\". وأضاف أن ١٥٠٠ شخص و3.5 ملايين دينار... بين 12-5-2026 و14/5/2026م.",
    "في الخامس عشر من رمضان 1447 هـ، الموافق الثلاثاء ٣ مارس/آذار، وصلت قافلة من مئتي شاحنة.",
    "خلال الأيام الثلاثة الماضية أصيب خمسة وعشرون ألفا وثلاثمئة، فيما قُتل جنديان؛ وبحسب المصدر فإن العدد «لا يزال أوّليا».",
    "وفي 2026-11-23T10:00:00+03:00 أُعلن عن هدنة لـ 72 ساعة تبدأ منذ مطلع الأسبوع المقبل حتى نهاية الشهر الجاري.",
    "ﻻ ﷲ ﷺ ﺑﻐﺪﺍﺩ ـــ بـــغـــداد، كوردستان ھەولێر تهران۱۲۳ ٪١٠ \u{200F}(\u{202B}عاجل\u{202C})\u{200E}",
    "من مطلع كانون الثاني/يناير الى 15 شباط/فبراير من العام الماضي، بعد عامين على اتفاق 2024.",
    "وسيستقبلونهم فباستقلالهم ولوزارتهم كالصاعقة؟! نعم... لا!!",
];

/// Characters that have made trouble somewhere: joiners, marks, controls, wide ones, digits of many scripts.
const ODD: [&str; 16] = ["\u{200D}", "\u{200C}", "\u{64B}", "\u{670}", "ـ", "\u{202E}", "\u{FEFF}", "\0", "\r", "\u{2028}", "𞸀", "👩‍👩‍👧", "٫", "۹", "ﷺ", "99999999999999999999"];

#[derive(Clone, Debug)]
enum Damage {
    Cut(f64),
    Drop(f64, usize),
    Odd(f64, usize),
    Splice(f64, usize, f64, f64),
    Repeat(f64, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = || 0.0..1.0f64;
    prop_oneof![
        at().prop_map(Damage::Cut),
        (at(), 1..6usize).prop_map(|(a, n)| Damage::Drop(a, n)),
        (at(), 0..ODD.len()).prop_map(|(a, n)| Damage::Odd(a, n)),
        (at(), 0..WIRE.len(), at(), at()).prop_map(|(a, n, b, c)| Damage::Splice(a, n, b, c)),
        (at(), 1..40usize).prop_map(|(a, n)| Damage::Repeat(a, n)),
    ]
}

fn harm(text: &str, damage: &Damage) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let place = |share: f64, length: usize| (share * length as f64) as usize;
    let length = chars.len();
    match *damage {
        Damage::Cut(a) => chars.truncate(place(a, length)),
        Damage::Drop(a, n) => drop(chars.drain(place(a, length)..(place(a, length) + n).min(length))),
        Damage::Odd(a, n) => drop(chars.splice(place(a, length)..place(a, length), ODD[n].chars())),
        Damage::Splice(a, n, b, c) => {
            let other: Vec<char> = WIRE[n].chars().collect();
            let (from, to) = (place(b.min(c), other.len()), place(b.max(c), other.len()));
            chars.splice(place(a, length)..place(a, length), other[from..to].iter().copied());
        }
        Damage::Repeat(a, n) => {
            let one = chars.get(place(a, length)).copied().unwrap_or(' ');
            chars.splice(place(a, length)..place(a, length), std::iter::repeat_n(one, n));
        }
    }
    chars.into_iter().collect()
}

/// In order, not empty, not overlapping, on borders of characters.
fn ordered(text: &str, spans: impl Iterator<Item = Span>) -> Result<(), TestCaseError> {
    let mut end = 0;
    for span in spans {
        prop_assert!(span.start() >= end && !span.is_empty() && text.get(span.range()).is_some(), "{span:?} in {text:?}");
        end = span.end();
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]
    #[test]
    fn damaged_reports(which in 0..WIRE.len(), acts in prop::collection::vec(damage(), 1..8), day in prop_oneof![Just(Some("2026-11-23")), Just(Some("2024-02-29T23:59:59Z")), Just(Some("9999-12-31")), Just(Some("0001-01-01")), Just(Some("2026-13-45")), Just(Some("")), Just(None)]) {
        let text = acts.iter().fold(WIRE[which].to_owned(), |text, act| harm(&text, act));
        let list = words(&text);
        ordered(&text, list.iter().map(|w| w.span))?;
        ordered(&text, sentences(&text).into_iter())?;
        ordered(&text, numbers::find(&text, &list).into_iter().map(|n| n.span))?;
        ordered(&text, dates::find(&text, &list, day).into_iter().map(|d| d.span))?;
        for w in &list {
            let word = w.span.of(&text);
            prop_assert!(proclitics(word).into_iter().all(|n| word.is_char_boundary(n)));
            prop_assert!(enclitics(word).into_iter().all(|n| n <= word.len() && word.is_char_boundary(word.len() - n)));
        }
        let view = Normalised::folded(&text);
        prop_assert_eq!(view.text(), fold(&text));
        prop_assert_eq!(view.original(0..view.text().len()).range().len() <= text.len(), true);
        prop_assert_eq!(CharIndex::new(&text).char_of(text.len()) as usize, text.chars().count());
    }
}

/// Ten times the text may take some ten times as long. A rule that looks back over all that came before would take a
/// hundred; here it would be minutes.
#[test]
fn long_texts_take_no_square_of_time() {
    for one in ["قتل ثلاثة جنود في 23 تشرين الثاني 2026، ", "٣", "و", "«", "\u{64B}", ". ", "1/", "مئة وألف و", "من 5 إلى ", "\n"] {
        let text = one.repeat(400_000 / one.len());
        let began = std::time::Instant::now();
        let list = words(&text);
        let _ = (sentences(&text), numbers::find(&text, &list), dates::find(&text, &list, Some("2026-11-23")), fold(&text));
        assert!(began.elapsed().as_secs() < 20, "{one:?}: {:?}", began.elapsed());
    }
}
