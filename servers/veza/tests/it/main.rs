//! `veza serve` as its users meet it: the real binary, over the network.

#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod accounts;
mod confined;
mod process;
mod sound;
mod support;
mod uploads;
