//! The binary from outside: as a script, a browser or an attacker sees it.

mod cli;
mod media;
