//! Replays the conversation in PROTOCOL.md against the engine.

use std::collections::{BTreeMap, VecDeque};

use serde_json::Value;
use uuid::Uuid;
use veza_chat::{
    ClientFrame, Effect, FrameLimits, Hub, HubLimits, Member, ServerFrame, SessionId, Timestamp,
    UserId,
};

const DOCUMENT: &str = include_str!("../../PROTOCOL.md");

/// `(who, sends or gets, frame)` of each fenced block whose info string is `json WHO sends|gets`.
fn steps() -> Vec<(&'static str, &'static str, &'static str)> {
    let mut steps = Vec::new();
    let mut lines = DOCUMENT.lines();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```json ") {
            let (who, verb) = info.split_once(' ').unwrap();
            let frame = lines.next().unwrap();
            assert_eq!(lines.next(), Some("```"), "a frame is one line: {frame}");
            steps.push((who, verb, frame));
        }
    }
    steps
}

#[test]
fn the_documented_conversation_is_what_the_engine_does() {
    let steps = steps();
    assert!(steps.len() > 20, "the transcript has {} steps", steps.len());
    let limits = FrameLimits::default();
    let mut hub = Hub::new(HubLimits::default(), 7);
    let mut people: BTreeMap<&str, SessionId> = BTreeMap::new();
    let mut inboxes: BTreeMap<SessionId, VecDeque<String>> = BTreeMap::new();
    let mut sent = 0;
    for (who, verb, text) in steps {
        let now = Timestamp::from_unix_millis(1_762_079_400_000 + sent * 1000).unwrap();
        let mut effects = Vec::new();
        let id = *people.entry(who).or_insert_with(|| {
            let id = SessionId(Uuid::from_u128(0xa001 + inboxes.len() as u128));
            inboxes.insert(id, VecDeque::new());
            let user_id = UserId::parse(&format!("user-{who}")).unwrap();
            effects = hub.connect(
                now,
                id,
                Member {
                    user_id,
                    username: who.to_owned(),
                },
                None,
            );
            id
        });
        if verb == "sends" {
            sent += 1;
            let now = Timestamp::from_unix_millis(1_762_079_400_000 + sent * 1000).unwrap();
            let fresh = Uuid::from_u128(sent as u128);
            effects.extend(match ClientFrame::parse(text.as_bytes(), &limits) {
                Ok(frame) => hub.handle(now, fresh, id, frame),
                Err(rejection) => hub.reject(id, &rejection),
            });
        }
        for effect in effects {
            let Effect::Send { to, frame } = effect else {
                panic!("{effect:?} after {text}")
            };
            let frame = String::from_utf8(frame.to_vec()).unwrap();
            inboxes.get_mut(&to).unwrap().push_back(frame);
        }
        if verb == "gets" {
            let got = inboxes.get_mut(&id).unwrap().pop_front();
            assert_eq!(got.as_deref(), Some(text), "what {who} gets");
        }
    }
    assert!(
        inboxes.values().all(VecDeque::is_empty),
        "not in the document: {inboxes:?}"
    );
}

#[test]
fn every_documented_frame_reads_and_writes_back() {
    let limits = FrameLimits::default();
    for (_, verb, text) in steps() {
        let written = match verb {
            "gets" => ServerFrame::parse(text.as_bytes(), &limits)
                .unwrap()
                .encode(),
            _ => match ClientFrame::parse(text.as_bytes(), &limits) {
                Ok(frame) => frame.encode(),
                Err(_) => continue, // the mistake in the document, which the replay checks
            },
        };
        let (mut was, is): (Value, Value) = (
            serde_json::from_str(text).unwrap(),
            serde_json::from_str(&written).unwrap(),
        );
        if was["action"] == "send" {
            // Fields left out are written with their defaults.
            let data = was["data"].as_object_mut().unwrap();
            data.entry("message_type").or_insert("text".into());
            data.entry("reply_to").or_insert(Value::Null);
            data.entry("metadata").or_insert(serde_json::json!({}));
        }
        assert_eq!(was, is);
    }
}
