//! Keys for programs: `vzk_<id>_<secret>`, shown as a bearer token.
//!
//! A key may do what it was made for and what its owner may do at that moment, whichever is less.
//! It belongs to no session, so it opens nothing that asks for one: passwords, second factors and
//! other keys stay out of its reach.

mod authenticate;
mod create;
mod list;
mod model;
mod ports;
mod revoke;

pub use authenticate::authenticate_api_key;
pub use create::{CreateApiKey, CreateApiKeyError, CreatedApiKey, create_api_key};
pub use list::list_api_keys;
pub use model::{ApiKey, ApiKeyId, ApiKeySecret, MAX_API_KEYS};
pub use ports::ApiKeys;
pub use revoke::{RevokeApiKey, RevokeApiKeyError, revoke_api_key};
