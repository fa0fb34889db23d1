//! Incidents and events in the columns of ACLED and GDELT.

use crate::codes::{Codes, Who};
use crate::columns::Value;
use crate::rows::{EventRow, IncidentRow, Party, Spot, link, time};
use marsad_text::{CharIndex, sentences};
use sha2::{Digest as _, Sha256};

fn first_day(days: Option<&str>) -> Option<String> {
    marsad_ledger::days(days?).and_then(|d| marsad_ledger::iso(d.0))
}

/// `2026-03-01` as 20260301.
fn digits(day: &str) -> Option<i64> {
    day.get(..10)?.replace('-', "").parse().ok()
}

/// `2026-03-01T04:05:06Z` as 20260301040506.
fn moment(seconds: i64) -> Option<i64> {
    time(seconds)?.get(..19)?.chars().filter(char::is_ascii_digit).collect::<String>().parse().ok()
}

/// An id as a number: its hex digits where they are at most 15, else 60 bits of its hash.
pub fn number(id: &str) -> i64 {
    let short = if id.len() <= 15 { i64::from_str_radix(id, 16).ok() } else { None };
    short.unwrap_or_else(|| Sha256::digest(id).iter().take(8).fold(0i64, |n, b| n << 8 | i64::from(*b)) & ((1 << 60) - 1))
}

/// A side of an act as ACLED names it: the first, the others, the kind.
fn side(parties: &[Party], place: &Spot, codes: &Codes, stands_for: &str) -> [Value; 3] {
    let Some(first) = parties.first() else { return [Value::Null, Value::Null, stands_for_or_null(stands_for)] };
    let inter = if stands_for.is_empty() { codes.who(&first.code, place.country.as_deref()).inter } else { stands_for };
    let names: Vec<String> = parties.iter().map(|p| p.called().to_owned()).collect();
    // ACLED names unarmed sides by their kind and lists who they are beside it.
    let country = || codes.who(&first.code, None).country.or_else(|| codes.country(place.country.as_deref()?)).map(|c| c.name);
    if ["Civilians", "Protesters", "Rioters"].contains(&inter) {
        let name = country().map_or_else(|| inter.to_owned(), |c| format!("{inter} ({c})"));
        return [name.into(), names.join("; ").into(), inter.into()];
    }
    let others = names[1..].join("; ");
    [names[0].clone().into(), if others.is_empty() { Value::Null } else { others.into() }, stands_for_or_null(inter)]
}

fn stands_for_or_null(inter: &str) -> Value {
    if inter.is_empty() { Value::Null } else { inter.into() }
}

/// An incident in ACLED's 31 columns and ours; `None` for what ACLED does not code.
pub fn acled(row: &IncidentRow, codes: &Codes) -> Option<Vec<Value>> {
    let target = row.recipients.first().map(|r| codes.who(&r.code, row.place.country.as_deref()));
    let act = codes.acled(&row.kind, &row.mode, &row.context, target.as_ref().is_some_and(|t| t.armed))?;
    let country = row.place.country.as_deref().and_then(|c| codes.country(c));
    let precision = row.place.kind.as_deref().and_then(|k| codes.precision(k));
    let day = row.days.as_ref().map(|d| d.0.as_str());
    let [actor1, assoc1, inter1] = side(&row.actors, &row.place, codes, act.actor);
    let [actor2, assoc2, inter2] = side(&row.recipients, &row.place, codes, "");
    let interaction = match (&inter1, &inter2) {
        (Value::Text(one), Value::Text(two)) => format!("{one}-{two}").into(),
        (Value::Text(one), _) => format!("{one} only").into(),
        _ => Value::Null,
    };
    let civilians = act.disorder == "Political violence" && inter2 == Value::from("Civilians");
    let tags: Vec<&str> = std::iter::once(row.kind.as_str()).chain(row.mode.iter().map(String::as_str)).collect();
    let pcode = |admin2: &str| codes.pcode(row.place.country.as_deref()?, row.place.admin1.as_deref()?, admin2);
    let joined = |list: &[String]| if list.is_empty() { Value::Null } else { list.join("; ").into() };
    Some(vec![
        format!("{}{}", country.map_or("UNK", |c| c.iso3), number(&row.id)).into(),
        day.into(),
        day.and_then(|d| d.get(..4)?.parse::<i64>().ok()).into(),
        codes.time_precision(row.span).into(),
        act.disorder.into(),
        act.event.into(),
        act.sub.into(),
        actor1,
        assoc1,
        inter1,
        actor2,
        assoc2,
        inter2,
        interaction,
        civilians.then_some("Civilian targeting").into(),
        country.and_then(|c| c.number).into(),
        country.map(|c| c.region).filter(|r| !r.is_empty()).into(),
        country.map(|c| c.name).into(),
        (&row.place.admin1).into(),
        (&row.place.admin2).into(),
        Value::Null,
        row.place.name.as_ref().or(row.place.text.as_ref()).into(),
        row.place.lat.into(),
        row.place.lon.into(),
        precision.map(|p| p.acled).into(),
        joined(&row.outlets),
        Value::Null,
        (&row.title).into(),
        row.killed.unwrap_or(0).into(),
        tags.join("; ").into(),
        row.updated.into(),
        (&row.id).into(),
        link(&row.id).into(),
        row.killed_range.0.into(),
        row.killed_range.1.into(),
        row.reports.into(),
        row.independent.into(),
        joined(&row.attribution),
        row.confidence.into(),
        (&row.state).into(),
        precision.map(|p| p.radius).into(),
        pcode("").into(),
        row.place.admin2.as_deref().and_then(pcode).into(),
    ])
}

/// The ten columns of an actor.
fn actor(party: Option<&Party>, codes: &Codes) -> [Value; 10] {
    let Some(party) = party else { return [const { Value::Null }; 10] };
    let Who { country, world, sectors, .. } = codes.who(&party.code, None);
    let own = country.map_or("", |c| c.iso3);
    let full = format!("{own}{world}{}", sectors.concat());
    let word = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
    // CAMEO's world codes are a kind of actor, and after it the group's own code: IGO UNO.
    let (group, world) = (world.get(3..).unwrap_or_default(), world.get(..3).unwrap_or_default());
    let mut types = std::iter::once(world).chain(sectors).filter(|t| !t.is_empty()).map(Value::from);
    [word(&full), party.called().into(), word(own), word(group), Value::Null, Value::Null, Value::Null, types.next().into(), types.next().into(), types.next().into()]
}

/// The eight columns of a place.
fn geo(place: &Spot, codes: &Codes) -> [Value; 8] {
    let Some(precision) = place.kind.as_deref().and_then(|k| codes.precision(k)) else { return [const { Value::Null }; 8] };
    let country = place.country.as_deref().and_then(|c| codes.country(c));
    let name = place.name.as_ref().or(place.text.as_ref());
    let names: Vec<&str> = [name.map(String::as_str), place.admin1.as_deref(), country.map(|c| c.name)].into_iter().flatten().collect();
    // The same name twice (Baghdad, Baghdad) says nothing the second time.
    let names = names.iter().enumerate().filter(|(i, n)| !names[..*i].contains(n)).map(|n| *n.1).collect::<Vec<_>>().join(", ");
    let fips = country.map(|c| c.fips).filter(|f| !f.is_empty());
    [precision.gdelt.into(), names.into(), fips.into(), fips.into(), Value::Null, place.lat.into(), place.lon.into(), place.geonames.map(|n| n.to_string()).into()]
}

/// An incident in the 61 columns of GDELT 2.0 Events.
pub fn gdelt_event(row: &IncidentRow, codes: &Codes) -> Vec<Value> {
    let day = row.days.as_ref().map(|d| d.0.as_str());
    let cut = |length: usize| day.and_then(digits).and_then(|d| d.to_string().get(..length)?.parse::<i64>().ok());
    // GDELT counts thirty days a month and 365 a year.
    let fraction = day.and_then(digits).map(|d| (d / 10_000) as f64 + ((d / 100 % 100 - 1) * 30 + d % 100) as f64 / 365.0);
    let mut out: Vec<Value> = vec![number(&row.id).into(), day.and_then(digits).into(), cut(6).into(), cut(4).into(), fraction.map(|f| (f * 1e4).round() / 1e4).into()];
    out.extend(actor(row.actors.first(), codes).into_iter().chain(actor(row.recipients.first(), codes)));
    let cameo = codes.cameo(&row.kind, &row.mode, &row.context);
    out.push(i64::from(row.leads > 0).into());
    out.extend([4, 3, 2].map(|length: usize| Value::from(cameo.map(|c| &c.code[..length.min(c.code.len())]))));
    out.extend([cameo.map(|c| c.quad).into(), cameo.map(|c| c.goldstein).into(), row.mentions.into(), (row.outlets.len() as i64).into(), row.reports.into(), Value::Null]);
    out.extend([const { Value::Null }; 16].into_iter().chain(geo(&row.place, codes)));
    out.extend([moment(row.updated).into(), row.url.clone().unwrap_or_else(|| link(&row.id)).into()]);
    out
}

/// An event of that text in the 16 columns of GDELT 2.0 Mentions; its `GLOBALEVENTID` is empty where it is held for no incident.
pub fn gdelt_mention(row: &EventRow, text: &str) -> Vec<Value> {
    let start = |side: &[Party]| side.first().map(|p| p.start);
    let index = CharIndex::new(text);
    let sentence = sentences(text).iter().take_while(|s| index.char_of(s.start()) <= row.at.0).count();
    vec![
        row.incident.as_deref().map(number).into(),
        first_day(row.date.as_deref()).as_deref().and_then(digits).map(|d| d * 1_000_000).into(),
        row.published.as_deref().and_then(digits).map(|d| d * 1_000_000).into(),
        i64::from(row.url.is_none()).saturating_add(1).into(),
        (&row.outlet).into(),
        row.url.as_ref().unwrap_or(&row.report).into(),
        (sentence as i64).into(),
        start(&row.actors).into(),
        start(&row.recipients).into(),
        row.at.0.into(),
        1i64.into(),
        ((row.confidence * 100.0).round() as i64).into(),
        row.text_chars.into(),
        Value::Null,
        Value::Null,
        format!("status={};id={}", row.status, row.id).into(),
    ]
}
