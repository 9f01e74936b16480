//! Three voices and noise, as in the small computers of the eighties.

use super::Piece;
use crate::RATE;
use crate::chance::Chance;
use crate::drums::{hat, kick, snare};
use crate::effects::ping_pong;
use crate::envelope::Adsr;
use crate::master::{FULL, master};
use crate::mix::Mix;
use crate::oscillator::Phase;
use crate::pitch::hertz;
use crate::wav::wav;

pub(super) const PIECE: Piece = Piece {
    title: "Pocket Rocket",
    artist: "Eight Bit Orchard",
    genre: "chiptune",
    description: "Two pulse voices, a triangle bass and noise drums race through a bright tune in C.",
    render,
};

const BEAT: f32 = 60.0 / 148.0;
const STEP: f32 = BEAT / 4.0;
const BAR: f32 = 4.0 * BEAT;
/// How long each note of a chord sounds when one voice has to play them all: 50 times a second.
const ARPEGGIO_SECONDS: f32 = 0.02;

const C: [f32; 3] = [60.0, 64.0, 67.0];
const G: [f32; 3] = [59.0, 62.0, 67.0];
const A_MINOR: [f32; 3] = [57.0, 60.0, 64.0];
const F: [f32; 3] = [57.0, 60.0, 65.0];
const E_MINOR: [f32; 3] = [59.0, 64.0, 67.0];
const D_MINOR: [f32; 3] = [57.0, 62.0, 65.0];
const B_FLAT: [f32; 3] = [58.0, 62.0, 65.0];

/// Bass notes and chords by bar.
const FIRST: [(f32, [f32; 3]); 8] = [
    (36.0, C),
    (43.0, G),
    (45.0, A_MINOR),
    (41.0, F),
    (36.0, C),
    (43.0, G),
    (41.0, F),
    (43.0, G),
];
const SECOND: [(f32, [f32; 3]); 8] = [
    (45.0, A_MINOR),
    (40.0, E_MINOR),
    (41.0, F),
    (36.0, C),
    (38.0, D_MINOR),
    (46.0, B_FLAT),
    (43.0, G),
    (43.0, G),
];

/// Notes by eighths: 0 holds the one before, 1 is a rest.
const FIRST_TUNE: [[f32; 8]; 8] = [
    [76.0, 0.0, 79.0, 76.0, 72.0, 74.0, 76.0, 0.0],
    [74.0, 0.0, 71.0, 67.0, 71.0, 74.0, 79.0, 0.0],
    [81.0, 0.0, 79.0, 76.0, 79.0, 0.0, 76.0, 72.0],
    [77.0, 76.0, 74.0, 72.0, 69.0, 0.0, 72.0, 74.0],
    [76.0, 0.0, 79.0, 76.0, 72.0, 74.0, 76.0, 79.0],
    [83.0, 0.0, 79.0, 0.0, 74.0, 76.0, 77.0, 79.0],
    [81.0, 79.0, 77.0, 76.0, 77.0, 0.0, 81.0, 84.0],
    [83.0, 0.0, 0.0, 79.0, 83.0, 0.0, 1.0, 1.0],
];
const SECOND_TUNE: [[f32; 8]; 8] = [
    [84.0, 0.0, 83.0, 81.0, 76.0, 0.0, 0.0, 81.0],
    [83.0, 0.0, 81.0, 79.0, 76.0, 0.0, 0.0, 1.0],
    [81.0, 0.0, 79.0, 77.0, 72.0, 0.0, 77.0, 81.0],
    [79.0, 0.0, 76.0, 72.0, 67.0, 0.0, 0.0, 1.0],
    [77.0, 0.0, 74.0, 77.0, 81.0, 0.0, 77.0, 81.0],
    [82.0, 0.0, 77.0, 82.0, 86.0, 0.0, 82.0, 86.0],
    [83.0, 0.0, 79.0, 83.0, 86.0, 0.0, 0.0, 0.0],
    [79.0, 81.0, 83.0, 86.0, 88.0, 86.0, 83.0, 79.0],
];

type Part = (
    &'static [(f32, [f32; 3]); 8],
    Option<&'static [[f32; 8]; 8]>,
);
const FORM: [Part; 5] = [
    (&FIRST, None),
    (&FIRST, Some(&FIRST_TUNE)),
    (&SECOND, Some(&SECOND_TUNE)),
    (&FIRST, Some(&FIRST_TUNE)),
    (&SECOND, Some(&SECOND_TUNE)),
];

fn render() -> Vec<u8> {
    let mut chance = Chance::new(0xC64);
    let bars = FORM.len() * 8;
    let seconds = (bars + 1) as f32 * BAR + 3.0;
    let (mut mix, mut lead) = (Mix::new(seconds), Mix::new(seconds));
    for (part, (chords, tune)) in FORM.iter().enumerate() {
        for (bar, (root, chord)) in chords.iter().enumerate() {
            let start = (part * 8 + bar) as f32 * BAR;
            for step in 0..8 {
                let time = start + step as f32 * BEAT / 2.0;
                let note = if step % 2 == 1 { root + 12.0 } else { *root };
                mix.add(time, &bass(note, BEAT * 0.42), 0.42, 0.0);
            }
            let width = if part % 2 == 0 { 0.5 } else { 0.25 };
            mix.add(start, &arpeggio(chord, width), 0.13, -0.35);
            if part > 0 || bar >= 4 {
                drum_bar(&mut mix, start, bar == 7, &mut chance);
            }
        }
        let Some(tune) = tune else { continue };
        let width = if part < 3 { 0.25 } else { 0.125 };
        play(
            &mut lead,
            part as f32 * 8.0 * BAR,
            tune.as_flattened(),
            width,
        );
    }
    let last = bars as f32 * BAR;
    mix.add(last, &bass(36.0, BAR * 0.8), 0.42, 0.0);
    lead.add(last, &voice(84.0, BAR * 0.8, 0.25), 0.2, 0.2);
    lead.add(last, &voice(79.0, BAR * 0.8, 0.25), 0.14, -0.2);
    ping_pong(&mut lead, 3.0 * STEP, 0.3, 0.35);
    mix.add_mix(&lead, 1.0);
    master(&mut mix, 1.2, FULL, 1.0);
    wav(&mix)
}

/// Plays a tune of eighths.
fn play(mix: &mut Mix, start: f32, tune: &[f32], width: f32) {
    for (eighth, note) in tune.iter().enumerate().filter(|(_, note)| **note > 1.0) {
        let held = tune[eighth + 1..]
            .iter()
            .take_while(|next| **next == 0.0)
            .count();
        let length = (held as f32 + 0.85) * BEAT / 2.0;
        mix.add(
            start + eighth as f32 * BEAT / 2.0,
            &voice(*note, length, width),
            0.22,
            0.2,
        );
    }
}

fn drum_bar(mix: &mut Mix, start: f32, is_fill: bool, chance: &mut Chance) {
    for step in 0..16 {
        let time = start + step as f32 * STEP;
        if matches!(step, 0 | 6 | 8) {
            mix.add(time, &kick(220.0, 55.0, 0.16, chance), 0.55, 0.0);
        }
        if matches!(step, 4 | 12) || (is_fill && step >= 12) {
            mix.add(time, &snare(190.0, 0.14, chance), 0.42, 0.0);
        }
        if step % 2 == 0 {
            mix.add(time, &hat(8000.0, 0.04, chance), 0.14, 0.3);
        }
    }
}

/// A pulse voice; its pitch begins to waver when a note is held.
fn voice(note: f32, seconds: f32, width: f32) -> Vec<f32> {
    let shape = Adsr {
        attack: 0.002,
        decay: 0.3,
        sustain: 0.65,
        release: 0.04,
    };
    let (mut phase, mut waver) = (Phase::default(), Phase::default());
    let sound = (0..shape.frames(seconds)).map(|n| {
        let time = n as f32 / RATE;
        let depth = ((time - 0.18) * 4.0).clamp(0.0, 1.0) * 0.25;
        let pitch = hertz(note + waver.sine(6.0) * depth);
        phase.pulse(pitch, width) * shape.level(time, seconds)
    });
    sound.collect()
}

/// A bar of a chord whose notes follow one another too fast to be heard apart.
fn arpeggio(chord: &[f32; 3], width: f32) -> Vec<f32> {
    let shape = Adsr {
        attack: 0.002,
        decay: 0.5,
        sustain: 0.5,
        release: 0.02,
    };
    let mut phase = Phase::default();
    let sound = (0..shape.frames(BAR - 0.02)).map(|n| {
        let time = n as f32 / RATE;
        let note = chord[(time / ARPEGGIO_SECONDS) as usize % chord.len()];
        // Twice a beat the chord is struck anew.
        let level = shape.level(time % (BEAT / 2.0), BEAT / 2.0);
        phase.pulse(hertz(note), width) * level
    });
    sound.collect()
}

/// A triangle in sixteen steps, as the sound chips had it.
fn bass(note: f32, seconds: f32) -> Vec<f32> {
    let shape = Adsr {
        attack: 0.002,
        decay: 1.0,
        sustain: 0.8,
        release: 0.02,
    };
    let mut phase = Phase::default();
    let sound = (0..shape.frames(seconds)).map(|n| {
        let stepped = (phase.triangle(hertz(note)) * 7.5).round() / 7.5;
        stepped * shape.level(n as f32 / RATE, seconds)
    });
    sound.collect()
}
