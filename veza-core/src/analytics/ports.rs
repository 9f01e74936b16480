//! Where events to be counted, and their counts, are kept.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::kernel::{Day, PortError, Timestamp};

use super::model::{AnalyticsEvent, Metric, Report};

/// The events to be counted, in a unit of work. They are only ever added.
#[async_trait]
pub trait AnalyticsEvents: Send {
    /// Adds an event; `false` when it is there already, which changes nothing.
    ///
    /// # Errors
    /// Those of the store.
    async fn append(&mut self, event: &AnalyticsEvent) -> Result<bool, PortError>;

    /// Counts the events of a day, by the name of what happened, in the order of its bytes.
    ///
    /// # Errors
    /// Those of the store.
    async fn count(&mut self, day: Day) -> Result<Vec<Metric>, PortError>;
}

/// Where a page of metrics begins: after this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricKeyset {
    /// Its day.
    pub day: Day,
    /// What happened.
    pub event_type: String,
}

/// Which metrics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricQuery {
    /// From this day on.
    pub from: Day,
    /// Up to this day, which is one of them.
    pub to: Day,
    /// Only of this, where it is named.
    pub event_type: Option<String>,
    /// Only what comes after.
    pub after: Option<MetricKeyset>,
    /// How many at most.
    pub limit: u32,
}

/// The reports of a unit of work.
#[async_trait]
pub trait Reports: Send {
    /// Adds a report with its metrics.
    ///
    /// # Errors
    /// `Duplicate("day")` when there is one of its day; those of the store.
    async fn add(&mut self, report: &Report) -> Result<(), PortError>;

    /// The report of a day, its metrics sorted by the name of what happened.
    ///
    /// # Errors
    /// Those of the store.
    async fn find(&mut self, day: Day) -> Result<Option<Report>, PortError>;

    /// Replaces the metrics of the report of this day, and the time they were counted; `false` when
    /// there is none.
    ///
    /// # Errors
    /// Those of the store.
    async fn replace(
        &mut self,
        day: Day,
        metrics: &[Metric],
        generated_at: Timestamp,
    ) -> Result<bool, PortError>;

    /// Metrics of many reports, by day and then by the name of what happened.
    ///
    /// # Errors
    /// Those of the store.
    async fn metrics(&mut self, query: &MetricQuery) -> Result<Vec<Metric>, PortError>;
}
