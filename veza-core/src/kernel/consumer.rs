//! Those who wait for events: what they are called, what they wait for, what they do.

use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::str::FromStr;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;

use super::backoff::Backoff;
use super::environment::Environment;
use super::error::{PortError, PortErrorKind};
use super::event::Event;
use super::pattern::EventPattern;
use super::store::UnitOfWork;

const MAX_NAME: usize = 64;

/// What a consumer is called. Its queue, what it has seen and its dead letters go by this name, so
/// it stays the same from one version of the program to the next.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConsumerName(String);

/// A text that cannot name a consumer.
#[derive(Debug, thiserror::Error)]
#[error("a consumer is named by 1 to 64 characters of a-z, 0-9, '-', '_' and '.'")]
pub struct InvalidConsumerName;

impl ConsumerName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ConsumerName {
    type Err = InvalidConsumerName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.');
        if text.is_empty() || text.len() > MAX_NAME || !text.bytes().all(allowed) {
            return Err(InvalidConsumerName);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for ConsumerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why an event was not handled.
#[derive(Debug, thiserror::Error)]
pub enum HandleError {
    /// It did not work this time. The event comes again a few times, and is then put with the
    /// dead letters. A [`PortError`] of the kind `Unavailable` is no fault of the event: it comes
    /// again until what is needed is there.
    #[error("the event could not be handled")]
    Again(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It will never work, for this reason: the event is put with the dead letters at once.
    #[error("the event was refused: {0}")]
    Refused(String),
}

impl HandleError {
    /// A failure that may be over the next time.
    pub fn again(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Again(cause.into())
    }

    /// Whether something that the consumer needs is not there now, so that no event is at fault.
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Again(cause) => cause
                .downcast_ref::<PortError>()
                .is_some_and(|error| error.kind == PortErrorKind::Unavailable),
            Self::Refused(_) => false,
        }
    }

    /// What is kept with a dead letter: this error and its causes, at most 1,000 bytes.
    pub fn reason(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(deeper) = cause {
            text = format!("{text}: {deeper}");
            cause = deeper.source();
        }
        bounded_reason(text)
    }
}

/// Bytes of a reason that are kept.
const MAX_REASON: usize = 1_000;

/// A reason as it can be stored anywhere: not long, and without U+0000.
pub(crate) fn bounded_reason(mut reason: String) -> String {
    reason.truncate(reason.floor_char_boundary(MAX_REASON));
    reason.replace('\0', "\u{fffd}")
}

impl From<PortError> for HandleError {
    fn from(error: PortError) -> Self {
        Self::Again(Box::new(error))
    }
}

/// What a consumer does about an event.
#[async_trait]
pub trait EventHandler: Send + Sync {
    /// Takes one event. What it changes goes through `unit`, which also notes that this consumer
    /// has seen the event; both are kept together after this answers `Ok`, or neither. So it opens
    /// no unit of work of its own, and does nothing outside of the store that would be wrong to do
    /// twice: it stores a job for that.
    ///
    /// Events of one aggregate come in order.
    ///
    /// # Errors
    /// [`HandleError`]; a panic is taken as [`HandleError::Again`].
    async fn handle(
        &self,
        env: &Environment,
        unit: &mut dyn UnitOfWork,
        event: &Event,
    ) -> Result<(), HandleError>;
}

/// How often, and after which waits, an event is given to a consumer that fails on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts {
    /// The attempts in all; after the last the event is a dead letter.
    pub max: u32,
    /// The waits between them.
    pub backoff: Backoff,
}

impl Default for Attempts {
    /// Five attempts within some eight seconds.
    fn default() -> Self {
        Self {
            max: 5,
            backoff: Backoff {
                first: Duration::from_millis(500),
                longest: Duration::from_secs(30),
            },
        }
    }
}

/// A consumer: what it is called, what it waits for, what it does.
#[derive(Clone)]
pub struct Subscription {
    /// Its name; no two subscriptions of a program share one.
    pub consumer: ConsumerName,
    /// It gets the events whose type matches any of these.
    pub patterns: Vec<EventPattern>,
    /// What it does.
    pub handler: Arc<dyn EventHandler>,
    /// How often it tries.
    pub attempts: Attempts,
}

impl Subscription {
    /// A consumer of the events that match any of `patterns`.
    ///
    /// # Errors
    /// [`InvalidSubscription`] where the name or a pattern is none.
    pub fn new(
        consumer: &str,
        patterns: &[&str],
        handler: Arc<dyn EventHandler>,
    ) -> Result<Self, InvalidSubscription> {
        let parse = |text: &&str| {
            text.parse()
                .map_err(|_| InvalidSubscription::Pattern((*text).to_owned()))
        };
        Ok(Self {
            consumer: consumer.parse()?,
            patterns: patterns.iter().map(parse).collect::<Result<_, _>>()?,
            handler,
            attempts: Attempts::default(),
        })
    }

    /// Whether the consumer waits for events of this type.
    pub fn wants(&self, event_type: &str) -> bool {
        self.patterns
            .iter()
            .any(|pattern| pattern.matches(event_type))
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("consumer", &self.consumer)
            .field("patterns", &self.patterns)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

/// A subscription that names nothing.
#[derive(Debug, thiserror::Error)]
pub enum InvalidSubscription {
    /// Its name.
    #[error(transparent)]
    Consumer(#[from] InvalidConsumerName),
    /// One of its patterns.
    #[error("{0:?} is no pattern of event types")]
    Pattern(String),
}

/// Whether an event had its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handled {
    /// Just now.
    Now,
    /// Before: this was a repetition, and changed nothing.
    Before,
}

/// Lets a consumer handle an event within a unit of work, once: what it does and that it has seen
/// the event are kept together when the caller commits. After an error the unit of work is to be
/// dropped.
///
/// # Errors
/// Those of the handler, and of the inbox.
pub async fn handle_in(
    env: &Environment,
    unit: &mut dyn UnitOfWork,
    subscription: &Subscription,
    event: &Event,
) -> Result<Handled, HandleError> {
    let consumer = &subscription.consumer;
    let now = env.now();
    let first = unit
        .inbox()
        .first_time(consumer, event.event_id, now)
        .await?;
    if !first {
        return Ok(Handled::Before);
    }
    let mut work = pin!(subscription.handler.handle(env, unit, event));
    // The unit of work is dropped after a panic, so nothing half-made is seen by anyone.
    poll_fn(|context| {
        catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)))
            .unwrap_or_else(|_| Poll::Ready(Err(HandleError::again("the handler panicked"))))
    })
    .await?;
    Ok(Handled::Now)
}

/// Lets a consumer handle an event in a unit of work of its own, once.
///
/// # Errors
/// As [`handle_in`], and those of the store.
pub async fn handle_once(
    env: &Environment,
    subscription: &Subscription,
    event: &Event,
) -> Result<Handled, HandleError> {
    let mut unit = env.store.begin().await?;
    let handled = handle_in(env, &mut *unit, subscription, event).await?;
    if handled == Handled::Now {
        unit.commit().await?;
    }
    Ok(handled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_not_be_names_of_queues_are_refused() {
        let long = "x".repeat(65);
        for text in ["", "Worker", "a b", "a/b", "é", "a\n", &long] {
            assert!(text.parse::<ConsumerName>().is_err(), "{text:?}");
        }
        for text in ["cache", "analytics.daily", "a-1_b"] {
            assert_eq!(text.parse::<ConsumerName>().unwrap().as_str(), text);
        }
    }

    #[test]
    fn only_what_is_unavailable_is_nobodys_fault() {
        let port = |kind| HandleError::from(PortError::new(kind, "store.begin"));
        assert!(port(PortErrorKind::Unavailable).is_unavailable());
        assert!(!port(PortErrorKind::Internal).is_unavailable());
        assert!(!HandleError::again("no").is_unavailable());
        assert!(!HandleError::Refused("no".into()).is_unavailable());
    }

    #[test]
    fn a_reason_names_the_causes_and_is_bounded() {
        let cause = PortError::caused(PortErrorKind::Internal, "tracks.add", "é".repeat(2_000));
        let reason = HandleError::from(cause).reason();
        assert!(reason.starts_with("the event could not be handled: tracks.add: failed: é"));
        assert!((990..=1_000).contains(&reason.len()), "{}", reason.len());
    }
}
