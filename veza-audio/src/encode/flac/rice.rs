//! The residual: partitioned Rice codes (RFC 9639, 9.2.7).

use crate::encode::bits::BitWriter;

/// Highest parameter of the 4-bit method; 15 is the escape code.
const MAX_NARROW: u32 = 14;
/// Highest parameter of the 5-bit method; 31 is the escape code.
const MAX_WIDE: u32 = 30;

/// How a residual will be coded.
#[derive(Clone, Debug, Default)]
pub(super) struct RicePlan {
    /// 2 to the power of this many partitions.
    pub(super) partition_order: u32,
    /// The Rice parameter of each partition.
    pub(super) parameters: Vec<u32>,
    /// Estimated size in bits, with the parameters and the coding method.
    pub(super) bits: u64,
}

impl RicePlan {
    fn wide(&self) -> bool {
        self.parameters
            .iter()
            .any(|parameter| *parameter > MAX_NARROW)
    }
}

/// Zigzag: 0, -1, 1, -2, ... become 0, 1, 2, 3, ...
#[inline]
pub(super) fn fold(residual: i32) -> u32 {
    ((residual << 1) ^ (residual >> 31)) as u32
}

/// The parameter for `count` folded values with the given sum, and the size in bits.
fn parameter_for(count: u64, sum: u64) -> (u32, u64) {
    // Of the values' fraction below 2^k the coder sees on average half a step: taking half of
    // one away for each value gives the size within a per cent without looking at each value.
    let centred = sum.saturating_sub(count / 2);
    let k = match centred / count {
        0 => 0,
        mean => mean.ilog2().min(MAX_WIDE),
    };
    (k, count * u64::from(k + 1) + (centred >> k))
}

/// Finds the cheapest partitioning of `folded`, the residual of a block of `block` samples whose
/// first `order` are warm-up; partition orders go up to `max_partition_order`.
pub(super) fn plan(
    folded: &[u32],
    block: usize,
    order: usize,
    max_partition_order: u32,
    plan: &mut RicePlan,
    sums: &mut Vec<u64>,
) {
    let mut highest = max_partition_order.min(block.trailing_zeros());
    while highest > 0 && block >> highest <= order {
        highest -= 1;
    }
    sums.clear();
    let mut rest = folded;
    for partition in 0..1usize << highest {
        let count = (block >> highest) - if partition == 0 { order } else { 0 };
        let (here, after) = rest.split_at(count);
        sums.push(here.iter().map(|value| u64::from(*value)).sum());
        rest = after;
    }
    plan.bits = u64::MAX;
    let mut partition_order = highest;
    loop {
        let mut bits = 0;
        let mut widest = 0;
        for (partition, sum) in sums.iter().enumerate() {
            let count = (block >> partition_order) - if partition == 0 { order } else { 0 };
            let (k, size) = parameter_for(count.max(1) as u64, *sum);
            widest = widest.max(k);
            bits += size;
        }
        let parameter_bits = if widest > MAX_NARROW { 5 } else { 4 };
        bits += 2 + 4 + parameter_bits * sums.len() as u64;
        if bits < plan.bits {
            plan.bits = bits;
            plan.partition_order = partition_order;
            plan.parameters.clear();
            plan.parameters
                .extend(sums.iter().enumerate().map(|(partition, sum)| {
                    let count = (block >> partition_order) - if partition == 0 { order } else { 0 };
                    parameter_for(count.max(1) as u64, *sum).0
                }));
        }
        if partition_order == 0 {
            break;
        }
        partition_order -= 1;
        for pair in 0..1usize << partition_order {
            sums[pair] = sums[2 * pair] + sums[2 * pair + 1];
        }
        sums.truncate(1 << partition_order);
    }
}

/// The exact size in bits of what [`write`] writes.
pub(super) fn exact_bits(folded: &[u32], block: usize, order: usize, plan: &RicePlan) -> u64 {
    let parameter_bits = if plan.wide() { 5 } else { 4 };
    let mut bits = 2 + 4;
    for (k, values) in partitions(folded, block, order, plan) {
        let quotients: u64 = values.iter().map(|value| u64::from(value >> k)).sum();
        bits += parameter_bits + quotients + values.len() as u64 * u64::from(k + 1);
    }
    bits
}

/// Writes the coding method, the partition order, the parameters and the values.
pub(super) fn write(
    bits: &mut BitWriter,
    folded: &[u32],
    block: usize,
    order: usize,
    plan: &RicePlan,
) {
    let wide = plan.wide();
    bits.put(wide.into(), 2);
    bits.put(plan.partition_order, 4);
    for (k, values) in partitions(folded, block, order, plan) {
        bits.put(k, if wide { 5 } else { 4 });
        let low = (1u32 << k) - 1;
        for value in values {
            let quotient = value >> k;
            // Quotient, its closing one and the remainder in one go, as nearly all of them are.
            if quotient + k < 32 {
                bits.put((1 << k) | (value & low), quotient + 1 + k);
            } else {
                bits.put_unary(quotient);
                bits.put(value & low, k);
            }
        }
    }
}

/// Each partition's parameter and values.
fn partitions<'a>(
    folded: &'a [u32],
    block: usize,
    order: usize,
    plan: &'a RicePlan,
) -> impl Iterator<Item = (u32, &'a [u32])> {
    let length = block >> plan.partition_order;
    let mut rest = folded;
    plan.parameters
        .iter()
        .enumerate()
        .map(move |(partition, k)| {
            let (here, after) = rest.split_at(length - if partition == 0 { order } else { 0 });
            rest = after;
            (*k, here)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_interleaves_the_signs() {
        assert_eq!(
            [0, -1, 1, -2, 2, i32::MAX, i32::MIN].map(fold),
            [0, 1, 2, 3, 4, u32::MAX - 1, u32::MAX]
        );
    }

    #[test]
    fn the_exact_size_is_what_is_written() {
        for (block, order, scale) in [(4096, 8, 20u32), (4096, 0, 1 << 24), (17, 2, 3), (1, 0, 9)] {
            let folded: Vec<u32> = (0..block - order)
                .map(|n| (n as u32).wrapping_mul(2_654_435_761) % scale)
                .collect();
            let (mut chosen, mut sums) = (RicePlan::default(), Vec::new());
            plan(&folded, block, order, 6, &mut chosen, &mut sums);
            let mut bits = BitWriter::default();
            write(&mut bits, &folded, block, order, &chosen);
            let exact = exact_bits(&folded, block, order, &chosen);
            assert_eq!(
                bits.align().len() as u64,
                exact.div_ceil(8),
                "{block} {order} {scale}"
            );
        }
    }

    #[test]
    fn a_residual_which_changes_its_loudness_is_partitioned() {
        let folded: Vec<u32> = (0..4096)
            .map(|n| if n < 2048 { n % 3 } else { 1000 + n })
            .collect();
        let (mut chosen, mut sums) = (RicePlan::default(), Vec::new());
        plan(&folded, 4096, 0, 6, &mut chosen, &mut sums);
        assert!(chosen.partition_order >= 1);
        assert!(chosen.parameters[0] < 3 && *chosen.parameters.last().unwrap() > 8);
    }
}
