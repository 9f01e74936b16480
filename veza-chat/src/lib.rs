//! A realtime chat engine: frames in, frames and effects out; no socket, clock or database of its own.
