//! `veza services`: tokens for other services, beside the services or before their first start.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use veza_api::rpc::METHODS;
use veza_core::auth::{
    IssueServiceToken, IssueServiceTokenError, IssuedServiceToken, TokenId, issue_service_token,
    revoke_service_token,
};
use veza_core::kernel::PortError;
use veza_crypto::SystemClock;

use crate::beside;
use crate::keys::{self, KeysError};
use crate::settings::Secret;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Gives other services tokens for the gRPC port, and ends them. The services may be running.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum ServicesCommand {
    /// Make a token for a service; it is shown this once
    Token {
        #[command(flatten)]
        installation: Installation,
        /// What to call the service, in the audit log.
        #[arg(long, value_name = "NAME")]
        name: String,
        /// A call it may make, such as /veza.tracks.v1.Tracks/GetTrack; several are separated by
        /// commas.
        #[arg(
            long = "method",
            value_name = "METHOD",
            required = true,
            value_delimiter = ','
        )]
        #[arg(value_parser = method)]
        methods: Vec<String>,
        /// After how many days it ends: 1 to 90.
        #[arg(long, value_name = "DAYS", default_value_t = 30)]
        #[arg(value_parser = clap::value_parser!(u32).range(1..=90))]
        days: u32,
        /// As one line of JSON, with the id by which it is revoked.
        #[arg(long)]
        json: bool,
    },
    /// End a token, everywhere within seconds
    Revoke {
        #[command(flatten)]
        installation: Installation,
        /// The id of the token (`jti`).
        #[arg(long, value_name = "ID")]
        id: uuid::Uuid,
    },
}

/// Where the installation is.
#[derive(Debug, clap::Args)]
pub(crate) struct Installation {
    /// The folder for everything that is kept, as `veza serve` has it.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// PostgreSQL, where `veza serve` has it there and not in the folder.
    #[arg(long, value_name = "URL")]
    database_url: Option<Secret>,
}

/// A call that there is.
fn method(text: &str) -> Result<String, String> {
    match METHODS.iter().find(|method| method.path == text) {
        Some(method) => Ok(method.path.to_owned()),
        None => {
            let all: Vec<&str> = METHODS.iter().map(|method| method.path).collect();
            Err(format!(
                "there is no such call; there are {}",
                all.join(", ")
            ))
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum ServicesError {
    #[error(transparent)]
    Open(#[from] beside::OpenError),
    #[error(transparent)]
    Keys(#[from] KeysError),
    #[error(transparent)]
    Issue(#[from] IssueServiceTokenError),
    #[error(transparent)]
    Port(#[from] PortError),
    #[error(transparent)]
    Output(#[from] io::Error),
}

impl ServicesCommand {
    pub(crate) fn run(self) -> ExitCode {
        match self.work() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                // The standard error may be closed; there is nobody else to tell.
                let _ = writeln!(io::stderr(), "veza services: {error}");
                ExitCode::FAILURE
            }
        }
    }

    fn work(self) -> Result<(), ServicesError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        match self {
            Self::Token {
                installation,
                name,
                methods,
                days,
                json,
            } => {
                let command = IssueServiceToken {
                    name,
                    methods,
                    lifetime: DAY * days,
                };
                let Installation { data, database_url } = installation;
                let issued = runtime.block_on(issue(&data, database_url.as_ref(), command))?;
                print(&issued, json)?;
            }
            Self::Revoke { installation, id } => {
                runtime.block_on(revoke(&installation, id.into()))?;
                writeln!(io::stdout(), "{id} is revoked")?;
            }
        }
        Ok(())
    }
}

async fn issue(
    data: &Path,
    database_url: Option<&Secret>,
    command: IssueServiceToken,
) -> Result<IssuedServiceToken, ServicesError> {
    let token_keys = keys::open(data, None)?;
    let issuer = keys::service_tokens(Arc::new(token_keys), Arc::new(SystemClock));
    let (env, store) = beside::open(data, database_url).await?;
    let issued = issue_service_token(&env, &issuer, command).await;
    store.close().await;
    Ok(issued?)
}

async fn revoke(installation: &Installation, id: TokenId) -> Result<(), ServicesError> {
    let Installation { data, database_url } = installation;
    // An installation, and no folder that is made by mistake.
    keys::open(data, None)?;
    let (env, store) = beside::open(data, database_url.as_ref()).await?;
    let revoked = revoke_service_token(&env, id).await;
    store.close().await;
    Ok(revoked?)
}

/// The token alone on the standard output, to be put into a file; about it on the standard error.
fn print(issued: &IssuedServiceToken, json: bool) -> io::Result<()> {
    let (id, ends) = (issued.grant.token_id, issued.grant.expires_at);
    let token = issued.token.expose();
    if json {
        let line = serde_json::json!({ "id": id, "expiresAt": ends, "token": token });
        return writeln!(io::stdout(), "{line}");
    }
    // It may be closed; the token is what counts.
    let _ = writeln!(io::stderr(), "token {id}, good until {ends}:");
    writeln!(io::stdout(), "{token}")
}
