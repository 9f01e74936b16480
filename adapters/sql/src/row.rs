//! Reads columns; what cannot be understood is `Corrupt`, with the name of the column.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::types::Json;
use sqlx::{Decode, Postgres, Row as _, Sqlite, Type};
use time::OffsetDateTime;
use uuid::Uuid;
use veza_core::auth::TokenDigest;
use veza_core::kernel::{PortError, PortErrorKind, Timestamp};

use crate::dialect::port_error;

/// A type that both databases have: `String`, `i64`, `f64`, `bool`, `Uuid`, `Vec<u8>`, and an
/// `Option` of these.
pub(crate) trait Column<'r>:
    Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>
{
}

impl<'r, T> Column<'r> for T where
    T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>
{
}

/// A row, and the operation that reads it.
pub(crate) struct Row {
    op: &'static str,
    raw: Raw,
}

enum Raw {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    pub(crate) fn sqlite(op: &'static str, row: SqliteRow) -> Self {
        let raw = Raw::Sqlite(row);
        Self { op, raw }
    }

    pub(crate) fn postgres(op: &'static str, row: PgRow) -> Self {
        let raw = Raw::Postgres(row);
        Self { op, raw }
    }

    /// The value of a column.
    pub(crate) fn get<'r, T: Column<'r>>(&'r self, column: &'static str) -> Result<T, PortError> {
        match &self.raw {
            Raw::Sqlite(row) => row.try_get(column),
            Raw::Postgres(row) => row.try_get(column),
        }
        .map_err(|error| port_error(self.op, error))
    }

    /// An id.
    pub(crate) fn id<I: From<Uuid>>(&self, column: &'static str) -> Result<I, PortError> {
        self.get::<Uuid>(column).map(I::from)
    }

    /// The digest of a secret.
    pub(crate) fn digest(&self, column: &'static str) -> Result<TokenDigest, PortError> {
        let digest = self.optional_digest(column)?;
        digest.ok_or_else(|| self.corrupt(column))
    }

    /// The digest of a secret that may be missing.
    pub(crate) fn optional_digest(
        &self,
        column: &'static str,
    ) -> Result<Option<TokenDigest>, PortError> {
        let bytes: Option<Vec<u8>> = self.get(column)?;
        bytes
            .map(|bytes| bytes.try_into().map(TokenDigest::from_bytes))
            .transpose()
            .map_err(|_| self.corrupt(column))
    }

    /// A time.
    pub(crate) fn time(&self, column: &'static str) -> Result<Timestamp, PortError> {
        let time = self.optional_time(column)?;
        time.ok_or_else(|| self.corrupt(column))
    }

    /// A time that may be missing.
    pub(crate) fn optional_time(
        &self,
        column: &'static str,
    ) -> Result<Option<Timestamp>, PortError> {
        let millis = match &self.raw {
            Raw::Sqlite(row) => row.try_get::<Option<i64>, _>(column),
            Raw::Postgres(row) => row
                .try_get::<Option<OffsetDateTime>, _>(column)
                .map(|time| time.map(millis)),
        };
        let millis = millis.map_err(|error| port_error(self.op, error))?;
        Ok(millis.map(Timestamp::from_millis))
    }

    /// A whole number that is stored in 64 bits.
    pub(crate) fn int<T: TryFrom<i64>>(&self, column: &'static str) -> Result<T, PortError> {
        self.parsed(column, |value: i64| T::try_from(value).ok())
    }

    /// A value made of what is stored.
    pub(crate) fn parsed<'r, S: Column<'r>, T>(
        &'r self,
        column: &'static str,
        parse: impl FnOnce(S) -> Option<T>,
    ) -> Result<T, PortError> {
        parse(self.get(column)?).ok_or_else(|| self.corrupt(column))
    }

    /// A JSON value of some shape.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(
        &self,
        column: &'static str,
    ) -> Result<T, PortError> {
        let Json(value) = self.get::<Json<serde_json::Value>>(column)?;
        serde_json::from_value(value).map_err(|_| self.corrupt(column))
    }

    /// What cannot be there is.
    pub(crate) fn corrupt(&self, column: &'static str) -> PortError {
        let cause = format!("column {column} holds what cannot be there");
        PortError::caused(PortErrorKind::Corrupt, self.op, cause)
    }
}

fn millis(time: OffsetDateTime) -> i64 {
    let millis = time.unix_timestamp_nanos().div_euclid(1_000_000);
    i64::try_from(millis).unwrap_or(i64::MAX)
}
