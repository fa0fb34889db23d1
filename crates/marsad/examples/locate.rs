//! How many annotated place names lie where they should, when their spans are given and only the map is asked.
//!
//! usage: `cargo run --release -p marsad --example locate -- GOLD_DIR... [--misses]`
//!
//! A place lies right as the guide's judge counts it: in its state, and within 30 km (60 for a first-level division);
//! states, regions and natural places only in their state. Prints for each folder the share of all names, and the time.
#![allow(clippy::print_stdout, reason = "a program speaks to its user")]

use anyhow::Context as _;
use marsad_format::EntityType;
use marsad_knowledge::Knowledge;
use marsad_reader::places::{Mention, Setting, locate};
use marsad_text::{Span, words};
use serde_json::Value;
use std::time::Instant;

fn main() -> anyhow::Result<()> {
    let (flags, folders): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|a| a.starts_with("--"));
    let misses = flags.iter().any(|f| f == "--misses");
    let began = Instant::now();
    let knowledge = Knowledge::embedded()?;
    println!("tables of {} bytes opened in {:.2} ms", knowledge.size(), began.elapsed().as_secs_f64() * 1000.0);
    for folder in &folders {
        let mut paths: Vec<_> = std::fs::read_dir(folder).with_context(|| folder.clone())?.filter_map(Result::ok).map(|f| f.path()).filter(|p| p.extension().is_some_and(|e| e == "json")).collect();
        paths.sort();
        let (mut right, mut all, mut unnamed, mut seconds) = (0, 0, 0, 0.0);
        for path in &paths {
            let article: Value = serde_json::from_slice(&std::fs::read(path)?).with_context(|| path.display().to_string())?;
            let text = article["text"].as_str().context("an article has a text")?;
            let gold: Vec<(&Value, Span)> = article["places"].as_array().into_iter().flatten().filter_map(|p| Some((p, span(text, p)?))).collect();
            let mentions: Vec<Mention> = gold.iter().map(|(p, span)| Mention { span: *span, kind: kind(&article, p) }).collect();
            let began = Instant::now();
            let words = words(text);
            let located = locate(&Setting { text, words: &words, title: article["title"].as_str(), source: article["source"].as_str() }, &mentions, &knowledge);
            seconds += began.elapsed().as_secs_f64();
            for ((wanted, _), found) in gold.iter().zip(&located.places) {
                all += 1;
                let ok = lies_right(wanted, found);
                right += usize::from(ok);
                unnamed += usize::from(found.name.is_none());
                if misses && (!ok || found.name.is_none()) {
                    println!("{}\t{}\t{}\t{} {} {} {} {}\tfound {} {} {} {} {:?} {}", if ok { "unnamed" } else { "wrong" }, article["id"].as_str().unwrap_or(""), wanted["text"].as_str().unwrap_or(""), wanted["name"], wanted["country"], wanted["lat"], wanted["lon"], wanted["kind"], found.name.as_deref().unwrap_or("-"), found.country.as_deref().unwrap_or("-"), found.lat.unwrap_or(0.0), found.lon.unwrap_or(0.0), found.kind, found.confidence);
                }
            }
        }
        println!("{folder}: {} articles, {all} places, {right} lie right ({:.3}), {unnamed} in no table, {:.1} ms in all", paths.len(), right as f64 / f64::from(all.max(1)), seconds * 1000.0);
    }
    Ok(())
}

fn span(text: &str, place: &Value) -> Option<Span> {
    let wanted = place["text"].as_str()?;
    let nth = place["nth"].as_u64().unwrap_or(1) as usize;
    let at = text.match_indices(wanted).nth(nth.saturating_sub(1))?.0;
    Some(Span::new(at, at + wanted.len()))
}

fn kind(article: &Value, place: &Value) -> EntityType {
    let same = |e: &&Value| e["text"] == place["text"] && e["nth"].as_u64().unwrap_or(1) == place["nth"].as_u64().unwrap_or(1);
    match article["entities"].as_array().into_iter().flatten().find(same).and_then(|e| e["type"].as_str()) {
        Some("LOC") => EntityType::Loc,
        Some("FAC") => EntityType::Fac,
        _ => EntityType::Gpe,
    }
}

fn lies_right(wanted: &Value, found: &marsad_format::Place) -> bool {
    if wanted["country"].as_str().is_some_and(|c| Some(c) != found.country.as_deref()) {
        return false;
    }
    let kind = wanted["kind"].as_str().unwrap_or_default();
    let (Some(lat), Some(lon)) = (wanted["lat"].as_f64(), wanted["lon"].as_f64()) else { return true };
    if matches!(kind, "country" | "natural" | "region") {
        return true;
    }
    let (Some(x), Some(y)) = (found.lat, found.lon) else { return false };
    let (p, q) = (lat.to_radians(), x.to_radians());
    let h = ((q - p) / 2.0).sin().powi(2) + p.cos() * q.cos() * ((y - lon).to_radians() / 2.0).sin().powi(2);
    12742.0 * h.sqrt().min(1.0).asin() <= if kind == "admin1" { 60.0 } else { 30.0 }
}
