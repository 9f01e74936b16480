use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde_json::{Value, json};
use veza_core::auth::{AccessGrant, TokenError, TokenIssuer as _, TokenVerifier as _};
use veza_core::conformance::user_named;
use veza_core::kernel::{Clock as _, Role, TypedId as _};
use veza_core::memory::{ManualClock, SeededEntropy};
use veza_crypto::{AccessTokens, OpenKeyError};

/// One key for all tests: making one takes long.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    FOLDER.get_or_init(|| tempfile::tempdir().unwrap()).path()
}

fn tokens(clock: &Arc<ManualClock>) -> AccessTokens {
    open("veza", "veza-api", clock)
}

fn open(issuer: &str, audience: &str, clock: &Arc<ManualClock>) -> AccessTokens {
    AccessTokens::open(&folder().join("access.p8"), issuer, audience, clock.clone()).unwrap()
}

fn grant(clock: &ManualClock) -> AccessGrant {
    let user = user_named("ada");
    AccessGrant {
        token_id: veza_core::auth::TokenId::generate(clock.now(), &SeededEntropy::new(1)),
        user_id: user.id,
        email: user.email,
        username: user.username,
        roles: vec![Role::User],
        permissions: Role::User.permissions(),
        issued_at: clock.now(),
        expires_at: clock.now().plus(Duration::from_secs(900)),
    }
}

/// The parts of a token, and the token made of changed parts.
fn parts(token: &str) -> (Value, Value, String) {
    let mut parts = token.split('.');
    let mut json = || {
        let part = URL_SAFE_NO_PAD.decode(parts.next().unwrap()).unwrap();
        serde_json::from_slice(&part).unwrap()
    };
    let (header, claims) = (json(), json());
    (header, claims, parts.next().unwrap().to_owned())
}

fn encode(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

#[test]
fn the_contract_is_kept() {
    let clock = Arc::new(ManualClock::default());
    let tokens = tokens(&clock);
    veza_core::conformance::tokens(&tokens, &tokens, &clock);
}

#[test]
fn the_claims_are_those_of_the_wire_format() {
    let clock = Arc::new(ManualClock::default());
    let token = tokens(&clock).issue(&grant(&clock)).unwrap();
    let (header, claims, _) = parts(token.expose());
    assert_eq!(
        (&header["alg"], &header["typ"]),
        (&json!("RS256"), &json!("JWT"))
    );
    assert_eq!(claims["sub"], json!(user_named("ada").id));
    assert_eq!(claims["roles"], json!(["user"]));
    assert_eq!(
        claims["permissions"],
        json!(["track:read", "track:create", "track:delete:own"])
    );
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        900
    );
    for claim in ["iss", "aud", "email", "nbf", "jti"] {
        assert!(!claims[claim].is_null(), "{claim}");
    }
}

#[test]
fn others_can_verify_with_the_public_key() {
    let clock = Arc::new(ManualClock::default());
    let tokens = tokens(&clock);
    let token = tokens.issue(&grant(&clock)).unwrap();
    let keys = serde_json::to_value(tokens.public_keys()).unwrap();
    let key: jsonwebtoken::jwk::Jwk = serde_json::from_value(keys["keys"][0].clone()).unwrap();
    assert_eq!(keys["keys"][0]["kid"], parts(token.expose()).0["kid"]);
    let thumbprint = key
        .thumbprint(jsonwebtoken::jwk::ThumbprintHash::SHA256)
        .unwrap();
    assert_eq!(keys["keys"][0]["kid"], json!(thumbprint));
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&["veza-api"]);
    validation.validate_exp = false;
    let key = DecodingKey::from_jwk(&key).unwrap();
    jsonwebtoken::decode::<Value>(token.expose(), &key, &validation).unwrap();
}

#[test]
fn what_was_forged_is_refused() {
    let clock = Arc::new(ManualClock::default());
    let tokens = tokens(&clock);
    let token = tokens.issue(&grant(&clock)).unwrap();
    let (header, claims, signature) = parts(token.expose());
    let refused = |what: &str, token: String| {
        assert_eq!(tokens.verify(&token), Err(TokenError::Invalid), "{what}");
    };

    let mut more = claims.clone();
    more["roles"] = json!(["admin"]);
    refused(
        "changed claims",
        format!("{}.{}.{signature}", encode(&header), encode(&more)),
    );

    for alg in ["none", "None", "PS256", "RS384", "HS256"] {
        let mut other = header.clone();
        other["alg"] = json!(alg);
        refused(
            alg,
            format!("{}.{}.{signature}", encode(&other), encode(&claims)),
        );
        refused(alg, format!("{}.{}.", encode(&other), encode(&claims)));
    }

    // The public key taken for the secret of an HMAC.
    let public = serde_json::to_value(tokens.public_keys()).unwrap();
    let modulus = URL_SAFE_NO_PAD
        .decode(public["keys"][0]["n"].as_str().unwrap())
        .unwrap();
    let mut hmac = Header::new(Algorithm::HS256);
    hmac.kid = header["kid"].as_str().map(str::to_owned);
    let forged = jsonwebtoken::encode(&hmac, &claims, &EncodingKey::from_secret(&modulus)).unwrap();
    refused("HMAC by the public key", forged);

    refused(
        "too long",
        format!("{}.{}", token.expose(), "A".repeat(100_000)),
    );
}

#[test]
fn a_token_is_good_only_for_its_issuer_audience_and_time() {
    let clock = Arc::new(ManualClock::default());
    let tokens = tokens(&clock);
    for (issuer, audience) in [("veza", "another"), ("another", "veza-api")] {
        let other = open(issuer, audience, &clock)
            .issue(&grant(&clock))
            .unwrap();
        assert_eq!(tokens.verify(other.expose()), Err(TokenError::Invalid));
    }
    let mut early = grant(&clock);
    early.issued_at = clock.now().plus(Duration::from_secs(31));
    let early = tokens.issue(&early).unwrap();
    assert_eq!(tokens.verify(early.expose()), Err(TokenError::Invalid));
    clock.advance(Duration::from_secs(1));
    assert!(
        tokens.verify(early.expose()).is_ok(),
        "clocks may be half a minute apart"
    );
}

#[test]
fn the_key_outlives_a_restart_and_nonsense_is_refused() {
    let clock = Arc::new(ManualClock::default());
    let token = tokens(&clock).issue(&grant(&clock)).unwrap();
    assert!(tokens(&clock).verify(token.expose()).is_ok());

    let path = folder().join("nonsense.p8");
    std::fs::write(&path, "not a key").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let error = AccessTokens::open(&path, "veza", "veza-api", clock).unwrap_err();
    assert!(matches!(error, OpenKeyError::Rejected), "{error}");
}
