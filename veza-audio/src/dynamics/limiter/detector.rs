//! How high the sound goes from each sample to the next.

use crate::samples;

/// Samples that one point between two others is computed from: nearly all of a sound up to half
/// its rate, as good meters see it.
const TAPS: usize = 128;
/// The same for a filter of middle length. Where both disagree, a sound has much at the very edge
/// of its band, and a still longer filter would find as much more.
const MIDDLE: usize = 56;
/// The same for a short filter, which sees less of the highest frequencies, as simple meters do:
/// what they leave out may have been what kept a peak low.
const SHORT: usize = 24;
/// Frames looked at together.
pub(super) const TILE: usize = 32;
/// Frames by which what is said lags behind what came in.
pub(super) const LAG: usize = TAPS / 2;
/// Points from one sample to the next.
const FACTOR: usize = 8;
/// Where the points of a tile have no more than this part of the ceiling, looking closer finds
/// nothing over it: between the samples of a tile no sound of this world rises by 12 dB, between
/// points half a sample apart by a factor of 1.42, a quarter apart by 1.09 (BS.1770-4, Annex 2,
/// attachment 1).
const CLOSER: [f32; 3] = [0.25, 0.6, 0.85];
/// The points in the order in which they are looked at: the middle, the quarters, the rest.
const ROUNDS: [&[usize]; 3] = [&[4], &[2, 6], &[1, 3, 5, 7]];
/// The shape of the windows: the long filter is flat to 0.48 of the sample rate.
const KAISER: f64 = 6.0;

/// The interpolation filters, one for each point between samples.
#[derive(Debug)]
pub(super) struct Interpolator {
    long: [[f32; TAPS]; FACTOR],
    middle: [[f32; MIDDLE]; FACTOR],
    short: [[f32; SHORT]; FACTOR],
    /// The most by which interpolation can raise the highest sample.
    overshoot: f32,
}

/// The last samples of one channel, and those which are looked at.
#[derive(Clone, Debug)]
pub(super) struct Line([f32; TAPS - 1 + TILE]);

impl Default for Line {
    fn default() -> Self {
        Self([0.0; TAPS - 1 + TILE])
    }
}

impl Interpolator {
    pub(super) fn new() -> Self {
        let long = std::array::from_fn(|n| phase(n as f64 / FACTOR as f64));
        let middle = std::array::from_fn(|n| phase(n as f64 / FACTOR as f64));
        let short = std::array::from_fn(|n| phase(n as f64 / FACTOR as f64));
        let highest = |sums: &mut dyn Iterator<Item = f32>| sums.fold(1.0, f32::max);
        let overshoot = 2.0 * highest(&mut sums(&long)) + highest(&mut sums(&middle));
        Self {
            long,
            middle,
            short,
            overshoot,
        }
    }

    /// Takes the next finite samples of a channel, at most a tile of them. Raises each of
    /// `levels` to the highest absolute value from a sample to the next one, [`LAG`] frames ago,
    /// as exactly as it matters: what is under `ceiling` may be found lower than it is.
    pub(super) fn levels(
        &self,
        line: &mut Line,
        samples: &[f32],
        ceiling: f32,
        levels: &mut [f32],
    ) {
        let count = samples.len();
        line.0[TAPS - 1..TAPS - 1 + count].copy_from_slice(samples);
        let near = &line.0[..TAPS - 1 + count];
        let highest = samples::peak(near);
        if highest * self.overshoot > ceiling {
            for (level, sample) in levels.iter_mut().zip(&near[LAG - 1..]) {
                *level = level.max(sample.abs());
            }
            let mut found = samples::peak(&near[LAG - 1..LAG + count]);
            for (round, closer) in ROUNDS.iter().zip(CLOSER) {
                if found <= closer * ceiling {
                    break;
                }
                for phase in *round {
                    found = found.max(self.points(*phase, near, levels));
                }
            }
        }
        line.0.copy_within(count..count + TAPS - 1, 0);
    }

    /// Raises levels to the points of one phase, as high as any filter finds them; answers the
    /// highest.
    fn points(&self, phase: usize, near: &[f32], levels: &mut [f32]) -> f32 {
        let long = points(&self.long[phase], near);
        let middle = points(&self.middle[phase], near);
        let short = points(&self.short[phase], near);
        let mut highest = [0.0_f32; TILE];
        for (n, point) in highest.iter_mut().enumerate() {
            let apart = (long[n] - middle[n]).abs();
            *point = (long[n].abs().max(middle[n].abs()) + apart).max(short[n].abs());
        }
        for (level, point) in levels.iter_mut().zip(&highest) {
            *level = level.max(*point);
        }
        samples::peak(&highest[..levels.len()])
    }
}

/// The points which a filter makes of a tile and the samples around it.
fn points(taps: &[f32], near: &[f32]) -> [f32; TILE] {
    let count = near.len() - (TAPS - 1);
    let around = &near[(TAPS - taps.len()) / 2..];
    let mut tile = [0.0_f32; TILE];
    for (offset, tap) in taps.iter().enumerate() {
        for (point, sample) in tile[..count].iter_mut().zip(&around[offset..]) {
            *point += tap * sample;
        }
    }
    tile
}

/// For each phase, by how much it can raise the highest sample.
fn sums<const N: usize>(phases: &[[f32; N]]) -> impl Iterator<Item = f32> {
    let absolute = |taps: &[f32; N]| taps.iter().map(|tap| tap.abs()).sum::<f32>();
    phases.iter().map(absolute)
}

/// The coefficients for the point which lies `fraction` of the way from one sample to the next:
/// a sinc under a Kaiser window, with a gain of 1 for a steady signal.
fn phase<const N: usize>(fraction: f64) -> [f32; N] {
    let half = N as f64 / 2.0;
    let taps: [f64; N] = std::array::from_fn(|n| {
        let distance = n as f64 - (half - 1.0) - fraction;
        let angle = std::f64::consts::PI * distance;
        let sinc = if distance == 0.0 {
            1.0
        } else {
            angle.sin() / angle
        };
        let inside = (1.0 - (distance / half).powi(2)).max(0.0);
        sinc * bessel(KAISER * inside.sqrt())
    });
    let sum: f64 = taps.iter().sum();
    taps.map(|tap| (tap / sum) as f32)
}

/// The modified Bessel function of the first kind and order 0, by its series.
fn bessel(x: f64) -> f64 {
    let (mut sum, mut term) = (1.0, 1.0);
    for n in 1..40 {
        term *= (x / 2.0 / f64::from(n)).powi(2);
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_of_a_sine_is_found_between_samples() {
        let interpolator = Interpolator::new();
        for frequency in [0.01_f64, 0.1, 0.25, 0.4, 0.45] {
            let mut line = Line::default();
            let sine: Vec<f32> = (0..3_200)
                .map(|n| (std::f64::consts::TAU * (frequency * f64::from(n) + 0.125)).sin() as f32)
                .collect();
            let mut highest = 0.0_f32;
            for (number, tile) in sine.chunks(TILE).enumerate() {
                let mut levels = [0.0; TILE];
                interpolator.levels(&mut line, tile, 0.9, &mut levels);
                if number > 6 {
                    highest = levels.into_iter().fold(highest, f32::max);
                }
            }
            assert!((0.98..1.005).contains(&highest), "{frequency}: {highest}");
        }
    }

    #[test]
    fn levels_belong_to_the_frame_they_are_said_of() {
        let interpolator = Interpolator::new();
        let mut line = Line::default();
        let mut said = Vec::new();
        let mut sound = vec![0.0; 200];
        sound[70] = 1.0;
        for tile in sound.chunks(23) {
            let mut levels = vec![0.0; tile.len()];
            interpolator.levels(&mut line, tile, 0.5, &mut levels);
            said.extend(levels);
        }
        assert_eq!(said[70 + LAG], 1.0);
        assert!(said[69 + LAG] > 0.9 && said[71 + LAG] < 0.5);
    }
}
