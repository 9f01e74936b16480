//! Argon2id passwords, RS256 tokens and the system entropy behind the ports of veza-core.
