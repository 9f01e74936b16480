//! Erasing an account.
//!
//! Its owner asks for it, is signed out everywhere, and has thirty days to come back: signing in
//! keeps the account. After that everything personal is gone; what others need to make sense of
//! what is left (the id of the account on record) stays and leads to nobody.

mod erase;
mod model;
mod ports;
mod request;

pub use erase::{ErasureOutcome, erase_due};
pub use model::{ERASURE_GRACE, Erasure};
pub use ports::Erasures;
pub(crate) use request::cancel_erasure;
pub use request::{ErasureError, RequestErasure, request_erasure};
