//! Where randomness comes from.

/// A cryptographically secure random source.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with unpredictable values.
    fn fill(&self, bytes: &mut [u8]);
}

impl dyn Entropy + '_ {
    /// A value of at most `max`, each as likely as the others but for a bias below 2^-32 for any
    /// `max` under 2^32.
    pub fn at_most(&self, max: u64) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        let random = u64::from_le_bytes(bytes);
        match max.checked_add(1) {
            Some(bound) => random % bound,
            None => random,
        }
    }
}
