//! One channel of a block: which predictor describes it in the fewest bits.

use super::effort::Effort;
use super::lpc::{self, Predictor};
use super::{fixed, rice};
use crate::encode::bits::BitWriter;

/// How the samples of a subframe are described (RFC 9639, 9.2).
#[derive(Clone, Debug, Default, PartialEq)]
enum Kind {
    /// Every sample is the same.
    Constant,
    /// The samples as they are.
    #[default]
    Verbatim,
    /// Differences of a fixed order, and their residual.
    Fixed(usize),
    /// Linear prediction, and its residual.
    Lpc(Predictor),
}

/// A channel of a block, ready to be written. Used again for each block: it keeps its memory.
#[derive(Debug, Default)]
pub(super) struct Subframe {
    kind: Kind,
    /// The samples without their wasted bits.
    samples: Vec<i32>,
    /// Low bits which are zero in every sample and so left out.
    wasted: u32,
    /// Bits of a sample, after those left out.
    width: u32,
    folded: Vec<u32>,
    plan: rice::RicePlan,
    /// Exact size.
    bits: u64,
}

/// Plans subframes; holds what is used again and again.
#[derive(Debug)]
pub(super) struct Planner {
    effort: Effort,
    /// The windows for blocks of `window_length` samples.
    windows: Vec<Vec<f64>>,
    window_length: usize,
    exact: Vec<f64>,
    windowed: Vec<f64>,
    residual: Vec<i32>,
    folded: Vec<u32>,
    plan: rice::RicePlan,
    sums: Vec<u64>,
}

impl Planner {
    pub(super) fn new(effort: Effort) -> Self {
        Self {
            effort,
            windows: Vec::new(),
            window_length: 0,
            exact: Vec::new(),
            windowed: Vec::new(),
            residual: Vec::new(),
            folded: Vec::new(),
            plan: rice::RicePlan::default(),
            sums: Vec::new(),
        }
    }

    /// Finds the cheapest description of `samples` (at least one), of `width` bits each.
    pub(super) fn plan(&mut self, samples: &[i32], width: u32, out: &mut Subframe) {
        let used = samples.iter().fold(0, |bits, sample| bits | sample);
        out.wasted = if used == 0 { 0 } else { used.trailing_zeros() };
        out.width = width - out.wasted;
        out.samples.clear();
        out.samples
            .extend(samples.iter().map(|sample| sample >> out.wasted));
        let header = 8 + u64::from(out.wasted);
        if out.samples.iter().all(|sample| *sample == out.samples[0]) {
            out.kind = Kind::Constant;
            out.bits = header + u64::from(out.width);
            return;
        }
        let block = out.samples.len();
        let verbatim = header + block as u64 * u64::from(out.width);
        out.kind = Kind::Verbatim;
        out.bits = verbatim;
        if self.effort.max_order > 0 && block > 2 * lpc::MAX_ORDER {
            self.try_linear(out);
        }
        self.try_fixed(out);
        let order = match &out.kind {
            Kind::Fixed(order) => *order,
            Kind::Lpc(predictor) => predictor.coefficients.len(),
            Kind::Constant | Kind::Verbatim => return,
        };
        // Until here sizes were estimated; what is written has to be no larger than verbatim.
        let residual = rice::exact_bits(&out.folded, block, order, &out.plan);
        out.bits = out.bits - out.plan.bits + residual;
        if out.bits >= verbatim {
            out.kind = Kind::Verbatim;
            out.bits = verbatim;
        }
    }

    fn try_fixed(&mut self, out: &mut Subframe) {
        let block = out.samples.len();
        let (order, sum) = fixed::best_order(&out.samples);
        // A glance first: a residual of this mean magnitude cannot come out smaller than that.
        let mean = sum as f64 / block as f64;
        let least = (block as f64 * (mean.log2() + 1.0).max(1.0)) as u64;
        if least >= out.bits {
            return;
        }
        fixed::residual(&out.samples, order, &mut self.residual);
        let warm_up = 8 + u64::from(out.wasted) + order as u64 * u64::from(out.width);
        self.consider(out, Kind::Fixed(order), order, warm_up);
    }

    fn try_linear(&mut self, out: &mut Subframe) {
        let block = out.samples.len();
        if self.window_length != block {
            self.windows = self
                .effort
                .tapers
                .iter()
                .map(|taper| lpc::tukey(block, *taper))
                .collect();
            self.window_length = block;
        }
        self.exact.clear();
        self.exact
            .extend(out.samples.iter().map(|sample| f64::from(*sample)));
        let precision = precision_for(block, out.width);
        for window in 0..self.windows.len() {
            self.windowed.clear();
            self.windowed.extend(
                self.exact
                    .iter()
                    .zip(&self.windows[window])
                    .map(|(x, w)| x * w),
            );
            let autocorrelation = lpc::autocorrelate(&self.windowed, self.effort.max_order);
            let predictors = lpc::levinson(&autocorrelation, self.effort.max_order);
            if predictors.is_empty() {
                continue;
            }
            let best = lpc::best_order(&predictors, block, precision + out.width);
            for order in [best, best.saturating_sub(1), best + 1]
                .into_iter()
                .take(self.effort.orders)
            {
                let Some((coefficients, _)) = order.checked_sub(1).and_then(|i| predictors.get(i))
                else {
                    continue;
                };
                let Some(predictor) = lpc::quantise(coefficients, precision) else {
                    continue;
                };
                if !lpc::residual(&self.exact, &predictor, &mut self.residual) {
                    continue;
                }
                let warm_up = 8
                    + u64::from(out.wasted)
                    + 4
                    + 5
                    + order as u64 * u64::from(out.width + precision);
                self.consider(out, Kind::Lpc(predictor), order, warm_up);
            }
        }
    }

    /// Takes `kind`, whose residual lies ready, if it makes the subframe smaller.
    fn consider(&mut self, out: &mut Subframe, kind: Kind, order: usize, others: u64) {
        self.folded.clear();
        self.folded
            .extend(self.residual.iter().map(|value| rice::fold(*value)));
        rice::plan(
            &self.folded,
            out.samples.len(),
            order,
            self.effort.max_partition_order,
            &mut self.plan,
            &mut self.sums,
        );
        let bits = others + self.plan.bits;
        if bits < out.bits {
            out.kind = kind;
            out.bits = bits;
            std::mem::swap(&mut out.folded, &mut self.folded);
            std::mem::swap(&mut out.plan, &mut self.plan);
        }
    }
}

/// Bits of a coefficient: finer ones only pay where the block is long enough to earn them.
fn precision_for(block: usize, width: u32) -> u32 {
    let for_block = match block {
        0..=256 => 8,
        257..=1024 => 10,
        1025..=2304 => 12,
        _ => 14,
    };
    if width > 17 {
        (for_block + 2).min(15)
    } else {
        for_block
    }
}

impl Subframe {
    /// Exact size in bits.
    pub(super) fn bits(&self) -> u64 {
        self.bits
    }

    /// Writes the subframe.
    pub(super) fn write(&self, bits: &mut BitWriter) {
        let order = match &self.kind {
            Kind::Fixed(order) => *order,
            Kind::Lpc(predictor) => predictor.coefficients.len(),
            Kind::Constant | Kind::Verbatim => 0,
        };
        let code = match &self.kind {
            Kind::Constant => 0,
            Kind::Verbatim => 1,
            Kind::Fixed(_) => 8 + order as u32,
            Kind::Lpc(_) => 31 + order as u32,
        };
        bits.put(code, 7);
        bits.put((self.wasted > 0).into(), 1);
        if self.wasted > 0 {
            bits.put_unary(self.wasted - 1);
        }
        let plain = match &self.kind {
            Kind::Constant => 1,
            Kind::Verbatim => self.samples.len(),
            Kind::Fixed(_) | Kind::Lpc(_) => order,
        };
        for sample in &self.samples[..plain] {
            bits.put_signed(*sample, self.width);
        }
        if let Kind::Lpc(predictor) = &self.kind {
            bits.put(predictor.precision - 1, 4);
            bits.put(predictor.shift, 5);
            for coefficient in &predictor.coefficients {
                bits.put_signed(*coefficient, predictor.precision);
            }
        }
        if matches!(self.kind, Kind::Fixed(_) | Kind::Lpc(_)) {
            rice::write(bits, &self.folded, self.samples.len(), order, &self.plan);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(samples: &[i32], width: u32) -> Subframe {
        let mut subframe = Subframe::default();
        Planner::new(Effort::of_level(5)).plan(samples, width, &mut subframe);
        let mut bits = BitWriter::default();
        subframe.write(&mut bits);
        assert_eq!(
            bits.align().len() as u64,
            subframe.bits().div_ceil(8),
            "{:?}",
            subframe.kind
        );
        subframe
    }

    #[test]
    fn each_kind_is_taken_where_it_fits() {
        assert_eq!(planned(&[0; 4096], 16).kind, Kind::Constant);
        assert_eq!(planned(&[-5; 7], 16).kind, Kind::Constant);
        let line: Vec<i32> = (0..300).map(|n| n * 100).collect();
        assert_eq!(planned(&line, 16).kind, Kind::Fixed(2));
        let tone: Vec<i32> = (0..4096)
            .map(|n| (20_000.0 * (f64::from(n) * 0.7).sin() + 900.0 * f64::from(n % 7)) as i32)
            .collect();
        assert!(matches!(planned(&tone, 16).kind, Kind::Lpc(_)));
        let mut seed = 1u32;
        let noise: Vec<i32> = (0..4096)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed as i32) >> 16
            })
            .collect();
        assert_eq!(planned(&noise, 16).kind, Kind::Verbatim);
    }

    #[test]
    fn bits_which_are_always_zero_are_left_out() {
        let samples: Vec<i32> = (0..1000).map(|n| ((n * n) % 97 - 48) * 256).collect();
        let subframe = planned(&samples, 24);
        assert_eq!((subframe.wasted, subframe.width), (8, 16));
    }

    #[test]
    fn no_subframe_is_larger_than_its_samples() {
        let mut spike = vec![0; 4096];
        spike[4000] = 32_767;
        for samples in [vec![1, -1], vec![i32::from(i16::MIN); 1], spike] {
            let limit = 8 + samples.len() as u64 * 16;
            assert!(planned(&samples, 16).bits() <= limit);
        }
    }
}
