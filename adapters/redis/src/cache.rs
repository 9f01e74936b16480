//! A cache that all instances share.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use redis::aio::MultiplexedConnection;
use redis::{Script, ScriptInvocation};
use veza_core::kernel::PortError;
use veza_core::kernel::cache::{
    Cache, CacheKey, Lookup, MAX_CACHED_BYTES, Space, TICKET_LIFETIME, Ticket,
};

use crate::Redis;

/// Looks for a value and, where there is none, leaves a ticket in its place.
///
/// An entry is `T` and a ticket, or `V`, the version of its space, `:` and the value. `KEYS`: the
/// entry, and the version of its space if that is whole. `ARGV`: a ticket, its lifetime in
/// milliseconds. Answers the value, or 1 if the ticket was left, or 0.
const GET: &str = r"
local version = ''
if KEYS[2] then
  version = redis.call('GET', KEYS[2])
  if not version then
    version = ARGV[1]
    redis.call('SET', KEYS[2], version)
  end
end
local entry = redis.call('GET', KEYS[1])
local value = 'V' .. version .. ':'
if entry and entry:sub(1, #value) == value then return entry:sub(#value + 1) end
local ticket = 'T' .. version .. ':'
if entry and entry:sub(1, #ticket) == ticket then return 0 end
redis.call('SET', KEYS[1], ticket .. ARGV[1], 'PX', ARGV[2])
return 1
";

/// Puts a value where its ticket still lies. `ARGV`: the ticket, the value, its lifetime in
/// milliseconds.
const PUT: &str = r"
local version = KEYS[2] and redis.call('GET', KEYS[2]) or ''
if redis.call('GET', KEYS[1]) == 'T' .. version .. ':' .. ARGV[1] then
  redis.call('SET', KEYS[1], 'V' .. version .. ':' .. ARGV[2], 'PX', ARGV[3])
end
";

/// Keeps values in Redis. While it cannot be reached the cache is empty, and invalidations fail.
///
/// A whole space has a version, which is part of every entry; forgetting the space is a new one.
/// Versions are random, so that one which Redis has lost does not come back. The keys of a whole
/// space lie on one node of a cluster, those of the others anywhere.
pub struct RedisCache {
    redis: Redis,
    tickets: AtomicU64,
}

impl RedisCache {
    /// A cache in this Redis.
    pub fn new(redis: Redis) -> Self {
        Self {
            redis,
            tickets: AtomicU64::new(0),
        }
    }

    /// A name nobody else gives: this process, and a number.
    fn ticket(&self) -> String {
        let instance = u64::from_be_bytes(self.redis.settings().instance);
        let number = self.tickets.fetch_add(1, Ordering::Relaxed);
        format!("{instance:016x}{number:x}")
    }
}

fn entry(key: &CacheKey) -> String {
    let (space, name) = (key.space().name(), key.name());
    if key.space().is_whole() {
        format!("veza:cache:{{{space}}}:{name}")
    } else {
        format!("veza:cache:{space}:{{{name}}}")
    }
}

fn version(space: &Space) -> String {
    format!("veza:cache:{{{}}}", space.name())
}

/// A call of a script on an entry.
fn call<'a>(script: &'a Script, key: &CacheKey) -> ScriptInvocation<'a> {
    let mut call = script.key(entry(key));
    if key.space().is_whole() {
        call.key(version(key.space()));
    }
    call
}

#[async_trait]
impl Cache for RedisCache {
    async fn get(&self, key: &CacheKey) -> Lookup {
        static SCRIPT: LazyLock<Script> = LazyLock::new(|| Script::new(GET));
        let ticket = self.ticket();
        let mut call = call(&SCRIPT, key);
        call.arg(&ticket).arg(millis(TICKET_LIFETIME));
        let get = async |mut connection: MultiplexedConnection| {
            call.invoke_async::<redis::Value>(&mut connection).await
        };
        match self.redis.run("cache.get", get).await {
            Ok(redis::Value::BulkString(value)) => Lookup::Hit(value.into()),
            Ok(redis::Value::Int(1)) => Lookup::Miss(Some(Ticket(ticket))),
            Ok(_) => Lookup::Miss(None),
            Err(error) => {
                tracing::debug!(%error, "the cache is passed over");
                Lookup::Miss(None)
            }
        }
    }

    async fn put(&self, key: &CacheKey, ticket: &Ticket, value: Bytes) {
        static SCRIPT: LazyLock<Script> = LazyLock::new(|| Script::new(PUT));
        if value.len() > MAX_CACHED_BYTES {
            return;
        }
        let mut call = call(&SCRIPT, key);
        call.arg(&ticket.0)
            .arg(&value[..])
            .arg(millis(key.space().lifetime()));
        let put = async |mut connection: MultiplexedConnection| {
            call.invoke_async::<()>(&mut connection).await
        };
        if let Err(error) = self.redis.run("cache.put", put).await {
            tracing::debug!(%error, "a value is not kept");
        }
    }

    async fn invalidate(&self, keys: &[CacheKey]) -> Result<(), PortError> {
        // One command for each key: they may lie on different nodes.
        let mut commands = redis::pipe();
        for key in keys {
            commands.cmd("DEL").arg(entry(key)).ignore();
        }
        let delete = async |mut connection: MultiplexedConnection| {
            commands.query_async::<()>(&mut connection).await
        };
        self.redis.run("cache.invalidate", delete).await
    }

    async fn invalidate_space(&self, space: &Space) -> Result<(), PortError> {
        let mut command = redis::cmd("SET");
        command.arg(version(space)).arg(self.ticket());
        let set = async |mut connection: MultiplexedConnection| {
            command.query_async::<()>(&mut connection).await
        };
        self.redis.run("cache.invalidate_space", set).await
    }
}

fn millis(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
