//! Sessions and revocations in memory.

use async_trait::async_trait;

use crate::auth::{
    RefreshToken, RefreshTokenState, Revocation, Revocations, Session, SessionId, Sessions,
    TokenDigest, UserId,
};
use crate::kernel::{PortError, PortErrorKind, Timestamp};

use super::store::MemoryUnit;

#[async_trait]
impl Sessions for MemoryUnit {
    async fn add(&mut self, session: &Session) -> Result<(), PortError> {
        const OP: &str = "sessions.add";
        let state = self.write(OP)?;
        if !state.users.contains_key(&session.user_id) {
            return Err(PortError::new(PortErrorKind::MissingReference, OP));
        }
        state.sessions.insert(session.id, session.clone());
        Ok(())
    }

    async fn find(&mut self, id: SessionId) -> Result<Option<Session>, PortError> {
        Ok(self.state.sessions.get(&id).cloned())
    }

    async fn find_by_refresh_token(
        &mut self,
        digest: &TokenDigest,
    ) -> Result<Option<(Session, RefreshToken)>, PortError> {
        let token = self.state.refresh_tokens.get(digest);
        Ok(token.and_then(|token| {
            let session = self.state.sessions.get(&token.session_id)?;
            Some((session.clone(), token.clone()))
        }))
    }

    async fn update(&mut self, session: &Session) -> Result<bool, PortError> {
        let stored = self.write("sessions.update")?.sessions.get_mut(&session.id);
        Ok(stored.is_some_and(|stored| {
            stored.last_used_at = session.last_used_at;
            stored.expires_at = session.expires_at;
            stored.authenticated_at = session.authenticated_at;
            true
        }))
    }

    async fn list_of(&mut self, user_id: UserId) -> Result<Vec<Session>, PortError> {
        let sessions = self.state.sessions.values();
        let mut found: Vec<Session> = sessions
            .filter(|session| session.user_id == user_id)
            .cloned()
            .collect();
        found.sort_by_key(|session| std::cmp::Reverse((session.last_used_at, session.id)));
        Ok(found)
    }

    async fn remove(&mut self, id: SessionId) -> Result<bool, PortError> {
        let state = self.write("sessions.remove")?;
        state
            .refresh_tokens
            .retain(|_, token| token.session_id != id);
        Ok(state.sessions.remove(&id).is_some())
    }

    async fn add_refresh_token(&mut self, token: &RefreshToken) -> Result<(), PortError> {
        const OP: &str = "sessions.add_refresh_token";
        let state = self.write(OP)?;
        if !state.sessions.contains_key(&token.session_id) {
            return Err(PortError::new(PortErrorKind::MissingReference, OP));
        }
        if state.refresh_tokens.contains_key(&token.digest) {
            return Err(PortError::new(PortErrorKind::Duplicate("id"), OP));
        }
        state.refresh_tokens.insert(token.digest, token.clone());
        Ok(())
    }

    async fn move_refresh_tokens(
        &mut self,
        session_id: SessionId,
        from: RefreshTokenState,
        to: RefreshTokenState,
        now: Timestamp,
    ) -> Result<(), PortError> {
        let state = self.write("sessions.move_refresh_tokens")?;
        for token in state.refresh_tokens.values_mut() {
            if token.session_id == session_id && token.state == from {
                (token.state, token.changed_at) = (to, now);
            }
        }
        Ok(())
    }

    async fn prune(
        &mut self,
        ended: Timestamp,
        retired: Timestamp,
        limit: u32,
    ) -> Result<u64, PortError> {
        let limit = limit as usize;
        let state = self.write("sessions.prune")?;
        let over = |session: &&Session| session.expires_at <= ended;
        let over: Vec<SessionId> = state
            .sessions
            .values()
            .filter(over)
            .take(limit)
            .map(|session| session.id)
            .collect();
        for id in &over {
            state.sessions.remove(id);
            state
                .refresh_tokens
                .retain(|_, token| token.session_id != *id);
        }
        let old = |token: &&RefreshToken| {
            let retired_state = matches!(
                token.state,
                RefreshTokenState::Spent | RefreshTokenState::Replaced
            );
            retired_state && token.changed_at < retired
        };
        let old: Vec<TokenDigest> = state
            .refresh_tokens
            .values()
            .filter(old)
            .take(limit)
            .map(|token| token.digest)
            .collect();
        for digest in &old {
            state.refresh_tokens.remove(digest);
        }
        Ok((over.len() + old.len()) as u64)
    }
}

#[async_trait]
impl Revocations for MemoryUnit {
    async fn add(&mut self, revocation: &Revocation) -> Result<(), PortError> {
        self.write("revocations.add")?
            .revocations
            .push(revocation.clone());
        Ok(())
    }

    async fn list(
        &mut self,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Revocation>, PortError> {
        let revocations = self.state.revocations.iter();
        Ok(revocations
            .filter(|revocation| since <= revocation.issued_before && now < revocation.until)
            .cloned()
            .collect())
    }

    async fn prune(&mut self, now: Timestamp, limit: u32) -> Result<u64, PortError> {
        let revocations = &mut self.write("revocations.prune")?.revocations;
        let before = revocations.len();
        let mut left = limit;
        revocations.retain(|revocation| {
            let goes = revocation.until <= now && left > 0;
            left -= u32::from(goes);
            !goes
        });
        Ok((before - revocations.len()) as u64)
    }
}
