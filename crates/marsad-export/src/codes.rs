//! Other people's codes for what the ledger holds: CAMEO, ACLED, UCDP, GDELT, by the tables of `knowledge/export`.

use crate::Error;
use crate::columns::rows;
use std::collections::BTreeMap;

/// How exact a kind of place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Precision {
    /// Metres by which the point may be off.
    pub radius: u32,
    /// Whether only an area is known.
    pub area: bool,
    /// ACLED's `geo_precision`.
    pub acled: i64,
    /// UCDP's `where_prec`.
    pub ucdp: i64,
    /// GDELT's `Geo_Type`.
    pub gdelt: i64,
}

/// A code of CAMEO's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cameo {
    /// Two to four digits.
    pub code: &'static str,
    /// GDELT's `QuadClass`.
    pub quad: i64,
    /// Goldstein's value, -10 to 10.
    pub goldstein: f64,
}

/// What ACLED calls an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acled {
    /// `disorder_type`.
    pub disorder: &'static str,
    /// `event_type`.
    pub event: &'static str,
    /// `sub_event_type`.
    pub sub: &'static str,
    /// What its first actor is, whoever it is: `Protesters`; empty where that depends on the actor.
    pub actor: &'static str,
    /// What its first actor is called where nobody is named; empty where it stays open.
    pub unnamed: &'static str,
    /// What it is done to where nobody is named; empty where it stays open.
    pub recipient: &'static str,
}

/// A state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166-1 alpha-2.
    pub iso2: &'static str,
    /// ISO 3166-1 alpha-3.
    pub iso3: &'static str,
    /// Its English name.
    pub name: &'static str,
    /// Its Arabic name.
    pub name_ar: &'static str,
    /// ISO 3166-1 numeric.
    pub number: Option<i64>,
    /// FIPS 10-4.
    pub fips: &'static str,
    /// ACLED's region.
    pub region: &'static str,
}

/// A participant's code, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Who {
    /// The state, by ISO 3166-1 alpha-3.
    pub country: Option<Country>,
    /// CAMEO's code for what is no state.
    pub world: &'static str,
    /// CAMEO's codes of the sectors.
    pub sectors: Vec<&'static str>,
    /// ACLED's kind of actor; empty where nothing is known.
    pub inter: &'static str,
    /// Whether it bears arms by its trade.
    pub armed: bool,
}

/// The tables.
#[derive(Debug)]
pub struct Codes {
    cameo: Vec<Vec<&'static str>>,
    acled: Vec<Vec<&'static str>>,
    sectors: BTreeMap<&'static str, (&'static str, &'static str, bool)>,
    worlds: BTreeMap<&'static str, (&'static str, &'static str)>,
    precision: BTreeMap<&'static str, Precision>,
    days: Vec<(i64, i64)>,
    countries: Vec<Country>,
    /// By state (alpha-2), first-level and second-level division.
    pcodes: BTreeMap<[&'static str; 3], &'static str>,
}

macro_rules! table {
    ($file:literal, $width:literal) => {
        rows($file, include_str!(concat!("../../../knowledge/export/", $file)), $width)
    };
}

fn number<T: std::str::FromStr>(file: &'static str, line: usize, cell: &str) -> Result<T, Error> {
    cell.parse().map_err(|_| Error::Table { file, line, reason: format!("{cell:?} is no number; give one") })
}

impl Codes {
    /// The program's own tables.
    ///
    /// # Errors
    /// When a row is not as it should be.
    pub fn embedded() -> Result<Self, Error> {
        let cameo = table!("cameo.tsv", 7)?;
        for (line, c) in &cameo {
            number::<i64>("cameo.tsv", *line, c[4])?;
            number::<f64>("cameo.tsv", *line, c[5])?;
        }
        let precision = table!("precision.tsv", 6)?.into_iter().map(|(line, c)| {
            let n = |at: usize| number("precision.tsv", line, c[at]);
            Ok((c[0], Precision { radius: number("precision.tsv", line, c[1])?, area: c[2] == "yes", acled: n(3)?, ucdp: n(4)?, gdelt: n(5)? }))
        });
        let days = table!("days.tsv", 2)?.into_iter().map(|(line, c)| Ok((number("days.tsv", line, c[0])?, number("days.tsv", line, c[1])?)));
        let others: BTreeMap<_, _> = table!("countries.tsv", 4)?.into_iter().map(|(_, c)| (c[0], (c[1].parse().ok(), c[2], c[3]))).collect();
        let countries = rows("../countries.tsv", include_str!("../../../knowledge/countries.tsv"), 7)?.into_iter().map(|(_, c)| {
            let (number, fips, region) = others.get(c[0]).copied().unwrap_or((None, "", ""));
            Country { iso2: c[0], iso3: c[1], name: c[2], name_ar: c[3].split('|').next().unwrap_or_default(), number, fips, region }
        });
        Ok(Self {
            acled: table!("acled.tsv", 10)?.into_iter().map(|r| r.1).collect(),
            sectors: table!("sectors.tsv", 4)?.into_iter().map(|(_, c)| (c[0], (c[1], c[2], c[3] == "armed"))).collect(),
            worlds: table!("worlds.tsv", 3)?.into_iter().map(|(_, c)| (c[0], (c[1], c[2]))).collect(),
            precision: precision.collect::<Result<_, Error>>()?,
            days: days.collect::<Result<_, Error>>()?,
            countries: countries.collect(),
            pcodes: rows("../pcodes.tsv", include_str!("../../../knowledge/pcodes.tsv"), 4)?.into_iter().map(|(_, c)| ([c[0], c[1], c[2]], c[3])).collect(),
            cameo: cameo.into_iter().map(|r| r.1).collect(),
        })
    }

    /// CAMEO's code: the first row of the table that fits.
    pub fn cameo(&self, kind: &str, modes: &[String], contexts: &[String]) -> Option<Cameo> {
        let row = self.cameo.iter().find(|r| fits(r, kind, modes, contexts))?;
        Some(Cameo { code: row[3], quad: row[4].parse().ok()?, goldstein: row[5].parse().ok()? })
    }

    /// What ACLED calls it: the first row that fits; `None` for what it does not code.
    pub fn acled(&self, kind: &str, modes: &[String], contexts: &[String], armed: bool) -> Option<Acled> {
        let row = self.acled.iter().find(|r| fits(r, kind, modes, contexts) && (r[3] == "any" || (r[3] == "armed") == armed))?;
        (!row[5].is_empty()).then_some(Acled { disorder: row[4], event: row[5], sub: row[6], actor: row[7], unnamed: row[8], recipient: row[9] })
    }

    /// How exact a kind of place is.
    pub fn precision(&self, kind: &str) -> Option<Precision> {
        self.precision.get(kind).copied()
    }

    /// ACLED's `time_precision` of so many days.
    pub fn time_precision(&self, days: i64) -> Option<i64> {
        self.days.iter().find(|d| days <= d.0).or(self.days.last()).map(|d| d.1)
    }

    /// The state of that alpha-2 code.
    pub fn country(&self, iso2: &str) -> Option<Country> {
        self.countries.iter().find(|c| c.iso2 == iso2).copied()
    }

    /// The state of that numeric code.
    pub fn country_by_number(&self, number: i64) -> Option<Country> {
        self.countries.iter().find(|c| c.number == Some(number)).copied()
    }

    /// OCHA's code of a division; the second level's name is empty where the first is asked for.
    pub fn pcode(&self, iso2: &str, admin1: &str, admin2: &str) -> Option<&'static str> {
        self.pcodes.get(&[iso2, admin1, admin2]).copied()
    }

    /// A participant's PLOVER code (`IRQ MIL`), taken apart, where the act was in that state.
    pub fn who(&self, code: &str, place: Option<&str>) -> Who {
        let mut parts = code.split_whitespace();
        let first = parts.next().unwrap_or_default();
        let country = self.countries.iter().find(|c| c.iso3 == first).copied();
        let world = self.worlds.get(first).copied();
        let sectors: Vec<_> = parts.filter_map(|s| self.sectors.get(s).copied()).collect();
        let armed = sectors.first().is_some_and(|s| s.2);
        let inter = match (world, sectors.first()) {
            (Some((_, inter)), _) => inter,
            (None, Some((_, inter, _))) => inter,
            (None, None) if country.is_some() => self.sectors.get("GOV").map_or("", |s| s.1),
            _ => "",
        };
        // A state's forces outside their state are ACLED's external ones.
        let abroad = country.zip(place).is_some_and(|(c, p)| c.iso2 != p) && self.sectors.get("MIL").is_some_and(|s| s.1 == inter);
        let inter = if abroad { self.worlds.get("UNO").map_or(inter, |w| w.1) } else { inter };
        Who { country, world: world.map_or("", |w| w.0), sectors: sectors.iter().map(|s| s.0).filter(|s| !s.is_empty()).collect(), inter, armed }
    }
}

/// Whether a row's type, mode and context are those of an act; an empty cell fits all.
fn fits(row: &[&str], kind: &str, modes: &[String], contexts: &[String]) -> bool {
    row[0] == kind && (row[1].is_empty() || modes.iter().any(|m| m == row[1])) && (row[2].is_empty() || contexts.iter().any(|c| c == row[2]))
}
