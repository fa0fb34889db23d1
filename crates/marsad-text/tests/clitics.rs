//! What may be cut off a word: candidates, tried by the caller against what it knows.

use marsad_text::{enclitics, proclitics};

fn after_proclitics(word: &str) -> Vec<&str> {
    proclitics(word).into_iter().map(|n| &word[n..]).collect()
}

fn before_enclitics(word: &str) -> Vec<&str> {
    enclitics(word).into_iter().map(|n| &word[..word.len() - n]).collect()
}

#[test]
fn particles_before_a_word() {
    for (word, expected, why) in [
        ("بغداد", &["بغداد", "غداد"][..], "a candidate is no verdict: the name's own letter looks like a particle"),
        ("وبغداد", &["وبغداد", "بغداد", "غداد"], "and Baghdad"),
        ("فبالعراق", &["فبالعراق", "بالعراق", "العراق", "عراق"], "so in Iraq, layer by layer"),
        ("والرئيس", &["والرئيس", "الرئيس", "رئيس"], "and the president"),
        ("للعراق", &["للعراق", "لعراق", "عراق"], "the article has lost its alif after lam"),
        ("ولليمن", &["ولليمن", "لليمن", "ليمن", "يمن"], "the same after a conjunction"),
        ("سيعلن", &["سيعلن", "يعلن"], "will announce"),
        ("سوريا", &["سوريا"], "no verb begins with waw, so this sin is no future"),
        ("لالتزام", &["لالتزام", "التزام"], "lam and the article are never both written whole"),
        ("وَبِبَغداد", &["وَبِبَغداد", "بِبَغداد", "بَغداد"], "the marks go with the letter they stand on"),
        ("ﻻبد", &["ﻻبد"], "a ligature is not cut in two"),
        ("وهم", &["وهم", "هم"], "two letters may stay"),
        ("له", &["له"], "one may not"),
        ("", &[""], "nothing to cut"),
    ] {
        assert_eq!(after_proclitics(word), expected, "{why}");
    }
}

#[test]
fn pronouns_after_a_word() {
    for (word, expected, why) in [
        ("وزيرها", &["وزيرها", "وزير"][..], "her minister"),
        ("رئيسهما", &["رئيسهما", "رئيس"], "the president of the two"),
        ("بلادنا", &["بلادنا", "بلاد"], "our country"),
        ("وزيره", &["وزيره", "وزير"], "his minister"),
        ("أبلغني", &["أبلغني", "أبلغن", "أبلغ"], "he told me"),
        ("حكومتهُم", &["حكومتهُم", "حكومت"], "ta marbuta has opened before the pronoun; its marks go along"),
        ("القاهرة", &["القاهرة"], "ta marbuta is no pronoun"),
        ("به", &["به"], "one letter is no word"),
    ] {
        assert_eq!(before_enclitics(word), expected, "{why}");
    }
}
