//! One transaction.

use std::time::Duration;

use async_trait::async_trait;
use veza_core::analytics::{AnalyticsEvents, Reports};
use veza_core::auth::{
    AccountLinks, ApiKeys, AuditLog, Erasures, Identities, Invitations, MfaConfigs, MfaTickets,
    PendingAuthorizations, PendingRegistrations, Revocations, Sessions, Users,
};
use veza_core::exports::AccountExports;
use veza_core::jobs::{Jobs, Schedules};
use veza_core::kernel::delivery::Deliveries;
use veza_core::kernel::idempotency::IdempotencyKeys;
use veza_core::kernel::inbox::Inbox;
use veza_core::kernel::lease::Leases;
use veza_core::kernel::outbox::Outbox;
use veza_core::kernel::{PortError, PortErrorKind, UnitOfWork};
use veza_core::profiles::Avatars;
use veza_core::streaming::Tracks;

use crate::dialect::{Connection, Dialect, port_error, postgres};

/// What holds for the statements of a unit of work on PostgreSQL.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Limit {
    /// How long one is waited for.
    pub(crate) longest: Duration,
    /// Whether a prepared statement is there again in the next transaction.
    pub(crate) persistent: bool,
}

/// Whether the transaction can go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It waits for the next statement.
    Ready,
    /// A statement is on its way. A unit of work that is dropped now has a connection nobody knows
    /// the state of.
    Busy,
    /// A statement failed; all that is left is to roll back.
    Failed,
    /// The connection is gone.
    Gone,
    /// It was committed.
    Ended,
}

/// A unit of work; dropping it rolls the transaction back.
pub(crate) struct Unit {
    /// Taken out when the unit of work is dropped.
    connection: Option<Connection>,
    dialect: Dialect,
    writes: bool,
    /// There is no transaction: each statement stands alone, and may only look.
    glances: bool,
    limit: Limit,
    state: State,
}

impl Unit {
    /// Of a connection on which a transaction has begun, or is about to.
    pub(crate) fn new(connection: Connection, writes: bool, limit: Limit) -> Self {
        Self {
            dialect: connection.dialect(),
            connection: Some(connection),
            writes,
            glances: false,
            limit,
            state: State::Ready,
        }
    }

    /// Of a connection on which no transaction has begun.
    pub(crate) fn glance(connection: Connection, limit: Limit) -> Self {
        let mut unit = Self::new(connection, false, limit);
        unit.glances = true;
        unit
    }

    /// What it speaks.
    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The connection, for one statement.
    pub(crate) fn connection(&mut self) -> &mut Connection {
        self.connection.as_mut().expect("it is taken by drop alone")
    }

    /// The end of a `SELECT` that locks what it finds in this table, where one is needed. It is the
    /// lock of an update which leaves the key alone, so that others may go on referring to the row.
    pub(crate) fn lock_clause(&self, table: &str) -> Option<String> {
        let needed = self.writes && self.dialect == Dialect::Postgres;
        needed.then(|| format!(" FOR NO KEY UPDATE OF {table}"))
    }

    /// Before a statement is sent, which only looks or may change something.
    pub(crate) fn enter(&mut self, op: &'static str, looks: bool) -> Result<Limit, PortError> {
        if self.glances && !looks {
            return Err(PortError::new(PortErrorKind::ReadOnly, op));
        }
        if self.state != State::Ready {
            let cause = "an earlier statement of this unit of work failed";
            return Err(PortError::caused(PortErrorKind::Internal, op, cause));
        }
        self.state = State::Busy;
        Ok(self.limit)
    }

    /// After its answer.
    pub(crate) fn leave<T>(
        &mut self,
        op: &'static str,
        result: Result<T, sqlx::Error>,
    ) -> Result<T, PortError> {
        self.state = match &result {
            Ok(_) => State::Ready,
            Err(error) if postgres::is_gone(error) => State::Gone,
            Err(_) => State::Failed,
        };
        result.map_err(|error| port_error(op, error))
    }

    /// Runs statements of PostgreSQL which have no parameters, in one round trip.
    pub(crate) async fn run_text(&mut self, sql: &str) -> Result<(), sqlx::Error> {
        self.state = State::Busy;
        let longest = self.limit.longest;
        let result = match self.connection() {
            Connection::Postgres(connection) => {
                postgres::bounded(longest, postgres::run_text(connection, sql)).await
            }
            Connection::Sqlite(_) => Ok(()),
        };
        self.state = match &result {
            Ok(()) => State::Ready,
            Err(_) => State::Gone,
        };
        result
    }

    /// As [`run_text`](Self::run_text), for whoever has begun already.
    pub(crate) async fn script(&mut self, op: &'static str, sql: &str) -> Result<(), PortError> {
        self.enter(op, false)?;
        let result = self.run_text(sql).await;
        result.map_err(|error| port_error(op, error))
    }

    pub(crate) async fn commit(mut self) -> Result<(), PortError> {
        const OP: &str = "store.commit";
        self.enter(OP, true)?;
        let result = match self.connection.take() {
            connection if self.glances => {
                self.connection = connection;
                Ok(())
            }
            Some(Connection::Sqlite(transaction)) => transaction.commit().await,
            Some(connection @ Connection::Postgres(_)) => {
                self.connection = Some(connection);
                self.run_text("COMMIT").await
            }
            None => Ok(()),
        };
        if result.is_ok() {
            self.state = State::Ended;
        }
        result.map_err(|error| port_error(OP, error))
    }
}

impl Drop for Unit {
    fn drop(&mut self) {
        // On SQLite the transaction rolls back by itself.
        if let Some(Connection::Postgres(mut connection)) = self.connection.take() {
            match self.state {
                State::Ended => {}
                State::Ready | State::Failed if self.glances => {}
                State::Ready | State::Failed => postgres::roll_back(connection),
                State::Busy | State::Gone => connection.close_on_drop(),
            }
        }
    }
}

#[async_trait]
impl UnitOfWork for Unit {
    fn users(&mut self) -> &mut dyn Users {
        self
    }

    fn pending_registrations(&mut self) -> &mut dyn PendingRegistrations {
        self
    }

    fn sessions(&mut self) -> &mut dyn Sessions {
        self
    }

    fn account_links(&mut self) -> &mut dyn AccountLinks {
        self
    }

    fn revocations(&mut self) -> &mut dyn Revocations {
        self
    }

    fn audit_log(&mut self) -> &mut dyn AuditLog {
        self
    }

    fn mfa_configs(&mut self) -> &mut dyn MfaConfigs {
        self
    }

    fn mfa_tickets(&mut self) -> &mut dyn MfaTickets {
        self
    }

    fn api_keys(&mut self) -> &mut dyn ApiKeys {
        self
    }

    fn identities(&mut self) -> &mut dyn Identities {
        self
    }

    fn pending_authorizations(&mut self) -> &mut dyn PendingAuthorizations {
        self
    }

    fn invitations(&mut self) -> &mut dyn Invitations {
        self
    }

    fn erasures(&mut self) -> &mut dyn Erasures {
        self
    }

    fn account_exports(&mut self) -> &mut dyn AccountExports {
        self
    }

    fn tracks(&mut self) -> &mut dyn Tracks {
        self
    }

    fn avatars(&mut self) -> &mut dyn Avatars {
        self
    }

    fn jobs(&mut self) -> &mut dyn Jobs {
        self
    }

    fn idempotency_keys(&mut self) -> &mut dyn IdempotencyKeys {
        self
    }

    fn schedules(&mut self) -> &mut dyn Schedules {
        self
    }

    fn analytics_events(&mut self) -> &mut dyn AnalyticsEvents {
        self
    }

    fn reports(&mut self) -> &mut dyn Reports {
        self
    }

    fn outbox(&mut self) -> &mut dyn Outbox {
        self
    }

    fn inbox(&mut self) -> &mut dyn Inbox {
        self
    }

    fn deliveries(&mut self) -> &mut dyn Deliveries {
        self
    }

    fn leases(&mut self) -> &mut dyn Leases {
        self
    }

    async fn commit(self: Box<Self>) -> Result<(), PortError> {
        Unit::commit(*self).await
    }
}
