//! `demo-music OUT_DIR`: writes the pieces as WAV files, and what they are as `pieces.json`.

use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(directory), None) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: demo-music OUT_DIR");
        return ExitCode::from(2);
    };
    match write_all(Path::new(&directory)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("demo-music: {}: {error}", Path::new(&directory).display());
            ExitCode::FAILURE
        }
    }
}

fn write_all(directory: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(directory)?;
    let mut list = Vec::new();
    for (n, piece) in demo_music::pieces().into_iter().enumerate() {
        let slug = piece.title.to_lowercase().replace(' ', "-");
        let file = format!("{:02}-{slug}.wav", n + 1);
        std::fs::write(directory.join(&file), (piece.render)())?;
        list.push(json!({
            "file": file,
            "title": piece.title,
            "artist": piece.artist,
            "genre": piece.genre,
            "description": piece.description,
        }));
    }
    // Written last: where it is, all the others are.
    let list = serde_json::to_vec_pretty(&list)?;
    std::fs::write(directory.join("pieces.json"), list)
}
