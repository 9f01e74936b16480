//! A room.

use crate::RATE;
use crate::mix::Mix;

/// Lengths of the delay lines in frames: mutually prime, so that no echo coincides with another.
const LENGTHS: [usize; 8] = [1153, 1361, 1559, 1789, 2017, 2251, 2503, 2749];

struct Line {
    samples: Vec<f32>,
    head: usize,
    dark: f32,
}

/// Adds the sound of a room: eight delay lines which feed one another through a Householder matrix
/// (Jot and Chaigne, "Digital delay networks for designing artificial reverberators", 1991).
///
/// `seconds` is the time in which the room falls by 60 dB, `darkness` from 0 to 1 how much faster
/// its treble goes.
pub(crate) fn reverb(mix: &mut Mix, seconds: f32, darkness: f32, wet: f32) {
    let mut lines = LENGTHS.map(|n| Line {
        samples: vec![0.0; n],
        head: 0,
        dark: 0.0,
    });
    let decay = LENGTHS.map(|length| 10f32.powf(-3.0 * length as f32 / (seconds * RATE)));
    for (left, right) in mix.left.iter_mut().zip(&mut mix.right) {
        let mut out = [0.0f32; LENGTHS.len()];
        for ((out, line), decay) in out.iter_mut().zip(&mut lines).zip(decay) {
            line.dark += (line.samples[line.head] - line.dark) * (1.0 - darkness);
            *out = line.dark * decay;
        }
        let mean = out.iter().sum::<f32>() * 2.0 / LENGTHS.len() as f32;
        for (n, (out, line)) in out.iter().zip(&mut lines).enumerate() {
            let input = if n % 2 == 0 { *left } else { *right };
            line.samples[line.head] = input + out - mean;
            line.head = (line.head + 1) % line.samples.len();
        }
        // Alternate signs keep the tail clear of the dry sound's own centre.
        let side = |first: usize| out[first] - out[first + 2] + out[first + 4] - out[first + 6];
        *left += side(0) * wet * 0.5;
        *right += side(1) * wet * 0.5;
    }
}
