//! The knowledge base: places with coordinates, countries and their adjectives, actors and roles with PLOVER codes.
//!
//! The facts stand in the tables of `knowledge/`, which are part of the program. A fault in a table is an error that
//! names its file and line.

use marsad_format::PlaceKind;
use marsad_text::fold;
use std::collections::HashMap;

/// A fault in a table.
#[derive(Debug, thiserror::Error)]
#[error("knowledge/{file}, line {line}: {reason}; mend the line and build again")]
pub struct Error {
    file: &'static str,
    line: usize,
    reason: String,
}

/// A state.
#[derive(Clone, Debug, PartialEq)]
pub struct Country {
    /// ISO 3166-1 alpha-2.
    pub iso2: String,
    /// ISO 3166-1 alpha-3.
    pub iso3: String,
    /// English name.
    pub name: String,
    /// The capital's position.
    pub position: Option<(f64, f64)>,
    /// GeoNames' number.
    pub geonames: Option<u64>,
}

/// A place on the map.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaceRecord {
    /// English name.
    pub name: String,
    /// The first Arabic name of the table.
    pub name_ar: String,
    /// ISO 3166-1 alpha-2, empty where a place lies in none or several.
    pub iso2: String,
    /// Degrees north and east.
    pub position: Option<(f64, f64)>,
    /// How exact it is.
    pub kind: PlaceKind,
    /// Inhabitants, 0 where unknown.
    pub population: u64,
    /// GeoNames' number.
    pub geonames: Option<u64>,
    /// Whether an editor wrote it by hand; such rows go before the gazetteer's.
    pub by_hand: bool,
}

/// A known person or organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActorRecord {
    /// Key of the table.
    pub id: String,
    /// PLOVER code.
    pub code: String,
    /// Latin name.
    pub name: String,
    /// The first Arabic name of the table.
    pub name_ar: String,
}

/// All tables, opened.
#[derive(Debug)]
pub struct Knowledge {
    countries: Vec<Country>,
    by_iso2: HashMap<String, usize>,
    country_names: HashMap<String, usize>,
    nisbas: HashMap<String, usize>,
    places: Vec<PlaceRecord>,
    place_names: HashMap<String, Vec<usize>>,
    actors: Vec<ActorRecord>,
    actor_names: HashMap<String, usize>,
    sectors: HashMap<String, String>,
    longest: usize,
}

const DEMONYMS: &str = include_str!("../../../knowledge/demonyms.tsv");
const COUNTRIES: &str = include_str!("../../../knowledge/countries.tsv");
const REGIONS: &str = include_str!("../../../knowledge/regions.tsv");
const CITIES: &str = include_str!("../../../knowledge/cities.tsv");
const ACTORS: &str = include_str!("../../../knowledge/actors.tsv");
const ROLES: &str = include_str!("../../../knowledge/roles.tsv");

/// The rows of a table below its header, with the number of the line, each checked for its columns.
fn rows(file: &'static str, table: &'static str) -> impl Iterator<Item = Result<(usize, Vec<&'static str>), Error>> {
    let columns = table.lines().next().unwrap_or("").split('\t').count();
    table.lines().enumerate().skip(1).filter(|(_, l)| !l.trim().is_empty()).map(move |(i, line)| {
        let cells: Vec<&str> = line.split('\t').collect();
        if cells.len() == columns {
            Ok((i + 1, cells))
        } else {
            Err(Error { file, line: i + 1, reason: format!("{} columns where the header has {columns}", cells.len()) })
        }
    })
}

fn position(file: &'static str, line: usize, lat: &str, lon: &str) -> Result<Option<(f64, f64)>, Error> {
    if lat.is_empty() || lon.is_empty() {
        return Ok(None);
    }
    match (lat.parse::<f64>(), lon.parse::<f64>()) {
        (Ok(a), Ok(b)) if a.abs() <= 90.0 && b.abs() <= 180.0 => Ok(Some((a, b))),
        _ => Err(Error { file, line, reason: format!("{lat}, {lon} is no position in degrees") }),
    }
}

fn kind(file: &'static str, line: usize, name: &str) -> Result<PlaceKind, Error> {
    Ok(match name {
        "country" => PlaceKind::Country,
        "admin1" => PlaceKind::Admin1,
        "admin2" => PlaceKind::Admin2,
        "city" => PlaceKind::City,
        "village" => PlaceKind::Village,
        "region" => PlaceKind::Region,
        "natural" => PlaceKind::Natural,
        "facility" => PlaceKind::Facility,
        _ => return Err(Error { file, line, reason: format!("{name} is no kind of place") }),
    })
}

impl Knowledge {
    /// Opens the tables in the program.
    ///
    /// # Errors
    /// When a table has a fault.
    pub fn embedded() -> Result<Self, Error> {
        let mut k = Self {
            countries: Vec::new(),
            by_iso2: HashMap::new(),
            country_names: HashMap::new(),
            nisbas: HashMap::new(),
            places: Vec::new(),
            place_names: HashMap::new(),
            actors: Vec::new(),
            actor_names: HashMap::new(),
            sectors: HashMap::new(),
            longest: 1,
        };
        let mut by_iso3 = HashMap::new();
        for row in rows("countries.tsv", COUNTRIES) {
            let (line, c) = row?;
            let at = k.countries.len();
            k.countries.push(Country {
                iso2: c[0].into(),
                iso3: c[1].into(),
                name: c[2].into(),
                position: position("countries.tsv", line, c[4], c[5])?,
                geonames: c[6].parse().ok(),
            });
            k.by_iso2.insert(c[0].into(), at);
            by_iso3.insert(c[1], at);
            k.name_country(c[3], at);
        }
        // GeoNames has Kosovo as XKX, PLOVER as KOS.
        if let Some(&at) = by_iso3.get("XKX") {
            by_iso3.insert("KOS", at);
            k.countries[at].iso3 = "KOS".into();
        }
        for row in rows("demonyms.tsv", DEMONYMS) {
            let (line, c) = row?;
            let &at = by_iso3.get(c[0]).ok_or_else(|| Error { file: "demonyms.tsv", line, reason: format!("{} is no country", c[0]) })?;
            for nisba in c[1].split('|') {
                k.nisbas.insert(fold(nisba), at);
            }
            for name in c[2].split('|') {
                k.name_country(name, at);
            }
        }
        for row in rows("regions.tsv", REGIONS) {
            let (line, c) = row?;
            k.add_place(c[0], PlaceRecord {
                name: c[1].into(),
                name_ar: String::new(),
                iso2: c[2].into(),
                position: position("regions.tsv", line, c[3], c[4])?,
                kind: kind("regions.tsv", line, c[5])?,
                population: 0,
                geonames: None,
                by_hand: true,
            });
        }
        for row in rows("cities.tsv", CITIES) {
            let (line, c) = row?;
            k.add_place(c[1], PlaceRecord {
                name: c[2].into(),
                name_ar: String::new(),
                iso2: c[3].into(),
                position: position("cities.tsv", line, c[4], c[5])?,
                kind: kind("cities.tsv", line, c[6])?,
                population: c[7].parse().unwrap_or(0),
                geonames: c[0].parse().ok(),
                by_hand: false,
            });
        }
        for row in rows("actors.tsv", ACTORS) {
            let (_, c) = row?;
            let at = k.actors.len();
            k.actors.push(ActorRecord {
                id: c[0].into(),
                code: c[2].into(),
                name: c[3].into(),
                name_ar: c[4].split('|').next().unwrap_or_default().into(),
            });
            for name in c[4].split('|') {
                let key = fold(name);
                k.longest = k.longest.max(key.split(' ').count());
                k.actor_names.insert(key, at);
            }
        }
        for row in rows("roles.tsv", ROLES) {
            let (_, c) = row?;
            for word in c[1].split('|') {
                k.sectors.entry(bare(&fold(word)).to_owned()).or_insert_with(|| c[0].to_owned());
            }
        }
        Ok(k)
    }

    fn name_country(&mut self, names: &str, at: usize) {
        for name in names.split('|').filter(|n| !n.is_empty()) {
            self.country_names.insert(fold(name), at);
        }
    }

    fn add_place(&mut self, names: &str, mut place: PlaceRecord) {
        let at = self.places.len();
        place.name_ar = names.split('|').next().unwrap_or_default().to_owned();
        self.places.push(place);
        for name in names.split('|') {
            let list = self.place_names.entry(fold(name)).or_default();
            if list.last() != Some(&at) {
                list.push(at);
            }
        }
    }

    /// The edition of the tables.
    pub fn edition(&self) -> &'static str {
        "0.1"
    }

    /// The state of that name.
    pub fn country(&self, name: &str) -> Option<&Country> {
        self.country_names.get(&fold(name)).map(|&i| &self.countries[i])
    }

    /// The state of that ISO 3166-1 alpha-2 code.
    pub fn country_by_iso2(&self, iso2: &str) -> Option<&Country> {
        self.by_iso2.get(iso2).map(|&i| &self.countries[i])
    }

    /// All places of that name, those written by hand first.
    pub fn places(&self, name: &str) -> Vec<&PlaceRecord> {
        self.place_names.get(&fold(name)).map_or_else(Vec::new, |list| list.iter().map(|&i| &self.places[i]).collect())
    }

    /// The actor of exactly that name.
    pub fn actor(&self, name: &str) -> Option<&ActorRecord> {
        let key = fold(name);
        self.actor_names.get(&key).or_else(|| self.actor_names.get(strip_letter(&key)?)).map(|&i| &self.actors[i])
    }

    /// The state that an adjective or a people's name belongs to: العراقية, السعوديين, أتراك.
    pub fn demonym(&self, word: &str) -> Option<&Country> {
        let key = fold(word);
        let key = bare(&key);
        for cut in ["", "ه", "ين", "ون", "ان", "ات", "تين", "تان", "ا"] {
            if let Some(stem) = key.strip_suffix(cut)
                && let Some(&i) = self.nisbas.get(stem)
            {
                return Some(&self.countries[i]);
            }
        }
        None
    }

    /// PLOVER's sector of a role word: جنود, الشرطة, وزير.
    pub fn sector(&self, word: &str) -> Option<&str> {
        let key = fold(word);
        let first = bare(&key);
        for stem in [first, strip_letter(first).unwrap_or(first)] {
            for cut in ["", "ه", "ا"] {
                if let Some(s) = stem.strip_suffix(cut).and_then(|s| self.sectors.get(s)) {
                    return Some(s);
                }
            }
        }
        None
    }

    /// The PLOVER code of one who acts, from the words that name him, and the actor if it is a known one.
    ///
    /// A known actor's name anywhere in the phrase decides. Otherwise the country comes from a state's name or
    /// adjective, else from `context` (alpha-3), and the sector from the role words, the most specific kept first; a bare
    /// state, people's capital or territory acts as its government. `UNK` where nothing is known.
    pub fn code_for(&self, phrase: &str, context: Option<&str>) -> (String, Option<&ActorRecord>) {
        let key = fold(phrase);
        let words: Vec<&str> = key.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        for size in (1..=self.longest.min(words.len())).rev() {
            for group in words.windows(size) {
                let name = group.join(" ");
                let found = self.actor_names.get(&name).or_else(|| strip_letter(&name).and_then(|n| self.actor_names.get(n)));
                if let Some(&i) = found {
                    return (self.actors[i].code.clone(), Some(&self.actors[i]));
                }
            }
        }
        let mut country: Option<&str> = None;
        let mut bare_state = false;
        for size in (1..=3.min(words.len())).rev() {
            for group in words.windows(size) {
                let name = group.join(" ");
                let named = [Some(name.as_str()), strip_letter(&name)].into_iter().flatten().find_map(|n| self.country_names.get(n));
                if country.is_none()
                    && let Some(&i) = named
                {
                    country = Some(&self.countries[i].iso3);
                    bare_state = size == words.len();
                }
            }
        }
        country = country.or_else(|| words.iter().find_map(|w| self.demonym(w)).map(|c| c.iso3.as_str()));
        if country.is_none() {
            let place = self.places(phrase).into_iter().chain(words.iter().flat_map(|w| self.places(w))).find(|p| p.by_hand || p.population > 200_000);
            if let Some(found) = place.and_then(|p| self.country_by_iso2(&p.iso2)) {
                country = Some(&found.iso3);
                bare_state = fold(phrase).split(' ').count() == fold(&place.map_or(String::new(), |p| p.name_ar.clone())).split(' ').count();
            }
        }
        let mut sectors: Vec<&str> = Vec::new();
        for w in &words {
            if let Some(s) = self.sector(w)
                && !sectors.contains(&s)
            {
                sectors.push(s);
            }
        }
        // A minister of defence is government first, soldiers of the government are soldiers.
        if sectors.len() > 1 && sectors[0] != "GOV" {
            sectors.retain(|s| *s != "GOV");
        }
        if sectors.is_empty() && bare_state {
            sectors.push("GOV");
        }
        let country = country.or(if sectors.is_empty() { None } else { context });
        let mut code = country.unwrap_or("UNK").to_owned();
        for s in sectors.iter().take(3) {
            code.push(' ');
            code.push_str(s);
        }
        (code, None)
    }
}

/// Without a leading و ف ب ل ك where enough is left.
fn strip_letter(key: &str) -> Option<&str> {
    let rest = key.strip_prefix(['و', 'ف', 'ب', 'ل', 'ك'])?;
    (rest.chars().count() >= 3).then_some(rest)
}

/// Without the article and what stands before it.
fn bare(key: &str) -> &str {
    for prefix in ["وال", "بال", "فال", "كال", "ولل", "لل", "ال"] {
        if let Some(rest) = key.strip_prefix(prefix)
            && rest.chars().count() >= 2
        {
            return rest;
        }
    }
    key
}
