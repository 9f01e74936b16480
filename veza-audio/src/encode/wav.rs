//! WAV (RIFF/WAVE), which turns into RF64 where it grows over 4 GiB.

use std::io::{SeekFrom, Write};

use super::pcm::quantise;
use super::{FileEncoder, SeekWrite, WavSamples, id3};
use crate::tags::Tags;
use crate::{AudioBuffer, AudioSink, AudioSpec, Error, Result, Speaker};

const PCM: u16 = 1;
const IEEE_FLOAT: u16 = 3;
const EXTENSIBLE: u16 = 0xfffe;
/// What follows the format code in the GUID of an extensible format.
const GUID_TAIL: [u8; 14] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

/// The tags' LIST INFO chunks (Multimedia Programming Interface and Data Specifications 1.0).
const INFO: [(&str, &[u8; 4]); 8] = [
    ("title", b"INAM"),
    ("artist", b"IART"),
    ("album", b"IPRD"),
    ("genre", b"IGNR"),
    ("date", b"ICRD"),
    ("trackNumber", b"IPRT"),
    ("copyright", b"ICOP"),
    ("comment", b"ICMT"),
];

/// Writes a WAV file of 16- or 24-bit integers or 32-bit floats; its sizes are completed at the
/// end.
///
/// Integers are rounded to the nearest, without dither, and clipped at full scale; floats are
/// written as they are, over full scale too, but that no-numbers become silence.
pub struct WavWriter {
    spec: AudioSpec,
    samples: WavSamples,
    output: Box<dyn SeekWrite>,
    /// Where the file, the `fact` chunk's count and the sound begin in the output.
    start: u64,
    fact: Option<u64>,
    data: u64,
    frames: u64,
    integers: Vec<Vec<i32>>,
    bytes: Vec<u8>,
}

impl WavWriter {
    /// Begins a file.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for no channels or a rate of 0, and those of the output.
    pub fn new(
        spec: AudioSpec,
        samples: WavSamples,
        tags: &Tags,
        mut output: Box<dyn SeekWrite>,
    ) -> Result<Self> {
        let channels = spec.channels();
        let frame_bytes = channels * samples.bytes();
        if channels == 0 || frame_bytes > usize::from(u16::MAX) {
            let reason = format!("WAV cannot hold {channels} channels");
            return Err(Error::invalid("channels", reason));
        }
        if spec.sample_rate == 0
            || u64::from(spec.sample_rate) * frame_bytes as u64 > u32::MAX.into()
        {
            let reason = format!("WAV cannot hold {} Hz", spec.sample_rate);
            return Err(Error::invalid("sampleRate", reason));
        }
        let start = output.stream_position()?;
        let mut header = b"RIFF\0\0\0\0WAVE".to_vec();
        // Room for the `ds64` chunk of RF64 (EBU Tech 3306).
        put_chunk(&mut header, b"JUNK", &[0; 28]);
        put_chunk(&mut header, b"fmt ", &format_chunk(spec, samples));
        let fact = (samples == WavSamples::Float32).then(|| {
            put_chunk(&mut header, b"fact", &[0; 4]);
            start + header.len() as u64 - 4
        });
        let info = info_list(tags);
        if !info.is_empty() {
            put_chunk(&mut header, b"LIST", &info);
        }
        if needs_id3(tags) {
            put_chunk(&mut header, b"id3 ", &id3::tag(tags)?);
        }
        if header.len() > 1 << 28 {
            return Err(Error::invalid("tags", "they are larger than 256 MiB"));
        }
        header.extend_from_slice(b"data\0\0\0\0");
        output.write_all(&header)?;
        let data = start + header.len() as u64;
        let integers = vec![Vec::new(); channels];
        Ok(Self {
            spec,
            samples,
            output,
            start,
            fact,
            data,
            frames: 0,
            integers,
            bytes: Vec::new(),
        })
    }

    fn interleave(&mut self, block: &AudioBuffer) {
        self.bytes.clear();
        if self.samples == WavSamples::Float32 {
            for n in 0..block.frames() {
                for plane in block.planes() {
                    let sample = if plane[n].is_nan() { 0.0 } else { plane[n] };
                    self.bytes.extend_from_slice(&sample.to_le_bytes());
                }
            }
            return;
        }
        let size = self.samples.bytes();
        for (plane, integers) in block.planes().iter().zip(&mut self.integers) {
            integers.clear();
            quantise(plane, size as u32 * 8, integers);
        }
        for n in 0..block.frames() {
            for integers in &self.integers {
                self.bytes
                    .extend_from_slice(&integers[n].to_le_bytes()[..size]);
            }
        }
    }
}

impl AudioSink for WavWriter {
    fn write(&mut self, block: &AudioBuffer) -> Result<()> {
        super::same_channels(self.spec, block)?;
        self.interleave(block);
        self.output.write_all(&self.bytes)?;
        self.frames += block.frames() as u64;
        Ok(())
    }
}

impl FileEncoder for WavWriter {
    fn finish(mut self: Box<Self>) -> Result<()> {
        if self.frames == 0 {
            return Err(Error::Empty);
        }
        let data_bytes = self.frames * (self.spec.channels() * self.samples.bytes()) as u64;
        if data_bytes % 2 == 1 {
            self.output.write_all(&[0])?; // chunks are an even number of bytes long
        }
        let end = self.output.stream_position()?;
        for (at, bytes) in patches(
            end - self.start,
            data_bytes,
            self.frames,
            self.data - self.start,
        ) {
            self.output.seek(SeekFrom::Start(self.start + at))?;
            self.output.write_all(&bytes)?;
        }
        if let Some(fact) = self.fact {
            self.output.seek(SeekFrom::Start(fact))?;
            let count = u32::try_from(self.frames).unwrap_or(u32::MAX);
            self.output.write_all(&count.to_le_bytes())?;
        }
        self.output.seek(SeekFrom::Start(end))?;
        self.output.flush()?;
        Ok(())
    }
}

/// What has to be written over, and where, for a file and a sound of so many bytes.
fn patches(file: u64, data: u64, frames: u64, data_at: u64) -> Vec<(u64, Vec<u8>)> {
    if let (Ok(riff), Ok(sound)) = (u32::try_from(file - 8), u32::try_from(data)) {
        let sizes = [(4, riff), (data_at - 4, sound)];
        return sizes
            .map(|(at, size)| (at, size.to_le_bytes().to_vec()))
            .into();
    }
    let mut large = b"ds64".to_vec();
    large.extend_from_slice(&28u32.to_le_bytes());
    for size in [file - 8, data, frames] {
        large.extend_from_slice(&size.to_le_bytes());
    }
    vec![
        (0, b"RF64\xff\xff\xff\xff".to_vec()),
        (12, large),
        (data_at - 4, u32::MAX.to_le_bytes().to_vec()),
    ]
}

fn put_chunk(out: &mut Vec<u8>, id: &[u8; 4], content: &[u8]) {
    out.extend_from_slice(id);
    out.extend_from_slice(&(content.len() as u32).to_le_bytes());
    out.extend_from_slice(content);
    if content.len() % 2 == 1 {
        out.push(0);
    }
}

/// The `fmt ` chunk: extensible where there are more than two channels or more than 16 bits, as
/// the format's description asks for.
fn format_chunk(spec: AudioSpec, samples: WavSamples) -> Vec<u8> {
    let channels = spec.channels();
    let frame_bytes = channels * samples.bytes();
    let code = if samples == WavSamples::Float32 {
        IEEE_FLOAT
    } else {
        PCM
    };
    let extensible = channels > 2 || samples == WavSamples::Int24;
    let mut out = Vec::with_capacity(40);
    out.extend_from_slice(&(if extensible { EXTENSIBLE } else { code }).to_le_bytes());
    out.extend_from_slice(&(channels as u16).to_le_bytes());
    out.extend_from_slice(&spec.sample_rate.to_le_bytes());
    out.extend_from_slice(&(spec.sample_rate * frame_bytes as u32).to_le_bytes());
    out.extend_from_slice(&(frame_bytes as u16).to_le_bytes());
    out.extend_from_slice(&(samples.bytes() as u16 * 8).to_le_bytes());
    if extensible {
        out.extend_from_slice(&22u16.to_le_bytes());
        out.extend_from_slice(&(samples.bytes() as u16 * 8).to_le_bytes());
        out.extend_from_slice(&channel_mask(spec).to_le_bytes());
        out.extend_from_slice(&code.to_le_bytes());
        out.extend_from_slice(&GUID_TAIL);
    } else if code == IEEE_FLOAT {
        out.extend_from_slice(&0u16.to_le_bytes());
    }
    out
}

/// `dwChannelMask` of `WAVEFORMATEXTENSIBLE`; 0 where places are not stated.
fn channel_mask(spec: AudioSpec) -> u32 {
    (0..spec.channels()).fold(0, |mask, channel| {
        mask | match spec.layout.speaker(channel) {
            Speaker::FrontLeft => 0x1,
            Speaker::FrontRight => 0x2,
            Speaker::FrontCentre => 0x4,
            Speaker::LowFrequency => 0x8,
            Speaker::BackLeft => 0x10,
            Speaker::BackRight => 0x20,
            Speaker::BackCentre => 0x100,
            Speaker::SideLeft => 0x200,
            Speaker::SideRight => 0x400,
            Speaker::Unplaced => 0,
        }
    })
}

/// Whether there is something that LIST INFO has no place for. Players read it from ID3 then.
fn needs_id3(tags: &Tags) -> bool {
    let placed = |name: &str| INFO.iter().any(|(known, _)| *known == name);
    !tags.pictures().is_empty() || tags.iter().any(|(name, _)| !placed(name))
}

/// The content of the LIST INFO chunk; empty when no tag has a place in it.
fn info_list(tags: &Tags) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, id) in INFO {
        if let Some(value) = tags.get(name) {
            if out.is_empty() {
                out.extend_from_slice(b"INFO");
            }
            let mut text = value.replace('\0', " ").into_bytes();
            text.push(0);
            put_chunk(&mut out, id, &text);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_more_than_4_gib_becomes_rf64() {
        let small = patches(1000, 900, 225, 100);
        assert_eq!(
            small,
            [
                (4, 992u32.to_le_bytes().to_vec()),
                (96, 900u32.to_le_bytes().to_vec())
            ]
        );
        let data = 5u64 << 30;
        let large = patches(data + 100, data, data / 4, 100);
        assert_eq!(large[0], (0, b"RF64\xff\xff\xff\xff".to_vec()));
        assert_eq!(
            large[1].1.len(),
            8 + 24,
            "table length 0 stays as it is in the 28 bytes"
        );
        assert_eq!(large[1].1[8..16], (data + 92).to_le_bytes());
        assert_eq!(large[1].1[16..24], data.to_le_bytes());
        assert_eq!(large[2], (96, vec![0xff; 4]));
    }
}
