//! What one of the two, annotation or reading, says of an item: for people to set beside one another.

use crate::article::{self, Span};
use marsad_format::{Count, Event, Mark, Participant};

/// One side of a comparison.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Side {
    /// Where the item stands, in characters of the text; the annotation may name a string that is not there.
    pub at: Option<(u32, u32)>,
    /// Its values by name, in a fixed order for each kind, so that two sides have the same names. Empty where unknown.
    pub values: Vec<(&'static str, String)>,
    /// How sure the reader is, where it says so.
    pub confidence: Option<f64>,
}

fn whole(mark: &Mark) -> Span {
    Span { start: mark.start, end: mark.end }
}

fn own(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

fn lower(value: impl std::fmt::Debug) -> String {
    format!("{value:?}").to_lowercase()
}

fn point(lat: Option<f64>, lon: Option<f64>) -> String {
    lat.zip(lon).map_or(String::new(), |(a, b)| format!("{a:.2}, {b:.2}"))
}

fn range(min: Option<u64>, max: Option<u64>, text: Option<&str>) -> String {
    let number = |n: Option<u64>| n.map_or("?".to_owned(), |n| n.to_string());
    let count = if min == max { number(min) } else { format!("{}–{}", number(min), number(max)) };
    format!("{count} {}", text.unwrap_or_default()).trim_end().to_owned()
}

impl Side {
    fn new(at: impl Into<Option<Span>>, values: Vec<(&'static str, String)>) -> Self {
        Self { at: at.into().map(|s| (s.start, s.end)), values, confidence: None }
    }

    pub(crate) fn span(&self) -> Option<Span> {
        self.at.map(|(start, end)| Span { start, end })
    }

    /// The value of that name; empty if there is none.
    pub fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(n, _)| *n == name).map_or("", |(_, v)| v)
    }

    pub(crate) fn gold_name(x: &article::Name) -> Self {
        Self::new(x.at.span, vec![("type", x.kind.clone()), ("text", x.at.text.clone())])
    }

    pub(crate) fn said_name(x: &marsad_format::Entity) -> Self {
        Self::new(whole(&x.mark), vec![("type", format!("{:?}", x.kind).to_uppercase()), ("text", x.mark.text.clone())])
    }

    pub(crate) fn gold_place(x: &article::Place) -> Self {
        Self::new(x.at.span, vec![("text", x.at.text.clone()), ("name", own(x.name.as_deref())), ("country", own(x.country.as_deref())), ("kind", x.kind.clone()), ("point", point(x.lat, x.lon))])
    }

    pub(crate) fn said_place(x: &marsad_format::Place) -> Self {
        let kind = x.kind.map(lower).unwrap_or_default();
        let values = vec![("text", x.mark.text.clone()), ("name", own(x.name.as_deref())), ("country", own(x.country.as_deref())), ("kind", kind), ("point", point(x.lat, x.lon))];
        Self { confidence: Some(x.confidence), ..Self::new(whole(&x.mark), values) }
    }

    pub(crate) fn gold_date(x: &article::Date) -> Self {
        Self::new(x.at.span, vec![("text", x.at.text.clone()), ("value", own(x.value.as_deref()))])
    }

    pub(crate) fn said_date(x: &marsad_format::DateMention) -> Self {
        Self::new(whole(&x.mark), vec![("text", x.mark.text.clone()), ("value", own(x.value.as_deref()))])
    }

    pub(crate) fn gold_statement(x: &article::Statement) -> Self {
        let speaker = x.speaker.clone().or_else(|| x.speaker_is.as_ref().map(|s| format!("({s})"))).unwrap_or_default();
        Self::new(x.cue_span, vec![("cue", x.cue.clone()), ("speaker", speaker), ("mood", own(x.mood.as_deref()))])
    }

    pub(crate) fn said_statement(x: &marsad_format::Statement) -> Self {
        let speaker = x.speaker.as_ref().map_or(String::new(), |s| match &s.name {
            Some(name) if *name != s.mark.text => format!("{} ({name})", s.mark.text),
            _ => s.mark.text.clone(),
        });
        Self::new(whole(&x.cue), vec![("cue", x.cue.text.clone()), ("speaker", speaker), ("mood", lower(x.mood))])
    }

    /// All mentions of one act: the first, with what the others add.
    pub(crate) fn gold_event(all: &[&article::Event]) -> Self {
        let Some(&first) = all.first() else { return Self::default() };
        let people = |of: fn(&article::Event) -> Option<&Vec<article::Participant>>| {
            let each = all.iter().filter_map(|e| of(e)).flatten().map(|p| format!("{} [{}]", p.at.text, p.code.as_deref().unwrap_or("?")));
            each.collect::<Vec<_>>().join("; ")
        };
        let count = |of: fn(&article::Event) -> Option<&article::Count>| all.iter().find_map(|e| of(e)).map_or(String::new(), |c| range(c.min, c.max, c.text.as_deref()));
        Self::new(
            first.trigger_span,
            vec![
                ("trigger", first.trigger.clone()),
                ("type", first.kind.name().to_owned()),
                ("mode", first.mode.join(", ")),
                ("status", lower(first.status)),
                ("actor", people(|e| e.actor.as_ref())),
                ("recipient", people(|e| e.recipient.as_ref())),
                ("place", all.iter().find_map(|e| e.place.as_ref()).map_or(String::new(), |p| p.text.clone())),
                ("date", own(first.date.as_deref())),
                ("killed", count(|e| e.killed.as_ref())),
                ("injured", count(|e| e.injured.as_ref())),
                ("according to", all.iter().find_map(|e| e.according_to.clone()).unwrap_or_default()),
            ],
        )
    }

    pub(crate) fn said_event(x: &Event) -> Self {
        let people = |l: &[Participant]| l.iter().map(|p| format!("{} [{}]", p.mark.text, p.code)).collect::<Vec<_>>().join("; ");
        let count = |c: &Option<Count>| c.as_ref().map_or(String::new(), |c| range(c.min, c.max, Some(&c.text)));
        let values = vec![
            ("trigger", x.trigger.text.clone()),
            ("type", x.kind.name().to_owned()),
            ("mode", x.mode.join(", ")),
            ("status", lower(x.status)),
            ("actor", people(&x.actor)),
            ("recipient", people(&x.recipient)),
            ("place", x.place.as_ref().map_or(String::new(), |p| p.mark.text.clone())),
            ("date", own(x.date.as_deref())),
            ("killed", count(&x.killed)),
            ("injured", count(&x.injured)),
            ("according to", x.according_to.as_ref().map_or(String::new(), |s| s.mark.text.clone())),
        ];
        Self { confidence: Some(x.confidence), ..Self::new(whole(&x.trigger), values) }
    }
}
