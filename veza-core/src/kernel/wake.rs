//! Wakes those who work on what was stored, as soon as it is.

use std::sync::Arc;

use async_trait::async_trait;

use super::delivery::Deliveries;
use super::error::PortError;
use super::idempotency::IdempotencyKeys;
use super::inbox::Inbox;
use super::lease::Leases;
use super::outbox::Outbox;
use super::store::{Store, UnitOfWork};
use crate::analytics::{AnalyticsEvents, Reports};
use crate::auth::{
    AccountLinks, ApiKeys, AuditLog, Erasures, Identities, Invitations, MfaConfigs, MfaTickets,
    PendingAuthorizations, PendingRegistrations, Revocations, Sessions, Users,
};
use crate::exports::AccountExports;
use crate::jobs::{Jobs, Schedules};
use crate::profiles::Avatars;
use crate::streaming::Tracks;

/// What a committed unit of work may have stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// Events to be published.
    pub events: bool,
    /// Jobs to be done.
    pub jobs: bool,
    /// Revocations of access tokens.
    pub revocations: bool,
}

/// A store which tells when a unit of work that may have stored events, jobs or revocations is committed, so
/// that those who wait need not find it at their next look. They look all the same: another
/// process, or one that died right after its commit, tells nobody here.
pub struct WakingStore {
    store: Arc<dyn Store>,
    wake: Arc<dyn Fn(Stored) + Send + Sync>,
}

impl WakingStore {
    /// Calls `wake` after such commits to `store`; it must not block.
    pub fn new(store: Arc<dyn Store>, wake: Arc<dyn Fn(Stored) + Send + Sync>) -> Self {
        Self { store, wake }
    }
}

#[async_trait]
impl Store for WakingStore {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, PortError> {
        Ok(Box::new(WakingUnit {
            unit: self.store.begin().await?,
            stored: Stored::default(),
            wake: Arc::clone(&self.wake),
        }))
    }

    async fn begin_read(&self) -> Result<Box<dyn UnitOfWork>, PortError> {
        self.store.begin_read().await
    }

    async fn glance(&self) -> Result<Box<dyn UnitOfWork>, PortError> {
        self.store.glance().await
    }

    async fn ping(&self) -> Result<(), PortError> {
        self.store.ping().await
    }
}

struct WakingUnit {
    unit: Box<dyn UnitOfWork>,
    stored: Stored,
    wake: Arc<dyn Fn(Stored) + Send + Sync>,
}

#[async_trait]
impl UnitOfWork for WakingUnit {
    fn users(&mut self) -> &mut dyn Users {
        self.unit.users()
    }

    fn pending_registrations(&mut self) -> &mut dyn PendingRegistrations {
        self.unit.pending_registrations()
    }

    fn sessions(&mut self) -> &mut dyn Sessions {
        self.unit.sessions()
    }

    fn account_links(&mut self) -> &mut dyn AccountLinks {
        self.unit.account_links()
    }

    fn revocations(&mut self) -> &mut dyn Revocations {
        self.stored.revocations = true;
        self.unit.revocations()
    }

    fn audit_log(&mut self) -> &mut dyn AuditLog {
        self.unit.audit_log()
    }

    fn mfa_configs(&mut self) -> &mut dyn MfaConfigs {
        self.unit.mfa_configs()
    }

    fn mfa_tickets(&mut self) -> &mut dyn MfaTickets {
        self.unit.mfa_tickets()
    }

    fn api_keys(&mut self) -> &mut dyn ApiKeys {
        self.unit.api_keys()
    }

    fn identities(&mut self) -> &mut dyn Identities {
        self.unit.identities()
    }

    fn pending_authorizations(&mut self) -> &mut dyn PendingAuthorizations {
        self.unit.pending_authorizations()
    }

    fn invitations(&mut self) -> &mut dyn Invitations {
        self.unit.invitations()
    }

    fn erasures(&mut self) -> &mut dyn Erasures {
        self.unit.erasures()
    }

    fn account_exports(&mut self) -> &mut dyn AccountExports {
        self.unit.account_exports()
    }

    fn tracks(&mut self) -> &mut dyn Tracks {
        self.unit.tracks()
    }

    fn avatars(&mut self) -> &mut dyn Avatars {
        self.unit.avatars()
    }

    fn jobs(&mut self) -> &mut dyn Jobs {
        self.stored.jobs = true;
        self.unit.jobs()
    }

    fn idempotency_keys(&mut self) -> &mut dyn IdempotencyKeys {
        self.unit.idempotency_keys()
    }

    fn schedules(&mut self) -> &mut dyn Schedules {
        self.unit.schedules()
    }

    fn analytics_events(&mut self) -> &mut dyn AnalyticsEvents {
        self.unit.analytics_events()
    }

    fn reports(&mut self) -> &mut dyn Reports {
        self.unit.reports()
    }

    fn outbox(&mut self) -> &mut dyn Outbox {
        self.stored.events = true;
        self.unit.outbox()
    }

    fn inbox(&mut self) -> &mut dyn Inbox {
        self.unit.inbox()
    }

    fn deliveries(&mut self) -> &mut dyn Deliveries {
        self.unit.deliveries()
    }

    fn leases(&mut self) -> &mut dyn Leases {
        self.unit.leases()
    }

    async fn commit(self: Box<Self>) -> Result<(), PortError> {
        self.unit.commit().await?;
        if self.stored != Stored::default() {
            (self.wake)(self.stored);
        }
        Ok(())
    }
}
