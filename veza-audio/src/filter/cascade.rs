//! Sections one after the other, over all channels of a block.

use super::Filter;
use super::section::{LANES, Lanes, Memory, Section};
use crate::AudioBuffer;

/// Frames that are brought through all sections together.
const TILE: usize = 64;
/// Frames for which coefficients stand still while they move from one setting to another.
const STEP: usize = 16;
/// Below this a section's memory is inaudible by far, and is cleared before it becomes so small
/// that processors slow down.
const FADED: f64 = 1e-30;

/// Sections in series, whose settings may move.
#[derive(Clone, Debug)]
pub(crate) struct Cascade {
    sections: Vec<Section>,
    from: Vec<Section>,
    to: Vec<Section>,
    /// Frames of the way which are done, and in all; both alike when nothing moves.
    moved: usize,
    way: usize,
    channels: usize,
    /// For each pair of channels, what each section remembers.
    memories: Vec<Vec<Memory>>,
}

impl Cascade {
    /// The given sections, for so many channels.
    pub(crate) fn new(sections: Vec<Section>, channels: usize) -> Self {
        Self {
            memories: vec![vec![Memory::default(); sections.len()]; channels.div_ceil(LANES)],
            from: sections.clone(),
            to: sections.clone(),
            sections,
            moved: 0,
            way: 0,
            channels,
        }
    }

    /// The sections of the given filters at `sample_rate` Hz, for so many channels.
    pub(crate) fn of(filters: &[Filter], sample_rate: u32, channels: usize) -> Self {
        let sections = filters
            .iter()
            .flat_map(|filter| filter.sections(sample_rate));
        Self::new(sections.collect(), channels)
    }

    /// Moves to other sections within so many frames. Sections that come or go do so by way of
    /// flat ones, so that nothing clicks.
    pub(crate) fn move_to(&mut self, sections: Vec<Section>, frames: usize) {
        let had = self.sections.len();
        let come = sections.iter().skip(had).map(|section| section.flat());
        self.sections.extend(come);
        let count = self.sections.len();
        let kept = sections.len();
        self.to = sections;
        let go = self.sections[kept..].iter().map(|section| section.flat());
        self.to.extend(go);
        self.from.clone_from(&self.sections);
        for memories in &mut self.memories {
            memories.resize(count, Memory::default());
        }
        (self.moved, self.way) = (0, frames.max(1));
    }

    /// Forgets what was heard, and ends a movement.
    pub(crate) fn reset(&mut self) {
        self.sections.clone_from(&self.to);
        self.moved = self.way;
        for memories in &mut self.memories {
            memories.fill(Memory::default());
        }
    }

    /// Filters a block in place.
    pub(crate) fn run(&mut self, block: &mut AudioBuffer) {
        let frames = block.frames();
        let mut start = 0;
        while start < frames {
            let moving = self.moved < self.way;
            let end = frames.min(start + if moving { STEP } else { TILE });
            if moving {
                self.step(end - start);
            }
            for pair in 0..self.memories.len() {
                self.tile(block, pair, start, end);
            }
            start = end;
        }
    }

    /// Brings the coefficients so many frames further.
    fn step(&mut self, frames: usize) {
        self.moved = (self.moved + frames).min(self.way);
        let part = self.moved as f64 / self.way as f64;
        for ((section, from), to) in self.sections.iter_mut().zip(&self.from).zip(&self.to) {
            *section = from.towards(*to, part);
        }
    }

    fn tile(&mut self, block: &mut AudioBuffer, pair: usize, start: usize, end: usize) {
        let mut frames: [Lanes; TILE] = [[0.0; LANES]; TILE];
        let frames = &mut frames[..end - start];
        let channels = pair * LANES..self.channels.min(pair * LANES + LANES);
        for (lane, channel) in channels.clone().enumerate() {
            for (frame, sample) in frames.iter_mut().zip(&block.plane(channel)[start..end]) {
                frame[lane] = f64::from(*sample);
            }
        }
        for (section, memory) in self.sections.iter().zip(&mut self.memories[pair]) {
            section.run(memory, frames);
            for value in memory.iter_mut().flatten() {
                if value.abs() < FADED {
                    *value = 0.0;
                }
            }
        }
        for (lane, channel) in channels.enumerate() {
            for (sample, frame) in block.plane_mut(channel)[start..end]
                .iter_mut()
                .zip(&*frames)
            {
                *sample = frame[lane] as f32;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(frames: usize) -> AudioBuffer {
        let mut state = 7_u32;
        let planes = (0..3).map(|_| {
            (0..frames)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    state as f32 / u32::MAX as f32 - 0.5
                })
                .collect()
        });
        AudioBuffer::from_planes(planes.collect())
    }

    #[test]
    fn a_wild_movement_stays_bounded_and_ends_where_it_should() {
        let place = |hz| Section::new(hz, 48_000, 0.05, [0.0, 0.0, 1.0]);
        let mut cascade = Cascade::new(vec![place(20.0)], 3);
        for turn in 0..400 {
            let hz = if turn % 2 == 0 { 20_000.0 } else { 20.0 };
            cascade.move_to(vec![place(hz), place(hz * 1.1)], 40);
            let mut block = noise(100);
            cascade.run(&mut block);
            assert!(crate::samples::peak(block.plane(2)) < 100.0);
        }
        assert_eq!(cascade.sections, cascade.to);
        assert_eq!(cascade.sections.len(), 2);
    }

    #[test]
    fn sections_that_go_become_flat() {
        let section = Section::new(1_000.0, 48_000, 1.0, [0.0, 0.0, 1.0]);
        let mut cascade = Cascade::new(vec![section; 2], 3);
        cascade.move_to(vec![section], 100);
        cascade.run(&mut noise(200));
        assert_eq!(cascade.sections, [section, section.flat()]);
    }

    #[test]
    fn a_faded_memory_is_cleared() {
        let section = Section::new(5_000.0, 48_000, 1.0, [0.0, 0.0, 1.0]);
        let mut cascade = Cascade::new(vec![section], 3);
        cascade.run(&mut noise(200));
        let mut silence = AudioBuffer::new(3);
        silence.resize(10_000);
        cascade.run(&mut silence);
        assert_eq!(cascade.memories, [[Memory::default()], [Memory::default()]]);
    }
}
