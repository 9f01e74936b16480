//! Pictures made of pixels.

use std::ops::Range;

use super::lane::Lane;
use super::{ImageSettings, Plan, Style};
use crate::Result;
use crate::draw::{Picture, Rgba, time_axis};
use crate::waveform::Waveform;

/// Slices that a column of an envelope is made of.
const SLICES: usize = 4;

/// Draws a waveform; answers the bytes of a PNG.
///
/// # Errors
/// [`Error::InvalidParameter`](crate::Error::InvalidParameter) for a side of 0, bars of width 0,
/// fewer rows than channels, or bands of a waveform without root mean squares;
/// [`Error::LimitExceeded`](crate::Error::LimitExceeded) over 16,777,216 pixels.
pub fn render_png(waveform: &Waveform, settings: &ImageSettings) -> Result<Vec<u8>> {
    let plan = Plan::new(waveform, settings)?;
    let (width, height) = (settings.width as usize, settings.height as usize);
    let theme = settings.theme;
    let mut picture = Picture::new(width, height, theme.background);
    match settings.style {
        Style::Envelope | Style::Bands => {
            let view = waveform.view(plan.frames.clone(), width * SLICES)?;
            for (wave, lane) in view.channels.iter().zip(&plan.lanes) {
                fill(
                    &mut picture,
                    wave,
                    |pair| lane.span(*pair),
                    *lane,
                    theme.wave,
                );
            }
            let bands = view.rms.filter(|_| settings.style == Style::Bands);
            for (wave, lane) in bands.iter().flatten().zip(&plan.lanes) {
                fill(
                    &mut picture,
                    wave,
                    |rms| lane.rms_span(*rms),
                    *lane,
                    theme.rms,
                );
            }
        }
        Style::Bars { width, gap } => {
            let (count, bar, pitch) = super::bars(settings.width, width, gap);
            let view = waveform.view(plan.frames.clone(), count)?;
            for (wave, lane) in view.channels.iter().zip(&plan.lanes) {
                let radius = (bar / 2.0).min(lane.reach());
                let halves = wave.iter().map(|pair| lane.half_bar(*pair, radius));
                bars(
                    &mut picture,
                    halves,
                    *lane,
                    (bar, pitch, radius),
                    theme.wave,
                );
            }
        }
    }
    let top = height - time_axis::HEIGHT as usize * usize::from(settings.axis);
    time_axis::draw(&mut picture, &plan.ticks(waveform), (0, top), theme.axis);
    picture.encode()
}

/// Fills the rows of each column, which several values share.
fn fill<T>(
    picture: &mut Picture,
    wave: &[T],
    span: impl Fn(&T) -> (f32, f32),
    lane: Lane,
    colour: Rgba,
) {
    for (x, slices) in wave.chunks(SLICES).enumerate() {
        let spans: Vec<(f32, f32)> = slices.iter().map(&span).collect();
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
    halves: impl Iterator<Item = f32>,
    lane: Lane,
    (bar, pitch, radius): (f32, f32, f32),
    colour: Rgba,
) {
    for (index, half) in halves.enumerate() {
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
    use super::super::Theme;
    use super::*;
    use crate::waveform::MinMax;

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
            theme: Theme {
                background: BLACK,
                wave: WHITE,
                rms: WHITE,
                axis: WHITE,
            },
            style,
            ..ImageSettings::default()
        };
        let bytes = render_png(waveform, &settings).unwrap();
        let mut reader = ::png::Decoder::new(std::io::Cursor::new(bytes))
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
        let bands = Style::Bands;
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
                    style: bands,
                    ..base()
                },
                "audio.invalid_parameter",
            ),
            (
                ImageSettings {
                    height: 23,
                    axis: true,
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
            assert_eq!(render_png(&wave, &settings).unwrap_err().code(), code);
        }
        let widest = Style::Bars {
            width: u32::MAX,
            gap: u32::MAX,
        };
        assert!(
            render_png(
                &wave,
                &ImageSettings {
                    style: widest,
                    ..base()
                }
            )
            .is_ok()
        );
    }

    #[test]
    fn an_axis_stands_below_the_wave() {
        let wave = waveform(1, &[(0, 0); 345]);
        let settings = ImageSettings {
            width: 300,
            height: 60,
            axis: true,
            theme: Theme::DARK,
            ..ImageSettings::default()
        };
        let bytes = render_png(&wave, &settings).unwrap();
        let mut reader = ::png::Decoder::new(std::io::Cursor::new(bytes))
            .read_info()
            .unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        let row = |y: usize| {
            let row = pixels[y * 1_200..][..1_200].chunks(4);
            row.filter(|pixel| *pixel == Theme::DARK.axis).count()
        };
        // Two seconds: a time each half, and five marks from one to the next; the last time is
        // left out only where it would be cut.
        assert_eq!(row(38), 21);
        assert_eq!(row(42), 5);
        assert_eq!(row(45), 0);
        assert!(row(50) > 20 && row(59) == 0 && row(37) == 0);
    }
}
