//! One holder at a time among many instances: leases with fencing numbers.

use std::time::Duration;

use async_trait::async_trait;

use super::environment::Environment;
use super::error::PortError;
use super::store::UnitOfWork;
use super::time::Timestamp;

/// Whether a write was let through.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fenced {
    /// The one who writes still holds what the write is about; the write took place.
    Held,
    /// It is somebody else's by now, or nobody's; nothing was written.
    Lost,
}

/// The right to do something alone for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What for.
    pub name: String,
    /// Counts the holders: a later one has a greater number.
    pub fence: u64,
    /// When it runs out unless it is renewed.
    pub until: Timestamp,
}

/// The leases of a unit of work.
///
/// A lease is measured by wall clocks and may be thought run out too early. So whoever acts under
/// one renews it in the unit of work that writes: that unit and the one by which another takes
/// the lease wait for each other, and only one of the two finds it its own.
#[async_trait]
pub trait Leases: Send {
    /// Takes the lease of this name when it is free, when it has run out at `now`, or when the
    /// same holder has it. The number of a lease that is taken is greater than every one before.
    ///
    /// # Errors
    /// Those of the store.
    async fn acquire(
        &mut self,
        name: &str,
        holder: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Lease>, PortError>;

    /// Makes a lease last until `until`; also one that has run out, as long as nobody took it.
    ///
    /// # Errors
    /// Those of the store.
    async fn renew(&mut self, lease: &Lease, until: Timestamp) -> Result<Fenced, PortError>;

    /// Gives a lease back.
    ///
    /// # Errors
    /// Those of the store.
    async fn release(&mut self, lease: &Lease) -> Result<Fenced, PortError>;
}

/// Takes a lease and keeps it while it is needed.
#[derive(Clone, Debug)]
pub struct LeaseKeeper {
    name: String,
    holder: String,
    length: Duration,
    held: Option<Lease>,
}

/// Whose a lease is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// Ours since just now: what was read before may be out of date.
    New,
    /// Ours as before.
    Kept,
    /// Somebody else's.
    Elsewhere,
}

impl LeaseKeeper {
    /// Keeps the lease `name` for `holder`, a name which no two instances share.
    pub fn new(name: impl Into<String>, holder: impl Into<String>, length: Duration) -> Self {
        Self {
            name: name.into(),
            holder: holder.into(),
            length,
            held: None,
        }
    }

    /// How long the lease lasts without being renewed.
    pub fn length(&self) -> Duration {
        self.length
    }

    /// Takes the lease, or renews it where less than half of it is left.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn ensure(&mut self, env: &Environment) -> Result<Keeping, PortError> {
        let now = env.now();
        if self.is_fresh(now) {
            return Ok(Keeping::Kept);
        }
        let mut unit = env.store.begin().await?;
        if self.renew_in(&mut *unit, now).await? == Fenced::Held {
            unit.commit().await?;
            return Ok(Keeping::Kept);
        }
        let until = now.plus(self.length);
        let leases = unit.leases();
        let lease = leases.acquire(&self.name, &self.holder, now, until).await?;
        if lease.is_none() {
            return Ok(Keeping::Elsewhere);
        }
        unit.commit().await?;
        self.held = lease;
        Ok(Keeping::New)
    }

    /// Whether more than half of the lease is left, by the clock.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        let left = |lease: &Lease| lease.until > now.plus(self.length / 2);
        self.held.as_ref().is_some_and(left)
    }

    /// Renews the lease in a unit of work, which is good for being committed only when the answer
    /// is [`Fenced::Held`].
    ///
    /// # Errors
    /// Those of the store.
    pub async fn renew_in(
        &mut self,
        unit: &mut dyn UnitOfWork,
        now: Timestamp,
    ) -> Result<Fenced, PortError> {
        let Some(lease) = &mut self.held else {
            return Ok(Fenced::Lost);
        };
        let until = now.plus(self.length);
        let fenced = unit.leases().renew(lease, until).await?;
        match fenced {
            Fenced::Held => lease.until = until,
            Fenced::Lost => self.held = None,
        }
        Ok(fenced)
    }

    /// Gives the lease back, so that nobody has to wait until it has run out.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn release(&mut self, env: &Environment) -> Result<(), PortError> {
        let Some(lease) = self.held.take() else {
            return Ok(());
        };
        let mut unit = env.store.begin().await?;
        match unit.leases().release(&lease).await? {
            Fenced::Held => unit.commit().await,
            Fenced::Lost => Ok(()),
        }
    }
}
