//! Dates told by how long ago they were.

use super::lexicon::{Kind, Unit};
use super::value::Value;
use super::{Hit, Reader};
use crate::{WordKind, numbers};
use jiff::ToSpan;
use jiff::civil::Date;

/// A number of units.
struct Amount {
    count: f64,
    unit: Unit,
    /// Whether the number is known.
    exact: bool,
    end: usize,
}

impl Reader<'_> {
    /// `ستة أيام`, `يومين`, `عام ونصف العام`, `3 أسابيع`.
    fn amount(&self, i: usize) -> Option<Amount> {
        let plain = |unit: Unit, count: f64, exact: bool, end: usize| {
            let mut amount = Amount { count, unit, exact, end };
            // `عام ونصف العام`
            if matches!(self.key(end), "ونصف") {
                amount.count += 0.5;
                amount.end = end + 1;
                if let Some((Kind::Unit(u), n)) = self.at(end + 1)
                    && u == unit
                {
                    amount.end += n;
                }
            }
            amount
        };
        match self.at(i) {
            Some((Kind::Unit(unit), n)) if !self.key(i).starts_with("ال") => {
                // `قبل عام 2010`, `قبل شهر مايو`, `قبل يوم الأحد` name it.
                let named = self.year_number(i + n).is_some() || matches!(self.at(i + n), Some((Kind::Month(..) | Kind::Weekday(_) | Kind::Day(_) | Kind::Turn(_) | Kind::Decade(_), _)));
                // `قبل عقد القران`
                let contract = unit == Unit::Decade && self.key(i + n) != "من" && self.tokens.list.get(i + n).is_some_and(|t| t.kind == WordKind::Letters);
                if named || contract || (unit == Unit::Day && self.day_and_month(i).is_some()) || unit == Unit::Century {
                    return None;
                }
                return Some(plain(unit, 1.0, true, i + n));
            }
            Some((Kind::Two(unit), n)) if !self.key(i).starts_with("ال") => return Some(plain(unit, 2.0, true, i + n)),
            Some((Kind::Units(unit), n)) => {
                let few = matches!(self.key(i + n), "قليله" | "معدوده" | "عده");
                return (!self.key(i).starts_with("ال")).then(|| plain(unit, 3.0, false, i + n + usize::from(few)));
            }
            _ => {}
        }
        let number = numbers::cardinal(&self.tokens, i).filter(|c| c.start == i && c.cut == 0)?;
        match self.at(number.end)? {
            (Kind::Unit(unit) | Kind::Units(unit), n) => Some(plain(unit, number.value, number.exact, number.end + n)),
            _ => None,
        }
    }

    /// A further amount, which و links to the one before it.
    fn amount_linked(&self, i: usize, linked: bool) -> Option<Amount> {
        if linked {
            return self.amount(i);
        }
        let (kind, n) = self.linked(i).filter(|_| self.key(i).starts_with('و')).or_else(|| {
            let number = numbers::cardinal(&self.tokens, i).filter(|c| c.cut > 0 && c.exact && self.key(i).starts_with('و'))?;
            let (kind, n) = self.at(number.end)?;
            matches!(kind, Kind::Unit(_) | Kind::Units(_)).then_some((kind, number.end + n - i))
        })?;
        match kind {
            Kind::Unit(unit) if n == 1 => Some(Amount { count: 1.0, unit, exact: true, end: i + 1 }),
            Kind::Two(unit) => Some(Amount { count: 2.0, unit, exact: true, end: i + n }),
            Kind::Unit(unit) | Kind::Units(unit) => numbers::cardinal(&self.tokens, i).map(|c| Amount { count: c.value, unit, exact: true, end: i + n }),
            _ => None,
        }
    }

    /// The point that lies an amount of time away from a day.
    fn away(from: Date, sign: i64, amount: &Amount) -> Option<Value> {
        let count = amount.count;
        let whole = sign * count as i64;
        match amount.unit {
            Unit::Day if count < 400.0 => Some(from.checked_add(whole.days()).ok()?.into()),
            Unit::Week if count < 60.0 => Some(from.checked_add((sign * (count * 7.0) as i64).days()).ok()?.into()),
            Unit::Month if count < 60.0 => Some(Value::month_of(from.checked_add(whole.months()).ok()?)),
            Unit::Year if count < 1000.0 => {
                let day = from.checked_add((sign * (count * 12.0) as i64).months()).ok()?;
                // A year ago is told as exactly as a month; longer ago is not.
                if count < 1.5 { Some(Value::month_of(day)) } else { Value::year(i64::from(day.year())) }
            }
            Unit::Decade if count < 30.0 => Value::year(i64::from(from.year()) + whole * 10),
            _ => None,
        }
    }

    /// `قبل يومين`, `منذ ستة أيام`, `بعد أسبوعين من الآن`.
    pub(super) fn ago(&self, i: usize) -> Hit {
        let key = self.key(i);
        let sign = match key.trim_start_matches(['و', 'ف']) {
            "قبل" | "منذ" => -1,
            "بعد" => 1,
            _ => return None,
        };
        let mut at = i + 1;
        let about = matches!(self.key(at), "نحو" | "حوالي" | "قرابه" | "زهاء");
        let more = matches!(self.key(at), "اكثر" | "ازيد" | "اقل") && self.key(at + 1) == "من";
        at += usize::from(about) + 2 * usize::from(more);
        if matches!(self.key(at), "بضعه" | "بضع" | "عده") {
            let Some((Kind::Units(_), n)) = self.at(at + 1) else { return None };
            return Some((at + 1 + n, None));
        }
        let amount = self.amount(at)?;
        let mut end = amount.end;
        // `قبل عام وشهرين`, `شهر و 21 يوما`: what follows is finer.
        let mut rest = Vec::new();
        while rest.len() < 3 {
            let apart = usize::from(matches!(self.key(end), "و") || self.is(end, &[",", "،"]));
            let Some(more) = self.amount_linked(end + apart, apart == 1).filter(|m| m.exact && (m.unit as u8) < (amount.unit as u8)) else { break };
            end = more.end;
            rest.push(more);
        }
        let mut spoken = false;
        let only = usize::from(matches!(self.key(end), "فقط"));
        if self.key(end + only) == "من" {
            end += only;
            // Of the moment of speaking, or of another event.
            match self.key(end + 1) {
                "الان" | "اليوم" => (end, spoken) = (end + 2, true),
                _ => return None,
            }
        }
        if matches!(self.key(end), "علي" | "عن") || (sign > 0 && !spoken && !self.ahead(i, 4)) {
            return None;
        }
        if !amount.exact {
            return Some((end, None));
        }
        if sign < 0 && self.key(i).ends_with("منذ") && amount.unit == Unit::Year && amount.count >= 10.0 {
            return None;
        }
        let mut value = self.now.and_then(|now| Self::away(now, sign, &amount));
        if (about || more) && amount.unit == Unit::Year && amount.count <= 1.0 {
            value = self.now.and_then(|now| Value::year(i64::from(now.year()) + sign));
        }
        if let Some(finest) = rest.last() {
            let mut day = self.now.filter(|_| rest.iter().chain([&amount]).all(|part| part.count < 1000.0));
            for part in std::iter::once(&amount).chain(&rest) {
                let whole = sign * part.count.min(1000.0) as i64;
                let step = match part.unit {
                    Unit::Day => whole.days(),
                    Unit::Week => (7 * whole).days(),
                    Unit::Month => whole.months(),
                    _ => whole.years(),
                };
                day = day.and_then(|d| d.checked_add(step).ok());
            }
            value = day.map(|d| if matches!(finest.unit, Unit::Day | Unit::Week) { d.into() } else { Value::month_of(d) });
        }
        if value.is_none() && self.now.is_some() {
            return None;
        }
        Some((end, value))
    }

    /// `الأيام الثلاثة الماضية`, `الأسبوعين الأخيرين`, `آخر 3 سنوات`, `الثلاثة أشهر المقبلة`.
    pub(super) fn lately(&self, i: usize) -> Hit {
        let last = matches!(self.key(i), "اخر" | "واخر");
        if last {
            let amount = self.amount(i + 1).filter(|a| a.exact && a.count >= 2.0)?;
            return Some((amount.end, self.until(&amount, -1)));
        }
        let (amount, end) = match self.first(i) {
            Some((Kind::Units(unit), n)) if self.key(i).contains("ال") => {
                let at = i + n;
                if let Some((Kind::Few, n)) = self.at(at) {
                    let (_, end) = self.direction(at + n)?;
                    return Some((end, None));
                }
                let dash = usize::from(self.key(at) == "ال");
                let number = numbers::cardinal(&self.tokens, at + dash).filter(|c| c.exact && c.cut == 0 && (self.key(at).starts_with("ال")))?;
                (Amount { count: number.value, unit, exact: true, end: number.end }, number.end)
            }
            Some((Kind::Two(unit), n)) if self.key(i).contains("ال") => (Amount { count: 2.0, unit, exact: true, end: i + n }, i + n),
            _ => {
                let dash = usize::from(self.key(i) == "ال");
                let number = numbers::cardinal(&self.tokens, i + dash).filter(|c| c.exact && c.start == i + dash)?;
                match self.at(number.end)? {
                    (Kind::Units(unit), n) => (Amount { count: number.value, unit, exact: true, end: number.end + n }, number.end + n),
                    _ => return None,
                }
            }
        };
        let (sign, end) = self.direction(end)?;
        Some((end, self.until(&amount, sign)))
    }

    /// Whether what is counted lies behind or ahead.
    fn direction(&self, i: usize) -> Option<(i64, usize)> {
        match self.at(i)? {
            (Kind::Turn(t), n) if t != 0 => Some((t.signum(), i + n)),
            (Kind::Recent, n) => Some((-1, i + n)),
            _ => None,
        }
    }

    /// From an amount of time away until now.
    fn until(&self, amount: &Amount, sign: i64) -> Option<Value> {
        let now = self.now.filter(|_| amount.count < 10_000.0)?;
        let whole = sign * amount.count as i64;
        let year = i64::from(now.year());
        let (far, near) = match amount.unit {
            // The days ahead begin tomorrow.
            Unit::Day => (now.checked_add(whole.days()).ok()?.into(), if sign > 0 { now.checked_add(1.day()).ok()? } else { now }.into()),
            Unit::Week => (now.checked_add((7 * whole).days()).ok()?.into(), now.into()),
            Unit::Month => (Value::month_of(now.checked_add(whole.months()).ok()?), Value::month_of(now)),
            Unit::Year => (Value::year(year + whole)?, Value::year(year)?),
            Unit::Decade => (Value::year(year + 10 * whole)?, Value::year(year)?),
            Unit::Century => return None,
        };
        Some(if sign < 0 { Value::between(far, near) } else { Value::between(near, far) })
    }
}
