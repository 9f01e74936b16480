//! A waveform as a picture (PNG), with smooth edges.

use std::ops::Range;

use super::picture::Picture;
use super::{MinMax, View, Waveform};
use crate::{Error, Result};

/// Most pixels of a picture.
const MAX_PIXELS: u64 = 1 << 24;
/// Slices that a column of an envelope is made of.
const SLICES: usize = 4;
/// Part of a lane's height that is left free above and below the wave.
const MARGIN: f32 = 0.04;

/// Red, green, blue and opacity, 0 to 255.
pub type Rgba = [u8; 4];

/// How the wave is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Filled from the lowest to the highest sample.
    Envelope,
    /// Upright bars with round ends, as tall as the highest amplitude, mirrored at the middle.
    Bars {
        /// Pixels from side to side of a bar.
        width: u32,
        /// Pixels from one bar to the next.
        gap: u32,
    },
}

/// What the picture is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageSettings {
    /// In pixels.
    pub width: u32,
    /// In pixels; channels share it, one lane below the other.
    pub height: u32,
    /// The wave's colour.
    pub foreground: Rgba,
    /// The colour behind it.
    pub background: Rgba,
    /// How the wave is drawn.
    pub style: Style,
    /// The frames to draw; all when absent.
    pub frames: Option<Range<u64>>,
}

impl Default for ImageSettings {
    /// 1,800 by 280 pixels, a teal envelope on nothing.
    fn default() -> Self {
        Self {
            width: 1_800,
            height: 280,
            foreground: [20, 130, 140, 255],
            background: [0, 0, 0, 0],
            style: Style::Envelope,
            frames: None,
        }
    }
}

/// Draws a waveform; answers the bytes of a PNG.
///
/// # Errors
/// [`Error::InvalidParameter`] for a side of 0, bars of width 0, or fewer rows than channels;
/// [`Error::LimitExceeded`] over 16,777,216 pixels.
pub fn render(waveform: &Waveform, settings: &ImageSettings) -> Result<Vec<u8>> {
    let (width, height) = (settings.width as usize, settings.height as usize);
    let lanes = waveform.channels();
    if width == 0 || height < lanes {
        let reason = format!("{width} by {height} pixels have no room for {lanes} channels");
        return Err(Error::invalid("size", reason));
    }
    let pixels = u64::from(settings.width) * u64::from(settings.height);
    if pixels > MAX_PIXELS {
        let what = "number of pixels of the picture";
        return Err(Error::LimitExceeded {
            what,
            value: pixels,
            max: MAX_PIXELS,
        });
    }
    let frames = settings
        .frames
        .clone()
        .unwrap_or(0..waveform.frames().max(1));
    let mut picture = Picture::new(width, height, settings.background);
    match settings.style {
        Style::Envelope => {
            let view = waveform.view(frames, width * SLICES)?;
            draw(&view, height, |wave, lane| {
                envelope(&mut picture, wave, lane, settings.foreground)
            });
        }
        Style::Bars { width: bar, gap } => {
            if bar == 0 {
                return Err(Error::invalid("bar width", "it has to be 1 pixel or more"));
            }
            let pitch = u64::from(bar) + u64::from(gap);
            let count = u64::from(settings.width).div_ceil(pitch) as usize;
            let view = waveform.view(frames, count)?;
            draw(&view, height, |wave, lane| {
                bars(
                    &mut picture,
                    wave,
                    lane,
                    (bar as f32, pitch as f32),
                    settings.foreground,
                );
            });
        }
    }
    picture.encode()
}

/// Rows of one channel.
#[derive(Clone, Copy)]
struct Lane {
    top: usize,
    bottom: usize,
}

impl Lane {
    fn middle(self) -> f32 {
        (self.top + self.bottom) as f32 / 2.0
    }

    /// Rows from the middle to full scale.
    fn reach(self) -> f32 {
        ((self.bottom - self.top) as f32 * (0.5 - MARGIN)).max(0.5)
    }
}

fn draw(view: &View, height: usize, mut one: impl FnMut(&[MinMax], Lane)) {
    let lanes = view.channels.len();
    for (index, wave) in view.channels.iter().enumerate() {
        one(
            wave,
            Lane {
                top: height * index / lanes,
                bottom: height * (index + 1) / lanes,
            },
        );
    }
}

fn envelope(picture: &mut Picture, wave: &[MinMax], lane: Lane, colour: Rgba) {
    for (x, slices) in wave.chunks(SLICES).enumerate() {
        let spans: Vec<(f32, f32)> = slices.iter().map(|pair| span(*pair, lane)).collect();
        let top = spans
            .iter()
            .fold(f32::INFINITY, |top, span| top.min(span.0));
        let bottom = spans
            .iter()
            .fold(f32::NEG_INFINITY, |bottom, span| bottom.max(span.1));
        for y in rows(top, bottom, lane) {
            let covered: f32 = spans.iter().map(|span| overlap(*span, y)).sum();
            picture.blend(x, y, colour, covered / SLICES as f32);
        }
    }
}

/// The rows from the highest sample to the lowest: at least one, so that silence is a line.
fn span(pair: MinMax, lane: Lane) -> (f32, f32) {
    let row = |value: i16| lane.middle() - f32::from(value) / 32_768.0 * lane.reach();
    let (top, bottom) = (row(pair.max), row(pair.min));
    let missing = (1.0 - (bottom - top)).max(0.0) / 2.0;
    (top - missing, bottom + missing)
}

/// How much of row `y` lies in a span.
fn overlap((top, bottom): (f32, f32), y: usize) -> f32 {
    (bottom.min(y as f32 + 1.0) - top.max(y as f32)).clamp(0.0, 1.0)
}

fn rows(top: f32, bottom: f32, lane: Lane) -> Range<usize> {
    let first = (top.floor().max(0.0) as usize).max(lane.top);
    let end = (bottom.ceil().max(0.0) as usize).min(lane.bottom);
    first..end.max(first)
}

fn bars(
    picture: &mut Picture,
    wave: &[MinMax],
    lane: Lane,
    (bar, pitch): (f32, f32),
    colour: Rgba,
) {
    let radius = (bar / 2.0).min(lane.reach());
    for (index, pair) in wave.iter().enumerate() {
        let amplitude = f32::from(pair.max).max(-f32::from(pair.min)) / 32_768.0;
        let half = (amplitude * lane.reach()).max(radius);
        let left = index as f32 * pitch;
        let centre = left + bar / 2.0;
        let columns = left as usize..((left + bar).ceil() as usize).min(picture.width);
        for x in columns {
            for y in rows(lane.middle() - half, lane.middle() + half, lane) {
                // Distance to a box with round corners, outside positive.
                let across = (x as f32 + 0.5 - centre).abs() - (bar / 2.0 - radius);
                let along = (y as f32 + 0.5 - lane.middle()).abs() - (half - radius);
                let outside = across.max(0.0).hypot(along.max(0.0));
                let distance = outside + across.max(along).min(0.0) - radius;
                picture.blend(x, y, colour, 0.5 - distance);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHITE: Rgba = [255; 4];
    const BLACK: Rgba = [0, 0, 0, 255];

    fn waveform(channels: usize, pairs: &[(i16, i16)]) -> Waveform {
        let pairs = pairs
            .iter()
            .map(|(min, max)| MinMax {
                min: *min,
                max: *max,
            })
            .collect();
        Waveform::from_pairs(44_100, 256, channels, pairs).unwrap()
    }

    /// The brightness of each pixel, row by row.
    fn drawn(waveform: &Waveform, width: u32, height: u32, style: Style) -> Vec<u8> {
        let settings = ImageSettings {
            width,
            height,
            foreground: WHITE,
            background: BLACK,
            style,
            frames: None,
        };
        let bytes = render(waveform, &settings).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes))
            .read_info()
            .unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!((info.width, info.height), (width, height));
        pixels.chunks(4).map(|pixel| pixel[0]).collect()
    }

    #[test]
    fn an_envelope_reaches_from_the_lowest_to_the_highest_sample() {
        let wave = waveform(1, &[(-32_768, 32_767), (0, 16_384), (0, 0)]);
        let pixels = drawn(&wave, 3, 100, Style::Envelope);
        let lit = |x: usize| {
            let rows: Vec<_> = (0..100).filter(|y| pixels[y * 3 + x] > 127).collect();
            (rows[0], rows[rows.len() - 1])
        };
        assert_eq!(lit(0), (4, 95));
        assert_eq!(lit(1), (27, 49));
        let line = lit(2);
        assert!(
            (49..=50).contains(&line.0) && line.1 - line.0 <= 1,
            "{line:?}"
        );
    }

    #[test]
    fn edges_are_smooth() {
        let ramp: Vec<_> = (0..64).map(|n| (-500 * n, 500 * n)).collect();
        let pixels = drawn(&waveform(1, &ramp), 40, 60, Style::Envelope);
        assert!(pixels.iter().any(|value| (40..216).contains(value)));
    }

    #[test]
    fn channels_have_lanes_of_their_own() {
        let wave = waveform(2, &[(0, 0), (-32_768, 32_767)]);
        let pixels = drawn(&wave, 1, 40, Style::Envelope);
        assert!(pixels[..20].iter().filter(|value| **value > 127).count() <= 2);
        assert!(pixels[20..].iter().filter(|value| **value > 127).count() >= 18);
    }

    #[test]
    fn bars_stand_apart_and_are_mirrored() {
        let wave = waveform(1, &[(-100, 30_000); 4]);
        let pixels = drawn(&wave, 16, 41, Style::Bars { width: 3, gap: 1 });
        let middle = &pixels[20 * 16..21 * 16];
        assert_eq!(middle, [255, 255, 255, 0].repeat(4));
        for y in 0..41 {
            assert_eq!(pixels[y * 16..][..16], pixels[(40 - y) * 16..][..16]);
        }
    }

    #[test]
    fn an_empty_waveform_is_a_line() {
        let pixels = drawn(&waveform(1, &[]), 5, 11, Style::Envelope);
        assert_eq!(pixels[5 * 5..6 * 5], [255; 5]);
    }

    #[test]
    fn pictures_that_make_no_sense_are_refused() {
        let wave = waveform(2, &[(0, 0), (0, 0)]);
        let base = ImageSettings::default;
        let no_bars = Style::Bars { width: 0, gap: 1 };
        for (settings, code) in [
            (
                ImageSettings { width: 0, ..base() },
                "audio.invalid_parameter",
            ),
            (
                ImageSettings {
                    height: 1,
                    ..base()
                },
                "audio.invalid_parameter",
            ),
            (
                ImageSettings {
                    style: no_bars,
                    ..base()
                },
                "audio.invalid_parameter",
            ),
            (
                ImageSettings {
                    frames: Some(7..7),
                    ..base()
                },
                "audio.invalid_parameter",
            ),
            (
                ImageSettings {
                    width: 100_000,
                    height: 100_000,
                    ..base()
                },
                "audio.limit_exceeded",
            ),
        ] {
            assert_eq!(render(&wave, &settings).unwrap_err().code(), code);
        }
        let widest = Style::Bars {
            width: u32::MAX,
            gap: u32::MAX,
        };
        assert!(
            render(
                &wave,
                &ImageSettings {
                    style: widest,
                    ..base()
                }
            )
            .is_ok()
        );
    }
}
