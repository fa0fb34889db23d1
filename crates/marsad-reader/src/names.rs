//! Names: entities with their mentions joined, offices, and places on the map.

use crate::Text;
use crate::labels::{Labels, decode};
use crate::windows::Cut;
use crate::places::{self, Mention, Setting};
use marsad_format::{Document, Entity, EntityType, Place};
use marsad_knowledge::Knowledge;
use marsad_text::{Span, WordKind, enclitics, fold, proclitics};

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
pub fn find(document: &Document, text: &Text, cut: &Cut, labels: &Labels, names: &[String], knowledge: &Knowledge, none: f32) -> Names {
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
    let on_the_map = |kind| matches!(kind, EntityType::Gpe | EntityType::Loc | EntityType::Fac);
    let which: Vec<usize> = (0..out.entities.len()).filter(|&i| on_the_map(out.entities[i].kind)).collect();
    let mentions: Vec<Mention> = which.iter().map(|&i| Mention { span: out.spans[i], kind: out.entities[i].kind }).collect();
    let located = places::locate(&Setting { text: text.text, words: &cut.words, title: document.title.as_deref(), source: document.source.as_deref() }, &mentions, knowledge);
    out.country = located.country;
    for (i, place) in which.into_iter().zip(located.places) {
        let entity = &mut out.entities[i];
        entity.name = entity.name.take().or_else(|| place.name.clone());
        entity.entity = entity.entity.take().or_else(|| place.geonames.map(|g| format!("geonames:{g}")));
        out.places.push((out.spans[i], Place { mark: entity.mark.clone(), ..place }));
    }
    out
}
