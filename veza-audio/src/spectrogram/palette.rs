//! From loud to soft in colours.

use serde::{Deserialize, Serialize};

use crate::draw::Rgba;

/// Colours of equal steps in lightness, dark where it is silent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Palette {
    /// From black over purple and orange to pale yellow (after matplotlib's `magma`).
    #[default]
    Magma,
    /// From purple over teal to yellow (after matplotlib's `viridis`).
    Viridis,
    /// From black to white.
    Grey,
    /// From white to black, for print.
    Ink,
}

/// Nine colours from silent to loud, in equal steps.
type Stops = [[u8; 3]; 9];

const MAGMA: Stops = [
    [0, 0, 4],
    [28, 16, 68],
    [79, 18, 123],
    [129, 37, 129],
    [181, 54, 122],
    [229, 80, 100],
    [251, 135, 97],
    [254, 194, 135],
    [252, 253, 191],
];
const VIRIDIS: Stops = [
    [68, 1, 84],
    [71, 44, 122],
    [59, 81, 139],
    [44, 113, 142],
    [33, 144, 141],
    [39, 173, 129],
    [92, 200, 99],
    [170, 220, 50],
    [253, 231, 37],
];

impl Palette {
    /// The colour of a strength of 0.0 to 1.0.
    pub(super) fn colour(self, strength: f32) -> Rgba {
        let strength = strength.clamp(0.0, 1.0);
        let grey = |value: f32| {
            let value = (value * 255.0).round() as u8;
            [value, value, value, 255]
        };
        let stops = match self {
            Self::Magma => &MAGMA,
            Self::Viridis => &VIRIDIS,
            Self::Grey => return grey(strength),
            Self::Ink => return grey(1.0 - strength),
        };
        let place = strength * (stops.len() - 1) as f32;
        let below = (place as usize).min(stops.len() - 2);
        let part = place - below as f32;
        let mix = |channel: usize| {
            let (from, to) = (stops[below][channel], stops[below + 1][channel]);
            (f32::from(from) + (f32::from(to) - f32::from(from)) * part).round() as u8
        };
        [mix(0), mix(1), mix(2), 255]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_are_the_ends_and_louder_is_lighter() {
        assert_eq!(Palette::Magma.colour(-1.0), [0, 0, 4, 255]);
        assert_eq!(
            Palette::Magma.colour(f32::NAN.max(2.0)),
            [252, 253, 191, 255]
        );
        assert_eq!(Palette::Ink.colour(1.0), [0, 0, 0, 255]);
        for palette in [Palette::Magma, Palette::Viridis, Palette::Grey] {
            let light = |step: i32| {
                let [red, green, blue, _] = palette.colour(step as f32 / 100.0);
                2 * u32::from(red) + 5 * u32::from(green) + u32::from(blue)
            };
            assert!(
                (0..100).all(|step| light(step) <= light(step + 1)),
                "{palette:?}"
            );
        }
    }
}
