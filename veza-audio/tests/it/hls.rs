//! Ladders of renditions, read back by `ffmpeg` and by parsers of playlists and transport streams.

use std::path::Path;

use veza_audio::encode::{AacEncoder, AacSettings, PacketEncoder};
use veza_audio::hls::{
    Rendition, RenditionSettings, RenditionWriter, SegmentFormat, master_playlist,
};
use veza_audio::{AudioBuffer, AudioSpec, ChannelLayout, MemoryOutput, Output};

use crate::peers::{ffmpeg_decode, ffprobe};
use crate::sound::{lag, music, noise_db, planes};

const STEREO_44100: AudioSpec = AudioSpec { sample_rate: 44_100, layout: ChannelLayout::Stereo };

/// A ladder in a folder on disk.
struct Ladder {
    folder: tempfile::TempDir,
    renditions: Vec<Rendition>,
}

impl Ladder {
    fn new(sound: &AudioBuffer, spec: AudioSpec, format: SegmentFormat, rungs: &[u32]) -> Self {
        let output = MemoryOutput::new();
        let renditions: Vec<Rendition> =
            rungs.iter().map(|kbps| write_rendition(sound, spec, format, *kbps, &output)).collect();
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in output.files() {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        std::fs::write(folder.path().join("master.m3u8"), master_playlist(&renditions)).unwrap();
        Self { folder, renditions }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }
}

fn write_rendition(
    sound: &AudioBuffer,
    spec: AudioSpec,
    format: SegmentFormat,
    kbps: u32,
    output: &dyn Output,
) -> Rendition {
    let mut encoder = AacEncoder::new(AacSettings { bit_rate: kbps * 1000 }, spec).unwrap();
    let settings = RenditionSettings {
        format,
        segment_seconds: 6.0,
        total_frames: sound.frames() as u64,
    };
    let info = encoder.info().clone();
    let mut writer = RenditionWriter::new(output, &format!("{kbps}k"), info, settings).unwrap();
    let mut packets = Vec::new();
    encoder.encode(sound, &mut packets).unwrap();
    encoder.finish(&mut packets).unwrap();
    writer.write(&packets).unwrap();
    writer.finish().unwrap()
}

#[test]
fn probe_lengths() {
    for frames in [1usize, 44_100, 220_500, 264_600, 264_601, 300_000, 2_703_330] {
        let sound = music(STEREO_44100, frames);
        for format in [SegmentFormat::Ts, SegmentFormat::Fmp4] {
            let ladder = Ladder::new(&sound, STEREO_44100, format, &[128]);
            let decoded = planes(&ffmpeg_decode(&ladder.path("master.m3u8")), 2);
            let lag = if frames > 20_000 { lag(sound.plane(0), &decoded[0], 10_000) } else { 0 };
            println!("{format:?} {frames}: {} lag {lag} {:?}", decoded[0].len() as i64 - frames as i64, ladder.renditions);
            if frames > 30_000 {
                let shift = lag as usize;
                println!("noise {}", noise_db(sound.plane(0), &decoded[0][shift.min(3000)..], 0..20_000));
            }
            ffprobe(&ladder.path("master.m3u8"));
        }
    }
}
