//! `veza.jobs.v1.Jobs`.

use tonic::{Request, Response, Status, async_trait};
use veza_core::jobs::{self, JobStatus as Standing, ListJobs};
use veza_core::kernel::{Environment, PageRequest};
use veza_proto::jobs::v1::jobs_server::Jobs;
use veza_proto::jobs::v1::{
    CancelJobRequest, Job, JobStatus, ListJobsRequest, ListJobsResponse, RetryJobRequest,
};

use super::status::{caller, given, id, limit, status, time, told};

pub(super) struct JobsService {
    env: Environment,
}

impl JobsService {
    pub(super) fn new(env: Environment) -> Self {
        Self { env }
    }
}

/// What is stored may hold secrets of others: the payload is not told.
fn message(job: jobs::Job) -> Job {
    let status = match job.status {
        Standing::Queued => JobStatus::Queued,
        Standing::Running => JobStatus::Running,
        Standing::Done => JobStatus::Done,
        Standing::Dead => JobStatus::Dead,
        Standing::Cancelled => JobStatus::Cancelled,
    };
    Job {
        id: job.id.to_string(),
        kind: job.kind,
        status: status.into(),
        attempt: job.attempt,
        max_attempts: job.max_attempts,
        progress: job.progress,
        last_error: job.last_error.unwrap_or_default(),
        run_at: time(job.run_at),
        created_at: time(job.created_at),
        updated_at: time(job.updated_at),
    }
}

fn standing(status: JobStatus) -> Option<Standing> {
    match status {
        JobStatus::Unspecified => None,
        JobStatus::Queued => Some(Standing::Queued),
        JobStatus::Running => Some(Standing::Running),
        JobStatus::Done => Some(Standing::Done),
        JobStatus::Dead => Some(Standing::Dead),
        JobStatus::Cancelled => Some(Standing::Cancelled),
    }
}

#[async_trait]
impl Jobs for JobsService {
    async fn list_jobs(
        &self,
        request: Request<ListJobsRequest>,
    ) -> Result<Response<ListJobsResponse>, Status> {
        let who = caller(&request)?;
        let asked = request.into_inner();
        let wanted = JobStatus::try_from(asked.status)
            .map_err(|_| Status::invalid_argument("status: there is no such"))?;
        let list = ListJobs {
            status: standing(wanted),
            kind: given(asked.kind),
            page: PageRequest {
                cursor: given(asked.cursor),
                limit: limit(asked.limit),
            },
        };
        let page = jobs::list_jobs(&self.env, &who, list)
            .await
            .map_err(status)?;
        Ok(Response::new(ListJobsResponse {
            jobs: page.items.into_iter().map(message).collect(),
            next_cursor: page.next_cursor.unwrap_or_default(),
        }))
    }

    async fn retry_job(&self, request: Request<RetryJobRequest>) -> Result<Response<Job>, Status> {
        let (who, metadata) = (caller(&request)?, told(&request));
        let id = id("id", &request.into_inner().id)?;
        let job = jobs::retry_job(&self.env, &who, id, &metadata)
            .await
            .map_err(status)?;
        Ok(Response::new(message(job)))
    }

    async fn cancel_job(
        &self,
        request: Request<CancelJobRequest>,
    ) -> Result<Response<Job>, Status> {
        let (who, metadata) = (caller(&request)?, told(&request));
        let id = id("id", &request.into_inner().id)?;
        let job = jobs::cancel_job(&self.env, &who, id, &metadata)
            .await
            .map_err(status)?;
        Ok(Response::new(message(job)))
    }
}
