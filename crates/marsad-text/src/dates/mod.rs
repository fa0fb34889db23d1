//! Expressions that fix or bound a day, month or year, resolved against the day of publication.

mod count;
mod day;
mod lexicon;
mod period;
mod relative;
mod value;

pub use count::{days, iso};

use crate::tokens::{Tokens, without_clitics};
use crate::{Span, Word, WordKind, numbers};
use jiff::ToSpan;
use jiff::civil::Date;
use lexicon::{Edge, Kind, Lexicon, Unit, lexicon};
use value::Value;

/// A date that the text states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFound {
    /// Where it stands.
    pub span: Span,
    /// ISO 8601 day, month, year or interval; `None` where vague or unresolvable.
    pub value: Option<String>,
}

/// A phrase of the table at a token.
#[derive(Clone, Copy, Debug)]
struct Mark {
    kind: Kind,
    /// Tokens it takes.
    length: usize,
    /// Letters of a clitic before it.
    letters: usize,
}

/// What has been read: the token after it, and its value.
type Hit = Option<(usize, Option<Value>)>;

struct Reader<'a> {
    tokens: Tokens<'a>,
    marks: Vec<Option<Mark>>,
    lexicon: &'static Lexicon,
    /// The day on which the text was written, so far as it can be told.
    now: Option<Date>,
    /// Whether weeks begin on Monday, as in the Maghreb, rather than on Sunday.
    monday: bool,
    /// The last date of the text.
    last: Option<Value>,
    /// Whether `now` is sure.
    exact: bool,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, words: &[Word], frame: &Frame) -> Self {
        let published = frame.published;
        let lexicon = lexicon();
        // `ديسمبرمن العام الماضي`: a space is missing.
        let glued = |key: &str| -> Option<usize> {
            let stem = key.strip_suffix("من")?;
            lexicon.months.iter().any(|m| m == stem).then(|| stem.chars().count())
        };
        let tokens = Tokens::new(text, words, &glued);
        let mut monday = false;
        let marks: Vec<Option<Mark>> = (0..tokens.list.len())
            .map(|i| {
                if tokens.list[i].kind != WordKind::Letters {
                    return None;
                }
                let key = tokens.key(i);
                monday |= lexicon.monday.contains(key);
                if let Some((kind, length)) = lexicon.phrases.at(&tokens, i, key) {
                    return Some(Mark { kind, length, letters: 0 });
                }
                if !key.starts_with(['و', 'ف', 'ب', 'ل', 'ك']) {
                    return None;
                }
                without_clitics(key).find_map(|(rest, letters)| lexicon.phrases.at(&tokens, i, &rest).map(|(kind, length)| Mark { kind, length, letters }))
            })
            .collect();
        let published = published.and_then(|p| p.get(..10)).and_then(|p| p.parse().ok());
        let monday = frame.week.map_or(monday, |w| w == WeekStart::Monday);
        let mut reader = Self { tokens, marks, lexicon, now: published, monday, last: None, exact: frame.exact };
        if !frame.exact {
            reader.now = published.map(|day| reader.written(day));
        }
        reader
    }

    /// The phrase at a token, if no clitic stands before it.
    fn at(&self, i: usize) -> Option<(Kind, usize)> {
        self.marks.get(i).copied().flatten().filter(|m| m.letters == 0).map(|m| (m.kind, m.length))
    }

    /// The phrase at the first token of an expression, where a clitic may stand before it.
    fn first(&self, i: usize) -> Option<(Kind, usize)> {
        self.marks.get(i).copied().flatten().map(|m| (m.kind, m.length))
    }

    /// A word without the particles that its clitics may be.
    fn stem_in(&self, set: &std::collections::HashSet<String>, i: usize) -> bool {
        let key = self.key(i);
        set.contains(key) || without_clitics(key).any(|(rest, _)| set.contains(rest.as_ref()))
    }

    /// The phrase at a token that و may link to what stands before it.
    fn linked(&self, i: usize) -> Option<(Kind, usize)> {
        let one_letter = |m: &Mark| m.letters == 1 && self.tokens.key(i).starts_with('و');
        self.marks.get(i).copied().flatten().filter(|m| m.letters == 0 || one_letter(m)).map(|m| (m.kind, m.length))
    }

    fn key(&self, i: usize) -> &str {
        self.tokens.key(i)
    }

    /// The token before, or nothing.
    fn before(&self, i: usize) -> &str {
        i.checked_sub(1).map_or("", |b| self.tokens.key(b))
    }

    fn is(&self, i: usize, signs: &[&str]) -> bool {
        self.tokens.is(i, signs)
    }

    /// A text that says `أمس الأحد` on a Wednesday was written on Monday, and lay.
    fn written(&self, published: Date) -> Date {
        for i in 0..self.marks.len() {
            let Some((Kind::Day(days), n)) = self.first(i) else { continue };
            if self.lexicon.bar.contains(self.before(i)) {
                continue;
            }
            let mut at = i + n;
            if let Some((Kind::Part(_), n)) = self.at(at) {
                at += n;
            }
            at += usize::from(self.is(at, &["("]));
            let Some((Kind::Weekday(weekday), n)) = self.at(at) else { continue };
            // `اليوم الأحد عشر`, `اليوم الأحد الماضي` and days whose date stands beside them tell nothing.
            if self.weekday_is_other(at + n) || self.day_and_month(at + n).is_some() {
                continue;
            }
            let named = i64::from(weekday) - days;
            let late = (i64::from(published.weekday().to_monday_one_offset()) - named).rem_euclid(7);
            return published.checked_sub(late.days()).unwrap_or(published);
        }
        published
    }

    fn weekday_is_other(&self, i: usize) -> bool {
        self.lexicon.bar_weekday.contains(self.key(i)) || matches!(self.at(i), Some((Kind::Turn(_), _)))
    }

    fn turn(&self, i: usize) -> Option<(i64, usize)> {
        match self.at(i)? {
            (Kind::Turn(t), n) => Some((t, i + n)),
            _ => None,
        }
    }

    /// Whether the words around say that it is still to come: a verb in the future right before, or the word for it.
    fn ahead(&self, start: usize, reach: usize) -> bool {
        let first_person = |i: usize| self.tokens.list[i].span.of(self.tokens.text).starts_with("سأ");
        for back in 1..=reach {
            let Some(i) = start.checked_sub(back) else { return false };
            let key = self.key(i);
            if self.tokens.list[i].kind == WordKind::Sign {
                return false;
            }
            // `من يناير إلى مارس` looks no further ahead than its beginning.
            let until = back == 1 && self.lexicon.until.contains(key) && !matches!(i.checked_sub(1).and_then(|b| self.marks[b]).map(|m| m.kind), Some(Kind::Month(..) | Kind::Weekday(_)));
            let beyond = back == 1 && key == "بعد" && self.before(i).ends_with("ما");
            if self.lexicon.future.contains(key) || until || beyond || (back == 2 && key == "الي" && self.key(i + 1) == "يوم") {
                return true;
            }
            let plain = key.strip_prefix('و').unwrap_or(key);
            let verb = plain.starts_with("سي") || plain.starts_with("ست") || plain.starts_with("سن");
            if first_person(i) {
                return true;
            }
            if verb && plain.chars().count() >= 5 && !self.lexicon.no_future.iter().any(|p| plain.starts_with(p.as_str())) {
                return true;
            }
        }
        false
    }

    /// The first day of the week in which a day lies.
    fn week_of(&self, day: Date) -> Option<Date> {
        let back = if self.monday { day.weekday().to_monday_zero_offset() } else { day.weekday().to_sunday_zero_offset() };
        day.checked_sub(i64::from(back).days()).ok()
    }

    /// A date that begins at a token.
    fn read(&self, i: usize) -> Hit {
        let hit = match self.first(i) {
            Some((Kind::Edge(_), _)) => self.edge(i).or_else(|| self.day(i)),
            Some((Kind::Vague, n)) => Some((i + n, None)),
            _ => self.ago(i).or_else(|| self.lately(i)).or_else(|| self.day(i)).or_else(|| self.period(i)),
        };
        hit.filter(|(end, _)| *end > i && *end <= self.tokens.list.len())
    }

    /// `مطلع العام`, `نهاية الأسبوع`, `وقت سابق من الشهر الحالي`.
    fn edge(&self, i: usize) -> Hit {
        let (Kind::Edge(edge), n) = self.first(i)? else { return None };
        let mut at = i + n;
        if edge == Edge::Within {
            at += usize::from(matches!(self.key(at), "من" | "في"));
            let (end, value) = self.day(at).or_else(|| self.period(at))?;
            return Some((end, value));
        }
        if edge == Edge::Rest {
            let (end, whole) = self.period_of(at, true).or_else(|| self.running(at))?;
            let last = whole.and_then(Value::last_day);
            return Some((end, self.now.zip(last).map(|(now, last)| Value::between(now.into(), last.into()))));
        }
        if self.key(at) == "من" {
            return None;
        }
        if let Some((end, value)) = self.period_of(at, true) {
            return Some((end, value.map(|v| v.part(edge))));
        }
        let (end, value) = self.running(at)?;
        let week = matches!(self.at(at), Some((Kind::Unit(Unit::Week), _)));
        Some((end, if week { self.weekend(edge, self.ahead(i, 4)) } else { value.map(|v| v.part(edge)) }))
    }

    /// The running week, month or year, said without a turn: the end of `مطلع العام`.
    fn running(&self, i: usize) -> Hit {
        let (Kind::Unit(unit), n) = self.at(i).filter(|_| self.key(i).starts_with("ال"))? else { return None };
        // `بداية العام الدراسي` is not in January.
        if self.lexicon.bar_today.contains(self.key(i + n)) {
            return None;
        }
        let value = match unit {
            Unit::Week => self.now.and_then(|now| {
                let first = self.week_of(now)?;
                Some(Value { from: first.into(), to: Some(first.checked_add(6.days()).ok()?.into()) })
            }),
            Unit::Month => self.now.map(Value::month_of),
            Unit::Year => self.now.and_then(|now| Value::year(i64::from(now.year()))),
            _ => return None,
        };
        Some((i + n, value))
    }

    /// The last weekend, or the next one: `نهاية الأسبوع` of no week. Saturday and Sunday, since the texts that do not say
    /// which week they mean tell of elsewhere.
    fn weekend(&self, edge: Edge, ahead: bool) -> Option<Value> {
        let now = self.now?;
        if edge != Edge::End {
            let first = self.week_of(now)?;
            return Some(Value { from: first.into(), to: Some(first.checked_add(6.days()).ok()?.into()) }.part(edge));
        }
        let now = if ahead { now.checked_add(7.days()).ok()? } else { now };
        let sunday = now.checked_sub(i64::from(now.weekday().to_sunday_zero_offset()).days()).ok()?;
        Some(Value { from: sunday.checked_sub(1.day()).ok()?.into(), to: Some(sunday.into()) })
    }

    /// Clock times are no dates: the token after one.
    fn clock(&self, i: usize) -> Option<usize> {
        let key = self.key(i);
        if !key.ends_with("الساعه") || key.chars().count() > 8 {
            return None;
        }
        let mut end = i + 1;
        if let Some(o) = numbers::ordinal(&self.tokens, end) {
            end = o.end;
        } else if self.tokens.digits(end).is_some() {
            end += 1;
            while self.is(end, &[":"]) && self.tokens.digits(end + 1).is_some() {
                end += 2;
            }
        }
        Some(end)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let letters = self.marks[start].map_or(0, |m| m.letters);
        let cut = if letters > 0 { self.tokens.clitic(start, letters) } else { self.clitic_of_number(start) };
        Span::new(self.tokens.list[start].span.start() + cut, self.tokens.list[end - 1].span.end())
    }

    /// Bytes of a clitic before a number in words, or before قبل and its like.
    fn clitic_of_number(&self, i: usize) -> usize {
        let key = self.key(i);
        if self.marks[i].is_some() || self.tokens.list[i].kind != WordKind::Letters || !key.starts_with(['و', 'ف', 'ب', 'ل']) {
            return 0;
        }
        if matches!(key, "وقبل" | "ومنذ" | "وبعد" | "فقبل" | "فمنذ" | "واخر") {
            return self.tokens.clitic(i, 1);
        }
        numbers::ordinal(&self.tokens, i).or_else(|| numbers::cardinal(&self.tokens, i)).map_or(0, |c| c.cut)
    }
}

/// The first day of a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeekStart {
    /// As in the Maghreb.
    Monday,
    /// As in most of the Arab world.
    Sunday,
}

/// What a text's dates are resolved against.
#[derive(Clone, Copy, Debug, Default)]
pub struct Frame<'a> {
    /// The day of publication, `YYYY-MM-DD` or RFC 3339.
    pub published: Option<&'a str>,
    /// Where weeks begin; `None` lets the text's own month names tell.
    pub week: Option<WeekStart>,
    /// Whether `published` is sure to be the day of writing. Otherwise a text that says `أمس الأحد` on a Wednesday is
    /// taken to have been written on Monday.
    pub exact: bool,
}

/// Finds the dates of a text cut into `words`; `published` is `YYYY-MM-DD` or RFC 3339.
///
/// # Examples
/// ```
/// use marsad_text::{dates, words};
/// let text = "وصل الوفد أمس الأول";
/// let found = dates::find(text, &words(text), Some("2026-11-23"));
/// assert_eq!(found[0].value.as_deref(), Some("2026-11-21"));
/// assert_eq!(found[0].span.of(text), "أمس الأول");
/// ```
pub fn find(text: &str, words: &[Word], published: Option<&str>) -> Vec<DateFound> {
    find_in(text, words, &Frame { published, ..Frame::default() })
}

/// As [`find`], with all that is known of the text.
pub fn find_in(text: &str, words: &[Word], frame: &Frame) -> Vec<DateFound> {
    let mut reader = Reader::new(text, words, frame);
    let (mut found, mut i) = (Vec::new(), 0);
    while i < reader.tokens.list.len() {
        if let Some(end) = reader.clock(i) {
            i = end;
        } else if let Some((end, value)) = reader.read(i) {
            found.push(DateFound { span: reader.span(i, end), value: value.map(|v| v.to_string()) });
            reader.last = value.or(reader.last);
            i = end;
        } else {
            i += 1;
        }
    }
    found
}

/// Reads two dates with nothing but من … إلى or بين … و about them as one interval.
///
/// [`find`] leaves them apart, as the text names two dates; who wants to know how long something lasted joins them.
pub fn joined(text: &str, found: &[DateFound]) -> Vec<DateFound> {
    let mut out: Vec<DateFound> = Vec::with_capacity(found.len());
    for date in found {
        if let Some(before) = out.last_mut()
            && let (Some(a), Some(b)) = (&before.value, &date.value)
            && !a.contains('/')
            && !b.contains('/')
            && a < b
        {
            let between = crate::fold(text.get(before.span.end()..date.span.start()).unwrap_or_default());
            let lead = crate::fold(text.get(..before.span.start()).unwrap_or_default().rsplit(char::is_whitespace).nth(1).unwrap_or_default());
            let to = matches!(between.trim().trim_start_matches(['،', ',', ' ']), "الي" | "حتي" | "وحتي" | "-" | "–" | "ولغايه" | "لغايه");
            if to || (lead.ends_with("بين") && between.trim() == "و") {
                before.value = Some(format!("{a}/{b}"));
                before.span = before.span.cover(date.span);
                continue;
            }
        }
        out.push(date.clone());
    }
    out
}
