//! Leases in memory.

use async_trait::async_trait;

use crate::kernel::lease::{Fenced, Lease, Leases};
use crate::kernel::{PortError, Timestamp};

use super::store::MemoryUnit;

/// The last holder of a lease; none when it gave the lease back.
#[derive(Clone, Debug)]
pub(super) struct LeaseRow {
    holder: Option<String>,
    fence: u64,
    until: Timestamp,
}

impl MemoryUnit {
    fn lease(
        &mut self,
        lease: &Lease,
        op: &'static str,
    ) -> Result<Option<&mut LeaseRow>, PortError> {
        let row = self.write(op)?.leases.get_mut(&lease.name);
        Ok(row.filter(|row| row.fence == lease.fence && row.holder.is_some()))
    }
}

#[async_trait]
impl Leases for MemoryUnit {
    async fn acquire(
        &mut self,
        name: &str,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Lease>, PortError> {
        let leases = &mut self.write("leases.acquire")?.leases;
        let fence = match leases.get(name) {
            Some(row) => {
                let other = row.holder.as_deref().is_some_and(|other| other != holder);
                if other && row.until > now {
                    return Ok(None);
                }
                row.fence + 1
            }
            None => 1,
        };
        let row = LeaseRow {
            holder: Some(holder.to_owned()),
            fence,
            until,
        };
        leases.insert(name.to_owned(), row);
        Ok(Some(Lease {
            name: name.to_owned(),
            fence,
            until,
        }))
    }

    async fn renew(&mut self, lease: &Lease, until: Timestamp) -> Result<Fenced, PortError> {
        Ok(match self.lease(lease, "leases.renew")? {
            Some(row) => {
                row.until = until;
                Fenced::Held
            }
            None => Fenced::Lost,
        })
    }

    async fn release(&mut self, lease: &Lease) -> Result<Fenced, PortError> {
        Ok(match self.lease(lease, "leases.release")? {
            Some(row) => {
                row.holder = None;
                Fenced::Held
            }
            None => Fenced::Lost,
        })
    }
}
