//! Tables that people edit, compiled into the artefact that the program opens without parsing.
//!
//! Layout, little-endian: magic `MARSADK1`, u32 format version, u32 number of sections, SHA-256 of all that follows, then
//! for each section its name (8 bytes), u32 offset from the start of the file and u32 length; then the sections.
//! `strings` holds every string once, each behind its u16 length; a string elsewhere is the u32 offset of that.
//! Records are rows of u32. An index `x` is three sections: `x.keys` (strings, sorted by bytes), `x.from` (for each key
//! the first of its values, and one past the last key's) and `x.to` (the values).
//!
//! A user's packs become a second artefact that lies over the program's: there, every string and every record has the
//! number it has in its own file plus [`OVER`], so that a number alone tells which of the two it is of.

#[path = "compile_names.rs"]
pub mod names;

use marsad_text::fold;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

/// The first bytes of every artefact.
pub const MAGIC: &[u8; 8] = b"MARSADK1";
/// The version of the layout.
pub const FORMAT: u32 = 2;
/// No record, no string.
pub const NONE: u32 = u32::MAX;
/// Added to the numbers of strings and records of the artefact that lies over the program's.
pub const OVER: u32 = 0x8000_0000;
/// `u32`s of a record.
pub const COUNTRY: usize = 6;
/// As above.
pub const PLACE: usize = 10;
/// Kinds of places by their number.
pub const KINDS: [&str; 8] = ["country", "admin1", "admin2", "city", "village", "region", "natural", "facility"];
/// The bit of a place's kind that says that an editor wrote it.
pub const BY_HAND: u32 = 0x100;

/// The bit of a place's kind that says that a state is governed from there.
pub const CAPITAL: u32 = 0x400;
/// The bit of a place's kind that says that it comes from a user's pack.
pub const BY_USER: u32 = 0x200;

/// The bit of a set of kinds for words that stand after a name.
pub const AFTER: u32 = 0x8000_0000;

/// Every table: its file below the folder, and its header. A user's file is known by its header.
pub const TABLES: [(&str, &str); 16] = [
    ("countries.tsv", "iso2\tiso3\tname\tnames_ar\tcapital_lat\tcapital_lon\tgeonames"),
    ("demonyms.tsv", "code\tnisba\tplurals\tnames"),
    ("capitals.tsv", "iso3\tnames_ar"),
    ("gazetteer.tsv", "geonames\tnames_ar\tname\tiso2\tadmin1\tlat\tlon\tkind\tpopulation"),
    ("place_words.tsv", "kinds\twords"),
    ("ordinary_words.tsv", "words"),
    ("outlets.tsv", "iso2\tnames"),
    ("sources.tsv", "file\twhat\tlicence\tedition\tsha256"),
    ("actors.tsv", "id\twikidata\tname\tnames_ar\tshort_ar\twhere\tcode\tfrom\tto"),
    ("persons.tsv", "id\twikidata\tname\tnames_ar\tshort_ar\tcode\trole_ar\tfrom\tto"),
    ("bodies.tsv", "sectors\tname\tnames_ar"),
    ("roles.tsv", "sectors\tweight\twords"),
    ("titles.tsv", "kind\twords"),
    ("latin.tsv", "ar\tlatin"),
    ("peoples.tsv", "state\tpeople"),
    ("pcodes.tsv", "iso2\tadmin1\tadmin2\tpcode"),
];

/// A fault in a table or an artefact.
#[derive(Debug, thiserror::Error)]
#[error("{file}{}: {reason}", if *.line == 0 { String::new() } else { format!(", line {line}") })]
pub struct Error {
    file: String,
    line: usize,
    reason: String,
}

impl Error {
    /// A fault of a whole file.
    pub fn file(path: &Path, reason: String) -> Self {
        Self::line(path, 0, reason)
    }

    /// A fault of a line, counted from 1.
    pub fn line(path: &Path, line: usize, reason: String) -> Self {
        Self { file: path.display().to_string(), line, reason }
    }
}

/// A table: its file, and the cells of each line below the header.
struct Table {
    file: String,
    rows: Vec<(usize, Vec<String>)>,
}

/// The faults found so far, so that an editor sees all of them at once.
#[derive(Default)]
struct Faults(Vec<Error>);

impl Faults {
    /// The value, or nothing and its fault kept.
    fn keep<T>(&mut self, result: Result<T, Error>) -> Option<T> {
        result.map_err(|e| self.0.push(e)).ok()
    }
}

impl Table {
    /// A table without its faulty rows; without any row where the file or its header is at fault.
    fn open(path: &Path, header: &str, faults: &mut Faults) -> Self {
        let mut table = Self { file: path.display().to_string(), rows: Vec::new() };
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(e) => {
                faults.0.push(table.fault(0, format!("{e}; every table must be there, in UTF-8")));
                return table;
            }
        };
        let mut lines = text.lines().map(|l| l.trim_end_matches('\r')).enumerate();
        let (_, first) = lines.next().unwrap_or((0, ""));
        if first.trim_start_matches('\u{feff}') != header {
            faults.0.push(table.fault(1, format!("the header must be {}, with tabs between", header.replace('\t', " | "))));
            return table;
        }
        let columns = header.split('\t').count();
        for (i, line) in lines.filter(|(_, l)| !l.trim().is_empty()) {
            let cells: Vec<String> = line.split('\t').map(|c| c.trim().to_owned()).collect();
            if cells.len() == columns {
                table.rows.push((i + 1, cells));
            } else {
                faults.0.push(table.fault(i + 1, format!("{} columns where the header has {columns}; put one tab between columns", cells.len())));
            }
        }
        table
    }

    fn fault(&self, line: usize, reason: impl Into<String>) -> Error {
        Error { file: self.file.clone(), line, reason: reason.into() }
    }

    /// Bits of latitude and longitude, `NaN` where the cells are empty.
    fn position(&self, line: usize, lat: &str, lon: &str) -> Result<[u32; 2], Error> {
        if lat.is_empty() && lon.is_empty() {
            return Ok([f32::NAN.to_bits(); 2]);
        }
        match (lat.parse::<f32>(), lon.parse::<f32>()) {
            (Ok(a), Ok(b)) if a.abs() <= 90.0 && b.abs() <= 180.0 => Ok([a.to_bits(), b.to_bits()]),
            _ => Err(self.fault(line, format!("{lat}, {lon} is no position; give degrees north and degrees east"))),
        }
    }

    fn kind(&self, line: usize, name: &str) -> Result<u32, Error> {
        let at = KINDS.iter().position(|k| *k == name);
        at.map(|k| k as u32).ok_or_else(|| self.fault(line, format!("{name} is no kind of place; give one of {}", KINDS.join(" "))))
    }
}

/// A folder of tables.
struct Folder<'a> {
    path: &'a Path,
    /// Whether its tables lie over others, so that any may be missing.
    over: bool,
}

impl Folder<'_> {
    fn open(&self, name: &str, faults: &mut Faults) -> Table {
        let path = self.path.join(name);
        let header = TABLES.iter().find(|t| t.0 == name).map_or("", |t| t.1);
        if self.over && !path.exists() {
            return Table { file: path.display().to_string(), rows: Vec::new() };
        }
        Table::open(&path, header, faults)
    }
}

#[derive(Default)]
struct Writer {
    /// [`OVER`] or nothing.
    base: u32,
    strings: Vec<u8>,
    known: HashMap<String, u32>,
    sections: Vec<(&'static str, Vec<u8>)>,
}

impl Writer {
    fn string(&mut self, text: &str) -> u32 {
        if let Some(&at) = self.known.get(text) {
            return at;
        }
        let at = self.base + self.strings.len() as u32;
        let bytes = &text.as_bytes()[..text.len().min(usize::from(u16::MAX))];
        self.strings.extend((bytes.len() as u16).to_le_bytes());
        self.strings.extend(bytes);
        self.known.insert(text.to_owned(), at);
        at
    }

    fn words(&mut self, name: &'static str, words: impl IntoIterator<Item = u32>) {
        self.sections.push((name, words.into_iter().flat_map(u32::to_le_bytes).collect()));
    }

    fn index(&mut self, names: [&'static str; 3], map: &BTreeMap<String, Vec<u32>>) {
        let keys: Vec<u32> = map.keys().map(|k| self.string(k)).collect();
        let mut from = vec![0];
        for list in map.values() {
            from.push(from.last().copied().unwrap_or(0) + list.len() as u32);
        }
        self.words(names[0], keys);
        self.words(names[1], from);
        self.words(names[2], map.values().flatten().copied());
    }

    fn finish(mut self) -> Vec<u8> {
        let strings = std::mem::take(&mut self.strings);
        self.sections.push(("strings", strings));
        let mut at = (16 + 32 + self.sections.len() * 16) as u32;
        let (mut directory, mut body) = (Vec::new(), Vec::new());
        for (name, data) in &self.sections {
            let mut fixed = [0u8; 8];
            fixed[..name.len()].copy_from_slice(name.as_bytes());
            directory.extend(fixed);
            directory.extend(at.to_le_bytes());
            directory.extend((data.len() as u32).to_le_bytes());
            body.extend(data);
            body.extend(std::iter::repeat_n(0, data.len().next_multiple_of(4) - data.len()));
            at += data.len().next_multiple_of(4) as u32;
        }
        directory.extend(body);
        let mut out = Vec::with_capacity(directory.len() + 48);
        out.extend(MAGIC);
        out.extend(FORMAT.to_le_bytes());
        out.extend((self.sections.len() as u32).to_le_bytes());
        out.extend(Sha256::digest(&directory));
        out.extend(directory);
        out
    }
}

fn add(map: &mut BTreeMap<String, Vec<u32>>, names: &str, value: u32) {
    for name in names.split('|').map(fold).filter(|n| !n.is_empty()) {
        let list = map.entry(name).or_default();
        if !list.contains(&value) {
            list.push(value);
        }
    }
}

/// Without the article and what stands before it.
pub fn bare(key: &str) -> &str {
    for prefix in ["وال", "بال", "فال", "كال", "ولل", "لل", "ال"] {
        if let Some(rest) = key.strip_prefix(prefix)
            && rest.chars().count() >= 2
        {
            return rest;
        }
    }
    key
}

/// The header of the tables of places by hand, one a state.
pub const HAND: &str = "names_ar\tname\tkind\tadmin1\tadmin2\tlat\tlon";

/// A place of any table.
struct Row {
    names: Vec<String>,
    name: String,
    iso2: String,
    admin1: String,
    admin2: String,
    position: [u32; 2],
    kind: u32,
    population: u32,
    geonames: u32,
}

/// How far apart a row by hand and `GeoNames`' row of the same name may lie and still be one place, in degrees.
const NEAR: f32 = 0.25;

/// Places in the making.
#[derive(Default)]
struct Places {
    rows: Vec<Row>,
    /// Towns and villages by hand, by folded name.
    towns: HashMap<String, Vec<usize>>,
}

fn near(a: [u32; 2], b: [u32; 2]) -> bool {
    let [a, b] = [a, b].map(|p| p.map(f32::from_bits));
    (a[0] - b[0]).abs() < NEAR && (a[1] - b[1]).abs() < NEAR
}

impl Places {
    /// The tables written by hand, one a country, in the order of their names.
    fn by_hand(&mut self, folder: &Folder<'_>, faults: &mut Faults) {
        let path = folder.path.join("places");
        if folder.over && !path.exists() {
            return;
        }
        let Some(list) = faults.keep(std::fs::read_dir(&path).map_err(|e| Error::file(&path, e.to_string()))) else { return };
        let mut paths: Vec<_> = list.filter_map(Result::ok).map(|f| f.path()).filter(|p| p.extension().is_some_and(|e| e == "tsv")).collect();
        paths.sort();
        for path in paths {
            let iso2 = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default().to_owned();
            // Seas and regions of several states stand in `_.tsv`.
            let iso2 = if iso2 == "_" { String::new() } else { iso2 };
            let table = Table::open(&path, HAND, faults);
            let first: BTreeSet<&str> = table.rows.iter().filter(|(_, c)| c[2] == "admin1").map(|(_, c)| c[1].as_str()).collect();
            let second: BTreeSet<[&str; 2]> = table.rows.iter().filter(|(_, c)| c[2] == "admin2").map(|(_, c)| [c[1].as_str(), c[3].as_str()]).collect();
            for (line, c) in &table.rows {
                if c[0].split('|').all(|n| n.trim().is_empty()) || c[1].is_empty() {
                    faults.0.push(table.fault(*line, "a place needs an Arabic name and a Latin one"));
                    continue;
                }
                if !c[3].is_empty() && !first.contains(c[3].as_str()) && !folder.over {
                    faults.0.push(table.fault(*line, format!("{} is the name of no admin1 row of this file; write it as in that row's column name", c[3])));
                } else if !c[4].is_empty() && !second.contains(&[c[4].as_str(), c[3].as_str()]) && !folder.over {
                    faults.0.push(table.fault(*line, format!("{} is the name of no admin2 row of this file in the same admin1; write it as in that row's column name", c[4])));
                }
                let (kind, position) = (faults.keep(table.kind(*line, &c[2])), faults.keep(table.position(*line, &c[5], &c[6])));
                let (Some(kind), Some(position)) = (kind, position) else { continue };
                let at = self.rows.len();
                self.rows.push(Row {
                    names: c[0].split('|').map(|n| n.trim().to_owned()).filter(|n| !n.is_empty()).collect(),
                    name: c[1].clone(),
                    iso2: iso2.clone(),
                    admin1: c[3].clone(),
                    admin2: c[4].clone(),
                    position,
                    kind: kind | BY_HAND | if folder.over { BY_USER } else { 0 },
                    population: 0,
                    geonames: 0,
                });
                if matches!(KINDS[kind as usize], "city" | "village") {
                    for name in &self.rows[at].names {
                        self.towns.entry(fold(name)).or_default().push(at);
                    }
                }
            }
        }
    }

    /// The table made from packages. A row that an editor wrote too lends it its number, inhabitants and further names.
    fn gazetteer(&mut self, folder: &Folder<'_>, faults: &mut Faults) {
        let table = folder.open("gazetteer.tsv", faults);
        for (line, c) in &table.rows {
            let number = |cell: &str, what: &str| match cell {
                "" => Ok(0),
                _ => cell.parse::<u32>().map_err(|_| table.fault(*line, format!("{cell} is no {what}; give a whole number or nothing"))),
            };
            let (position, kind) = (faults.keep(table.position(*line, &c[5], &c[6])), faults.keep(table.kind(*line, &c[7])));
            let (population, geonames) = (faults.keep(number(&c[8], "number of inhabitants")), faults.keep(number(&c[0], "number of GeoNames")));
            let names: Vec<String> = c[1].split('|').map(|n| n.trim().to_owned()).filter(|n| !n.is_empty()).collect();
            if names.is_empty() {
                faults.0.push(table.fault(*line, "a place needs an Arabic name"));
            }
            let state = c[3].len() == 2 && c[3].bytes().all(|b| b.is_ascii_uppercase());
            if !state {
                faults.0.push(table.fault(*line, format!("{} is no ISO 3166-1 alpha-2 code; give two capital letters", c[3])));
            }
            let (Some(position), Some(kind), Some(population), Some(geonames), true) = (position, kind, population, geonames, state && !names.is_empty()) else { continue };
            let row = Row {
                names,
                name: c[2].clone(),
                iso2: c[3].clone(),
                admin1: c[4].clone(),
                admin2: String::new(),
                position,
                kind: kind | if folder.over { BY_USER } else { 0 },
                population,
                geonames,
            };
            let town = matches!(KINDS[(row.kind & 7) as usize], "city" | "village");
            // In whose country it lies, the editors decide: القدس.
            let twins: Vec<usize> = row.names.iter().filter(|_| town).filter_map(|n| self.towns.get(&fold(n))).flatten().copied().filter(|&at| near(self.rows[at].position, row.position)).collect();
            let twin = twins.iter().copied().find(|&at| self.rows[at].iso2 == row.iso2).or_else(|| twins.first().copied()).filter(|&at| self.rows[at].geonames == 0 || self.rows[at].iso2 != row.iso2);
            let Some(at) = twin else {
                self.rows.push(row);
                continue;
            };
            let twin = &mut self.rows[at];
            if twin.geonames == 0 {
                (twin.geonames, twin.population) = (row.geonames, row.population);
            }
            if twin.admin1.is_empty() {
                twin.admin1 = row.admin1;
            }
            for name in row.names {
                if !twin.names.contains(&name) {
                    twin.names.push(name);
                }
            }
        }
    }

    /// Marks the largest town at each seat of government.
    fn seats(&mut self, seats: &[(String, [u32; 2])]) {
        for (iso2, position) in seats {
            let at = |r: &Row| r.iso2 == *iso2 && KINDS[(r.kind & 7) as usize] == "city" && near(r.position, *position);
            if let Some(row) = self.rows.iter_mut().filter(|r| at(r)).max_by_key(|r| (r.population, r.kind & BY_HAND)) {
                row.kind |= CAPITAL;
            }
        }
    }

    fn write(&self, w: &mut Writer) {
        let (mut records, mut names, mut loose_names) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        for (at, row) in self.rows.iter().enumerate() {
            let at = w.base + at as u32;
            let optional = |w: &mut Writer, s: &str| if s.is_empty() { NONE } else { w.string(s) };
            let (name, first, iso2) = (w.string(&row.name), w.string(&row.names[0]), w.string(&row.iso2));
            let (admin1, admin2) = (optional(w, &row.admin1), optional(w, &row.admin2));
            records.extend([name, first, iso2, admin1, admin2, row.position[0], row.position[1], row.kind, row.population, row.geonames]);
            for name in row.names.iter().chain([&row.name]) {
                add(&mut names, name, at);
                if let Some(short) = without_vowel(name) {
                    add(&mut names, &short, at);
                }
            }
            for name in &row.names {
                let key = loose(&fold(name));
                let list: &mut Vec<u32> = loose_names.entry(key).or_default();
                if !list.contains(&at) {
                    list.push(at);
                }
            }
        }
        w.words("place", records);
        w.index(["p.keys", "p.from", "p.to"], &names);
        w.index(["q.keys", "q.from", "q.to"], &loose_names);
    }
}

/// A Kurdish name without the vowel ە, which Arabic spelling leaves out: قەراج is written قراج.
pub fn without_vowel(name: &str) -> Option<String> {
    name.contains('\u{6D5}').then(|| name.replace('\u{6D5}', ""))
}

/// A coarser key of a folded name, for spellings that no table holds: no spaces, no article at the front, and the letters
/// that newsrooms use for one foreign sound as one (هامبورج and هامبورغ, بطرسبرغ and بترسبورج).
pub fn loose(key: &str) -> String {
    let mut out: String = key
        .split(|c: char| !c.is_alphanumeric())
        .map(|w| w.strip_prefix("ال").filter(|r| r.chars().count() > 2).unwrap_or(w))
        .flat_map(str::chars)
        .map(|c| match c {
            'غ' | 'ج' => 'ك',
            'ط' => 'ت',
            'ص' => 'س',
            'ض' => 'د',
            'ظ' => 'ز',
            'ى' => 'ي',
            c => c,
        })
        .collect();
    if out.chars().count() > 3 && out.ends_with(['ه', 'ا', 'ء']) {
        out.pop();
    }
    out
}

/// Compiles the tables of a folder.
///
/// # Errors
/// Every fault of every table, each with its file, line and remedy, in the order in which the tables are read.
pub fn folder(folder: &Path) -> Result<Vec<u8>, Vec<Error>> {
    tables(&Folder { path: folder, over: false }, HashMap::new())
}

/// Compiles a user's tables, any of which may be missing, to lie over the program's; `countries` are the program's, by
/// alpha-3.
///
/// # Errors
/// Every fault, as above.
pub fn folder_over(folder: &Path, countries: HashMap<String, u32>) -> Result<Vec<u8>, Vec<Error>> {
    tables(&Folder { path: folder, over: true }, countries)
}

/// The key of a division's p-code: its state, its first-level division and, for a second-level one, its own name.
pub fn division(iso2: &str, admin1: &str, admin2: &str) -> String {
    format!("{iso2}|{admin1}|{admin2}")
}

/// Codes of divisions, whose rows stand in the tables of places.
fn pcodes(w: &mut Writer, folder: &Folder<'_>, places: &Places, faults: &mut Faults) {
    let table = folder.open("pcodes.tsv", faults);
    let known: BTreeSet<String> = places
        .rows
        .iter()
        .filter_map(|r| match KINDS[(r.kind & 7) as usize] {
            "admin1" => Some(division(&r.iso2, &r.name, "")),
            "admin2" => Some(division(&r.iso2, &r.admin1, &r.name)),
            _ => None,
        })
        .collect();
    let mut codes: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for (line, c) in &table.rows {
        if !c[3].strip_prefix(c[0].as_str()).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric())) {
            faults.0.push(table.fault(*line, format!("{} is no p-code of {}; it must begin with the state's two letters", c[3], c[0])));
        }
        let key = division(&c[0], &c[1], &c[2]);
        if !folder.over && !known.contains(&key) {
            let (name, kind) = if c[2].is_empty() { (&c[1], "admin1") } else { (&c[2], "admin2") };
            faults.0.push(table.fault(*line, format!("{name} is the name of no {kind} row of places/{}.tsv or gazetteer.tsv; write both names as there", c[0])));
        }
        let code = w.string(&c[3]);
        codes.entry(key).or_insert_with(|| vec![code]);
    }
    w.index(["z.keys", "z.from", "z.to"], &codes);
}

fn tables(folder: &Folder<'_>, mut by_iso3: HashMap<String, u32>) -> Result<Vec<u8>, Vec<Error>> {
    let mut found = Faults::default();
    let faults = &mut found;
    let mut w = Writer { base: if folder.over { OVER } else { 0 }, ..Writer::default() };
    let base = w.base;
    let table = folder.open("countries.tsv", faults);
    let (mut countries, mut country_names, mut seats) = (Vec::new(), BTreeMap::new(), Vec::new());
    for (line, c) in &table.rows {
        let at = base + (countries.len() / COUNTRY) as u32;
        // GeoNames has Kosovo as XKX, PLOVER as KOS.
        let iso3 = if c[1] == "XKX" { "KOS" } else { &c[1] };
        let Some(position) = faults.keep(table.position(*line, &c[4], &c[5])) else { continue };
        countries.extend([w.string(&c[0]), w.string(iso3), w.string(&c[2]), position[0], position[1], c[6].parse().unwrap_or(0)]);
        by_iso3.insert(iso3.to_owned(), at);
        seats.push((c[0].clone(), position));
        add(&mut country_names, &c[3], at);
    }
    let mut places = Places::default();
    places.by_hand(folder, faults);
    places.gazetteer(folder, faults);
    places.seats(&seats);
    places.write(&mut w);
    pcodes(&mut w, folder, &places, faults);
    let table = folder.open("place_words.tsv", faults);
    let mut heads = BTreeMap::new();
    for (line, c) in &table.rows {
        // A set of kinds is a number with a bit for each.
        let mut kinds = 0;
        for kind in c[0].split(' ') {
            kinds |= if kind == "after" { AFTER } else { faults.keep(table.kind(*line, kind)).map_or(0, |k| 1 << k) };
        }
        for word in c[1].split('|').map(fold) {
            heads.entry(word).or_insert_with(|| vec![kinds]);
        }
    }
    let table = folder.open("ordinary_words.tsv", faults);
    let mut ordinary = BTreeMap::new();
    for (_, c) in &table.rows {
        add(&mut ordinary, &c[0], 1);
    }
    let table = folder.open("outlets.tsv", faults);
    let mut outlets = BTreeMap::new();
    for (_, c) in &table.rows {
        let iso2 = w.string(&c[0]);
        add(&mut outlets, &c[1], iso2);
    }
    names::folder(&mut w, folder, &by_iso3, &mut country_names, faults);
    w.words("country", countries);
    w.index(["c.keys", "c.from", "c.to"], &country_names);
    w.index(["w.keys", "w.from", "w.to"], &heads);
    w.index(["m.keys", "m.from", "m.to"], &ordinary);
    w.index(["o.keys", "o.from", "o.to"], &outlets);
    if !folder.over {
        let path = folder.path.join("EDITION");
        let edition = faults.keep(std::fs::read_to_string(&path).map_err(|e| Error::file(&path, e.to_string()))).unwrap_or_default();
        w.sections.push(("edition", edition.trim().as_bytes().to_vec()));
        folder.open("sources.tsv", faults);
    }
    if found.0.is_empty() { Ok(w.finish()) } else { Err(found.0) }
}
