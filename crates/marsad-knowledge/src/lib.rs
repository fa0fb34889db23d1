//! The knowledge base: places with coordinates, countries and their adjectives, actors, office holders and roles with
//! PLOVER codes.
//!
//! The facts stand in the tables of `knowledge/`, which people edit; the build compiles them into one artefact that the
//! program carries and opens without parsing.

mod artefact;
#[allow(missing_docs, reason = "shared with the build script")]
mod compile;
pub mod packs;

pub use compile::Error;

use artefact::Artefact;
use marsad_format::PlaceKind;
use marsad_text::fold;
use std::borrow::Cow;
use std::path::Path;

static EMBEDDED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/knowledge.bin"));

/// Words of the longest actor's name.
const LONGEST: usize = 6;

/// A state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Country<'a> {
    /// ISO 3166-1 alpha-2.
    pub iso2: &'a str,
    /// ISO 3166-1 alpha-3.
    pub iso3: &'a str,
    /// English name.
    pub name: &'a str,
    /// The capital's position, degrees north and east.
    pub position: Option<(f64, f64)>,
    /// `GeoNames`' number.
    pub geonames: Option<u64>,
}

/// A place on the map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaceRecord<'a> {
    /// English name.
    pub name: &'a str,
    /// The first Arabic name of the table.
    pub name_ar: &'a str,
    /// ISO 3166-1 alpha-2, empty where a place lies in none or several.
    pub iso2: &'a str,
    /// English name of the first-level division.
    pub admin1: Option<&'a str>,
    /// English name of the second-level division.
    pub admin2: Option<&'a str>,
    /// Degrees north and east.
    pub position: Option<(f64, f64)>,
    /// How exact it is.
    pub kind: PlaceKind,
    /// Inhabitants, 0 where unknown.
    pub population: u64,
    /// `GeoNames`' number.
    pub geonames: Option<u64>,
    /// Whether an editor wrote it by hand; such rows go before the gazetteer's.
    pub by_hand: bool,
    /// Whether it comes from a user's pack.
    pub by_user: bool,
    /// Whether a state is governed from there.
    pub is_capital: bool,
}

/// A set of kinds of places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KindSet(u32);

impl KindSet {
    /// Whether the kind is one of the set.
    pub fn has(self, kind: PlaceKind) -> bool {
        KINDS.iter().position(|&k| k == kind).is_some_and(|bit| self.0 >> bit & 1 == 1)
    }

    /// Whether the word stands after names and says nothing of the kind: الدولي, المحتلة.
    pub fn is_after(self) -> bool {
        self.0 & compile::AFTER != 0
    }
}

/// A known organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActorRecord<'a> {
    /// Key of the table.
    pub id: &'a str,
    /// PLOVER code.
    pub code: &'a str,
    /// Latin name.
    pub name: &'a str,
    /// The first Arabic name of the table.
    pub name_ar: &'a str,
}

/// A public office holder, in one office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonRecord<'a> {
    /// Key of the table.
    pub id: &'a str,
    /// PLOVER code while in this office.
    pub code: &'a str,
    /// Latin name.
    pub name: &'a str,
    /// The full Arabic name.
    pub name_ar: &'a str,
    /// The office, in Arabic.
    pub role_ar: &'a str,
    /// ISO 8601 day, month or year; empty where open.
    pub from: &'a str,
    /// As above.
    pub to: &'a str,
}

/// All tables, opened.
#[derive(Debug)]
pub struct Knowledge {
    artefact: Artefact,
}

/// Compiles the tables of a folder into an artefact.
///
/// # Errors
/// The first fault, with its file, line and remedy.
pub fn compile_folder(folder: &Path) -> Result<Vec<u8>, Error> {
    compile::folder(folder)
}

impl Knowledge {
    /// Opens the tables in the program.
    ///
    /// # Errors
    /// When the build was faulty.
    pub fn embedded() -> Result<Self, Error> {
        Ok(Self { artefact: Artefact::open(Cow::Borrowed(EMBEDDED), Path::new("the program's tables"))? })
    }

    /// Opens an artefact from a file.
    ///
    /// # Errors
    /// When it is none, damaged, or of another version.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let bytes = std::fs::read(path).map_err(|e| Error::file(path, e.to_string()))?;
        Ok(Self { artefact: Artefact::open(Cow::Owned(bytes), path)? })
    }

    /// Lays a user's compiled packs over the tables: what both have, the user's wins.
    ///
    /// # Errors
    /// When the file is none, damaged, or of another version.
    pub fn lay_over(&mut self, path: &Path) -> Result<(), Error> {
        let bytes = std::fs::read(path).map_err(|e| Error::file(path, e.to_string()))?;
        self.artefact.lay_over(Cow::Owned(bytes), path)
    }

    /// Compiles a folder of a user's tables, to be laid over these.
    ///
    /// # Errors
    /// The first fault, with its file, line and remedy.
    pub fn compile_over(&self, folder: &Path) -> Result<Vec<u8>, Error> {
        let countries = (0..).map_while(|at| Some((self.country_at(at)?.iso3.to_owned(), at))).collect();
        compile::folder_over(folder, countries)
    }

    /// The sum over the artefact, in hex: what a user's packs were compiled against.
    pub fn fingerprint(&self) -> String {
        let digit = |n: u8| char::from_digit(u32::from(n), 16).unwrap_or('0');
        self.artefact.sum().iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
    }

    /// The office holders of that name, each office one record.
    pub fn persons(&self, name: &str) -> Vec<PersonRecord<'_>> {
        let read = |at| {
            let [id, code, name, name_ar, role_ar, from, to] = self.artefact.record::<{ compile::PERSON }>("person", at)?;
            let s = |at| self.artefact.string(at);
            Some(PersonRecord { id: s(id), code: s(code), name: s(name), name_ar: s(name_ar), role_ar: s(role_ar), from: s(from), to: s(to) })
        };
        self.artefact.index('h').get(&fold(name)).filter_map(read).collect()
    }

    /// Checks the sum over the whole artefact, which opening does not.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn verify(&self) -> Result<(), Error> {
        self.artefact.verify(Path::new("the program's tables"))
    }

    /// The size of the artefact in bytes.
    pub fn size(&self) -> usize {
        self.artefact.len()
    }

    /// The edition of the tables.
    pub fn edition(&self) -> &str {
        std::str::from_utf8(self.artefact.section("edition")).unwrap_or_default()
    }

    fn country_at(&self, at: u32) -> Option<Country<'_>> {
        let [iso2, iso3, name, lat, lon, geonames] = self.artefact.record::<{ compile::COUNTRY }>("country", at)?;
        let s = |at| self.artefact.string(at);
        Some(Country { iso2: s(iso2), iso3: s(iso3), name: s(name), position: position(lat, lon), geonames: number(geonames) })
    }

    fn place_at(&self, at: u32) -> Option<PlaceRecord<'_>> {
        let [name, name_ar, iso2, admin1, admin2, lat, lon, kind, population, geonames] = self.artefact.record::<{ compile::PLACE }>("place", at)?;
        let s = |at| self.artefact.string(at);
        Some(PlaceRecord {
            name: s(name),
            name_ar: s(name_ar),
            iso2: s(iso2),
            admin1: (admin1 != compile::NONE).then(|| s(admin1)),
            admin2: (admin2 != compile::NONE).then(|| s(admin2)),
            position: position(lat, lon),
            kind: KINDS[(kind & 7) as usize],
            population: u64::from(population),
            geonames: number(geonames),
            by_hand: kind & compile::BY_HAND != 0,
            by_user: kind & compile::BY_USER != 0,
            is_capital: kind & compile::CAPITAL != 0,
        })
    }

    fn actor_at(&self, at: u32) -> Option<ActorRecord<'_>> {
        let [id, code, name, name_ar] = self.artefact.record::<{ compile::ACTOR }>("actor", at)?;
        let s = |at| self.artefact.string(at);
        Some(ActorRecord { id: s(id), code: s(code), name: s(name), name_ar: s(name_ar) })
    }

    /// The state of that name.
    pub fn country(&self, name: &str) -> Option<Country<'_>> {
        self.country_at(self.artefact.index('c').first(&fold(name))?)
    }

    /// The state of that ISO 3166-1 alpha-2 code.
    pub fn country_by_iso2(&self, iso2: &str) -> Option<Country<'_>> {
        (0..).map_while(|at| self.country_at(at)).find(|c| c.iso2 == iso2)
    }

    /// The state whose government a capital's or a seat's name stands for: واشنطن.
    pub fn capital(&self, name: &str) -> Option<Country<'_>> {
        self.country_at(self.artefact.index('g').first(&fold(name))?)
    }

    /// All places of that name, in Arabic, Kurdish or Latin letters, those written by hand first.
    pub fn places(&self, name: &str) -> Vec<PlaceRecord<'_>> {
        let index = self.artefact.index('p');
        let short = compile::without_vowel(name).map(|n| fold(&n));
        let mut found: Vec<u32> = index.get(&fold(name)).collect();
        if let Some(short) = short {
            found.extend(index.get(&short).collect::<Vec<_>>().into_iter().filter(|at| !found.contains(at)).collect::<Vec<_>>());
        }
        found.into_iter().filter_map(|at| self.place_at(at)).collect()
    }

    /// All places whose name is the same to a coarser eye: spaces, articles and newsrooms' letters for foreign sounds aside.
    pub fn places_like(&self, name: &str) -> Vec<PlaceRecord<'_>> {
        let key = compile::loose(&fold(name));
        if key.chars().count() < 4 {
            return Vec::new();
        }
        self.artefact.index('q').get(&key).filter_map(|at| self.place_at(at)).collect()
    }

    /// The kinds of places that a generic word announces: محافظة, مخيم, نهر.
    pub fn place_word(&self, word: &str) -> Option<KindSet> {
        self.artefact.index('w').first(&fold(word)).map(KindSet)
    }

    /// The state (alpha-2) that an outlet is at home in.
    pub fn outlet(&self, name: &str) -> Option<&str> {
        self.artefact.index('o').first(&fold(name)).map(|at| self.artefact.string(at))
    }

    /// Whether a name of a place is an ordinary word too, so that alone it says nothing: القائم, العلم.
    pub fn is_ordinary(&self, name: &str) -> bool {
        self.artefact.index('m').first(&fold(name)).is_some()
    }

    /// Every place, in the order of the tables.
    pub fn all_places(&self) -> impl Iterator<Item = PlaceRecord<'_>> {
        (0..).map_while(|at| self.place_at(at)).chain((compile::OVER..).map_while(|at| self.place_at(at)))
    }

    /// The actor of exactly that name.
    pub fn actor(&self, name: &str) -> Option<ActorRecord<'_>> {
        let key = fold(name);
        let index = self.artefact.index('a');
        self.actor_at(index.first(&key).or_else(|| index.first(strip_letter(&key)?))?)
    }

    /// The office holder of exactly that name, in the office of that day (ISO 8601): the one then, else the latest before,
    /// else the first after.
    pub fn person(&self, name: &str, day: Option<&str>) -> Option<PersonRecord<'_>> {
        let offices: Vec<PersonRecord<'_>> = self
            .artefact
            .index('h')
            .get(&fold(name))
            .filter_map(|at| {
                let [id, code, name, name_ar, role_ar, from, to] = self.artefact.record::<{ compile::PERSON }>("person", at)?;
                let s = |at| self.artefact.string(at);
                Some(PersonRecord { id: s(id), code: s(code), name: s(name), name_ar: s(name_ar), role_ar: s(role_ar), from: s(from), to: s(to) })
            })
            .collect();
        // A short name of two persons names neither.
        if offices.iter().any(|o| o.id != offices[0].id) {
            return None;
        }
        let Some(day) = day else { return offices.last().copied() };
        let began = |o: &&PersonRecord<'_>| o.from.is_empty() || o.from <= day.get(..o.from.len()).unwrap_or(day);
        let goes_on = |o: &&PersonRecord<'_>| o.to.is_empty() || day.get(..o.to.len()).unwrap_or(day) <= o.to;
        let then = offices.iter().find(|o| began(o) && goes_on(o));
        then.or_else(|| offices.iter().rfind(|o| began(o))).or_else(|| offices.first()).copied()
    }

    /// The state that an adjective or a people's name belongs to: العراقية, السعوديين, أتراك.
    pub fn demonym(&self, word: &str) -> Option<Country<'_>> {
        let key = fold(word);
        let key = compile::bare(&key);
        let index = self.artefact.index('n');
        let endings = ["", "ه", "ين", "ون", "ان", "ات", "تين", "تان", "ا", "يا"];
        self.country_at(endings.iter().find_map(|cut| index.first(key.strip_suffix(cut)?))?)
    }

    /// PLOVER's sector of a role word: جنود, الشرطة, وزير.
    pub fn sector(&self, word: &str) -> Option<&str> {
        let key = fold(word);
        let first = compile::bare(&key);
        let index = self.artefact.index('s');
        let stems = [Some(first), strip_letter(first)];
        let found = stems.into_iter().flatten().find_map(|stem| ["", "ه", "ا"].iter().find_map(|cut| index.first(stem.strip_suffix(cut)?)));
        found.map(|at| self.artefact.string(at))
    }

    /// The PLOVER code of one who acts, from the words that name him, and the actor if it is a known one.
    ///
    /// A known actor's name anywhere in the phrase decides. Otherwise the country comes from a state's name or
    /// adjective, else from `context` (alpha-3), and the sector from the role words, the most specific kept first; a bare
    /// state, people's capital or territory acts as its government. `UNK` where nothing is known.
    pub fn code_for(&self, phrase: &str, context: Option<&str>) -> (String, Option<ActorRecord<'_>>) {
        let key = fold(phrase);
        let words: Vec<&str> = key.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let actors = self.artefact.index('a');
        for size in (1..=LONGEST.min(words.len())).rev() {
            for group in words.windows(size) {
                let name = group.join(" ");
                if let Some(found) = actors.first(&name).or_else(|| actors.first(strip_letter(&name)?)).and_then(|at| self.actor_at(at)) {
                    return (found.code.to_owned(), Some(found));
                }
            }
        }
        let (mut country, mut bare_state) = (None, false);
        let names = self.artefact.index('c');
        for size in (1..=3.min(words.len())).rev() {
            for group in words.windows(size) {
                let name = group.join(" ");
                if country.is_none()
                    && let Some(found) = names.first(&name).or_else(|| names.first(strip_letter(&name)?)).and_then(|at| self.country_at(at))
                {
                    country = Some(found.iso3);
                    bare_state = size == words.len();
                }
            }
        }
        country = country.or_else(|| words.iter().find_map(|w| self.demonym(w)).map(|c| c.iso3));
        if country.is_none()
            && let Some(found) = self.capital(&key).or_else(|| self.capital(strip_letter(&key)?))
        {
            (country, bare_state) = (Some(found.iso3), true);
        }
        if country.is_none() {
            let place = self.places(phrase).into_iter().chain(words.iter().flat_map(|w| self.places(w))).find(|p| (p.by_hand || p.population > 200_000) && !self.is_ordinary(p.name_ar));
            if let Some(found) = place.and_then(|p| self.country_by_iso2(p.iso2)) {
                country = Some(found.iso3);
                bare_state = words.len() == place.map_or(0, |p| fold(p.name_ar).split(' ').count());
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

const KINDS: [PlaceKind; 8] = [
    PlaceKind::Country,
    PlaceKind::Admin1,
    PlaceKind::Admin2,
    PlaceKind::City,
    PlaceKind::Village,
    PlaceKind::Region,
    PlaceKind::Natural,
    PlaceKind::Facility,
];

/// Degrees, in six digits, which is all that `f32` holds; `None` where the table had none.
fn position(lat: u32, lon: u32) -> Option<(f64, f64)> {
    let degrees = |bits: u32| (f64::from(f32::from_bits(bits)) * 10_000.0).round() / 10_000.0;
    (!f32::from_bits(lat).is_nan()).then(|| (degrees(lat), degrees(lon)))
}

fn number(n: u32) -> Option<u64> {
    (n != 0).then_some(u64::from(n))
}

/// Without a leading و ف ب ل ك where enough is left.
fn strip_letter(key: &str) -> Option<&str> {
    let rest = key.strip_prefix(['و', 'ف', 'ب', 'ل', 'ك'])?;
    (rest.chars().count() >= 3).then_some(rest)
}
