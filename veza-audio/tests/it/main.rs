//! The tests of the crate as its users see it.

#![allow(clippy::unwrap_used)] // a test that fails says where

mod decode;
mod support;
