//! Notes what happens, to be counted.

use async_trait::async_trait;

use crate::kernel::{
    Environment, Event, EventHandler, HandleError, PortError, Timestamp, UnitOfWork,
};

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
#[derive(Clone, Debug)]
pub struct Recorder;

#[async_trait]
impl EventHandler for Recorder {
    async fn handle(
        &self,
        env: &Environment,
        unit: &mut dyn UnitOfWork,
        event: &Event,
    ) -> Result<(), HandleError> {
        Ok(record_event(unit, event, env.now()).await?)
    }
}
