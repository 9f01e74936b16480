//! `veza keys`: looking at the keys of an installation and replacing them, while it runs.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use veza_core::kernel::Clock;
use veza_crypto::{
    AccessTokens, OpenKeyError, Rotation, SealingKeys, SecretFileError, ServiceTokens, SystemClock,
    TokenAlgorithm, TokenKeyPolicy, TokenKeys,
};

/// Who issues tokens (`iss`).
const ISSUER: &str = "veza";
/// For whom access tokens are (`aud`).
const PEOPLE: &str = "veza";
/// For whom tokens of services are (`aud`).
const SERVICES: &str = "veza-rpc";

/// The access tokens of an installation.
pub(crate) fn access_tokens(keys: Arc<TokenKeys>, clock: Arc<dyn Clock>) -> AccessTokens {
    AccessTokens::new(keys, ISSUER, PEOPLE, clock)
}

/// The tokens of services of an installation.
pub(crate) fn service_tokens(keys: Arc<TokenKeys>, clock: Arc<dyn Clock>) -> ServiceTokens {
    ServiceTokens::new(keys, ISSUER, SERVICES, clock)
}

/// Looks at the keys of an installation and replaces them. The services may be running: they
/// take over what changes within seconds.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum KeysCommand {
    /// List the keys of access tokens
    List {
        /// The folder for everything that is kept, as `veza serve` has it.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// As lines of JSON.
        #[arg(long)]
        json: bool,
    },
    /// Add a key for access tokens; it signs after it has been published for an hour
    Rotate {
        /// The folder for everything that is kept, as `veza serve` has it.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// What the new key signs by; else what the newest does.
        #[arg(long, value_name = "NAME")]
        algorithm: Option<TokenAlgorithm>,
        /// The key was stolen: the new one takes over at once, and all tokens in use end.
        #[arg(long)]
        at_once: bool,
    },
    /// Add a key for stored secrets; the old ones go on opening what they sealed
    RotateSealing {
        /// The folder for everything that is kept, as `veza serve` has it.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum KeysError {
    #[error("there are no keys in {}: `veza serve` makes them when it starts", .0.display())]
    Missing(PathBuf),
    #[error(transparent)]
    Tokens(#[from] OpenKeyError),
    #[error(transparent)]
    Sealing(#[from] SecretFileError),
    #[error(transparent)]
    Output(#[from] io::Error),
}

/// The folder of keys for access tokens in a data folder.
pub(crate) fn token_keys(data: &Path) -> PathBuf {
    data.join("keys").join("tokens")
}

/// The folder of keys for stored secrets in a data folder.
pub(crate) fn sealing_keys(data: &Path) -> PathBuf {
    data.join("keys").join("sealing")
}

impl KeysCommand {
    pub(crate) fn run(self) -> ExitCode {
        match self.work() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                // The standard error may be closed; there is nobody else to tell.
                let _ = writeln!(io::stderr(), "veza keys: {error}");
                ExitCode::FAILURE
            }
        }
    }

    fn work(self) -> Result<(), KeysError> {
        let mut out = io::stdout().lock();
        match self {
            Self::List { data, json } => list(&open(&data, None)?, json, &mut out)?,
            Self::Rotate {
                data,
                algorithm,
                at_once,
            } => {
                let rotation = if at_once {
                    Rotation::AtOnce
                } else {
                    Rotation::Announced
                };
                let keys = open(&data, algorithm)?;
                keys.rotate(rotation)?;
                list(&keys, false, &mut out)?;
            }
            Self::RotateSealing { data } => {
                let folder = existing(sealing_keys(&data))?;
                let number = SealingKeys::open(&folder)?.rotate()?;
                writeln!(out, "key {number} seals from now on")?;
            }
        }
        Ok(())
    }
}

fn existing(folder: PathBuf) -> Result<PathBuf, KeysError> {
    if folder.is_dir() {
        Ok(folder)
    } else {
        Err(KeysError::Missing(folder))
    }
}

/// The keys as they are: opening them here replaces none.
pub(crate) fn open(data: &Path, algorithm: Option<TokenAlgorithm>) -> Result<TokenKeys, KeysError> {
    let folder = existing(token_keys(data))?;
    Ok(TokenKeys::open_as_they_are(
        &folder,
        algorithm,
        TokenKeyPolicy::default().announce,
        Arc::new(SystemClock),
    )?)
}

fn list(keys: &TokenKeys, json: bool, out: &mut impl io::Write) -> io::Result<()> {
    for key in keys.list() {
        let (kid, algorithm) = (&key.kid, key.algorithm.name());
        if json {
            let line = serde_json::json!({
                "kid": kid,
                "algorithm": algorithm,
                "createdAt": key.created_at,
                "activeFrom": key.active_from,
                "retiredAt": key.retired_at,
            });
            writeln!(out, "{line}")?;
        } else {
            let end = key
                .retired_at
                .map_or(String::new(), |end| format!("  accepted until {end}"));
            writeln!(
                out,
                "{kid}  {algorithm}  signs from {}{end}",
                key.active_from
            )?;
        }
    }
    Ok(())
}
