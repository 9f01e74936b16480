//! The WebSocket shell around veza-chat.
