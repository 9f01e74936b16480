//! What profiles tell the other contexts.

use serde::Serialize;
use uuid::Uuid;

use crate::auth::UserId;
use crate::kernel::TypedId as _;
use crate::kernel::event::DomainEvent;

use super::model::AvatarRevisionId;

/// A person has another picture.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AvatarChanged {
    /// Who.
    pub user_id: UserId,
    /// The picture to show.
    pub revision: AvatarRevisionId,
}

impl DomainEvent for AvatarChanged {
    const TYPE: &'static str = "profiles.avatar.changed.v1";
    const AGGREGATE_TYPE: &'static str = "UserProfile";

    fn aggregate_id(&self) -> Uuid {
        self.user_id.uuid()
    }
}

/// A person has no picture any more.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AvatarRemoved {
    /// Who.
    pub user_id: UserId,
}

impl DomainEvent for AvatarRemoved {
    const TYPE: &'static str = "profiles.avatar.removed.v1";
    const AGGREGATE_TYPE: &'static str = "UserProfile";

    fn aggregate_id(&self) -> Uuid {
        self.user_id.uuid()
    }
}
