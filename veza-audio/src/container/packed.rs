//! Packed audio (RFC 8216, 3.4): AAC in ADTS or MP3 with nothing around it but an ID3 tag, which
//! says at what time of a transport stream's clock the first packet would be.

use super::elementary::Framer;
use super::id3;
use super::protection::{PacketCipher, audio_setup};
use super::ts::Clock;
use crate::Result;
use crate::encode::{Packet, StreamInfo};

/// Makes the segments of one stream, in their order.
///
/// ```
/// use veza_audio::container::packed::PackedMuxer;
/// use veza_audio::encode::{Packet, StreamInfo};
/// use veza_audio::{AudioSpec, ChannelLayout};
///
/// let info = StreamInfo {
///     spec: AudioSpec::new(44_100, ChannelLayout::Stereo),
///     codec: "mp4a.40.2",
///     packet_frames: 1024,
///     priming: 2048,
///     bit_rate: None,
///     config: vec![0x12, 0x10],
/// };
/// let mut segment = Vec::new();
/// let packet = Packet { data: vec![0; 100], frames: 1024 };
/// PackedMuxer::new(&info)?.segment(&[packet], &mut segment)?;
/// assert!(segment.starts_with(b"ID3"));
/// # Ok::<(), veza_audio::Error>(())
/// ```
pub struct PackedMuxer {
    framer: Framer,
    clock: Clock,
    config: Vec<u8>,
}

impl PackedMuxer {
    /// A muxer of the AAC or MP3 stream that `info` describes.
    ///
    /// # Errors
    /// [`crate::Error::UnsupportedCodec`] for another codec,
    /// [`crate::Error::InvalidParameter`] for a configuration that ADTS has no room for.
    pub fn new(info: &StreamInfo) -> Result<Self> {
        Ok(Self {
            framer: Framer::new(info, "packed audio")?,
            clock: Clock::new(info.spec.sample_rate),
            config: info.config.clone(),
        })
    }

    /// Goes on with another stream; the clock runs on.
    ///
    /// # Errors
    /// Those of [`PackedMuxer::new`].
    pub fn change_stream(&mut self, info: &StreamInfo) -> Result<()> {
        self.framer = Framer::new(info, "packed audio")?;
        self.clock.change_rate(info.spec.sample_rate);
        self.config.clone_from(&info.config);
        Ok(())
    }

    /// Appends the next segment, of these packets, to `out`.
    ///
    /// # Errors
    /// [`crate::Error::InvalidParameter`] when a packet is too long for ADTS.
    pub fn segment(&mut self, packets: &[Packet], out: &mut Vec<u8>) -> Result<()> {
        self.segment_with(packets, None, out)
    }

    /// The same, with the packets encrypted (Apple, "MPEG-2 Stream Encryption Format", 2.3).
    pub(crate) fn segment_with(
        &mut self,
        packets: &[Packet],
        cipher: Option<&PacketCipher>,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        // 33 bits in eight bytes; the upper 31 are 0.
        let time = self.clock.stamp().to_be_bytes();
        let mut frames = vec![(id3::TIMESTAMP_OWNER, time.as_slice())];
        let setup = audio_setup(&self.config);
        if cipher.is_some() {
            self.framer.check_encryption()?;
            frames.push((id3::SETUP_OWNER, &setup));
        }
        out.extend_from_slice(&id3::private_tag(&frames));
        for packet in packets {
            self.framer.push(&packet.data, cipher, out)?;
            self.clock.advance(packet.frames);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AudioSpec, ChannelLayout};

    #[test]
    fn every_segment_says_when_it_begins() {
        let mut info = StreamInfo {
            spec: AudioSpec::new(48_000, ChannelLayout::Stereo),
            codec: "mp4a.40.34",
            packet_frames: 1152,
            priming: 1057,
            bit_rate: None,
            config: Vec::new(),
        };
        let packet = Packet {
            data: vec![0xFF, 0xFB, 1, 2],
            frames: 1152,
        };
        let mut muxer = PackedMuxer::new(&info).unwrap();
        let mut starts = Vec::new();
        for segment in 0..3 {
            let mut out = Vec::new();
            muxer.segment(&vec![packet.clone(); 5], &mut out).unwrap();
            let tag = id3::Tag::read(&out).unwrap();
            assert_eq!(out.len() - tag.length, 20);
            let time = tag.private(id3::TIMESTAMP_OWNER).unwrap();
            starts.push(u64::from_be_bytes(time.try_into().unwrap()));
            if segment == 1 {
                info.spec.sample_rate = 44_100;
                muxer.change_stream(&info).unwrap();
            }
        }
        assert_eq!(starts, [900_000, 910_800, 921_600]);
    }
}
