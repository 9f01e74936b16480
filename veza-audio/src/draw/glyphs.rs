//! The few letters of times and frequencies, for pictures made of pixels.

use super::{Picture, Rgba};

/// Rows and columns of a letter, before it is enlarged.
const ROWS: usize = 5;
const COLUMNS: usize = 3;
/// Pixels for each dot.
const SCALE: usize = 2;
/// Pixels from one letter to the next.
const PITCH: usize = (COLUMNS + 1) * SCALE;
/// Rows of a written text.
pub(crate) const GLYPH_ROWS: usize = ROWS * SCALE;

/// The dots of a letter, row by row, the leftmost in the highest of three bits.
fn dots(letter: char) -> [u8; ROWS] {
    match letter {
        '0' => [7, 5, 5, 5, 7],
        '1' => [2, 6, 2, 2, 7],
        '2' => [7, 1, 7, 4, 7],
        '3' => [7, 1, 3, 1, 7],
        '4' => [5, 5, 7, 1, 1],
        '5' => [7, 4, 7, 1, 7],
        '6' => [7, 4, 7, 5, 7],
        '7' => [7, 1, 1, 2, 2],
        '8' => [7, 5, 7, 5, 7],
        '9' => [7, 5, 7, 1, 7],
        ':' => [0, 2, 0, 2, 0],
        '.' => [0, 0, 0, 0, 2],
        'k' => [4, 5, 6, 5, 5],
        _ => [0; ROWS],
    }
}

/// How many columns a text takes.
pub(crate) fn text_width(text: &str) -> usize {
    (text.chars().count() * PITCH).saturating_sub(SCALE)
}

/// Writes digits, colons, points and `k`; what does not fit is left out.
pub(crate) fn write_text(picture: &mut Picture, text: &str, left: usize, top: usize, colour: Rgba) {
    for (place, letter) in text.chars().enumerate() {
        for (row, bits) in dots(letter).into_iter().enumerate() {
            for column in (0..COLUMNS).filter(|column| bits >> (COLUMNS - 1 - column) & 1 == 1) {
                for dot in 0..SCALE * SCALE {
                    let x = left + place * PITCH + column * SCALE + dot % SCALE;
                    let y = top + row * SCALE + dot / SCALE;
                    if x < picture.width {
                        picture.blend(x, y, colour, 1.0);
                    }
                }
            }
        }
    }
}
