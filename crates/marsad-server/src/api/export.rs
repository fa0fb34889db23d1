//! What the ledger knows, as files: written while they are read, however large.

use super::shape::{Deletion, Deletions};
use crate::App;
use crate::ask::{Both, Since, Wanted};
use crate::problem::Problem;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use marsad_export::{Format, Manifest, View, Written, checksum};
use marsad_ledger::Ledger;
use serde::Deserialize;
use std::io::{BufWriter, Error, Seek as _, Write};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::{mpsc, oneshot};
use utoipa::IntoParams;

/// The format that holds all tables, with codebook and manifest.
const BUNDLE: &str = "bundle";
/// The formats that incidents are offered in.
pub const OFFERED: [&str; 9] = ["csv", "csv-excel", "xlsx", "jsonl", "parquet", "geojson", "acled", "gdelt", BUNDLE];
/// Bytes that go out at once.
const PIECE: usize = 64 * 1024;

/// What is to be written.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Order {
    /// `incidents` (without a word), `events`, `claims`, `reports`, `actors` or `deletions`.
    pub what: Option<String>,
    /// `csv` (without a word), `csv-excel`, `xlsx`, `jsonl`, `parquet`, `geojson`, `acled`, `gdelt`, `gdelt-mentions`, or `bundle` for all tables.
    pub format: Option<String>,
    /// `true` for the manifest instead of the file: its rows, bytes and checksum, and the cursor for the next export.
    pub manifest: Option<bool>,
    /// Only what changed since a day, a time, or the cursor that a manifest gave.
    pub updated_since: Option<String>,
}

/// An order that can be carried out.
#[derive(Clone, Debug)]
struct Job {
    wanted: Wanted,
    since: Option<String>,
    what: String,
    /// `None` for a bundle.
    table: Option<(Format, &'static str)>,
    manifest: bool,
}

impl Job {
    fn new(wanted: Wanted, order: Order) -> Result<Self, Problem> {
        let format = order.format.as_deref().unwrap_or("csv");
        let what = order.what.unwrap_or_else(|| if format == "gdelt-mentions" { "events" } else { "incidents" }.to_owned());
        let table = if format == BUNDLE {
            None
        } else {
            let names = || Format::ALL.map(Format::name).join(", ");
            let known = Format::parse(format).ok_or_else(|| Problem::bad(format!("format: {format:?} is none; there are {}, {BUNDLE}", names())))?;
            let table = known.table(&what).ok_or_else(|| Problem::bad(format!("what: {format} holds no {what:?}; csv holds incidents, events, claims, reports, actors and deletions")))?;
            Some((known, table))
        };
        if order.updated_since.is_some() && what == "actors" {
            return Err(Problem::bad("updated_since: actors are counted over all incidents; leave it out"));
        }
        wanted.filter()?;
        Ok(Self { wanted, since: order.updated_since, what, table, manifest: order.manifest == Some(true) })
    }

    /// The file's name, and its media type.
    fn file(&self) -> (String, &'static str) {
        match self.table {
            _ if self.manifest => ("manifest.json".to_owned(), "application/json"),
            None => ("marsad-bundle.zip".to_owned(), "application/zip"),
            Some((format, _)) => (format!("marsad-{}.{}", self.what, format.extension()), format.media()),
        }
    }

    fn view<'a>(&self, ledger: &'a Ledger) -> Result<View<'a>, Problem> {
        // Without a condition, reports and events that belong to no incident are there as well.
        let filter = if self.wanted.conditions().is_empty() { None } else { Some(self.wanted.filter()?) };
        Ok(View::new(ledger, filter.as_ref(), self.since.as_deref())?)
    }

    fn run(&self, view: &View<'_>, mut out: BufWriter<Pipe>) -> Result<(), marsad_export::Error> {
        let filter = self.wanted.conditions().into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let mut manifest = Manifest { program: env!("CARGO_PKG_VERSION").to_owned(), filter, since: self.since.clone(), cursor: view.cursor()?, files: Vec::new() };
        match self.table {
            Some((format, table)) if !self.manifest => return format.write(view, table, Box::new(out), false).map(drop),
            Some((format, table)) => {
                let mut file = tempfile::tempfile()?;
                let written = format.write(view, table, Box::new(BufWriter::new(file.try_clone()?)), false)?;
                let (bytes, sha256) = checksum(&mut file)?;
                let name = Self { manifest: false, ..self.clone() }.file().0;
                manifest.files.push(Written { name, bytes, sha256, ..written });
            }
            None => {
                let mut file = tempfile::tempfile()?;
                manifest = marsad_export::bundle(view, BufWriter::new(file.try_clone()?), false, manifest)?;
                if !self.manifest {
                    file.rewind()?;
                    std::io::copy(&mut file, &mut out)?;
                    return Ok(out.flush()?);
                }
            }
        }
        writeln!(out, "{:#}", manifest.json())?;
        Ok(out.flush()?)
    }
}

/// The near end: what is written into it goes out.
struct Pipe(mpsc::Sender<Result<Bytes, Error>>);

impl Write for Pipe {
    fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
        self.0.blocking_send(Ok(Bytes::copy_from_slice(buffer))).map_err(|_| Error::from(std::io::ErrorKind::BrokenPipe))?;
        Ok(buffer.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The far end.
struct Stream(mpsc::Receiver<Result<Bytes, Error>>);

impl futures_core::Stream for Stream {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

/// A table of what is asked for, or a bundle of all tables, as a file; or its manifest.
#[utoipa::path(get, path = "/api/v1/export", params(Wanted, Order), responses(
    (status = 200, description = "The file, as it is written", content_type = "application/octet-stream"),
    (status = 400, description = "A parameter that cannot be understood", body = Problem, content_type = "application/problem+json"),
))]
pub async fn export(State(app): State<App>, Both(wanted, order): Both<Wanted, Order>) -> Result<Response, Problem> {
    let job = Job::new(wanted, order)?;
    let (name, media) = job.file();
    let (begun, ready) = oneshot::channel();
    let (sender, receiver) = mpsc::channel(4);
    // It may take minutes: it has a ledger to itself, so that pages do not wait for it.
    let asking = app.clone();
    tokio::task::spawn_blocking(move || {
        let told = |problem: Problem, begun: oneshot::Sender<Result<(), Problem>>| drop(begun.send(Err(problem)));
        let ledger = match asking.pool.another() {
            Ok(ledger) => ledger,
            Err(e) => return told(e.into(), begun),
        };
        let view = match job.view(&ledger) {
            Ok(view) => view,
            Err(problem) => return told(problem, begun),
        };
        if begun.send(Ok(())).is_ok()
            && let Err(error) = job.run(&view, BufWriter::with_capacity(PIECE, Pipe(sender.clone())))
        {
            // The answer breaks off, so that nobody takes half a file for a whole one.
            let _ = sender.blocking_send(Err(Error::other(error)));
        }
    });
    ready.await.map_err(|_| Problem::failed("the export could not be begun; please report it"))??;
    let headers = [(header::CONTENT_TYPE, media.to_owned()), (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))];
    Ok((headers, Body::from_stream(Stream(receiver))).into_response())
}

/// What a follower has to take out of its copy: all that changed since a time and is not among what is asked for (any more).
#[utoipa::path(get, path = "/api/v1/deleted", params(Wanted, Since), responses(
    (status = 200, description = "What has gone", body = Deletions),
    (status = 304, description = "As it was under that tag"),
    (status = 400, description = "A parameter that cannot be understood", body = Problem, content_type = "application/problem+json"),
))]
pub async fn deleted(State(app): State<App>, Both(wanted, since): Both<Wanted, Since>) -> Result<Json<Deletions>, Problem> {
    let order = Order { what: Some("deletions".to_owned()), updated_since: Some(since.updated_since.ok_or_else(|| Problem::bad("updated_since: say since when"))?), ..Order::default() };
    let job = Job::new(wanted, order)?;
    let gone = app.read(move |ledger| {
        let (view, mut items) = (job.view(ledger)?, Vec::new());
        view.deletions(|d| {
            items.push(Deletion { subject: d.subject.to_owned(), id: d.id.clone(), why: d.why.to_owned(), became: d.became.clone(), at: marsad_export::time(d.at) });
            Ok(())
        })?;
        Ok(Deletions { items, cursor: view.cursor()? })
    });
    Ok(Json(gone.await?))
}
