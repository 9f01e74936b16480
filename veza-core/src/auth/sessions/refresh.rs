//! Answers the next access token for a refresh token.

use crate::auth::audit::{self, AuditAction, Outcome, Record};
use crate::auth::events::{SessionsRevoked, WhyRevoked};
use crate::auth::{OpaqueToken, TokenDigest, TokenIssuer};
use crate::kernel::{Environment, ErrorKind, Metadata, PortError, UnitOfWork, UseCaseError};

use super::issue::{LoggedIn, Opened};
use super::model::{CROSSING_GRACE, RefreshToken, RefreshTokenState, Session};

/// The wish to stay logged in.
#[derive(Clone)]
pub struct Refresh {
    /// The refresh token, as it was given.
    pub refresh_token: String,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

impl std::fmt::Debug for Refresh {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Refresh")
            .field("metadata", &self.metadata)
            .finish_non_exhaustive()
    }
}

/// Why one has to log in again.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// The token is not, or no longer, the one of a session.
    #[error("the session has ended; log in again")]
    Invalid,
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl UseCaseError for RefreshError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid => ErrorKind::Unauthenticated,
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Invalid => "auth.refresh_token.invalid",
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::Invalid => self.to_string(),
            Self::Port(error) => error.public_detail(),
        }
    }
}

/// Takes a refresh token and answers the next one, with an access token that says what the
/// account may do now. The [table of the module](super) says which tokens are taken.
///
/// # Errors
/// [`RefreshError`].
pub async fn refresh(
    env: &Environment,
    tokens: &dyn TokenIssuer,
    command: Refresh,
) -> Result<LoggedIn, RefreshError> {
    let digest = TokenDigest::of(&command.refresh_token);
    // A token of no session keeps no writer waiting; and the account is to be locked first.
    let peeked = {
        let mut reader = env.store.begin_read().await?;
        reader.sessions().find_by_refresh_token(&digest).await?
    };
    let Some((peeked, _)) = peeked else {
        return Err(RefreshError::Invalid);
    };
    let mut unit = env.store.begin().await?;
    let user = unit.users().find(peeked.user_id).await?;
    let shown = unit.sessions().find_by_refresh_token(&digest).await?;
    let (Some(user), Some((mut session, shown))) = (user, shown) else {
        return Err(RefreshError::Invalid);
    };
    let now = env.now();
    if user.ban_at(now).is_some() || !session.is_live(now) {
        return Err(RefreshError::Invalid);
    }
    if is_reuse(&shown, env) {
        end_family(env, &mut *unit, &session, &command.metadata).await?;
        unit.commit().await?;
        return Err(RefreshError::Invalid);
    }
    let sessions = unit.sessions();
    let id = session.id;
    use RefreshTokenState::{Current, Parent, Replaced, Spent};
    match shown.state {
        Current => {
            sessions.move_refresh_tokens(id, Parent, Spent, now).await?;
            sessions
                .move_refresh_tokens(id, Current, Parent, now)
                .await?;
        }
        Parent => {
            sessions
                .move_refresh_tokens(id, Current, Replaced, now)
                .await?;
        }
        Replaced | Spent => return Err(RefreshError::Invalid),
    }
    let refresh_token = OpaqueToken::generate(&*env.entropy);
    sessions
        .add_refresh_token(&RefreshToken {
            digest: refresh_token.digest(),
            session_id: id,
            state: Current,
            changed_at: now,
        })
        .await?;
    session.touch(now);
    sessions.update(&session).await?;
    let opened = Opened::new(env, user, session, refresh_token);
    unit.commit().await?;
    Ok(opened.sign(tokens)?)
}

/// Whether somebody shows what only a thief, or the victim of one, would.
fn is_reuse(shown: &RefreshToken, env: &Environment) -> bool {
    match shown.state {
        RefreshTokenState::Current | RefreshTokenState::Parent => false,
        RefreshTokenState::Spent => true,
        RefreshTokenState::Replaced => env.now() >= shown.changed_at.plus(CROSSING_GRACE),
    }
}

async fn end_family(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    session: &Session,
    metadata: &Metadata,
) -> Result<(), PortError> {
    super::revoke(env, unit, session.id).await?;
    let event = SessionsRevoked {
        user_id: session.user_id,
        session_ids: vec![session.id],
        reason: WhyRevoked::RefreshTokenReuse,
    };
    unit.outbox().append(&env.event(&event, metadata)).await?;
    let record =
        Record::of(AuditAction::RefreshTokenReuse, Outcome::Failure).about(Some(session.user_id));
    audit::append(env, unit, record, metadata).await
}
