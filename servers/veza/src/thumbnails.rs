//! Thumbnails, in the child: a stranger's picture is decoded with limits and written anew.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};
use std::path::Path;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder as _, ImageError, ImageReader, Limits};
use serde_json::{Value, json};
use veza_core::profiles::{PictureFormat, THUMBNAIL_SIZES};
use veza_worker::confined::{ChildError, ChildJob};

/// The longest side of a picture that is read, in pixels.
const MAX_SIDE: u32 = 10_000;
/// What its pixels may take, in bytes.
const MAX_MEMORY: u64 = 256 << 20;
/// Of JPEG files, of 100.
const QUALITY: u8 = 85;

/// Reads the picture, turns it as its metadata says, cuts the middle square out and writes it in
/// every size. Only pixels get through: no metadata, no colour profile, nothing hidden.
pub(crate) fn make(job: &ChildJob) -> Result<Value, ChildError> {
    let picture = read(&job.input)?;
    let format = if picture.color().has_alpha() {
        PictureFormat::Png
    } else {
        PictureFormat::Jpeg
    };
    for size in THUMBNAIL_SIZES {
        let square = picture.resize_to_fill(size, size, FilterType::Lanczos3);
        let path = job.output.join(format!("{size}.{}", format.as_str()));
        write(&square, format, &path).map_err(|error| ours(&error))?;
    }
    Ok(json!({ "format": format.as_str() }))
}

fn read(path: &Path) -> Result<DynamicImage, ChildError> {
    let file = File::open(path).map_err(|error| ours(&error))?;
    let mut reader = ImageReader::new(BufReader::new(file))
        .with_guessed_format()
        .map_err(|error| ours(&error))?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(fault)?;
    let turned = decoder.orientation().map_err(fault)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(fault)?;
    picture.apply_orientation(turned);
    Ok(picture)
}

fn write(
    picture: &DynamicImage,
    format: PictureFormat,
    path: &Path,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut file = BufWriter::new(File::create(path)?);
    match format {
        PictureFormat::Jpeg => picture
            .to_rgb8()
            .write_with_encoder(JpegEncoder::new_with_quality(&mut file, QUALITY))?,
        PictureFormat::Png => picture
            .to_rgba8()
            .write_with_encoder(PngEncoder::new(&mut file))?,
    }
    file.flush()?;
    Ok(())
}

fn fault(error: ImageError) -> ChildError {
    match error {
        ImageError::IoError(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
            ours(&error)
        }
        ImageError::Limits(_) => {
            ChildError::media("picture.too_large", "the picture has too many pixels")
        }
        _ => ChildError::media("picture.malformed", "the picture cannot be read"),
    }
}

fn ours(error: &dyn std::fmt::Display) -> ChildError {
    ChildError::ours("picture.internal", error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{GenericImageView as _, Rgb, RgbImage, RgbaImage};
    use veza_worker::confined::ChildLimits;

    fn thumbnails(name: &str, content: &[u8]) -> Result<(Value, tempfile::TempDir), ChildError> {
        let dir = tempfile::tempdir().unwrap();
        let input = dir.path().join(name);
        std::fs::write(&input, content).unwrap();
        let job = ChildJob {
            kind: "thumbnails".into(),
            input,
            output: dir.path().into(),
            limits: ChildLimits::default(),
            parent: 0,
        };
        make(&job).map(|value| (value, dir))
    }

    fn encoded(picture: &DynamicImage, format: image::ImageFormat) -> Vec<u8> {
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn squares_are_cut_from_the_middle_and_hold_nothing_but_pixels() {
        let wide = RgbImage::from_fn(900, 300, |x, _| {
            Rgb(if (300..600).contains(&x) {
                [250, 10, 10]
            } else {
                [10, 10, 250]
            })
        });
        let mut jpeg = encoded(&wide.into(), image::ImageFormat::Jpeg);
        // A comment, as cameras and editors leave them: FF FE, the length, the text.
        let comment = b"\xff\xfe\x00\x18secret place: 52N 13E!";
        jpeg.splice(2..2, comment.iter().copied());
        let (done, dir) = thumbnails("in", &jpeg).unwrap();
        assert_eq!(done, json!({ "format": "jpeg" }));
        for size in THUMBNAIL_SIZES {
            let bytes = std::fs::read(dir.path().join(format!("{size}.jpeg"))).unwrap();
            assert!(!bytes.windows(6).any(|part| part == b"secret"));
            let picture = image::load_from_memory(&bytes).unwrap();
            assert_eq!(picture.dimensions(), (size, size));
            let red = picture
                .to_rgb8()
                .pixels()
                .filter(|pixel| pixel.0[0] > 200)
                .count();
            assert!(red as f32 > 0.9 * (size * size) as f32, "{red} of {size}²");
        }
    }

    #[test]
    fn transparency_is_kept_and_webp_is_read() {
        let clear = DynamicImage::from(RgbaImage::new(40, 40));
        for format in [image::ImageFormat::Png, image::ImageFormat::WebP] {
            let (done, dir) = thumbnails("in", &encoded(&clear, format)).unwrap();
            assert_eq!(done, json!({ "format": "png" }));
            let picture = image::open(dir.path().join("512.png")).unwrap();
            assert_eq!(picture.to_rgba8().get_pixel(9, 9).0[3], 0);
        }
    }

    #[test]
    fn what_is_broken_or_too_large_is_the_files_fault() {
        let png = encoded(&RgbImage::new(50, 50).into(), image::ImageFormat::Png);
        // A header that promises 60,000 by 60,000 pixels, with its checksum made right.
        let mut bomb = png.clone();
        bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        let crc = crc32(&bomb[12..29]).to_be_bytes();
        bomb[29..33].copy_from_slice(&crc);
        for (content, code) in [
            (&png[..60], "picture.malformed"),
            (
                b"\x89PNG\r\n\x1a\n nothing of the kind",
                "picture.malformed",
            ),
            (b"<svg/>", "picture.malformed"),
            (&bomb, "picture.too_large"),
        ] {
            let error = thumbnails("in", content).map(drop).unwrap_err();
            assert_eq!(
                (error.code.as_str(), error.fault),
                (code, veza_worker::confined::Fault::Media)
            );
        }
    }

    /// As PNG wants it (ISO 3309).
    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
            })
        })
    }
}
