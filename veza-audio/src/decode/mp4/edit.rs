//! Which part of a track is the sound: edit lists, and what iTunes writes instead.

use super::boxes::descend;
use crate::decode::bytes::Fields;
use crate::decode::packets::Window;

/// The single edit of a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    /// Where it begins, in units of the track's time scale.
    media_time: u64,
    /// How long it is, in units of the movie's time scale; 0 for "to the end".
    duration: u64,
}

impl Edit {
    /// Reads `edts` of a track. Empty edits, which only delay, are left out; `None` where there are
    /// no others, or several.
    pub(super) fn parse(trak: &[u8]) -> Option<Self> {
        let mut fields = Fields::new(descend(trak, &[b"edts", b"elst"])?);
        let version = fields.u32_be()? >> 24;
        let mut found = None;
        for _ in 0..fields.u32_be()? {
            let (duration, media_time) = if version == 1 {
                (fields.u64_be()?, fields.u64_be()? as i64)
            } else {
                (fields.u32_be()?.into(), i64::from(fields.u32_be()? as i32))
            };
            fields.take(4)?;
            if let Ok(media_time) = u64::try_from(media_time)
                && found
                    .replace(Self {
                        media_time,
                        duration,
                    })
                    .is_some()
            {
                return None;
            }
        }
        found
    }
}

/// Delay and length in frames, of iTunes' `iTunSMPB`: hexadecimal numbers, of which the second is
/// the delay, the third the padding and the fourth the length.
pub(super) fn parse_smpb(text: &str) -> Option<(u64, u64)> {
    let mut numbers = text
        .split_whitespace()
        .map(|part| u64::from_str_radix(part, 16).ok());
    let delay = numbers.nth(1)??;
    let length = numbers.nth(1)??;
    (length > 0).then_some((delay, length))
}

/// The time scales a window is computed in.
pub(super) struct Scales {
    pub(super) sample_rate: u32,
    pub(super) media: u32,
    pub(super) movie: u32,
}

fn scale(value: u64, from: u32, to: u32) -> u64 {
    let from = u128::from(from.max(1));
    let scaled = (u128::from(value) * u128::from(to) + from / 2) / from;
    u64::try_from(scaled).unwrap_or(u64::MAX)
}

/// The sound's window. `total` is the sum of the samples' durations, where it is known.
pub(super) fn window(
    scales: &Scales,
    edit: Option<Edit>,
    smpb: Option<(u64, u64)>,
    total: Option<u64>,
) -> Window {
    let total = total.map(|total| scale(total, scales.media, scales.sample_rate));
    let smpb = smpb.map(|(delay, length)| Window {
        start: delay,
        end: Some(delay.saturating_add(length)),
    });
    let Some(edit) = edit else {
        return smpb.unwrap_or(Window {
            start: 0,
            end: total,
        });
    };
    let start = scale(edit.media_time, scales.media, scales.sample_rate);
    if let Some(smpb) = smpb.filter(|smpb| smpb.start == start) {
        return smpb;
    }
    if edit.duration == 0 {
        return Window { start, end: total };
    }
    // The movie's time scale is often of milliseconds, too coarse to end at the frame; the sum of
    // the durations is exact where both mean the same.
    let end = start.saturating_add(scale(edit.duration, scales.movie, scales.sample_rate));
    let tick = u64::from(scales.sample_rate / scales.movie.max(1)) + 1;
    let end = total
        .filter(|&total| total.abs_diff(end) <= tick)
        .unwrap_or(end);
    Window {
        start,
        end: Some(end.max(start)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCALES: Scales = Scales {
        sample_rate: 44_100,
        media: 44_100,
        movie: 1_000,
    };

    #[test]
    fn an_edit_in_milliseconds_ends_at_the_frame_the_samples_end() {
        let edit = Some(Edit {
            media_time: 1_024,
            duration: 3_000,
        });
        let window = window(&SCALES, edit, None, Some(1_024 + 132_301));
        assert_eq!(
            window,
            Window {
                start: 1_024,
                end: Some(1_024 + 132_301)
            }
        );
    }

    #[test]
    fn an_edit_which_leaves_more_out_is_followed() {
        let edit = Some(Edit {
            media_time: 1_024,
            duration: 1_000,
        });
        let window = window(&SCALES, edit, None, Some(1_024 + 132_300));
        assert_eq!(
            window,
            Window {
                start: 1_024,
                end: Some(1_024 + 44_100)
            }
        );
    }

    #[test]
    fn itunes_states_delay_padding_and_length() {
        let text = " 00000000 00000840 000001CA 00000000003F31F6 00000000 00000000";
        assert_eq!(parse_smpb(text), Some((0x840, 0x3f31f6)));
        assert_eq!(parse_smpb("1 2"), None);
        let window = window(&SCALES, None, parse_smpb(text), Some(9_999_999));
        assert_eq!(
            window,
            Window {
                start: 0x840,
                end: Some(0x840 + 0x3f31f6)
            }
        );
    }
}
