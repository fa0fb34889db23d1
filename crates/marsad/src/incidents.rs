//! `marsad incidents` and `marsad incident`: what happened, and who says so.

use crate::show::{coloured, isolate, paint};
use crate::{FilterArgs, IncidentArgs, IncidentCommand, IncidentsArgs, RuleName};
use anyhow::Context as _;
use marsad_format::EventType;
use marsad_ledger::group::{Claim, Filter, Incident, Page, Rule, Slot};
use marsad_ledger::{Error, Ledger, days};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

fn rule(name: RuleName) -> Rule {
    match name {
        RuleName::Conservative => Rule::Conservative,
        RuleName::Latest => Rule::Latest,
        RuleName::Max => Rule::Max,
    }
}

/// The ledger with its incidents up to date, as far as nobody else is writing to it.
pub fn current(folder: &Path) -> anyhow::Result<Ledger> {
    let ledger = Ledger::read(folder);
    if let Ok(ledger) = ledger
        && ledger.is_grouped()?
    {
        return Ok(ledger);
    }
    anyhow::ensure!(folder.join(marsad_ledger::FILE).is_file(), Error::Missing(folder.to_owned()));
    match Ledger::open(folder) {
        Ok(mut ledger) => {
            ledger.group()?;
            Ok(ledger)
        }
        Err(Error::Busy(_)) => {
            eprintln!("marsad: another program is writing to the ledger; its newest reports may be missing here");
            Ok(Ledger::read(folder)?)
        }
        Err(error) => Err(error.into()),
    }
}

fn toll(name: &str, low_high_best: Option<[u64; 3]>) -> String {
    match low_high_best {
        None => String::new(),
        Some([low, high, best]) if low == high && best == low => format!("  {name} {best}"),
        Some([low, high, best]) => format!("  {name} {best} (claims {low} to {high})"),
    }
}

fn when(i: &Incident) -> String {
    match &i.days {
        None => "?".to_owned(),
        Some((from, to)) if from == to => from.clone(),
        Some((from, to)) if i.exact => format!("{from} to {to}"),
        Some((_, to)) => format!("about {to}"),
    }
}

fn place(i: &Incident) -> String {
    let words = i.place.as_deref().map_or_else(|| "?".to_owned(), isolate);
    let name = [i.place_name.as_deref(), i.country.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", ");
    if name.is_empty() { words } else { format!("{words} ({name})") }
}

fn number(n: u64, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}

/// An incident in two lines.
pub fn line(i: &Incident, colour: bool) -> String {
    let paint = |code: &str, text: &str| paint(colour, code, text);
    let mut out = format!("{}  {}  {}  {}{}{}", paint("2", &i.id), paint("1;31", &i.kind), when(i), place(i), toll("killed", i.killed), toll("injured", i.injured));
    let _ = write!(out, "\n    {}, {} independent, {}", number(i.reports, "report"), i.independent, number(i.outlets, "outlet"));
    if i.reports > i.leads {
        let _ = write!(out, "; {} only mention it", i.reports - i.leads);
    }
    if i.denied > 0 {
        let _ = write!(out, "; denied in {}", number(i.denied, "text"));
    }
    if i.state != "open" {
        let _ = write!(out, "; {}", i.state);
    }
    if let Some(title) = &i.title {
        let _ = write!(out, "\n    {}", isolate(title));
    }
    out
}

fn claim(out: &mut String, c: &Claim, colour: bool) {
    let paint = |code: &str, text: &str| paint(colour, code, text);
    let mut outlets: Vec<&str> = Vec::new();
    let mut speakers: Vec<String> = Vec::new();
    for o in &c.origins {
        if !outlets.contains(&o.outlet.as_str()) {
            outlets.push(&o.outlet);
        }
        let says = o.speaker.as_ref().map(|s| format!("{}{}", isolate(s), o.via.as_ref().map_or(String::new(), |v| format!(" through {}", isolate(v)))));
        if let Some(says) = says.filter(|s| !speakers.contains(s)) {
            speakers.push(says);
        }
    }
    let later = if c.superseded { "  (later figures hold)" } else { "" };
    let _ = write!(out, "    {:<13} {}{later}  {} in {}: {}", c.slot.name(), paint("1", &isolate(&c.value)), number(c.independent as u64, "text"), number(outlets.len() as u64, "outlet"), outlets.iter().take(6).map(|o| isolate(o)).collect::<Vec<_>>().join(", "));
    if !speakers.is_empty() {
        let _ = write!(out, "; according to {}", speakers.into_iter().take(4).collect::<Vec<_>>().join(", "));
    }
    out.push('\n');
    if let Some(o) = c.origins.first() {
        let _ = writeln!(out, "      {}", paint("2", &isolate(&o.sentence)));
    }
}

/// An incident with all that is said of it.
fn page(page: &Page, why: bool, colour: bool) -> String {
    let mut out = line(&page.incident, colour);
    out.push_str("\n\n  Who says what\n");
    page.claims.iter().for_each(|c| claim(&mut out, c, colour));
    out.push_str("\n  Reports\n");
    for r in &page.reports {
        let _ = writeln!(out, "    {}  {}  {}{}  {}", r.article, r.published.as_deref().unwrap_or("?"), isolate(&r.outlet), if r.lead { "" } else { "  (mentions it)" }, isolate(r.title.as_deref().unwrap_or(&r.name)));
        if let (true, Some(tie)) = (why, &r.tie) {
            let _ = writeln!(out, "      tied to {} with {:+.1}", tie.to, tie.score);
            for (_, value, words) in &tie.parts {
                let _ = writeln!(out, "        {value:+.1}  {words}");
            }
        }
    }
    if !page.corrections.is_empty() {
        out.push_str("\n  Put right by people\n");
        for c in &page.corrections {
            let at = marsad_ledger::iso(c.at.div_euclid(86_400)).unwrap_or_default();
            let _ = writeln!(out, "    {} {} {at} {}{}  {}", c.number, c.what, isolate(&c.author), if c.undone { " (taken back)" } else { "" }, isolate(&c.note));
        }
    }
    out
}

fn json(i: &Incident) -> serde_json::Value {
    let toll = |t: Option<[u64; 3]>| t.map(|[low, high, best]| serde_json::json!({"best": best, "low": low, "high": high}));
    serde_json::json!({
        "id": i.id, "type": i.kind, "from": i.days.as_ref().map(|d| &d.0), "to": i.days.as_ref().map(|d| &d.1), "day_stated": i.exact,
        "place": i.place, "place_name": i.place_name, "country": i.country, "lat": i.point.map(|p| p.0), "lon": i.point.map(|p| p.1), "precision": i.precision,
        "killed": toll(i.killed), "injured": toll(i.injured), "reports": i.reports, "leads": i.leads, "independent": i.independent, "outlets": i.outlets,
        "denied": i.denied, "state": i.state, "title": i.title,
    })
}

fn page_json(page: &Page) -> serde_json::Value {
    let mut value = json(&page.incident);
    let claims: Vec<_> = page.claims.iter().map(|c| {
        let origins: Vec<_> = c.origins.iter().map(|o| serde_json::json!({
            "article": o.article, "outlet": o.outlet, "published": o.published, "copies": o.cluster, "speaker": o.speaker, "via": o.via, "start": o.start, "end": o.end, "sentence": o.sentence,
        })).collect();
        serde_json::json!({"slot": c.slot.name(), "value": c.value, "low": c.range.map(|r| r.0), "high": c.range.map(|r| r.1), "independent": c.independent, "superseded": c.superseded, "origins": origins})
    }).collect();
    let reports: Vec<_> = page.reports.iter().map(|r| {
        let tie = r.tie.as_ref().map(|t| serde_json::json!({"to": t.to, "score": t.score, "parts": t.parts.iter().map(|p| serde_json::json!({"feature": p.0, "adds": p.1, "meaning": p.2})).collect::<Vec<_>>()}));
        serde_json::json!({"article": r.article, "id": r.name, "outlet": r.outlet, "title": r.title, "published": r.published, "copies": r.cluster, "lead": r.lead, "tie": tie})
    }).collect();
    let corrections: Vec<_> = page.corrections.iter().map(|c| serde_json::json!({"number": c.number, "what": c.what, "author": c.author, "note": c.note, "at": c.at, "undone": c.undone})).collect();
    if let Some(map) = value.as_object_mut() {
        map.insert("claims".to_owned(), claims.into());
        map.insert("articles".to_owned(), reports.into());
        map.insert("corrections".to_owned(), corrections.into());
    }
    value
}

/// The first or the last day of a stated date, counted from 1970-01-01.
fn day(text: Option<&String>, last: bool) -> anyhow::Result<Option<i64>> {
    text.map(|t| days(t).map(|d| if last { d.1 } else { d.0 }).with_context(|| format!("{t}: give a day, month or year, such as 2015-07-20"))).transpose()
}

impl FilterArgs {
    /// The incidents that are asked for, all of them.
    pub fn filter(&self) -> anyhow::Result<Filter> {
        let kind = self.kind.as_ref().map(|k| EventType::parse(&k.to_uppercase()).with_context(|| format!("{k}: the types are {}", EventType::ALL.map(EventType::name).join(", ")))).transpose()?;
        Ok(Filter {
            kind,
            place: self.place.clone(),
            country: self.country.clone(),
            actor: self.actor.clone(),
            after: day(self.after.as_ref(), false)?,
            before: day(self.before.as_ref(), true)?,
            ..Filter::default()
        })
    }

    /// The conditions by their names.
    pub fn named(&self) -> Vec<(String, String)> {
        let all = [("type", &self.kind), ("place", &self.place), ("country", &self.country), ("actor", &self.actor), ("after", &self.after), ("before", &self.before)];
        all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value.clone()?))).collect()
    }
}

/// Runs `marsad incidents`.
pub fn list(args: &IncidentsArgs) -> anyhow::Result<bool> {
    let filter = Filter { state: args.state.map(|s| format!("{s:?}").to_lowercase()), least: args.min_reports, limit: args.limit, skip: args.skip, ..args.wanted.filter()? };
    let ledger = current(&args.ledger.folder())?;
    let mut list = ledger.incidents(&filter)?;
    if args.rule != RuleName::Conservative {
        for i in list.iter_mut().filter(|i| i.killed.is_some() || i.injured.is_some()) {
            i.count_by(rule(args.rule), &ledger.claims(&i.id)?);
        }
    }
    print(&list, args.json)?;
    Ok(true)
}

/// Prints incidents, one after the other.
pub fn print(list: &[Incident], as_json: bool) -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let colour = coloured();
    for i in list {
        if as_json { writeln!(out, "{}", json(i))? } else { writeln!(out, "{}\n", line(i, colour))? }
    }
    out.flush()
}

/// Prints the incidents of a fresh ledger with what is said of each, those of several reports first.
pub fn demo(ledger: &Ledger) -> anyhow::Result<()> {
    let mut list = ledger.incidents(&Filter::default())?;
    list.sort_by_key(|i| std::cmp::Reverse(i.independent));
    let mut out = std::io::stdout().lock();
    let colour = coloured();
    for i in &list {
        writeln!(out, "{}", line(i, colour))?;
        let mut told = String::new();
        ledger.claims(&i.id)?.iter().filter(|c| !matches!(c.slot, Slot::Place | Slot::Day)).for_each(|c| claim(&mut told, c, colour));
        writeln!(out, "{told}")?;
    }
    writeln!(out, "{} incidents; the ledger is {}; `marsad incident ID --why --ledger {}` shows one", list.len(), ledger.folder().display(), ledger.folder().display())?;
    Ok(())
}

/// Runs `marsad incident`.
pub fn one(args: &IncidentArgs) -> anyhow::Result<bool> {
    let folder = args.ledger.folder();
    let mut ledger = current(&folder)?;
    if let Some(command) = &args.command {
        drop(ledger);
        ledger = Ledger::open(&folder)?;
        ledger.group()?;
        let author = args.author.clone().or_else(|| std::env::var("USER").ok()).unwrap_or_default();
        let note = args.note.as_deref().unwrap_or_default();
        let number = match command {
            IncidentCommand::Split { articles } => ledger.split(&args.id, articles, &author, note)?,
            IncidentCommand::Merge { other } => ledger.merge(&args.id, other, &author, note)?,
            IncidentCommand::Dismiss => ledger.dismiss(&args.id, &author, note)?,
            IncidentCommand::Confirm => ledger.confirm(&args.id, &author, note)?,
            IncidentCommand::Undo { number } => ledger.undo(*number, &author, note)?,
        };
        eprintln!("marsad: correction {number} by {author} is on record");
    }
    let mut found = ledger.incident(&args.id)?;
    found.incident.count_by(rule(args.rule), &found.claims);
    let mut out = std::io::stdout().lock();
    let colour = coloured();
    if args.json {
        writeln!(out, "{}", page_json(&found))?;
    } else {
        write!(out, "{}", page(&found, args.why, colour))?;
    }
    Ok(true)
}
