//! One transaction.

use std::time::Duration;

use async_trait::async_trait;
use veza_core::kernel::{PortError, PortErrorKind, UnitOfWork};

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

macro_rules! itself {
    ($($(#[$doc:meta])* $accessor:ident: $repository:path,)+) => {$(
        fn $accessor(&mut self) -> &mut dyn $repository {
            self
        }
    )+};
}

#[async_trait]
impl UnitOfWork for Unit {
    veza_core::repositories!(itself);

    async fn commit(self: Box<Self>) -> Result<(), PortError> {
        Unit::commit(*self).await
    }
}
