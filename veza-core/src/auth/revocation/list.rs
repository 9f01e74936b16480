//! The revocations in memory, where every request can look.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use crate::auth::{SessionId, TokenId, UserId};
use crate::kernel::{Environment, PortError, Timestamp};

use super::model::{Revocation, RevocationSubject};

/// How long the list is trusted after it was last brought up to date.
pub const TRUSTED_FOR: Duration = Duration::from_secs(5);
/// How far back each look goes: a unit of work that decided on a revocation may have been
/// committed this much later.
const OVERLAP: Duration = Duration::from_secs(60);
/// How often everything is read again.
const WHOLE_EVERY: Duration = Duration::from_secs(120);

/// The list is older than [`TRUSTED_FOR`]: what it says is not known to be true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the list of revoked tokens is out of date")]
pub struct StaleRevocations;

#[derive(Debug, Default)]
struct Known {
    /// Whose tokens, issued before when, and when that may be forgotten.
    revoked: HashMap<RevocationSubject, (Timestamp, Timestamp)>,
    fresh_at: Option<Timestamp>,
    whole_at: Option<Timestamp>,
}

impl Known {
    fn trusted_at(&self, now: Timestamp) -> Result<(), StaleRevocations> {
        // The wall clock may step back; then the list is as old as the step is far.
        let fresh = |at: &Timestamp| now <= at.plus(TRUSTED_FOR) && *at <= now.plus(TRUSTED_FOR);
        let fresh_at = self.fresh_at.filter(fresh);
        fresh_at.map(|_| ()).ok_or(StaleRevocations)
    }
}

/// Which access tokens are revoked, as of a few seconds ago at most.
///
/// A shell keeps it fresh with [`refresh_revocations`], each second and at once when it is told of
/// a change. It holds what was revoked within the lifetime of a token, not more.
#[derive(Debug, Default)]
pub struct RevocationList(RwLock<Known>);

impl RevocationList {
    /// An empty list, which is stale until it is refreshed.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether a token issued at that moment, to this session of this account, is revoked.
    ///
    /// # Errors
    /// [`StaleRevocations`] when the list has not been refreshed in time.
    pub fn is_revoked(
        &self,
        session: SessionId,
        user: UserId,
        issued_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StaleRevocations> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.trusted_at(now)?;
        let of_session = known
            .revoked
            .contains_key(&RevocationSubject::Session(session));
        let of_user = known.revoked.get(&RevocationSubject::User(user));
        Ok(of_session || of_user.is_some_and(|(before, _)| issued_at < *before))
    }

    /// Whether this token of a service is revoked.
    ///
    /// # Errors
    /// [`StaleRevocations`] when the list has not been refreshed in time.
    pub fn is_service_token_revoked(
        &self,
        token: TokenId,
        now: Timestamp,
    ) -> Result<bool, StaleRevocations> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.trusted_at(now)?;
        let subject = RevocationSubject::ServiceToken(token);
        Ok(known.revoked.contains_key(&subject))
    }

    /// How many subjects it holds.
    pub fn len(&self) -> usize {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.revoked.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// From when on the next look has to read.
    fn since(&self, now: Timestamp) -> Timestamp {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        match (known.whole_at, known.fresh_at) {
            (Some(whole), Some(fresh)) if now < whole.plus(WHOLE_EVERY) && fresh <= now => {
                fresh.minus(OVERLAP)
            }
            _ => Timestamp::from_millis(0),
        }
    }

    fn take(&self, revocations: Vec<Revocation>, since: Timestamp, now: Timestamp) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.revoked.retain(|_, (_, until)| now < *until);
        for revocation in revocations {
            let entry = known
                .revoked
                .entry(revocation.subject)
                .or_insert((revocation.issued_before, revocation.until));
            entry.0 = entry.0.max(revocation.issued_before);
            entry.1 = entry.1.max(revocation.until);
        }
        // Two looks may cross; the later one counts.
        known.fresh_at = Some(
            known
                .fresh_at
                .filter(|_| since.as_millis() > 0)
                .map_or(now, |at| at.max(now)),
        );
        if since.as_millis() == 0 {
            known.whole_at = Some(now);
        }
    }
}

/// Brings the list up to date.
///
/// # Errors
/// Those of the store; the list stays as it was, and is not trusted for long.
pub async fn refresh_revocations(
    env: &Environment,
    list: &RevocationList,
) -> Result<(), PortError> {
    // The time of before the look: what is decided during it may not be seen.
    let now = env.now();
    let since = list.since(now);
    let mut reader = env.store.glance().await?;
    let revocations = reader.revocations().list(since, now).await?;
    drop(reader);
    list.take(revocations, since, now);
    Ok(())
}
