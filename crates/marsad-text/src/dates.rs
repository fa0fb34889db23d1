//! Expressions that fix or bound a day, month or year, resolved against the day of publication.

use crate::{Span, Word, WordKind, fold, light, numbers};
use jiff::civil::Date;
use jiff::{Span as Time, ToSpan};
use std::collections::HashMap;
use std::sync::OnceLock;

/// A date that the text states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFound {
    /// Where it stands.
    pub span: Span,
    /// ISO 8601 day, month, year or interval; `None` where vague or unresolvable.
    pub value: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Month(i8),
    Hijri(i8),
    Weekday(i8),
    Day(i64),
    Part,
    Turn(i64),
    Unit(char),
    Vague,
}

/// The calendar's words by their folded form; up to two words an entry.
fn table() -> &'static HashMap<String, Kind> {
    static TABLE: OnceLock<HashMap<String, Kind>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = HashMap::new();
        for line in include_str!("../../../knowledge/calendar.tsv").lines().skip(1) {
            let cells: Vec<&str> = line.split('\t').collect();
            let [words, kind, value] = cells[..] else { continue };
            let number = value.parse().unwrap_or(0i64);
            let kind = match kind {
                "month" => Kind::Month(number as i8),
                "hijri" => Kind::Hijri(number as i8),
                "weekday" => Kind::Weekday(number as i8),
                "day" => Kind::Day(number),
                "part" => Kind::Part,
                "turn" => Kind::Turn(number),
                "unit" => Kind::Unit(value.chars().next().unwrap_or('d')),
                _ => Kind::Vague,
            };
            for word in words.split('|') {
                table.insert(fold(word), kind);
            }
        }
        table
    })
}

/// A tabular Hijri date as a Gregorian one (the civil calendar of the 30-year cycle; Umm al-Qura may differ by a day).
fn from_hijri(year: i64, month: i64, day: i64) -> Option<Date> {
    let days = day + (59 * (month - 1) + 1) / 2 + (year - 1) * 354 + (3 + 11 * year) / 30 + 1_948_439;
    // Julian day 2,440,588 is 1970-01-01.
    Date::constant(1970, 1, 1).checked_add((days - 2_440_588).checked_mul(1).map(|d| Time::new().days(d))?).ok()
}

fn month_of(date: Date) -> String {
    format!("{:04}-{:02}", date.year(), date.month())
}

struct Reader<'a> {
    text: &'a str,
    words: &'a [Word],
    keys: Vec<String>,
    now: Option<Date>,
}

impl Reader<'_> {
    /// What stands at a word: the entry, how many words it takes, and bytes of a clitic before it.
    fn at(&self, i: usize) -> Option<(Kind, usize, usize)> {
        let key = self.keys.get(i)?;
        if let Some(next) = self.keys.get(i + 1)
            && let Some(&kind) = table().get(&format!("{key} {next}"))
        {
            return Some((kind, 2, 0));
        }
        if let Some(&kind) = table().get(key) {
            return Some((kind, 1, 0));
        }
        let rest = key.strip_prefix(['و', 'ف', 'ب', 'ل'])?;
        let kind = *table().get(rest)?;
        let clitic = self.words[i].span.of(self.text).chars().next().map_or(0, char::len_utf8);
        matches!(kind, Kind::Weekday(_) | Kind::Day(_) | Kind::Month(_)).then_some((kind, 1, clitic))
    }

    fn number(&self, i: usize) -> Option<i64> {
        let w = self.words.get(i)?;
        (w.kind == WordKind::Number).then(|| light(w.span.of(self.text)).parse().ok()).flatten()
    }

    fn year(&self, i: usize) -> Option<i64> {
        self.number(i).filter(|y| (1900..2100).contains(y))
    }

    fn is(&self, i: usize, sign: &str) -> bool {
        self.words.get(i).is_some_and(|w| w.span.of(self.text) == sign)
    }

    fn turn(&self, i: usize) -> Option<i64> {
        match self.at(i)? {
            (Kind::Turn(t), _, _) => Some(t),
            _ => None,
        }
    }

    /// A month's name with its twin: `نوفمبر/تشرين الثاني`, `يوليو (تموز)`. Gives the month and the word after it.
    fn month(&self, i: usize) -> Option<(i8, usize)> {
        let (Kind::Month(m), n, _) = self.at(i)? else { return None };
        let mut end = i + n;
        if (self.is(end, "/") || self.is(end, "(") || self.is(end, "-"))
            && let Some((Kind::Month(twin), n, _)) = self.at(end + 1)
            && twin == m
        {
            let bracket = self.is(end, "(");
            end += 1 + n;
            if bracket && self.is(end, ")") {
                end += 1;
            }
        }
        Some((m, end))
    }

    /// A date that starts at a word: the word after it, its value, and bytes of a clitic.
    fn read(&self, i: usize) -> Option<(usize, Option<String>, usize)> {
        if let Some(found) = self.numeric(i).or_else(|| self.day_and_month(i)) {
            return Some((found.0, found.1, 0));
        }
        let (kind, n, clitic) = self.at(i)?;
        match kind {
            Kind::Weekday(w) => {
                let mut end = i + n;
                if let Some(found) = self.after_comma(end) {
                    return Some((found.0, found.1, clitic));
                }
                let turn = self.turn(end);
                end += usize::from(turn.is_some());
                let value = self.now.and_then(|now| {
                    let back = (i64::from(now.weekday().to_monday_one_offset()) - i64::from(w)).rem_euclid(7);
                    let shift = if turn == Some(1) { 7 - back } else { -back };
                    now.checked_add(shift.days()).ok()
                });
                Some((end, value.map(|d| d.to_string()), clitic))
            }
            Kind::Day(d) => {
                let mut end = i + n;
                let mut shift = d;
                if d == -1 && self.keys.get(end).is_some_and(|k| k == "الاول") {
                    shift = -2;
                    end += 1;
                }
                if let Some((Kind::Part, n, _)) = self.at(end) {
                    end += n;
                }
                let bracket = self.is(end, "(");
                let day = end + usize::from(bracket);
                if let Some((Kind::Weekday(_), n, 0)) = self.at(day) {
                    end = day + n + usize::from(bracket && self.is(day + n, ")"));
                    if let Some(found) = self.after_comma(end) {
                        return Some((found.0, found.1, clitic));
                    }
                }
                let value = self.now.and_then(|now| now.checked_add(shift.days()).ok());
                Some((end, value.map(|d| d.to_string()), clitic))
            }
            Kind::Month(_) => {
                let (m, end) = self.month(i)?;
                if let Some(y) = self.year(end) {
                    return Some((end + 1, Some(format!("{y:04}-{m:02}")), clitic));
                }
                let turn = self.turn(end)?;
                let now = self.now?;
                let year = match turn {
                    -1 if m > now.month() => now.year() - 1,
                    1 if m <= now.month() => now.year() + 1,
                    _ => now.year(),
                };
                Some((end + 1, Some(format!("{year:04}-{m:02}")), clitic))
            }
            Kind::Part => {
                let (end, value, _) = match self.at(i + n)? {
                    (Kind::Day(_) | Kind::Weekday(_), _, 0) => self.read(i + n)?,
                    _ => return None,
                };
                Some((end, value, 0))
            }
            Kind::Unit('y') => {
                if let Some(y) = self.year(i + 1) {
                    return Some((i + 2, Some(format!("{y:04}")), 0));
                }
                let now = self.now?;
                Some((i + 2, Some(format!("{:04}", i64::from(now.year()) + self.turn(i + 1)?)), 0))
            }
            Kind::Unit('m') => {
                let turn = self.turn(i + 1)?;
                let month = self.now?.first_of_month().checked_add(turn.months()).ok()?;
                Some((i + 2, Some(month_of(month)), 0))
            }
            Kind::Unit('w') => {
                let turn = self.turn(i + 1)?;
                let now = self.now?;
                let monday = now.checked_add((7 * turn - i64::from(now.weekday().to_monday_zero_offset())).days()).ok()?;
                let sunday = monday.checked_add(6.days()).ok()?;
                Some((i + 2, Some(format!("{monday}/{sunday}")), 0))
            }
            Kind::Unit('d') => match self.at(i + n)? {
                (Kind::Weekday(_), _, 0) => self.read(i + n),
                _ => None,
            },
            Kind::Vague => Some((i + n, None, 0)),
            _ => None,
        }
    }

    /// `23-11-2023`, `2023/11/23`.
    fn numeric(&self, i: usize) -> Option<(usize, Option<String>)> {
        let signs = (self.is(i + 1, "/") && self.is(i + 3, "/")) || (self.is(i + 1, "-") && self.is(i + 3, "-"));
        if !signs {
            return None;
        }
        let (a, b, c) = (self.number(i)?, self.number(i + 2)?, self.number(i + 4)?);
        let (y, m, d) = if a > 31 { (a, b, c) } else { (c, b, a) };
        let date = if (1300..1500).contains(&y) { from_hijri(y, m, d)? } else { Date::new(y as i16, m as i8, d as i8).ok().filter(|d| d.year() > 1899)? };
        Some((i + 5, Some(date.to_string())))
    }

    /// `23 نوفمبر 2023`, `23 من الشهر الجاري`, `15 رمضان 1436 هـ`.
    fn day_and_month(&self, i: usize) -> Option<(usize, Option<String>)> {
        let day = self.number(i).filter(|d| (1..=31).contains(d))?;
        let at = i + 1 + usize::from(self.keys.get(i + 1).is_some_and(|k| k == "من"));
        if let Some((Kind::Hijri(m), n, _)) = self.at(at) {
            let mut end = at + n;
            let year = self.number(end).filter(|y| (1300..1500).contains(y));
            end += usize::from(year.is_some());
            end += usize::from(year.is_some() && self.keys.get(end).is_some_and(|k| k.starts_with('ه') && k.chars().count() <= 2));
            let date = year.and_then(|y| from_hijri(y, i64::from(m), day));
            return Some((end, date.map(|d| d.to_string())));
        }
        if let Some((Kind::Unit('m'), 1, _)) = self.at(at) {
            let turn = self.turn(at + 1)?;
            let month = self.now?.first_of_month().checked_add(turn.months()).ok()?;
            return Some((at + 2, Date::new(month.year(), month.month(), day as i8).ok().map(|d| d.to_string())));
        }
        let (m, mut end) = self.month(at)?;
        let turn = self.turn(end);
        end += usize::from(turn.is_some());
        let comma = usize::from(self.is(end, "،") || self.keys.get(end).is_some_and(|k| k == "من" || k == "عام" || k == "سنه"));
        if let Some(y) = self.year(end + comma) {
            return Some((end + comma + 1, Date::new(y as i16, m, day as i8).ok().map(|d| d.to_string())));
        }
        // Without a year: the nearest such day, in the past unless the text looks ahead or the day is close.
        let value = self.now.and_then(|now| {
            let date = Date::new(now.year(), m, day as i8).ok()?;
            let ahead = (date - now).get_days();
            let shift = match turn {
                Some(1) if ahead < 0 => 1,
                Some(-1) if ahead > 0 => -1,
                None if ahead > 180 => -1,
                None if ahead < -300 => 1,
                _ => 0,
            };
            Date::new(now.year() + shift, m, day as i8).ok()
        });
        Some((end, value.map(|d| d.to_string())))
    }

    /// A full date after a weekday, with or without a comma.
    fn after_comma(&self, end: usize) -> Option<(usize, Option<String>)> {
        let at = end + usize::from(self.is(end, "،") || self.is(end, ","));
        self.day_and_month(at).or_else(|| self.numeric(at)).or_else(|| (self.is(at, "(")).then(|| self.numeric(at + 1)).flatten())
    }

    /// `قبل يومين`, `منذ ستة أيام`.
    fn ago(&self, i: usize) -> Option<(usize, String)> {
        if !matches!(self.keys[i].trim_start_matches('و'), "قبل" | "منذ") {
            return None;
        }
        let now = self.now?;
        let next = self.keys.get(i + 1)?;
        let (count, unit, end) = match next.as_str() {
            "يومين" => (2, 'd', i + 2),
            "يوم" => (1, 'd', i + 2),
            "اسبوع" => (1, 'w', i + 2),
            "اسبوعين" => (2, 'w', i + 2),
            _ => {
                let number = numbers::find(self.text, &self.words[i + 1..(i + 4).min(self.words.len())]).into_iter().find(|n| n.first == 0)?;
                let unit = match self.at(i + 2 + number.last)? {
                    (Kind::Unit(u), _, _) => u,
                    _ => return None,
                };
                (number.max? as i64, unit, i + 3 + number.last)
            }
        };
        match unit {
            'd' if count < 60 => Some((end, now.checked_sub(count.days()).ok()?.to_string())),
            'w' if count < 10 => Some((end, now.checked_sub((7 * count).days()).ok()?.to_string())),
            'm' if count < 24 => Some((end, month_of(now.checked_sub(count.months()).ok()?))),
            'y' if count < 60 => Some((end, format!("{:04}", i64::from(now.year()) - count))),
            _ => None,
        }
    }
}

/// Finds the dates of a text cut into `words`; `published` is `YYYY-MM-DD` or RFC 3339.
pub fn find(text: &str, words: &[Word], published: Option<&str>) -> Vec<DateFound> {
    let now = published.and_then(|p| p.get(..10)).and_then(|p| p.parse().ok());
    let reader = Reader { text, words, keys: words.iter().map(|w| fold(w.span.of(text))).collect(), now };
    let (mut found, mut i) = (Vec::new(), 0);
    while i < words.len() {
        let hit = reader.read(i).or_else(|| reader.ago(i).map(|(end, value)| (end, Some(value), 0)));
        if let Some((end, value, clitic)) = hit
            && end > i
            && end <= words.len()
        {
            found.push(DateFound { span: Span::new(words[i].span.start() + clitic, words[end - 1].span.end()), value });
            i = end;
        } else if let Some(y) = reader.year(i).filter(|_| i > 0 && matches!(reader.keys[i - 1].as_str(), "في" | "منذ" | "مطلع" | "نهايه" | "بدايه" | "منتصف" | "اواخر")) {
            found.push(DateFound { span: words[i].span, value: Some(format!("{y:04}")) });
            i += 1;
        } else {
            i += 1;
        }
    }
    found
}
