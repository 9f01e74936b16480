//! Which channels a stream has, in the order of WAVE and FLAC.

/// Where a channel's loudspeaker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the names are the field's own
pub enum Speaker {
    FrontLeft,
    FrontRight,
    FrontCentre,
    LowFrequency,
    BackLeft,
    BackRight,
    BackCentre,
    SideLeft,
    SideRight,
    /// A channel with no stated place.
    Unplaced,
}

/// The channels of a stream, in the order of `WAVEFORMATEXTENSIBLE` (and of FLAC).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChannelLayout {
    /// One channel.
    Mono,
    /// L R
    Stereo,
    /// L R C
    Surround30,
    /// L R Lb Rb
    Quad,
    /// L R C Ls Rs
    Surround50,
    /// L R C LFE Ls Rs
    Surround51,
    /// L R C LFE Cb Ls Rs
    Surround61,
    /// L R C LFE Lb Rb Ls Rs
    Surround71,
    /// So many channels with no stated places.
    Discrete(u16),
}

impl ChannelLayout {
    /// The usual layout of so many channels.
    pub fn from_channels(channels: u16) -> Self {
        match channels {
            1 => Self::Mono,
            2 => Self::Stereo,
            3 => Self::Surround30,
            4 => Self::Quad,
            5 => Self::Surround50,
            6 => Self::Surround51,
            7 => Self::Surround61,
            8 => Self::Surround71,
            n => Self::Discrete(n),
        }
    }

    /// The number of channels.
    pub fn channels(self) -> usize {
        match self {
            Self::Discrete(n) => usize::from(n),
            placed => placed.places().len(),
        }
    }

    /// Where channel `index` stands.
    pub fn speaker(self, index: usize) -> Speaker {
        self.places()
            .get(index)
            .copied()
            .unwrap_or(Speaker::Unplaced)
    }

    fn places(self) -> &'static [Speaker] {
        use Speaker::*;
        match self {
            Self::Mono => &[FrontCentre],
            Self::Stereo => &[FrontLeft, FrontRight],
            Self::Surround30 => &[FrontLeft, FrontRight, FrontCentre],
            Self::Quad => &[FrontLeft, FrontRight, BackLeft, BackRight],
            Self::Surround50 => &[FrontLeft, FrontRight, FrontCentre, SideLeft, SideRight],
            Self::Surround51 => &[
                FrontLeft,
                FrontRight,
                FrontCentre,
                LowFrequency,
                SideLeft,
                SideRight,
            ],
            Self::Surround61 => &[
                FrontLeft,
                FrontRight,
                FrontCentre,
                LowFrequency,
                BackCentre,
                SideLeft,
                SideRight,
            ],
            Self::Surround71 => &[
                FrontLeft,
                FrontRight,
                FrontCentre,
                LowFrequency,
                BackLeft,
                BackRight,
                SideLeft,
                SideRight,
            ],
            Self::Discrete(_) => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_made_from_a_count_has_that_count() {
        for channels in 1..=32 {
            assert_eq!(
                ChannelLayout::from_channels(channels).channels(),
                usize::from(channels)
            );
        }
    }

    #[test]
    fn the_low_frequency_channel_is_the_fourth() {
        assert_eq!(ChannelLayout::Surround51.speaker(3), Speaker::LowFrequency);
        assert_eq!(ChannelLayout::Discrete(6).speaker(3), Speaker::Unplaced);
    }
}
