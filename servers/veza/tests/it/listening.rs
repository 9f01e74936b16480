//! What the command line hears: tempo, key, likeness, recognition, albums, effects, and whether a
//! stream is as it should be.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::media::{ffmpeg, song, text, veza, veza_json};

const RATE: f64 = 44_100.0;

/// A chord of C major, struck twice a second for twelve seconds, as a WAV file.
fn struck(folder: &Path) -> PathBuf {
    let path = folder.join("struck.wav");
    let notes = [261.63, 329.63, 392.0, 523.25];
    let tones: Vec<String> = notes.iter().map(|hz| format!("sin(2*PI*{hz}*t)")).collect();
    let sound = format!("0.2*exp(-8*mod(t,0.5))*({})", tones.join("+"));
    let source = format!("aevalsrc='{sound}':s={RATE}:d=12");
    ffmpeg(&["-f", "lavfi", "-i", &source, text(&path)]);
    path
}

fn said(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn tempo_and_key_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let wav = struck(folder.path());
    let told = veza_json(&["analyze", text(&wav), "--json"]);
    assert!(
        (told["tempo"]["bpm"].as_f64().unwrap() - 120.0).abs() < 1.0,
        "{}",
        told["tempo"]
    );
    assert_eq!(told["key"]["key"]["tonic"], 0);
    assert_eq!(told["key"]["key"]["mode"], "major");
    assert!(told["onsets"].as_array().unwrap().len() >= 23);
    let shown = veza(&["analyze", text(&wav)]);
    assert!(String::from_utf8_lossy(&shown.stdout).contains("C major (8B)"));
    let wrong = veza(&["analyze", text(&wav), "--tempo-range", "fast"]);
    assert_eq!(wrong.status.code(), Some(2), "{}", said(&wrong));
}

#[test]
fn a_recording_is_known_by_an_excerpt() {
    let folder = tempfile::tempdir().unwrap();
    let music = std::env::var("MUSIC_DIR");
    let music = music.unwrap_or("/usr/share/games/wesnoth/1.16/data/core/music".to_owned());
    let index = folder.path().join("index");
    for name in ["battle.ogg", "elf-land.ogg", "wanderer.ogg"] {
        let file = Path::new(&music).join(name);
        let made = veza(&["fingerprint", text(&file), "-o", text(&index)]);
        assert!(made.status.success(), "{}", said(&made));
    }
    let excerpt = folder.path().join("excerpt.mp3");
    let whole = Path::new(&music).join("wanderer.ogg");
    let cut = [
        "-ss",
        "40",
        "-t",
        "10",
        "-i",
        text(&whole),
        "-af",
        "volume=-10dB",
    ];
    ffmpeg(&[&cut[..], &["-b:a", "64k", text(&excerpt)]].concat());
    let found = veza_json(&[
        "identify",
        text(&excerpt),
        "--index",
        text(&index),
        "--json",
    ]);
    let matches = found["matches"].as_array().unwrap();
    assert_eq!(matches.len(), 1, "{found}");
    assert_eq!(matches[0]["track"], "wanderer");
    assert!(
        (matches[0]["offsetSeconds"].as_f64().unwrap() - 40.0).abs() < 0.2,
        "{found}"
    );

    let like = |file: &Path| {
        let told = veza_json(&["similar", text(&whole), text(file), "--json"]);
        told["distance"].as_f64().unwrap()
    };
    assert_eq!(like(&whole), 0.0);
    assert!(like(&excerpt) < like(&struck(folder.path())));
}

#[test]
fn an_album_has_a_loudness_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let quiet = folder.path().join("quiet.wav");
    let loud = song(folder.path(), "loud.wav", 400_000);
    ffmpeg(&["-i", text(&loud), "-af", "volume=-6dB", text(&quiet)]);
    let told = veza(&[
        "loudness",
        text(&loud),
        text(&quiet),
        "--album",
        "--series",
        "1000",
        "--json",
    ]);
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let told: Vec<Value> = told
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(told.len(), 3);
    let loudness = |n: usize| told[n]["integratedLufs"].as_f64().unwrap();
    assert!(
        loudness(1) < loudness(2) && loudness(2) < loudness(0),
        "{told:?}"
    );
    assert_eq!(told[0]["series"].as_array().unwrap().len(), 9);
    let gain = told[2]["replayGainDb"].as_f64().unwrap();
    assert!((gain + 18.0 + loudness(2)).abs() < 1e-9);
}

#[test]
fn effects_are_heard_and_the_limiter_reaches_the_target() {
    let folder = tempfile::tempdir().unwrap();
    let wav = struck(folder.path());
    let out = folder.path().join("out.wav");
    let convert = |more: &[&str]| {
        veza(&[&["convert", text(&wav), "-o", text(&out), "--json"], more].concat())
    };
    let effects = r#"[{"type":"fadeOut","seconds":1.0}]"#;
    let made = convert(&["--effects", effects]);
    assert!(made.status.success(), "{}", said(&made));
    assert_eq!(
        veza_json(&["probe", text(&out), "--json"])["frames"],
        12 * 44_100
    );

    let made = convert(&["--normalize", "-18", "--limiter", "--ceiling", "-1"]);
    assert!(made.status.success(), "{}", said(&made));
    let report: Value = serde_json::from_slice(&made.stdout).unwrap();
    let after = veza_json(&["loudness", text(&out), "--json"]);
    let (integrated, peak) = (&after["integratedLufs"], &after["truePeakDbtp"]);
    assert!(
        (integrated.as_f64().unwrap() + 18.0).abs() < 1.0,
        "{integrated}"
    );
    assert!(peak.as_f64().unwrap() <= -0.95, "{peak}");
    assert!(
        report["limited"]["maxDb"].as_f64().unwrap() > 0.0,
        "{report}"
    );

    let refused = convert(&["--effects", r#"[{"type":"fadeOut","secnods":1.0}]"#]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(said(&refused).contains("secnods"), "{}", said(&refused));
}

#[test]
fn a_presentation_is_checked_and_faults_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let flac = song(folder.path(), "song.flac", 900_000);
    for segments in ["fmp4", "ts", "packed"] {
        let out = folder.path().join(segments);
        let made = veza(&[
            "hls",
            text(&flac),
            "--out",
            text(&out),
            "--segments",
            segments,
        ]);
        assert!(made.status.success(), "{segments}: {}", said(&made));
        let master = out.join("master.m3u8");
        let good = veza(&["hls", "check", text(&master)]);
        let told = String::from_utf8_lossy(&good.stdout).into_owned();
        assert!(good.status.success(), "{segments}: {told}");
        assert!(told.contains(" 0 errors"), "{told}");

        let playlist = fs::read_to_string(&master).unwrap();
        let named = playlist
            .lines()
            .rfind(|line| !line.starts_with('#'))
            .unwrap();
        let media = out.join(named);
        let broken =
            fs::read_to_string(&media)
                .unwrap()
                .replacen("TARGETDURATION:", "TARGETDURATION:0", 1);
        let broken = broken.replacen("#EXTINF:", "#EXTINF:99", 1);
        fs::write(&media, broken).unwrap();
        let bad = veza(&["hls", "check", text(&master), "--json"]);
        assert_eq!(bad.status.code(), Some(3));
        let report: Value = serde_json::from_slice(&bad.stdout).unwrap();
        let found = report["findings"].as_array().unwrap();
        assert!(
            found
                .iter()
                .any(|found| found["rule"] == "media.within_target"),
            "{report}"
        );
    }
    // What lies elsewhere is not read, whatever a playlist says.
    let escape = folder.path().join("fmp4/escape.m3u8");
    let text_of = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n../song.flac\n#EXT-X-ENDLIST\n";
    fs::write(&escape, text_of).unwrap();
    let told = veza(&["hls", "check", text(&escape)]);
    assert!(String::from_utf8_lossy(&told.stdout).contains("outside of the playlist's folder"));
}
