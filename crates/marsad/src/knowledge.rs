//! `marsad knowledge`: what the tables know of a name, a user's own tables laid over them, and a check for editors.
//!
//! A user's files lie in `packs/` of the data folder as tables of ours. They are compiled together into one artefact beside
//! them, named after the program's tables that it was made for; another program makes its own on its first start.

use crate::{KnowledgeArgs, KnowledgeCommand};
use anyhow::{Context as _, bail};
use marsad_knowledge::{Knowledge, Situation, packs};
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Runs the command; `false` if nothing was found.
pub fn run(args: &KnowledgeArgs) -> anyhow::Result<bool> {
    match &args.command {
        KnowledgeCommand::Lookup { name, json } => lookup(&name.join(" "), *json),
        KnowledgeCommand::Add { file, name } => add(file, name.as_deref()),
        KnowledgeCommand::List => list(),
        KnowledgeCommand::Remove { name } => remove(name),
        KnowledgeCommand::Check { folder } => check(folder.as_deref()),
    }
}

/// Where a user's own things lie: `MARSAD_DATA`, else the system's folder for data of programs.
pub fn data_folder() -> anyhow::Result<PathBuf> {
    let var = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    if let Some(folder) = var("MARSAD_DATA") {
        return Ok(folder);
    }
    let base = if cfg!(windows) {
        var("APPDATA")
    } else if cfg!(target_os = "macos") {
        var("HOME").map(|h| h.join("Library").join("Application Support"))
    } else {
        var("XDG_DATA_HOME").or_else(|| var("HOME").map(|h| h.join(".local").join("share")))
    };
    Ok(base.context("no folder for data is known here; set MARSAD_DATA to one")?.join("marsad"))
}

/// The program's tables with the user's laid over them.
pub fn open() -> anyhow::Result<Knowledge> {
    let mut knowledge = Knowledge::embedded()?;
    let Ok(folder) = data_folder() else { return Ok(knowledge) };
    if names(&folder)?.is_empty() {
        return Ok(knowledge);
    }
    let path = compiled(&folder, &knowledge);
    if !path.exists() {
        compile(&folder, &knowledge).context("the packs of an earlier edition cannot be used; mend or remove them (marsad knowledge list)")?;
    }
    knowledge.lay_over(&path)?;
    Ok(knowledge)
}

fn packs_of(folder: &Path) -> PathBuf {
    folder.join("packs")
}

fn compiled(folder: &Path, knowledge: &Knowledge) -> PathBuf {
    packs_of(folder).join(format!("{}.compiled", &knowledge.fingerprint()[..16]))
}

/// The packs, in the order of their names: each a folder with one table.
fn names(folder: &Path) -> anyhow::Result<Vec<String>> {
    let path = packs_of(folder);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let list = std::fs::read_dir(&path).with_context(|| path.display().to_string())?;
    let mut names: Vec<String> = list.filter_map(Result::ok).filter(|e| e.path().is_dir()).filter_map(|e| e.file_name().into_string().ok()).collect();
    names.sort();
    Ok(names)
}

/// The files below a folder, as paths relative to it.
fn tables(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            let head = PathBuf::from(path.file_name().unwrap_or_default());
            found.extend(tables(&path)?.into_iter().map(|p| head.join(p)));
        } else {
            found.push(PathBuf::from(path.file_name().unwrap_or_default()));
        }
    }
    found.sort();
    Ok(found)
}

/// Compiles all packs into one artefact, in place of any earlier ones.
fn compile(folder: &Path, knowledge: &Knowledge) -> anyhow::Result<()> {
    let mut texts: BTreeMap<PathBuf, String> = BTreeMap::new();
    for name in names(folder)? {
        let pack = packs_of(folder).join(name);
        for table in tables(&pack)? {
            let path = pack.join(&table);
            let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            let all = texts.entry(table).or_default();
            // One header serves the tables of all packs.
            let skip = if all.is_empty() { 0 } else { text.find('\n').map_or(text.len(), |n| n + 1) };
            all.push_str(&text[skip..]);
            if !all.ends_with('\n') {
                all.push('\n');
            }
        }
    }
    let work = packs_of(folder).join(format!(".work-{}", std::process::id()));
    let result = (|| {
        for (table, text) in &texts {
            write(&work.join(table), text)?;
        }
        knowledge.compile_over(&work).map_err(|faults| all(&faults))
    })();
    if work.exists() {
        std::fs::remove_dir_all(&work).with_context(|| work.display().to_string())?;
    }
    let bytes = result?;
    for entry in std::fs::read_dir(packs_of(folder))?.filter_map(Result::ok).filter(|e| e.path().extension().is_some_and(|x| x == "compiled")) {
        std::fs::remove_file(entry.path())?;
    }
    if !texts.is_empty() {
        let path = compiled(folder, knowledge);
        let part = path.with_extension("part");
        std::fs::write(&part, bytes).with_context(|| part.display().to_string())?;
        std::fs::rename(&part, &path).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
    }
    std::fs::write(path, text).with_context(|| path.display().to_string())
}

/// A file's text, unpacked where it is gzipped, and its path without `.gz`.
fn text_of(path: &Path) -> anyhow::Result<(PathBuf, String)> {
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    let (name, bytes) = if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut plain = Vec::new();
        flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).with_context(|| format!("{}: damaged gzip", path.display()))?;
        (if path.extension().is_some_and(|e| e == "gz") { path.with_extension("") } else { path.to_owned() }, plain)
    } else {
        (path.to_owned(), bytes)
    };
    let text = String::from_utf8(bytes).map_err(|e| anyhow::anyhow!("{}: not UTF-8 from byte {} on; save the table as UTF-8", path.display(), e.utf8_error().valid_up_to()))?;
    Ok((name, text))
}

fn add(file: &Path, name: Option<&str>) -> anyhow::Result<bool> {
    let knowledge = Knowledge::embedded()?;
    let (path, text) = text_of(file)?;
    let pack = packs::recognise(&path, &text)?;
    let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or("pack");
    let name = name.unwrap_or(stem);
    if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\']) {
        bail!("--name {name}: give a plain name without slashes");
    }
    // Alone first, under the user's own name, so that a fault names the user's file and line.
    let trial = tempfile_beside(&data_folder()?)?;
    let checked = (|| {
        write(&trial.join(&pack.table), &pack.text)?;
        knowledge.compile_over(&trial).map_err(|faults| all(&faults))
    })();
    std::fs::remove_dir_all(&trial).ok();
    if let Err(error) = checked {
        let inner = trial.join(&pack.table).display().to_string();
        bail!("{}", format!("{error:#}").replace(&inner, &file.display().to_string()));
    }
    let folder = data_folder()?;
    let home = packs_of(&folder).join(name);
    let replaced = home.exists();
    if replaced {
        std::fs::remove_dir_all(&home).with_context(|| home.display().to_string())?;
    }
    write(&home.join(&pack.table), &pack.text)?;
    compile(&folder, &knowledge)?;
    println!("{name}: {} rows for {}{}, in {}", pack.rows, pack.table, if replaced { ", in place of the earlier ones" } else { "" }, home.display());
    Ok(true)
}

fn tempfile_beside(folder: &Path) -> anyhow::Result<PathBuf> {
    let path = packs_of(folder).join(format!(".trial-{}", std::process::id()));
    std::fs::create_dir_all(&path).with_context(|| format!("{}: set MARSAD_DATA to a folder that can be written", path.display()))?;
    Ok(path)
}

fn list() -> anyhow::Result<bool> {
    let folder = data_folder()?;
    let names = names(&folder)?;
    for name in &names {
        for table in tables(&packs_of(&folder).join(name))? {
            let rows = std::fs::read_to_string(packs_of(&folder).join(name).join(&table))?.lines().skip(1).filter(|l| !l.trim().is_empty()).count();
            println!("{name}  {}  {rows} rows", table.display());
        }
    }
    if names.is_empty() {
        println!("no packs in {}", packs_of(&folder).display());
    }
    Ok(true)
}

fn remove(name: &str) -> anyhow::Result<bool> {
    let folder = data_folder()?;
    if !names(&folder)?.iter().any(|n| n == name) {
        bail!("no pack is named {name}; marsad knowledge list names them");
    }
    let home = packs_of(&folder).join(name);
    std::fs::remove_dir_all(&home).with_context(|| home.display().to_string())?;
    compile(&folder, &Knowledge::embedded()?)?;
    Ok(true)
}

fn check(folder: Option<&Path>) -> anyhow::Result<bool> {
    let Some(folder) = folder else {
        let knowledge = open()?;
        knowledge.verify()?;
        println!("edition {}, {} places, {} bytes, sum right; packs: {}", knowledge.edition(), knowledge.all_places().count(), knowledge.size(), names(&data_folder()?)?.len());
        return Ok(true);
    };
    let first = folder.join("countries.tsv");
    if !first.exists() {
        bail!("{} is missing; give a folder of tables, such as knowledge/", first.display());
    }
    match marsad_knowledge::compile_folder(folder) {
        Ok(bytes) => println!("{}: no fault, {} bytes compiled", folder.display(), bytes.len()),
        Err(faults) => {
            for fault in &faults {
                println!("{fault}");
            }
            println!("{}: {}", folder.display(), if faults.len() == 1 { "1 fault".to_owned() } else { format!("{} faults", faults.len()) });
            return Ok(false);
        }
    }
    Ok(true)
}

/// Faults as one message, a line each.
fn all(faults: &[marsad_knowledge::Error]) -> anyhow::Error {
    anyhow::anyhow!("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

fn period(from: &str, to: &str) -> String {
    let day = |day: &str| if day.is_empty() { "…".to_owned() } else { day.to_owned() };
    if from.is_empty() && to.is_empty() { String::new() } else { format!("  {} to {}", day(from), day(to)) }
}

/// Where a short name counts.
fn only(short: bool, place: &str) -> String {
    if short { format!("  only in news of {place}") } else { String::new() }
}

fn lookup(name: &str, json: bool) -> anyhow::Result<bool> {
    let knowledge = open()?;
    let (mut places, mut loose) = (knowledge.places(name), false);
    let country = knowledge.country(name);
    if places.is_empty() && country.is_none() {
        (places, loose) = (knowledge.places_like(name), true);
    }
    let actors = knowledge.actors(name);
    let persons = knowledge.persons(name);
    let demonym = knowledge.demonym(name).filter(|_| country.is_none());
    let coded = knowledge.code_for(name, &Situation::default());
    let code = coded.code;
    // Bodies that every state has stand in no row of their own.
    let body = coded.known.filter(|k| !k.person && actors.is_empty() && knowledge.known(name, None, &[]).is_some());
    let found = country.is_some() || !places.is_empty() || !actors.is_empty() || body.is_some() || !persons.is_empty() || demonym.is_some();
    let mut out = std::io::stdout().lock();
    let names = |all: &str| all.split('|').map(str::to_owned).collect::<Vec<_>>();
    if json {
        let places: Vec<serde_json::Value> = places
            .iter()
            .map(|p| serde_json::json!({"name": p.name, "name_ar": p.name_ar, "kind": p.kind, "country": p.iso2, "admin1": p.admin1, "admin2": p.admin2, "pcode": knowledge.pcode(p), "lat": p.position.map(|x| x.0), "lon": p.position.map(|x| x.1), "population": p.population, "geonames": p.geonames, "by_hand": p.by_hand, "by_user": p.by_user, "same_spelling": !loose}))
            .collect();
        let value = serde_json::json!({
            "name": name,
            "country": country.map(|c| serde_json::json!({"name": c.name, "iso2": c.iso2, "iso3": c.iso3, "geonames": c.geonames})),
            "adjective_of": demonym.map(|c| c.iso3),
            "places": places,
            "actors": actors.iter().map(|(a, short)| serde_json::json!({"id": a.id, "wikidata": a.wikidata, "code": a.code, "name": a.name, "name_ar": a.name_ar, "names_ar": names(a.names_ar), "from": a.from, "to": a.to, "only_in_news_of": short.then_some(a.place)})).collect::<Vec<_>>(),
            "body": body.as_ref().map(|b| serde_json::json!({"id": b.entity, "code": b.code, "name": b.name, "name_ar": b.name_ar})),
            "persons": persons.iter().map(|(p, short)| serde_json::json!({"id": p.id, "wikidata": p.wikidata, "code": p.code, "name": p.name, "name_ar": p.name_ar, "names_ar": names(p.names_ar), "role": p.role_ar, "from": p.from, "to": p.to, "only_in_news_of": short.then_some(p.place)})).collect::<Vec<_>>(),
            "code": if code == "UNK" { None } else { Some(code) },
        });
        writeln!(out, "{value}")?;
        return Ok(found);
    }
    // Once for all rows of one actor or person.
    let also = |all: &str| {
        let others: Vec<String> = all.split('|').skip(1).map(|n| format!("\u{2068}{n}\u{2069}")).collect();
        if others.is_empty() { String::new() } else { format!("          also {}\n", others.join(", ")) }
    };
    let isolate = |text: &str| format!("\u{2068}{text}\u{2069}");
    if let Some(c) = country {
        writeln!(out, "country   {}  {} {}  {}", c.name, c.iso2, c.iso3, c.geonames.map_or_else(String::new, |g| format!("geonames:{g}")))?;
    }
    if let Some(c) = demonym {
        writeln!(out, "adjective of {}  {} {}", c.name, c.iso2, c.iso3)?;
    }
    for p in &places {
        let kind = serde_json::to_value(p.kind)?;
        write!(out, "{:9} {}  {}", kind.as_str().unwrap_or_default(), p.name, isolate(p.name_ar))?;
        write!(out, "  {}", [Some(p.iso2).filter(|c| !c.is_empty()), p.admin1, p.admin2].into_iter().flatten().collect::<Vec<_>>().join(", "))?;
        match p.position {
            Some((lat, lon)) => write!(out, "  {lat:.2}, {lon:.2}")?,
            None => write!(out, "  no position of its own")?,
        }
        if p.population > 0 {
            write!(out, "  {} inhabitants", p.population)?;
        }
        if let Some(g) = p.geonames {
            write!(out, "  geonames:{g}")?;
        }
        if let Some(code) = knowledge.pcode(p) {
            write!(out, "  pcode:{code}")?;
        }
        writeln!(out, "{}{}", if p.by_user { "  your pack" } else { "" }, if loose { "  (spelled otherwise)" } else { "" })?;
    }
    let id = |wikidata: &str, id: &str| if wikidata.is_empty() { format!("marsad:{id}") } else { wikidata.to_owned() };
    for (i, (a, short)) in actors.iter().enumerate() {
        writeln!(out, "actor     {}  {}  {}  {}{}{}", a.name, isolate(a.name_ar), a.code, id(a.wikidata, a.id), period(a.from, a.to), only(*short, a.place))?;
        if actors.get(i + 1).is_none_or(|(next, _)| next.id != a.id) {
            write!(out, "{}", also(a.names_ar))?;
        }
    }
    if let Some(b) = &body {
        writeln!(out, "body      {}  {}  {}  {}", b.name, isolate(&b.name_ar), b.code, b.entity)?;
    }
    for (i, (p, short)) in persons.iter().enumerate() {
        let office = isolate(p.role_ar);
        writeln!(out, "person    {}  {}  {}  {office}  {}{}{}", p.name, isolate(p.name_ar), p.code, id(p.wikidata, p.id), period(p.from, p.to), only(*short, p.place))?;
        if persons.get(i + 1).is_none_or(|(next, _)| next.id != p.id) {
            write!(out, "{}", also(p.names_ar))?;
        }
    }
    if found && code != "UNK" {
        writeln!(out, "as one who acts: {code}")?;
    }
    if !found {
        writeln!(out, "no table holds {}; add it by a row of your own: marsad knowledge add --help", isolate(name))?;
    }
    Ok(found)
}
