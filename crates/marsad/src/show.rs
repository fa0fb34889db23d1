//! Readings for people and for tables, and what is common to all that goes to a terminal.

use indicatif::{ProgressBar, ProgressStyle};
use marsad_format::{Count, Document, Participant, Reading};
use std::io::{IsTerminal as _, Write};

/// A value inside a line of another direction: its own order is kept by isolates (U+2068, U+2069).
pub fn isolate(text: &str) -> String {
    format!("\u{2068}{}\u{2069}", text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Whether standard output shows colours: on a terminal, unless `NO_COLOR` is set.
pub fn coloured() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// A text in a colour (`1;31` is red and bold), if there are colours.
pub fn paint(colour: bool, code: &str, text: &str) -> String {
    if colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// A bar of progress on a terminal, nothing elsewhere.
pub fn bar(template: &str) -> anyhow::Result<ProgressBar> {
    let bar = if std::io::stderr().is_terminal() { ProgressBar::no_length() } else { ProgressBar::hidden() };
    bar.set_style(ProgressStyle::with_template(template)?);
    Ok(bar)
}

fn count(c: &Count) -> String {
    match (c.min, c.max) {
        (Some(a), Some(b)) if a == b => a.to_string(),
        (Some(a), Some(b)) => format!("{a} to {b}"),
        (Some(a), None) => format!("{a} or more"),
        (None, Some(b)) => format!("at most {b}"),
        (None, None) => "?".to_owned(),
    }
}

fn people(list: &[Participant]) -> String {
    if list.is_empty() {
        return "?".to_owned();
    }
    list.iter().map(|p| format!("{} [{}]", isolate(&p.mark.text), p.code)).collect::<Vec<_>>().join(", ")
}

/// One article with what was found, on a terminal.
pub fn reading(out: &mut impl Write, document: &Document, reading: &Reading, colour: bool) -> std::io::Result<()> {
    let paint = |code: &str, text: &str| paint(colour, code, text);
    let head = [document.source.as_deref(), document.published.as_deref(), Some(document.id.as_str())];
    writeln!(out, "{}", paint("2", &head.into_iter().flatten().collect::<Vec<_>>().join("  ")))?;
    if let Some(title) = &document.title {
        writeln!(out, "{}", paint("1", title))?;
    }
    let mut starts = vec![""; document.text.chars().count() + 1];
    let mut ends = starts.clone();
    for event in &reading.events {
        starts[event.trigger.start as usize] = "\u{1b}[1;31m";
        ends[event.trigger.end as usize] = "\u{1b}[0m";
    }
    for entity in &reading.entities {
        starts[entity.mark.start as usize] = "\u{1b}[36m";
        ends[entity.mark.end as usize] = "\u{1b}[0m";
    }
    for (i, c) in document.text.chars().enumerate() {
        if colour {
            write!(out, "{}{}", ends[i], starts[i])?;
        }
        write!(out, "{c}")?;
    }
    writeln!(out, "{}", if colour { "\u{1b}[0m" } else { "" })?;
    for e in &reading.events {
        write!(out, "\n{} {:?} {}  {} -> {}", paint("1;31", e.kind.name()), e.status, isolate(&e.trigger.text), people(&e.actor), people(&e.recipient))?;
        if !e.mode.is_empty() {
            write!(out, "  ({})", e.mode.join(", "))?;
        }
        writeln!(out, "  {:.2}", e.confidence)?;
        if let Some(p) = &e.place {
            let point = p.lat.zip(p.lon).map_or_else(String::new, |(a, b)| format!(" {a:.2}, {b:.2}"));
            writeln!(out, "  where   {} {} {}{point}", isolate(&p.mark.text), p.name.as_deref().unwrap_or(""), p.country.as_deref().unwrap_or(""))?;
        }
        if let Some(d) = &e.date {
            writeln!(out, "  when    {d}")?;
        }
        for (name, c) in [("killed ", &e.killed), ("injured", &e.injured)] {
            if let Some(c) = c {
                writeln!(out, "  {name} {} {}", count(c), isolate(&c.text))?;
            }
        }
        if let Some(s) = &e.according_to {
            writeln!(out, "  says    {}", isolate(s.name.as_deref().unwrap_or(&s.mark.text)))?;
        }
    }
    for s in &reading.statements {
        let speaker = s.speaker.as_ref().map_or("?", |s| s.name.as_deref().unwrap_or(&s.mark.text));
        let said: String = document.text.chars().skip(s.content.start as usize).take((s.content.end - s.content.start) as usize).take(90).collect();
        writeln!(out, "{} {} {}: {}", paint("32", "statement"), isolate(speaker), isolate(&s.cue.text), isolate(&said))?;
    }
    writeln!(out)
}

fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// The events of a reading as rows.
pub fn csv(out: &mut impl Write, reading: &Reading) -> std::io::Result<()> {
    let names = |l: &[Participant]| l.iter().map(|p| p.mark.text.as_str()).collect::<Vec<_>>().join("; ");
    let codes = |l: &[Participant]| l.iter().map(|p| p.code.as_str()).collect::<Vec<_>>().join("; ");
    let number = |n: Option<u64>| n.map_or(String::new(), |n| n.to_string());
    for e in &reading.events {
        let place = e.place.as_ref();
        let row = [
            reading.id.clone(),
            reading.source.clone().unwrap_or_default(),
            reading.published.clone().unwrap_or_default(),
            e.kind.name().to_owned(),
            e.mode.join("; "),
            format!("{:?}", e.status).to_lowercase(),
            e.trigger.text.clone(),
            names(&e.actor),
            codes(&e.actor),
            names(&e.recipient),
            codes(&e.recipient),
            place.map_or(String::new(), |p| p.name.clone().unwrap_or_else(|| p.mark.text.clone())),
            place.and_then(|p| p.country.clone()).unwrap_or_default(),
            place.and_then(|p| p.lat).map_or(String::new(), |x| x.to_string()),
            place.and_then(|p| p.lon).map_or(String::new(), |x| x.to_string()),
            e.date.clone().unwrap_or_default(),
            number(e.killed.as_ref().and_then(|c| c.min)),
            number(e.killed.as_ref().and_then(|c| c.max)),
            number(e.injured.as_ref().and_then(|c| c.min)),
            number(e.injured.as_ref().and_then(|c| c.max)),
            e.according_to.as_ref().map_or(String::new(), |s| s.name.clone().unwrap_or_else(|| s.mark.text.clone())),
            e.confidence.to_string(),
        ];
        writeln!(out, "{}", row.iter().map(|c| cell(c)).collect::<Vec<_>>().join(","))?;
    }
    Ok(())
}

/// The events of a reading as lines of JSON in PLOVER's names, each with its document's key.
pub fn plover(out: &mut impl Write, reading: &Reading) -> anyhow::Result<()> {
    for event in &reading.events {
        let mut value = serde_json::to_value(event)?;
        if let Some(map) = value.as_object_mut() {
            map.insert("document".to_owned(), reading.id.clone().into());
            map.insert("source".to_owned(), reading.source.clone().into());
            map.insert("published".to_owned(), reading.published.clone().into());
        }
        writeln!(out, "{value}")?;
    }
    Ok(())
}
