//! One suite for each port, run by every adapter of it.
