//! Tables that people edit, compiled into the artefact that the program opens without parsing.
//!
//! Layout, little-endian: magic `MARSADK1`, u32 format version, u32 number of sections, SHA-256 of all that follows, then
//! for each section its name (8 bytes), u32 offset from the start of the file and u32 length; then the sections.
//! `strings` holds every string once, each behind its u16 length; a string elsewhere is the u32 offset of that.
//! Records are rows of u32. An index `x` is three sections: `x.keys` (strings, sorted by bytes), `x.from` (for each key
//! the first of its values, and one past the last key's) and `x.to` (the values).

#[path = "compile_names.rs"]
pub mod names;

use marsad_text::fold;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// The first bytes of every artefact.
pub const MAGIC: &[u8; 8] = b"MARSADK1";
/// The version of the layout.
pub const FORMAT: u32 = 1;
/// No record, no string.
pub const NONE: u32 = u32::MAX;
/// `u32`s of a record.
pub const COUNTRY: usize = 6;
/// As above.
pub const PLACE: usize = 9;
/// Kinds of places by their number.
pub const KINDS: [&str; 8] = ["country", "admin1", "admin2", "city", "village", "region", "natural", "facility"];
/// The bit of a place's kind that says that an editor wrote it.
pub const BY_HAND: u32 = 0x100;

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
        Self { file: path.display().to_string(), line: 0, reason }
    }
}

/// A table: its file, and the cells of each line below the header.
struct Table {
    file: String,
    rows: Vec<(usize, Vec<String>)>,
}

impl Table {
    fn open(path: &Path, header: &str) -> Result<Self, Error> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|e| Error { file: file.clone(), line: 0, reason: format!("{e}; every table must be there, in UTF-8") })?;
        let mut lines = text.lines().map(|l| l.trim_end_matches('\r')).enumerate();
        let (_, first) = lines.next().unwrap_or((0, ""));
        if first.trim_start_matches('\u{feff}') != header {
            let wanted = header.replace('\t', " | ");
            return Err(Error { file, line: 1, reason: format!("the header must be {wanted}, with tabs between") });
        }
        let columns = header.split('\t').count();
        let mut rows = Vec::new();
        for (i, line) in lines.filter(|(_, l)| !l.trim().is_empty()) {
            let cells: Vec<String> = line.split('\t').map(|c| c.trim().to_owned()).collect();
            if cells.len() != columns {
                return Err(Error { file, line: i + 1, reason: format!("{} columns where the header has {columns}; put one tab between columns", cells.len()) });
            }
            rows.push((i + 1, cells));
        }
        Ok(Self { file, rows })
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

#[derive(Default)]
struct Writer {
    strings: Vec<u8>,
    known: HashMap<String, u32>,
    sections: Vec<(&'static str, Vec<u8>)>,
}

impl Writer {
    fn string(&mut self, text: &str) -> u32 {
        if let Some(&at) = self.known.get(text) {
            return at;
        }
        let at = self.strings.len() as u32;
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

const HAND: &str = "names_ar\tname\tadmin1\tlat\tlon\tkind";

/// Places in the making.
#[derive(Default)]
struct Places {
    records: Vec<u32>,
    names: BTreeMap<String, Vec<u32>>,
}

impl Places {
    #[expect(clippy::too_many_arguments, reason = "a row has that many cells")]
    fn add(&mut self, w: &mut Writer, names: &str, name: &str, iso2: &str, admin1: &str, position: [u32; 2], kind: u32, population: u32, geonames: u32) {
        let at = (self.records.len() / PLACE) as u32;
        let first = names.split('|').next().unwrap_or_default();
        let (name, first, iso2) = (w.string(name), w.string(first), w.string(iso2));
        let admin1 = if admin1.is_empty() { NONE } else { w.string(admin1) };
        self.records.extend([name, first, iso2, admin1, position[0], position[1], kind, population, geonames]);
        add(&mut self.names, names, at);
    }

    /// The tables written by hand, one a country, in the order of their names.
    fn by_hand(&mut self, w: &mut Writer, folder: &Path) -> Result<(), Error> {
        let list = std::fs::read_dir(folder).map_err(|e| Error::file(folder, e.to_string()))?;
        let mut paths: Vec<_> = list.filter_map(Result::ok).map(|f| f.path()).filter(|p| p.extension().is_some_and(|e| e == "tsv")).collect();
        paths.sort();
        for path in paths {
            let iso2 = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default().to_owned();
            // Seas and regions of several states stand in `_.tsv`.
            let iso2 = if iso2 == "_" { String::new() } else { iso2 };
            let table = Table::open(&path, HAND)?;
            let divisions: Vec<&str> = table.rows.iter().filter(|(_, c)| c[5] == "admin1").map(|(_, c)| c[1].as_str()).collect();
            for (line, c) in &table.rows {
                if c[0].is_empty() {
                    return Err(table.fault(*line, "a place needs an Arabic name"));
                }
                if !c[2].is_empty() && !divisions.contains(&c[2].as_str()) {
                    return Err(table.fault(*line, format!("{} is the name of no admin1 row of this file", c[2])));
                }
                let kind = table.kind(*line, &c[5])? | BY_HAND;
                let position = table.position(*line, &c[3], &c[4])?;
                self.add(w, &c[0], &c[1], &iso2, &c[2], position, kind, 0, 0);
            }
        }
        Ok(())
    }
}

/// Compiles the tables of a folder.
///
/// # Errors
/// The first fault, with its file and line.
pub fn folder(folder: &Path) -> Result<Vec<u8>, Error> {
    let mut w = Writer::default();
    let table = Table::open(&folder.join("countries.tsv"), "iso2\tiso3\tname\tnames_ar\tcapital_lat\tcapital_lon\tgeonames")?;
    let (mut countries, mut by_iso3, mut country_names) = (Vec::new(), HashMap::new(), BTreeMap::new());
    for (line, c) in &table.rows {
        let at = (countries.len() / COUNTRY) as u32;
        // GeoNames has Kosovo as XKX, PLOVER as KOS.
        let iso3 = if c[1] == "XKX" { "KOS" } else { &c[1] };
        let position = table.position(*line, &c[4], &c[5])?;
        countries.extend([w.string(&c[0]), w.string(iso3), w.string(&c[2]), position[0], position[1], c[6].parse().unwrap_or(0)]);
        by_iso3.insert(iso3.to_owned(), at);
        add(&mut country_names, &c[3], at);
    }
    let mut places = Places::default();
    places.by_hand(&mut w, &folder.join("places"))?;
    let table = Table::open(&folder.join("gazetteer.tsv"), "geonames\tnames_ar\tname\tiso2\tadmin1\tlat\tlon\tkind\tpopulation")?;
    for (line, c) in &table.rows {
        let (kind, position) = (table.kind(*line, &c[7])?, table.position(*line, &c[5], &c[6])?);
        places.add(&mut w, &c[1], &c[2], &c[3], &c[4], position, kind, c[8].parse().unwrap_or(0), c[0].parse().unwrap_or(0));
    }
    names::folder(&mut w, folder, &by_iso3, &mut country_names)?;
    w.words("country", countries);
    w.words("place", places.records);
    w.index(["c.keys", "c.from", "c.to"], &country_names);
    w.index(["p.keys", "p.from", "p.to"], &places.names);
    let edition = std::fs::read_to_string(folder.join("EDITION")).map_err(|e| Error::file(&folder.join("EDITION"), e.to_string()))?;
    w.sections.push(("edition", edition.trim().as_bytes().to_vec()));
    Ok(w.finish())
}
