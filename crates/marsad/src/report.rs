//! `marsad report`: a briefing to print or to send on.

use crate::{FilterArgs, LedgerArgs};
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use marsad_server::{Config, Form};
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct ReportArgs {
    #[command(flatten)]
    ledger: LedgerArgs,
    #[command(flatten)]
    wanted: FilterArgs,
    /// The language of all but the reports' own words.
    #[arg(long, value_enum, default_value_t = Language::Ar)]
    lang: Language,
    /// A page that needs nothing beside it, or Markdown.
    #[arg(long, value_enum, default_value_t = Format::Html)]
    format: Format,
    /// Where `marsad serve` answers, so that each incident leads to its page: https://example.org
    #[arg(long, value_name = "URL")]
    site: Option<String>,
    /// The file; without it, standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Language {
    Ar,
    En,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Html,
    Markdown,
}

/// Runs the command.
pub fn run(args: &ReportArgs) -> anyhow::Result<bool> {
    let folder = args.ledger.folder();
    drop(crate::incidents::current(&folder)?);
    let config = Config { ledger: folder, address: IpAddr::V4(Ipv4Addr::LOCALHOST), port: 0, token: None, knowledge: crate::knowledge::open()?, meaning: None };
    let form = if args.format == Format::Html { Form::Html } else { Form::Markdown };
    let site = args.site.as_ref().map(|s| s.trim_end_matches('/').to_owned());
    let text = marsad_server::briefing(config, &args.wanted.named(), args.lang == Language::Ar, site, form)?;
    match &args.out {
        Some(file) => std::fs::write(file, text).with_context(|| format!("{}: it cannot be written; check the path", file.display()))?,
        None => std::io::stdout().lock().write_all(text.as_bytes())?,
    }
    Ok(true)
}
