//! Notes what happens, to be counted.

use async_trait::async_trait;

use crate::kernel::{Environment, Event, PortError, Timestamp, UnitOfWork};

use super::model::AnalyticsEvent;

/// Notes an event, once.
///
/// # Errors
/// Those of the store.
pub async fn record_event(
    unit: &mut dyn UnitOfWork,
    event: &Event,
    now: Timestamp,
) -> Result<(), PortError> {
    let recorded = AnalyticsEvent::of(event, now);
    unit.analytics_events().append(&recorded).await?;
    Ok(())
}

/// What this consumer of events is called.
pub const RECORDER: &str = "analytics";

/// Notes every event that is published.
#[derive(Clone)]
pub struct Recorder(pub Environment);

#[async_trait]
impl crate::kernel::bus::EventHandler for Recorder {
    async fn handle(&self, event: &Event) -> Result<(), PortError> {
        let mut unit = self.0.store.begin().await?;
        record_event(&mut *unit, event, self.0.now()).await?;
        unit.commit().await
    }
}
