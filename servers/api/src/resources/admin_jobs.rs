//! `/admin/jobs`: what operators see and do of the work behind the scenes.

use axum::Json;
use axum::extract::{OriginalUri, State};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use veza_core::jobs::{self, Job, JobId, ListJobs};
use veza_core::kernel::{PageRequest, Timestamp, TypedId as _};
use veza_server_kit::{Auth, Problem, StrictJson, StrictPath, StrictQuery};

use crate::Api;
use crate::contract::schema::{self, Time};
use crate::page_link::NextPage;
use crate::view::Told;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::default()
        .routes(routes!(list))
        .routes(routes!(get, discard))
        .routes(routes!(retry))
        .routes(routes!(cancel))
        .routes(routes!(retry_dead))
}

/// A piece of work.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Job)]
pub(crate) struct JobView {
    id: Uuid,
    /// What is to be done.
    #[schema(example = "streaming.ingest")]
    kind: String,
    /// With what. That of a mail is sealed.
    payload: Value,
    #[schema(value_type = schema::JobStatus)]
    status: &'static str,
    #[schema(value_type = schema::JobPriority)]
    priority: &'static str,
    /// How often it was begun.
    attempt: u32,
    /// How often it may be begun.
    max_attempts: u32,
    /// Not to be begun before.
    #[schema(value_type = Time)]
    run_at: Timestamp,
    /// While it runs: until when its worker has to tell of itself.
    #[schema(required, value_type = Option<Time>)]
    lease_until: Option<Timestamp>,
    /// While it runs: who does it.
    #[schema(required)]
    worker: Option<String>,
    /// How much is done, 0 to 1.
    progress: f32,
    /// Why the last attempt failed.
    #[schema(required)]
    last_error: Option<String>,
    #[schema(value_type = Time)]
    created_at: Timestamp,
    #[schema(value_type = Time)]
    updated_at: Timestamp,
}

impl From<Job> for JobView {
    fn from(job: Job) -> Self {
        Self {
            id: job.id.uuid(),
            kind: job.kind,
            payload: job.payload,
            status: job.status.as_str(),
            priority: job.priority.as_str(),
            attempt: job.attempt,
            max_attempts: job.max_attempts,
            run_at: job.run_at,
            lease_until: job.lease_until,
            worker: job.worker,
            progress: job.progress,
            last_error: job.last_error,
            created_at: job.created_at,
            updated_at: job.updated_at,
        }
    }
}

/// One page of jobs.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobPage {
    items: Vec<JobView>,
    /// Where the next page begins; none on the last.
    #[schema(required)]
    next_cursor: Option<String>,
}

#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum JobStatus {
    Queued,
    Running,
    Done,
    Dead,
    Cancelled,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Only those that stand so.
    #[param(inline)]
    status: Option<JobStatus>,
    /// Only those of this kind.
    kind: Option<String>,
    /// The `nextCursor` of the page before.
    cursor: Option<String>,
    /// How many at most: 1 to 100, by default 20. Anything beyond is the nearest end.
    #[param(minimum = 0, maximum = 4294967295_i64, format = Int64)]
    limit: Option<u32>,
}

/// The jobs, the newest first
///
/// `status=dead` lists the dead letters.
#[utoipa::path(
    get,
    path = "/admin/jobs",
    operation_id = "admin.jobs.list",
    tag = "admin",
    security(("accessToken" = [])),
    params(ListQuery),
    responses(
        (status = 200, description = "A page of them; `Link` leads to the next", body = JobPage),
    ),
)]
pub(super) async fn list(
    State(api): State<Api>,
    Auth(who): Auth,
    StrictQuery(query): StrictQuery<ListQuery>,
    OriginalUri(uri): OriginalUri,
) -> Result<(NextPage, Json<JobPage>), Problem> {
    let command = ListJobs {
        status: query.status.map(|status| match status {
            JobStatus::Queued => jobs::JobStatus::Queued,
            JobStatus::Running => jobs::JobStatus::Running,
            JobStatus::Done => jobs::JobStatus::Done,
            JobStatus::Dead => jobs::JobStatus::Dead,
            JobStatus::Cancelled => jobs::JobStatus::Cancelled,
        }),
        kind: query.kind,
        page: PageRequest {
            cursor: query.cursor,
            limit: query.limit,
        },
    };
    let page = jobs::list_jobs(&api.services.env, &who.into(), command).await?;
    let next = NextPage::of(&uri, page.next_cursor.as_deref());
    let page = JobPage {
        items: page.items.into_iter().map(JobView::from).collect(),
        next_cursor: page.next_cursor,
    };
    Ok((next, Json(page)))
}

/// One job
#[utoipa::path(
    get,
    path = "/admin/jobs/{id}",
    operation_id = "admin.jobs.get",
    tag = "admin",
    security(("accessToken" = [])),
    params(("id" = Uuid, Path, description = "The job")),
    responses((status = 200, description = "The job", body = JobView)),
)]
pub(super) async fn get(
    State(api): State<Api>,
    Auth(who): Auth,
    StrictPath(id): StrictPath<Uuid>,
) -> Result<Json<JobView>, Problem> {
    let job = jobs::get_job(&api.services.env, &who.into(), JobId::from(id)).await?;
    Ok(Json(job.into()))
}

/// Remove a dead letter
#[utoipa::path(
    delete,
    path = "/admin/jobs/{id}",
    operation_id = "admin.jobs.discard",
    tag = "admin",
    security(("accessToken" = [])),
    params(("id" = Uuid, Path, description = "The job")),
    responses(
        (status = 204, description = "It is removed"),
        (status = 409, description = "It is not dead"),
    ),
)]
pub(super) async fn discard(
    State(api): State<Api>,
    Auth(who): Auth,
    Told(metadata): Told,
    StrictPath(id): StrictPath<Uuid>,
) -> Result<StatusCode, Problem> {
    jobs::discard_job(&api.services.env, &who.into(), JobId::from(id), &metadata).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Try a dead letter again
///
/// It is queued, to run at once, with a new allowance of attempts.
#[utoipa::path(
    post,
    path = "/admin/jobs/{id}/retry",
    operation_id = "admin.jobs.retry",
    tag = "admin",
    security(("accessToken" = [])),
    params(("id" = Uuid, Path, description = "The job")),
    responses(
        (status = 200, description = "The job as it is now", body = JobView),
        (status = 409, description = "It is not dead, or another does its work already"),
    ),
)]
pub(super) async fn retry(
    State(api): State<Api>,
    Auth(who): Auth,
    Told(metadata): Told,
    StrictPath(id): StrictPath<Uuid>,
) -> Result<Json<JobView>, Problem> {
    let job = jobs::retry_job(&api.services.env, &who.into(), JobId::from(id), &metadata).await?;
    Ok(Json(job.into()))
}

/// Call a job off
///
/// Whoever runs it is told within seconds, and completes nothing any more.
#[utoipa::path(
    post,
    path = "/admin/jobs/{id}/cancel",
    operation_id = "admin.jobs.cancel",
    tag = "admin",
    security(("accessToken" = [])),
    params(("id" = Uuid, Path, description = "The job")),
    responses(
        (status = 200, description = "The job as it is now", body = JobView),
        (status = 409, description = "It is over already"),
    ),
)]
pub(super) async fn cancel(
    State(api): State<Api>,
    Auth(who): Auth,
    Told(metadata): Told,
    StrictPath(id): StrictPath<Uuid>,
) -> Result<Json<JobView>, Problem> {
    let job = jobs::cancel_job(&api.services.env, &who.into(), JobId::from(id), &metadata).await?;
    Ok(Json(job.into()))
}

/// Which dead letters are to be tried again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = JobsRetry)]
pub(crate) struct RetryBody {
    /// Those of this kind.
    #[schema(example = "mail.send")]
    kind: String,
}

/// How many were queued.
#[derive(Serialize, ToSchema)]
pub(crate) struct JobsRetried {
    retried: u64,
}

/// Try all dead letters of a kind again
///
/// At most a thousand at once, the oldest first: call again until it answers 0.
#[utoipa::path(
    post,
    path = "/admin/jobs/retry-dead",
    operation_id = "admin.jobs.retry_dead",
    tag = "admin",
    security(("accessToken" = [])),
    request_body = RetryBody,
    responses((status = 200, description = "How many were queued", body = JobsRetried)),
)]
pub(super) async fn retry_dead(
    State(api): State<Api>,
    Auth(who): Auth,
    Told(metadata): Told,
    StrictJson(body): StrictJson<RetryBody>,
) -> Result<Json<JobsRetried>, Problem> {
    let retried = jobs::retry_dead(&api.services.env, &who.into(), &body.kind, &metadata).await?;
    Ok(Json(JobsRetried { retried }))
}
