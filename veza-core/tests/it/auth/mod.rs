//! Accounts.

mod admin;
mod api_keys;
mod audit;
mod identities;
mod invitations;
mod passwords;
mod privacy;
mod registration;
mod revocation;
mod second_factor;
mod services;
mod sessions;
