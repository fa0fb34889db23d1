//! What part of the world a map shows, and how large.

use super::world::{Spot, project};
use std::fmt;

/// Pixels that the world is wide at zoom 0.
const WORLD: f64 = 256.0;
/// The least and the most zoom.
const ZOOMS: (f64, f64) = (1.0, 10.0);
/// Metres around the equator.
const EQUATOR: f64 = 40_075_017.0;

/// A map's cut-out of the world.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// In pixels.
    pub width: f64,
    /// In pixels.
    pub height: f64,
    /// One more doubles all lengths.
    zoom: f64,
    /// Degrees north and east.
    middle: (f64, f64),
}

impl Frame {
    /// About a point, `(north, east)`.
    pub fn new((width, height): (f64, f64), zoom: f64, (lat, lon): (f64, f64)) -> Self {
        Self { width, height, zoom: zoom.clamp(ZOOMS.0, ZOOMS.1), middle: (lat.clamp(-75.0, 75.0), lon.clamp(-180.0, 180.0)) }
    }

    /// As it stands in an address: `5/33.1/44.2`, zoom, degrees north, degrees east.
    pub fn parse(size: (f64, f64), text: &str) -> Option<Self> {
        let numbers: Vec<f64> = text.split('/').map(|n| n.parse().ok().filter(|n: &f64| n.is_finite())).collect::<Option<_>>()?;
        let [zoom, lat, lon] = numbers.try_into().ok()?;
        Some(Self::new(size, zoom, (lat, lon)))
    }

    /// The least that shows most of what is there: points `(north, east)` with their weight. What lies far off is left outside.
    pub fn around(size: (f64, f64), points: &[(f64, f64, u64)]) -> Self {
        let total: u64 = points.iter().map(|p| p.2).sum();
        let spots: Vec<(Spot, u64)> = points.iter().map(|p| (project(p.0, p.1), p.2)).collect();
        let bounds = |at: fn(&Spot) -> f64| {
            let mut values: Vec<(f64, u64)> = spots.iter().map(|(s, n)| (at(s), *n)).collect();
            values.sort_by(|a, b| a.0.total_cmp(&b.0));
            // A tenth on either side does not count.
            let part = |share: u64| {
                let mut left = total * share / 40;
                values.iter().find(|(_, n)| {
                    let found = *n > left;
                    left = left.saturating_sub(*n);
                    found
                }).map(|v| v.0)
            };
            part(4).zip(part(36).or(values.last().map(|v| v.0)))
        };
        // Where nothing is known: from the Atlantic to the Gulf.
        let (Some((left, right)), Some((top, bottom))) = (bounds(|s| s.0), bounds(|s| s.1)) else { return Self::new(size, 3.2, (26.0, 22.0)) };
        let fits = |length: f64, room: f64| (room * 0.8 / (WORLD * length.max(1e-9))).log2();
        let zoom = fits(right - left, size.0).min(fits(bottom - top, size.1)).min(7.0);
        let (x, y) = (f64::midpoint(left, right), f64::midpoint(top, bottom));
        Self::new(size, (zoom * 4.0).floor() / 4.0, unproject((x, y)))
    }

    fn scale(&self) -> f64 {
        WORLD * self.zoom.exp2()
    }

    /// How many pixels it is once around the world.
    pub fn round(&self) -> f64 {
        self.scale()
    }

    /// Where a spot of the world is in the picture.
    pub fn pixel(&self, spot: Spot) -> Spot {
        let middle = project(self.middle.0, self.middle.1);
        ((spot.0 - middle.0) * self.scale() + self.width / 2.0, (spot.1 - middle.1) * self.scale() + self.height / 2.0)
    }

    /// Where degrees north and east are.
    pub fn at(&self, lat: f64, lon: f64) -> Spot {
        self.pixel(project(lat, lon))
    }

    /// Whether a place in the picture is seen.
    pub fn shows(&self, (x, y): Spot) -> bool {
        (0.0..=self.width).contains(&x) && (0.0..=self.height).contains(&y)
    }

    /// How many pixels so many metres are at a latitude.
    pub fn length(&self, metres: f64, lat: f64) -> f64 {
        metres * self.scale() / (EQUATOR * lat.to_radians().cos().max(0.05))
    }

    /// The frame that is so many parts of it further right and down, and so much nearer.
    pub fn moved(&self, right: f64, down: f64, nearer: f64) -> Self {
        let middle = project(self.middle.0, self.middle.1);
        let to = (middle.0 + right * self.width / self.scale(), (middle.1 + down * self.height / self.scale()).clamp(0.0, 1.0));
        Self::new((self.width, self.height), self.zoom + nearer, unproject(to))
    }
}

fn unproject((x, y): Spot) -> (f64, f64) {
    ((std::f64::consts::PI * (1.0 - 2.0 * y)).sinh().atan().to_degrees(), x * 360.0 - 180.0)
}

impl fmt::Display for Frame {
    /// As [`Frame::parse`] takes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{:.3}/{:.3}", self.zoom, self.middle.0, self.middle.1)
    }
}
