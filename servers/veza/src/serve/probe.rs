//! The first look at uploads, for the API.

use async_trait::async_trait;
use veza_api::{ProbeError, Prober};
use veza_core::files::BlobKey;
use veza_worker::ConfinedProber;

/// Looks at uploads in confined children of this program.
pub(super) struct UploadProbe(pub(super) ConfinedProber);

#[async_trait]
impl Prober for UploadProbe {
    async fn probe(&self, upload: &BlobKey) -> Result<(), ProbeError> {
        match self.0.probe(upload).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(refused)) => Err(ProbeError::Refused {
                code: refused.code,
                detail: refused.detail,
            }),
            Err(cause) => Err(ProbeError::Failed(cause)),
        }
    }
}
