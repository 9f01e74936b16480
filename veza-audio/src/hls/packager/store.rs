//! Where what is made goes.

use std::io::Write;
use std::ops::Range;

use super::Storage;
use crate::{Output, Result};

/// Files in a folder of the output, or ranges of one file.
pub(super) struct Store<'a> {
    output: &'a dyn Output,
    dir: String,
    /// The one file, where it is one: its name, itself and its length so far.
    one: Option<OneFile>,
}

struct OneFile {
    name: String,
    file: Box<dyn Write + Send>,
    length: u64,
}

/// Where something lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::hls) struct Place {
    /// From the folder of the playlist.
    pub(in crate::hls) uri: String,
    /// The bytes, where they are not all of the file.
    pub(in crate::hls) range: Option<Range<u64>>,
}

impl<'a> Store<'a> {
    /// `one_name` names the file where all goes to one.
    pub(super) fn new(
        output: &'a dyn Output,
        dir: &str,
        storage: Storage,
        one_name: &str,
    ) -> Result<Self> {
        let mut store = Self {
            output,
            dir: dir.trim_end_matches('/').to_owned(),
            one: None,
        };
        if storage == Storage::OneFile {
            store.one = Some(OneFile {
                name: one_name.to_owned(),
                file: output.create(&store.path(one_name))?,
                length: 0,
            });
        }
        Ok(store)
    }

    /// The name of a file from where the output begins.
    pub(super) fn path(&self, name: &str) -> String {
        match self.dir.as_str() {
            "" => name.to_owned(),
            dir => format!("{dir}/{name}"),
        }
    }

    /// Writes a segment or an init segment, as file `name` or into the one.
    pub(super) fn write(&mut self, name: String, bytes: &[u8]) -> Result<Place> {
        let Some(one) = &mut self.one else {
            self.create(&name, bytes)?;
            return Ok(Place {
                uri: name,
                range: None,
            });
        };
        one.file.write_all(bytes)?;
        let start = one.length;
        one.length += bytes.len() as u64;
        Ok(Place {
            uri: one.name.clone(),
            range: Some(start..one.length),
        })
    }

    /// Writes a file of its own in any case.
    pub(super) fn create(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let mut file = self.output.create(&self.path(name))?;
        file.write_all(bytes)?;
        file.flush()?;
        Ok(())
    }

    /// Takes the end.
    pub(super) fn finish(&mut self) -> Result<()> {
        if let Some(mut one) = self.one.take() {
            one.file.flush()?;
        }
        Ok(())
    }
}
