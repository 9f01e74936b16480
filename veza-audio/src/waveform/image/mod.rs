//! A waveform as a picture: PNG with smooth edges, or SVG.

mod lane;
mod png;
mod svg;
mod theme;

use std::ops::Range;

pub use png::render_png;
pub use svg::render_svg;
pub use theme::Theme;

use super::Waveform;
pub use crate::draw::Rgba;
use crate::draw::{Picture, time_axis};
use crate::{Error, Result};
use lane::Lane;

/// How the wave is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Filled from the lowest to the highest sample.
    Envelope,
    /// The envelope, and within it the root mean square as a band of its own colour.
    Bands,
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
    /// In pixels; channels share it, one lane below the other, above the axis.
    pub height: u32,
    /// The colours.
    pub theme: Theme,
    /// How the wave is drawn.
    pub style: Style,
    /// Whether times are written below the wave.
    pub axis: bool,
    /// The frames to draw; all when absent.
    pub frames: Option<Range<u64>>,
}

impl Default for ImageSettings {
    /// 1,800 by 280 pixels, a teal envelope on nothing, no axis.
    fn default() -> Self {
        Self {
            width: 1_800,
            height: 280,
            theme: Theme::TEAL,
            style: Style::Envelope,
            axis: false,
            frames: None,
        }
    }
}

/// The settings where they make sense for a waveform, and what follows from them.
struct Plan<'a> {
    settings: &'a ImageSettings,
    frames: Range<u64>,
    lanes: Vec<Lane>,
}

impl<'a> Plan<'a> {
    fn new(waveform: &Waveform, settings: &'a ImageSettings) -> Result<Self> {
        let (width, height) = (settings.width, settings.height);
        let below = if settings.axis { time_axis::HEIGHT } else { 0 };
        let channels = waveform.channels();
        let rows = height.saturating_sub(below) as usize;
        if width == 0 || rows < channels {
            let reason = format!(
                "{width} by {height} pixels have no room for {channels} channels{}",
                if settings.axis { " and an axis" } else { "" }
            );
            return Err(Error::invalid("size", reason));
        }
        Picture::check(width, height)?;
        match settings.style {
            Style::Bars { width: 0, .. } => {
                return Err(Error::invalid("bar width", "it has to be 1 pixel or more"));
            }
            Style::Bands if waveform.rms().is_none() => {
                let reason = "bands need root mean squares, and the waveform was made without";
                return Err(Error::invalid("style", reason));
            }
            _ => {}
        }
        Ok(Self {
            settings,
            frames: settings
                .frames
                .clone()
                .unwrap_or(0..waveform.frames().max(1)),
            lanes: Lane::stacked(channels, rows),
        })
    }

    /// The marks of the axis, if one is wanted.
    fn ticks(&self, waveform: &Waveform) -> Vec<time_axis::Tick> {
        if !self.settings.axis {
            return Vec::new();
        }
        let second = |frame: u64| frame as f64 / f64::from(waveform.sample_rate());
        time_axis::ticks(
            second(self.frames.start)..second(self.frames.end),
            self.settings.width,
        )
    }
}

/// Where bars stand: the count, the width and the distance from one to the next.
fn bars(picture_width: u32, width: u32, gap: u32) -> (usize, f32, f32) {
    let pitch = u64::from(width) + u64::from(gap);
    let count = u64::from(picture_width).div_ceil(pitch) as usize;
    (count, width as f32, pitch as f32)
}
