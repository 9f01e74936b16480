//! Events as messages of AMQP 0-9-1, and back.

use lapin::BasicProperties;
use lapin::message::Delivery;
use lapin::types::{AMQPValue, FieldTable, ShortString};
use uuid::Uuid;
use veza_core::kernel::bus::{DeadLetter, PublishError};
use veza_core::kernel::{Event, Timestamp};

/// The longest routing key.
const MAX_KEY: usize = 255;
/// Written to disk before it is confirmed.
const PERSISTENT: u8 = 2;

const REASON: &str = "x-veza-reason";
const ATTEMPTS: &str = "x-veza-attempts";
const DIED_AT: &str = "x-veza-died-at";

/// An event, ready to be published.
pub(crate) struct Message {
    pub(crate) key: ShortString,
    pub(crate) body: Vec<u8>,
    pub(crate) properties: BasicProperties,
}

impl Message {
    /// The message of an event of at most `max_bytes`.
    pub(crate) fn of(event: &Event, max_bytes: usize) -> Result<Self, PublishError> {
        let impossible = |reason: String| PublishError::Impossible(reason);
        if event.event_type.len() > MAX_KEY {
            return Err(impossible(format!(
                "its type is longer than {MAX_KEY} bytes"
            )));
        }
        let body = serde_json::to_vec(event).map_err(|error| impossible(error.to_string()))?;
        if body.len() > max_bytes {
            let size = body.len();
            return Err(impossible(format!(
                "it has {size} bytes, more than {max_bytes}"
            )));
        }
        let seconds = u64::try_from(event.timestamp.as_seconds()).unwrap_or(0);
        Ok(Self {
            key: event.event_type.as_str().into(),
            body,
            properties: BasicProperties::default()
                .with_message_id(event.event_id.to_string().into())
                .with_type(event.event_type.as_str().into())
                .with_content_type("application/json".into())
                .with_content_encoding("utf-8".into())
                .with_timestamp(seconds)
                .with_delivery_mode(PERSISTENT),
        })
    }
}

/// The event of a message; `None` when it holds none.
pub(crate) fn event_of(delivery: &Delivery) -> Option<Event> {
    serde_json::from_slice(&delivery.data).ok()
}

/// The properties of a message that is put with the dead letters.
pub(crate) fn dead(
    properties: &BasicProperties,
    reason: &str,
    attempts: u32,
    now: Timestamp,
) -> BasicProperties {
    let mut headers = properties.headers().clone().unwrap_or_default();
    for (name, value) in [
        (REASON, AMQPValue::LongString(reason.into())),
        (ATTEMPTS, AMQPValue::LongLongInt(attempts.into())),
        (DIED_AT, AMQPValue::LongString(now.to_string().into())),
    ] {
        headers.insert(name.into(), value);
    }
    persistent(properties).with_headers(headers)
}

/// The properties of a message that is given back to its consumer.
pub(crate) fn revived(properties: &BasicProperties) -> BasicProperties {
    let kept = properties.headers().iter().flat_map(FieldTable::inner);
    let mut headers = FieldTable::default();
    for (name, value) in kept {
        // What tells of its death, and how often it was delivered.
        if !name.as_str().starts_with("x-") {
            headers.insert(name.clone(), value.clone());
        }
    }
    persistent(properties).with_headers(headers)
}

fn persistent(properties: &BasicProperties) -> BasicProperties {
    // An expiry of the sender's must not make it vanish.
    let mut copy = BasicProperties::default().with_delivery_mode(PERSISTENT);
    if let Some(id) = properties.message_id() {
        copy = copy.with_message_id(id.clone());
    }
    if let Some(kind) = properties.kind() {
        copy = copy.with_type(kind.clone());
    }
    if let Some(content) = properties.content_type() {
        copy = copy.with_content_type(content.clone());
    }
    if let Some(time) = properties.timestamp() {
        copy = copy.with_timestamp(*time);
    }
    copy
}

/// A dead letter as it lies in its queue. What is no event is shown as one without a type, whose
/// data is the beginning of the message as text.
pub(crate) fn dead_letter(delivery: &Delivery) -> DeadLetter {
    const SHOWN: usize = 1_000;
    let headers = delivery.properties.headers().as_ref();
    let header = |name: &str| headers.and_then(|headers| headers.inner().get(name));
    let text = |name: &str| header(name).and_then(as_text);
    let event = event_of(delivery).unwrap_or_else(|| {
        let shown = &delivery.data[..delivery.data.len().min(SHOWN)];
        Event {
            event_id: Uuid::nil().into(),
            event_type: String::new(),
            aggregate_id: Uuid::nil(),
            aggregate_type: String::new(),
            timestamp: Timestamp::from_millis(0),
            version: 0,
            data: String::from_utf8_lossy(shown).into(),
            metadata: Default::default(),
        }
    });
    let by_broker = || text("x-first-death-reason").map(|why| format!("the broker gave up: {why}"));
    DeadLetter {
        event,
        attempts: header(ATTEMPTS).and_then(as_u32),
        reason: text(REASON).or_else(by_broker).unwrap_or_default(),
        died_at: text(DIED_AT)
            .and_then(|time| time.parse().ok())
            .or_else(|| header("x-death").and_then(first_death)),
    }
}

fn as_text(value: &AMQPValue) -> Option<String> {
    match value {
        AMQPValue::LongString(text) => Some(text.to_string()),
        AMQPValue::ShortString(text) => Some(text.to_string()),
        _ => None,
    }
}

fn as_u32(value: &AMQPValue) -> Option<u32> {
    match value {
        AMQPValue::LongLongInt(number) => u32::try_from(*number).ok(),
        AMQPValue::LongInt(number) => u32::try_from(*number).ok(),
        _ => None,
    }
}

/// When the broker gave the message up the last time.
fn first_death(deaths: &AMQPValue) -> Option<Timestamp> {
    let AMQPValue::FieldArray(deaths) = deaths else {
        return None;
    };
    let AMQPValue::FieldTable(death) = deaths.as_slice().first()? else {
        return None;
    };
    match death.inner().get("time")? {
        AMQPValue::Timestamp(seconds) => {
            let millis = i64::try_from(seconds.saturating_mul(1_000)).ok()?;
            Some(Timestamp::from_millis(millis))
        }
        _ => None,
    }
}
