//! Roles, permissions and who asks (R-SEC-02).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::auth::{SessionId, TokenId, UserId};

/// The roles, each with all that the ones before it may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads what is public.
    Guest,
    /// Has an account.
    User,
    /// Has the premium features.
    Premium,
    /// Makes content.
    Creator,
    /// Removes content and bans people.
    Moderator,
    /// May do everything.
    Admin,
}

/// What one may be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Permission {
    /// Read public tracks.
    #[serde(rename = "track:read")]
    TrackRead,
    /// Upload tracks.
    #[serde(rename = "track:create")]
    TrackCreate,
    /// Open a chat. People may by their sessions; a program needs it among what its key is for.
    #[serde(rename = "chat:connect")]
    ChatConnect,
    /// Delete one's own tracks.
    #[serde(rename = "track:delete:own")]
    TrackDeleteOwn,
    /// Delete anybody's tracks.
    #[serde(rename = "track:delete:any")]
    TrackDeleteAny,
    /// Ban an account.
    #[serde(rename = "user:ban")]
    UserBan,
    /// Read what happened on the platform, counted.
    #[serde(rename = "analytics:read")]
    AnalyticsRead,
    /// Invite people.
    #[serde(rename = "user:invite")]
    UserInvite,
    /// Change the configuration of the system.
    #[serde(rename = "system:config")]
    SystemConfig,
}

impl Permission {
    /// The name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TrackRead => "track:read",
            Self::TrackCreate => "track:create",
            Self::ChatConnect => "chat:connect",
            Self::TrackDeleteOwn => "track:delete:own",
            Self::TrackDeleteAny => "track:delete:any",
            Self::UserBan => "user:ban",
            Self::UserInvite => "user:invite",
            Self::AnalyticsRead => "analytics:read",
            Self::SystemConfig => "system:config",
        }
    }
}

/// The permission matrix: each permission with the least role that has it.
pub const MATRIX: [(Permission, Role); 9] = [
    (Permission::TrackRead, Role::Guest),
    (Permission::ChatConnect, Role::Guest),
    (Permission::TrackCreate, Role::User),
    (Permission::TrackDeleteOwn, Role::User),
    (Permission::TrackDeleteAny, Role::Moderator),
    (Permission::UserBan, Role::Moderator),
    (Permission::AnalyticsRead, Role::Moderator),
    (Permission::UserInvite, Role::Moderator),
    (Permission::SystemConfig, Role::Admin),
];

impl Role {
    /// All of them, from the least to the greatest.
    pub const ALL: [Self; 6] = [
        Self::Guest,
        Self::User,
        Self::Premium,
        Self::Creator,
        Self::Moderator,
        Self::Admin,
    ];

    /// The name on the wire and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::User => "user",
            Self::Premium => "premium",
            Self::Creator => "creator",
            Self::Moderator => "moderator",
            Self::Admin => "admin",
        }
    }

    /// All that the role allows.
    pub fn permissions(self) -> Vec<Permission> {
        MATRIX
            .iter()
            .filter(|(_, least)| self >= *least)
            .map(|(permission, _)| *permission)
            .collect()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no role.
#[derive(Debug, thiserror::Error)]
#[error("not a role")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or(UnknownRole)
    }
}

/// Who asks: a person whose access token was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The account.
    pub user_id: UserId,
    /// The session; none for who shows something else than an access token.
    pub session_id: Option<SessionId>,
    /// Its name, as of when the token was issued.
    pub username: String,
    /// What it may do.
    pub permissions: Vec<Permission>,
}

impl Principal {
    /// Whether this may be done.
    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }
}

/// Who asks, where other services may as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A person, or a program with a key of theirs.
    Person(Principal),
    /// Another service, whose token names the call that this is for.
    Service(ServiceCaller),
}

/// A service that an operator gave a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceCaller {
    /// The token's id.
    pub token_id: TokenId,
    /// What the operator calls the service.
    pub name: String,
}

impl From<Principal> for Caller {
    fn from(principal: Principal) -> Self {
        Self::Person(principal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The matrix of the architecture document, section 5.1.2, cell by cell.
    #[test]
    fn every_cell_of_the_matrix_is_as_documented() {
        use Role::*;
        let columns = [Guest, User, Creator, Premium, Moderator, Admin];
        let rows = [
            (Permission::TrackRead, [true, true, true, true, true, true]),
            // Not in the document: everybody with an account may chat.
            (
                Permission::ChatConnect,
                [true, true, true, true, true, true],
            ),
            (
                Permission::TrackCreate,
                [false, true, true, true, true, true],
            ),
            (
                Permission::TrackDeleteOwn,
                [false, true, true, true, true, true],
            ),
            (
                Permission::TrackDeleteAny,
                [false, false, false, false, true, true],
            ),
            (
                Permission::UserBan,
                [false, false, false, false, true, true],
            ),
            // Not in the document: what is counted is for those who look after the platform.
            (
                Permission::AnalyticsRead,
                [false, false, false, false, true, true],
            ),
            (
                Permission::SystemConfig,
                [false, false, false, false, false, true],
            ),
        ];
        for (permission, cells) in rows {
            for (role, allowed) in columns.into_iter().zip(cells) {
                let has = role.permissions().contains(&permission);
                assert_eq!(has, allowed, "{role} {permission:?}");
            }
        }
    }

    #[test]
    fn a_permission_has_one_name() {
        for (permission, _) in MATRIX {
            let wire = serde_json::to_value(permission).unwrap();
            assert_eq!(wire, permission.as_str());
        }
    }

    #[test]
    fn a_role_is_read_by_the_name_it_is_written_with() {
        for role in [Role::Guest, Role::Premium, Role::Admin] {
            assert_eq!(role.as_str().parse::<Role>().unwrap(), role);
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
        assert!("Admin".parse::<Role>().is_err());
    }
}
