//! The record of security events. Triggers refuse to change or remove what is in it.

use std::collections::BTreeSet;

use async_trait::async_trait;
use uuid::Uuid;
use veza_core::auth::{AuditEvent, AuditFilter, AuditLog, Outcome, UserId};
use veza_core::kernel::{PortError, Timestamp, TypedId as _};

use crate::row::Row;
use crate::statement::Statement;
use crate::unit::Unit;

fn audit_event(row: &Row) -> Result<AuditEvent, PortError> {
    let user = |column| Ok(row.get::<Option<Uuid>>(column)?.map(UserId::from));
    let outcome = |name: String| Outcome::from_name(&name);
    Ok(AuditEvent {
        id: row.id("id")?,
        at: row.time("occurred_at")?,
        action: row.parsed("action", |name: String| name.parse().ok())?,
        outcome: row.parsed("outcome", outcome)?,
        actor: user("actor_id")?,
        subject: user("subject_id")?,
        detail: row.get("detail")?,
        address: row.get("address")?,
        user_agent: row.get("user_agent")?,
        correlation_id: row.get("correlation_id")?,
    })
}

/// One page of the record. What an account did and what is about it are read by an index each,
/// and put together.
pub(crate) fn list(filter: &AuditFilter) -> Statement {
    const ORDER: &str = " ORDER BY occurred_at DESC, id DESC LIMIT ";
    let part = |mut statement: Statement, column: Option<&str>| {
        statement = statement.push("SELECT * FROM audit_events WHERE true");
        if let (Some(column), Some(user)) = (column, filter.user) {
            statement = statement.push(" AND ").push(column).push(" = ");
            statement = statement.push_bind(user.uuid());
        }
        if let Some(action) = filter.action {
            statement = statement.push(" AND action = ").push_bind(action.as_str());
        }
        if let Some((at, id)) = filter.after {
            statement = statement.push(" AND (occurred_at, id) < (").push_bind(at);
            statement = statement.push(", ").push_bind(id.uuid()).push(")");
        }
        statement.push(ORDER).push_bind(filter.limit)
    };
    if filter.user.is_none() {
        return part(Statement::new(""), None);
    }
    let statement = Statement::new("SELECT * FROM (");
    let statement = part(statement, Some("actor_id")).push(") AS done UNION SELECT * FROM (");
    part(statement, Some("subject_id"))
        .push(") AS suffered")
        .push(ORDER)
        .push_bind(filter.limit)
}

pub(crate) fn addresses_of(actor: UserId, since: Timestamp, limit: u32) -> Statement {
    Statement::new(
        "SELECT address FROM audit_events
         WHERE actor_id = $1 AND occurred_at >= $2 AND outcome = 'success'
           AND address IS NOT NULL
         ORDER BY occurred_at DESC, id DESC LIMIT $3",
    )
    .bind(actor.uuid())
    .bind(since)
    .bind(limit)
}

#[async_trait]
impl AuditLog for Unit {
    async fn append(&mut self, event: &AuditEvent) -> Result<(), PortError> {
        Statement::new(
            "INSERT INTO audit_events (id, occurred_at, action, outcome, actor_id, subject_id,
                                       detail, address, user_agent, correlation_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(event.id.uuid())
        .bind(event.at)
        .bind(event.action.as_str())
        .bind(event.outcome.as_str())
        .bind(event.actor.map(UserId::uuid))
        .bind(event.subject.map(UserId::uuid))
        .bind(&event.detail)
        .bind(&event.address)
        .bind(&event.user_agent)
        .bind(&event.correlation_id)
        .execute(self, "audit_log.append")
        .await?;
        Ok(())
    }

    async fn list(&mut self, filter: &AuditFilter) -> Result<Vec<AuditEvent>, PortError> {
        let rows = list(filter).all(self, "audit_log.list").await?;
        rows.iter().map(audit_event).collect()
    }

    async fn addresses_of(
        &mut self,
        actor: UserId,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<String>, PortError> {
        let statement = addresses_of(actor, since, limit);
        let rows = statement.all(self, "audit_log.addresses_of").await?;
        let addresses: Result<BTreeSet<String>, _> =
            rows.iter().map(|row| row.get("address")).collect();
        Ok(addresses?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SqlStore, databases};
    use veza_core::auth::AuditAction;
    use veza_core::kernel::Store as _;

    async fn stays_as_it_is(store: &SqlStore) {
        let event = AuditEvent {
            id: Uuid::nil().into(),
            at: Timestamp::from_millis(1),
            action: AuditAction::LogIn,
            outcome: Outcome::Success,
            actor: None,
            subject: None,
            detail: None,
            address: None,
            user_agent: None,
            correlation_id: None,
        };
        let mut unit = store.begin().await.unwrap();
        unit.audit_log().append(&event).await.unwrap();
        unit.commit().await.unwrap();
        for sql in [
            "UPDATE audit_events SET outcome = 'failure'",
            "DELETE FROM audit_events",
        ] {
            let mut unit = store.unit("test", true).await.unwrap();
            let refused = Statement::new(sql).execute(&mut unit, "test").await;
            refused.expect_err(sql);
        }
    }

    #[tokio::test]
    async fn the_record_is_neither_changed_nor_shortened() {
        let (_folder, sqlite) = databases::sqlite().await;
        stays_as_it_is(&sqlite).await;
        stays_as_it_is(&databases::postgres().await).await;
    }
}
