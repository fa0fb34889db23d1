//! The columns of every table that is written: one list for headers, types, HXL tags and codebook.

use crate::Error;
use std::fmt::Write as _;

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// A day, `YYYY-MM-DD`.
    Day,
    /// A whole number.
    Int,
    /// A number.
    Real,
    /// Yes or no.
    Bool,
    /// Words, several.
    List,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What its cells hold.
    pub kind: Kind,
    /// Its HXL tag; empty where HXL has no use for it.
    pub hxl: &'static str,
    /// What it means, in English.
    pub en: &'static str,
    /// What it means, in Arabic.
    pub ar: &'static str,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Not known.
    Null,
    /// Words.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number.
    Real(f64),
    /// Yes or no.
    Bool(bool),
    /// Words, several.
    List(Vec<String>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}
impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}
impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Int(number.into())
    }
}
impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Real(number)
    }
}
impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Self::Bool(yes)
    }
}
impl From<&Vec<String>> for Value {
    fn from(list: &Vec<String>) -> Self {
        Self::List(list.clone())
    }
}
impl From<Vec<String>> for Value {
    fn from(list: Vec<String>) -> Self {
        Self::List(list)
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
impl From<&Option<String>> for Value {
    fn from(value: &Option<String>) -> Self {
        value.as_ref().into()
    }
}

impl Value {
    /// As one cell of a table of text; several words are parted by `; `.
    pub fn cell(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Text(text) => text.clone(),
            Self::Int(n) => n.to_string(),
            Self::Real(n) => n.to_string(),
            Self::Bool(yes) => yes.to_string(),
            Self::List(list) => list.join("; "),
        }
    }

    /// As JSON; a number that is none is `null`.
    pub fn json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Text(text) => text.as_str().into(),
            Self::Int(n) => (*n).into(),
            Self::Real(n) => (*n).into(),
            Self::Bool(yes) => (*yes).into(),
            Self::List(list) => list.clone().into(),
        }
    }
}

const FILE: &str = "columns.tsv";

/// The rows of a table of `knowledge/export`, each with its line.
pub(crate) fn rows(file: &'static str, text: &'static str, width: usize) -> Result<Vec<(usize, Vec<&'static str>)>, Error> {
    let split = |(at, line): (usize, &'static str)| {
        let cells: Vec<&str> = line.split('\t').collect();
        if cells.len() == width { Ok((at + 1, cells)) } else { Err(Error::Table { file, line: at + 1, reason: format!("{} cells where there should be {width}; put one tab between cells", cells.len()) }) }
    };
    text.lines().enumerate().skip(1).filter(|l| !l.1.is_empty()).map(split).collect()
}

/// The columns of a table, in their order: `incidents`, `events`, `claims`, `reports`, `acled`, `gdelt_events`, `gdelt_mentions`, `actors`, `deletions`.
///
/// # Errors
/// When a row of the list of columns is not as it should be.
pub fn columns(table: &str) -> Result<Vec<Column>, Error> {
    let column = |(line, c): (usize, Vec<&'static str>)| {
        let kind = match c[2] {
            "text" => Kind::Text,
            "day" => Kind::Day,
            "int" => Kind::Int,
            "real" => Kind::Real,
            "bool" => Kind::Bool,
            "list" => Kind::List,
            other => return Err(Error::Table { file: FILE, line, reason: format!("{other} is no kind; use text, day, int, real, bool or list") }),
        };
        Ok(Column { name: c[1], kind, hxl: c[3], en: c[4], ar: c[5] })
    };
    rows(FILE, include_str!("../../../knowledge/export/columns.tsv"), 6)?.into_iter().filter(|r| r.1[0] == table).map(column).collect()
}

/// The tables, with what a row of each is in English and in Arabic.
pub const TABLES: [(&str, &str, &str); 9] = [
    ("incidents", "One act, as all its reports tell it", "واقعة واحدة كما ترويها أخبارها كلها"),
    ("events", "One mention of an act in one report", "ذكر واحد لفعل في خبر واحد"),
    ("claims", "What one source says of one incident", "ما يقوله مصدر واحد عن واقعة"),
    ("reports", "One text, however many outlets print it", "نص واحد مهما تعددت الوسائل الناشرة له"),
    ("acled", "Incidents in ACLED's 31 columns, ours after them", "الوقائع بأعمدة ACLED ثم أعمدتنا"),
    ("gdelt_events", "Incidents in the 61 columns of GDELT 2.0 Events", "الوقائع بأعمدة GDELT 2.0 Events"),
    ("actors", "One participant, with how often it acts and is acted upon", "طرف واحد، وكم مرة فعل وكم مرة وقع عليه الفعل"),
    ("deletions", "What was there and is no more, since a time", "ما كان ولم يعد منذ وقت معيّن"),
    ("gdelt_mentions", "Events in the 16 columns of GDELT 2.0 Mentions", "الذكرات بأعمدة GDELT 2.0 Mentions"),
];

/// The codebook of these tables as Markdown, in Arabic or in English.
///
/// # Errors
/// As [`columns`].
pub fn codebook(tables: &[(&str, &str, &str)], arabic: bool) -> Result<String, Error> {
    let mut out = String::new();
    for (table, en, ar) in tables {
        let head = if arabic { "| العمود | النوع | المعنى |" } else { "| column | kind | meaning |" };
        let _ = writeln!(out, "## {table}\n\n{}.\n\n{head}\n|---|---|---|", if arabic { ar } else { en });
        for c in columns(table)? {
            let kind = format!("{:?}", c.kind).to_lowercase();
            let _ = writeln!(out, "| `{}` | {kind} | {} |", c.name, if arabic { c.ar } else { c.en });
        }
        out.push('\n');
    }
    Ok(out)
}
