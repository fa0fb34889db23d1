//! Names: entities with their mentions joined, offices, and places on the map.

use crate::Text;
use crate::labels::{Labels, decode};
use crate::windows::Cut;
use marsad_format::{Entity, EntityType, Place, PlaceKind};
use marsad_knowledge::{Knowledge, PlaceRecord};
use marsad_text::{Span, WordKind, enclitics, fold, proclitics};
use std::collections::BTreeMap;

/// What was found of names.
#[derive(Debug, Default)]
pub struct Names {
    /// In the order of the text.
    pub entities: Vec<Entity>,
    /// Where each entity stands.
    pub spans: Vec<Span>,
    /// Places with their spans, in the order of the text.
    pub places: Vec<(Span, Place)>,
    /// The country the document speaks of most (alpha-2), if any.
    pub country: Option<String>,
}

/// A span without the clitics: of the cuts that the spelling allows, the one that the model would make.
pub fn strip(text: &Text, cut: &Cut, labels: &Labels, first: usize, last: usize) -> Span {
    let (a, b) = (cut.words[first].span, cut.words[last].span);
    let (front, back) = (a.of(text.text), b.of(text.text));
    let lead = proclitics(front).into_iter().find(|&n| front[..n].chars().count() == labels.proclitic[first]).unwrap_or(0);
    let tail = enclitics(back).into_iter().find(|&n| back[back.len() - n..].chars().count() == labels.enclitic[last]).unwrap_or(0);
    let (start, end) = (a.start() + lead, b.end() - tail);
    if end > start { Span::new(start, end) } else { Span::new(a.start(), b.end()) }
}

/// Finds names, joins their mentions and puts places on the map.
pub fn find(text: &Text, cut: &Cut, labels: &Labels, names: &[String], knowledge: &Knowledge, none: f32) -> Names {
    let mut out = Names::default();
    let mut keys: Vec<Vec<String>> = Vec::new();
    for (first, end, kind) in decode(&labels.entity, names, none) {
        let kind = match kind {
            "PER" => EntityType::Per,
            "ORG" => EntityType::Org,
            "GPE" => EntityType::Gpe,
            "LOC" => EntityType::Loc,
            "FAC" => EntityType::Fac,
            _ => continue,
        };
        if (first..end).all(|i| cut.words[i].kind != WordKind::Letters) {
            continue;
        }
        let span = strip(text, cut, labels, first, end - 1);
        let mark = text.mark(span);
        let key: Vec<String> = fold(&mark.text).split_whitespace().map(str::to_owned).collect();
        // A later mention is the same name, or for a person the last part of a fuller one.
        let same = |i: usize| {
            keys[i] == key || (kind == EntityType::Per && keys[i].len() > key.len() && (keys[i].ends_with(&key) || keys[i].starts_with(&key) && key.len() > 1))
        };
        let earlier = (0..keys.len()).find(|&i| out.entities[i].kind == kind && out.entities[i].mention_of.is_none() && same(i));
        let country = (kind == EntityType::Gpe).then(|| knowledge.country(&mark.text)).flatten();
        // Persons and bodies are named by `participants::name`, when all mentions are known.
        let (name, name_ar, entity) = match (country, earlier) {
            (Some(c), _) => (Some(c.name.to_owned()), None, c.geonames.map(|g| format!("geonames:{g}"))),
            (_, Some(i)) => (out.entities[i].name.clone(), out.entities[i].name_ar.clone(), out.entities[i].entity.clone()),
            _ => (None, None, None),
        };
        out.entities.push(Entity { mark, kind, name, transliterated: false, name_ar, entity, role: None, mention_of: earlier.map(|i| i as u32) });
        out.spans.push(span);
        keys.push(key);
    }
    out.country = main_country(text, cut, &out, knowledge);
    for (entity, &span) in out.entities.iter_mut().zip(&out.spans) {
        if !matches!(entity.kind, EntityType::Gpe | EntityType::Loc | EntityType::Fac) {
            continue;
        }
        if let Some(place) = resolve(&entity.mark.text, out.country.as_deref(), knowledge) {
            entity.name = entity.name.take().or_else(|| place.name.clone());
            entity.entity = entity.entity.take().or_else(|| place.geonames.map(|g| format!("geonames:{g}")));
            out.places.push((span, Place { mark: entity.mark.clone(), ..place }));
        } else {
            // A place that the gazetteer lacks is still a place of the reading, without a point and with what context gives.
            let kind = match entity.kind {
                EntityType::Loc => PlaceKind::Natural,
                EntityType::Fac => PlaceKind::Facility,
                _ => PlaceKind::Village,
            };
            out.places.push((span, Place {
                mark: entity.mark.clone(),
                name: None,
                country: out.country.clone(),
                admin1: None,
                lat: None,
                lon: None,
                kind: Some(kind),
                geonames: None,
                confidence: 0.2,
            }));
        }
    }
    out
}

/// The state whose name, adjective or unmistakable places the text uses most; the first one among equals.
fn main_country(text: &Text, cut: &Cut, names: &Names, knowledge: &Knowledge) -> Option<String> {
    let mut votes: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut vote = |iso2: &str, weight: usize, at: usize| {
        let entry = votes.entry(iso2.to_owned()).or_insert((0, at));
        entry.0 += weight;
        entry.1 = entry.1.min(at);
    };
    for (entity, span) in names.entities.iter().zip(&names.spans) {
        if entity.kind == EntityType::Gpe {
            if let Some(c) = knowledge.country(&entity.mark.text) {
                vote(c.iso2, 2, span.start());
            } else if let [one] = knowledge.places(&entity.mark.text).iter().filter(|p| p.by_hand).collect::<Vec<_>>()[..] {
                vote(one.iso2, 2, span.start());
            }
        }
    }
    for word in cut.words.iter().filter(|w| w.kind == WordKind::Letters) {
        if let Some(c) = knowledge.demonym(word.span.of(text.text)) {
            vote(c.iso2, 1, word.span.start());
        }
    }
    votes.into_iter().filter(|(c, _)| !c.is_empty()).max_by_key(|(_, (n, at))| (*n, usize::MAX - at)).map(|(c, _)| c)
}

/// The likeliest place of a name: states first, then what the editors wrote, the document's country, and size.
fn resolve(name: &str, country: Option<&str>, knowledge: &Knowledge) -> Option<Place> {
    let empty = |name: &str| Place {
        mark: marsad_format::Mark::default(),
        name: Some(name.to_owned()),
        country: None,
        admin1: None,
        lat: None,
        lon: None,
        kind: None,
        geonames: None,
        confidence: 0.9,
    };
    let shorter = name.split_once(' ').filter(|(head, _)| matches!(fold(head).as_str(), "مدينه" | "محافظه" | "ولايه" | "قضاء" | "منطقه" | "بلده" | "قريه" | "مديريه")).map(|(_, rest)| rest);
    for name in [Some(name), shorter].into_iter().flatten() {
        if let Some(c) = knowledge.country(name) {
            return Some(Place { country: Some(c.iso2.to_owned()), lat: c.position.map(|p| p.0), lon: c.position.map(|p| p.1), kind: Some(PlaceKind::Country), geonames: c.geonames, ..empty(c.name) });
        }
        let score = |p: &PlaceRecord| {
            let home = if Some(p.iso2) == country { 6.0 } else { 0.0 };
            home + if p.by_hand { 7.0 } else { 0.0 } + (p.population as f64 + 1.0).log10()
        };
        let mut list = knowledge.places(name);
        list.sort_by(|a, b| score(b).total_cmp(&score(a)));
        if let Some(p) = list.first() {
            let margin = list.get(1).map_or(3.0, |second| score(p) - score(second));
            return Some(Place {
                country: Some(p.iso2.to_owned()).filter(|c| !c.is_empty()),
                lat: p.position.map(|x| x.0),
                lon: p.position.map(|x| x.1),
                admin1: p.admin1.map(str::to_owned),
                kind: Some(p.kind),
                geonames: p.geonames,
                confidence: (0.5 + 0.15 * margin.min(3.0) * if Some(p.iso2) == country { 1.0 } else { 0.7 }).min(0.95),
                ..empty(p.name)
            });
        }
    }
    None
}
