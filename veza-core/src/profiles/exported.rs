//! What profiles give to the export of a person.

use async_trait::async_trait;
use serde_json::json;

use crate::auth::User;
use crate::exports::{ExportSection, ExportWriter};
use crate::files::BoxError;
use crate::kernel::Environment;

use super::avatar_file::avatar_file;
use super::error::AvatarError;

/// The picture that is shown of the person, in its largest size.
pub(crate) struct PictureSection;

#[async_trait]
impl ExportSection for PictureSection {
    fn name(&self) -> &'static str {
        "picture"
    }

    async fn write(
        &self,
        env: &Environment,
        user: &User,
        out: &mut dyn ExportWriter,
    ) -> Result<(), BoxError> {
        let file = match avatar_file(env, user.id, u32::MAX).await {
            Err(AvatarError::NotFound) => return Ok(()),
            file => file?,
        };
        let name = format!("picture.{}", file.image.format.as_str());
        let record = json!({ "file": format!("picture/{name}"), "size": file.size });
        out.record(&record).await?;
        out.file(&name, &file.key).await
    }
}
