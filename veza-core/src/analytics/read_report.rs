//! The report of a day.

use crate::kernel::{Day, Environment, Permission, Principal};

use super::error::AnalyticsError;
use super::model::Report;

/// The report of a day, for those who may read analytics.
///
/// # Errors
/// `Forbidden`; `NotFound` when the day was not counted yet; `Port`.
pub async fn read_report(
    env: &Environment,
    principal: &Principal,
    day: Day,
) -> Result<Report, AnalyticsError> {
    if !principal.may(Permission::AnalyticsRead) {
        return Err(AnalyticsError::Forbidden);
    }
    let mut reader = env.store.begin_read().await?;
    let report = reader.reports().find(day).await?;
    report.ok_or(AnalyticsError::NotFound)
}
