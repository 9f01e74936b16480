//! Where made files go: a folder, a bucket, or memory.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Takes the files that a piece of work makes.
///
/// Names are relative, with `/` between their parts: `128k/segment0.m4s`. Several threads may
/// create files at once; each name is created once.
pub trait Output: Send + Sync {
    /// Begins a file. What is written counts as whole once the writer has been flushed and
    /// dropped without an error.
    ///
    /// # Errors
    /// Those of the storage.
    fn create(&self, name: &str) -> io::Result<Box<dyn Write + Send>>;
}

/// Files kept in memory: for browsers and tests.
#[derive(Clone, Debug, Default)]
pub struct MemoryOutput {
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
}

impl MemoryOutput {
    /// An output with no files.
    pub fn new() -> Self {
        Self::default()
    }

    /// The files so far, by name.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        self.files
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Output for MemoryOutput {
    fn create(&self, name: &str) -> io::Result<Box<dyn Write + Send>> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.insert(name.to_owned(), Vec::new());
        Ok(Box::new(MemoryFile {
            name: name.to_owned(),
            files: Arc::clone(&self.files),
        }))
    }
}

struct MemoryFile {
    name: String,
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
}

impl Write for MemoryFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files
            .entry(self.name.clone())
            .or_default()
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_in_memory_holds_what_was_written() {
        let output = MemoryOutput::new();
        let mut file = output.create("a/b.txt").unwrap();
        file.write_all(b"one").unwrap();
        file.write_all(b" two").unwrap();
        assert_eq!(output.files()["a/b.txt"], b"one two");
    }
}
