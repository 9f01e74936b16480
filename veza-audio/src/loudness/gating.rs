//! From the energies of many windows to one number: gated mean and range.

/// The absolute gate, in LUFS (BS.1770-4, Tech 3342).
const ABSOLUTE_GATE: f64 = -70.0;

/// Mean energy of the weighted signal in LUFS (BS.1770-4, formula 2); minus infinity for none.
pub(crate) fn lufs(energy: f64) -> f64 {
    10.0 * energy.log10() - 0.691
}

/// The energies of overlapping windows which are over the absolute gate.
#[derive(Debug)]
pub(crate) struct Gated {
    floor: f64,
    energies: Vec<f64>,
}

impl Default for Gated {
    fn default() -> Self {
        Self {
            floor: 10_f64.powf((ABSOLUTE_GATE + 0.691) / 10.0),
            energies: Vec::new(),
        }
    }
}

impl Gated {
    /// Takes the mean energy of a window.
    pub(crate) fn push(&mut self, energy: f64) {
        if energy > self.floor {
            self.energies.push(energy);
        }
    }

    /// Adds what another sound's windows hold.
    pub(crate) fn merge(&mut self, mut other: Self) {
        self.energies.append(&mut other.energies);
    }

    /// Integrated loudness in LUFS, with the relative gate 10 LU under the mean of what is over
    /// the absolute one (BS.1770-4, formulas 5 to 7).
    pub(crate) fn integrated(&self) -> Option<f64> {
        let gate = mean(self.energies.iter().copied())? / 10.0;
        mean(
            self.energies
                .iter()
                .copied()
                .filter(|energy| *energy > gate),
        )
        .map(lufs)
    }

    /// Loudness range in LU: from the 10th to the 95th percentile of what is over a relative
    /// gate of 20 LU (EBU Tech 3342).
    pub(crate) fn range(&self) -> Option<f64> {
        let gate = mean(self.energies.iter().copied())? / 100.0;
        let over = self.energies.iter().copied();
        let mut over: Vec<f64> = over.filter(|energy| *energy >= gate).collect();
        over.sort_by(f64::total_cmp);
        let last = over.len().checked_sub(1)?;
        let percentile = |part: f64| lufs(over[(last as f64 * part).round() as usize]);
        Some(percentile(0.95) - percentile(0.10))
    }
}

fn mean(energies: impl Iterator<Item = f64>) -> Option<f64> {
    let (count, sum) = energies.fold((0_u64, 0.0), |(n, sum), energy| (n + 1, sum + energy));
    (count > 0).then(|| sum / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gated(levels: impl IntoIterator<Item = f64>) -> Gated {
        let mut gated = Gated::default();
        for level in levels {
            gated.push(10_f64.powf((level + 0.691) / 10.0));
        }
        gated
    }

    #[test]
    fn what_is_under_a_gate_does_not_count() {
        let integrated = gated([-20.0, -20.0, -33.0, -71.0]).integrated().unwrap();
        assert!((integrated + 20.0).abs() < 1e-9, "{integrated}");
        assert_eq!(gated([-70.1, f64::NEG_INFINITY]).integrated(), None);
    }

    #[test]
    fn the_range_leaves_out_the_extremes() {
        let range = gated((0..=100).map(|n| -40.0 + f64::from(n) / 10.0))
            .range()
            .unwrap();
        assert!((range - 8.5).abs() < 1e-9, "{range}");
        assert_eq!(gated([]).range(), None);
    }
}
