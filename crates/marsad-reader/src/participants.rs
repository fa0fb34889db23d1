//! Participants: the PLOVER code of who acts and of whom it strikes, from the words that name him and the text around.
//!
//! The words themselves go first (see [`Knowledge::code_for`]). What they leave open, the text around tells, in this order:
//!
//! 1. The office that stands before or behind a person's name, here or at another mention of him.
//! 2. The fuller name of the same person or body elsewhere in the text.
//! 3. The state where the act happens, else the one of which the text speaks most, for those without a state of their own.

use crate::events::Context;
use crate::names::Names;
use marsad_format::{EntityType, EventType, Participant, Place};
use marsad_knowledge::{Coded, Force, Knowledge, Known, Situation, WordOfOffice};
use marsad_text::{Span, Word, WordKind, fold, sentences, words};

/// Words that an office takes at most.
const OFFICE: usize = 9;

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
    offices: Vec<Option<Span>>,
    news: Vec<&'a str>,
    main: Option<&'a str>,
    /// Where armed groups are named, with their codes.
    groups: Vec<(usize, String)>,
}

impl<'a> Cast<'a> {
    /// The cast of a text with these names in it.
    pub fn new(knowledge: &'a Knowledge, text: &'a str, published: Option<&'a str>, source: Option<&str>, mentions: &'a [Mention]) -> Self {
        let words = words(text);
        let ends = sentences(text);
        let tally = knowledge.tally(text);
        // Bodies named without a state are those of the state of which a text mainly speaks.
        let mut main = tally.first().filter(|first| tally.get(1).is_none_or(|second| first.1 >= 2 * second.1)).map(|v| v.0);
        let mut news: Vec<&str> = tally.into_iter().map(|v| v.0).collect();
        // Local news often name no state: theirs is the outlet's.
        if let Some(home) = source.filter(|_| news.is_empty()).and_then(|s| knowledge.outlet(s)) {
            news.push(home.iso3);
            main = Some(home.iso3);
        }
        let offices = (0..mentions.len())
            .map(|i| {
                let m = mentions[i];
                let people = |s: &Span| mentions.iter().any(|o| o.kind == EntityType::Per && o.span.overlaps(*s));
                (m.kind == EntityType::Per).then(|| {
                    let sentence = ends.iter().find(|s| s.overlaps(m.span)).copied().unwrap_or(Span::new(0, text.len()));
                    before(knowledge, text, &words, m.span, sentence, &people).or_else(|| behind(knowledge, text, &words, m.span, sentence, &people))
                })?
            })
            .collect();
        let groups = mentions
            .iter()
            .filter(|m| m.kind == EntityType::Org)
            .filter_map(|m| {
                let known = knowledge.known(m.span.of(text), published, &news)?;
                known.code.split(' ').any(|s| s == "REB").then(|| (m.span.start(), rebels(&known.code)))
            })
            .collect();
        Self { knowledge, text, day: published, mentions, offices, news, main, groups }
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
        // Whether the same words mean a person or a body, the mention's kind says: الحريري is also a name of firms.
        self.same(mention).find_map(|i| self.knowledge.known(self.mentions[i].span.of(self.text), self.day, &self.news).filter(|k| k.person == person)).or_else(|| {
            let name = self.mentions[mention].span.of(self.text);
            self.main.filter(|_| !person).and_then(|state| self.knowledge.body_of(name, state))
        })
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
        let situation = Situation { home: place.filter(|p| self.news.is_empty() || self.news.contains(p)).or(self.news.first().copied()), news: &self.news, day: self.day, force, group: group.map(|g| g.1.as_str()) };
        let coded = self.knowledge.code_for(span.of(self.text), &situation);
        let mention = self.mentions.iter().position(|m| m.span.overlaps(span) && m.kind == EntityType::Per);
        let mention = mention.or_else(|| self.mentions.iter().position(|m| m.span.overlaps(span)));
        let Some(mention) = mention else {
            return if coded.known.is_none() && !coded.sure { self.body_before(span, &situation).unwrap_or(coded) } else { coded };
        };
        if coded.known.as_ref().is_some_and(|k| !k.person || coded.code.contains(' ') || coded.code == "UNO" || coded.code == "IGO" || coded.code == "NGO") {
            return coded;
        }
        let person = self.mentions[mention].kind == EntityType::Per;
        if person {
            // The fuller name of the same person.
            for other in self.same(mention).skip(1) {
                let name = self.mentions[other].span.of(self.text);
                if let Some(known) = self.knowledge.known(name, self.day, &self.news).filter(|k| k.person && k.code.contains(' ')) {
                    return Coded { code: known.code.clone(), known: Some(known), sure: true };
                }
            }
            let said = self.knowledge.code_for(span.of(self.text), &Situation { home: None, ..situation });
            if said.code.contains(' ') && coded.sure {
                return coded;
            }
            for other in self.same(mention) {
                if let Some(office) = self.office(other) {
                    let by_office = self.knowledge.code_for(office, &Situation { force: Force::None, ..situation });
                    if by_office.code != "UNK" {
                        // An office is held by a person, so that its body is not who acts.
                        return Coded { known: coded.known, ..by_office };
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

/// The office before a name: from the first word that opens one on, with no sign, no other person and no word that ends a
/// phrase between.
pub(crate) fn before(knowledge: &Knowledge, text: &str, words: &[Word], name: Span, sentence: Span, person: &dyn Fn(&Span) -> bool) -> Option<Span> {
    let end = words.iter().position(|w| w.span.end() > name.start())?;
    let mut start = None;
    for i in (end.saturating_sub(OFFICE)..end).rev() {
        let word = words[i];
        if word.kind == WordKind::Sign && matches!(word.span.of(text), "\"" | "“" | "”" | "«" | "»") {
            continue;
        }
        if word.kind != WordKind::Letters || word.span.start() < sentence.start() || person(&word.span) {
            break;
        }
        match knowledge.word_of_office(word.span.of(text)) {
            Some(WordOfOffice::Stop) => break,
            Some(WordOfOffice::Title) => start = Some(i),
            _ => {}
        }
    }
    let start = start?;
    Some(Span::new(words[start].span.start(), words[end - 1].span.end()))
}

/// The office behind a name: `خالد العبيدي، وزير الدفاع العراقي، …` and `خالد العبيدي (وزير الدفاع)`.
fn behind(knowledge: &Knowledge, text: &str, words: &[Word], name: Span, sentence: Span, person: &dyn Fn(&Span) -> bool) -> Option<Span> {
    let next = words.iter().position(|w| w.span.start() >= name.end())?;
    let title = |at: usize| words.get(at).is_some_and(|w| knowledge.word_of_office(w.span.of(text)) == Some(WordOfOffice::Title));
    let sign = matches!(words.get(next)?.span.of(text), "،" | "," | "(" | "-" | "–" | "ـ");
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
