//! Who says what of an incident, as a table: rows are slots, columns are chains (who says it, through whom, in which outlets),
//! a cell is a value that opens its sentences.

use super::incident::Shown;
use super::{Chrome, Day, Field};
use marsad_ledger::days;
use marsad_ledger::group::{Claim, Incident, Origin, Slot};
use std::collections::{BTreeMap, BTreeSet};

/// Chains that have a column of their own; all others share the last.
const COLUMNS: usize = 7;
/// Outlets that a chain names; the others are counted.
const NAMED: usize = 4;
/// Values that a cell shows; the others are behind a fold.
const VALUES: usize = 3;
/// Slots in the order of the table.
const SLOTS: [Slot; 9] = [Slot::Killed, Slot::Injured, Slot::Actor, Slot::Recipient, Slot::Place, Slot::Day, Slot::Claimed, Slot::Disclaimed, Slot::Status];
/// Slots of which an incident has one value, so that two contradict each other.
const SINGLE: [Slot; 3] = [Slot::Killed, Slot::Injured, Slot::Day];
/// Slots whose row is there even where nobody says anything.
const ALWAYS: [Slot; 6] = [Slot::Killed, Slot::Injured, Slot::Actor, Slot::Recipient, Slot::Place, Slot::Day];

/// A sentence in which somebody says something.
#[derive(Clone, Debug)]
pub struct Source {
    /// The outlet.
    pub outlet: Field,
    /// Who says it, if not the outlet.
    pub speaker: Option<Field>,
    /// The channel.
    pub via: Option<Field>,
    /// When.
    pub published: Day,
    /// The sentence.
    pub sentence: Field,
    /// The sentence in its article.
    pub link: String,
}

/// How a value stands to the one that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Nothing is to be said of it.
    Plain,
    /// It is another.
    Differs,
    /// Later figures hold in place of it.
    Superseded,
}

/// A value of a cell.
#[derive(Clone, Debug)]
pub struct Value {
    /// The element's id.
    pub id: String,
    /// What is said.
    pub value: Field,
    /// A participant's code in words.
    pub code: Option<String>,
    /// How it stands to the value that is taken.
    pub stand: Stand,
    /// Where it is said.
    pub sources: Vec<Source>,
}

impl Value {
    /// Whether it is another than the value that is taken.
    pub fn differs(&self) -> bool {
        self.stand == Stand::Differs
    }

    /// How often it is said, where that is more than once.
    pub fn times(&self, c: &Chrome) -> Option<String> {
        (self.sources.len() > 1).then(|| format!("×{}", c.n(self.sources.len() as u64)))
    }

    /// Whether later figures hold.
    pub fn superseded(&self) -> bool {
        self.stand == Stand::Superseded
    }
}

/// What a chain says of a slot.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// The chain in one line, for narrow screens.
    pub by: String,
    /// Its values.
    pub values: Vec<Value>,
    /// Those behind the fold.
    pub more: Vec<Value>,
}

impl Cell {
    /// How many are behind the fold.
    pub fn folded(&self, c: &Chrome) -> String {
        c.count("count.more", self.more.len() as u64)
    }
}

/// The value that is taken for a slot.
#[derive(Clone, Debug)]
pub struct Taken {
    /// It.
    pub value: Field,
    /// The lowest and the highest that is said.
    pub range: Option<String>,
    /// By which rule.
    pub rule: String,
}

/// A row: a slot.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its name.
    pub slot: &'static str,
    /// Whether what is said of it differs.
    pub differs: bool,
    /// What is taken; nothing where no source says anything.
    pub taken: Option<Taken>,
    /// What each chain says.
    pub cells: Vec<Cell>,
}

/// A column: who says it, through whom, in which outlets.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// Who says it, if not the outlets themselves; the last column has none.
    pub speaker: Option<Field>,
    /// The channels.
    pub via: Vec<Field>,
    /// Outlets.
    pub outlets: Vec<Field>,
    /// How many outlets are not named, where there are such.
    pub more: Option<String>,
    /// Of how many other chains it is made, where it is the last.
    pub others: Option<String>,
}

/// The table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// What makes a chain: who is named as the source, else the text itself, of which copies are one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Chain {
    Speaker(String),
    Text(i64),
}

fn chain(o: &Origin) -> Chain {
    o.speaker.as_deref().map_or(Chain::Text(o.cluster), |s| Chain::Speaker(marsad_text::fold(s)))
}

impl Table {
    /// Of an incident's claims.
    pub fn new(c: &Chrome, incident: &Incident, shown: &Shown, claims: &[Claim]) -> Self {
        let mut chains: BTreeMap<Chain, Vec<&Origin>> = BTreeMap::new();
        for origin in claims.iter().flat_map(|x| &x.origins) {
            chains.entry(chain(origin)).or_default().push(origin);
        }
        // Those that give figures stand first, then those that say most, of equal ones the earlier.
        let mut order: Vec<(Chain, Vec<&Origin>)> = chains.into_iter().collect();
        let figures: BTreeSet<Chain> = claims.iter().filter(|x| x.range.is_some()).flat_map(|x| x.origins.iter().map(chain)).collect();
        order.sort_by(|x, y| figures.contains(&y.0).cmp(&figures.contains(&x.0)).then_with(|| y.1.len().cmp(&x.1.len())).then_with(|| x.1.iter().map(|o| &o.published).min().cmp(&y.1.iter().map(|o| &o.published).min())).then_with(|| x.0.cmp(&y.0)));
        // One left over gets the column that the others would share.
        let own = if order.len() == COLUMNS + 1 { COLUMNS + 1 } else { order.len().min(COLUMNS) };
        let mut columns: Vec<Column> = order.iter().take(own).map(|(_, origins)| column(c, origins)).collect();
        if order.len() > own {
            columns.push(Column { others: Some(c.count("count.chain", (order.len() - own) as u64)), ..Column::default() });
        }
        let number: BTreeMap<&Chain, usize> = order.iter().enumerate().map(|(n, (chain, _))| (chain, n.min(own))).collect();
        let row = |slot: Slot| {
            let of: Vec<&Claim> = claims.iter().filter(|x| x.slot == slot).collect();
            (ALWAYS.contains(&slot) || !of.is_empty()).then(|| row(c, slot, &of, incident, shown, &columns, &number))
        };
        let rows = SLOTS.into_iter().filter_map(row).collect();
        Self { columns, rows }
    }
}

fn outlet(c: &Chrome, name: &str) -> Field {
    Field::of(if name.is_empty() { c.t("outlet.unnamed") } else { name })
}

fn column(c: &Chrome, origins: &[&Origin]) -> Column {
    let distinct = |all: &mut dyn Iterator<Item = &str>| {
        let mut list: Vec<String> = Vec::new();
        all.for_each(|one| if !list.iter().any(|l| l == one) { list.push(one.to_owned()) });
        list
    };
    let outlets = distinct(&mut origins.iter().map(|o| o.outlet.as_str()));
    Column {
        speaker: origins.iter().find_map(|o| o.speaker.as_deref()).map(Field::of),
        via: distinct(&mut origins.iter().filter_map(|o| o.via.as_deref())).iter().take(2).map(|v| Field::of(v)).collect(),
        more: (outlets.len() > NAMED).then(|| c.count("count.more", (outlets.len() - NAMED) as u64)),
        outlets: outlets.iter().take(NAMED).map(|o| outlet(c, o)).collect(),
        others: None,
    }
}

fn row(c: &Chrome, slot: Slot, claims: &[&Claim], incident: &Incident, shown: &Shown, columns: &[Column], number: &BTreeMap<&Chain, usize>) -> Row {
    let single = SINGLE.contains(&slot);
    let stand = |claim: &Claim| match slot {
        _ if claim.superseded => Stand::Superseded,
        _ if single && !is_taken(slot, claim, incident) => Stand::Differs,
        _ => Stand::Plain,
    };
    let differs = claims.iter().any(|x| stand(x) == Stand::Differs);
    let mut cells: Vec<Cell> = columns.iter().map(|column| Cell { by: line(column), ..Cell::default() }).collect();
    for (n, claim) in claims.iter().enumerate() {
        let mut by_column: BTreeMap<usize, Vec<&Origin>> = BTreeMap::new();
        for origin in &claim.origins {
            if let Some(at) = number.get(&chain(origin)) {
                by_column.entry(*at).or_default().push(origin);
            }
        }
        for (at, origins) in by_column {
            let (value, code) = said(c, claim);
            let id = format!("v{}-{at}-{n}", slot as u8);
            let Some(cell) = cells.get_mut(at) else { continue };
            let sources = origins.into_iter().map(|o| source(c, o));
            // What reads the same is one, though it may stand for several places or persons.
            if let Some(same) = cell.values.iter_mut().chain(&mut cell.more).find(|v| v.value == value && v.code == code) {
                same.sources.extend(sources);
                continue;
            }
            let value = Value { id, value, code, stand: stand(claim), sources: sources.collect() };
            if cell.values.len() < VALUES { &mut cell.values } else { &mut cell.more }.push(value);
        }
    }
    Row { slot: slot.name(), differs, taken: taken(c, slot, claims, incident, shown), cells }
}

/// A column in one line.
fn line(column: &Column) -> String {
    match (&column.others, &column.speaker) {
        (Some(others), _) => others.clone(),
        (None, Some(speaker)) => speaker.text.clone(),
        (None, None) => column.outlets.first().map(|o| o.text.clone()).unwrap_or_default(),
    }
}

fn is_taken(slot: Slot, claim: &Claim, incident: &Incident) -> bool {
    match slot {
        Slot::Killed => incident.killed.is_some_and(|t| t[2] == claim.counts),
        Slot::Injured => incident.injured.is_some_and(|t| t[2] == claim.counts),
        // A month agrees with a day in it.
        Slot::Day => {
            let taken = incident.days.as_ref().and_then(|(from, to)| Some((days(from)?.0, days(to)?.1)));
            taken.zip(days(&claim.value)).is_some_and(|(taken, said)| said.0 <= taken.1 && said.1 >= taken.0)
        }
        _ => true,
    }
}

/// What is said, and a participant's code in words.
fn said(c: &Chrome, claim: &Claim) -> (Field, Option<String>) {
    match claim.slot {
        Slot::Killed | Slot::Injured => (Field::of(&c.digits(&claim.value)), None),
        Slot::Day => (Field::of(&c.day(&claim.value).text), None),
        Slot::Status => (Field::of(c.word("status", &claim.value)), None),
        Slot::Actor | Slot::Recipient => match claim.value.strip_suffix(']').and_then(|v| v.rsplit_once(" [")) {
            Some((name, code)) => (Field::of(name), Some(c.coded(code).text)),
            None => (Field::of(&claim.value), None),
        },
        _ => (Field::of(&claim.value), None),
    }
}

/// The value that is taken, and the rule in words.
fn taken(c: &Chrome, slot: Slot, claims: &[&Claim], incident: &Incident, shown: &Shown) -> Option<Taken> {
    let toll = |toll: &Option<super::incident::Toll>| {
        toll.as_ref().map(|t| Taken { value: Field::of(&t.best), range: t.range.as_ref().map(|(low, high)| format!("{low}–{high}")), rule: c.t("rule.toll").to_owned() })
    };
    let most = || claims.first().map(|x| Taken { value: said(c, x).0, range: None, rule: c.count("rule.most", x.independent as u64) });
    match slot {
        Slot::Killed => toll(&shown.killed),
        Slot::Injured => toll(&shown.injured),
        Slot::Place => shown.place.clone().map(|value| Taken { value, range: None, rule: c.t("rule.place").to_owned() }),
        Slot::Day => incident.days.as_ref().map(|(from, to)| {
            let day = if from == to { c.day(from).text } else { format!("{} – {}", c.day(from).text, c.day(to).text) };
            Taken { value: Field::of(&day), range: None, rule: c.t(if incident.exact { "rule.day" } else { "rule.day.open" }).to_owned() }
        }),
        Slot::Status => None,
        _ => most(),
    }
}

fn source(c: &Chrome, o: &Origin) -> Source {
    Source {
        outlet: outlet(c, &o.outlet),
        speaker: o.speaker.as_deref().map(Field::of),
        via: o.via.as_deref().map(Field::of),
        published: c.day(&o.published),
        sentence: Field::of(&o.sentence),
        link: format!("/reports/{}?at={}-{}#cited", o.article, o.start, o.end),
    }
}
