//! Ends an attempt, and forgets old ones.

use crate::kernel::{Environment, PortError, PortErrorKind};

use super::model::{StoredAnswer, Ticket};

/// Keys that are forgotten in one unit of work.
const PRUNE_AT_ONCE: u32 = 500;

/// Ends an attempt. With an answer, that is what later attempts get; without one, the key is free
/// again unless something was changed.
///
/// # Errors
/// Those of the store and of the sealer.
pub async fn finish(
    env: &Environment,
    ticket: &Ticket,
    answer: Option<&StoredAnswer>,
) -> Result<(), PortError> {
    let mut unit = env.store.begin().await?;
    let keys = unit.idempotency_keys();
    match answer {
        Some(answer) => {
            let plain = serde_json::to_vec(answer).map_err(|error| {
                PortError::caused(PortErrorKind::Internal, "idempotency.finish", error)
            })?;
            let sealed = env.sealer.seal(&ticket.context(), &plain)?;
            keys.answer(ticket, &sealed).await?;
        }
        None => {
            keys.release(ticket).await?;
        }
    }
    unit.commit().await
}

/// Forgets keys whose time is over; answers how many.
///
/// # Errors
/// Those of the store.
pub async fn prune(env: &Environment) -> Result<u64, PortError> {
    let mut pruned = 0;
    loop {
        let mut unit = env.store.begin().await?;
        let keys = unit.idempotency_keys();
        let gone = keys.prune(env.now(), PRUNE_AT_ONCE).await?;
        unit.commit().await?;
        pruned += gone;
        if gone < u64::from(PRUNE_AT_ONCE) {
            return Ok(pruned);
        }
    }
}
