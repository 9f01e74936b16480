//! Accounts.

mod admin;
mod audit;
mod passwords;
mod registration;
mod revocation;
mod sessions;
