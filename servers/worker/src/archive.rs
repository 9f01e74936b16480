//! A ZIP archive that is written while what goes into it is read.
//!
//! What is written goes to a thread of its own, over a channel of a few chunks, and there into a
//! file; so memory is bounded, and nobody who waits for the disk keeps others from working. Entries
//! are stored as they are: sound does not get smaller.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use veza_core::exports::Archive;
use veza_core::files::BoxError;
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

/// Chunks that wait for the disk at most.
const WAITING: usize = 8;

/// What the thread is told.
enum Step {
    Entry(String),
    Data(Bytes),
}

/// An archive being written.
pub(crate) struct ZipArchive {
    steps: mpsc::Sender<Step>,
    writer: JoinHandle<Result<u64, BoxError>>,
}

impl ZipArchive {
    /// An empty archive in a new file.
    ///
    /// # Errors
    /// Those of the file system.
    pub(crate) fn create(path: &Path) -> std::io::Result<Self> {
        let file = File::create_new(path)?;
        let (steps, told) = mpsc::channel(WAITING);
        let writer = tokio::task::spawn_blocking(move || write(file, told));
        Ok(Self { steps, writer })
    }

    /// Ends the archive; how many bytes it has.
    ///
    /// # Errors
    /// What went wrong while it was written, if anything did.
    pub(crate) async fn finish(self) -> Result<u64, BoxError> {
        drop(self.steps);
        self.writer.await?
    }

    async fn tell(&self, step: Step) -> Result<(), BoxError> {
        // The reason is told at the end.
        let gone = |_| BoxError::from("the archive is written no further");
        self.steps.send(step).await.map_err(gone)
    }
}

fn write(file: File, mut told: mpsc::Receiver<Step>) -> Result<u64, BoxError> {
    let mut zip = ZipWriter::new(BufWriter::new(file));
    // Sizes are not known before: each entry may be larger than 4 GiB.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .large_file(true);
    while let Some(step) = told.blocking_recv() {
        match step {
            Step::Entry(path) => zip.start_file(path, options)?,
            Step::Data(bytes) => zip.write_all(&bytes)?,
        }
    }
    let file = zip.finish()?.into_inner()?;
    file.sync_all()?;
    Ok(file.metadata()?.len())
}

#[async_trait]
impl Archive for ZipArchive {
    async fn entry(&mut self, path: &str) -> Result<(), BoxError> {
        self.tell(Step::Entry(path.to_owned())).await
    }

    async fn write(&mut self, bytes: Bytes) -> Result<(), BoxError> {
        self.tell(Step::Data(bytes)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[tokio::test]
    async fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("archive.zip");
        let mut archive = ZipArchive::create(&path).unwrap();
        let block = Bytes::from(vec![7; 300_000]);
        archive.entry("one.json").await.unwrap();
        archive.write(Bytes::from_static(b"[]")).await.unwrap();
        archive.entry("tracks/é").await.unwrap();
        for _ in 0..20 {
            archive.write(block.clone()).await.unwrap();
        }
        let size = archive.finish().await.unwrap();
        assert_eq!(size, path.metadata().unwrap().len());
        let mut zip = zip::ZipArchive::new(File::open(&path).unwrap()).unwrap();
        assert_eq!(zip.len(), 2);
        let mut text = String::new();
        let mut one = zip.by_name("one.json").unwrap();
        one.read_to_string(&mut text).unwrap();
        assert_eq!(text, "[]");
        drop(one);
        assert_eq!(zip.by_name("tracks/é").unwrap().size(), 6_000_000);
    }

    #[tokio::test]
    async fn what_cannot_be_written_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("archive.zip");
        let mut archive = ZipArchive::create(&path).unwrap();
        archive.entry("one").await.unwrap();
        archive.entry("one").await.unwrap();
        let words = archive.finish().await.unwrap_err().to_string();
        assert!(words.contains("Duplicate"), "{words}");
        assert!(ZipArchive::create(&path).is_err(), "it is there already");
    }
}
