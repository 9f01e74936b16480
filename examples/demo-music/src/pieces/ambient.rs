//! Slow chords in a large room.

use super::Piece;
use crate::RATE;
use crate::chance::Chance;
use crate::effects::{chorus, ping_pong};
use crate::envelope::Adsr;
use crate::filter::StateVariable;
use crate::master::master;
use crate::mix::Mix;
use crate::oscillator::Phase;
use crate::pitch::hertz;
use crate::reverb::reverb;
use crate::wav::wav;

pub(super) const PIECE: Piece = Piece {
    title: "Tidewater",
    artist: "The Veza Ensemble",
    genre: "ambient",
    description: "Wide pads drift through eight chords while far bells answer one another.",
    render,
};

const SECONDS: f32 = 80.0;
const CHORD_SECONDS: f32 = 6.0;

/// Bass note, then the chord from low to high: D, B minor, G, A and their relatives, all with
/// ninths, so that each shares two notes with the next.
const CHORDS: [(f32, [f32; 5]); 8] = [
    (38.0, [50.0, 57.0, 61.0, 64.0, 66.0]),
    (35.0, [54.0, 57.0, 61.0, 62.0, 66.0]),
    (31.0, [50.0, 55.0, 59.0, 66.0, 69.0]),
    (33.0, [52.0, 57.0, 62.0, 64.0, 71.0]),
    (38.0, [54.0, 57.0, 61.0, 64.0, 69.0]),
    (42.0, [49.0, 57.0, 61.0, 64.0, 66.0]),
    (40.0, [50.0, 55.0, 59.0, 66.0, 67.0]),
    (33.0, [49.0, 55.0, 59.0, 64.0, 66.0]),
];

/// Pentatonic on D: no note of it can be wrong over these chords.
const BELLS: [f32; 7] = [74.0, 76.0, 78.0, 81.0, 83.0, 86.0, 88.0];

fn render() -> Vec<u8> {
    let mut chance = Chance::new(0xA3B1E27);
    let mut pads = Mix::new(SECONDS);
    let mut bass = Mix::new(SECONDS);
    // Once and a half around, then home.
    let chords = CHORDS.iter().cycle().take(11).chain(&CHORDS[..1]);
    for (n, (root, chord)) in chords.enumerate() {
        let start = n as f32 * CHORD_SECONDS;
        let swell = swell(n);
        for (voice, note) in chord.iter().enumerate() {
            let pan = (voice as f32 / 2.0 - 1.0) * 0.7;
            // The upper voices come in a little later, like a section that breathes.
            let late = voice as f32 * 0.18;
            pads.add(
                start + late,
                &pad(*note, swell, &mut chance),
                0.06 + 0.1 * swell,
                pan,
            );
        }
        bass.add(start, &low_tone(*root), 0.12 + 0.16 * swell, 0.0);
    }
    chorus(&mut pads, 0.0035, 0.31, 0.7);

    let mut bells = Mix::new(SECONDS);
    let mut time = CHORD_SECONDS + 1.0;
    while time < SECONDS - 14.0 {
        let choice = (chance.between(0.0, BELLS.len() as f32) as usize).min(BELLS.len() - 1);
        let loudness = chance.between(0.05, 0.11);
        bells.add(
            time,
            &bell(BELLS[choice]),
            loudness,
            chance.between(-0.6, 0.6),
        );
        time += [0.75, 1.5, 1.5, 2.25, 3.0][(chance.between(0.0, 5.0) as usize).min(4)];
    }
    ping_pong(&mut bells, 0.75, 0.55, 0.6);

    pads.add_mix(&bells, 1.0);
    reverb(&mut pads, 6.5, 0.35, 0.55);
    pads.add_mix(&bass, 1.0);
    master(&mut pads, 1.0, -5.0, 6.0);
    wav(&pads)
}

/// How far the piece has risen at its nth chord, from 0 to 1 and back: highest at the seventh.
fn swell(chord: usize) -> f32 {
    1.0 - (chord as f32 - 6.0).abs() / 6.0
}

/// One voice of a pad: three saws apart by some cents, behind a filter which opens and closes.
fn pad(note: f32, swell: f32, chance: &mut Chance) -> Vec<f32> {
    let shape = Adsr {
        attack: 2.2,
        decay: 3.0,
        sustain: 0.75,
        release: 4.0,
    };
    let held = CHORD_SECONDS;
    let pitches = [-0.07, 0.0, 0.06].map(|cents| hertz(note + cents));
    let mut phases = [0; 3].map(|_| Phase::at(chance.between(0.0, 1.0)));
    let mut filter = StateVariable::default();
    let open = 500.0 + 1400.0 * swell;
    let sound = (0..shape.frames(held)).map(|n| {
        let time = n as f32 / RATE;
        let saws: f32 = phases
            .iter_mut()
            .zip(pitches)
            .map(|(p, hz)| p.saw(hz))
            .sum();
        let sweep = 350.0 + open * (0.5 - 0.5 * (time * 0.62).cos());
        filter.run(saws / 3.0, sweep, 0.9).low * shape.level(time, held)
    });
    sound.collect()
}

fn low_tone(note: f32) -> Vec<f32> {
    let shape = Adsr {
        attack: 1.2,
        decay: 4.0,
        sustain: 0.7,
        release: 2.0,
    };
    let (mut first, mut second) = (Phase::default(), Phase::default());
    let sound = (0..shape.frames(CHORD_SECONDS - 0.5)).map(|n| {
        let tone = first.sine(hertz(note)) + 0.35 * second.sine(hertz(note + 12.0));
        tone * shape.level(n as f32 / RATE, CHORD_SECONDS - 0.5)
    });
    sound.collect()
}

/// A bell: two sines of which one bends the other at a ratio that is no harmonic.
fn bell(note: f32) -> Vec<f32> {
    let shape = Adsr {
        attack: 0.004,
        decay: 2.4,
        sustain: 0.0,
        release: 0.4,
    };
    let (mut carrier, mut modulator) = (Phase::default(), Phase::default());
    let sound = (0..shape.frames(3.0)).map(|n| {
        let time = n as f32 / RATE;
        let bend = modulator.sine(hertz(note) * 3.53) * 0.35 * (-time * 5.0).exp();
        carrier.sine_modulated(hertz(note), bend) * shape.level(time, 3.0)
    });
    sound.collect()
}
