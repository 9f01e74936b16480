//! Ingest a file.
fn main() {}
