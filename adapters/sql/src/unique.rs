//! What is taken when a unique index refuses a row.

/// Every unique index, and what to call the value that is there already. A primary key is `id`.
///
/// Indexes are named `idx_{table}_{columns}`, so that the columns which SQLite names lead to the
/// same entry as the index which PostgreSQL names.
const NAMES: &[(&str, &str)] = &[
    ("idx_users_email", "email"),
    ("idx_users_username", "username"),
    ("idx_jobs_kind_unique_key", "unique_key"),
    ("idx_pending_registrations_username", "username"),
    ("idx_pending_registrations_token_digest", "token"),
    ("idx_invitations_digest", "invitation"),
    ("idx_identities_provider_subject", "identity"),
    ("idx_outbox_events_event_id", "event_id"),
    ("idx_analytics_reports_day", "day"),
    ("idx_event_deliveries_consumer_event_id", "event_id"),
];

/// What the unique index of this name holds.
pub(crate) fn name_of(index: &str) -> &'static str {
    NAMES
        .iter()
        .find(|(name, _)| *name == index)
        .map_or("id", |(_, what)| what)
}

/// The name of the index that SQLite means: it says `UNIQUE constraint failed: ` and then either
/// `users.email, users.username` or `index 'idx_users_email'`.
pub(crate) fn index_of_sqlite(message: &str) -> String {
    let what = message.rsplit(": ").next().unwrap_or_default();
    if let Some(index) = what.strip_prefix("index '") {
        return index.trim_end_matches('\'').to_owned();
    }
    let mut index = "idx".to_owned();
    for (at, column) in what.split(", ").enumerate() {
        let (table, column) = column.split_once('.').unwrap_or(("", column));
        if at == 0 {
            index += "_";
            index += table;
        }
        index += "_";
        index += column;
    }
    index
}

#[cfg(test)]
pub(crate) fn is_named(index: &str) -> bool {
    NAMES.iter().any(|(name, _)| *name == index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_lead_to_the_index_by_its_name() {
        let failed = |what| index_of_sqlite(&format!("UNIQUE constraint failed: {what}"));
        assert_eq!(failed("users.email"), "idx_users_email");
        assert_eq!(failed("jobs.kind, jobs.key"), "idx_jobs_kind_key");
        assert_eq!(failed("index 'idx_jobs_unique_key'"), "idx_jobs_unique_key");
        assert_eq!(name_of(&failed("users.email")), "email");
        assert_eq!(name_of(&failed("users.id")), "id");
    }
}
