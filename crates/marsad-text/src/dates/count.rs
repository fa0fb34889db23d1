//! Days as numbers, counted from 1970-01-01, so that they can be compared and subtracted.

use jiff::civil::Date;

fn number(date: Date) -> Option<i64> {
    Some(i64::from(date.since(Date::constant(1970, 1, 1)).ok()?.get_days()))
}

/// The first and the last day of an ISO 8601 day, month, year or interval; `None` for anything else.
///
/// # Examples
/// ```
/// assert_eq!(marsad_text::dates::days("1970-01-02"), Some((1, 1)));
/// assert_eq!(marsad_text::dates::days("1970-02"), Some((31, 58)));
/// assert_eq!(marsad_text::dates::days("1970-01-02/1970-01-05"), Some((1, 4)));
/// assert_eq!(marsad_text::dates::days("XXXX-01"), None);
/// ```
pub fn days(iso: &str) -> Option<(i64, i64)> {
    if let Some((from, to)) = iso.split_once('/') {
        let (from, to) = (days(from)?.0, days(to)?.1);
        return (from <= to).then_some((from, to));
    }
    // A time of day behind the day is passed over: a report's day is the one its outlet printed.
    let day = if iso.as_bytes().get(10).is_some_and(|b| matches!(b, b'T' | b't' | b' ')) { iso.get(..10)? } else { iso };
    let mut parts = day.split('-').map(|p| if p.bytes().all(|b| b.is_ascii_digit()) { p.parse::<i16>().ok() } else { None });
    let year = parts.next()??;
    let (month, date) = match (parts.next(), parts.next(), parts.next()) {
        (None, ..) => (None, None),
        (Some(m), None, _) => (Some(i8::try_from(m?).ok()?), None),
        (Some(m), Some(d), None) => (Some(i8::try_from(m?).ok()?), Some(i8::try_from(d?).ok()?)),
        _ => return None,
    };
    let first = Date::new(year, month.unwrap_or(1), date.unwrap_or(1)).ok()?;
    let last = match (month, date) {
        (_, Some(_)) => first,
        (Some(_), None) => first.last_of_month(),
        _ => first.last_of_year(),
    };
    Some((number(first)?, number(last)?))
}

/// The ISO 8601 day of a number.
pub fn iso(day: i64) -> Option<String> {
    Some(Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(day).ok()?).ok()?.to_string())
}
