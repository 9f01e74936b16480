//! Gives a service a token.

use std::time::Duration;

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::kernel::text::FieldErrors;
use crate::kernel::{Environment, ErrorKind, FieldError, Metadata, PortError, UseCaseError};

use super::model::{MAX_SERVICE_TOKEN_LIFETIME, ServiceGrant, ServiceToken};
use super::ports::ServiceTokenIssuer;

/// Characters of a name at most.
const MAX_NAME: usize = 100;
/// Calls that a token names at most: it has to fit into a header.
const MAX_METHODS: usize = 64;
/// Characters of a call at most.
const MAX_METHOD: usize = 100;

/// A token that a service is to be given. Whoever can run this has the keys: nobody is asked for
/// permission.
#[derive(Clone, Debug)]
pub struct IssueServiceToken {
    /// What to call the service.
    pub name: String,
    /// The calls it may make, as `/package.Service/Method`.
    pub methods: Vec<String>,
    /// How long it lives.
    pub lifetime: Duration,
}

/// A token that was made.
#[derive(Clone, Debug)]
pub struct IssuedServiceToken {
    /// What it says.
    pub grant: ServiceGrant,
    /// Its text, which is shown this once.
    pub token: ServiceToken,
}

/// Why no token was made.
#[derive(Debug, thiserror::Error)]
pub enum IssueServiceTokenError {
    /// Some fields are not allowed.
    #[error("{}", list(.0))]
    Invalid(Vec<FieldError>),
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

fn list(faults: &[FieldError]) -> String {
    let faults = faults.iter();
    let faults: Vec<String> = faults
        .map(|fault| format!("{}: {}", fault.field, fault.message))
        .collect();
    faults.join("; ")
}

impl UseCaseError for IssueServiceTokenError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "auth.service_token.invalid",
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::Invalid(_) => self.to_string(),
            Self::Port(error) => error.public_detail(),
        }
    }

    fn field_errors(&self) -> &[FieldError] {
        match self {
            Self::Invalid(fields) => fields,
            Self::Port(_) => &[],
        }
    }
}

fn is_method(text: &str) -> bool {
    let part = |text: &str| {
        let letters = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_';
        !text.is_empty() && text.chars().all(letters)
    };
    let rest = text.strip_prefix('/').filter(|_| text.len() <= MAX_METHOD);
    rest.and_then(|rest| rest.split_once('/'))
        .is_some_and(|(service, method)| part(service) && part(method))
}

/// Makes a token for a service, and puts it on record.
///
/// # Errors
/// [`IssueServiceTokenError`].
pub async fn issue_service_token(
    env: &Environment,
    issuer: &dyn ServiceTokenIssuer,
    command: IssueServiceToken,
) -> Result<IssuedServiceToken, IssueServiceTokenError> {
    let IssueServiceToken {
        name,
        mut methods,
        lifetime,
    } = command;
    let mut faults = FieldErrors::default();
    let name = faults.line("name", &name, MAX_NAME);
    methods.sort();
    methods.dedup();
    if methods.is_empty() || methods.len() > MAX_METHODS {
        faults.push("methods", format!("must be 1 to {MAX_METHODS}"));
    } else if !methods.iter().all(|method| is_method(method)) {
        faults.push("methods", "must look like /package.Service/Method");
    }
    if lifetime < Duration::from_secs(1) || lifetime > MAX_SERVICE_TOKEN_LIFETIME {
        let days = MAX_SERVICE_TOKEN_LIFETIME.as_secs() / (24 * 60 * 60);
        faults.push("lifetime", format!("must be at most {days} days"));
    }
    faults
        .into_result()
        .map_err(IssueServiceTokenError::Invalid)?;
    let now = env.now();
    let grant = ServiceGrant {
        token_id: env.new_id(),
        name,
        methods,
        issued_at: now,
        expires_at: now.plus(lifetime),
    };
    let token = issuer.issue_for_service(&grant)?;
    let mut unit = env.store.begin().await?;
    let record = Record::of(AuditAction::IssueServiceToken, Outcome::Success)
        .with(format!("{} {}", grant.token_id, grant.name));
    audit::append(env, &mut *unit, record, &Metadata::default()).await?;
    unit.commit().await?;
    Ok(IssuedServiceToken { grant, token })
}

#[cfg(test)]
mod tests {
    use super::is_method;

    #[test]
    fn a_call_has_a_service_and_a_method() {
        assert!(is_method("/veza.tracks.v1.Tracks/GetTrack"));
        for other in [
            "", "/", "/a", "a/b", "/a/b/c", "/a/ b", "//b", "/a/", "/a/*",
        ] {
            assert!(!is_method(other), "{other}");
        }
    }
}
