//! The session, and the chain of refresh tokens that keeps it alive.

use std::time::Duration;

use crate::auth::{TokenDigest, UserId};
use crate::kernel::{Environment, Metadata, Timestamp};
use crate::typed_ids;

typed_ids! {
    /// The id of a session (`sid`).
    SessionId,
}

/// How long a session lives after its last use.
pub const SESSION_LIFETIME: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How long a session that remembers its person lives, however much it is used.
pub const REMEMBERED_LIFETIME: Duration = Duration::from_secs(90 * 24 * 60 * 60);
/// How long after a proof of who one is sensitive things may be done.
pub const STEP_UP_WINDOW: Duration = Duration::from_secs(10 * 60);
/// Sessions of one account at most; beyond, the one used longest ago ends.
pub const MAX_SESSIONS: usize = 100;
/// How long a refresh token whose place another took may be shown without harm. Within it, two
/// requests of one client crossed; later, two parties hold tokens of one parent.
pub(super) const CROSSING_GRACE: Duration = Duration::from_secs(60);

/// One place where somebody is logged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// The program it was opened with.
    pub user_agent: Option<String>,
    /// The network address it was opened from.
    pub address: Option<String>,
    /// Whether it was to be remembered: it then ends at a fixed time, late.
    pub remember_me: bool,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last refreshed.
    pub last_used_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When its person last proved who they are (`auth_time`).
    pub authenticated_at: Timestamp,
}

impl Session {
    /// A session opened now by somebody who has just proved who they are.
    pub(crate) fn open(
        env: &Environment,
        user_id: UserId,
        remember_me: bool,
        metadata: &Metadata,
    ) -> Self {
        let now = env.now();
        let lifetime = if remember_me {
            REMEMBERED_LIFETIME
        } else {
            SESSION_LIFETIME
        };
        Self {
            id: env.new_id(),
            user_id,
            user_agent: metadata.user_agent.clone(),
            address: metadata.address.clone(),
            remember_me,
            created_at: now,
            last_used_at: now,
            expires_at: now.plus(lifetime),
            authenticated_at: now,
        }
    }

    /// Whether its time is not over.
    pub fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }

    /// Notes a use: a session that is not remembered lives on from here.
    pub(super) fn touch(&mut self, now: Timestamp) {
        self.last_used_at = now;
        if !self.remember_me {
            self.expires_at = now.plus(SESSION_LIFETIME);
        }
    }

    /// Whether its person proved who they are recently enough for sensitive things.
    pub fn is_stepped_up(&self, now: Timestamp) -> bool {
        now < self.authenticated_at.plus(STEP_UP_WINDOW)
    }
}

/// Where a refresh token stands in the chain of its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefreshTokenState {
    /// The newest, not used yet. A session has exactly one.
    Current,
    /// The newest came out of it. It is honoured again while that one is unused: its answer may
    /// have been lost.
    Parent,
    /// Used, and so was the token that came out of it: nobody who kept up shows it again.
    Spent,
    /// Never used; its parent was shown again and another came in its place.
    Replaced,
}

impl RefreshTokenState {
    /// The name in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Parent => "parent",
            Self::Spent => "spent",
            Self::Replaced => "replaced",
        }
    }

    /// The state of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Current, Self::Parent, Self::Spent, Self::Replaced]
            .into_iter()
            .find(|state| state.as_str() == name)
    }
}

/// A refresh token as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// What is known of it.
    pub digest: TokenDigest,
    /// The session that it keeps alive: its family.
    pub session_id: SessionId,
    /// Where it stands.
    pub state: RefreshTokenState,
    /// Since when it stands there.
    pub changed_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::TypedId as _;
    use crate::memory::SeededEntropy;

    fn session(remember_me: bool) -> Session {
        let start = Timestamp::from_millis(1_762_079_400_000);
        let lifetime = if remember_me {
            REMEMBERED_LIFETIME
        } else {
            SESSION_LIFETIME
        };
        Session {
            id: SessionId::generate(start, &SeededEntropy::new(1)),
            user_id: UserId::generate(start, &SeededEntropy::new(2)),
            user_agent: None,
            address: None,
            remember_me,
            created_at: start,
            last_used_at: start,
            expires_at: start.plus(lifetime),
            authenticated_at: start,
        }
    }

    #[test]
    fn use_prolongs_a_session_unless_it_is_remembered() {
        let day = Duration::from_secs(24 * 60 * 60);
        for (remember_me, last_day) in [(false, 29 + 30), (true, 90)] {
            let mut session = session(remember_me);
            let later = session.created_at.plus(day * 29);
            session.touch(later);
            let end = session.created_at.plus(day * last_day);
            assert_eq!(session.expires_at, end, "remembered: {remember_me}");
            assert!(session.is_live(end.minus(Duration::from_millis(1))));
            assert!(!session.is_live(end));
        }
    }

    #[test]
    fn a_proof_is_fresh_for_ten_minutes() {
        let session = session(true);
        let nine = session.created_at.plus(Duration::from_secs(599));
        assert!(session.is_stepped_up(nine));
        assert!(!session.is_stepped_up(nine.plus(Duration::from_secs(1))));
    }
}
