//! Lists jobs.

use crate::jobs::{Job, JobId, JobQuery, JobStatus};
use crate::kernel::{Caller, Environment, Page, PageRequest};

use super::{JobError, check};

/// Which jobs are to be listed, the newest first.
#[derive(Clone, Debug, Default)]
pub struct ListJobs {
    /// Those that stand so.
    pub status: Option<JobStatus>,
    /// Those of this kind.
    pub kind: Option<String>,
    /// Which page.
    pub page: PageRequest,
}

/// One page of jobs.
///
/// # Errors
/// `Forbidden`, `Cursor`, `Port`.
pub async fn list_jobs(
    env: &Environment,
    caller: &Caller,
    command: ListJobs,
) -> Result<Page<Job>, JobError> {
    check(caller)?;
    let ListJobs { status, kind, page } = command;
    let list = format!("jobs {status:?} {kind:?}");
    let before = match &page.cursor {
        Some(cursor) => Some(env.cursors.open::<JobId>(&list, cursor)?),
        None => None,
    };
    let limit = page.limit();
    let query = JobQuery {
        status,
        kind,
        before,
        // One more than the page has, to know whether there is a next one.
        limit: limit + 1,
    };
    let mut items = {
        let mut reader = env.store.begin_read().await?;
        reader.jobs().list(&query).await?
    };
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next_cursor = items
        .last()
        .filter(|_| more)
        .map(|last| env.cursors.seal(&list, &last.id));
    Ok(Page { items, next_cursor })
}
