//! The outlines of countries (Natural Earth, by way of world-atlas), in Mercator's projection.

use super::Frame;
use crate::Error;
use serde::Deserialize;
use std::fmt::Write as _;

const FILE: (&str, &[u8]) = ("assets/map/countries-50m.json", include_bytes!("../../assets/map/countries-50m.json"));
/// Pixels by which a line may be off where it is drawn simpler.
const SIMPLER: f64 = 1.1;
/// Pixels of area from which an island is drawn.
const ISLAND: f64 = 2.5;
/// Pixels around what is seen, where edges that come from cutting are out of sight.
const MARGIN: f64 = 4.0;

/// A point on a map of the world that is 1 wide and 1 high, from its upper left corner.
pub type Spot = (f64, f64);

/// Mercator's projection of degrees north and east.
pub fn project(lat: f64, lon: f64) -> Spot {
    let lat = lat.clamp(-85.0, 85.0).to_radians();
    ((lon + 180.0) / 360.0, (1.0 - lat.tan().asinh() / std::f64::consts::PI) / 2.0)
}

/// The file's form (TopoJSON): lines that neighbours share, each point as the difference to the one before.
#[derive(Deserialize)]
struct Topology {
    transform: Transform,
    arcs: Vec<Vec<[i64; 2]>>,
    objects: Objects,
}

#[derive(Deserialize)]
struct Transform {
    scale: [f64; 2],
    translate: [f64; 2],
}

#[derive(Deserialize)]
struct Objects {
    countries: Collection,
}

#[derive(Deserialize)]
struct Collection {
    geometries: Vec<Geometry>,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Shape {
    Polygon { arcs: Vec<Vec<i64>> },
    MultiPolygon { arcs: Vec<Vec<Vec<i64>>> },
}

#[derive(Deserialize)]
struct Geometry {
    /// ISO 3166-1 numeric.
    id: Option<String>,
    #[serde(flatten)]
    shape: Shape,
}

/// A country's outline: rings of lines, those that run backwards as their complement.
#[derive(Debug)]
struct Country {
    number: Option<i64>,
    rings: Vec<Vec<i64>>,
}

/// All countries.
#[derive(Debug)]
pub struct World {
    lines: Vec<Vec<Spot>>,
    countries: Vec<Country>,
}

/// What is seen of a country.
#[derive(Clone, Debug)]
pub struct Outline {
    /// ISO 3166-1 numeric.
    pub number: Option<i64>,
    /// An SVG path, in pixels.
    pub path: String,
    /// The middle of its largest piece.
    pub middle: Spot,
    /// The square root of that piece's area: about how wide it is.
    pub wide: f64,
}

impl World {
    /// That which the program carries.
    pub fn embedded() -> Result<Self, Error> {
        let wrong = |reason: String| Error::Table { file: FILE.0, line: 1, reason };
        let topology: Topology = serde_json::from_slice(FILE.1).map_err(|e| wrong(e.to_string()))?;
        let Transform { scale, translate } = topology.transform;
        let line = |arc: &Vec<[i64; 2]>| {
            let (mut x, mut y) = (0, 0);
            let mut line = Vec::with_capacity(arc.len());
            for [dx, dy] in arc {
                x += dx;
                y += dy;
                line.push(project(y as f64 * scale[1] + translate[1], x as f64 * scale[0] + translate[0]));
            }
            line
        };
        let lines: Vec<Vec<Spot>> = topology.arcs.iter().map(line).collect();
        let country = |g: Geometry| Country {
            number: g.id.and_then(|n| n.parse().ok()),
            rings: match g.shape {
                Shape::Polygon { arcs } => arcs,
                Shape::MultiPolygon { arcs } => arcs.into_iter().flatten().collect(),
            },
        };
        let countries: Vec<Country> = topology.objects.countries.geometries.into_iter().map(country).collect();
        let named = |arc: i64| usize::try_from(if arc < 0 { !arc } else { arc }).is_ok_and(|at| at < lines.len());
        if !countries.iter().flat_map(|c| &c.rings).flatten().all(|arc| named(*arc)) {
            return Err(wrong("an outline names a line that is not there".to_owned()));
        }
        Ok(Self { lines, countries })
    }

    /// The countries that are seen in a frame. Lines are made simpler before they are put together, so that neighbours still
    /// share theirs.
    pub fn seen(&self, frame: &Frame) -> Vec<Outline> {
        let lines: Vec<Vec<Spot>> = self.lines.iter().map(|line| simpler(line.iter().map(|s| frame.pixel(*s)))).collect();
        self.countries.iter().filter_map(|c| outline(c, &lines, frame)).collect()
    }
}

/// Without the points that are hardly off the one before.
fn simpler(line: impl Iterator<Item = Spot>) -> Vec<Spot> {
    let mut out: Vec<Spot> = Vec::new();
    let mut last = None;
    for spot in line {
        last = Some(spot);
        if out.last().is_none_or(|o| (o.0 - spot.0).hypot(o.1 - spot.1) >= SIMPLER) {
            out.push(spot);
        }
    }
    // Its end is another line's beginning.
    out.extend(last.filter(|l| out.last() != Some(l)));
    out
}

fn outline(country: &Country, lines: &[Vec<Spot>], frame: &Frame) -> Option<Outline> {
    let mut out = Outline { number: country.number, path: String::new(), middle: (0.0, 0.0), wide: 0.0 };
    for ring in &country.rings {
        let mut points: Vec<Spot> = Vec::new();
        for arc in ring {
            points.pop();
            match usize::try_from(*arc) {
                Ok(at) => points.extend(&lines[at]),
                Err(_) => points.extend(lines[(!arc) as usize].iter().rev()),
            }
        }
        let round = frame.round();
        unwrap(&mut points, round);
        for turn in [-round, 0.0, round] {
            let points = cut(points.iter().map(|s| (s.0 + turn, s.1)).collect(), frame);
            let (area, middle) = area(&points);
            if area < ISLAND {
                continue;
            }
            if area.sqrt() > out.wide {
                (out.wide, out.middle) = (area.sqrt(), middle);
            }
            path(&mut out.path, &points);
        }
    }
    (!out.path.is_empty()).then_some(out)
}

/// A ring that crosses the line opposite of Greenwich goes on beyond the map's edge instead of all the way back.
fn unwrap(points: &mut [Spot], round: f64) {
    let mut turn = 0.0;
    for at in 1..points.len() {
        let step = points[at].0 + turn - points[at - 1].0;
        if step.abs() > round / 2.0 {
            turn -= round * step.signum();
        }
        points[at].0 += turn;
    }
}

/// The part of a ring that is seen (Sutherland and Hodgman's way).
fn cut(mut points: Vec<Spot>, frame: &Frame) -> Vec<Spot> {
    let (right, bottom) = (frame.width + MARGIN, frame.height + MARGIN);
    let sides: [(bool, f64, bool); 4] = [(true, -MARGIN, true), (true, right, false), (false, -MARGIN, true), (false, bottom, false)];
    for (across, bound, above) in sides {
        let at = |s: Spot| if across { s.0 } else { s.1 };
        let inside = |s: Spot| (at(s) >= bound) == above;
        if points.iter().all(|s| inside(*s)) {
            continue;
        }
        let mut kept = Vec::with_capacity(points.len());
        for (i, to) in points.iter().enumerate() {
            let from = points[(i + points.len() - 1) % points.len()];
            if inside(from) != inside(*to) {
                let part = (bound - at(from)) / (at(*to) - at(from));
                let other = |a: f64, b: f64| a + (b - a) * part;
                kept.push(if across { (bound, other(from.1, to.1)) } else { (other(from.0, to.0), bound) });
            }
            if inside(*to) {
                kept.push(*to);
            }
        }
        points = kept;
    }
    points
}

/// The area of a ring, and its middle.
fn area(points: &[Spot]) -> (f64, Spot) {
    let (mut twice, mut x, mut y) = (0.0, 0.0, 0.0);
    for (i, to) in points.iter().enumerate() {
        let from = points[(i + points.len() - 1) % points.len()];
        let cross = from.0 * to.1 - to.0 * from.1;
        twice += cross;
        x += (from.0 + to.0) * cross;
        y += (from.1 + to.1) * cross;
    }
    (twice.abs() / 2.0, (x / (3.0 * twice), y / (3.0 * twice)))
}

/// Adds a ring to an SVG path, in tenths of pixels and as differences, which is short.
fn path(out: &mut String, points: &[Spot]) {
    let tenths = |v: f64| (v * 10.0).round() as i64;
    let mut at: Option<(i64, i64)> = None;
    for spot in points {
        let to = (tenths(spot.0), tenths(spot.1));
        match at {
            None => {
                let _ = write!(out, "M{} {}l", short(to.0), short(to.1));
            }
            Some(from) if from == to => continue,
            Some(from) => {
                let _ = write!(out, "{} {} ", short(to.0 - from.0), short(to.1 - from.1));
            }
        }
        at = Some(to);
    }
    out.truncate(out.trim_end().len());
    out.push('z');
}

/// Tenths as a number.
fn short(tenths: i64) -> String {
    let sign = if tenths < 0 { "-" } else { "" };
    match (tenths.abs() / 10, tenths.abs() % 10) {
        (whole, 0) => format!("{sign}{whole}"),
        (whole, rest) => format!("{sign}{whole}.{rest}"),
    }
}
