//! What each compression level tries.

/// How stereo is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StereoSearch {
    /// Left and right as they are.
    Independent,
    /// The pair of left, right, mid and side which looks cheapest from its second differences.
    Estimated,
    /// All four coded; the cheapest pair is taken.
    Exhaustive,
}

/// What a level tries for each block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effort {
    pub(super) stereo: StereoSearch,
    /// Highest order of linear prediction; 0 leaves it out.
    pub(super) max_order: usize,
    /// Tapers of the Tukey windows which are tried.
    pub(super) tapers: &'static [f64],
    /// How many orders are tried: the one that looks best, then its neighbours below and above.
    pub(super) orders: usize,
    /// Highest partition order of the residual.
    pub(super) max_partition_order: u32,
}

impl Effort {
    /// Level 0 (fastest) to 8 (smallest).
    pub(super) fn of_level(level: u8) -> Self {
        use StereoSearch::*;
        let effort = |stereo, max_order, tapers, orders, max_partition_order| Self {
            stereo,
            max_order,
            tapers,
            orders,
            max_partition_order,
        };
        match level {
            0 => effort(Independent, 0, &[], 0, 3),
            1 => effort(Estimated, 0, &[], 0, 3),
            2 => effort(Estimated, 0, &[], 0, 5),
            3 => effort(Estimated, 6, &[0.5], 1, 4),
            4 => effort(Estimated, 8, &[0.5], 1, 5),
            5 => effort(Estimated, 12, &[0.5], 1, 6),
            6 => effort(Estimated, 12, &[0.5, 0.1], 1, 6),
            7 => effort(Exhaustive, 12, &[0.5, 0.1], 1, 6),
            _ => effort(Exhaustive, 12, &[0.5, 0.1, 0.9], 3, 6),
        }
    }
}
