//! What happened over a time.

use crate::kernel::text::FieldErrors;
use crate::kernel::{Day, Environment, Page, PageRequest, Permission, Principal};

use super::error::AnalyticsError;
use super::model::Metric;
use super::ports::{MetricKeyset, MetricQuery};

/// How many days may be asked for at once: a year, and a day more when it is a leap year.
pub const MAX_DAYS: i64 = 366;
/// How long the name of an event may be.
const MAX_EVENT_TYPE: usize = 100;

/// Which metrics.
#[derive(Clone, Debug)]
pub struct ReadMetrics {
    /// From this day on.
    pub from: Day,
    /// Up to this day, which is one of them.
    pub to: Day,
    /// Only of this, where it is named: `streaming.track.ready.v1`.
    pub event_type: Option<String>,
    /// Which page.
    pub page: PageRequest,
}

impl ReadMetrics {
    fn validate(&self) -> Result<(), AnalyticsError> {
        let mut errors = FieldErrors::default();
        let days = self.from.until(self.to);
        if days < 0 {
            errors.push("to", "must not come before `from`");
        } else if days >= MAX_DAYS {
            errors.push(
                "to",
                format!("must be less than {MAX_DAYS} days after `from`"),
            );
        }
        errors.optional_line("event_type", self.event_type.as_deref(), MAX_EVENT_TYPE);
        errors.into_result().map_err(AnalyticsError::Invalid)
    }
}

/// A page of what was counted from one day to another, for those who may read analytics. Days that
/// were not counted yet are left out.
///
/// # Errors
/// `Forbidden`, `Invalid`, `Cursor`, `Port`.
pub async fn read_metrics(
    env: &Environment,
    principal: &Principal,
    wish: &ReadMetrics,
) -> Result<Page<Metric>, AnalyticsError> {
    if !principal.may(Permission::AnalyticsRead) {
        return Err(AnalyticsError::Forbidden);
    }
    wish.validate()?;
    let list = format!("metrics {} {} {:?}", wish.from, wish.to, wish.event_type);
    let after = match &wish.page.cursor {
        Some(cursor) => Some(env.cursors.open::<MetricKeyset>(&list, cursor)?),
        None => None,
    };
    let limit = wish.page.limit();
    let query = MetricQuery {
        from: wish.from,
        to: wish.to,
        event_type: wish.event_type.clone(),
        after,
        // One more than the page has, to know whether there is a next one.
        limit: limit + 1,
    };
    let mut items = {
        let mut reader = env.store.begin_read().await?;
        reader.reports().metrics(&query).await?
    };
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next_cursor = items.last().filter(|_| more).map(|last| {
        let keyset = MetricKeyset {
            day: last.day,
            event_type: last.event_type.clone(),
        };
        env.cursors.seal(&list, &keyset)
    });
    Ok(Page { items, next_cursor })
}
