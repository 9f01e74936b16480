//! What sessions need from the store.

use async_trait::async_trait;

use crate::auth::{TokenDigest, UserId};
use crate::kernel::{PortError, Timestamp};

use super::model::{RefreshToken, RefreshTokenState, Session, SessionId};

/// The sessions of a unit of work, each with the chain of its refresh tokens.
///
/// A chain changes only under its session: whoever writes a token has found the session in the
/// same unit of work, which locks it. Whoever needs the account as well finds that one first, so
/// that no two units wait for each other.
#[async_trait]
pub trait Sessions: Send {
    /// Adds a session, without tokens.
    ///
    /// # Errors
    /// `MissingReference` when there is no such account; those of the store.
    async fn add(&mut self, session: &Session) -> Result<(), PortError>;

    /// The session with this id, whether its time is over or not.
    ///
    /// # Errors
    /// Those of the store.
    async fn find(&mut self, id: SessionId) -> Result<Option<Session>, PortError>;

    /// The session in whose chain this refresh token is or was, and where it stands now. The
    /// token is read after the session is locked: what another unit did to the chain meanwhile is
    /// seen.
    ///
    /// # Errors
    /// Those of the store.
    async fn find_by_refresh_token(
        &mut self,
        digest: &TokenDigest,
    ) -> Result<Option<(Session, RefreshToken)>, PortError>;

    /// Replaces the times of a session (last use, end, proof); whether there is one.
    ///
    /// # Errors
    /// Those of the store.
    async fn update(&mut self, session: &Session) -> Result<bool, PortError>;

    /// The sessions of an account, the one used last first; among equals the newer first.
    ///
    /// # Errors
    /// Those of the store.
    async fn list_of(&mut self, user_id: UserId) -> Result<Vec<Session>, PortError>;

    /// Removes a session and its chain; whether there was one.
    ///
    /// # Errors
    /// Those of the store.
    async fn remove(&mut self, id: SessionId) -> Result<bool, PortError>;

    /// Adds a token to the chain of its session.
    ///
    /// # Errors
    /// `MissingReference` when there is no such session; `Duplicate("id")`; those of
    /// the store.
    async fn add_refresh_token(&mut self, token: &RefreshToken) -> Result<(), PortError>;

    /// Moves every token of a session that stands at `from` to `to`.
    ///
    /// # Errors
    /// Those of the store.
    async fn move_refresh_tokens(
        &mut self,
        session_id: SessionId,
        from: RefreshTokenState,
        to: RefreshTokenState,
        now: Timestamp,
    ) -> Result<(), PortError>;

    /// Removes at most `limit` sessions that ended until `ended`, with their chains, and then at
    /// most `limit` tokens that were spent or replaced before `retired`; how many of both went,
    /// without those that went with their session.
    ///
    /// # Errors
    /// Those of the store.
    async fn prune(
        &mut self,
        ended: Timestamp,
        retired: Timestamp,
        limit: u32,
    ) -> Result<u64, PortError>;
}
