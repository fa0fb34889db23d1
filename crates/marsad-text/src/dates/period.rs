//! Weeks, months, seasons, years, decades and centuries.

use super::lexicon::{Calendar, Kind, Unit};
use super::value::{Point, Value, month_in, year_in};
use super::{Hit, Reader};
use crate::{WordKind, numbers};
use jiff::ToSpan;

impl Reader<'_> {
    /// A stretch of more than a day that begins at a token.
    pub(super) fn period(&self, i: usize) -> Hit {
        self.period_of(i, false)
    }

    /// As [`Self::period`]; `part` says that a word for a part of it stands before.
    pub(super) fn period_of(&self, i: usize, part: bool) -> Hit {
        self.nth_week(i)
            .or_else(|| self.month(i, part))
            .or_else(|| self.stretch(i))
            .or_else(|| self.slice(i))
            .or_else(|| self.season(i, part))
            .or_else(|| self.decade(i))
            .or_else(|| self.years(i))
            .or_else(|| self.numeric_month(i))
            .or_else(|| self.bare_year(i, part))
    }

    /// `الأسبوع الماضي`, `هذا العام`, `القرن الماضي`: a unit with its turn.
    pub(super) fn stretch(&self, i: usize) -> Hit {
        if let Some((week, end)) = self.week_turn_first(i) {
            // `الأسبوع المقبل يوم الجمعة`
            let at = end + usize::from(self.key(end) == "يوم");
            if let Some((Kind::Weekday(w), n)) = self.at(at) {
                let value = self.now.and_then(|now| {
                    let first = self.week_of(now)?.checked_add((7 * week).days()).ok()?;
                    let offset = if self.monday { i64::from(w - 1) } else { i64::from(w % 7) };
                    first.checked_add(offset.days()).ok()
                });
                return Some((at + n, value.map(Value::from)));
            }
            let value = self.now.and_then(|now| {
                let first = self.week_of(now)?.checked_add((7 * week).days()).ok()?;
                Some(Value { from: first.into(), to: Some(first.checked_add(6.days()).ok()?.into()) })
            });
            return Some((end, value));
        }
        if let Some((year, end)) = self.year_unit(i) {
            if self.key(i) == "العام" && self.lexicon.bar_year.contains(self.before(i)) {
                return None;
            }
            // In news a year of that size without a sign is of the Hijra too.
            if (1340..1450).contains(&year) && !matches!(self.key(end), "ه" | "هجري" | "هجريه" | "للهجره" | "م" | "ميلادي" | "للميلاد") {
                return Some((end, Self::hijri_year(year)));
            }
            let hijri = matches!(self.key(end), "ه" | "هجري" | "هجريه" | "للهجره");
            if hijri && (1000..1600).contains(&year) {
                return Some((end + 1, Self::hijri_year(year)));
            }
            return Some((end, Value::year(year)));
        }
        // Without a day of publication a turn says nothing, but it still is a date.
        let at = match self.first(i)? {
            (Kind::This, n) => match self.at(i + n)? {
                (Kind::Unit(Unit::Week | Unit::Month | Unit::Year), m) if self.now.is_none() => return Some((i + n + m, None)),
                (Kind::Unit(Unit::Decade | Unit::Century), _) => i + n,
                _ => return None,
            },
            _ => i,
        };
        let found = if at == i { self.first(at) } else { self.at(at) };
        let (Kind::Unit(unit), n) = found? else { return None };
        let turned = self.turn(at + n).or_else(|| (at > i).then_some((0, at + n)));
        if self.now.is_none() {
            let (_, end) = turned.filter(|_| unit != Unit::Day)?;
            return Some((end, None));
        }
        let now = i64::from(self.now?.year());
        let between = |from: i64, to: i64| Value::year(from).zip(Value::year(to)).map(|(a, b)| Value::between(a, b));
        match unit {
            Unit::Century => {
                let (century, end) = if let Some((turn, end)) = turned {
                    ((now - 1) / 100 + 1 + turn, end)
                } else if let Some(number) = self.tokens.whole(at + n).filter(|c| (1..30).contains(c)) {
                    (number, at + n + 1)
                } else {
                    let o = numbers::ordinal(&self.tokens, at + n).or_else(|| numbers::cardinal(&self.tokens, at + n).filter(|c| c.exact))?;
                    ((1.0..30.0).contains(&o.value).then_some(o.value as i64)?, o.end)
                };
                Some((end, between((century - 1) * 100 + 1, century * 100)))
            }
            Unit::Decade => {
                let (turn, end) = turned?;
                let first = now / 10 * 10 + 10 * turn;
                Some((end, between(first, first + 9)))
            }
            _ => None,
        }
    }

    /// `الأسبوع الأول من أكتوبر`, `الأسبوع الأخير من عام 2015`.
    fn nth_week(&self, i: usize) -> Hit {
        let (Kind::Unit(Unit::Week), n) = self.first(i)? else { return None };
        let last = matches!(self.at(i + n), Some((Kind::Recent, 1)));
        let (which, end) = if last {
            (5, i + n + 1)
        } else {
            let o = numbers::ordinal(&self.tokens, i + n).filter(|o| o.cut == 0 && o.value <= 53.0)?;
            (o.value as i64, o.end)
        };
        let at = end + usize::from(matches!(self.key(end), "من" | "في"));
        let (end, value) = self.month(at, true).or_else(|| self.stretch(at)).or_else(|| self.running(at))?;
        let value = value.and_then(|v| {
            let point = v.to.is_none().then_some(v.from).filter(|p| p.day == 0)?;
            let first = jiff::civil::Date::new(point.year, point.month.max(1), 1).ok()?;
            let until = v.last_day()?;
            // Of a month the weeks that begin in it, of a year those that lie in it for the most part.
            let mut week = self.week_of(first)?;
            let days_before = i64::from((first - week).get_days());
            if days_before > if point.month > 0 { 0 } else { 3 } {
                week = week.checked_add(7.days()).ok()?;
            }
            let mut found = week.checked_add((7 * (which - 1)).days()).ok()?;
            if last {
                let slack = if point.month > 0 { 0 } else { 3 };
                found = self.week_of(until.checked_sub(i64::from(slack).days()).ok()?)?;
            }
            (found <= until).then_some(())?;
            Some(Value { from: found.into(), to: Some(found.checked_add(6.days()).ok()?.into()) })
        });
        Some((end, value))
    }

    fn hijri_year(year: i64) -> Option<Value> {
        let (first, last) = (month_in(Calendar::UmmAlQura, year, 1)?, month_in(Calendar::UmmAlQura, year, 12)?);
        Some(Value { from: first.from, to: last.to })
    }

    fn week_turn_first(&self, i: usize) -> Option<(i64, usize)> {
        if let Some(found) = self.week_turn(i) {
            return Some(found);
        }
        match self.first(i)? {
            (Kind::This, n) => match self.at(i + n)? {
                (Kind::Unit(Unit::Week), m) => Some((0, i + n + m)),
                _ => None,
            },
            (Kind::Unit(Unit::Week), n) => self.turn(i + n),
            _ => None,
        }
    }

    /// `نوفمبر 2023`, `شهر مارس الماضي`, `مايو`, `الشهر الماضي`.
    fn month(&self, i: usize, part: bool) -> Hit {
        if let Some(((year, month), end)) = self.month_by_turn(i).or_else(|| self.month_turn_first(i)) {
            return Some((end, Value::month(year, month)));
        }
        let named = matches!(self.first(i), Some((Kind::Unit(Unit::Month) | Kind::Two(Unit::Month), 1))) && !self.key(i).starts_with("ال");
        let at = i + usize::from(named);
        let (calendar, month, sure, mut end) = self.month_name(at, !named)?;
        let twin = end > at + self.marks[at].map_or(1, |m| m.length);
        let turn = self.turn(end);
        if let Some((_, after)) = turn {
            end = after;
        }
        if calendar != Calendar::Gregorian {
            return self.foreign_month(calendar, month, end, turn.map(|t| t.0), named || part || (month == 9 && self.lexicon.preposition.contains(self.before(i))));
        }
        if let Some((year, after)) = self.year_behind(end) {
            return Some((after, Value::month(year, month)));
        }
        if let Some((Kind::SameAfter, n)) = self.at(end) {
            end += n;
        }
        let clear = named || part || twin || turn.is_some();
        if !clear {
            let preposition = self.lexicon.preposition.contains(self.before(i)) || self.marks[i].is_some_and(|m| m.letters > 0);
            // `آب` without its madda is father.
            let word = self.tokens.list[at].span.of(self.tokens.text);
            let spelled = self.key(at) != "اب" && !self.key(at).ends_with("اب") || word.contains('آ');
            if !(sure || preposition && spelled) || self.lexicon.bar_date.contains(self.before(i)) || self.lexicon.bar.contains(self.before(i)) || (sure && !preposition && self.number_before(i)) {
                return None;
            }
        }
        Some((end, self.near_month(i, month, turn.map(|t| t.0))))
    }

    fn number_before(&self, i: usize) -> bool {
        i > 0 && self.tokens.list[i - 1].kind == WordKind::Number
    }

    fn month_turn_first(&self, i: usize) -> Option<((i64, i8), usize)> {
        let now = self.now?;
        let (kind, n) = self.first(i)?;
        let (turn, end) = match kind {
            Kind::Unit(Unit::Month) => self.turn(i + n)?,
            Kind::This => match self.at(i + n)? {
                (Kind::Unit(Unit::Month), m) => (0, i + n + m),
                _ => return None,
            },
            _ => return None,
        };
        let first = now.first_of_month().checked_add(turn.months()).ok()?;
        Some(((i64::from(first.year()), first.month()), end))
    }

    /// The month of that name that is meant: the last one, unless the words look ahead.
    pub(super) fn near_month(&self, start: usize, month: i8, turn: Option<i64>) -> Option<Value> {
        let now = self.now?;
        let year = i64::from(now.year());
        let year = match turn {
            Some(t) if t < 0 => year - i64::from(month >= now.month()),
            Some(0) => year,
            Some(_) => year + i64::from(month <= now.month()),
            None if self.ahead(start, 6) => year + i64::from(month < now.month()),
            None => year - i64::from(month > now.month()),
        };
        Value::month(year, month)
    }

    fn foreign_month(&self, calendar: Calendar, month: i8, mut end: usize, turn: Option<i64>, clear: bool) -> Hit {
        let era = |i: usize| usize::from(matches!(self.key(i), "ه" | "هجري" | "هجريه"));
        let at = end + usize::from(matches!(self.key(end), "من" | "عام" | "سنه" | "لعام"));
        if let Some(year) = self.tokens.whole(at).filter(|y| (1200..1600).contains(y) || (2600..2900).contains(y)) {
            return Some((at + 1 + era(at + 1), month_in(calendar, year, month)));
        }
        // Most of these names are also men's.
        if !clear && turn.is_none() {
            return None;
        }
        let Some(now) = self.now else { return Some((end, None)) };
        if let Some((year, after)) = self.year_behind(end) {
            end = after;
            let day = jiff::civil::Date::new(i16::try_from(year).ok()?, 7, 1).ok()?;
            let in_it = year_in(calendar, day)?;
            let value = [in_it - 1, in_it, in_it + 1].into_iter().filter_map(|y| month_in(calendar, y, month)).find(|v| i64::from(v.from.year) == year);
            return Some((end, value));
        }
        let this = year_in(calendar, now)?;
        let months: Vec<Value> = [this - 1, this, this + 1].into_iter().filter_map(|y| month_in(calendar, y, month)).collect();
        let last_day = |v: &Value| v.to.and_then(Point::date);
        let value = match turn {
            Some(t) if t > 0 => months.iter().find(|v| v.from.date().is_some_and(|d| d > now)),
            Some(t) if t < 0 => months.iter().rev().find(|v| last_day(v).is_some_and(|d| d < now)),
            Some(_) => months.iter().rev().find(|v| v.from.date().is_some_and(|d| d <= now)),
            None => months.iter().min_by_key(|v| v.from.date().map_or(i32::MAX, |d| (d - now).get_days().abs())),
        };
        Some((end, value.copied()))
    }

    /// `الربع الثالث من عام 2016`, `النصف الأول من العام الجاري`.
    fn slice(&self, i: usize) -> Hit {
        let (Kind::Slice(parts), n) = self.first(i)? else { return None };
        let o = numbers::ordinal(&self.tokens, i + n).filter(|o| o.cut == 0)?;
        let (which, mut end) = (o.value as i8, o.end);
        if self.key(i + n) == "الاخير" || which < 1 || which > parts {
            return None;
        }
        let at = end + usize::from(matches!(self.key(end), "من" | "في" | "لعام" | "لسنه"));
        let said = self.year_unit(at).or_else(|| self.year_number(at));
        let year = if let Some((year, after)) = said {
            end = after;
            Some(year)
        } else {
            if parts != 4 && !matches!(self.before(i), "خلال" | "في") {
                return None;
            }
            self.now.map(|now| i64::from(now.year()))
        };
        let months = 12 / parts;
        let value = year.and_then(|y| Some(Value::between(Value::month(y, (which - 1) * months + 1)?, Value::month(y, which * months)?)));
        // A quarter of nothing (`الربع الأول من المباراة`) is none.
        if said.is_none() && matches!(self.key(end), "من" | "في") {
            return None;
        }
        Some((end, value))
    }

    /// `صيف 2016`, `هذا الصيف`, `الربيع المقبل`.
    fn season(&self, i: usize, part: bool) -> Hit {
        let mut at = i + usize::from(self.key(i) == "فصل");
        let this = matches!(self.first(i), Some((Kind::This, 1)));
        at += usize::from(this);
        let found = if at == i { self.first(at) } else { self.at(at) };
        let (Kind::Season(season), n) = found? else { return None };
        let mut end = at + n;
        let now = self.now.map(|n| i64::from(n.year()));
        let year = if let Some((turn, after)) = self.turn(end) {
            end = after;
            let first_month = [12, 3, 6, 9][usize::from(season as u8 - 1)];
            self.now.map(|now| {
                let year = i64::from(now.year());
                match turn {
                    t if t < 0 => year - i64::from(first_month + 2 >= now.month() && season != 1),
                    0 => year,
                    _ => year + i64::from(first_month <= now.month() && season != 1),
                }
            })
        } else if let Some((year, after)) = self.year_behind(end) {
            end = after;
            Some(year)
        } else if this {
            now
        } else {
            let _ = part;
            return None;
        };
        let value = year.and_then(|year| {
            let (first, last) = match season {
                1 => (Value::month(year - i64::from(self.now.is_some_and(|n| n.month() < 6 && now == Some(year))), 12)?, None),
                s => (Value::month(year, 3 * (s - 1))?, Value::month(year, 3 * (s - 1) + 2)),
            };
            let last = match last {
                Some(last) => last,
                None => Value::month(i64::from(first.from.year) + 1, 2)?,
            };
            Some(Value::between(first, last))
        });
        Some((end, value))
    }

    /// `السبعينيات`, `ثمانينيات القرن الماضي`.
    fn decade(&self, i: usize) -> Hit {
        let (Kind::Decade(tens), n) = self.first(i)? else { return None };
        let mut end = i + n;
        let this = self.now.map_or(2000, |n| i64::from(n.year()));
        let mut first = 1900 + i64::from(tens);
        if first + 100 <= this && tens < 30 {
            first += 100;
        }
        let at = end + usize::from(self.key(end) == "من");
        if let Some((Kind::Unit(Unit::Century), _)) = self.at(at)
            && let Some((after, value)) = self.stretch(at)
        {
            end = after;
            first = value.map_or(first, |v| i64::from(v.from.year) - 1 + i64::from(tens));
        }
        Some((end, Value::year(first).zip(Value::year(first + 9)).map(|(a, b)| Value::between(a, b))))
    }

    /// `عامي 2010 و2015`, `2014-2018`, `موسم 2015/2016`.
    fn years(&self, i: usize) -> Hit {
        let pair = matches!(self.first(i), Some((Kind::Two(Unit::Year) | Kind::Units(Unit::Year), _)));
        let at = i + usize::from(pair);
        let (first, after) = self.year_number(at).filter(|_| pair || self.tokens.digits(at).is_some())?;
        let link = self.is(after, &["-", "–", "/"]) || matches!(self.key(after), "و" | "الي" | "حتي");
        let next = after + usize::from(link);
        let (last, end) = if link || (pair && self.key(after).starts_with('و')) { self.year_number(next)? } else { return None };
        let fits = (1700..2200).contains(&first) && last > first && last - first < 120;
        if !fits || (self.key(after) == "و" && !pair && !self.before(i).ends_with("بين")) {
            return None;
        }
        Some((end, Value::year(first).zip(Value::year(last)).map(|(a, b)| Value::between(a, b))))
    }

    /// `3/2015`, `2015/3`.
    fn numeric_month(&self, i: usize) -> Hit {
        let tight = self.is(i + 1, &["/", "-"]) && !self.tokens.list.get(i + 1)?.spaced && !self.tokens.list.get(i + 2)?.spaced;
        let (a, b) = (self.tokens.whole(i)?, self.tokens.whole(i + 2)?);
        let free = !self.is(i + 3, &["/", "-"]) && !self.is(i.wrapping_sub(1), &["/", "-"]);
        let (year, month) = if a > b { (a, b) } else { (b, a) };
        (tight && free && (1900..2100).contains(&year) && (1..=12).contains(&month)).then(|| (i + 3, Value::month(year, month as i8)))
    }

    /// A year that nothing names: `في 2013`, `حدود 1967`, `(1949)`.
    fn bare_year(&self, i: usize, part: bool) -> Hit {
        let (year, end) = self.year_number(i)?;
        if self.tokens.digits(i).is_none() {
            // In words only where nothing can be counted by it.
            let alone = self.tokens.list.get(end).is_none_or(|t| t.kind == WordKind::Sign) && matches!(self.before(i), "في" | "منذ" | "حتي" | "الي");
            return (end > i + 1 && alone && year > 1500).then(|| (end, Value::year(year)));
        }
        let last = self.now.map_or(2100, |n| i64::from(n.year()) + 40);
        if !(1800..=last).contains(&year) {
            return None;
        }
        if part || end > i + 1 {
            return Some((end, Value::year(year)));
        }
        // `#رؤية_2030` is a name.
        if i > 0 && self.tokens.list[i - 1].word == self.tokens.list[i].word && !matches!(self.marks[i - 1].map(|m| m.kind), Some(Kind::Edge(_))) {
            return None;
        }
        if i > 0 && self.tokens.list[i - 1].kind == WordKind::Number {
            return None;
        }
        let before = self.before(i);
        // `(سان سيمون - 1821)`: after a dash inside a bracket.
        let dash = self.is(i.wrapping_sub(1), &["-", "–", "،"]) && (2..8).any(|back| self.is(i.wrapping_sub(back), &["("]));
        let bracketed = (self.is(i.wrapping_sub(1), &["("]) && self.is(end, &[")"])) || dash;
        let preposition = self.lexicon.preposition.contains(before) || self.lexicon.before_year.contains(before.trim_start_matches("ال"));
        let next = self.tokens.list.get(end);
        let ends = next.is_none_or(|t| t.kind == WordKind::Sign);
        // What is counted stands right behind the number, without an article.
        let key = self.key(end);
        let counts = next.is_some_and(|t| t.kind == WordKind::Letters) && !key.starts_with("ال") && (numbers::counts(key) || self.at(end).is_some_and(|(k, _)| matches!(k, Kind::Units(_) | Kind::Unit(_))));
        let free = ends || !counts;
        let round = year % 100 == 0;
        let tied = self.is(end, &["%", "٪", "/", "."]) && self.tokens.list.get(end + 1).is_some_and(|t| !t.spaced && t.kind == WordKind::Number);
        if tied || self.is(end, &["%", "٪"]) {
            return None;
        }
        let name = ends && self.is(end, &[")", "،", ",", "."]) && (1900..=last - 40).contains(&year) && i > 0 && self.tokens.list[i - 1].kind == WordKind::Letters && !round;
        (bracketed || (preposition && free && (!round || ends || year == 2000)) || name).then(|| (end, Value::year(year)))
    }
}
