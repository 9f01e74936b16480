//! Writes an export.

use async_trait::async_trait;
use serde_json::{Value, json};

use crate::files::{BlobKey, BlobStore, BoxError, Bytes};
use crate::kernel::Environment;

use super::complete::ExportWork;
use super::section::{Archive, ExportSection, ExportWriter};

/// Writes the sections into an archive: `export.json` tells what it is, each section has a list of
/// records in `{section}.json`, and files in a folder. Memory does not grow with what there is.
///
/// # Errors
/// Those of the stores and of the archive.
pub async fn write_export(
    env: &Environment,
    blobs: &dyn BlobStore,
    work: &ExportWork,
    sections: &[Box<dyn ExportSection>],
    archive: &mut dyn Archive,
) -> Result<(), BoxError> {
    let names: Vec<&str> = sections.iter().map(|section| section.name()).collect();
    let about = json!({
        "account": work.user.id,
        "username": work.user.username,
        "requestedAt": work.export.requested_at,
        "writtenAt": env.now(),
        "sections": names,
    });
    archive.entry("export.json").await?;
    archive.write(lines(&about)).await?;
    for section in sections {
        let name = section.name();
        archive.entry(&format!("{name}.json")).await?;
        let mut writer = SectionWriter {
            name,
            blobs,
            archive: &mut *archive,
            list: List::Empty,
        };
        section.write(env, &work.user, &mut writer).await?;
        writer.end_list().await?;
    }
    Ok(())
}

fn lines(value: &Value) -> Bytes {
    Bytes::from(format!("{value:#}\n"))
}

/// How far the list of a section is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Empty,
    Begun,
    Ended,
}

struct SectionWriter<'a> {
    name: &'static str,
    blobs: &'a dyn BlobStore,
    archive: &'a mut dyn Archive,
    list: List,
}

impl SectionWriter<'_> {
    async fn end_list(&mut self) -> Result<(), BoxError> {
        let end = match self.list {
            List::Empty => "[]\n",
            List::Begun => "\n]\n",
            List::Ended => return Ok(()),
        };
        self.list = List::Ended;
        self.archive.write(Bytes::from_static(end.as_bytes())).await
    }
}

#[async_trait]
impl ExportWriter for SectionWriter<'_> {
    async fn record(&mut self, record: &Value) -> Result<(), BoxError> {
        let before = match self.list {
            List::Empty => "[\n",
            List::Begun => ",\n",
            List::Ended => return Err("a record came after a file".into()),
        };
        self.list = List::Begun;
        self.archive
            .write(Bytes::from(format!("{before}{record:#}")))
            .await
    }

    async fn file(&mut self, name: &str, blob: &BlobKey) -> Result<(), BoxError> {
        self.end_list().await?;
        let Some(mut blob) = self.blobs.get(blob, None).await? else {
            return Ok(());
        };
        self.archive.entry(&format!("{}/{name}", self.name)).await?;
        while let Some(chunk) = blob.body.next_chunk().await? {
            self.archive.write(chunk).await?;
        }
        Ok(())
    }
}
