use super::Chrome;
use crate::prefs::Lang;
use icu_calendar::Date;
use icu_calendar::cal::Hijri;

/// A day, month or year, for `<time>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    /// ISO 8601, for programs.
    pub iso: String,
    /// For people.
    pub text: String,
    /// The same in the Hijri calendar (Umm al-Qura), where the reader wishes so.
    pub hijri: Option<String>,
}

impl Day {
    /// What is no date is shown as it is.
    pub(super) fn new(c: &Chrome, iso: &str) -> Self {
        let iso = iso.get(..10).filter(|d| d.len() == 10 && iso.as_bytes().get(10).is_some_and(|b| matches!(b, b'T' | b' '))).unwrap_or(iso);
        if let Some((from, to)) = iso.split_once('/') {
            let (from, to) = (Self::new(c, from), Self::new(c, to));
            return Self { iso: iso.to_owned(), text: format!("{} – {}", from.text, to.text), hijri: from.hijri.zip(to.hijri).map(|(f, t)| format!("{f} – {t}")) };
        }
        let parts: Vec<u32> = iso.split('-').map(|p| p.parse().ok()).collect::<Option<_>>().unwrap_or_default();
        let lang = c.prefs.lang();
        let month = |n: u32| {
            let set = if lang == Lang::En { "en" } else { c.prefs.get("months") };
            c.app.words.month(set, u8::try_from(n).unwrap_or_default())
        };
        let text = match parts.as_slice() {
            [year, m, day] if (1..=12).contains(m) => format!("{day} {} {year}", month(*m)),
            [year, m] if (1..=12).contains(m) => format!("{} {year}", month(*m)),
            _ => iso.to_owned(),
        };
        let hijri = match parts.as_slice() {
            &[year, m, day] if c.prefs.get("calendar") == "hijri" => hijri(year, m, day).map(|(y, m, d)| {
                let set = if lang == Lang::En { "hijri-en" } else { "hijri-ar" };
                c.digits(&format!("{d} {} {y} {}", c.app.words.month(set, m), c.t("hijri.mark")))
            }),
            _ => None,
        };
        Self { iso: iso.to_owned(), text: c.digits(&text), hijri }
    }
}

/// Year, month and day of the Umm al-Qura calendar.
fn hijri(year: u32, month: u32, day: u32) -> Option<(i32, u8, u8)> {
    let iso = Date::try_new_iso(i32::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?).ok()?;
    let date = iso.to_calendar(Hijri::new_umm_al_qura());
    Some((date.year().extended_year(), date.month().ordinal, date.day_of_month().0))
}

impl std::fmt::Display for Day {
    /// As HTML.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let escape = |text| askama::filters::escape(text, askama::filters::Html).map_err(|_| std::fmt::Error);
        write!(f, "<time datetime=\"{}\">{}</time>", escape(self.iso.as_str())?, escape(self.text.as_str())?)?;
        if let Some(hijri) = &self.hijri {
            write!(f, " <span class=\"hijri\">{}</span>", escape(hijri.as_str())?)?;
        }
        Ok(())
    }
}

impl askama::filters::HtmlSafe for Day {}
