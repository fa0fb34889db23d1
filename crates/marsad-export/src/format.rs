//! The formats by their names, as programs are asked for them.

use crate::columns::columns;
use crate::error::Error;
use crate::gather::View;
use crate::manifest::Written;
use crate::sinks::{Dialect, GeoJson, JsonLines, Parquet, Sink, Table, Xlsx};
use std::io::Write;

/// A format that one table is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// An object a line.
    Jsonl,
    /// Commas, for programs.
    Csv,
    /// Commas, for Excel.
    CsvExcel,
    /// Excel's own.
    Xlsx,
    /// Parquet.
    Parquet,
    /// Places as features.
    Geojson,
    /// ACLED's columns and ours after them.
    Acled,
    /// GDELT's events.
    Gdelt,
    /// GDELT's mentions.
    GdeltMentions,
}

impl Format {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 9] = [Self::Csv, Self::CsvExcel, Self::Xlsx, Self::Jsonl, Self::Parquet, Self::Geojson, Self::Acled, Self::Gdelt, Self::GdeltMentions];

    /// As one asks for it, the end of a file's name, and the media type.
    fn names(self) -> [&'static str; 3] {
        match self {
            Self::Jsonl => ["jsonl", "jsonl", "application/x-ndjson"],
            Self::Csv => ["csv", "csv", "text/csv; charset=utf-8"],
            Self::CsvExcel => ["csv-excel", "csv", "text/csv; charset=utf-8"],
            Self::Xlsx => ["xlsx", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
            Self::Parquet => ["parquet", "parquet", "application/vnd.apache.parquet"],
            Self::Geojson => ["geojson", "geojson", "application/geo+json"],
            Self::Acled => ["acled", "csv", "text/csv; charset=utf-8"],
            Self::Gdelt => ["gdelt", "tsv", "text/tab-separated-values; charset=utf-8"],
            Self::GdeltMentions => ["gdelt-mentions", "tsv", "text/tab-separated-values; charset=utf-8"],
        }
    }

    /// As one asks for it.
    pub fn name(self) -> &'static str {
        self.names()[0]
    }

    /// The end of a file's name.
    pub fn extension(self) -> &'static str {
        self.names()[1]
    }

    /// The media type.
    pub fn media(self) -> &'static str {
        self.names()[2]
    }

    /// The format of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.name() == name)
    }

    /// The table that is written for what is asked for; `None` where the format cannot hold it.
    pub fn table(self, what: &str) -> Option<&'static str> {
        match (self, what) {
            (Self::Acled, "incidents") => Some("acled"),
            (Self::Gdelt, "incidents") => Some("gdelt_events"),
            (Self::GdeltMentions, "events") => Some("gdelt_mentions"),
            (Self::Geojson, "incidents") => Some("incidents"),
            (Self::Geojson, "events") => Some("events"),
            (Self::Acled | Self::Gdelt | Self::GdeltMentions | Self::Geojson, _) => None,
            _ => ["incidents", "events", "claims", "reports", "actors", "deletions"].into_iter().find(|t| *t == what),
        }
    }

    fn sink(self, out: Box<dyn Write + Send>, table: &'static str, hxl: bool) -> Result<Box<dyn Sink>, Error> {
        let columns = columns(table)?;
        Ok(match self {
            Self::Jsonl => Box::new(JsonLines::new(out, columns)),
            Self::Csv | Self::Acled => Box::new(Table::new(out, &columns, Dialect::Plain, hxl)?),
            Self::CsvExcel => Box::new(Table::new(out, &columns, Dialect::Excel, hxl)?),
            Self::Gdelt | Self::GdeltMentions => Box::new(Table::new(out, &columns, Dialect::Gdelt, hxl)?),
            Self::Geojson => Box::new(GeoJson::new(out, columns)?),
            Self::Xlsx => Box::new(Xlsx::new(out, columns, table, hxl)?),
            Self::Parquet => Box::new(Parquet::new(out, columns, table)?),
        })
    }

    /// Writes a table of a view as it is read, with `hxl` a row of tags under its header; how many rows, and how many the format
    /// has no code for.
    ///
    /// # Errors
    /// When the ledger cannot be read or `out` not be written.
    pub fn write(self, view: &View<'_>, table: &'static str, out: Box<dyn Write + Send>, hxl: bool) -> Result<Written, Error> {
        let (mut sink, mut rows) = (self.sink(out, table, hxl)?, 0);
        let left_out = view.rows(table, |values| {
            rows += 1;
            sink.row(values)
        })?;
        sink.finish()?;
        Ok(Written { rows: Some(rows), left_out, ..Written::default() })
    }
}
