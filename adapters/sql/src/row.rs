//! Reads columns; what cannot be understood is `Corrupt`, with the name of the column.

use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Row as _, Sqlite, Type};
use uuid::Uuid;
use veza_core::kernel::{PortError, PortErrorKind, Timestamp};

use crate::dialect::sqlite::port_error;

/// A row, and the operation that reads it.
pub(crate) struct Reader<'r> {
    pub(crate) op: &'static str,
    pub(crate) row: &'r SqliteRow,
}

impl<'r> Reader<'r> {
    /// The value of a column.
    pub(crate) fn get<T: Decode<'r, Sqlite> + Type<Sqlite>>(
        &self,
        column: &'static str,
    ) -> Result<T, PortError> {
        self.row
            .try_get(column)
            .map_err(|error| port_error(self.op, error))
    }

    /// An id.
    pub(crate) fn id<I: From<Uuid>>(&self, column: &'static str) -> Result<I, PortError> {
        self.get::<Uuid>(column).map(I::from)
    }

    /// A time.
    pub(crate) fn time(&self, column: &'static str) -> Result<Timestamp, PortError> {
        self.get(column).map(Timestamp::from_millis)
    }

    /// A time that may be missing.
    pub(crate) fn optional_time(
        &self,
        column: &'static str,
    ) -> Result<Option<Timestamp>, PortError> {
        Ok(self.get::<Option<i64>>(column)?.map(Timestamp::from_millis))
    }

    /// A whole number that is stored in 64 bits.
    pub(crate) fn int<T: TryFrom<i64>>(&self, column: &'static str) -> Result<T, PortError> {
        self.parsed(column, |value: i64| T::try_from(value).ok())
    }

    /// A value made of what is stored.
    pub(crate) fn parsed<S, T>(
        &self,
        column: &'static str,
        parse: impl FnOnce(S) -> Option<T>,
    ) -> Result<T, PortError>
    where
        S: Decode<'r, Sqlite> + Type<Sqlite>,
    {
        parse(self.get(column)?).ok_or_else(|| self.corrupt(column))
    }

    /// A JSON value of some shape.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(
        &self,
        column: &'static str,
    ) -> Result<T, PortError> {
        self.parsed(column, |text: String| serde_json::from_str(&text).ok())
    }

    fn corrupt(&self, column: &'static str) -> PortError {
        let cause = format!("column {column} holds what cannot be there");
        PortError::caused(PortErrorKind::Corrupt, self.op, cause)
    }
}
