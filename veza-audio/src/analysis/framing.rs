//! Cuts a stream of samples into overlapping frames.

/// Samples that are taken at once: what waits stays this small whatever is pushed.
const CHUNK: usize = 16_384;

/// Where frames lie, and what stands beyond the ends of the sound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Padding {
    /// Frame `t` has its middle at sample `t · hop`; silence stands beyond the ends. There are
    /// `1 + samples / hop` frames (of an even size).
    #[default]
    Silence,
    /// The same, the sound being mirrored at its ends, without repeating the outermost sample.
    Mirror,
    /// The same, the outermost samples going on.
    Hold,
    /// Frame `t` begins at sample `t · hop`, and only frames that lie wholly within the sound
    /// are given.
    None,
}

/// Gives frames of `size` samples every `hop`.
#[derive(Clone, Debug)]
pub(super) struct Framer {
    size: usize,
    hop: usize,
    padding: Padding,
    /// The padding before the sound, then samples, of which the oldest have been dropped.
    pending: Vec<f32>,
    /// Where in `pending` the next frame begins; may lie beyond its end.
    next: usize,
    /// Whether what stands before the sound is in `pending`.
    padded: bool,
}

impl Framer {
    /// Frames of `size` samples; both numbers are at least 1.
    pub(super) fn new(size: usize, hop: usize, padding: Padding) -> Self {
        Self {
            size,
            hop,
            padding,
            pending: Vec::new(),
            next: 0,
            padded: false,
        }
    }

    /// How far the sound is padded on each side.
    fn margin(&self) -> usize {
        match self.padding {
            Padding::None => 0,
            _ => self.size / 2,
        }
    }

    pub(super) fn push(&mut self, samples: &[f32], each: &mut impl FnMut(&[f32])) {
        for chunk in samples.chunks(CHUNK) {
            self.pending.extend_from_slice(chunk);
            // A mirror needs to have seen as much as it shows.
            if !self.padded
                && (self.padding != Padding::Mirror || self.pending.len() > self.margin())
            {
                self.pad_front();
            }
            if self.padded {
                self.give(each);
            }
        }
    }

    /// Gives the last frames, and is as new afterwards. A sound without samples has no frames.
    pub(super) fn finish(&mut self, each: &mut impl FnMut(&[f32])) {
        if !self.pending.is_empty() {
            if !self.padded {
                self.pad_front();
            }
            self.pad_back();
            self.give(each);
        }
        self.pending.clear();
        self.next = 0;
        self.padded = false;
    }

    fn give(&mut self, each: &mut impl FnMut(&[f32])) {
        while let Some(frame) = self.pending.get(self.next..self.next + self.size) {
            each(frame);
            self.next += self.hop;
        }
        // What a mirror at the end may still show is kept.
        let kept = self.margin() + 1;
        let done = self.next.min(self.pending.len().saturating_sub(kept));
        if done >= CHUNK {
            self.pending.drain(..done);
            self.next -= done;
        }
    }

    fn pad_front(&mut self) {
        let margin = self.margin();
        let front: Vec<f32> = (1..=margin)
            .rev()
            .map(|distance| self.beyond(distance, |index| self.pending[index]))
            .collect();
        self.pending.splice(..0, front);
        self.padded = true;
    }

    fn pad_back(&mut self) {
        let end = self.pending.len();
        let back: Vec<f32> = (1..=self.margin())
            .map(|distance| self.beyond(distance, |index| self.pending[end - 1 - index]))
            .collect();
        self.pending.extend(back);
    }

    /// The sample `distance` beyond an end; `inside` gives the one at an index from that end.
    fn beyond(&self, distance: usize, inside: impl Fn(usize) -> f32) -> f32 {
        match self.padding {
            Padding::Silence | Padding::None => 0.0,
            Padding::Hold => inside(0),
            Padding::Mirror => {
                // To and fro where the sound is shorter than what it has to fill.
                let last = self.pending.len() - 1;
                let place = distance % (2 * last).max(1);
                inside(place.min((2 * last).saturating_sub(place)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(
        size: usize,
        hop: usize,
        padding: Padding,
        samples: &[f32],
        block: usize,
    ) -> Vec<Vec<f32>> {
        let mut framer = Framer::new(size, hop, padding);
        let mut out = Vec::new();
        for chunk in samples.chunks(block) {
            framer.push(chunk, &mut |frame| out.push(frame.to_vec()));
        }
        framer.finish(&mut |frame| out.push(frame.to_vec()));
        out
    }

    #[test]
    fn the_ends_are_as_asked() {
        let sound = [1.0, 2.0, 3.0, 4.0, 5.0];
        let first_and_last = |padding| {
            let frames = frames(4, 2, padding, &sound, 5);
            (
                frames[0].clone(),
                frames[frames.len() - 1].clone(),
                frames.len(),
            )
        };
        assert_eq!(
            first_and_last(Padding::Silence),
            (vec![0.0, 0.0, 1.0, 2.0], vec![3.0, 4.0, 5.0, 0.0], 3)
        );
        assert_eq!(
            first_and_last(Padding::Mirror),
            (vec![3.0, 2.0, 1.0, 2.0], vec![3.0, 4.0, 5.0, 4.0], 3)
        );
        assert_eq!(
            first_and_last(Padding::Hold),
            (vec![1.0, 1.0, 1.0, 2.0], vec![3.0, 4.0, 5.0, 5.0], 3)
        );
        assert_eq!(first_and_last(Padding::None).2, 1);
    }

    #[test]
    fn a_mirror_of_a_sound_shorter_than_a_frame_goes_to_and_fro() {
        assert_eq!(
            frames(8, 8, Padding::Mirror, &[1.0, 2.0, 3.0], 3),
            [[1.0, 2.0, 3.0, 2.0, 1.0, 2.0, 3.0, 2.0]]
        );
        assert_eq!(frames(4, 4, Padding::Mirror, &[7.0], 1), [[7.0; 4]]);
    }

    #[test]
    fn lengths_of_blocks_do_not_matter_even_with_gaps_between_frames() {
        let sound: Vec<f32> = (0..60_000).map(|n| n as f32).collect();
        for padding in [
            Padding::Silence,
            Padding::Mirror,
            Padding::Hold,
            Padding::None,
        ] {
            for (size, hop) in [(512, 128), (100, 333), (5_001, 1_000), (40_000, 50_000)] {
                let whole = frames(size, hop, padding, &sound, 60_000);
                assert_eq!(frames(size, hop, padding, &sound, 777), whole);
                assert!(!whole.is_empty());
            }
        }
    }

    #[test]
    fn nothing_has_no_frames() {
        assert!(frames(4, 2, Padding::Silence, &[], 1).is_empty());
    }
}
