//! Whatever comes, the parser answers; whatever is written, it reads back.

use proptest::prelude::*;
use serde_json::{Map, Value};
use veza_chat::frame::{AccessToken, MessageType, SendMessage, Since};
use veza_chat::{
    ClientFrame, ClientMessageId, Command, FrameLimits, MessageId, RequestId, RoomId, ServerFrame,
    Timestamp,
};

fn id() -> impl Strategy<Value = String> {
    "[A-Za-z0-9_.:~-]{1,64}"
}

fn room() -> impl Strategy<Value = RoomId> {
    id().prop_map(|text| RoomId::parse(&text).unwrap())
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".{0,6}", inner, 0..4)
                .prop_map(|m| Value::Object(m.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn message() -> impl Strategy<Value = SendMessage> {
    let kind = prop_oneof![
        Just(MessageType::Text),
        Just(MessageType::Image),
        Just(MessageType::Audio),
        Just(MessageType::File),
    ];
    let metadata = prop::collection::btree_map(".{0,6}", json(), 0..3);
    (
        room(),
        ".{0,40}x",
        kind,
        prop::option::of(id()),
        metadata,
        prop::option::of(id()),
    )
        .prop_map(
            |(room_id, content, message_type, reply_to, metadata, client)| SendMessage {
                room_id,
                content,
                message_type,
                reply_to: reply_to.map(|text| MessageId::parse(&text).unwrap()),
                metadata: metadata.into_iter().collect(),
                client_msg_id: client.map(|text| ClientMessageId::parse(&text).unwrap()),
            },
        )
}

fn command() -> impl Strategy<Value = Command> {
    let since = prop::option::of((any::<u64>(), any::<u64>()))
        .prop_map(|pair| pair.map(|(seq, epoch)| Since { seq, epoch }));
    prop_oneof![
        ".{0,40}".prop_map(|token| Command::Authenticate(AccessToken::new(token))),
        Just(Command::Ping),
        Just(Command::Pong),
        message().prop_map(Command::Send),
        (room(), since).prop_map(|(room_id, since)| Command::Join { room_id, since }),
        room().prop_map(|room_id| Command::Leave { room_id }),
        room().prop_map(|room_id| Command::ListPresence { room_id }),
        (room(), any::<bool>())
            .prop_map(|(room_id, is_typing)| Command::Typing { room_id, is_typing }),
    ]
}

proptest! {
    #[test]
    fn no_bytes_make_the_parser_panic(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        let _ = ClientFrame::parse(&bytes, &FrameLimits::default());
        let _ = ServerFrame::parse(&bytes, &FrameLimits::default());
    }

    #[test]
    fn no_json_makes_the_parser_panic(
        kind in "(system|message|room|presence|typing|.{0,8})",
        action in "(hello|auth|ping|send|ack|received|join|joined|subscribe|list|start|.{0,8})",
        data in json(),
        room_id in json(),
    ) {
        let mut frame = serde_json::json!({ "type": kind, "action": action, "data": data });
        if let Some(data) = frame["data"].as_object_mut() {
            data.insert("room_id".to_owned(), room_id);
        }
        let text = frame.to_string();
        let _ = ServerFrame::parse(text.as_bytes(), &FrameLimits::default());
        if let Err(refused) = ClientFrame::parse(text.as_bytes(), &FrameLimits::default()) {
            prop_assert!(refused.error.body().message.len() < 1024);
        }
    }

    #[test]
    fn what_a_client_writes_reads_back(
        command in command(),
        request_id in prop::option::of(id()),
        millis in prop::option::of(0i64..4_102_444_800_000),
    ) {
        let frame = ClientFrame {
            command,
            request_id: request_id.map(|text| RequestId::parse(&text).unwrap()),
            timestamp: millis.map(|m| Timestamp::from_unix_millis(m).unwrap()),
        };
        let read = ClientFrame::parse(frame.encode().as_bytes(), &FrameLimits::default());
        prop_assert_eq!(read, Ok(frame));
    }
}
