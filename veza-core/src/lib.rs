//! The domain of a collaborative audio platform: no I/O, no runtime.
