//! Removes uploads which never became a track, as when the process died in between.

use std::time::Duration;

use crate::files::{BlobKey, BlobStore, UPLOADS_PREFIX, UploadId};
use crate::kernel::{Environment, PortError, TypedId as _};

/// Uploads looked at in one step.
const STEP: usize = 500;

/// Removes every upload that is older than `grace` and is the source of no track; answers how
/// many. `grace` has to be longer than the slowest upload takes.
///
/// # Errors
/// Those of the stores.
pub async fn sweep_uploads(
    env: &Environment,
    blobs: &dyn BlobStore,
    grace: Duration,
) -> Result<u64, PortError> {
    let prefix: BlobKey = UPLOADS_PREFIX.parse().expect("the prefix is a key");
    let before = env.now().minus(grace);
    let mut swept = 0;
    let mut after: Option<BlobKey> = None;
    loop {
        let step = blobs.list(&prefix, after.as_ref(), STEP).await?;
        for blob in &step {
            // The id tells when the upload began. What has no such name is not ours to remove.
            let id = blob
                .key
                .segments()
                .last()
                .and_then(|name| name.parse::<UploadId>().ok());
            let old = id
                .and_then(|id| id.created_at())
                .is_some_and(|begun| begun < before);
            if old
                && !env
                    .store
                    .begin_read()
                    .await?
                    .tracks()
                    .has_source(&blob.key)
                    .await?
            {
                swept += u64::from(blobs.delete(&blob.key).await?);
            }
        }
        match step.into_iter().last() {
            Some(last) => after = Some(last.key),
            None => return Ok(swept),
        }
    }
}
