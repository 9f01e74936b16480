use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Validation};
use serde_json::{Value, json};
use veza_core::auth::{
    AccessGrant, AccessToken, JsonWebKeySet, ServiceGrant, ServiceToken, ServiceTokenIssuer,
    ServiceTokenVerifier, TokenError, TokenIssuer, TokenVerifier,
};
use veza_core::conformance::user_named;
use veza_core::kernel::{Clock as _, PortError};
use veza_core::memory::ManualClock;
use veza_crypto::{AccessTokens, ServiceTokens, TokenAlgorithm};

use crate::forge::{Forge, encode, grant, parts, service_grant};

#[test]
fn the_contract_is_kept_by_every_algorithm() {
    for algorithm in TokenAlgorithm::ALL {
        let forge = Forge::new(algorithm);
        let tokens = forge.tokens();
        veza_core::conformance::tokens(&tokens, &tokens, &forge.clock);
    }
}

/// Access tokens and tokens of services of the same keys.
struct Both(AccessTokens, ServiceTokens);

impl TokenIssuer for Both {
    fn issue(&self, grant: &AccessGrant) -> Result<AccessToken, PortError> {
        self.0.issue(grant)
    }
}

impl TokenVerifier for Both {
    fn verify(&self, token: &str) -> Result<AccessGrant, TokenError> {
        self.0.verify(token)
    }

    fn public_keys(&self) -> JsonWebKeySet {
        self.0.public_keys()
    }
}

impl ServiceTokenIssuer for Both {
    fn issue_for_service(&self, grant: &ServiceGrant) -> Result<ServiceToken, PortError> {
        self.1.issue_for_service(grant)
    }
}

impl ServiceTokenVerifier for Both {
    fn verify_service(&self, token: &str) -> Result<ServiceGrant, TokenError> {
        self.1.verify_service(token)
    }
}

#[test]
fn the_contract_of_services_tokens_is_kept_by_every_algorithm() {
    for algorithm in TokenAlgorithm::ALL {
        let forge = Forge::new(algorithm);
        let both = Both(forge.tokens(), forge.services());
        veza_core::conformance::service_tokens(&both, &forge.clock);
    }
}

#[test]
fn a_token_of_a_service_has_a_type_and_an_audience_of_its_own() {
    let forge = Forge::new(TokenAlgorithm::Es256);
    let services = forge.services();
    let grant = service_grant(&forge.clock, Duration::from_secs(60));
    let token = services.issue_for_service(&grant).unwrap();
    let (header, claims, _) = parts(token.expose());
    assert_eq!(header["typ"], "service+jwt");
    assert_eq!(
        (&claims["sub"], &claims["aud"], &claims["scope"]),
        (
            &json!("ingest"),
            &json!("veza-rpc"),
            &json!("/veza.tracks.v1.Tracks/GetTrack")
        )
    );
    // Each of them alone keeps one from passing for the other.
    for (typ, audience) in [("JWT", "veza-rpc"), ("service+jwt", "veza-api")] {
        let (mut header, mut claims) = (header.clone(), claims.clone());
        header["typ"] = json!(typ);
        claims["aud"] = json!(audience);
        let forged = forge.sign(&header, &claims.to_string());
        assert_eq!(services.verify_service(&forged), Err(TokenError::Invalid));
        assert_eq!(forge.tokens().verify(&forged), Err(TokenError::Invalid));
    }
    let same = forge.sign(&header, &claims.to_string());
    assert!(services.verify_service(&same).is_ok());
}

#[test]
fn the_claims_are_those_of_the_wire_format() {
    let forge = Forge::new(TokenAlgorithm::Rs256);
    let token = forge.tokens().issue(&grant(&forge.clock)).unwrap();
    let (header, claims, _) = parts(token.expose());
    assert_eq!(
        (&header["alg"], &header["typ"]),
        (&json!("RS256"), &json!("JWT"))
    );
    assert_eq!(claims["sub"], json!(user_named("ada").id));
    assert_eq!(claims["roles"], json!(["user"]));
    assert_eq!(
        claims["permissions"],
        json!([
            "track:read",
            "chat:connect",
            "track:create",
            "track:delete:own"
        ])
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
    for (algorithm, name) in [
        (TokenAlgorithm::Rs256, Algorithm::RS256),
        (TokenAlgorithm::Ps256, Algorithm::PS256),
        (TokenAlgorithm::Es256, Algorithm::ES256),
        (TokenAlgorithm::EdDsa, Algorithm::EdDSA),
    ] {
        let forge = Forge::new(algorithm);
        let tokens = forge.tokens();
        let token = tokens.issue(&grant(&forge.clock)).unwrap();
        let keys = serde_json::to_value(tokens.public_keys()).unwrap();
        let key: jsonwebtoken::jwk::Jwk = serde_json::from_value(keys["keys"][0].clone()).unwrap();
        assert_eq!(keys["keys"][0]["kid"], parts(token.expose()).0["kid"]);
        let thumbprint = key
            .thumbprint(jsonwebtoken::jwk::ThumbprintHash::SHA256)
            .unwrap();
        assert_eq!(keys["keys"][0]["kid"], json!(thumbprint));
        let mut validation = Validation::new(name);
        validation.set_audience(&["veza-api"]);
        validation.validate_exp = false;
        let key = DecodingKey::from_jwk(&key).unwrap();
        jsonwebtoken::decode::<Value>(token.expose(), &key, &validation).unwrap();
    }
}

#[test]
fn what_was_changed_or_signed_by_another_algorithm_is_refused() {
    let forge = Forge::new(TokenAlgorithm::Rs256);
    let tokens = forge.tokens();
    let token = tokens.issue(&grant(&forge.clock)).unwrap();
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
        for signature in [signature.as_str(), ""] {
            refused(
                alg,
                format!("{}.{}.{signature}", encode(&other), encode(&claims)),
            );
        }
    }

    // The public key taken for the secret of an HMAC, in the forms in which it can be had.
    let public = serde_json::to_value(tokens.public_keys()).unwrap();
    let modulus = public["keys"][0]["n"].as_str().unwrap();
    let mut hmac = header.clone();
    hmac["alg"] = json!("HS256");
    for secret in [
        modulus.as_bytes().to_vec(),
        forge.public_der(),
        public["keys"][0].to_string().into_bytes(),
    ] {
        let message = format!("{}.{}", encode(&hmac), encode(&claims));
        let key = EncodingKey::from_secret(&secret);
        let signature =
            jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
        refused("HMAC by the public key", format!("{message}.{signature}"));
    }
    refused(
        "too long",
        format!("{}.{}", token.expose(), "A".repeat(100_000)),
    );
    refused("too many parts", format!("{}.x", token.expose()));
}

#[test]
fn what_our_own_key_signed_as_something_else_is_no_access_token() {
    let forge = Forge::new(TokenAlgorithm::Es256);
    let tokens = forge.tokens();
    let (header, claims, _) = parts(tokens.issue(&grant(&forge.clock)).unwrap().expose());
    let verify =
        |header: &Value, claims: &Value| tokens.verify(&forge.sign(header, &claims.to_string()));
    assert!(verify(&header, &claims).is_ok(), "the forge works");

    for typ in ["at+jwt", "mfa+jwt", "service+jwt", "jwt", "", "JWT "] {
        let mut other = header.clone();
        other["typ"] = json!(typ);
        assert_eq!(verify(&other, &claims), Err(TokenError::Invalid), "{typ}");
    }
    for gone in ["typ", "kid"] {
        let mut other = header.clone();
        other.as_object_mut().unwrap().remove(gone);
        assert_eq!(verify(&other, &claims), Err(TokenError::Invalid), "{gone}");
    }
    for (name, value) in [
        ("crit", json!(["b64"])),
        ("b64", json!(false)),
        ("jku", json!("https://attacker.example/keys")),
        ("jwk", json!({ "kty": "oct", "k": "AAAA" })),
        ("x5u", json!("https://attacker.example/chain")),
    ] {
        let mut other = header.clone();
        other[name] = value;
        assert_eq!(verify(&other, &claims), Err(TokenError::Invalid), "{name}");
    }
    for kid in [
        "../../../../dev/null",
        "/dev/null",
        "0001.key",
        "",
        "\0",
        "' OR 1=1 --",
    ] {
        let mut other = header.clone();
        other["kid"] = json!(kid);
        assert_eq!(verify(&other, &claims), Err(TokenError::Invalid), "{kid:?}");
    }
}

#[test]
fn every_claim_is_required_once_and_right() {
    let forge = Forge::new(TokenAlgorithm::EdDsa);
    let tokens = forge.tokens();
    let (header, claims, _) = parts(tokens.issue(&grant(&forge.clock)).unwrap().expose());
    let verify = |claims: &str| tokens.verify(&forge.sign(&header, claims));
    assert!(verify(&claims.to_string()).is_ok(), "the forge works");

    for gone in ["iss", "aud", "sub", "exp", "nbf", "iat", "jti"] {
        let mut fewer = claims.clone();
        fewer.as_object_mut().unwrap().remove(gone);
        assert_eq!(
            verify(&fewer.to_string()),
            Err(TokenError::Invalid),
            "{gone}"
        );
        let twice = format!("{{\"{gone}\":{},{}", claims[gone], &claims.to_string()[1..]);
        assert_eq!(verify(&twice), Err(TokenError::Invalid), "{gone} twice");
    }
    for (name, value) in [
        ("iss", json!("another")),
        ("iss", json!(["veza", "another"])),
        ("aud", json!("another")),
        ("aud", json!(["veza-api", "another"])),
        ("sub", json!("root")),
        ("sub", json!(null)),
        ("exp", json!("tomorrow")),
        ("exp", json!(1e300)),
        ("exp", json!(-1)),
        ("jti", json!(7)),
        ("roles", json!(["superuser"])),
    ] {
        let mut other = claims.clone();
        other[name] = value.clone();
        assert!(verify(&other.to_string()).is_err(), "{name} {value}");
    }
}

#[test]
fn a_token_is_good_only_for_its_issuer_audience_and_time() {
    let forge = Forge::new(TokenAlgorithm::Es256);
    let tokens = forge.tokens();
    for (issuer, audience) in [("veza", "another"), ("another", "veza-api")] {
        let other = forge
            .tokens_of(issuer, audience)
            .issue(&grant(&forge.clock))
            .unwrap();
        assert_eq!(tokens.verify(other.expose()), Err(TokenError::Invalid));
    }
    let mut early = grant(&forge.clock);
    early.issued_at = forge.clock.now().plus(Duration::from_secs(31));
    let early = tokens.issue(&early).unwrap();
    assert_eq!(tokens.verify(early.expose()), Err(TokenError::Invalid));
    forge.clock.advance(Duration::from_secs(1));
    assert!(
        tokens.verify(early.expose()).is_ok(),
        "clocks may be half a minute apart"
    );

    let token = tokens.issue(&grant(&forge.clock)).unwrap();
    forge.clock.advance(Duration::from_secs(900 + 29));
    assert!(tokens.verify(token.expose()).is_ok());
    forge.clock.advance(Duration::from_secs(1));
    assert_eq!(tokens.verify(token.expose()), Err(TokenError::Expired));
}

#[test]
fn another_installations_key_of_the_same_kind_is_refused() {
    let clock = Arc::new(ManualClock::default());
    let ours = Forge::with_clock(TokenAlgorithm::Es256, clock.clone());
    let theirs = Forge::with_clock(TokenAlgorithm::Es256, clock.clone());
    let token = theirs.tokens().issue(&grant(&clock)).unwrap();
    assert_eq!(
        ours.tokens().verify(token.expose()),
        Err(TokenError::Invalid)
    );
    // Even when it names our key.
    let (mut header, claims, _) = parts(token.expose());
    header["kid"] = json!(ours.keys.public_keys().keys[0].kid);
    let forged = theirs.sign(&header, &claims.to_string());
    assert_eq!(ours.tokens().verify(&forged), Err(TokenError::Invalid));
}
