//! Builds the encoder's C sources with the C compiler alone.

use std::path::Path;

fn main() {
    let headers = [
        "c",
        "libxaac/common",
        "libxaac/encoder",
        "libxaac/encoder/drc_src",
    ];
    let mut sources: Vec<_> = std::fs::read_dir("libxaac/encoder")
        .expect("the crate holds libxaac/encoder")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "c"))
        .collect();
    // The order of a folder's entries is the file system's.
    sources.sort();
    let mut build = cc::Build::new();
    build
        .files(sources)
        .file("c/veza_xaac.c")
        .includes(headers)
        // The sound is the product: it is optimised in debug builds too.
        .opt_level(3)
        .warnings(false)
        .cargo_warnings(false);
    let names = Path::new("c/names.h").display().to_string();
    if build.get_compiler().is_like_msvc() {
        build.flag(format!("/FI{names}"));
    } else {
        build.flag("-include").flag(&names);
        build.flag_if_supported("-fvisibility=hidden");
        // What the code relies on without saying so, as its authors build it.
        build.flag_if_supported("-fwrapv");
        // Nothing reads errno after a square root, and so it is one instruction.
        build.flag_if_supported("-fno-math-errno");
        build.flag_if_supported("-fno-strict-aliasing");
    }
    build.compile("veza_xaac");
    println!("cargo:rerun-if-changed=c");
    println!("cargo:rerun-if-changed=libxaac");
}
