//! A guitar in three-four time.

use super::Piece;
use crate::chance::Chance;
use crate::master::{FULL, master};
use crate::mix::Mix;
use crate::pitch::hertz;
use crate::reverb::reverb;
use crate::string::pluck;
use crate::wav::wav;

pub(super) const PIECE: Piece = Piece {
    title: "Three Small Rivers",
    artist: "Wren and Alder",
    genre: "folk",
    description: "A fingerpicked guitar waltz in G, with a tune that comes back an octave higher.",
    render,
};

const BEAT: f32 = 60.0 / 99.0;
const BAR: f32 = 3.0 * BEAT;

/// A chord as it lies under the hand: bass, then four strings upwards.
type Chord = [f32; 5];

const G: Chord = [43.0, 50.0, 55.0, 59.0, 67.0];
const D_OVER_F_SHARP: Chord = [42.0, 50.0, 57.0, 62.0, 66.0];
const E_MINOR: Chord = [40.0, 52.0, 55.0, 59.0, 64.0];
const C: Chord = [48.0, 52.0, 55.0, 60.0, 64.0];
const D: Chord = [50.0, 57.0, 62.0, 66.0, 69.0];
const A_MINOR: Chord = [45.0, 52.0, 57.0, 60.0, 64.0];

const VERSE: [Chord; 8] = [G, D_OVER_F_SHARP, E_MINOR, C, G, E_MINOR, C, D];
const BRIDGE: [Chord; 8] = [A_MINOR, E_MINOR, C, G, A_MINOR, C, D, D];

/// Which string each eighth of a bar plucks: two patterns which take turns.
const PATTERNS: [[usize; 6]; 2] = [[0, 2, 3, 4, 3, 2], [0, 1, 3, 2, 4, 3]];

/// `(bar, beat, note, beats)` over eight bars.
type Tune = [(usize, f32, f32, f32); 16];

const VERSE_TUNE: Tune = [
    (0, 0.0, 74.0, 2.0),
    (0, 2.0, 71.0, 1.0),
    (1, 0.0, 69.0, 2.0),
    (1, 2.0, 66.0, 1.0),
    (2, 0.0, 67.0, 1.5),
    (2, 1.5, 69.0, 0.5),
    (2, 2.0, 71.0, 1.0),
    (3, 0.0, 67.0, 3.0),
    (4, 0.0, 74.0, 2.0),
    (4, 2.0, 76.0, 1.0),
    (5, 0.0, 74.0, 1.0),
    (5, 1.0, 71.0, 2.0),
    (6, 0.0, 72.0, 1.0),
    (6, 1.0, 71.0, 1.0),
    (6, 2.0, 67.0, 1.0),
    (7, 0.0, 69.0, 3.0),
];

const BRIDGE_TUNE: Tune = [
    (0, 0.0, 72.0, 1.0),
    (0, 1.0, 76.0, 2.0),
    (1, 0.0, 74.0, 1.0),
    (1, 1.0, 71.0, 2.0),
    (2, 0.0, 72.0, 1.5),
    (2, 1.5, 74.0, 0.5),
    (2, 2.0, 72.0, 1.0),
    (3, 0.0, 71.0, 3.0),
    (4, 0.0, 69.0, 1.0),
    (4, 1.0, 72.0, 1.0),
    (4, 2.0, 76.0, 1.0),
    (5, 0.0, 79.0, 2.0),
    (5, 2.0, 76.0, 1.0),
    (6, 0.0, 74.0, 1.0),
    (6, 1.0, 78.0, 2.0),
    (7, 0.0, 74.0, 3.0),
];

/// What is played in a group of eight bars: chords, and the tune with its octave in semitones.
type Part = (&'static [Chord; 8], Option<(&'static Tune, f32)>);

const FORM: [Part; 5] = [
    (&VERSE, None),
    (&VERSE, Some((&VERSE_TUNE, 0.0))),
    (&BRIDGE, Some((&BRIDGE_TUNE, 0.0))),
    (&VERSE, Some((&VERSE_TUNE, 12.0))),
    (&VERSE, Some((&VERSE_TUNE, 0.0))),
];

fn render() -> Vec<u8> {
    let mut chance = Chance::new(0xF01C);
    let bars = FORM.len() * 8;
    let seconds = (bars + 1) as f32 * BAR + 4.0;
    let mut mix = Mix::new(seconds);
    for (part, (chords, tune)) in FORM.iter().enumerate() {
        for (bar, chord) in chords.iter().enumerate() {
            let start = (part * 8 + bar) as f32 * BAR;
            arpeggio(&mut mix, start, chord, PATTERNS[bar % 2], &mut chance);
        }
        let Some((tune, octave)) = tune else { continue };
        for (bar, beat, note, beats) in tune.iter() {
            let time = (part * 8 + bar) as f32 * BAR + beat * BEAT + chance.between(0.0, 0.012);
            let sound = pluck(
                hertz(note + octave),
                beats * BEAT + 0.9,
                0.75,
                3.5,
                &mut chance,
            );
            mix.add(time, &sound, 0.3 * chance.between(0.9, 1.1), 0.3);
        }
    }
    // The last chord, strummed and left to ring.
    for (string, note) in [43.0, 47.0, 50.0, 55.0, 59.0, 67.0].into_iter().enumerate() {
        let sound = pluck(hertz(note), 5.0, 0.5, 5.0, &mut chance);
        mix.add(bars as f32 * BAR + string as f32 * 0.045, &sound, 0.3, -0.1);
    }
    reverb(&mut mix, 1.5, 0.45, 0.22);
    master(&mut mix, 1.25, FULL, 2.0);
    wav(&mix)
}

fn arpeggio(mix: &mut Mix, start: f32, chord: &Chord, pattern: [usize; 6], chance: &mut Chance) {
    for (eighth, string) in pattern.into_iter().enumerate() {
        // Fingers are not clocks: some milliseconds and some force of difference.
        let time = start + eighth as f32 * BEAT / 2.0 + chance.between(0.0, 0.014);
        let accent = if eighth == 0 { 1.25 } else { 0.8 };
        let force = accent * chance.between(0.8, 1.0);
        let ring = if string == 0 { BAR } else { BAR * 0.75 };
        let sound = pluck(hertz(chord[string]), ring, 0.35 + 0.2 * force, 4.0, chance);
        let pan = string as f32 * 0.09 - 0.4;
        mix.add(time, &sound, 0.32 * force, pan);
    }
}
