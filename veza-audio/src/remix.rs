//! Fewer channels, or more: to mono and to stereo.

use std::f32::consts::FRAC_1_SQRT_2;

use crate::{AudioBuffer, AudioSource, AudioSpec, ChannelLayout, Error, Result, Speaker};

/// Gives a source's sound in mono or stereo.
///
/// Channels are mixed in the proportions of ITU-R BS.775-4 Annex 4 (table 2): the centre and the
/// surrounds reach left and right 3 dB down, LFE is left out; a back centre, and channels with no
/// stated place, are shared by both sides. All is then scaled so that the output with the largest
/// coefficients adds up to 1: full scale in can't clip, and mono becomes two equal channels. A
/// 5.1 mix so comes out 7.7 dB lower than by the bare coefficients, which is for loudness
/// normalisation to make up for.
#[derive(Debug)]
pub struct Remix<S> {
    source: S,
    spec: AudioSpec,
    /// For each output, what each input contributes; absent when the sound passes untouched.
    matrix: Option<Vec<Vec<f32>>>,
    input: AudioBuffer,
}

impl<S: AudioSource> Remix<S> {
    /// Mixes `source` to `layout`.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] when `layout` is neither mono, nor stereo, nor the source's own,
    /// and when the source has no channel other than LFE.
    pub fn new(source: S, layout: ChannelLayout) -> Result<Self> {
        let from = source.spec();
        let matrix = if from.layout == layout {
            None
        } else {
            Some(matrix(from.layout, layout)?)
        };
        let spec = AudioSpec::new(from.sample_rate, layout);
        Ok(Self {
            source,
            spec,
            matrix,
            input: AudioBuffer::default(),
        })
    }
}

impl<S: AudioSource> AudioSource for Remix<S> {
    fn spec(&self) -> AudioSpec {
        self.spec
    }

    fn frames(&self) -> Option<u64> {
        self.source.frames()
    }

    fn read(&mut self, block: &mut AudioBuffer) -> Result<bool> {
        let Some(matrix) = &self.matrix else {
            return self.source.read(block);
        };
        let more = self.source.read(&mut self.input)?;
        block.reset(matrix.len());
        block.resize(self.input.frames());
        for (output, row) in matrix.iter().enumerate() {
            for (plane, coefficient) in self.input.planes().iter().zip(row) {
                if *coefficient == 0.0 {
                    continue;
                }
                for (sum, sample) in block.plane_mut(output).iter_mut().zip(plane) {
                    *sum += coefficient * sample;
                }
            }
        }
        Ok(more)
    }
}

/// The coefficients from one layout to another: `(outputs, inputs)`.
fn matrix(from: ChannelLayout, to: ChannelLayout) -> Result<Vec<Vec<f32>>> {
    let sides: Vec<(f32, f32)> = (0..from.channels())
        .map(|channel| match from {
            // A pair or a single channel can be nothing but what it looks like.
            ChannelLayout::Discrete(1) => ChannelLayout::Mono.speaker(channel),
            ChannelLayout::Discrete(2) => ChannelLayout::Stereo.speaker(channel),
            placed => placed.speaker(channel),
        })
        .map(left_and_right)
        .collect();
    let mut rows = match to.channels() {
        // The sum of both sides at -3 dB each.
        1 => vec![
            sides
                .iter()
                .map(|(left, right)| (left + right) * FRAC_1_SQRT_2)
                .collect(),
        ],
        2 => vec![
            sides.iter().map(|side| side.0).collect(),
            sides.iter().map(|side| side.1).collect::<Vec<f32>>(),
        ],
        channels => {
            let reason = format!("{channels} channels; it can be mixed to mono and stereo");
            return Err(Error::invalid("layout", reason));
        }
    };
    let largest = rows
        .iter()
        .map(|row| row.iter().sum::<f32>())
        .fold(0.0, f32::max);
    if largest == 0.0 {
        return Err(Error::invalid(
            "source",
            "it has no channel that can be mixed",
        ));
    }
    for coefficient in rows.iter_mut().flatten() {
        *coefficient /= largest;
    }
    Ok(rows)
}

/// What a channel contributes to the left and to the right.
fn left_and_right(speaker: Speaker) -> (f32, f32) {
    match speaker {
        Speaker::FrontLeft => (1.0, 0.0),
        Speaker::FrontRight => (0.0, 1.0),
        Speaker::BackLeft | Speaker::SideLeft => (FRAC_1_SQRT_2, 0.0),
        Speaker::BackRight | Speaker::SideRight => (0.0, FRAC_1_SQRT_2),
        Speaker::FrontCentre | Speaker::Unplaced => (FRAC_1_SQRT_2, FRAC_1_SQRT_2),
        // A surround at -3 dB, shared by both sides at -3 dB each.
        Speaker::BackCentre => (0.5, 0.5),
        Speaker::LowFrequency => (0.0, 0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MemorySource, read_all};

    /// Mixes one frame in which channel `n` holds `frame[n]`.
    fn mixed(from: ChannelLayout, to: ChannelLayout, frame: &[f32]) -> Vec<f32> {
        let sound = AudioBuffer::from_planes(frame.iter().map(|sample| vec![*sample]).collect());
        let source = MemorySource::new(AudioSpec::new(48_000, from), sound);
        let mut remix = Remix::new(source, to).unwrap();
        assert_eq!((remix.spec().layout, remix.frames()), (to, Some(1)));
        read_all(&mut remix)
            .unwrap()
            .planes()
            .iter()
            .map(|plane| plane[0])
            .collect()
    }

    fn close(values: &[f32], expected: &[f32]) {
        assert_eq!(values.len(), expected.len());
        for (value, expected) in values.iter().zip(expected) {
            assert!((value - expected).abs() < 1e-6, "{value} {expected}");
        }
    }

    use ChannelLayout::{Discrete, Mono, Quad, Stereo, Surround51, Surround61, Surround71};

    #[test]
    fn mono_becomes_two_equal_channels_and_back() {
        close(&mixed(Mono, Stereo, &[0.8]), &[0.8, 0.8]);
        close(&mixed(Stereo, Mono, &[0.8, 0.2]), &[0.5]);
        close(&mixed(Discrete(2), Mono, &[0.8, 0.2]), &[0.5]);
        close(&mixed(Discrete(1), Stereo, &[0.8]), &[0.8, 0.8]);
    }

    #[test]
    fn a_surround_mix_keeps_the_proportions_of_the_standard() {
        let scale = 1.0 + 2.0 * FRAC_1_SQRT_2;
        let left = mixed(Surround51, Stereo, &[1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        close(&left, &[1.0 / scale, 0.0]);
        let centre = mixed(Surround51, Stereo, &[0.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
        close(&centre, &[FRAC_1_SQRT_2 / scale; 2]);
        let right_surround = mixed(Surround51, Stereo, &[0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
        close(&right_surround, &[0.0, FRAC_1_SQRT_2 / scale]);
        let low = mixed(Surround51, Stereo, &[0.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
        close(&low, &[0.0, 0.0]);
        // To mono: L and R 0.7071, C 1, surrounds 0.5 (BS.775-4, 3/2 to 1/0).
        let total = 2.0 * FRAC_1_SQRT_2 + 1.0 + 2.0 * 0.5;
        let centre = mixed(Surround51, Mono, &[0.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
        close(&centre, &[1.0 / total]);
    }

    #[test]
    fn full_scale_never_clips() {
        for from in [
            Mono,
            Stereo,
            Quad,
            Surround51,
            Surround61,
            Surround71,
            Discrete(5),
        ] {
            for to in [Mono, Stereo] {
                let highest = mixed(from, to, &vec![1.0; from.channels()])
                    .into_iter()
                    .fold(0.0, f32::max);
                assert!(
                    (highest - 1.0).abs() < 1e-6,
                    "{from:?} to {to:?}: {highest}"
                );
            }
        }
    }

    #[test]
    fn the_same_layout_passes_and_others_are_refused() {
        let frame = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
        close(&mixed(Surround51, Surround51, &frame), &frame);
        let source = MemorySource::new(AudioSpec::new(48_000, Mono), AudioBuffer::new(1));
        let error = Remix::new(source, Surround51).unwrap_err();
        assert_eq!(
            error.to_string(),
            "layout: 6 channels; it can be mixed to mono and stereo"
        );
        let source = MemorySource::new(AudioSpec::new(48_000, Discrete(0)), AudioBuffer::new(0));
        assert_eq!(
            Remix::new(source, Mono).unwrap_err().code(),
            "audio.invalid_parameter"
        );
    }
}
