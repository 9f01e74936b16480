//! What pictures are made of.

mod glyphs;
mod picture;
pub(crate) mod time_axis;

pub(crate) use glyphs::{GLYPH_ROWS, text_width, write_text};
pub(crate) use picture::Picture;

/// Red, green, blue and opacity, 0 to 255.
pub type Rgba = [u8; 4];
