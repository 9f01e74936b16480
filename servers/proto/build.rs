//! Makes Rust of the definitions, without a `protoc`.

use std::path::PathBuf;
use std::{env, fs};

use prost::Message as _;

const FILES: [&str; 3] = [
    "veza/auth/v1/auth.proto",
    "veza/jobs/v1/jobs.proto",
    "veza/tracks/v1/tracks.proto",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=proto");
    let descriptors = protox::compile(FILES, ["proto"])?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("descriptors.bin"), descriptors.encode_to_vec())?;
    tonic_prost_build::configure()
        .build_transport(false)
        .compile_fds(descriptors)?;
    Ok(())
}
