//! Answers that are kept for a while (R-DATA-03), so that the store is asked less often.
//!
//! [`Cache`] is the port; [`ReadCache`] is what queries use of it.

mod flight;
mod follow;
mod read;

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::error::PortError;

pub use follow::{CACHE_EVENTS, CACHE_FOLLOWER, CacheFollower};
pub use read::ReadCache;

/// The longest value that is kept, in bytes; a longer one is not.
pub const MAX_CACHED_BYTES: usize = 256 * 1024;
/// How long whoever missed may take to put what it read.
pub const TICKET_LIFETIME: Duration = Duration::from_secs(10);

/// Values of one kind, which live equally long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Space {
    name: &'static str,
    lifetime: Duration,
    whole: bool,
}

/// The lifetimes of the architecture document, section 6.3.
impl Space {
    /// What everybody may see of accounts, by their ids.
    pub const USER_PROFILES: Self = Self::of("user", 60 * 60, false);
    /// Published tracks, by their ids.
    pub const TRACKS: Self = Self::of("track", 15 * 60, false);
    /// Pages of published tracks, by what was asked. Invalidated as a whole.
    pub const TRACK_LISTS: Self = Self::of("track-list", 5 * 60, true);

    const fn of(name: &'static str, seconds: u64, whole: bool) -> Self {
        Self {
            name,
            lifetime: Duration::from_secs(seconds),
            whole,
        }
    }

    /// The name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// How long a value is kept at most.
    pub const fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// Whether all its values are invalidated together.
    pub const fn is_whole(&self) -> bool {
        self.whole
    }
}

/// The name of a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CacheKey {
    space: Space,
    name: String,
}

impl CacheKey {
    /// The value of a thing with an id of plain form.
    pub fn of(space: Space, id: impl fmt::Display) -> Self {
        Self {
            space,
            name: id.to_string(),
        }
    }

    /// The answer to a question, whatever it holds: a digest of it is the name.
    pub fn answer_to(space: Space, question: &str) -> Self {
        let digest = Sha256::digest(question.as_bytes());
        let hex = |name: String, byte: &u8| name + &format!("{byte:02x}");
        Self {
            space,
            name: digest.iter().fold(String::new(), hex),
        }
    }

    /// Where it belongs.
    pub const fn space(&self) -> &Space {
        &self.space
    }

    /// The name within its space.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Leave to put a value, from the moment it was found to be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket(pub String);

/// What a cache has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// The value.
    Hit(Bytes),
    /// Nothing; the value may be put if there is a ticket. There is none while somebody else has
    /// one, and when the cache does not work.
    Miss(Option<Ticket>),
}

/// Keeps values for as long as their space says, or shorter; for all instances together.
///
/// A value is only ever put by whoever found it missing, with the ticket got then, and only while
/// nothing was invalidated since: **a slow reader cannot put back what has changed under it**. So
/// the order is: miss, read the store, put; and for a change: commit, then invalidate.
///
/// A cache that fails is empty: `get` misses, `put` does nothing, both soon (within some 100 ms).
/// Only `invalidate` may fail, and has to be tried again until it does not, for what others still
/// see may be old; events do that.
#[async_trait]
pub trait Cache: Send + Sync {
    /// Looks for a value.
    async fn get(&self, key: &CacheKey) -> Lookup;

    /// Puts a value, unless the ticket is no longer good or the value is over
    /// [`MAX_CACHED_BYTES`].
    async fn put(&self, key: &CacheKey, ticket: &Ticket, value: Bytes);

    /// Forgets values, and that they were found missing.
    ///
    /// # Errors
    /// `Unavailable` when some may still be there.
    async fn invalidate(&self, keys: &[CacheKey]) -> Result<(), PortError>;

    /// Forgets every value of a space which [is whole](Space::is_whole).
    ///
    /// # Errors
    /// `Unavailable` when some may still be there.
    async fn invalidate_space(&self, space: &Space) -> Result<(), PortError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_of_any_form_have_plain_names() {
        let key = CacheKey::answer_to(Space::TRACK_LISTS, "genre é} *\r\n");
        assert_eq!(key.name().len(), 64);
        assert!(key.name().bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_ne!(key, CacheKey::answer_to(Space::TRACK_LISTS, ""));
        assert_ne!(key, CacheKey::answer_to(Space::TRACKS, "genre é} *\r\n"));
    }
}
