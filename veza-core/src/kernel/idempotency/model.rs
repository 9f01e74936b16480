//! The attempt that a key stands for.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::auth::UserId;
use crate::kernel::Timestamp;
use crate::typed_ids;

typed_ids! {
    /// The id of one attempt of a request.
    AttemptId,
}

/// How long an attempt may be at work before another may take its place, where other processes
/// work on the same store.
pub(super) const LEASE: Duration = Duration::from_secs(120);
/// How long a key is remembered.
pub(super) const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// The latest attempt of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Whose request it is. Each account has its own keys.
    pub owner: UserId,
    /// The key, as the client chose it: 1 to 255 bytes.
    pub key: String,
    /// Which attempt it is.
    pub id: AttemptId,
    /// What is asked for: the method and the pattern of the path.
    pub operation: String,
    /// A SHA-256 of what is asked for.
    pub request_hash: [u8; 32],
    /// How far it has come.
    pub progress: Progress,
    /// When it began.
    pub began_at: Timestamp,
    /// When the key is forgotten.
    pub expires_at: Timestamp,
}

/// How far an attempt has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing has been changed.
    Begun,
    /// Something has been changed, and the answer is not stored.
    TookEffect,
    /// The answer is stored, as sealed bytes.
    Answered(Vec<u8>),
}

impl Progress {
    /// The name in the store.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::TookEffect => "took_effect",
            Self::Answered(_) => "answered",
        }
    }
}

/// The right to do the work of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Whose request it is.
    pub owner: UserId,
    /// Its key.
    pub key: String,
    /// The attempt.
    pub attempt: AttemptId,
}

/// An answer to be given again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredAnswer {
    /// The status.
    pub status: u16,
    /// Those headers that belong to the answer, as names and values.
    pub headers: Vec<(String, String)>,
    /// The body, which is text.
    pub body: String,
}

impl Ticket {
    /// What the answer is sealed for.
    pub(super) fn context(&self) -> String {
        format!("idempotency:{}:{}", self.owner, self.key)
    }
}
