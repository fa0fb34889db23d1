//! A dataset in one file: tables, codebook in both languages, a description that Frictionless programs read, and a manifest.
//!
//! The same ledger, filter and program give the same bytes: nothing of the clock or the machine is written.

use crate::columns::{Column, Kind, TABLES, codebook, columns};
use crate::error::{Error, failed};
use crate::gather::View;
use crate::manifest::{Manifest, Written};
use crate::sinks::{Dialect, Parquet, Sink, Table};
use marsad_ledger::near::hex;
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};
use std::io::{Seek, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// What is told about the data beside the columns: where it comes from, what may be done with it, how it is cited.
const NOTES: [(&str, &str); 2] = [
    ("README.en.md", include_str!("../../../knowledge/export/bundle.en.md")),
    ("README.ar.md", include_str!("../../../knowledge/export/bundle.ar.md")),
];

/// Which columns tell a row from all others, and which refer to rows of another table.
const KEYS: [(&str, &[&str], Option<(&str, &str)>); 6] = [
    ("incidents", &["id"], None),
    ("events", &["id"], Some(("report", "reports"))),
    ("claims", &["id"], Some(("incident", "incidents"))),
    ("reports", &["id"], None),
    ("actors", &["id", "code"], None),
    ("deletions", &["subject", "id"], None),
];

/// A file of the bundle, as it is written.
struct Entry<'a, W: Write + Seek> {
    zip: &'a mut ZipWriter<W>,
    hash: Sha256,
    bytes: u64,
}

impl<'a, W: Write + Seek> Entry<'a, W> {
    fn new(zip: &'a mut ZipWriter<W>, name: &str) -> Result<Self, Error> {
        zip.start_file(name, SimpleFileOptions::default().unix_permissions(0o644).large_file(true)).map_err(failed("zip"))?;
        Ok(Self { zip, hash: Sha256::new(), bytes: 0 })
    }

    fn written(self, name: &str, rows: Option<u64>) -> Written {
        Written { name: name.to_owned(), rows, left_out: 0, bytes: self.bytes, sha256: hex(&self.hash.finalize()) }
    }
}

impl<W: Write + Seek> Write for Entry<'_, W> {
    fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
        let n = self.zip.write(buffer)?;
        self.hash.update(&buffer[..n]);
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.zip.flush()
    }
}

/// Writes a view as a bundle, with the tables as CSV and, by choice, as Parquet beside it.
///
/// # Errors
/// When the ledger cannot be read or `out` not be written.
pub fn bundle<W: Write + Seek + Send>(view: &View<'_>, out: W, parquet: bool, mut manifest: Manifest) -> Result<Manifest, Error> {
    let mut zip = ZipWriter::new(out);
    let mut resources = Vec::new();
    for (table, key, refers) in KEYS {
        // What changed since a time has deletions, and is no whole: rows of it may refer to older ones, and actors are counted in all.
        if view.is_whole() == (table == "deletions") || (table == "actors" && !view.is_whole()) {
            continue;
        }
        let file = rows(view, &mut zip, table, false)?;
        resources.push(resource(table, &file, &columns(table)?, key, refers.filter(|_| view.is_whole())));
        manifest.files.push(file);
        if parquet {
            manifest.files.push(rows(view, &mut zip, table, true)?);
        }
    }
    let package = json!({
        "profile": "tabular-data-package",
        "name": "marsad-export",
        "title": "Events in Arabic news, with who says so",
        "description": "See README.en.md and README.ar.md, and codebook.en.md and codebook.ar.md for every column.",
        "version": manifest.program,
        "resources": resources,
    });
    let held: Vec<_> = TABLES.into_iter().filter(|t| KEYS.iter().any(|k| k.0 == t.0)).collect();
    for (name, content) in [("codebook.en.md", codebook(&held, false)?), ("codebook.ar.md", codebook(&held, true)?), ("datapackage.json", format!("{package:#}\n"))] {
        manifest.files.push(text(&mut zip, name, &content)?);
    }
    for (name, content) in NOTES {
        manifest.files.push(text(&mut zip, name, &content.replace("{version}", &manifest.program))?);
    }
    text(&mut zip, "manifest.json", &format!("{:#}\n", manifest.json()))?;
    zip.finish().map_err(failed("zip"))?.flush()?;
    Ok(manifest)
}

/// Writes a table as a file of the bundle.
fn rows<W: Write + Seek + Send>(view: &View<'_>, zip: &mut ZipWriter<W>, table: &'static str, parquet: bool) -> Result<Written, Error> {
    let name = format!("{table}.{}", if parquet { "parquet" } else { "csv" });
    let (mut entry, columns) = (Entry::new(zip, &name)?, columns(table)?);
    let mut sink: Box<dyn Sink + '_> = if parquet { Box::new(Parquet::new(&mut entry, columns, table)?) } else { Box::new(Table::new(&mut entry, &columns, Dialect::Plain, false)?) };
    let mut count = 0;
    view.rows(table, |values| {
        count += 1;
        sink.row(values)
    })?;
    sink.finish()?;
    drop(sink);
    Ok(entry.written(&name, Some(count)))
}

fn text<W: Write + Seek>(zip: &mut ZipWriter<W>, name: &str, content: &str) -> Result<Written, Error> {
    let mut entry = Entry::new(zip, name)?;
    entry.write_all(content.as_bytes())?;
    Ok(entry.written(name, None))
}

/// A table as Frictionless describes it.
fn resource(table: &str, file: &Written, columns: &[Column], key: &[&str], refers: Option<(&str, &str)>) -> Json {
    let field = |c: &Column| {
        let kind = match c.kind {
            Kind::Text | Kind::List => "string",
            Kind::Day => "date",
            Kind::Int => "integer",
            Kind::Real => "number",
            Kind::Bool => "boolean",
        };
        json!({"name": c.name, "type": kind, "description": c.en})
    };
    let mut schema = json!({"fields": columns.iter().map(field).collect::<Vec<_>>(), "missingValues": [""], "primaryKey": key});
    if let Some((column, other)) = refers {
        schema["foreignKeys"] = json!([{"fields": [column], "reference": {"resource": other, "fields": ["id"]}}]);
    }
    json!({
        "name": table, "path": file.name, "profile": "tabular-data-resource", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
        "bytes": file.bytes, "hash": format!("sha256:{}", file.sha256), "schema": schema,
    })
}
