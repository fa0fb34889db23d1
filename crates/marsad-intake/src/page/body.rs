//! The main text of a page: which blocks are the article's.
//!
//! Text that reads like sentences and is not linked has weight. Parts that their names mark as something else are left
//! out (unless the article is in them), then the way goes from the body down into whichever element holds most of the
//! weight, and the blocks there are taken in the order of the page, without what opens as a hint or a list of others does.

use super::tree::{Block, Outline};
use super::words::{WORDS, plain};

/// Characters of a block, and words, from which on it reads like a sentence.
const SENTENCE: (usize, usize) = (35, 7);

/// The share of the weight an element must have for the way to go down into it.
const DOWN: f64 = 0.72;

/// The share with which an element is no mere appendage, whatever its name says: of a name that may mean one, and of one
/// that nearly always does; of what readers say.
const MUCH: (f64, f64, f64) = (0.35, 0.7, 0.97);

fn weight(block: &Block) -> f64 {
    let open = block.chars - block.linked;
    let words = block.text.split_whitespace().count();
    // Scripts without spaces have long "words".
    if block.chars < SENTENCE.0 || (words < SENTENCE.1 && block.chars < 15 * words) || block.linked * 10 > block.chars * 6 {
        return 0.0;
    }
    open as f64
}

/// The weight within each element.
fn weights(page: &Outline, out: &[bool]) -> Vec<f64> {
    let mut all = vec![0.0; page.parts.len()];
    for block in &page.blocks {
        let heading = matches!(page.name(block.part).as_bytes(), [b'h', b'1'..=b'6']);
        if !out[block.part] && !heading {
            all[block.part] += weight(block);
        }
    }
    // A part stands before all within it, so from behind each is complete when it is added.
    for part in (1..page.parts.len()).rev() {
        let parent = page.parts[part].parent;
        if parent != part {
            all[parent] += all[part];
        }
    }
    all
}

/// Which elements, with all within them, are no part of the article.
fn outside(page: &Outline, title: Option<usize>) -> Vec<bool> {
    let mut out = vec![false; page.parts.len()];
    for (limit, round) in [(MUCH.2, 0), (MUCH.1, 1), (MUCH.0, 2)] {
        let all = weights(page, &out);
        let total = all.first().copied().unwrap_or_default().max(1.0);
        for part in 0..page.parts.len() {
            let (name, said, element) = (page.name(part), page.parts[part].said, page.parts[part].element);
            if out[page.parts[part].parent] {
                out[part] = true;
                continue;
            }
            if matches!(name, "html" | "body" | "main") || title.is_some_and(|t| page.within(t, part)) {
                continue;
            }
            let role = element.attr("role").unwrap_or_default();
            let style = || element.attr("style").unwrap_or_default().replace(' ', "").to_ascii_lowercase();
            let unlikely = if round == 0 {
                said.talk
            } else if round == 1 {
                said.never && !said.body || matches!(name, "nav" | "aside" | "footer") || matches!(role, "navigation" | "complementary" | "contentinfo" | "banner" | "search" | "dialog" | "alert")
            } else {
                said.maybe && !said.body && !said.lead || matches!(name, "header" | "form" | "figure" | "address" | "details" | "time") || element.attr("hidden").is_some() || element.attr("aria-hidden") == Some("true") || style().contains("display:none") || style().contains("visibility:hidden")
            };
            out[part] |= unlikely && all[part] < limit * total && !(name == "article" && round == 2);
        }
    }
    lists_of_links(page, &mut out);
    teasers(page, &mut out);
    out
}

/// Elements beside one another that each open with a link and a few words below it lead to other articles.
fn teasers(page: &Outline, out: &mut [bool]) {
    // Blocks and linked characters of the first, by element.
    let mut inside = vec![(0usize, false); page.parts.len()];
    for block in &page.blocks {
        for part in page.around(block.part) {
            let (count, linked) = &mut inside[part];
            *linked |= *count == 0 && block.linked * 10 >= block.chars * 9;
            *count += 1;
        }
    }
    let is = |part: usize| matches!(inside[part], (2..=4, true)) && !matches!(page.name(part), "body" | "main");
    let mut count = vec![0usize; page.parts.len()];
    for part in (1..page.parts.len()).filter(|p| is(*p)) {
        count[page.parts[part].parent] += 1;
    }
    for part in 1..page.parts.len() {
        out[part] |= out[page.parts[part].parent] || (is(part) && count[page.parts[part].parent] > 1);
    }
}

/// Lists and tables whose text is mostly links lead elsewhere.
fn lists_of_links(page: &Outline, out: &mut [bool]) {
    let (mut chars, mut linked) = (vec![0usize; page.parts.len()], vec![0usize; page.parts.len()]);
    for block in &page.blocks {
        chars[block.part] += block.chars;
        linked[block.part] += block.linked;
    }
    for part in (1..page.parts.len()).rev() {
        let parent = page.parts[part].parent;
        chars[parent] += chars[part];
        linked[parent] += linked[part];
    }
    for part in 0..page.parts.len() {
        out[part] |= out[page.parts[part].parent] || (matches!(page.name(part), "ul" | "ol" | "dl" | "table" | "tr") && linked[part] * 10 > chars[part] * 6);
    }
}

/// The element in which the article stands.
fn holder(page: &Outline, all: &[f64], out: &[bool], title: Option<usize>) -> usize {
    let total = all.first().copied().unwrap_or_default();
    let heavy = |share: f64| move |part: &usize| all[*part] >= share * total && all[*part] > 0.0;
    let parts = || (0..page.parts.len()).filter(|p| !out[*p]);
    // What the page itself calls the article's body, the outermost of each; the title's own <article>; the only one.
    let named: Vec<usize> = parts().filter(|p| page.parts[*p].said.body && !page.parts[*p].said.never).filter(heavy(0.2)).collect();
    let named: Vec<usize> = named.iter().copied().filter(|p| !named.iter().any(|o| o != p && page.within(*p, *o))).collect();
    let articles: Vec<usize> = parts().filter(|p| page.name(*p) == "article").filter(heavy(0.2)).collect();
    let titled = articles.iter().copied().rfind(|a| title.is_some_and(|t| page.within(t, *a)));
    let outer: Vec<usize> = articles.iter().copied().filter(|p| !articles.iter().any(|o| o != p && page.within(*p, *o))).collect();
    let mut at = match (named.as_slice(), titled, outer.as_slice()) {
        ([one], ..) | (_, None, [one]) => *one,
        (_, Some(one), _) => one,
        _ => 0,
    };
    loop {
        let children = (at + 1..page.parts[at].end).filter(|p| page.parts[*p].parent == at && !out[*p]);
        let best = children.max_by(|a, b| all[*a].total_cmp(&all[*b]).then(b.cmp(a)));
        match best {
            Some(best) if all[best] >= DOWN * all[at] && all[best] > 0.0 && !matches!(page.name(best), "p" | "blockquote" | "li" | "ul" | "ol") => at = best,
            _ => return at,
        }
    }
}

/// Words as they are compared.
fn key(text: &str) -> String {
    text.split_whitespace().map(plain).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The article's blocks in the order of the page; empty where there are none. `title` is the element of the headline.
pub fn blocks<'a>(page: &'a Outline, title: Option<usize>, headline: &str) -> Vec<&'a Block> {
    if page.parts.is_empty() {
        return Vec::new();
    }
    let out = outside(page, title);
    let all = weights(page, &out);
    let holder = holder(page, &all, &out, title);
    let headline = key(headline);
    let first = page.blocks.iter().position(|b| page.within(b.part, holder)).unwrap_or(0);
    // A first paragraph may stand between the headline and the body.
    let leads = page.blocks[..first].iter().filter(|b| title.is_some_and(|t| b.part > t) && !out[b.part] && weight(b) > 0.0 && key(&b.text) != headline);
    let leads = leads.filter(|b| page.name(b.part) == "p" || page.around(b.part).take(3).any(|p| page.parts[p].said.lead));
    let mut taken: Vec<&Block> = leads.chain(page.blocks[first..].iter().filter(|b| page.within(b.part, holder) && !out[b.part])).collect();
    // A hint to other pages covers the short linked lines behind it.
    let mut hint = false;
    let total: usize = taken.iter().map(|b| b.chars).sum();
    let (mut seen, mut over) = (0, false);
    taken.retain(|block| {
        seen += block.chars;
        let (words, name) = (block.text.split_whitespace().count(), page.name(block.part));
        let heading = matches!(name.as_bytes(), [b'h', b'1'..=b'6']);
        let mostly = |tenths: usize| block.linked * 10 > block.chars * tenths;
        if words <= 6 && WORDS.opens("stop", &block.text).is_some_and(|rest| rest.split_whitespace().count() <= 3 && !rest.ends_with(['.', '،'])) {
            over |= (total - seen) * 10 < total * 4;
            hint = true;
            return false;
        }
        let opens = (words <= 40 && WORDS.opens("skip", &block.text).is_some()) || (words <= 4 && WORDS.opens("alone", &block.text).is_some());
        if opens {
            hint = words <= 6 || mostly(3);
            return false;
        }
        // Prose may link most of its words, but ends as sentences do.
        let prose = block.text.ends_with(['.', ':', '؟', '!', '»', '"']) && !mostly(9);
        if over || (mostly(6) && !prose && (words < 25 || hint)) || (hint && mostly(5)) || block.text.starts_with("— ") {
            return false;
        }
        hint &= words < 4;
        let text = key(&block.text);
        !text.is_empty() && text != headline && (heading || words > 1 || weight(block) > 0.0 || block.text.ends_with(['.', ':', '؟', '!'])) && name != "h1"
    });
    // At both ends only what reads like sentences stays.
    let sentence = |b: &&Block| weight(b) > 0.0 || (b.text.ends_with(['.', '؟', '!', '»', '"', '…']) && b.text.split_whitespace().count() > 2 && b.linked * 10 <= b.chars * 7);
    let from = taken.iter().position(sentence).unwrap_or(taken.len());
    let mut to = taken.iter().rposition(sentence).map_or(from, |at| at + 1);
    // A note on the author stands behind an asterisk.
    if to > from + 1 && taken[to - 1].text.starts_with('*') && !taken[to - 2].text.starts_with('*') {
        to -= 1;
    }
    let mut taken = taken[from..to].to_vec();
    // A first paragraph that is told twice is taken once.
    let mut before = std::collections::BTreeSet::new();
    taken.retain(|b| before.insert(key(&b.text)));
    taken
}
