//! `veza accounts`: making accounts without a mail, beside the services or before their first
//! start.

use std::io::{self, BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use veza_core::auth::{AddAccount, AddAccountError, Password, User, add_account};
use veza_core::kernel::{PortError, Role};
use veza_crypto::Argon2idPasswords;

use crate::beside;
use crate::settings::Secret;

/// Bytes of a password at most: 128 characters.
const MAX_PASSWORD: u64 = 1024;

/// Makes accounts without a mail. The services may be running.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum AccountsCommand {
    /// Make an account; its password is read from the standard input
    Add {
        /// The folder for everything that is kept, as `veza serve` has it.
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// PostgreSQL, where `veza serve` has it there and not in the folder.
        #[arg(long, value_name = "URL")]
        database_url: Option<Secret>,
        /// Its mail address, which counts as proved.
        #[arg(long, value_name = "ADDRESS")]
        email: String,
        /// The name others see.
        #[arg(long, value_name = "NAME")]
        username: String,
        /// Its role: guest, user, premium, creator, moderator or admin.
        #[arg(long, value_name = "ROLE", default_value = "user")]
        role: Role,
        /// As one line of JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, thiserror::Error)]
enum AccountsError {
    #[error("the standard input holds no password: {0}")]
    Input(io::Error),
    #[error(transparent)]
    Open(#[from] beside::OpenError),
    #[error("passwords cannot be hashed: {0}")]
    Hasher(PortError),
    #[error(transparent)]
    Add(#[from] AddAccountError),
    #[error(transparent)]
    Output(#[from] io::Error),
}

impl AccountsCommand {
    pub(crate) fn run(self) -> ExitCode {
        match self.work() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                // The standard error may be closed; there is nobody else to tell.
                let _ = writeln!(io::stderr(), "veza accounts: {error}");
                ExitCode::FAILURE
            }
        }
    }

    fn work(self) -> Result<(), AccountsError> {
        let Self::Add {
            data,
            database_url,
            email,
            username,
            role,
            json,
        } = self;
        let command = AddAccount {
            email,
            username,
            password: password()?,
            role,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let user = runtime.block_on(add(&data, database_url.as_ref(), command))?;
        let mut out = io::stdout().lock();
        if json {
            let User {
                id,
                email,
                username,
                role,
                ..
            } = user;
            let line = serde_json::json!({
                "id": id, "email": email, "username": username, "role": role,
            });
            writeln!(out, "{line}")?;
        } else {
            writeln!(
                out,
                "{} <{}> has an account, as {}",
                user.username, user.email, user.role
            )?;
        }
        Ok(())
    }
}

/// The first line of the standard input, without its end.
fn password() -> Result<Password, AccountsError> {
    let mut line = String::new();
    let mut input = io::Read::take(io::stdin().lock(), MAX_PASSWORD);
    input.read_line(&mut line).map_err(AccountsError::Input)?;
    let line = line.strip_suffix('\n').unwrap_or(&line);
    Ok(Password::new(line.strip_suffix('\r').unwrap_or(line)))
}

async fn add(
    data: &Path,
    database_url: Option<&Secret>,
    command: AddAccount,
) -> Result<User, AccountsError> {
    let (env, store) = beside::open(data, database_url).await?;
    let hasher = Argon2idPasswords::new().map_err(AccountsError::Hasher)?;
    let added = add_account(&env, &hasher, command).await;
    store.close().await;
    Ok(added?)
}
