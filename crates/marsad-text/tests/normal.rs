//! The two normalised views, and the way back to the original.

use marsad_text::{Normalised, fold, light};

#[test]
fn the_light_view_drops_what_is_not_a_letter_and_keeps_the_hamza() {
    for (text, expected, why) in [
        ("أَعْلَنَ الوَزِيرُ", "أعلن الوزير", "short vowels are rarely written and never needed"),
        ("بيـــان", "بيان", "tatweel only stretches the line"),
        ("\u{FEFF}\u{200F}بغداد\u{202C}", "بغداد", "direction marks and the byte order mark show nothing"),
        ("می\u{200C}شود", "ميشود", "a joiner shows nothing; the Persian ya is another code for the Arabic one"),
        ("ﻻ ﻷن ﺑﻐﺪاد", "لا لأن بغداد", "presentation forms are what old systems print, ligatures included"),
        ("ﷲ", "الله", "one character for a word"),
        ("النبي ﷺ", "النبي صلى الله عليه وسلم", "one character for a phrase"),
        ("كﹶتب", "كتب", "a mark's isolated form is still a mark, and its space was never written"),
        ("١٢ و۳۴ و５６", "12 و34 و56", "digits count, whatever their script"),
        ("إلى مسؤولة", "إلى مسؤولة", "hamza, alef maqsura and ta marbuta tell words apart"),
        ("هەولێر", "هەولێر", "Kurdish letters are letters of their own"),
    ] {
        assert_eq!(light(text), expected, "{why}");
    }
}

#[test]
fn the_folded_view_is_one_key_for_all_spellings_of_a_name() {
    for (spellings, why) in [
        (&["أحمد", "احمد", "إحمد", "ٱحمد", "أَحْمَد"][..], "the alif's hamza is often left out"),
        (&["القاهرة", "القاهره"], "so are the dots of ta marbuta"),
        (&["مصطفى", "مصطفي"], "Egypt writes the final ya without dots"),
        (&["رئيس", "رييس"], "hamza on ya"),
        (&["مؤتمر", "موتمر"], "hamza on waw"),
        (&["كرکوك", "گرگوك", "كركوك"], "Kurdish and Persian letters have Arabic neighbours"),
        (&["REUTERS", "Reuters", "reuters"], "Latin capitals mean nothing to a key"),
    ] {
        for spelling in spellings {
            assert_eq!(fold(spelling), fold(spellings[0]), "{why}");
        }
    }
    assert_eq!(fold("هەولێر"), "ههولير");
    assert_eq!(fold("ماء"), "ماء", "a hamza of its own is a consonant");
}

#[test]
fn every_piece_of_a_view_knows_where_it_came_from() {
    let text = "قالَ إنّ ﷲ مع النــاس";
    let view = Normalised::light(text);
    for (word, origin, why) in [
        ("إن", "إن", "marks at the end are no part of the smallest stretch"),
        ("الله", "ﷲ", "four letters out of one character"),
        ("لل", "ﷲ", "half a ligature is the whole ligature"),
        ("الناس", "النــاس", "tatweel inside is inside"),
        ("قال إن", "قالَ إن", "marks between are between"),
    ] {
        let at = view.text().find(word).unwrap_or_else(|| panic!("{word} is in {}", view.text()));
        assert_eq!(view.original(at..at + word.len()).of(text), origin, "{why}");
    }
    assert!(view.original(3..3).is_empty(), "nothing comes from nothing");
    assert_eq!(view.original(0..view.text().len()).of(text), text);
    assert!(view.original(9999..99999).is_empty(), "a range that does not fit is no reason to fail");
}
