//! Who it is, and which PLOVER code he gets.
//!
//! The code of a participant is worked out from the words that name it, in this order:
//!
//! 1. A known person, actor or body of a state decides, with the code of that day; words of office before a person's name
//!    go before his own sector. Short names (الحزب, صالح) count only in news of the states that the table gives them.
//!    A person after his last office is `ELI`. Whoever uses or suffers force is coded by its armed sector first.
//! 2. Otherwise the state comes from a state's name, adjective or capital in the phrase, else from the situation: the
//!    state where the act happens or of which the article speaks.
//! 3. The sector comes from the role words. A role (شرطة) beats a weak word (قوات, رئيس, رجل); a head (وزير) beats all
//!    that stands after it; of several weak words the first one counts.
//! 4. A state's bare name acts as its government (`GOV`); where it uses force as its army (`MIL`); where force strikes it,
//!    its people are meant (`CVL`). An adjective alone means people: فلسطينيين is `PSE CVL`. Authorities who arrest are
//!    its police (`COP`).
//! 5. Words that point back to an armed group (التنظيم, عناصر, المتمردون) take the code of that group. Suspects and
//!    attackers (المتهم, منفذ) of unknown cause are `CRM` or `UAF`, in news of an armed group `REB`.
//! 6. Where nothing is known: `UNK`.

use crate::compile::names::{self, key, skeleton};
use crate::compile::{self, NONE, OVER};
use crate::{ActorRecord, Country, Knowledge, PersonRecord, PlaceRecord, strip_letter};
use marsad_format::PlaceKind;
use marsad_text::fold;
use std::ops::Range;

/// Words of the longest name.
const LONGEST: usize = 8;

/// Sectors of those who bear arms.
const ARMED: [&str; 5] = ["MIL", "REB", "PRM", "UAF", "COP"];

/// What a participant has to do with force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Force {
    /// Nothing.
    #[default]
    None,
    /// It attacks or sends troops.
    Uses,
    /// It is attacked.
    Suffers,
    /// It arrests or forbids.
    Coerces,
}

/// What the phrase alone does not say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Situation<'a> {
    /// The state (alpha-3) of an unnamed participant.
    pub home: Option<&'a str>,
    /// The states (alpha-3) that the article speaks of, the one it speaks of most first; short names count in these.
    pub news: &'a [&'a str],
    /// The day, ISO 8601.
    pub day: Option<&'a str>,
    /// Whether force is used.
    pub force: Force,
    /// The code of the armed group that the text spoke of last.
    pub group: Option<&'a str>,
}

/// One whom the tables know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Wikidata's id, else `marsad:` and the tables' key.
    pub entity: String,
    /// Latin name.
    pub name: String,
    /// Arabic name.
    pub name_ar: String,
    /// PLOVER code on that day.
    pub code: String,
    /// A person rather than an organisation.
    pub person: bool,
}

/// A participant's code, and who it is if known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coded {
    /// PLOVER code.
    pub code: String,
    /// The known person, actor or body.
    pub known: Option<Known>,
    /// Whether the words themselves name the state, rather than the situation.
    pub sure: bool,
}

/// What a word does in the phrase of an office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordOfOffice {
    /// It opens an office: رئيس, وزير.
    Title,
    /// It ends what stands before it: مع, إن.
    Stop,
    /// A rank or an honour, which is no office: اللواء, الشيخ.
    Rank,
    /// It joins an office to what it is held at: النائب عن حزب, الممثل لدى.
    Bridge,
    /// It stands between what one is and one's name: رجل يدعى.
    Called,
    /// It makes those before it members of the group behind it: منتمين, موالين.
    Member,
    /// It may stand between members and their group's name: مسلح من تنظيم.
    Of,
    /// The state behind it helps those before it: مدعومين من.
    Backed,
}

/// How much a role word says, in the order of `roles.tsv`'s weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weight {
    Head,
    Weak,
    Role,
    State,
    Group,
    Former,
    None,
    States,
    Suspect,
    Private,
    Peer,
}

const WEIGHTS: [Weight; names::WEIGHTS.len()] = [
    Weight::Head,
    Weight::Weak,
    Weight::Role,
    Weight::State,
    Weight::Group,
    Weight::Former,
    Weight::None,
    Weight::States,
    Weight::Suspect,
    Weight::Private,
    Weight::Peer,
];

const OFFICES: [WordOfOffice; names::OFFICES.len()] =
    [WordOfOffice::Title, WordOfOffice::Stop, WordOfOffice::Rank, WordOfOffice::Bridge, WordOfOffice::Called, WordOfOffice::Member, WordOfOffice::Of, WordOfOffice::Backed];

/// How much a word says that a text speaks of a state: its name, its capital and its places of note.
const NAME: usize = 4;
/// As above, for its adjective.
const ADJECTIVE: usize = 3;
/// As above, for a known body of its, and for a town that the gazetteer alone has.
const BODY: usize = 2;

/// Words of a phrase, folded, and which of them name a state.
struct Phrase<'a> {
    words: Vec<&'a str>,
    /// For each word the state whose adjective starts there, and how many words that takes.
    adjectives: Vec<Option<(u32, usize)>>,
    /// As above, for names.
    names: Vec<Option<(u32, usize)>>,
}

/// A word as it stands, and without what may be a clitic; `لحكومة` may be what is left of `للحكومة`.
fn variants(word: &str) -> impl Iterator<Item = String> + use<> {
    let mut out = vec![word.to_owned()];
    if let Some(rest) = word.strip_prefix("لل").or_else(|| word.strip_prefix("ولل")) {
        out.push(format!("ال{rest}"));
    } else if let Some(rest) = strip_letter(word) {
        out.push(rest.to_owned());
        if word.starts_with('ل') {
            out.push(format!("ا{word}"));
        }
        if let Some(more) = strip_letter(rest).filter(|_| rest.starts_with(['ب', 'ل'])) {
            out.push(more.to_owned());
        }
    }
    out.into_iter()
}

impl Knowledge {
    fn adjective_at(&self, words: &[&str], at: usize) -> Option<(u32, usize)> {
        let index = self.artefact.index('n');
        let two = words.get(at + 1).map(|next| (*next, 2));
        for (next, size) in two.into_iter().chain([("", 1)]) {
            for first in variants(words[at]) {
                // Some stems begin with ال themselves: ألماني.
                for stem in [compile::bare(&first), first.as_str()] {
                    let found = if size == 2 { index.first(&format!("{stem} {}", compile::bare(next))) } else { index.first(stem) };
                    if let Some(state) = found {
                        return Some((state, size));
                    }
                }
            }
        }
        None
    }

    fn name_at(&self, words: &[&str], at: usize) -> Option<(u32, usize)> {
        let index = self.artefact.index('c');
        (1..=4.min(words.len() - at)).rev().find_map(|size| {
            variants(words[at]).find_map(|first| {
                let name = std::iter::once(first.as_str()).chain(words[at + 1..at + size].iter().copied()).collect::<Vec<_>>().join(" ");
                Some((index.first(&name)?, size))
            })
        })
    }

    fn phrase<'a>(&self, key: &'a str) -> Phrase<'a> {
        let words: Vec<&str> = key.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let adjectives = (0..words.len()).map(|at| self.adjective_at(&words, at)).collect();
        let names = (0..words.len()).map(|at| self.name_at(&words, at)).collect();
        Phrase { words, adjectives, names }
    }

    /// The state that an adjective or a people's name belongs to: العراقية, السعوديين, أتراك.
    pub fn demonym(&self, word: &str) -> Option<Country<'_>> {
        let key = fold(word);
        let index = self.artefact.index('n');
        let one = [Some(key.as_str()), strip_letter(&key).filter(|k| k.starts_with("ال"))];
        let at = one.into_iter().flatten().find_map(|w| index.first(compile::bare(w)).or_else(|| index.first(w)))?;
        self.country_at(at)
    }

    fn role(&self, words: &[&str]) -> Option<(&str, Weight)> {
        let index = self.artefact.index('s');
        let rest = words[1..].join(" ");
        let find = |first: &str| {
            let stem = compile::bare(first);
            let name = if rest.is_empty() { stem.to_owned() } else { format!("{stem} {rest}") };
            index.first(&name)
        };
        let at = find(words[0]).or_else(|| {
            variants(words[0]).skip(1).find_map(|v| find(&v)).or_else(|| {
                // حكومته, جنودها: a pronoun opens the final ta.
                let [word] = words else { return None };
                ["هما", "ها", "هم", "ه", "نا"].iter().find_map(|pronoun| {
                    let stem = word.strip_suffix(pronoun).filter(|s| s.chars().count() >= 3)?;
                    let closed = stem.strip_suffix('ت').map(|s| format!("{s}ه"));
                    find(stem).or_else(|| find(&closed?))
                })
            })
        })?;
        let [sectors, weight] = self.artefact.record::<{ names::ROLE }>("role", at)?;
        Some((self.artefact.string(sectors), *WEIGHTS.get(weight as usize)?))
    }

    /// PLOVER's sector of a role word: جنود, الشرطة, وزير.
    pub fn sector(&self, word: &str) -> Option<&str> {
        let key = fold(word);
        let (sectors, _) = self.role(&[key.as_str()])?;
        sectors.split(' ').next().filter(|s| !s.is_empty())
    }

    /// The state of an outlet of the tables of actors by the Latin name that its feed gives it: okaz, Jawhara FM.
    pub(crate) fn newsroom(&self, source: &str) -> Option<Country<'_>> {
        let at = self.artefact.index('v').first(&names::latin_key(source))?;
        let iso3 = self.actor_at(at)?.code.split(' ').next()?;
        self.country_by_iso3(iso3)
    }

    /// A person's name in Latin letters, word by word as the names in it are mostly written; `None` if one of them is rare.
    pub fn transliterate(&self, name: &str) -> Option<String> {
        let index = self.artefact.index('t');
        let latin = |word: &str| index.first(word).map(|at| self.artefact.string(at).to_owned());
        let words = fold(name);
        let words = words.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
        let out: Option<Vec<String>> = words.map(|w| latin(w).or_else(|| Some(format!("Al-{}", latin(w.strip_prefix("ال")?)?)))).collect();
        // The sources write Al-jahdali and Al-Jahdali.
        let mut opens = false;
        let capital = |c: char| {
            let c = if opens { c.to_uppercase().next().unwrap_or(c) } else { c };
            opens = c == '-';
            c
        };
        out.map(|o| o.join(" ").chars().map(capital).collect::<String>()).filter(|o| !o.is_empty())
    }

    /// What a word does in the phrase of an office before a name.
    pub fn word_of_office(&self, word: &str) -> Option<WordOfOffice> {
        let key = fold(word);
        let index = self.artefact.index('e');
        let at = index.first(&key).or_else(|| variants(&key).find_map(|v| index.first(compile::bare(&v)).filter(|kind| names::INFLECTED.contains(kind))))?;
        OFFICES.get(at as usize).copied()
    }

    /// The state of a place of note whose name is no other state's place of note, and no ordinary word; with whether an
    /// editor wrote the place down.
    fn town(&self, word: &str) -> Option<(&str, bool)> {
        let find = |word: &str| {
            let places = self.places(word);
            let first = places.iter().find(|p| of_note(p, 100_000)).filter(|_| !self.is_ordinary(word))?;
            (!places.iter().any(|p| of_note(p, 100_000) && p.iso2 != first.iso2)).then_some((first.iso2, first.by_hand))
        };
        let (iso2, by_hand) = find(word).or_else(|| find(strip_letter(word).filter(|_| !self.is_ordinary(word))?))?;
        self.country_by_iso2(iso2).map(|c| (c.iso3, by_hand))
    }

    /// Whose the unnamed people are in news of several states: in those of a state and a people that it rules, the latter's.
    pub fn people_of(&self, state: &str, news: &[&str]) -> Option<&str> {
        let other = self.artefact.string(self.artefact.index('u').first(state)?);
        news.contains(&other).then_some(other)
    }

    /// The states (alpha-3) that a text speaks of, the one it speaks of most first, the earlier one among equals.
    pub fn states(&self, text: &str) -> Vec<&str> {
        self.tally(text, &[]).into_iter().map(|v| v.0).collect()
    }

    /// The states that a text speaks of, with how much: 4 for each name, capital or place of note, 3 for each adjective, 2
    /// for each of its known bodies. A town that only the gazetteer has counts 2, where something else names its state:
    /// too many words look like a far town. Each of `told`, states (alpha-3) known beforehand, counts as a name behind the
    /// text.
    pub fn tally<'k>(&'k self, text: &str, told: &[&'k str]) -> Vec<(&'k str, usize)> {
        let key = fold(text);
        let phrase = self.phrase(&key);
        let mut votes: Vec<(&str, usize)> = Vec::new();
        // A name that is a state's and another's capital's (عمان) goes to the one that has more other words.
        let mut torn: Vec<[&str; 2]> = Vec::new();
        let mut towns: Vec<&str> = Vec::new();
        let mut at = 0;
        while at < phrase.words.len() {
            let word = phrase.words[at];
            let capital = || self.capital(word).or_else(|| self.capital(strip_letter(word)?));
            if let Some((state, size)) = phrase.names[at] {
                let state = self.country_at(state).map_or("", |c| c.iso3);
                match capital().filter(|c| size == 1 && c.iso3 != state) {
                    Some(other) => torn.push([state, other.iso3]),
                    None => vote(&mut votes, state, NAME),
                }
                at += size;
                continue;
            }
            if let Some((state, size)) = phrase.adjectives[at] {
                vote(&mut votes, self.country_at(state).map_or("", |c| c.iso3), ADJECTIVE);
                at += size;
                continue;
            }
            at += 1;
            if let Some(capital) = capital() {
                vote(&mut votes, capital.iso3, NAME);
            } else if let Some(body) = self.artefact.index('a').first(word).and_then(|a| self.actor_at(a)) {
                let mut code = body.code.split(' ');
                let state = code.next().filter(|c| !names::WORLD.iter().any(|w| w == c));
                // The media and firms that a text names are from anywhere.
                if let Some(state) = state.filter(|_| !code.any(|s| matches!(s, "JRN" | "BUS"))) {
                    vote(&mut votes, state, BODY);
                }
            } else if let Some((state, by_hand)) = self.town(word) {
                if by_hand {
                    vote(&mut votes, state, NAME);
                } else {
                    towns.push(state);
                }
            }
        }
        for state in told {
            vote(&mut votes, state, NAME);
        }
        for state in towns {
            if let Some((_, n)) = votes.iter_mut().find(|(s, _)| *s == state) {
                *n += BODY;
            }
        }
        for pair in torn {
            let count = |state: &str| votes.iter().find(|(s, _)| *s == state).map_or(0, |v| v.1);
            let state = if count(pair[1]) > count(pair[0]) { pair[1] } else { pair[0] };
            vote(&mut votes, state, BODY);
        }
        votes.sort_by_key(|v| std::cmp::Reverse(v.1));
        votes
    }

    fn actor_at(&self, at: u32) -> Option<ActorRecord<'_>> {
        let [id, wikidata, name, name_ar, names_ar, code, from, to, place] = self.artefact.record::<{ names::ACTOR }>("actor", at)?;
        let s = |at| self.artefact.string(at);
        Some(ActorRecord { id: s(id), wikidata: s(wikidata), name: s(name), name_ar: s(name_ar), names_ar: s(names_ar), code: s(code), from: s(from), to: s(to), place: s(place) })
    }

    fn person_at(&self, at: u32) -> Option<PersonRecord<'_>> {
        let [id, wikidata, name, name_ar, names_ar, code, from, to, place, role] = self.artefact.record::<{ names::PERSON }>("person", at)?;
        let s = |at| self.artefact.string(at);
        Some(PersonRecord {
            id: s(id),
            wikidata: s(wikidata),
            name: s(name),
            name_ar: s(name_ar),
            names_ar: s(names_ar),
            code: s(code),
            role_ar: s(role),
            from: s(from),
            to: s(to),
            place: s(place),
        })
    }

    /// The rows of a name: full names first, then short ones that count in this news, then loosely written foreign ones.
    /// Of several actors of one name the one whom the news speaks of is meant, then the one in office that day, else the
    /// first; a short name of which the news does not speak names nobody. Where a user's own tables have the name, the
    /// program's rows of it do not count.
    fn rows<T>(&self, name: &str, index: [char; 3], when: (Option<&str>, &[&str]), open: impl Fn(u32) -> Option<T>, view: impl Fn(&T) -> Row<'_>) -> Vec<T> {
        let (day, news) = when;
        let rank = |row: &T| {
            let row = view(row);
            let spoken = row.place.split(' ').chain([row.code.split(' ').next().unwrap_or_default()]).filter_map(|p| news.iter().position(|n| *n == p)).min();
            (spoken.unwrap_or(usize::MAX), !day.is_none_or(|d| began(row.from, d) && goes_on(row.to, d)))
        };
        let pick = |rows: Vec<T>, short: bool| -> Vec<T> {
            let Some(best) = rows.iter().map(&rank).min().filter(|(spoken, _)| !short || *spoken < usize::MAX) else { return Vec::new() };
            let Some(chosen) = rows.iter().find(|r| rank(r) == best).map(|r| view(r).id.to_owned()) else { return Vec::new() };
            rows.into_iter().filter(|r| view(r).id == chosen).collect()
        };
        let find = |letter: char, key: &str, short: bool| -> Vec<T> {
            let (user, ours): (Vec<u32>, Vec<u32>) = self.artefact.index(letter).get(key).partition(|&at| at >= OVER);
            let mut layers = [user, ours].into_iter().map(|rows| pick(rows.into_iter().filter_map(&open).collect(), short));
            layers.find(|rows| !rows.is_empty()).unwrap_or_default()
        };
        let full = find(index[0], name, false);
        if !full.is_empty() {
            return full;
        }
        let short = find(index[1], name, true);
        if !short.is_empty() {
            return short;
        }
        skeleton(name).map(|bones| find(index[2], &bones, false)).unwrap_or_default()
    }

    /// All rows of that name of organisations, one a period, the user's first; a short name's are marked by `true`, since
    /// it counts only in news of its states.
    pub fn actors(&self, name: &str) -> Vec<(ActorRecord<'_>, bool)> {
        self.all_rows(name, ['a', 'b', 'f']).filter_map(|(at, short)| Some((self.actor_at(at)?, short))).collect()
    }

    /// As [`Knowledge::actors`], for persons, one row an office.
    pub fn persons(&self, name: &str) -> Vec<(PersonRecord<'_>, bool)> {
        self.all_rows(name, ['h', 'i', 'l']).filter_map(|(at, short)| Some((self.person_at(at)?, short))).collect()
    }

    /// Every row of an organisation, in the order of the tables, the user's last.
    pub fn all_actors(&self) -> impl Iterator<Item = ActorRecord<'_>> {
        (0..).map_while(|at| self.actor_at(at)).chain((OVER..).map_while(|at| self.actor_at(at)))
    }

    /// As [`Knowledge::all_actors`], of persons.
    pub fn all_persons(&self) -> impl Iterator<Item = PersonRecord<'_>> {
        (0..).map_while(|at| self.person_at(at)).chain((OVER..).map_while(|at| self.person_at(at)))
    }

    /// Numbers of the rows of a name, full and short ones; those of a loosely written one only where there are no others.
    fn all_rows(&self, name: &str, [full, short, loose]: [char; 3]) -> impl Iterator<Item = (u32, bool)> {
        let key = key(name);
        let mut found: Vec<(u32, bool)> = self.artefact.index(full).get(&key).map(|at| (at, false)).collect();
        for at in self.artefact.index(short).get(&key) {
            if !found.iter().any(|f| f.0 == at) {
                found.push((at, true));
            }
        }
        if let Some(bones) = skeleton(&key).filter(|_| found.is_empty()) {
            found.extend(self.artefact.index(loose).get(&bones).map(|at| (at, false)));
        }
        found.into_iter()
    }

    /// The actor of exactly that name, on that day (ISO 8601), in news of those states.
    pub fn actor(&self, name: &str, day: Option<&str>, news: &[&str]) -> Option<ActorRecord<'_>> {
        let key = key(name);
        let (first, rest) = key.split_once(' ').unwrap_or((&key, ""));
        variants(first).find_map(|v| {
            let name = if rest.is_empty() { v } else { format!("{v} {rest}") };
            let rows = self.rows(&name, ['a', 'b', 'f'], (day, news), |at| self.actor_at(at), |r| Row { id: r.id, place: r.place, code: r.code, from: r.from, to: r.to });
            on_day(&rows, day, |r| (r.from, r.to)).copied()
        })
    }

    /// The person of exactly that name, in the office of that day (ISO 8601): the one then, else the latest before, else
    /// the first after.
    pub fn person(&self, name: &str, day: Option<&str>, news: &[&str]) -> Option<PersonRecord<'_>> {
        let rows = self.rows(&key(name), ['h', 'i', 'l'], (day, news), |at| self.person_at(at), |r| Row { id: r.id, place: r.place, code: r.code, from: r.from, to: r.to });
        on_day(&rows, day, |r| (r.from, r.to)).copied()
    }

    /// Who is meant by exactly that name: a person, an actor, or a state's body.
    pub fn known(&self, name: &str, day: Option<&str>, news: &[&str]) -> Option<Known> {
        let key = key(name);
        let phrase = self.phrase(&key);
        self.known_in(&phrase, 0..phrase.words.len(), day, news)
    }

    fn known_in(&self, phrase: &Phrase<'_>, range: Range<usize>, day: Option<&str>, news: &[&str]) -> Option<Known> {
        let words = phrase.words.get(range.clone()).filter(|w| !w.is_empty())?;
        // No part of a state's own name (المملكة العربية السعودية) is anybody else, nor is a name that goes on with an adjective.
        let inside = |at: usize| (0..=at).any(|i| phrase.names[i].is_some_and(|(_, size)| size > words.len() && i + size > at));
        if inside(range.start) || phrase.adjectives.get(range.end).is_some_and(Option::is_some) {
            return None;
        }
        let name = words.join(" ");
        if let Some(p) = self.person(&name, day, news).or_else(|| self.person(strip_letter(&name)?, day, news)) {
            let over = !p.to.is_empty() && day.is_some_and(|d| d.get(..p.to.len()).unwrap_or(d) > p.to);
            let state = p.code.split(' ').next().unwrap_or_default();
            // Who held an office of state stays of the elite; a party's leader stays what he was.
            let office = p.code.split(' ').any(|s| matches!(s, "GOV" | "LEG"));
            // Before his first office here only his state is known of him.
            let early = day.is_some_and(|d| !began(p.from, d));
            let code = if early { state.to_owned() } else if over && office { format!("{state} ELI") } else { p.code.to_owned() };
            return Some(Known { entity: entity(p.wikidata, p.id), name: p.name.to_owned(), name_ar: p.name_ar.to_owned(), code, person: true });
        }
        // A word that lost the alif of its article (لأمم for الأمم) opens a phrase.
        // A lone adjective (العربية) behind another noun is no name.
        if words.len() == 1 && range.start > 0 && words[0].ends_with("يه") {
            return None;
        }
        let open = range.start == 0 || !words[0].starts_with('ل') || words[0].starts_with("لل");
        if let Some(a) = if open { self.actor(&name, day, news) } else { None } {
            return Some(Known { entity: entity(a.wikidata, a.id), name: a.name.to_owned(), name_ar: a.name_ar.to_owned(), code: a.code.to_owned(), person: false });
        }
        let index = self.artefact.index('k');
        for at in range.clone() {
            for (state, size) in phrase.adjectives[at].into_iter().chain(phrase.names[at]).filter(|(_, size)| at + size <= range.end && *size < words.len()) {
                for first in variants(words[0]) {
                    let head = (at > range.start).then_some(first.as_str());
                    let before = phrase.words[(range.start + 1).min(at)..at].iter().copied();
                    let after = phrase.words[at + size..range.end].iter().copied();
                    let pattern = head.into_iter().chain(before).chain(["#"]).chain(after).collect::<Vec<_>>().join(" ");
                    if let Some(body) = index.first(&pattern) {
                        return self.body(body, state);
                    }
                }
            }
        }
        None
    }

    /// The body of that state (alpha-3) whose name is said without the state: وزارة الداخلية, البرلمان.
    pub fn body_of(&self, name: &str, state: &str) -> Option<Known> {
        let key = key(name);
        let body = variants(&key).find_map(|v| self.artefact.index('k').first(&format!("{v} #")))?;
        self.body(body, (0..).map_while(|at| self.country_at(at)).position(|c| c.iso3 == state)? as u32)
    }

    /// A body of a state.
    fn body(&self, body: u32, state: u32) -> Option<Known> {
        let [sectors, name, name_ar] = self.artefact.record::<{ names::BODY }>("body", body)?;
        let (sectors, name, name_ar) = (self.artefact.string(sectors), self.artefact.string(name), self.artefact.string(name_ar));
        let country = self.country_at(state)?;
        let [nisba] = self.artefact.record::<1>("nisba", state)?;
        let nisba = if nisba == NONE { "" } else { self.artefact.string(nisba) };
        let adjective = |ending: &str| nisba.split(' ').map(|w| format!("ال{w}{ending}")).collect::<Vec<_>>().join(" ");
        let name_ar = name_ar.replace("#F", &adjective("ة")).replace("#M", &adjective("")).replace("#C", country.name);
        let slug: String = name.replace("{}", "").to_lowercase().split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty() && *w != "of").collect::<Vec<_>>().join("-");
        Some(Known {
            entity: format!("marsad:{}-{slug}", country.iso2.to_lowercase()),
            name: name.replace("{}", country.name),
            name_ar,
            code: format!("{} {sectors}", country.iso3),
            person: false,
        })
    }

    /// The PLOVER code of one who acts or suffers, from the words that name him; see the module's rules.
    pub fn code_for(&self, phrase: &str, situation: &Situation<'_>) -> Coded {
        let key = key(phrase);
        let phrase = self.phrase(&key);
        let count = phrase.words.len();
        for size in (1..=LONGEST.min(count)).rev() {
            for start in 0..=count - size {
                if let Some(known) = self.known_in(&phrase, start..start + size, situation.day, situation.news) {
                    let mut code = known.code.clone();
                    let (state, rest) = code.split_once(' ').unwrap_or((&code, ""));
                    let said = self.sectors(&phrase, 0..start);
                    // The ambassador of a state at a body is his state's.
                    let before = (0..start).find_map(|at| phrase.names[at].or(phrase.adjectives[at]));
                    let world = names::WORLD.contains(&state);
                    if let Some((own, _)) = before.filter(|_| !known.person && (said.strong || (world && rest.is_empty() && !said.sectors.is_empty()))) {
                        let state = self.country_at(own).map_or("UNK", |c| c.iso3);
                        return Coded { code: join(state, &said.sectors), known: None, sure: true };
                    }
                    // A party's deputy is a deputy.
                    if rest.starts_with("PTY") && said.sectors.first() == Some(&"LEG") {
                        code = join(state, &said.sectors);
                    } else if known.person {
                        // An office before a name; a soldier's of a president is no president.
                        if said.armed || (said.strong && !said.sectors.is_empty()) {
                            code = join(state, &said.sectors);
                        } else if said.former && rest.split(' ').any(|s| s == "GOV") {
                            code = format!("{state} ELI");
                        }
                    } else if rest == "GOV" && situation.force == Force::Coerces && authorities(&phrase) {
                        code = format!("{state} COP");
                    } else if said.armed && (rest.is_empty() || rest.starts_with("GOV")) {
                        code = format!("{state} {}", said.sectors.first().unwrap_or(&"MIL"));
                    } else if rest.is_empty() && said.strong {
                        code = join(state, &said.sectors);
                    } else if matches!(situation.force, Force::Uses | Force::Suffers) {
                        let mut sectors: Vec<&str> = rest.split(' ').filter(|s| !s.is_empty()).collect();
                        sectors.sort_by_key(|s| !ARMED.contains(s));
                        code = join(state, &sectors);
                    }
                    return Coded { code, known: Some(known), sure: true };
                }
            }
        }
        let said = self.sectors(&phrase, 0..count);
        let (mut state, mut bare, people) = self.state(&phrase, situation.news);
        let sure = state.is_some();
        let definite = phrase.words.iter().take(if count == 2 { 2 } else { 1 }).any(|w| w.starts_with("ال") || w.starts_with("لل"));
        let irregular = definite && state.is_none() && said.sectors.first().is_some_and(|s| matches!(*s, "REB" | "PRM" | "UAF"));
        if let Some(group) = situation.group.filter(|_| (said.group && !said.strong && !sure) || (irregular && !said.suspect)) {
            return Coded { code: group.to_owned(), known: None, sure: false };
        }
        // Governments act abroad: theirs is the state of the news.
        let governs = |sectors: &[&str]| sectors.first() == Some(&"GOV");
        let home_of = |sectors: &[&str]| if governs(sectors) { situation.news.first().copied().or(situation.home) } else { situation.home };
        if said.state && !said.plural_states {
            state = state.or(home_of(&["GOV"]));
            bare = said.sectors.is_empty();
        }
        let mut sectors = said.sectors;
        if let Some(group) = situation.group.filter(|_| said.suspect) {
            // Attackers may be followers of a group from afar.
            if !sure && sectors != ["UAF"] {
                return Coded { code: group.to_owned(), known: None, sure };
            }
            sectors = vec!["REB"];
        }
        // A private person who uses force is a criminal, in news of an armed group one of its.
        if said.private && situation.force == Force::Uses {
            if let Some(group) = situation.group.filter(|_| !sure) {
                return Coded { code: group.to_owned(), known: None, sure: false };
            }
            sectors = vec!["CRM"];
        }
        if sectors.is_empty() && said.plural_states {
            sectors.push("GOV");
        }
        if sectors.is_empty() && state.is_some() {
            // `الأثيوبي` alone is the side of that state.
            let side = count == 1 && phrase.words[0].ends_with('ي') && definite;
            match situation.force {
                _ if state == Some("EUR") || (people && side) => sectors.push("GOV"),
                _ if people && !bare => sectors.push("CVL"),
                Force::None | Force::Coerces if bare => sectors.push("GOV"),
                Force::Uses if bare => sectors.push("MIL"),
                Force::Suffers if bare => sectors.push("CVL"),
                _ => {}
            }
        }
        // The states of a region (الدول الخليجية) are not its union; men of the United Nations are theirs.
        if said.plural_states && state == Some("IGO") {
            state = None;
        } else if state == Some("UNO") && sectors == ["GOV"] {
            sectors.clear();
        }
        if matches!(situation.force, Force::Uses | Force::Suffers) && sectors.len() > 1 && sectors.contains(&"SOC") {
            sectors.sort_by_key(|s| !ARMED.contains(s));
        }
        if said.former && sectors.first() == Some(&"GOV") {
            sectors[0] = "ELI";
        }
        if situation.force == Force::Coerces && sectors == ["GOV"] && authorities(&phrase) {
            sectors = vec!["COP"];
        }
        let home = || {
            let home = home_of(&sectors)?;
            let civil = sectors.first().is_some_and(|s| matches!(*s, "CVL" | "REF" | "EDU" | "MED" | "JRN"));
            self.people_of(home, situation.news).filter(|_| civil).or(Some(home))
        };
        let unnamed = if sectors.is_empty() || said.plural_states || said.peer { None } else { home() };
        Coded { code: join(state.or(unnamed).unwrap_or("UNK"), &sectors), known: None, sure }
    }

    /// The state that a phrase names, whether that is all it says, and whether it says so by an adjective alone.
    fn state<'k>(&'k self, phrase: &Phrase<'_>, news: &[&str]) -> (Option<&'k str>, bool, bool) {
        // The state that backs fighters is not theirs.
        let backed = |w: &&str| self.word_of_office(w) == Some(WordOfOffice::Backed);
        let count = phrase.words.iter().position(backed).filter(|at| *at > 0).unwrap_or(phrase.words.len());
        let world = self.artefact.index('d');
        for at in 0..count {
            if let Some((state, size)) = phrase.names[at] {
                let iso3 = self.country_at(state).map(|c| c.iso3);
                let torn = if size == 1 { self.country_in(phrase.words[at], news).map(|c| c.iso3) } else { None };
                return (torn.or(iso3), size == count, false);
            }
            if let Some((state, size)) = phrase.adjectives[at] {
                let numbers = count > size && phrase.words[..count].iter().all(|w| w.chars().any(char::is_numeric));
                return (self.country_at(state).map(|c| c.iso3), numbers, true);
            }
        }
        if let Some(code) = phrase.words[..count].iter().find_map(|w| variants(w).find_map(|v| world.first(compile::bare(&v)))) {
            return (Some(self.artefact.string(code)), false, false);
        }
        let joined = phrase.words[..count].join(" ");
        if let Some(found) = self.capital(&joined).or_else(|| self.capital(strip_letter(&joined)?)) {
            return (Some(found.iso3), true, false);
        }
        let large = |name: &str| {
            let places = self.places(name);
            let state = |p: &PlaceRecord<'k>| self.country_by_iso2(p.iso2);
            let spoken = places.iter().filter_map(state).filter(|c| news.contains(&c.iso3)).min_by_key(|c| news.iter().position(|n| *n == c.iso3));
            spoken.or_else(|| places.iter().find(|p| of_note(p, 200_000)).and_then(state)).filter(|_| !self.is_ordinary(name))
        };
        if let Some(found) = large(&joined).or_else(|| large(strip_letter(&joined)?)) {
            return (Some(found.iso3), true, false);
        }
        // A place inside the phrase: محافظ نينوى. One word alone may be an ordinary word.
        let inside = (1..count).find_map(|at| large(phrase.words[at]).filter(|c| news.is_empty() || news.contains(&c.iso3)));
        (inside.map(|c| c.iso3), false, false)
    }

    fn sectors<'k>(&'k self, phrase: &Phrase<'_>, range: Range<usize>) -> Said<'k> {
        let mut said = Said::default();
        let (mut strong, mut weak): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
        let (mut head, mut armed_first) = (false, false);
        let mut at = range.start;
        while at < range.end {
            if let Some((_, size)) = phrase.names[at].filter(|(_, size)| at + size <= range.end) {
                at += size;
                continue;
            }
            let found = (1..=3.min(range.end - at)).rev().find_map(|size| Some((self.role(&phrase.words[at..at + size])?, size)));
            let Some(((sectors, weight), size)) = found else {
                at += 1;
                continue;
            };
            let plural = weight == Weight::States;
            at += size;
            let list = match weight {
                Weight::Head => {
                    head |= strong.is_empty();
                    &mut strong
                }
                Weight::Role => &mut strong,
                Weight::Weak => {
                    armed_first |= strong.is_empty() && weak.is_empty() && sectors.starts_with("MIL");
                    &mut weak
                }
                Weight::Suspect => {
                    said.suspect |= strong.is_empty();
                    &mut weak
                }
                Weight::Private => {
                    said.private |= weak.is_empty();
                    &mut weak
                }
                // One of another state, where the phrase does not say who he is himself.
                Weight::Peer => {
                    said.peer = true;
                    &mut weak
                }
                Weight::State | Weight::States => {
                    said.state = true;
                    said.plural_states |= plural;
                    &mut weak
                }
                Weight::Group => {
                    said.group = true;
                    &mut weak
                }
                Weight::Former => {
                    said.former = true;
                    continue;
                }
                Weight::None => continue,
            };
            for sector in sectors.split(' ').filter(|s| !s.is_empty()) {
                if !list.contains(&sector) {
                    list.push(sector);
                }
            }
        }
        // Forces of the government are soldiers, a minister of defence is first of all government.
        if armed_first && strong == ["GOV"] {
            strong = vec!["MIL"];
        }
        if strong.len() > 1 && !head {
            let rest: Vec<&str> = strong.iter().copied().filter(|s| *s != "GOV").collect();
            strong = rest;
        }
        // Of people, their faith is the lesser thing.
        if said.private && strong == ["REL"] {
            strong.insert(0, "CVL");
        }
        said.strong = !strong.is_empty();
        said.suspect &= !said.strong;
        said.private &= !said.strong;
        // 193 دولة
        said.plural_states |= said.state && phrase.words[range.clone()].first().is_some_and(|w| w.chars().all(char::is_numeric));
        said.peer &= !said.strong;
        // The faith of states is not who acts.
        if said.plural_states && strong == ["REL"] {
            strong.clear();
            said.strong = false;
            weak.clear();
        }
        said.sectors = if strong.is_empty() { weak.into_iter().take(1).collect() } else { strong };
        if said.sectors.is_empty() || said.strong {
            said.state &= !said.strong;
        }
        said.armed = armed_first || said.sectors.first().is_some_and(|s| ARMED.contains(s));
        said
    }
}

/// What choosing among rows of one name looks at.
struct Row<'r> {
    id: &'r str,
    place: &'r str,
    code: &'r str,
    from: &'r str,
    to: &'r str,
}

/// What the role words of a phrase say.
#[allow(clippy::struct_excessive_bools, reason = "each is one thing that a word may say")]
#[derive(Default)]
struct Said<'k> {
    sectors: Vec<&'k str>,
    strong: bool,
    state: bool,
    plural_states: bool,
    group: bool,
    suspect: bool,
    private: bool,
    peer: bool,
    former: bool,
    armed: bool,
}

/// Whether news name a place without saying where it lies: the tables by hand have villages too, which do not count.
fn of_note(place: &PlaceRecord<'_>, people: u64) -> bool {
    place.is_capital || place.population > people || (place.by_hand && matches!(place.kind, PlaceKind::Admin1))
}

fn vote<'v>(votes: &mut Vec<(&'v str, usize)>, state: &'v str, weight: usize) {
    match votes.iter_mut().find(|(s, _)| *s == state) {
        Some((_, n)) => *n += weight,
        None => votes.push((state, weight)),
    }
}

/// Whether a phrase says authorities, who are the police where they arrest.
fn authorities(phrase: &Phrase<'_>) -> bool {
    phrase.words.first().is_some_and(|w| w.ends_with("سلطات"))
}

fn join(state: &str, sectors: &[&str]) -> String {
    let mut code = state.to_owned();
    for s in sectors.iter().take(3) {
        code.push(' ');
        code.push_str(s);
    }
    code
}

fn entity(wikidata: &str, id: &str) -> String {
    if wikidata.is_empty() { format!("marsad:{id}") } else { wikidata.to_owned() }
}

/// The row that holds on a day: the one then, else the latest before, else the first after.
fn on_day<'r, T>(rows: &'r [T], day: Option<&str>, bounds: impl Fn(&'r T) -> (&'r str, &'r str)) -> Option<&'r T> {
    let Some(day) = day else { return rows.last() };
    let has_begun = |r: &&'r T| began(bounds(r).0, day);
    let lasts = |r: &&'r T| goes_on(bounds(r).1, day);
    rows.iter().find(|r| has_begun(r) && lasts(r)).or_else(|| rows.iter().rfind(has_begun)).or_else(|| rows.first())
}

fn began(from: &str, day: &str) -> bool {
    from.is_empty() || from <= day.get(..from.len()).unwrap_or(day)
}

fn goes_on(to: &str, day: &str) -> bool {
    to.is_empty() || day.get(..to.len()).unwrap_or(day) <= to
}
