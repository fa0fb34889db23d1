//! How likely two acts of different reports are one: features, each with a weight out of `knowledge/grouping.tsv`.

use super::act::{Act, Who, kilometres, meet, parted};
use super::stem::cosine;

/// The features by the names that `grouping.tsv` has.
pub const FEATURES: [&str; 25] = [
    "kind_same",
    "kind_near",
    "kind_other",
    "trigger",
    "place_same",
    "place_near",
    "place_country",
    "place_far",
    "state_other",
    "day_same",
    "day_open",
    "day_next",
    "day_far",
    "actor",
    "recipient",
    "code",
    "strangers",
    "toll_same",
    "toll_close",
    "toll_far",
    "words",
    "matter",
    "meaning",
    "copy",
    "heads",
];

/// A value for each of [`FEATURES`].
pub type Features = [f32; FEATURES.len()];

/// What is known of two acts besides themselves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside {
    /// The cosine of the two reports' meanings, where both have one.
    pub meaning: Option<f32>,
    /// Whether the two texts are nearly equal.
    pub near_equal: bool,
}

/// Below it, two news reports' meanings have nothing to do with each other.
const UNRELATED: f32 = 0.75;

fn overlap<T: PartialOrd>(a: (T, T), b: (T, T)) -> bool {
    a.0 <= b.1 && b.0 <= a.1
}

fn foreign(a: &[Who], b: &[Who]) -> bool {
    let state = |w: &Who| w.code.split(' ').next().filter(|c| *c != "UNK").map(str::to_owned);
    let (x, y): (Vec<String>, Vec<String>) = (a.iter().filter_map(state).collect(), b.iter().filter_map(state).collect());
    !x.is_empty() && !y.is_empty() && !x.iter().any(|s| y.contains(s))
}

fn coded(a: &[Who], b: &[Who]) -> bool {
    a.iter().any(|x| x.code.contains(' ') && b.iter().any(|y| x.code == y.code))
}

/// Compares two acts; symmetric.
pub fn features(a: &Act, b: &Act, beside: Beside) -> Features {
    let mut f = [0.0; FEATURES.len()];
    let mut set = |name: &str, value: f32| {
        if let Some(slot) = FEATURES.iter().position(|n| *n == name) {
            f[slot] = value;
        }
    };
    set(
        if a.kind == b.kind {
            "kind_same"
        } else if a.kind.quad() == b.kind.quad() {
            "kind_near"
        } else {
            "kind_other"
        },
        1.0,
    );
    if a.triggers.iter().any(|t| b.triggers.contains(t)) {
        set("trigger", 1.0);
    }
    if let Some((p, q)) = a.spot.as_ref().zip(b.spot.as_ref()) {
        let wide = p.radius.max(q.radius);
        if parted(p, q) {
            set(if p.country.is_some() && q.country.is_some() && p.country != q.country { "state_other" } else { "place_far" }, 1.0);
        } else if p.name == q.name || (p.geonames.is_some() && p.geonames == q.geonames) {
            set(if wide >= 500.0 { "place_country" } else { "place_same" }, 1.0);
        } else if wide < 100.0 || p.point.zip(q.point).is_some_and(|(x, y)| kilometres(x, y) < 40.0) {
            set("place_near", 1.0);
        } else {
            set("place_country", 1.0);
        }
    }
    if let Some((p, q)) = a.days().zip(b.days()) {
        let gap = (p.0.max(q.0) - p.1.min(q.1)).max(0);
        match gap {
            0 => set(if p.2 && q.2 { "day_same" } else { "day_open" }, 1.0),
            1 => set("day_next", 1.0),
            _ => set("day_far", (gap as f32).min(7.0) / 7.0 + 0.5),
        }
    }
    if meet(&a.actors, &b.actors) {
        set("actor", 1.0);
    }
    if meet(&a.recipients, &b.recipients) {
        set("recipient", 1.0);
    }
    if coded(&a.actors, &b.actors) || coded(&a.recipients, &b.recipients) {
        set("code", 1.0);
    }
    if foreign(&a.actors, &b.actors) || foreign(&a.recipients, &b.recipients) {
        set("strangers", 1.0);
    }
    for (x, y) in [(a.killed, b.killed), (a.injured, b.injured)] {
        let Some((x, y)) = x.zip(y) else { continue };
        if overlap(x, y) {
            set("toll_same", (1.0 + x.0.min(y.0) as f32).ln().min(3.0));
        } else {
            let (low, high) = (x.1.min(y.1) as f32, x.0.max(y.0) as f32);
            set(if high <= low * 1.5 + 2.0 { "toll_close" } else { "toll_far" }, 1.0);
        }
    }
    set("words", cosine(&a.words, &b.words));
    if a.lead && b.lead {
        set("matter", cosine(&a.matter, &b.matter));
    }
    if a.opens() && b.opens() {
        set("heads", 1.0);
    }
    if let Some(meaning) = beside.meaning.filter(|_| a.lead && b.lead) {
        set("meaning", (meaning - UNRELATED) / (1.0 - UNRELATED));
    }
    if beside.near_equal && a.triggers.iter().any(|t| b.triggers.contains(t)) {
        set("copy", 1.0);
    }
    f
}
