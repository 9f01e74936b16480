//! Why the server ends a connection.

/// A WebSocket close code (RFC 6455, section 7.4), with what the client should do next.
///
/// Of the private range, 4000 to 4499 mean *reconnect, with full jitter*, and 4500 to 4999 *do not*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CloseCode {
    /// 1003: a binary message on a text protocol.
    UnsupportedData,
    /// 1007: text that is not UTF-8.
    InvalidPayload,
    /// 1008: the connection kept on sending past its rate limit.
    PolicyViolation,
    /// 1009: a message over the size limit.
    MessageTooBig,
    /// 1012: the server restarts; reconnect.
    ServiceRestart,
    /// 1013: the server holds all the sessions it may; try again later.
    TryAgainLater,
    /// 4000: nothing was heard from the client for the length of the heartbeat time-out.
    HeartbeatTimeout,
    /// 4001: no `system/auth` frame in time.
    AuthenticationTimeout,
    /// 4002: the token is no longer valid; fetch a new one, then reconnect.
    TokenExpired,
    /// 4008: the client reads slower than it is sent to, and its byte budget is used up.
    SlowConsumer,
    /// 4501: the token was refused.
    Unauthenticated,
}

impl CloseCode {
    /// The number on the wire.
    pub fn code(self) -> u16 {
        match self {
            Self::UnsupportedData => 1003,
            Self::InvalidPayload => 1007,
            Self::PolicyViolation => 1008,
            Self::MessageTooBig => 1009,
            Self::ServiceRestart => 1012,
            Self::TryAgainLater => 1013,
            Self::HeartbeatTimeout => 4000,
            Self::AuthenticationTimeout => 4001,
            Self::TokenExpired => 4002,
            Self::SlowConsumer => 4008,
            Self::Unauthenticated => 4501,
        }
    }

    /// The reason on the wire: constant text, under the 123 bytes a close frame has room for.
    pub fn reason(self) -> &'static str {
        match self {
            Self::UnsupportedData => "this protocol is text: binary messages are not accepted",
            Self::InvalidPayload => "a text message must be UTF-8",
            Self::PolicyViolation => "rate limit ignored",
            Self::MessageTooBig => "message over the size limit",
            Self::ServiceRestart => "the server restarts: reconnect",
            Self::TryAgainLater => "the server is full: try again later",
            Self::HeartbeatTimeout => "no sign of life within the heartbeat time-out",
            Self::AuthenticationTimeout => "no system/auth frame in time",
            Self::TokenExpired => "the token is no longer valid: reconnect with a new one",
            Self::SlowConsumer => "read too slowly: the outbound byte budget is used up",
            Self::Unauthenticated => "the token was refused",
        }
    }
}
