//! The program `marsad`: reads Arabic news into sourced events.
#![allow(clippy::print_stdout, reason = "a program speaks to its user")]

mod add;
mod errors_page;
mod evaluate;
mod export;
mod fetch;
mod gold;
mod incidents;
mod knowledge;
mod ledger;
mod pipeline;
mod read;
#[cfg(feature = "serve")]
mod report;
mod search;
#[cfg(feature = "serve")]
mod serve;
mod show;
mod sources;
#[cfg(feature = "serve")]
mod users;
mod watch;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand, ValueEnum};
use marsad_model::Weights;
use marsad_reader::Reader;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

static WEIGHTS: &[u8] = include_bytes!("../../../models/marsad.weights");
const EXAMPLES: &str = include_str!("../../../examples/wire.jsonl");

/// Reads Arabic news and keeps a sourced ledger of political and security events.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true, after_help = "Exit codes: 0 done, 1 done but some input was refused, 2 could not run.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read articles and print what they report.
    #[command(after_help = "Examples:\n  marsad read article.txt --published 2026-11-23\n  marsad read news.jsonl.gz > readings.jsonl\n  marsad read table.csv --text-column body\n  cat article.txt | marsad read -")]
    Read(ReadArgs),
    /// Read articles into a ledger: every report once, with its outlets and versions.
    #[command(after_help = "Interrupted at any point, the same command goes on where it stopped. Files that are in and have not changed are\npassed over.\n\nAddresses are fetched: an article's page, a feed with the pages of its entries, an OPML list of feeds (each once; to watch\nthem, `marsad sources import`), or any file that `marsad read` takes.\n\nExamples:\n  marsad add news/\n  marsad add wire.jsonl.gz --ledger iraq\n  marsad add https://example.org/news/4711 https://example.org/feed.xml\n  marsad read news.jsonl > readings.jsonl; marsad add news.jsonl --readings readings.jsonl")]
    Add(AddArgs),
    /// Make readings again that an older version of program, weights or knowledge base made.
    Reread(RereadArgs),
    /// Print the incidents that the reports tell of, the latest first.
    #[command(after_help = "Examples:\n  marsad incidents --type assault --country IQ --after 2015-07 --min-reports 2\n  marsad incidents --actor داعش --place كركوك\n  marsad incidents --actor \"IRQ MIL\" --json")]
    Incidents(IncidentsArgs),
    /// Print one incident: who says what, its reports, and why they are held for one; or put it right.
    #[command(after_help = "Corrections are kept for ever, with author and time, and hold when grouping runs again. `undo` takes one back.\n\nExamples:\n  marsad incident 0413a7c09d1e2f3 --why\n  marsad incident 0413a7c09d1e2f3 split 9f0c2a771e5b4d88 --author Huda --note \"another checkpoint\"\n  marsad incident 0413a7c09d1e2f3 merge 0413b00c1d2e3f4 --author Huda\n  marsad incident 0413a7c09d1e2f3 undo 7 --author Huda")]
    Incident(IncidentArgs),
    /// Write incidents, events, claims or reports for other programs.
    #[command(after_help = "acled and gdelt hold incidents, gdelt-mentions holds events, geojson holds either, a bundle holds all; the other formats hold any one.\nA filter picks incidents, and events, claims and reports are then those of these incidents. Columns: docs/EXPORTS.md.\n\nExamples:\n  marsad export incidents --format csv-excel --country IQ --after 2026-03 --out iraq.csv\n  marsad export incidents --format acled --out acled.csv --force\n  marsad export events --format jsonl --type assault > assaults.jsonl\n  marsad export claims --format xlsx --hxl --out claims.xlsx\n  marsad export --format bundle --out dataset.zip\n  marsad export incidents --format csv --updated-since 2026-11-23; marsad export deletions --format csv --updated-since 2026-11-23")]
    Export(ExportArgs),
    /// Fetch the feeds that are watched, each when it is due, until Ctrl-C.
    #[command(after_help = "Politely: what did not change is not sent again, robots.txt is heeded, one request a host at a time with a pause, and\nwhoever is in trouble is asked ever more seldom. Exit code 1 if a feed is not well or an article was set aside.\n\nExamples:\n  marsad sources add https://example.org/feed.xml\n  marsad watch --contact you@example.org\n  marsad watch --once --every 1h")]
    Watch(WatchArgs),
    /// Print the feeds that are watched and how they are, and the outlets with their articles; add and remove feeds.
    #[command(after_help = "A feed is new, ok, unchanged, empty (sound, without an entry), failing (cannot be fetched), blocked (the site does not\nwant it), or unreadable (a page, or nothing that is a feed).\n\nExamples:\n  marsad sources\n  marsad sources add https://example.org/feed.xml\n  marsad sources import feeds.opml\n  marsad sources export > feeds.opml")]
    Sources(SourcesArgs),
    /// Print how much there is of everything.
    Stats(TableArgs),
    /// Print the versions of an article, with what was cut and put in.
    Versions(VersionsArgs),
    /// Find reports by words, fields or meaning.
    #[command(after_help = search::help())]
    Search(search::SearchArgs),
    /// Show a ledger in the browser.
    #[cfg(feature = "serve")]
    #[command(after_help = "On 127.0.0.1 nobody is asked who they are, unless there are users. On another address everybody must be a user, or give\nthe token that the variable MARSAD_TOKEN holds. The JSON API is described under /api.\n\nExamples:\n  marsad serve\n  marsad serve iraq --port 8080\n  MARSAD_TOKEN=$(openssl rand -hex 16) marsad serve --address 0.0.0.0")]
    Serve(serve::ServeArgs),
    /// Write the incidents under some conditions as a briefing to print, every line with its sources.
    #[cfg(feature = "serve")]
    #[command(after_help = "Examples:\n  marsad report --country IQ --after 2026-11-18 --out week.html\n  marsad report --type protest --lang en --format markdown > protests.md")]
    Report(report::ReportArgs),
    /// Say who may come into the pages; with users, all who ask have to be one of them.
    #[cfg(feature = "serve")]
    #[command(after_help = "Examples:\n  marsad users add Huda --role editor\n  marsad users role Huda admin\n  marsad users remove Huda")]
    Users(users::UsersArgs),
    /// Look after the index that search uses.
    Index(search::IndexArgs),
    /// Check that a ledger is whole. Exit code 1 if something is wrong.
    Doctor(DoctorArgs),
    /// Copy a ledger, also while it is written, and check the copy.
    Backup(BackupArgs),
    /// Read the example reports into a fresh ledger and print its incidents.
    #[command(after_help = "Example:\n  marsad demo --ledger /tmp/demo")]
    Demo {
        /// Where to keep the ledger; without it, in the folder for temporary files. An old ledger there is replaced.
        #[arg(long, value_name = "DIR")]
        ledger: Option<PathBuf>,
    },
    /// Compare readings with articles that people annotated.
    #[command(after_help = "Examples:\n  marsad evaluate gold/dev\n  marsad evaluate gold/dev --misses events\n  marsad evaluate gold/dev --readings readings.jsonl --json\n  marsad evaluate gold/dev --by length\n  marsad evaluate gold/dev --errors errors.html")]
    Evaluate(EvaluateArgs),
    /// Look into the knowledge base, and lay tables of your own over it.
    #[command(after_help = "Your own tables are kept in the folder MARSAD_DATA, else in the system's folder for data of programs\n(Linux ~/.local/share/marsad, macOS ~/Library/Application Support/marsad, Windows %APPDATA%\\marsad).\n\nExamples:\n  marsad knowledge lookup طرابلس\n  marsad knowledge add my_actors.tsv\n  marsad knowledge check knowledge/")]
    Knowledge(KnowledgeArgs),
}

/// Which incidents are asked for.
#[derive(Debug, Args)]
struct FilterArgs {
    /// PLOVER's type: assault, protest, consult, …
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    /// Words of the place, in Arabic or of its usual English name.
    #[arg(long)]
    place: Option<String>,
    /// Two letters (ISO 3166-1).
    #[arg(long)]
    country: Option<String>,
    /// Words of a participant's name, or a code (IRQ MIL).
    #[arg(long)]
    actor: Option<String>,
    /// First day, month or year.
    #[arg(long, value_name = "DATE")]
    after: Option<String>,
    /// Last day, month or year.
    #[arg(long, value_name = "DATE")]
    before: Option<String>,
}

#[derive(Debug, Args)]
struct IncidentsArgs {
    #[command(flatten)]
    ledger: LedgerArgs,
    #[command(flatten)]
    wanted: FilterArgs,
    /// What a person said of it; without it, all but the dismissed.
    #[arg(long, value_name = "STATE")]
    state: Option<State>,
    /// Only those that at least so many reports are about.
    #[arg(long, value_name = "N", default_value_t = 0)]
    min_reports: u64,
    /// At most so many; 0 is all.
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    /// Pass over so many first.
    #[arg(long, value_name = "N", default_value_t = 0)]
    skip: usize,
    /// Which of the claimed numbers is shown as the best.
    #[arg(long, value_enum, default_value_t = RuleName::Conservative)]
    rule: RuleName,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

/// What is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// Acts, each as all its reports tell it.
    Incidents,
    /// Mentions of acts in reports.
    Events,
    /// What each source says of an incident.
    Claims,
    /// Texts, each once.
    Reports,
    /// Who takes part in incidents, with how often.
    Actors,
    /// What is no more: ids of incidents, reports, events and claims, with what they became.
    Deletions,
    /// Readings as people put them right, in the guide's format: a file an article, into the folder --out.
    Gold,
}

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated, for programs.
    Csv,
    /// Comma-separated as Excel opens it; nothing in it runs as a formula.
    CsvExcel,
    /// Apache Parquet.
    Parquet,
    /// A workbook of Excel's.
    Xlsx,
    /// Points, and circles where only an area is known (RFC 7946).
    Geojson,
    /// CSV with ACLED's columns, ours after them.
    Acled,
    /// GDELT 2.0 Events: tabs, no header.
    Gdelt,
    /// GDELT 2.0 Mentions: tabs, no header.
    GdeltMentions,
    /// A zip of all tables as CSV, with codebook, datapackage.json and manifest.
    Bundle,
}

#[derive(Debug, Args)]
struct ExportArgs {
    /// What to write; a bundle holds all of it.
    #[arg(value_enum)]
    what: Option<What>,
    #[command(flatten)]
    ledger: LedgerArgs,
    /// How. Gold has a form of its own.
    #[arg(long, value_enum, required = false, default_value_if("what", "gold", "jsonl"))]
    format: ExportFormat,
    /// Where; without it, on standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace a file that stands there.
    #[arg(long)]
    force: bool,
    /// A row of HXL tags under the header.
    #[arg(long)]
    hxl: bool,
    /// Parquet in the bundle too, beside the CSV.
    #[arg(long)]
    parquet: bool,
    /// Only what changed since: a day, a time (2026-11-23T08:00:00Z), or the cursor that an earlier export printed.
    #[arg(long, value_name = "TIME")]
    updated_since: Option<String>,
    /// Write to this file what was asked for and what was written: rows, bytes, SHA-256, cursor (as JSON; a bundle holds its own).
    #[arg(long, value_name = "FILE", requires = "out")]
    manifest: Option<PathBuf>,
    #[command(flatten)]
    wanted: FilterArgs,
}

#[derive(Debug, Args)]
struct IncidentArgs {
    /// As `marsad incidents` prints it, or the beginning of it; old ids lead to the incident that holds them now.
    #[arg(value_name = "ID")]
    id: String,
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Show what ties each report to the others.
    #[arg(long)]
    why: bool,
    /// Which of the claimed numbers is shown as the best.
    #[arg(long, value_enum, default_value_t = RuleName::Conservative)]
    rule: RuleName,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    /// Who puts it right; default: the user's name.
    #[arg(long, value_name = "NAME", global = true)]
    author: Option<String>,
    /// Why.
    #[arg(long, value_name = "TEXT", global = true)]
    note: Option<String>,
    #[command(subcommand)]
    command: Option<IncidentCommand>,
}

#[derive(Debug, Subcommand)]
enum IncidentCommand {
    /// These of its articles tell of another incident.
    Split {
        /// Their keys, as `marsad incident ID` prints them.
        #[arg(required = true, value_name = "ARTICLE")]
        articles: Vec<String>,
    },
    /// It is one with another incident.
    Merge {
        /// The other's id.
        #[arg(value_name = "ID")]
        other: String,
    },
    /// It is no incident.
    Dismiss,
    /// It is as it stands.
    Confirm,
    /// Take a correction back.
    Undo {
        /// As `marsad incident ID` prints it.
        #[arg(value_name = "NUMBER")]
        number: i64,
    },
}

/// What a person said of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum State {
    /// Nothing yet.
    Open,
    /// It is one.
    Confirmed,
    /// It is none.
    Dismissed,
}

/// Which of several claimed numbers is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum RuleName {
    /// The lowest that later ones do not replace (ACLED's rule).
    Conservative,
    /// The last.
    Latest,
    /// The highest.
    Max,
}

#[derive(Debug, Args)]
struct KnowledgeArgs {
    #[command(subcommand)]
    command: KnowledgeCommand,
}

#[derive(Debug, Subcommand)]
enum KnowledgeCommand {
    /// Print all that a name may be: places, states, actors, office holders. Exit code 1 if nothing is known.
    Lookup {
        /// In Arabic, Kurdish or Latin letters.
        #[arg(required = true, value_name = "NAME")]
        name: Vec<String>,
        /// Print one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Lay a table of your own over the knowledge base; what both have, yours wins.
    #[command(after_help = "FILE may be gzipped, and is known by its header: one of the tables of knowledge/ (actors, persons, roles,\ndemonyms, place_words, places/XX.tsv, gazetteer), a table of places of Who's On First, or a country's file of GeoNames.\nFormats and where to get them: docs/packs.md.\n\nIt is kept in the folder MARSAD_DATA, else in the system's folder for data of programs, and used by every command.")]
    Add {
        /// The table.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// What to call it; default: the file's name. A pack of that name is replaced.
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
    },
    /// List your own tables.
    List,
    /// Take a table of your own away.
    Remove {
        /// As `list` names it.
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Check a folder of tables and name the file and line of a fault; without a folder, the program's own.
    Check {
        /// Such as knowledge/.
        #[arg(value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
struct EvaluateArgs {
    /// The folder of annotated articles (*.json).
    #[arg(value_name = "GOLD_DIR")]
    folder: PathBuf,
    /// Readings made before, one a line; without it, the articles are read now.
    #[arg(long, value_name = "FILE")]
    readings: Option<PathBuf>,
    /// Other weights than those in the program.
    #[arg(long, value_name = "FILE", conflicts_with = "readings")]
    weights: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
    /// List what was missed and invented of one kind: entities, places, dates, statements, events, actor, "actor code", …
    #[arg(long, value_name = "KIND", conflicts_with = "json")]
    misses: Option<String>,
    /// Print the figures of each group of articles as well.
    #[arg(long, value_name = "WHAT", conflicts_with = "misses")]
    by: Option<By>,
    /// Write a page that shows each miss and each invention in its sentence.
    #[arg(long, value_name = "FILE.html")]
    errors: Option<PathBuf>,
}

/// What articles are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum By {
    /// The outlet, as the article states it.
    Source,
    /// The article's id before its first part of digits alone: `ant-politic` of `ant-politic-13-2017-01-06`.
    Genre,
    /// Words of the text: under 100, to 199, to 399, and more.
    Length,
}

/// How readings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people: the article with what was found.
    Text,
    /// One JSON array.
    Json,
    /// One reading a line.
    Jsonl,
    /// One event a line, comma-separated.
    Csv,
    /// One event a line, as JSON in PLOVER's names.
    Plover,
}

#[derive(Debug, Args)]
struct ReadArgs {
    /// Plain text, JSON (lines), CSV, web pages, feeds, WARC and WET, each also gzipped, Parquet, or folders of these; `-` is standard input.
    #[arg(default_value = "-", value_name = "FILE")]
    files: Vec<String>,
    /// Default: text on a terminal, otherwise jsonl.
    #[arg(long)]
    format: Option<Format>,
    /// Threads; default: as many as there are cores.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Day of publication (YYYY-MM-DD) of articles that state none.
    #[arg(long, value_name = "DATE")]
    published: Option<String>,
    #[command(flatten)]
    columns: ColumnArgs,
}

#[derive(Debug, Args)]
#[allow(clippy::struct_field_names, reason = "the fields' names are the options'")]
struct ColumnArgs {
    /// CSV column, or field in JSON, of the body.
    #[arg(long, default_value = "text", value_name = "NAME")]
    text_column: String,
    /// CSV column, or field in JSON, of the key.
    #[arg(long, default_value = "id", value_name = "NAME")]
    id_column: String,
    /// CSV column, or field in JSON, of the headline.
    #[arg(long, default_value = "title", value_name = "NAME")]
    title_column: String,
    /// CSV column, or field in JSON, of the outlet.
    #[arg(long, default_value = "source", value_name = "NAME")]
    source_column: String,
    /// CSV column, or field in JSON, of the day of publication.
    #[arg(long, default_value = "published", value_name = "NAME")]
    published_column: String,
}

impl ColumnArgs {
    fn columns(&self) -> marsad_intake::Columns {
        marsad_intake::Columns {
            text: self.text_column.clone(),
            id: self.id_column.clone(),
            title: self.title_column.clone(),
            source: self.source_column.clone(),
            published: self.published_column.clone(),
        }
    }
}

#[derive(Debug, Args)]
struct AddArgs {
    /// Files as `marsad read` takes them, folders of such, and addresses of the web; `-` is standard input.
    #[arg(required = true, value_name = "SOURCE")]
    sources: Vec<String>,
    #[command(flatten)]
    ledger: LedgerArgs,
    #[command(flatten)]
    net: NetArgs,
    /// Readings made before by `marsad read` of the same articles, one a line: nothing is read anew.
    #[arg(long, value_name = "FILE")]
    readings: Option<PathBuf>,
    /// Threads; default: as many as there are cores.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Day of publication (YYYY-MM-DD) of articles that state none.
    #[arg(long, value_name = "DATE")]
    published: Option<String>,
    #[command(flatten)]
    columns: ColumnArgs,
}

/// Of a feed's entries, the pages that are fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Pages {
    /// Of those that the feed has a summary of, or a headline alone.
    Missing,
    /// Of all.
    Always,
    /// Of none: what the feed has must do.
    Never,
}

/// How the web is met.
#[derive(Debug, Args)]
struct NetArgs {
    /// Of a feed's entries, the pages that are fetched.
    #[arg(long, value_enum, value_name = "WHICH", default_value_t = Pages::Missing)]
    pages: Pages,
    /// Between two requests to one host (500ms, 2s, 1m); longer where its robots.txt asks for it.
    #[arg(long, value_name = "TIME", default_value = "2s", value_parser = time)]
    pause: Duration,
    /// How long a page or feed may take; a file of articles sixty times as long.
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = time)]
    timeout: Duration,
    /// How the sites' keepers can write to you; it stands in the requests.
    #[arg(long, value_name = "ADDRESS")]
    contact: Option<String>,
    /// Fetch from addresses within this machine and its house too.
    #[arg(long)]
    allow_private: bool,
}

/// A stretch of time: a number and its unit.
fn time(text: &str) -> Result<Duration, String> {
    let units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let unit = units.iter().find(|(name, _)| *name == &text[split..]).map(|(_, ms)| *ms);
    let time = unit.zip(text[..split].parse::<u64>().ok()).and_then(|(unit, n)| n.checked_mul(unit));
    time.map(Duration::from_millis).ok_or_else(|| "give a number and ms, s, m, h or d, such as 15m".to_owned())
}

#[derive(Debug, Args)]
struct WatchArgs {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Try each feed that is due once, and end.
    #[arg(long)]
    once: bool,
    /// How often a feed is tried that is well.
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = time)]
    every: Duration,
    /// Threads; default: as many as there are cores.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    #[command(flatten)]
    net: NetArgs,
}

#[derive(Debug, Args)]
struct SourcesArgs {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Print JSON: one object a line.
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    command: Option<SourcesCommand>,
}

#[derive(Debug, Subcommand)]
enum SourcesCommand {
    /// Watch a feed.
    Add {
        /// Its address.
        #[arg(required = true, value_name = "URL")]
        urls: Vec<String>,
        /// What to call it; default: what it calls itself.
        #[arg(long, value_name = "TEXT")]
        title: Option<String>,
    },
    /// Watch a feed no longer; its articles stay.
    Remove {
        /// Its address, as `marsad sources` prints it.
        #[arg(required = true, value_name = "URL")]
        urls: Vec<String>,
    },
    /// Watch the feeds of an OPML list.
    Import {
        /// The list.
        #[arg(value_name = "FILE.opml")]
        file: PathBuf,
    },
    /// Print the feeds as an OPML list.
    Export,
}

#[derive(Debug, Args)]
struct LedgerArgs {
    /// The ledger's folder; default: the one that the variable `MARSAD_LEDGER` names, else marsad-ledger in the working directory.
    #[arg(long = "ledger", value_name = "DIR", global = true)]
    folder: Option<PathBuf>,
}

impl LedgerArgs {
    fn folder(&self) -> PathBuf {
        let set = || std::env::var_os("MARSAD_LEDGER").filter(|v| !v.is_empty()).map(PathBuf::from);
        self.folder.clone().or_else(set).unwrap_or_else(|| PathBuf::from("marsad-ledger"))
    }
}

#[derive(Debug, Args)]
struct RereadArgs {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Threads; default: as many as there are cores.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

#[derive(Debug, Args)]
struct DoctorArgs {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Make again what follows from texts and readings: counts, rows of events, clusters of duplicates, indexes.
    #[arg(long)]
    repair: bool,
}

#[derive(Debug, Args)]
struct BackupArgs {
    /// A folder that does not exist yet, or is empty.
    #[arg(value_name = "DEST")]
    destination: PathBuf,
    #[command(flatten)]
    ledger: LedgerArgs,
}

#[derive(Debug, Args)]
struct TableArgs {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Print JSON: one object a line.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct VersionsArgs {
    /// The article's key, as the ledger names it, or its address.
    #[arg(value_name = "ARTICLE")]
    article: String,
    #[command(flatten)]
    ledger: LedgerArgs,
}

fn reader() -> anyhow::Result<Reader> {
    Ok(Reader::new(Weights::from_static(WEIGHTS)?, knowledge::open()?)?)
}

fn demo(ledger: Option<PathBuf>) -> anyhow::Result<bool> {
    let path = ledger.unwrap_or_else(|| std::env::temp_dir().join("marsad-demo"));
    let reader = reader()?;
    let mut ledger = marsad_ledger::Ledger::create(&path)?;
    for (number, line) in EXAMPLES.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let document = serde_json::from_str(line).with_context(|| format!("examples/wire.jsonl, line {}", number + 1))?;
        ledger.add(&document, &reader.read(&document)?)?;
    }
    ledger.group()?;
    incidents::demo(&ledger)?;
    Ok(true)
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Read(args) => read::run(&args),
        Command::Add(args) => add::run(&args),
        Command::Reread(args) => add::reread(&args),
        Command::Incidents(args) => incidents::list(&args),
        Command::Incident(args) => incidents::one(&args),
        Command::Export(args) => export::run(&args),
        Command::Watch(args) => watch::run(&args),
        Command::Sources(args) => sources::run(&args),
        Command::Stats(args) => ledger::stats(&args),
        Command::Versions(args) => ledger::versions(&args),
        Command::Search(args) => search::run(&args),
        #[cfg(feature = "serve")]
        Command::Serve(args) => serve::run(&args),
        #[cfg(feature = "serve")]
        Command::Report(args) => report::run(&args),
        #[cfg(feature = "serve")]
        Command::Users(args) => users::run(&args),
        Command::Index(args) => search::index(&args),
        Command::Doctor(args) => ledger::doctor(&args),
        Command::Backup(args) => ledger::backup(&args),
        Command::Demo { ledger } => demo(ledger),
        Command::Evaluate(args) => evaluate::run(&args),
        Command::Knowledge(args) => knowledge::run(&args),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) if error.chain().any(|e| e.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("marsad: {error:#}");
            ExitCode::from(2)
        }
    }
}
