//! Tokens of other services.
//!
//! An operator gives a service a token that names the calls it may make. It is signed by the keys
//! of access tokens and is none: it has another type and another audience, says nothing of an
//! account, and opens nothing that is meant for people. It lives for weeks, and ends within
//! seconds when it is revoked.

mod issue;
mod model;
mod ports;
mod revoke;
mod verifier;

pub use issue::{
    IssueServiceToken, IssueServiceTokenError, IssuedServiceToken, issue_service_token,
};
pub use model::{MAX_SERVICE_TOKEN_LIFETIME, ServiceGrant, ServiceToken};
pub use ports::{ServiceTokenIssuer, ServiceTokenVerifier};
pub use revoke::revoke_service_token;
pub use verifier::RevocableServiceTokens;
