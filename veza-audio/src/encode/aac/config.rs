//! `AudioSpecificConfig` (ISO/IEC 14496-3, 1.6.2.1).

use super::SAMPLE_RATES;
use crate::{AudioSpec, Error, Result};

/// AAC-LC, among the audio object types (table 1.17).
const AAC_LC: u16 = 2;

/// The configuration of AAC-LC with packets of 1,024 frames.
///
/// # Errors
/// [`Error::InvalidParameter`] for a rate or channels without a code.
pub(super) fn audio_specific_config(spec: AudioSpec) -> Result<Vec<u8>> {
    let rate = SAMPLE_RATES
        .iter()
        .position(|&rate| rate == spec.sample_rate)
        .ok_or_else(|| Error::invalid("sample_rate", "AAC has no code for it"))?;
    // Up to 5.1 the code (table 1.19) is the number of channels.
    let channels = match spec.channels() {
        channels @ 1..=6 => channels as u16,
        _ => return Err(Error::invalid("layout", "AAC has no code for it")),
    };
    // Five bits, four, four; then three flags: 1,024 frames, no core coder, no extension.
    let config = AAC_LC << 11 | (rate as u16) << 7 | channels << 3;
    Ok(config.to_be_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ChannelLayout;

    #[test]
    fn the_usual_configurations_are_the_well_known_ones() {
        for (rate, layout, config) in [
            (44_100, ChannelLayout::Stereo, [0x12, 0x10]),
            (48_000, ChannelLayout::Stereo, [0x11, 0x90]),
            (44_100, ChannelLayout::Mono, [0x12, 0x08]),
            (48_000, ChannelLayout::Surround51, [0x11, 0xb0]),
        ] {
            let made = audio_specific_config(AudioSpec::new(rate, layout)).unwrap();
            assert_eq!(made, config);
        }
    }
}
