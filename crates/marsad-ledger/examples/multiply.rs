//! A large ledger out of a small one: `cargo run --release -p marsad-ledger --example multiply -- BASE FOLDER [REPORTS]`.
//!
//! BASE is a ledger of some thousand real articles; what was not grouped in it is. Its rows are written into FOLDER again and again until REPORTS
//! (400,000 unless told) are there, each time under other numbers and keys and a week later. Nothing is read, compared or
//! grouped anew, so that it takes minutes where adding takes hours; what lists, counts and finds in the large ledger does what
//! it would in a grown one. Texts and readings are the same in each copy: a ledger to measure, not to check or to add these
//! articles to. The index is made by `marsad index rebuild`.
#![allow(clippy::print_stdout, reason = "a program speaks to its user")]

use marsad_ledger::{FILE, Ledger};
use rusqlite::Connection;
use std::path::Path;
use std::time::Instant;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The steps, in order, with `n` for a copy's number, `{by}` for the days it lies later. Numbers of rows are moved by
/// multiples of the highest in BASE; an act's key begins with its report's day at bit 44, unless that is none (0xFFFF).
/// Tables in the order of numbers are written copy by copy, those in the order of hashes row by row: so each grows at its end.
const STEPS: &[(&str, &str)] = &[
    ("outlet", "SELECT * FROM base.outlet"),
    ("maker", "SELECT * FROM base.maker"),
    ("named", "SELECT * FROM base.named"),
    ("report", "SELECT id + {report}, printf('%08x', n) || substr(key, 9), cluster + {report}, day + {by}, live, words, added FROM c CROSS JOIN base.report"),
    ("body", "SELECT report + {report}, text FROM c CROSS JOIN base.body"),
    ("reading", "SELECT report + {report}, maker, as_of, events, json, at FROM c CROSS JOIN base.reading"),
    (
        "document",
        "SELECT id + {document}, printf('%04x', n) || substr(key, 5), outlet, name || '-' || n, url || '/' || n, lang, author, date(substr(published, 1, 10), {by} || ' days'),
           day + {by}, version, report + {report}, added FROM c CROSS JOIN base.document",
    ),
    ("version", "SELECT document + {document}, number, report + {report}, title, date(substr(published, 1, 10), {by} || ' days'), added FROM c CROSS JOIN base.version"),
    ("identity", "SELECT (hash & ~0xFFFF) | n, document + {document} FROM base.identity CROSS JOIN c"),
    (
        "mention",
        "SELECT id + {mention}, report + {report}, number, kind, status, start, end, sentence_start, sentence_end, place, place_name, country, admin1, lat, lon, precision, geonames, date,
           day_from + {by}, day_to + {by}, killed_min, killed_max, injured_min, injured_max, speaker, confidence FROM c CROSS JOIN base.mention",
    ),
    ("participant", "SELECT mention + {mention}, side, number, code, name, entity, text, start, end FROM c CROSS JOIN base.participant"),
    ("embedding", "SELECT report + {report}, weights, scale, vector FROM c CROSS JOIN base.embedding"),
    ("sketch", "SELECT bucket + n, hash, report + {report} FROM c CROSS JOIN base.sketch"),
    ("near", "SELECT a + {report}, b + {report}, resemblance, containment FROM c CROSS JOIN base.near"),
    ("act", "SELECT id + {act}, {key}, report + {report}, start, status, {incident}, anchor + {act}, features FROM c CROSS JOIN base.act"),
    ("block", "SELECT key, {day}, act + {act} FROM base.block CROSS JOIN c"),
    ("edge", "SELECT a + {act}, b + {act}, score FROM c CROSS JOIN base.edge"),
    (
        "incident",
        "SELECT {id}, kind, day + {by}, day_from + {by}, day_to + {by}, exact, place, place_name, country, lat, lon, precision, killed, killed_low, killed_high, injured, injured_low,
           injured_high, reports, leads, independent, outlets, denied, state, terms, actors, recipients FROM c CROSS JOIN base.incident",
    ),
    ("term", "SELECT term, {day}, {incident} FROM base.term CROSS JOIN c"),
    ("change", "SELECT NULL, added, 'report', id, 'added' FROM main.report"),
    ("change", "SELECT NULL, added, 'document', id, 'added' FROM main.document"),
    ("change", "SELECT NULL, 0, 'incident', id, 'added' FROM main.incident"),
    ("noted", "SELECT id, x'', seq FROM main.change WHERE subject = 'incident'"),
    ("grouped", "SELECT 1, (SELECT max(seq) FROM main.change), rules FROM base.grouped"),
];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [base, folder, ..] = arguments.as_slice() else { return Err("give the ledger of real articles and a folder for the large one".into()) };
    let wanted: i64 = arguments.get(2).map_or(Ok(400_000), |n| n.parse())?;
    let mut small = Ledger::open(Path::new(base))?;
    small.group()?;
    small.close()?;
    Ledger::create(Path::new(folder))?.close()?;
    let db = Connection::open(Path::new(folder).join(FILE))?;
    db.execute("ATTACH ?1 AS base", [Path::new(base).join(FILE).to_str()])?;
    db.execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA foreign_keys = OFF; BEGIN")?;
    let most = |what: &str| db.query_row(&format!("SELECT max(id) FROM base.{what}"), [], |r| r.get::<_, i64>(0));
    let reports: i64 = db.query_row("SELECT count(*) FROM base.report", [], |r| r.get(0))?;
    let copies = (wanted + reports - 1) / reports;
    db.execute("CREATE TEMP TABLE c (n INTEGER PRIMARY KEY)", [])?;
    db.execute("INSERT INTO c SELECT value FROM (WITH RECURSIVE up(value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM up WHERE value < ?1 - 1) SELECT value FROM up)", [copies])?;
    let moved = |key: &str| format!("iif({key} >> 44 = 65535, {key} + n, {key} + (n * 7 << 44))");
    let began = Instant::now();
    for (table, rows) in STEPS {
        let mut rows = rows.replace("{by}", "n * 7").replace("{day}", "iif(day = -1000000, day, day + n * 7)").replace("{incident}", &moved("incident")).replace("{key}", &moved("key")).replace("{id}", &moved("id"));
        for what in ["report", "document", "mention", "act"] {
            rows = rows.replace(&format!("{{{what}}}"), &format!("n * {}", most(what)?));
        }
        let n = db.execute(&format!("INSERT INTO main.{table} {rows}"), [])?;
        println!("{table}: {n} rows, {:.0} s", began.elapsed().as_secs_f64());
    }
    db.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")?;
    println!("{copies} copies of {reports} reports in {folder}");
    Ok(())
}
