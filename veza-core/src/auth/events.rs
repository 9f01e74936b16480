//! What accounts tell the other contexts.

use serde::Serialize;
use uuid::Uuid;

use crate::kernel::TypedId as _;
use crate::kernel::event::DomainEvent;

use super::model::UserId;

/// An account was made.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserRegistered {
    /// The account.
    pub user_id: UserId,
    /// Its address.
    pub email: String,
    /// Its name.
    pub username: String,
}

impl DomainEvent for UserRegistered {
    const TYPE: &'static str = "auth.user.registered.v1";
    const AGGREGATE_TYPE: &'static str = "User";

    fn aggregate_id(&self) -> Uuid {
        self.user_id.uuid()
    }
}

/// Somebody logged in.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserLoggedIn {
    /// The account.
    pub user_id: UserId,
}

impl DomainEvent for UserLoggedIn {
    const TYPE: &'static str = "auth.user.logged_in.v1";
    const AGGREGATE_TYPE: &'static str = "User";

    fn aggregate_id(&self) -> Uuid {
        self.user_id.uuid()
    }
}
