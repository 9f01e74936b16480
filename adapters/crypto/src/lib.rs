//! Argon2id passwords, RS256 tokens, sealing and the system entropy behind the ports of veza-core.

mod access_tokens;
mod argon2id;
mod sealing;
mod secret_file;
mod system;

pub use access_tokens::{AccessTokens, OpenKeyError};
pub use argon2id::Argon2idPasswords;
pub use sealing::SealingKeys;
pub use secret_file::{SecretFileError, load_or_create_secret};
pub use system::{SystemClock, SystemEntropy};
