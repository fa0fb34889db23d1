//! Open ledgers, one for each question that is being answered.

use crate::problem::Problem;
use marsad_ledger::{Error, Ledger};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Ledgers open for reading. Each question has one to itself for as long as it takes, as the ledger stood when it began.
#[derive(Debug)]
pub struct Pool {
    folder: PathBuf,
    /// From which all others come, so that they share what is held in memory to count by.
    first: Mutex<Ledger>,
    idle: Mutex<Vec<Ledger>>,
    room: Semaphore,
}

impl Pool {
    /// A pool of at most so many; fails where the first cannot be opened.
    pub fn new(folder: PathBuf, most: usize) -> Result<Self, Error> {
        let first = Ledger::read(&folder)?;
        Ok(Self { folder, first: Mutex::new(first), idle: Mutex::default(), room: Semaphore::new(most) })
    }

    /// A turn to ask; held until the answer is there.
    pub async fn turn(&self) -> Option<tokio::sync::SemaphorePermit<'_>> {
        self.room.acquire().await.ok()
    }

    /// A ledger for a question that takes long, beside those that take turns.
    pub fn another(&self) -> Result<Ledger, Error> {
        self.first.lock().unwrap_or_else(PoisonError::into_inner).again()
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Asks. All that the question reads is of one moment, whatever is written meanwhile.
    pub fn ask<T>(&self, question: impl FnOnce(&Ledger) -> Result<T, Problem>) -> Result<T, Problem> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let ledger = match idle {
            Some(ledger) => ledger,
            None => self.another()?,
        };
        let run = |sql: &str| ledger.tables().execute_batch(sql).map_err(|e| Problem::failed(format!("{}: {e}", self.folder.display())));
        run("BEGIN")?;
        let answer = question(&ledger);
        run("ROLLBACK")?;
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(ledger);
        answer
    }
}
