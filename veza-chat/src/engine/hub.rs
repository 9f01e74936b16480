//! The hub itself: commands in, effects out.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use super::delivery::{Class, Outbox};
use super::recent::RecentAcks;
use super::room::Room;
use super::session::Session;
use super::{Effect, HubLimits, Member};
use crate::PROTOCOL_VERSION;
use crate::close::CloseCode;
use crate::frame::{
    ClientFrame, Command, Durability, ErrorBody, ErrorCode, Event, Hello, MessageAck,
    PresenceChange, ReceivedMessage, Rejection, RoomPresence, SendMessage, Since, UserInfo,
};
use crate::id::{MessageId, RequestId, RoomId, SessionId};
use crate::timestamp::Timestamp;

/// A live relay for any number of rooms.
///
/// Every method returns what the shell has to do, in order. The shell hands the frames of one
/// session to its socket in the order they come, and reports what it wrote by
/// [`written`](Self::written); the hub closes a session whose unread bytes pass the budget.
pub struct Hub {
    pub(super) limits: HubLimits,
    next_epoch: u64,
    pub(super) sessions: HashMap<SessionId, Session>,
    pub(super) rooms: HashMap<RoomId, Room>,
    recent: RecentAcks,
}

impl Hub {
    /// An empty hub.
    ///
    /// Each time a room fills it gets the next epoch, from `first_epoch` on. Give a number above
    /// every epoch of an earlier hub, such as the microseconds of its start, so that a client never
    /// takes a new order for the one it knows.
    pub fn new(limits: HubLimits, first_epoch: u64) -> Self {
        Self {
            limits,
            next_epoch: first_epoch,
            sessions: HashMap::new(),
            rooms: HashMap::new(),
            recent: RecentAcks::new(limits.dedup_window),
        }
    }

    /// Opens a session for a user the shell has authenticated, and greets it.
    ///
    /// `request_id` is that of the `system/auth` frame, where there was one. A hub which is full
    /// closes the session again with [`CloseCode::TryAgainLater`].
    pub fn connect(
        &mut self,
        now: Timestamp,
        id: SessionId,
        member: Member,
        request_id: Option<RequestId>,
    ) -> Vec<Effect> {
        if self.sessions.len() >= self.limits.max_sessions {
            return vec![Effect::Close {
                to: id,
                code: CloseCode::TryAgainLater,
            }];
        }
        self.sessions.insert(id, Session::new(member));
        let hello = Hello {
            protocol: PROTOCOL_VERSION,
            session_id: id,
            ping_ms: self.limits.ping_ms,
            max_frame: self.limits.max_frame_bytes as u64,
            server_time: now,
            features: vec!["presence".to_owned(), "typing".to_owned()],
        };
        self.reply(id, Event::Hello(hello), request_id)
    }

    /// Takes one frame of a session.
    ///
    /// `fresh` names the message, should the frame be one; make it a new UUIDv7 for each call.
    /// Frames of a session which the hub has closed are ignored.
    pub fn handle(
        &mut self,
        now: Timestamp,
        fresh: Uuid,
        from: SessionId,
        frame: ClientFrame,
    ) -> Vec<Effect> {
        let Some(session) = self.sessions.get(&from) else {
            return Vec::new();
        };
        let user = session.user();
        let request_id = frame.request_id;
        match frame.command {
            Command::Pong => Vec::new(),
            Command::Ping => {
                let top_seq = self.top_seq(from);
                self.reply(from, Event::Pong { top_seq }, request_id)
            }
            Command::Authenticate(_) => {
                let text = "this session is authenticated already";
                let body = ErrorBody::new(ErrorCode::AlreadyAuthenticated, text);
                self.reply(from, Event::Error(body), request_id)
            }
            Command::Join { room_id, since } => self.join(from, user, room_id, since, request_id),
            Command::Leave { room_id } => self.leave(from, user, room_id, request_id),
            Command::Send(message) => self.send(now, fresh, from, user, message, request_id),
            Command::ListPresence { room_id } => match self.joined_room(from, &room_id) {
                Err(body) => self.reply(from, Event::Error(body), request_id),
                Ok(room) => {
                    let (members, member_count) = room.presence(self.limits.max_listed_members);
                    let list = RoomPresence {
                        room_id,
                        members,
                        member_count,
                    };
                    self.reply(from, Event::PresenceList(list), request_id)
                }
            },
            Command::Typing { room_id, is_typing } => {
                self.typing(from, user, room_id, is_typing, request_id)
            }
        }
    }

    /// Answers a frame which was not understood: by an error frame, or by closing the session.
    pub fn reject(&mut self, from: SessionId, rejection: &Rejection) -> Vec<Effect> {
        match rejection.error.close_code() {
            Some(code) => self.close(from, code),
            None => self.refuse(from, rejection.error.body(), rejection.request_id.clone()),
        }
    }

    /// Answers a frame which the shell refuses, such as one over its rate.
    pub fn refuse(
        &mut self,
        from: SessionId,
        body: ErrorBody,
        request_id: Option<RequestId>,
    ) -> Vec<Effect> {
        self.reply(from, Event::Error(body), request_id)
    }

    /// Reports that `bytes` of the frames for a session are with its socket.
    pub fn written(&mut self, id: SessionId, bytes: usize) {
        if let Some(session) = self.sessions.get_mut(&id) {
            session.queued_bytes = session.queued_bytes.saturating_sub(bytes);
        }
    }

    /// Forgets a session whose connection is gone, and tells its rooms.
    pub fn disconnect(&mut self, id: SessionId) -> Vec<Effect> {
        let (mut out, mut departures) = (Outbox::default(), Vec::new());
        self.remove(id, &mut departures);
        self.announce(&mut out, departures);
        self.settle(out)
    }

    /// Ends one session and tells its rooms.
    pub fn close(&mut self, id: SessionId, code: CloseCode) -> Vec<Effect> {
        let (mut out, mut departures) = (Outbox::default(), Vec::new());
        if self.remove(id, &mut departures) {
            out.effects.push(Effect::Close { to: id, code });
        }
        self.announce(&mut out, departures);
        self.settle(out)
    }

    /// Ends every session, because the server stops: clients are told to reconnect.
    pub fn shut_down(&mut self) -> Vec<Effect> {
        self.rooms.clear();
        let mut ids: Vec<SessionId> = self.sessions.drain().map(|(id, _)| id).collect();
        ids.sort_unstable();
        let code = CloseCode::ServiceRestart;
        ids.into_iter()
            .map(|to| Effect::Close { to, code })
            .collect()
    }

    /// Sessions which are open.
    pub fn session_count(&self) -> usize {
        self.sessions.len()
    }

    /// Rooms with somebody in them.
    pub fn room_count(&self) -> usize {
        self.rooms.len()
    }

    fn join(
        &mut self,
        from: SessionId,
        user: UserInfo,
        room_id: RoomId,
        since: Option<Since>,
        request_id: Option<RequestId>,
    ) -> Vec<Effect> {
        if let Err(body) = self.may_join(from, &room_id) {
            return self.reply(from, Event::Error(body), request_id);
        }
        let next_epoch = &mut self.next_epoch;
        let room = self.rooms.entry(room_id.clone()).or_insert_with(|| {
            *next_epoch += 1;
            Room::new(*next_epoch - 1)
        });
        let is_new = room.enter(from, &user);
        let joined = room.joined(&room_id, since, self.limits.max_listed_members);
        if let Some(session) = self.sessions.get_mut(&from) {
            session.rooms.insert(room_id.clone());
        }
        let mut out = Outbox::default();
        self.push(&mut out, from, Event::Joined(joined), request_id);
        if is_new {
            let event = Event::PresenceJoined(PresenceChange {
                room_id: room_id.clone(),
                user,
            });
            self.publish(&mut out, &room_id, Some(from), event, Class::Reliable);
        }
        self.settle(out)
    }

    fn leave(
        &mut self,
        from: SessionId,
        user: UserInfo,
        room_id: RoomId,
        request_id: Option<RequestId>,
    ) -> Vec<Effect> {
        if let Err(body) = self.joined_room(from, &room_id) {
            return self.reply(from, Event::Error(body), request_id);
        }
        if let Some(session) = self.sessions.get_mut(&from) {
            session.rooms.remove(&room_id);
        }
        let mut out = Outbox::default();
        self.push(
            &mut out,
            from,
            Event::Left {
                room_id: room_id.clone(),
            },
            request_id,
        );
        let departure = self.exit_room(from, &user, &room_id);
        self.announce(&mut out, departure);
        self.settle(out)
    }

    fn send(
        &mut self,
        now: Timestamp,
        fresh: Uuid,
        from: SessionId,
        user: UserInfo,
        message: SendMessage,
        request_id: Option<RequestId>,
    ) -> Vec<Effect> {
        if let Err(body) = self.joined_room(from, &message.room_id) {
            return self.reply(from, Event::Error(body), request_id);
        }
        let client_msg_id = message.client_msg_id;
        let known = client_msg_id
            .as_ref()
            .and_then(|id| self.recent.find(&message.room_id, &user.user_id, id));
        if let Some(ack) = known {
            let ack = MessageAck {
                duplicate: true,
                ..ack.clone()
            };
            return self.reply(from, Event::Ack(ack), request_id);
        }
        let Some(room) = self.rooms.get_mut(&message.room_id) else {
            return Vec::new();
        };
        let ack = MessageAck {
            message_id: MessageId::from(fresh),
            client_msg_id: client_msg_id.clone(),
            room_id: message.room_id.clone(),
            seq: room.next_seq(),
            epoch: room.epoch,
            created_at: now,
            durability: Durability::Relayed,
            duplicate: false,
        };
        let received = Event::Received(ReceivedMessage {
            message_id: ack.message_id.clone(),
            room_id: message.room_id.clone(),
            sender_id: user.user_id.clone(),
            sender_username: Some(user.username),
            content: message.content,
            created_at: now,
            message_type: message.message_type,
            reply_to: message.reply_to,
            metadata: message.metadata,
            seq: ack.seq,
            epoch: ack.epoch,
        });
        if let Some(id) = &client_msg_id {
            self.recent.keep(&user.user_id, id, ack.clone());
        }
        let mut out = Outbox::default();
        self.push(&mut out, from, Event::Ack(ack), request_id.clone());
        // The sender gets its own message with its request id; everybody else the same bytes.
        self.push(&mut out, from, received.clone(), request_id);
        self.publish(
            &mut out,
            &message.room_id,
            Some(from),
            received,
            Class::Reliable,
        );
        self.settle(out)
    }

    fn typing(
        &mut self,
        from: SessionId,
        user: UserInfo,
        room_id: RoomId,
        is_typing: bool,
        request_id: Option<RequestId>,
    ) -> Vec<Effect> {
        if let Err(body) = self.joined_room(from, &room_id) {
            return self.reply(from, Event::Error(body), request_id);
        }
        let change = PresenceChange {
            room_id: room_id.clone(),
            user,
        };
        let event = if is_typing {
            Event::TypingStarted(change)
        } else {
            Event::TypingStopped(change)
        };
        let mut out = Outbox::default();
        self.publish(&mut out, &room_id, Some(from), event, Class::Ephemeral);
        self.settle(out)
    }

    fn may_join(&self, from: SessionId, room_id: &RoomId) -> Result<(), ErrorBody> {
        let Some(session) = self.sessions.get(&from) else {
            return Ok(());
        };
        if session.rooms.contains(room_id) {
            return Ok(());
        }
        if session.rooms.len() >= self.limits.max_rooms_per_session {
            let text = format!(
                "at most {} rooms at a time",
                self.limits.max_rooms_per_session
            );
            return Err(ErrorBody::new(ErrorCode::TooManyRoomsJoined, text));
        }
        match self.rooms.get(room_id) {
            Some(room) if room.session_count() >= self.limits.max_room_sessions => {
                let text = format!("room {room_id} is full");
                Err(ErrorBody::retryable(ErrorCode::RoomFull, text, None))
            }
            None if self.rooms.len() >= self.limits.max_rooms => {
                let text = "the server holds as many rooms as it may";
                Err(ErrorBody::retryable(
                    ErrorCode::RoomCapacityReached,
                    text,
                    None,
                ))
            }
            _ => Ok(()),
        }
    }

    /// The room, if the session is in it.
    fn joined_room(&self, from: SessionId, room_id: &RoomId) -> Result<&Room, ErrorBody> {
        let is_in = self
            .sessions
            .get(&from)
            .is_some_and(|s| s.rooms.contains(room_id));
        self.rooms
            .get(room_id)
            .filter(|_| is_in)
            .ok_or_else(|| ErrorBody {
                field: Some("data.room_id".to_owned()),
                ..ErrorBody::new(
                    ErrorCode::RoomNotJoined,
                    format!("join room {room_id} first"),
                )
            })
    }

    fn top_seq(&self, id: SessionId) -> BTreeMap<RoomId, u64> {
        let rooms = self
            .sessions
            .get(&id)
            .into_iter()
            .flat_map(|session| &session.rooms);
        rooms
            .filter_map(|id| Some((id.clone(), self.rooms.get(id)?.seq)))
            .collect()
    }
}
