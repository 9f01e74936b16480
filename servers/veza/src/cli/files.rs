//! One file after the other: results on standard output, failures on standard error, and an exit
//! code which tells scripts how it went.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde::Serialize;
use serde_json::{Value, json};
use veza_audio::decode::Input;
use veza_audio::{Error, ErrorKind};

use super::Inputs;
use super::progress::{Progress, interrupted};

/// All went well.
const OK: u8 = 0;
/// Of several files some failed.
const SOME_FAILED: u8 = 1;
/// The command line makes no sense.
const USAGE: u8 = 2;
/// A file is not what it should be.
const MEDIA: u8 = 3;
/// Reading or writing failed.
const IO: u8 = 4;
/// Ctrl-C.
const INTERRUPTED: u8 = 130;

impl Inputs {
    /// How many files there are.
    pub(super) fn count(&self) -> usize {
        self.files.len()
    }

    /// The folder for what is made of `path`: `out`, or with several files one in it for each.
    pub(super) fn folder_for(&self, out: &Path, path: &Path) -> PathBuf {
        if self.count() > 1 {
            out.join(stem(path))
        } else {
            out.to_path_buf()
        }
    }

    /// Does `work` on each file and prints what it gives: as JSON, or by `show` for people.
    pub(super) fn each<T: Serialize>(
        &self,
        work: impl Fn(&Path, &mut Progress) -> Result<T, Error>,
        show: impl Fn(&Path, &T),
    ) -> ExitCode {
        let mut failures = Vec::new();
        for path in &self.files {
            let mut progress = Progress::new(path, self.json);
            let result = work(path, &mut progress);
            progress.clear();
            match result {
                Ok(value) if self.json => println!("{}", line(path, &value)),
                Ok(value) => show(path, &value),
                Err(error) => {
                    if self.json {
                        let detail = json!({"code": error.code(), "detail": error.to_string()});
                        println!("{}", line(path, &json!({"error": detail})));
                    }
                    eprintln!("veza: {}: {error}", path.display());
                    failures.push(exit_code(&error));
                }
            }
            if interrupted() {
                return ExitCode::from(INTERRUPTED);
            }
        }
        ExitCode::from(match failures.as_slice() {
            [] => OK,
            [only] if self.files.len() == 1 => *only,
            _ => SOME_FAILED,
        })
    }
}

impl Inputs {
    /// Prints what is known of all files together, under a name of its own.
    pub(super) fn all_together<T: Serialize>(
        &self,
        name: &str,
        value: &T,
        show: impl Fn(&Path, &T),
    ) {
        if self.json {
            println!("{}", line(Path::new(name), value));
        } else {
            show(Path::new(name), value);
        }
    }
}

/// Says what failed with a file, apart from the others.
pub(super) fn failed(path: &Path, error: &Error) -> ExitCode {
    eprintln!("veza: {}: {error}", path.display());
    ExitCode::from(exit_code(error))
}

/// Opens a file for the decoder.
pub(super) fn open(path: &Path) -> Result<Box<dyn Input>, Error> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(Error::Io(std::io::Error::from(
            std::io::ErrorKind::IsADirectory,
        )));
    }
    Ok(Box::new(file))
}

/// A name for the outputs of one of several files.
pub(super) fn stem(path: &Path) -> &std::ffi::OsStr {
    path.file_stem().unwrap_or(path.as_os_str())
}

/// The object of a file, with the file's name in it.
fn line<T: Serialize>(path: &Path, value: &T) -> Value {
    let mut value = serde_json::to_value(value).unwrap_or(Value::Null);
    if let Some(object) = value.as_object_mut() {
        object.insert("file".to_owned(), json!(path.to_string_lossy()));
    }
    value
}

fn exit_code(error: &Error) -> u8 {
    match error.kind() {
        ErrorKind::InvalidParameter => USAGE,
        ErrorKind::Io => IO,
        ErrorKind::Cancelled => INTERRUPTED,
        _ => MEDIA,
    }
}
