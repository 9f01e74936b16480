//! SQLite behind the stores of veza-core.
