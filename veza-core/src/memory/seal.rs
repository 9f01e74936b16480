//! Sealing with a key that lives as long as the process.

use std::sync::Arc;

use aes_gcm::aead::{Aead as _, Payload};
use aes_gcm::{Aes256Gcm, Key, KeyInit as _, Nonce};

use crate::kernel::{Entropy, PortError, PortErrorKind, Sealer};

/// Bytes of a nonce, which stands before what it sealed.
const NONCE_LEN: usize = 12;

/// Seals by AES-256-GCM with one key made at the start, which is lost with the process, as what
/// it sealed is.
pub struct MemorySealer {
    cipher: Aes256Gcm,
    entropy: Arc<dyn Entropy>,
}

impl MemorySealer {
    /// A sealer with a key and nonces from `entropy`.
    pub fn new(entropy: Arc<dyn Entropy>) -> Self {
        let mut key = Key::<Aes256Gcm>::default();
        entropy.fill(&mut key);
        Self {
            cipher: Aes256Gcm::new(&key),
            entropy,
        }
    }
}

impl Sealer for MemorySealer {
    fn seal(&self, context: &str, plain: &[u8]) -> Result<Vec<u8>, PortError> {
        let mut nonce = [0; NONCE_LEN];
        self.entropy.fill(&mut nonce);
        let payload = Payload {
            msg: plain,
            aad: context.as_bytes(),
        };
        let sealed = self
            .cipher
            .encrypt(&Nonce::from(nonce), payload)
            .map_err(|_| PortError::new(PortErrorKind::Internal, "sealer.seal"))?;
        Ok([&nonce[..], &sealed].concat())
    }

    fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, PortError> {
        let corrupt = || PortError::new(PortErrorKind::Corrupt, "sealer.open");
        let (nonce, sealed) = sealed
            .split_first_chunk::<NONCE_LEN>()
            .ok_or_else(corrupt)?;
        let payload = Payload {
            msg: sealed,
            aad: context.as_bytes(),
        };
        self.cipher
            .decrypt(&Nonce::from(*nonce), payload)
            .map_err(|_| corrupt())
    }
}
