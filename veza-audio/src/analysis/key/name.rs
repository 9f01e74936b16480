//! Keys and what they are called.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::analysis::PITCH_NAMES;

/// Major or minor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // the names are the field's own
pub enum Mode {
    Major,
    Minor,
}

/// A key: a tonic and a mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Key {
    /// The tonic, in semitones above C: 0 to 11.
    pub tonic: u8,
    /// Its mode.
    pub mode: Mode,
}

impl Key {
    /// The key on the tonic `semitones` above C, in any octave.
    pub fn new(semitones: u32, mode: Mode) -> Self {
        Self {
            tonic: (semitones % 12) as u8,
            mode,
        }
    }

    /// The code on the wheel by which disc jockeys mix: `8B` for C major, `8A` for A minor, and
    /// one more for each fifth upwards.
    ///
    /// ```
    /// use veza_audio::analysis::{Key, Mode};
    ///
    /// assert_eq!(Key::new(0, Mode::Major).camelot(), "8B");
    /// assert_eq!(Key::new(4, Mode::Minor).camelot(), "9A");
    /// ```
    pub fn camelot(self) -> String {
        // Minor keys have the number of their relative major.
        let (major, letter) = match self.mode {
            Mode::Major => (u32::from(self.tonic), 'B'),
            Mode::Minor => (u32::from(self.tonic) + 3, 'A'),
        };
        format!("{}{letter}", (major * 7 + 7) % 12 + 1)
    }

    /// The key of the other mode with the same notes.
    pub fn relative(self) -> Self {
        match self.mode {
            Mode::Major => Self::new(u32::from(self.tonic) + 9, Mode::Minor),
            Mode::Minor => Self::new(u32::from(self.tonic) + 3, Mode::Major),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = PITCH_NAMES[usize::from(self.tonic) % 12];
        match self.mode {
            Mode::Major => write!(f, "{name} major"),
            Mode::Minor => write!(f, "{name} minor"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wheel_is_the_usual_one() {
        let majors = [
            "8B", "3B", "10B", "5B", "12B", "7B", "2B", "9B", "4B", "11B", "6B", "1B",
        ];
        let minors = [
            "5A", "12A", "7A", "2A", "9A", "4A", "11A", "6A", "1A", "8A", "3A", "10A",
        ];
        for tonic in 0..12 {
            assert_eq!(
                Key::new(tonic, Mode::Major).camelot(),
                majors[tonic as usize]
            );
            assert_eq!(
                Key::new(tonic, Mode::Minor).camelot(),
                minors[tonic as usize]
            );
        }
    }

    #[test]
    fn relatives_have_one_number_and_one_another() {
        for tonic in 0..12 {
            let key = Key::new(tonic, Mode::Minor);
            assert_eq!(key.relative().relative(), key);
            assert_eq!(key.relative().camelot().replace('B', "A"), key.camelot());
        }
        assert_eq!(Key::new(9, Mode::Minor).to_string(), "A minor");
        assert_eq!(Key::new(10, Mode::Major).to_string(), "B♭ major");
    }
}
