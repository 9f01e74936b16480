//! The command line as scripts use it, checked by ffmpeg.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::media::{decoded_frames, ffmpeg, ffprobe, song, text, veza, veza_json};

/// Ten seconds and a bit, so that no codec's frame fits it evenly.
const FRAMES: usize = 455_555;

#[test]
fn probe_prints_what_scripts_rely_on() {
    let folder = tempfile::tempdir().unwrap();
    let flac = song(folder.path(), "song.flac", FRAMES);
    let probe = veza_json(&["probe", text(&flac), "--json"]);
    assert_eq!(probe["container"], "flac");
    assert_eq!(probe["codec"], "flac");
    assert_eq!(probe["sampleRate"], 44_100);
    assert_eq!(probe["channels"], 2);
    assert_eq!(probe["bitsPerSample"], 16);
    assert_eq!(probe["frames"], FRAMES);
    assert!((probe["durationSeconds"].as_f64().unwrap() - 10.33).abs() < 0.01);
    assert_eq!(probe["tags"]["title"], "A song");
    assert_eq!(probe["tags"]["artist"], "Somebody");
}

#[test]
fn loudness_prints_six_figures_which_ffmpeg_agrees_with() {
    let folder = tempfile::tempdir().unwrap();
    let wav = song(folder.path(), "song.wav", FRAMES);
    let loudness = veza_json(&["loudness", text(&wav), "--json"]);
    for field in [
        "loudnessRangeLu",
        "momentaryMaxLufs",
        "shortTermMaxLufs",
        "samplePeakDbfs",
    ] {
        assert!(loudness[field].is_f64(), "{field} is a number: {loudness}");
    }
    let (integrated, peak) = ebur128(text(&wav));
    assert!((loudness["integratedLufs"].as_f64().unwrap() - integrated).abs() <= 0.1);
    assert!((loudness["truePeakDbtp"].as_f64().unwrap() - peak).abs() <= 0.2);
}

#[test]
fn waveforms_have_the_layout_of_audiowaveform() {
    let folder = tempfile::tempdir().unwrap();
    let wav = song(folder.path(), "song.wav", FRAMES);
    let pixels = FRAMES.div_ceil(512);
    for (name, extra, start, channels, bytes) in [
        ("mono.dat", &["--bits", "8"][..], 20, 1, 1),
        (
            "split.dat",
            &["--bits", "16", "--split-channels"][..],
            24,
            2,
            2,
        ),
    ] {
        let out = folder.path().join(name);
        let arguments = [
            &[
                "waveform",
                text(&wav),
                "-o",
                text(&out),
                "--samples-per-pixel",
                "512",
            ],
            extra,
        ]
        .concat();
        assert!(veza(&arguments).status.success());
        let dat = fs::read(&out).unwrap();
        assert_eq!(dat.len(), start + pixels * channels * bytes * 2, "{name}");
        assert_eq!(
            u32::from_le_bytes(dat[16..20].try_into().unwrap()),
            pixels as u32
        );
    }
    let json = folder.path().join("song.json");
    assert!(
        veza(&["waveform", text(&wav), "-o", text(&json), "--bits", "8"])
            .status
            .success()
    );
    let drawn: Value = serde_json::from_slice(&fs::read(json).unwrap()).unwrap();
    assert_eq!(
        drawn["data"].as_array().unwrap().len(),
        2 * FRAMES.div_ceil(256)
    );
    assert_eq!(
        (&drawn["sample_rate"], &drawn["bits"]),
        (&44_100.into(), &8.into())
    );
    let png = folder.path().join("song.png");
    assert!(
        veza(&["waveform", text(&wav), "-o", text(&png)])
            .status
            .success()
    );
    assert_eq!(ffprobe(text(&png))["streams"][0]["codec_name"], "png");
}

#[test]
fn spectrograms_are_drawn_with_their_axes() {
    let folder = tempfile::tempdir().unwrap();
    let wav = song(folder.path(), "song.wav", FRAMES);
    let out = folder.path().join("song.png");
    let arguments = [
        "spectrogram",
        text(&wav),
        "-o",
        text(&out),
        "--scale",
        "log",
    ];
    let made = veza(
        &[
            &arguments[..],
            &["--width", "600", "--height", "200", "--axes"],
        ]
        .concat(),
    );
    let said = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{said}");
    let picture = &ffprobe(text(&out))["streams"][0];
    assert_eq!(
        (&picture["width"], &picture["height"]),
        (&640.into(), &222.into())
    );
    let refused = veza(&[&arguments[..], &["--low", "9000", "--high", "100"]].concat());
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn a_part_is_converted_with_what_its_tags_state() {
    let folder = tempfile::tempdir().unwrap();
    let flac = song(folder.path(), "song.flac", FRAMES);
    let out = folder.path().join("part.opus");
    let arguments = [
        "convert",
        text(&flac),
        "-o",
        text(&out),
        "--start",
        "2.5",
        "--end",
        "4",
    ];
    let made = veza(&[&arguments[..], &["--replay-gain", "--opus-gain", "both"]].concat());
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let probe = veza_json(&["probe", text(&out), "--json"]);
    assert_eq!(probe["frames"], 72_000);
    let loudness = veza_json(&["loudness", text(&out), "--json"]);
    let gain: f64 = probe["tags"]["replaygainTrackGain"]
        .as_str()
        .and_then(|gain| gain.strip_suffix(" dB"))
        .unwrap()
        .parse()
        .unwrap();
    let louder = loudness["integratedLufs"].as_f64().unwrap() + gain;
    assert!((louder + 18.0).abs() < 0.2, "{louder}");
    assert!(probe["tags"]["r128TrackGain"].is_string());

    let nothing = veza(&[
        "convert",
        text(&flac),
        "-o",
        text(&out),
        "--start",
        "4",
        "--end",
        "4",
    ]);
    assert_eq!(nothing.status.code(), Some(2));
}

#[test]
fn waveforms_are_drawn_as_they_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let wav = song(folder.path(), "song.wav", FRAMES);
    let drawn = |name: &str, more: &[&str]| {
        let out = folder.path().join(name);
        let arguments = [&["waveform", text(&wav), "-o", text(&out)], more].concat();
        let made = veza(&arguments);
        let said = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "{name}: {said}");
        fs::read(&out).unwrap()
    };
    let svg = drawn(
        "song.svg",
        &["--style", "bars", "--axis", "--theme", "dark"],
    );
    let svg = String::from_utf8(svg).unwrap();
    assert_eq!(
        svg.matches("rx=").count(),
        300,
        "one bar for each six pixels"
    );
    assert!(svg.contains(">0:10.0</text>"));
    let size = ["--style", "bands", "--width", "640", "--height", "120"];
    drawn(
        "song.png",
        &[&size[..], &["--start", "2", "--end", "3"]].concat(),
    );
    let png = ffprobe(text(&folder.path().join("song.png")));
    assert_eq!(png["streams"][0]["width"], 640);
    let peaks: Value = serde_json::from_slice(&drawn("song.peaks", &["--split-channels"])).unwrap();
    assert_eq!(peaks.as_array().unwrap().len(), 2);
    let json: Value = serde_json::from_slice(&drawn("song.json", &["--rms"])).unwrap();
    assert_eq!(json["rms"].as_array().unwrap().len(), FRAMES.div_ceil(256));

    let out = folder.path().join("none.png");
    let refused = veza(&[
        "waveform",
        text(&wav),
        "-o",
        text(&out),
        "--start",
        "9",
        "--end",
        "3",
    ]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(!out.exists());
}

#[test]
fn what_convert_writes_ffmpeg_reads_without_a_word_and_to_the_frame() {
    let folder = tempfile::tempdir().unwrap();
    let flac = song(folder.path(), "song.flac", FRAMES);
    for (ending, codec, rate, tolerance) in [
        ("wav", "pcm_s16le", 44_100, 0),
        ("flac", "flac", 44_100, 0),
        ("mp3", "mp3", 44_100, 1_152),
        ("m4a", "aac", 44_100, 1_024),
        ("ogg", "vorbis", 44_100, 0),
        ("opus", "opus", 48_000, 960),
    ] {
        let out = folder.path().join("out").with_extension(ending);
        let made = veza(&["convert", text(&flac), "-o", text(&out)]);
        assert!(
            made.status.success(),
            "{ending}: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        let probe = ffprobe(text(&out));
        assert_eq!(probe["streams"][0]["codec_name"], codec);
        let expected = (FRAMES as f64 * f64::from(rate) / 44_100.0).round() as usize;
        let decoded = decoded_frames(text(&out), 2);
        assert!(
            decoded.abs_diff(expected) <= tolerance,
            "{ending}: {decoded} for {expected}"
        );
        // Our own decoder honours every codec's padding: to the frame.
        assert_eq!(
            veza_json(&["probe", text(&out), "--json"])["frames"],
            expected,
            "{ending}"
        );
        let tags = [&probe["format"]["tags"], &probe["streams"][0]["tags"]];
        let titled = tags
            .iter()
            .any(|tags| tags["title"] == "A song" || tags["TITLE"] == "A song");
        assert!(titled, "{ending} keeps the title: {probe}");
    }
}

#[test]
fn convert_to_wav_and_flac_is_lossless() {
    let folder = tempfile::tempdir().unwrap();
    let flac = song(folder.path(), "song.flac", FRAMES);
    let pcm = |path: &Path| ffmpeg(&["-i", text(path), "-f", "s16le", "-"]);
    for ending in ["wav", "flac"] {
        let out = folder.path().join("out").with_extension(ending);
        assert!(
            veza(&["convert", text(&flac), "-o", text(&out)])
                .status
                .success()
        );
        assert!(pcm(&out) == pcm(&flac), "{ending} differs");
    }
}

#[test]
fn convert_brings_a_song_to_its_loudness_and_rate() {
    let folder = tempfile::tempdir().unwrap();
    let flac = song(folder.path(), "song.flac", FRAMES);
    let out = folder.path().join("out.wav");
    let arguments = [
        "convert",
        text(&flac),
        "-o",
        text(&out),
        "--normalize",
        "-20",
        "--sample-rate",
        "48000",
    ];
    assert!(veza(&arguments).status.success());
    let (integrated, _) = ebur128(text(&out));
    assert!((integrated + 20.0).abs() <= 0.2, "{integrated} LUFS");
    assert_eq!(ffprobe(text(&out))["streams"][0]["sample_rate"], "48000");
}

#[test]
fn ingest_makes_all_a_player_needs() {
    let folder = tempfile::tempdir().unwrap();
    let flac = song(folder.path(), "song.flac", 20 * 44_100 + 77);
    for segments in ["fmp4", "ts"] {
        let out = folder.path().join(segments);
        let report = veza_json(&[
            "ingest",
            text(&flac),
            "--out",
            text(&out),
            "--segments",
            segments,
            "--normalize",
            "-18",
            "--json",
        ]);
        assert_eq!(report["source"]["frames"], 20 * 44_100 + 77);
        for file in [
            "master.m3u8",
            "waveform.dat",
            "waveform.json",
            "waveform.png",
            "track.json",
        ] {
            assert!(out.join(file).is_file(), "{file} is made");
        }
        for file in report["files"].as_array().unwrap() {
            assert!(out.join(file.as_str().unwrap()).is_file(), "{file} is made");
        }
        assert_eq!(
            fs::read_dir(&out).unwrap().count(),
            8,
            "nothing else is left"
        );
        let mut cuts = Vec::new();
        for rung in ["128k", "192k", "320k"] {
            let playlist = out.join(rung).join("playlist.m3u8");
            let decoded = decoded_frames(text(&playlist), 2);
            let exact = 20 * 44_100 + 77;
            let tolerance = if segments == "fmp4" { 0 } else { 1_024 };
            assert!(
                decoded.abs_diff(exact) <= tolerance,
                "{segments} {rung}: {decoded} for {exact}"
            );
            let (integrated, peak) = ebur128(text(&playlist));
            assert!(
                (integrated + 18.0).abs() <= 0.5,
                "{segments} {rung}: {integrated} LUFS"
            );
            assert!(peak <= 0.0, "{segments} {rung}: {peak} dBTP");
            cuts.push(durations(&playlist));
        }
        assert!(
            cuts.windows(2).all(|pair| pair[0] == pair[1]),
            "rungs are cut at the same instants"
        );
        let sum: f64 = cuts[0].iter().sum();
        assert!(
            (sum - (20.0 + 77.0 / 44_100.0)).abs() < 1e-5,
            "EXTINF sum to the duration: {sum}"
        );
    }
}

#[test]
fn what_is_wrong_is_said_and_told_by_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let good = song(folder.path(), "song.wav", 44_100);
    let bad = folder.path().join("letter.mp3");
    fs::write(&bad, "Dear reader, this is no music.").unwrap();
    let none = folder.path().join("none.wav");

    let refused = veza(&["probe", text(&bad)]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("letter.mp3: not an audio file"));
    assert_eq!(veza(&["probe", text(&none)]).status.code(), Some(4));
    assert_eq!(
        veza(&["probe", text(&good), text(&bad), "--json"])
            .status
            .code(),
        Some(1)
    );
    assert_eq!(
        veza(&["waveform", text(&good), "-o", "x.gif"])
            .status
            .code(),
        Some(2)
    );
    assert_eq!(veza(&["nonsense"]).status.code(), Some(2));
}

#[test]
fn a_failed_ingest_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("letter.mp3");
    fs::write(&bad, "Dear reader, this is no music.").unwrap();
    let out = folder.path().join("out");
    assert_eq!(
        veza(&["ingest", text(&bad), "--out", text(&out)])
            .status
            .code(),
        Some(3)
    );
    assert_eq!(fs::read_dir(&out).unwrap().count(), 0);
}

/// Integrated loudness in LUFS and true peak in dBTP, as ffmpeg measures them.
fn ebur128(path: &str) -> (f64, f64) {
    let output = std::process::Command::new("ffmpeg")
        .args([
            "-hide_banner",
            "-nostdin",
            "-i",
            path,
            "-af",
            "ebur128=peak=true",
            "-f",
            "null",
            "-",
        ])
        .output()
        .expect("ffmpeg is installed (`cargo xtask test` does it)");
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    let summary = log.rsplit("Summary:").next().unwrap();
    let value = |name: &str| {
        let line = summary
            .lines()
            .map(str::trim)
            .find(|line| line.starts_with(name))
            .unwrap();
        line.split_whitespace()
            .nth(1)
            .unwrap()
            .parse::<f64>()
            .unwrap()
    };
    (value("I:"), value("Peak:"))
}

fn durations(playlist: &Path) -> Vec<f64> {
    let text = fs::read_to_string(playlist).unwrap();
    let lines = text
        .lines()
        .filter_map(|line| line.strip_prefix("#EXTINF:"));
    lines
        .map(|line| line.trim_end_matches(',').parse().unwrap())
        .collect()
}
