//! Passwords by Argon2id (RFC 9106), with the settings OWASP asks for at least.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::Error as HashError;
use argon2::password_hash::phc::PasswordHash as Phc;
use argon2::{
    ARGON2ID_IDENT, Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version,
};
use async_trait::async_trait;
use tokio::sync::Semaphore;
use veza_core::auth::{Password, PasswordHash, PasswordHasher, PasswordMatch};
use veza_core::kernel::{Entropy as _, PortError, PortErrorKind};

use crate::SystemEntropy;

/// KiB of memory for one hash.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over that memory.
const PASSES: u32 = 2;
/// Lanes of that memory.
const LANES: u32 = 1;
/// Bytes of salt.
const SALT_LEN: usize = 16;
/// A stored hash which asks for more memory than this is not one of ours.
const MAX_STORED_MEMORY_KIB: u32 = 256 * 1024;
/// A stored hash which asks for more passes than this is not one of ours.
const MAX_STORED_PASSES: u32 = 16;
/// Those who wait for their turn, for each core. At 20 ms a hash this is a wait of about a second.
const MAX_WAITING_PER_CORE: usize = 50;

/// Hashes passwords on threads of their own, as many at once as there are cores. So memory is
/// bounded to 19 MiB for each core, and the rest of the process goes on meanwhile.
pub struct Argon2idPasswords {
    argon2: Argon2<'static>,
    /// What is compared with when there is no account.
    dummy: PasswordHash,
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    max_waiting: usize,
}

impl Argon2idPasswords {
    /// A hasher for this machine. Blocks for the time of one hash.
    ///
    /// # Errors
    /// `Internal` when there is not enough memory for one hash.
    pub fn new() -> Result<Self, PortError> {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
            .map_err(|error| internal("passwords.new", error))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut nobodys = [0; 32];
        SystemEntropy.fill(&mut nobodys);
        let dummy = hash(&argon2, &nobodys)?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            argon2,
            dummy,
            turns: Arc::new(Semaphore::new(cores)),
            waiting: AtomicUsize::new(0),
            max_waiting: cores * MAX_WAITING_PER_CORE,
        })
    }

    /// Does the work on a thread of its own, when it is its turn. The turn ends with the work,
    /// also when nobody waits for its outcome any more.
    async fn in_turn<T: Send + 'static>(
        &self,
        op: &'static str,
        work: impl FnOnce() -> Result<T, PortError> + Send + 'static,
    ) -> Result<T, PortError> {
        let _place = Place::take(&self.waiting, self.max_waiting)
            .ok_or_else(|| PortError::new(PortErrorKind::Unavailable, op))?;
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(|error| internal(op, error))?;
        let task = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        task.await.map_err(|error| internal(op, error))?
    }
}

/// A place among those who wait or work; given back when dropped.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize, max: usize) -> Option<Self> {
        let before = waiting.fetch_add(1, Ordering::SeqCst);
        let place = Self(waiting);
        (before < max).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl PasswordHasher for Argon2idPasswords {
    async fn hash(&self, password: &Password) -> Result<PasswordHash, PortError> {
        let (argon2, password) = (self.argon2.clone(), password.clone());
        self.in_turn("passwords.hash", move || {
            hash(&argon2, password.expose().as_bytes())
        })
        .await
    }

    async fn verify(
        &self,
        password: &Password,
        stored: Option<&PasswordHash>,
    ) -> Result<PasswordMatch, PortError> {
        let known = stored.is_some();
        let stored = stored.unwrap_or(&self.dummy).clone();
        let (argon2, password) = (self.argon2.clone(), password.clone());
        let outcome = self
            .in_turn("passwords.verify", move || {
                verify(&argon2, &password, &stored)
            })
            .await?;
        Ok(if known { outcome } else { PasswordMatch::No })
    }
}

fn hash(argon2: &Argon2<'_>, password: &[u8]) -> Result<PasswordHash, PortError> {
    let mut salt = [0; SALT_LEN];
    SystemEntropy.fill(&mut salt);
    argon2
        .hash_password_with_salt(password, &salt)
        .map(|phc| PasswordHash::new(phc.to_string()))
        .map_err(|error| internal("passwords.hash", error))
}

fn verify(
    argon2: &Argon2<'_>,
    password: &Password,
    stored: &PasswordHash,
) -> Result<PasswordMatch, PortError> {
    let op = "passwords.verify";
    let corrupt = |error: HashError| PortError::caused(PortErrorKind::Corrupt, op, error);
    let phc = Phc::new(stored.expose()).map_err(|_| PortError::new(PortErrorKind::Corrupt, op))?;
    let params = Params::try_from(&phc).map_err(corrupt)?;
    if params.m_cost() > MAX_STORED_MEMORY_KIB || params.t_cost() > MAX_STORED_PASSES {
        return Err(PortError::new(PortErrorKind::Corrupt, op));
    }
    match argon2.verify_password(password.expose().as_bytes(), &phc) {
        Ok(()) if is_outdated(argon2.params(), &phc, &params) => Ok(PasswordMatch::YesButOutdated),
        Ok(()) => Ok(PasswordMatch::Yes),
        Err(HashError::PasswordInvalid) => Ok(PasswordMatch::No),
        Err(error) => Err(corrupt(error)),
    }
}

fn is_outdated(now: &Params, phc: &Phc, params: &Params) -> bool {
    phc.algorithm != ARGON2ID_IDENT
        || phc.version != Some(Version::V0x13.into())
        || params.m_cost() < now.m_cost()
        || params.t_cost() < now.t_cost()
}

fn internal(op: &'static str, error: impl std::error::Error + Send + Sync + 'static) -> PortError {
    PortError::caused(PortErrorKind::Internal, op, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything before the salt: algorithm, version and cost.
    fn cost(hash: &PasswordHash) -> Vec<String> {
        hash.expose()
            .split('$')
            .take(4)
            .map(str::to_owned)
            .collect()
    }

    #[tokio::test]
    async fn an_unknown_account_costs_what_a_known_one_does() {
        let mut hasher = Argon2idPasswords::new().unwrap();
        let password = Password::new("a password");
        let real = hasher.hash(&password).await.unwrap();
        assert_eq!(cost(&hasher.dummy), cost(&real));
        assert_eq!(hasher.dummy.expose().len(), real.expose().len());
        assert_eq!(
            hasher.verify(&password, None).await.unwrap(),
            PasswordMatch::No
        );
        // The work is done and not only made ready: what cannot be verified shows.
        hasher.dummy = PasswordHash::new("no hash");
        let error = hasher.verify(&password, None).await.unwrap_err();
        assert_eq!(error.kind, PortErrorKind::Corrupt);
    }
}
