//! Incidents on the map: as large as it is uncertain where they were. Where only an area is known it is an area or a ring, a dot
//! only where a town or less is. Nothing is moved aside.

use super::{Frame, World};
use crate::view::{Chrome, Field, url};
use marsad_ledger::group::{Point, Points};
use std::collections::BTreeMap;

/// The least pixels of a dot.
const DOT: f64 = 3.5;
/// Degrees of emphasis by the number of incidents.
const LEVELS: f64 = 4.0;
/// How wide a letter is, and how high a line, in pixels.
const LETTER: (f64, f64) = (6.4, 13.0);

/// A place on the map.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Middle.
    pub x: String,
    /// Middle.
    pub y: String,
    /// Radius.
    pub r: String,
    /// 1 to 4, by its incidents.
    pub level: u8,
    /// What it is, in words.
    pub title: String,
    /// Where it leads: to its incidents, or to all again where they are what is shown.
    pub address: Option<String>,
    /// Whether its incidents are what is shown.
    pub chosen: bool,
}

/// A country of whose incidents nothing more exact is known.
#[derive(Clone, Debug)]
pub struct Area {
    /// Its outline.
    pub path: String,
    /// As of a [`Mark`].
    pub level: u8,
    /// As of a [`Mark`].
    pub title: String,
    /// As of a [`Mark`].
    pub address: Option<String>,
}

/// Words on the map.
#[derive(Clone, Debug)]
pub struct Label {
    /// Middle.
    pub x: String,
    /// Base line.
    pub y: String,
    /// The words.
    pub text: Field,
}

/// A line of the table beside the map.
#[derive(Clone, Debug)]
pub struct Row {
    /// The place.
    pub name: Field,
    /// Its country.
    pub country: Option<Field>,
    /// How exact it is.
    pub precision: Option<String>,
    /// Its incidents.
    pub incidents: String,
    /// As of a [`Mark`].
    pub address: Option<String>,
}

/// A map with its table.
#[derive(Clone, Debug)]
pub struct Map {
    /// In pixels.
    pub width: f64,
    /// In pixels.
    pub height: f64,
    /// The land that is seen, but for the areas.
    pub land: String,
    /// Countries.
    pub areas: Vec<Area>,
    /// Areas of which only the size is known.
    pub rings: Vec<Mark>,
    /// Towns and less.
    pub dots: Vec<Mark>,
    /// Names of countries.
    pub countries: Vec<Label>,
    /// Names of places.
    pub places: Vec<Label>,
    /// The places with the most incidents.
    pub rows: Vec<Row>,
    /// Incidents outside what is seen, where there are such.
    pub outside: Option<String>,
    /// Incidents without a point, where there are such.
    pub nowhere: Option<String>,
    /// Addresses of other frames, by what is done: `in`, `out`, `left`, `right`, `up`, `down`, and `fit` for the frame that fits.
    pub moves: Vec<(&'static str, String)>,
}

/// What fills the map.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Of the picture, in pixels.
    pub pixels: (f64, f64),
    /// Names of places on it.
    pub names: usize,
    /// Lines of the table beside it.
    pub rows: usize,
}

impl Map {
    /// The incidents under the page's conditions, in the frame that the address asks for or the one that fits.
    pub fn new(c: &Chrome, world: &World, found: &Points, size: Size, asked: Option<&str>) -> Self {
        let frame = asked.and_then(|a| Frame::parse(size.pixels, a)).unwrap_or_else(|| fitting(size.pixels, &found.points));
        let most = found.points.iter().map(|p| p.incidents).max().unwrap_or_default().max(1) as f64;
        let level = |n: u64| ((n as f64 / most).sqrt() * LEVELS).ceil().clamp(1.0, LEVELS) as u8;
        let seen = world.seen(&frame);
        let mut map = Self {
            width: frame.width,
            height: frame.height,
            land: String::new(),
            areas: Vec::new(),
            rings: Vec::new(),
            dots: Vec::new(),
            countries: Vec::new(),
            places: Vec::new(),
            rows: found.points.iter().take(size.rows).map(|p| row(c, p)).collect(),
            outside: None,
            nowhere: (found.nowhere > 0).then(|| c.count("count.nowhere", found.nowhere)),
            moves: moves(c, &frame, asked.is_some()),
        };
        let (mut outside, mut whole) = (0, BTreeMap::new());
        let mut taken = Vec::new();
        for p in &found.points {
            let (x, y) = frame.at(p.lat, p.lon);
            let precision = p.precision.as_deref().and_then(|kind| c.app.codes.precision(kind));
            if p.precision.as_deref() == Some("country")
                && let Some(country) = &p.country
            {
                let (incidents, address) = whole.entry(country.as_ref()).or_insert((0u64, None));
                *incidents += p.incidents;
                *address = leads(c, p).0.or(address.take());
                continue;
            }
            if !frame.shows((x, y)) {
                outside += p.incidents;
                continue;
            }
            let is_area = precision.is_none_or(|p| p.area);
            let length = precision.map_or(0.0, |r| frame.length(f64::from(r.radius), p.lat));
            let (address, chosen) = leads(c, p);
            let r = length.max(DOT + f64::from(level(p.incidents)) - 1.0);
            let mark = Mark { x: tenth(x), y: tenth(y), r: tenth(if is_area { length.max(DOT) } else { r }), level: level(p.incidents), title: title(c, p), address, chosen };
            if is_area { &mut map.rings } else { &mut map.dots }.push(mark);
            if map.places.len() < size.names
                && let Some(name) = &p.name
            {
                map.places.extend(label(c.place(p.country.as_deref(), name), (x, y - r.min(24.0) - 4.0), &frame, &mut taken));
            }
        }
        // Small ones lie above large ones, where they can be hit.
        map.rings.sort_by(|a, b| b.r.parse::<f64>().unwrap_or_default().total_cmp(&a.r.parse().unwrap_or_default()));
        map.dots.reverse();
        for outline in seen {
            let iso2 = outline.number.and_then(|n| c.app.codes.country_by_number(n)).map(|c| c.iso2);
            let name = iso2.map(|i| c.country(i));
            let Some((iso2, name)) = iso2.zip(name) else {
                map.land.push_str(&outline.path);
                continue;
            };
            if size.names > 0 && outline.wide > LETTER.0 * name.text.chars().count() as f64 {
                map.countries.extend(label(name.clone(), outline.middle, &frame, &mut taken));
            }
            if let Some((incidents, address)) = whole.remove(iso2) {
                let title = format!("{}: {} ({})", name.text, c.count("count.incident", incidents), c.word("precision", "country"));
                map.areas.push(Area { path: outline.path, level: level(incidents), title, address });
            } else {
                map.land.push_str(&outline.path);
            }
        }
        outside += whole.values().map(|w| w.0).sum::<u64>();
        map.outside = (outside > 0).then(|| c.count("count.outside", outside));
        map
    }
}

/// The frame that shows most of what is there; countries as a whole only where there is nothing else.
fn fitting(size: (f64, f64), points: &[Point]) -> Frame {
    let weighed = |p: &Point| (p.lat, p.lon, p.incidents);
    let exact: Vec<_> = points.iter().filter(|p| p.precision.as_deref() != Some("country")).map(weighed).collect();
    if exact.is_empty() { Frame::around(size, &points.iter().map(weighed).collect::<Vec<_>>()) } else { Frame::around(size, &exact) }
}

fn moves(c: &Chrome, frame: &Frame, asked: bool) -> Vec<(&'static str, String)> {
    let to = |right, down, nearer| url::with(&c.here, &[("map", Some(&frame.moved(right, down, nearer).to_string()))]);
    let mut moves = vec![
        ("in", to(0.0, 0.0, 1.0)),
        ("out", to(0.0, 0.0, -1.0)),
        ("up", to(0.0, -0.4, 0.0)),
        ("down", to(0.0, 0.4, 0.0)),
        ("left", to(-0.4, 0.0, 0.0)),
        ("right", to(0.4, 0.0, 0.0)),
    ];
    if asked {
        moves.push(("fit", url::with(&c.here, &[("map", None)])));
    }
    moves
}

/// Where a place leads, and whether it is the one that is shown.
fn leads(c: &Chrome, p: &Point) -> (Option<String>, bool) {
    let Some(name) = &p.name else { return (None, false) };
    let value = format!("{}/{name}", p.country.as_deref().unwrap_or_default());
    let chosen = url::value(&c.here, "named_place").is_some_and(|v| v == value);
    (Some(c.narrowed(&[("named_place", (!chosen).then_some(value.as_str()))])), chosen)
}

fn called(c: &Chrome, p: &Point) -> Field {
    p.name.as_deref().map_or_else(|| Field::of(c.t("map.unnamed")), |name| c.place(p.country.as_deref(), name))
}

fn title(c: &Chrome, p: &Point) -> String {
    let precision = p.precision.as_deref().map(|kind| format!(" ({})", c.word("precision", kind))).unwrap_or_default();
    format!("{}: {}{precision}", called(c, p).text, c.count("count.incident", p.incidents))
}

fn row(c: &Chrome, p: &Point) -> Row {
    Row {
        name: called(c, p),
        country: p.country.as_deref().filter(|iso2| !p.name.as_deref().is_some_and(|n| c.is_state(iso2, n))).map(|iso2| c.country(iso2)),
        precision: p.precision.as_deref().map(|kind| c.word("precision", kind).to_owned()),
        incidents: c.n(p.incidents),
        address: leads(c, p).0,
    }
}

/// Words about a spot, unless they would stand over others or beyond the edge.
fn label(text: Field, (x, y): (f64, f64), frame: &Frame, taken: &mut Vec<[f64; 4]>) -> Option<Label> {
    let half = text.text.chars().count() as f64 * LETTER.0 / 2.0;
    let place = [x - half, y - LETTER.1, x + half, y + 2.0];
    let apart = |t: &[f64; 4]| t[2] < place[0] || t[0] > place[2] || t[3] < place[1] || t[1] > place[3];
    if !(frame.shows((place[0], place[1])) && frame.shows((place[2], place[3])) && taken.iter().all(apart)) {
        return None;
    }
    taken.push(place);
    Some(Label { x: tenth(x), y: tenth(y), text })
}

fn tenth(v: f64) -> String {
    format!("{v:.1}")
}
