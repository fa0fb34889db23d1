//! What a reader chose: language, colours, digits, calendar, names of months, keys. Kept in one cookie, nothing else is.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use std::convert::Infallible;

/// The cookie's name.
pub const COOKIE: &str = "view";

/// A language of the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// Arabic.
    #[default]
    Ar,
    /// English.
    En,
}

impl Lang {
    /// BCP 47.
    pub fn code(self) -> &'static str {
        match self {
            Self::Ar => "ar",
            Self::En => "en",
        }
    }

    /// The direction of its script.
    pub fn dir(self) -> &'static str {
        match self {
            Self::Ar => "rtl",
            Self::En => "ltr",
        }
    }
}

/// What can be chosen: the field, and its values, the first of which holds where nothing was chosen.
pub const CHOICES: [(&str, &[&str]); 6] = [
    ("lang", &["ar", "en"]),
    ("theme", &["auto", "light", "dark"]),
    ("digits", &["latn", "arab"]),
    ("calendar", &["gregorian", "hijri"]),
    ("months", &["arab", "levant", "maghreb", "morocco"]),
    ("keys", &["on", "off"]),
];

/// A reader's choices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefs([&'static str; CHOICES.len()]);

impl Default for Prefs {
    fn default() -> Self {
        Self(CHOICES.map(|(_, values)| values[0]))
    }
}

impl Prefs {
    /// What holds for a request: `?lang=` before the cookie before what the browser says it reads.
    pub fn of(headers: &HeaderMap, query: Option<&str>) -> Self {
        let mut prefs = Self::default();
        if accepts_english_first(headers) {
            prefs.choose("lang", "en");
        }
        for (field, value) in cookie(headers, COOKIE).unwrap_or_default().split('.').filter_map(|pair| pair.split_once('-')) {
            prefs.choose(field, value);
        }
        for (field, value) in query.unwrap_or_default().split('&').filter_map(|pair| pair.split_once('=')) {
            prefs.choose(field, value);
        }
        prefs
    }

    /// Takes a value, if it is one of the field's.
    pub fn choose(&mut self, field: &str, value: &str) {
        if let Some((at, (_, values))) = CHOICES.iter().enumerate().find(|(_, c)| c.0 == field)
            && let Some(value) = values.iter().find(|v| **v == value)
        {
            self.0[at] = value;
        }
    }

    /// The value of a field.
    pub fn get(&self, field: &str) -> &'static str {
        CHOICES.iter().zip(self.0).find(|(c, _)| c.0 == field).map_or("", |(_, value)| value)
    }

    /// The language.
    pub fn lang(&self) -> Lang {
        if self.get("lang") == "en" { Lang::En } else { Lang::Ar }
    }

    /// As the cookie holds them.
    pub fn cookie(&self) -> String {
        CHOICES.iter().zip(self.0).map(|(c, value)| format!("{}-{value}", c.0)).collect::<Vec<_>>().join(".")
    }
}

impl<S: Sync> FromRequestParts<S> for Prefs {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers, parts.uri.query()))
    }
}

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
    all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// Whether the browser names English, and no Arabic before it.
fn accepts_english_first(headers: &HeaderMap) -> bool {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let at = |lang: &str| wanted.split(',').position(|part| part.trim().split(['-', ';']).next() == Some(lang));
    match (at("en"), at("ar")) {
        (Some(en), Some(ar)) => en < ar,
        (en, _) => en.is_some(),
    }
}
