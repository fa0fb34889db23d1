//! A user's files, turned into tables of ours: which table is this, and what does it hold?
//!
//! A file is known by its header: one of our own tables, a table of places as Who's On First's extracts have it, or
//! `GeoNames`' dump of a country, which has no header but nineteen columns.

use crate::compile::{Error, HAND, TABLES};
use std::collections::HashMap;
use std::path::Path;

/// A user's file as a table of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    /// The table it belongs to, as a path below a folder of tables: `actors.tsv`, `places/IQ.tsv`.
    pub table: String,
    /// The table with its header.
    pub text: String,
    /// Rows below the header.
    pub rows: usize,
}

const WHOS_ON_FIRST: &str = "wof_id\tcc\tplacetype\tlat\tlon\t";
const GEONAMES_COLUMNS: usize = 19;
const GAZETTEER: &str = "gazetteer.tsv";
/// From so many inhabitants on a settlement is a city.
const CITY: u32 = 5000;

/// Recognises a user's file.
///
/// # Errors
/// When it is none that can be used, or a line of it has a fault.
pub fn recognise(path: &Path, text: &str) -> Result<Pack, Error> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default().trim_end_matches('\r');
    let rows = text.lines().skip(1).filter(|l| !l.trim().is_empty()).count();
    if first == HAND {
        let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
        if stem != "_" && !(stem.len() == 2 && stem.bytes().all(|b| b.is_ascii_uppercase())) {
            return Err(Error::file(path, "places of this table lie in the state that the file is named after; name it IQ.tsv or the like".to_owned()));
        }
        return Ok(Pack { table: format!("places/{stem}.tsv"), text: text.to_owned(), rows });
    }
    if let Some((table, _)) = TABLES.iter().find(|t| t.1 == first) {
        return Ok(Pack { table: (*table).to_owned(), text: text.to_owned(), rows });
    }
    if first.starts_with(WHOS_ON_FIRST) {
        return whos_on_first(path, text);
    }
    if first.split('\t').count() == GEONAMES_COLUMNS && first.split('\t').next().is_some_and(|c| c.parse::<u32>().is_ok()) {
        return geonames(path, text);
    }
    let known: Vec<String> = TABLES.iter().filter(|t| !matches!(t.0, "countries.tsv" | "sources.tsv")).map(|t| format!("{}: {}", t.0, t.1.replace('\t', " | "))).collect();
    Err(Error::line(path, 1, format!("no header that is known; give a table of GeoNames or Who's On First, or one of ours, with tabs between the columns:\nplaces/XX.tsv: {}\n{}", HAND.replace('\t', " | "), known.join("\n"))))
}

fn clean(cell: &str) -> String {
    cell.replace(['|', '\t'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A name that news in Arabic may hold: Arabic letters, those of Kurdish and Persian among them, and nothing else.
fn arabic(name: &str) -> bool {
    name.chars().count() > 1 && name.chars().all(|c| matches!(c, '\u{621}'..='\u{6FF}' | ' ' | '-' | '\u{200C}')) && name.chars().any(|c| c != ' ')
}

struct Out {
    text: String,
    rows: usize,
}

impl Out {
    fn new() -> Self {
        let header = TABLES.iter().find(|t| t.0 == GAZETTEER).map_or("", |t| t.1);
        Self { text: format!("{header}\n"), rows: 0 }
    }

    #[expect(clippy::too_many_arguments, reason = "a row has that many cells")]
    fn row(&mut self, geonames: &str, names: &[String], name: &str, iso2: &str, admin1: &str, position: (&str, &str), kind: &str, population: u32) {
        let people = if population == 0 { String::new() } else { population.to_string() };
        let row = format!("{geonames}\t{}\t{}\t{iso2}\t{}\t{}\t{}\t{kind}\t{people}\n", names.join("|"), clean(name), clean(admin1), position.0, position.1);
        self.text.push_str(&row);
        self.rows += 1;
    }

    fn pack(self, path: &Path) -> Result<Pack, Error> {
        if self.rows == 0 {
            return Err(Error::file(path, "no place in it has an Arabic name; take a file with alternate names".to_owned()));
        }
        Ok(Pack { table: GAZETTEER.to_owned(), text: self.text, rows: self.rows })
    }
}

fn settlement(population: u32) -> &'static str {
    if population >= CITY { "city" } else { "village" }
}

fn whos_on_first(path: &Path, text: &str) -> Result<Pack, Error> {
    let mut lines = text.lines().map(|l| l.trim_end_matches('\r')).enumerate();
    let header: Vec<&str> = lines.next().map(|l| l.1.split('\t').collect()).unwrap_or_default();
    let column = |name: &str| header.iter().position(|h| *h == name).ok_or_else(|| Error::line(path, 1, format!("the column {name} is missing")));
    let (id, state, kind, lat, lon) = (column("wof_id")?, column("cc")?, column("placetype")?, column("lat")?, column("lon")?);
    let (people, number, region, latin, name) = (column("pop")?, column("gn_id")?, column("region_id")?, column("name_latin")?, column("name_ar")?);
    let further: Vec<usize> = ["variants_ar", "ckb"].iter().filter_map(|n| header.iter().position(|h| h == n)).collect();
    let rows: Vec<(usize, Vec<&str>)> = lines.filter(|(_, l)| !l.trim().is_empty()).map(|(i, l)| (i + 1, l.split('\t').collect())).collect();
    if let Some((line, cells)) = rows.iter().find(|(_, c)| c.len() != header.len()) {
        return Err(Error::line(path, *line, format!("{} columns where the header has {}", cells.len(), header.len())));
    }
    let regions: HashMap<&str, &str> = rows.iter().filter(|(_, c)| c[kind] == "region").map(|(_, c)| (c[id], c[latin])).collect();
    let mut out = Out::new();
    for (_, c) in &rows {
        let population = c[people].parse::<f64>().map_or(0, |n| n as u32);
        let what = match c[kind] {
            "region" => "admin1",
            "county" | "localadmin" => "admin2",
            "locality" => settlement(population),
            "neighbourhood" => "village",
            "campus" => "facility",
            _ => continue,
        };
        // A region's variants hold its seat's name, which is another place.
        let variants = further.iter().filter(|_| what != "admin1").flat_map(|&at| c[at].split(['|', ';', ',']));
        let mut names: Vec<String> = Vec::new();
        for candidate in std::iter::once(c[name]).chain(variants).map(clean) {
            if arabic(&candidate) && !names.contains(&candidate) {
                names.push(candidate);
            }
        }
        if !names.is_empty() && c[state].len() == 2 {
            let admin1 = regions.get(c[region]).filter(|_| what != "admin1").copied().unwrap_or_default();
            let label = if c[latin].is_empty() { &names[0] } else { c[latin] }.to_owned();
            // -1 stands there for no number.
            let geonames = if c[number].parse::<u32>().is_ok() { c[number] } else { "" };
            out.row(geonames, &names, &label, c[state], admin1, (c[lat], c[lon]), what, population);
        }
    }
    out.pack(path)
}

fn geonames(path: &Path, text: &str) -> Result<Pack, Error> {
    let mut out = Out::new();
    for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let c: Vec<&str> = line.trim_end_matches('\r').split('\t').collect();
        if c.len() != GEONAMES_COLUMNS {
            return Err(Error::line(path, i + 1, format!("{} columns where GeoNames has {GEONAMES_COLUMNS}", c.len())));
        }
        let population = c[14].parse::<u64>().map_or(0, |n| u32::try_from(n).unwrap_or(u32::MAX));
        let kind = match (c[6], c[7]) {
            ("A", "ADM1") => "admin1",
            ("A", code) if code.starts_with("ADM") => "admin2",
            ("P", "PPLX") => "village",
            ("P", _) => settlement(population),
            ("T" | "H", _) => "natural",
            ("S", _) | ("L", "MILB" | "CMPREF" | "AIRB") => "facility",
            ("L", _) => "region",
            _ => continue,
        };
        let names: Vec<String> = c[3].split(',').map(clean).filter(|n| arabic(n)).collect();
        if !names.is_empty() && c[8].len() == 2 {
            out.row(c[0], &names, c[1], c[8], "", (c[4], c[5]), kind, population);
        }
    }
    out.pack(path)
}
