//! Sound held back by a fixed number of frames.

use crate::AudioBuffer;

/// A delay line for each channel.
#[derive(Clone, Debug)]
pub(crate) struct Delay {
    lines: Vec<Vec<f32>>,
    position: usize,
}

impl Delay {
    /// Holds `frames` frames of so many channels.
    pub(crate) fn new(frames: usize, channels: usize) -> Self {
        Self {
            lines: vec![vec![0.0; frames]; channels],
            position: 0,
        }
    }

    /// Puts frames `start..end` of the block in, and what was put in that many frames ago in
    /// their place.
    pub(crate) fn run(&mut self, block: &mut AudioBuffer, start: usize, end: usize) {
        let mut position = self.position;
        for (plane, line) in block.planes_mut().zip(&mut self.lines) {
            if line.is_empty() {
                return;
            }
            position = self.position;
            let mut rest = &mut plane[start..end];
            while !rest.is_empty() {
                let count = rest.len().min(line.len() - position);
                let (now, later) = rest.split_at_mut(count);
                now.swap_with_slice(&mut line[position..position + count]);
                position = (position + count) % line.len();
                rest = later;
            }
        }
        self.position = position;
    }

    /// Fills the lines with one value: 0 for silence.
    pub(crate) fn fill(&mut self, value: f32) {
        for line in &mut self.lines {
            line.fill(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out_so_many_frames_later() {
        for length in [0, 1, 5, 100] {
            let mut delay = Delay::new(length, 2);
            let mut heard = Vec::new();
            for block in 0..30 {
                let plane: Vec<f32> = (0..7).map(|n| (block * 7 + n) as f32).collect();
                let mut block = AudioBuffer::from_planes(vec![plane.clone(), plane]);
                delay.run(&mut block, 0, 3);
                delay.run(&mut block, 3, 7);
                assert_eq!(block.plane(0), block.plane(1));
                heard.extend_from_slice(block.plane(1));
            }
            for (n, sample) in heard.iter().enumerate() {
                assert_eq!(*sample, n.saturating_sub(length) as f32);
            }
        }
    }
}
