//! Linked identities and pending authorizations in memory, and a provider that never leaves it.

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;

use crate::auth::identities::{
    AuthorizationRequest, IdentityProvider, ProvedIdentity, RedeemError, Redemption,
};
use crate::auth::{
    AuthorizationPurpose, Identities, LinkedIdentity, LinkedIdentityId, PendingAuthorization,
    PendingAuthorizations, ProviderId, TokenDigest, UserId,
};
use crate::kernel::{PortError, PortErrorKind, Timestamp};

use super::lock;
use super::storable;
use super::store::MemoryUnit;

#[async_trait]
impl Identities for MemoryUnit {
    async fn add(&mut self, identity: &LinkedIdentity) -> Result<(), PortError> {
        const OP: &str = "identities.add";
        let texts = [Some(&*identity.subject), identity.email.as_deref()];
        storable(OP, texts.into_iter().flatten())?;
        let state = self.write(OP)?;
        if !state.users.contains_key(&identity.user_id) {
            return Err(PortError::new(PortErrorKind::MissingReference, OP));
        }
        let is_same = |other: &LinkedIdentity| {
            other.provider == identity.provider && other.subject == identity.subject
        };
        if state.identities.values().any(is_same) {
            return Err(PortError::new(PortErrorKind::Duplicate("identity"), OP));
        }
        state.identities.insert(identity.id, identity.clone());
        Ok(())
    }

    async fn find(
        &mut self,
        provider: &ProviderId,
        subject: &str,
    ) -> Result<Option<LinkedIdentity>, PortError> {
        let mut all = self.state.identities.values();
        Ok(all
            .find(|identity| identity.provider == *provider && identity.subject == subject)
            .cloned())
    }

    async fn list_of(&mut self, user_id: UserId) -> Result<Vec<LinkedIdentity>, PortError> {
        let all = self.state.identities.values();
        let mut own: Vec<LinkedIdentity> = all
            .filter(|identity| identity.user_id == user_id)
            .cloned()
            .collect();
        own.sort_by_key(|identity| (identity.created_at, identity.id));
        Ok(own)
    }

    async fn remove(&mut self, user_id: UserId, id: LinkedIdentityId) -> Result<bool, PortError> {
        let identities = &mut self.write("identities.remove")?.identities;
        let is_own = identities
            .get(&id)
            .is_some_and(|identity| identity.user_id == user_id);
        Ok(is_own && identities.remove(&id).is_some())
    }

    async fn remove_of(&mut self, user_id: UserId) -> Result<(), PortError> {
        let identities = &mut self.write("identities.remove_of")?.identities;
        identities.retain(|_, identity| identity.user_id != user_id);
        Ok(())
    }
}

#[async_trait]
impl PendingAuthorizations for MemoryUnit {
    async fn add(&mut self, pending: &PendingAuthorization) -> Result<(), PortError> {
        const OP: &str = "pending_authorizations.add";
        let state = self.write(OP)?;
        let user = match pending.purpose {
            AuthorizationPurpose::SignIn { .. } => None,
            AuthorizationPurpose::Link { user_id, .. }
            | AuthorizationPurpose::Reauthenticate { user_id, .. } => Some(user_id),
        };
        if user.is_some_and(|id| !state.users.contains_key(&id)) {
            return Err(PortError::new(PortErrorKind::MissingReference, OP));
        }
        if state.pending_authorizations.contains_key(&pending.state) {
            return Err(PortError::new(PortErrorKind::Duplicate("id"), OP));
        }
        state
            .pending_authorizations
            .insert(pending.state, pending.clone());
        Ok(())
    }

    async fn find(
        &mut self,
        state: &TokenDigest,
    ) -> Result<Option<PendingAuthorization>, PortError> {
        Ok(self.state.pending_authorizations.get(state).cloned())
    }

    async fn remove(&mut self, state: &TokenDigest) -> Result<bool, PortError> {
        let all = &mut self
            .write("pending_authorizations.remove")?
            .pending_authorizations;
        Ok(all.remove(state).is_some())
    }

    async fn prune(&mut self, now: Timestamp, limit: u32) -> Result<u64, PortError> {
        let all = &mut self
            .write("pending_authorizations.prune")?
            .pending_authorizations;
        let over = all.values().filter(|pending| pending.expires_at <= now);
        let over: Vec<TokenDigest> = over
            .map(|pending| pending.state)
            .take(limit as usize)
            .collect();
        for state in &over {
            all.remove(state);
        }
        Ok(over.len() as u64)
    }
}

/// A provider without a network: whoever comes with a code that was [given](Self::give) is who it
/// was given for. The code is then used up, and the nonce is that of the newest request, unless the
/// identity has one of its own.
#[derive(Default)]
pub struct MemoryProvider {
    codes: Mutex<BTreeMap<String, ProvedIdentity>>,
    nonce: Mutex<Option<String>>,
}

impl MemoryProvider {
    /// A provider that knows nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// Has this code stand for somebody.
    pub fn give(&self, code: &str, identity: ProvedIdentity) {
        lock(&self.codes).insert(code.to_owned(), identity);
    }
}

#[async_trait]
impl IdentityProvider for MemoryProvider {
    async fn authorization_url(
        &self,
        request: AuthorizationRequest<'_>,
    ) -> Result<String, PortError> {
        *lock(&self.nonce) = Some(request.nonce.to_owned());
        let state = request.state;
        Ok(format!("https://provider.example/authorize?state={state}"))
    }

    async fn redeem(&self, redemption: Redemption<'_>) -> Result<ProvedIdentity, RedeemError> {
        let identity = lock(&self.codes).remove(redemption.code);
        let identity =
            identity.ok_or_else(|| RedeemError::Refused("nobody has this code".to_owned()))?;
        let nonce = identity.nonce.clone().or_else(|| lock(&self.nonce).clone());
        Ok(ProvedIdentity { nonce, ..identity })
    }
}
