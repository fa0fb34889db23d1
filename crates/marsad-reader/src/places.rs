//! Where on the map does a name lie? Candidates from the tables, weighed by what the text says around the name.
//!
//! A name is looked up as it stands, with its neighbour words (جنوب السودان), without the generic words and adjectives
//! that belong to it (محافظة, الدولي), without clitics, and last by a coarser key. Candidates are weighed by the kind that a
//! generic word announces, the states and places of the rest of the text, the outlet, size and distance. A name that no
//! table holds gets the nearest area that the text names beside it, and its `kind` then says that the point is that area's.

use marsad_format::{EntityType, Mark, Place, PlaceKind};
use marsad_knowledge::{KindSet, Knowledge, PlaceRecord};
use marsad_text::{Span, Word, WordKind, fold, proclitics};
use std::collections::BTreeMap;

/// The text around the names.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// The body.
    pub text: &'a str,
    /// Its words.
    pub words: &'a [Word],
    /// The headline.
    pub title: Option<&'a str>,
    /// The outlet.
    pub source: Option<&'a str>,
}

/// A name to be put on the map.
#[derive(Clone, Copy, Debug)]
pub struct Mention {
    /// Where it stands.
    pub span: Span,
    /// What it is taken for.
    pub kind: EntityType,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Located {
    /// The state that the text speaks of most (alpha-2), if any.
    pub country: Option<String>,
    /// For each mention its place, with an empty mark. `name` is empty where no table holds it.
    pub places: Vec<Place>,
}

/// A reading of a name.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "four facts that are independent of each other")]
struct Candidate<'a> {
    name: &'a str,
    iso2: &'a str,
    admin1: Option<&'a str>,
    admin2: Option<&'a str>,
    position: Option<(f64, f64)>,
    kind: PlaceKind,
    population: u64,
    geonames: Option<u64>,
    by_hand: bool,
    is_capital: bool,
    /// Only the end of the name, or only a coarser key of it, is this place's.
    partial: bool,
    loose: bool,
}

/// What stands around one name.
#[derive(Debug, Default)]
struct Around<'a> {
    candidates: Vec<Candidate<'a>>,
    /// Generic words before or inside the name.
    head: Option<KindSet>,
    /// The state of an adjective after or inside it: الموصل العراقية.
    adjective: Option<&'a str>,
    first: usize,
    last: usize,
}

/// How much a state is spoken of.
type Votes<'a> = BTreeMap<&'a str, (f64, usize)>;

/// How near, in km, two candidates are one place for all that matters.
const SAME: f64 = 30.0;
/// A town of so many inhabitants is known abroad.
const KNOWN: u64 = 15_000;

fn kilometres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (p, q) = (a.0.to_radians(), b.0.to_radians());
    let h = ((q - p) / 2.0).sin().powi(2) + p.cos() * q.cos() * ((b.1 - a.1).to_radians() / 2.0).sin().powi(2);
    12742.0 * h.sqrt().min(1.0).asin()
}

/// Puts names on the map.
pub fn locate(setting: &Setting<'_>, mentions: &[Mention], knowledge: &Knowledge) -> Located {
    let mut around: Vec<Around<'_>> = mentions.iter().map(|m| look(setting, *m, knowledge)).collect();
    share_heads(setting, mentions, &mut around);
    let mut votes = count(setting, mentions, &around, knowledge);
    let first = choose(mentions, &around, &votes, &[], setting);
    // What the first look is sure of is evidence for the second.
    let mut sure: Vec<Option<&Candidate<'_>>> = Vec::with_capacity(first.len());
    for (choice, m) in first.iter().zip(mentions) {
        let settled = choice.filter(|c| c.2 > 0.75).map(|c| c.0);
        if let Some(c) = settled
            && !c.iso2.is_empty()
            && c.kind != PlaceKind::Country
        {
            vote(&mut votes, c.iso2, 0.5, m.span.start());
        }
        sure.push(settled);
    }
    let second = choose(mentions, &around, &votes, &sure, setting);
    let country = best(&votes).map(str::to_owned);
    let places = (0..mentions.len())
        .map(|i| second[i].map_or_else(|| area(setting, mentions, &around, &second, i, country.as_deref(), knowledge), |(c, _, confidence)| place(c, confidence, knowledge)))
        .collect();
    Located { country, places }
}

fn vote<'a>(votes: &mut Votes<'a>, iso2: &'a str, weight: f64, at: usize) {
    let entry = votes.entry(iso2).or_insert((0.0, at));
    entry.0 += weight;
    entry.1 = entry.1.min(at);
}

/// The state with most votes; the first one in the text among equals.
fn best<'a>(votes: &Votes<'a>) -> Option<&'a str> {
    votes.iter().max_by(|a, b| a.1.0.total_cmp(&b.1.0).then(b.1.1.cmp(&a.1.1))).map(|(c, _)| *c)
}

fn record(p: PlaceRecord<'_>) -> Candidate<'_> {
    Candidate { name: p.name, iso2: p.iso2, admin1: p.admin1, admin2: p.admin2, position: p.position, kind: p.kind, population: p.population, geonames: p.geonames, by_hand: p.by_hand || p.by_user && p.population > KNOWN, is_capital: p.is_capital, partial: false, loose: false }
}

/// States and places of exactly that name.
fn named<'a>(name: &str, knowledge: &'a Knowledge) -> Vec<Candidate<'a>> {
    let state = knowledge.country(name).map(|c| Candidate {
        name: c.name,
        iso2: c.iso2,
        admin1: None,
        admin2: None,
        position: c.position,
        kind: PlaceKind::Country,
        population: 0,
        geonames: c.geonames,
        by_hand: true,
        is_capital: false,
        partial: false,
        loose: false,
    });
    state.into_iter().chain(knowledge.places(name).into_iter().map(record)).collect()
}

/// As [`named`], with the article added or left out, or by the coarser key.
fn nearly<'a>(name: &str, knowledge: &'a Knowledge) -> Vec<Candidate<'a>> {
    let other = name.strip_prefix("ال").map_or_else(|| format!("ال{name}"), str::to_owned);
    let mut found = if other.chars().count() > 3 { named(&other, knowledge) } else { Vec::new() };
    if found.is_empty() {
        found = knowledge.places_like(name).into_iter().map(record).collect();
    }
    for c in &mut found {
        c.loose = true;
    }
    found
}

/// Without the particles that may be written before it; لل becomes ال.
fn bare(name: &str) -> Vec<String> {
    let head = name.split(' ').next().unwrap_or_default();
    let mut out = Vec::new();
    for cut in proclitics(head).into_iter().skip(1) {
        let (taken, rest) = name.split_at(cut);
        if rest.starts_with("ال") || !taken.ends_with("ال") {
            out.push(rest.to_owned());
        }
        if fold(taken).ends_with("لل") {
            out.push(format!("ال{rest}"));
        }
    }
    out
}

fn generic(word: &str, knowledge: &Knowledge) -> Option<KindSet> {
    knowledge.place_word(word).filter(|k| !k.is_after()).or_else(|| bare(word).iter().find_map(|w| knowledge.place_word(w).filter(|k| !k.is_after())))
}

/// Takes generic words off the front and adjectives off the end of a name.
fn core<'a, 'k>(mut words: &'a [&'a str], knowledge: &'k Knowledge) -> (&'a [&'a str], Option<KindSet>, Option<&'k str>) {
    let (mut head, mut adjective) = (None, None);
    while let [first, rest @ ..] = words
        && !rest.is_empty()
        && let Some(kinds) = generic(first, knowledge)
        && (head.is_none() || named(&words.join(" "), knowledge).is_empty())
    {
        head = head.or(Some(kinds));
        words = rest;
    }
    while let [rest @ .., last] = words
        && !rest.is_empty()
    {
        if let Some(c) = knowledge.demonym(last).filter(|_| last.starts_with("ال")) {
            adjective = Some(c.iso2);
        } else if !knowledge.place_word(last).is_some_and(KindSet::is_after) {
            break;
        }
        words = rest;
    }
    (words, head, adjective)
}

/// The words of a mention, what stands beside it, and its candidates.
fn look<'a>(setting: &Setting<'_>, mention: Mention, knowledge: &'a Knowledge) -> Around<'a> {
    let words = setting.words;
    let first = words.partition_point(|w| w.span.end() <= mention.span.start());
    let last = words.partition_point(|w| w.span.start() < mention.span.end()).max(first + 1) - 1;
    let neighbour = |at: Option<usize>| at.and_then(|i| words.get(i)).filter(|w| w.kind == WordKind::Letters).map(|w| w.span.of(setting.text));
    let (before, after) = (neighbour(first.checked_sub(1)), neighbour(Some(last + 1)));
    let mut out = Around { first, last, ..Around::default() };
    out.head = before.and_then(|w| generic(w, knowledge));
    out.adjective = after.filter(|w| w.starts_with("ال")).and_then(|w| knowledge.demonym(w)).map(|c| c.iso2);
    let text = mention.span.of(setting.text);
    let parts: Vec<&str> = text.split(|c: char| c.is_whitespace() || matches!(c, '-' | '_')).filter(|w| !w.is_empty()).collect();
    let whole = parts.join(" ");
    // A name that goes on outside the mention: جنوب|السودان, تيزي|وزو.
    let wider = before.map(|w| format!("{w} {whole}")).into_iter().chain(before.into_iter().flat_map(|w| bare(w).into_iter().map(|w| format!("{w} {whole}")))).chain(after.map(|w| format!("{whole} {w}")));
    for name in wider {
        // A district without a point is no reason to look past the name itself.
        out.candidates = named(&name, knowledge).into_iter().filter(|c| c.position.is_some() || c.kind == PlaceKind::Region).collect();
        if !out.candidates.is_empty() {
            return out;
        }
    }
    out.candidates = named(&whole, knowledge);
    let (inner, head, adjective) = core(&parts, knowledge);
    out.head = head.or(out.head);
    out.adjective = adjective.or(out.adjective);
    let inner_name = inner.join(" ");
    if out.candidates.is_empty() && parts.len() > 1 {
        out.candidates = bare(&whole).iter().map(|name| named(name, knowledge)).find(|c| !c.is_empty()).unwrap_or_default();
    }
    if out.candidates.is_empty() && inner_name != whole {
        out.candidates = named(&inner_name, knowledge);
    }
    // للأردن cut in the middle of its لل has lost its alif.
    if whole.starts_with('ل') && setting.text[..mention.span.start()].ends_with('ل') && out.candidates.is_empty() {
        out.candidates = named(&format!("ا{whole}"), knowledge);
    }
    for name in [&whole, &inner_name] {
        for name in bare(name) {
            if out.candidates.is_empty() {
                out.candidates = named(&name, knowledge);
            }
        }
    }
    if out.candidates.is_empty() {
        out.candidates = nearly(&inner_name, knowledge);
    }
    // بروناي دار السلام
    for to in (1..inner.len()).rev() {
        if out.candidates.is_empty() {
            out.candidates = named(&inner[..to].join(" "), knowledge).into_iter().filter(|c| c.kind == PlaceKind::Country).map(|c| Candidate { partial: true, ..c }).collect();
        }
    }
    // The university of Mosul lies in Mosul, the hospital بالهفوف in الهفوف, that of ينبع العام in ينبع, for want of better.
    let capital = |word: &str| knowledge.places(word).iter().any(|p| p.is_capital);
    let says_little = |word: &str| knowledge.is_ordinary(word) && !capital(word) || knowledge.place_word(word).is_some_and(KindSet::is_after);
    let end = inner.len() - inner.iter().rev().take_while(|w| says_little(w)).count();
    for (from, to) in (1..inner.len()).map(|from| (from, inner.len())).chain((0..end).map(|from| (from, end))) {
        let part = inner[from..to].join(" ");
        for name in std::iter::once(part.clone()).chain(bare(&part)) {
            if out.candidates.is_empty() && !says_little(&part) && !says_little(&name) {
                out.candidates = inside_name(&name, to == inner.len(), knowledge);
            }
        }
    }
    // جبل القاهرة is not Cairo, and not every hospital of a village's name lies there.
    if let Some(kinds) = out.head.filter(|kinds| kinds.is_site()) {
        for c in out.candidates.iter_mut().filter(|c| !kinds.has(c.kind) && c.kind != PlaceKind::Country) {
            c.partial |= kinds.has(PlaceKind::Natural) || !(c.by_hand || c.population > KNOWN);
        }
    }
    out
}

/// The known town, division or state whose name is a part of a site's name; states only at its end.
fn inside_name<'a>(name: &str, at_end: bool, knowledge: &'a Knowledge) -> Vec<Candidate<'a>> {
    let all = named(name, knowledge);
    let state = all.iter().any(|c| c.kind == PlaceKind::Country);
    let known = |c: &Candidate<'_>| matches!(c.kind, PlaceKind::City | PlaceKind::Admin1 | PlaceKind::Admin2) && (c.by_hand || c.population > KNOWN);
    all.into_iter().filter(|c| if state { at_end && c.kind == PlaceKind::Country } else { known(c) }).map(|c| Candidate { partial: true, ..c }).collect()
}

/// In محافظتي نينوى وصلاح الدين the generic word is both names'.
fn share_heads(setting: &Setting<'_>, mentions: &[Mention], around: &mut [Around<'_>]) {
    for i in 1..mentions.len() {
        let between = setting.text.get(mentions[i - 1].span.end()..mentions[i].span.start()).unwrap_or("?");
        if around[i].head.is_none() && around[i - 1].head.is_some() && between.len() < 8 && between.chars().all(|c| c.is_whitespace() || matches!(c, 'و' | '،' | ',')) {
            around[i].head = around[i - 1].head;
        }
    }
}

/// The states that names, adjectives, the outlet and the headline point to.
fn count<'a>(setting: &Setting<'_>, mentions: &[Mention], around: &[Around<'a>], knowledge: &'a Knowledge) -> Votes<'a> {
    let mut votes = Votes::new();
    for (m, a) in mentions.iter().zip(around) {
        let at = m.span.start();
        if let Some(c) = a.candidates.iter().find(|c| c.kind == PlaceKind::Country) {
            // عمان and النيجر are a state and something else elsewhere.
            let other = a.candidates.iter().any(|o| o.by_hand && o.iso2 != c.iso2 && !o.iso2.is_empty());
            vote(&mut votes, c.iso2, if other { 0.3 } else { 2.0 }, at);
        } else if let Some(c) = a.candidates.first().filter(|c| !c.loose && (c.by_hand || !c.partial) && !c.iso2.is_empty())
            && a.candidates.iter().all(|o| o.iso2 == c.iso2)
        {
            vote(&mut votes, c.iso2, if c.by_hand || c.population > 100_000 { 2.0 } else { 0.5 }, at);
        } else if let Some(one) = a.candidates.iter().find(|c| c.by_hand).filter(|c| !c.loose && !c.iso2.is_empty())
            && a.candidates.iter().filter(|c| c.by_hand).all(|o| o.iso2 == one.iso2)
        {
            vote(&mut votes, one.iso2, 1.0, at);
        }
        if let Some(c) = a.adjective {
            vote(&mut votes, c, 1.0, at);
        }
    }
    for word in setting.words.iter().filter(|w| w.kind == WordKind::Letters) {
        let text = word.span.of(setting.text);
        if text.chars().count() > 3
            && let Some(c) = knowledge.demonym(text)
        {
            vote(&mut votes, c.iso2, 1.0, word.span.start());
        }
    }
    for word in setting.title.unwrap_or_default().split_whitespace() {
        if let Some(c) = knowledge.country(word).or_else(|| knowledge.demonym(word).filter(|_| word.chars().count() > 3)) {
            vote(&mut votes, c.iso2, 2.0, 0);
        }
    }
    if let Some(home) = setting.source.and_then(|s| knowledge.outlet(s)) {
        vote(&mut votes, home.iso2, 1.0, setting.text.len());
    }
    votes
}

type Choice<'a, 'b> = Option<(&'b Candidate<'a>, f64, f64)>;

/// For each mention the likeliest candidate with its weight and how sure it is.
fn choose<'a, 'b>(mentions: &[Mention], around: &'b [Around<'a>], votes: &Votes<'a>, sure: &[Option<&Candidate<'a>>], setting: &Setting<'_>) -> Vec<Choice<'a, 'b>> {
    let total: f64 = votes.values().map(|v| v.0).sum::<f64>().max(1.0);
    let main = best(votes);
    let mut out = Vec::with_capacity(mentions.len());
    for (i, (m, a)) in mentions.iter().zip(around).enumerate() {
        let weigh = |c: &Candidate<'a>| {
            let share = votes.get(c.iso2).map_or(0.0, |v| v.0 / total);
            let mut s = match c.kind {
                PlaceKind::Country => 9.0,
                PlaceKind::Admin1 => 2.5,
                PlaceKind::Region => 2.0,
                PlaceKind::City => 1.5,
                PlaceKind::Admin2 => 1.2,
                PlaceKind::Natural | PlaceKind::Facility => 1.0,
                PlaceKind::Village => 0.0,
            };
            // Editors write what the news names; where no package counts its people, it is taken for a town.
            let people = if c.by_hand && c.kind == PlaceKind::City { c.population.max(30_000) } else { c.population };
            s += if c.by_hand { 2.5 } else { 0.0 } + if c.is_capital { 3.0 } else { 0.0 } + ((people + 1) as f64).log10() * 0.8;
            s += 4.0 * share + if main == Some(c.iso2) { 1.5 } else { 0.0 } + if share > 0.0 { 1.0 } else { 0.0 };
            if let Some(kinds) = a.head {
                s += if kinds.has(c.kind) { 4.0 } else { -2.0 };
            }
            // A small namesake abroad (Geneva, Illinois) needs more than its state's being spoken of.
            if !c.by_hand && c.population > 0 && a.adjective != Some(c.iso2) && a.candidates.iter().any(|o| o.by_hand && o.iso2 != c.iso2 && o.kind == PlaceKind::City && o.population > 5 * c.population) {
                s -= 3.0;
            }
            // تونس is the state, unless the text says that it is the town.
            let state = c.kind != PlaceKind::Country && a.candidates.iter().any(|o| o.kind == PlaceKind::Country && o.iso2 == c.iso2);
            if state && !a.head.is_some_and(|kinds| kinds.has(c.kind)) {
                s -= 8.0;
            }
            if c.position.is_none() && c.kind == PlaceKind::Admin2 {
                s -= 3.0;
            }
            if let Some(iso2) = a.adjective {
                s += if iso2 == c.iso2 { 6.0 } else { -3.0 };
            }
            s += match (m.kind, c.kind) {
                (EntityType::Fac, PlaceKind::Facility) | (EntityType::Loc, PlaceKind::Natural | PlaceKind::Region) => 2.0,
                (EntityType::Fac, PlaceKind::Country) | (EntityType::Gpe, PlaceKind::Natural) => -2.0,
                (EntityType::Gpe, PlaceKind::Facility) => -1.0,
                _ => 0.0,
            };
            s + neighbours(c, i, mentions, around, sure, setting)
        };
        let mut list: Vec<(&Candidate<'a>, f64)> = a.candidates.iter().map(|c| (c, weigh(c))).collect();
        list.sort_by(|x, y| y.1.total_cmp(&x.1));
        let Some(&(top, weight)) = list.first() else {
            out.push(None);
            continue;
        };
        // A hamlet namesake abroad is no answer; the state of the text is one.
        let spoken_of = votes.contains_key(top.iso2) || top.iso2.is_empty();
        // A quarter or site of one word is known by its state only: التضامن, النهضة.
        let local = matches!(top.kind, PlaceKind::Village | PlaceKind::Facility | PlaceKind::Admin2) && a.first == a.last;
        let known = top.by_hand && !local || matches!(top.kind, PlaceKind::Admin1 | PlaceKind::Country) || top.population >= KNOWN;
        if !spoken_of && !votes.is_empty() && (!known || top.loose || top.partial) {
            out.push(None);
            continue;
        }
        let apart = |c: &Candidate<'_>| top.position.zip(c.position).is_none_or(|(x, y)| kilometres(x, y) > SAME) && !(c.iso2 == top.iso2 && c.name == top.name);
        let margin = list.iter().skip(1).find(|(c, _)| apart(c)).map_or(4.0, |(_, w)| weight - w);
        let mut confidence: f64 = 1.0 / (1.0 + (-0.8 * margin).exp());
        if !spoken_of {
            confidence *= 0.8;
        }
        if top.loose {
            confidence *= 0.8;
        }
        if top.partial {
            confidence *= 0.6;
        }
        out.push(Some((top, weight, (confidence * 100.0).round() / 100.0)));
    }
    out
}

/// How well a candidate fits the other places: the area it is said to lie in, and those near it.
fn neighbours(c: &Candidate<'_>, me: usize, mentions: &[Mention], around: &[Around<'_>], sure: &[Option<&Candidate<'_>>], setting: &Setting<'_>) -> f64 {
    let (mut inside, mut near): (f64, f64) = (0.0, 0.0);
    for (j, other) in sure.iter().enumerate().filter(|(j, _)| *j != me) {
        let Some(o) = other else { continue };
        let within = o.kind == PlaceKind::Admin1 && c.admin1 == Some(o.name) && c.iso2 == o.iso2 && c.kind != PlaceKind::Admin1;
        let between = around[j].first.saturating_sub(around[me].last).min(if around[j].first > around[me].last { 99 } else { 0 });
        let beside = between > 0 && between <= 4 && setting.text.get(mentions[me].span.end()..mentions[j].span.start()).is_some_and(|t| !t.contains(['.', '\n']));
        if within {
            inside = inside.max(if beside { 4.0 } else { 1.5 });
        }
        if let Some((x, y)) = c.position.zip(o.position)
            && !matches!(o.kind, PlaceKind::Country)
        {
            let bonus = match kilometres(x, y) {
                d if d < 60.0 => 1.5,
                d if d < 150.0 => 1.0,
                d if d < 400.0 => 0.4,
                _ => 0.0,
            };
            near = near.max(if beside { bonus * 1.5 } else { bonus });
        }
    }
    inside + near
}

fn degrees(x: f64) -> f64 {
    (x * 10_000.0).round() / 10_000.0
}

fn place(c: &Candidate<'_>, confidence: f64, knowledge: &Knowledge) -> Place {
    let mut out = Place {
        mark: Mark::default(),
        name: Some(c.name.to_owned()),
        country: Some(c.iso2.to_owned()).filter(|c| !c.is_empty()),
        admin1: c.admin1.map(str::to_owned),
        admin2: c.admin2.map(str::to_owned),
        lat: c.position.map(|p| degrees(p.0)),
        lon: c.position.map(|p| degrees(p.1)),
        kind: Some(c.kind),
        geonames: c.geonames,
        confidence,
    };
    if c.kind == PlaceKind::Admin1 {
        out.admin1 = Some(c.name.to_owned());
    }
    if c.kind == PlaceKind::Admin2 {
        out.admin2 = Some(c.name.to_owned());
    }
    // A district without a point of its own lies somewhere in its division.
    if c.position.is_none()
        && let Some(division) = c.admin1.and_then(|name| division(name, c.iso2, knowledge))
    {
        (out.lat, out.lon) = (division.position.map(|p| p.0), division.position.map(|p| p.1));
        out.kind = Some(PlaceKind::Admin1);
        out.confidence = confidence.min(0.4);
    }
    out
}

fn division<'a>(name: &str, iso2: &str, knowledge: &'a Knowledge) -> Option<PlaceRecord<'a>> {
    knowledge.places(name).into_iter().find(|p| p.kind == PlaceKind::Admin1 && p.iso2 == iso2 && p.name == name)
}

/// A name that no table holds: the area that the text names beside it, else only the state of the text.
fn area(setting: &Setting<'_>, mentions: &[Mention], around: &[Around<'_>], chosen: &[Choice<'_, '_>], me: usize, country: Option<&str>, knowledge: &Knowledge) -> Place {
    // The other mentions of the same sentence, those after the name first: الشويرة في قضاء بلد.
    let sentence = |a: Span, b: Span| {
        let (from, to) = if a.start() < b.start() { (a.end(), b.start()) } else { (b.end(), a.start()) };
        setting.text.get(from..to).is_some_and(|t| t.len() < 240 && !t.contains(". ") && !t.contains('\n'))
    };
    let mine = mentions[me].span;
    let beside = (0..mentions.len())
        .filter(|&j| j != me && sentence(mine, mentions[j].span))
        .filter_map(|j| chosen[j].map(|c| (j, c.0)))
        .filter(|(_, c)| !matches!(c.kind, PlaceKind::Country | PlaceKind::Natural) && c.position.is_some())
        .min_by_key(|(j, _)| if around[*j].first > around[me].last { around[*j].first - around[me].last } else { 3 + around[me].first.saturating_sub(around[*j].last) });
    if let Some((_, c)) = beside {
        let mut out = place(c, 0.3, knowledge);
        (out.name, out.geonames) = (None, None);
        // Beside a site is not at it.
        out.kind = out.kind.map(|kind| if kind == PlaceKind::Facility { PlaceKind::City } else { kind });
        return out;
    }
    let adjective = around[me].adjective.or(country);
    // Else the area spoken of last before it.
    let spoken_of = (0..me)
        .rev()
        .take_while(|&j| mine.start() - mentions[j].span.end() < 800)
        .filter_map(|j| chosen[j].map(|c| c.0))
        .find(|c| matches!(c.kind, PlaceKind::City | PlaceKind::Admin1 | PlaceKind::Admin2 | PlaceKind::Village) && c.position.is_some() && Some(c.iso2) == adjective);
    if let Some(c) = spoken_of {
        let mut out = place(c, 0.2, knowledge);
        (out.name, out.geonames) = (None, None);
        return out;
    }
    let kind = match mentions[me].kind {
        EntityType::Loc => PlaceKind::Natural,
        EntityType::Fac => PlaceKind::Facility,
        _ => PlaceKind::Village,
    };
    Place { mark: Mark::default(), name: None, country: adjective.map(str::to_owned), admin1: None, admin2: None, lat: None, lon: None, kind: Some(kind), geonames: None, confidence: 0.2 }
}
