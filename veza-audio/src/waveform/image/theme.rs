//! Colours.

use crate::draw::Rgba;

/// The colours of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Behind everything.
    pub background: Rgba,
    /// The wave, or its bars.
    pub wave: Rgba,
    /// The root mean square within the wave.
    pub rms: Rgba,
    /// Marks and times.
    pub axis: Rgba,
}

impl Theme {
    /// Teal on nothing, for pages of any colour.
    pub const TEAL: Self = Self {
        background: [0, 0, 0, 0],
        wave: [20, 130, 140, 255],
        rms: [96, 190, 196, 255],
        axis: [110, 118, 122, 255],
    };
    /// Blue on white, for print.
    pub const LIGHT: Self = Self {
        background: [255, 255, 255, 255],
        wave: [46, 91, 168, 255],
        rms: [134, 168, 222, 255],
        axis: [70, 74, 82, 255],
    };
    /// Green on near black, as in editors.
    pub const DARK: Self = Self {
        background: [17, 20, 24, 255],
        wave: [64, 196, 124, 255],
        rms: [168, 238, 196, 255],
        axis: [154, 162, 170, 255],
    };

    /// The names that [`Self::named`] knows.
    pub const NAMES: [&str; 3] = ["teal", "light", "dark"];

    /// A theme by its name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "teal" => Some(Self::TEAL),
            "light" => Some(Self::LIGHT),
            "dark" => Some(Self::DARK),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_theme() {
        for name in Theme::NAMES {
            assert!(Theme::named(name).is_some(), "{name}");
        }
        assert_eq!(Theme::named("plaid"), None);
    }
}
