//! Pictures made of shapes, sharp at every size.
//!
//! Source: Scalable Vector Graphics 1.1 (W3C, second edition).

use std::fmt::{self, Write as _};

use super::lane::Lane;
use super::{ImageSettings, Plan, Style};
use crate::Result;
use crate::draw::{Rgba, time_axis};
use crate::waveform::{MinMax, Waveform};

/// Draws a waveform; answers an SVG document.
///
/// # Errors
/// As [`render_png`](super::render_png).
pub fn render_svg(waveform: &Waveform, settings: &ImageSettings) -> Result<String> {
    let plan = Plan::new(waveform, settings)?;
    let mut text = String::new();
    draw(&mut text, waveform, &plan)?.expect("writing into a string does not fail");
    Ok(text)
}

fn draw(out: &mut String, waveform: &Waveform, plan: &Plan<'_>) -> Result<fmt::Result> {
    let settings = plan.settings;
    let (width, height, theme) = (settings.width, settings.height, settings.theme);
    let shapes = match settings.style {
        Style::Envelope | Style::Bands => {
            let view = waveform.view(plan.frames.clone(), width as usize)?;
            let waves = view.channels.iter().zip(&plan.lanes);
            let mut shapes: Vec<_> = waves
                .map(|(wave, lane)| outline(wave, |pair| lane.span(*pair), theme.wave))
                .collect();
            let bands = view.rms.filter(|_| settings.style == Style::Bands);
            let bands = bands.iter().flatten().zip(&plan.lanes);
            shapes.extend(
                bands.map(|(wave, lane)| outline(wave, |rms| lane.rms_span(*rms), theme.rms)),
            );
            shapes
        }
        Style::Bars { width: bar, gap } => {
            let (count, bar, pitch) = super::bars(width, bar, gap);
            let view = waveform.view(plan.frames.clone(), count)?;
            let waves = view.channels.iter().zip(&plan.lanes);
            waves
                .map(|(wave, lane)| bars(wave, *lane, (bar, pitch), theme.wave))
                .collect()
        }
    };
    Ok((|| {
        write!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"waveform\">"
        )?;
        if theme.background[3] > 0 {
            let fill = Fill(theme.background);
            write!(out, "<rect width=\"{width}\" height=\"{height}\"{fill}/>")?;
        }
        for shape in shapes {
            out.push_str(&shape?);
        }
        if settings.axis {
            times(out, &plan.ticks(waveform), settings)?;
        }
        out.write_str("</svg>\n")
    })())
}

/// A colour as the attributes of a shape.
struct Fill(Rgba);

impl fmt::Display for Fill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue, opacity] = self.0;
        write!(f, " fill=\"#{red:02x}{green:02x}{blue:02x}\"")?;
        if opacity < 255 {
            write!(f, " fill-opacity=\"{:.3}\"", f32::from(opacity) / 255.0)?;
        }
        Ok(())
    }
}

/// One closed line: along the tops to the right, along the bottoms back.
fn outline<T>(
    wave: &[T],
    span: impl Fn(&T) -> (f32, f32),
    colour: Rgba,
) -> Result<String, fmt::Error> {
    let mut path = String::from("<path d=\"M");
    let spans: Vec<(f32, f32)> = wave.iter().map(span).collect();
    for (x, (top, _)) in spans.iter().enumerate() {
        write!(path, "{x} {top:.2} {} {top:.2} ", x + 1)?;
    }
    for (x, (_, bottom)) in spans.iter().enumerate().rev() {
        write!(path, "{} {bottom:.2} {x} {bottom:.2} ", x + 1)?;
    }
    write!(path, "Z\"{}/>", Fill(colour))?;
    Ok(path)
}

fn bars(
    wave: &[MinMax],
    lane: Lane,
    (bar, pitch): (f32, f32),
    colour: Rgba,
) -> Result<String, fmt::Error> {
    let radius = (bar / 2.0).min(lane.reach());
    let mut shapes = format!("<g{}>", Fill(colour));
    for (index, pair) in wave.iter().enumerate() {
        let half = lane.half_bar(*pair, radius);
        write!(
            shapes,
            "<rect x=\"{}\" y=\"{:.2}\" width=\"{bar}\" height=\"{:.2}\" rx=\"{radius}\"/>",
            index as f32 * pitch,
            lane.middle() - half,
            half * 2.0
        )?;
    }
    shapes.push_str("</g>");
    Ok(shapes)
}

fn times(out: &mut String, ticks: &[time_axis::Tick], settings: &ImageSettings) -> fmt::Result {
    let top = settings.height - time_axis::HEIGHT;
    let [long, short] = time_axis::MARKS;
    write!(
        out,
        "<g{} font-family=\"ui-monospace, monospace\" font-size=\"12\">",
        Fill(settings.theme.axis)
    )?;
    for tick in ticks {
        let rows = if tick.label.is_some() { long } else { short };
        let x = tick.x;
        write!(
            out,
            "<rect x=\"{x:.2}\" y=\"{top}\" width=\"1\" height=\"{rows}\"/>"
        )?;
        if let Some(label) = &tick.label {
            let line = settings.height - 3;
            write!(out, "<text x=\"{x:.2}\" y=\"{line}\">{label}</text>")?;
        }
    }
    out.write_str("</g>")
}

#[cfg(test)]
mod tests {
    use super::super::Theme;
    use super::*;

    fn waveform() -> Waveform {
        let pairs = [(-32_768, 32_767), (0, 16_384)].map(|(min, max)| MinMax { min, max });
        let read = Waveform::from_pairs(44_100, 44_100, 1, pairs.to_vec()).unwrap();
        read.with_rms(&[0.5, 0.25]).unwrap()
    }

    fn drawn(style: Style, axis: bool) -> String {
        let settings = ImageSettings {
            width: 2,
            height: 100 + if axis { time_axis::HEIGHT } else { 0 },
            theme: Theme::LIGHT,
            style,
            axis,
            frames: None,
        };
        render_svg(&waveform(), &settings).unwrap()
    }

    #[test]
    fn an_envelope_is_one_line_around_the_wave() {
        let text = drawn(Style::Envelope, false);
        assert!(
            text.starts_with(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"2\" height=\"100\""
            )
        );
        let path = "d=\"M0 4.00 1 4.00 1 27.00 2 27.00 2 50.00 1 50.00 1 96.00 0 96.00 Z\" fill=\"#2e5ba8\"";
        assert!(text.contains(path), "{text}");
        assert!(text.ends_with("</svg>\n"));
    }

    #[test]
    fn bands_lie_over_the_envelope() {
        let text = drawn(Style::Bands, false);
        let band = "M0 27.00 1 27.00 1 38.50 2 38.50 2 61.50 1 61.50 1 73.00 0 73.00 Z";
        assert!(
            text.find(band).unwrap() > text.find("M0 4.00").unwrap(),
            "{text}"
        );
    }

    #[test]
    fn bars_are_mirrored_boxes() {
        let text = drawn(Style::Bars { width: 1, gap: 0 }, false);
        assert!(
            text.contains("<rect x=\"0\" y=\"4.00\" width=\"1\" height=\"92.00\" rx=\"0.5\"/>"),
            "{text}"
        );
        assert!(
            text.contains("<rect x=\"1\" y=\"27.00\" width=\"1\" height=\"46.00\" rx=\"0.5\"/>"),
            "{text}"
        );
    }

    #[test]
    fn an_axis_begins_at_nought() {
        assert!(drawn(Style::Envelope, true).contains(">0:00</text>"));
        assert!(!drawn(Style::Envelope, false).contains("<text"));
    }

    #[test]
    fn what_is_half_clear_says_so() {
        assert_eq!(
            Fill([1, 2, 3, 128]).to_string(),
            " fill=\"#010203\" fill-opacity=\"0.502\""
        );
        assert_eq!(Fill([255; 4]).to_string(), " fill=\"#ffffff\"");
    }
}
