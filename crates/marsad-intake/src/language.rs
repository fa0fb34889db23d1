//! Is a text one that Marsad reads? Told by its letters.

/// Letters looked at; a language shows long before.
const LOOK: usize = 4000;

/// Says why a text is not in Arabic, if it is not.
pub fn foreign(text: &str) -> Option<String> {
    let (mut arabic, mut other, mut sorani, mut persian, mut yeh, mut letters_of_arabic) = (0usize, 0usize, 0usize, 0usize, 0usize, 0usize);
    for c in text.chars().filter(|c| c.is_alphabetic()).take(LOOK) {
        match c {
            'ە' | 'ێ' | 'ۆ' | 'ڕ' | 'ڵ' => sorani += 1,
            'پ' | 'چ' | 'ژ' | 'ے' | 'ٹ' | 'ڑ' | 'ں' | 'ہ' => persian += 1,
            'ی' | 'ک' => yeh += 1,
            'ي' | 'ك' | 'ة' | 'ى' | 'أ' | 'إ' => letters_of_arabic += 1,
            '\u{600}'..='\u{6FF}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' => arabic += 1,
            _ => other += 1,
        }
    }
    let script = arabic + sorani + persian + yeh + letters_of_arabic;
    let letters = script + other;
    if letters == 0 {
        Some("the text holds no letters; give the article's body".to_owned())
    } else if script < other {
        Some("the text is not in Arabic script; Marsad reads Arabic, give the Arabic article".to_owned())
    } else if sorani * 20 > letters {
        Some("the text is Kurdish (Sorani); Marsad reads Arabic, give the Arabic article".to_owned())
    } else if persian * 40 > letters || (yeh > 4 * letters_of_arabic && yeh * 25 > letters && !has_article(text)) {
        Some("the text is Persian or Urdu; Marsad reads Arabic, give the Arabic article".to_owned())
    } else {
        None
    }
}

/// Whether one word in twelve carries Arabic's article, as in no other language of the script: what tells Arabic typed with
/// the Persian ی and ک, as many offices in Iraq do.
fn has_article(text: &str) -> bool {
    let (mut all, mut with) = (0usize, 0usize);
    for word in text.split_whitespace().take(LOOK / 4) {
        all += 1;
        let bare = word.trim_start_matches(|c: char| !c.is_alphabetic());
        let rest = bare.strip_prefix(['و', 'ف', 'ب', 'ك', 'ک']).unwrap_or(bare);
        with += usize::from(["ال", "لل"].iter().any(|a| (bare.starts_with(a) || rest.starts_with(a)) && bare.chars().count() > 4));
    }
    with * 12 >= all
}
