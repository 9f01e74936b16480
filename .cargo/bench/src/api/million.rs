//! A million rows in each table that grows with the use of the platform.

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection, SqliteConnection};
use veza_core::auth::{Password, PasswordHasher as _};
use veza_core::kernel::{Clock as _, Timestamp};
use veza_crypto::{Argon2idPasswords, SystemClock};

use super::database::Database;
use crate::Failure;

pub(super) const ROWS: u64 = 1_000_000;

/// Of everybody.
pub(super) const PASSWORD: &str = "a million people have it";

/// Milliseconds from one row to the next: together they are the last 2.9 days, of which the
/// service forgets nothing yet.
pub(super) const STEP: i64 = 250;

/// How a column's value comes from the number of its row, `i`.
enum Column {
    /// An id, by a number.
    Id(&'static str),
    /// A time, by a number of steps.
    Time(&'static str),
    /// A time, by a number of steps, where a condition holds; else none.
    TimeWhere(&'static str, &'static str),
    /// JSON.
    Json(&'static str),
    /// 32 bytes, by a number.
    Digest(&'static str),
    /// Anything that both databases understand.
    Sql(&'static str),
    /// The same for all rows.
    Password,
}

use Column::{Digest, Id, Json, Sql, Time, TimeWhere};

struct Table {
    name: &'static str,
    columns: &'static [(&'static str, Column)],
}

/// Rows of other tables that a row belongs to are not its neighbours.
const TABLES: [Table; 9] = [
    Table {
        name: "users",
        columns: &[
            ("id", Id("i")),
            ("email", Sql("'u' || i || '@example.com'")),
            ("username", Sql("'u' || i")),
            ("role", Sql("'user'")),
            ("password_hash", Column::Password),
            ("created_at", Time("i")),
            ("updated_at", Time("i")),
        ],
    },
    Table {
        name: "tracks",
        columns: &[
            ("id", Id("i")),
            ("artist_id", Id("(i * 7919) % 1000000")),
            ("title", Sql("'Track ' || i")),
            ("title_key", Sql("'track ' || i")),
            ("genre", Sql("'Genre ' || (i % 20)")),
            ("genre_key", Sql("'genre ' || (i % 20)")),
            (
                "visibility",
                Sql("CASE i % 10 WHEN 0 THEN 'private' ELSE 'public' END"),
            ),
            ("status", Sql("'ready'")),
            ("progress", Sql("1.0")),
            ("revision", Id("i")),
            ("duration_seconds", Sql("180.0")),
            ("sample_rate", Sql("44100")),
            ("channels", Sql("2")),
            ("integrated_lufs", Sql("-14.0")),
            ("loudness_range_lu", Sql("6.0")),
            ("true_peak_dbtp", Sql("-1.0")),
            ("sample_peak_dbfs", Sql("-1.2")),
            ("source_key", Sql("'uploads/' || i")),
            ("source_size", Sql("30000000")),
            ("created_at", Time("i")),
            ("updated_at", Time("i")),
        ],
    },
    Table {
        name: "sessions",
        columns: &[
            ("id", Id("i")),
            ("user_id", Id("(i * 7919) % 1000000")),
            ("user_agent", Sql("'Browser/1.0'")),
            ("address", Sql("'198.51.100.7'")),
            ("remember_me", Sql("(i % 2 = 0)")),
            ("created_at", Time("i")),
            ("last_used_at", Time("i")),
            ("expires_at", Time("i + 10000000")),
            ("authenticated_at", Time("i")),
        ],
    },
    Table {
        name: "refresh_tokens",
        columns: &[
            ("digest", Digest("i")),
            ("session_id", Id("i")),
            ("state", Sql("'current'")),
            ("changed_at", Time("i")),
        ],
    },
    Table {
        name: "audit_events",
        columns: &[
            ("id", Id("i")),
            ("occurred_at", Time("i")),
            (
                "action",
                Sql("CASE i % 10 WHEN 0 THEN 'session.log_out' ELSE 'session.log_in' END"),
            ),
            ("outcome", Sql("'success'")),
            ("actor_id", Id("(i * 7919) % 1000000")),
            ("subject_id", Id("(i * 7919) % 1000000")),
            ("address", Sql("'198.51.100.7'")),
        ],
    },
    Table {
        name: "jobs",
        columns: &[
            ("id", Id("i")),
            ("kind", Sql("'bench.work'")),
            ("payload", Json("{}")),
            (
                "status",
                Sql("CASE i % 10 WHEN 0 THEN 'queued' WHEN 1 THEN 'dead' ELSE 'done' END"),
            ),
            ("priority", Sql("i % 3")),
            ("attempt", Sql("0")),
            ("max_attempts", Sql("5")),
            ("run_at", Time("i")),
            ("progress", Sql("0.0")),
            ("created_at", Time("i")),
            ("updated_at", Time("i")),
        ],
    },
    Table {
        name: "outbox_events",
        columns: &[
            ("event_id", Id("i")),
            ("event_type", Sql("'bench.thing.done.v1'")),
            ("aggregate_id", Id("(i * 7919) % 1000000")),
            ("aggregate_type", Sql("'thing'")),
            ("occurred_at", Time("i")),
            ("version", Sql("1")),
            ("data", Json("{}")),
            ("metadata", Json("{}")),
            ("published_at", TimeWhere("i", "i % 1000 <> 999")),
        ],
    },
    Table {
        name: "inbox_events",
        columns: &[
            ("consumer", Sql("'bench'")),
            ("event_id", Id("i")),
            ("seen_at", Time("i")),
        ],
    },
    Table {
        name: "analytics_events",
        columns: &[
            ("event_id", Id("i")),
            ("event_type", Sql("'bench.thing' || (i % 8) || '.done.v1'")),
            ("aggregate_id", Id("(i * 7919) % 1000000")),
            ("occurred_at", Time("i")),
            ("recorded_at", Time("i")),
        ],
    },
];

impl Table {
    fn insert(&self, database: &Database, rows: &Rows) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        let values = self
            .columns
            .iter()
            .map(|(_, column)| column.sql(database, rows));
        let values: Vec<String> = values.collect();
        let numbers = match database {
            Database::Sqlite(_) => format!(
                "(WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {ROWS})
                  SELECT i FROM n)"
            ),
            Database::Postgres(_) => format!("generate_series(0::bigint, {ROWS} - 1) AS n(i)"),
        };
        let (table, names, values) = (self.name, names.join(", "), values.join(", "));
        format!("INSERT INTO {table} ({names}) SELECT {values} FROM {numbers}")
    }
}

/// What all rows have in common.
struct Rows {
    /// When the first one was made, in milliseconds.
    began: i64,
    /// Of the password.
    hash: String,
}

impl Column {
    fn sql(&self, database: &Database, rows: &Rows) -> String {
        let Rows { began, hash } = rows;
        match (self, database) {
            (Id(number), Database::Sqlite(_)) => format!("unhex(printf('%032x', {number}))"),
            (Id(number), Database::Postgres(_)) => {
                format!("lpad(to_hex({number}), 32, '0')::uuid")
            }
            (Digest(number), Database::Sqlite(_)) => format!("unhex(printf('%064x', {number}))"),
            (Digest(number), Database::Postgres(_)) => {
                format!("decode(lpad(to_hex({number}), 64, '0'), 'hex')")
            }
            (Time(steps), Database::Sqlite(_)) => format!("{began} + ({steps}) * {STEP}"),
            (Time(steps), Database::Postgres(_)) => {
                format!("to_timestamp(({began} + ({steps}) * {STEP}) / 1000.0)")
            }
            (TimeWhere(steps, condition), _) => {
                let time = Time(steps).sql(database, rows);
                format!("CASE WHEN {condition} THEN {time} END")
            }
            (Json(json), Database::Sqlite(_)) => format!("'{json}'"),
            (Json(json), Database::Postgres(_)) => format!("'{json}'::jsonb"),
            (Sql(sql), _) => (*sql).to_owned(),
            (Self::Password, _) => format!("'{hash}'"),
        }
    }
}

/// Fills the tables, which are empty, and lets the database look at them; answers when the first
/// row was made.
pub(super) async fn fill(database: &Database) -> Result<Timestamp, Failure> {
    let hash = Argon2idPasswords::new()?
        .hash(&Password::new(PASSWORD))
        .await?;
    let rows = Rows {
        began: SystemClock.now().as_millis() - ROWS as i64 * STEP,
        hash: hash.expose().to_owned(),
    };
    let statements = TABLES.iter().map(|table| table.insert(database, &rows));
    match database {
        Database::Sqlite(path) => {
            let mut connection =
                SqliteConnection::connect(&format!("sqlite://{}", path.display())).await?;
            for pragma in ["synchronous = OFF", "cache_size = -1000000"] {
                connection
                    .execute(AssertSqlSafe(format!("PRAGMA {pragma}")))
                    .await?;
            }
            for statement in statements {
                connection.execute(AssertSqlSafe(statement)).await?;
            }
            connection.execute("ANALYZE").await?;
            connection
                .execute("PRAGMA wal_checkpoint(TRUNCATE)")
                .await?;
            connection.close().await?;
        }
        Database::Postgres(url) => {
            let mut connection = PgConnection::connect(url).await?;
            connection
                .execute("SET maintenance_work_mem = '512MB'")
                .await?;
            for statement in statements {
                connection.execute(AssertSqlSafe(statement)).await?;
            }
            connection.execute("VACUUM ANALYZE").await?;
            connection.execute("CHECKPOINT").await?;
            connection.close().await?;
        }
    }
    Ok(Timestamp::from_millis(rows.began))
}
