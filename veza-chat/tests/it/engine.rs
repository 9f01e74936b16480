//! The hub as a shell sees it.

use std::collections::HashMap;

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use veza_chat::{
    ClientFrame, CloseCode, Effect, FrameLimits, Hub, HubLimits, Member, SessionId, Timestamp,
    UserId,
};

/// A hub with a counter for the ids it is given.
struct Stage {
    hub: Hub,
    fresh: u128,
}

fn session(n: u128) -> SessionId {
    SessionId(Uuid::from_u128(n))
}

fn now() -> Timestamp {
    Timestamp::from_unix_millis(1_762_079_400_000).unwrap()
}

impl Stage {
    fn new(limits: HubLimits) -> Self {
        Self {
            hub: Hub::new(limits, 1),
            fresh: 1000,
        }
    }

    fn connect(&mut self, n: u128, user: &str) -> Vec<Effect> {
        let user_id = UserId::parse(user).unwrap();
        self.hub.connect(
            now(),
            session(n),
            Member {
                user_id,
                username: user.to_owned(),
            },
            None,
        )
    }

    fn give(&mut self, n: u128, kind: &str, action: &str, data: Value) -> Vec<Effect> {
        self.fresh += 1;
        let text = json!({ "type": kind, "action": action, "data": data }).to_string();
        let frame = ClientFrame::parse(text.as_bytes(), &FrameLimits::default()).unwrap();
        self.hub
            .handle(now(), Uuid::from_u128(self.fresh), session(n), frame)
    }

    fn join(&mut self, n: u128, room: &str) -> Vec<Effect> {
        self.give(n, "room", "join", json!({ "room_id": room }))
    }

    fn say(&mut self, n: u128, room: &str, text: &str) -> Vec<Effect> {
        self.give(
            n,
            "message",
            "send",
            json!({ "room_id": room, "content": text }),
        )
    }
}

/// `type/action` of what one session gets.
fn heard(effects: &[Effect], n: u128) -> Vec<String> {
    frames(effects, n)
        .iter()
        .map(|f| format!("{}/{}", text(&f["type"]), text(&f["action"])))
        .collect()
}

fn frames(effects: &[Effect], n: u128) -> Vec<Value> {
    let of_session = effects.iter().filter_map(|effect| match effect {
        Effect::Send { to, frame } if *to == session(n) => Some(frame),
        _ => None,
    });
    of_session
        .map(|frame| serde_json::from_slice(frame).unwrap())
        .collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[test]
fn a_message_is_encoded_once_for_all_others() {
    let mut stage = Stage::new(HubLimits::default());
    for n in 1..=4 {
        stage.connect(n, &format!("u{n}"));
        stage.join(n, "r");
    }
    let effects = stage.say(1, "r", "hi");
    assert_eq!(heard(&effects, 1), ["message/ack", "message/received"]);
    let shared: Vec<&Bytes> = effects
        .iter()
        .filter_map(|e| match e {
            Effect::Send { to, frame } if *to != session(1) => Some(frame),
            _ => None,
        })
        .collect();
    assert_eq!(shared.len(), 3);
    assert!(
        shared
            .iter()
            .all(|frame| frame.as_ptr() == shared[0].as_ptr())
    );
}

#[test]
fn presence_follows_the_user_and_not_the_connection() {
    let mut stage = Stage::new(HubLimits::default());
    stage.connect(1, "ada");
    stage.join(1, "r");
    stage.connect(2, "ben");
    assert_eq!(heard(&stage.join(2, "r"), 1), ["presence/joined"]);
    stage.connect(3, "ben");
    assert!(heard(&stage.join(3, "r"), 1).is_empty());
    assert!(
        heard(&stage.join(3, "r"), 1).is_empty(),
        "joining twice is joining once"
    );
    assert!(heard(&stage.hub.disconnect(session(2)), 1).is_empty());
    assert_eq!(
        heard(&stage.hub.disconnect(session(3)), 1),
        ["presence/left"]
    );
    assert!(stage.hub.disconnect(session(3)).is_empty());
}

#[test]
fn an_emptied_room_starts_a_new_order() {
    let mut stage = Stage::new(HubLimits::default());
    stage.connect(1, "ada");
    stage.join(1, "r");
    stage.say(1, "r", "one");
    let since = json!({ "room_id": "r", "since": { "seq": 1, "epoch": 1 } });
    let again = stage.give(1, "room", "subscribe", since.clone());
    assert_eq!(frames(&again, 1)[0]["data"]["recovered"], true);
    stage.say(1, "r", "two");
    let again = stage.give(1, "room", "subscribe", since.clone());
    assert_eq!(frames(&again, 1)[0]["data"]["recovered"], false);
    stage.give(1, "room", "leave", json!({ "room_id": "r" }));
    assert_eq!(stage.hub.room_count(), 0);
    let data = &frames(&stage.give(1, "room", "subscribe", since), 1)[0]["data"];
    assert_eq!((&data["epoch"], &data["seq"]), (&json!(2), &json!(0)));
    assert_eq!(data["recovered"], false);
}

#[test]
fn the_same_client_msg_id_of_another_user_or_room_is_another_message() {
    let mut stage = Stage::new(HubLimits {
        dedup_window: 3,
        ..HubLimits::default()
    });
    for (n, user) in [(1, "ada"), (2, "ben")] {
        stage.connect(n, user);
        stage.join(n, "r");
        stage.join(n, "q");
    }
    let mut is_duplicate = |n, room: &str, id: &str| {
        let data = json!({ "room_id": room, "content": "x", "client_msg_id": id });
        let effects = stage.give(n, "message", "send", data);
        let others: usize = frames(&effects, 3 - n).len();
        let duplicate = frames(&effects, n)[0]["data"]["duplicate"] == true;
        assert_eq!(others, usize::from(!duplicate));
        duplicate
    };
    assert!(!is_duplicate(1, "r", "m"));
    assert!(is_duplicate(1, "r", "m"));
    assert!(!is_duplicate(2, "r", "m"));
    assert!(!is_duplicate(1, "q", "m"));
    assert!(is_duplicate(1, "r", "m"));
    assert!(
        !is_duplicate(1, "r", "n"),
        "the fourth pushes the first out of a window of three"
    );
    assert!(!is_duplicate(1, "r", "m"));
}

#[test]
fn a_slow_reader_is_closed_and_the_others_hear_of_it() {
    let budget = 4000;
    let mut stage = Stage::new(HubLimits {
        outbound_budget_bytes: budget,
        ..HubLimits::default()
    });
    for (n, user) in [(1, "ada"), (2, "ben"), (3, "cyd")] {
        stage.connect(n, user);
        stage.join(n, "r");
    }
    let mut waiting = 0;
    let mut closed = None;
    for _ in 0..40 {
        let effects = stage.say(1, "r", &"x".repeat(200));
        for effect in &effects {
            match effect {
                // Ada and Cyd read, Ben does not.
                Effect::Send { to, frame } if *to != session(2) => {
                    stage.hub.written(*to, frame.len());
                }
                Effect::Send { frame, .. } => waiting += frame.len(),
                Effect::Close { to, code } => closed = Some((*to, *code)),
            }
        }
        if closed.is_some() {
            assert_eq!(heard(&effects, 3), ["message/received", "presence/left"]);
            break;
        }
    }
    assert_eq!(closed, Some((session(2), CloseCode::SlowConsumer)));
    assert!(waiting <= budget);
    assert_eq!(stage.hub.session_count(), 2);
    assert!(heard(&stage.say(1, "r", "x"), 2).is_empty());
}

#[test]
fn typing_is_left_out_before_it_costs_a_slow_reader_its_session() {
    let mut stage = Stage::new(HubLimits {
        outbound_budget_bytes: 4000,
        ..HubLimits::default()
    });
    for (n, user) in [(1, "ada"), (2, "ben")] {
        stage.connect(n, user);
        stage.join(n, "r");
    }
    let mut heard_by_ben = 0;
    for _ in 0..100 {
        let effects = stage.give(1, "typing", "start", json!({ "room_id": "r" }));
        heard_by_ben += heard(&effects, 2).len();
    }
    assert!((1..100).contains(&heard_by_ben), "{heard_by_ben}");
    assert_eq!(stage.hub.session_count(), 2);
}

#[test]
fn what_a_hub_holds_is_bounded() {
    let mut stage = Stage::new(HubLimits {
        max_sessions: 3,
        max_rooms: 2,
        max_room_sessions: 2,
        max_rooms_per_session: 1,
        ..HubLimits::default()
    });
    for n in 1..=3 {
        assert_eq!(
            heard(&stage.connect(n, &format!("u{n}")), n),
            ["system/hello"]
        );
    }
    let full = Effect::Close {
        to: session(4),
        code: CloseCode::TryAgainLater,
    };
    assert_eq!(stage.connect(4, "u4"), [full]);
    let code = |effects: Vec<Effect>, n| frames(&effects, n)[0]["data"]["code"].clone();
    stage.join(1, "a");
    assert_eq!(code(stage.join(1, "b"), 1), "room.too_many_joined");
    stage.join(2, "a");
    assert_eq!(code(stage.join(3, "a"), 3), "room.full");
    stage.join(3, "b");
    stage.give(2, "room", "leave", json!({ "room_id": "a" }));
    assert_eq!(code(stage.join(2, "c"), 2), "room.capacity_reached");
}

#[test]
fn shutting_down_tells_everybody_to_reconnect() {
    let mut stage = Stage::new(HubLimits::default());
    for n in 1..=3 {
        stage.connect(n, "ada");
        stage.join(n, "r");
    }
    let code = CloseCode::ServiceRestart;
    let closes: Vec<Effect> = (1..=3)
        .map(|n| Effect::Close {
            to: session(n),
            code,
        })
        .collect();
    assert_eq!(stage.hub.shut_down(), closes);
    assert_eq!((stage.hub.session_count(), stage.hub.room_count()), (0, 0));
}

proptest! {
    /// Whatever five sessions do in three rooms: nobody hears a room it is not in, nobody hears
    /// after it is gone, and each hears consecutive places of one epoch.
    #[test]
    fn order_and_membership_hold(steps in prop::collection::vec((0u8..8, 0u128..5, 0usize..3), 1..120)) {
        let rooms = ["a", "b", "c"];
        let mut stage = Stage::new(HubLimits { outbound_budget_bytes: 20_000, ..HubLimits::default() });
        let mut joined: HashMap<(SessionId, String), Option<(u64, u64)>> = HashMap::new();
        let mut open: Vec<SessionId> = Vec::new();
        for (step, n, room) in steps {
            let id = session(n);
            let effects = match step {
                0 if !open.contains(&id) => {
                    open.push(id);
                    stage.connect(n, &format!("u{}", n % 3))
                }
                1 => stage.hub.disconnect(id),
                2 => stage.give(n, "room", "leave", json!({ "room_id": rooms[room] })),
                3 | 4 => stage.join(n, rooms[room]),
                _ => stage.say(n, rooms[room], &"x".repeat(300)),
            };
            if step == 1 {
                open.retain(|other| *other != id);
                joined.retain(|(session, _), _| *session != id);
            }
            for effect in effects {
                let (to, frame) = match effect {
                    Effect::Send { to, frame } => (to, frame),
                    Effect::Close { to, .. } => {
                        open.retain(|other| *other != to);
                        joined.retain(|(session, _), _| *session != to);
                        continue;
                    }
                };
                prop_assert!(open.contains(&to));
                let frame: Value = serde_json::from_slice(&frame).unwrap();
                let Some(room) = frame["data"]["room_id"].as_str() else { continue };
                let place = (frame["data"]["epoch"].as_u64(), frame["data"]["seq"].as_u64());
                let key = (to, room.to_owned());
                match (text(&frame["type"]), text(&frame["action"])) {
                    ("room", "joined") => { joined.insert(key, place.0.zip(place.1)); }
                    ("room", "left") => { joined.remove(&key); }
                    ("message", "received") => {
                        let (epoch, seq) = place.0.zip(place.1).unwrap();
                        let last = joined.get_mut(&key);
                        prop_assert!(last.is_some(), "heard a room it is not in");
                        let last = last.unwrap();
                        prop_assert_eq!(*last, Some((epoch, seq - 1)));
                        *last = Some((epoch, seq));
                    }
                    ("presence", _) => prop_assert!(joined.contains_key(&key)),
                    _ => {}
                }
            }
        }
        prop_assert_eq!(stage.hub.session_count(), open.len());
    }
}
