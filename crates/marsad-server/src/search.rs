//! The index for searching, opened when it is first asked for and kept up with the ledger.

use crate::App;
use crate::problem::Problem;
use marsad_ledger::{Embedding, Ledger};
use marsad_search::{Error, Found, Highlighter, Index, Query, Request};
use std::sync::{PoisonError, RwLock};

/// The open index.
#[derive(Debug, Default)]
pub struct Search(RwLock<Option<Index>>);

impl Search {
    /// Asks, with all in the index that is in the ledger, unless another program is bringing it in just now.
    fn ask<T>(&self, ledger: &Ledger, question: impl FnOnce(&Index) -> Result<T, Error>) -> Result<T, Error> {
        {
            let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
            match held.as_mut() {
                None => *held = Some(Index::open(ledger)?),
                Some(index) => match index.sync(ledger, |_, _| {}) {
                    Ok(_) => {}
                    Err(Error::Busy(_)) => index.refresh()?,
                    Err(e) => return Err(e),
                },
            }
        }
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        match held.as_ref() {
            Some(index) => question(index),
            None => question(&Index::open(ledger)?),
        }
    }
}

impl App {
    /// Searches; with what marks the hits.
    pub fn search(&self, ledger: &Ledger, request: &Request<'_>) -> Result<(Found, Highlighter), Problem> {
        let found = self.search.ask(ledger, |index| Ok((index.search(&self.knowledge, request)?, index.highlighter(request.query)?)))?;
        Ok(found)
    }

    /// What marks a query's words.
    pub fn highlighter(&self, ledger: &Ledger, query: &Query) -> Result<Highlighter, Problem> {
        Ok(self.search.ask(ledger, |index| index.highlighter(query))?)
    }

    /// The meaning of a query's words.
    pub fn meaning_of(&self, query: &Query) -> Result<Embedding, Problem> {
        let words = query.words();
        if words.is_empty() {
            return Err(Problem::bad("a search by meaning compares words, and the query has none besides its fields; add some"));
        }
        let give = self.meaning.as_ref().ok_or_else(|| Problem::bad("this server has no model to search by meaning; search without `mean`"))?;
        give(&words).map_err(Problem::failed)
    }
}
