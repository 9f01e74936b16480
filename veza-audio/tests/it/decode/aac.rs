//! AAC beyond low complexity in stereo, against FFmpeg.
//!
//! `data/he-v1.aac` and `data/he-v2.aac` are 1.5 s of synthetic notes at 44.1 kHz, encoded by
//! libxaac at 48 and 32 kbit/s as HE-AAC in stereo and as HE-AAC v2, in ADTS.

use std::io::Cursor;

use veza_audio::container::mp4::M4aWriter;
use veza_audio::encode::{FileEncoder, Packet, PacketEncoder, StreamInfo};
use veza_audio::{AudioBuffer, AudioSink, AudioSpec, ChannelLayout, Result};

use super::{decode, decode_with_damage, probe};
use crate::support::{Files, ffmpeg, ffmpeg_decodes, snr, sound, wav};

const HE_V1: &[u8] = include_bytes!("data/he-v1.aac");
const HE_V2: &[u8] = include_bytes!("data/he-v2.aac");

/// The packets of an ADTS stream, without their headers of seven bytes.
fn packets(mut adts: &[u8]) -> Vec<Vec<u8>> {
    let mut packets = Vec::new();
    while let Some([0xff, _, _, a, b, c, _]) = adts.first_chunk() {
        let len = usize::from(a & 3) << 11 | usize::from(*b) << 3 | usize::from(c >> 5);
        packets.push(adts[7..len].to_vec());
        adts = &adts[len..];
    }
    packets
}

/// An encoder which has the packets already.
struct Given {
    info: StreamInfo,
    packets: Vec<Vec<u8>>,
}

impl PacketEncoder for Given {
    fn info(&self) -> &StreamInfo {
        &self.info
    }

    fn encode(&mut self, _block: &AudioBuffer, _out: &mut Vec<Packet>) -> Result<()> {
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<Packet>) -> Result<()> {
        let frames = self.info.packet_frames;
        out.extend(self.packets.drain(..).map(|data| Packet { data, frames }));
        Ok(())
    }
}

/// An `.m4a` with an edit list, of a sound of so many frames, whose configuration is `config`.
fn m4a(adts: &[u8], config: &[u8], priming: u32, frames: usize) -> Vec<u8> {
    let packets = packets(adts);
    let info = StreamInfo {
        spec: AudioSpec::new(44_100, ChannelLayout::Stereo),
        // As the writer knows it; readers go by the configuration.
        codec: "mp4a.40.2",
        packet_frames: 2_048,
        priming,
        bit_rate: Some(48_000),
        config: config.to_vec(),
    };
    assert_eq!(
        (frames as u64 + u64::from(priming)).div_ceil(2_048),
        packets.len() as u64
    );
    let mut file = Vec::new();
    let encoder = Box::new(Given { info, packets });
    let mut writer = Box::new(
        M4aWriter::new(
            Cursor::new(&mut file),
            encoder,
            &Default::default(),
            Some(frames as u64),
        )
        .unwrap(),
    );
    writer
        .write(&AudioBuffer::from_planes(vec![vec![0.0; frames]; 2]))
        .unwrap();
    writer.finish().unwrap();
    file
}

/// Decodes `bytes`, which must be what FFmpeg makes of them (it keeps the padding at the end).
fn as_ffmpeg_does(bytes: &[u8], channels: usize, least_db: f64) -> AudioBuffer {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sound.m4a");
    std::fs::write(&path, bytes).unwrap();
    let wanted = ffmpeg_decodes(&path, channels);
    let got = decode(bytes);
    assert_eq!(got.channels(), channels);
    assert!(got.frames() <= wanted.frames());
    let ratio = snr(&wanted, &got);
    assert!(ratio > least_db, "{ratio:.1} dB");
    got
}

#[test]
fn high_efficiency_aac_is_decoded_to_the_frame() {
    let frames = 33 * 2_048 - 3_000;
    for (adts, configs) in [
        // Hierarchical; then as an extension which an old decoder may leave out.
        (
            HE_V1,
            [
                &[0x2b, 0x92, 0x08, 0x00][..],
                &[0x13, 0x90, 0x56, 0xe5, 0xa0],
            ],
        ),
        (
            HE_V2,
            [
                &[0xeb, 0x8a, 0x08, 0x00],
                &[0x13, 0x88, 0x56, 0xe5, 0xa5, 0x48, 0x80],
            ],
        ),
    ] {
        for config in configs {
            let whole = as_ffmpeg_does(&m4a(adts, config, 0, 33 * 2_048), 2, 70.0);
            assert_eq!(whole.frames(), 33 * 2_048, "{config:x?}");
            // FFmpeg 5 drops twice what an edit list says of such a stream.
            let file = m4a(adts, config, 3_000, frames);
            let probed = probe(&file).unwrap();
            assert_eq!((probed.sample_rate, probed.channels), (44_100, 2));
            let mut wanted = AudioBuffer::new(2);
            wanted.extend_from(&whole, 3_000, frames);
            assert!(decode(&file) == wanted, "{config:x?}");
        }
    }
}

#[test]
fn high_efficiency_of_which_only_the_stream_tells_is_found() {
    for adts in [HE_V1, HE_V2] {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("in.aac"), folder.path().join("out.m4a"));
        std::fs::write(&from, adts).unwrap();
        // FFmpeg copies the configuration of the core out of the ADTS headers.
        ffmpeg(&[
            "-i",
            from.to_str().unwrap(),
            "-c",
            "copy",
            to.to_str().unwrap(),
        ]);
        let got = as_ffmpeg_does(&std::fs::read(&to).unwrap(), 2, 70.0);
        assert_eq!(got.frames(), 33 * 2_048);
        for plane in got.planes() {
            assert!(plane.iter().any(|sample| sample.abs() > 0.1));
        }
    }
}

#[test]
fn a_slow_stream_without_replication_stays_what_it_is() {
    let planes = sound(2, 44_100, 22_050, 16);
    let files = Files::new(&wav(&planes, 22_050, 16));
    let got = as_ffmpeg_does(
        &files.make("a.m4a", &["-c:a", "aac", "-aac_pns", "0"]),
        2,
        80.0,
    );
    assert_eq!(got.frames(), 44_100);
}

#[test]
fn surround_is_decoded_with_every_channel_in_its_place() {
    for (channels, layout) in [(5u16, "5.0"), (6, "5.1")] {
        let mut planes = sound(channels.into(), 66_177, 48_000, 16);
        // Each channel louder than the one before, so that a swap shows.
        for (n, plane) in planes.iter_mut().enumerate() {
            for sample in plane.iter_mut() {
                *sample = *sample / 8 * (n as i32 + 1);
            }
        }
        if channels == 6 {
            // Nothing above its band is kept of the low-frequency channel.
            for (n, sample) in planes[3].iter_mut().enumerate() {
                *sample = (8_000.0 * (n as f64 * 0.005).sin()) as i32;
            }
        }
        let source = wav(&planes, 48_000, 16);
        let files = Files::new(&source);
        let rate = ["-b:a", "512k", "-aac_pns", "0"];
        let options = [&["-channel_layout", layout, "-c:a", "aac"], rate.as_slice()].concat();
        let bytes = files.make("a.m4a", &options);
        let got = as_ffmpeg_does(&bytes, channels.into(), 80.0);
        assert_eq!(got.frames(), 66_177);
        let wanted = decode(&source);
        for channel in 0..usize::from(channels) {
            let of =
                |sound: &AudioBuffer| AudioBuffer::from_planes(vec![sound.plane(channel).to_vec()]);
            let ratio = snr(&of(&wanted), &of(&got));
            assert!(ratio > 8.0, "{layout}, channel {channel}: {ratio:.1} dB");
        }
    }
}

#[test]
fn damage_stays_in_its_place_and_hurts_nothing_else() {
    let frames = 33 * 2_048 - 3_000;
    let mut random = 0x1234_5678_9abc_def1u64;
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random >> 33) as usize % below
    };
    for (adts, config) in [
        (HE_V1, &[0x2b, 0x92, 0x08, 0x00][..]),
        (HE_V2, &[0xeb, 0x8a, 0x08, 0x00]),
    ] {
        let file = m4a(adts, config, 3_000, frames);
        let sound = adts.len() * 9 / 10;
        let at = file.windows(4).position(|part| part == b"mdat").unwrap() + 100;
        for _ in 0..40 {
            let mut broken = file.clone();
            for _ in 0..next(30) + 1 {
                broken[at + next(sound - 100)] = next(256) as u8;
            }
            match decode_with_damage(&broken) {
                Ok((got, _)) => assert_eq!(got.frames(), frames),
                Err(error) => assert_eq!(error.code(), "audio.malformed"),
            }
        }
    }
}
