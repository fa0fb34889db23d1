//! What the model says of each word and of pairs of words, as plain probabilities.

use crate::Error;
use crate::windows::Cut;
use marsad_model::{Encoder, Matrix, Precision, Special};

/// The model's word on one document.
#[derive(Debug, Default)]
pub struct Labels {
    /// For each word the probability of each label of a head.
    pub entity: Vec<Vec<f32>>,
    /// As above.
    pub trigger: Vec<Vec<f32>>,
    /// As above.
    pub status: Vec<Vec<f32>>,
    /// As above.
    pub cue: Vec<Vec<f32>>,
    /// For each word how likely it reports an act of each kind of the event records.
    pub record: Vec<Vec<f32>>,
    /// Characters to take off the front.
    pub proclitic: Vec<usize>,
    /// Characters to take off the end.
    pub enclitic: Vec<usize>,
    /// For each trigger or cue word: for each relation the probability of every word of its window.
    pub pairs: Vec<Pairs>,
}

/// The relations of one word.
#[derive(Debug)]
pub struct Pairs {
    /// The trigger or cue.
    pub word: usize,
    /// The first word of its window.
    pub first: usize,
    /// Relation by relation, word by word from `first`.
    pub scores: Vec<Vec<f32>>,
}

fn softmax(row: &[f32]) -> Vec<f32> {
    let top = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let e: Vec<f32> = row.iter().map(|x| (x - top).exp()).collect();
    let sum: f32 = e.iter().sum();
    e.into_iter().map(|x| x / sum).collect()
}

pub(crate) fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

fn best(row: &[f32]) -> usize {
    row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(i, _)| i)
}

/// Windows encoded together: enough to fill the products, few enough to bound the memory.
const BATCH: usize = 8;

/// Runs the model over a document.
pub fn label(cut: &Cut, encoder: &Encoder, special: Special, look: f32) -> Result<Labels, Error> {
    let mut out = Labels::default();
    for group in cut.windows.chunks(BATCH) {
        let sequences: Vec<Vec<u32>> = group
            .iter()
            .map(|&(a, b)| {
                let mut s = vec![special.bos];
                s.extend(cut.pieces[a..b].iter().flatten());
                s.push(special.eos);
                s
            })
            .collect();
        let views: Vec<&[u32]> = sequences.iter().map(Vec::as_slice).collect();
        for (states, &(a, b)) in encoder.encode(&views, Precision::Int8)?.iter().zip(group) {
            window(&mut out, cut, states, a, b, encoder, look);
        }
    }
    Ok(out)
}

fn window(out: &mut Labels, cut: &Cut, states: &Matrix, a: usize, b: usize, encoder: &Encoder, look: f32) {
    let mut words = Matrix::zeros(b - a, states.cols);
    let mut at = 1;
    for (k, pieces) in cut.pieces[a..b].iter().enumerate() {
        let row = words.row_mut(k);
        for _ in pieces {
            for (x, y) in row.iter_mut().zip(states.row(at)) {
                *x += y;
            }
            at += 1;
        }
        for x in row.iter_mut() {
            *x /= pieces.len().max(1) as f32;
        }
    }
    let head = |name: &str, normal: &dyn Fn(&[f32]) -> Vec<f32>| -> Vec<Vec<f32>> {
        encoder.linear(name, &words).map_or_else(|| vec![Vec::new(); words.rows], |m| (0..m.rows).map(|r| normal(m.row(r))).collect())
    };
    let first = out.trigger.len();
    out.entity.extend(head("entity", &softmax));
    out.trigger.extend(head("trigger", &softmax));
    out.status.extend(head("status", &softmax));
    out.cue.extend(head("cue", &softmax));
    out.record.extend(head("record", &|row| row.iter().map(|x| sigmoid(x - 3.0)).collect()));
    out.proclitic.extend(head("proclitic", &softmax).iter().map(|r| best(r)));
    out.enclitic.extend(head("enclitic", &softmax).iter().map(|r| best(r)));
    let says = |row: &[f32]| row.first().is_some_and(|o| 1.0 - o > look);
    let rows: Vec<usize> = (first..out.trigger.len()).filter(|&i| says(&out.trigger[i]) || says(&out.cue[i])).collect();
    if rows.is_empty() {
        return;
    }
    let at: Vec<usize> = rows.iter().map(|i| i - first).collect();
    if let Some(scores) = encoder.pairs(&at, &words) {
        for (k, &word) in rows.iter().enumerate() {
            let scores = scores.iter().map(|m| m.row(k).iter().map(|&x| sigmoid(x)).collect()).collect();
            out.pairs.push(Pairs { word, first, scores });
        }
    }
}

/// The most likely legal sequence of B, I and O labels: an I follows only a B or an I of its own type.
///
/// `names` are the labels (`O`, `B-PER`, `I-PER`, …), `none` is what the probability of the first is multiplied by; returns runs as (first word, one past the last, type).
pub fn decode<'a>(rows: &[Vec<f32>], names: &'a [String], none: f32) -> Vec<(usize, usize, &'a str)> {
    let n = names.len();
    let legal = |from: usize, to: usize| !names[to].starts_with('I') || (names[from].len() > 2 && names[from][2..] == names[to][2..]);
    let mut score: Vec<f32> = vec![0.0; n];
    let mut back: Vec<Vec<usize>> = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        let (mut next, mut from) = (vec![f32::NEG_INFINITY; n], vec![0; n]);
        for to in 0..n.min(row.len()) {
            let own = (row[to] * if to == 0 { none } else { 1.0 }).max(1e-9).ln();
            if at == 0 {
                next[to] = if names[to].starts_with('I') { f32::NEG_INFINITY } else { own };
                continue;
            }
            for (f, &s) in score.iter().enumerate() {
                if legal(f, to) && s + own > next[to] {
                    (next[to], from[to]) = (s + own, f);
                }
            }
        }
        score = next;
        back.push(from);
    }
    let mut labels = vec![0; rows.len()];
    let mut now = best(&score);
    for at in (0..rows.len()).rev() {
        labels[at] = now;
        now = back[at][now];
    }
    let (mut runs, mut start) = (Vec::new(), None);
    for at in 0..=labels.len() {
        let name = labels.get(at).map_or("O", |&l| names[l].as_str());
        if let Some((first, kind)) = start
            && !name.starts_with('I')
        {
            runs.push((first, at, kind));
            start = None;
        }
        if name.starts_with('B') {
            start = Some((at, &name[2..]));
        }
    }
    runs
}
