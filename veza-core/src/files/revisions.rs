//! Files that are made anew as a whole: each making is a revision in a folder of its own.

use std::str::FromStr;

use crate::kernel::{PortError, Timestamp, TypedId};

use super::key::BlobKey;
use super::ports::BlobStore;

/// Blobs looked at in one step.
const STEP: usize = 500;

/// Removes the revisions under `root` that were begun by `until` at the latest, but for `keep`. One
/// that was begun later may still be made. What is in no revision goes too.
pub(crate) async fn remove_revisions<R: TypedId + FromStr + PartialEq>(
    blobs: &dyn BlobStore,
    root: &BlobKey,
    keep: Option<R>,
    until: Timestamp,
) -> Result<(), PortError> {
    let goes = |key: &BlobKey| {
        let revision = key.segments().nth(root.segments().count());
        let revision = revision.and_then(|name| name.parse::<R>().ok());
        revision.is_none_or(|revision| {
            let begun = revision.created_at();
            keep != Some(revision) && begun.is_none_or(|begun| begun <= until)
        })
    };
    let mut after = None;
    loop {
        let step = blobs.list(root, after.as_ref(), STEP).await?;
        for blob in step.iter().filter(|blob| goes(&blob.key)) {
            blobs.delete(&blob.key).await?;
        }
        match step.into_iter().last() {
            Some(last) => after = Some(last.key),
            None => return Ok(()),
        }
    }
}
