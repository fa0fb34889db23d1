//! From what the ledger holds to what a page shows: strings in the reader's language, digits and calendar.

pub mod claims;
mod date;
pub mod findings;
pub mod incident;
pub mod marks;
mod names;
pub mod party;
mod text;
pub mod url;

pub use date::Day;
pub use names::{Names, is_code};
pub use text::{Field, clean, safe_url};

use crate::App;
use crate::prefs::{CHOICES, Lang, Prefs};
use crate::who::{Role, Who};

/// What every page has: the reader's choices, the words, who reads, and where.
#[derive(Debug)]
pub struct Chrome {
    /// The server.
    pub app: App,
    /// The reader's choices.
    pub prefs: Prefs,
    /// Who reads.
    pub who: Who,
    /// The page's address within the site, with its query.
    pub here: String,
}

impl Chrome {
    /// Whether the one who reads may correct.
    pub fn edits(&self) -> bool {
        self.who.role >= Role::Editor
    }

    /// The language's code.
    pub fn lang(&self) -> &'static str {
        self.prefs.lang().code()
    }

    /// The direction of the page.
    pub fn dir(&self) -> &'static str {
        self.prefs.lang().dir()
    }

    /// Whether the page is in Arabic.
    pub fn is_ar(&self) -> bool {
        self.prefs.lang() == Lang::Ar
    }

    /// The other language.
    pub fn other_lang(&self) -> &'static str {
        if self.is_ar() { "en" } else { "ar" }
    }

    /// The words of a key.
    pub fn t<'a>(&self, key: &'a str) -> &'a str {
        self.app.words.get(self.prefs.lang(), key)
    }

    /// The words of `group.name`; the name itself where there are none.
    pub fn word<'a>(&self, group: &str, name: &'a str) -> &'a str {
        self.app.words.find(self.prefs.lang(), &format!("{group}.{name}")).unwrap_or(name)
    }

    /// A number in the reader's digits, its thousands set apart.
    pub fn n(&self, number: impl TryInto<i128>) -> String {
        number.try_into().map_or_else(|_| String::new(), |n: i128| self.digits(&grouped(n)))
    }

    /// So many of something.
    pub fn count(&self, key: &str, number: impl TryInto<i128>) -> String {
        let n = number.try_into().unwrap_or_default();
        self.app.words.counted(self.prefs.lang(), key, u64::try_from(n).unwrap_or_default()).replace("{n}", &self.n(n))
    }

    /// A text with the reader's digits for Latin ones.
    pub fn digits(&self, text: &str) -> String {
        if self.prefs.get("digits") != "arab" {
            return text.to_owned();
        }
        let digit = |c: char| match c {
            '0'..='9' => char::from_u32(0x660 + (c as u32 - 0x30)).unwrap_or(c),
            ',' => '٬',
            _ => c,
        };
        text.chars().map(digit).collect()
    }

    /// A day, month or year as the ledger holds it (ISO 8601).
    pub fn day(&self, iso: &str) -> Day {
        Day::new(self, iso)
    }

    /// A moment of the Unix clock, in UTC.
    pub fn moment(&self, seconds: i64) -> Day {
        let mut day = Day::new(self, &marsad_ledger::iso(seconds.div_euclid(86_400)).unwrap_or_default());
        let minutes = seconds.rem_euclid(86_400) / 60;
        let time = format!("{:02}:{:02}", minutes / 60, minutes % 60);
        day.text = format!("{} {}", day.text, self.digits(&time));
        day.iso = format!("{}T{time}Z", day.iso);
        day
    }

    /// What can be chosen: the field and its values, each with whether it holds.
    pub fn choices(&self) -> Vec<(&'static str, Vec<(&'static str, bool)>)> {
        CHOICES.iter().map(|(field, values)| (*field, values.iter().map(|v| (*v, self.prefs.get(field) == *v)).collect())).collect()
    }

    /// The present page in a language, as an address that can be given to others.
    pub fn in_lang(&self, lang: &str) -> String {
        url::with(&self.here, &[("lang", Some(lang))])
    }

    /// The present page under other conditions, from its beginning.
    pub fn narrowed(&self, changes: &[(&str, Option<&str>)]) -> String {
        url::with(&self.here, &[changes, &[("cursor", None), ("map", None)]].concat())
    }

    /// Where a form that this page shows leads back to, as its address says.
    pub fn back(&self) -> String {
        url::value(&self.here, "back").filter(|b| url::local(b) == b).unwrap_or_else(|| "/".to_owned())
    }

    /// A country's name.
    pub fn country(&self, iso2: &str) -> Field {
        Field::of(self.app.codes.country(iso2).map_or(iso2, |c| if self.is_ar() && !c.name_ar.is_empty() { c.name_ar } else { c.name }))
    }

    /// The address of a style sheet, font or script.
    pub fn asset(&self, name: &str) -> &'static str {
        crate::assets::address(name)
    }

    /// The site's parts.
    pub fn parts(&self) -> &'static [(&'static str, &'static str)] {
        &crate::pages::PARTS
    }

    /// Whether a part of the site is the one that is shown.
    pub fn is_in(&self, part: &str) -> bool {
        self.here.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    }
}

/// A number with commas between its thousands.
fn grouped(n: i128) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::from(if n < 0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
