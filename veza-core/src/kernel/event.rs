//! What happened, in an envelope that every consumer can read (R-EVT-01).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::id::EventId;
use super::time::Timestamp;

/// Something that happened in a context, past tense.
pub trait DomainEvent: Serialize {
    /// `{domain}.{entity}.{action}.v{n}`.
    const TYPE: &'static str;
    /// The kind of aggregate it happened to, such as `User`.
    const AGGREGATE_TYPE: &'static str;
    /// The version of the shape of the data: the `n` of the type.
    const VERSION: u32 = 1;

    /// The aggregate it happened to.
    fn aggregate_id(&self) -> Uuid;
}

/// Where an event comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Metadata {
    /// The request or the chain of work it belongs to.
    #[serde(alias = "correlation_id", skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// The command or the event that caused it.
    #[serde(alias = "causation_id", skip_serializing_if = "Option::is_none")]
    pub causation_id: Option<String>,
    /// The program of the person who asked.
    #[serde(alias = "user_agent", skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The network address of the person who asked. It is for the audit log, and no part of an
    /// event.
    #[serde(skip)]
    pub address: Option<String>,
}

/// An event on its way: written in camelCase, read in camelCase or snake_case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Which event it is; a consumer that sees it twice does its work once.
    #[serde(alias = "event_id")]
    pub event_id: EventId,
    /// `{domain}.{entity}.{action}.v{n}`.
    #[serde(alias = "event_type")]
    pub event_type: String,
    /// The aggregate it happened to.
    #[serde(alias = "aggregate_id")]
    pub aggregate_id: Uuid,
    /// The kind of that aggregate.
    #[serde(alias = "aggregate_type")]
    pub aggregate_type: String,
    /// When it happened.
    pub timestamp: Timestamp,
    /// The version of the shape of `data`.
    pub version: u32,
    /// What happened.
    pub data: Value,
    /// Where it comes from.
    #[serde(default)]
    pub metadata: Metadata,
}

impl Event {
    /// The envelope of an event.
    pub fn new<E: DomainEvent>(
        event_id: EventId,
        timestamp: Timestamp,
        event: &E,
        metadata: Metadata,
    ) -> Self {
        Self {
            event_id,
            event_type: E::TYPE.into(),
            aggregate_id: event.aggregate_id(),
            aggregate_type: E::AGGREGATE_TYPE.into(),
            timestamp,
            version: E::VERSION,
            data: serde_json::to_value(event)
                .expect("the data of an event is a struct with text keys"),
            metadata,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_envelope_of_the_document_is_read_and_written_in_camel_case() {
        let snake = r#"{
            "event_id": "0193c2f1-7a52-7c3e-8a11-3d5a7b9c1e2f",
            "event_type": "auth.user.registered.v1",
            "aggregate_id": "0193c2f1-7a52-7c3e-8a11-3d5a7b9c1e30",
            "aggregate_type": "User",
            "timestamp": "2025-11-02T10:30:00Z",
            "version": 1,
            "data": {"username": "johndoe"},
            "metadata": {"correlation_id": "request-456", "user_agent": "Mozilla/5.0"}
        }"#;
        let event: Event = serde_json::from_str(snake).unwrap();
        assert_eq!(
            event.metadata.correlation_id.as_deref(),
            Some("request-456")
        );
        insta::assert_json_snapshot!(event, @r#"
        {
          "eventId": "0193c2f1-7a52-7c3e-8a11-3d5a7b9c1e2f",
          "eventType": "auth.user.registered.v1",
          "aggregateId": "0193c2f1-7a52-7c3e-8a11-3d5a7b9c1e30",
          "aggregateType": "User",
          "timestamp": "2025-11-02T10:30:00.000Z",
          "version": 1,
          "data": {
            "username": "johndoe"
          },
          "metadata": {
            "correlationId": "request-456",
            "userAgent": "Mozilla/5.0"
          }
        }
        "#);
        let again: Event = serde_json::from_value(serde_json::to_value(&event).unwrap()).unwrap();
        assert_eq!(again, event);
    }
}
