//! What happened on the platform, counted by day.
//!
//! Every event that is published is noted by [`Recorder`], without what it says of people. Once a
//! day has ended, and a few times before, [`roll_up_day`] counts it into a [`Report`]; people who
//! may [read analytics](crate::kernel::Permission::AnalyticsRead) ask for its [`Metric`]s.

#[cfg(feature = "testing")]
pub(crate) mod conformance;
mod error;
mod events;
#[cfg(feature = "memory")]
pub(crate) mod memory;
mod model;
mod ports;
mod read_metrics;
mod read_report;
mod record_event;
mod roll_up_day;

pub use error::AnalyticsError;
pub use events::ReportGenerated;
pub use model::{AnalyticsEvent, Metric, Report, ReportId};
pub use ports::{AnalyticsEvents, MetricKeyset, MetricQuery, Reports};
pub use read_metrics::{MAX_DAYS, ReadMetrics, read_metrics};
pub use read_report::read_report;
pub use record_event::{RECORDER, Recorder, record_event};
pub use roll_up_day::{ROLL_UP_JOB, roll_up_day, roll_up_recent};
