//! Processors over a source, their latency taken back.

use super::{GainReduction, Processor};
use crate::{AudioBuffer, AudioSource, AudioSpec, MAX_BLOCK_FRAMES, Result, samples};

/// Gives a source's sound through one processor after the other.
///
/// What comes out starts where the source starts and has exactly its frames, and the tails too
/// when they are asked for: each processor's latency is dropped at its beginning and made up for
/// at its end, so that every one of them is told of the sound's true end.
#[derive(Debug)]
pub struct Chain<S> {
    source: S,
    stages: Vec<Stage>,
    tails: bool,
    /// Which stage is being emptied, once the source has ended.
    emptying: Option<usize>,
    /// How many frames of silence that stage is still to be given.
    left: usize,
}

#[derive(Debug)]
struct Stage {
    processor: Box<dyn Processor>,
    /// Frames of latency which are still to be dropped.
    to_drop: usize,
}

impl<S: AudioSource> Chain<S> {
    /// Sends `source` through `processors`, first to last. They are taken as they were prepared:
    /// for the spec of the source.
    pub fn new(source: S, processors: Vec<Box<dyn Processor>>) -> Self {
        let stages = processors.into_iter().map(|processor| Stage {
            to_drop: processor.latency(),
            processor,
        });
        Self {
            source,
            stages: stages.collect(),
            tails: false,
            emptying: None,
            left: 0,
        }
    }

    /// Lets every processor's tail sound out after the end of the source.
    pub fn with_tails(mut self) -> Self {
        self.tails = true;
        self
    }

    /// By how much each processor reduced the level so far, first to last, where it does such a
    /// thing.
    pub fn reductions(&self) -> impl Iterator<Item = Option<GainReduction>> {
        self.stages.iter().map(|stage| stage.processor.reduction())
    }

    /// Begins to empty a stage.
    fn empty(&mut self, index: usize) {
        self.emptying = Some(index);
        if let Some(stage) = self.stages.get_mut(index) {
            stage.processor.end();
            let tail = if self.tails {
                stage.processor.tail()
            } else {
                0
            };
            self.left = stage.processor.latency() + tail;
        }
    }

    /// Replaces `block` by the next frames of the source, or by silence for the stage which is
    /// being emptied; answers which stage they are for, or nothing at the end.
    fn next(&mut self, block: &mut AudioBuffer) -> Result<Option<usize>> {
        if self.emptying.is_none() {
            if self.source.read(block)? {
                return Ok(Some(0));
            }
            self.empty(0);
        }
        while let Some(index) = self.emptying.filter(|index| *index < self.stages.len()) {
            if self.left > 0 {
                let frames = self.left.min(MAX_BLOCK_FRAMES);
                self.left -= frames;
                block.reset(self.source.spec().channels());
                block.resize(frames);
                return Ok(Some(index));
            }
            self.empty(index + 1);
        }
        block.reset(self.source.spec().channels());
        Ok(None)
    }
}

impl<S: AudioSource> AudioSource for Chain<S> {
    fn spec(&self) -> AudioSpec {
        self.source.spec()
    }

    fn frames(&self) -> Option<u64> {
        let tails: usize = if self.tails {
            self.stages.iter().map(|stage| stage.processor.tail()).sum()
        } else {
            0
        };
        Some(self.source.frames()?.saturating_add(tails as u64))
    }

    fn read(&mut self, block: &mut AudioBuffer) -> Result<bool> {
        while let Some(first) = self.next(block)? {
            for stage in &mut self.stages[first..] {
                stage.processor.process(block)?;
                let late = stage.to_drop.min(block.frames());
                block.drop_front(late);
                stage.to_drop -= late;
                if block.is_empty() {
                    break;
                }
            }
            if !block.is_empty() {
                // Samples near the limits of f32 may have been lifted over them.
                samples::clean(block);
                return Ok(true);
            }
        }
        Ok(false)
    }
}
