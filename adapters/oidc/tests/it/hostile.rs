//! The provider that lies.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use veza_core::auth::identities::{IdentityProvider as _, ProvedIdentity, RedeemError, Redemption};
use veza_core::kernel::{Clock as _, PortErrorKind, Timestamp};
use veza_core::memory::ManualClock;
use veza_oidc::{OidcProvider, ProviderSettings};

pub(crate) const CLIENT: &str = "veza";
pub(crate) const ACCESS_TOKEN: &str = "an access token";

/// What it answers at a path: a status, a body, and a place to go to.
#[derive(Clone)]
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) location: Option<String>,
}

#[derive(Default)]
struct Answers {
    said: Mutex<BTreeMap<String, Said>>,
    asked: Mutex<Vec<String>>,
    slow: AtomicU32,
}

/// A server whose every answer is chosen by the test, and a client of it.
pub(crate) struct Hostile {
    answers: Arc<Answers>,
    key: EcdsaKeyPair,
    pub(crate) issuer: String,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) provider: OidcProvider,
}

async fn answer(State(answers): State<Arc<Answers>>, Path(path): Path<String>) -> Response {
    answers.asked.lock().unwrap().push(path.clone());
    if answers.slow.load(Ordering::SeqCst) > 0 {
        std::future::pending::<()>().await;
    }
    let said = answers.said.lock().unwrap().get(&path).cloned();
    let Some(said) = said else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let status = StatusCode::from_u16(said.status).unwrap();
    let location = said.location.map(|place| [("location", place)]);
    (
        status,
        location.unwrap_or([("location", String::new())]),
        said.body,
    )
        .into_response()
}

pub(crate) fn encode(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

impl Hostile {
    /// A provider which is honest as yet.
    pub(crate) async fn start() -> Self {
        let answers = Arc::new(Answers::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/{*path}", any(answer))
            .with_state(answers.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_790_000_000_000)));
        let settings = ProviderSettings {
            issuer: issuer.clone(),
            client_id: CLIENT.into(),
            client_secret: Some("secret".into()),
            scopes: vec!["email".into()],
            hosts: Vec::new(),
        };
        let hostile = Self {
            answers,
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap(),
            provider: OidcProvider::new(settings, clock.clone()).unwrap(),
            issuer,
            clock,
        };
        hostile.say(".well-known/openid-configuration", &hostile.metadata());
        hostile.say("keys", &json!({ "keys": [hostile.jwk("one")] }));
        hostile.say_token(&hostile.token(&hostile.claims()));
        hostile
    }

    pub(crate) fn metadata(&self) -> Value {
        let issuer = &self.issuer;
        json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
        })
    }

    /// The public key, under this name.
    pub(crate) fn jwk(&self, kid: &str) -> Value {
        let point = self.key.public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({"kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y), "kid": kid})
    }

    /// The public key as bytes, which everybody knows.
    pub(crate) fn public_key(&self) -> &[u8] {
        self.key.public_key().as_ref()
    }

    /// Claims with which nothing is wrong.
    pub(crate) fn claims(&self) -> Value {
        let now = self.clock.now().as_seconds();
        json!({
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "248289761001",
            "iat": now,
            "exp": now + 300,
            "nonce": "n",
            "email": "ada@example.com",
            "email_verified": true,
        })
    }

    /// A token with these claims, signed by the key called `one`.
    pub(crate) fn token(&self, claims: &Value) -> String {
        self.signed(&json!({"alg": "ES256", "kid": "one"}), claims)
    }

    pub(crate) fn signed(&self, header: &Value, claims: &Value) -> String {
        let text = format!("{}.{}", encode(header), encode(claims));
        let signature = self
            .key
            .sign(&SystemRandom::new(), text.as_bytes())
            .unwrap();
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// Answers this JSON from now on.
    pub(crate) fn say(&self, path: &str, json: &Value) {
        self.say_all(path, 200, &json.to_string(), None);
    }

    pub(crate) fn say_all(&self, path: &str, status: u16, body: &str, location: Option<&str>) {
        let said = Said {
            status,
            body: body.to_owned(),
            location: location.map(str::to_owned),
        };
        self.answers
            .said
            .lock()
            .unwrap()
            .insert(path.to_owned(), said);
    }

    /// Answers this ID token from now on.
    pub(crate) fn say_token(&self, token: &str) {
        let json = json!({
            "access_token": ACCESS_TOKEN,
            "token_type": "Bearer",
            "id_token": token,
        });
        self.say("token", &json);
    }

    /// Answers nothing any more, or answers again.
    pub(crate) fn hang(&self, hangs: bool) {
        self.answers.slow.store(u32::from(hangs), Ordering::SeqCst);
    }

    /// How often this path was asked for since the last time.
    pub(crate) fn asked(&self, path: &str) -> usize {
        let mut asked = self.answers.asked.lock().unwrap();
        let before = asked.len();
        asked.retain(|other| other != path);
        before - asked.len()
    }

    pub(crate) async fn redeem(&self) -> Result<ProvedIdentity, RedeemError> {
        self.redeem_of(None).await
    }

    pub(crate) async fn redeem_of(
        &self,
        issuer: Option<&str>,
    ) -> Result<ProvedIdentity, RedeemError> {
        let redemption = Redemption {
            redirect_uri: "https://music.example/sign-in/local",
            code: "a code",
            code_verifier: "a verifier",
            issuer,
        };
        self.provider.redeem(redemption).await
    }

    /// Why nothing was proved.
    pub(crate) async fn refusal(&self) -> String {
        match self.redeem().await {
            Err(RedeemError::Refused(reason)) => reason,
            other => panic!("{other:?}"),
        }
    }

    async fn is_unavailable(&self) -> bool {
        match self.redeem().await {
            Err(RedeemError::Port(error)) => error.kind == PortErrorKind::Unavailable,
            _ => false,
        }
    }

    /// Past the pause after a failure, and beyond what is kept.
    fn later(&self) {
        self.clock.advance(Duration::from_secs(3_601));
        self.say_token(&self.token(&self.claims()));
    }
}

#[tokio::test]
async fn metadata_of_another_are_refused() {
    let hostile = Hostile::start().await;
    let issuer = &hostile.issuer;
    for (name, value) in [
        ("issuer", json!("https://id.example")),
        ("issuer", json!(format!("{issuer}/"))),
        ("token_endpoint", json!("http://169.254.169.254/latest")),
        ("token_endpoint", json!("https://elsewhere.example/token")),
        ("jwks_uri", json!("http://127.0.0.1:1/keys")),
        ("jwks_uri", json!("file:///etc/passwd")),
        ("userinfo_endpoint", json!("https://elsewhere.example/me")),
        ("authorization_endpoint", json!("http://elsewhere.example/")),
        ("authorization_endpoint", json!("javascript:alert(1)")),
        ("code_challenge_methods_supported", json!(["plain"])),
    ] {
        hostile.later();
        let mut metadata = hostile.metadata();
        metadata[name] = value.clone();
        hostile.say(".well-known/openid-configuration", &metadata);
        assert!(hostile.is_unavailable().await, "{name}: {value}");
        assert_eq!(hostile.asked("token"), 0, "{name}: {value}");
    }
    hostile.later();
    hostile.say(".well-known/openid-configuration", &hostile.metadata());
    hostile.redeem().await.unwrap();
}

#[tokio::test]
async fn nobody_is_sent_on_and_no_answer_is_without_an_end() {
    let hostile = Hostile::start().await;
    hostile.redeem().await.unwrap();
    let moved = format!("{}/elsewhere", hostile.issuer);
    for path in [".well-known/openid-configuration", "keys", "token"] {
        hostile.later();
        let good = match path {
            "token" => {
                json!({"access_token": ACCESS_TOKEN, "token_type": "Bearer", "id_token": hostile.token(&hostile.claims())})
            }
            "keys" => json!({ "keys": [hostile.jwk("one")] }),
            _ => hostile.metadata(),
        };
        let endless = " ".repeat(300_000) + &good.to_string();
        for (status, body, location) in [
            (302, "", Some(&*moved)),
            (307, "", Some(&*moved)),
            (200, &*endless, None),
            (200, "no JSON", None),
            (500, "", None),
            (429, "", None),
        ] {
            hostile.say_all(path, status, body, location);
            hostile.clock.advance(Duration::from_secs(3));
            assert!(hostile.is_unavailable().await, "{path}: {status}");
        }
        hostile.say(path, &good);
        hostile.clock.advance(Duration::from_secs(3));
        hostile.redeem().await.unwrap();
    }
    assert_eq!(hostile.asked("elsewhere"), 0);
}

#[tokio::test]
async fn a_provider_that_hangs_is_asked_by_one_at_a_time_and_not_at_once_again() {
    let hostile = Hostile::start().await;
    hostile.hang(true);
    let began = std::time::Instant::now();
    let (one, two, three) = tokio::join!(
        hostile.is_unavailable(),
        hostile.is_unavailable(),
        hostile.is_unavailable()
    );
    assert!(one && two && three);
    assert!(
        began.elapsed() < Duration::from_secs(12),
        "not one after the other"
    );
    assert_eq!(hostile.asked(".well-known/openid-configuration"), 1);
    hostile.hang(false);
    assert!(hostile.is_unavailable().await, "it is left alone");
    assert_eq!(hostile.asked(".well-known/openid-configuration"), 0);
    hostile.clock.advance(Duration::from_secs(2));
    hostile.redeem().await.unwrap();
}

#[tokio::test]
async fn metadata_and_keys_are_kept_and_fetched_again_for_a_name_that_is_new() {
    let hostile = Hostile::start().await;
    for _ in 0..3 {
        hostile.redeem().await.unwrap();
    }
    assert_eq!(hostile.asked(".well-known/openid-configuration"), 1);
    assert_eq!(hostile.asked("keys"), 1);
    // The provider has another key.
    hostile.say(
        "keys",
        &json!({"keys": [hostile.jwk("one"), hostile.jwk("two")]}),
    );
    let of = |kid: &str| hostile.signed(&json!({"alg": "ES256", "kid": kid}), &hostile.claims());
    hostile.say_token(&of("two"));
    hostile.redeem().await.unwrap();
    assert_eq!(hostile.asked("keys"), 1);
    // Names that are made up have nothing fetched for a while.
    for _ in 0..5 {
        hostile.say_token(&of("made up"));
        hostile.refusal().await;
    }
    assert_eq!(hostile.asked("keys"), 0);
    hostile.clock.advance(Duration::from_secs(30));
    hostile.say_token(&of("made up"));
    hostile.refusal().await;
    assert_eq!(hostile.asked("keys"), 1);
}

#[tokio::test]
async fn an_answer_that_names_its_issuer_has_to_name_this_one() {
    let hostile = Hostile::start().await;
    hostile.redeem_of(Some(&hostile.issuer)).await.unwrap();
    let other = hostile.redeem_of(Some("https://id.example")).await;
    assert!(matches!(other, Err(RedeemError::Refused(_))));
    let mut metadata = hostile.metadata();
    metadata["authorization_response_iss_parameter_supported"] = json!(true);
    hostile.later();
    hostile.say(".well-known/openid-configuration", &metadata);
    hostile.asked("token");
    assert!(hostile.refusal().await.contains("not this provider's"));
    assert_eq!(hostile.asked("token"), 0, "the code is shown to nobody");
}

#[tokio::test]
async fn what_the_token_endpoint_refuses_is_told_apart() {
    let hostile = Hostile::start().await;
    hostile.say_all("token", 400, "{\"error\": \"invalid_grant\"}", None);
    assert!(hostile.refusal().await.ends_with("invalid_grant"));
    hostile.say_all("token", 400, "{\"error\": \"<b>\\u001b[31m\"}", None);
    assert!(
        hostile.refusal().await.ends_with("400"),
        "only names are taken over"
    );
    hostile.say_all("token", 401, "{\"error\": \"invalid_client\"}", None);
    match hostile.redeem().await {
        Err(RedeemError::Port(error)) => assert_eq!(error.kind, PortErrorKind::Internal),
        other => panic!("{other:?}"),
    }
    let token = hostile.token(&hostile.claims());
    let mac = json!({"access_token": "a", "token_type": "mac", "id_token": token});
    hostile.say("token", &mac);
    hostile.refusal().await;
}

#[tokio::test]
async fn what_is_said_elsewhere_has_to_be_of_the_same_person() {
    let hostile = Hostile::start().await;
    let mut metadata = hostile.metadata();
    metadata["userinfo_endpoint"] = json!(format!("{}/me", hostile.issuer));
    hostile.say(".well-known/openid-configuration", &metadata);
    hostile.redeem().await.unwrap();
    assert_eq!(hostile.asked("me"), 0, "the token says it itself");
    let mut claims = hostile.claims();
    claims.as_object_mut().unwrap().remove("email");
    hostile.say_token(&hostile.token(&claims));
    let me = |subject: &str| json!({"sub": subject, "email": "ada@example.com", "email_verified": "true"});
    hostile.say("me", &me("somebody else"));
    assert!(hostile.refusal().await.contains("somebody else"));
    hostile.say("me", &me("248289761001"));
    let ada = hostile.redeem().await.unwrap();
    assert_eq!(ada.email.as_deref(), Some("ada@example.com"));
    assert!(ada.email_verified);
}
