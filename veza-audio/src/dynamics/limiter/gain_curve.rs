//! From the gain each frame needs to one that moves smoothly and is never higher.

/// A gain of 1. Gains are whole numbers here, so that the running sums below stay exact.
const ONE: u32 = 1 << 30;

/// Holds the lowest gain over the look-ahead, lets it return exponentially, and smooths it by two
/// moving means (a triangle): since every mean is over values which were low enough, so is it.
#[derive(Debug)]
pub(super) struct GainCurve {
    lowest: SlidingMinimum,
    /// The held and released gain, 0 to 1.
    released: f64,
    /// What is left of a difference after a frame.
    decay: f64,
    first: MovingSum,
    second: MovingSum,
    scale: f64,
}

impl GainCurve {
    /// A curve that falls over `length` frames and holds for `hold` more, so that each needed gain
    /// is reached from `length - 1` to `length + hold - 1` frames after it is said.
    pub(super) fn new(length: usize, hold: usize, decay: f64) -> Self {
        let first = length.div_ceil(2);
        let second = length + 1 - first;
        Self {
            lowest: SlidingMinimum::new(length + hold),
            released: 1.0,
            decay,
            first: MovingSum::new(first, u64::from(ONE)),
            second: MovingSum::new(second, u64::from(ONE) * first as u64),
            scale: 1.0 / (first as f64 * second as f64 * f64::from(ONE)),
        }
    }

    /// Takes the gain that a frame needs, 0 to 1; gives the gain to apply.
    pub(super) fn next(&mut self, needed: f32) -> f32 {
        let needed = (f64::from(needed) * f64::from(ONE)) as u32;
        let held = f64::from(self.lowest.next(needed.min(ONE))) / f64::from(ONE);
        let back = held + (self.released - held) * self.decay;
        self.released = held.min(back);
        // Close enough is there: the sound passes unchanged again.
        if held == 1.0 && self.released > 1.0 - 1e-7 {
            self.released = 1.0;
        }
        let gain = (self.released * f64::from(ONE)) as u64;
        let sum = self.second.next(self.first.next(gain));
        (sum as f64 * self.scale) as f32
    }

    pub(super) fn reset(&mut self) {
        self.lowest.reset();
        self.released = 1.0;
        self.first.reset();
        self.second.reset();
    }
}

/// The lowest of the last values, by a queue of those which may still become it.
#[derive(Debug)]
struct SlidingMinimum {
    /// A ring of frame numbers and values, values rising from its head on.
    ring: Vec<(u64, u32)>,
    head: usize,
    count: usize,
    frame: u64,
}

impl SlidingMinimum {
    fn new(length: usize) -> Self {
        Self {
            ring: vec![(0, ONE); length],
            head: 0,
            count: 0,
            frame: 0,
        }
    }

    fn next(&mut self, value: u32) -> u32 {
        let length = self.ring.len();
        let place = |index: usize| {
            if index < length {
                index
            } else {
                index - length
            }
        };
        self.frame += 1;
        if self.count > 0 && self.ring[self.head].0 + length as u64 <= self.frame {
            self.head = place(self.head + 1);
            self.count -= 1;
        }
        while self.count > 0 && self.ring[place(self.head + self.count - 1)].1 >= value {
            self.count -= 1;
        }
        self.ring[place(self.head + self.count)] = (self.frame, value);
        self.count += 1;
        self.ring[self.head].1
    }

    fn reset(&mut self) {
        (self.head, self.count, self.frame) = (0, 0, 0);
    }
}

/// The sum of the last values.
#[derive(Debug)]
struct MovingSum {
    ring: Vec<u64>,
    rest: u64,
    position: usize,
    sum: u64,
}

impl MovingSum {
    /// The sum of `length` values, which were all `rest` so far.
    fn new(length: usize, rest: u64) -> Self {
        Self {
            ring: vec![rest; length],
            rest,
            position: 0,
            sum: rest * length as u64,
        }
    }

    fn next(&mut self, value: u64) -> u64 {
        let leaves = std::mem::replace(&mut self.ring[self.position], value);
        self.position += 1;
        if self.position == self.ring.len() {
            self.position = 0;
        }
        self.sum = self.sum - leaves + value;
        self.sum
    }

    fn reset(&mut self) {
        self.ring.fill(self.rest);
        self.sum = self.rest * self.ring.len() as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gain_is_low_enough_for_as_long_as_promised() {
        let (length, hold) = (50, 9);
        for (first, second) in [(0.5, 0.3), (0.1, 0.7)] {
            let mut curve = GainCurve::new(length, hold, 0.99);
            let gains: Vec<f32> = (0..400)
                .map(|frame| {
                    curve.next(match frame {
                        100 => first,
                        130 => second,
                        _ => 1.0,
                    })
                })
                .collect();
            assert_eq!(gains[99], 1.0);
            for (frame, needed) in [(100, first), (130, second)] {
                for gain in &gains[frame + length - 1..frame + length + hold] {
                    assert!(*gain <= needed, "{gain} {needed}");
                }
            }
            // It moves in small steps, and comes back.
            let steps = gains.windows(2).map(|pair| (pair[0] - pair[1]).abs());
            assert!(steps.fold(0.0, f32::max) < 0.04);
            assert!(gains[399] > gains[190] && gains[399] < 1.0);
        }
    }

    #[test]
    fn the_lowest_of_the_last_values_is_found() {
        let mut state = 1_u32;
        let values: Vec<u32> = (0..500)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                state >> 24
            })
            .collect();
        let mut lowest = SlidingMinimum::new(17);
        for (n, value) in values.iter().enumerate() {
            let plain = values[n.saturating_sub(16)..=n].iter().min();
            assert_eq!(Some(&lowest.next(*value)), plain);
        }
    }

    #[test]
    fn the_gain_is_exactly_1_again_after_a_while() {
        let mut curve = GainCurve::new(30, 5, 0.99);
        curve.next(0.2);
        let gains: Vec<f32> = (0..5_000).map(|_| curve.next(1.0)).collect();
        assert_eq!(gains[4_999], 1.0);
        curve.next(0.2);
        curve.reset();
        assert_eq!(curve.next(1.0), 1.0);
    }
}
