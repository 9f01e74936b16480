//! ID tokens that prove nothing.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::hostile::{CLIENT, Hostile, encode};

#[tokio::test]
async fn a_good_token_says_who_somebody_is() {
    let hostile = Hostile::start().await;
    let mut claims = hostile.claims();
    claims["at_hash"] = json!(half_hash(crate::hostile::ACCESS_TOKEN));
    claims["aud"] = json!(["another", CLIENT]);
    claims["azp"] = json!(CLIENT);
    claims["auth_time"] = claims["iat"].clone();
    claims["name"] = json!("Ada\u{0}");
    hostile.say_token(&hostile.token(&claims));
    let ada = hostile.redeem().await.unwrap();
    assert_eq!(ada.subject, "248289761001");
    assert_eq!(ada.nonce.as_deref(), Some("n"));
    assert!(ada.email_verified);
    assert_eq!(ada.name, None, "no store keeps it");
    let seconds = ada.authenticated_at.unwrap().as_seconds();
    assert_eq!(json!(seconds), claims["iat"]);
}

fn half_hash(text: &str) -> String {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16])
}

#[tokio::test]
async fn claims_that_are_wrong_are_refused() {
    let hostile = Hostile::start().await;
    let now = hostile.claims()["iat"].as_i64().unwrap();
    let wrong: [(&str, Value); 18] = [
        ("iss", json!("https://id.example")),
        ("iss", Value::Null),
        ("aud", json!("another")),
        ("aud", json!([CLIENT, "another"])),
        ("aud", json!([])),
        ("azp", json!("another")),
        ("exp", json!(now - 30)),
        ("exp", Value::Null),
        ("exp", json!("tomorrow")),
        ("iat", json!(now + 31)),
        ("iat", json!(now - 601)),
        ("iat", Value::Null),
        ("nbf", json!(now + 31)),
        ("sub", json!("")),
        ("sub", json!("a\u{0}")),
        ("sub", json!("a".repeat(256))),
        ("sub", Value::Null),
        ("at_hash", json!(half_hash("another access token"))),
    ];
    for (name, value) in wrong {
        let mut claims = hostile.claims();
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
        hostile.say_token(&hostile.token(&claims));
        let reason = hostile.refusal().await;
        assert!(reason.contains("token"), "{name} {value}: {reason}");
    }
    // On the edge of what clocks may be apart.
    let mut claims = hostile.claims();
    claims["exp"] = json!(now - 29);
    claims["iat"] = json!(now - 329);
    hostile.say_token(&hostile.token(&claims));
    hostile.redeem().await.unwrap();
}

#[tokio::test]
async fn signatures_that_are_none_are_refused() {
    let hostile = Hostile::start().await;
    let claims = hostile.claims();
    let good = hostile.token(&claims);
    let (head_and_claims, signature) = good.rsplit_once('.').unwrap();
    let unsigned = |header: Value| format!("{}.{}.", encode(&header), encode(&claims));
    // The public key as if it were a secret that both sides share.
    let confused = {
        let text = format!(
            "{}.{}",
            encode(&json!({"alg": "HS256", "kid": "one"})),
            encode(&claims)
        );
        let key = hmac::Key::new(hmac::HMAC_SHA256, hostile.public_key());
        let tag = hmac::sign(&key, text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(tag))
    };
    let other = Hostile::start().await;
    let mut changed = claims.clone();
    changed["sub"] = json!("somebody else");
    let tokens = [
        unsigned(json!({"alg": "none"})),
        unsigned(json!({"alg": "ES256", "kid": "one"})),
        confused,
        other.signed(&json!({"alg": "ES256", "kid": "one"}), &claims),
        // Another algorithm than the key's.
        hostile.signed(&json!({"alg": "RS256", "kid": "one"}), &claims),
        hostile.signed(&json!({"alg": "ES384", "kid": "one"}), &claims),
        hostile.signed(&json!({"alg": "ES256", "kid": "two"}), &claims),
        // A key that the token brings itself.
        other.signed(&json!({"alg": "ES256", "jwk": other.jwk("one")}), &claims),
        hostile.signed(
            &json!({"alg": "ES256", "kid": "one", "crit": ["b64"], "b64": false}),
            &claims,
        ),
        format!(
            "{}.{}.{signature}",
            good.split('.').next().unwrap(),
            encode(&changed)
        ),
        head_and_claims.to_owned(),
        format!("{good}.more"),
        String::new(),
        "a".repeat(40_000),
    ];
    for token in tokens {
        hostile.say_token(&token);
        hostile.refusal().await;
    }
    hostile.say_token(&good);
    hostile.redeem().await.unwrap();
}

#[tokio::test]
async fn a_key_makes_only_what_it_says_it_is_for() {
    let hostile = Hostile::start().await;
    let with = |name: &str, value: Value| {
        let mut jwk = hostile.jwk("one");
        jwk[name] = value;
        json!({ "keys": [jwk] })
    };
    for (keys, good) in [
        (with("use", json!("enc")), false),
        (with("alg", json!("ES384")), false),
        (with("alg", json!("ES256")), true),
        (with("use", json!("sig")), true),
        (
            json!({"keys": [{"kty": "oct", "k": "AAAA", "kid": "one"}]}),
            false,
        ),
        (
            json!({"keys": [{"kty": "new kind", "kid": "zero"}, hostile.jwk("one")]}),
            true,
        ),
        (
            json!({"keys": [hostile.jwk("one"), hostile.jwk("one")]}),
            false,
        ),
    ] {
        hostile.clock.advance(std::time::Duration::from_secs(3_601));
        hostile.say("keys", &keys);
        hostile.say_token(&hostile.token(&hostile.claims()));
        assert_eq!(hostile.redeem().await.is_ok(), good, "{keys}");
    }
    // A token without a name of a key is of the only one there is.
    let nameless = || hostile.signed(&json!({"alg": "ES256"}), &hostile.claims());
    for (keys, good) in [
        (json!({"keys": [hostile.jwk("one")]}), true),
        (
            json!({"keys": [hostile.jwk("one"), hostile.jwk("two")]}),
            false,
        ),
    ] {
        hostile.clock.advance(std::time::Duration::from_secs(3_601));
        hostile.say("keys", &keys);
        hostile.say_token(&nameless());
        assert_eq!(hostile.redeem().await.is_ok(), good, "{keys}");
    }
}
