//! Acts into incidents: average link over the scores of pairs of reports, which depends on the set of acts alone.

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
    reports: BTreeSet<usize>,
    /// Groups with which it shares pairs.
    near: BTreeSet<usize>,
    /// Groups that people hold apart from it.
    not: BTreeSet<usize>,
}

/// The scores between two groups: of two reports that of their best pair of acts.
type Ties = BTreeMap<(usize, usize), f32>;

struct Groups<'a> {
    groups: Vec<Option<Group>>,
    /// By the two groups' numbers, the smaller first.
    ties: BTreeMap<(usize, usize), Ties>,
    tables: &'a Tables,
}

/// Groups acts in the order of their keys, each given by the number of its report. `edges` are pairs of acts with their scores, each once.
/// Of all pairs of groups the one is joined whose reports are tied most strongly on average, until none is above the threshold;
/// of equal ones that with the smallest numbers. Reports, not acts, make the average: one that tells an act in five pieces
/// must not outweigh four that tell it in one. Each group is sorted, and the groups are by their first act.
pub fn cluster(reports: &[usize], edges: &[(usize, usize, f32)], constraints: &Constraints, tables: &Tables) -> Vec<Vec<usize>> {
    let acts = reports.len();
    let alone = |(i, report): (usize, &usize)| Some(Group { members: vec![i], reports: BTreeSet::from([*report]), near: BTreeSet::new(), not: BTreeSet::new() });
    let mut all = Groups { groups: reports.iter().enumerate().map(alone).collect(), ties: BTreeMap::new(), tables };
    let mut least = tables.edge;
    while largest(acts, edges, least) > LARGEST {
        least += 0.25;
    }
    for &(a, b, score) in edges.iter().filter(|e| e.2 >= least && reports[e.0] != reports[e.1]) {
        all.ties.insert(ordered(a, b), Ties::from([(ordered(reports[a], reports[b]), score)]));
        all.both(a, b, |g, other| g.near.insert(other));
    }
    for &(a, b) in &constraints.apart {
        all.both(a, b, |g, other| g.not.insert(other));
    }
    let mut held: Vec<usize> = (0..acts).collect();
    for &(a, b) in &constraints.together {
        let (low, high) = ordered(held[a], held[b]);
        if low != high {
            all.join(low, high);
            held.iter_mut().filter(|h| **h == high).for_each(|h| *h = low);
        }
    }
    // The strongest pair first, then the smallest numbers.
    let mut queue: BTreeSet<(std::cmp::Reverse<i64>, usize, usize)> = BTreeSet::new();
    let mut ranks: BTreeMap<(usize, usize), std::cmp::Reverse<i64>> = BTreeMap::new();
    let pairs: Vec<(usize, usize)> = all.ties.keys().copied().collect();
    for pair in pairs {
        if let Some(rank) = all.rank(pair) {
            queue.insert((rank, pair.0, pair.1));
            ranks.insert(pair, rank);
        }
    }
    while let Some((_, a, b)) = queue.pop_first() {
        ranks.remove(&(a, b));
        for g in [a, b] {
            for other in all.near(g) {
                let pair = ordered(g, other);
                if let Some(rank) = ranks.remove(&pair) {
                    queue.remove(&(rank, pair.0, pair.1));
                }
            }
        }
        all.join(a, b);
        for other in all.near(a) {
            let pair = ordered(a, other);
            if let Some(rank) = all.rank(pair) {
                queue.insert((rank, pair.0, pair.1));
                ranks.insert(pair, rank);
            }
        }
    }
    let sorted = |mut g: Group| {
        g.members.sort_unstable();
        g.members
    };
    let mut out: Vec<Vec<usize>> = all.groups.into_iter().flatten().map(sorted).collect();
    out.sort();
    out
}

fn ordered<T: Ord>(a: T, b: T) -> (T, T) {
    if a <= b { (a, b) } else { (b, a) }
}

impl Groups<'_> {
    fn both(&mut self, a: usize, b: usize, put: impl Fn(&mut Group, usize) -> bool) {
        for (one, other) in [(a, b), (b, a)] {
            if let Some(g) = &mut self.groups[one] {
                put(g, other);
            }
        }
    }

    fn near(&self, g: usize) -> Vec<usize> {
        self.groups[g].iter().flat_map(|g| &g.near).copied().collect()
    }

    /// Where two groups stand in the queue; `None` of those that stay apart.
    fn rank(&self, (a, b): (usize, usize)) -> Option<std::cmp::Reverse<i64>> {
        let (x, y, ties) = (self.groups[a].as_ref()?, self.groups[b].as_ref()?, self.ties.get(&(a, b))?);
        if x.not.contains(&b) {
            return None;
        }
        let all = x.reports.len() * y.reports.len();
        let same = x.reports.intersection(&y.reports).count();
        let missing = all.saturating_sub(same + ties.len());
        let sum = ties.values().sum::<f32>() + self.tables.same_report * same as f32 + self.tables.missing * missing as f32;
        let average = sum / all as f32;
        (average >= self.tables.merge).then_some(std::cmp::Reverse((f64::from(average) * 1e6) as i64))
    }

    /// Puts the second group into the first.
    fn join(&mut self, a: usize, b: usize) {
        let Some(gone) = self.groups[b].take() else { return };
        self.ties.remove(&ordered(a, b));
        for other in gone.near.iter().copied().filter(|o| *o != a) {
            let ties = self.ties.remove(&ordered(b, other)).unwrap_or_default();
            let held = self.ties.entry(ordered(a, other)).or_default();
            for (pair, score) in ties {
                held.entry(pair).and_modify(|s| *s = s.max(score)).or_insert(score);
            }
        }
        for other in gone.near.iter().chain(&gone.not).copied().filter(|o| *o != a) {
            if let Some(o) = &mut self.groups[other] {
                if o.near.remove(&b) {
                    o.near.insert(a);
                }
                if o.not.remove(&b) {
                    o.not.insert(a);
                }
            }
        }
        if let Some(g) = &mut self.groups[a] {
            g.members.extend(gone.members);
            g.reports.extend(gone.reports);
            g.near.extend(gone.near);
            g.not.extend(gone.not);
            for own in [a, b] {
                g.near.remove(&own);
                g.not.remove(&own);
            }
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
