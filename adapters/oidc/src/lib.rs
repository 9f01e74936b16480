//! Providers of identities by OpenID Connect: discovery, the authorization code flow with PKCE, and
//! ID tokens, checked.
//!
//! What a provider answers is not trusted before it is checked, and what it may make this process
//! do is bounded: requests go to the hosts of its settings alone, follow no redirect, end within
//! seconds, and read answers of a bounded size.

mod discovery;
mod fetch;
mod id_token;
mod keys;
mod provider;
mod settings;

pub use provider::OidcProvider;
pub use settings::{InvalidProvider, ProviderSettings};
