//! The unit of work: one transaction over every repository.

use async_trait::async_trait;

use super::error::PortError;

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

/// Hands every repository of a unit of work to the macro `$each`: its accessor and its trait. Whoever
/// implements [`UnitOfWork`](crate::kernel::UnitOfWork) writes the accessors by it, so that a new
/// repository is one line, here.
#[macro_export]
macro_rules! repositories {
    ($each:ident) => {
        $each! {
            /// The accounts.
            users: $crate::auth::Users,
            /// The registrations that wait for a proof.
            pending_registrations: $crate::auth::PendingRegistrations,
            /// The sessions.
            sessions: $crate::auth::Sessions,
            /// The links of mails about accounts.
            account_links: $crate::auth::AccountLinks,
            /// The revoked access tokens.
            revocations: $crate::auth::Revocations,
            /// The record of security events.
            audit_log: $crate::auth::AuditLog,
            /// The second factors.
            mfa_configs: $crate::auth::MfaConfigs,
            /// The logins that wait for a second factor.
            mfa_tickets: $crate::auth::MfaTickets,
            /// The keys of programs.
            api_keys: $crate::auth::ApiKeys,
            /// The identities by which people sign in.
            identities: $crate::auth::Identities,
            /// The authorizations that wait for a provider's answer.
            pending_authorizations: $crate::auth::PendingAuthorizations,
            /// The invitations.
            invitations: $crate::auth::Invitations,
            /// The accounts that are to be erased.
            erasures: $crate::auth::Erasures,
            /// The exports of accounts.
            account_exports: $crate::exports::AccountExports,
            /// The tracks.
            tracks: $crate::streaming::Tracks,
            /// The pictures of people.
            avatars: $crate::profiles::Avatars,
            /// The jobs.
            jobs: $crate::jobs::Jobs,
            /// The keys of requests that take effect once.
            idempotency_keys: $crate::kernel::idempotency::IdempotencyKeys,
            /// When jobs that come back are due.
            schedules: $crate::jobs::Schedules,
            /// The events to be counted.
            analytics_events: $crate::analytics::AnalyticsEvents,
            /// The reports of days.
            reports: $crate::analytics::Reports,
            /// The events to be published.
            outbox: $crate::kernel::outbox::Outbox,
            /// Which consumer has seen which event.
            inbox: $crate::kernel::inbox::Inbox,
            /// The queues of the consumers of one process.
            deliveries: $crate::kernel::delivery::Deliveries,
            /// Who does alone what has to be done by one.
            leases: $crate::kernel::lease::Leases,
        }
    };
}

macro_rules! declared {
    ($($(#[$doc:meta])* $accessor:ident: $repository:path,)+) => {$(
        $(#[$doc])*
        fn $accessor(&mut self) -> &mut dyn $repository;
    )+};
}

/// One transaction. What it changed is kept by [`commit`](Self::commit); dropping it undoes all.
///
/// After an error of a repository the unit of work is only good for being dropped. Dropping it
/// half-way, in the middle of a call too, frees what it has locked.
#[async_trait]
pub trait UnitOfWork: Send {
    crate::repositories!(declared);

    /// Keeps what was changed. `Ok` means that it is kept for good.
    ///
    /// # Errors
    /// Those of the store; nothing was kept then, unless the connection broke at this moment.
    async fn commit(self: Box<Self>) -> Result<(), PortError>;
}
