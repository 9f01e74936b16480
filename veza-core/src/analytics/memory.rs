//! Analytics in memory.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;

use crate::kernel::{Day, EventId, PortError, PortErrorKind, Timestamp};
use crate::memory::{MemoryUnit, storable};

use super::model::{AnalyticsEvent, Metric, Report};
use super::ports::{AnalyticsEvents, MetricQuery, Reports};

/// What is kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct AnalyticsState {
    events: BTreeMap<EventId, AnalyticsEvent>,
    reports: BTreeMap<Day, Report>,
}

#[async_trait]
impl AnalyticsEvents for MemoryUnit {
    async fn append(&mut self, event: &AnalyticsEvent) -> Result<bool, PortError> {
        const OP: &str = "analytics_events.append";
        let events = &mut self.write(OP)?.analytics.events;
        storable(OP, [&*event.event_type])?;
        let new = !events.contains_key(&event.event_id);
        events
            .entry(event.event_id)
            .or_insert_with(|| event.clone());
        Ok(new)
    }

    async fn count(&mut self, day: Day) -> Result<Vec<Metric>, PortError> {
        let mut counted: BTreeMap<&str, (u64, BTreeSet<_>)> = BTreeMap::new();
        let events = self.state.analytics.events.values();
        for event in events.filter(|event| Day::of(event.occurred_at) == day) {
            let (events, aggregates) = counted.entry(&event.event_type).or_default();
            *events += 1;
            aggregates.insert(event.aggregate_id);
        }
        let metrics = counted
            .into_iter()
            .map(|(event_type, (events, aggregates))| Metric {
                day,
                event_type: event_type.to_owned(),
                events,
                aggregates: aggregates.len() as u64,
            });
        Ok(metrics.collect())
    }
}

#[async_trait]
impl Reports for MemoryUnit {
    async fn add(&mut self, report: &Report) -> Result<(), PortError> {
        const OP: &str = "reports.add";
        let reports = &mut self.write(OP)?.analytics.reports;
        if reports.contains_key(&report.day) {
            return Err(PortError::new(PortErrorKind::Duplicate("day"), OP));
        }
        reports.insert(report.day, report.clone());
        Ok(())
    }

    async fn find(&mut self, day: Day) -> Result<Option<Report>, PortError> {
        Ok(self.state.analytics.reports.get(&day).cloned())
    }

    async fn replace(
        &mut self,
        day: Day,
        metrics: &[Metric],
        generated_at: Timestamp,
    ) -> Result<bool, PortError> {
        let reports = &mut self.write("reports.replace")?.analytics.reports;
        Ok(reports.get_mut(&day).is_some_and(|report| {
            report.metrics = metrics.to_vec();
            report.generated_at = generated_at;
            true
        }))
    }

    async fn metrics(&mut self, query: &MetricQuery) -> Result<Vec<Metric>, PortError> {
        if query.from > query.to {
            return Ok(Vec::new());
        }
        let reports = self.state.analytics.reports.range(query.from..=query.to);
        let metrics = reports.flat_map(|(_, report)| &report.metrics);
        let of_type = |metric: &&Metric| {
            let wanted = query.event_type.as_ref();
            wanted.is_none_or(|wanted| metric.event_type == *wanted)
        };
        let comes_after = |metric: &&Metric| {
            query.after.as_ref().is_none_or(|after| {
                (metric.day, &metric.event_type) > (after.day, &after.event_type)
            })
        };
        let wanted = metrics.filter(of_type).filter(comes_after);
        Ok(wanted.take(query.limit as usize).cloned().collect())
    }
}
