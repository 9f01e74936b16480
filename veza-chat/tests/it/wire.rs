//! The shape of frames: the specification's own examples, and what is refused.

use serde_json::{Value, json};
use veza_chat::frame::{ErrorCode, Event, MessageType};
use veza_chat::{ClientFrame, CloseCode, Command, FrameError, FrameLimits, ServerFrame};

fn parse(value: Value) -> Result<ClientFrame, FrameError> {
    ClientFrame::parse(value.to_string().as_bytes(), &FrameLimits::default()).map_err(|r| r.error)
}

fn send(data: Value) -> Result<ClientFrame, FrameError> {
    parse(json!({ "type": "message", "action": "send", "data": data }))
}

#[test]
fn the_specified_send_frame_reads_and_writes_back_the_same() {
    let text = r#"{
        "type": "message",
        "action": "send",
        "data": {
            "room_id": "room-123",
            "content": "Hello World!",
            "message_type": "text",
            "reply_to": null,
            "metadata": {}
        },
        "request_id": "req-456",
        "timestamp": "2025-11-02T10:30:00Z"
    }"#;
    let frame = ClientFrame::parse(text.as_bytes(), &FrameLimits::default()).unwrap();
    let Command::Send(message) = &frame.command else {
        panic!("{frame:?}")
    };
    assert_eq!(message.room_id.as_str(), "room-123");
    assert_eq!(message.message_type, MessageType::Text);
    insta::assert_snapshot!(frame.encode(), @r#"{"type":"message","action":"send","data":{"room_id":"room-123","content":"Hello World!","message_type":"text","reply_to":null,"metadata":{}},"request_id":"req-456","timestamp":"2025-11-02T10:30:00Z"}"#);
}

#[test]
fn the_specified_received_frame_reads_and_keeps_its_fields() {
    let text = r#"{
        "type": "message",
        "action": "received",
        "data": {
            "message_id": "msg-789",
            "room_id": "room-123",
            "sender_id": "user-123",
            "content": "Hello World!",
            "created_at": "2025-11-02T10:30:00Z"
        },
        "request_id": "req-456"
    }"#;
    let frame = ServerFrame::parse(text.as_bytes(), &FrameLimits::default()).unwrap();
    assert!(matches!(&frame.event, Event::Received(m) if m.sender_id.as_str() == "user-123"));
    insta::assert_snapshot!(frame.encode(), @r#"{"type":"message","action":"received","data":{"message_id":"msg-789","room_id":"room-123","sender_id":"user-123","content":"Hello World!","created_at":"2025-11-02T10:30:00Z","message_type":"text","reply_to":null,"metadata":{},"seq":0,"epoch":0},"request_id":"req-456"}"#);
}

#[test]
fn errors_name_the_field() {
    let cases = [
        (send(json!({ "content": "x" })), "data.room_id"),
        (
            send(json!({ "room_id": "a b", "content": "x" })),
            "data.room_id",
        ),
        (
            send(json!({ "room_id": 7, "content": "x" })),
            "data.room_id",
        ),
        (send(json!({ "room_id": "r" })), "data.content"),
        (
            send(json!({ "room_id": "r", "content": "  \n" })),
            "data.content",
        ),
        (
            send(json!({ "room_id": "r", "content": "x".repeat(16 * 1024 + 1) })),
            "data.content",
        ),
        (
            send(json!({ "room_id": "r", "content": "x", "message_type": "hat" })),
            "data.message_type",
        ),
        (
            send(json!({ "room_id": "r", "content": "x", "metadata": [] })),
            "data.metadata",
        ),
        (
            send(json!({ "room_id": "r", "content": "x", "metadata": { "k": "v".repeat(4096) } })),
            "data.metadata",
        ),
        (parse(json!({ "action": "ping" })), "type"),
        (
            parse(json!({ "type": "system", "action": "ping", "data": 1 })),
            "data",
        ),
        (
            parse(json!({ "type": "system", "action": "ping", "timestamp": "noon" })),
            "timestamp",
        ),
        (
            parse(json!({ "type": "system", "action": "ping", "request_id": "" })),
            "request_id",
        ),
        (parse(json!([1])), "frame"),
    ];
    for (result, name) in cases {
        match result {
            Err(FrameError::Field { field, .. }) => assert_eq!(field, name),
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn what_the_protocol_does_not_have_is_refused() {
    for (frame, field) in [
        (
            json!({ "type": "system", "action": "ping", "extra": 1 }),
            "extra",
        ),
        (
            json!({ "type": "system", "action": "ping", "data": { "x": 1 } }),
            "data.x",
        ),
        (
            json!({ "type": "room", "action": "join", "data": { "room_id": "r", "as": 1 } }),
            "data.as",
        ),
    ] {
        assert!(matches!(parse(frame), Err(FrameError::UnknownField { field: f }) if f == field));
    }
    let unknown = parse(json!({ "type": "message", "action": "shout" })).unwrap_err();
    assert_eq!(unknown.to_string(), "unknown frame message/shout");
    assert_eq!(unknown.code(), ErrorCode::FrameUnknownAction);
}

#[test]
fn a_refusal_keeps_the_request_id_and_stays_small() {
    let text = json!({ "type": "x".repeat(60_000), "action": "y", "request_id": "req-1" });
    let refused = ClientFrame::parse(text.to_string().as_bytes(), &FrameLimits::default());
    let refused = refused.unwrap_err();
    assert_eq!(refused.request_id.unwrap().as_str(), "req-1");
    assert!(refused.error.to_string().len() < 400);
}

#[test]
fn hostile_bytes_are_refused_before_they_cost_anything() {
    let limits = FrameLimits::default();
    let error = |bytes: &[u8]| ClientFrame::parse(bytes, &limits).unwrap_err().error;
    let deep = "[".repeat(10_000);
    assert_eq!(error(deep.as_bytes()), FrameError::TooDeep { max: 16 });
    assert!(matches!(
        error(b"{\"type\":"),
        FrameError::Malformed { line: 1, .. }
    ));
    assert!(matches!(error(b""), FrameError::Malformed { .. }));
    for (error, close) in [
        (FrameError::Binary, CloseCode::UnsupportedData),
        (error(b"\xff\xfe"), CloseCode::InvalidPayload),
        (error(&vec![b' '; 64 * 1024 + 1]), CloseCode::MessageTooBig),
    ] {
        assert_eq!(error.close_code(), Some(close));
    }
}

#[test]
fn clients_survive_newer_servers() {
    let text = br#"{"type":"room","action":"left","data":{"room_id":"r","why":"rest"},"new":1}"#;
    let frame = ServerFrame::parse(text, &FrameLimits::default()).unwrap();
    assert!(matches!(frame.event, Event::Left { room_id } if room_id.as_str() == "r"));
    let text = br#"{"type":"system","action":"error","data":{"code":"x.y","message":"m","retryable":true}}"#;
    let frame = ServerFrame::parse(text, &FrameLimits::default()).unwrap();
    assert!(matches!(frame.event, Event::Error(body) if body.code == ErrorCode::Unknown));
}

#[test]
fn a_token_is_not_shown() {
    let frame = json!({ "type": "system", "action": "auth", "data": { "token": "s3cret" } });
    let frame = parse(frame).unwrap();
    assert!(!format!("{frame:?}").contains("s3cret"));
    assert!(matches!(&frame.command, Command::Authenticate(token) if token.expose() == "s3cret"));
}
