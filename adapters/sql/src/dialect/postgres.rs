//! PostgreSQL: how it is reached, how its transactions begin, and what its errors mean.
//!
//! What a transaction needs is set once for each connection; behind a pooler, which may give each
//! transaction another one, it is set inside of it (`SET LOCAL`).

use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::query::Query;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, Postgres, Row as _,
};
use time::OffsetDateTime;
use veza_core::kernel::{PortErrorKind, Timestamp};

use super::Connection;
use crate::options::{PostgresOptions, PostgresState};
use crate::statement::Statement;
use crate::store::OpenError;
use crate::unit::{Limit, Unit};
use crate::value::{Kind, Value};

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// The oldest version that is served, as the server writes it.
const OLDEST_VERSION: i32 = 150_000;
/// How much longer a statement is waited for here than the server is told to work on it: an answer
/// that is later than this does not come, for the network or the server is gone.
const GRACE: Duration = Duration::from_secs(2);

/// How long a connection that nobody used is taken to be good.
const GOOD_FOR: Duration = Duration::from_secs(1);

/// The connections to a server.
#[derive(Clone, Debug)]
pub(crate) struct Pool {
    pool: PgPool,
    settings: Arc<Settings>,
}

#[derive(Debug)]
struct Settings {
    /// Said once on each connection.
    session: Option<String>,
    begin_write: String,
    begin_read: String,
    acquire_timeout: Duration,
    connections: u32,
    limit: Limit,
}

impl Pool {
    /// Brings the tables up to date over a direct connection, and makes ready to connect.
    pub(crate) async fn open(options: &PostgresOptions) -> Result<Self, OpenError> {
        let direct = options.direct()?;
        let migrated = bounded(options.acquire_timeout, direct.connect()).await;
        migrate(&mut migrated.map_err(OpenError::Open)?).await?;
        let settings = Arc::new(Settings::new(options));
        let of_session = Arc::clone(&settings);
        let pool = PgPoolOptions::new()
            .max_connections(options.connections)
            .acquire_timeout(options.acquire_timeout)
            // Whether a connection is good is seen by `BEGIN`, without a round trip of its own; who
            // only glances has none, and is given one that was good a moment ago.
            .test_before_acquire(false)
            .before_acquire(|connection, last| {
                Box::pin(async move {
                    if last.idle_for > GOOD_FOR {
                        bounded(GRACE, connection.ping()).await?;
                    }
                    Ok(true)
                })
            })
            .after_connect(move |connection, _| {
                let settings = Arc::clone(&of_session);
                Box::pin(async move {
                    match &settings.session {
                        Some(session) => run_text(connection, session).await,
                        None => Ok(()),
                    }
                })
            })
            .connect_lazy_with(options.pooled()?);
        Ok(Self { pool, settings })
    }

    /// Starts a unit of work.
    pub(crate) async fn begin(&self, writes: bool) -> Result<Unit, sqlx::Error> {
        let timeout = self.settings.acquire_timeout;
        tokio::time::timeout(timeout, self.begin_on_a_good_one(writes))
            .await
            .unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }

    /// Starts a unit of work without a transaction. A pooler needs one: what holds for it is said at
    /// its beginning.
    pub(crate) async fn glance(&self) -> Result<Unit, sqlx::Error> {
        if self.settings.session.is_none() {
            return self.begin(false).await;
        }
        let acquired = tokio::time::timeout(self.settings.acquire_timeout, self.pool.acquire());
        let connection = acquired.await.unwrap_or(Err(sqlx::Error::PoolTimedOut))?;
        Ok(Unit::glance(
            Connection::Postgres(connection),
            self.settings.limit,
        ))
    }

    /// A server that was started anew leaves dead connections in the pool: `BEGIN` finds them, has
    /// done nothing on them, and can be said to the next.
    async fn begin_on_a_good_one(&self, writes: bool) -> Result<Unit, sqlx::Error> {
        let settings = &*self.settings;
        let begin = if writes {
            &settings.begin_write
        } else {
            &settings.begin_read
        };
        let mut attempts = 0;
        loop {
            let connection = Connection::Postgres(self.pool.acquire().await?);
            let mut unit = Unit::new(connection, writes, settings.limit);
            match unit.run_text(begin).await {
                Err(error) if is_gone(&error) && attempts < settings.connections => attempts += 1,
                begun => return begun.map(|()| unit),
            }
        }
    }

    /// Waits for the open units of work and closes the connections.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

impl Settings {
    fn new(options: &PostgresOptions) -> Self {
        // Zero would mean no limit at all.
        let statement = options.statement_timeout.as_millis().max(1);
        let idle = options.idle_timeout.as_millis().max(1);
        let pooled = options.direct_url.is_some();
        let set = if pooled { "SET LOCAL" } else { "SET" };
        let limits = format!(
            "{set} statement_timeout = {statement}; \
             {set} idle_in_transaction_session_timeout = {idle}; \
             {set} synchronous_commit = on"
        );
        let begin_write = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
        let begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        // The `SELECT` fixes the state which is seen; `BEGIN` alone leaves that to the first read.
        let fix = "SELECT 1";
        let (session, begin_write, begin_read) = if pooled {
            (
                None,
                format!("{begin_write}; {limits}"),
                format!("{begin_read}; {limits}; {fix}"),
            )
        } else {
            (
                Some(limits),
                begin_write.into(),
                format!("{begin_read}; {fix}"),
            )
        };
        Self {
            session,
            begin_write,
            begin_read,
            acquire_timeout: options.acquire_timeout,
            connections: options.connections,
            limit: Limit {
                longest: options.statement_timeout + GRACE,
                // A pooler gives each transaction another connection, which does not know the
                // statements that were prepared on the one before.
                persistent: options.direct_url.is_none(),
            },
        }
    }
}

impl PostgresOptions {
    /// How the pool connects.
    fn pooled(&self) -> Result<PgConnectOptions, OpenError> {
        let options = connect_options(&self.url)?;
        Ok(match self.direct_url {
            // Poolers refuse a setting that they cannot carry over.
            Some(_) => options.extra_float_digits(None).statement_cache_capacity(0),
            None => options,
        })
    }

    /// How the server is reached without a pooler in between.
    fn direct(&self) -> Result<PgConnectOptions, OpenError> {
        connect_options(self.direct_url.as_ref().unwrap_or(&self.url))
    }
}

fn connect_options(url: &str) -> Result<PgConnectOptions, OpenError> {
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(OpenError::Url);
    }
    // What the parser says is left out: it may name the password.
    let options = url.parse::<PgConnectOptions>();
    let options = options.map_err(|_| OpenError::Url)?;
    Ok(options.application_name("veza").disable_statement_logging())
}

/// Looks at a server and its database without changing anything.
pub(crate) async fn examine(options: &PostgresOptions) -> Result<PostgresState, OpenError> {
    let direct = options.direct()?;
    let look = async {
        let mut connection = direct.connect().await?;
        let row = sqlx::query(
            "SELECT current_setting('server_version') AS version, clock_timestamp() AS now,
                    current_setting('fsync') = 'on' AS durable,
                    to_regclass('_sqlx_migrations') IS NOT NULL AS made",
        )
        .fetch_one(&mut connection)
        .await?;
        let applied = if row.try_get("made")? {
            sqlx::query("SELECT version FROM _sqlx_migrations WHERE success")
                .fetch_all(&mut connection)
                .await?
        } else {
            Vec::new()
        };
        let known = MIGRATIONS
            .iter()
            .filter(|m| !m.migration_type.is_down_migration());
        Ok(PostgresState {
            version: row.try_get("version")?,
            durable: row.try_get("durable")?,
            clock: Timestamp::from_millis(
                (row.try_get::<OffsetDateTime, _>("now")?
                    .unix_timestamp_nanos()
                    / 1_000_000) as i64,
            ),
            pending: known.count().saturating_sub(applied.len()),
        })
    };
    bounded(options.acquire_timeout, look)
        .await
        .map_err(OpenError::Open)
}

/// Brings the tables up to date. Several instances may do so at once: one goes first, by a lock of
/// the session, and the others find nothing left to do.
async fn migrate(connection: &mut sqlx::PgConnection) -> Result<(), OpenError> {
    let version = sqlx::query("SELECT current_setting('server_version_num')::int4 AS version")
        .fetch_one(&mut *connection)
        .await
        .and_then(|row| row.try_get::<i32, _>("version"))
        .map_err(OpenError::Open)?;
    if version < OLDEST_VERSION {
        return Err(OpenError::TooOld);
    }
    let migrated = MIGRATIONS.run_direct(None, connection, false).await;
    migrated.map_err(OpenError::Migrate)
}

/// Waits no longer than this.
pub(crate) async fn bounded<T>(
    longest: Duration,
    work: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    tokio::time::timeout(longest, work)
        .await
        .unwrap_or_else(|_| Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())))
}

/// Whether the connection is gone, or at least not to be used again.
pub(crate) fn is_gone(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => true,
        // Class 57P: the server goes down, or ends this session; 25P03: it was idle for too long;
        // 0A000: a table was changed since a statement on it was prepared.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            code.starts_with("57P") || code.starts_with("08") || matches!(&*code, "25P03" | "0A000")
        }),
        _ => false,
    }
}

/// Runs statements which have no parameters, in one round trip.
pub(crate) async fn run_text(
    connection: &mut sqlx::PgConnection,
    sql: &str,
) -> Result<(), sqlx::Error> {
    let statements = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
    connection.execute(statements).await.map(drop)
}

/// Ends a transaction that is given up, and gives its connection back; one that cannot even do
/// this is closed.
pub(crate) fn roll_back(mut connection: sqlx::pool::PoolConnection<Postgres>) {
    const PATIENCE: Duration = Duration::from_secs(5);
    tokio::spawn(async move {
        if bounded(PATIENCE, run_text(&mut connection, "ROLLBACK"))
            .await
            .is_err()
        {
            connection.close_on_drop();
        }
    });
}

/// The statement in the types of PostgreSQL.
pub(crate) fn query(
    statement: Statement,
    persistent: bool,
) -> Query<'static, Postgres, PgArguments> {
    let (sql, values) = statement.into_parts();
    let mut query = sqlx::query(sql).persistent(persistent);
    for value in values {
        query = match value {
            Value::Null(kind) => bind_null(query, kind),
            Value::Uuid(id) => query.bind(id),
            Value::Int(number) => query.bind(number),
            Value::Float(number) => query.bind(number),
            Value::Text(text) => query.bind(text),
            Value::Bool(truth) => query.bind(truth),
            Value::Json(json) => query.bind(json),
            Value::Bytes(bytes) => query.bind(bytes),
            Value::Time(time) => query.bind(date_time(time)),
            Value::Uuids(ids) => query.bind(ids),
        };
    }
    query
}

fn bind_null(
    query: Query<'static, Postgres, PgArguments>,
    kind: Kind,
) -> Query<'static, Postgres, PgArguments> {
    match kind {
        Kind::Uuid => query.bind(None::<uuid::Uuid>),
        Kind::Int => query.bind(None::<i64>),
        Kind::Float => query.bind(None::<f64>),
        Kind::Text => query.bind(None::<String>),
        Kind::Bool => query.bind(None::<bool>),
        Kind::Json => query.bind(None::<serde_json::Value>),
        Kind::Bytes => query.bind(None::<Vec<u8>>),
        Kind::Time => query.bind(None::<OffsetDateTime>),
        Kind::Uuids => query.bind(None::<Vec<uuid::Uuid>>),
    }
}

fn date_time(time: Timestamp) -> OffsetDateTime {
    let nanos = i128::from(time.as_millis()) * 1_000_000;
    OffsetDateTime::from_unix_timestamp_nanos(nanos)
        .expect("a timestamp lies in the years 1970 to 9999")
}

/// What an SQLSTATE means (PostgreSQL, appendix A).
pub(crate) fn error_kind(code: &str) -> PortErrorKind {
    match code {
        "25006" => PortErrorKind::ReadOnly,
        // Idle for too long; cancelled by the time limit; a lock that did not come; a statement
        // that was prepared before its table was changed.
        "25P03" | "57014" | "55P03" | "0A000" => PortErrorKind::Unavailable,
        // A character that the encoding of the server does not have.
        "22021" | "22P05" => PortErrorKind::Unstorable,
        // The connection; a deadlock that was broken; no resources; the operator.
        _ if ["08", "40", "53", "57"]
            .iter()
            .any(|class| code.starts_with(class)) =>
        {
            PortErrorKind::Unavailable
        }
        "XX001" | "XX002" => PortErrorKind::Corrupt,
        _ => PortErrorKind::Internal,
    }
}
