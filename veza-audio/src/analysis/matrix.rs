//! One row of numbers for each frame.

use serde::{Deserialize, Serialize};

/// Values of a feature over time: `(frames, width)`, a frame's values side by side. It is the
/// transpose of what librosa gives.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FeatureMatrix {
    width: usize,
    values: Vec<f32>,
}

impl FeatureMatrix {
    /// No frames yet, of `width` values each.
    pub fn new(width: usize) -> Self {
        Self {
            width,
            values: Vec::new(),
        }
    }

    /// Appends a frame of zeros, to be filled.
    pub fn add(&mut self) -> &mut [f32] {
        let start = self.values.len();
        self.values.resize(start + self.width, 0.0);
        &mut self.values[start..]
    }

    /// The number of values of a frame.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The number of frames.
    pub fn frames(&self) -> usize {
        self.values.len().checked_div(self.width).unwrap_or(0)
    }

    /// Whether there is no frame.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The values of frame `index`.
    ///
    /// # Panics
    /// When there are not so many frames.
    pub fn frame(&self, index: usize) -> &[f32] {
        &self.values[index * self.width..(index + 1) * self.width]
    }

    /// The frames in order.
    pub fn iter(&self) -> std::slice::ChunksExact<'_, f32> {
        self.values.chunks_exact(self.width.max(1))
    }

    /// All values, frame after frame.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// All values, frame after frame, to be changed in place.
    pub fn values_mut(&mut self) -> &mut [f32] {
        &mut self.values
    }

    /// Value `index` of every frame.
    pub fn column(&self, index: usize) -> impl Iterator<Item = f32> + '_ {
        self.iter().map(move |frame| frame[index])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_rows() {
        let mut matrix = FeatureMatrix::new(2);
        for value in [1.0, 3.0] {
            matrix.add().copy_from_slice(&[value, value + 1.0]);
        }
        assert_eq!((matrix.frames(), matrix.width()), (2, 2));
        assert_eq!(matrix.frame(1), [3.0, 4.0]);
        assert_eq!(matrix.column(1).collect::<Vec<_>>(), [2.0, 4.0]);
        assert_eq!(matrix.iter().len(), 2);
    }

    #[test]
    fn frames_of_nothing_are_none() {
        let mut matrix = FeatureMatrix::new(0);
        matrix.add();
        assert_eq!((matrix.frames(), matrix.iter().len()), (0, 0));
    }
}
