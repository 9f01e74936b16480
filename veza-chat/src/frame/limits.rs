//! What a client may put into a frame.

/// Bounds on one inbound frame; each has a default that suits a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameLimits {
    /// Bytes of the whole frame (64 KiB).
    pub max_frame_bytes: usize,
    /// Levels of arrays and objects in the whole frame (16).
    pub max_depth: usize,
    /// Bytes of `data.content` in UTF-8 (16 KiB).
    pub max_content_bytes: usize,
    /// Bytes of `data.metadata`, written compactly (4 KiB).
    pub max_metadata_bytes: usize,
}

impl Default for FrameLimits {
    fn default() -> Self {
        Self {
            max_frame_bytes: 64 * 1024,
            max_depth: 16,
            max_content_bytes: 16 * 1024,
            max_metadata_bytes: 4 * 1024,
        }
    }
}
