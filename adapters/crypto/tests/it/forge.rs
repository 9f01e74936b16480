//! Keys in a folder, and tokens signed with them by hand.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::Value;
use veza_core::auth::{AccessGrant, ServiceGrant, SessionId, TokenId};
use veza_core::conformance::user_named;
use veza_core::kernel::{Clock as _, Role, TypedId as _};
use veza_core::memory::{ManualClock, SeededEntropy};
use veza_crypto::{AccessTokens, ServiceTokens, TokenAlgorithm, TokenKeyPolicy, TokenKeys};

pub(crate) struct Forge {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) keys: Arc<TokenKeys>,
    algorithm: TokenAlgorithm,
    dir: tempfile::TempDir,
}

/// The file of an RSA key, made once for all tests since making one takes seconds. It is for
/// RS256; for PS256 its name is changed.
fn rsa_key_file() -> &'static str {
    static KEY: OnceLock<String> = OnceLock::new();
    KEY.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::default());
        TokenKeys::open(dir.path(), TokenKeyPolicy::default(), clock).unwrap();
        fs::read_to_string(dir.path().join("0001.key")).unwrap()
    })
}

pub(crate) fn write_secret(path: &std::path::Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

impl Forge {
    pub(crate) fn new(algorithm: TokenAlgorithm) -> Self {
        Self::with_clock(algorithm, Arc::new(ManualClock::default()))
    }

    pub(crate) fn with_clock(algorithm: TokenAlgorithm, clock: Arc<ManualClock>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        if matches!(algorithm, TokenAlgorithm::Rs256 | TokenAlgorithm::Ps256) {
            let file = rsa_key_file().replace("RS256", algorithm.name());
            write_secret(&dir.path().join("0001.key"), &file);
        }
        let policy = TokenKeyPolicy {
            algorithm,
            ..TokenKeyPolicy::default()
        };
        let keys = Arc::new(TokenKeys::open(dir.path(), policy, clock.clone()).unwrap());
        Self {
            clock,
            keys,
            algorithm,
            dir,
        }
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.dir.path().into()
    }

    pub(crate) fn tokens(&self) -> AccessTokens {
        self.tokens_of("veza", "veza-api")
    }

    pub(crate) fn tokens_of(&self, issuer: &str, audience: &str) -> AccessTokens {
        AccessTokens::new(self.keys.clone(), issuer, audience, self.clock.clone())
    }

    pub(crate) fn services(&self) -> ServiceTokens {
        ServiceTokens::new(self.keys.clone(), "veza", "veza-rpc", self.clock.clone())
    }

    fn pkcs8(&self) -> Vec<u8> {
        let file = fs::read(self.dir.path().join("0001.key")).unwrap();
        let file: Value = serde_json::from_slice(&file).unwrap();
        STANDARD.decode(file["pkcs8"].as_str().unwrap()).unwrap()
    }

    /// The RSA public key as a certificate would hold it.
    pub(crate) fn public_der(&self) -> Vec<u8> {
        use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
        use aws_lc_rs::signature::{KeyPair as _, RsaKeyPair};
        let key = RsaKeyPair::from_pkcs8(&self.pkcs8()).unwrap();
        let der: PublicKeyX509Der<'_> = key.public_key().as_der().unwrap();
        der.as_ref().to_vec()
    }

    /// A token with these parts, signed by the real key.
    pub(crate) fn sign(&self, header: &Value, claims: &str) -> String {
        let pkcs8 = self.pkcs8();
        let (key, algorithm) = match self.algorithm {
            TokenAlgorithm::Es256 => (EncodingKey::from_ec_der(&pkcs8), Algorithm::ES256),
            TokenAlgorithm::EdDsa => (EncodingKey::from_ed_der(&pkcs8), Algorithm::EdDSA),
            other => panic!("nothing is forged with {other:?}"),
        };
        let message = format!("{}.{}", encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, algorithm).unwrap();
        format!("{message}.{signature}")
    }
}

pub(crate) fn grant(clock: &ManualClock) -> AccessGrant {
    let user = user_named("ada");
    AccessGrant {
        token_id: TokenId::generate(clock.now(), &SeededEntropy::new(1)),
        session_id: SessionId::generate(clock.now(), &SeededEntropy::new(2)),
        user_id: user.id,
        email: user.email,
        username: user.username,
        roles: vec![Role::User],
        permissions: Role::User.permissions(),
        authenticated_at: clock.now(),
        issued_at: clock.now(),
        expires_at: clock.now().plus(Duration::from_secs(900)),
    }
}

pub(crate) fn service_grant(clock: &ManualClock, lifetime: Duration) -> ServiceGrant {
    ServiceGrant {
        token_id: TokenId::generate(clock.now(), &SeededEntropy::new(3)),
        name: "ingest".into(),
        methods: vec!["/veza.tracks.v1.Tracks/GetTrack".into()],
        issued_at: clock.now(),
        expires_at: clock.now().plus(lifetime),
    }
}

/// The head, the claims and the signature of a token.
pub(crate) fn parts(token: &str) -> (Value, Value, String) {
    let mut parts = token.split('.');
    let mut json = || {
        let part = URL_SAFE_NO_PAD.decode(parts.next().unwrap()).unwrap();
        serde_json::from_slice(&part).unwrap()
    };
    let (header, claims) = (json(), json());
    (header, claims, parts.next().unwrap().to_owned())
}

pub(crate) fn encode(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}
