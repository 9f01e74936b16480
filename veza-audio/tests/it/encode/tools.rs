//! Sounds to encode, and other programs to read the files with.

use std::io::Cursor;
use std::path::PathBuf;
use std::process::Command;

use veza_audio::encode::{self, EncodeSettings, MemoryFile};
use veza_audio::tags::Tags;
use veza_audio::{AudioBuffer, AudioSpec, ChannelLayout, Error};

pub(super) fn spec(sample_rate: u32, channels: u16) -> AudioSpec {
    AudioSpec::new(sample_rate, ChannelLayout::from_channels(channels))
}

/// Encodes `sound` in blocks of uneven lengths.
pub(super) fn encode(
    settings: &str,
    spec: AudioSpec,
    sound: &AudioBuffer,
    tags: &Tags,
) -> Result<Vec<u8>, Error> {
    let settings: EncodeSettings = settings.parse().unwrap();
    let file = MemoryFile::new();
    let frames = sound.frames();
    let output = Box::new(file.clone());
    let mut encoder = encode::create(&settings, spec, Some(frames as u64), tags, output)?;
    let mut block = AudioBuffer::default();
    let (mut start, mut length) = (0, 1);
    while start < frames {
        let taken = length.min(frames - start);
        block.reset(spec.channels());
        block.extend_from(sound, start, taken);
        encoder.write(&block)?;
        start += taken;
        length = length * 7 % 16_381 + 1;
    }
    encoder.finish()?;
    Ok(file.take())
}

/// A file of these bytes, and the folder that keeps it alive.
pub(super) struct Saved {
    path: PathBuf,
    _folder: tempfile::TempDir,
}

impl Saved {
    pub(super) fn new(settings: &str, bytes: &[u8]) -> Self {
        let format = settings.parse::<EncodeSettings>().unwrap().format();
        let folder = tempfile::tempdir().unwrap();
        let path = folder
            .path()
            .join("sound")
            .with_extension(format.extension());
        std::fs::write(&path, bytes).unwrap();
        Self {
            path,
            _folder: folder,
        }
    }

    /// What ffmpeg decodes, as floats; it must have nothing to complain of.
    pub(super) fn decode(&self, channels: usize) -> AudioBuffer {
        let path = self.path.to_str().unwrap();
        let bytes = run(
            "ffmpeg",
            &[
                "-v",
                "error",
                "-i",
                path,
                "-f",
                "f32le",
                "-c",
                "pcm_f32le",
                "-",
            ],
        );
        floats(&bytes, channels)
    }

    /// What ffmpeg decodes, in its own integers: `s16le`, `s32le`.
    pub(super) fn decode_as(&self, samples: &str) -> Vec<u8> {
        let path = self.path.to_str().unwrap();
        let codec = format!("pcm_{samples}");
        run(
            "ffmpeg",
            &["-v", "error", "-i", path, "-f", samples, "-c", &codec, "-"],
        )
    }

    /// What ffmpeg decodes after seeking to so many seconds, as `s32le`.
    pub(super) fn decode_from(&self, seconds: &str) -> Vec<u8> {
        let path = self.path.to_str().unwrap();
        let args = [
            "-v",
            "error",
            "-ss",
            seconds,
            "-i",
            path,
            "-f",
            "s32le",
            "-c",
            "pcm_s32le",
            "-",
        ];
        run("ffmpeg", &args)
    }

    /// What ffmpeg makes of the file with these options.
    pub(super) fn transcode(&self, options: &[&str]) -> Vec<u8> {
        let path = self.path.to_str().unwrap();
        run(
            "ffmpeg",
            &[&["-v", "error", "-i", path][..], options, &["-"]].concat(),
        )
    }

    /// What ffprobe tells of the entries asked for, one value a line.
    pub(super) fn probe(&self, entries: &str) -> String {
        let path = self.path.to_str().unwrap();
        let args = [
            "-v",
            "error",
            "-show_entries",
            entries,
            "-of",
            "default=nw=1",
            path,
        ];
        String::from_utf8(run("ffprobe", &args)).unwrap()
    }
}

/// Decodes a file and checks its length. ffmpeg 5 cuts 128 frames (or none at all) from an Ogg Vorbis
/// file whose sound fits on one page, its own files too: there the page itself is asked.
pub(super) fn decode_whole(settings: &str, bytes: &[u8], like: &AudioBuffer) -> AudioBuffer {
    let decoded = Saved::new(settings, bytes).decode(like.channels());
    if settings.starts_with("vorbis") {
        assert_eq!(last_granule(bytes), like.frames() as u64, "{settings}");
        let pages = bytes.windows(4).filter(|window| window == b"OggS").count();
        if pages <= 3 {
            assert!(
                decoded.frames().abs_diff(like.frames()) <= 1024,
                "{settings}"
            );
            return decoded;
        }
    }
    assert_eq!(
        decoded.frames(),
        like.frames(),
        "{settings}, {} channels",
        like.channels()
    );
    decoded
}

fn run(program: &str, args: &[&str]) -> Vec<u8> {
    let output = Command::new(program)
        .args(args)
        .output()
        .unwrap_or_else(|error| {
            panic!("{program}: {error}; `cargo xtask test` installs what the tests need")
        });
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && words.is_empty(),
        "{program} {args:?}: {words}"
    );
    output.stdout
}

fn floats(bytes: &[u8], channels: usize) -> AudioBuffer {
    let samples: Vec<f32> = bytes
        .as_chunks::<4>()
        .0
        .iter()
        .map(|word| f32::from_le_bytes(*word))
        .collect();
    let mut sound = AudioBuffer::new(channels);
    sound.extend_interleaved(&samples);
    sound
}

/// So many frames of music, with all the channels asked for.
pub(super) fn music(spec: AudioSpec, frames: usize) -> AudioBuffer {
    let piece = crate::music::piece("knolls.ogg");
    let rate = spec.sample_rate.to_string();
    let seconds = format!("{:.3}", spec.seconds(frames as u64) + 1.0);
    let args = [
        "-v", "error", "-ss", "20", "-t", &seconds, "-i", &piece, "-ar", &rate,
    ];
    let bytes = run(
        "ffmpeg",
        &[&args[..], &["-ac", "2", "-f", "f32le", "-"]].concat(),
    );
    let mut stereo = floats(&bytes, 2);
    stereo.truncate(frames);
    assert_eq!(stereo.frames(), frames, "the music is long enough");
    // Further channels are the same music, softer, so that each can be told from the others.
    let planes = (0..spec.channels()).map(|channel| {
        let gain = 1.0 / (1.0 + channel as f32 / 2.0);
        stereo
            .plane(channel % 2)
            .iter()
            .map(|sample| sample * gain)
            .collect()
    });
    AudioBuffer::from_planes(planes.collect())
}

/// The music as a medium of so many bits holds it.
pub(super) fn rounded(mut sound: AudioBuffer, bits: u32) -> AudioBuffer {
    let scale = (1u32 << (bits - 1)) as f32;
    for channel in 0..sound.channels() {
        for sample in sound.plane_mut(channel) {
            *sample = (*sample * scale).round().clamp(-scale, scale - 1.0) / scale;
        }
    }
    sound
}

/// Signal to noise of `decoded` against `sound`, in dB, channel by channel; the lowest.
pub(super) fn snr(sound: &AudioBuffer, decoded: &AudioBuffer) -> f64 {
    let channel = |(a, b): (&Vec<f32>, &Vec<f32>)| {
        let signal: f64 = a.iter().map(|x| f64::from(*x).powi(2)).sum();
        let noise: f64 = a.iter().zip(b).map(|(x, y)| f64::from(x - y).powi(2)).sum();
        10.0 * (signal / noise.max(1e-30)).log10()
    };
    sound
        .planes()
        .iter()
        .zip(decoded.planes())
        .map(channel)
        .fold(f64::INFINITY, f64::min)
}

pub(super) fn tags() -> Tags {
    [
        ("title", "Château d’eau"),
        ("artist", "Ñandú & Søn"),
        ("album", "Été"),
        ("albumArtist", "Various"),
        ("genre", "Ambient"),
        ("date", "2026"),
        ("trackNumber", "7"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

/// The position that the last page of an Ogg file states.
pub(super) fn last_granule(bytes: &[u8]) -> u64 {
    let page = bytes
        .windows(4)
        .rposition(|window| window == b"OggS")
        .unwrap();
    u64::from_le_bytes(bytes[page + 6..page + 14].try_into().unwrap())
}

/// Every sample a symphonia decoder gives, in integers of 32 bits (high-aligned).
pub(super) fn symphonia_integers(bytes: Vec<u8>, extension: &str) -> Vec<i32> {
    use symphonia::core::codecs::audio::AudioDecoderOptions;
    use symphonia::core::formats::probe::Hint;
    use symphonia::core::formats::{FormatOptions, TrackType};
    use symphonia::core::io::MediaSourceStream;
    use symphonia::core::meta::MetadataOptions;

    let stream = MediaSourceStream::new(Box::new(Cursor::new(bytes)), Default::default());
    let mut hint = Hint::new();
    hint.with_extension(extension);
    let mut reader = symphonia::default::get_probe()
        .probe(
            &hint,
            stream,
            FormatOptions::default(),
            MetadataOptions::default(),
        )
        .unwrap();
    let track = reader.default_track(TrackType::Audio).unwrap();
    let parameters = track.codec_params.as_ref().unwrap().audio().unwrap();
    let options = AudioDecoderOptions::default();
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(parameters, &options)
        .unwrap();
    let (mut all, mut some) = (Vec::new(), Vec::new());
    while let Some(packet) = reader.next_packet().unwrap() {
        decoder
            .decode(&packet)
            .unwrap()
            .copy_to_vec_interleaved::<i32>(&mut some);
        all.extend_from_slice(&some);
    }
    all
}
