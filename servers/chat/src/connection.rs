//! One socket, from its upgrade to its end.

use std::time::Instant;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use bytes::Bytes;
use futures_util::SinkExt;
use tokio::time::{Interval, MissedTickBehavior, interval_at, timeout};
use veza_chat::frame::{AccessToken, ErrorBody, ErrorCode};
use veza_chat::{
    ClientFrame, CloseCode, Command, FrameError, Member, RequestId, SessionId, UserId,
};

use crate::authenticator::Identity;
use crate::sessions::Inbox;
use crate::token_bucket::{TokenBucket, Verdict};
use crate::{ChatServer, clock};

/// Frames written before the socket is flushed: one system call for many small frames.
const MAX_BATCH_FRAMES: usize = 64;

/// Why a connection is over.
enum End {
    /// The peer is gone or has said goodbye.
    Peer,
    /// The server closes it.
    Server(CloseCode),
}

/// A socket and what is known of its peer.
pub(crate) struct Connection {
    server: ChatServer,
    socket: WebSocket,
    rate: TokenBucket,
    heard: Instant,
}

impl Connection {
    pub(crate) fn new(server: ChatServer, socket: WebSocket) -> Self {
        let now = Instant::now();
        let rate = TokenBucket::new(server.inner.config.rate, now);
        Self {
            server,
            socket,
            rate,
            heard: now,
        }
    }

    /// Runs the connection to its end. `token` is what came with the upgrade, checked already.
    pub(crate) async fn run(mut self, token: Option<(AccessToken, Identity)>) {
        let end = match token {
            Some((token, identity)) => self.session(token, identity, None).await,
            None => match self.authenticate().await {
                Ok((token, identity, request_id)) => {
                    self.session(token, identity, request_id).await
                }
                Err(end) => end,
            },
        };
        if let End::Server(code) = end {
            let patience = self.server.inner.config.close_timeout;
            // A peer that does not answer in time is cut off.
            let _ = timeout(patience, self.say_goodbye(code)).await;
        }
    }

    /// Waits for the first frame, which must be `system/auth`.
    async fn authenticate(&mut self) -> Result<(AccessToken, Identity, Option<RequestId>), End> {
        let server = self.server.clone();
        // The time-out covers the check too: an authenticator that hangs must not hold sockets.
        tokio::select! {
            known = timeout(server.inner.config.auth_timeout, self.introduction()) => {
                known.unwrap_or(Err(End::Server(CloseCode::AuthenticationTimeout)))
            }
            () = server.inner.stopping.cancelled() => Err(End::Server(CloseCode::ServiceRestart)),
        }
    }

    async fn introduction(&mut self) -> Result<(AccessToken, Identity, Option<RequestId>), End> {
        let frame = self.first_frame().await?;
        let Command::Authenticate(token) = frame.command else {
            return Err(End::Server(CloseCode::Unauthenticated));
        };
        match self
            .server
            .inner
            .authenticator
            .authenticate(token.expose())
            .await
        {
            Some(identity) => Ok((token, identity, frame.request_id)),
            None => Err(End::Server(CloseCode::Unauthenticated)),
        }
    }

    async fn first_frame(&mut self) -> Result<ClientFrame, End> {
        loop {
            match self.socket.recv().await {
                Some(Ok(Message::Text(text))) => {
                    let limits = &self.server.inner.config.frames;
                    return ClientFrame::parse(text.as_bytes(), limits).map_err(|rejection| {
                        let code = rejection.error.close_code();
                        End::Server(code.unwrap_or(CloseCode::Unauthenticated))
                    });
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {
                    if self.rate.take(Instant::now()) != Verdict::Taken {
                        return Err(End::Server(CloseCode::PolicyViolation));
                    }
                }
                Some(Ok(Message::Binary(_))) => {
                    return Err(End::Server(CloseCode::UnsupportedData));
                }
                Some(Ok(Message::Close(_))) | None => return Err(End::Peer),
                Some(Err(error)) => return Err(end_of(&error)),
            }
        }
    }

    /// Runs an authenticated session, which is forgotten by the hub when this returns.
    async fn session(
        &mut self,
        token: AccessToken,
        identity: Identity,
        request_id: Option<RequestId>,
    ) -> End {
        let id = SessionId(clock::fresh_id());
        let user_id = UserId::from(identity.user_id);
        let member = Member {
            user_id,
            username: identity.username.clone(),
        };
        let sessions = self.server.clone();
        let mut inbox = sessions.inner.sessions.connect(id, member, request_id);
        let end = self.exchange(id, &mut inbox, &token, &identity).await;
        sessions.inner.sessions.disconnect(id);
        if let End::Server(code) = end
            && code != CloseCode::SlowConsumer
        {
            // What was said before the end still goes out, if the peer takes it.
            let patience = self.server.inner.config.close_timeout;
            let _ = timeout(patience, self.write_rest(&mut inbox)).await;
        }
        end
    }

    async fn exchange(
        &mut self,
        id: SessionId,
        inbox: &mut Inbox,
        token: &AccessToken,
        identity: &Identity,
    ) -> End {
        let config = &self.server.inner.config;
        let mut heartbeat = every(config.ping_every);
        let mut recheck = every(config.reauthenticate_every);
        let ending = inbox.ending.clone();
        loop {
            let end = tokio::select! {
                code = ending.wait() => Some(End::Server(code)),
                message = self.socket.recv() => self.receive(id, message),
                Some(frame) = inbox.frames.recv() => tokio::select! {
                    // A peer that does not read must not keep the end from being seen; nor, below,
                    // may an authenticator that hangs.
                    code = ending.wait() => Some(End::Server(code)),
                    end = self.write_batch(id, frame, inbox) => end,
                },
                _ = heartbeat.tick() => tokio::select! {
                    code = ending.wait() => Some(End::Server(code)),
                    end = self.beat() => end,
                },
                _ = recheck.tick() => tokio::select! {
                    code = ending.wait() => Some(End::Server(code)),
                    end = self.recheck(token, identity) => end,
                },
            };
            if let Some(end) = end {
                return end;
            }
        }
    }

    fn receive(
        &mut self,
        id: SessionId,
        message: Option<Result<Message, axum::Error>>,
    ) -> Option<End> {
        let sessions = &self.server.inner.sessions;
        let message = match message {
            Some(Ok(message)) => message,
            Some(Err(error)) => return Some(end_of(&error)),
            None => return Some(End::Peer),
        };
        self.heard = Instant::now();
        let verdict = self.rate.take(self.heard);
        if verdict == Verdict::Ignored {
            sessions.close(id, CloseCode::PolicyViolation);
            return None; // the end comes by the inbox, after what was said before
        }
        match (message, verdict) {
            (Message::Close(_), _) => return Some(End::Peer),
            (Message::Binary(_), _) => sessions.reject(id, &FrameError::Binary.into()),
            (Message::Ping(_) | Message::Pong(_), _) => {}
            (Message::Text(_), Verdict::Refused { retry_after }) => {
                // Not parsed: a refused message costs as little as can be.
                let wait = u64::try_from(retry_after.as_millis())
                    .unwrap_or(u64::MAX)
                    .max(1);
                let text = "this connection sends too fast";
                let body = ErrorBody::retryable(ErrorCode::RateLimited, text, Some(wait));
                sessions.refuse(id, body, None);
            }
            (Message::Text(text), _) => {
                let limits = &self.server.inner.config.frames;
                match ClientFrame::parse(text.as_bytes(), limits) {
                    Ok(frame) => sessions.handle(id, frame),
                    Err(rejection) => sessions.reject(id, &rejection),
                }
            }
        }
        None
    }

    /// Writes a frame and those which wait behind it, then flushes once.
    async fn write_batch(&mut self, id: SessionId, first: Bytes, inbox: &mut Inbox) -> Option<End> {
        let patience = self.server.inner.config.heartbeat_timeout;
        let mut bytes = 0;
        let mut next = Some(first);
        let mut frames = 0;
        let write = async {
            while let Some(frame) = next.take() {
                bytes += frame.len();
                self.socket.feed(text(frame)).await?;
                frames += 1;
                if frames < MAX_BATCH_FRAMES {
                    next = inbox.frames.try_recv().ok();
                }
            }
            self.socket.flush().await
        };
        match timeout(patience, write).await {
            Err(_) => Some(End::Server(CloseCode::HeartbeatTimeout)),
            Ok(Err(_)) => Some(End::Peer),
            Ok(Ok(())) => {
                self.server.inner.sessions.written(id, bytes);
                None
            }
        }
    }

    async fn write_rest(&mut self, inbox: &mut Inbox) -> Result<(), axum::Error> {
        while let Ok(frame) = inbox.frames.try_recv() {
            self.socket.feed(text(frame)).await?;
        }
        self.socket.flush().await
    }

    /// Pings a silent peer; a browser answers by itself. Ends one that stays silent.
    async fn beat(&mut self) -> Option<End> {
        let config = &self.server.inner.config;
        let silence = self.heard.elapsed();
        if silence >= config.heartbeat_timeout {
            return Some(End::Server(CloseCode::HeartbeatTimeout));
        }
        if silence < config.ping_every / 2 {
            return None;
        }
        match timeout(
            config.heartbeat_timeout,
            self.socket.send(Message::Ping(Bytes::new())),
        )
        .await
        {
            Err(_) => Some(End::Server(CloseCode::HeartbeatTimeout)),
            Ok(Err(_)) => Some(End::Peer),
            Ok(Ok(())) => None,
        }
    }

    async fn recheck(&mut self, token: &AccessToken, identity: &Identity) -> Option<End> {
        let found = self
            .server
            .inner
            .authenticator
            .authenticate(token.expose())
            .await;
        let is_same = found.is_some_and(|now| now.user_id == identity.user_id);
        (!is_same).then_some(End::Server(CloseCode::TokenExpired))
    }

    /// Sends the close frame and waits for the peer's.
    async fn say_goodbye(&mut self, code: CloseCode) {
        let frame = CloseFrame {
            code: code.code(),
            reason: Utf8Bytes::from_static(code.reason()),
        };
        if self.socket.send(Message::Close(Some(frame))).await.is_err() {
            return;
        }
        // What is left unread when a socket closes makes the system reset the connection, and the
        // peer may lose the close frame by it.
        while let Some(Ok(_)) = self.socket.recv().await {}
    }
}

fn every(period: std::time::Duration) -> Interval {
    let period = period.max(std::time::Duration::from_millis(1));
    let mut interval = interval_at(tokio::time::Instant::now() + period, period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

fn text(frame: Bytes) -> Message {
    Message::Text(Utf8Bytes::try_from(frame).expect("the engine encodes frames as UTF-8"))
}

/// What a failed read means: the limits of the socket, or a peer that is gone.
fn end_of(error: &axum::Error) -> End {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = source {
        match error.downcast_ref::<tungstenite::Error>() {
            Some(tungstenite::Error::Capacity(_)) => {
                return End::Server(CloseCode::MessageTooBig);
            }
            Some(tungstenite::Error::Utf8(_)) => return End::Server(CloseCode::InvalidPayload),
            Some(_) => return End::Peer,
            None => source = error.source(),
        }
    }
    End::Peer
}
