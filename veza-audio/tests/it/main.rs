//! Integration tests of the audio crate, in one binary.

mod measure;
