//! Days, months, years and what lies between two of them; the calendars that lead to them.

use super::lexicon::{Calendar, Edge};
use icu_calendar::cal::{Hijri, Iso, Persian};
use jiff::ToSpan;
use jiff::civil::Date;
use std::fmt;

/// A day, a month (`day` 0) or a year (`month` 0 too).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Point {
    pub year: i16,
    pub month: i8,
    pub day: i8,
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if self.month > 0 {
            write!(f, "-{:02}", self.month)?;
            if self.day > 0 {
                write!(f, "-{:02}", self.day)?;
            }
        }
        Ok(())
    }
}

impl From<Date> for Point {
    fn from(date: Date) -> Self {
        Self { year: date.year(), month: date.month(), day: date.day() }
    }
}

impl Point {
    /// The day, if it is one.
    pub fn date(self) -> Option<Date> {
        (self.day > 0).then(|| Date::new(self.year, self.month, self.day).ok()).flatten()
    }
}

/// What a date's words stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    pub from: Point,
    pub to: Option<Point>,
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.from)?;
        self.to.map_or(Ok(()), |to| write!(f, "/{to}"))
    }
}

impl From<Date> for Value {
    fn from(date: Date) -> Self {
        Self { from: date.into(), to: None }
    }
}

impl Value {
    pub fn year(year: i64) -> Option<Self> {
        let year = i16::try_from(year).ok().filter(|y| (1..=9999).contains(y))?;
        Some(Self { from: Point { year, month: 0, day: 0 }, to: None })
    }

    pub fn month(year: i64, month: i8) -> Option<Self> {
        let mut value = Self::year(year)?;
        value.from.month = month;
        Some(value)
    }

    /// The last day that it covers.
    pub fn last_day(self) -> Option<Date> {
        let Point { year, month, day } = self.to.unwrap_or(self.from);
        let month = if month == 0 { 12 } else { month };
        let first = Date::new(year, month, if day == 0 { 1 } else { day }).ok()?;
        Some(if day == 0 { first.last_of_month() } else { first })
    }

    /// The month of a day.
    pub fn month_of(date: Date) -> Self {
        Self { from: Point { year: date.year(), month: date.month(), day: 0 }, to: None }
    }

    /// From one to the other; one alone if they are the same.
    pub fn between(from: Self, to: Self) -> Self {
        let end = to.to.unwrap_or(to.from);
        Self { from: from.from, to: (end != from.from).then_some(end) }
    }

    /// A part of it, as exact as the guide wants it: the first, middle or last month of a year, the whole month of one.
    pub fn part(self, edge: Edge) -> Self {
        let at = |point: Point| Self { from: point, to: None };
        let Point { year, month, .. } = self.from;
        match (edge, self.to) {
            (Edge::Within | Edge::Rest, _) => self,
            (_, None) if month == 0 => at(Point { year, month: [1, 6, 12][edge as usize], day: 0 }),
            (_, None) => self,
            (_, Some(to)) => match (self.from.date(), to.date()) {
                // Early in a week is its first three days; its end is two days long.
                (Some(from), Some(to)) if (to - from).get_days() == 6 => {
                    let (first, last) = match edge {
                        Edge::Start => (0, 2),
                        Edge::Middle => (2, 4),
                        _ => (5, 6),
                    };
                    let day = |n: i64| from.checked_add(n.days()).unwrap_or(from);
                    Self { from: day(first).into(), to: Some(day(last).into()) }
                }
                _ => self,
            },
        }
    }
}

/// The Gregorian day of a day of another calendar.
pub(crate) fn gregorian(calendar: Calendar, year: i64, month: i8, day: i8) -> Option<Date> {
    let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
    let year = i32::try_from(year).ok()?;
    let iso = match calendar {
        Calendar::Gregorian => return Date::new(year as i16, month as i8, day as i8).ok(),
        Calendar::UmmAlQura => icu_calendar::Date::try_new_hijri_with_calendar(year, month, day, Hijri::new_umm_al_qura()).ok()?.to_calendar(Iso),
        // 2724 of the Kurds began with 1403 of the Persians, in March 2024.
        Calendar::Kurdish => icu_calendar::Date::try_new_persian(year - 1321, month, day).ok()?.to_calendar(Iso),
    };
    Date::new(i16::try_from(iso.year().extended_year()).ok()?, iso.month().ordinal as i8, iso.day_of_month().0 as i8).ok()
}

/// The year of another calendar in which a Gregorian day lies.
pub(crate) fn year_in(calendar: Calendar, date: Date) -> Option<i64> {
    let iso = icu_calendar::Date::try_new_iso(i32::from(date.year()), date.month() as u8, date.day() as u8).ok()?;
    Some(match calendar {
        Calendar::Gregorian => i64::from(date.year()),
        Calendar::UmmAlQura => i64::from(iso.to_calendar(Hijri::new_umm_al_qura()).year().extended_year()),
        Calendar::Kurdish => i64::from(iso.to_calendar(Persian).year().extended_year()) + 1321,
    })
}

/// The Gregorian days of a whole month of another calendar.
pub(crate) fn month_in(calendar: Calendar, year: i64, month: i8) -> Option<Value> {
    let first = gregorian(calendar, year, month, 1)?;
    let (next_year, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    let last = gregorian(calendar, next_year, next, 1)?.checked_sub(1.day()).ok()?;
    Some(Value { from: first.into(), to: Some(last.into()) })
}
