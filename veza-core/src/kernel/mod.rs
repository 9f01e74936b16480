//! What every context shares.

pub mod access;
pub mod bus;
pub mod cache;
mod environment;
pub mod error;
pub mod event;
pub mod id;
pub mod idempotency;
pub mod outbox;
pub mod page;
pub mod random;
pub mod rate;
pub mod seal;
pub mod signal;
pub mod store;
pub mod text;
pub mod time;
pub mod version;

pub use access::{Permission, Principal, Role};
pub use bus::EventBus;
pub use cache::{Cache, ReadCache};
pub use environment::Environment;
pub use error::{ErrorKind, FieldError, PortError, PortErrorKind, UseCaseError};
pub use event::{Event, Metadata};
pub use id::{EventId, TypedId};
pub use page::{CursorKey, Page, PageRequest};
pub use random::Entropy;
pub use rate::RateLimiter;
pub use seal::Sealer;
pub use signal::{Signals, Topic};
pub use store::{Store, UnitOfWork};
pub use time::{Clock, Timestamp};
pub use version::Expected;
