//! K-weighting (ITU-R BS.1770-4 Annex 1): a shelf for the head, then a high-pass.

use std::f64::consts::PI;

/// Channels that are filtered side by side, one in each half of a vector register.
pub(crate) const LANES: usize = 2;

/// Below this a filter's memory is inaudible by far, and is cleared before it becomes so small
/// that processors slow down.
const FADED: f64 = 1e-30;

/// Both filters of one sample rate, in the form of second-order sections.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KWeighting {
    shelf: Section,
    high_pass: Section,
}

#[derive(Clone, Copy, Debug)]
struct Section {
    b: [f64; 3],
    /// Without the leading 1.
    a: [f64; 2],
}

/// What the filters remember of a pair of channels: two values for each section.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct KMemory([[f64; LANES]; 4]);

impl KWeighting {
    /// The filters for `sample_rate` Hz, by the bilinear transform of the analogue prototypes
    /// that give the standard's coefficients at 48 kHz.
    pub(crate) fn new(sample_rate: u32) -> Self {
        Self {
            shelf: shelf(sample_rate.into()),
            high_pass: high_pass(sample_rate.into()),
        }
    }

    /// Filters the next samples of a pair of channels; answers the sum of the squares of each.
    pub(crate) fn energy(&self, memory: &mut KMemory, pair: [&[f32]; LANES]) -> [f64; LANES] {
        let mut sums = [0.0; LANES];
        let [mut s1, mut s2, mut h1, mut h2] = memory.0;
        let (shelf, high_pass) = (self.shelf, self.high_pass);
        for (left, right) in pair[0].iter().zip(pair[1]) {
            let samples = [f64::from(*left), f64::from(*right)];
            for lane in 0..LANES {
                // Transposed direct form II.
                let x = samples[lane];
                let y = shelf.b[0] * x + s1[lane];
                s1[lane] = shelf.b[1] * x - shelf.a[0] * y + s2[lane];
                s2[lane] = shelf.b[2] * x - shelf.a[1] * y;
                let z = high_pass.b[0] * y + h1[lane];
                h1[lane] = high_pass.b[1] * y - high_pass.a[0] * z + h2[lane];
                h2[lane] = high_pass.b[2] * y - high_pass.a[1] * z;
                sums[lane] += z * z;
            }
        }
        memory.0 = [s1, s2, h1, h2]
            .map(|values| values.map(|value| if value.abs() < FADED { 0.0 } else { value }));
        sums
    }
}

/// The high shelf of +4 dB.
fn shelf(rate: f64) -> Section {
    const FREQUENCY: f64 = 1_681.974_450_955_533;
    const GAIN_DB: f64 = 3.999_843_853_973_347;
    const Q: f64 = 0.707_175_236_955_419_6;
    let k = (PI * FREQUENCY / rate).tan();
    let high = 10_f64.powf(GAIN_DB / 20.0);
    let band = high.powf(0.499_666_774_154_541_6);
    let a0 = 1.0 + k / Q + k * k;
    Section {
        b: [
            (high + band * k / Q + k * k) / a0,
            2.0 * (k * k - high) / a0,
            (high - band * k / Q + k * k) / a0,
        ],
        a: [2.0 * (k * k - 1.0) / a0, (1.0 - k / Q + k * k) / a0],
    }
}

/// The high-pass ("revised low-frequency B-curve").
fn high_pass(rate: f64) -> Section {
    const FREQUENCY: f64 = 38.135_470_876_024_44;
    const Q: f64 = 0.500_327_037_323_877_3;
    let k = (PI * FREQUENCY / rate).tan();
    let a0 = 1.0 + k / Q + k * k;
    Section {
        b: [1.0, -2.0, 1.0],
        a: [2.0 * (k * k - 1.0) / a0, (1.0 - k / Q + k * k) / a0],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_coefficients_at_48_khz_are_those_of_the_standard() {
        let filters = KWeighting::new(48_000);
        let ours = [filters.shelf.b, filters.high_pass.b].concat();
        let tables = [
            1.535_124_859_586_97,
            -2.691_696_189_406_38,
            1.198_392_810_852_85,
            1.0,
            -2.0,
            1.0,
        ];
        for (ours, table) in ours.iter().zip(tables) {
            assert!((ours - table).abs() < 1e-13, "{ours} {table}");
        }
        let ours = [filters.shelf.a, filters.high_pass.a].concat();
        let tables = [
            -1.690_659_293_182_41,
            0.732_480_774_215_85,
            -1.990_047_454_833_98,
            0.990_072_250_366_21,
        ];
        for (ours, table) in ours.iter().zip(tables) {
            assert!((ours - table).abs() < 1e-13, "{ours} {table}");
        }
    }

    #[test]
    fn a_faded_memory_is_cleared() {
        let mut memory = KMemory::default();
        let filters = KWeighting::new(8_000);
        filters.energy(&mut memory, [&[1.0; 10], &[-1.0; 10]]);
        for _ in 0..100 {
            filters.energy(&mut memory, [&[0.0; 800], &[0.0; 800]]);
        }
        assert_eq!(memory.0, [[0.0; LANES]; 4]);
    }
}
