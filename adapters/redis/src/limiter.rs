//! Rate limits that all instances count together.

use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use redis::Script;
use redis::aio::MultiplexedConnection;
use veza_core::kernel::rate::{Demand, RateLimiter, Standing, Subject, Verdict};
use veza_core::kernel::{Clock, PortError};
use veza_core::memory::MemoryLimiter;

use crate::Redis;

/// Takes a token from every bucket, or from none. All keys are of one subject, whose digest in
/// braces puts them on one node of a cluster. Times are the server's. A bucket that would be full
/// again has no key.
///
/// `KEYS`: buckets. `ARGV`: for each, what it holds at most and what it gains in a millisecond.
/// Answers whether the tokens were there, and what each bucket holds now.
const TAKE: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local granted = 1
local tokens = {}
for i, key in ipairs(KEYS) do
  local capacity, rate = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local bucket = redis.call('HMGET', key, 'tokens', 'at')
  local held, at = tonumber(bucket[1]) or capacity, tonumber(bucket[2]) or now
  tokens[i] = math.min(capacity, held + math.max(0, now - at) * rate)
  if tokens[i] < 1 then granted = 0 end
end
local answer = {granted}
for i, key in ipairs(KEYS) do
  local capacity, rate = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  tokens[i] = tokens[i] - granted
  local held = string.format('%.6f', tokens[i])
  redis.call('HSET', key, 'tokens', held, 'at', now)
  redis.call('PEXPIRE', key, math.ceil((capacity - tokens[i]) / rate) + 1000)
  answer[i + 1] = held
end
return answer
";

/// Counts requests in Redis.
///
/// While Redis cannot be reached each instance grants its share of what it knows: it keeps what it
/// last heard of each bucket, and goes on from there. What it knows also holds when Redis comes
/// back empty, and spares Redis the requests of those who are refused anyway.
pub struct RedisLimiter {
    redis: Redis,
    local: MemoryLimiter,
    instances: u32,
}

impl RedisLimiter {
    /// Limits in this Redis. `instances` is how many processes share them: alone, each of them
    /// grants that part. `max_buckets` of each quota are known here at most.
    pub fn new(redis: Redis, clock: Arc<dyn Clock>, instances: u32, max_buckets: usize) -> Self {
        Self {
            redis,
            local: MemoryLimiter::new(clock, max_buckets),
            instances,
        }
    }

    /// What every bucket holds, and whether a token was taken.
    async fn ask(
        &self,
        subject: &Subject,
        demands: &[Demand],
    ) -> Result<(bool, Vec<f64>), PortError> {
        static SCRIPT: LazyLock<Script> = LazyLock::new(|| Script::new(TAKE));
        let mut call = SCRIPT.prepare_invoke();
        for demand in demands {
            let quota = demand.quota();
            call.key(format!("veza:limit:{{{subject}}}:{}", demand.bucket()));
            call.arg(quota.capacity()).arg(quota.per_millisecond());
        }
        let run = async |mut connection: MultiplexedConnection| {
            let answer: Vec<f64> = call.invoke_async(&mut connection).await?;
            Ok(answer)
        };
        let answer = self.redis.run("rate_limiter.take", run).await?;
        match answer.split_first() {
            Some((granted, tokens)) if tokens.len() == demands.len() => {
                Ok((*granted > 0.0, tokens.to_vec()))
            }
            _ => Err(PortError::new(
                veza_core::kernel::PortErrorKind::Corrupt,
                "rate_limiter.take",
            )),
        }
    }
}

#[async_trait]
impl RateLimiter for RedisLimiter {
    async fn take(&self, subject: &Subject, demands: &[Demand]) -> Verdict {
        let known = self.local.look(subject, demands);
        if !known.granted() || demands.is_empty() {
            return known;
        }
        match self.ask(subject, demands).await {
            Ok((granted, tokens)) => {
                let standings = demands.iter().zip(tokens).map(|(demand, tokens)| {
                    self.local.settle(subject, demand, tokens);
                    Standing::of(*demand.quota(), tokens, !granted && tokens < 1.0)
                });
                Verdict {
                    standings: standings.collect(),
                }
            }
            Err(error) => {
                tracing::debug!(%error, "a limit is counted in this process");
                self.local.take_share(subject, demands, self.instances)
            }
        }
    }
}
