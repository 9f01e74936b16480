//! What Vorbis and Opus have in common.

/// Which channel of WAVE's order each channel of Vorbis's order is (Vorbis I, 4.3.9; RFC 7845,
/// 5.1.1.2 takes it over). Without a change for more than eight, which have no order.
pub(crate) fn channel_order(channels: usize) -> &'static [usize] {
    match channels {
        1 => &[0],
        2 => &[0, 1],
        3 => &[0, 2, 1],                // L C R
        4 => &[0, 1, 2, 3],             // L R Lb Rb
        5 => &[0, 2, 1, 3, 4],          // L C R Ls Rs
        6 => &[0, 2, 1, 4, 5, 3],       // L C R Ls Rs LFE
        7 => &[0, 2, 1, 5, 6, 4, 3],    // L C R Ls Rs Cb LFE
        8 => &[0, 2, 1, 6, 7, 4, 5, 3], // L C R Ls Rs Lb Rb LFE
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_channel_is_taken_once() {
        for channels in 1..=8 {
            let mut order = channel_order(channels).to_vec();
            order.sort_unstable();
            assert_eq!(order, (0..channels).collect::<Vec<_>>());
        }
    }
}
