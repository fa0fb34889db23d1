//! The knowledge base: places with coordinates, countries and their adjectives, actors, office holders and roles with
//! PLOVER codes.
//!
//! The facts stand in the tables of `knowledge/`, which people edit; the build compiles them into one artefact that the
//! program carries and opens without parsing.

mod artefact;
mod codes;
#[allow(missing_docs, reason = "shared with the build script")]
mod compile;
pub mod packs;

pub use codes::{Coded, Force, Known, Situation, WordOfOffice};
pub use compile::Error;

use artefact::Artefact;
use marsad_format::PlaceKind;
use marsad_text::fold;
use std::borrow::Cow;
use std::path::Path;

static EMBEDDED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/knowledge.bin"));

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

/// A known organisation, in one period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActorRecord<'a> {
    /// Key of the table.
    pub id: &'a str,
    /// Wikidata's id, empty where it is not certain.
    pub wikidata: &'a str,
    /// Latin name.
    pub name: &'a str,
    /// The first Arabic name of the table.
    pub name_ar: &'a str,
    /// PLOVER code in this period.
    pub code: &'a str,
    /// ISO 8601 day, month or year; empty where open.
    pub from: &'a str,
    /// As above.
    pub to: &'a str,
    /// The states (alpha-3) in whose news its short names count.
    pub place: &'a str,
}

/// A public person, in one office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonRecord<'a> {
    /// Key of the table.
    pub id: &'a str,
    /// Wikidata's id, empty where it is not certain.
    pub wikidata: &'a str,
    /// Latin name.
    pub name: &'a str,
    /// The full Arabic name.
    pub name_ar: &'a str,
    /// PLOVER code while in this office.
    pub code: &'a str,
    /// The office, in Arabic.
    pub role_ar: &'a str,
    /// ISO 8601 day, month or year; empty where open.
    pub from: &'a str,
    /// As above.
    pub to: &'a str,
    /// The state (alpha-3) in whose news the short names count.
    pub place: &'a str,
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

    /// Opens an artefact from a file, whose sum is checked: unlike the program's own, it may have been damaged on its way.
    ///
    /// # Errors
    /// When it is none, damaged, or of another version.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let bytes = std::fs::read(path).map_err(|e| Error::file(path, e.to_string()))?;
        let artefact = Artefact::open(Cow::Owned(bytes), path)?;
        artefact.verify(path)?;
        Ok(Self { artefact })
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

    /// Checks the sum over the whole artefact, which opening the program's own does not.
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

    /// The state of that name.
    ///
    /// # Examples
    /// ```
    /// let known = marsad_knowledge::Knowledge::embedded()?;
    /// assert_eq!(known.country("العراق").map(|c| c.iso3), Some("IRQ"));
    /// # Ok::<(), marsad_knowledge::Error>(())
    /// ```
    pub fn country(&self, name: &str) -> Option<Country<'_>> {
        self.country_at(self.artefact.index('c').first(&fold(name))?)
    }

    /// The state of that ISO 3166-1 alpha-2 code.
    pub fn country_by_iso2(&self, iso2: &str) -> Option<Country<'_>> {
        (0..).map_while(|at| self.country_at(at)).find(|c| c.iso2 == iso2)
    }

    /// The state of that ISO 3166-1 alpha-3 code.
    pub fn country_by_iso3(&self, iso3: &str) -> Option<Country<'_>> {
        (0..).map_while(|at| self.country_at(at)).find(|c| c.iso3 == iso3)
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

    /// The state that an outlet is at home in, by its name in Arabic or as its feed gives it.
    pub fn outlet(&self, name: &str) -> Option<Country<'_>> {
        let written = self.artefact.index('o').first(&fold(name)).and_then(|at| self.country_by_iso2(self.artefact.string(at)));
        written.or_else(|| self.newsroom(name))
    }

    /// Whether a name of a place is an ordinary word too, so that alone it says nothing: القائم, العلم.
    pub fn is_ordinary(&self, name: &str) -> bool {
        self.artefact.index('m').first(&fold(name)).is_some()
    }

    /// Every place, in the order of the tables.
    pub fn all_places(&self) -> impl Iterator<Item = PlaceRecord<'_>> {
        (0..).map_while(|at| self.place_at(at)).chain((compile::OVER..).map_while(|at| self.place_at(at)))
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
