//! Events to be counted, and the reports made of them.

use async_trait::async_trait;
use veza_core::analytics::{AnalyticsEvent, AnalyticsEvents, Metric, MetricQuery, Report, Reports};
use veza_core::kernel::{Day, PortError, Timestamp, TypedId as _};

use crate::row::Row;
use crate::statement::Statement;
use crate::unit::Unit;

/// How many metrics are stored by one statement.
const AT_ONCE: usize = 64;

fn metric(day: Day, row: &Row) -> Result<Metric, PortError> {
    Ok(Metric {
        day,
        event_type: row.get("event_type")?,
        events: row.int("events")?,
        aggregates: row.int("aggregates")?,
    })
}

/// The number of a table, whose rows nobody can count beyond this.
fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The events of a day by what happened.
pub(crate) fn count(day: Day) -> Statement {
    Statement::new(
        "SELECT event_type, count(*) AS events, count(DISTINCT aggregate_id) AS aggregates
         FROM analytics_events WHERE occurred_at >= $1 AND occurred_at < $2
         GROUP BY event_type ORDER BY event_type",
    )
    .bind(day.start())
    .bind(day.end())
}

/// One page of metrics.
pub(crate) fn metrics(query: &MetricQuery) -> Statement {
    let mut page = Statement::new("SELECT * FROM analytics_daily WHERE day >= $1 AND day <= $2")
        .bind(query.from.start())
        .bind(query.to.start());
    if let Some(event_type) = &query.event_type {
        page = page.push(" AND event_type = ").push_bind(event_type);
    }
    if let Some(after) = &query.after {
        page = page
            .push(" AND (day, event_type) > (")
            .push_bind(after.day.start())
            .push(", ")
            .push_bind(&after.event_type)
            .push(")");
    }
    page.push(" ORDER BY day, event_type LIMIT ")
        .push_bind(query.limit)
}

#[async_trait]
impl AnalyticsEvents for Unit {
    async fn append(&mut self, event: &AnalyticsEvent) -> Result<bool, PortError> {
        let rows = Statement::new(
            "INSERT INTO analytics_events (event_id, event_type, aggregate_id, occurred_at,
                                           recorded_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING",
        )
        .bind(event.event_id.uuid())
        .bind(&event.event_type)
        .bind(event.aggregate_id)
        .bind(event.occurred_at)
        .bind(event.recorded_at)
        .execute(self, "analytics_events.append")
        .await?;
        Ok(rows == 1)
    }

    async fn count(&mut self, day: Day) -> Result<Vec<Metric>, PortError> {
        let rows = count(day).all(self, "analytics_events.count").await?;
        rows.iter().map(|row| metric(day, row)).collect()
    }
}

impl Unit {
    async fn add_metrics(&mut self, op: &'static str, metrics: &[Metric]) -> Result<(), PortError> {
        for some in metrics.chunks(AT_ONCE) {
            let mut insert = Statement::new(
                "INSERT INTO analytics_daily (day, event_type, events, aggregates) VALUES ",
            );
            for (at, metric) in some.iter().enumerate() {
                insert = insert
                    .push(if at == 0 { "(" } else { ", (" })
                    .push_bind(metric.day.start())
                    .push(", ")
                    .push_bind(&metric.event_type)
                    .push(", ")
                    .push_bind(number(metric.events))
                    .push(", ")
                    .push_bind(number(metric.aggregates))
                    .push(")");
            }
            insert.execute(self, op).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Reports for Unit {
    async fn add(&mut self, report: &Report) -> Result<(), PortError> {
        const OP: &str = "reports.add";
        Statement::new("INSERT INTO analytics_reports (id, day, generated_at) VALUES ($1, $2, $3)")
            .bind(report.id.uuid())
            .bind(report.day.start())
            .bind(report.generated_at)
            .execute(self, OP)
            .await?;
        self.add_metrics(OP, &report.metrics).await
    }

    async fn find(&mut self, day: Day) -> Result<Option<Report>, PortError> {
        const OP: &str = "reports.find";
        let row = Statement::new("SELECT * FROM analytics_reports WHERE day = $1")
            .bind(day.start())
            .locking("analytics_reports")
            .optional(self, OP)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let metrics =
            Statement::new("SELECT * FROM analytics_daily WHERE day = $1 ORDER BY event_type")
                .bind(day.start())
                .all(self, OP)
                .await?;
        let metrics = metrics.iter().map(|row| metric(day, row));
        Ok(Some(Report {
            id: row.id("id")?,
            day,
            generated_at: row.time("generated_at")?,
            metrics: metrics.collect::<Result<_, _>>()?,
        }))
    }

    async fn replace(
        &mut self,
        day: Day,
        metrics: &[Metric],
        generated_at: Timestamp,
    ) -> Result<bool, PortError> {
        const OP: &str = "reports.replace";
        let rows = Statement::new("UPDATE analytics_reports SET generated_at = $2 WHERE day = $1")
            .bind(day.start())
            .bind(generated_at)
            .execute(self, OP)
            .await?;
        if rows == 0 {
            return Ok(false);
        }
        Statement::new("DELETE FROM analytics_daily WHERE day = $1")
            .bind(day.start())
            .execute(self, OP)
            .await?;
        self.add_metrics(OP, metrics).await?;
        Ok(true)
    }

    async fn metrics(&mut self, query: &MetricQuery) -> Result<Vec<Metric>, PortError> {
        let rows = metrics(query).all(self, "reports.metrics").await?;
        rows.iter()
            .map(|row| metric(Day::of(row.time("day")?), row))
            .collect()
    }
}
