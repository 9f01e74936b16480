//! Signals between instances: "look again, now". What they wake would look anyway, only later.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use bytes::Bytes;

use super::error::PortError;

/// The longest payload of a signal, in bytes.
pub const MAX_SIGNAL_BYTES: usize = 1024;
/// How many signals wait for one listener at most; what is over that is [`Heard::Missed`].
pub const SIGNAL_QUEUE: usize = 256;
/// The longest name of a topic, in bytes.
pub const MAX_TOPIC_BYTES: usize = 100;

/// What signals are about: lower-case letters, digits, `.`, `_` and `-`, such as `jobs.ready`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Topic(Cow<'static, str>);

impl Topic {
    /// A topic that is known when the program is built.
    ///
    /// # Panics
    /// When the name is not one, which a `const` shows at build time.
    pub const fn fixed(name: &'static str) -> Self {
        assert!(is_topic(name.as_bytes()), "not the name of a topic");
        Self(Cow::Borrowed(name))
    }

    /// The topic of one thing beneath this one: `sessions.` and its id.
    ///
    /// # Errors
    /// [`InvalidTopic`] when the id holds what a topic does not, or is too long.
    pub fn of(&self, id: impl fmt::Display) -> Result<Self, InvalidTopic> {
        format!("{self}.{id}").parse()
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const fn is_topic(name: &[u8]) -> bool {
    let mut at = 0;
    while at < name.len() {
        if !matches!(name[at], b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-') {
            return false;
        }
        at += 1;
    }
    !name.is_empty() && name.len() <= MAX_TOPIC_BYTES
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is not the name of a topic.
#[derive(Debug, thiserror::Error)]
#[error("not a topic: lower-case letters, digits, '.', '_' and '-', at most {MAX_TOPIC_BYTES}")]
pub struct InvalidTopic;

impl FromStr for Topic {
    type Err = InvalidTopic;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        is_topic(name.as_bytes())
            .then(|| Self(Cow::Owned(name.to_owned())))
            .ok_or(InvalidTopic)
    }
}

/// What a listener heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A signal with this payload.
    Signal(Bytes),
    /// Some signals may have been lost: look at everything.
    Missed,
}

/// Carries signals to whoever listens at this moment, in this process and in others.
///
/// Signals are lossy by contract. One may be lost, come twice, or come out of order with those of
/// another sender; those of one sender on one topic that do arrive, arrive in their order. So a
/// signal is never the only way to learn of something: **whoever listens also looks by itself
/// from time to time**, and a signal only makes it look sooner.
///
/// What is lost on the way to a listener which is there is told it as [`Heard::Missed`]: when the
/// connection to the other instances was gone, and when the listener was too slow (no more than
/// [`SIGNAL_QUEUE`] signals wait for it). A sender hears its own signals too, if it listens.
#[async_trait]
pub trait Signals: Send + Sync {
    /// Sends a signal to everyone who listens to `topic`. Never waits for a listener. `Ok` does
    /// not mean that anybody heard it.
    ///
    /// # Errors
    /// `Internal` for a payload over [`MAX_SIGNAL_BYTES`]; `Unavailable` when only this process
    /// can have heard it. Nothing has to be done about that but to go on.
    async fn send(&self, topic: &Topic, payload: &[u8]) -> Result<(), PortError>;

    /// Listens to `topic` from now on, until the listener is dropped. Works while the other
    /// instances cannot be reached; [`Heard::Missed`] comes when they can again.
    fn listen(&self, topic: &Topic) -> Box<dyn Listener>;
}

/// Somebody who listens to one topic.
#[async_trait]
pub trait Listener: Send {
    /// Waits for what comes next, for ever if need be. Dropping the future loses nothing.
    async fn next(&mut self) -> Heard;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_a_short_plain_name() {
        const JOBS: Topic = Topic::fixed("jobs.ready");
        assert_eq!(JOBS, "jobs.ready".parse().unwrap());
        assert_eq!(JOBS.of(7).unwrap().as_str(), "jobs.ready.7");
        for name in ["", "Jobs", "a b", "a*", "a{b}", "é", &"a".repeat(101)] {
            assert!(name.parse::<Topic>().is_err(), "{name}");
        }
        assert!(JOBS.of("*").is_err());
    }
}
