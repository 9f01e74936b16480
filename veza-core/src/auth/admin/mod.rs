//! What administrators and moderators do to accounts: roles and bans. Each is one unit of work,
//! with its event and its line in the record (R-EVT-04).

mod ban;
mod change_role;
mod error;

pub use ban::{BanUser, UnbanUser, ban_user, unban_user};
pub use change_role::{ChangeRole, change_role};
pub use error::AdminError;

use crate::kernel::{Environment, Principal, UnitOfWork};

use super::model::{User, UserId};

/// Who does something to whom, both locked, in the order of their ids: so no two units of work
/// wait for each other. What the one who does it may do is looked up, not taken from their token.
async fn both(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    principal: &Principal,
    subject: UserId,
) -> Result<(User, User), AdminError> {
    let mut ids = [principal.user_id, subject];
    ids.sort();
    let mut found = Vec::new();
    for id in ids {
        found.extend(unit.users().find(id).await?);
    }
    let find = |id: UserId| found.iter().find(|user| user.id == id).cloned();
    let actor = find(principal.user_id)
        .filter(|actor| actor.ban_at(env.now()).is_none())
        .ok_or(AdminError::Forbidden)?;
    Ok((actor, find(subject).ok_or(AdminError::NotFound)?))
}
