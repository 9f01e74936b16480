//! Four on the floor.

use super::Piece;
use crate::chance::Chance;
use crate::drums::{clap, hat, kick};
use crate::effects::{chorus, ping_pong};
use crate::envelope::Adsr;
use crate::filter::StateVariable;
use crate::master::{FULL, master};
use crate::mix::Mix;
use crate::oscillator::Phase;
use crate::pitch::hertz;
use crate::reverb::reverb;
use crate::wav::wav;
use crate::{RATE, frames};

pub(super) const PIECE: Piece = Piece {
    title: "Sunroom",
    artist: "Parallel Fifths",
    genre: "house",
    description: "A four-on-the-floor kick, a bass that ducks under it and bright stabs off the beat.",
    render,
};

const BEAT: f32 = 60.0 / 122.0;
const BAR: f32 = 4.0 * BEAT;
const STEP: f32 = BEAT / 4.0;
const BARS: usize = 38;

/// A minor 9, F major 9, C major 9, E minor 7: bass note, then the stab.
const CHORDS: [(f32, [f32; 4]); 4] = [
    (33.0, [60.0, 64.0, 67.0, 71.0]),
    (29.0, [60.0, 64.0, 67.0, 69.0]),
    (36.0, [59.0, 62.0, 64.0, 67.0]),
    (28.0, [59.0, 62.0, 64.0, 67.0]),
];

/// What plays in which bar.
struct Arrangement {
    kick: bool,
    clap: bool,
    bass: bool,
    stabs: bool,
    lead: bool,
}

fn arrangement(bar: usize) -> Arrangement {
    let is_break = (20..24).contains(&bar);
    Arrangement {
        kick: !is_break && bar < BARS - 1,
        clap: bar >= 4 && !is_break && bar < BARS - 2,
        bass: bar >= 4 && !is_break && bar < BARS - 2,
        stabs: bar >= 8 || is_break,
        lead: (16..24).contains(&bar) || (28..BARS - 2).contains(&bar),
    }
}

fn render() -> Vec<u8> {
    let mut chance = Chance::new(0x5EED_0122);
    let seconds = BARS as f32 * BAR + 3.0;
    let (mut drums, mut bass) = (Mix::new(seconds), Mix::new(seconds));
    let (mut stabs, mut lead) = (Mix::new(seconds), Mix::new(seconds));
    let boom = kick(165.0, 47.0, 0.32, &mut chance);
    let hands = clap(&mut chance);
    let mut beats = Vec::new();
    for bar in 0..BARS {
        let start = bar as f32 * BAR;
        let plays = arrangement(bar);
        let (root, chord) = CHORDS[bar % CHORDS.len()];
        for beat in 0..4 {
            let time = start + beat as f32 * BEAT;
            if plays.kick {
                drums.add(time, &boom, 0.85, 0.0);
                beats.push(frames(time));
            }
            if plays.clap && beat % 2 == 1 {
                drums.add(time, &hands, 0.75, 0.05);
            }
        }
        for step in 0..16 {
            let swing = if step % 2 == 1 { 0.012 } else { 0.0 };
            let time = start + step as f32 * STEP + swing;
            if bar >= 2 && step % 4 == 2 {
                drums.add(time, &hat(7000.0, 0.22, &mut chance), 0.2, 0.15);
            } else if bar >= 1 {
                let soft = if step % 4 == 0 { 0.6 } else { 1.0 };
                let gain = 0.1 * soft * chance.between(0.7, 1.0);
                drums.add(time, &hat(9000.0, 0.05, &mut chance), gain, -0.2);
            }
            if plays.bass && BASS[step] >= 0.0 {
                bass.add(time, &bass_note(root + BASS[step]), 0.5, 0.0);
            }
            if plays.stabs && STABS[step] {
                // The filter opens over eight bars, and wide in the break.
                let open = if (20..24).contains(&bar) {
                    5200.0
                } else {
                    1400.0 + (bar % 8) as f32 * 420.0
                };
                for (voice, note) in chord.iter().enumerate() {
                    let pan = (voice as f32 / 1.5 - 1.0) * 0.55;
                    stabs.add(time, &stab(*note, open), 0.15, pan);
                }
            }
            if plays.lead && LEAD[(bar % 2) * 16 + step] > 0.0 {
                lead.add(time, &pluck(LEAD[(bar % 2) * 16 + step]), 0.16, 0.25);
            }
        }
    }
    ping_pong(&mut lead, 3.0 * STEP, 0.45, 0.5);
    stabs.add_mix(&lead, 1.0);
    chorus(&mut stabs, 0.002, 0.7, 0.4);
    reverb(&mut stabs, 1.8, 0.3, 0.3);
    stabs.add_mix(&bass, 1.0);
    duck(&mut stabs, &beats);
    drums.add_mix(&stabs, 1.0);
    master(&mut drums, 1.35, FULL, 3.0);
    wav(&drums)
}

/// Semitones above the root at each sixteenth, below 0 for a rest: never on the kick itself.
const BASS: [f32; 16] = [
    -1.0, -1.0, 0.0, 0.0, -1.0, -1.0, 0.0, 12.0, -1.0, 0.0, 0.0, -1.0, -1.0, 7.0, 12.0, -1.0,
];

const STABS: [bool; 16] = [
    false, false, false, true, false, false, true, false, false, false, false, true, false, false,
    true, false,
];

/// Two bars of a tune, 0 for a rest.
const LEAD: [f32; 32] = [
    76.0, 0.0, 0.0, 74.0, 0.0, 0.0, 72.0, 0.0, 71.0, 0.0, 72.0, 0.0, 74.0, 0.0, 0.0, 0.0, //
    67.0, 0.0, 0.0, 69.0, 0.0, 0.0, 71.0, 0.0, 72.0, 0.0, 0.0, 71.0, 0.0, 0.0, 69.0, 0.0,
];

/// Makes room for each kick: the level drops with it and is back before the next.
fn duck(mix: &mut Mix, beats: &[usize]) {
    let mut next = 0;
    let mut last: Option<usize> = None;
    mix.shape(|n| {
        while next < beats.len() && beats[next] <= n {
            last = Some(beats[next]);
            next += 1;
        }
        let Some(last) = last else { return 1.0 };
        let since = (n - last) as f32 / RATE / (BEAT * 0.8);
        1.0 - 0.75 * (1.0 - since.min(1.0)).powi(2)
    });
}

fn bass_note(note: f32) -> Vec<f32> {
    let shape = Adsr {
        attack: 0.004,
        decay: 0.25,
        sustain: 0.5,
        release: 0.05,
    };
    let held = STEP * 1.3;
    let (mut saw, mut sub, mut filter) =
        (Phase::default(), Phase::default(), StateVariable::default());
    let sound = (0..shape.frames(held)).map(|n| {
        let time = n as f32 / RATE;
        let bright = filter.run(
            saw.saw(hertz(note)),
            180.0 + 900.0 * (-time * 14.0).exp(),
            1.6,
        );
        (bright.low * 0.6 + sub.sine(hertz(note)) * 0.6) * shape.level(time, held)
    });
    sound.collect()
}

fn stab(note: f32, open: f32) -> Vec<f32> {
    let shape = Adsr {
        attack: 0.003,
        decay: 0.3,
        sustain: 0.15,
        release: 0.12,
    };
    let held = STEP * 1.2;
    let (mut low, mut high) = (Phase::at(0.1), Phase::at(0.6));
    let mut filter = StateVariable::default();
    let sound = (0..shape.frames(held)).map(|n| {
        let time = n as f32 / RATE;
        let saws = low.saw(hertz(note - 0.08)) + high.saw(hertz(note + 0.08));
        let cutoff = 300.0 + open * (-time * 9.0).exp();
        filter.run(saws * 0.5, cutoff, 1.4).low * shape.level(time, held)
    });
    sound.collect()
}

fn pluck(note: f32) -> Vec<f32> {
    let shape = Adsr {
        attack: 0.002,
        decay: 0.35,
        sustain: 0.0,
        release: 0.1,
    };
    let (mut carrier, mut modulator) = (Phase::default(), Phase::default());
    let sound = (0..shape.frames(0.4)).map(|n| {
        let time = n as f32 / RATE;
        let bend = modulator.sine(hertz(note) * 2.0) * 0.3 * (-time * 12.0).exp();
        carrier.sine_modulated(hertz(note), bend) * shape.level(time, 0.4)
    });
    sound.collect()
}
