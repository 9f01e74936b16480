//! Signed tokens: keys that are replaced while the services run, and the tokens they sign.

mod access;
mod algorithm;
mod jwt;
mod key;
mod ring;
mod service;

pub use access::AccessTokens;
pub use algorithm::TokenAlgorithm;
pub use ring::{OpenKeyError, Rotation, TokenKeyInfo, TokenKeyPolicy, TokenKeys};
pub use service::ServiceTokens;
