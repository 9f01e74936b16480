//! Pixels that colours are laid over, and their PNG.

use super::Rgba;
use crate::{Error, Result};

/// Most pixels of a picture.
const MAX_PIXELS: u64 = 1 << 24;

/// Rows of pixels, four bytes each.
pub(crate) struct Picture {
    pub(crate) width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Picture {
    /// A picture of one colour.
    pub(crate) fn new(width: usize, height: usize, background: Rgba) -> Self {
        Self {
            width,
            height,
            pixels: background.repeat(width * height),
        }
    }

    /// Refuses a picture of more pixels than [`MAX_PIXELS`].
    pub(crate) fn check(width: u32, height: u32) -> Result<()> {
        let pixels = u64::from(width) * u64::from(height);
        if pixels > MAX_PIXELS {
            return Err(Error::LimitExceeded {
                what: "number of pixels of the picture",
                value: pixels,
                max: MAX_PIXELS,
            });
        }
        Ok(())
    }

    /// Lays `colour` over a pixel of which `covered` (0 to 1) is hidden by it.
    pub(crate) fn blend(&mut self, x: usize, y: usize, colour: Rgba, covered: f32) {
        let place = (y * self.width + x) * 4;
        let Some(pixel) = self.pixels[place..].first_chunk_mut::<4>() else {
            return;
        };
        let over = covered.clamp(0.0, 1.0) * f32::from(colour[3]) / 255.0;
        let under = f32::from(pixel[3]) / 255.0 * (1.0 - over);
        let opacity = over + under;
        if opacity <= 0.0 {
            return;
        }
        for (below, above) in pixel.iter_mut().zip(colour).take(3) {
            let mixed = (f32::from(above) * over + f32::from(*below) * under) / opacity;
            *below = mixed.round() as u8;
        }
        pixel[3] = (opacity * 255.0).round() as u8;
    }

    /// The bytes of a PNG.
    pub(crate) fn encode(&self) -> Result<Vec<u8>> {
        let failed = |error: png::EncodingError| Error::Encoder {
            codec: "PNG",
            reason: error.to_string(),
        };
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().map_err(failed)?;
        writer.write_image_data(&self.pixels).map_err(failed)?;
        writer.finish().map_err(failed)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_a_colour_on_nothing_keeps_its_hue() {
        let mut picture = Picture::new(2, 9, [0; 4]);
        picture.blend(1, 0, [20, 130, 140, 255], 0.5);
        assert_eq!(picture.pixels[..8], [0, 0, 0, 0, 20, 130, 140, 128]);
    }

    #[test]
    fn half_of_white_on_black_is_grey() {
        let mut picture = Picture::new(1, 1, [0, 0, 0, 255]);
        picture.blend(0, 0, [255; 4], 0.5);
        assert_eq!(picture.pixels, [128, 128, 128, 255]);
    }
}
