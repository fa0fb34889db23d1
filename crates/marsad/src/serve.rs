//! `marsad serve`: the ledger in the browser.

use crate::LedgerArgs;
use anyhow::anyhow;
use clap::Args;
use marsad_ledger::Embedding;
use marsad_server::{Config, Meaning, Server};
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::OnceLock;

#[derive(Debug, Args)]
pub struct ServeArgs {
    /// The ledger's folder, as --ledger.
    #[arg(value_name = "LEDGER", conflicts_with = "folder")]
    path: Option<PathBuf>,
    #[command(flatten)]
    ledger: LedgerArgs,
    /// The address to listen on. Others than this machine's own need users or a token.
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    address: IpAddr,
    /// The port; 0 takes a free one.
    #[arg(long, value_name = "N", default_value_t = 7878)]
    port: u16,
    /// Let alerts' webhooks be addresses within this machine or its house.
    #[arg(long)]
    allow_private: bool,
}

/// The model, made ready when somebody first searches by meaning.
fn meaning() -> Meaning {
    let reader = OnceLock::new();
    Box::new(move |words| {
        let reader = reader.get_or_init(|| crate::reader().map_err(|e| format!("{e:#}"))).as_ref().map_err(Clone::clone)?;
        let vector = reader.query(words).map_err(|e| e.to_string())?;
        Ok(Embedding::new(&reader.versions().weights, &vector))
    })
}

/// Runs `marsad serve` until it is interrupted.
pub fn run(args: &ServeArgs) -> anyhow::Result<bool> {
    let folder = args.path.clone().unwrap_or_else(|| args.ledger.folder());
    drop(crate::incidents::current(&folder)?);
    let token = std::env::var("MARSAD_TOKEN").ok().filter(|t| !t.is_empty());
    let config = Config { ledger: folder.clone(), address: args.address, port: args.port, token, knowledge: crate::knowledge::open()?, meaning: Some(meaning()) };
    let mut server = Server::bind(config).map_err(|e| anyhow!(e))?;
    if args.allow_private {
        server = server.allow_private();
    }
    println!("{} is at {} (Ctrl-C ends it)", folder.display(), server.url());
    server.run(marsad_server::stopped())?;
    Ok(true)
}
