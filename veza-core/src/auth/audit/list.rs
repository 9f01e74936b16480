//! Shows the record to administrators.

use crate::auth::UserId;
use crate::kernel::page::InvalidCursor;
use crate::kernel::{
    Environment, ErrorKind, Page, PageRequest, Permission, PortError, Principal, UseCaseError,
};

use super::model::{AuditAction, AuditEvent, AuditFilter};

/// Which lines are asked for.
#[derive(Clone, Debug, Default)]
pub struct ListAuditEvents {
    /// Those about this account, or done by it.
    pub user: Option<UserId>,
    /// Those of this action.
    pub action: Option<AuditAction>,
    /// Which page.
    pub page: PageRequest,
}

/// Why they are not shown.
#[derive(Debug, thiserror::Error)]
pub enum ListAuditEventsError {
    /// Only administrators see them.
    #[error("only administrators see the audit log")]
    Forbidden,
    /// The cursor is not one of this list.
    #[error(transparent)]
    Cursor(#[from] InvalidCursor),
    /// A port failed.
    #[error(transparent)]
    Port(#[from] PortError),
}

impl UseCaseError for ListAuditEventsError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Forbidden => ErrorKind::Forbidden,
            Self::Cursor(error) => error.kind(),
            Self::Port(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Forbidden => "auth.audit.forbidden",
            Self::Cursor(error) => error.code(),
            Self::Port(error) => error.code(),
        }
    }

    fn public_detail(&self) -> String {
        match self {
            Self::Forbidden => self.to_string(),
            Self::Cursor(error) => error.public_detail(),
            Self::Port(error) => error.public_detail(),
        }
    }
}

/// A page of the record, the newest first.
///
/// # Errors
/// [`ListAuditEventsError`].
pub async fn list_audit_events(
    env: &Environment,
    principal: &Principal,
    query: &ListAuditEvents,
) -> Result<Page<AuditEvent>, ListAuditEventsError> {
    if !principal.may(Permission::SystemConfig) {
        return Err(ListAuditEventsError::Forbidden);
    }
    // The filter is part of the list's name: a cursor goes on in the list it came from.
    let user = query.user.map(|id| id.to_string()).unwrap_or_default();
    let action = query.action.map(AuditAction::as_str).unwrap_or_default();
    let list = format!("audit:{user}:{action}");
    let cursor = query.page.cursor.as_deref();
    let after = cursor
        .map(|cursor| env.cursors.open(&list, cursor))
        .transpose()?;
    let limit = query.page.limit();
    let filter = AuditFilter {
        user: query.user,
        action: query.action,
        after,
        // One more tells whether there is a next page.
        limit: limit + 1,
    };
    let mut reader = env.store.begin_read().await?;
    let mut items = reader.audit_log().list(&filter).await?;
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next_cursor = items
        .last()
        .filter(|_| more)
        .map(|last| env.cursors.seal(&list, &(last.at, last.id)));
    Ok(Page { items, next_cursor })
}
