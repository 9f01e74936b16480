//! Secrets at rest: AES-256-GCM (NIST SP 800-38D) with keys in files.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::{PoisonError, RwLock};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use veza_core::kernel::{Entropy as _, PortError, PortErrorKind, Sealer};

use crate::SystemEntropy;
use crate::key_folder::KeyFolder;
use crate::secret_file::SecretFileError;

/// The first byte of everything that is sealed: the form of the rest.
const FORM: u8 = 1;
/// The form, the number of the key, the nonce.
const HEADER_LEN: usize = 1 + 4 + NONCE_LEN;

/// Seals by AES-256-GCM. The keys are files of one folder, numbered from 1: `0001.key`. The
/// newest seals and all of them open. Several processes may use the folder at the same time; a
/// key that another has added is read when it is first met.
pub struct SealingKeys {
    folder: KeyFolder,
    keys: RwLock<BTreeMap<u32, LessSafeKey>>,
}

impl SealingKeys {
    /// The keys of this folder, which is made, with a first key, where there is none. Blocks on
    /// the file system.
    ///
    /// # Errors
    /// [`SecretFileError`].
    pub fn open(folder: &Path) -> Result<Self, SecretFileError> {
        let folder = KeyFolder::open(folder)?;
        if folder.numbers()?.is_empty() {
            // Another process may have been quicker: then its key is the first.
            folder.add(1, &fresh())?;
        }
        Ok(Self {
            keys: RwLock::new(load_all(&folder)?),
            folder,
        })
    }

    /// Adds a key, which seals from now on in this process, and in others once they meet it or
    /// start again. Answers its number. Blocks on the file system.
    ///
    /// # Errors
    /// [`SecretFileError`].
    pub fn rotate(&self) -> Result<u32, SecretFileError> {
        let mut number = self.folder.numbers()?.last().map_or(1, |last| last + 1);
        // Another process may be adding one: then the next number is free.
        while !self.folder.add(number, &fresh())? {
            number += 1;
        }
        self.reload()?;
        Ok(number)
    }

    fn reload(&self) -> Result<(), SecretFileError> {
        let keys = load_all(&self.folder)?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }

    fn with<T>(&self, work: impl FnOnce(&BTreeMap<u32, LessSafeKey>) -> T) -> T {
        work(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn fresh() -> Vec<u8> {
    let mut key = vec![0; AES_256_GCM.key_len()];
    SystemEntropy.fill(&mut key);
    key
}

fn load_all(folder: &KeyFolder) -> Result<BTreeMap<u32, LessSafeKey>, SecretFileError> {
    let mut keys = BTreeMap::new();
    for number in folder.numbers()? {
        let key = UnboundKey::new(&AES_256_GCM, &folder.load(number)?).map_err(|_| {
            SecretFileError::Malformed {
                path: folder.path(number),
            }
        })?;
        keys.insert(number, LessSafeKey::new(key));
    }
    Ok(keys)
}

/// What is authenticated beside the secret: which key it is, and what the secret is for.
fn associated(number: [u8; 4], context: &str) -> Aad<Vec<u8>> {
    Aad::from([&[FORM], &number[..], context.as_bytes()].concat())
}

impl Sealer for SealingKeys {
    fn seal(&self, context: &str, plain: &[u8]) -> Result<Vec<u8>, PortError> {
        let failed = || PortError::new(PortErrorKind::Internal, "sealer.seal");
        // Random nonces of 96 bits are safe for some four billion secrets of one key.
        let mut nonce = [0; NONCE_LEN];
        SystemEntropy.fill(&mut nonce);
        self.with(|keys| {
            let (number, key) = keys.last_key_value().ok_or_else(failed)?;
            let number = number.to_be_bytes();
            let mut sealed = Vec::with_capacity(HEADER_LEN + plain.len() + AES_256_GCM.tag_len());
            sealed.push(FORM);
            sealed.extend(number);
            sealed.extend(nonce);
            sealed.extend(plain);
            let tag = key
                .seal_in_place_separate_tag(
                    Nonce::assume_unique_for_key(nonce),
                    associated(number, context),
                    &mut sealed[HEADER_LEN..],
                )
                .map_err(|_| failed())?;
            sealed.extend(tag.as_ref());
            Ok(sealed)
        })
    }

    fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, PortError> {
        let corrupt = || PortError::new(PortErrorKind::Corrupt, "sealer.open");
        let (header, sealed) = sealed
            .split_first_chunk::<HEADER_LEN>()
            .ok_or_else(corrupt)?;
        let (form, rest) = header.split_first().ok_or_else(corrupt)?;
        let (number, nonce) = rest.split_first_chunk::<4>().ok_or_else(corrupt)?;
        if *form != FORM {
            return Err(corrupt());
        }
        let key = u32::from_be_bytes(*number);
        if self.with(|keys| keys.keys().all(|known| *known < key)) {
            self.reload().map_err(|error| {
                PortError::caused(PortErrorKind::Internal, "sealer.open", error)
            })?;
        }
        self.with(|keys| {
            let key = keys.get(&key).ok_or_else(corrupt)?;
            let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| corrupt())?;
            let mut plain = sealed.to_vec();
            let len = key
                .open_in_place(nonce, associated(*number, context), &mut plain)
                .map_err(|_| corrupt())?
                .len();
            plain.truncate(len);
            Ok(plain)
        })
    }
}

impl fmt::Debug for SealingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealingKeys")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}
