//! How sound flows: it is pulled from an [`AudioSource`] and pushed into an [`AudioSink`],
//! a block at a time, so that memory stays bounded whatever the length.

use crate::{AudioBuffer, AudioSpec, Result};

/// Frames that a source gives at once, at most.
pub const MAX_BLOCK_FRAMES: usize = 16_384;

/// Something sound is pulled from: a decoder, a resampler, a buffer in memory.
pub trait AudioSource {
    /// What the blocks are; it never changes while the source is read.
    fn spec(&self) -> AudioSpec;

    /// How many frames there are in all, where it is known before the end.
    fn frames(&self) -> Option<u64>;

    /// Replaces `block` by the next frames (1 to [`MAX_BLOCK_FRAMES`]); `false` at the end, with
    /// `block` empty. After the end it keeps answering `false`.
    ///
    /// # Errors
    /// Whatever the input has to be refused for.
    fn read(&mut self, block: &mut AudioBuffer) -> Result<bool>;
}

/// Something sound is pushed into: a meter, a waveform, an encoder.
///
/// A sink ends by a method of its own (`finish`), which takes it and gives what it made.
pub trait AudioSink {
    /// Takes the next block, of any length.
    ///
    /// # Errors
    /// Whatever the sink cannot take.
    fn write(&mut self, block: &AudioBuffer) -> Result<()>;
}

impl<S: AudioSource + ?Sized> AudioSource for &mut S {
    fn spec(&self) -> AudioSpec {
        (**self).spec()
    }
    fn frames(&self) -> Option<u64> {
        (**self).frames()
    }
    fn read(&mut self, block: &mut AudioBuffer) -> Result<bool> {
        (**self).read(block)
    }
}

impl<S: AudioSource + ?Sized> AudioSource for Box<S> {
    fn spec(&self) -> AudioSpec {
        (**self).spec()
    }
    fn frames(&self) -> Option<u64> {
        (**self).frames()
    }
    fn read(&mut self, block: &mut AudioBuffer) -> Result<bool> {
        (**self).read(block)
    }
}

/// A sound which is in memory already.
#[derive(Clone, Debug)]
pub struct MemorySource {
    spec: AudioSpec,
    sound: AudioBuffer,
    position: usize,
}

impl MemorySource {
    /// A source of the whole of `sound`.
    ///
    /// # Panics
    /// When `sound` has not the channels of `spec`.
    pub fn new(spec: AudioSpec, sound: AudioBuffer) -> Self {
        assert_eq!(
            spec.channels(),
            sound.channels(),
            "the sound has the channels of its spec"
        );
        Self {
            spec,
            sound,
            position: 0,
        }
    }
}

impl AudioSource for MemorySource {
    fn spec(&self) -> AudioSpec {
        self.spec
    }

    fn frames(&self) -> Option<u64> {
        Some(self.sound.frames() as u64)
    }

    fn read(&mut self, block: &mut AudioBuffer) -> Result<bool> {
        block.reset(self.spec.channels());
        let frames = (self.sound.frames() - self.position).min(MAX_BLOCK_FRAMES);
        block.extend_from(&self.sound, self.position, frames);
        self.position += frames;
        Ok(frames > 0)
    }
}

/// The first frames of a source.
#[derive(Clone, Debug)]
pub struct Take<S> {
    source: S,
    left: u64,
}

impl<S: AudioSource> Take<S> {
    /// At most `frames` frames of `source`.
    pub fn new(source: S, frames: u64) -> Self {
        Self {
            source,
            left: frames,
        }
    }
}

impl<S: AudioSource> AudioSource for Take<S> {
    fn spec(&self) -> AudioSpec {
        self.source.spec()
    }

    fn frames(&self) -> Option<u64> {
        Some(self.source.frames()?.min(self.left))
    }

    fn read(&mut self, block: &mut AudioBuffer) -> Result<bool> {
        if self.left == 0 {
            block.reset(self.spec().channels());
            return Ok(false);
        }
        let more = self.source.read(block)?;
        block.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
        self.left -= block.frames() as u64;
        Ok(more)
    }
}

/// Reads a source to its end into one buffer: for short sounds and tests, since it is not bounded.
///
/// # Errors
/// Those of the source.
pub fn read_all(source: &mut impl AudioSource) -> Result<AudioBuffer> {
    let mut all = AudioBuffer::new(source.spec().channels());
    let mut block = AudioBuffer::default();
    while source.read(&mut block)? {
        all.extend_from(&block, 0, block.frames());
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ChannelLayout;

    #[test]
    fn the_first_frames_end_where_they_are_told_to() {
        let plane: Vec<f32> = (0..40_000).map(|n| n as f32).collect();
        let spec = AudioSpec::new(44_100, ChannelLayout::Mono);
        let source = MemorySource::new(spec, AudioBuffer::from_planes(vec![plane.clone()]));
        for frames in [0, 1, 16_384, 16_385, 39_999, 40_000, u64::MAX] {
            let mut first = Take::new(source.clone(), frames);
            let kept = frames.min(40_000);
            assert_eq!(first.frames(), Some(kept));
            let read = read_all(&mut first).unwrap();
            assert_eq!(read.plane(0), &plane[..kept as usize]);
            assert!(!first.read(&mut AudioBuffer::default()).unwrap());
        }
    }

    #[test]
    fn a_sound_in_memory_is_read_to_its_last_frame() {
        let plane: Vec<f32> = (0..40_000).map(|n| n as f32).collect();
        let sound = AudioBuffer::from_planes(vec![plane]);
        let spec = AudioSpec::new(44_100, ChannelLayout::Mono);
        let mut source = MemorySource::new(spec, sound.clone());
        assert_eq!(read_all(&mut source).unwrap(), sound);
        let mut block = AudioBuffer::default();
        assert!(!source.read(&mut block).unwrap());
        assert!(block.is_empty());
    }
}
