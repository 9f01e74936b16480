//! The store in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;

use crate::analytics::memory::AnalyticsState;
use crate::auth::{
    AccountLink, ApiKey, ApiKeyId, AuditEvent, Erasure, Invitation, InvitationId, LinkedIdentity,
    LinkedIdentityId, MfaConfig, MfaTicket, PendingAuthorization, PendingRegistration,
    PendingRegistrationId, RefreshToken, Revocation, Session, SessionId, TokenDigest, User, UserId,
};
use crate::exports::AccountExport;
use crate::jobs::{Job, JobId};
use crate::kernel::idempotency::Attempt;
use crate::kernel::{
    ConsumerName, EventId, Partitions, PortError, PortErrorKind, Store, Timestamp, UnitOfWork,
};
use crate::profiles::Avatar;
use crate::streaming::{Track, TrackId};

use super::deliveries::DeliveryRow;
use super::gate::{WriteGate, WritePermit};
use super::leases::LeaseRow;
use super::lock;
use super::outbox::OutboxRow;

/// All that is stored.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub(super) users: BTreeMap<UserId, User>,
    pub(super) pending_registrations: BTreeMap<PendingRegistrationId, PendingRegistration>,
    pub(super) sessions: BTreeMap<SessionId, Session>,
    pub(super) refresh_tokens: BTreeMap<TokenDigest, RefreshToken>,
    pub(super) account_links: BTreeMap<TokenDigest, AccountLink>,
    pub(super) revocations: Vec<Revocation>,
    pub(super) audit_events: Vec<AuditEvent>,
    pub(super) erasures: BTreeMap<UserId, Erasure>,
    pub(super) mfa_configs: BTreeMap<UserId, MfaConfig>,
    pub(super) mfa_tickets: BTreeMap<TokenDigest, MfaTicket>,
    pub(super) api_keys: BTreeMap<ApiKeyId, ApiKey>,
    pub(super) identities: BTreeMap<LinkedIdentityId, LinkedIdentity>,
    pub(super) pending_authorizations: BTreeMap<TokenDigest, PendingAuthorization>,
    pub(super) invitations: BTreeMap<InvitationId, Invitation>,
    pub(crate) account_exports: BTreeMap<UserId, AccountExport>,
    pub(super) tracks: BTreeMap<TrackId, Track>,
    pub(super) avatars: BTreeMap<UserId, Avatar>,
    pub(super) jobs: BTreeMap<JobId, Job>,
    pub(super) idempotency_keys: BTreeMap<(UserId, String), Attempt>,
    pub(super) schedules: BTreeMap<String, Timestamp>,
    pub(crate) analytics: AnalyticsState,
    pub(super) outbox: Vec<OutboxRow>,
    pub(super) inbox: BTreeMap<(ConsumerName, EventId), Timestamp>,
    pub(super) deliveries: Vec<DeliveryRow>,
    pub(super) leases: BTreeMap<String, LeaseRow>,
}

impl State {
    /// Whether there is such an account.
    pub(crate) fn has_user(&self, id: UserId) -> bool {
        self.users.contains_key(&id)
    }
}

/// A store which keeps everything in memory. A unit of work changes a copy of what it touches,
/// and committing puts the copy in place.
#[derive(Clone, Default)]
pub struct MemoryStore {
    state: Arc<Mutex<Arc<State>>>,
    gate: WriteGate,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, PortError> {
        let permit = self.gate.enter().await;
        let state = Arc::clone(&lock(&self.state));
        let committed = Arc::clone(&self.state);
        Ok(Box::new(MemoryUnit {
            state,
            committed,
            permit: Some(permit),
        }))
    }

    async fn begin_read(&self) -> Result<Box<dyn UnitOfWork>, PortError> {
        let state = Arc::clone(&lock(&self.state));
        let committed = Arc::clone(&self.state);
        Ok(Box::new(MemoryUnit {
            state,
            committed,
            permit: None,
        }))
    }

    async fn glance(&self) -> Result<Box<dyn UnitOfWork>, PortError> {
        self.begin_read().await
    }

    async fn ping(&self) -> Result<(), PortError> {
        Ok(())
    }
}

/// What is in memory needs no parts.
#[async_trait]
impl Partitions for MemoryStore {
    async fn make_ahead(&self, _now: Timestamp) -> Result<u32, PortError> {
        Ok(0)
    }
}

/// A unit of work; with no permit it only reads.
pub(crate) struct MemoryUnit {
    pub(crate) state: Arc<State>,
    committed: Arc<Mutex<Arc<State>>>,
    permit: Option<WritePermit>,
}

impl MemoryUnit {
    /// The state, to be changed.
    pub(crate) fn write(&mut self, op: &'static str) -> Result<&mut State, PortError> {
        match self.permit {
            Some(_) => Ok(Arc::make_mut(&mut self.state)),
            None => Err(PortError::new(PortErrorKind::ReadOnly, op)),
        }
    }
}

macro_rules! itself {
    ($($(#[$doc:meta])* $accessor:ident: $repository:path,)+) => {$(
        fn $accessor(&mut self) -> &mut dyn $repository {
            self
        }
    )+};
}

#[async_trait]
impl UnitOfWork for MemoryUnit {
    crate::repositories!(itself);

    async fn commit(self: Box<Self>) -> Result<(), PortError> {
        if self.permit.is_some() {
            *lock(&self.committed) = self.state;
        }
        Ok(())
    }
}
