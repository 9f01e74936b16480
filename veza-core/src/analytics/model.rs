//! Events as they are counted, and the counts.

use uuid::Uuid;

use crate::kernel::{Day, Event, EventId, Timestamp};
use crate::typed_ids;

typed_ids! {
    /// The id of a report.
    ReportId,
}

/// What is kept of an event to count it: what it was and when, and nothing of what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnalyticsEvent {
    /// The event's own id.
    pub event_id: EventId,
    /// What happened: `streaming.track.ready.v1`.
    pub event_type: String,
    /// To which aggregate.
    pub aggregate_id: Uuid,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When it was noted here.
    pub recorded_at: Timestamp,
}

impl AnalyticsEvent {
    /// What is kept of this event.
    pub fn of(event: &Event, recorded_at: Timestamp) -> Self {
        Self {
            event_id: event.event_id,
            event_type: event.event_type.clone(),
            aggregate_id: event.aggregate_id,
            occurred_at: event.timestamp,
            recorded_at,
        }
    }
}

/// How often something happened on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    /// The day, in UTC.
    pub day: Day,
    /// What happened.
    pub event_type: String,
    /// How often.
    pub events: u64,
    /// To how many different aggregates.
    pub aggregates: u64,
}

/// What happened on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// The day; there is one report of it.
    pub day: Day,
    /// When it was counted. What was noted later is not in it.
    pub generated_at: Timestamp,
    /// The counts of the day, by the name of what happened.
    pub metrics: Vec<Metric>,
}

impl Report {
    /// How many events there were in all.
    pub fn events(&self) -> u64 {
        self.metrics.iter().map(|metric| metric.events).sum()
    }
}
