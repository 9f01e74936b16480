//! Times below a picture.

use std::ops::Range;

use super::{GLYPH_ROWS, Picture, Rgba, text_width, write_text};

/// Rows that an axis takes.
pub(crate) const HEIGHT: u32 = 22;
/// Rows of a mark with a time and of one without.
pub(crate) const MARKS: [u32; 2] = [6, 3];
/// Columns from one time to the next, at least.
const APART: f64 = 70.0;
/// Most marks: what a picture of the widest kind has room for.
const MOST: usize = 1 << 20;

/// Seconds from time to time, and marks from one time to the next.
const STEPS: [(f64, u32); 22] = [
    (0.001, 5),
    (0.002, 4),
    (0.005, 5),
    (0.01, 5),
    (0.02, 4),
    (0.05, 5),
    (0.1, 5),
    (0.2, 4),
    (0.5, 5),
    (1.0, 5),
    (2.0, 4),
    (5.0, 5),
    (10.0, 5),
    (15.0, 3),
    (30.0, 3),
    (60.0, 6),
    (120.0, 4),
    (300.0, 5),
    (600.0, 5),
    (1_800.0, 3),
    (3_600.0, 6),
    (14_400.0, 4),
];

/// A mark of the axis.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tick {
    /// Its column.
    pub(crate) x: f32,
    /// The time, at every few marks.
    pub(crate) label: Option<String>,
}

/// The marks of a range of seconds that fills so many columns.
pub(crate) fn ticks(seconds: Range<f64>, width: u32) -> Vec<Tick> {
    let columns = f64::from(width) / (seconds.end - seconds.start);
    let wide_enough = |(step, _): &&(f64, u32)| step * columns >= APART;
    let (step, marks) = STEPS
        .iter()
        .find(wide_enough)
        .copied()
        .unwrap_or_else(|| coarsest(columns));
    let apart = step / f64::from(marks);
    let first = (seconds.start / apart).ceil() as u64;
    (first..)
        .map(|mark| (mark, mark as f64 * apart))
        .take_while(|(_, second)| *second < seconds.end)
        .take(MOST)
        .map(|(mark, second)| Tick {
            x: ((second - seconds.start) * columns) as f32,
            label: mark
                .is_multiple_of(u64::from(marks))
                .then(|| label(second, step)),
        })
        .collect()
}

/// Whole days for sounds beyond all tables.
fn coarsest(columns: f64) -> (f64, u32) {
    const DAY: f64 = 86_400.0;
    (DAY * (APART / columns / DAY).ceil(), 4)
}

/// `m:ss`, with hours where there are any and with as many digits as the step has.
fn label(second: f64, step: f64) -> String {
    let digits = (0..3)
        .find(|digits| {
            let scaled = step * 10_f64.powi(*digits);
            (scaled - scaled.round()).abs() < 1e-6
        })
        .unwrap_or(3) as usize;
    let unit = 10_u64.pow(digits as u32);
    let units = (second * unit as f64).round() as u64;
    let (whole, fraction) = (units / unit, units % unit);
    let (hours, minutes, seconds) = (whole / 3_600, whole / 60 % 60, whole % 60);
    let mut text = if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    };
    if digits > 0 {
        text += &format!(".{fraction:0digits$}");
    }
    text
}

/// Draws marks below row `top`, from column `left` on, and their times.
pub(crate) fn draw(
    picture: &mut Picture,
    ticks: &[Tick],
    (left, top): (usize, usize),
    colour: Rgba,
) {
    let [long, short] = MARKS;
    for tick in ticks {
        let x = (left + tick.x as usize).min(picture.width - 1);
        let rows = if tick.label.is_some() { long } else { short };
        for y in top..top + rows as usize {
            picture.blend(x, y, colour, 1.0);
        }
        let Some(label) = &tick.label else { continue };
        // A time that would be cut at the edge is left out.
        if x + text_width(label) <= picture.width {
            let row = top + HEIGHT as usize - GLYPH_ROWS - 2;
            write_text(picture, label, x, row, colour);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(seconds: Range<f64>, width: u32) -> Vec<String> {
        ticks(seconds, width)
            .into_iter()
            .filter_map(|tick| tick.label)
            .collect()
    }

    #[test]
    fn times_are_round_and_have_room() {
        assert_eq!(
            labels(0.0..184.0, 800),
            ["0:00", "0:30", "1:00", "1:30", "2:00", "2:30", "3:00"]
        );
        assert_eq!(labels(59.5..61.0, 400), ["0:59.5", "1:00.0", "1:00.5"]);
        assert_eq!(
            labels(0.0..0.004, 300),
            ["0:00.000", "0:00.001", "0:00.002", "0:00.003"]
        );
        assert_eq!(
            labels(3_000.0..8_000.0, 300),
            ["1:00:00", "1:30:00", "2:00:00"]
        );
    }

    #[test]
    fn marks_stand_where_their_times_are() {
        let marks = ticks(0.0..10.0, 1_000);
        assert_eq!(
            marks[0],
            Tick {
                x: 0.0,
                label: Some("0:00".to_owned())
            }
        );
        let one = marks
            .iter()
            .find(|tick| tick.label.as_deref() == Some("0:01"))
            .unwrap();
        assert!((one.x - 100.0).abs() < 1e-3);
        assert_eq!(marks.iter().filter(|tick| tick.x < 99.9).count(), 5);
    }

    #[test]
    fn absurd_lengths_have_few_marks() {
        for (seconds, width) in [
            (0.0..1e-9, 1_800),
            (0.0..1e15, 1),
            (0.0..1e15, 1_800),
            (1e15..1e15 + 1.0, 9),
        ] {
            assert!(ticks(seconds, width).len() <= 200);
        }
    }
}
