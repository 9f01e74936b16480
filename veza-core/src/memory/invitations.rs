//! Invitations in memory.

use async_trait::async_trait;

use crate::auth::{Invitation, InvitationId, Invitations, TokenDigest, UserId};
use crate::kernel::{PortError, PortErrorKind, Timestamp};

use super::store::MemoryUnit;

#[async_trait]
impl Invitations for MemoryUnit {
    async fn add(&mut self, invitation: &Invitation) -> Result<(), PortError> {
        const OP: &str = "invitations.add";
        let state = self.write(OP)?;
        if !state.users.contains_key(&invitation.invited_by) {
            return Err(PortError::new(PortErrorKind::MissingReference, OP));
        }
        let mut others = state.invitations.values();
        if others.any(|other| other.digest == invitation.digest) {
            return Err(PortError::new(PortErrorKind::Duplicate("invitation"), OP));
        }
        state.invitations.insert(invitation.id, invitation.clone());
        Ok(())
    }

    async fn find_by_code(&mut self, code: &TokenDigest) -> Result<Option<Invitation>, PortError> {
        let mut invitations = self.state.invitations.values();
        Ok(invitations.find(|one| one.digest == *code).cloned())
    }

    async fn count_off(&mut self, id: InvitationId) -> Result<bool, PortError> {
        let invitations = &mut self.write("invitations.count_off")?.invitations;
        let found = invitations.get_mut(&id).filter(|one| one.uses_left > 0);
        Ok(found.is_some_and(|invitation| {
            invitation.uses_left -= 1;
            true
        }))
    }

    async fn list_of(&mut self, user_id: UserId) -> Result<Vec<Invitation>, PortError> {
        let invitations = self.state.invitations.values();
        let mut found: Vec<Invitation> = invitations
            .filter(|invitation| invitation.invited_by == user_id)
            .cloned()
            .collect();
        found.sort_by_key(|invitation| std::cmp::Reverse((invitation.created_at, invitation.id)));
        Ok(found)
    }

    async fn remove(&mut self, user_id: UserId, id: InvitationId) -> Result<bool, PortError> {
        let invitations = &mut self.write("invitations.remove")?.invitations;
        let own = invitations
            .get(&id)
            .is_some_and(|invitation| invitation.invited_by == user_id);
        Ok(own && invitations.remove(&id).is_some())
    }

    async fn prune(&mut self, before: Timestamp, limit: u32) -> Result<u64, PortError> {
        let invitations = &mut self.write("invitations.prune")?.invitations;
        let count = invitations.len();
        let mut left = limit;
        invitations.retain(|_, invitation| {
            let goes = invitation.expires_at <= before && left > 0;
            left -= u32::from(goes);
            !goes
        });
        Ok((count - invitations.len()) as u64)
    }
}
