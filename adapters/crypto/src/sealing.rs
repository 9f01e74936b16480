//! Secrets at rest: AES-256-GCM (NIST SP 800-38D) with keys in files.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use veza_core::kernel::{Entropy as _, PortError, PortErrorKind, Sealer};

use crate::SystemEntropy;
use crate::secret_file::{SecretFileError, create_exclusively, load, load_or_create};

/// The first byte of everything that is sealed: the form of the rest.
const FORM: u8 = 1;
/// The form, the number of the key, the nonce.
const HEADER_LEN: usize = 1 + 4 + NONCE_LEN;
/// How the files of keys end; before it stands the number of the key.
const SUFFIX: &str = ".key";

/// Seals by AES-256-GCM. The keys are files of one folder, numbered from 1: `0001.key`. The
/// newest seals and all of them open. Several processes may use the folder at the same time; a
/// key that another has added is read when it is first met.
pub struct SealingKeys {
    folder: PathBuf,
    keys: RwLock<BTreeMap<u32, LessSafeKey>>,
}

impl SealingKeys {
    /// The keys of this folder, which is made, with a first key, where there is none. Blocks on
    /// the file system.
    ///
    /// # Errors
    /// [`SecretFileError`].
    pub fn open(folder: &Path) -> Result<Self, SecretFileError> {
        make_folder(folder)?;
        if numbers(folder)?.is_empty() {
            let path = file(folder, 1);
            load_or_create(&path, || Ok::<_, SecretFileError>(fresh()))?;
        }
        Ok(Self {
            keys: RwLock::new(load_all(folder)?),
            folder: folder.into(),
        })
    }

    /// Adds a key, which seals from now on in this process, and in others once they meet it or
    /// start again. Answers its number. Blocks on the file system.
    ///
    /// # Errors
    /// [`SecretFileError`].
    pub fn rotate(&self) -> Result<u32, SecretFileError> {
        let mut number = numbers(&self.folder)?.into_iter().max().unwrap_or(0);
        loop {
            number += 1;
            // Another process may be adding one: then the next number is free.
            if create_exclusively(&file(&self.folder, number), &fresh())? {
                break;
            }
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

fn file(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{number:04}{SUFFIX}"))
}

fn make_folder(folder: &Path) -> Result<(), SecretFileError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder).map_err(failed(folder))
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> SecretFileError {
    let path = path.to_path_buf();
    move |source| SecretFileError::Io { path, source }
}

/// The numbers of the keys in the folder. Files of other names are none of ours.
fn numbers(folder: &Path) -> Result<Vec<u32>, SecretFileError> {
    let mut numbers = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed(folder))? {
        let name = entry.map_err(failed(folder))?.file_name();
        let number = name
            .to_str()
            .and_then(|name| name.strip_suffix(SUFFIX))
            .and_then(|number| number.parse::<u32>().ok());
        numbers.extend(number.filter(|number| *number > 0));
    }
    Ok(numbers)
}

fn load_all(folder: &Path) -> Result<BTreeMap<u32, LessSafeKey>, SecretFileError> {
    let mut keys = BTreeMap::new();
    for number in numbers(folder)? {
        let path = file(folder, number);
        let key = UnboundKey::new(&AES_256_GCM, &load(&path)?)
            .map_err(|_| SecretFileError::Malformed { path })?;
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
