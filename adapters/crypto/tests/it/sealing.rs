use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use veza_core::kernel::{PortErrorKind, Sealer as _};
use veza_crypto::{SealingKeys, SecretFileError};

#[test]
fn the_contract_is_kept() {
    let (ours, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let keys = SealingKeys::open(ours.path()).unwrap();
    let foreign = SealingKeys::open(theirs.path()).unwrap();
    veza_core::conformance::sealer(&keys, &foreign);
    keys.rotate().unwrap();
    veza_core::conformance::sealer(&keys, &foreign);
}

#[test]
fn a_new_key_seals_and_the_old_ones_open() {
    let folder = tempfile::tempdir().unwrap();
    let keys = SealingKeys::open(folder.path()).unwrap();
    let elsewhere = SealingKeys::open(folder.path()).unwrap();
    let old = keys.seal("x", b"old").unwrap();
    assert_eq!(keys.rotate().unwrap(), 2);
    let new = keys.seal("x", b"new").unwrap();
    assert_ne!(old[..5], new[..5], "another key");
    for keys in [keys, elsewhere, SealingKeys::open(folder.path()).unwrap()] {
        assert_eq!(keys.open("x", &old).unwrap(), b"old");
        assert_eq!(keys.open("x", &new).unwrap(), b"new");
    }
    fs::remove_file(folder.path().join("0001.key")).unwrap();
    let left = SealingKeys::open(folder.path()).unwrap();
    assert_eq!(
        left.open("x", &old).unwrap_err().kind,
        PortErrorKind::Corrupt
    );
}

#[test]
fn many_who_rotate_at_once_get_a_key_each() {
    let folder = tempfile::tempdir().unwrap();
    let numbers: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| SealingKeys::open(folder.path()).unwrap().rotate().unwrap()))
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    let mut sorted = numbers.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, [2, 3, 4, 5, 6, 7, 8, 9]);
}

#[test]
fn keys_that_others_can_read_or_that_are_cut_short_stop_the_start() {
    let folder = tempfile::tempdir().unwrap();
    SealingKeys::open(folder.path()).unwrap();
    let path = folder.path().join("0001.key");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let error = SealingKeys::open(folder.path()).unwrap_err();
    assert!(matches!(error, SecretFileError::Exposed { .. }), "{error}");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&path, [1; 31]).unwrap();
    let error = SealingKeys::open(folder.path()).unwrap_err();
    assert!(
        matches!(error, SecretFileError::Malformed { .. }),
        "{error}"
    );
}
