//! Pending registrations, links of mails and the audit log in memory.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use async_trait::async_trait;

use crate::auth::{
    AccountLink, AccountLinks, AuditEvent, AuditFilter, AuditLog, LinkPurpose, Outcome,
    PendingRegistration, PendingRegistrations, TokenDigest, UserId,
};
use crate::kernel::{PortError, PortErrorKind, Timestamp};

use super::store::MemoryUnit;

#[async_trait]
impl PendingRegistrations for MemoryUnit {
    async fn add(&mut self, pending: &PendingRegistration) -> Result<(), PortError> {
        const OP: &str = "pending_registrations.add";
        let all = &mut self.write(OP)?.pending_registrations;
        if all.values().any(|other| other.username == pending.username) {
            return Err(PortError::new(PortErrorKind::Duplicate("username"), OP));
        }
        all.insert(pending.id, pending.clone());
        Ok(())
    }

    async fn find_by_token(
        &mut self,
        token: &TokenDigest,
    ) -> Result<Option<PendingRegistration>, PortError> {
        let mut all = self.state.pending_registrations.values();
        Ok(all.find(|pending| pending.token == *token).cloned())
    }

    async fn renew_token(
        &mut self,
        email: &str,
        token: &TokenDigest,
        now: Timestamp,
    ) -> Result<Option<PendingRegistration>, PortError> {
        let newest = self
            .write("pending_registrations.renew_token")?
            .pending_registrations
            .values_mut()
            .filter(|pending| pending.email == email && now < pending.expires_at)
            .max_by_key(|pending| (pending.created_at, pending.id));
        Ok(newest.map(|pending| {
            pending.token = *token;
            pending.clone()
        }))
    }

    async fn keeps_username(
        &mut self,
        username: &str,
        but_of: &str,
        now: Timestamp,
    ) -> Result<bool, PortError> {
        let mut all = self.state.pending_registrations.values();
        Ok(all.any(|one| one.username == username && one.email != but_of && now < one.expires_at))
    }

    async fn remove_of(&mut self, email: &str) -> Result<(), PortError> {
        self.write("pending_registrations.remove_of")?
            .pending_registrations
            .retain(|_, pending| pending.email != email);
        Ok(())
    }

    async fn prune(&mut self, now: Timestamp) -> Result<u64, PortError> {
        let all = &mut self
            .write("pending_registrations.prune")?
            .pending_registrations;
        let before = all.len();
        all.retain(|_, pending| now < pending.expires_at);
        Ok((before - all.len()) as u64)
    }
}

#[async_trait]
impl AccountLinks for MemoryUnit {
    async fn add(&mut self, link: &AccountLink) -> Result<(), PortError> {
        const OP: &str = "account_links.add";
        let state = self.write(OP)?;
        if link
            .user_id
            .is_some_and(|id| !state.users.contains_key(&id))
        {
            return Err(PortError::new(PortErrorKind::MissingReference, OP));
        }
        if state.account_links.contains_key(&link.digest) {
            return Err(PortError::new(PortErrorKind::Duplicate("id"), OP));
        }
        state.account_links.insert(link.digest, link.clone());
        Ok(())
    }

    async fn find(&mut self, digest: &TokenDigest) -> Result<Option<AccountLink>, PortError> {
        Ok(self.state.account_links.get(digest).cloned())
    }

    async fn remove_of(&mut self, user_id: UserId, purpose: LinkPurpose) -> Result<(), PortError> {
        self.write("account_links.remove_of")?
            .account_links
            .retain(|_, link| link.user_id != Some(user_id) || link.purpose != purpose);
        Ok(())
    }

    async fn prune(&mut self, now: Timestamp) -> Result<u64, PortError> {
        let links = &mut self.write("account_links.prune")?.account_links;
        let before = links.len();
        links.retain(|_, link| now < link.expires_at);
        Ok((before - links.len()) as u64)
    }
}

#[async_trait]
impl AuditLog for MemoryUnit {
    async fn append(&mut self, event: &AuditEvent) -> Result<(), PortError> {
        const OP: &str = "audit_log.append";
        let events = &mut self.write(OP)?.audit_events;
        if events.iter().any(|other| other.id == event.id) {
            return Err(PortError::new(PortErrorKind::Duplicate("id"), OP));
        }
        events.push(event.clone());
        Ok(())
    }

    async fn list(&mut self, filter: &AuditFilter) -> Result<Vec<AuditEvent>, PortError> {
        let wanted = |event: &&AuditEvent| {
            let of_user = filter
                .user
                .is_none_or(|user| event.actor == Some(user) || event.subject == Some(user));
            let of_action = filter.action.is_none_or(|action| event.action == action);
            let beyond = filter
                .after
                .is_none_or(|after| (event.at, event.id) < after);
            of_user && of_action && beyond
        };
        let mut found: Vec<&AuditEvent> = self.state.audit_events.iter().filter(wanted).collect();
        found.sort_by_key(|event| Reverse((event.at, event.id)));
        let limit = filter.limit as usize;
        Ok(found.into_iter().take(limit).cloned().collect())
    }

    async fn addresses_of(
        &mut self,
        actor: UserId,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<String>, PortError> {
        let came_off = |event: &&AuditEvent| {
            event.actor == Some(actor) && since <= event.at && event.outcome == Outcome::Success
        };
        let events = self.state.audit_events.iter().filter(came_off);
        let mut acts: Vec<_> = events
            .filter_map(|event| Some(((event.at, event.id), event.address.clone()?)))
            .collect();
        acts.sort_by_key(|(place, _)| Reverse(*place));
        acts.truncate(limit as usize);
        let addresses: BTreeSet<String> = acts.into_iter().map(|(_, address)| address).collect();
        Ok(addresses.into_iter().collect())
    }
}
