//! `/analytics`.

use axum::Json;
use axum::extract::{OriginalUri, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use veza_core::analytics::{self, Metric, ReadMetrics, Report, ReportId};
use veza_core::kernel::{Day, PageRequest, Timestamp};
use veza_server_kit::{Auth, Problem, StrictPath, StrictQuery};

use crate::Api;
use crate::contract::schema::{Date, Time};
use crate::page_link::NextPage;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(metrics))
        .routes(routes!(report))
}

/// How often something happened on a day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Metric)]
pub(crate) struct MetricView {
    /// The day, in UTC.
    #[schema(value_type = Date)]
    day: Day,
    /// What happened, by the type of its events: `streaming.track.ready.v1`.
    event_type: String,
    /// How often.
    events: u64,
    /// To how many different things or people.
    aggregates: u64,
}

impl From<Metric> for MetricView {
    fn from(metric: Metric) -> Self {
        Self {
            day: metric.day,
            event_type: metric.event_type,
            events: metric.events,
            aggregates: metric.aggregates,
        }
    }
}

/// One page of metrics.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MetricPage {
    items: Vec<MetricView>,
    /// Where the next page begins; none on the last.
    #[schema(required)]
    next_cursor: Option<String>,
}

/// What happened on a day.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Report)]
pub(crate) struct ReportView {
    #[schema(value_type = Uuid)]
    id: ReportId,
    /// The day, in UTC.
    #[schema(value_type = Date)]
    day: Day,
    /// When it was counted; what was noted later is not in it.
    #[schema(value_type = Time)]
    generated_at: Timestamp,
    /// How many events there were in all.
    events: u64,
    metrics: Vec<MetricView>,
}

impl From<Report> for ReportView {
    fn from(report: Report) -> Self {
        Self {
            id: report.id,
            day: report.day,
            generated_at: report.generated_at,
            events: report.events(),
            metrics: report.metrics.into_iter().map(MetricView::from).collect(),
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct MetricsQuery {
    /// From this day on.
    #[param(value_type = Date)]
    from: Day,
    /// Up to this day, which is one of them; less than 366 days later.
    #[param(value_type = Date)]
    to: Day,
    /// Only of this type of events.
    event_type: Option<String>,
    /// The `nextCursor` of the page before.
    cursor: Option<String>,
    /// How many at most: 1 to 100, by default 20. Anything beyond is the nearest end.
    #[param(minimum = 0, maximum = 4294967295_i64, format = Int64)]
    limit: Option<u32>,
}

/// What happened over a time, day by day
///
/// For those who look after the platform. Days that were not counted yet are left out.
#[utoipa::path(
    get,
    path = "/analytics/metrics",
    operation_id = "analytics.metrics",
    tag = "analytics",
    security(("accessToken" = [])),
    params(MetricsQuery),
    responses(
        (status = 200, description = "A page of them; `Link` leads to the next",
            body = MetricPage),
        (status = 422, description = "The days are not a time, or too long a one"),
    ),
)]
pub(super) async fn metrics(
    State(api): State<Api>,
    Auth(who): Auth,
    StrictQuery(query): StrictQuery<MetricsQuery>,
    OriginalUri(uri): OriginalUri,
) -> Result<(NextPage, Json<MetricPage>), Problem> {
    let wish = ReadMetrics {
        from: query.from,
        to: query.to,
        event_type: query.event_type.filter(|name| !name.trim().is_empty()),
        page: PageRequest {
            cursor: query.cursor,
            limit: query.limit,
        },
    };
    let page = analytics::read_metrics(&api.services.env, &who, &wish).await?;
    let next = NextPage::of(&uri, page.next_cursor.as_deref());
    let page = MetricPage {
        items: page.items.into_iter().map(MetricView::from).collect(),
        next_cursor: page.next_cursor,
    };
    Ok((next, Json(page)))
}

/// The report of a day
///
/// For those who look after the platform.
#[utoipa::path(
    get,
    path = "/analytics/reports/{day}",
    operation_id = "analytics.report",
    tag = "analytics",
    security(("accessToken" = [])),
    params(("day" = Date, Path, description = "The day, in UTC")),
    responses((status = 200, description = "The report", body = ReportView)),
)]
pub(super) async fn report(
    State(api): State<Api>,
    Auth(who): Auth,
    StrictPath(day): StrictPath<Day>,
) -> Result<Json<ReportView>, Problem> {
    let report = analytics::read_report(&api.services.env, &who, day).await?;
    Ok(Json(report.into()))
}
