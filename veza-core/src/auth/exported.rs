//! What accounts give to the export of a person.

use async_trait::async_trait;
use serde_json::json;

use crate::exports::{ExportSection, ExportWriter};
use crate::files::BoxError;
use crate::kernel::Environment;

use super::audit::{AuditEvent, AuditFilter};
use super::model::User;

/// Lines of the record that are in memory at a time.
const PAGE: u32 = 200;

/// The account itself, and what opens it: never a secret, nor the digest of one.
pub(crate) struct AccountSection;

#[async_trait]
impl ExportSection for AccountSection {
    fn name(&self) -> &'static str {
        "account"
    }

    async fn write(
        &self,
        env: &Environment,
        user: &User,
        out: &mut dyn ExportWriter,
    ) -> Result<(), BoxError> {
        let mut reader = env.store.begin_read().await?;
        let factor = reader.mfa_configs().find(user.id).await?;
        let identities = reader.identities().list_of(user.id).await?;
        let keys = reader.api_keys().list_of(user.id).await?;
        let invitations = reader.invitations().list_of(user.id).await?;
        let erasure = reader.erasures().find(user.id).await?;
        drop(reader);
        let identities: Vec<_> = identities
            .iter()
            .map(|identity| {
                json!({
                    "provider": identity.provider.as_str(),
                    "subject": identity.subject,
                    "email": identity.email,
                    "linkedAt": identity.created_at,
                })
            })
            .collect();
        let keys: Vec<_> = keys
            .iter()
            .map(|key| {
                json!({
                    "id": key.id,
                    "name": key.name,
                    "permissions": key.permissions,
                    "createdAt": key.created_at,
                    "expiresAt": key.expires_at,
                    "lastUsedAt": key.last_used_at,
                })
            })
            .collect();
        let invitations: Vec<_> = invitations
            .iter()
            .map(|invitation| {
                json!({
                    "id": invitation.id,
                    "role": invitation.role,
                    "usesLeft": invitation.uses_left,
                    "createdAt": invitation.created_at,
                    "expiresAt": invitation.expires_at,
                })
            })
            .collect();
        let ban = user
            .ban
            .as_ref()
            .map(|ban| json!({ "reason": ban.reason, "since": ban.since, "until": ban.until }));
        let record = json!({
            "id": user.id,
            "email": user.email,
            "username": user.username,
            "role": user.role,
            "createdAt": user.created_at,
            "updatedAt": user.updated_at,
            "hasPassword": user.password_hash.is_set(),
            "secondFactorSince": factor.and_then(|factor| factor.confirmed_at),
            "ban": ban,
            "erasureDueAt": erasure.map(|erasure| erasure.due_at),
            "identities": identities,
            "apiKeys": keys,
            "invitations": invitations,
        });
        out.record(&record).await
    }
}

/// Where the person is signed in.
pub(crate) struct SessionsSection;

#[async_trait]
impl ExportSection for SessionsSection {
    fn name(&self) -> &'static str {
        "sessions"
    }

    async fn write(
        &self,
        env: &Environment,
        user: &User,
        out: &mut dyn ExportWriter,
    ) -> Result<(), BoxError> {
        let sessions = {
            let mut reader = env.store.begin_read().await?;
            reader.sessions().list_of(user.id).await?
        };
        for session in sessions {
            let record = json!({
                "id": session.id,
                "userAgent": session.user_agent,
                "address": session.address,
                "rememberMe": session.remember_me,
                "createdAt": session.created_at,
                "lastUsedAt": session.last_used_at,
                "expiresAt": session.expires_at,
                "authenticatedAt": session.authenticated_at,
            });
            out.record(&record).await?;
        }
        Ok(())
    }
}

/// What is on record about the person, or was done by them.
pub(crate) struct RecordSection;

#[async_trait]
impl ExportSection for RecordSection {
    fn name(&self) -> &'static str {
        "audit"
    }

    async fn write(
        &self,
        env: &Environment,
        user: &User,
        out: &mut dyn ExportWriter,
    ) -> Result<(), BoxError> {
        let mut filter = AuditFilter {
            user: Some(user.id),
            limit: PAGE,
            ..AuditFilter::default()
        };
        loop {
            let page = {
                let mut reader = env.store.begin_read().await?;
                reader.audit_log().list(&filter).await?
            };
            for event in &page {
                out.record(&line(event, user)).await?;
            }
            match page.last() {
                Some(last) => filter.after = Some((last.at, last.id)),
                None => return Ok(()),
            }
        }
    }
}

/// A line of the record. Who somebody else was, and where they were, is theirs.
fn line(event: &AuditEvent, user: &User) -> serde_json::Value {
    let is_own = event.actor == Some(user.id);
    // Nobody had proved who they are: it may have been anybody, the person themselves too.
    let is_nobodys = event.actor.is_none();
    let place = |text: &Option<String>| text.clone().filter(|_| is_own || is_nobodys);
    let is_about = event.subject == Some(user.id);
    json!({
        "at": event.at,
        "action": event.action.as_str(),
        "outcome": event.outcome,
        "byYou": is_own,
        "aboutYou": is_about,
        "detail": event.detail,
        "address": place(&event.address),
        "userAgent": place(&event.user_agent),
    })
}
