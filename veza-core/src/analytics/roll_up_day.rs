//! Counts days.

use crate::kernel::{Day, Environment, Metadata, PortError};

use super::events::ReportGenerated;
use super::model::Report;

/// The kind of the jobs which count the last days.
pub const ROLL_UP_JOB: &str = "analytics.roll_up";

/// Counts the events of a day into its report, and tells `analytics.report.generated.v1` when that
/// is new or another than before. It may be done again whenever events came late, and by several
/// instances at once: one waits for the other, or fails with `Duplicate` and finds it done.
///
/// # Errors
/// Those of the store.
pub async fn roll_up_day(env: &Environment, day: Day) -> Result<Report, PortError> {
    let mut unit = env.store.begin().await?;
    let before = unit.reports().find(day).await?;
    let metrics = unit.analytics_events().count(day).await?;
    let changed = before
        .as_ref()
        .is_none_or(|report| report.metrics != metrics);
    let report = Report {
        id: before
            .as_ref()
            .map_or_else(|| env.new_id(), |report| report.id),
        day,
        generated_at: env.now(),
        metrics,
    };
    if before.is_none() {
        unit.reports().add(&report).await?;
    } else {
        unit.reports()
            .replace(day, &report.metrics, report.generated_at)
            .await?;
    }
    if changed {
        let event = ReportGenerated::of(&report);
        let told = env.event(&event, &Metadata::default());
        unit.outbox().append(&told).await?;
    }
    unit.commit().await?;
    Ok(report)
}

/// Counts today and the `days` days before it, the oldest first.
///
/// # Errors
/// Those of the store, of the first day that failed.
pub async fn roll_up_recent(env: &Environment, days: u32) -> Result<(), PortError> {
    let today = Day::of(env.now());
    for back in (0..=days).rev() {
        roll_up_day(env, today.minus(back)).await?;
    }
    Ok(())
}
