//! The loudness of several sounds which belong together.

use super::windows::GatedWindows;
use super::{Loudness, LoudnessMeter};

/// The loudness of an album as one programme: gated over the blocks of all its tracks together
/// (EBU R 128 s1; ReplayGain 2.0), which is not the mean of their loudnesses.
///
/// No window reaches over the border of two tracks, so their order does not matter.
///
/// ```
/// use veza_audio::loudness::{AlbumLoudness, LoudnessMeter};
/// use veza_audio::{AudioBuffer, AudioSink, AudioSpec, ChannelLayout};
///
/// let mut album = AlbumLoudness::default();
/// for level in [0.1, 0.4] {
///     let mut meter = LoudnessMeter::new(AudioSpec::new(48_000, ChannelLayout::Mono))?;
///     let tone = (0..96_000).map(|n| level * (n as f32 * 0.13).sin()).collect();
///     meter.write(&AudioBuffer::from_planes(vec![tone]))?;
///     let track = album.add(meter);
///     println!("{:.2} dB", track.gain().unwrap().gain_db);
/// }
/// let gain = album.finish().gain().unwrap();
/// assert!((gain.peak - 0.4).abs() < 0.05);
/// # Ok::<(), veza_audio::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct AlbumLoudness {
    gated: GatedWindows,
    highest: Loudness,
}

impl AlbumLoudness {
    /// Ends a track's meter, and takes what it measured into the album; gives the loudness of the
    /// track. Memory grows by at most 160 bytes for each second of the track.
    pub fn add(&mut self, meter: LoudnessMeter) -> Loudness {
        let (mut track, gated) = meter.end();
        let highest = &mut self.highest;
        for (ours, other) in [
            (&mut highest.momentary_max_lufs, track.momentary_max_lufs),
            (&mut highest.short_term_max_lufs, track.short_term_max_lufs),
            (&mut highest.true_peak_dbtp, track.true_peak_dbtp),
            (&mut highest.sample_peak_dbfs, track.sample_peak_dbfs),
        ] {
            *ours = match (*ours, other) {
                (Some(ours), Some(other)) => Some(ours.max(other)),
                (ours, other) => ours.or(other),
            };
        }
        track.loudness_range_lu = gated.range();
        self.gated.merge(gated);
        track
    }

    /// The loudness of all tracks together; peaks and maxima are the highest of them.
    pub fn finish(self) -> Loudness {
        Loudness {
            integrated_lufs: self.gated.integrated(),
            loudness_range_lu: self.gated.range(),
            ..self.highest
        }
    }
}
