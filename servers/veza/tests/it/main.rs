//! The binary from outside: as a script, a browser or an attacker sees it.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod accounts;
mod chance;
mod chat;
mod cli;
mod confined;
mod crash;
mod doctor;
mod events;
mod exports;
mod hostile;
mod keys;
mod listening;
mod mails;
mod media;
mod process;
mod providers;
mod races;
mod services;
mod sound;
mod support;
mod uploads;
