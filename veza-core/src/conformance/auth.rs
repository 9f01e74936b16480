//! The contracts of the ports of [`auth`](crate::auth) that are no repositories.

use std::time::Duration;

use crate::auth::{
    AccessGrant, Password, PasswordHasher, PasswordMatch, ServiceGrant, ServiceTokenIssuer,
    ServiceTokenVerifier, TokenError, TokenIssuer, TokenVerifier,
};
use crate::kernel::{Role, Timestamp};
use crate::memory::ManualClock;

use super::samples::{id, user_named};
use crate::kernel::Clock as _;

/// The whole contract of a [`PasswordHasher`].
///
/// # Panics
/// Where the contract is broken.
pub async fn password_hasher(hasher: &dyn PasswordHasher) {
    let password = Password::new("correct horse battery é");
    let other = Password::new("correct horse battery e");
    let hash = hasher.hash(&password).await.expect("hash");
    assert!(
        !hash.expose().contains(password.expose()),
        "a hash does not show the password"
    );
    assert_ne!(
        hasher.hash(&password).await.expect("hash"),
        hash,
        "each hash has its own salt"
    );
    let verify = async |password, hash| hasher.verify(password, hash).await.expect("verify");
    assert_eq!(verify(&password, Some(&hash)).await, PasswordMatch::Yes);
    assert_eq!(verify(&other, Some(&hash)).await, PasswordMatch::No);
    assert_eq!(verify(&password, None).await, PasswordMatch::No);
    let nonsense = crate::auth::PasswordHash::new("not a hash");
    hasher
        .verify(&password, Some(&nonsense))
        .await
        .expect_err("that is no hash");
}

/// The whole contract of a [`TokenIssuer`] and the [`TokenVerifier`] which belongs to it; both
/// tell the time by `clock`.
///
/// # Panics
/// Where the contract is broken.
pub fn tokens(issuer: &dyn TokenIssuer, verifier: &dyn TokenVerifier, clock: &ManualClock) {
    let user = user_named("ada");
    let issued_at = Timestamp::from_millis(clock.now().as_seconds() * 1000);
    let grant = AccessGrant {
        token_id: id(1),
        session_id: id(2),
        user_id: user.id,
        email: user.email,
        username: user.username,
        roles: vec![Role::Moderator],
        permissions: Role::Moderator.permissions(),
        authenticated_at: issued_at,
        issued_at,
        expires_at: issued_at.plus(Duration::from_secs(900)),
    };
    let token = issuer.issue(&grant).expect("issue");
    assert_eq!(
        verifier.verify(token.expose()),
        Ok(grant),
        "a token says what the grant says"
    );
    for other in [
        "",
        "abc",
        "a.b.c",
        &token.expose()[1..],
        &format!("{}A", token.expose()),
    ] {
        assert_eq!(
            verifier.verify(other),
            Err(TokenError::Invalid),
            "{other:?}"
        );
    }
    clock.advance(Duration::from_secs(899));
    assert!(
        verifier.verify(token.expose()).is_ok(),
        "good to the end of its time"
    );
    clock.advance(Duration::from_secs(60));
    assert_eq!(verifier.verify(token.expose()), Err(TokenError::Expired));
}

/// The whole contract of a [`ServiceTokenIssuer`] and the [`ServiceTokenVerifier`] which belongs
/// to it, beside access tokens of the same keys; all tell the time by `clock`.
///
/// # Panics
/// Where the contract is broken.
pub fn service_tokens<T>(tokens: &T, clock: &ManualClock)
where
    T: ServiceTokenIssuer + ServiceTokenVerifier + TokenIssuer + TokenVerifier,
{
    let issued_at = Timestamp::from_millis(clock.now().as_seconds() * 1000);
    let grant = ServiceGrant {
        token_id: id(1),
        name: "ingest of é".into(),
        methods: vec!["/a.B/C".into(), "/a.B/D".into()],
        issued_at,
        expires_at: issued_at.plus(Duration::from_secs(3_600)),
    };
    let token = tokens.issue_for_service(&grant).expect("issue");
    assert_eq!(
        tokens.verify_service(token.expose()),
        Ok(grant),
        "a token says what the grant says"
    );
    assert_eq!(
        tokens.verify(token.expose()),
        Err(TokenError::Invalid),
        "it is no access token"
    );
    let user = user_named("ada");
    let access = AccessGrant {
        token_id: id(2),
        session_id: id(3),
        user_id: user.id,
        email: user.email,
        username: user.username,
        roles: vec![Role::Admin],
        permissions: Role::Admin.permissions(),
        authenticated_at: issued_at,
        issued_at,
        expires_at: issued_at.plus(Duration::from_secs(900)),
    };
    let access = tokens.issue(&access).expect("issue");
    for other in ["", "abc", "a.b.c", access.expose(), &token.expose()[1..]] {
        let refused = tokens.verify_service(other);
        assert_eq!(refused, Err(TokenError::Invalid), "{other:?}");
    }
    clock.advance(Duration::from_secs(3_599));
    assert!(tokens.verify_service(token.expose()).is_ok());
    clock.advance(Duration::from_secs(60));
    let late = tokens.verify_service(token.expose());
    assert_eq!(late, Err(TokenError::Expired));
}
