//! Incidents and events in the columns of ACLED and GDELT.

use crate::codes::{Codes, Country, Who};
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

/// When an article was published, as [`moment`], in UTC where it is known to the second.
fn published(given: &str) -> Option<i64> {
    let exact = given.parse::<jiff::Timestamp>().ok().and_then(|t| moment(t.as_second()));
    exact.or_else(|| Some(digits(given)? * 1_000_000))
}

/// An id as a number: its hex digits where they are at most 15, else 60 bits of its hash.
pub fn number(id: &str) -> i64 {
    let short = if id.len() <= 15 { i64::from_str_radix(id, 16).ok() } else { None };
    short.unwrap_or_else(|| Sha256::digest(id).iter().take(8).fold(0i64, |n, b| n << 8 | i64::from(*b)) & ((1 << 60) - 1))
}

/// Sides that ACLED names by their kind and state; who they are stands beside it.
const BY_KIND: [&str; 3] = ["Civilians", "Protesters", "Rioters"];
/// What ACLED counts unidentified armed groups as.
const UNIDENTIFIED: &str = "Political militia";

fn word(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { text.into() }
}

/// `Civilians (Iraq)`.
fn of_state(kind: &str, state: Option<Country>) -> Value {
    state.map_or_else(|| kind.to_owned(), |c| format!("{kind} ({})", c.name)).into()
}

/// A side of an act as ACLED names it: the first, the others, the kind.
fn side(parties: &[&Party], inter: &str, place: Option<Country>, codes: &Codes) -> [Value; 3] {
    let joined = |names: &[&Party]| word(&names.iter().map(|p| p.called()).collect::<Vec<_>>().join("; "));
    let state = parties.first().and_then(|p| codes.who(&p.code, None).country).or(place);
    match parties {
        _ if BY_KIND.contains(&inter) => [of_state(inter, state), joined(parties), inter.into()],
        [] => [Value::Null, Value::Null, word(inter)],
        [first, others @ ..] => [first.called().into(), joined(others), word(inter)],
    }
}

/// Those to whom it is done, without him who leads those who do it.
fn others<'a>(row: &'a IncidentRow, actors: &[&Party]) -> Vec<&'a Party> {
    let leads = |r: &Party| actors.first().is_some_and(|a| a.key() == r.key() || a.called() == r.called());
    row.recipients.iter().filter(|r| !leads(r)).collect()
}

/// An incident in ACLED's 31 columns and ours; `None` for what ACLED does not code.
pub fn acled(row: &IncidentRow, codes: &Codes) -> Option<Vec<Value>> {
    let place = row.place.country.as_deref();
    let who = |party: &&Party| codes.who(&party.code, place);
    // ACLED has civilians as those to whom violence is done; named among those who do it, they are told beside the others.
    let mut actors: Vec<&Party> = row.actors.iter().collect();
    actors.sort_by_key(|a| who(a).inter == "Civilians");
    let recipients = others(row, &actors);
    let target = recipients.first().map(who);
    let act = codes.acled(&row.kind, &row.mode, &row.context, target.as_ref().is_some_and(|t| t.armed))?;
    let violence = act.disorder == "Political violence";
    let country = place.and_then(|c| codes.country(c));
    let precision = row.place.kind.as_deref().and_then(|k| codes.precision(k));
    let day = row.days.as_ref().map(|d| d.0.as_str());
    let inter = actors.first().map_or("", |a| who(a).inter);
    let [actor1, assoc1, inter1] = match actors.as_slice() {
        [] if !act.unnamed.is_empty() => [of_state(act.unnamed, country), Value::Null, UNIDENTIFIED.into()],
        all => side(all, if act.actor.is_empty() { inter } else { act.actor }, country, codes),
    };
    // Who bears no arms is a civilian where violence is done to him, an official too.
    let inter = match target {
        None => act.recipient,
        Some(t) if violence && !t.armed && !t.inter.is_empty() => "Civilians",
        Some(t) => t.inter,
    };
    let [actor2, assoc2, inter2] = side(&recipients, inter, country, codes);
    let interaction = match (&inter1, &inter2) {
        (Value::Text(one), Value::Text(two)) => format!("{one}-{two}").into(),
        (Value::Text(one), _) => format!("{one} only").into(),
        _ => Value::Null,
    };
    let civilians = violence && (inter2 == Value::from("Civilians") || act.event == "Violence against civilians");
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
fn actor(party: Option<&&Party>, codes: &Codes) -> [Value; 10] {
    let Some(party) = party else { return [const { Value::Null }; 10] };
    let Who { country, world, sectors, .. } = codes.who(&party.code, None);
    let own = country.map_or("", |c| c.iso3);
    let full = format!("{own}{world}{}", sectors.concat());
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
    // The United States have types of their own: 2 a state, 3 a city.
    let kind = match precision.gdelt {
        4 if country.is_some_and(|c| c.iso2 == "US") => 3,
        5 if country.is_some_and(|c| c.iso2 == "US") => 2,
        other => other,
    };
    [kind.into(), names.into(), fips.into(), fips.into(), Value::Null, place.lat.into(), place.lon.into(), place.geonames.map(|n| n.to_string()).into()]
}

/// An incident in the 61 columns of GDELT 2.0 Events.
pub fn gdelt_event(row: &IncidentRow, codes: &Codes) -> Vec<Value> {
    let day = row.days.as_ref().map(|d| d.0.as_str());
    let cut = |length: usize| day.and_then(digits).and_then(|d| d.to_string().get(..length)?.parse::<i64>().ok());
    // GDELT counts thirty days a month and 365 a year.
    let fraction = day.and_then(digits).map(|d| (d / 10_000) as f64 + ((d / 100 % 100 - 1) * 30 + d % 100) as f64 / 365.0);
    let mut out: Vec<Value> = vec![number(&row.id).into(), day.and_then(digits).into(), cut(6).into(), cut(4).into(), fraction.map(|f| (f * 1e4).round() / 1e4).into()];
    let actors: Vec<&Party> = row.actors.iter().collect();
    let recipients = others(row, &actors);
    out.extend(actor(actors.first(), codes).into_iter().chain(actor(recipients.first(), codes)));
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
        row.published.as_deref().and_then(published).into(),
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
