//! Readings in the guide's format, as people put them right.

use marsad_format::{Count, Document, Event, Mark, Participant, Reading};
use serde_json::{Value, json};

/// A text by its characters, so that a string is named by its number among equals.
struct Text<'a> {
    text: &'a str,
    /// Where each character begins, and the end.
    starts: Vec<usize>,
}

impl Text<'_> {
    fn slice(&self, start: u32, end: u32) -> &str {
        let at = |c: u32| self.starts.get(c as usize).copied().unwrap_or(self.text.len());
        self.text.get(at(start)..at(end)).unwrap_or_default()
    }

    /// The number of the occurrence that begins at a character, overlapping ones counted.
    fn nth(&self, string: &str, start: u32) -> usize {
        let until = self.starts.get(start as usize).copied().unwrap_or(self.text.len());
        let earlier = self.starts.iter().take_while(|at| **at < until).filter(|at| self.text[**at..].starts_with(string));
        earlier.count() + 1
    }

    fn mark(&self, m: &Mark) -> Value {
        json!({"text": m.text, "nth": self.nth(&m.text, m.start)})
    }

    fn participant(&self, p: &Participant) -> Value {
        json!({"text": p.mark.text, "nth": self.nth(&p.mark.text, p.mark.start), "code": p.code})
    }

    /// The words that count nearest to the trigger; `None` where the text has no such words.
    fn count(&self, count: Option<&Count>, trigger: u32) -> Option<Value> {
        let count = count.filter(|c| !c.text.is_empty())?;
        let places = (0u32..).zip(&self.starts).filter(|(_, at)| self.text[**at..].starts_with(&count.text)).map(|(c, _)| c);
        let (nth, _) = (1usize..).zip(places).min_by_key(|(_, at)| at.abs_diff(trigger))?;
        Some(json!({"text": count.text, "nth": nth, "min": count.min, "max": count.max}))
    }

    fn event(&self, e: &Event) -> Value {
        let all = |list: &[Participant]| list.iter().map(|p| self.participant(p)).collect::<Vec<_>>();
        json!({
            "trigger": e.trigger.text, "nth": self.nth(&e.trigger.text, e.trigger.start), "type": e.kind.name(), "mode": e.mode, "status": e.status.name(),
            "actor": all(&e.actor), "recipient": all(&e.recipient), "place": e.place.as_ref().map(|p| self.mark(&p.mark)), "date": e.date,
            "killed": self.count(e.killed.as_ref(), e.trigger.start), "injured": self.count(e.injured.as_ref(), e.trigger.start),
            "according_to": e.according_to.as_ref().map(|s| &s.mark.text), "same_as": null,
        })
    }
}

/// An annotation of an article: its reading, whose events are as people read them. `corrected` says which these are: to the
/// others nobody objected, which does not make them right.
pub fn annotation(document: &Document, reading: &Reading, corrected: &[u32]) -> Value {
    let text = &document.text;
    let t = Text { text, starts: text.char_indices().map(|(at, _)| at).collect() };
    let statement = |s: &marsad_format::Statement| {
        let content = t.slice(s.content.start, s.content.end);
        let mut value = json!({"cue": s.cue.text, "cue_nth": t.nth(&s.cue.text, s.cue.start), "mood": s.mood, "from": content, "to": content});
        match &s.speaker {
            Some(speaker) => {
                value["speaker"] = json!(speaker.mark.text);
                value["speaker_nth"] = json!(t.nth(&speaker.mark.text, speaker.mark.start));
                value["speaker_is"] = json!(speaker.name.as_ref().filter(|n| text.contains(n.as_str())));
            }
            None => value["speaker"] = Value::Null,
        }
        value
    };
    let place = |p: &marsad_format::Place| {
        Some(json!({"text": p.mark.text, "nth": t.nth(&p.mark.text, p.mark.start), "name": p.name, "country": p.country, "lat": p.lat, "lon": p.lon, "kind": p.kind?.name()}))
    };
    json!({
        "id": document.id, "published": document.published, "source": document.source, "title": document.title, "text": text,
        "entities": reading.entities.iter().map(|e| json!({"text": e.mark.text, "nth": t.nth(&e.mark.text, e.mark.start), "type": e.kind})).collect::<Vec<_>>(),
        "places": reading.places.iter().filter_map(place).collect::<Vec<_>>(),
        "dates": reading.dates.iter().map(|d| json!({"text": d.mark.text, "nth": t.nth(&d.mark.text, d.mark.start), "value": d.value})).collect::<Vec<_>>(),
        "statements": reading.statements.iter().filter(|s| s.content.start < s.content.end).map(statement).collect::<Vec<_>>(),
        "events": reading.events.iter().map(|e| t.event(e)).collect::<Vec<_>>(),
        "corrected": reading.events.iter().zip(0..).filter(|(e, _)| corrected.contains(&e.trigger.start)).map(|(_, n): (_, usize)| n).collect::<Vec<_>>(),
    })
}
