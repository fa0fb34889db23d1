//! Participants: the PLOVER code of who acts and of whom it strikes, from the words that name him and the text around.
//!
//! The words themselves go first (see [`Knowledge::code_for`]). What they leave open, the text around tells, in this order:
//!
//! 1. The office that stands before or behind a person's name, here or at another mention of him; else what he is called
//!    right before it (المسعفة الفلسطينية, مستثمر فرنسي يدعى).
//! 2. The fuller name of the same person or body elsewhere in the text.
//! 3. The armed group behind people whom the text makes its members: شخصا يشتبه في انتمائهم إلى.
//! 4. The state where the act happens, else the one of which the text speaks most, for those without a state of their own;
//!    the latter first for governments, which act abroad. A local outlet's state counts as if the text had named it once.

use crate::events::Context;
use crate::names::Names;
use marsad_format::{EntityType, EventType, Participant, Place};
use marsad_knowledge::{Coded, Force, Knowledge, Known, Situation, WordOfOffice};
use marsad_text::{Span, Word, WordKind, fold, sentences, words};

/// Words that an office takes at most.
const OFFICE: usize = 9;

/// Words that a bridge may stand behind the title it belongs to.
const BRIDGE: usize = 6;

/// Words of what a person is called before his name.
const DESCRIPTION: usize = 4;

/// Words between people and the name of the group whose members they are.
const MEMBERS: usize = 12;

/// How much an outlet alone says that a text speaks of its state: as much as that state's name.
const HOME: usize = 4;

/// A place is where an act happens only if the text speaks of its state at least one part in so many as of its main one.
const ASIDE: usize = 4;

/// A name of the text.
#[derive(Clone, Copy, Debug)]
pub struct Mention {
    /// Where it stands.
    pub span: Span,
    /// What it names.
    pub kind: EntityType,
    /// The first mention of the same, by its place among the mentions.
    pub of: Option<usize>,
}

/// The people and bodies of one text.
#[derive(Debug)]
pub struct Cast<'a> {
    knowledge: &'a Knowledge,
    text: &'a str,
    day: Option<&'a str>,
    mentions: &'a [Mention],
    words: Vec<Word>,
    sentences: Vec<Span>,
    offices: Vec<Option<Span>>,
    /// What persons without an office are called before their names.
    descriptions: Vec<Option<Span>>,
    news: Vec<&'a str>,
    /// Of these, those where acts may happen.
    scenes: Vec<&'a str>,
    main: Option<&'a str>,
    /// Where armed groups are named, with their codes.
    groups: Vec<(usize, String)>,
}

impl<'a> Cast<'a> {
    /// The cast of a text with these names in it.
    pub fn new(knowledge: &'a Knowledge, text: &'a str, published: Option<&'a str>, source: Option<&str>, mentions: &'a [Mention]) -> Self {
        let words = words(text);
        let ends = sentences(text);
        let tally = tally(knowledge, text, published, source, mentions);
        // Bodies named without a state are those of the state of which a text mainly speaks.
        let mut main = tally.first().filter(|first| tally.get(1).is_none_or(|second| first.1 >= 2 * second.1)).map(|v| v.0);
        let most = tally.first().map_or(0, |v| v.1);
        let scenes = tally.iter().filter(|v| v.1 * ASIDE >= most).map(|v| v.0).collect();
        let mut news: Vec<&str> = tally.into_iter().map(|v| v.0).collect();
        // Local news often name no state: theirs is the outlet's.
        if let Some(home) = source.filter(|_| news.is_empty()).and_then(|s| knowledge.outlet(s)) {
            news.push(home.iso3);
            main = Some(home.iso3);
        }
        let people = |s: &Span| mentions.iter().any(|o| o.kind == EntityType::Per && o.span.overlaps(*s));
        let sentence = |m: &Mention| ends.iter().find(|s| s.overlaps(m.span)).copied().unwrap_or(Span::new(0, text.len()));
        let person = |m: &&Mention| m.kind == EntityType::Per;
        let office = |m: &Mention| before(knowledge, text, &words, m.span, sentence(m), &people).or_else(|| behind(knowledge, text, &words, m.span, sentence(m), &people));
        let offices: Vec<Option<Span>> = mentions.iter().map(|m| Some(m).filter(person).and_then(office)).collect();
        let called = |(m, office): (&Mention, &Option<Span>)| Some(m).filter(person).filter(|_| office.is_none()).and_then(|m| described(knowledge, text, &words, m.span, sentence(m)));
        let descriptions = mentions.iter().zip(&offices).map(called).collect();
        let groups = mentions
            .iter()
            .filter(|m| m.kind == EntityType::Org)
            .filter_map(|m| {
                let known = knowledge.known(m.span.of(text), published, &news)?;
                known.code.split(' ').any(|s| s == "REB").then(|| (m.span.start(), rebels(&known.code)))
            })
            .collect();
        Self { knowledge, text, day: published, mentions, words, sentences: ends, offices, descriptions, news, scenes, main, groups }
    }

    /// The states (alpha-3) of which the text speaks, the one it speaks of most first.
    pub fn news(&self) -> &[&'a str] {
        &self.news
    }

    /// The office that the text gives beside that mention of a person.
    pub fn office(&self, mention: usize) -> Option<&'a str> {
        self.offices.get(mention).copied().flatten().map(|s| s.of(self.text))
    }

    /// The body that one generic word points back to: الحزب after حزب النور, الوزارة after وزارة النقل.
    fn body_before(&self, span: Span, situation: &Situation<'_>) -> Option<Coded> {
        let phrase = fold(span.of(self.text));
        let (men, word) = phrase.rsplit_once(' ').unwrap_or(("", &phrase));
        let kind = word.strip_prefix("ال").or_else(|| word.strip_prefix("لل")).filter(|k| men.split(' ').count() < 2 && k.chars().count() > 2)?;
        let earlier = self.mentions.iter().filter(|m| m.kind == EntityType::Org && m.span.start() < span.start()).rev();
        let named = |m: &&Mention| {
            let name = fold(m.span.of(self.text));
            name.split(' ').next().is_some_and(|first| first.strip_prefix("ال").unwrap_or(first) == kind)
                || self.knowledge.known(m.span.of(self.text), self.day, &self.news).is_some_and(|k| fold(&k.name_ar).split(' ').next() == Some(kind))
        };
        let body = earlier.into_iter().find(named)?;
        let coded = self.knowledge.code_for(body.span.of(self.text), situation);
        // The men, camps and fighters of a body are those of an armed one only.
        let armed = coded.code.contains("REB");
        let code = if men.is_empty() { coded.code.clone() } else { rebels(&coded.code) };
        (coded.code != "UNK" && (men.is_empty() || armed)).then_some(Coded { sure: false, code, ..coded })
    }

    /// Who that mention is, by his name here or by a fuller one elsewhere in the text.
    pub fn known(&self, mention: usize) -> Option<Known> {
        let person = self.mentions.get(mention)?.kind == EntityType::Per;
        // Whether the same words mean a person or a body, the mention's kind says: الحريري is also a name of firms. Where the
        // text has a longer name of a person, the last name alone is not somebody else's.
        let longer = person && self.same(mention).any(|i| self.mentions[i].span.of(self.text).contains(' '));
        let names = self.same(mention).map(|i| self.mentions[i].span.of(self.text)).filter(|name| !longer || name.contains(' '));
        let known = names.filter_map(|name| self.knowledge.known(name, self.day, &self.news)).find(|k| k.person == person);
        known.or_else(|| {
            let name = self.mentions[mention].span.of(self.text);
            self.main.filter(|_| !person).and_then(|state| self.knowledge.body_of(name, state))
        })
    }

    /// The code of the armed group that the text names right behind people as theirs: مسلح من تنظيم, شخص متهم بالانتماء إلى.
    fn member_of(&self, span: Span) -> Option<String> {
        let sentence = self.sentences.iter().find(|s| s.overlaps(span))?;
        let (at, code) = self.groups.iter().find(|(at, _)| *at >= span.end() && *at < sentence.end())?;
        let between = self.words.iter().filter(|w| w.kind == WordKind::Letters && w.span.start() >= span.end() && w.span.end() <= *at);
        let kinds: Vec<Option<WordOfOffice>> = between.map(|w| self.knowledge.word_of_office(w.span.of(self.text))).collect();
        let joined = !kinds.is_empty() && kinds.iter().all(|k| matches!(k, Some(WordOfOffice::Of | WordOfOffice::Member)));
        (kinds.len() <= MEMBERS && (joined || kinds.contains(&Some(WordOfOffice::Member)))).then(|| code.clone())
    }

    fn same(&self, mention: usize) -> impl Iterator<Item = usize> + use<'_, 'a> {
        let first = self.mentions[mention].of.unwrap_or(mention);
        std::iter::once(mention).chain((0..self.mentions.len()).filter(move |&i| i != mention && (i == first || self.mentions[i].of == Some(first))))
    }

    /// The code of the participant that stands at `span`, in an act of that kind that happens in that state (alpha-3).
    pub fn code(&self, span: Span, act: EventType, suffers: bool, place: Option<&str>) -> Coded {
        let force = match (act, suffers) {
            (EventType::Assault, true) => Force::Suffers,
            (EventType::Assault | EventType::Mobilize, false) => Force::Uses,
            (EventType::Coerce, false) => Force::Coerces,
            _ => Force::None,
        };
        let group = self.groups.iter().rfind(|(at, _)| *at < span.start()).or(self.groups.first());
        let situation = Situation { home: place.filter(|p| self.news.is_empty() || self.scenes.contains(p)).or(self.news.first().copied()), news: &self.news, day: self.day, force, group: group.map(|g| g.1.as_str()) };
        let mut coded = self.knowledge.code_for(span.of(self.text), &situation);
        let mention = self.mentions.iter().position(|m| m.span.overlaps(span) && m.kind == EntityType::Per);
        let mention = mention.or_else(|| self.mentions.iter().position(|m| m.span.overlaps(span)));
        let Some(mention) = mention else {
            if coded.known.is_some() {
                return coded;
            }
            if let Some(code) = self.member_of(span).filter(|_| coded.code.split(' ').nth(1).is_none_or(|s| matches!(s, "CVL" | "UAF" | "CRM" | "REB" | "PTY"))) {
                return Coded { code, known: None, sure: false };
            }
            return if coded.sure { coded } else { self.body_before(span, &situation).unwrap_or(coded) };
        };
        // Of a longer name that nobody bears, the last word alone names nobody either: تايرون هاريس.
        if self.mentions[mention].kind == EntityType::Per && coded.known.as_ref().is_some_and(|k| k.person) && self.known(mention).is_none() {
            coded.known = None;
        }
        if coded.known.as_ref().is_some_and(|k| !k.person || coded.code.contains(' ') || coded.code == "UNO" || coded.code == "IGO" || coded.code == "NGO") {
            return coded;
        }
        let person = self.mentions[mention].kind == EntityType::Per;
        if person {
            // The words of an unknown name mean nothing: السوداني, العمري.
            if coded.known.is_none() {
                let name = self.mentions[mention].span;
                let [ahead, behind] = [(span.start(), name.start()), (name.end(), span.end())].map(|(from, to)| self.text.get(from..to).unwrap_or_default());
                coded = self.knowledge.code_for(&format!("{ahead} {behind}"), &situation);
            }
            // The fuller name of the same person.
            let longer = self.same(mention).any(|i| self.mentions[i].span.of(self.text).contains(' '));
            for other in self.same(mention).skip(1) {
                let name = self.mentions[other].span.of(self.text);
                if longer && !name.contains(' ') {
                    continue;
                }
                if let Some(known) = self.knowledge.known(name, self.day, &self.news).filter(|k| k.person && k.code.contains(' ')) {
                    return Coded { code: known.code.clone(), known: Some(known), sure: true };
                }
            }
            if coded.known.is_none() && coded.sure && coded.code.contains(' ') {
                return coded;
            }
            for other in self.same(mention) {
                if let Some(office) = self.office(other) {
                    let by_office = self.knowledge.code_for(office, &Situation { home: self.news.first().copied(), force: Force::None, ..situation });
                    if by_office.code != "UNK" {
                        // An office is held by a person, so that its body is not who acts.
                        return Coded { known: coded.known, ..by_office };
                    }
                }
            }
            if coded.known.is_none()
                && let Some(code) = self.member_of(span)
            {
                return Coded { code, known: None, sure: false };
            }
            for other in self.same(mention) {
                if let Some(called) = self.descriptions.get(other).copied().flatten() {
                    let by_name = self.knowledge.code_for(called.of(self.text), &Situation { home: self.news.first().copied(), force: Force::None, ..situation });
                    if by_name.code.contains(' ') {
                        // An adjective alone is a person's, not his state's.
                        let code = self.knowledge.demonym(called.of(self.text)).map_or(by_name.code, |c| format!("{} CVL", c.iso3));
                        return Coded { known: coded.known, code, sure: by_name.sure };
                    }
                }
            }
            // A person of no office who suffers force or arrest is a private one.
            if coded.code == "UNK" && suffers && matches!(act, EventType::Assault | EventType::Coerce) {
                let home = situation.home.map(|h| self.knowledge.people_of(h, &self.news).unwrap_or(h));
                return Coded { code: format!("{} CVL", home.unwrap_or("UNK")), known: None, sure: false };
            }
        } else if coded.code == "UNK" || !coded.sure {
            for other in self.same(mention).skip(1) {
                let more = self.knowledge.code_for(self.mentions[other].span.of(self.text), &situation);
                if more.known.is_some() {
                    return more;
                }
            }
        }
        coded
    }
}

/// The code of a group's men in arms.
fn rebels(code: &str) -> String {
    format!("{} REB", code.split(' ').next().unwrap_or("UNK"))
}

/// How much a text speaks of each state: by its words outside of persons' names, by the persons whom the tables know by
/// their full names, and by the outlet if it is a local one.
fn tally<'k>(knowledge: &'k Knowledge, text: &str, day: Option<&str>, source: Option<&str>, mentions: &[Mention]) -> Vec<(&'k str, usize)> {
    let mut rest = String::with_capacity(text.len());
    let mut at = 0;
    let mut people: Vec<Span> = mentions.iter().filter(|m| m.kind == EntityType::Per).map(|m| m.span).collect();
    people.sort_by_key(|s| s.start());
    for span in people {
        rest.push_str(text.get(at..span.start()).unwrap_or_default());
        rest.push_str(" . ");
        at = at.max(span.end());
    }
    rest.push_str(text.get(at..).unwrap_or_default());
    let people = mentions.iter().filter(|m| m.kind == EntityType::Per).filter_map(|m| knowledge.known(m.span.of(text), day, &[]).filter(|k| k.person));
    let mut told: Vec<&str> = people.filter_map(|k| knowledge.country_by_iso3(k.code.split(' ').next()?)).map(|c| c.iso3).collect();
    let home = source.and_then(|s| knowledge.local_outlet(s)).map(|c| c.iso3);
    told.extend(home);
    let mut tally = knowledge.tally(&rest, &told);
    // An outlet's state of which the text itself does not speak counts only where nothing outweighs it.
    let first = tally.first().copied();
    tally.retain(|v| Some(*v) == first || v.1 > HOME || home != Some(v.0));
    tally
}

/// The office before a name: from the first word that opens one on, with no sign, no other person and no word that ends a
/// phrase between; a comma may stand right before the name.
pub(crate) fn before(knowledge: &Knowledge, text: &str, words: &[Word], name: Span, sentence: Span, person: &dyn Fn(&Span) -> bool) -> Option<Span> {
    let end = words.iter().position(|w| w.span.end() > name.start())?;
    let (mut start, mut bridge) = (None, None);
    let mut last = end;
    for i in (end.saturating_sub(OFFICE)..end).rev() {
        let word = words[i];
        let sign = word.span.of(text);
        if word.kind == WordKind::Sign {
            let open = i + 1 == end && matches!(sign, "،" | ",");
            // د. and أ.د. before a name.
            let short = sign == "." && i > 0 && words[i - 1].span.of(text).chars().count() == 1;
            if open || short {
                last = last.min(i);
            }
            if open || short || matches!(sign, "\"" | "“" | "”" | "«" | "»") {
                continue;
            }
        }
        if word.kind != WordKind::Letters || word.span.start() < sentence.start() || person(&word.span) || bridge.is_some_and(|at| at > i + BRIDGE) {
            break;
        }
        match knowledge.word_of_office(sign) {
            Some(WordOfOffice::Stop) => break,
            Some(WordOfOffice::Title) => (start, bridge) = (Some(i), None),
            Some(WordOfOffice::Bridge) => bridge = Some(i),
            _ => {}
        }
    }
    let start = start?;
    let last = if last > start { last } else { end };
    Some(Span::new(words[start].span.start(), words[last - 1].span.end()))
}

/// What a person is called right before his name, by words for people and adjectives of states alone.
fn described(knowledge: &Knowledge, text: &str, words: &[Word], name: Span, sentence: Span) -> Option<Span> {
    let end = words.iter().position(|w| w.span.end() > name.start())?;
    let from = end.saturating_sub(DESCRIPTION);
    let inside = |i: usize| words[i].kind == WordKind::Letters && words[i].span.start() >= sentence.start();
    let aside = |i: usize| knowledge.word_of_office(words[i].span.of(text)) == Some(WordOfOffice::Called);
    // A body that acts on the person stands there too: اعتقلت قوات النخبة فلانا.
    let body = |phrase: &str| knowledge.sector(phrase).is_some_and(|s| matches!(s, "GOV" | "COP" | "SPY" | "ELI" | "PTY" | "SOC"));
    let mut at = end;
    while at > from && inside(at - 1) && aside(at - 1) && knowledge.sector(words[at - 1].span.of(text)).is_none() {
        at -= 1;
    }
    let last = at;
    while at > from && inside(at - 1) {
        let word = words[at - 1].span;
        let pair = at >= 2 && inside(at - 2) && knowledge.sector(Span::new(words[at - 2].span.start(), word.end()).of(text)).is_some();
        if body(word.of(text)) {
            return None;
        }
        if pair {
            at -= 2;
        } else if knowledge.sector(word.of(text)).is_some() || knowledge.demonym(word.of(text)).is_some() {
            at -= 1;
        } else {
            break;
        }
        // A word with a preposition opens the phrase: الادعاء للرجل.
        if words[at].span.of(text).starts_with("لل") {
            break;
        }
    }
    (at < last).then(|| Span::new(words[at].span.start(), words[last - 1].span.end()))
}

/// The office behind a name: `خالد العبيدي، وزير الدفاع العراقي، …` and `خالد العبيدي (وزير الدفاع)`.
fn behind(knowledge: &Knowledge, text: &str, words: &[Word], name: Span, sentence: Span, person: &dyn Fn(&Span) -> bool) -> Option<Span> {
    let next = words.iter().position(|w| w.span.start() >= name.end())?;
    let title = |at: usize| words.get(at).is_some_and(|w| knowledge.word_of_office(w.span.of(text)) == Some(WordOfOffice::Title));
    let first = words.get(next)?.span.of(text);
    let sign = matches!(first, "،" | "," | "(" | "-" | "–" | "ـ") || knowledge.word_of_office(first) == Some(WordOfOffice::Called);
    let at = [next, next + 1].into_iter().find(|&at| title(at) && (at == next || sign))?;
    let open = words[at];
    let inside = words[at..].iter().take(OFFICE).take_while(|w| {
        w.kind == WordKind::Letters && w.span.end() <= sentence.end() && !person(&w.span) && knowledge.word_of_office(w.span.of(text)) != Some(WordOfOffice::Stop)
    });
    Some(Span::new(open.span.start(), inside.last()?.span.end()))
}

/// The mentions of the names found.
pub(crate) fn mentions(names: &Names) -> Vec<Mention> {
    names.spans.iter().zip(&names.entities).map(|(&span, e)| Mention { span, kind: e.kind, of: e.mention_of.map(|i| i as usize) }).collect()
}

/// Says who the persons and bodies are, with their offices.
pub(crate) fn name(names: &mut Names, cast: &Cast) {
    for i in 0..names.entities.len() {
        let kind = names.entities[i].kind;
        if !matches!(kind, EntityType::Per | EntityType::Org) {
            continue;
        }
        let known = cast.known(i);
        let entity = &mut names.entities[i];
        entity.role = cast.office(i).map(str::to_owned);
        if let Some(known) = known {
            (entity.name, entity.name_ar, entity.entity) = (Some(known.name), Some(known.name_ar), Some(known.entity));
        } else if kind == EntityType::Per {
            entity.name = cast.knowledge.transliterate(&entity.mark.text);
            entity.transliterated = entity.name.is_some();
        }
    }
}

/// The participant that stands there.
pub(crate) fn participant(c: &Context, span: Span, act: EventType, suffers: bool, place: Option<&Place>) -> Participant {
    let mark = c.text.mark(span);
    let state = place.and_then(|p| p.country.as_deref()).and_then(|iso2| c.knowledge.country_by_iso2(iso2)).map(|s| s.iso3);
    let coded = c.cast.code(span, act, suffers, state);
    let entity = c.names.spans.iter().zip(&c.names.entities).find(|(s, _)| s.overlaps(span)).map(|(_, e)| e);
    let (name, id) = match coded.known {
        Some(known) => (Some(known.name), Some(known.entity)),
        None => (entity.filter(|e| !e.transliterated).and_then(|e| e.name.clone()), entity.and_then(|e| e.entity.clone())),
    };
    Participant { mark, code: coded.code, name, entity: id }
}
