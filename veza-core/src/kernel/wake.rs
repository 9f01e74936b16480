//! Wakes those who work on what was stored, as soon as it is.

use std::sync::Arc;

use async_trait::async_trait;

use super::error::PortError;
use super::store::{Store, UnitOfWork};

/// What a committed unit of work may have stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// Events to be published.
    pub events: bool,
    /// Jobs to be done.
    pub jobs: bool,
    /// Revocations of access tokens.
    pub revocations: bool,
}

impl Stored {
    /// What may be stored by whoever asks for this repository.
    fn note(&mut self, repository: &str) {
        match repository {
            "outbox" => self.events = true,
            "jobs" => self.jobs = true,
            "revocations" => self.revocations = true,
            _ => {}
        }
    }
}

/// A store which tells when a unit of work that may have stored events, jobs or revocations is committed, so
/// that those who wait need not find it at their next look. They look all the same: another
/// process, or one that died right after its commit, tells nobody here.
pub struct WakingStore {
    store: Arc<dyn Store>,
    wake: Arc<dyn Fn(Stored) + Send + Sync>,
}

impl WakingStore {
    /// Calls `wake` after such commits to `store`; it must not block.
    pub fn new(store: Arc<dyn Store>, wake: Arc<dyn Fn(Stored) + Send + Sync>) -> Self {
        Self { store, wake }
    }
}

#[async_trait]
impl Store for WakingStore {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, PortError> {
        Ok(Box::new(WakingUnit {
            unit: self.store.begin().await?,
            stored: Stored::default(),
            wake: Arc::clone(&self.wake),
        }))
    }

    async fn begin_read(&self) -> Result<Box<dyn UnitOfWork>, PortError> {
        self.store.begin_read().await
    }

    async fn glance(&self) -> Result<Box<dyn UnitOfWork>, PortError> {
        self.store.glance().await
    }

    async fn ping(&self) -> Result<(), PortError> {
        self.store.ping().await
    }
}

struct WakingUnit {
    unit: Box<dyn UnitOfWork>,
    stored: Stored,
    wake: Arc<dyn Fn(Stored) + Send + Sync>,
}

macro_rules! handed_on {
    ($($(#[$doc:meta])* $accessor:ident: $repository:path,)+) => {$(
        fn $accessor(&mut self) -> &mut dyn $repository {
            self.stored.note(stringify!($accessor));
            self.unit.$accessor()
        }
    )+};
}

#[async_trait]
impl UnitOfWork for WakingUnit {
    crate::repositories!(handed_on);

    async fn commit(self: Box<Self>) -> Result<(), PortError> {
        self.unit.commit().await?;
        if self.stored != Stored::default() {
            (self.wake)(self.stored);
        }
        Ok(())
    }
}
