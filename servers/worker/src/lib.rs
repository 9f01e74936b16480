//! Runs jobs: ingests uploads in a confined child process.

pub mod confined;
