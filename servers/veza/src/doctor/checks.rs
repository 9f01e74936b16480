//! The checks, from what is nearest to what is farthest.

use std::fs;
use std::io::Write as _;
use std::net::{IpAddr, TcpListener};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::sync::Arc;

use veza_core::files::{BlobKey, BlobStore, MemoryChunks};
use veza_objects::DiskBlobs;
use veza_worker::{ConfinedProber, Scratch};

use super::report::{Finding, Report};
use super::servers;
use crate::settings::Settings;

/// Less room than this is too little to take uploads.
const MIN_FREE_BYTES: u64 = 1 << 30;

/// Runs every check that the settings call for; answers whether all is well.
pub(super) async fn all(settings: &Settings, json: bool) -> bool {
    let mut report = Report::new(json);
    let data = &settings.data;
    report
        .check("data folder", async { data_folder(data) })
        .await;
    report.check("room", async { room(data) }).await;
    report.check("keys", async { keys(data) }).await;
    for (name, port) in [
        ("api port", settings.api_port),
        ("chat port", settings.chat_port),
        ("stream port", settings.stream_port),
        ("rpc port", settings.rpc_port.unwrap_or(0)),
    ] {
        report
            .check(name, port_is_usable(settings.bind, port))
            .await;
    }
    report.check("page", async { page(settings) }).await;
    report.check("blobs", blobs(data)).await;
    report.check("decoder", decoder()).await;
    servers::all(settings, &mut report).await;
    report.is_well()
}

fn data_folder(data: &Path) -> Finding {
    let Ok(known) = data.metadata() else {
        return Ok("will be made".into());
    };
    if !known.is_dir() {
        return Err("is no folder".into());
    }
    if known.permissions().mode() & 0o077 != 0 {
        return Err("others than its owner may enter it: chmod 700".into());
    }
    let mut probe =
        tempfile::NamedTempFile::new_in(data).map_err(|error| format!("not writable: {error}"))?;
    let written = probe
        .write_all(b"veza")
        .and_then(|()| probe.as_file().sync_all());
    written.map_err(|error| format!("not writable: {error}"))?;
    Ok("writable, its owner's alone".into())
}

/// The nearest folder that is there already.
fn existing(mut path: &Path) -> &Path {
    while !path.exists() {
        match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => path = parent,
            _ => return Path::new("."),
        }
    }
    path
}

fn room(data: &Path) -> Finding {
    let disk = rustix::fs::statvfs(existing(data)).map_err(|error| error.to_string())?;
    let free = disk.f_bavail * disk.f_frsize;
    let words = format!("{:.1} GiB free", free as f64 / f64::from(1 << 30));
    if free < MIN_FREE_BYTES {
        Err(words)
    } else {
        Ok(words)
    }
}

fn keys(data: &Path) -> Finding {
    let folder = data.join("keys");
    if !folder.exists() {
        return Ok("will be made".into());
    }
    let count = closed_files(&folder)?;
    Ok(format!("{count} files, readable by their owner alone"))
}

/// How many files there are below a folder, none of which others may read.
fn closed_files(folder: &Path) -> Result<usize, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("not readable: {error}"))?;
    let mut count = 0;
    for entry in entries {
        let entry = entry.map_err(|error| format!("not readable: {error}"))?;
        let known = entry
            .metadata()
            .map_err(|error| format!("not readable: {error}"))?;
        if known.is_dir() {
            count += closed_files(&entry.path())?;
            continue;
        }
        if known.mode() & 0o077 != 0 {
            let name = entry.file_name();
            return Err(format!("others may read {}: chmod 600", name.display()));
        }
        count += 1;
    }
    Ok(count)
}

async fn port_is_usable(address: IpAddr, port: u16) -> Finding {
    match TcpListener::bind((address, port)) {
        Ok(_) => Ok("free".into()),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            if is_veza(address, port).await {
                Ok("veza listens on it".into())
            } else {
                Err("another program listens on it".into())
            }
        }
        Err(error) => Err(error.to_string()),
    }
}

/// Whether what listens there answers the way our health checks do.
async fn is_veza(address: IpAddr, port: u16) -> bool {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let ask = async {
        let mut stream = tokio::net::TcpStream::connect((address, port)).await.ok()?;
        let request = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        stream.write_all(request).await.ok()?;
        let mut answer = Vec::new();
        stream.take(4_096).read_to_end(&mut answer).await.ok()?;
        let answer = String::from_utf8_lossy(&answer).to_lowercase();
        Some(answer.starts_with("http/1.1 200") && answer.contains("x-request-id"))
    };
    let patience = std::time::Duration::from_secs(2);
    tokio::time::timeout(patience, ask).await.ok().flatten() == Some(true)
}

fn page(settings: &Settings) -> Finding {
    match &settings.web {
        Some(folder) => Ok(format!("in {}", folder.display())),
        None => Ok("none is served".into()),
    }
}

async fn blobs(data: &Path) -> Finding {
    let folder = data.join("blobs");
    if !folder.exists() {
        return Ok("will be made".into());
    }
    let blobs = DiskBlobs::open(&folder).map_err(|error| error.to_string())?;
    let key: BlobKey = format!("doctor/{}", std::process::id())
        .parse()
        .map_err(|_| "the key cannot be used".to_owned())?;
    let mut body = MemoryChunks::new(b"veza".as_slice());
    let kept = blobs.put(&key, &mut body, 4).await;
    kept.map_err(|error| error.to_string())?;
    let found = blobs.head(&key).await.map_err(|error| error.to_string())?;
    blobs
        .delete(&key)
        .await
        .map_err(|error| error.to_string())?;
    match found {
        Some(info) if info.size == 4 => Ok("kept, found and removed a blob".into()),
        _ => Err("what was kept was not found".into()),
    }
}

/// Lets a confined child look at a second of silence.
async fn decoder() -> Finding {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let blobs = DiskBlobs::open(folder.path()).map_err(|error| error.to_string())?;
    let blobs: Arc<dyn BlobStore> = Arc::new(blobs);
    let scratch = Scratch::new(folder.path().join("scratch")).map_err(|error| error.to_string())?;
    let key: BlobKey = "silence"
        .parse()
        .map_err(|_| "the key cannot be used".to_owned())?;
    let mut silence = MemoryChunks::new(silence());
    let kept = blobs.put(&key, &mut silence, u64::MAX).await;
    kept.map_err(|error| error.to_string())?;
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    match ConfinedProber::new(program, blobs, scratch)
        .probe(&key)
        .await?
    {
        Ok(()) => Ok("a confined process reads sound".into()),
        Err(refused) => Err(refused.detail),
    }
}

/// A second of silence as WAV: 8 kHz, mono, 16 bit.
fn silence() -> Vec<u8> {
    const RATE: u32 = 8_000;
    let bytes = RATE * 2;
    let mut wav = Vec::from(*b"RIFF");
    wav.extend((36 + bytes).to_le_bytes());
    wav.extend(*b"WAVEfmt ");
    wav.extend(16_u32.to_le_bytes());
    wav.extend([1_u16, 1].map(u16::to_le_bytes).concat());
    wav.extend([RATE, bytes].map(u32::to_le_bytes).concat());
    wav.extend([2_u16, 16].map(u16::to_le_bytes).concat());
    wav.extend(*b"data");
    wav.extend(bytes.to_le_bytes());
    wav.resize(wav.len() + bytes as usize, 0);
    wav
}
