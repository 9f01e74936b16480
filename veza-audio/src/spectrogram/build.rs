//! From samples to the strengths of rows, column by column.

use std::ops::Range;

use crate::analysis::{Complex, Stft, StftSettings, Window};
use crate::draw::Picture;
use crate::samples::{self, Scrubber};
use crate::{AudioBuffer, AudioSink, AudioSpec, Error, Result};

use super::FrequencyScale;

/// What a spectrogram shows.
#[derive(Clone, Debug, PartialEq)]
pub struct SpectrogramSettings {
    /// Columns, each as long as the others.
    pub width: u32,
    /// Rows of frequencies.
    pub height: u32,
    /// How frequencies are spread over the rows.
    pub scale: FrequencyScale,
    /// The lowest and the highest frequency, in Hz; the highest is half the sample rate at most.
    pub band: Range<f64>,
    /// Samples of a transform: longer ones tell frequencies better, shorter ones times.
    pub fft_size: usize,
}

impl Default for SpectrogramSettings {
    /// 1,200 by 400, 30 Hz to 20 kHz in mel, 2,048 samples.
    fn default() -> Self {
        Self {
            width: 1_200,
            height: 400,
            scale: FrequencyScale::Mel,
            band: 30.0..20_000.0,
            fft_size: 2_048,
        }
    }
}

/// Which bins of a spectrum a row is made of.
#[derive(Clone, Debug, PartialEq)]
enum Row {
    /// The strongest of these.
    Strongest(Range<usize>),
    /// Between this bin and the next, at this part of the way.
    Between(usize, f32),
}

/// Makes a [`Spectrogram`]: a sink which keeps at most two columns for each of the picture's.
///
/// Each column is the mean power of the frames it spans and of the channels. A sine of full scale
/// is 0 dB. What is not finite counts as silence.
///
/// ```
/// use veza_audio::spectrogram::{SpectrogramBuilder, SpectrogramImage, SpectrogramSettings, render_png};
/// use veza_audio::{AudioBuffer, AudioSink, AudioSpec, ChannelLayout};
///
/// let spec = AudioSpec::new(44_100, ChannelLayout::Mono);
/// let mut builder = SpectrogramBuilder::new(spec, SpectrogramSettings::default())?;
/// let tone = (0..44_100).map(|n| (n as f32 * 0.1).sin()).collect();
/// builder.write(&AudioBuffer::from_planes(vec![tone]))?;
/// let png = render_png(&builder.finish(), &SpectrogramImage::default())?;
/// assert!(png.starts_with(b"\x89PNG"));
/// # Ok::<(), veza_audio::Error>(())
/// ```
#[derive(Debug)]
pub struct SpectrogramBuilder {
    spec: AudioSpec,
    settings: SpectrogramSettings,
    transforms: Vec<Stft>,
    rows: Vec<Row>,
    /// What makes the power of a sine of full scale 1.
    unit: f32,
    columns: Columns,
    scrubber: Scrubber,
    frames: u64,
}

/// The strengths of a whole sound.
#[derive(Clone, Debug, PartialEq)]
pub struct Spectrogram {
    pub(super) settings: SpectrogramSettings,
    pub(super) seconds: f64,
    /// `(columns, rows)`, the lowest row first, in dB below a sine of full scale.
    decibels: Vec<Vec<f32>>,
}

impl SpectrogramBuilder {
    /// A builder for a stream.
    ///
    /// # Errors
    /// [`Error::InvalidParameter`] for no channels, a rate of 0, no rows or columns, an FFT size
    /// that cannot be, or a band that is empty or (but for a linear scale) begins at 0 Hz;
    /// [`Error::LimitExceeded`] over 16,777,216 pixels.
    pub fn new(spec: AudioSpec, mut settings: SpectrogramSettings) -> Result<Self> {
        if spec.sample_rate == 0 || spec.channels() == 0 {
            return Err(Error::invalid("stream", "it has no channels or no rate"));
        }
        if settings.width == 0 || settings.height == 0 {
            let reason = format!("{} by {} pixels", settings.width, settings.height);
            return Err(Error::invalid("size", reason));
        }
        Picture::check(settings.width, settings.height)?;
        let half = f64::from(spec.sample_rate) / 2.0;
        let Range { start, end } = settings.band;
        let lowest = if settings.scale == FrequencyScale::Log {
            f64::MIN_POSITIVE
        } else {
            0.0
        };
        if !(start >= lowest && start < end.min(half)) {
            let reason = format!("from {start} Hz to {end} Hz there is nothing at this rate");
            return Err(Error::invalid("band", reason));
        }
        settings.band = start..end.min(half);
        let hop = (settings.fft_size / 4).max(1);
        let stft = StftSettings::new(settings.fft_size, hop);
        let transforms = (0..spec.channels())
            .map(|_| Stft::new(stft))
            .collect::<Result<Vec<_>>>()?;
        let weights: f32 = Window::Hann.weights(settings.fft_size).iter().sum();
        Ok(Self {
            rows: rows(&settings, f64::from(spec.sample_rate)),
            unit: (2.0 / weights).powi(2) / spec.channels() as f32,
            columns: Columns::new(settings.width as usize * 2, settings.height as usize),
            spec,
            settings,
            transforms,
            scrubber: Scrubber::default(),
            frames: 0,
        })
    }

    /// What was seen.
    pub fn finish(mut self) -> Spectrogram {
        let (rows, unit, columns) = (&self.rows, self.unit, &mut self.columns);
        for (channel, mut stft) in self.transforms.into_iter().enumerate() {
            let mut place = columns.place(channel);
            stft.finish(|spectrum| columns.add(&mut place, rows, spectrum, unit));
            columns.leave(channel, place);
        }
        Spectrogram {
            decibels: self.columns.stretched(self.settings.width as usize),
            seconds: self.spec.seconds(self.frames),
            settings: self.settings,
        }
    }
}

impl AudioSink for SpectrogramBuilder {
    fn write(&mut self, block: &AudioBuffer) -> Result<()> {
        samples::check_channels(self.spec, block)?;
        let block = self.scrubber.scrub(block);
        let (rows, unit, columns) = (&self.rows, self.unit, &mut self.columns);
        for (channel, (stft, plane)) in self.transforms.iter_mut().zip(block.planes()).enumerate() {
            let mut place = columns.place(channel);
            stft.push(plane, |spectrum| {
                columns.add(&mut place, rows, spectrum, unit)
            });
            columns.leave(channel, place);
        }
        self.frames += block.frames() as u64;
        Ok(())
    }
}

impl Spectrogram {
    /// How strong each row is in a column, the lowest frequency first, in dB below a sine of full
    /// scale; at least -200.
    pub fn column(&self, column: usize) -> &[f32] {
        &self.decibels[column]
    }

    /// The frequency in the middle of a row, in Hz; row 0 is the lowest.
    pub fn frequency(&self, row: usize) -> f64 {
        let part = (row as f64 + 0.5) / f64::from(self.settings.height);
        self.settings.scale.at(&self.settings.band, part)
    }

    /// The length of the sound, in seconds.
    pub fn seconds(&self) -> f64 {
        self.seconds
    }
}

fn rows(settings: &SpectrogramSettings, sample_rate: f64) -> Vec<Row> {
    let bins = settings.fft_size / 2 + 1;
    let bin_of = |hz: f64| hz * settings.fft_size as f64 / sample_rate;
    let edge = |row: u32| {
        let part = f64::from(row) / f64::from(settings.height);
        bin_of(settings.scale.at(&settings.band, part))
    };
    (0..settings.height)
        .map(|row| {
            let (low, high) = (edge(row), edge(row + 1));
            let within = (low.ceil() as usize).min(bins)..(high.ceil() as usize).min(bins);
            if within.is_empty() {
                let middle = ((low + high) / 2.0).min((bins - 1) as f64);
                let below = (middle as usize).min(bins.saturating_sub(2));
                return Row::Between(below, (middle - below as f64) as f32);
            }
            Row::Strongest(within)
        })
        .collect()
}

fn power(bin: Complex<f32>) -> f32 {
    bin.re * bin.re + bin.im * bin.im
}

/// Sums of powers, of so many frames in each column; when there are too many columns, two become
/// one.
#[derive(Debug)]
struct Columns {
    most: usize,
    rows: usize,
    sums: Vec<Vec<f32>>,
    /// Frames of one channel in each column.
    span: u64,
    /// Frames seen, for each channel.
    seen: Vec<u64>,
}

impl Columns {
    fn new(most: usize, rows: usize) -> Self {
        Self {
            most,
            rows,
            sums: Vec::new(),
            span: 1,
            seen: Vec::new(),
        }
    }

    fn place(&mut self, channel: usize) -> u64 {
        if channel >= self.seen.len() {
            self.seen.resize(channel + 1, 0);
        }
        self.seen[channel]
    }

    fn leave(&mut self, channel: usize, place: u64) {
        self.seen[channel] = place;
    }

    fn add(&mut self, place: &mut u64, rows: &[Row], spectrum: &[Complex<f32>], unit: f32) {
        while (*place / self.span) as usize >= self.most {
            self.halve();
        }
        let column = (*place / self.span) as usize;
        if column >= self.sums.len() {
            self.sums.resize_with(column + 1, || vec![0.0; self.rows]);
        }
        for (sum, row) in self.sums[column].iter_mut().zip(rows) {
            let strength = match row {
                Row::Strongest(bins) => spectrum[bins.clone()]
                    .iter()
                    .fold(0.0_f32, |strongest, bin| strongest.max(power(*bin))),
                Row::Between(below, part) => {
                    let (low, high) = (power(spectrum[*below]), power(spectrum[*below + 1]));
                    low + (high - low) * part
                }
            };
            *sum += strength * unit;
        }
        *place += 1;
    }

    fn halve(&mut self) {
        let mut half: Vec<Vec<f32>> = Vec::with_capacity(self.most);
        for (column, sums) in std::mem::take(&mut self.sums).into_iter().enumerate() {
            match half.last_mut().filter(|_| column % 2 == 1) {
                Some(joined) => {
                    for (sum, more) in joined.iter_mut().zip(sums) {
                        *sum += more;
                    }
                }
                None => half.push(sums),
            }
        }
        self.sums = half;
        self.span *= 2;
    }

    /// The columns in dB, so many of them, whatever there are.
    fn stretched(&self, width: usize) -> Vec<Vec<f32>> {
        let total = self.seen.iter().copied().max().unwrap_or(0);
        let columns = self.sums.len();
        let frames_in = |column: usize| {
            let start = column as u64 * self.span;
            self.span.min(total.saturating_sub(start))
        };
        (0..width)
            .map(|x| {
                let first = x * columns / width;
                let end = ((x + 1) * columns / width).max(first + 1).min(columns);
                let frames: u64 = (first..end).map(frames_in).sum();
                (0..self.rows)
                    .map(|row| {
                        let sum: f32 = (first..end).map(|column| self.sums[column][row]).sum();
                        decibels(sum / frames.max(1) as f32)
                    })
                    .collect()
            })
            .collect()
    }
}

/// A power in dB; what is nearly nothing is -200.
fn decibels(power: f32) -> f32 {
    (10.0 * power.max(1e-20).log10()).max(-200.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ChannelLayout;

    fn built(planes: Vec<Vec<f32>>, settings: SpectrogramSettings) -> Spectrogram {
        let layout = ChannelLayout::from_channels(planes.len() as u16);
        let spec = AudioSpec::new(48_000, layout);
        let mut builder = SpectrogramBuilder::new(spec, settings).unwrap();
        let sound = AudioBuffer::from_planes(planes);
        let mut block = AudioBuffer::default();
        for start in (0..sound.frames()).step_by(5_000) {
            block.reset(sound.channels());
            block.extend_from(&sound, start, 5_000.min(sound.frames() - start));
            builder.write(&block).unwrap();
        }
        builder.finish()
    }

    fn tone(hz: f32, frames: usize) -> Vec<f32> {
        let turn = std::f32::consts::TAU * hz / 48_000.0;
        (0..frames).map(|n| (n as f32 * turn).sin()).collect()
    }

    fn loudest(column: &[f32]) -> usize {
        (0..column.len())
            .max_by(|a, b| column[*a].total_cmp(&column[*b]))
            .unwrap()
    }

    #[test]
    fn a_sine_of_full_scale_is_at_its_frequency_and_at_nought() {
        for scale in [
            FrequencyScale::Linear,
            FrequencyScale::Log,
            FrequencyScale::Mel,
        ] {
            for hz in [500.0, 3_000.0, 12_000.0] {
                let settings = SpectrogramSettings {
                    width: 20,
                    height: 300,
                    scale,
                    ..SpectrogramSettings::default()
                };
                let seen = built(vec![tone(hz, 96_000); 2], settings);
                let column = seen.column(10);
                let row = loudest(column);
                let near = seen.frequency(row);
                assert!(
                    (near / f64::from(hz) - 1.0).abs() < 0.08,
                    "{scale:?} {hz}: {near}"
                );
                assert!(column[row].abs() < 1.5, "{scale:?} {hz}: {}", column[row]);
                assert!((seen.seconds() - 2.0).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn times_are_in_their_place_whatever_the_length() {
        let settings = |width| SpectrogramSettings {
            width,
            height: 50,
            ..SpectrogramSettings::default()
        };
        for frames in [3_000, 48_000, 700_000] {
            let half = frames / 2;
            let sound = [vec![0.0; half], tone(1_000.0, frames - half)].concat();
            let seen = built(vec![sound], settings(10));
            let strength = |column: usize| {
                let column = seen.column(column);
                column[loudest(column)]
            };
            assert!(strength(8) > -3.0, "{frames}: {}", strength(8));
            if frames > 10_000 {
                assert!(strength(2) < -100.0, "{frames}: {}", strength(2));
            }
        }
        // Nothing at all is silence.
        assert_eq!(built(vec![vec![]], settings(4)).column(3), [-200.0; 50]);
    }

    #[test]
    fn memory_is_bounded_by_the_picture() {
        let mut columns = Columns::new(8, 1);
        let rows = [Row::Strongest(0..1)];
        let mut place = columns.place(0);
        for _ in 0..10_000 {
            columns.add(&mut place, &rows, &[Complex::new(1.0, 0.0)], 1.0);
            assert!(columns.sums.len() <= 8);
        }
        columns.leave(0, place);
        let sum: f32 = columns.sums.iter().map(|column| column[0]).sum();
        assert_eq!(sum, 10_000.0);
        assert_eq!(columns.stretched(3), vec![vec![0.0]; 3]);
    }

    #[test]
    fn settings_that_make_no_sense_are_refused() {
        let spec = AudioSpec::new(8_000, ChannelLayout::Mono);
        let base = SpectrogramSettings::default;
        for settings in [
            SpectrogramSettings { width: 0, ..base() },
            SpectrogramSettings {
                height: 0,
                ..base()
            },
            SpectrogramSettings {
                fft_size: 1,
                ..base()
            },
            SpectrogramSettings {
                band: 5_000.0..6_000.0,
                ..base()
            },
            SpectrogramSettings {
                band: 100.0..50.0,
                ..base()
            },
            SpectrogramSettings {
                band: f64::NAN..50.0,
                ..base()
            },
            SpectrogramSettings {
                scale: FrequencyScale::Log,
                band: 0.0..50.0,
                ..base()
            },
            SpectrogramSettings {
                width: 1 << 20,
                height: 1 << 20,
                ..base()
            },
        ] {
            assert!(
                SpectrogramBuilder::new(spec, settings.clone()).is_err(),
                "{settings:?}"
            );
        }
    }
}
