//! The words of `knowledge/calendar.tsv`.

use super::value::Point;
use crate::fold;
use crate::tokens::Phrases;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

/// Stretches of time that the calendar counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Day,
    Week,
    Month,
    Year,
    Decade,
    Century,
}

/// A part of a longer stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    Start,
    Middle,
    End,
    Within,
    /// From now to its end.
    Rest,
}

/// Calendars whose months the table knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Calendar {
    Gregorian,
    UmmAlQura,
    /// The solar one of the Kurds: the Persian calendar's months, another era.
    Kurdish,
}

/// What a phrase means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    /// A month; `false` where the word is also another one.
    Month(Calendar, i8, bool),
    Weekday(i8),
    /// Days from today.
    Day(i64),
    /// A part of the day; the number is the days by which it lies off the day it is called by.
    Part(i64),
    Turn(i64),
    Recent,
    Following,
    This,
    Same,
    SameAfter,
    Few,
    Edge(Edge),
    Unit(Unit),
    Units(Unit),
    Two(Unit),
    Season(i8),
    Slice(i8),
    Decade(i16),
    Vague,
    /// A feast by its month and day; `true` where its name says that it is a day.
    Feast(Calendar, i8, i8, bool),
}

/// The tables by the folded form of their words.
pub(crate) struct Lexicon {
    pub phrases: Phrases<Kind>,
    /// Months of the Libyan calendar of 1969 to 2011, whose names are ordinary words.
    pub libyan: Phrases<i8>,
    pub bar: HashSet<String>,
    pub bar_date: HashSet<String>,
    pub bar_today: HashSet<String>,
    pub bar_weekday: HashSet<String>,
    /// Before العام, which then is "general".
    pub bar_year: HashSet<String>,
    pub preposition: HashSet<String>,
    pub before_year: HashSet<String>,
    pub future: HashSet<String>,
    pub until: HashSet<String>,
    pub no_future: Vec<String>,
    pub monday: HashSet<String>,
    /// Words before a day and month that name one year's.
    pub famed: HashMap<String, Vec<Point>>,
    /// Months by the words that others are glued to.
    pub months: Vec<String>,
}

fn month_and_day(value: &str) -> (i8, i8) {
    let mut parts = value.split('-').map(|p| p.parse().unwrap_or(1));
    (parts.next().unwrap_or(1), parts.next().unwrap_or(1))
}

fn unit(value: &str) -> Unit {
    match value {
        "week" => Unit::Week,
        "month" => Unit::Month,
        "year" => Unit::Year,
        "decade" => Unit::Decade,
        "century" => Unit::Century,
        _ => Unit::Day,
    }
}

impl Lexicon {
    fn set(&mut self, kind: &str) -> Option<&mut HashSet<String>> {
        Some(match kind {
            "bar" => &mut self.bar,
            "bar date" => &mut self.bar_date,
            "bar today" => &mut self.bar_today,
            "bar year" => &mut self.bar_year,
            "bar weekday" => &mut self.bar_weekday,
            "preposition" => &mut self.preposition,
            "before year" => &mut self.before_year,
            "future" => &mut self.future,
            "until" => &mut self.until,
            "monday" => &mut self.monday,
            _ => return None,
        })
    }

    fn add(&mut self, word: &str, kind: &str, value: &str) {
        if let Some(set) = self.set(kind) {
            set.insert(fold(word));
            return;
        }
        let number: i64 = value.parse().unwrap_or(0);
        let kind = match kind {
            "month" | "month?" => {
                if kind == "month" && !word.contains(' ') {
                    self.months.push(fold(word));
                }
                Kind::Month(Calendar::Gregorian, number as i8, kind == "month")
            }
            "hijri" => Kind::Month(Calendar::UmmAlQura, number as i8, false),
            "solar" => Kind::Month(Calendar::Kurdish, number as i8, false),
            "libyan" => return self.libyan.add(word, number as i8),
            "weekday" => Kind::Weekday(number as i8),
            "day" => Kind::Day(number),
            "part" => Kind::Part(number),
            "turn" => Kind::Turn(number),
            "recent" => Kind::Recent,
            "following" => Kind::Following,
            "this" => Kind::This,
            "same" => Kind::Same,
            "same after" => Kind::SameAfter,
            "few" => Kind::Few,
            "edge" => Kind::Edge(match value {
                "start" => Edge::Start,
                "middle" => Edge::Middle,
                "end" => Edge::End,
                "rest" => Edge::Rest,
                _ => Edge::Within,
            }),
            "unit" => Kind::Unit(unit(value)),
            "units" => Kind::Units(unit(value)),
            "two" => Kind::Two(unit(value)),
            "season" => Kind::Season(number as i8),
            "slice" => Kind::Slice(number as i8),
            "decade" => Kind::Decade(number as i16),
            "vague" => Kind::Vague,
            "feast" | "feast, named" | "feast, hijri" => {
                let (month, day) = month_and_day(value);
                let calendar = if kind == "feast, hijri" { Calendar::UmmAlQura } else { Calendar::Gregorian };
                Kind::Feast(calendar, month, day, kind == "feast, named")
            }
            "no future" => return self.no_future.push(fold(word)),
            "famed" => {
                let mut parts = value.splitn(2, '-');
                let year = parts.next().and_then(|y| y.parse().ok()).unwrap_or(0);
                let rest = parts.next().unwrap_or_default();
                let (month, day) = month_and_day(rest);
                let day = if rest.contains('-') { day } else { 0 };
                return self.famed.entry(fold(word)).or_default().push(Point { year, month, day });
            }
            _ => return,
        };
        self.phrases.add(word, kind);
    }
}

pub(crate) fn lexicon() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(|| {
        let mut made = Lexicon {
            phrases: Phrases::new(),
            libyan: Phrases::new(),
            bar: HashSet::new(),
            bar_date: HashSet::new(),
            bar_today: HashSet::new(),
            bar_weekday: HashSet::new(),
            bar_year: HashSet::new(),
            preposition: HashSet::new(),
            before_year: HashSet::new(),
            future: HashSet::new(),
            until: HashSet::new(),
            no_future: Vec::new(),
            monday: HashSet::new(),
            famed: HashMap::new(),
            months: Vec::new(),
        };
        for line in include_str!("../../../../knowledge/calendar.tsv").lines().skip(1) {
            let cells: Vec<&str> = line.split('\t').collect();
            let [words, kind, value] = cells[..] else { continue };
            for word in words.split('|') {
                made.add(word, kind, value);
            }
        }
        made
    })
}
