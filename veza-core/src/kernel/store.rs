//! The unit of work: one transaction over every repository.

use async_trait::async_trait;

use super::delivery::Deliveries;
use super::error::PortError;
use super::idempotency::IdempotencyKeys;
use super::inbox::Inbox;
use super::lease::Leases;
use super::outbox::Outbox;
use crate::analytics::{AnalyticsEvents, Reports};
use crate::auth::{
    AccountLinks, ApiKeys, AuditLog, Erasures, Identities, Invitations, MfaConfigs, MfaTickets,
    PendingAuthorizations, PendingRegistrations, Revocations, Sessions, Users,
};
use crate::exports::AccountExports;
use crate::jobs::{Jobs, Schedules};
use crate::profiles::Avatars;
use crate::streaming::Tracks;

/// Where state is kept.
///
/// Units of work that write may run side by side. **An aggregate that one of them has found by its
/// id, or by another unique key, is locked until that unit ends**: another writing unit which looks
/// for it waits, and then finds it as it is by then. So what is loaded, changed and stored in one
/// unit loses no update. What is found by a list is not locked, and what is not there cannot be:
/// that a value is unique is up to the store, which answers `Duplicate`, and a rule over several
/// aggregates holds when they are all found, or one that stands for them, before it is judged. Two
/// units that lock the same aggregates in a different order may stand in each other's way; the store
/// then ends one of them with `Unavailable`, as it does with one that waits for too long.
///
/// A committed unit of work survives the death of the process and the loss of power, in the stores
/// that keep anything at all.
///
/// No store keeps a text with U+0000: what looks for one finds nothing, and a write is refused with
/// `Unstorable`.
#[async_trait]
pub trait Store: Send + Sync {
    /// Starts a unit of work that may write. It waits for its turn, where only so many may.
    ///
    /// # Errors
    /// `Unavailable` when its turn does not come in time; those of the store.
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, PortError>;

    /// Starts a unit of work that reads one consistent state and waits for nobody. Writes in it
    /// fail with `ReadOnly`.
    ///
    /// # Errors
    /// Those of the store.
    async fn begin_read(&self) -> Result<Box<dyn UnitOfWork>, PortError>;

    /// Starts a unit of work for one question; it waits for nobody. Should it be asked more, each
    /// answer is of its own moment. Of a database server this takes one round trip, where
    /// [`begin_read`](Self::begin_read) takes three. Writes in it fail with `ReadOnly`.
    ///
    /// # Errors
    /// Those of the store.
    async fn glance(&self) -> Result<Box<dyn UnitOfWork>, PortError>;

    /// Whether the store answers; for health checks.
    ///
    /// # Errors
    /// Why it does not.
    async fn ping(&self) -> Result<(), PortError>;
}

/// One transaction. What it changed is kept by [`commit`](Self::commit); dropping it undoes all.
///
/// After an error of a repository the unit of work is only good for being dropped. Dropping it
/// half-way, in the middle of a call too, frees what it has locked.
#[async_trait]
pub trait UnitOfWork: Send {
    /// The accounts.
    fn users(&mut self) -> &mut dyn Users;

    /// The registrations that wait for a proof.
    fn pending_registrations(&mut self) -> &mut dyn PendingRegistrations;

    /// The sessions.
    fn sessions(&mut self) -> &mut dyn Sessions;

    /// The links of mails about accounts.
    fn account_links(&mut self) -> &mut dyn AccountLinks;

    /// The revoked access tokens.
    fn revocations(&mut self) -> &mut dyn Revocations;

    /// The record of security events.
    fn audit_log(&mut self) -> &mut dyn AuditLog;

    /// The second factors.
    fn mfa_configs(&mut self) -> &mut dyn MfaConfigs;

    /// The logins that wait for a second factor.
    fn mfa_tickets(&mut self) -> &mut dyn MfaTickets;

    /// The keys of programs.
    fn api_keys(&mut self) -> &mut dyn ApiKeys;

    /// The identities by which people sign in.
    fn identities(&mut self) -> &mut dyn Identities;

    /// The authorizations that wait for a provider's answer.
    fn pending_authorizations(&mut self) -> &mut dyn PendingAuthorizations;

    /// The invitations.
    fn invitations(&mut self) -> &mut dyn Invitations;

    /// The accounts that are to be erased.
    fn erasures(&mut self) -> &mut dyn Erasures;

    /// The exports of accounts.
    fn account_exports(&mut self) -> &mut dyn AccountExports;

    /// The tracks.
    fn tracks(&mut self) -> &mut dyn Tracks;

    /// The pictures of people.
    fn avatars(&mut self) -> &mut dyn Avatars;

    /// The jobs.
    fn jobs(&mut self) -> &mut dyn Jobs;

    /// The keys of requests that take effect once.
    fn idempotency_keys(&mut self) -> &mut dyn IdempotencyKeys;

    /// When jobs that come back are due.
    fn schedules(&mut self) -> &mut dyn Schedules;

    /// The events to be counted.
    fn analytics_events(&mut self) -> &mut dyn AnalyticsEvents;

    /// The reports of days.
    fn reports(&mut self) -> &mut dyn Reports;

    /// The events to be published.
    fn outbox(&mut self) -> &mut dyn Outbox;

    /// Which consumer has seen which event.
    fn inbox(&mut self) -> &mut dyn Inbox;

    /// The queues of the consumers of one process.
    fn deliveries(&mut self) -> &mut dyn Deliveries;

    /// Who does alone what has to be done by one.
    fn leases(&mut self) -> &mut dyn Leases;

    /// Keeps what was changed. `Ok` means that it is kept for good.
    ///
    /// # Errors
    /// Those of the store; nothing was kept then, unless the connection broke at this moment.
    async fn commit(self: Box<Self>) -> Result<(), PortError>;
}
