//! Incidents over time as bars, drawn as SVG: two kinds on each other, in days, months or years as fits the time.

use crate::view::Chrome;
use marsad_ledger::iso;
use std::collections::BTreeMap;
use std::fmt;

/// The picture's size, before it is stretched to the page's width.
const SIZE: (f64, f64) = (1000.0, 80.0);
/// Days up to which each is a bar, and months.
const DAYS: i64 = 100;
const MONTHS: i64 = 2600;

/// A bar.
#[derive(Clone, Debug, PartialEq)]
struct Bar {
    x: f64,
    width: f64,
    /// The heights of both kinds.
    heights: [f64; 2],
    label: String,
}

/// The picture; empty where nothing has a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    bars: Vec<Bar>,
    ends: Option<(String, String)>,
    title: String,
}

impl Bars {
    /// From days, counted from 1970-01-01, each with whether it is of the second kind; `kinds` names them.
    pub fn new(c: &Chrome, title: &str, kinds: [&str; 2], days: impl Iterator<Item = (i64, bool)>) -> Self {
        let days: Vec<(i64, bool)> = days.collect();
        let (first, last) = (days.iter().map(|d| d.0).min(), days.iter().map(|d| d.0).max());
        let rtl = c.is_ar();
        let Some((first, last)) = first.zip(last) else { return Self { bars: Vec::new(), ends: None, title: title.to_owned() } };
        let letters = if last - first <= DAYS { 10 } else if last - first <= MONTHS { 7 } else { 4 };
        let unit = |day: i64| iso(day).unwrap_or_default().chars().take(letters).collect::<String>();
        let mut counts: BTreeMap<String, [u32; 2]> = (first..=last).map(|d| (unit(d), [0, 0])).collect();
        for (day, second) in days {
            counts.entry(unit(day)).or_default()[usize::from(second)] += 1;
        }
        let most = f64::from(counts.values().map(|n| n[0] + n[1]).max().unwrap_or(1).max(1));
        let step = SIZE.0 / counts.len() as f64;
        let width = (step * 0.8).min(28.0);
        let bar = |(at, (unit, n)): (usize, (&String, &[u32; 2]))| {
            let x = (at as f64 + 0.5) * step - width / 2.0;
            let said = (0..2).filter(|k| n[*k] > 0).map(|k| format!("{} {}", kinds[k], c.n(n[k]))).collect::<Vec<_>>().join(c.t("comma.space"));
            Bar { x: if rtl { SIZE.0 - x - width } else { x }, width, heights: n.map(|n| f64::from(n) / most * SIZE.1), label: format!("{}: {said}", c.day(unit).text) }
        };
        let bars = counts.iter().enumerate().filter(|(_, (_, n))| n[0] + n[1] > 0).map(bar).collect();
        let end = |day| c.day(&unit(day)).text;
        Self { bars, ends: Some((end(first), end(last))), title: title.to_owned() }
    }

    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.bars.is_empty()
    }
}

fn safe(text: &str) -> Result<impl fmt::Display, fmt::Error> {
    askama::filters::escape(text, askama::filters::Html).map_err(|_| fmt::Error)
}

impl fmt::Display for Bars {
    /// As SVG, with the first and the last date below.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base = SIZE.1;
        write!(f, "<svg class=\"bars\" viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">", SIZE.0, SIZE.1, safe(&self.title)?)?;
        for bar in &self.bars {
            let [first, second] = bar.heights;
            write!(f, "<g><title>{}</title>", safe(&bar.label)?)?;
            write!(f, "<rect class=\"one\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{first:.1}\"/>", bar.x, base - first, bar.width)?;
            write!(f, "<rect class=\"two\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{second:.1}\"/></g>", bar.x, base - first - second, bar.width)?;
        }
        f.write_str("</svg>")?;
        let (from, to) = self.ends.as_ref().map_or(("", ""), |(from, to)| (from, if to == from { "" } else { to }));
        write!(f, "<p class=\"ends\"><span>{}</span><span>{}</span></p>", safe(from)?, safe(to)?)
    }
}

impl askama::filters::HtmlSafe for Bars {}
