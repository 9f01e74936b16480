//! The connection, which looks after itself.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, RedisError, RedisResult, ServerErrorKind};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use veza_core::kernel::{PortError, PortErrorKind};

use crate::RedisSettings;

/// How often a connection that nobody complains of is tried.
const HEARTBEAT: Duration = Duration::from_secs(2);
/// The longest pause between two tries to connect.
const MAX_PAUSE: Duration = Duration::from_secs(1);

/// A connection to Redis for all the work of a process; clones are the same one.
///
/// A command has a budget of time. One that overruns it, or breaks, takes the connection out of
/// use at once, so that those after it need not find out for themselves: they are told
/// `Unavailable` without waiting. Meanwhile a task of its own tries the connection with more
/// patience, gives it back if it answers, and else makes a new one; it goes on trying for as long
/// as it takes, each second at least. (An old connection is not waited for: after minutes in which
/// no packet came through, the system would let more minutes pass before it sends the next one.)
#[derive(Clone)]
pub struct Redis {
    shared: Arc<Shared>,
    _supervisor: Arc<Supervisor>,
}

struct Shared {
    settings: RedisSettings,
    state: Mutex<State>,
    /// Rung when a command failed.
    doubt: Notify,
    /// Rung when a connection can be used again.
    up: Notify,
}

#[derive(Default)]
struct State {
    connection: Option<MultiplexedConnection>,
    /// Counts connections, so that a late failure on an old one is not laid to the new one.
    generation: u64,
    /// Whether it is of no use any more, even if it answers.
    broken: bool,
}

/// Ends its task when the last handle of the connection has gone.
struct Supervisor(JoinHandle<()>);

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Redis {
    /// Begins to connect, and answers at once: Redis need not be there yet. It has to be called
    /// within a Tokio runtime, which the connection lives on.
    pub fn open(settings: RedisSettings) -> Self {
        let shared = Arc::new(Shared {
            settings,
            state: Mutex::default(),
            doubt: Notify::new(),
            up: Notify::new(),
        });
        let task = tokio::spawn(supervise(Arc::clone(&shared)));
        Self {
            shared,
            _supervisor: Arc::new(Supervisor(task)),
        }
    }

    /// Whether Redis answers; for health checks.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn ping(&self) -> Result<(), PortError> {
        let ping = async |mut connection: MultiplexedConnection| {
            redis::cmd("PING").query_async::<()>(&mut connection).await
        };
        self.run("redis.ping", ping).await
    }

    /// Waits until there is a connection.
    pub async fn connected(&self) {
        loop {
            let up = self.shared.up.notified();
            if self.shared.lock().connection.is_some() {
                return;
            }
            up.await;
        }
    }

    pub(crate) fn settings(&self) -> &RedisSettings {
        &self.shared.settings
    }

    /// Runs a command within the budget.
    pub(crate) async fn run<T, F>(
        &self,
        op: &'static str,
        command: impl FnOnce(MultiplexedConnection) -> F,
    ) -> Result<T, PortError>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let (connection, generation) = {
            let state = self.shared.lock();
            (state.connection.clone(), state.generation)
        };
        let unavailable = PortErrorKind::Unavailable;
        let Some(connection) = connection else {
            return Err(PortError::new(unavailable, op));
        };
        match timeout(self.shared.settings.budget, command(connection)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) if is_broken(&error) => {
                self.shared.doubt(generation, true);
                Err(PortError::caused(unavailable, op, error))
            }
            Ok(Err(error)) => Err(PortError::caused(PortErrorKind::Internal, op, error)),
            Err(late) => {
                self.shared.doubt(generation, false);
                Err(PortError::caused(unavailable, op, late))
            }
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the connection out of use, if it is still the one that failed.
    fn doubt(&self, generation: u64, broken: bool) {
        let mut state = self.lock();
        if state.generation == generation {
            state.broken |= broken;
            if state.connection.take().is_some() {
                self.doubt.notify_one();
            }
        }
    }

    fn give(&self, connection: Option<MultiplexedConnection>) {
        let there = connection.is_some();
        let mut state = self.lock();
        state.generation += 1;
        state.broken = false;
        state.connection = connection;
        drop(state);
        if there {
            self.up.notify_waiters();
        }
    }
}

/// Whether another connection may do better: this one is gone, or leads to a server that has
/// become a replica or is still loading.
fn is_broken(error: &RedisError) -> bool {
    use redis::ErrorKind::Server;
    error.is_unrecoverable_error()
        || error.is_io_error()
        || matches!(
            error.kind(),
            Server(
                ServerErrorKind::ReadOnly
                    | ServerErrorKind::MasterDown
                    | ServerErrorKind::BusyLoading
            )
        )
}

/// Keeps a connection for as long as the task lives.
async fn supervise(shared: Arc<Shared>) {
    let mut told = false;
    let mut tries = 0;
    loop {
        match connect(&shared.settings).await {
            Ok(connection) => {
                tracing::info!("Redis is there");
                (tries, told) = (0, false);
                attend(&shared, connection).await;
                shared.give(None);
                tracing::warn!("Redis does not answer; limits and caches are this process's own");
            }
            Err(error) => {
                if !told {
                    tracing::warn!(%error, "Redis cannot be reached; it is tried again");
                    told = true;
                }
            }
        }
        sleep(pause(tries, &shared.settings.instance)).await;
        tries += 1;
    }
}

/// Lends the connection out until it answers no more.
async fn attend(shared: &Shared, connection: MultiplexedConnection) {
    shared.give(Some(connection.clone()));
    loop {
        let doubted = timeout(HEARTBEAT, shared.doubt.notified()).await.is_ok();
        let broken = shared.lock().broken;
        if broken || !answers(&connection, shared.settings.connect).await {
            return;
        }
        if doubted {
            shared.give(Some(connection.clone()));
        }
    }
}

async fn connect(settings: &RedisSettings) -> Result<MultiplexedConnection, RedisError> {
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(settings.connect))
        .set_response_timeout(None);
    let connection = settings
        .client
        .get_multiplexed_async_connection_with_config(&config);
    // The client's own limit covers the connection, not what is said on it first.
    let late = || RedisError::from(std::io::Error::from(std::io::ErrorKind::TimedOut));
    let connection = timeout(settings.connect * 2, connection)
        .await
        .map_err(|_| late())??;
    if answers(&connection, settings.connect).await {
        Ok(connection)
    } else {
        Err(late())
    }
}

/// Whether the server answers at all.
async fn answers(connection: &MultiplexedConnection, patience: Duration) -> bool {
    let mut connection = connection.clone();
    let ping = async move { redis::cmd("PING").query_async::<()>(&mut connection).await };
    matches!(timeout(patience, ping).await, Ok(Ok(())))
}

/// Longer with each try, and not the same for all instances.
pub(crate) fn pause(tries: u32, instance: &[u8; 8]) -> Duration {
    let longest = MAX_PAUSE.min(Duration::from_millis(50) * 2_u32.pow(tries.min(10)));
    let part = u32::from(instance[tries as usize % instance.len()]);
    longest / 2 + longest * part / 512
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_second_and_differ() {
        let instance = [0, 50, 100, 150, 200, 250, 5, 55];
        assert!(pause(0, &instance) < Duration::from_millis(51));
        for tries in [10, 50, u32::MAX] {
            let pause = pause(tries, &instance);
            assert!(pause <= MAX_PAUSE && pause >= MAX_PAUSE / 2, "{pause:?}");
        }
        assert_ne!(pause(9, &instance), pause(9, &[77; 8]));
    }
}
