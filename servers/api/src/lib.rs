//! The REST service: accounts, uploads, tracks.

mod multipart;
