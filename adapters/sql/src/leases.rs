//! Who does alone what has to be done by one.

use async_trait::async_trait;
use veza_core::kernel::lease::{Fenced, Lease, Leases};
use veza_core::kernel::{PortError, PortErrorKind, Timestamp};

use crate::statement::Statement;
use crate::unit::Unit;

/// The number as it is stored.
fn stored(fence: u64, op: &'static str) -> Result<i64, PortError> {
    i64::try_from(fence).map_err(|error| PortError::caused(PortErrorKind::Internal, op, error))
}

fn fenced(changed: u64) -> Fenced {
    if changed > 0 {
        Fenced::Held
    } else {
        Fenced::Lost
    }
}

#[async_trait]
impl Leases for Unit {
    async fn acquire(
        &mut self,
        name: &str,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Lease>, PortError> {
        let row = Statement::new(
            "INSERT INTO leases (name, holder, fence, held_until) VALUES ($1, $2, 1, $3)
             ON CONFLICT (name) DO UPDATE
             SET holder = excluded.holder, fence = leases.fence + 1,
                 held_until = excluded.held_until
             WHERE leases.held_until <= $4 OR leases.holder = excluded.holder
             RETURNING fence",
        )
        .bind(name)
        .bind(holder)
        .bind(until)
        .bind(now)
        .optional(self, "leases.acquire")
        .await?;
        row.map(|row| {
            Ok(Lease {
                name: name.to_owned(),
                fence: row.int("fence")?,
                until,
            })
        })
        .transpose()
    }

    async fn renew(&mut self, lease: &Lease, until: Timestamp) -> Result<Fenced, PortError> {
        const OP: &str = "leases.renew";
        let renewed =
            Statement::new("UPDATE leases SET held_until = $3 WHERE name = $1 AND fence = $2")
                .bind(&lease.name)
                .bind(stored(lease.fence, OP)?)
                .bind(until)
                .execute(self, OP)
                .await?;
        Ok(fenced(renewed))
    }

    async fn release(&mut self, lease: &Lease) -> Result<Fenced, PortError> {
        const OP: &str = "leases.release";
        // Counted up, so that what was given back cannot be renewed.
        let released = Statement::new(
            "UPDATE leases SET held_until = $3, fence = fence + 1
             WHERE name = $1 AND fence = $2",
        )
        .bind(&lease.name)
        .bind(stored(lease.fence, OP)?)
        .bind(Timestamp::from_millis(0))
        .execute(self, OP)
        .await?;
        Ok(fenced(released))
    }
}
