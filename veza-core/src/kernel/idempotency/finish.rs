//! Ends an attempt, and forgets old ones.

use crate::kernel::{Environment, PortError, PortErrorKind};

use super::model::{StoredAnswer, Ticket};

/// Keys that are forgotten in one unit of work.
const PRUNE_AT_ONCE: u32 = 500;

/// How an attempt ended.
#[derive(Clone, Copy, Debug)]
pub enum Ending<'a> {
    /// With an answer, which later attempts are given.
    Done(&'a StoredAnswer),
    /// It was refused, as it will be again or not: the key is free, unless something was changed
    /// all the same, such as a log of refusals. Then this is the answer.
    Refused(&'a StoredAnswer),
    /// Without an answer: the key is free, unless something was changed.
    Failed,
}

/// Ends an attempt.
///
/// # Errors
/// Those of the store and of the sealer.
pub async fn finish(
    env: &Environment,
    ticket: &Ticket,
    ending: Ending<'_>,
) -> Result<(), PortError> {
    let mut unit = env.store.begin().await?;
    let keys = unit.idempotency_keys();
    let answer = match ending {
        Ending::Done(answer) => Some(answer),
        Ending::Refused(answer) => (!keys.release(ticket).await?).then_some(answer),
        Ending::Failed => {
            keys.release(ticket).await?;
            None
        }
    };
    if let Some(answer) = answer {
        let plain = serde_json::to_vec(answer).map_err(|error| {
            PortError::caused(PortErrorKind::Internal, "idempotency.finish", error)
        })?;
        let sealed = env.sealer.seal(&ticket.context(), &plain)?;
        keys.answer(ticket, &sealed).await?;
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
