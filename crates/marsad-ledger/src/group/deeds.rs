//! Who acted upon whom in the incidents that are asked for.

use super::{Act, Filter, Incident};
use crate::{Error, Ledger};
use rusqlite::{Row, params};
use std::collections::BTreeMap;

/// An incident with those who take part in it, each as [`Facet::Actor`](super::Facet::Actor) has it, with how many
/// mentions say so.
#[derive(Clone, Debug, PartialEq)]
pub struct Deed {
    /// The incident.
    pub incident: Incident,
    /// Who did it, by any of its reports.
    pub actors: BTreeMap<String, u64>,
    /// To whom.
    pub recipients: BTreeMap<String, u64>,
}

impl Ledger {
    /// The incidents under a filter with those who take part in them, the latest first.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn deeds(&self, filter: &Filter) -> Result<Vec<Deed>, Error> {
        self.incidents(filter)?.into_iter().map(|i| self.deed(i)).collect()
    }

    /// Who takes part in an incident.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn deed(&self, incident: Incident) -> Result<Deed, Error> {
        let id = incident.position().id;
        let mut acts = self.db.prepare_cached("SELECT report, features FROM act WHERE incident = ?1").map_err(|e| self.wrap(e))?;
        let acts: Vec<(i64, Vec<u8>)> = acts.query_map([id], |r| Ok((r.get(0)?, r.get(1)?))).and_then(Iterator::collect).map_err(|e| self.wrap(e))?;
        let sql = "SELECT p.side, ifnull(p.name, p.code) FROM mention m JOIN participant p ON p.mention = m.id WHERE m.report = ?1 AND m.number = ?2";
        let mut parties = self.db.prepare_cached(sql).map_err(|e| self.wrap(e))?;
        let mut deed = Deed { incident, actors: BTreeMap::new(), recipients: BTreeMap::new() };
        for (report, features) in acts {
            let act: Act = postcard::from_bytes(&features).map_err(|e| self.damaged(format!("an act of report {report}"), e.to_string()))?;
            for mention in act.mentions {
                let row = |r: &Row| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?));
                for party in parties.query_map(params![report, mention], row).map_err(|e| self.wrap(e))? {
                    let (side, name) = party.map_err(|e| self.wrap(e))?;
                    *if side == "actor" { &mut deed.actors } else { &mut deed.recipients }.entry(name).or_default() += 1;
                }
            }
        }
        Ok(deed)
    }
}
