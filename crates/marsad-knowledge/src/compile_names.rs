//! The tables of who acts: adjectives of states, known actors and persons, bodies that every state has, roles, titles
//! and Latin forms of names.

use super::{Error, Faults, Folder, NONE, OVER, Table, Writer, add, bare};
use marsad_text::fold;
use std::collections::{BTreeMap, HashMap};

/// `u32`s of a known actor's record, one a period: id, Wikidata, name, Arabic name, all Arabic names, code, from, to, where
/// its short names count.
pub const ACTOR: usize = 9;
/// `u32`s of a person's record, one an office: as above with the office's Arabic name at the end.
pub const PERSON: usize = 10;
/// `u32`s of a body's record: sectors, English name with `{}`, Arabic name with `#F`, `#M` or `#C`.
pub const BODY: usize = 3;
/// `u32`s of a role's record: sectors, weight.
pub const ROLE: usize = 2;

const SECTORS: [&str; 25] = [
    "COP", "GOV", "JUD", "LEG", "MIL", "PRM", "PTY", "REB", "SPY", "UAF", "UNK", "AGR", "BUS", "CRM", "CVL", "EDU", "ELI", "JRN", "LAB", "MED", "REF", "OPP",
    "PRE", "REL", "SOC",
];
/// What a row of `roles.tsv` may weigh.
pub const WEIGHTS: [&str; 11] = ["head", "weak", "role", "state", "group", "former", "none", "states", "suspect", "private", "peer"];
/// What a row of `titles.tsv` may be.
pub const OFFICES: [&str; 8] = ["title", "stop", "rank", "bridge", "called", "member", "of", "backed"];
/// Of these, by number, those whose words also count with the article or a clitic.
pub const INFLECTED: [u32; 4] = [0, 2, 5, 7];
pub const WORLD: [&str; 7] = ["UNO", "EUR", "IGO", "NGO", "IMG", "ISM", "MNC"];

/// The key of a name of several words: folded, with what writers join or not joined: عبد الله and عبدالله, أبي and أبو.
pub fn key(name: &str) -> String {
    let folded = fold(name);
    let mut out: Vec<String> = Vec::new();
    let mut words = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).peekable();
    while let Some(word) = words.next() {
        let more = words.peek().is_some();
        match word {
            "عبد" if more => out.push(format!("عبد{}", words.next().unwrap_or_default())),
            "ابي" | "ابا" if more => out.push("ابو".to_owned()),
            "ابن" if !out.is_empty() => out.push("بن".to_owned()),
            _ => out.push(word.to_owned()),
        }
    }
    out.join(" ")
}

/// The key of a Latin name: its letters and digits.
pub fn latin_key(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The key of a foreign name, whose vowels and doubtful consonants each writer puts his own way: أنغيلا, أنجيلا, انكيلا.
pub fn skeleton(key: &str) -> Option<String> {
    let mut out = String::new();
    for c in key.chars() {
        let c = match c {
            'ا' | 'و' | 'ي' | 'ه' | 'ع' | 'ء' => continue,
            'غ' | 'ج' | 'ق' => 'ك',
            'ط' | 'ث' => 'ت',
            'ص' | 'ز' | 'ذ' => 'س',
            'ض' => 'د',
            _ => c,
        };
        if !out.ends_with(c) {
            out.push(c);
        }
    }
    (out.contains(' ') && out.chars().count() >= 6).then_some(out)
}

/// Every form of an adjective in ي: feminine, dual, both plurals in both cases, and the accusative.
fn forms(nisba: &str) -> Vec<String> {
    let words: Vec<&str> = nisba.split(' ').collect();
    let endings: &[&str] = if words.iter().all(|w| w.ends_with('ي')) { &["", "ه", "ين", "ون", "ان", "ات", "تين", "تان", "ا"] } else { &["", "ا"] };
    // كوريا جنوبيا is a state, not an accusative.
    let endings = if words.len() > 1 { &endings[..endings.len() - 1] } else { endings };
    endings.iter().map(|e| words.iter().map(|w| format!("{w}{e}")).collect::<Vec<_>>().join(" ")).collect()
}

fn check(table: &Table, line: usize, code: &str, countries: &HashMap<String, u32>, world: bool) -> Result<(), Error> {
    for (i, part) in code.split(' ').enumerate() {
        let first = i == 0 && world;
        let known = if first { part == "UNK" || WORLD.contains(&part) || countries.contains_key(part) } else { SECTORS.contains(&part) };
        if !known {
            let remedy = if first { format!("an ISO 3166-1 alpha-3 code or one of {} UNK", WORLD.join(" ")) } else { format!("sectors, of {}", SECTORS.join(" ")) };
            return Err(table.fault(line, format!("{part} of the code {code} is none; give {remedy}")));
        }
    }
    Ok(())
}

fn check_days(table: &Table, line: usize, days: [&str; 2]) -> Result<(), Error> {
    for day in days.into_iter().filter(|d| !d.is_empty()) {
        let shape = matches!(day.len(), 4 | 7 | 10) && day.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
        if !shape {
            return Err(table.fault(line, format!("{day} is no date; give a year, a month or a day as 2014, 2014-06 or 2014-06-29")));
        }
    }
    if !days[0].is_empty() && !days[1].is_empty() && days[1] < days[0] && !days[0].starts_with(days[1]) {
        return Err(table.fault(line, format!("{} is after {}; the first date must be the earlier one", days[0], days[1])));
    }
    Ok(())
}

/// Adjectives and names of states, and of what is greater than a state.
fn demonyms(w: &mut Writer, folder: &Folder<'_>, countries: &HashMap<String, u32>, names: &mut BTreeMap<String, Vec<u32>>, faults: &mut Faults) {
    let table = folder.open("demonyms.tsv", faults);
    let (mut nisbas, mut world): (BTreeMap<String, Vec<u32>>, BTreeMap<String, Vec<u32>>) = (BTreeMap::new(), BTreeMap::new());
    // A state's first adjective stands under its number in the file that has the state.
    let base = w.base;
    let own = |at: u32| (at & OVER == base).then(|| (at - base) as usize);
    let mut first = vec![NONE; countries.values().filter_map(|&at| own(at)).count()];
    for (line, c) in &table.rows {
        faults.keep(check(&table, *line, &c[0], countries, true));
        let words: Vec<String> = c[1].split('|').chain(c[2].split('|')).map(fold).filter(|n| !n.is_empty()).flat_map(|n| forms(&n)).collect();
        if let Some(&at) = countries.get(&c[0]) {
            for word in words {
                nisbas.entry(word).or_insert_with(|| vec![at]);
            }
            for name in c[3].split('|').map(fold).filter(|n| !n.is_empty()) {
                names.insert(name, vec![at]);
            }
            let nisba = c[1].split('|').next().unwrap_or_default();
            if let (Some(cell), false) = (own(at).and_then(|at| first.get_mut(at)), nisba.is_empty()) {
                *cell = w.string(nisba);
            }
        } else {
            let code = w.string(&c[0]);
            for word in words.into_iter().chain(c[3].split('|').map(fold).filter(|n| !n.is_empty())) {
                world.insert(word, vec![code]);
            }
        }
    }
    w.words("nisba", first);
    w.index(["n.keys", "n.from", "n.to"], &nisbas);
    w.index(["d.keys", "d.from", "d.to"], &world);
}

/// Rows of one actor or person follow each other; all but the first may leave the names to it.
struct Held {
    id: String,
    cells: [u32; 5],
    names: String,
    short: String,
}

fn known(w: &mut Writer, folder: &Folder<'_>, countries: &HashMap<String, u32>, persons: bool, faults: &mut Faults) {
    let table = folder.open(if persons { "persons.tsv" } else { "actors.tsv" }, faults);
    let size = if persons { PERSON } else { ACTOR };
    let mut records: Vec<u32> = Vec::new();
    let [mut full, mut short, mut loose]: [BTreeMap<String, Vec<u32>>; 3] = Default::default();
    let mut outlets = BTreeMap::new();
    let mut held: Option<Held> = None;
    let mut seen = HashMap::new();
    for (line, c) in &table.rows {
        let (code, role, place) = if persons { (&c[5], &c[6], "") } else { (&c[6], &c[2], c[5].as_str()) };
        faults.keep(check(&table, *line, code, countries, true));
        faults.keep(check_days(&table, *line, [&c[7], &c[8]]));
        if held.as_ref().is_none_or(|h| h.id != c[0]) {
            if c[3].split('|').chain(c[4].split('|')).all(str::is_empty) {
                faults.0.push(table.fault(*line, format!("the first row of {} needs an Arabic name", c[0])));
            }
            // Of a user's tables, several may stand one below the other.
            if let Some(other) = seen.insert(c[0].clone(), *line).filter(|_| !folder.over) {
                faults.0.push(table.fault(*line, format!("{} stands in line {other} already; put its rows one after the other or give another id", c[0])));
            }
            if !c[1].is_empty() && !c[1].strip_prefix('Q').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit())) {
                faults.0.push(table.fault(*line, format!("{} is no Wikidata id; give Q and a number, or nothing", c[1])));
            }
            let all: Vec<&str> = c[3].split('|').chain(c[4].split('|')).map(|n| n.trim_start_matches(['~', '≈'])).filter(|n| !n.is_empty()).collect();
            held = Some(Held { id: c[0].clone(), cells: [w.string(&c[0]), w.string(&c[1]), w.string(&c[2]), w.string(all.first().unwrap_or(&"")), w.string(&all.join("|"))], names: c[3].clone(), short: c[4].clone() });
        }
        let Some(h) = &held else { continue };
        let at = w.base + (records.len() / size) as u32;
        records.extend(h.cells);
        // Short names count in news of the state of the code, unless the table names others.
        let place = if place.is_empty() { code.split(' ').next().unwrap_or_default() } else { place };
        records.extend([w.string(code), w.string(&c[7]), w.string(&c[8]), w.string(place)]);
        if persons {
            records.push(w.string(role));
        }
        if code.split(' ').any(|s| s == "JRN") {
            for name in c[2].split('|').chain(h.names.split('|')).filter(|n| n.is_ascii()) {
                outlets.entry(latin_key(name)).or_insert_with(|| vec![at]);
            }
        }
        for (names, map) in [(&h.names, &mut full), (&h.short, &mut short)] {
            for name in names.split('|').filter(|n| !n.is_empty()) {
                let put = |map: &mut BTreeMap<String, Vec<u32>>, key: String| {
                    let list = map.entry(key).or_default();
                    if !list.contains(&at) {
                        list.push(at);
                    }
                };
                if let Some(nisba) = name.strip_prefix('~') {
                    for form in forms(&fold(nisba)) {
                        put(map, format!("ال{form}"));
                        put(map, form);
                    }
                } else if let Some(foreign) = name.strip_prefix('≈') {
                    let key = key(foreign);
                    if let Some(bones) = skeleton(&key) {
                        put(&mut loose, bones);
                    }
                    put(map, key);
                } else {
                    put(map, key(name));
                }
            }
        }
    }
    let names = if persons {
        [["h.keys", "h.from", "h.to"], ["i.keys", "i.from", "i.to"], ["l.keys", "l.from", "l.to"]]
    } else {
        [["a.keys", "a.from", "a.to"], ["b.keys", "b.from", "b.to"], ["f.keys", "f.from", "f.to"]]
    };
    if !persons {
        w.index(["v.keys", "v.from", "v.to"], &outlets);
    }
    w.words(if persons { "person" } else { "actor" }, records);
    for (names, map) in names.into_iter().zip([full, short, loose]) {
        w.index(names, &map);
    }
}

/// Bodies that every state has; `#F`, `#M` and `#C` stand for its adjective, feminine or masculine, and for its name.
fn bodies(w: &mut Writer, folder: &Folder<'_>, countries: &HashMap<String, u32>, faults: &mut Faults) {
    let table = folder.open("bodies.tsv", faults);
    let (mut records, mut names): (Vec<u32>, BTreeMap<String, Vec<u32>>) = (Vec::new(), BTreeMap::new());
    for (line, c) in &table.rows {
        faults.keep(check(&table, *line, &c[0], countries, false));
        if !c[1].contains("{}") {
            faults.0.push(table.fault(*line, format!("{} lacks the {{}} where the state's name goes", c[1])));
        }
        let at = w.base + (records.len() / BODY) as u32;
        records.extend([w.string(&c[0]), w.string(&c[1]), w.string(c[2].split('|').next().unwrap_or_default())]);
        for name in c[2].split('|') {
            let words: Vec<String> = name.split(' ').map(|word| if word.starts_with('#') { "#".to_owned() } else { fold(word) }).collect();
            if words.iter().filter(|w| *w == "#").count() != 1 {
                faults.0.push(table.fault(*line, format!("{name} needs one of #F #M #C, once")));
            }
            names.entry(words.join(" ")).or_insert_with(|| vec![at]);
        }
    }
    w.words("body", records);
    w.index(["k.keys", "k.from", "k.to"], &names);
}

/// What a word for people, in the singular or a plural, also looks like.
fn inflected(word: &str) -> Vec<String> {
    let mut out = vec![word.to_owned()];
    if word.contains(' ') {
        return out;
    }
    if let Some(stem) = word.strip_suffix('ه') {
        out.extend(["ات", "تين", "تان", "ت"].map(|e| format!("{stem}{e}")));
    } else {
        out.extend(["ه", "ا", "ين", "ون", "ان", "ات", "و", "ي", "تين", "تان"].map(|e| format!("{word}{e}")));
    }
    out
}

fn roles(w: &mut Writer, folder: &Folder<'_>, countries: &HashMap<String, u32>, faults: &mut Faults) {
    let table = folder.open("roles.tsv", faults);
    let (mut records, mut words): (Vec<u32>, BTreeMap<String, Vec<u32>>) = (Vec::new(), BTreeMap::new());
    let mut derived: Vec<(String, u32)> = Vec::new();
    for (line, c) in &table.rows {
        let Some(weight) = WEIGHTS.iter().position(|n| *n == c[1]) else {
            faults.0.push(table.fault(*line, format!("{} is no weight; give one of {}", c[1], WEIGHTS.join(" "))));
            continue;
        };
        if !c[0].is_empty() {
            faults.keep(check(&table, *line, &c[0], countries, false));
        }
        let at = w.base + (records.len() / ROLE) as u32;
        records.extend([w.string(&c[0]), weight as u32]);
        for word in c[2].split('|').map(fold).filter(|n| !n.is_empty()) {
            let word = bare(&word).to_owned();
            for form in inflected(&word).into_iter().skip(1) {
                derived.push((form, at));
            }
            words.entry(word).or_insert_with(|| vec![at]);
        }
    }
    // What an editor wrote goes before what is derived from it.
    for (form, at) in derived {
        words.entry(form).or_insert_with(|| vec![at]);
    }
    w.words("role", records);
    w.index(["s.keys", "s.from", "s.to"], &words);
    let table = folder.open("titles.tsv", faults);
    let mut titles = BTreeMap::new();
    for (line, c) in &table.rows {
        let Some(kind) = OFFICES.iter().position(|k| *k == c[0]) else {
            faults.0.push(table.fault(*line, format!("{} is no kind; give one of {}", c[0], OFFICES.join(" "))));
            continue;
        };
        let inflected = INFLECTED.contains(&(kind as u32));
        for word in c[1].split('|').map(fold) {
            let word = if inflected { bare(&word) } else { word.as_str() };
            titles.entry(word.to_owned()).or_insert_with(|| vec![kind as u32]);
        }
    }
    w.index(["e.keys", "e.from", "e.to"], &titles);
}

/// All of them.
pub(super) fn folder(w: &mut Writer, folder: &Folder<'_>, countries: &HashMap<String, u32>, names: &mut BTreeMap<String, Vec<u32>>, faults: &mut Faults) {
    demonyms(w, folder, countries, names, faults);
    known(w, folder, countries, false, faults);
    known(w, folder, countries, true, faults);
    bodies(w, folder, countries, faults);
    roles(w, folder, countries, faults);
    let table = folder.open("latin.tsv", faults);
    let mut latin = BTreeMap::new();
    for (_, c) in &table.rows {
        let form = w.string(&c[1]);
        latin.entry(fold(&c[0])).or_insert_with(|| vec![form]);
    }
    w.index(["t.keys", "t.from", "t.to"], &latin);
    let mut peoples = BTreeMap::new();
    let table = folder.open("peoples.tsv", faults);
    for (line, c) in &table.rows {
        faults.keep(check(&table, *line, &c[0], countries, true));
        faults.keep(check(&table, *line, &c[1], countries, true));
        peoples.insert(c[0].clone(), vec![w.string(&c[1])]);
    }
    w.index(["u.keys", "u.from", "u.to"], &peoples);
    let mut capitals = BTreeMap::new();
    let table = folder.open("capitals.tsv", faults);
    for (line, c) in &table.rows {
        let at = countries.get(&c[0]).copied().ok_or_else(|| table.fault(*line, format!("{} is the ISO 3166-1 alpha-3 code of no row of countries.tsv", c[0])));
        if let Some(at) = faults.keep(at) {
            add(&mut capitals, &c[1], at);
        }
    }
    w.index(["g.keys", "g.from", "g.to"], &capitals);
}
