//! Days: by name, by number, by feast, and chains of these that mean one day or the days between two.

use super::lexicon::{Calendar, Kind, Unit};
use super::value::{Value, gregorian, year_in};
use super::{Hit, Reader};
use crate::{WordKind, numbers};
use jiff::ToSpan;
use jiff::civil::Date;

/// A day and month, with what else the words say.
#[derive(Clone, Copy, Debug)]
pub(super) struct Full {
    /// The token after it.
    pub end: usize,
    calendar: Calendar,
    /// The year, where it is said or follows from a turn.
    year: Option<i64>,
    month: i8,
    day: i8,
    /// The last of several days.
    until: Option<i8>,
    turn: Option<i64>,
}

/// A year and the turn that led to it.
type Turned = (i64, i64);

/// What a chain has said so far.
#[derive(Default)]
struct Said {
    days: Option<i64>,
    shift: i64,
    weekday: Option<i8>,
    second: Option<i8>,
    turn: Option<i64>,
    week: Option<i64>,
    full: Option<Full>,
    /// A date in another calendar, or with a year where the first had none.
    other: Option<Full>,
    feast: Option<Value>,
    /// Whether the words say that more than one day is meant.
    several: bool,
}

impl Said {
    fn any(&self) -> bool {
        self.days.is_some() || self.weekday.is_some() || self.full.is_some() || self.feast.is_some()
    }
}

impl Reader<'_> {
    /// The number of a day in its month, in digits or words.
    fn day_number(&self, i: usize, first: bool) -> Option<(i8, usize)> {
        if let Some(d) = self.tokens.digits(i) {
            let day = d.parse().ok().filter(|day| (1..=31).contains(day) && d.len() <= 2)?;
            return Some((day, i + 1));
        }
        if self.is(i, &["("]) && self.is(i + 2, &[")"]) {
            return self.tokens.whole(i + 1).filter(|d| (1..=31).contains(d)).map(|d| (d as i8, i + 3));
        }
        if self.tokens.list.get(i)?.kind != WordKind::Letters {
            return None;
        }
        if self.key(i) == "الفاتح" {
            return Some((1, i + 1));
        }
        let linked = self.key(i).starts_with('و');
        let number = numbers::ordinal(&self.tokens, i).or_else(|| numbers::cardinal(&self.tokens, i).filter(|c| c.exact && c.end - i <= 3));
        let number = number.filter(|c| c.start == i && (c.cut == 0 || first || linked))?;
        (number.value.fract() == 0.0 && (1.0..=31.0).contains(&number.value)).then_some((number.value as i8, number.end))
    }

    /// A month's name with its twin of another style: `تموز/يوليو`, `يوليو (تموز)`.
    pub(super) fn month_name(&self, i: usize, first: bool) -> Option<(Calendar, i8, bool, usize)> {
        let found = if first { self.first(i) } else { self.at(i) };
        let (Kind::Month(calendar, month, mut sure), n) = found? else { return None };
        let mut end = i + n;
        let bracket = self.is(end, &["("]);
        if bracket || self.is(end, &["/", "-", "–", "\\", "،"]) || self.key(end) == "او" {
            if let Some((Kind::Month(Calendar::Gregorian, twin, _), n)) = self.at(end + 1)
                && twin == month
                && (!bracket || self.is(end + 1 + n, &[")"]))
            {
                end += 1 + n + usize::from(bracket);
                sure = true;
            } else if bracket
                && let Some((&m, n)) = self.lexicon.libyan.at(&self.tokens, end + 1, self.key(end + 1)).as_ref().map(|(m, n)| (m, *n))
                && m == month
                && self.is(end + 1 + n, &[")"])
            {
                end += 2 + n;
            }
        } else if let Some((Kind::Month(Calendar::Gregorian, twin, _), n)) = self.at(end)
            && twin == month
            && calendar == Calendar::Gregorian
        {
            end += n;
        }
        Some((calendar, month, sure, end))
    }

    /// A month of the Libyan calendar, after a day and before a year or its twin.
    fn libyan(&self, i: usize) -> Option<(i8, usize)> {
        let (month, n) = self.lexicon.libyan.at(&self.tokens, i, self.key(i))?;
        let end = i + n;
        if self.is(end, &["(", "/"])
            && let Some((Calendar::Gregorian, twin, _, after)) = self.month_name(end + 1, false)
            && twin == month
        {
            return Some((month, after + usize::from(self.is(end, &["("]) && self.is(after, &[")"]))));
        }
        self.year_number(end).is_some_and(|(y, _)| (1969..2012).contains(&y)).then_some((month, end))
    }

    /// A year in digits or words.
    pub(super) fn year_number(&self, i: usize) -> Option<(i64, usize)> {
        if let Some(d) = self.tokens.digits(i) {
            let year = d.parse().ok().filter(|y| d.len() == 4 && (1000..3000).contains(y))?;
            let era = matches!(self.key(i + 1), "م" | "ميلادي" | "ميلاديه" | "للميلاد");
            return Some((year, i + 1 + usize::from(era)));
        }
        let number = numbers::cardinal(&self.tokens, i).filter(|c| c.exact && c.cut == 0 && c.start == i)?;
        let words = self.tokens.list[i].kind == WordKind::Letters;
        (words && number.value.fract() == 0.0 && (1000.0..2200.0).contains(&number.value)).then_some((number.value as i64, number.end))
    }

    /// The year behind a month: `2015`, `، 2015`, `من العام الماضي`, `عام 2015`. The word عام alone says nothing.
    pub(super) fn year_behind(&self, i: usize) -> Option<(i64, usize)> {
        let mut at = i;
        if self.is(at, &["،", ",", "/", "-", "."]) && self.tokens.digits(at + 1).is_some_and(|d| d.len() == 4) {
            at += 1;
        } else if self.is(at, &["،", ","]) && self.tokens.list.get(at + 1).is_some_and(|t| t.kind == WordKind::Letters) {
            return self.year_number(at + 1);
        }
        if matches!(self.key(at), "من" | "في" | "لعام" | "لسنه" | "للعام") {
            at += 1;
        }
        if let Some(found) = self.year_number(at) {
            let unit_before = at == i || self.key(at - 1) != "في";
            return unit_before.then_some(found);
        }
        self.year_unit(at)
    }

    /// `عام 2015`, `العام الماضي`, `هذا العام`.
    pub(super) fn year_unit(&self, i: usize) -> Option<(i64, usize)> {
        let now = self.now.map(|n| i64::from(n.year()));
        if let Some((Kind::This, n)) = self.at(i) {
            return match self.at(i + n)? {
                (Kind::Unit(Unit::Year), m) => Some((now?, i + n + m)),
                _ => None,
            };
        }
        let (Kind::Unit(Unit::Year), n) = self.first(i)? else { return None };
        if let Some((turn, end)) = self.turn(i + n) {
            return Some((now? + turn, end));
        }
        match self.at(i + n) {
            Some((Kind::Recent, m)) => return Some((now? - 1, i + n + m)),
            Some((Kind::SameAfter, m)) => return Some((self.last.map(|l| i64::from(l.from.year)).or(now)?, i + n + m)),
            _ => {}
        }
        self.year_number(i + n)
    }

    /// A day and month and perhaps a year: `23 نوفمبر 2023`, `الخامس من أغسطس المقبل`, `17 إلى 20 جانفي الحالي`.
    pub(super) fn day_and_month(&self, i: usize) -> Option<Full> {
        let at = i + usize::from(self.key(i) == "يوم" || self.key(i) == "يومي");
        let (day, mut end) = self.day_number(at, at == i)?;
        let mut until = None;
        // Several days of one month.
        let range = self.key(end) == "الي" || self.key(end) == "حتي" || self.is(end, &["-", "–", "/"]) || self.key(end) == "و";
        let next = end + usize::from(range);
        if range || self.key(end).starts_with('و') {
            let next = next + usize::from(range && matches!(self.key(next), "يوم"));
            let digits_glued = self.is(end, &["/"]);
            if let Some((last, after)) = self.day_number(next, false).filter(|(last, _)| *last > day && !digits_glued)
                && self.month_at(after).is_some()
            {
                (until, end) = (Some(last), after);
            }
        }
        // `القسط الأول في جوان`: no day.
        if self.key(end) == "في" && self.tokens.digits(end - 1).is_none() {
            return None;
        }
        let (calendar, month, turned, mut end) = self.month_at(end)?;
        let mut full = Full { end, calendar, year: turned.map(|t| t.0), month, day, until, turn: turned.map(|t| t.1) };
        if full.year.is_some() {
            return Some(full);
        }
        if let Some((turn, after)) = self.turn(end) {
            (full.turn, end) = (Some(turn), after);
        } else if let Some((Kind::SameAfter, n)) = self.at(end) {
            end += n;
        }
        if calendar == Calendar::Gregorian {
            if let Some((year, after)) = self.year_behind(end) {
                (full.year, end) = (Some(year), after);
            }
        } else {
            (full.year, end) = self.foreign_year(calendar, end).map_or((None, end), |(y, e)| (Some(y), e));
        }
        full.end = end;
        if day > 29 && calendar == Calendar::UmmAlQura && day > 30 {
            return None;
        }
        Some(full)
    }

    /// The year of another calendar, with its sign.
    fn foreign_year(&self, calendar: Calendar, i: usize) -> Option<(i64, usize)> {
        let at = i + usize::from(matches!(self.key(i), "من" | "عام" | "لعام" | "سنه" | "لسنه") || self.is(i, &["،", ",", "/"]));
        let at = at + usize::from(at > i && matches!(self.key(at), "عام" | "العام" | "سنه"));
        let year = self.tokens.whole(at)?;
        let fits = match calendar {
            Calendar::UmmAlQura => (1200..1600).contains(&year),
            _ => (2600..2900).contains(&year),
        };
        let sign = matches!(self.key(at + 1), "ه" | "هجري" | "هجريه" | "للهجره" | "كردي" | "كورديه" | "كرديه");
        fits.then_some((year, at + 1 + usize::from(sign)))
    }

    /// The month of a day's number: its name or a turn (`من الشهر الجاري`). With a turn, the year and the turn.
    fn month_at(&self, i: usize) -> Option<(Calendar, i8, Option<Turned>, usize)> {
        let of = i + usize::from(matches!(self.key(i), "من" | "في"));
        let of = of + usize::from(of == i && self.is(i, &[".", "-", "/"]) && matches!(self.at(i + 1), Some((Kind::Month(Calendar::Gregorian, ..), _))));
        if let Some((month, end)) = self.libyan(of) {
            return Some((Calendar::Gregorian, month, None, end));
        }
        if let Some((calendar, month, _, end)) = self.month_name(of, false) {
            return Some((calendar, month, None, end));
        }
        if self.key(of) == "شهر"
            && let Some((calendar, month, _, end)) = self.month_name(of + 1, false)
        {
            return Some((calendar, month, None, end));
        }
        let (month, end) = self.month_by_turn(of).filter(|_| of > i || matches!(self.key(of), "الشهر" | "هذا"))?;
        Some((Calendar::Gregorian, month.1, Some((month.0, 0)), end))
    }

    /// `الشهر الماضي`, `هذا الشهر`, `نفس الشهر`: its year and month.
    pub(super) fn month_by_turn(&self, i: usize) -> Option<((i64, i8), usize)> {
        let now = self.now?;
        let of = |date: Date| (i64::from(date.year()), date.month());
        let last = || self.last.map(|l| l.to.unwrap_or(l.from)).filter(|p| p.month > 0).map(|p| (i64::from(p.year), p.month));
        match self.at(i)? {
            (Kind::This, n) => match self.at(i + n)? {
                (Kind::Unit(Unit::Month), m) => Some((of(now), i + n + m)),
                _ => None,
            },
            (Kind::Same, n) if matches!(self.at(i + n), Some((Kind::Unit(Unit::Month), _))) => Some((last().unwrap_or(of(now)), i + n + 1)),
            (Kind::Unit(Unit::Month), n) => {
                if let Some((turn, end)) = self.turn(i + n) {
                    let first = now.first_of_month().checked_add(turn.months()).ok()?;
                    return Some((of(first), end));
                }
                match self.at(i + n) {
                    Some((Kind::SameAfter, m)) => Some((last().unwrap_or(of(now)), i + n + m)),
                    Some((Kind::Recent, m)) => Some((of(now.first_of_month().checked_sub(1.month()).ok()?), i + n + m)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// `23-11-2023`, `2023/11/23`, `19/9/1436هـ`, `16.11.2016`, `16. نوفمبر. 2016`.
    fn numeric(&self, i: usize) -> Option<Full> {
        let mut parts = [0i64; 3];
        let mut end = i + 1;
        let digits = self.tokens.digits(i)?;
        if digits.contains('.') {
            let list: Vec<i64> = digits.split('.').map(|p| p.parse().unwrap_or(-1)).collect();
            parts.copy_from_slice(list.get(..3).filter(|l| l.len() == list.len())?);
        } else {
            let sign = ["/", "-", "\\"].into_iter().find(|s| self.is(i + 1, &[s]) && self.is(i + 3, &[s]))?;
            let _ = sign;
            parts = [self.tokens.whole(i)?, self.tokens.whole(i + 2)?, self.tokens.whole(i + 4)?];
            end = i + 5;
        }
        let (year, mut month, mut day) = if parts[0] > 31 { (parts[0], parts[1], parts[2]) } else { (parts[2], parts[1], parts[0]) };
        let year = if year < 100 && parts[0] <= 31 { year + if year < 50 { 2000 } else { 1900 } } else { year };
        if month > 12 && day <= 12 {
            (month, day) = (day, month);
        }
        let calendar = if (1300..1500).contains(&year) { Calendar::UmmAlQura } else { Calendar::Gregorian };
        let fits = (1..=12).contains(&month) && (1..=31).contains(&day) && (calendar == Calendar::UmmAlQura || (1800..2200).contains(&year));
        if !fits {
            return None;
        }
        let era = matches!(self.key(end), "م" | "ه" | "هجري" | "هجريه" | "ميلادي" | "ميلاديه");
        Some(Full { end: end + usize::from(era), calendar, year: Some(year), month: month as i8, day: day as i8, until: None, turn: None })
    }

    /// `يناير-1`, `سبتمبر الحادي والعشرين من عام 1978`: the month first.
    fn month_and_day(&self, i: usize, first: bool) -> Option<Full> {
        let (calendar, month, sure, after) = self.month_name(i, first)?;
        if calendar != Calendar::Gregorian || !sure {
            return None;
        }
        let sign = usize::from(self.is(after, &["-", "/"]));
        let (day, mut end) = self.day_number(after + sign, false)?;
        let year = self.year_behind(end);
        // Nothing may be counted by the number.
        let alone = self.tokens.list.get(end).is_none_or(|t| t.kind == WordKind::Sign);
        let ordinal = self.key(after).starts_with("ال");
        if (year.is_none() && !alone && !ordinal) || self.month_at(end).is_some() || self.is(end, &["/", "-"]) {
            return None;
        }
        if let Some((_, after)) = year {
            end = after;
        }
        Some(Full { end, calendar, year: year.map(|y| y.0), month, day, until: None, turn: None })
    }

    fn full(&self, i: usize) -> Option<Full> {
        self.numeric(i).or_else(|| self.day_and_month(i)).or_else(|| self.month_and_day(i, false))
    }

    /// Whether a date is a name's: `قوى 14 آذار`.
    fn in_a_name(&self, i: usize) -> bool {
        i > 0 && self.stem_in(&self.lexicon.bar_date, i - 1)
    }

    /// A chain of words that mean one day, or the days between two.
    pub(super) fn day(&self, i: usize) -> Hit {
        let mut said = Said::default();
        let (mut at, mut end) = (i, i);
        if let Some((Kind::This, n)) = self.first(i) {
            if !matches!(self.at(i + n), Some((Kind::Day(0) | Kind::Part(_), _))) && self.key(i + n) != "يوم" {
                return None;
            }
            at += n;
        }
        if matches!(self.key(i), "ذلك" | "تلك") {
            return None;
        }
        while let Some(next) = self.link(i, at, &mut said) {
            at = next.0;
            if next.1 {
                end = at;
            }
        }
        // `الأحد صباحا`
        if !said.any() || end == i {
            return None;
        }
        Some((end, self.resolve(i, &said)))
    }

    /// Takes the next member of a chain into account: the token after it, and whether the chain may end there.
    fn link(&self, start: usize, at: usize, said: &mut Said) -> Option<(usize, bool)> {
        let begins = at == start;
        let mark = if begins { self.first(at) } else { self.at(at) };
        if let Some((kind, n)) = mark {
            let after = at + n;
            match kind {
                Kind::Part(shift) => {
                    said.shift += shift;
                    said.several |= self.key(at).contains("ليل");
                    let of = usize::from(self.key(after) == "من");
                    return Some((after + if said.any() { 0 } else { of }, said.any()));
                }
                Kind::Day(days) if said.days.is_none() && said.full.is_none() => {
                    if days == 0 && (self.lexicon.bar_today.contains(self.key(after)) || matches!(self.at(after), Some((Kind::Following | Kind::SameAfter | Kind::Turn(_), _)))) {
                        return self.other_day(after, said);
                    }
                    // `ألف برميل في اليوم`
                    if begins && days == 0 && self.before(at) == "في" && !matches!(self.at(after), Some((Kind::Weekday(_), _))) && !self.is(after, &["("]) {
                        return None;
                    }
                    let quoted = begins && self.is(at.wrapping_sub(1), &["«", "\"", "“", "”"]) && self.is(after, &["»", "\"", "“", "”"]);
                    if quoted || begins && (self.before(at) == "ذلك" || self.lexicon.bar.contains(self.before(at))) {
                        return None;
                    }
                    said.days = Some(days);
                    return Some((after, true));
                }
                Kind::Weekday(weekday) => return self.weekday(start, at, after, weekday, said),
                Kind::Unit(Unit::Day) if !said.any() => return Some((after, false)),
                Kind::Two(Unit::Day) if begins && matches!(self.key(at), "يومي" | "ويومي" | "ليومي" | "ليلتي") => {
                    said.several = true;
                    return Some((after, false));
                }
                Kind::Month(..) if said.full.is_none() => {
                    if let Some(full) = self.month_and_day(at, begins) {
                        said.full = Some(full);
                        return Some((full.end, true));
                    }
                }
                _ => {}
            }
        }
        if let Some((value, after)) = self.feast(start, at, said) {
            said.feast = Some(value);
            return Some((after, true));
        }
        if said.full.is_none() {
            let full = if begins { self.numeric(at).or_else(|| self.day_and_month(at)) } else { self.full(at) };
            if let Some(full) = full.filter(|_| !(begins && self.in_a_name(at))) {
                said.full = Some(full);
                return Some((full.end, true));
            }
        }
        if !said.any() {
            return None;
        }
        self.joint(at, said)
    }

    /// `اليوم التالي`, `اليوم نفسه`: a day by the last one of the text. The words stand before `after`.
    fn other_day(&self, after: usize, said: &mut Said) -> Option<(usize, bool)> {
        let last = self.last.and_then(|l| l.from.date());
        let (kind, n) = self.at(after)?;
        let days = match kind {
            Kind::Following => 1,
            Kind::SameAfter => 0,
            Kind::Turn(turn) if last.is_none() || turn != 0 => turn,
            _ => return None,
        };
        let base = if matches!(kind, Kind::Turn(_)) { self.now } else { last.or(self.now) };
        let day = base.and_then(|d| d.checked_add(days.days()).ok());
        match day {
            Some(day) => said.feast = Some(day.into()),
            None => said.days = Some(days),
        }
        Some((after + n, true))
    }

    fn weekday(&self, start: usize, at: usize, after: usize, weekday: i8, said: &mut Said) -> Option<(usize, bool)> {
        if self.lexicon.bar_weekday.contains(self.key(after)) || (at == start && self.lexicon.bar.contains(self.before(at))) {
            return None;
        }
        if said.weekday.is_some() {
            let first = said.weekday.unwrap_or(weekday);
            if said.second.is_some() || first % 7 + 1 != weekday {
                return None;
            }
            said.second = Some(weekday);
        } else {
            said.weekday = Some(weekday);
        }
        let mut end = after;
        if let Some((turn, next)) = self.turn(end) {
            (said.turn, end) = (Some(turn), next);
        } else if let Some((Kind::Recent, n)) = self.at(end) {
            (said.turn, end) = (Some(-1), end + n);
        } else {
            // `الجمعة من الأسبوع المقبل`
            let of = end + usize::from(matches!(self.key(end), "من" | "في"));
            if let Some((week, next)) = self.week_turn(of) {
                (said.week, end) = (Some(week), next);
            } else if let Some((day, next)) = self.day_of_weekday(end, weekday) {
                (said.feast, end) = (Some(day.into()), next);
            }
        }
        Some((end, true))
    }

    /// `الجمعة 15`: the number of the day alone, with nothing that it could count; the last month in which they meet.
    fn day_of_weekday(&self, i: usize, weekday: i8) -> Option<(Date, usize)> {
        let at = i + usize::from(self.key(i) == "في");
        let (day, end) = self.day_number(at, false).filter(|_| at > i || self.tokens.digits(at).is_some())?;
        let alone = self.tokens.list.get(end).is_none_or(|t| t.kind == WordKind::Sign) || matches!(self.key(end), "حتي" | "الي" | "و");
        if !alone || self.is(end, &["/", "-", ":"]) || self.month_at(end).is_some() {
            return None;
        }
        let now = self.now?;
        [0, 1, -1, -2, -3].into_iter().find_map(|m| {
            let month = now.first_of_month().checked_add(i64::from(m).months()).ok()?;
            let date = Date::new(month.year(), month.month(), day).ok()?;
            (date.weekday().to_monday_one_offset() == weekday).then_some((date, end))
        })
    }

    /// `الأسبوع المقبل`, `هذا الأسبوع`: its turn.
    pub(super) fn week_turn(&self, i: usize) -> Option<(i64, usize)> {
        match self.at(i)? {
            (Kind::This, n) => match self.at(i + n)? {
                (Kind::Unit(Unit::Week), m) => Some((0, i + n + m)),
                _ => None,
            },
            (Kind::Unit(Unit::Week), n) => self.turn(i + n),
            _ => None,
        }
    }

    /// What may stand between the members of a chain.
    fn joint(&self, at: usize, said: &mut Said) -> Option<(usize, bool)> {
        let weekday_next = |i: usize| match self.linked(i) {
            Some((Kind::Weekday(w), n)) => Some((w, i + n)),
            _ => None,
        };
        let follows = |w: i8| said.weekday.is_some_and(|first| first % 7 + 1 == w) && said.second.is_none();
        if self.is(at, &["("]) {
            // What a bracket explains must be all of it.
            let mut inner = at + 1;
            if let Some((w, n)) = weekday_next(inner)
                && said.weekday.is_none()
            {
                said.weekday = Some(w);
                inner = n;
            } else if said.full.is_none()
                && let Some(full) = self.full(inner)
            {
                said.full = Some(full);
                inner = full.end;
            } else if said.other.is_none()
                && let Some(full) = self.full(inner)
            {
                said.other = Some(full);
                inner = full.end;
            } else if let Some((Kind::Day(days), n)) = self.at(inner)
                && said.days.is_none()
            {
                said.days = Some(days);
                inner += n;
            } else {
                return None;
            }
            return self.is(inner, &[")"]).then_some((inner + 1, true));
        }
        if self.is(at, &["-", "–", "/", "،", ",", "|", "."]) {
            if self.is(at, &["-", "–", "/"])
                && let Some((w, after)) = weekday_next(at + 1).filter(|(w, _)| follows(*w))
            {
                said.second = Some(w);
                return Some((after, true));
            }
            if said.full.is_none()
                && (said.weekday.is_some() || said.days.is_some())
                && let Some(full) = self.full(at + 1)
            {
                said.full = Some(full);
                return Some((full.end, true));
            }
            if said.days.is_some()
                && said.weekday.is_none()
                && !self.is(at, &["."])
                && let Some((w, after)) = weekday_next(at + 1)
                && self.now.zip(said.days).is_none_or(|(now, d)| now.checked_add(d.days()).is_ok_and(|day| day.weekday().to_monday_one_offset() == w))
            {
                said.weekday = Some(w);
                return Some((after, true));
            }
            if said.full.is_some()
                && said.other.is_none()
                && let Some(full) = self.full(at + 1).filter(|f| Some(f.calendar) != said.full.map(|s| s.calendar))
            {
                said.other = Some(full);
                return Some((full.end, true));
            }
            return None;
        }
        if matches!(self.key(at), "الموافق" | "الموافقه" | "المصادف" | "الموافقين" | "المصادفه" | "الموافقل") {
            let skip = usize::from(matches!(self.key(at + 1), "ل" | "في" | "يوم"));
            let full = self.full(at + 1 + skip).or_else(|| self.key(at + 1).starts_with('ل').then(|| self.full(at + 1)).flatten())?;
            if said.full.is_some() {
                said.other = Some(full);
            } else {
                said.full = Some(full);
            }
            return Some((full.end, true));
        }
        if self.key(at) == "من" && said.weekday.is_some() && said.full.is_none() {
            let full = self.day_and_month(at + 1)?;
            said.full = Some(full);
            return Some((full.end, true));
        }
        let apart = at + usize::from(self.key(at) == "و");
        let and = apart > at || self.key(at).starts_with('و');
        if let Some((w, after)) = weekday_next(apart).filter(|(w, _)| follows(*w) && (!and || said.several)) {
            said.second = Some(w);
            return Some((after, true));
        }
        if self.key(at) == "يوم" && said.days.is_some() {
            return weekday_next(at + 1).map(|(w, after)| {
                said.weekday = said.weekday.or(Some(w));
                (after, true)
            });
        }
        None
    }

    /// The day of a full date; for several days the first.
    pub(super) fn day_of(&self, start: usize, full: &Full, weekday: Option<i8>) -> Option<Value> {
        let make = |year: i64, day: i8| gregorian(full.calendar, year, full.month, day);
        let value = |year: i64| -> Option<Value> {
            let from = Value::from(make(year, full.day)?);
            Some(full.until.and_then(|d| make(year, d)).map_or(from, |to| Value::between(from, to.into())))
        };
        if let Some(year) = full.year {
            return value(year);
        }
        if let Some(point) = self.famed(start, full.month, full.day) {
            return Some(Value { from: point, to: None });
        }
        let now = self.now?;
        let this = year_in(full.calendar, now)?;
        if let Some(w) = weekday.filter(|_| full.turn.is_none()) {
            // The weekday tells the year.
            let near = [0, -1, 1].into_iter().find(|y| make(this + y, full.day).is_some_and(|d| d.weekday().to_monday_one_offset() == w && (d - now).get_days().abs() < 300));
            if let Some(y) = near {
                return value(this + y);
            }
        }
        let ahead = i64::from((make(this, full.day).or_else(|| make(this - 1, full.day))? - now).get_days());
        let shift = match full.turn {
            Some(t) if t > 0 && ahead < 0 => 1,
            Some(t) if t < 0 && ahead >= 0 => -1,
            Some(_) => 0,
            None => {
                let far = if self.ahead(start, 8) { 300 } else { 160 };
                let since = self.before(start).ends_with("منذ");
                if ahead > far || (ahead > 0 && since) {
                    -1
                } else {
                    i64::from(ahead < far - 365 && !since)
                }
            }
        };
        value(this + shift)
    }

    /// `هجمات 11 سبتمبر`: a day whose year everybody knows.
    fn famed(&self, start: usize, month: i8, day: i8) -> Option<super::value::Point> {
        let list = self.lexicon.famed.get(self.before(start).trim_start_matches("ال"))?;
        list.iter().find(|p| p.month == month && p.day == day).copied()
    }

    fn weekday_value(&self, start: usize, said: &Said, weekday: i8) -> Option<Date> {
        let now = self.now?;
        let today = now.weekday().to_monday_one_offset();
        let back = i64::from((today - weekday).rem_euclid(7));
        if let Some(week) = said.week {
            let first = self.week_of(now)?.checked_add((7 * week).days()).ok()?;
            let offset = if self.monday { i64::from(weekday - 1) } else { i64::from(weekday % 7) };
            return first.checked_add(offset.days()).ok();
        }
        let shift = match said.turn {
            Some(t) if t > 0 => 7 * t - back,
            Some(t) if t < 0 => -(if back == 0 { 7 } else { back }) + 7 * (t + 1),
            None if back != 0 && self.ahead(start, 3) => 7 - back,
            _ => -back,
        };
        now.checked_add(shift.days()).ok()
    }

    fn resolve(&self, start: usize, said: &Said) -> Option<Value> {
        let now = self.now;
        let deictic = said.days.zip(now).and_then(|(d, now)| now.checked_add((d + if d < 0 { said.shift } else { 0 }).days()).ok());
        let full = [said.full, said.other].into_iter().flatten().filter(|f| f.calendar == Calendar::Gregorian).max_by_key(|f| f.year.is_some()).or(said.full);
        if let Some(full) = full {
            // `اليوم الاثنين 16 جانفي 2016` in January 2017: the year is a slip.
            if let Some(day) = deictic.filter(|d| full.calendar == Calendar::Gregorian && d.month() == full.month && d.day() == full.day) {
                return Some(day.into());
            }
            let value = self.day_of(start, &full, said.weekday);
            if value.is_some() || deictic.is_none() {
                return value;
            }
        }
        if let Some(day) = deictic {
            // A weekday beside it that is another day is the one that is meant.
            let other = said.weekday.filter(|w| !self.exact && said.second.is_none() && said.shift == 0 && day.weekday().to_monday_one_offset() != *w);
            return match other.and_then(|w| self.weekday_value(start, said, w)) {
                Some(named) => Some(named.into()),
                None => Some(day.into()),
            };
        }
        if let (Some(first), Some(second)) = (said.weekday, said.second) {
            let last = self.weekday_value(start, said, second)?;
            let back = i64::from((second - first).rem_euclid(7));
            let first = last.checked_sub(back.days()).ok()?;
            return Some(Value::between(first.into(), last.into()));
        }
        let feast = said.feast.and_then(|f| f.from.date());
        if let Some(weekday) = said.weekday.filter(|w| feast.is_none_or(|f| f.weekday().to_monday_one_offset() != *w)) {
            return self.weekday_value(start, said, weekday).map(Value::from);
        }
        said.feast
    }

    /// `أول أيام عيد الفطر`, `يوم عاشوراء`, `رأس السنة`: its day, and the token after it.
    fn feast(&self, start: usize, at: usize, said: &Said) -> Option<(Value, usize)> {
        let mut i = at;
        let mut offset = 0;
        let mut dated = at > start || matches!(self.before(at), "عشيه" | "ليله" | "منذ" | "حتي" | "في" | "قبل" | "بعد");
        // `ثالث أيام عيد الفطر`
        if let Some(o) = numbers::ordinal(&self.tokens, i).filter(|o| matches!(self.key(o.end), "ايام" | "يوم") && o.value < 10.0) {
            (i, offset, dated) = (o.end + 1, o.value as i64 - 1, true);
        }
        let found = if i == start { self.first(i) } else { self.at(i) };
        let (Kind::Feast(calendar, month, day, named), n) = found? else { return None };
        let mut end = i + n;
        // Of feasts whose name is a word of every day only `يوم الأرض` is the day.
        let dated = dated && (n > 1 || at > start || offset > 0 || self.key(i).ends_with("عاشوراء"));
        if !dated && !named {
            return None;
        }
        let now = self.now?;
        let this = year_in(calendar, now)?;
        let in_year = |y: i64| gregorian(calendar, y, month, day).and_then(|d| d.checked_add(offset.days()).ok());
        let year = if let Some((turn, after)) = self.turn(end) {
            end = after;
            Some(match turn {
                t if t < 0 => [this, this - 1].into_iter().find(|&y| in_year(y).is_some_and(|d| d < now))?,
                0 => this,
                _ => [this, this + 1].into_iter().find(|&y| in_year(y).is_some_and(|d| d > now))?,
            })
        } else if let Some((year, after)) = self.year_behind(end).or_else(|| self.foreign_year(calendar, end)) {
            end = after;
            let fits = if year < 1600 { year } else { year_in(calendar, Date::new(i16::try_from(year).ok()?, 7, 1).ok()?)? };
            Some(fits)
        } else {
            None
        };
        let value = match year {
            Some(y) => in_year(y)?,
            None => [this - 1, this, this + 1].into_iter().filter_map(in_year).min_by_key(|d| (*d - now).get_days().abs())?,
        };
        let _ = said;
        Some((value.into(), end))
    }
}
