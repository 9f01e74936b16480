use std::fs;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use veza_core::auth::{
    ServiceTokenIssuer as _, ServiceTokenVerifier as _, TokenError, TokenIssuer as _,
    TokenVerifier as _,
};
use veza_crypto::{
    AccessTokens, OpenKeyError, Rotation, SecretFileError, TokenAlgorithm, TokenKeyPolicy,
    TokenKeys,
};

use crate::forge::{Forge, grant, parts, service_grant, write_secret};

const HOUR: Duration = Duration::from_secs(60 * 60);
const MINUTE: Duration = Duration::from_secs(60);

fn kid_of(token: &str) -> String {
    parts(token).0["kid"].as_str().unwrap().to_owned()
}

fn published(keys: &TokenKeys) -> Vec<String> {
    keys.public_keys()
        .keys
        .into_iter()
        .map(|key| key.kid)
        .collect()
}

/// Another process on the same folder.
fn elsewhere(forge: &Forge, policy: TokenKeyPolicy) -> (Arc<TokenKeys>, AccessTokens) {
    let keys = TokenKeys::open(&forge.folder(), policy, forge.clock.clone()).unwrap();
    let keys = Arc::new(keys);
    let tokens = AccessTokens::new(keys.clone(), "veza", "veza-api", forge.clock.clone());
    (keys, tokens)
}

fn policy(algorithm: TokenAlgorithm) -> TokenKeyPolicy {
    TokenKeyPolicy {
        algorithm,
        ..TokenKeyPolicy::default()
    }
}

#[test]
fn a_new_key_is_published_then_signs_and_the_old_one_ends_with_its_tokens() {
    let forge = Forge::new(TokenAlgorithm::Es256);
    let tokens = forge.tokens();
    let issue = || tokens.issue(&grant(&forge.clock)).unwrap();
    let old = kid_of(issue().expose());

    forge.keys.rotate(Rotation::Announced).unwrap();
    let both = published(&forge.keys);
    assert_eq!(both.len(), 2, "the next key is published ahead");
    assert_eq!(both[0], old);
    assert_eq!(kid_of(issue().expose()), old, "and does not sign yet");

    forge.clock.advance(HOUR - Duration::from_secs(1));
    let last_of_the_old = issue();
    assert_eq!(kid_of(last_of_the_old.expose()), old);
    forge.clock.advance(Duration::from_secs(1));
    assert_eq!(kid_of(issue().expose()), both[1]);

    forge.clock.advance(14 * MINUTE);
    assert!(
        tokens.verify(last_of_the_old.expose()).is_ok(),
        "tokens live to their end"
    );
    assert_eq!(published(&forge.keys), both);
    forge.clock.advance(6 * MINUTE);
    assert_eq!(
        tokens.verify(last_of_the_old.expose()),
        Err(TokenError::Invalid),
        "the key is retired"
    );
    assert_eq!(published(&forge.keys), both[1..]);

    // Tokens of services live longer than access tokens, and so does what verifies them.
    let file = forge.folder().join("0001.key");
    forge.keys.rotate(Rotation::Announced).unwrap();
    assert!(file.exists());
    forge.clock.advance(90 * 24 * HOUR);
    forge.keys.rotate(Rotation::Announced).unwrap();
    assert!(
        !file.exists(),
        "what is retired is removed at the next change"
    );
}

#[test]
fn a_token_of_a_service_outlives_the_key_that_signed_it() {
    let forge = Forge::new(TokenAlgorithm::Es256);
    let services = forge.services();
    let grant = service_grant(&forge.clock, 80 * 24 * HOUR);
    let token = services.issue_for_service(&grant).unwrap();
    forge.keys.rotate(Rotation::Announced).unwrap();
    forge.clock.advance(79 * 24 * HOUR);
    assert_eq!(published(&forge.keys).len(), 1, "the old key is retired");
    let still = services.verify_service(token.expose()).unwrap();
    assert_eq!(still.name, grant.name);
    forge.keys.rotate(Rotation::AtOnce).unwrap();
    let gone = services.verify_service(token.expose());
    assert_eq!(gone, Err(TokenError::Invalid), "unless keys were stolen");
}

#[test]
fn keys_follow_each_other_by_their_age_and_algorithm() {
    let forge = Forge::new(TokenAlgorithm::Es256);
    forge.keys.refresh().unwrap();
    assert_eq!(forge.keys.list().len(), 1);
    forge.clock.advance(90 * 24 * HOUR);
    forge.keys.refresh().unwrap();
    forge.keys.refresh().unwrap();
    assert_eq!(forge.keys.list().len(), 2, "once, and not at every look");

    let (keys, tokens) = elsewhere(&forge, policy(TokenAlgorithm::EdDsa));
    assert_eq!(keys.list().len(), 3, "another algorithm is another key");
    let before = tokens.issue(&grant(&forge.clock)).unwrap();
    assert_eq!(parts(before.expose()).0["alg"], json!("ES256"));
    forge.clock.advance(HOUR);
    let after = tokens.issue(&grant(&forge.clock)).unwrap();
    assert_eq!(parts(after.expose()).0["alg"], json!("EdDSA"));
    assert!(tokens.verify(after.expose()).is_ok());
    assert_eq!(tokens.verify(before.expose()), Err(TokenError::Expired));
}

#[test]
fn another_process_learns_of_keys_that_came_and_went() {
    let forge = Forge::new(TokenAlgorithm::Es256);
    let (there, tokens_there) = elsewhere(&forge, policy(TokenAlgorithm::Es256));
    let stolen = forge.tokens().issue(&grant(&forge.clock)).unwrap();
    assert!(tokens_there.verify(stolen.expose()).is_ok());

    forge.keys.rotate(Rotation::AtOnce).unwrap();
    assert_eq!(
        forge.tokens().verify(stolen.expose()),
        Err(TokenError::Invalid)
    );
    let fresh = forge.tokens().issue(&grant(&forge.clock)).unwrap();
    assert!(
        tokens_there.verify(fresh.expose()).is_ok(),
        "a new key is looked for when it is met"
    );
    there.refresh().unwrap();
    assert_eq!(
        tokens_there.verify(stolen.expose()),
        Err(TokenError::Invalid)
    );
    assert_eq!(published(&there), published(&forge.keys));
}

#[test]
fn processes_that_start_at_once_agree_on_one_key() {
    let forge = Forge::new(TokenAlgorithm::EdDsa);
    let folder = tempfile::tempdir().unwrap();
    let kids: Vec<_> = std::thread::scope(|scope| {
        let open = || {
            TokenKeys::open(
                folder.path(),
                policy(TokenAlgorithm::EdDsa),
                forge.clock.clone(),
            )
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
        threads
            .into_iter()
            .map(|thread| published(&thread.join().unwrap().unwrap()))
            .collect()
    });
    assert!(kids.windows(2).all(|pair| pair[0] == pair[1]), "{kids:?}");
    assert_eq!(kids[0].len(), 1);
}

#[test]
fn the_key_outlives_a_restart() {
    let forge = Forge::new(TokenAlgorithm::Rs256);
    let token = forge.tokens().issue(&grant(&forge.clock)).unwrap();
    let (_, again) = elsewhere(&forge, policy(TokenAlgorithm::Rs256));
    assert!(again.verify(token.expose()).is_ok());
}

#[test]
fn what_is_no_key_or_can_be_read_by_others_stops_the_start() {
    use std::os::unix::fs::PermissionsExt as _;
    let forge = Forge::new(TokenAlgorithm::Es256);
    let path = forge.folder().join("0002.key");
    let good = fs::read_to_string(forge.folder().join("0001.key")).unwrap();
    let open = || {
        let policy = policy(TokenAlgorithm::Es256);
        TokenKeys::open(&forge.folder(), policy, forge.clock.clone()).unwrap_err()
    };
    for bad in [
        "not a key".to_owned(),
        good.replace("ES256", "none"),
        good.replace("ES256", "HS256"),
        good.replace("ES256", "EdDSA"),
        good[..good.len() - 10].to_owned(),
    ] {
        write_secret(&path, &bad);
        let error = open();
        assert!(matches!(&error, OpenKeyError::Rejected(at) if *at == path));
        assert!(forge.keys.refresh().is_err());
        assert!(
            forge.tokens().issue(&grant(&forge.clock)).is_ok(),
            "the services go on with the keys they have"
        );
    }
    write_secret(&path, &good);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(
        open(),
        OpenKeyError::File(SecretFileError::Exposed { .. })
    ));
}
