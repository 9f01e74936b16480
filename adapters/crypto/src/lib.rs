//! Argon2id passwords, signed tokens, sealing and the system entropy behind the ports of
//! veza-core.

mod argon2id;
mod key_folder;
mod sealing;
mod secret_file;
mod system;
mod tokens;

pub use argon2id::Argon2idPasswords;
pub use sealing::SealingKeys;
pub use secret_file::{SecretFileError, load_or_create_secret};
pub use system::{SystemClock, SystemEntropy};
pub use tokens::{
    AccessTokens, OpenKeyError, Rotation, ServiceTokens, TokenAlgorithm, TokenKeyInfo,
    TokenKeyPolicy, TokenKeys,
};
