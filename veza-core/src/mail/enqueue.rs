//! Stores a mail with the change it tells of.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::json;

use crate::jobs::{Job, JobId, NewJob};
use crate::kernel::{Environment, PortError, PortErrorKind, UnitOfWork};

use super::model::MailMessage;

/// The kind of the jobs which send a mail.
pub const MAIL_JOB: &str = "mail.send";

/// How often a mail is tried: over about two hours, for servers that are away meanwhile.
pub const MAIL_ATTEMPTS: u32 = 32;

/// The job's id is part of it, so that nobody who can write to the store can have one mail sent
/// in the place of another.
fn context(id: JobId) -> String {
    format!("{MAIL_JOB}:{id}")
}

/// Stores a mail, to be sent once the unit of work is committed. The address has to be one that
/// was checked. The message is sealed: the store holds neither the address nor a token.
///
/// # Errors
/// Those of the store and the sealer.
pub async fn enqueue_mail(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    message: &MailMessage,
) -> Result<JobId, PortError> {
    let mut job = NewJob::new(MAIL_JOB, json!({}))
        .attempts(MAIL_ATTEMPTS)
        .into_job(env);
    let plain = serde_json::to_vec(message)
        .map_err(|error| PortError::caused(PortErrorKind::Internal, "mail.enqueue", error))?;
    let sealed = env.sealer.seal(&context(job.id), &plain)?;
    job.payload = json!({ "sealed": STANDARD_NO_PAD.encode(sealed) });
    unit.jobs().enqueue(&job).await?;
    Ok(job.id)
}

/// The message of a job.
pub(super) fn open(env: &Environment, job: &Job) -> Result<MailMessage, PortError> {
    let corrupt = || PortError::new(PortErrorKind::Corrupt, "mail.open");
    let sealed = job.payload["sealed"].as_str().ok_or_else(corrupt)?;
    let sealed = STANDARD_NO_PAD.decode(sealed).map_err(|_| corrupt())?;
    let plain = env.sealer.open(&context(job.id), &sealed)?;
    // What is wrong with it may quote it: the cause is left out.
    serde_json::from_slice(&plain).map_err(|_| corrupt())
}
