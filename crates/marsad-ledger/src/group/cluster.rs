//! Acts into incidents: average link over the scores of pairs, which depends on the set of acts alone.

use super::Tables;
use std::collections::{BTreeMap, BTreeSet};

/// Past so many acts in one component its weakest pairs are left out, step by step, so that a war told day by day costs no
/// more than its days.
const LARGEST: usize = 4000;

/// What people said of pairs.
#[derive(Clone, Debug, Default)]
pub struct Constraints {
    /// Pairs that are one.
    pub together: Vec<(usize, usize)>,
    /// Pairs that are two.
    pub apart: Vec<(usize, usize)>,
}

struct Group {
    members: Vec<usize>,
    /// To each group with which it shares pairs: their sum and their number.
    ties: BTreeMap<usize, (f32, u32)>,
    not: BTreeSet<usize>,
}

/// Groups the acts numbered from 0 in the order of their keys. `edges` are pairs with their scores, each once. Of all pairs of
/// groups the one with the strongest average is joined, until none is above the threshold; of equal ones that with the
/// smallest numbers. Each group is sorted, and the groups are by their first act.
pub fn cluster(acts: usize, edges: &[(usize, usize, f32)], constraints: &Constraints, tables: &Tables) -> Vec<Vec<usize>> {
    let mut groups: Vec<Option<Group>> = (0..acts).map(|i| Some(Group { members: vec![i], ties: BTreeMap::new(), not: BTreeSet::new() })).collect();
    let mut least = tables.edge;
    while largest(acts, edges, least) > LARGEST {
        least += 0.25;
    }
    for &(a, b, score) in edges.iter().filter(|e| e.2 >= least && e.0 != e.1) {
        for (x, y) in [(a, b), (b, a)] {
            if let Some(g) = &mut groups[x] {
                g.ties.insert(y, (score, 1));
            }
        }
    }
    for &(a, b) in &constraints.apart {
        for (x, y) in [(a, b), (b, a)] {
            if let Some(g) = &mut groups[x] {
                g.not.insert(y);
            }
        }
    }
    let mut held: Vec<usize> = (0..acts).collect();
    for &(a, b) in &constraints.together {
        let (a, b) = (held[a], held[b]);
        if a != b {
            let (low, high) = (a.min(b), a.max(b));
            join(&mut groups, low, high);
            held.iter_mut().filter(|h| **h == high).for_each(|h| *h = low);
        }
    }
    let average = |groups: &[Option<Group>], a: usize, b: usize| -> Option<f32> {
        let (x, y) = (groups[a].as_ref()?, groups[b].as_ref()?);
        if x.not.contains(&b) {
            return None;
        }
        let (sum, number) = x.ties.get(&b)?;
        let all = (x.members.len() * y.members.len()) as f32;
        Some((sum + tables.missing * (all - *number as f32)) / all)
    };
    // The strongest pair first, then the smallest numbers. A pair whose groups have changed since is passed over.
    let mut queue: BTreeSet<(std::cmp::Reverse<i64>, usize, usize)> = BTreeSet::new();
    let rank = |score: f32| std::cmp::Reverse((f64::from(score) * 1e6) as i64);
    let mut ranks: BTreeMap<(usize, usize), std::cmp::Reverse<i64>> = BTreeMap::new();
    for a in 0..acts {
        let others: Vec<usize> = groups[a].as_ref().map_or(Vec::new(), |g| g.ties.keys().copied().filter(|b| *b > a).collect());
        for b in others {
            if let Some(score) = average(&groups, a, b).filter(|s| *s >= tables.merge) {
                queue.insert((rank(score), a, b));
                ranks.insert((a, b), rank(score));
            }
        }
    }
    while let Some((_, a, b)) = queue.pop_first() {
        ranks.remove(&(a, b));
        let mut touched: BTreeSet<usize> = BTreeSet::new();
        for g in [a, b] {
            touched.extend(groups[g].as_ref().map_or(Vec::new(), |g| g.ties.keys().copied().collect()));
        }
        for g in [a, b] {
            for other in &touched {
                let pair = (g.min(*other), g.max(*other));
                if let Some(r) = ranks.remove(&pair) {
                    queue.remove(&(r, pair.0, pair.1));
                }
            }
        }
        join(&mut groups, a, b);
        for other in touched.into_iter().filter(|o| *o != a && *o != b) {
            let pair = (a.min(other), a.max(other));
            if let Some(score) = average(&groups, pair.0, pair.1).filter(|s| *s >= tables.merge) {
                queue.insert((rank(score), pair.0, pair.1));
                ranks.insert(pair, rank(score));
            }
        }
    }
    let mut out: Vec<Vec<usize>> = groups
        .into_iter()
        .flatten()
        .map(|mut g| {
            g.members.sort_unstable();
            g.members
        })
        .collect();
    out.sort();
    out
}

/// Puts the second group into the first.
fn join(groups: &mut [Option<Group>], a: usize, b: usize) {
    let Some(gone) = groups[b].take() else { return };
    for other in gone.ties.keys().chain(&gone.not).filter(|o| **o != a) {
        if let Some(o) = &mut groups[*other] {
            if let Some((sum, number)) = o.ties.remove(&b) {
                let held = o.ties.entry(a).or_default();
                *held = (held.0 + sum, held.1 + number);
            }
            if o.not.remove(&b) {
                o.not.insert(a);
            }
        }
    }
    if let Some(g) = &mut groups[a] {
        g.members.extend(gone.members);
        for (other, (sum, number)) in gone.ties {
            let held = g.ties.entry(other).or_default();
            *held = (held.0 + sum, held.1 + number);
        }
        g.not.extend(gone.not);
        for own in [a, b] {
            g.ties.remove(&own);
            g.not.remove(&own);
        }
    }
}

/// The acts of the largest component over the pairs of at least that score.
fn largest(acts: usize, edges: &[(usize, usize, f32)], least: f32) -> usize {
    if acts <= LARGEST {
        return acts;
    }
    let mut parents: Vec<usize> = (0..acts).collect();
    let mut find = |mut i: usize, to: Option<usize>| {
        while parents[i] != i {
            parents[i] = parents[parents[i]];
            i = parents[i];
        }
        if let Some(to) = to {
            parents[i] = to;
        }
        i
    };
    for &(a, b, _) in edges.iter().filter(|e| e.2 >= least) {
        let root = find(a, None);
        find(b, Some(root));
    }
    let mut sizes = vec![0usize; acts];
    for i in 0..acts {
        sizes[find(i, None)] += 1;
    }
    sizes.into_iter().max().unwrap_or(0)
}
