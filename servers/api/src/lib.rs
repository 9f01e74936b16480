//! The REST service: accounts, uploads, tracks.
