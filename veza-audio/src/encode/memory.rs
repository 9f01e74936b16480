//! A file in memory, whose bytes are still there once its writer is gone.

use std::io::{self, Cursor, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A file in memory: for browsers, bindings and short sounds. Clones are the same file.
#[derive(Clone, Debug, Default)]
pub struct MemoryFile {
    content: Arc<Mutex<Cursor<Vec<u8>>>>,
}

impl MemoryFile {
    /// An empty file.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the bytes out; the file is empty then.
    pub fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.content()).into_inner()
    }

    fn content(&self) -> MutexGuard<'_, Cursor<Vec<u8>>> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for MemoryFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.content().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for MemoryFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.content().seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_clone_writes_the_other_takes() {
        let file = MemoryFile::new();
        let mut writer = file.clone();
        writer.write_all(b"ab__").unwrap();
        writer.seek(SeekFrom::Start(2)).unwrap();
        writer.write_all(b"cd").unwrap();
        assert_eq!(file.take(), b"abcd");
        assert!(file.take().is_empty());
    }
}
