//! What a child is told to do, as arguments of its command line.

use std::ffi::OsString;
use std::path::PathBuf;

use super::ChildLimits;

/// What a child is told: the kind of work, the file to read, the folder to write into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildJob {
    /// What to do with the file: `probe`, `ingest`.
    pub kind: String,
    /// The file to read.
    pub input: PathBuf,
    /// The folder for what is made; it is the child's working directory too.
    pub output: PathBuf,
    /// What the child may use.
    pub limits: ChildLimits,
    /// The id of the process that starts the child.
    pub parent: u32,
}

/// The arguments are not those of [`ChildJob::to_args`].
#[derive(Debug, thiserror::Error)]
#[error("these are not the arguments of a confined child: {0}")]
pub struct InvalidArguments(&'static str);

impl ChildJob {
    /// The arguments, in a fixed order: kind, input, output, parent, then the four limits.
    pub fn to_args(&self) -> Vec<OsString> {
        let ChildLimits {
            address_space,
            cpu_seconds,
            file_bytes,
            open_files,
        } = self.limits;
        let mut args: Vec<OsString> = vec![
            self.kind.clone().into(),
            self.input.clone().into_os_string(),
            self.output.clone().into_os_string(),
            self.parent.to_string().into(),
        ];
        let numbers = [address_space, cpu_seconds, file_bytes, open_files];
        args.extend(numbers.map(|number| OsString::from(number.to_string())));
        args
    }

    /// Reads [`to_args`](Self::to_args) back.
    ///
    /// # Errors
    /// [`InvalidArguments`] when they are anything else.
    pub fn from_args(args: impl IntoIterator<Item = OsString>) -> Result<Self, InvalidArguments> {
        let mut args = args.into_iter();
        let mut next = || args.next().ok_or(InvalidArguments("too few"));
        let kind = next()?
            .into_string()
            .map_err(|_| InvalidArguments("kind"))?;
        let (input, output) = (PathBuf::from(next()?), PathBuf::from(next()?));
        let mut number = || -> Result<u64, InvalidArguments> {
            next()?
                .to_str()
                .and_then(|text| text.parse().ok())
                .ok_or(InvalidArguments("number"))
        };
        let parent = u32::try_from(number()?).map_err(|_| InvalidArguments("parent"))?;
        let limits = ChildLimits {
            address_space: number()?,
            cpu_seconds: number()?,
            file_bytes: number()?,
            open_files: number()?,
        };
        match args.next() {
            None => Ok(Self {
                kind,
                input,
                output,
                limits,
                parent,
            }),
            Some(_) => Err(InvalidArguments("too many")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_survives_the_command_line() {
        let job = ChildJob {
            kind: "ingest".into(),
            input: "/tmp/a file".into(),
            output: "/tmp/out".into(),
            limits: ChildLimits::default(),
            parent: 7,
        };
        let args = job.to_args();
        assert_eq!(ChildJob::from_args(args.clone()).unwrap(), job);
        assert!(ChildJob::from_args(args[1..].to_vec()).is_err());
        assert!(ChildJob::from_args([args, vec!["x".into()]].concat()).is_err());
    }
}
