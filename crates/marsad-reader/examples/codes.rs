//! How many participants of annotated articles get their code: the annotators' phrases and names go in, no model takes part.
//!
//! `cargo run --release -p marsad-reader --example codes -- [--list] [--names] FOLDER…` prints the share of codes right in
//! full and in their first two parts, for each sort of actor, and the share of persons and bodies that the tables name.
//! `--list` prints each wrong code, `--names` each name unknown.

#![allow(clippy::print_stdout, reason = "a program that prints")]

use marsad_format::{EntityType, EventType};
use marsad_knowledge::Knowledge;
use marsad_reader::{Cast, Mention};
use marsad_text::{Span, fold};
use serde_json::Value;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;

/// Where the `nth` such string stands, as the annotators count: every occurrence, overlapping ones too.
fn find(text: &str, item: &Value, key: &str) -> Option<Span> {
    let part = item[key].as_str()?;
    let nth = item["nth"].as_u64().unwrap_or(1) as usize;
    let at = text.char_indices().map(|(i, _)| i).filter(|&i| text[i..].starts_with(part)).nth(nth - 1)?;
    Some(Span::new(at, at + part.len()))
}

#[derive(Default)]
struct Share {
    of: usize,
    full: usize,
    two: usize,
}

impl Share {
    fn add(&mut self, ours: &str, theirs: &str) {
        self.of += 1;
        self.full += usize::from(ours == theirs);
        self.two += usize::from(two(ours) == two(theirs));
    }

    fn line(&self, name: &str) -> String {
        let rate = |n: usize| n as f64 / self.of.max(1) as f64;
        format!("{name:16} {:5}  full {:.3}  two {:.3}", self.of, rate(self.full), rate(self.two))
    }
}

fn two(code: &str) -> Vec<&str> {
    code.split(' ').take(2).collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let said = |flag: &str| arguments.iter().any(|a| a == flag);
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in arguments.iter().filter(|a| !a.starts_with("--")) {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|e| e == "json") {
                files.push(path);
            }
        }
    }
    files.sort();
    let knowledge = Knowledge::embedded()?;
    let mut shares: BTreeMap<&str, Share> = BTreeMap::new();
    let (mut per, mut org) = ([0usize; 2], [0usize; 2]);
    for path in &files {
        let article: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
        let text = article["text"].as_str().unwrap_or_default();
        let published = article["published"].as_str();
        let mut mentions: Vec<Mention> = Vec::new();
        for e in article["entities"].as_array().into_iter().flatten() {
            let kind = match e["type"].as_str() {
                Some("PER") => EntityType::Per,
                Some("ORG") => EntityType::Org,
                Some("LOC") => EntityType::Loc,
                Some("FAC") => EntityType::Fac,
                _ => EntityType::Gpe,
            };
            let Some(span) = find(text, e, "text") else { continue };
            let key = fold(span.of(text));
            // As the reader joins mentions.
            let same = |m: &Mention| {
                let other = fold(m.span.of(text));
                let part = || other.strip_suffix(&key).is_some_and(|rest| rest.ends_with(' ')) || (key.contains(' ') && other.starts_with(&format!("{key} ")));
                m.of.is_none() && m.kind == kind && (other == key || (kind == EntityType::Per && part()))
            };
            let of = mentions.iter().position(same);
            mentions.push(Mention { span, kind, of });
        }
        let cast = Cast::new(&knowledge, text, published, article["source"].as_str(), &mentions);
        for (i, m) in mentions.iter().enumerate() {
            let count = match m.kind {
                EntityType::Per => &mut per,
                EntityType::Org => &mut org,
                _ => continue,
            };
            count[0] += 1;
            if cast.known(i).is_some() {
                count[1] += 1;
            } else if said("--names") {
                println!("unknown\t{:?}\t{}\t{}\t{}", m.kind, m.span.of(text), cast.office(i).unwrap_or_default(), article["id"].as_str().unwrap_or_default());
            }
        }
        for event in article["events"].as_array().into_iter().flatten() {
            let Some(act) = event["type"].as_str().and_then(EventType::parse) else { continue };
            let place = find(text, &event["place"], "text").and_then(|s| {
                let name = s.of(text);
                let iso2 = knowledge.country_in(name, cast.news()).map(|c| c.iso2).or_else(|| {
                    let mut list = knowledge.places(name);
                    // States of which the text speaks first, as the reader does.
                    list.sort_by_key(|p| {
                        let state = knowledge.country_by_iso2(p.iso2).map_or("", |c| c.iso3);
                        (cast.news().iter().position(|n| *n == state).unwrap_or(99).min(3), !p.by_hand, u64::MAX - p.population)
                    });
                    list.first().map(|p| p.iso2)
                })?;
                knowledge.country_by_iso2(iso2).map(|c| c.iso3)
            });
            for (role, suffers) in [("actor", false), ("recipient", true)] {
                for p in event[role].as_array().into_iter().flatten() {
                    let (Some(theirs), Some(span)) = (p["code"].as_str(), find(text, p, "text")) else { continue };
                    let ours = cast.code(span, act, suffers, place);
                    let named = mentions.iter().find(|m| m.span.overlaps(span)).map(|m| m.kind);
                    let sort = match named {
                        Some(EntityType::Per) => "person",
                        Some(EntityType::Org) => "body",
                        Some(EntityType::Gpe) => "state or place",
                        _ => "no name",
                    };
                    for name in ["all", sort] {
                        shares.entry(name).or_default().add(&ours.code, theirs);
                    }
                    if two(&ours.code) != two(theirs) && said("--list") {
                        let id = article["id"].as_str().unwrap_or_default();
                        let line = text[span.start()..].chars().take(60).collect::<String>().replace('\n', " ");
                        println!("{sort}\t{}\t{theirs}\t{}\t{act:?} {role}\t{}\t{id} {}\t{line}", span.of(text), ours.code, ours.known.map(|k| k.name).unwrap_or_default(), published.unwrap_or_default());
                    }
                }
            }
        }
    }
    println!("{} articles", files.len());
    for (name, share) in &shares {
        println!("{}", share.line(name));
    }
    let rate = |n: [usize; 2]| n[1] as f64 / n[0].max(1) as f64;
    println!("named: persons {} of {} ({:.3}), bodies {} of {} ({:.3})", per[1], per[0], rate(per), org[1], org[0], rate(org));
    Ok(())
}
