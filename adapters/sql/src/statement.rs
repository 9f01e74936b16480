//! One statement, written once for both databases.

use std::borrow::Cow;

use sqlx::{AssertSqlSafe, SqlSafeStr as _, SqlStr};
use veza_core::kernel::{PortError, PortErrorKind};

use crate::dialect::{Connection, postgres, sqlite};
use crate::row::Row;
use crate::unit::Unit;
use crate::value::{Bind, Value};

/// SQL with `$1` parameters, and their values.
///
/// The text is put together of our own words alone; whatever comes from outside is bound. A text
/// with U+0000 cannot be stored: a statement that looks for one finds nothing, any other is refused
/// with `Unstorable`.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    sql: Cow<'static, str>,
    values: Vec<Value>,
    locked: Option<&'static str>,
}

impl Statement {
    /// A statement of this text.
    pub(crate) fn new(sql: impl Into<Cow<'static, str>>) -> Self {
        Self {
            sql: sql.into(),
            values: Vec::new(),
            locked: None,
        }
    }

    /// Binds the next parameter.
    pub(crate) fn bind(mut self, value: impl Bind) -> Self {
        self.values.push(value.into_value());
        self
    }

    /// Goes on with this text.
    pub(crate) fn push(mut self, sql: &str) -> Self {
        self.sql.to_mut().push_str(sql);
        self
    }

    /// Preceded by this text.
    #[cfg(test)]
    pub(crate) fn after(mut self, sql: &str) -> Self {
        self.sql.to_mut().insert_str(0, sql);
        self
    }

    /// Goes on with a parameter and its value.
    pub(crate) fn push_bind(self, value: impl Bind) -> Self {
        let statement = self.bind(value);
        let parameter = format!("${}", statement.values.len());
        statement.push(&parameter)
    }

    /// Locks the rows of this table that are found until the unit of work ends, when it is one
    /// that writes: whoever else would change them waits, and then reads them as they are.
    pub(crate) fn locking(mut self, table: &'static str) -> Self {
        self.locked = Some(table);
        self
    }

    /// Runs it; answers how many rows it changed.
    pub(crate) async fn execute(self, unit: &mut Unit, op: &'static str) -> Result<u64, PortError> {
        self.check_storable(op)?;
        let looks = self.only_looks();
        let statement = self.finished(unit);
        let limit = unit.enter(op, looks)?;
        let result = match unit.connection() {
            Connection::Sqlite(connection) => sqlite::query(statement)
                .execute(&mut **connection)
                .await
                .map(|done| done.rows_affected()),
            Connection::Postgres(connection) => {
                let query = postgres::query(statement, limit.persistent);
                let running = query.execute(&mut **connection);
                let done = postgres::bounded(limit.longest, running).await;
                done.map(|done| done.rows_affected())
            }
        };
        unit.leave(op, result)
    }

    /// The row it finds or answers, if there is one.
    pub(crate) async fn optional(
        self,
        unit: &mut Unit,
        op: &'static str,
    ) -> Result<Option<Row>, PortError> {
        Ok(self.all(unit, op).await?.into_iter().next())
    }

    /// All rows it finds or answers.
    pub(crate) async fn all(
        self,
        unit: &mut Unit,
        op: &'static str,
    ) -> Result<Vec<Row>, PortError> {
        if self.only_looks() && self.holds_nul() {
            return Ok(Vec::new());
        }
        self.check_storable(op)?;
        let looks = self.only_looks();
        let statement = self.finished(unit);
        let limit = unit.enter(op, looks)?;
        let result = match unit.connection() {
            Connection::Sqlite(connection) => sqlite::query(statement)
                .fetch_all(&mut **connection)
                .await
                .map(|rows| rows.into_iter().map(|row| Row::sqlite(op, row)).collect()),
            Connection::Postgres(connection) => {
                let query = postgres::query(statement, limit.persistent);
                let running = query.fetch_all(&mut **connection);
                let rows = postgres::bounded(limit.longest, running).await;
                rows.map(|rows| rows.into_iter().map(|row| Row::postgres(op, row)).collect())
            }
        };
        unit.leave(op, result)
    }

    /// The text and the values.
    pub(crate) fn into_parts(self) -> (SqlStr, Vec<Value>) {
        let sql = match self.sql {
            Cow::Borrowed(sql) => sql.into_sql_str(),
            Cow::Owned(sql) => AssertSqlSafe(sql).into_sql_str(),
        };
        (sql, self.values)
    }

    /// With the lock that it needs in this unit.
    fn finished(self, unit: &Unit) -> Self {
        match self.locked.and_then(|table| unit.lock_clause(table)) {
            Some(clause) => self.push(&clause),
            None => self,
        }
    }

    fn only_looks(&self) -> bool {
        self.sql.trim_start().starts_with("SELECT")
    }

    fn holds_nul(&self) -> bool {
        self.values.iter().any(Value::holds_nul)
    }

    fn check_storable(&self, op: &'static str) -> Result<(), PortError> {
        if self.holds_nul() {
            return Err(PortError::new(PortErrorKind::Unstorable, op));
        }
        Ok(())
    }
}
