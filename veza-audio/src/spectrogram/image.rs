//! A spectrogram as a picture (PNG).

use crate::draw::{GLYPH_ROWS, Picture, Rgba, text_width, time_axis, write_text};
use crate::{Error, Result};

use super::{Palette, Spectrogram};

/// Columns that the axis of frequencies takes.
const SIDE: usize = 40;
/// Rows from one frequency to the next, at least.
const APART: f64 = 16.0;
/// The colour of marks, letters and what is behind them.
const INK: Rgba = [150, 158, 166, 255];
const PAPER: Rgba = [17, 20, 24, 255];
/// The frequencies that are written, in Hz, where there is room.
const FREQUENCIES: [f64; 16] = [
    20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0, 2_000.0, 3_000.0, 4_000.0, 5_000.0, 8_000.0,
    10_000.0, 15_000.0, 20_000.0, 40_000.0, 80_000.0,
];

/// How a spectrogram is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct SpectrogramImage {
    /// The colours.
    pub palette: Palette,
    /// What is drawn as silence and as loudest, in dB below a sine of full scale.
    pub range_db: (f32, f32),
    /// Whether times stand below, and frequencies at the left: the picture is larger by them.
    pub axes: bool,
}

impl Default for SpectrogramImage {
    /// Magma from -100 to -10 dB, without axes.
    fn default() -> Self {
        Self {
            palette: Palette::default(),
            range_db: (-100.0, -10.0),
            axes: false,
        }
    }
}

/// Draws a spectrogram; answers the bytes of a PNG.
///
/// # Errors
/// [`Error::InvalidParameter`] for a range that is empty or no range of numbers,
/// [`Error::LimitExceeded`] when axes make it larger than 16,777,216 pixels.
pub fn render_png(spectrogram: &Spectrogram, image: &SpectrogramImage) -> Result<Vec<u8>> {
    let (soft, loud) = image.range_db;
    if !(soft.is_finite() && loud.is_finite() && soft < loud) {
        let reason = format!("from {soft} dB to {loud} dB there is nothing");
        return Err(Error::invalid("range", reason));
    }
    let settings = &spectrogram.settings;
    let (width, height) = (settings.width, settings.height);
    let (side, below) = if image.axes {
        (SIDE, time_axis::HEIGHT)
    } else {
        (0, 0)
    };
    Picture::check(width + side as u32, height + below)?;
    let rows = height as usize;
    let mut picture = Picture::new(width as usize + side, rows + below as usize, PAPER);
    for column in 0..width as usize {
        for (row, decibels) in spectrogram.column(column).iter().enumerate() {
            let strength = (decibels - soft) / (loud - soft);
            let colour = image.palette.colour(strength);
            picture.blend(side + column, rows - 1 - row, colour, 1.0);
        }
    }
    if image.axes {
        let seconds = spectrogram.seconds.max(1e-3);
        let ticks = time_axis::ticks(0.0..seconds, width);
        time_axis::draw(&mut picture, &ticks, (side, rows), INK);
        frequencies(&mut picture, spectrogram, rows);
    }
    picture.encode()
}

fn frequencies(picture: &mut Picture, spectrogram: &Spectrogram, rows: usize) {
    let settings = &spectrogram.settings;
    let mut last = f64::INFINITY;
    for hz in FREQUENCIES {
        if !(settings.band.start..=settings.band.end).contains(&hz) {
            continue;
        }
        let row = (1.0 - settings.scale.part_of(&settings.band, hz)) * rows as f64;
        let top = row - GLYPH_ROWS as f64 / 2.0;
        if last - row < APART || top < 0.0 || top + GLYPH_ROWS as f64 > rows as f64 {
            continue;
        }
        last = row;
        let label = if hz < 1_000.0 {
            format!("{hz:.0}")
        } else {
            format!("{:.0}k", hz / 1_000.0)
        };
        let left = (SIDE - 6).saturating_sub(text_width(&label));
        write_text(picture, &label, left, top as usize, INK);
        for x in SIDE - 4..SIDE {
            picture.blend(x, row as usize, INK, 1.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{SpectrogramBuilder, SpectrogramSettings};
    use super::*;
    use crate::{AudioBuffer, AudioSink, AudioSpec, ChannelLayout};

    fn sizes_and_pixels(bytes: Vec<u8>) -> (usize, usize, Vec<u8>) {
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes))
            .read_info()
            .unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        (info.width as usize, info.height as usize, pixels)
    }

    fn spectrogram() -> Spectrogram {
        let spec = AudioSpec::new(48_000, ChannelLayout::Mono);
        let settings = SpectrogramSettings {
            width: 100,
            height: 200,
            ..SpectrogramSettings::default()
        };
        let mut builder = SpectrogramBuilder::new(spec, settings).unwrap();
        let tone = (0..96_000).map(|n| (n as f32 * 0.13).sin()).collect();
        builder
            .write(&AudioBuffer::from_planes(vec![tone]))
            .unwrap();
        builder.finish()
    }

    #[test]
    fn a_tone_is_a_bright_line() {
        let seen = spectrogram();
        let png = render_png(&seen, &SpectrogramImage::default()).unwrap();
        let (width, height, pixels) = sizes_and_pixels(png);
        assert_eq!((width, height), (100, 200));
        let light = |row: usize| u32::from(pixels[(row * 100 + 50) * 4 + 1]);
        let brightest = (0..200).max_by_key(|row| light(*row)).unwrap();
        let hz = 0.13 * 48_000.0 / std::f64::consts::TAU;
        assert!((seen.frequency(199 - brightest) / hz - 1.0).abs() < 0.03);
        assert!(light(brightest) > 200 && light(10) < 30);
    }

    #[test]
    fn axes_stand_beside_the_picture() {
        let image = SpectrogramImage {
            axes: true,
            ..SpectrogramImage::default()
        };
        let (width, height, pixels) = sizes_and_pixels(render_png(&spectrogram(), &image).unwrap());
        assert_eq!((width, height), (140, 222));
        let inked = |columns: std::ops::Range<usize>, rows: std::ops::Range<usize>| {
            let places = rows.flat_map(|y| columns.clone().map(move |x| (y * 140 + x) * 4));
            places.filter(|place| pixels[*place..][..4] == INK).count()
        };
        assert!(inked(0..40, 0..200) > 200, "frequencies");
        assert!(inked(40..140, 200..222) > 20, "times");
        assert_eq!(inked(40..140, 0..200), 0, "nothing within");
    }

    #[test]
    fn ranges_that_make_no_sense_are_refused() {
        for range_db in [
            (-10.0, -10.0),
            (0.0, -90.0),
            (f32::NAN, 0.0),
            (f32::NEG_INFINITY, 0.0),
        ] {
            let image = SpectrogramImage {
                range_db,
                ..SpectrogramImage::default()
            };
            assert!(render_png(&spectrogram(), &image).is_err());
        }
    }
}
