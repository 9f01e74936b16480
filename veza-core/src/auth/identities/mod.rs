//! Signing in with a provider of identities (OpenID Connect Core 1.0, authorization code flow with
//! PKCE, RFC 9700).
//!
//! | step | who | what |
//! |---|---|---|
//! | begin | [`begin_sign_in`], [`begin_link`], [`begin_reauthentication`] | stores a [`PendingAuthorization`] and answers where to send the browser |
//! | at the provider | a person | proves who they are there |
//! | answer | [`answer_authorization`] | redeems the code and does what was begun |
//!
//! What is begun belongs to one browser, by a secret in a cookie; is answered once; and is over
//! after ten minutes. An identity is an issuer's subject and nothing else: **a mail address never
//! leads to an account**. Where an account has the address of somebody new, it has to be signed in
//! to in another way, and the identity linked from there.

mod answer;
mod begin;
mod error;
mod handle;
mod link;
mod list;
mod model;
mod ports;
mod provider;
mod reauthenticate;
mod sign_in;
mod unlink;

pub use answer::{AnswerAuthorization, Answered, AuthorizationOutcome, answer_authorization};
pub use begin::{
    BeginAuthorization, BeginSignIn, Begun, begin_link, begin_reauthentication, begin_sign_in,
};
pub use error::{IdentityError, Refusal};
pub use list::list_identities;
pub use model::{
    AUTHORIZATION_LIFETIME, AuthorizationPurpose, InvalidProviderId, LinkedIdentity,
    LinkedIdentityId, MAX_IDENTITIES, PendingAuthorization, ProviderId,
};
pub use ports::{Identities, PendingAuthorizations};
pub use provider::{
    AuthorizationRequest, IdentityProvider, ProvedIdentity, Provider, Providers, RedeemError,
    Redemption,
};
pub use unlink::{UnlinkIdentity, unlink_identity};
