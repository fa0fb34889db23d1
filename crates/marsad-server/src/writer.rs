//! The one that writes to the ledger: what people put right.

use crate::App;
use crate::problem::Problem;
use marsad_ledger::{Error, Ledger};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long a correction waits for another program that writes.
const PATIENCE: Duration = Duration::from_secs(5);
const NAP: Duration = Duration::from_millis(100);

/// Those who want to write queue here.
#[derive(Debug)]
pub struct Writer {
    folder: PathBuf,
    turn: tokio::sync::Mutex<()>,
}

impl Writer {
    /// For a ledger's folder.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, turn: tokio::sync::Mutex::default() }
    }
}

fn open(folder: &std::path::Path) -> Result<Ledger, Error> {
    let began = Instant::now();
    loop {
        match Ledger::open(folder) {
            Err(Error::Busy(_)) if began.elapsed() < PATIENCE => std::thread::sleep(NAP),
            done => return done,
        }
    }
}

impl App {
    /// Changes the ledger, with its incidents up to date before.
    pub(crate) async fn write<T: Send + 'static>(&self, change: impl FnOnce(&mut Ledger) -> Result<T, Problem> + Send + 'static) -> Result<T, Problem> {
        let _turn = self.writer.turn.lock().await;
        let folder = self.writer.folder.clone();
        let work = move || {
            let mut ledger = open(&folder)?;
            ledger.group()?;
            let done = change(&mut ledger)?;
            ledger.close()?;
            Ok(done)
        };
        tokio::task::spawn_blocking(work).await.map_err(|e| Problem::failed(format!("the change could not be made ({e}); please report it")))?
    }
}
