//! Begins an attempt.

use crate::auth::UserId;
use crate::kernel::{Environment, PortError, PortErrorKind, Timestamp};

use super::model::{Attempt, LEASE, LIFETIME, Progress, StoredAnswer, Ticket};

/// The wish to do the work of a request.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Who asks.
    pub owner: UserId,
    /// The key that they gave the request: 1 to 255 bytes.
    pub key: String,
    /// The method and the pattern of the path.
    pub operation: String,
    /// A SHA-256 of what is asked for.
    pub request_hash: [u8; 32],
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// The work.
    Work(Ticket),
    /// It is done: this is the answer.
    Answered(StoredAnswer),
    /// Nothing now: another attempt is at it.
    InFlight,
    /// Nothing: the key belongs to another request.
    OtherRequest,
    /// Nothing: the work is done, and the attempt died before its answer was stored.
    AnswerLost,
}

/// Begins an attempt, if it is the first or the one before has died without effect.
///
/// An attempt is taken for dead after two minutes, or at once when it began before `alone_since`:
/// that is when a process began which shares its store with no other, so whatever was at work
/// before has ended.
///
/// # Errors
/// Those of the store and of the sealer.
pub async fn claim(
    env: &Environment,
    claim: Claim,
    alone_since: Option<Timestamp>,
) -> Result<Claimed, PortError> {
    let now = env.now();
    let attempt = Attempt {
        owner: claim.owner,
        key: claim.key,
        id: env.new_id(),
        operation: claim.operation,
        request_hash: claim.request_hash,
        progress: Progress::Begun,
        began_at: now,
        expires_at: now.plus(LIFETIME),
    };
    let ticket = Ticket {
        owner: attempt.owner,
        key: attempt.key.clone(),
        attempt: attempt.id,
    };
    let mut unit = env.store.begin().await?;
    let keys = unit.idempotency_keys();
    let replaced = match keys.find(attempt.owner, &attempt.key).await? {
        None => None,
        Some(kept) if kept.expires_at <= now => Some(kept.id),
        Some(kept) if is_other(&kept, &attempt) => return Ok(Claimed::OtherRequest),
        Some(kept) => match kept.progress {
            Progress::Answered(sealed) => {
                let plain = env.sealer.open(&ticket.context(), &sealed)?;
                let answer = serde_json::from_slice(&plain).map_err(|error| {
                    PortError::caused(PortErrorKind::Corrupt, "idempotency.claim", error)
                })?;
                return Ok(Claimed::Answered(answer));
            }
            _ if may_live(&kept, now, alone_since) => return Ok(Claimed::InFlight),
            Progress::TookEffect => return Ok(Claimed::AnswerLost),
            Progress::Begun => Some(kept.id),
        },
    };
    match keys.put(&attempt, replaced).await {
        Ok(()) => {}
        // Another attempt was quicker by a moment.
        Err(error) if error.kind == PortErrorKind::Duplicate("idempotency_key") => {
            return Ok(Claimed::InFlight);
        }
        Err(error) => return Err(error),
    }
    unit.commit().await?;
    Ok(Claimed::Work(ticket))
}

fn is_other(kept: &Attempt, attempt: &Attempt) -> bool {
    kept.operation != attempt.operation || kept.request_hash != attempt.request_hash
}

fn may_live(kept: &Attempt, now: Timestamp, alone_since: Option<Timestamp>) -> bool {
    let has_survived = alone_since.is_none_or(|since| kept.began_at >= since);
    has_survived && now < kept.began_at.plus(LEASE)
}
