//! What is gathered from the reports that match: the best of them, how many there are, and the facets.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::query::Weight;
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

/// By what reports are ordered: a number, the greatest first, then the report's number, the smallest first.
pub(crate) type Key = (i64, Reverse<u64>);

/// Where the numbers come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Score,
    Newest,
    Oldest,
}

/// The columns of the facets, in the order they are shown.
pub(crate) const FACETS: [&str; 5] = ["type", "country", "outlet", "actor", "month"];

/// How many reports there are of each value, by facet: `type`, `country`, `outlet`, `actor`, `month`.
pub type Facets = BTreeMap<&'static str, BTreeMap<String, u64>>;

/// Gathers the best reports behind a key.
pub(crate) struct Best {
    pub limit: usize,
    pub by: By,
    pub behind: Option<Key>,
    pub facets: bool,
    /// Of the reports that match, only these (sorted).
    pub among: Option<Vec<u64>>,
}

/// What was gathered: the best, best first; how many matched; the facets.
pub(crate) type Gathered = (Vec<Key>, u64, Facets);

pub(crate) struct OfSegment {
    by: By,
    limit: usize,
    behind: Option<Key>,
    among: Option<Vec<u64>>,
    report: Column<u64>,
    day: Column<i64>,
    best: BinaryHeap<Reverse<Key>>,
    total: u64,
    columns: Vec<(&'static str, StrColumn, Vec<u64>)>,
}

impl Collector for Best {
    type Fruit = Gathered;
    type Child = OfSegment;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<OfSegment> {
        let fast = segment.fast_fields();
        let mut columns = Vec::new();
        for name in FACETS.into_iter().filter(|_| self.facets) {
            if let Some(column) = fast.str(name)? {
                let counts = vec![0; column.num_terms()];
                columns.push((name, column, counts));
            }
        }
        Ok(OfSegment {
            by: self.by,
            limit: self.limit,
            behind: self.behind,
            among: self.among.clone(),
            report: fast.u64("report")?,
            day: fast.i64("day")?,
            best: BinaryHeap::with_capacity(self.limit + 1),
            total: 0,
            columns,
        })
    }

    fn requires_scoring(&self) -> bool {
        self.by == By::Score
    }

    fn merge_fruits(&self, parts: Vec<tantivy::Result<Gathered>>) -> tantivy::Result<Gathered> {
        let (mut best, mut total, mut facets) = (Vec::new(), 0, Facets::new());
        for part in parts {
            let part = part?;
            best.extend(part.0);
            total += part.1;
            for (name, counts) in part.2 {
                let sums = facets.entry(name).or_default();
                counts.into_iter().for_each(|(value, n)| *sums.entry(value).or_default() += n);
            }
        }
        best.sort_unstable_by(|a, b| b.cmp(a));
        best.truncate(self.limit);
        Ok((best, total, facets))
    }
}

impl SegmentCollector for OfSegment {
    type Fruit = tantivy::Result<Gathered>;

    fn collect(&mut self, doc: DocId, score: Score) {
        let report = self.report.first(doc).unwrap_or_default();
        if self.among.as_ref().is_some_and(|a| a.binary_search(&report).is_err()) {
            return;
        }
        self.total += 1;
        for (_, column, counts) in &mut self.columns {
            column.term_ords(doc).for_each(|ord| {
                if let Some(n) = counts.get_mut(ord as usize) {
                    *n += 1;
                }
            });
        }
        let number = match self.by {
            By::Score => bits(score),
            By::Newest => self.day.first(doc).unwrap_or(i64::MIN),
            By::Oldest => self.day.first(doc).map_or(i64::MIN, |d| -d),
        };
        let key = (number, Reverse(report));
        if self.behind.is_some_and(|b| key >= b) {
            return;
        }
        if self.best.len() < self.limit {
            self.best.push(Reverse(key));
        } else if self.best.peek().is_some_and(|worst| key > worst.0) {
            self.best.pop();
            self.best.push(Reverse(key));
        }
    }

    fn harvest(self) -> Self::Fruit {
        let mut facets = Facets::new();
        for (name, column, counts) in &self.columns {
            let values = facets.entry(*name).or_default();
            for (ord, n) in counts.iter().enumerate().filter(|(_, n)| **n > 0) {
                let mut value = String::new();
                column.ord_to_str(ord as u64, &mut value)?;
                values.insert(value, *n);
            }
        }
        Ok((self.best.into_iter().map(|k| k.0).collect(), self.total, facets))
    }
}

/// Gathers the best reports by score and nothing else, so that the index may pass over what cannot be among them.
pub(crate) struct Top {
    pub limit: usize,
}

impl Collector for Top {
    type Fruit = Vec<Key>;
    type Child = TopOfSegment;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<TopOfSegment> {
        Ok(TopOfSegment { limit: self.limit, report: segment.fast_fields().u64("report")?, best: BinaryHeap::with_capacity(self.limit + 1) })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn collect_segment(&self, weight: &dyn Weight, number: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<Vec<Key>> {
        let (mut top, alive) = (self.for_segment(number, segment)?, segment.alive_bitset());
        weight.for_each_pruning(Score::MIN, segment, &mut |doc, score| {
            if alive.is_none_or(|a| a.is_alive(doc)) {
                top.collect(doc, score);
            }
            top.threshold()
        })?;
        Ok(top.harvest())
    }

    /// The best first.
    fn merge_fruits(&self, parts: Vec<Vec<Key>>) -> tantivy::Result<Vec<Key>> {
        let mut all = parts.concat();
        all.sort_unstable_by(|a, b| b.cmp(a));
        all.truncate(self.limit);
        Ok(all)
    }
}

pub(crate) struct TopOfSegment {
    limit: usize,
    report: Column<u64>,
    best: BinaryHeap<Reverse<Key>>,
}

impl TopOfSegment {
    /// What a score must exceed: the number below the worst one held, since an equal one may come before it by its report.
    fn threshold(&self) -> Score {
        let worst = self.best.peek().filter(|_| self.best.len() >= self.limit);
        worst.map_or(Score::MIN, |worst| Score::from_bits(worst.0.0 as u32).next_down())
    }
}

impl SegmentCollector for TopOfSegment {
    type Fruit = Vec<Key>;

    fn collect(&mut self, doc: DocId, score: Score) {
        self.best.push(Reverse((bits(score), Reverse(self.report.first(doc).unwrap_or_default()))));
        if self.best.len() > self.limit {
            self.best.pop();
        }
    }

    fn harvest(self) -> Vec<Key> {
        self.best.into_iter().map(|k| k.0).collect()
    }
}

/// A score as a number in the same order: scores are not negative, and the bits of such numbers are in their order.
fn bits(score: Score) -> i64 {
    i64::from(score.max(0.0).to_bits())
}

/// Gathers the numbers of all reports that match.
pub(crate) struct Reports;

impl Collector for Reports {
    type Fruit = Vec<u64>;
    type Child = ReportsOfSegment;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<ReportsOfSegment> {
        Ok(ReportsOfSegment(segment.fast_fields().u64("report")?, Vec::new()))
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    /// In rising order.
    fn merge_fruits(&self, parts: Vec<Vec<u64>>) -> tantivy::Result<Vec<u64>> {
        let mut all = parts.concat();
        all.sort_unstable();
        Ok(all)
    }
}

pub(crate) struct ReportsOfSegment(Column<u64>, Vec<u64>);

impl SegmentCollector for ReportsOfSegment {
    type Fruit = Vec<u64>;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.1.extend(self.0.first(doc));
    }

    fn harvest(self) -> Vec<u64> {
        self.1
    }
}
