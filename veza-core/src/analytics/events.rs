//! What analytics tell the other contexts.

use serde::Serialize;
use uuid::Uuid;

use crate::kernel::event::DomainEvent;
use crate::kernel::{Day, TypedId as _};

use super::model::{Report, ReportId};

/// A day was counted, for the first time or with another outcome than before.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportGenerated {
    /// The report.
    pub report_id: ReportId,
    /// The day.
    pub day: Day,
    /// How many events there were in all.
    pub events: u64,
}

impl ReportGenerated {
    /// Tells of this report.
    pub fn of(report: &Report) -> Self {
        Self {
            report_id: report.id,
            day: report.day,
            events: report.events(),
        }
    }
}

impl DomainEvent for ReportGenerated {
    const TYPE: &'static str = "analytics.report.generated.v1";
    const AGGREGATE_TYPE: &'static str = "Report";

    fn aggregate_id(&self) -> Uuid {
        self.report_id.uuid()
    }
}
