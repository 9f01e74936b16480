//! Tables that are kept in parts by time.

use async_trait::async_trait;

use super::error::PortError;
use super::time::Timestamp;

/// Makes the parts that will be needed.
///
/// A store which keeps what only ever grows in parts (events by day, messages by month) can drop or
/// move a part at once, and looks into the parts of a time alone. What is written finds a place
/// with and without this: what has no part of its own goes to a common one, and is moved out of it
/// when its part is made.
#[async_trait]
pub trait Partitions: Send + Sync {
    /// Makes the parts of the present and of the time to come, as far as they are missing, and
    /// answers how many it made. Several instances may ask at once. It drops nothing, and keeps
    /// nobody waiting for longer than a second or two: rather than that it gives up.
    ///
    /// # Errors
    /// `Unavailable` when others were in the way, to be tried again later; those of the store.
    async fn make_ahead(&self, now: Timestamp) -> Result<u32, PortError>;
}
