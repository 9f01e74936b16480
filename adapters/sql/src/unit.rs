//! One transaction.

use async_trait::async_trait;
use sqlx::{Sqlite, SqliteConnection, Transaction};
use veza_core::auth::Users;
use veza_core::jobs::Jobs;
use veza_core::kernel::outbox::Outbox;
use veza_core::kernel::{PortError, UnitOfWork};
use veza_core::streaming::Tracks;

use crate::dialect::sqlite;

/// A unit of work; dropping it rolls the transaction back.
pub(crate) struct SqliteUnit {
    pub(crate) transaction: Transaction<'static, Sqlite>,
}

impl SqliteUnit {
    /// The connection, for one statement.
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }
}

#[async_trait]
impl UnitOfWork for SqliteUnit {
    fn users(&mut self) -> &mut dyn Users {
        self
    }

    fn tracks(&mut self) -> &mut dyn Tracks {
        self
    }

    fn jobs(&mut self) -> &mut dyn Jobs {
        self
    }

    fn outbox(&mut self) -> &mut dyn Outbox {
        self
    }

    async fn commit(self: Box<Self>) -> Result<(), PortError> {
        self.transaction
            .commit()
            .await
            .map_err(|error| sqlite::port_error("store.commit", error))
    }
}
