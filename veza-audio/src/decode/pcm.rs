//! Samples as they lie in WAV and AIFF files, turned into planar `f32`.

use crate::AudioBuffer;

/// How one sample is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    U8,
    S8,
    S16Le,
    S16Be,
    S24Le,
    S24Be,
    S32Le,
    S32Be,
    F32Le,
    F32Be,
    F64Le,
    F64Be,
    ALaw,
    MuLaw,
}

impl Format {
    /// Bytes of one sample.
    pub(super) fn bytes(self) -> usize {
        match self {
            Self::U8 | Self::S8 | Self::ALaw | Self::MuLaw => 1,
            Self::S16Le | Self::S16Be => 2,
            Self::S24Le | Self::S24Be => 3,
            Self::S32Le | Self::S32Be | Self::F32Le | Self::F32Be => 4,
            Self::F64Le | Self::F64Be => 8,
        }
    }

    /// The codec's name, as FFmpeg writes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::U8 => "pcm_u8",
            Self::S8 => "pcm_s8",
            Self::S16Le => "pcm_s16le",
            Self::S16Be => "pcm_s16be",
            Self::S24Le => "pcm_s24le",
            Self::S24Be => "pcm_s24be",
            Self::S32Le => "pcm_s32le",
            Self::S32Be => "pcm_s32be",
            Self::F32Le => "pcm_f32le",
            Self::F32Be => "pcm_f32be",
            Self::F64Le => "pcm_f64le",
            Self::F64Be => "pcm_f64be",
            Self::ALaw => "pcm_alaw",
            Self::MuLaw => "pcm_mulaw",
        }
    }

    /// Appends the whole frames in `data` to `out`.
    pub(super) fn decode(self, data: &[u8], out: &mut AudioBuffer) {
        match self {
            Self::U8 => planes(data, out, |[b]: [u8; 1]| (f32::from(b) - 128.0) / 128.0),
            Self::S8 => planes(data, out, |b: [u8; 1]| {
                f32::from(i8::from_le_bytes(b)) / 128.0
            }),
            Self::S16Le => planes(data, out, |b| f32::from(i16::from_le_bytes(b)) / 32_768.0),
            Self::S16Be => planes(data, out, |b| f32::from(i16::from_be_bytes(b)) / 32_768.0),
            Self::S24Le => planes(data, out, |[a, b, c]: [u8; 3]| s32([0, a, b, c])),
            Self::S24Be => planes(data, out, |[a, b, c]: [u8; 3]| s32([0, c, b, a])),
            Self::S32Le => planes(data, out, s32),
            Self::S32Be => planes(data, out, |[a, b, c, d]: [u8; 4]| s32([d, c, b, a])),
            Self::F32Le => planes(data, out, f32::from_le_bytes),
            Self::F32Be => planes(data, out, f32::from_be_bytes),
            Self::F64Le => planes(data, out, |b| f64::from_le_bytes(b) as f32),
            Self::F64Be => planes(data, out, |b| f64::from_be_bytes(b) as f32),
            Self::ALaw => planes(data, out, |[b]: [u8; 1]| a_law(b)),
            Self::MuLaw => planes(data, out, |[b]: [u8; 1]| mu_law(b)),
        }
    }
}

fn s32(little_endian: [u8; 4]) -> f32 {
    i32::from_le_bytes(little_endian) as f32 / 2_147_483_648.0
}

fn planes<const N: usize>(data: &[u8], out: &mut AudioBuffer, sample: impl Fn([u8; N]) -> f32) {
    let frame = N * out.channels();
    let before = out.frames();
    out.resize(before + data.len() / frame);
    for (channel, plane) in out.planes_mut().enumerate() {
        let at = channel * N;
        for (to, from) in plane[before..].iter_mut().zip(data.chunks_exact(frame)) {
            if let Some(bytes) = from[at..].first_chunk() {
                *to = sample(*bytes);
            }
        }
    }
}

/// ITU-T G.711 A-law.
fn a_law(byte: u8) -> f32 {
    let byte = byte ^ 0x55;
    let mantissa = i32::from(byte & 0x0f) << 4;
    let segment = u32::from((byte >> 4) & 7);
    let size = if segment == 0 {
        mantissa + 8
    } else {
        (mantissa + 0x108) << (segment - 1)
    };
    (if byte & 0x80 != 0 { size } else { -size }) as f32 / 32_768.0
}

/// ITU-T G.711 mu-law.
fn mu_law(byte: u8) -> f32 {
    let byte = !byte;
    let segment = u32::from((byte >> 4) & 7);
    let size = (((i32::from(byte & 0x0f) << 3) + 0x84) << segment) - 0x84;
    (if byte & 0x80 != 0 { -size } else { size }) as f32 / 32_768.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(format: Format, data: &[u8]) -> f32 {
        let mut out = AudioBuffer::new(1);
        format.decode(data, &mut out);
        assert_eq!(out.frames(), 1);
        out.plane(0)[0]
    }

    #[test]
    fn the_lowest_sample_of_each_integer_format_is_minus_one() {
        assert_eq!(first(Format::U8, &[0]), -1.0);
        assert_eq!(first(Format::S8, &[0x80]), -1.0);
        assert_eq!(first(Format::S16Le, &[0, 0x80]), -1.0);
        assert_eq!(first(Format::S16Be, &[0x80, 0]), -1.0);
        assert_eq!(first(Format::S24Le, &[0, 0, 0x80]), -1.0);
        assert_eq!(first(Format::S24Be, &[0x80, 0, 0]), -1.0);
        assert_eq!(first(Format::S32Le, &[0, 0, 0, 0x80]), -1.0);
        assert_eq!(first(Format::S32Be, &[0x80, 0, 0, 0]), -1.0);
    }

    #[test]
    fn floats_are_taken_as_they_are() {
        assert_eq!(first(Format::F32Le, &0.25f32.to_le_bytes()), 0.25);
        assert_eq!(first(Format::F32Be, &0.25f32.to_be_bytes()), 0.25);
        assert_eq!(first(Format::F64Le, &(-0.5f64).to_le_bytes()), -0.5);
        assert_eq!(first(Format::F64Be, &(-0.5f64).to_be_bytes()), -0.5);
    }

    #[test]
    fn companded_samples_follow_the_tables_of_g_711() {
        // The ends of the tables: the largest sizes of either sign, and the smallest.
        assert_eq!(first(Format::MuLaw, &[0x00]), -32_124.0 / 32_768.0);
        assert_eq!(first(Format::MuLaw, &[0x80]), 32_124.0 / 32_768.0);
        assert_eq!(first(Format::MuLaw, &[0xff]), 0.0);
        assert_eq!(first(Format::ALaw, &[0x2a]), -32_256.0 / 32_768.0);
        assert_eq!(first(Format::ALaw, &[0xaa]), 32_256.0 / 32_768.0);
        assert_eq!(first(Format::ALaw, &[0xd5]), 8.0 / 32_768.0);
    }

    #[test]
    fn channels_are_taken_apart_and_a_part_of_a_frame_is_left_out() {
        let mut out = AudioBuffer::new(2);
        Format::S8.decode(&[64, 32, 0x80, 0, 1], &mut out);
        assert_eq!(out.planes(), [vec![0.5, -1.0], vec![0.25, 0.0]]);
    }
}
