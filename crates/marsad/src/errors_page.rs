//! `marsad evaluate --errors`: each miss and each invention in its sentence, as one page that needs nothing else.

use marsad_gold::{Article, Figure, Kind, Miss, Side, Tally};
use marsad_text::{CharIndex, sentences, words};
use std::collections::BTreeMap;
use std::fmt::Write as _;

const STYLE: &str = "
:root{color-scheme:light dark;--page:#fbfaf7;--ink:#1d1f21;--soft:#64686d;--line:#d9d6cd;--card:#fff;--gold:#1f6f4a;--gold-back:#cfeedd;--said:#9a4a00;--said-back:#ffe0b8;--both:#4a4a00;--both-back:#efe9a8;--bad:#a3182f}
@media(prefers-color-scheme:dark){:root{--page:#16181a;--ink:#e8e6e1;--soft:#a0a4a8;--line:#3a3e42;--card:#1f2225;--gold:#7fe0b0;--gold-back:#164a33;--said:#ffb866;--said-back:#5a3205;--both:#efe48a;--both-back:#4b4712;--bad:#ff8a9a}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:68rem;padding:1rem;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;margin:.5rem 0}h2{font-size:1.2rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line)}
p{margin:.4rem 0}a{color:inherit}small,.soft{color:var(--soft)}
table{border-collapse:collapse;font-size:.9rem}th,td{padding:.15rem .6rem;text-align:start;vertical-align:top;border-bottom:1px solid var(--line)}
.figures{display:block;overflow-x:auto}.figures td:not(:first-child),.figures th:not(:first-child){text-align:end;font-variant-numeric:tabular-nums}
summary{cursor:pointer;padding:.3rem 0;font-weight:600}
details details{margin-inline-start:1rem}details details summary{font-weight:400}
.item{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.6rem .9rem;margin:.6rem 0}
.item:target{outline:3px solid var(--said)}
.item header{display:flex;flex-wrap:wrap;gap:.2rem 1rem;font-size:.85rem;color:var(--soft)}
.item table{width:100%;table-layout:fixed}.item th:first-child{width:8rem}.item th{font-weight:500;color:var(--soft)}
.text{font:1.15rem/2 'Noto Naskh Arabic','Amiri','Geeza Pro','Segoe UI',serif;overflow-wrap:anywhere}
mark{color:inherit;border-radius:.2rem;padding:.1rem 0}
.g{background:var(--gold-back);border-bottom:2px solid var(--gold)}.s{background:var(--said-back);border-bottom:2px dashed var(--said)}
.g.s{background:var(--both-back);border-bottom:2px solid var(--both)}
.code{white-space:nowrap;color:var(--soft)}
tr.differs td{font-weight:600;color:var(--bad)}
@media(max-width:36rem){.item th:first-child{width:5.5rem}th,td{padding:.15rem .3rem}}
";

/// Text as HTML: what could be markup is not.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // No HTML holds these; and controls of direction would reach beyond their place.
            '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

fn anchor(kind: Kind) -> String {
    kind.name().replace(", ", "-").replace(' ', "-")
}

/// The sentences that hold the item, with the words of either side marked: whole words, so that their letters stay joined.
fn context(text: &str, miss: &Miss) -> Option<String> {
    let index = CharIndex::new(text);
    let bytes: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let at = |(a, b): (u32, u32)| Some((*bytes.get(a as usize)?, *bytes.get(b as usize)?));
    let (start, end) = at(miss.at?)?;
    let side = |s: &Option<Side>| s.as_ref().and_then(|s| at(s.at?));
    let (gold, said) = (side(&miss.gold), side(&miss.said));
    // Of an argument the item is a word of its own, which neither side's act covers.
    let spare = [gold, said].iter().flatten().all(|(a, b)| *b <= start || end <= *a);
    let over = |span: Option<(usize, usize)>, a: usize, b: usize| span.is_some_and(|(x, y)| x < b && a < y);
    let mut from = start;
    let mut to = end;
    for s in sentences(text).iter().filter(|s| s.start() < end && start < s.end()) {
        (from, to) = (from.min(s.start()), to.max(s.end()));
    }
    let mut classes: Vec<(usize, usize, &str)> = Vec::new();
    for w in words(text).iter().filter(|w| w.span.start() < to && from < w.span.end()) {
        let (a, b) = (w.span.start().max(from), w.span.end().min(to));
        let item = spare && over(Some((start, end)), a, b);
        let class = match (over(gold, a, b) || (item && !miss.invented), over(said, a, b) || (item && miss.invented)) {
            (true, true) => "g s",
            (true, false) => "g",
            (false, true) => "s",
            (false, false) => continue,
        };
        match classes.last_mut() {
            // Words of one kind beside one another are one stretch.
            Some((_, last, same)) if *same == class && text[*last..a].chars().all(|c| c == ' ') => *last = b,
            _ => classes.push((a, b, class)),
        }
    }
    let (mut out, mut done) = (String::new(), from);
    for (a, b, class) in classes {
        let _ = write!(out, "{}<mark class=\"{class}\">{}</mark>", escape(&text[done..a]), escape(&text[a..b]));
        done = b;
    }
    out.push_str(&escape(&text[done..to]));
    let _ = write!(out, " <small dir=\"ltr\">{}–{}</small>", index.char_of(start), index.char_of(end));
    Some(out.replace('\n', "<br>"))
}

/// One value; a participant's code stands behind its name, whichever way that is written.
fn one(value: &str) -> String {
    match value.rsplit_once(" [") {
        Some((name, code)) => format!("<bdi>{}</bdi> <span class=code>[{}</span>", escape(name), escape(code)),
        None => format!("<bdi>{}</bdi>", escape(value)),
    }
}

/// The two sides beside one another, a row for each value that one of them has.
fn sides(out: &mut String, miss: &Miss) {
    let _ = write!(out, "<table><tr><th scope=col></th><th scope=col>annotation</th><th scope=col>reading</th></tr>");
    let either = miss.gold.as_ref().or(miss.said.as_ref());
    let (gold, said) = (miss.gold.as_ref(), miss.said.as_ref());
    for (name, _) in either.map_or(&[][..], |s| &s.values) {
        let value = |s: Option<&Side>| s.map_or("", |s| s.value(name)).to_owned();
        let (a, b) = (value(gold), value(said));
        if a.is_empty() && b.is_empty() {
            continue;
        }
        let differs = if gold.is_some() && said.is_some() && a != b { " class=differs" } else { "" };
        let cell = |v: &str| if v.is_empty() { "<span class=soft>–</span>".to_owned() } else { v.split("; ").map(one).collect::<Vec<_>>().join("<br>") };
        let _ = write!(out, "<tr{differs}><th scope=row>{name}</th><td>{}</td><td>{}</td></tr>", cell(&a), cell(&b));
    }
    if let Some(sure) = said.and_then(|s| s.confidence) {
        let _ = write!(out, "<tr><th scope=row>confidence</th><td><span class=soft>–</span></td><td>{sure:.2}</td></tr>");
    }
    out.push_str("</table>");
}

/// What a miss is counted under inside its kind: its type, or both types where they differ.
fn group(miss: &Miss) -> String {
    let name = |s: &Option<Side>| s.as_ref().map(|s| s.value("type").to_owned()).filter(|v| !v.is_empty());
    match (name(&miss.gold), name(&miss.said)) {
        (Some(a), Some(b)) if a != b => format!("{a} read as {b}"),
        (Some(a), _) | (None, Some(a)) => a,
        (None, None) => String::new(),
    }
}

/// The whole page.
pub fn page(tally: &Tally, articles: &[Article]) -> String {
    let texts: BTreeMap<&str, &Article> = articles.iter().map(|a| (a.document.id.as_str(), a)).collect();
    let figures: Vec<(Kind, Figure)> = tally.figures();
    let mut out = String::new();
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=en><head><meta charset=utf-8><meta name=viewport content=\"width=device-width,initial-scale=1\">\
         <meta http-equiv=Content-Security-Policy content=\"default-src 'none';style-src 'unsafe-inline'\">\
         <title>Marsad: what was missed and invented</title><style>{STYLE}</style></head><body>\
         <h1>What was missed and invented</h1><p>{} annotated articles. In each sentence <mark class=g>the annotation's words</mark>, \
         <mark class=s>the reading's words</mark> and <mark class=\"g s\">those of both</mark> are marked. \
         Expected calibration error of the events' confidence: {:.3}.</p>\
         <table class=figures id=top><tr><th>kind<th>precision<th>recall<th>F1<th>annotated<th>read<th>missed<th>invented</tr>",
        articles.len(),
        tally.calibration_error()
    );
    for (kind, f) in &figures {
        let misses = tally.misses(*kind);
        let count = |invented: bool| {
            let n = misses.iter().filter(|m| m.invented == invented).count();
            let half = if invented { "invented" } else { "missed" };
            if n == 0 { "0".to_owned() } else { format!("<a href=\"#{}-{half}\">{n}</a>", anchor(*kind)) }
        };
        let _ = write!(
            out,
            "<tr><td>{}<td>{:.3}<td>{:.3}<td>{:.3}<td>{}<td>{}<td>{}<td>{}</tr>",
            if misses.is_empty() { kind.name().to_owned() } else { format!("<a href=\"#{}\">{}</a>", anchor(*kind), kind.name()) },
            f.precision,
            f.recall,
            f.f1,
            f.gold,
            f.said,
            count(false),
            count(true)
        );
    }
    out.push_str("</table>");
    for (kind, _) in &figures {
        let misses = tally.misses(*kind);
        if misses.is_empty() {
            continue;
        }
        let _ = write!(out, "<section id=\"{}\"><h2>{} <small>{} · <a href=\"#top\">up</a></small></h2>", anchor(*kind), kind.name(), misses.len());
        for invented in [false, true] {
            half(&mut out, *kind, invented, misses, &texts);
        }
        out.push_str("</section>");
    }
    out.push_str("</body></html>\n");
    out
}

/// The missed or the invented of a kind, in groups.
fn half(out: &mut String, kind: Kind, invented: bool, misses: &[Miss], texts: &BTreeMap<&str, &Article>) {
    let name = if invented { "invented" } else { "missed" };
    let mut groups: BTreeMap<String, Vec<(usize, &Miss)>> = BTreeMap::new();
    for (n, miss) in misses.iter().enumerate().filter(|(_, m)| m.invented == invented) {
        groups.entry(group(miss)).or_default().push((n, miss));
    }
    let count: usize = groups.values().map(Vec::len).sum();
    if count == 0 {
        return;
    }
    let _ = write!(out, "<details id=\"{}-{name}\"{}><summary>{name}, {count}</summary>", anchor(kind), if kind == Kind::Events { " open" } else { "" });
    let mut sorted: Vec<_> = groups.into_iter().collect();
    sorted.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
    for (group, mut items) in sorted {
        // What the reader was surest of tells most.
        let sure = |m: &Miss| m.said.as_ref().and_then(|s| s.confidence).unwrap_or(0.0);
        items.sort_by(|a, b| sure(b.1).total_cmp(&sure(a.1)));
        if !group.is_empty() {
            let _ = write!(out, "<details open><summary>{}, {}</summary>", escape(&group), items.len());
        }
        for (n, miss) in items {
            let id = format!("{}-{n}", anchor(kind));
            let article = texts.get(miss.document.as_str());
            let more = article.map(|a| [a.document.source.as_deref(), a.document.published.as_deref()].into_iter().flatten().map(|v| format!("<bdi>{}</bdi>", escape(v))).collect::<Vec<_>>().join(" "));
            let _ = write!(out, "<article class=item id=\"{id}\"><header><a href=\"#{id}\">{name}</a><bdi>{}</bdi><span>{}</span><bdi>{}</bdi></header>", escape(&miss.what), more.unwrap_or_default(), escape(&miss.document));
            match article.and_then(|a| context(&a.document.text, miss)) {
                Some(sentence) => {
                    let _ = write!(out, "<p class=text dir=rtl lang=ar>{sentence}</p>");
                }
                None => out.push_str("<p class=soft>The annotation's words do not stand in the text.</p>"),
            }
            sides(out, miss);
            out.push_str("</article>");
        }
        if !group.is_empty() {
            out.push_str("</details>");
        }
    }
    out.push_str("</details>");
}
