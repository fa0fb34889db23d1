//! Names: entities with their mentions joined, offices, and places on the map.

use crate::Text;
use crate::labels::{Labels, decode};
use crate::windows::Cut;
use crate::places::{self, Mention, Setting};
use marsad_format::{Document, Entity, EntityType, Place, PlaceKind};
use marsad_knowledge::{Country, Knowledge};
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

/// The longest name of a place that is looked for, in words.
const LONGEST: usize = 4;

/// Whether a text is the name of a state, a place or an actor.
fn is_known(name: &str, knowledge: &Knowledge) -> bool {
    knowledge.country(name).is_some() || !knowledge.places(name).is_empty() || !knowledge.actors(name).is_empty() || !knowledge.persons(name).is_empty()
}

/// The span of a name. Where the model's cut of the first word leaves no known name and one other does, that one holds; the
/// ل of للأمم is cut alone, since what follows it has lost its alif.
fn span_of(text: &Text, cut: &Cut, labels: &Labels, first: usize, last: usize, knowledge: &Knowledge) -> Span {
    let span = strip(text, cut, labels, first, last);
    let word = cut.words[first].span;
    let front = word.of(text.text);
    if front.starts_with("لل") && front.chars().count() >= 5 {
        return Span::new(word.start() + 'ل'.len_utf8(), span.end());
    }
    let after = |lead: usize| Span::new(word.start() + lead, span.end());
    if is_known(span.of(text.text), knowledge) {
        return span;
    }
    let mut others = proclitics(front).into_iter().map(after).filter(|s| *s != span && is_known(s.of(text.text), knowledge));
    others.next().unwrap_or(span)
}

/// Whether names of this kind are places.
fn on_the_map(kind: EntityType) -> bool {
    matches!(kind, EntityType::Gpe | EntityType::Loc | EntityType::Fac)
}

/// The kind of entity that a place of this kind is.
fn entity_of(kind: PlaceKind) -> EntityType {
    match kind {
        PlaceKind::Natural | PlaceKind::Region => EntityType::Loc,
        PlaceKind::Facility => EntityType::Fac,
        _ => EntityType::Gpe,
    }
}

/// Names of places of several words of which the model saw a part (تيزي وزو, سهل نينوى) are taken whole.
fn whole_places(text: &Text, cut: &Cut, runs: &[(usize, usize, EntityType)], knowledge: &Knowledge) -> Vec<(usize, usize, EntityType)> {
    let letters = |i: usize| cut.words[i].kind == WordKind::Letters;
    let mut out: Vec<(usize, usize, EntityType)> = Vec::new();
    for &(first, end, kind) in runs {
        let done = out.last().map_or(0, |o| o.1);
        if first < done {
            continue;
        }
        if !on_the_map(kind) {
            out.push((first, end, kind));
            continue;
        }
        // The longest known name over this run that takes no word from a name of another kind.
        let found = (2..=LONGEST).rev().filter(|n| *n > end - first).find_map(|n| {
            (end.saturating_sub(n)..=first).filter(|from| *from >= done && from + n <= cut.words.len()).find_map(|from| {
                let words = from..from + n;
                let free = runs.iter().all(|r| on_the_map(r.2) || r.1 <= words.start || words.end <= r.0);
                if !free || !words.clone().all(letters) || cut.sentence[words.start] != cut.sentence[words.end - 1] {
                    return None;
                }
                let start = cut.words[from].span;
                let end = cut.words[from + n - 1].span.end();
                proclitics(start.of(text.text)).into_iter().find_map(|lead| {
                    let name = Span::new(start.start() + lead, end).of(text.text);
                    let generic = knowledge.place_word(name.split(' ').next().unwrap_or_default());
                    let places = knowledge.places(name);
                    // محافظة نينوى is نينوى with a generic word; سهل نينوى is another place.
                    let own = places.iter().find(|p| generic.is_none() || matches!(p.kind, PlaceKind::Natural | PlaceKind::Region))?;
                    Some((from, from + n, entity_of(own.kind)))
                })
            })
        });
        out.push(found.unwrap_or((first, end, kind)));
    }
    out
}

/// Finds names, joins their mentions and puts places on the map.
pub fn find(document: &Document, text: &Text, cut: &Cut, labels: &Labels, names: &[String], knowledge: &Knowledge, none: f32) -> Names {
    let mut out = Names::default();
    let mut keys: Vec<Vec<String>> = Vec::new();
    let runs: Vec<(usize, usize, EntityType)> = decode(&labels.entity, names, none)
        .into_iter()
        .filter_map(|(first, end, kind)| {
            let kind = match kind {
                "PER" => EntityType::Per,
                "ORG" => EntityType::Org,
                "GPE" => EntityType::Gpe,
                "LOC" => EntityType::Loc,
                "FAC" => EntityType::Fac,
                _ => return None,
            };
            Some((first, end, kind))
        })
        .collect();
    for (first, end, kind) in whole_places(text, cut, &runs, knowledge) {
        if (first..end).all(|i| cut.words[i].kind != WordKind::Letters) {
            continue;
        }
        let span = span_of(text, cut, labels, first, end - 1, knowledge);
        let mark = text.mark(span);
        let key: Vec<String> = fold(&mark.text).split_whitespace().map(str::to_owned).collect();
        // A later mention is the same name, or for a person the last part of a fuller one.
        let same = |i: usize| {
            keys[i] == key || (kind == EntityType::Per && keys[i].len() > key.len() && (keys[i].ends_with(&key) || keys[i].starts_with(&key) && key.len() > 1))
        };
        let earlier = (0..keys.len()).find(|&i| out.entities[i].kind == kind && out.entities[i].mention_of.is_none() && same(i));
        // Where a state's name is another's capital too (عمان), `places` decides.
        let alone = |c: &Country| knowledge.capital(&mark.text).is_none_or(|other| other.iso2 == c.iso2);
        let country = knowledge.country(&mark.text).filter(|c| kind == EntityType::Gpe && alone(c));
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
