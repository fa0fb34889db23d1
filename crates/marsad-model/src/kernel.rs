//! Products of int8 matrices: the one place with `unsafe`, for the processor's own instructions.
//!
//! A product is exact in 32-bit integers, so every path gives the same numbers.
#![allow(unsafe_code, reason = "the processor's vector instructions are only to be had this way")]

/// The instructions to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Path {
    /// AVX-512 with VNNI.
    Vnni,
    /// AVX2.
    Avx2,
    /// Plain Rust.
    Portable,
}

impl Path {
    /// The paths this processor has, the best first.
    pub fn available() -> Vec<Self> {
        let mut found = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512vnni") {
                found.push(Self::Vnni);
            }
            if is_x86_feature_detected!("avx2") {
                found.push(Self::Avx2);
            }
        }
        found.push(Self::Portable);
        found
    }
}

/// `out[r][o] = Σ a[r][i] · w[o][i]` for rows `a` (u8: the signed value plus 128, or the signed value itself for the other
/// paths' widening, both derived from `a`), with `w` packed as `[out/16][in/4][16][4]` and `sums[o] = Σ w[o][i]`.
///
/// `a` is `rows × inner` of i8; `out` is `rows × outer`.
///
/// # Panics
/// When the sizes do not fit each other.
pub fn product(path: Path, a: &[i8], rows: usize, inner: usize, w: &[u8], sums: &[i32], outer: usize, out: &mut [i32]) {
    assert!(inner.is_multiple_of(4) && outer.is_multiple_of(16), "sizes are multiples of 4 and 16");
    assert!(a.len() >= rows * inner && w.len() >= inner * outer && sums.len() >= outer && out.len() >= rows * outer, "sizes fit");
    match path {
        #[cfg(target_arch = "x86_64")]
        Path::Vnni if is_x86_feature_detected!("avx512vnni") && is_x86_feature_detected!("avx512bw") => {
            let shifted: Vec<u8> = a[..rows * inner].iter().map(|&x| (x as u8) ^ 0x80).collect();
            // SAFETY: the features are there, and the sizes were checked above.
            unsafe { vnni(&shifted, rows, inner, w, sums, outer, out) }
        }
        #[cfg(target_arch = "x86_64")]
        Path::Avx2 if is_x86_feature_detected!("avx2") => {
            // SAFETY: the feature is there, and the sizes were checked above.
            unsafe { avx2(a, rows, inner, w, outer, out) }
        }
        _ => portable(a, rows, inner, w, outer, out),
    }
}

/// Work that can be compiled for wide registers: `run` must be `#[inline(always)]`, and what it calls too (a closure
/// would not be inlined for certain).
pub trait Task {
    /// What comes of it.
    type Output;
    /// Does it.
    fn run(self) -> Self::Output;
}

/// Runs a task compiled for the path's wide registers.
///
/// Only the width changes: no products are fused, so the results are the same bits on every path.
#[inline]
pub fn widely<T: Task>(path: Path, task: T) -> T::Output {
    match path {
        #[cfg(target_arch = "x86_64")]
        Path::Vnni | Path::Avx2 if is_x86_feature_detected!("avx2") => {
            // SAFETY: the feature is there.
            unsafe { wide(task) }
        }
        _ => task.run(),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn wide<T: Task>(task: T) -> T::Output {
    task.run()
}

fn portable(a: &[i8], rows: usize, inner: usize, w: &[u8], outer: usize, out: &mut [i32]) {
    for block in 0..outer / 16 {
        let panel = &w[block * inner * 16..(block + 1) * inner * 16];
        for r in 0..rows {
            let mut sum = [0i32; 16];
            for (group, four) in panel.chunks_exact(64).zip(a[r * inner..(r + 1) * inner].chunks_exact(4)) {
                for (lane, ws) in group.chunks_exact(4).enumerate() {
                    for k in 0..4 {
                        sum[lane] += i32::from(ws[k] as i8) * i32::from(four[k]);
                    }
                }
            }
            out[r * outer + block * 16..r * outer + block * 16 + 16].copy_from_slice(&sum);
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vnni")]
unsafe fn vnni(a: &[u8], rows: usize, inner: usize, w: &[u8], sums: &[i32], outer: usize, out: &mut [i32]) {
    use std::arch::x86_64::{
        _mm512_dpbusd_epi32, _mm512_loadu_si512, _mm512_set1_epi32, _mm512_setzero_si512, _mm512_slli_epi32, _mm512_storeu_si512, _mm512_sub_epi32,
    };
    const R: usize = 8;
    let groups = inner / 4;
    // SAFETY: every pointer stays inside its slice: product() checked that the slices hold rows × inner, inner × outer,
    // outer and rows × outer items.
    unsafe {
        let mut block = 0;
        while block < outer / 16 {
            let pair = block + 1 < outer / 16;
            let (p0, p1) = (w.as_ptr().add(block * inner * 16), w.as_ptr().add((block + usize::from(pair)) * inner * 16));
            let shift = |b: usize| _mm512_slli_epi32(_mm512_loadu_si512(sums.as_ptr().add(b * 16).cast()), 7);
            let (s0, s1) = (shift(block), shift(block + usize::from(pair)));
            let mut r = 0;
            while r < rows {
                let many = (rows - r).min(R);
                let mut x = [[_mm512_setzero_si512(); R]; 2];
                if many == R {
                    for g in 0..groups {
                        let (v0, v1) = (_mm512_loadu_si512(p0.add(g * 64).cast()), _mm512_loadu_si512(p1.add(g * 64).cast()));
                        for k in 0..R {
                            let four = _mm512_set1_epi32(a.as_ptr().add((r + k) * inner + g * 4).cast::<i32>().read_unaligned());
                            x[0][k] = _mm512_dpbusd_epi32(x[0][k], four, v0);
                            x[1][k] = _mm512_dpbusd_epi32(x[1][k], four, v1);
                        }
                    }
                } else {
                    for k in 0..many {
                        for g in 0..groups {
                            let (v0, v1) = (_mm512_loadu_si512(p0.add(g * 64).cast()), _mm512_loadu_si512(p1.add(g * 64).cast()));
                            let four = _mm512_set1_epi32(a.as_ptr().add((r + k) * inner + g * 4).cast::<i32>().read_unaligned());
                            x[0][k] = _mm512_dpbusd_epi32(x[0][k], four, v0);
                            x[1][k] = _mm512_dpbusd_epi32(x[1][k], four, v1);
                        }
                    }
                }
                for k in 0..many {
                    let to = out.as_mut_ptr().add((r + k) * outer + block * 16);
                    _mm512_storeu_si512(to.cast(), _mm512_sub_epi32(x[0][k], s0));
                    if pair {
                        _mm512_storeu_si512(to.add(16).cast(), _mm512_sub_epi32(x[1][k], s1));
                    }
                }
                r += many;
            }
            block += 2;
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn avx2(a: &[i8], rows: usize, inner: usize, w: &[u8], outer: usize, out: &mut [i32]) {
    use std::arch::x86_64::{
        _mm_loadu_si128, _mm256_add_epi32, _mm256_cvtepi8_epi16, _mm256_hadd_epi32, _mm256_madd_epi16, _mm256_permute4x64_epi64, _mm256_set1_epi64x,
        _mm256_setzero_si256, _mm256_storeu_si256,
    };
    // SAFETY: as in vnni().
    unsafe {
        for block in 0..outer / 16 {
            let panel = w.as_ptr().add(block * inner * 16);
            for r in 0..rows {
                let mut x = [_mm256_setzero_si256(); 4];
                for g in 0..inner / 4 {
                    let four = &a[r * inner + g * 4..r * inner + g * 4 + 4];
                    let wide = (i64::from(four[0]) & 0xFFFF)
                        | ((i64::from(four[1]) & 0xFFFF) << 16)
                        | ((i64::from(four[2]) & 0xFFFF) << 32)
                        | (i64::from(four[3]) << 48);
                    let wide = _mm256_set1_epi64x(wide);
                    for (k, sum) in x.iter_mut().enumerate() {
                        let ws = _mm256_cvtepi8_epi16(_mm_loadu_si128(panel.add(g * 64 + k * 16).cast()));
                        *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(ws, wide));
                    }
                }
                // Each output is two neighbouring halves; hadd pairs them within 128-bit lanes, the permutation sorts them.
                let to = out.as_mut_ptr().add(r * outer + block * 16);
                let first = _mm256_permute4x64_epi64(_mm256_hadd_epi32(x[0], x[1]), 0b11_01_10_00);
                let second = _mm256_permute4x64_epi64(_mm256_hadd_epi32(x[2], x[3]), 0b11_01_10_00);
                _mm256_storeu_si256(to.cast(), first);
                _mm256_storeu_si256(to.add(8).cast(), second);
            }
        }
    }
}
