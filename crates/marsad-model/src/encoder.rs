//! The encoder: a BERT with post-LayerNorm (multilingual-e5-small's shape), int8 weights by row, activations by token.
//!
//! Every f32 sum runs over sixteen fixed lanes in plain Rust, so that all processors give the same bits.

#![allow(clippy::inline_always, reason = "what is to be compiled for a processor's wide registers must be inlined into kernel::widely")]

use crate::kernel::{self, Path};
use crate::weights::misfit;
use crate::{Config, Error, Weights};
use std::collections::BTreeMap;

/// How the products with the weights are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// Activations rounded to int8 by token: fast.
    Int8,
    /// Activations kept in f32: the reference.
    Float,
}

/// Rows of numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix {
    /// Number of rows.
    pub rows: usize,
    /// Number of columns.
    pub cols: usize,
    /// Row after row.
    pub data: Vec<f32>,
}

impl Matrix {
    /// All zeros.
    pub fn zeros(rows: usize, cols: usize) -> Self {
        Self { rows, cols, data: vec![0.0; rows * cols] }
    }

    /// One row.
    ///
    /// # Panics
    /// When there is no such row.
    pub fn row(&self, r: usize) -> &[f32] {
        &self.data[r * self.cols..(r + 1) * self.cols]
    }

    /// One row, to write.
    ///
    /// # Panics
    /// When there is no such row.
    pub fn row_mut(&mut self, r: usize) -> &mut [f32] {
        &mut self.data[r * self.cols..(r + 1) * self.cols]
    }
}

const LANES: usize = 16;

/// The widest attention head.
const WIDEST: usize = 64;

#[inline(always)]
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sum = [0f32; LANES];
    let (ac, bc) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: f32 = ac.remainder().iter().zip(bc.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in ac.zip(bc) {
        for k in 0..LANES {
            sum[k] += x[k] * y[k];
        }
    }
    sum.iter().sum::<f32>() + rest
}

#[inline(always)]
fn total(a: &[f32]) -> f32 {
    let mut sum = [0f32; LANES];
    let chunks = a.chunks_exact(LANES);
    let rest: f32 = chunks.remainder().iter().sum();
    for x in chunks {
        for k in 0..LANES {
            sum[k] += x[k];
        }
    }
    sum.iter().sum::<f32>() + rest
}

/// e^x for x ≤ 0 by 2^n · a polynomial (relative error below 2e-7), the same on every processor and free of branches.
#[inline(always)]
fn exp(x: f32) -> f32 {
    let x = x.clamp(-87.0, 87.0);
    let n = (x * std::f32::consts::LOG2_E + 12_582_912.0) - 12_582_912.0;
    let r = (x - n * 0.693_359_4) + n * 2.121_944_4e-4;
    let p = 1.0 + r * (1.0 + r * (0.5 + r * (0.166_666_65 + r * (0.041_665_795 + r * (0.008_333_452 + r * 0.001_398_2)))));
    p * f32::from_bits((((n as i32) + 127) << 23) as u32)
}

/// The Gaussian error unit with erf by Abramowitz and Stegun 7.1.26 (error below 1.5e-7).
#[inline(always)]
fn gelu(x: f32) -> f32 {
    let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let poly = t * (0.254_829_6 + t * (-0.284_496_72 + t * (1.421_413_8 + t * (-1.453_152 + t * 1.061_405_4))));
    let erf = 1.0 - poly * exp(-z * z);
    0.5 * x * (1.0 + if x < 0.0 { -erf } else { erf })
}

/// A tensor of that many numbers.
fn floats(weights: &Weights, name: &str, size: usize) -> Result<Vec<f32>, Error> {
    let all = weights.f32(name)?;
    if all.len() == size { Ok(all) } else { Err(misfit(name, &format!("holds {} numbers, not {size}", all.len()))) }
}

struct Norm {
    w: Vec<f32>,
    b: Vec<f32>,
}

impl Norm {
    fn load(weights: &Weights, name: &str, size: usize) -> Result<Self, Error> {
        Ok(Self { w: floats(weights, &format!("{name}.w"), size)?, b: floats(weights, &format!("{name}.b"), size)? })
    }

    #[inline(always)]
    fn apply(&self, row: &mut [f32]) {
        let n = row.len() as f32;
        let mean = total(row) / n;
        for x in row.iter_mut() {
            *x -= mean;
        }
        let scale = 1.0 / (dot(row, row) / n + 1e-12).sqrt();
        for ((x, w), b) in row.iter_mut().zip(&self.w).zip(&self.b) {
            *x = *x * scale * w + b;
        }
    }
}

/// A weight matrix in the file, with what is needed beside it.
struct Linear {
    name: String,
    inner: usize,
    outer: usize,
    scales: Vec<f32>,
    sums: Vec<i32>,
    bias: Vec<f32>,
}

impl Linear {
    fn load(weights: &Weights, name: &str, outer: usize, inner: usize) -> Result<Self, Error> {
        let full = format!("{name}.w");
        let packed = weights.bytes(&full)?;
        if weights.shape(&full)? != [outer, inner] || packed.len() != outer * inner || !outer.is_multiple_of(16) || !inner.is_multiple_of(4) {
            return Err(misfit(&full, &format!("is not {outer} by {inner} bytes in panels of 16 by 4")));
        }
        let mut sums = vec![0i32; outer];
        for (block, panel) in packed.chunks_exact(inner * 16).enumerate() {
            for group in panel.chunks_exact(64) {
                for (lane, four) in group.chunks_exact(4).enumerate() {
                    sums[block * 16 + lane] += four.iter().map(|&x| i32::from(x as i8)).sum::<i32>();
                }
            }
        }
        Ok(Self { inner, outer, scales: weights.scales(&full)?, sums, bias: floats(weights, &format!("{name}.b"), outer)?, name: full })
    }
}

struct Layer {
    q: Linear,
    k: Linear,
    v: Linear,
    ao: Linear,
    fi: Linear,
    fo: Linear,
    aln: Norm,
    oln: Norm,
}

/// Rows rounded to int8, each with its scale.
struct Rounded {
    data: Vec<i8>,
    scales: Vec<f32>,
}

#[inline(always)]
fn round(x: &Matrix) -> Rounded {
    let mut data = vec![0i8; x.data.len()];
    let mut scales = Vec::with_capacity(x.rows);
    for (row, out) in x.data.chunks_exact(x.cols).zip(data.chunks_exact_mut(x.cols)) {
        let mut top = [0f32; LANES];
        for chunk in row.chunks_exact(LANES) {
            for k in 0..LANES {
                top[k] = top[k].max(chunk[k].abs());
            }
        }
        let top = top.iter().copied().fold(1e-8, f32::max);
        let inverse = 127.0 / top;
        for (o, v) in out.iter_mut().zip(row) {
            // Adding and taking away 1.5 · 2^23 rounds to the nearest integer without a call.
            *o = ((v * inverse + 12_582_912.0) - 12_582_912.0) as i8;
        }
        scales.push(top / 127.0);
    }
    Rounded { data, scales }
}

/// The encoder and the heads of one weights file.
pub struct Encoder {
    weights: Weights,
    config: Config,
    path: Path,
    positions: Vec<f32>,
    kind: Vec<f32>,
    word_scales: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
    heads: BTreeMap<String, Vec<f32>>,
}

/// One forward pass as a task for wide registers.
struct Forward<'a> {
    encoder: &'a Encoder,
    batch: &'a [&'a [u32]],
    precision: Precision,
}

impl kernel::Task for Forward<'_> {
    type Output = Result<Vec<Matrix>, Error>;

    #[inline(always)]
    fn run(self) -> Self::Output {
        self.encoder.forward(self.batch, self.precision)
    }
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Encoder({:?}, {:?})", self.config, self.path)
    }
}

impl Encoder {
    /// Prepares the encoder of a weights file for this processor.
    ///
    /// # Errors
    /// When a tensor is missing.
    pub fn new(weights: &Weights) -> Result<Self, Error> {
        let path = Path::available().first().copied().unwrap_or(Path::Portable);
        Self::with_path(weights, path)
    }

    /// As [`Encoder::new`], with the instructions chosen by the caller.
    ///
    /// # Errors
    /// When a tensor is missing.
    pub fn with_path(weights: &Weights, path: Path) -> Result<Self, Error> {
        let config = weights.config();
        let (h, feed) = (config.hidden, config.feed);
        if h == 0 || config.heads == 0 || !h.is_multiple_of(config.heads) || h / config.heads > WIDEST || [h, feed, config.positions, config.layers].iter().any(|n| *n > 1 << 16) {
            return Err(Error::Weights { file: "the weights".into(), reason: format!("{config:?} is no encoder that this program knows") });
        }
        let words = weights.scales("emb.word")?;
        if words.is_empty() || weights.shape("emb.word")? != [words.len(), h] || weights.bytes("emb.word")?.len() != words.len() * h {
            return Err(misfit("emb.word", "is not a row of bytes for each piece"));
        }
        let layers = (0..config.layers)
            .map(|i| {
                let linear = |name: &str, outer, inner| Linear::load(weights, &format!("l{i}.{name}"), outer, inner);
                let norm = |name: &str| Norm::load(weights, &format!("l{i}.{name}"), h);
                Ok(Layer {
                    q: linear("q", h, h)?,
                    k: linear("k", h, h)?,
                    v: linear("v", h, h)?,
                    ao: linear("ao", h, h)?,
                    fi: linear("fi", feed, h)?,
                    fo: linear("fo", h, feed)?,
                    aln: norm("aln")?,
                    oln: norm("oln")?,
                })
            })
            .collect::<Result<_, Error>>()?;
        let heads = weights
            .names()
            .filter(|n| ["head.", "pair.", "search."].iter().any(|p| n.starts_with(p)))
            .map(|n| Ok((n.to_owned(), weights.f32(n)?)))
            .collect::<Result<_, Error>>()?;
        check_pairs(&heads)?;
        Ok(Self {
            config,
            path,
            positions: floats(weights, "emb.pos", config.positions * h)?,
            kind: floats(weights, "emb.type", h)?,
            word_scales: words,
            norm: Norm::load(weights, "emb.ln", h)?,
            layers,
            heads,
            weights: weights.clone(),
        })
    }

    /// The instructions in use.
    pub fn path(&self) -> Path {
        self.path
    }

    /// The states of each sequence of pieces (marks at its ends included; what exceeds the positions is cut off).
    ///
    /// # Errors
    /// When a tensor is missing.
    pub fn encode(&self, batch: &[&[u32]], precision: Precision) -> Result<Vec<Matrix>, Error> {
        kernel::widely(self.path, Forward { encoder: self, batch, precision })
    }

    #[inline(always)]
    fn forward(&self, batch: &[&[u32]], precision: Precision) -> Result<Vec<Matrix>, Error> {
        let h = self.config.hidden;
        let lengths: Vec<usize> = batch.iter().map(|s| s.len().min(self.config.positions)).collect();
        let mut x = Matrix::zeros(lengths.iter().sum(), h);
        let words = self.weights.bytes("emb.word")?;
        let mut r = 0;
        for (sequence, &n) in batch.iter().zip(&lengths) {
            for (at, &piece) in sequence[..n].iter().enumerate() {
                let piece = (piece as usize).min(self.word_scales.len().saturating_sub(1));
                let (scale, row) = (self.word_scales[piece], &words[piece * h..(piece + 1) * h]);
                let out = x.row_mut(r);
                for (k, o) in out.iter_mut().enumerate() {
                    *o = f32::from(row[k] as i8) * scale + self.positions[at * h + k] + self.kind[k];
                }
                self.norm.apply(out);
                r += 1;
            }
        }
        for layer in &self.layers {
            let rounded = if precision == Precision::Int8 { Some(round(&x)) } else { None };
            let q = self.apply(&layer.q, &x, rounded.as_ref())?;
            let k = self.apply(&layer.k, &x, rounded.as_ref())?;
            let v = self.apply(&layer.v, &x, rounded.as_ref())?;
            let mixed = self.attend(&q, &k, &v, &lengths);
            self.add(&layer.ao, &mut x, &mixed, precision, &layer.aln)?;
            let rounded = if precision == Precision::Int8 { Some(round(&x)) } else { None };
            let mut wide = self.apply(&layer.fi, &x, rounded.as_ref())?;
            for y in &mut wide.data {
                *y = gelu(*y);
            }
            self.add(&layer.fo, &mut x, &wide, precision, &layer.oln)?;
        }
        let mut out = Vec::with_capacity(batch.len());
        let mut at = 0;
        for n in lengths {
            out.push(Matrix { rows: n, cols: h, data: x.data[at * h..(at + n) * h].to_vec() });
            at += n;
        }
        Ok(out)
    }

    #[inline(always)]
    fn add(&self, linear: &Linear, x: &mut Matrix, input: &Matrix, precision: Precision, norm: &Norm) -> Result<(), Error> {
        let rounded = if precision == Precision::Int8 { Some(round(input)) } else { None };
        let y = self.apply(linear, input, rounded.as_ref())?;
        for (row, more) in x.data.chunks_exact_mut(x.cols).zip(y.data.chunks_exact(y.cols)) {
            for (a, b) in row.iter_mut().zip(more) {
                *a += b;
            }
            norm.apply(row);
        }
        Ok(())
    }

    #[inline(always)]
    fn apply(&self, linear: &Linear, x: &Matrix, rounded: Option<&Rounded>) -> Result<Matrix, Error> {
        let packed = self.weights.bytes(&linear.name)?;
        let mut out = Matrix::zeros(x.rows, linear.outer);
        if let Some(rounded) = rounded {
            let mut sums = vec![0i32; x.rows * linear.outer];
            kernel::product(self.path, &rounded.data, x.rows, linear.inner, packed, &linear.sums, linear.outer, &mut sums);
            for (r, (row, sum)) in out.data.chunks_exact_mut(linear.outer).zip(sums.chunks_exact(linear.outer)).enumerate() {
                let scale = rounded.scales[r];
                for (((o, s), w), b) in row.iter_mut().zip(sum).zip(&linear.scales).zip(&linear.bias) {
                    *o = *s as f32 * (scale * w) + b;
                }
            }
        } else {
            let mut row = vec![0f32; linear.inner];
            for o in 0..linear.outer {
                for (i, w) in row.iter_mut().enumerate() {
                    let at = (o / 16) * linear.inner * 16 + (i / 4) * 64 + (o % 16) * 4 + i % 4;
                    *w = f32::from(packed[at] as i8) * linear.scales[o];
                }
                for r in 0..x.rows {
                    out.data[r * linear.outer + o] = dot(x.row(r), &row) + linear.bias[o];
                }
            }
        }
        Ok(out)
    }

    #[inline(always)]
    fn attend(&self, q: &Matrix, k: &Matrix, v: &Matrix, lengths: &[usize]) -> Matrix {
        let size = self.config.hidden / self.config.heads;
        let scale = 1.0 / (size as f32).sqrt();
        let mut out = Matrix::zeros(q.rows, q.cols);
        let mut from = 0;
        for &n in lengths {
            let padded = n.next_multiple_of(LANES);
            let (mut keys, mut scores) = (vec![0f32; padded * size], vec![0f32; padded]);
            for head in 0..self.config.heads {
                let part = head * size..(head + 1) * size;
                for j in 0..n {
                    for (d, &x) in k.row(from + j)[part.clone()].iter().enumerate() {
                        keys[d * padded + j] = x;
                    }
                }
                for i in 0..n {
                    scores.fill(0.0);
                    for (column, &x) in keys.chunks_exact(padded).zip(&q.row(from + i)[part.clone()]) {
                        let x = x * scale;
                        for (s, y) in scores.iter_mut().zip(column) {
                            *s += x * y;
                        }
                    }
                    let top = scores[..n].iter().copied().fold(f32::NEG_INFINITY, f32::max);
                    for s in &mut scores[..n] {
                        *s = exp(*s - top);
                    }
                    let inverse = 1.0 / total(&scores[..n]);
                    let mut mixed = [0f32; WIDEST];
                    let mixed = &mut mixed[..size];
                    for (j, &s) in scores[..n].iter().enumerate() {
                        for (m, y) in mixed.iter_mut().zip(&v.row(from + j)[part.clone()]) {
                            *m += s * y;
                        }
                    }
                    for (o, m) in out.row_mut(from + i)[part.clone()].iter_mut().zip(mixed.iter()) {
                        *o = m * inverse;
                    }
                }
            }
            from += n;
        }
        out
    }

    /// A head's scores for rows of states; `None` if the weights have no such head.
    pub fn linear(&self, head: &str, x: &Matrix) -> Option<Matrix> {
        let (w, b) = (self.heads.get(&format!("head.{head}.w"))?, self.heads.get(&format!("head.{head}.b"))?);
        Some(product(x, w, b))
    }

    /// For each relation the scores of the words `at` against every word; `None` if the weights have no pairs.
    ///
    /// `words` are the states of a window's words in their order, since how far two words stand apart counts too.
    pub fn pairs(&self, at: &[usize], words: &Matrix) -> Option<Vec<Matrix>> {
        let get = |name: &str| self.heads.get(&format!("pair.{name}"));
        let relu = |mut m: Matrix| {
            for x in &mut m.data {
                *x = x.max(0.0);
            }
            m
        };
        let mut rows = Matrix::zeros(at.len(), words.cols);
        for (k, &i) in at.iter().enumerate() {
            rows.row_mut(k).copy_from_slice(words.row(i));
        }
        let a = relu(product(&rows, get("row.w")?, get("row.b")?));
        let c = relu(product(words, get("col.w")?, get("col.b")?));
        let far = get("d");
        let (u, ur, uc, b) = (get("u")?, get("ur")?, get("uc")?, get("b")?);
        let p = a.cols;
        let mut out = Vec::with_capacity(b.len());
        for (relation, &bias) in b.iter().enumerate() {
            let (u, ur, uc) = (&u[relation * p * p..(relation + 1) * p * p], &ur[relation * p..(relation + 1) * p], &uc[relation * p..(relation + 1) * p]);
            let mut scores = Matrix::zeros(a.rows, c.rows);
            let column: Vec<f32> = (0..c.rows).map(|j| dot(c.row(j), uc)).collect();
            for i in 0..a.rows {
                let mut turned = vec![0f32; p];
                for (x, line) in a.row(i).iter().zip(u.chunks_exact(p)) {
                    for (t, y) in turned.iter_mut().zip(line) {
                        *t += x * y;
                    }
                }
                let own = dot(a.row(i), ur) + bias;
                for (j, s) in scores.row_mut(i).iter_mut().enumerate() {
                    *s = dot(&turned, c.row(j)) + own + column[j];
                    if let Some(far) = far {
                        *s += far[relation * DISTANCES + distance_class(at[i], j)];
                    }
                }
            }
            out.push(scores);
        }
        Some(out)
    }

    /// The vector for search by meaning: the mean state, projected where the weights say so, of length 1.
    pub fn vector(&self, states: &Matrix) -> Vec<f32> {
        let mut mean = vec![0f32; states.cols];
        for r in 0..states.rows {
            for (m, x) in mean.iter_mut().zip(states.row(r)) {
                *m += x / states.rows as f32;
            }
        }
        if let Some(w) = self.heads.get("search.w") {
            mean = w.chunks_exact(states.cols).map(|row| dot(row, &mean)).collect();
        }
        let length = dot(&mean, &mean).sqrt().max(1e-12);
        mean.iter().map(|x| x / length).collect()
    }
}

/// Whether the tensors of the relations fit each other.
fn check_pairs(heads: &BTreeMap<String, Vec<f32>>) -> Result<(), Error> {
    let size = |name: &str| heads.get(&format!("pair.{name}")).map(Vec::len);
    let Some(relations) = size("b") else { return Ok(()) };
    let width = size("row.b").unwrap_or(0);
    let all = [("col.b", Some(width)), ("u", width.checked_mul(width).and_then(|n| n.checked_mul(relations))), ("ur", width.checked_mul(relations)), ("uc", width.checked_mul(relations))];
    let far = size("d").is_none_or(|n| Some(n) == relations.checked_mul(DISTANCES));
    match all.into_iter().find(|(name, wanted)| size(name) != *wanted) {
        Some((name, _)) => Err(misfit(&format!("pair.{name}"), "does not fit pair.b and pair.row.b")),
        None if width == 0 || !far => Err(misfit("pair.d", "does not fit pair.b, or pair.row.b is empty")),
        None => Ok(()),
    }
}

/// Bounds of the classes of distance, in words, on either side; those of training/network.py.
const FAR: [usize; 12] = [1, 2, 3, 4, 5, 6, 7, 8, 12, 18, 28, 45];

/// Classes of distance: the word itself, and for each bound and beyond them one on either side.
const DISTANCES: usize = 1 + 2 * (FAR.len() + 1);

/// 0 for the same word, then alternating sides: 1 is "one after", 2 "one before".
fn distance_class(from: usize, to: usize) -> usize {
    match from.abs_diff(to) {
        0 => 0,
        far => 1 + 2 * FAR.iter().position(|&bound| far <= bound).unwrap_or(FAR.len()) + usize::from(to < from),
    }
}

fn product(x: &Matrix, w: &[f32], b: &[f32]) -> Matrix {
    let mut out = Matrix::zeros(x.rows, b.len());
    for r in 0..x.rows {
        for ((o, line), bias) in out.row_mut(r).iter_mut().zip(w.chunks_exact(x.cols)).zip(b) {
            *o = dot(x.row(r), line) + bias;
        }
    }
    out
}
