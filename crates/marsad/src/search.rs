//! `marsad search` and `marsad index`.

use crate::LedgerArgs;
use crate::show::{bar, coloured, paint};
use anyhow::ensure;
use clap::{Args, Subcommand, ValueEnum};
use marsad_ledger::{Article, Embedding, Ledger, iso};
use marsad_search::{FIELDS, Facets, Found, Highlighter, Index, Order, Query, Request};
use std::collections::BTreeSet;
use std::io::Write;

/// Characters of a text that a hit shows.
const EXCERPT: usize = 240;

/// Values that a facet shows on a terminal.
const VALUES: usize = 12;

#[derive(Debug, Args)]
pub struct SearchArgs {
    /// What to look for; see below.
    #[arg(required = true, value_name = "QUERY")]
    query: Vec<String>,
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Search by meaning as well as by words: in Arabic or English, whatever words the reports use.
    #[arg(long)]
    mean: bool,
    /// The most hits.
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// By what they are ordered; a search by meaning has only `relevance`.
    #[arg(long, value_name = "ORDER", default_value = "relevance", conflicts_with = "mean")]
    sort: Sort,
    /// Go on behind the hit where an earlier page ended, as it said.
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
    /// Count types, countries, outlets, actors and months.
    #[arg(long)]
    facets: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Sort {
    Relevance,
    Newest,
    Oldest,
}

#[derive(Debug, Args)]
pub struct IndexArgs {
    #[command(subcommand)]
    command: IndexCommand,
}

#[derive(Debug, Subcommand)]
enum IndexCommand {
    /// Make the index again from the ledger's tables.
    Rebuild {
        #[command(flatten)]
        ledger: LedgerArgs,
    },
}

/// The query language, for `--help`.
pub fn help() -> String {
    let fields = FIELDS.iter().map(|f| format!("  {:<10} {} (\u{2068}{}\u{2069})\n", f.1, f.3, f.4)).collect::<Vec<_>>().concat();
    format!(
        "QUERY: words in any spelling, \"phrases\", -excluded, a OR b, brackets, and fields. What is asked of events side by side\nmust hold of one event. Put the whole between single quotation marks for the shell.\n\nFields:\n{fields}\nExamples:\n  marsad search مسجد كركوك\n  marsad search 'actor:داعش place:كركوك type:assault after:2015-07-20'\n  marsad search --mean 'attack on a mosque'"
    )
}

/// Runs `marsad index`.
pub fn index(args: &IndexArgs) -> anyhow::Result<bool> {
    let IndexCommand::Rebuild { ledger } = &args.command;
    let ledger = Ledger::read(&ledger.folder())?;
    let bar = bar("{bar:40} {pos} of {len} changes, {eta} left")?;
    let index = Index::rebuild(&ledger, |done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    })?;
    bar.finish_and_clear();
    println!("{} reports are in the index of {}", index.len(), ledger.folder().display());
    Ok(true)
}

/// Runs `marsad search`; `false` is never said: to find nothing is an answer.
pub fn run(args: &SearchArgs) -> anyhow::Result<bool> {
    let query = Query::parse(&args.query.join(" "))?;
    let words = query.words();
    ensure!(!args.mean || !words.is_empty(), "--mean compares words, and the query has none besides its fields; add some");
    let ledger = Ledger::read(&args.ledger.folder())?;
    let index = Index::open(&ledger)?;
    let meaning = if args.mean {
        let reader = crate::reader()?;
        Some(Embedding::new(&reader.versions().weights, &reader.query(&words)?))
    } else {
        None
    };
    let knowledge = crate::knowledge::open()?;
    let order = match args.sort {
        Sort::Relevance => Order::Relevance,
        Sort::Newest => Order::Newest,
        Sort::Oldest => Order::Oldest,
    };
    let behind = args.after.as_deref().map(str::parse).transpose()?;
    let found = index.search(&knowledge, &Request { limit: args.limit, order, facets: args.facets, behind, meaning: meaning.as_ref(), ..Request::new(&query) })?;
    let highlighter = index.highlighter(&query)?;
    let mut out = std::io::stdout().lock();
    if args.json { json(&mut out, &ledger, &found, &highlighter)? } else { text(&mut out, &ledger, &found, &highlighter)? }
    Ok(true)
}

/// Each value, the most frequent first.
fn ranked(facets: &Facets, name: &str) -> Vec<(String, u64)> {
    let mut values: Vec<(String, u64)> = facets.get(name).into_iter().flatten().map(|(v, n)| (v.clone(), *n)).collect();
    values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    values
}

fn days(articles: &[Article]) -> Option<String> {
    iso(articles.iter().filter_map(|a| marsad_ledger::days(a.published.as_deref()?)).map(|d| d.0).min()?)
}

fn json(out: &mut impl Write, ledger: &Ledger, found: &Found, highlighter: &Highlighter) -> anyhow::Result<()> {
    let mut hits = Vec::new();
    for hit in &found.hits {
        let (articles, text) = (ledger.articles(hit.report as i64)?, ledger.text(hit.report as i64)?);
        let index = marsad_text::CharIndex::new(&text);
        let excerpt = highlighter.excerpt(&text, EXCERPT);
        let place = |s: &marsad_text::Span| serde_json::json!({"start": index.char_of(s.start()), "end": index.char_of(s.end()), "text": s.of(&text)});
        let shown: Vec<_> = articles.iter().map(|a| serde_json::json!({"key": a.key, "id": a.name, "outlet": a.outlet, "title": a.title, "url": a.url, "published": a.published})).collect();
        hits.push(serde_json::json!({"report": hit.report, "score": hit.score, "day": days(&articles), "articles": shown, "excerpt": place(&excerpt.span), "hits": highlighter.marks(&text).iter().map(place).collect::<Vec<_>>()}));
    }
    let facets: serde_json::Map<_, _> = found.facets.keys().map(|name| ((*name).to_owned(), ranked(&found.facets, name).into_iter().map(|(value, n)| serde_json::json!({"value": value, "reports": n})).collect())).collect();
    let whole = serde_json::json!({"total": found.total, "hits": hits, "facets": facets, "next": found.next.map(|n| n.to_string()), "notes": found.notes});
    writeln!(out, "{whole}")?;
    Ok(())
}

/// A stretch of a text with its marks painted, on one line.
fn painted(text: &str, from: usize, to: usize, marks: &[marsad_text::Span], colour: bool) -> String {
    let mut made = String::new();
    let mut at = from;
    for mark in marks.iter().filter(|m| colour && m.start() >= from && m.end() <= to) {
        made.push_str(&text[at..mark.start()]);
        made.extend(["\u{1b}[1;33m", mark.of(text), "\u{1b}[0m"]);
        at = mark.end();
    }
    made.push_str(&text[at..to]);
    made.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn text(out: &mut impl Write, ledger: &Ledger, found: &Found, highlighter: &Highlighter) -> anyhow::Result<()> {
    let colour = coloured();
    let dim = |s: &str| paint(colour, "2", s);
    for hit in &found.hits {
        let (articles, text) = (ledger.articles(hit.report as i64)?, ledger.text(hit.report as i64)?);
        let outlets: BTreeSet<&str> = articles.iter().map(|a| a.outlet.as_str()).filter(|o| !o.is_empty()).collect();
        let outlets = outlets.into_iter().map(|o| format!("\u{2068}{o}\u{2069}")).collect::<Vec<_>>().join(", ");
        let keys = articles.iter().map(|a| a.key.as_str()).collect::<Vec<_>>().join(" ");
        writeln!(out, "{}", dim(&format!("{}  {outlets}  {keys}", days(&articles).as_deref().unwrap_or("no day"))))?;
        if let Some(title) = articles.iter().find_map(|a| a.title.as_deref()) {
            writeln!(out, "{}", painted(title, 0, title.len(), &highlighter.marks(title), colour))?;
        }
        let excerpt = highlighter.excerpt(&text, EXCERPT);
        writeln!(out, "  {}\n", painted(&text, excerpt.span.start(), excerpt.span.end(), &excerpt.marks, colour))?;
    }
    for name in found.facets.keys() {
        let values = ranked(&found.facets, name);
        let more = values.len().saturating_sub(VALUES);
        let shown = values.iter().take(VALUES).map(|(v, n)| format!("\u{2068}{v}\u{2069} {n}")).collect::<Vec<_>>().join(", ");
        writeln!(out, "{name}: {shown}{}", if more > 0 { format!(" and {more} more") } else { String::new() })?;
    }
    for note in &found.notes {
        writeln!(out, "{note}")?;
    }
    writeln!(out, "{} of {} reports", found.hits.len(), found.total)?;
    if let Some(next) = found.next {
        writeln!(out, "more with --after {next}")?;
    }
    Ok(())
}
