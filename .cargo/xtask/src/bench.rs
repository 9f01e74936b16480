//! Figures for `docs/benchmarks.md`, as ratios against a peer in the same run.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use test_services::postgres::{self, Postgres};

use crate::run::{Outcome, cargo, program, run, target};
use crate::services;
use crate::tools::{FFMPEG, require_music};

const SECONDS: u32 = 600;
const ROUNDS: usize = 3;
/// So many pieces of music last ten minutes and more.
const PIECES: usize = 12;
const LADDER: [u32; 3] = [128, 192, 320];

/// What one command cost.
#[derive(Clone, Copy, Default)]
struct Cost {
    wall: f64,
    cpu: f64,
    peak_mib: f64,
}

/// `cargo xtask bench ingest`: a 10-minute stereo FLAC through `veza ingest`, and through ffmpeg
/// doing the same work: two-pass loudnorm into three AAC rungs of HLS, EBU R128 with true peak,
/// and a waveform picture.
pub(crate) fn ingest() -> Outcome {
    FFMPEG.require()?;
    run(cargo().args(["build", "--locked", "--release", "-p", "veza"]))?;
    let folder = target().join("bench");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let flac = ten_minutes(&folder)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        eprintln!("round {round} of {ROUNDS}");
        ours.push(veza(&flac, &folder)?);
        theirs.push(ffmpeg(&flac, &folder)?);
    }
    let (ours, theirs) = (median(&ours), median(&theirs));
    println!("| {SECONDS} s of stereo FLAC, median of {ROUNDS} | wall s | CPU s | peak MiB |");
    println!("|---|---|---|---|");
    println!(
        "| veza ingest | {:.2} | {:.2} | {:.0} |",
        ours.wall, ours.cpu, ours.peak_mib
    );
    println!(
        "| ffmpeg      | {:.2} | {:.2} | {:.0} |",
        theirs.wall, theirs.cpu, theirs.peak_mib
    );
    println!(
        "| ratio       | {:.1} | {:.1} | |",
        theirs.wall / ours.wall,
        theirs.cpu / ours.cpu
    );
    Ok(())
}

/// `cargo xtask bench jobs`: durable claims and completions against raw SQL on the same rows.
pub(crate) fn jobs() -> Outcome {
    services::require()?;
    let postgres = Postgres::start().map_err(|error| error.to_string())?;
    run(cargo()
        .env(postgres::VARIABLE, postgres.url())
        .args(["bench", "--locked", "-p", "veza-sql", "--bench", "jobs"]))
}

/// `cargo xtask bench api`: reads, logins and single queries with a million rows in each large
/// table, on SQLite and on PostgreSQL.
pub(crate) fn api() -> Outcome {
    services::require()?;
    run(cargo().args([
        "build",
        "--locked",
        "--release",
        "-p",
        "veza",
        "-p",
        "bench",
    ]))?;
    let binaries = target().join("release");
    run(program(binaries.join("bench"))
        .arg("api")
        .arg(binaries.join("veza")))
}

/// Real music, joined and cut to ten minutes.
fn ten_minutes(folder: &Path) -> Outcome<PathBuf> {
    let flac = folder.join("ten-minutes.flac");
    if flac.exists() {
        return Ok(flac);
    }
    let music = require_music()?;
    let mut pieces: Vec<PathBuf> = std::fs::read_dir(&music)
        .map_err(|error| format!("{}: {error}", music.display()))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "ogg"))
        .collect();
    pieces.sort();
    // Decoded and joined by a filter: Vorbis streams with different headers cannot be joined as
    // they are.
    let mut join = program("ffmpeg");
    join.args(["-v", "error", "-nostdin", "-y"]);
    pieces.truncate(PIECES);
    for piece in &pieces {
        join.arg("-i").arg(piece);
    }
    let made = folder.join("part.flac");
    run(join
        .arg("-filter_complex")
        .arg(format!("concat=n={}:v=0:a=1", pieces.len()))
        .args(["-t", &SECONDS.to_string(), "-ac", "2", "-ar", "44100"])
        .args(["-sample_fmt", "s16"])
        .arg(&made))?;
    std::fs::rename(&made, &flac).map_err(|error| format!("{}: {error}", flac.display()))?;
    Ok(flac)
}

fn veza(flac: &Path, folder: &Path) -> Outcome<Cost> {
    let out = fresh(folder, "veza")?;
    let mut command = program(target().join("release/veza"));
    command
        .arg("ingest")
        .arg(flac)
        .arg("--out")
        .arg(&out)
        .args(["--normalize", "-14", "--json"]);
    cost(&mut command)
}

fn ffmpeg(flac: &Path, folder: &Path) -> Outcome<Cost> {
    let out = fresh(folder, "ffmpeg")?;
    let input = flac.display().to_string();
    let quiet = ["-v", "error", "-nostdin", "-y", "-i", &input];
    let mut total = Cost::default();

    // First pass: what loudnorm measures, printed at its end.
    let measure = "loudnorm=I=-14:TP=-1:LRA=20:print_format=json";
    let mut first = program("ffmpeg");
    first.args([
        "-hide_banner",
        "-nostdin",
        "-i",
        &input,
        "-af",
        measure,
        "-f",
        "null",
        "-",
    ]);
    let log = out.join("loudnorm.log");
    let file =
        std::fs::File::create(&log).map_err(|error| format!("{}: {error}", log.display()))?;
    add(&mut total, cost(first.stderr(file))?);
    let text =
        std::fs::read_to_string(&log).map_err(|error| format!("{}: {error}", log.display()))?;
    let report = text.rfind('{').map_or("", |start| &text[start..]);
    let report = report.rfind('}').map_or("", |end| &report[..=end]);
    let measured: serde_json::Value = serde_json::from_str(report)
        .map_err(|error| format!("loudnorm said `{report}`: {error}"))?;
    let value = |name: &str| measured[name].as_str().unwrap_or("0").to_owned();

    // Second pass: the ladder.
    let second = format!(
        "loudnorm=I=-14:TP=-1:LRA=20:linear=true:measured_I={}:measured_TP={}:measured_LRA={}:measured_thresh={},aresample=44100,aformat=channel_layouts=stereo,asplit=3[a][b][c]",
        value("input_i"),
        value("input_tp"),
        value("input_lra"),
        value("input_thresh")
    );
    let mut ladder = program("ffmpeg");
    ladder.args(quiet).args(["-filter_complex", &second]);
    for (index, (label, rate)) in ["[a]", "[b]", "[c]"].iter().zip(LADDER).enumerate() {
        ladder.args([
            "-map",
            label,
            &format!("-c:a:{index}"),
            "aac",
            &format!("-b:a:{index}"),
            &format!("{rate}k"),
        ]);
    }
    ladder
        .args([
            "-f",
            "hls",
            "-hls_time",
            "6",
            "-hls_playlist_type",
            "vod",
            "-hls_segment_type",
            "fmp4",
        ])
        .args([
            "-var_stream_map",
            "a:0 a:1 a:2",
            "-master_pl_name",
            "master.m3u8",
        ])
        .arg(out.join("%v/playlist.m3u8"));
    add(&mut total, cost(&mut ladder)?);

    let mut loudness = program("ffmpeg");
    loudness
        .args(quiet)
        .args(["-af", "ebur128=peak=true", "-f", "null", "-"]);
    add(&mut total, cost(&mut loudness)?);

    let mut picture = program("ffmpeg");
    picture
        .args(quiet)
        .args(["-lavfi", "showwavespic=s=1800x280", "-frames:v", "1"]);
    add(&mut total, cost(picture.arg(out.join("waveform.png")))?);
    Ok(total)
}

fn fresh(folder: &Path, name: &str) -> Outcome<PathBuf> {
    let out = folder.join(name);
    let _ = std::fs::remove_dir_all(&out);
    std::fs::create_dir_all(&out).map_err(|error| format!("{}: {error}", out.display()))?;
    Ok(out)
}

fn add(total: &mut Cost, one: Cost) {
    total.wall += one.wall;
    total.cpu += one.cpu;
    total.peak_mib = total.peak_mib.max(one.peak_mib);
}

/// Runs a command and reads its cost off `/proc` until it ends.
fn cost(command: &mut Command) -> Outcome<Cost> {
    let start = Instant::now();
    let mut child = command
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| format!("{command:?} could not be started: {error}"))?;
    let mut cost = Cost::default();
    loop {
        if let Some((cpu, peak_mib)) = seen(child.id()) {
            cost.cpu = cpu;
            cost.peak_mib = peak_mib.max(cost.peak_mib);
        }
        match child.try_wait() {
            Ok(None) => std::thread::sleep(Duration::from_millis(5)),
            Ok(Some(status)) if status.success() => break,
            Ok(Some(status)) => return Err(format!("{command:?} ended with {status}")),
            Err(error) => return Err(format!("{command:?}: {error}")),
        }
    }
    cost.wall = start.elapsed().as_secs_f64();
    Ok(cost)
}

/// CPU seconds and peak memory in MiB of a running process, from Linux's `/proc`.
fn seen(pid: u32) -> Option<(f64, f64)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = peak.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some((ticks / 100.0, kib / 1024.0))
}

fn median(costs: &[Cost]) -> Cost {
    let middle = |of: fn(&Cost) -> f64| {
        let mut values: Vec<f64> = costs.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Cost {
        wall: middle(|c| c.wall),
        cpu: middle(|c| c.cpu),
        peak_mib: middle(|c| c.peak_mib),
    }
}
