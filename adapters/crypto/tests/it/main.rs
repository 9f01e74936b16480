//! The adapters keep the contracts of their ports, and refuse what was forged.

mod passwords;
mod tokens;
