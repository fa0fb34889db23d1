//! Incidents in time, as bars.

use marsad_ledger::{days, iso};

/// At most so many bars.
const BARS: i64 = 110;
/// The picture's size; it is stretched to where it stands.
pub const SIZE: (u32, u32) = (880, 72);

/// A bar: the days that it stands for, and where it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// First and last day, ISO 8601.
    pub days: (String, String),
    /// Its incidents.
    pub incidents: u64,
    /// Whether it lies within the days that are asked for.
    pub chosen: bool,
    /// Left edge.
    pub x: f64,
    /// Width.
    pub width: f64,
    /// Upper edge.
    pub y: f64,
    /// Height.
    pub height: f64,
}

/// Bars over a stretch of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    /// They, in order.
    pub bars: Vec<Bar>,
    /// What a bar stands for: `day`, `week`, `month` or `year`.
    pub unit: &'static str,
    /// The most incidents of a bar.
    pub most: u64,
    /// Incidents before the first bar.
    pub earlier: u64,
    /// Incidents behind the last.
    pub later: u64,
    /// Days that stand under the picture, from its left edge to its right.
    pub ticks: Vec<String>,
}

/// The stretch of time that is shown: around the days that are asked for, or all but the few that lie far back.
fn stretch(counts: &[(i64, u64)], asked: (Option<i64>, Option<i64>)) -> Option<(i64, i64)> {
    let (first, last) = (counts.first()?.0, counts.last()?.0);
    if asked == (None, None) {
        let mut left = counts.iter().map(|c| c.1).sum::<u64>() / 100;
        let from = counts.iter().find(|(_, n)| {
            let found = *n > left;
            left = left.saturating_sub(*n);
            found
        });
        return Some((from.map_or(first, |f| f.0), last));
    }
    let (from, to) = (asked.0.unwrap_or(first), asked.1.unwrap_or(last));
    let more = ((to - from) / 2).max(7);
    let start = (from - more).max(first).min(to);
    Some((start, (to + more).min(last).max(start)))
}

/// Stretches of equal kind that cover one.
fn cut((from, to): (i64, i64)) -> (&'static str, Vec<(i64, i64)>) {
    let length = to - from + 1;
    for (unit, step) in [("day", 1), ("week", 7)] {
        if length <= BARS * step {
            return (unit, (0..(length + step - 1) / step).map(|n| (from + n * step, from + n * step + step - 1)).collect());
        }
    }
    let (unit, digits) = if length <= BARS * 30 { ("month", "YYYY-MM".len()) } else { ("year", "YYYY".len()) };
    let mut out = Vec::new();
    let mut at = from;
    while at <= to {
        let Some((first, last)) = iso(at).and_then(|day| days(day.get(..digits)?)) else { break };
        out.push((first, last));
        at = last + 1;
    }
    // Of many years, several a bar.
    let step = (out.len() / BARS as usize + 1).max(1);
    (unit, out.chunks(step).filter_map(|few| Some((few.first()?.0, few.last()?.1))).collect())
}

impl Bars {
    /// The incidents of each day, of which some days are asked for; `None` where there is nothing to show.
    pub fn new(counts: &[(i64, u64)], asked: (Option<i64>, Option<i64>)) -> Option<Self> {
        let (unit, stretches) = cut(stretch(counts, asked)?);
        let (first, last) = (stretches.first()?.0, stretches.last()?.1);
        let sum = |from: i64, to: i64| {
            let start = counts.partition_point(|c| c.0 < from);
            counts[start..].iter().take_while(|c| c.0 <= to).map(|c| c.1).sum::<u64>()
        };
        let sums: Vec<u64> = stretches.iter().map(|s| sum(s.0, s.1)).collect();
        let most = sums.iter().copied().max().unwrap_or_default().max(1);
        let (wide, high) = (f64::from(SIZE.0) / stretches.len() as f64, f64::from(SIZE.1));
        let bar = |(at, ((from, to), incidents)): (usize, (&(i64, i64), &u64))| {
            let height = if *incidents == 0 { 0.0 } else { (*incidents as f64 / most as f64 * high).max(2.0) };
            Some(Bar {
                days: (iso(*from)?, iso(*to)?),
                incidents: *incidents,
                chosen: asked.0.is_none_or(|a| *to >= a) && asked.1.is_none_or(|b| *from <= b),
                x: round(at as f64 * wide),
                width: round((wide * 0.84).max(0.5)),
                y: round(high - height),
                height: round(height),
            })
        };
        let bars: Vec<Bar> = stretches.iter().zip(&sums).enumerate().filter_map(bar).collect();
        let named = |day: i64| {
            let digits = match unit {
                "day" | "week" => "YYYY-MM-DD".len(),
                "month" => "YYYY-MM".len(),
                _ => "YYYY".len(),
            };
            iso(day).and_then(|d| d.get(..digits).map(str::to_owned))
        };
        let middle = stretches.get(stretches.len() / 2).map(|s| s.0).filter(|_| stretches.len() > 4);
        let ticks = [Some(first), middle, Some(if unit == "day" || unit == "week" { last } else { stretches.last()?.0 })];
        Some(Self {
            unit,
            most,
            earlier: sum(i64::MIN, first - 1),
            later: sum(last + 1, i64::MAX),
            ticks: ticks.into_iter().flatten().filter_map(named).collect(),
            bars,
        })
    }

    /// The picture's width.
    pub fn width(&self) -> u32 {
        SIZE.0
    }

    /// Its height.
    pub fn height(&self) -> u32 {
        SIZE.1
    }
}

fn round(v: f64) -> f64 {
    (v * 100.0).round() / 100.0
}
