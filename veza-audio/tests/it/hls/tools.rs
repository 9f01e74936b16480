//! Renditions of any kind, in memory and on disk.

use std::collections::BTreeMap;
use std::path::Path;

use m3u8_rs::{MediaPlaylist, Playlist};
use veza_audio::encode::{
    AacEncoder, AacSettings, FlacEncoder, Mp3Encoder, OpusEncoder, Packet, PacketEncoder,
    StreamInfo,
};
use veza_audio::hls::{Encryption, PackageSettings, Packager, Rendition};
use veza_audio::{AudioBuffer, AudioSpec, ChannelLayout, MemoryOutput};

use crate::sound::music;
use crate::support::ffmpeg;

/// A source and its packets.
pub(super) struct Encoded {
    pub(super) sound: AudioBuffer,
    pub(super) info: StreamInfo,
    pub(super) packets: Vec<Packet>,
}

impl Encoded {
    pub(super) fn frames(&self) -> u64 {
        self.sound.frames() as u64
    }
}

pub(super) fn stereo(sample_rate: u32) -> AudioSpec {
    AudioSpec::new(sample_rate, ChannelLayout::Stereo)
}

fn encode(mut encoder: Box<dyn PacketEncoder>, frames: usize) -> Encoded {
    let sound = music(encoder.info().spec, frames);
    let info = encoder.info().clone();
    let mut packets = Vec::new();
    encoder.encode(&sound, &mut packets).unwrap();
    encoder.finish(&mut packets).unwrap();
    Encoded {
        sound,
        info,
        packets,
    }
}

pub(super) fn aac(spec: AudioSpec, frames: usize) -> Encoded {
    let settings = AacSettings { bit_rate: 128_000 };
    encode(Box::new(AacEncoder::new(settings, spec).unwrap()), frames)
}

pub(super) fn flac(spec: AudioSpec, frames: usize) -> Encoded {
    encode(Box::new(FlacEncoder::new(spec, 16, 2).unwrap()), frames)
}

pub(super) fn opus(frames: usize) -> Encoded {
    encode(
        Box::new(OpusEncoder::new(stereo(48_000), 96).unwrap()),
        frames,
    )
}

pub(super) fn mp3(spec: AudioSpec, frames: usize) -> Encoded {
    encode(Box::new(Mp3Encoder::new(spec, 128).unwrap()), frames)
}

/// What was made, by name; folders are left out of the names.
pub(super) struct Made {
    pub(super) files: BTreeMap<String, Vec<u8>>,
    pub(super) rendition: Rendition,
    /// The playlist at every moment at which it had grown.
    pub(super) moments: Vec<String>,
}

/// Packages one source after the other.
pub(super) fn package(
    sources: &[&Encoded],
    settings: PackageSettings,
    encryption: Option<Encryption<'_>>,
) -> Made {
    let output = MemoryOutput::new();
    let first = sources[0].info.clone();
    let mut packager = Packager::new(&output, "", first, settings).unwrap();
    if let Some(encryption) = encryption {
        packager.encrypt(encryption).unwrap();
    }
    let mut moments = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        for packets in source.packets.chunks(7) {
            if packager.write(packets).unwrap() {
                moments.push(packager.playlist());
            }
        }
        if let Some(next) = sources.get(index + 1) {
            packager
                .next_source(source.frames(), next.info.clone())
                .unwrap();
        }
    }
    let rendition = packager
        .finish(sources[sources.len() - 1].frames())
        .unwrap();
    let files = output.files();
    Made {
        files,
        rendition,
        moments,
    }
}

impl Made {
    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.files["playlist.m3u8"]).unwrap()
    }

    pub(super) fn media(&self) -> MediaPlaylist {
        read_media(self.text())
    }

    /// The bytes of every segment, by the ranges and names of the playlist.
    pub(super) fn segments(&self) -> Vec<Vec<u8>> {
        let media = self.media();
        let segment = |segment: &m3u8_rs::MediaSegment| {
            let file = &self.files[&segment.uri];
            match &segment.byte_range {
                None => file.clone(),
                Some(range) => {
                    let start = range.offset.unwrap() as usize;
                    file[start..start + range.length as usize].to_vec()
                }
            }
        };
        media.segments.iter().map(segment).collect()
    }

    /// A folder with all files, and more.
    pub(super) fn on_disk(&self, more: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let more = more.iter().map(|(name, bytes)| (*name, *bytes));
        let files = self.files.iter().map(|(name, bytes)| (&**name, &**bytes));
        for (name, bytes) in files.chain(more) {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
        folder
    }

    /// What FFmpeg plays of it.
    pub(super) fn play(&self, more: &[(&str, &[u8])]) -> AudioBuffer {
        let folder = self.on_disk(more);
        decode(&folder.path().join("playlist.m3u8"), 2)
    }
}

pub(super) fn read_media(text: &str) -> MediaPlaylist {
    match m3u8_rs::parse_playlist_res(text.as_bytes()) {
        Ok(Playlist::MediaPlaylist(media)) => media,
        other => panic!("{other:?}"),
    }
}

/// Decodes a playlist, whatever its files are called.
pub(super) fn decode(path: &Path, channels: usize) -> AudioBuffer {
    let path = path.to_str().unwrap();
    let arguments = ["-allowed_extensions", "ALL", "-i", path, "-f", "f32le", "-"];
    let raw = ffmpeg(&arguments);
    let samples = raw.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b));
    let mut sound = AudioBuffer::new(channels);
    sound.extend_interleaved(&samples.collect::<Vec<f32>>());
    sound
}
