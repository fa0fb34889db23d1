//! Judges of dates and numbers: the guide's articles, TIMEX3 articles and the Recognizers' specs.

use jiff::ToSpan;
use jiff::civil::Date;
use marsad_text::dates::{self, DateFound, Frame, WeekStart};
use marsad_text::numbers::NumberKind;
use marsad_text::{Span, numbers, words};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What was found of what is there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sum {
    pub hit: usize,
    pub gold: usize,
    pub said: usize,
}

impl Sum {
    pub fn precision(self) -> f64 {
        self.hit as f64 / self.said.max(1) as f64
    }

    pub fn recall(self) -> f64 {
        self.hit as f64 / self.gold.max(1) as f64
    }

    pub fn f1(self) -> f64 {
        let (p, r) = (self.precision(), self.recall());
        if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 }
    }
}

pub type Failure = Box<dyn std::error::Error>;

fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, Failure> {
    let mut list: Vec<PathBuf> = fs::read_dir(folder)?.filter_map(Result::ok).map(|f| f.path()).filter(|p| p.extension().is_some_and(|e| e == extension)).collect();
    list.sort();
    Ok(list)
}

fn json(path: &Path) -> Result<Value, Failure> {
    Ok(serde_json::from_str(fs::read_to_string(path)?.trim_start_matches('\u{feff}'))?)
}

/// A number by its value and kind.
#[derive(Clone, Debug)]
pub struct Counted {
    pub span: Span,
    pub value: Option<f64>,
    pub kind: NumberKind,
}

/// What another program found in a text published on a day.
type Found = (Vec<DateFound>, Vec<Counted>);

/// Who reads the texts.
pub enum Source {
    /// This crate.
    Here,
    /// Another program, whose findings are by the text and its day.
    Written(BTreeMap<(String, String), Found>),
    /// Nobody: the texts are written down for others, as JSON lines.
    Asked(RefCell<Vec<String>>),
}

impl Source {
    /// The findings of another program, one text a line: `text`, `published`, `dates` with `start`, `end` and `value`,
    /// and `numbers` with these and `kind`; offsets in characters.
    pub fn written(path: &Path) -> Result<Self, Failure> {
        let mut map = BTreeMap::new();
        for line in fs::read_to_string(path)?.lines() {
            let reading: Value = serde_json::from_str(line)?;
            let text = reading["text"].as_str().unwrap_or_default();
            let bytes: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let span = |item: &Value| {
                let at = |name: &str| item[name].as_u64().and_then(|n| bytes.get(n as usize)).copied().unwrap_or(text.len());
                Span::new(at("start"), at("end"))
            };
            let days = reading["dates"].as_array().into_iter().flatten().map(|d| DateFound { span: span(d), value: d["value"].as_str().map(str::to_owned) }).collect();
            let kind = |name: Option<&str>| match name {
                Some("percent") => NumberKind::Percent,
                Some("ordinal") => NumberKind::Ordinal,
                _ => NumberKind::Count,
            };
            let sums = reading["numbers"].as_array().into_iter().flatten().map(|n| Counted { span: span(n), value: n["value"].as_f64(), kind: kind(n["kind"].as_str()) }).collect();
            map.insert((text.to_owned(), reading["published"].as_str().unwrap_or_default().to_owned()), (days, sums));
        }
        Ok(Self::Written(map))
    }

    fn ask(list: &RefCell<Vec<String>>, text: &str, day: &str) {
        list.borrow_mut().push(serde_json::json!({"text": text, "published": day}).to_string());
    }

    fn dates(&self, text: &str, frame: &Frame) -> Vec<DateFound> {
        let day = frame.published.unwrap_or_default();
        match self {
            Self::Here => dates::find_in(text, &words(text), frame),
            Self::Written(map) => map.get(&(text.to_owned(), day.to_owned())).map(|found| found.0.clone()).unwrap_or_default(),
            Self::Asked(list) => {
                Self::ask(list, text, day);
                Vec::new()
            }
        }
    }

    fn numbers(&self, text: &str, ordinals: bool) -> Vec<Counted> {
        match self {
            Self::Here => {
                let list = words(text);
                let found = if ordinals { numbers::ordinals(text, &list) } else { numbers::find(text, &list) };
                found.into_iter().map(|n| Counted { span: n.span, value: n.min.or(n.max), kind: n.kind }).collect()
            }
            Self::Written(map) => {
                let all = map.get(&(text.to_owned(), String::new())).map(|found| found.1.clone()).unwrap_or_default();
                all.into_iter().filter(|n| (n.kind == NumberKind::Ordinal) == ordinals).collect()
            }
            Self::Asked(list) => {
                Self::ask(list, text, "");
                Vec::new()
            }
        }
    }
}

fn nth(text: &str, part: &str, n: usize) -> Option<Span> {
    let mut from = 0;
    for _ in 1..n {
        from += text.get(from..)?.find(part)?;
        from += text.get(from..)?.chars().next()?.len_utf8();
    }
    let at = from + text.get(from..)?.find(part)?;
    Some(Span::new(at, at + part.len()))
}

/// A span with what stands around it, in one line.
pub fn around(text: &str, span: Span) -> String {
    let before: Vec<char> = text[..span.start()].chars().rev().take(30).collect();
    let after: String = text[span.end()..].chars().take(25).collect();
    let line = format!("{}[{}]{after}", before.into_iter().rev().collect::<String>(), span.of(text));
    line.replace('\n', " ")
}

/// The figures of the guide's articles.
#[derive(Debug, Default)]
pub struct Guide {
    /// As the guide's judge counts: the spans overlap and the value is the same.
    pub judged: Sum,
    /// The very span, whatever the value.
    pub spans: Sum,
    /// The very span with the same value.
    pub exact: Sum,
    pub misses: Vec<String>,
}

/// Annotated articles; where one has no text, the article of its name in `texts` gives it.
pub fn guide(source: &Source, folder: &Path, texts: Option<&Path>) -> Result<Guide, Failure> {
    let mut made = Guide::default();
    for path in files(folder, "json")? {
        let article = json(&path)?;
        let whole = match texts {
            Some(folder) if article["text"].is_null() => json(&folder.join(path.file_name().unwrap_or_default()))?,
            _ => article.clone(),
        };
        let (text, day) = (whole["text"].as_str().unwrap_or_default(), whole["published"].as_str().unwrap_or_default());
        let mut gold = Vec::new();
        for d in article["dates"].as_array().into_iter().flatten() {
            let n = d["nth"].as_u64().unwrap_or(1) as usize;
            let part = d["text"].as_str().unwrap_or_default();
            let span = nth(text, part, n).ok_or_else(|| format!("{}: {part} is not in the text", path.display()))?;
            if let Some(value) = d["value"].as_str() {
                gold.push((span, value.to_owned()));
            }
        }
        let said: Vec<DateFound> = source.dates(text, &Frame { published: Some(day), ..Frame::default() }).into_iter().filter(|d| d.value.is_some()).collect();
        for (sum, same) in [
            (&mut made.spans, (&|g: &(Span, String), s: &DateFound| g.0 == s.span) as &dyn Fn(&(Span, String), &DateFound) -> bool),
            (&mut made.exact, &|g, s| g.0 == s.span && s.value.as_ref() == Some(&g.1)),
            (&mut made.judged, &|g, s| g.0.overlaps(s.span) && s.value.as_ref() == Some(&g.1)),
        ] {
            let mut free: Vec<&DateFound> = said.iter().collect();
            let mut missed = Vec::new();
            for g in &gold {
                match free.iter().position(|s| same(g, s)) {
                    Some(at) => {
                        free.remove(at);
                        sum.hit += 1;
                    }
                    None => missed.push(g),
                }
            }
            sum.gold += gold.len();
            sum.said += said.len();
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            made.misses.clear_if_not_last(&name);
            made.misses.extend(missed.iter().map(|g| format!("missed   {name} {day} {} {}", around(text, g.0), g.1)));
            made.misses.extend(free.iter().map(|s| format!("invented {name} {day} {} {}", around(text, s.span), s.value.as_deref().unwrap_or("?"))));
        }
    }
    Ok(made)
}

/// Keeps of one article only the misses of its last count.
trait ClearIfNotLast {
    fn clear_if_not_last(&mut self, name: &str);
}

impl ClearIfNotLast for Vec<String> {
    fn clear_if_not_last(&mut self, name: &str) {
        self.retain(|m| m.split(' ').find(|w| !w.is_empty() && *w != "missed" && *w != "invented") != Some(name));
    }
}

/// The figures of TIMEX3 articles.
#[derive(Debug, Default)]
pub struct Timex {
    /// The very span once [`bare`] has taken off what the two conventions treat differently.
    pub exact: Sum,
    /// Any overlap.
    pub overlap: Sum,
    /// Of the found ones, those with the annotated value.
    pub value: usize,
    /// Of the annotated dates, those whose value the annotation itself contradicts: the text names the weekday.
    pub contradicted: usize,
    pub misses: Vec<String>,
}

/// An expression without prepositions, demonstratives and the generic يوم، شهر، عام before it.
fn bare(text: &str, span: Span) -> Span {
    let piece = span.of(text);
    let mut start = 0;
    while let Some((word, _)) = piece[start..].split_once(' ') {
        let light = marsad_text::fold(word);
        if !BARE.contains(&light.as_str()) {
            break;
        }
        start += word.len() + 1;
    }
    let end = piece.trim_end_matches(" م").trim_end_matches('م').trim_end().len();
    let end = if piece[..end].ends_with(char::is_numeric) { end } else { piece.len() };
    Span::new(span.start() + start, span.start() + end.max(start))
}

/// An annotated expression: its span, type and value.
type Tag = (Span, String, String);

fn tags(source: &str) -> (String, Vec<Tag>) {
    let source = source.split_once("<TimeML>").map_or(source, |s| s.1);
    let (mut text, mut open, mut list) = (String::new(), Vec::new(), Vec::new());
    let mut rest = source;
    while let Some(at) = rest.find('<') {
        text += &rest[..at];
        let close = rest[at..].find('>').map_or(rest.len(), |n| at + n + 1);
        let tag = &rest[at..close];
        let of = |name: &str| tag.split_once(&format!("{name}=\"")).and_then(|s| s.1.split_once('"')).map(|s| s.0.to_owned()).unwrap_or_default();
        if tag.starts_with("<TIMEX3") {
            open.push((text.len(), of(" type"), of(" value")));
        } else if tag == "</TIMEX3>"
            && let Some((start, kind, value)) = open.pop()
        {
            list.push((Span::new(start, text.len()), kind, value));
        }
        rest = &rest[close..];
    }
    text += rest;
    (text, list)
}

/// The day on which the articles were annotated as written: `اليوم` has this value in all of them.
pub const WRITTEN: &str = "2015-12-24";

fn plain(value: &str) -> bool {
    let parts: Vec<&str> = value.split('-').collect();
    parts.len() <= 3 && parts[0].len() == 4 && parts[1..].iter().all(|p| p.len() == 2) && parts.iter().all(|p| p.bytes().all(|b| b.is_ascii_digit()))
}

/// TIMEX3 articles: the expressions of type DATE whose value is a day, month or year.
/// `exact` says that [`WRITTEN`] is the day of writing whatever weekday a text names, as its annotators took it;
/// `distinct` counts articles that are there twice once.
pub fn timex(reader: &Source, folder: &Path, exact: bool, distinct: bool) -> Result<Timex, Failure> {
    let mut made = Timex::default();
    let mut seen = BTreeSet::new();
    for path in files(folder, "tml")? {
        let source = fs::read_to_string(&path)?;
        if distinct && !seen.insert(source.clone()) {
            continue;
        }
        let (text, list) = tags(&source);
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let (gold, aside): (Vec<Tag>, Vec<Tag>) = list.into_iter().partition(|(_, kind, value)| kind == "DATE" && plain(value));
        let frame = Frame { published: Some(WRITTEN), week: None, exact };
        let said: Vec<DateFound> = reader.dates(&text, &frame).into_iter().filter(|d| d.value.is_some()).collect();
        let mut free: Vec<&DateFound> = said.iter().collect();
        let (mut exact_hits, mut counted) = (0, 0);
        let all: Vec<&Tag> = aside.iter().chain(&gold).collect();
        // One span for what the annotation cuts into neighbours (`السبت القادم` and `10 ابريل`, `عامي 2002` and `2003`)
        // counts for each of them if it begins where one does and ends where another does.
        let joins = |s: &DateFound| {
            let ours = bare(&text, s.span);
            let (first, last) = (all.iter().any(|g| bare(&text, g.0).start() == ours.start()), all.iter().any(|g| bare(&text, g.0).end() == ours.end()));
            first && last && all.iter().filter(|g| s.span.overlaps(g.0)).count() > 1
        };
        for (span, _, value) in &gold {
            let at = free.iter().position(|s| bare(&text, s.span) == bare(&text, *span)).or_else(|| free.iter().position(|s| s.span.overlaps(*span)));
            let Some(at) = at else {
                made.misses.push(format!("missed   {name} {} {value}", around(&text, *span)));
                continue;
            };
            let found = free[at];
            let joined = joins(found);
            if !joined {
                free.remove(at);
            }
            made.overlap.hit += 1;
            counted += 1;
            let same = joined || bare(&text, found.span) == bare(&text, *span);
            exact_hits += usize::from(same);
            let said = found.value.as_deref().unwrap_or("?");
            let right = said == value || (joined && said.split('/').any(|end| end == value));
            made.value += usize::from(right);
            if !right {
                let day: Option<Date> = value.parse().ok();
                let named = WEEKDAYS.iter().position(|w| marsad_text::fold(found.span.of(&text)).contains(w));
                made.contradicted += usize::from(day.zip(named).is_some_and(|(d, w)| d.weekday().to_monday_zero_offset() as usize != w));
            }
            if !right || !same {
                made.misses.push(format!("{} {name} {} {value}: {} {said}", if right { "span    " } else { "value   " }, around(&text, *span), found.span.of(&text)));
            }
        }
        // What stands on an expression of another type is neither a hit nor an invention.
        free.retain(|s| !all.iter().any(|(span, ..)| span.overlaps(s.span)));
        made.misses.extend(free.iter().map(|s| format!("invented {name} {} {}", around(&text, s.span), s.value.as_deref().unwrap_or("?"))));
        made.exact.hit += exact_hits;
        made.overlap.gold += gold.len();
        made.exact.gold += gold.len();
        made.overlap.said += counted + free.len();
        made.exact.said += counted + free.len();
    }
    Ok(made)
}

/// Words that TIMEX3 leaves out of a DATE or gives a TIME of its own, or that its annotators did not agree on.
const BARE: [&str; 21] = [
    "في", "من", "منذ", "حتي", "يوم", "يومي", "شهر", "هذا", "هذه", "عام", "العام", "عامي", "العامين", "سنه", "بحلول", "خلال", "مساء", "صباح", "فجر", "ظهر", "ليل",
];

const WEEKDAYS: [&str; 7] = ["الاثنين", "الثلاثاء", "الاربعاء", "الخميس", "الجمعه", "السبت", "الاحد"];

/// The figures of one spec.
#[derive(Debug, Default)]
pub struct Spec {
    pub right: usize,
    pub cases: usize,
    pub aside: usize,
    pub misses: Vec<String>,
}

/// The days of a point of a value, the last one not among them.
fn point(p: &str) -> Option<(Date, Date)> {
    let mut parts = p.split('-').map(str::parse::<i16>);
    let year = parts.next()?.ok()?;
    let month = parts.next().transpose().ok()?.unwrap_or(1);
    let day = parts.next().transpose().ok()?.unwrap_or(1);
    let first = Date::new(year, month as i8, day as i8).ok()?;
    let past = match p.len() {
        4 => first.checked_add(1.year()),
        7 => first.checked_add(1.month()),
        _ => first.checked_add(1.day()),
    };
    Some((first, past.ok()?))
}

/// Whether a value is the spec's interval. The spec gives days also where the guide wants months or years, and its end is
/// now the last day, now the day after it: both ends must lie in the points that the value names, or end them.
fn same_interval(value: &str, from: Date, to: Date) -> bool {
    let (first, last) = value.split_once('/').unwrap_or((value, value));
    let (Some(first), Some(last)) = (point(first), point(last)) else { return false };
    first.0 <= from && from < first.1 && last.0 <= to && to <= last.1
}

fn date_right(source: &Source, case: &Value, period: bool) -> (bool, String) {
    let (text, day) = (case["Input"].as_str().unwrap_or_default(), case["Context"]["ReferenceDateTime"].as_str().unwrap_or_default());
    // The specs' weeks begin on Monday.
    let found = source.dates(text, &Frame { published: Some(day), week: Some(WeekStart::Monday), exact: false });
    let found = if period { dates::joined(text, &found) } else { found };
    let shown = found.iter().map(|d| format!("{} = {}", d.span.of(text), d.value.as_deref().unwrap_or("?"))).collect::<Vec<_>>().join("; ");
    let results = case["Results"].as_array().cloned().unwrap_or_default();
    let right = results.iter().all(|r| {
        let wanted = r["Text"].as_str().unwrap_or_default();
        let span = nth(text, wanted, 1);
        let on = found.iter().filter(|d| span.is_some_and(|s| s.overlaps(d.span)));
        let values: Vec<&str> = on.filter_map(|d| d.value.as_deref()).collect();
        ["PastResolution", "FutureResolution"].iter().any(|side| {
            let side = &r["Value"][side];
            if !period {
                // Of a month or a year ago the guide wants the month or the year.
                return side["date"].as_str().is_some_and(|d| values.len() == 1 && (values[0] == d || (values[0].len() < d.len() && d.starts_with(values[0]))));
            }
            if let Some((year, season)) = r["Value"]["Timex"].as_str().and_then(|t| t.split_once('-')).filter(|(y, s)| y.len() == 4 && s.len() == 2 && s.bytes().all(|b| b.is_ascii_uppercase())) {
                let months = match season {
                    "SP" => format!("{year}-03/{year}-05"),
                    "SU" => format!("{year}-06/{year}-08"),
                    _ => format!("{year}-09/{year}-11"),
                };
                return values == [months.as_str()];
            }
            let bounds = (side["startDate"].as_str().and_then(|d| d.parse::<Date>().ok()), side["endDate"].as_str().and_then(|d| d.parse::<Date>().ok()));
            let (Some(from), Some(to)) = bounds else { return false };
            values.len() == 1 && same_interval(values[0], from, to)
        })
    });
    (right && found.len() == results.len(), shown)
}

fn number_right(source: &Source, case: &Value, spec: &str) -> (bool, String) {
    let text = case["Input"].as_str().unwrap_or_default();
    let found: Vec<Counted> = source.numbers(text, spec == "OrdinalModel").into_iter().filter(|n| spec != "PercentModel" || n.kind == NumberKind::Percent).collect();
    let shown = found.iter().map(|n| format!("{} = {:?}", n.span.of(text), n.value)).collect::<Vec<_>>().join("; ");
    let results = case["Results"].as_array().cloned().unwrap_or_default();
    let right = results.len() == found.len()
        && results.iter().zip(&found).all(|(r, n)| {
            let wanted: Option<f64> = r["Resolution"]["value"].as_str().and_then(|v| v.trim_end_matches('%').parse().ok());
            wanted.zip(n.value).is_some_and(|(a, b)| (a - b).abs() <= 1e-9 * a.abs().max(1e-9))
        });
    (right, shown)
}

/// The Recognizers' specs but for the cases set aside, by the spec's name.
pub fn recognizers(source: &Source, folder: &Path, aside: &str) -> Result<BTreeMap<&'static str, Spec>, Failure> {
    let mut out = BTreeMap::new();
    for spec in ["DateParser", "DatePeriodParser", "NumberModel", "OrdinalModel", "PercentModel"] {
        let aside: Vec<usize> = aside.lines().filter_map(|l| l.strip_prefix(spec)?.strip_prefix('\t')?.split('\t').next()?.parse().ok()).collect();
        let cases = json(&folder.join(format!("{spec}.json")))?;
        let made: &mut Spec = out.entry(spec).or_default();
        for (n, case) in cases.as_array().into_iter().flatten().enumerate() {
            if aside.contains(&n) {
                made.aside += 1;
                continue;
            }
            let (right, shown) = if spec.starts_with("Date") { date_right(source, case, spec == "DatePeriodParser") } else { number_right(source, case, spec) };
            made.cases += 1;
            made.right += usize::from(right);
            if !right {
                let wanted: Vec<String> = case["Results"].as_array().into_iter().flatten().map(|r| format!("{} {}", r["Text"], if spec.starts_with("Date") { r["Value"]["PastResolution"].to_string() } else { r["Resolution"]["value"].to_string() })).collect();
                made.misses.push(format!("{spec} {n} {} => {} | said {shown}", case["Input"], wanted.join("; ")));
            }
        }
    }
    Ok(out)
}
