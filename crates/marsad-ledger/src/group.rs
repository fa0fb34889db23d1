//! Mentions into incidents: a first, simple grouping by type, place, day and participants.

use marsad_format::{Count, Document, Event, EventType, Place, Reading, Status};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A report of an incident.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReportRef {
    /// The document's key.
    pub id: String,
    /// The outlet.
    pub source: String,
    /// The headline.
    pub title: String,
    /// The day of publication.
    pub published: String,
}

/// What a claim is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// How many were killed.
    Killed,
    /// How many were injured.
    Injured,
    /// Who did it.
    Actor,
    /// To whom.
    Recipient,
    /// Whether it happened.
    Status,
}

/// What one or more reports say of one slot, with the sentence that proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What it is about.
    pub slot: Slot,
    /// What is claimed.
    pub value: String,
    /// The outlets that claim it.
    pub outlets: Vec<String>,
    /// Who says so in the first of them, if it is not the outlet itself.
    pub speaker: Option<String>,
    /// The words around the trigger in the first of them.
    pub sentence: String,
}

/// One act, as all its reports tell it.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// Made from the first mention's content, so it stays when reports are added behind it.
    pub id: String,
    /// PLOVER's type.
    pub kind: EventType,
    /// The most exact place that a report gives.
    pub place: Option<Place>,
    /// The most exact day that a report gives.
    pub date: Option<String>,
    /// Those who acted, with their codes.
    pub actors: Vec<String>,
    /// Those acted upon, with their codes.
    pub recipients: Vec<String>,
    /// The lowest and the highest number killed that is claimed.
    pub killed: Option<(u64, u64)>,
    /// Its reports, in the order of publication.
    pub reports: Vec<ReportRef>,
    /// Who says what.
    pub claims: Vec<Claim>,
}

struct Mention<'a> {
    document: &'a Document,
    event: &'a Event,
    key: (String, String, u32),
}

/// The day or month of a date as a number of days, with how far it may be off.
fn day(date: &str) -> Option<(i64, i64)> {
    let mut parts = date.get(..10).unwrap_or(date).splitn(3, '-').map(|p| p.parse::<i64>().ok());
    let year = parts.next()??;
    let month = parts.next().flatten();
    let day = parts.next().flatten();
    let at = year * 372 + (month.unwrap_or(6) - 1) * 31 + day.unwrap_or(15);
    Some((at, if day.is_some() { 1 } else if month.is_some() { 17 } else { 186 }))
}

fn same_day(a: &Event, b: &Event) -> bool {
    match (a.date.as_deref().and_then(day), b.date.as_deref().and_then(day)) {
        (Some((x, p)), Some((y, q))) => (x - y).abs() <= p.max(q),
        _ => true,
    }
}

fn kilometres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (p, q) = (a.0.to_radians(), b.0.to_radians());
    let h = ((q - p) / 2.0).sin().powi(2) + p.cos() * q.cos() * ((b.1 - a.1).to_radians() / 2.0).sin().powi(2);
    12_742.0 * h.sqrt().min(1.0).asin()
}

/// `None` where one of the two has no place.
fn same_place(a: &Event, b: &Event) -> Option<bool> {
    let (p, q) = (a.place.as_ref()?, b.place.as_ref()?);
    if p.mark.text == q.mark.text {
        return Some(true);
    }
    let point = |x: &Place| x.lat.zip(x.lon);
    Some(match (point(p), point(q)) {
        (Some(x), Some(y)) => kilometres(x, y) <= 40.0,
        _ => p.country.is_some() && p.country == q.country,
    })
}

fn shared(a: &Event, b: &Event) -> bool {
    let all = |e: &Event| -> Vec<(String, String)> {
        e.actor.iter().chain(&e.recipient).map(|p| (p.code.clone(), p.name.clone().unwrap_or_else(|| p.mark.text.clone()))).collect()
    };
    let (x, y) = (all(a), all(b));
    x.iter().any(|(c, n)| y.iter().any(|(d, m)| n == m || (c == d && c != "UNK" && c.contains(' '))))
}

fn alike(a: &Event, b: &Event) -> bool {
    if a.kind != b.kind || !same_day(a, b) {
        return false;
    }
    match same_place(a, b) {
        Some(true) => shared(a, b) || (a.kind == EventType::Assault || a.kind == EventType::Protest),
        Some(false) => false,
        None => shared(a, b),
    }
}

fn find(parents: &mut [usize], mut i: usize) -> usize {
    while parents[i] != i {
        parents[i] = parents[parents[i]];
        i = parents[i];
    }
    i
}

fn number(c: &Count) -> String {
    match (c.min, c.max) {
        (Some(a), Some(b)) if a == b => a.to_string(),
        (Some(a), None) => format!("{a} or more"),
        (Some(a), Some(b)) => format!("{a} to {b}"),
        (None, Some(b)) => format!("at most {b}"),
        (None, None) => c.text.clone(),
    }
}

/// The words around a mark: up to `reach` characters on either side, within its sentence.
fn around(text: &str, start: u32, end: u32, reach: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    let (start, end) = ((start as usize).min(chars.len()), (end as usize).min(chars.len()));
    let stop = |i: usize| matches!(chars[i], '\n' | '!' | '؟') || (chars[i] == '.' && chars.get(i + 1).is_none_or(|c| c.is_whitespace()));
    let mut from = start;
    while from > 0 && start - from < reach && !stop(from - 1) {
        from -= 1;
    }
    while from > 0 && from < start && !chars[from - 1].is_whitespace() && !stop(from - 1) {
        from += 1;
    }
    let mut to = end;
    while to < chars.len() && to - end < reach && !stop(to) {
        to += 1;
    }
    while to > end && to < chars.len() && !chars[to].is_whitespace() && !stop(to) {
        to -= 1;
    }
    chars[from..to].iter().collect::<String>().trim().to_owned()
}

/// Groups the events of all reports; the order of the reports does not matter.
pub fn incidents(reports: &[(Document, Reading)]) -> Vec<Incident> {
    let mut mentions: Vec<Mention> = reports
        .iter()
        .flat_map(|(document, reading)| {
            reading.events.iter().filter(|e| e.status == Status::Actual || e.status == Status::Negated).map(move |event| Mention {
                document,
                event,
                key: (document.published.clone().unwrap_or_default(), document.id.clone(), event.trigger.start),
            })
        })
        .collect();
    mentions.sort_by(|a, b| a.key.cmp(&b.key));
    let mut parents: Vec<usize> = (0..mentions.len()).collect();
    for i in 0..mentions.len() {
        for j in 0..i {
            if alike(mentions[i].event, mentions[j].event) {
                let (a, b) = (find(&mut parents, i), find(&mut parents, j));
                let (low, high) = (a.min(b), a.max(b));
                parents[high] = low;
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for i in 0..mentions.len() {
        groups.entry(find(&mut parents, i)).or_default().push(i);
    }
    let all: Vec<Incident> = groups.into_values().map(|g| incident(&g.iter().map(|&i| &mentions[i]).collect::<Vec<_>>())).collect();
    all.into_iter().collect()
}

fn incident(mentions: &[&Mention]) -> Incident {
    let first = mentions[0];
    let mut hash = Sha256::new();
    hash.update(format!("{}\t{}\t{}\t{}", first.event.kind.name(), first.document.id, first.event.trigger.start, first.event.trigger.text));
    let id = hash.finalize().iter().take(5).map(|b| format!("{b:02x}")).collect();
    let mut reports: Vec<ReportRef> = Vec::new();
    let mut claims: Vec<Claim> = Vec::new();
    let (mut actors, mut recipients): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for m in mentions {
        let own = |s: &Option<String>| s.clone().unwrap_or_default();
        let report = ReportRef { id: m.document.id.clone(), source: own(&m.document.source), title: own(&m.document.title), published: own(&m.document.published) };
        let outlet = if report.source.is_empty() { report.id.clone() } else { report.source.clone() };
        if !reports.contains(&report) {
            reports.push(report);
        }
        let names = |list: &[marsad_format::Participant]| -> Vec<String> { list.iter().map(|p| format!("{} [{}]", p.mark.text, p.code)).collect() };
        for (into, list) in [(&mut actors, names(&m.event.actor)), (&mut recipients, names(&m.event.recipient))] {
            for name in list {
                if !into.contains(&name) {
                    into.push(name);
                }
            }
        }
        let speaker = m.event.according_to.as_ref().map(|s| s.name.clone().unwrap_or_else(|| s.mark.text.clone()));
        let mut claim = |slot: Slot, value: String| {
            match claims.iter_mut().find(|c| c.slot == slot && c.value == value) {
                Some(c) if c.outlets.contains(&outlet) => {}
                Some(c) => c.outlets.push(outlet.clone()),
                None => claims.push(Claim {
                    slot,
                    value,
                    outlets: vec![outlet.clone()],
                    speaker: speaker.clone(),
                    sentence: around(&m.document.text, m.event.trigger.start, m.event.trigger.end, 70),
                }),
            }
        };
        if let Some(c) = &m.event.killed {
            claim(Slot::Killed, number(c));
        }
        if let Some(c) = &m.event.injured {
            claim(Slot::Injured, number(c));
        }
        for p in &m.event.actor {
            claim(Slot::Actor, format!("{} [{}]", p.mark.text, p.code));
        }
        for p in &m.event.recipient {
            claim(Slot::Recipient, format!("{} [{}]", p.mark.text, p.code));
        }
        claim(Slot::Status, if m.event.status == Status::Negated { "denied".to_owned() } else { "reported".to_owned() });
    }
    claims.sort_by_key(|c| c.slot);
    let exact = |p: &&Place| p.kind.map_or(9, |k| match k {
        marsad_format::PlaceKind::Country => 8,
        marsad_format::PlaceKind::Region | marsad_format::PlaceKind::Natural => 7,
        marsad_format::PlaceKind::Admin1 => 6,
        marsad_format::PlaceKind::Admin2 => 5,
        _ => 1 + i32::from(p.lat.is_none()),
    });
    let killed: Vec<&Count> = mentions.iter().filter_map(|m| m.event.killed.as_ref()).collect();
    let low = killed.iter().filter_map(|c| c.min).min();
    let high = killed.iter().filter_map(|c| c.max.or(c.min)).max();
    Incident {
        id,
        kind: first.event.kind,
        place: mentions.iter().filter_map(|m| m.event.place.as_ref()).min_by_key(exact).cloned(),
        date: mentions.iter().filter_map(|m| m.event.date.clone()).max_by_key(|d| (d.len() == 10, d.len().min(10), std::cmp::Reverse(d.clone()))),
        actors,
        recipients,
        killed: low.zip(high),
        reports,
        claims,
    }
}

fn isolate(text: &str) -> String {
    format!("\u{2068}{text}\u{2069}")
}

/// Incidents for people: those of several outlets first, claims that differ side by side, each with its sentence.
pub fn render(list: &[Incident], colour: bool) -> String {
    let paint = |code: &str, text: &str| if colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() };
    let mut order: Vec<&Incident> = list.iter().collect();
    order.sort_by_key(|i| std::cmp::Reverse(i.reports.len()));
    let mut out = String::new();
    for i in order {
        let place = i.place.as_ref().map_or_else(|| "?".to_owned(), |p| {
            let name = p.name.clone().map_or_else(|| isolate(&p.mark.text), |n| format!("{n} {}", isolate(&p.mark.text)));
            format!("{name}{}", p.country.as_ref().map_or(String::new(), |c| format!(", {c}")))
        });
        let names = |l: &[String]| if l.is_empty() { "?".to_owned() } else { l.iter().take(3).map(|n| isolate(n)).collect::<Vec<_>>().join(", ") };
        let _ = writeln!(out, "{} {}  {}  {place}", paint("2", &i.id), paint("1;31", i.kind.name()), i.date.as_deref().unwrap_or("?"));
        let _ = writeln!(out, "  {} -> {}", names(&i.actors), names(&i.recipients));
        if let Some((low, high)) = i.killed {
            let _ = writeln!(out, "  killed {}", if low == high { low.to_string() } else { paint("1", &format!("{low} to {high}, claims differ")) });
        }
        let mut outlets: Vec<&str> = Vec::new();
        for r in &i.reports {
            if !outlets.contains(&r.source.as_str()) {
                outlets.push(&r.source);
            }
        }
        let _ = writeln!(out, "  {} report{}: {}", i.reports.len(), if i.reports.len() == 1 { "" } else { "s" }, outlets.iter().map(|o| isolate(o)).collect::<Vec<_>>().join(", "));
        for c in i.claims.iter().filter(|c| matches!(c.slot, Slot::Killed | Slot::Injured) || (c.slot == Slot::Status && (i.claims.iter().all(|d| d.slot > Slot::Injured) || c.value == "denied"))) {
            let slot = format!("{:?}", c.slot).to_lowercase();
            let says = c.speaker.as_ref().map_or(String::new(), |s| format!(" according to {}", isolate(s)));
            let _ = writeln!(out, "    {slot} {}  {}{says}", paint("1", &c.value), c.outlets.iter().map(|o| isolate(o)).collect::<Vec<_>>().join(", "));
            let _ = writeln!(out, "      {}", isolate(&c.sentence));
        }
        out.push('\n');
    }
    out
}
