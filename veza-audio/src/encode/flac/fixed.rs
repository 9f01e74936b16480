//! The five fixed predictors (RFC 9639, 9.2.5): differences of order 0 to 4.

/// The highest fixed order.
pub(super) const MAX_ORDER: usize = 4;

/// Writes into `out` the differences of the given order (0 to 4), from the first sample which has
/// enough before it on. Samples have at most 25 bits, so differences fit in 29.
pub(super) fn residual(x: &[i32], order: usize, out: &mut Vec<i32>) {
    out.clear();
    let here = &x[order..];
    match order {
        0 => out.extend_from_slice(here),
        1 => out.extend(x.windows(2).map(first)),
        2 => out.extend(x.windows(3).map(second)),
        3 => out.extend(x.windows(4).map(third)),
        _ => out.extend(x.windows(5).map(fourth)),
    }
}

#[inline]
fn first(w: &[i32]) -> i32 {
    w[1] - w[0]
}

#[inline]
fn second(w: &[i32]) -> i32 {
    w[2] - 2 * w[1] + w[0]
}

#[inline]
fn third(w: &[i32]) -> i32 {
    w[3] - 3 * w[2] + 3 * w[1] - w[0]
}

#[inline]
fn fourth(w: &[i32]) -> i32 {
    w[4] - 4 * w[3] + 6 * w[2] - 4 * w[1] + w[0]
}

/// The order whose differences are smallest, and the sum of their magnitudes.
pub(super) fn best_order(x: &[i32]) -> (usize, u64) {
    if x.len() <= MAX_ORDER {
        return (0, x.iter().map(|v| u64::from(v.unsigned_abs())).sum());
    }
    let mut sums = [0u64; MAX_ORDER + 1];
    for w in x.windows(MAX_ORDER + 1) {
        sums[0] += u64::from(w[4].unsigned_abs());
        sums[1] += u64::from(first(&w[3..]).unsigned_abs());
        sums[2] += u64::from(second(&w[2..]).unsigned_abs());
        sums[3] += u64::from(third(&w[1..]).unsigned_abs());
        sums[4] += u64::from(fourth(w).unsigned_abs());
    }
    let mut best = (0, sums[0]);
    for (order, sum) in sums.iter().enumerate() {
        if *sum < best.1 {
            best = (order, *sum);
        }
    }
    best
}

/// The sum of the magnitudes of the second differences: how costly a channel looks, at a glance.
pub(super) fn roughness(x: &[i32]) -> u64 {
    x.windows(3)
        .map(|w| u64::from(second(w).unsigned_abs()))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_no_second_difference_and_a_cubic_no_fourth() {
        let line: Vec<i32> = (0..50).map(|n| 7 * n - 100).collect();
        let cubic: Vec<i32> = (0..50).map(|n| n * n * n - 4 * n).collect();
        let mut out = Vec::new();
        residual(&line, 2, &mut out);
        assert_eq!(out, vec![0; 48]);
        residual(&cubic, 4, &mut out);
        assert_eq!(out, vec![0; 46]);
        assert_eq!(best_order(&line), (2, 0));
        assert_eq!(best_order(&cubic), (4, 0));
        assert_eq!(roughness(&line), 0);
    }

    #[test]
    fn the_widest_samples_do_not_overflow() {
        let x: Vec<i32> = (0..32)
            .map(|n| {
                if n % 2 == 0 {
                    (1 << 24) - 1
                } else {
                    -(1 << 24)
                }
            })
            .collect();
        let mut out = Vec::new();
        for order in 0..=MAX_ORDER {
            residual(&x, order, &mut out);
            assert_eq!(out.len(), 32 - order);
        }
        assert_eq!(best_order(&x).0, 0);
    }
}
