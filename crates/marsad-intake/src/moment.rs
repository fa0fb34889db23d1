//! Days and times as pages, feeds and archives write them, in the form that a document has: `YYYY-MM-DD`, or RFC 3339
//! where time and zone are both given. Without a zone the time is left out, since it would be a guess which.

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Zones that feeds name by letters, in minutes east (RFC 822; the others are not told apart by their letters).
const ZONES: [(&str, i32); 11] = [("z", 0), ("gmt", 0), ("ut", 0), ("utc", 0), ("est", -300), ("edt", -240), ("cst", -360), ("cdt", -300), ("mst", -420), ("pst", -480), ("pdt", -420)];

/// Signs that are read; a day stands at the beginning of what holds one.
const LOOK: usize = 160;

/// A day, with its time where the zone is known, out of any common notation; `None` where there is no whole day.
pub fn read(text: &str) -> Option<String> {
    let text: String = text.trim().chars().take(LOOK).filter(|c| !matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}')).map(western).collect();
    numbers(&text).or_else(|| arabic(&text))
}

fn western(c: char) -> char {
    match c {
        '٠'..='٩' => char::from(b'0' + (c as u32 - '٠' as u32) as u8),
        '۰'..='۹' => char::from(b'0' + (c as u32 - '۰' as u32) as u8),
        c => c,
    }
}

/// The first day that an Arabic text names in full.
pub fn arabic(text: &str) -> Option<String> {
    let words = marsad_text::words(text);
    marsad_text::dates::find(text, &words, None).into_iter().filter_map(|d| d.value).find(|v| v.len() == 10 && valid(v))
}

fn valid(day: &str) -> bool {
    day.parse::<jiff::civil::Date>().is_ok_and(|d| (1990..2100).contains(&d.year()))
}

fn day(year: &str, month: u32, date: &str) -> Option<String> {
    let day = format!("{:04}-{month:02}-{:02}", year.parse::<u32>().ok()?, date.parse::<u32>().ok()?);
    valid(&day).then_some(day)
}

/// A stretch of digits, of letters, or a sign by itself.
fn tokens(text: &str) -> Vec<&str> {
    let (mut all, mut start, mut kind) = (Vec::new(), 0, 0);
    for (at, c) in text.char_indices() {
        let now = if c.is_ascii_digit() { 1 } else if c.is_alphabetic() { 2 } else { 0 };
        if at > start && (now != kind || now == 0) {
            all.push(&text[start..at]);
            start = at;
        }
        kind = now;
    }
    if start < text.len() {
        all.push(&text[start..]);
    }
    all.retain(|t| !t.trim().is_empty());
    all
}

fn month(word: &str) -> Option<u32> {
    let word = word.to_ascii_lowercase();
    let at = MONTHS.iter().position(|m| word.starts_with(m))?;
    // `March` and `Mar`, but not `Marathon`.
    let full = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"][at];
    (word.len() == 3 || full.starts_with(&word) || word == "sept").then_some(at as u32 + 1)
}

fn numbers(text: &str) -> Option<String> {
    let all = tokens(text);
    let digits = |t: &&str, n: std::ops::RangeInclusive<usize>| t.bytes().all(|b| b.is_ascii_digit()) && n.contains(&t.len());
    for at in 0..all.len().min(40) {
        let found = match &all[at..] {
            [y, a, m, b, d, ..] if digits(y, 4..=4) && digits(m, 1..=2) && digits(d, 1..=2) && a == b && matches!(*a, "-" | "/" | ".") => day(y, m.parse().ok()?, d).map(|day| (day, at + 5)),
            [d, a, m, b, y, ..] if digits(y, 4..=4) && digits(m, 1..=2) && digits(d, 1..=2) && a == b && matches!(*a, "-" | "/" | ".") => day(y, m.parse().ok()?, d).or_else(|| day(y, d.parse().ok()?, m)).map(|day| (day, at + 5)),
            [d, m, y, ..] if digits(d, 1..=2) && digits(y, 4..=4) && month(m).is_some() => day(y, month(m)?, d).map(|day| (day, at + 3)),
            [d, "-", m, "-", y, ..] if digits(d, 1..=2) && digits(y, 4..=4) && month(m).is_some() => day(y, month(m)?, d).map(|day| (day, at + 5)),
            // RFC 822 has years of two digits.
            [d, m, y, h, ":", ..] if at <= 2 && digits(d, 1..=2) && digits(y, 2..=2) && digits(h, 1..=2) && month(m).is_some() => day(&format!("20{y}"), month(m)?, d).map(|day| (day, at + 3)),
            [m, d, ",", y, ..] | [m, d, y, ..] if digits(d, 1..=2) && digits(y, 4..=4) && month(m).is_some() => day(y, month(m)?, d).map(|day| (day, at + if all[at + 2] == "," { 4 } else { 3 })),
            // ctime: Nov 23 14:05:00 2026, with or without a zone before the year.
            [m, d, h, ":", i, ":", s, rest @ ..] if digits(d, 1..=2) && digits(h, 1..=2) && month(m).is_some() => {
                let year = rest.iter().take(3).find(|t| digits(t, 4..=4))?;
                return day(year, month(m)?, d).map(|day| clock(&day, &[h, ":", i, ":", s, rest.first().copied().unwrap_or_default()]).unwrap_or(day));
            }
            [whole, rest @ ..] if at == 0 && digits(whole, 8..=8) => {
                let day = day(&whole[..4], whole[4..6].parse().ok()?, &whole[6..])?;
                // The basic form of ISO 8601: 20261123T140500Z.
                if let ["T" | "t", time, zone @ ..] = rest
                    && digits(time, 6..=6)
                {
                    return Some(clock(&day, &[&[&time[..2], ":", &time[2..4], ":", &time[4..]], zone].concat()).unwrap_or(day));
                }
                Some((day, 1))
            }
            [seconds] if at == 0 && digits(seconds, 10..=13) && matches!(seconds.len(), 10 | 13) => {
                let stamp = jiff::Timestamp::from_second(seconds[..10].parse().ok()?).ok()?.to_string();
                return valid(&stamp[..10]).then_some(stamp);
            }
            _ => None,
        };
        if let Some((day, next)) = found {
            return Some(clock(&day, &all[next..]).unwrap_or(day));
        }
    }
    None
}

/// The time behind a day, where it has a zone.
fn clock(day: &str, all: &[&str]) -> Option<String> {
    let all = match all {
        ["T" | "t" | "," | "-" | "at", rest @ ..] => rest,
        other => other,
    };
    let ([hour, ":", minute, rest @ ..], number) = (all, |t: &str| t.parse::<u32>().ok()) else { return None };
    let (mut second, mut rest) = (0, rest);
    if let [":", s, more @ ..] = rest {
        (second, rest) = (number(s)?, more);
    }
    if let ["." | ",", fraction, more @ ..] = rest
        && number(&fraction[..1]).is_some()
    {
        rest = more;
    }
    let (hour, minute) = (number(hour)?, number(minute)?);
    let zone = match rest {
        [sign @ ("+" | "-"), rest @ ..] => {
            let (h, m) = match rest {
                [both, ..] if both.len() == 4 => (number(&both[..2])?, number(&both[2..])?),
                [h, ":", m, ..] if h.len() <= 2 => (number(h)?, number(m)?),
                [h, ..] if h.len() <= 2 => (number(h)?, 0),
                _ => return None,
            };
            let minutes = (h * 60 + m) as i32;
            if *sign == "-" { -minutes } else { minutes }
        }
        [name, ..] => ZONES.iter().find(|(zone, _)| name.eq_ignore_ascii_case(zone))?.1,
        [] => return None,
    };
    (hour < 24 && minute < 60 && second < 61 && zone.abs() <= 14 * 60).then(|| {
        let zone = if zone == 0 { "Z".to_owned() } else { format!("{}{:02}:{:02}", if zone < 0 { '-' } else { '+' }, zone.abs() / 60, zone.abs() % 60) };
        format!("{day}T{hour:02}:{minute:02}:{:02}{zone}", second.min(59))
    })
}

/// The day that a page's address names: `/2026/11/23/`, `/2026-11-23-`, `/20261123/`.
pub fn of_url(url: &str) -> Option<String> {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest).split(['?', '#']).next()?;
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let number = |s: &str, n: usize| s.len() <= n && !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let folders = parts.windows(3).find_map(|w| (w[0].len() == 4 && number(w[0], 4) && number(w[1], 2) && number(w[2], 2)).then(|| day(w[0], w[1].parse().ok()?, w[2]))?);
    folders.or_else(|| {
        parts.iter().flat_map(|p| p.split('_')).find_map(|p| {
            let pieces: Vec<&str> = p.split('-').collect();
            let dashed = pieces.windows(3).find_map(|w| (w[0].len() == 4 && number(w[0], 4) && number(w[1], 2) && number(w[2], 2)).then(|| day(w[0], w[1].parse().ok()?, w[2]))?);
            let whole = || pieces.iter().find_map(|p| (p.len() == 8 && number(p, 8)).then(|| day(&p[..4], p[4..6].parse().ok()?, &p[6..]))?);
            dashed.or_else(whole)
        })
    })
}
