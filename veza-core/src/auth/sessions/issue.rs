//! Opens a session for somebody who has proved who they are.

use crate::auth::{
    ACCESS_TOKEN_LIFETIME, AccessGrant, AccessToken, OpaqueToken, TokenId, TokenIssuer, User,
    privacy,
};
use crate::kernel::{Environment, Metadata, PortError, Timestamp, TypedId as _, UnitOfWork};

use super::model::{MAX_SESSIONS, RefreshToken, RefreshTokenState, Session};

/// Who is logged in, and with what.
#[derive(Clone, Debug)]
pub struct LoggedIn {
    /// The account.
    pub user: User,
    /// The session.
    pub session: Session,
    /// The token to show from now on.
    pub access_token: AccessToken,
    /// When that token ends.
    pub expires_at: Timestamp,
    /// The token to get the next one with; used once.
    pub refresh_token: OpaqueToken,
}

/// How a session is to be opened.
#[derive(Clone, Debug)]
pub struct OpenSession {
    /// Whether it is to be remembered.
    pub remember_me: bool,
    /// Where the wish comes from.
    pub metadata: Metadata,
}

/// A session that is stored in a unit of work, whose access token is signed once that is
/// committed: signing takes long.
#[derive(Clone, Debug)]
pub struct Opened {
    user: User,
    session: Session,
    grant: AccessGrant,
    refresh_token: OpaqueToken,
}

impl Opened {
    pub(super) fn new(
        env: &Environment,
        user: User,
        session: Session,
        refresh_token: OpaqueToken,
    ) -> Self {
        Self {
            grant: grant_for(env, &user, &session),
            user,
            session,
            refresh_token,
        }
    }

    /// Signs the access token.
    ///
    /// # Errors
    /// Those of the issuer.
    pub fn sign(self, tokens: &dyn TokenIssuer) -> Result<LoggedIn, PortError> {
        Ok(LoggedIn {
            access_token: tokens.issue(&self.grant)?,
            expires_at: self.grant.expires_at,
            user: self.user,
            session: self.session,
            refresh_token: self.refresh_token,
        })
    }
}

/// What an access token of this session says. The account has to be locked by the unit of work:
/// so a token with a role that was taken away is always older than the revocation that says so.
pub(crate) fn grant_for(env: &Environment, user: &User, session: &Session) -> AccessGrant {
    let now = env.now();
    // JWT writes times in whole seconds; the grant says what the token will.
    let whole = |time: Timestamp| Timestamp::from_millis(time.as_seconds() * 1000);
    AccessGrant {
        token_id: TokenId::generate(now, &*env.entropy),
        session_id: session.id,
        user_id: user.id,
        email: user.email.clone(),
        username: user.username.clone(),
        roles: vec![user.role],
        permissions: user.role.permissions(),
        authenticated_at: whole(session.authenticated_at),
        issued_at: whole(now),
        expires_at: whole(now).plus(ACCESS_TOKEN_LIFETIME),
    }
}

/// Stores a session of an account that the unit of work has found, and so locked. Every way of
/// proving who one is ends here. Whoever comes back wants to keep their account.
///
/// # Errors
/// Those of the store.
pub async fn open_session(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    user: &User,
    wish: &OpenSession,
) -> Result<Opened, PortError> {
    let now = env.now();
    let mut others = unit.sessions().list_of(user.id).await?;
    while others.len() >= MAX_SESSIONS {
        if let Some(oldest) = others.pop() {
            super::revoke(env, unit, oldest.id).await?;
        }
    }
    privacy::cancel_erasure(env, unit, user.id, &wish.metadata).await?;
    let session = Session::open(env, user.id, wish.remember_me, &wish.metadata);
    unit.sessions().add(&session).await?;
    let refresh_token = OpaqueToken::generate(&*env.entropy);
    unit.sessions()
        .add_refresh_token(&RefreshToken {
            digest: refresh_token.digest(),
            session_id: session.id,
            state: RefreshTokenState::Current,
            changed_at: now,
        })
        .await?;
    Ok(Opened::new(env, user.clone(), session, refresh_token))
}
