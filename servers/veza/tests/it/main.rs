//! The binary from outside: as a script, a browser or an attacker sees it.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod accounts;
mod chat;
mod cli;
mod confined;
mod doctor;
mod hostile;
mod keys;
mod media;
mod process;
mod services;
mod sound;
mod support;
mod uploads;
