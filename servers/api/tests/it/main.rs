//! The REST service over ports in memory.

mod accounts;
mod support;
mod tracks;
mod uploads;
