//! The keys in use, and how one takes over from another.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use veza_core::auth::{
    ACCESS_TOKEN_LIFETIME, JsonWebKey, JsonWebKeySet, MAX_SERVICE_TOKEN_LIFETIME,
};
use veza_core::kernel::{Clock, Timestamp};

use crate::key_folder::KeyFolder;
use crate::secret_file::SecretFileError;

use super::algorithm::TokenAlgorithm;
use super::key::TokenKey;

/// How much longer than its last token lives a key is accepted: clocks differ.
const LEEWAY: Duration = Duration::from_secs(5 * 60);
/// How often a token with an unknown key makes the folder be looked at again, at most.
const LOOK_AT_MOST_EVERY: Duration = Duration::from_secs(1);

/// Why there are no keys to sign with.
#[derive(Debug, thiserror::Error)]
pub enum OpenKeyError {
    /// A file cannot be used.
    #[error(transparent)]
    File(#[from] SecretFileError),
    /// No key could be made.
    #[error("no key for signatures could be made")]
    Generate,
    /// What is in the file is no key of ours, or an RSA key of fewer than 3072 bits.
    #[error("the file {} holds no key for signatures", .0.display())]
    Rejected(PathBuf),
}

/// When keys are replaced, and by which.
#[derive(Clone, Copy, Debug)]
pub struct TokenKeyPolicy {
    /// What new keys sign by.
    pub algorithm: TokenAlgorithm,
    /// The age at which a key is replaced by itself; never where there is none.
    pub rotate_after: Option<Duration>,
    /// How long a new key is published before it signs: as long as others may keep the set of
    /// keys they have read.
    pub announce: Duration,
}

impl Default for TokenKeyPolicy {
    /// RS256, a new key each 90 days, published an hour ahead.
    fn default() -> Self {
        Self {
            algorithm: TokenAlgorithm::default(),
            rotate_after: Some(Duration::from_secs(90 * 24 * 60 * 60)),
            announce: Duration::from_secs(60 * 60),
        }
    }
}

/// How a key takes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// After it has been published for a while; tokens of the old one live to their end.
    Announced,
    /// At once, and the old ones are gone with all their tokens: for keys that were stolen.
    AtOnce,
}

/// What may be told of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenKeyInfo {
    /// Its id.
    pub kid: String,
    /// What it signs by.
    pub algorithm: TokenAlgorithm,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it begins to sign.
    pub active_from: Timestamp,
    /// When access tokens signed by it are accepted no more; none as long as no other follows it.
    pub retired_at: Option<Timestamp>,
}

/// The keys for signatures in a folder, each a file of its own which is never changed. What a key
/// does follows from the clock: it is published, signs from its time on, is followed by the next,
/// and is accepted until its last token has ended: access tokens within minutes, those of services
/// within months. So several processes which share the folder
/// agree without talking to each other.
pub struct TokenKeys {
    folder: KeyFolder,
    policy: TokenKeyPolicy,
    clock: Arc<dyn Clock>,
    /// In the order of their numbers; never empty.
    keys: RwLock<Arc<[TokenKey]>>,
    looked: Mutex<Option<Instant>>,
}

impl TokenKeys {
    /// The keys in this folder, which is made, with a first key, where it is missing. Blocks on
    /// the file system, and for seconds where an RSA key is made.
    ///
    /// # Errors
    /// [`OpenKeyError`].
    pub fn open(
        folder: &Path,
        policy: TokenKeyPolicy,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, OpenKeyError> {
        let folder = KeyFolder::open(folder)?;
        if folder.numbers()?.is_empty() {
            let now = clock.now();
            let key =
                TokenKey::generate(policy.algorithm, now, now).ok_or(OpenKeyError::Generate)?;
            // Another process may have been quicker: then its key is the first.
            folder.add(1, &key)?;
        }
        let keys = read_all(&folder)?;
        let opened = Self {
            folder,
            policy,
            clock,
            keys: RwLock::new(keys.into()),
            looked: Mutex::new(None),
        };
        opened.refresh()?;
        Ok(opened)
    }

    /// The keys in this folder as they are, for looking at them or replacing one by hand: none is
    /// replaced because of its age. New ones sign by `algorithm`, else as the newest does. Blocks
    /// on the file system, and for seconds where there is none yet.
    ///
    /// # Errors
    /// [`OpenKeyError`].
    pub fn open_as_they_are(
        folder: &Path,
        algorithm: Option<TokenAlgorithm>,
        announce: Duration,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, OpenKeyError> {
        let newest = read_all(&KeyFolder::open(folder)?)?.pop();
        let newest = newest.map(|key| key.algorithm).unwrap_or_default();
        let policy = |algorithm| TokenKeyPolicy {
            algorithm,
            rotate_after: None,
            announce,
        };
        let mut keys = Self::open(folder, policy(newest), clock)?;
        keys.policy = policy(algorithm.unwrap_or(newest));
        Ok(keys)
    }

    /// Reads what other processes have added or removed, and adds a key when the newest is too
    /// old or signs by another algorithm than the policy says. To be called every few seconds;
    /// blocks on the file system, and for seconds where an RSA key is made.
    ///
    /// # Errors
    /// [`OpenKeyError`]; the keys stay as they were.
    pub fn refresh(&self) -> Result<(), OpenKeyError> {
        self.reload()?;
        let keys = self.all();
        let due = keys.last().is_some_and(|newest| {
            let old = self
                .policy
                .rotate_after
                .is_some_and(|age| self.clock.now() >= newest.created_at.plus(age));
            old || newest.algorithm != self.policy.algorithm
        });
        if due {
            self.rotate(Rotation::Announced)?;
        }
        Ok(())
    }

    /// Adds a key. Of two processes which do so at the same time one adds it and both use it.
    /// Keys that are accepted no more are removed. Blocks as [`refresh`](Self::refresh) does.
    ///
    /// # Errors
    /// [`OpenKeyError`].
    pub fn rotate(&self, rotation: Rotation) -> Result<(), OpenKeyError> {
        let last = self.folder.numbers()?.last().copied().unwrap_or(0);
        let now = self.clock.now();
        let active_from = match rotation {
            Rotation::Announced => now.plus(self.policy.announce),
            Rotation::AtOnce => now,
        };
        let key = TokenKey::generate(self.policy.algorithm, now, active_from)
            .ok_or(OpenKeyError::Generate)?;
        let mut number = last + 1;
        while !self.folder.add(number, &key)? {
            if rotation == Rotation::Announced {
                break;
            }
            // A key made at the same time may be as stolen as the others.
            number += 1;
        }
        self.reload()?;
        for key in self.all().iter().filter(|key| key.number < number) {
            if rotation == Rotation::AtOnce || !self.is_accepted(key, MAX_SERVICE_TOKEN_LIFETIME) {
                self.folder.remove(key.number)?;
            }
        }
        self.reload()
    }

    /// What keys there are, in the order they were made.
    pub fn list(&self) -> Vec<TokenKeyInfo> {
        let keys = self.all();
        keys.iter()
            .map(|key| TokenKeyInfo {
                kid: key.public.kid.clone(),
                algorithm: key.algorithm,
                created_at: key.created_at,
                active_from: key.active_from,
                retired_at: retired_at(&keys, key, ACCESS_TOKEN_LIFETIME),
            })
            .collect()
    }

    /// The keys by which others can verify access tokens: those that are accepted, the next one
    /// among them.
    pub fn public_keys(&self) -> JsonWebKeySet {
        let keys = self.all();
        let is_accepted = |key: &&TokenKey| self.is_accepted(key, ACCESS_TOKEN_LIFETIME);
        let accepted = keys.iter().filter(is_accepted);
        let public: Vec<JsonWebKey> = accepted.map(|key| key.public.clone()).collect();
        JsonWebKeySet { keys: public }
    }

    /// Does something with the key that signs now.
    pub(super) fn with_signing<T>(&self, work: impl FnOnce(&TokenKey) -> T) -> Option<T> {
        let now = self.clock.now();
        let keys = self.all();
        let active = keys.iter().rev().find(|key| key.active_from <= now);
        // With a clock that was set back no key may have begun: then it is the oldest.
        active.or_else(|| keys.first()).map(work)
    }

    /// Does something with the key of this id, if it is accepted for tokens of this lifetime.
    pub(super) fn with_accepted<T>(
        &self,
        kid: &str,
        lifetime: Duration,
        work: impl FnOnce(&TokenKey) -> T,
    ) -> Option<T> {
        let find = |keys: &Arc<[TokenKey]>| keys.iter().position(|key| key.public.kid == kid);
        let mut keys = self.all();
        let mut found = find(&keys);
        if found.is_none() && self.look_again() {
            keys = self.all();
            found = find(&keys);
        }
        let key = &keys[found?];
        self.is_accepted(key, lifetime).then(|| work(key))
    }

    /// Reads the folder again, but not for everybody who makes an id up.
    fn look_again(&self) -> bool {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if looked.is_some_and(|at| at.elapsed() < LOOK_AT_MOST_EVERY) {
            return false;
        }
        *looked = Some(Instant::now());
        self.reload().is_ok()
    }

    fn is_accepted(&self, key: &TokenKey, lifetime: Duration) -> bool {
        retired_at(&self.all(), key, lifetime).is_none_or(|end| self.clock.now() < end)
    }

    fn reload(&self) -> Result<(), OpenKeyError> {
        let known: Vec<_> = self.all().iter().map(|key| key.number).collect();
        if self.folder.numbers()? != known {
            let keys = read_all(&self.folder)?;
            *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys.into();
        }
        Ok(())
    }

    fn all(&self) -> Arc<[TokenKey]> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// When the key stops being accepted for tokens of this lifetime: when its last one has ended,
/// counted from when the key that follows it has begun.
fn retired_at(keys: &[TokenKey], key: &TokenKey, lifetime: Duration) -> Option<Timestamp> {
    let next = keys.iter().find(|other| other.number > key.number)?;
    Some(next.active_from.plus(lifetime + LEEWAY))
}

fn read_all(folder: &KeyFolder) -> Result<Vec<TokenKey>, OpenKeyError> {
    let numbers = folder.numbers()?;
    let mut keys = Vec::with_capacity(numbers.len());
    for number in numbers {
        let file = folder.load(number)?;
        let key = TokenKey::read(number, &file);
        keys.push(key.ok_or_else(|| OpenKeyError::Rejected(folder.path(number)))?);
    }
    Ok(keys)
}

impl fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenKeys")
            .field("folder", &self.folder)
            .field("keys", &self.list())
            .finish_non_exhaustive()
    }
}
