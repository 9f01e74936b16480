//! Real music: that of Battle for Wesnoth, as Debian packages it.

use std::path::PathBuf;

/// The folder of the Ogg Vorbis files: `MUSIC_DIR`, or where the package of any version puts them.
pub(crate) fn folder() -> PathBuf {
    if let Some(folder) = std::env::var_os("MUSIC_DIR") {
        return folder.into();
    }
    let versions = std::fs::read_dir("/usr/share/games/wesnoth")
        .into_iter()
        .flatten();
    versions
        .filter_map(|version| Some(version.ok()?.path().join("data/core/music")))
        .find(|folder| folder.is_dir())
        .expect("the music of the tests is missing: run `cargo xtask test`, which installs it")
}

/// The path of a piece, such as `battle.ogg`.
pub(crate) fn piece(name: &str) -> String {
    folder().join(name).to_str().unwrap().to_owned()
}
