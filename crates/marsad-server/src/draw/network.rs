//! Who acts on whom, drawn as SVG: the same names always stand in the same place.

use crate::view::party::{Party, UNKNOWN};
use crate::view::Chrome;
use marsad_format::EventType;
use marsad_ledger::group::Deed;
use std::collections::BTreeMap;
use std::f64::consts::TAU;
use std::fmt;

/// The picture's size.
const SIZE: (f64, f64) = (760.0, 440.0);
/// Half the width and height of the ellipse on which names stand.
const REACH: (f64, f64) = (270.0, 165.0);
/// Names that are drawn; the table beside has more.
const NODES: usize = 12;
/// Lines that are drawn, the most frequent.
const LINES: usize = 24;
/// Letters of a name that are drawn.
const LETTERS: usize = 26;
/// How far a line stays away from the names that it joins.
const AWAY: f64 = 16.0;

/// How often one acted on the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Who acts.
    pub from: Party,
    /// On whom.
    pub to: Party,
    /// In how many incidents.
    pub times: u64,
    /// In how many of them against the other.
    pub against: u64,
}

/// The links of incidents, the most frequent first.
pub fn links<'a>(c: &Chrome, deeds: &'a [Deed]) -> Vec<Link> {
    let mut counts: BTreeMap<(&str, &str), (u64, u64)> = BTreeMap::new();
    for deed in deeds {
        let against = EventType::parse(&deed.incident.kind).is_some_and(|k| k.quad() > 2);
        let known = |side: &'a BTreeMap<String, u64>| side.keys().filter(|k| *k != UNKNOWN);
        for from in known(&deed.actors) {
            for to in known(&deed.recipients).filter(|to| *to != from) {
                let held = counts.entry((from, to)).or_default();
                *held = (held.0 + 1, held.1 + u64::from(against));
            }
        }
    }
    let mut links: Vec<Link> = counts.into_iter().map(|((from, to), (times, against))| Link { from: c.party(from), to: c.party(to), times, against }).collect();
    links.sort_by(|a, b| b.times.cmp(&a.times).then_with(|| (&a.from.key, &a.to.key).cmp(&(&b.from.key, &b.to.key))));
    links
}

/// The picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    nodes: Vec<(Party, f64, f64)>,
    links: Vec<(usize, usize, Link)>,
    centred: bool,
    title: String,
}

impl Network {
    /// Of the most frequent links; with a name in the middle, of those alone that it takes part in or that join its fellows.
    pub fn new(title: &str, centre: Option<&Party>, links: &[Link]) -> Self {
        let mut parties: Vec<&Party> = centre.into_iter().collect();
        let near = links.iter().filter(|l| centre.is_none_or(|c| l.from.key == c.key || l.to.key == c.key));
        for party in near.flat_map(|l| [&l.from, &l.to]) {
            if parties.len() < NODES && !parties.iter().any(|p| p.key == party.key) {
                parties.push(party);
            }
        }
        let around = parties.len() - usize::from(centre.is_some()).min(parties.len());
        let node = |(at, party): (usize, &&Party)| {
            if centre.is_some() && at == 0 {
                return ((*party).clone(), SIZE.0 / 2.0, SIZE.1 / 2.0);
            }
            let turn = TAU * (at - usize::from(centre.is_some())) as f64 / around.max(1) as f64 - TAU / 4.0;
            ((*party).clone(), SIZE.0 / 2.0 + REACH.0 * turn.cos(), SIZE.1 / 2.0 + REACH.1 * turn.sin())
        };
        let nodes: Vec<(Party, f64, f64)> = parties.iter().enumerate().map(node).collect();
        let place = |key: &str| nodes.iter().position(|n| n.0.key == key);
        let drawn = links.iter().filter_map(|l| Some((place(&l.from.key)?, place(&l.to.key)?, l.clone())));
        // Those with the middle are never left out for others.
        let (own, others): (Vec<_>, Vec<_>) = drawn.partition(|(from, to, _)| centre.is_some() && (*from == 0 || *to == 0));
        let links = own.into_iter().chain(others).take(LINES).collect();
        Self { nodes, links, centred: centre.is_some(), title: title.to_owned() }
    }

    /// Whether nobody acts on anybody.
    pub fn is_empty(&self) -> bool {
        self.links.is_empty()
    }
}

/// The beginning of a name, whole words.
fn short(name: &str) -> String {
    if name.chars().count() <= LETTERS {
        return name.to_owned();
    }
    let mut out = String::new();
    for word in name.split_whitespace() {
        if out.chars().count() + word.chars().count() > LETTERS && !out.is_empty() {
            break;
        }
        out.push_str(if out.is_empty() { "" } else { " " });
        out.push_str(word);
    }
    out + "…"
}

fn safe(text: &str) -> Result<impl fmt::Display, fmt::Error> {
    askama::filters::escape(text, askama::filters::Html).map_err(|_| fmt::Error)
}

impl fmt::Display for Network {
    /// As SVG.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<svg class=\"network\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">", SIZE.0, SIZE.1, safe(&self.title)?)?;
        for (from, to, link) in &self.links {
            let ((_, x1, y1), (_, x2, y2)) = (&self.nodes[*from], &self.nodes[*to]);
            let (dx, dy) = (x2 - x1, y2 - y1);
            let length = dx.hypot(dy).max(1.0);
            let (ux, uy) = (dx / length, dy / length);
            // Bent to one side, so that both directions of a pair are seen.
            let (mx, my) = ((x1 + x2) / 2.0 - uy * length * 0.09, (y1 + y2) / 2.0 + ux * length * 0.09);
            let (tx, ty) = (x2 - mx, y2 - my);
            let last = tx.hypot(ty).max(1.0);
            let (tx, ty) = (tx / last, ty / last);
            let (ax, ay) = (x2 - tx * AWAY, y2 - ty * AWAY);
            let class = if link.against * 2 > link.times { "against" } else { "with" };
            let width = 1.0 + (link.times as f64).ln().max(0.0) * 1.1;
            let (sx, sy) = (x1 + ux * AWAY, y1 + uy * AWAY);
            write!(f, "<g class=\"{class}\"><path class=\"line\" stroke-width=\"{width:.1}\" d=\"M{sx:.1} {sy:.1}Q{mx:.1} {my:.1} {ax:.1} {ay:.1}\"/>")?;
            let tip = |along: f64, aside: f64| (ax - tx * along - ty * aside, ay - ty * along + tx * aside);
            let ((bx, by), (cx, cy)) = (tip(8.0, 4.5), tip(8.0, -4.5));
            write!(f, "<path class=\"tip\" d=\"M{:.1} {:.1}L{bx:.1} {by:.1}L{cx:.1} {cy:.1}Z\"/></g>", ax + tx * 2.0, ay + ty * 2.0)?;
        }
        for (at, (party, x, y)) in self.nodes.iter().enumerate() {
            let above = *y < SIZE.1 / 2.0 - 1.0;
            let label = if above { y - 13.0 } else { y + 24.0 };
            let class = if at == 0 && self.centred { "first" } else { "node" };
            write!(f, "<a href=\"{}\" class=\"{class}\"><title>{}</title><circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"7\"/>", safe(&party.link)?, safe(&party.name.text)?)?;
            write!(f, "<text x=\"{x:.1}\" y=\"{label:.1}\" text-anchor=\"middle\">{}</text></a>", safe(&short(&party.name.text))?)?;
        }
        f.write_str("</svg>")
    }
}

impl askama::filters::HtmlSafe for Network {}
