use std::sync::Arc;

use veza_core::auth::{Password, PasswordHash, PasswordHasher as _, PasswordMatch};
use veza_core::kernel::PortErrorKind;
use veza_crypto::Argon2idPasswords;

#[tokio::test]
async fn the_contract_is_kept() {
    veza_core::conformance::password_hasher(&Argon2idPasswords::new().unwrap()).await;
}

#[tokio::test]
async fn hashes_are_argon2id_with_settings_that_are_strong_enough() {
    let hash = Argon2idPasswords::new()
        .unwrap()
        .hash(&Password::new("password"))
        .await
        .unwrap();
    assert!(
        hash.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{}",
        hash.expose()
    );
}

#[tokio::test]
async fn a_weaker_hash_matches_and_is_told_to_be_outdated() {
    let hasher = Argon2idPasswords::new().unwrap();
    let weaker = argon2::Params::new(8192, 1, 1, None).unwrap();
    let settings = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, weaker);
    let hash = argon2::PasswordHasher::hash_password_with_salt(
        &settings,
        b"password",
        b"somesaltsomesalt",
    );
    let hash = PasswordHash::new(hash.unwrap().to_string());
    let verify = async |password| {
        hasher
            .verify(&Password::new(password), Some(&hash))
            .await
            .unwrap()
    };
    assert_eq!(verify("password").await, PasswordMatch::YesButOutdated);
    assert_eq!(verify("passwore").await, PasswordMatch::No);
}

#[tokio::test]
async fn a_stored_hash_cannot_ask_for_all_memory() {
    let hasher = Argon2idPasswords::new().unwrap();
    let greedy = "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$\
                  RdescudvJCsgt3ub+b4dWRWJTmaaJObG4vpNyUh4bGU";
    let error = hasher
        .verify(&Password::new("x"), Some(&PasswordHash::new(greedy)))
        .await;
    assert_eq!(error.unwrap_err().kind, PortErrorKind::Corrupt);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_is_turned_away_instead_of_kept_waiting() {
    let hasher = Arc::new(Argon2idPasswords::new().unwrap());
    let cores = std::thread::available_parallelism().unwrap().get();
    let crowd: Vec<_> = (0..cores * 100)
        .map(|_| {
            let hasher = Arc::clone(&hasher);
            tokio::spawn(async move { hasher.hash(&Password::new("password")).await })
        })
        .collect();
    let mut refused = 0;
    for one in crowd {
        if let Err(error) = one.await.unwrap() {
            assert_eq!(error.kind, PortErrorKind::Unavailable);
            refused += 1;
        }
    }
    assert!(
        (1..=cores * 50).contains(&refused),
        "{refused} of {}",
        cores * 100
    );
    hasher
        .hash(&Password::new("password"))
        .await
        .expect("all is well again afterwards");
}
