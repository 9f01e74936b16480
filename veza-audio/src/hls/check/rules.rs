//! The rules that are verified, each with where it is written.

use serde::Serialize;

/// How much a broken rule matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Against what is recommended ("SHOULD").
    Warning,
    /// Against what is required ("MUST").
    Error,
}

/// Where a rule is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// RFC 8216, HTTP Live Streaming.
    Rfc8216,
    /// draft-pantos-hls-rfc8216bis, its successor.
    Rfc8216bis,
    /// Apple, "HLS Authoring Specification for Apple Devices".
    Apple,
    /// Apple, "MPEG-2 Stream Encryption Format for HTTP Live Streaming".
    AppleEncryption,
    /// ISO/IEC 13818-1, transport streams.
    Iso13818,
    /// ISO/IEC 14496-12, the ISO base media file format.
    Iso14496,
    /// ISO/IEC 23001-7, common encryption.
    Iso23001,
}

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $source:ident $section:literal, $severity:ident, $words:literal;)*) => {
        /// A rule that is verified.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $(#[doc = $words] $name,)*
        }

        impl Rule {
            /// Every rule, in the order of a report.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its name for machines, which stays the same.
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// Where it is written.
            pub fn source(self) -> Source {
                match self { $(Self::$name => Source::$source,)* }
            }

            /// The section there.
            pub fn section(self) -> &'static str {
                match self { $(Self::$name => $section,)* }
            }

            /// How much it matters.
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }

            /// What it says.
            pub fn statement(self) -> &'static str {
                match self { $(Self::$name => $words,)* }
            }
        }
    };
}

rules! {
    // Text of playlists.
    Utf8 = "playlist.utf8", Rfc8216 "4.1", Error, "A playlist is UTF-8.";
    NoByteOrderMark = "playlist.no_bom", Rfc8216 "4.1", Error, "A playlist has no byte order mark.";
    NoControlCharacters = "playlist.no_control_characters", Rfc8216 "4.1", Error, "A playlist holds no control characters but line ends.";
    FirstLine = "playlist.extm3u", Rfc8216 "4.3.1.1", Error, "The first line is EXTM3U.";
    TagOnce = "playlist.tag_once", Rfc8216 "4.3.1.2, 4.3.3", Error, "Tags about the whole playlist stand in it once.";
    OneKind = "playlist.one_kind", Rfc8216 "4.1", Error, "A playlist has tags of master or of media playlists, not of both.";
    TagValue = "playlist.tag_value", Rfc8216 "4.3", Error, "The value of a tag is of its type.";
    KnownTags = "playlist.known_tags", Rfc8216 "6.3.1", Info, "Tags are those of the standard; players pass over others.";
    UriSyntax = "playlist.uri", Rfc8216 "4.1", Error, "A line which is no tag, comment or blank is an address.";
    AttributeSyntax = "attributes.syntax", Rfc8216 "4.2", Error, "Attribute lists are NAME=value pairs with commas between them.";
    AttributeOnce = "attributes.once", Rfc8216 "4.2", Error, "An attribute stands in a list once.";
    AttributeType = "attributes.type", Rfc8216 "4.2", Error, "The value of an attribute is of its type.";
    AttributeRequired = "attributes.required", Rfc8216 "4.3", Error, "Attributes which a tag requires are there.";
    VersionSufficient = "playlist.version", Rfc8216 "7", Error, "EXT-X-VERSION is no lower than what the playlist uses requires.";

    // Media playlists.
    TargetDuration = "media.target_duration", Rfc8216 "4.3.3.1", Error, "EXT-X-TARGETDURATION is there.";
    WithinTarget = "media.within_target", Rfc8216 "4.3.3.1", Error, "No EXTINF, rounded, is over the target duration.";
    ExtInf = "media.extinf", Rfc8216 "4.3.2.1", Error, "Every segment has an EXTINF.";
    ExtInfComma = "media.extinf_comma", Rfc8216 "4.3.2.1", Error, "A comma comes after the duration of EXTINF.";
    MediaSequenceFirst = "media.sequence_first", Rfc8216 "4.3.3.2", Error, "EXT-X-MEDIA-SEQUENCE comes before the first segment.";
    DiscontinuitySequenceFirst = "media.discontinuity_sequence_first", Rfc8216 "4.3.3.3", Error, "EXT-X-DISCONTINUITY-SEQUENCE comes before the first segment.";
    PlaylistType = "media.playlist_type", Rfc8216 "4.3.3.5", Error, "EXT-X-PLAYLIST-TYPE is VOD or EVENT.";
    VodEnds = "media.vod_ends", Rfc8216 "4.3.3.5", Error, "A playlist of type VOD cannot change, so it has EXT-X-ENDLIST.";
    LiveLength = "media.live_length", Rfc8216 "6.2.2", Error, "A playlist without an end holds three target durations at least.";
    NotEmpty = "media.not_empty", Rfc8216 "4.3.3", Error, "A media playlist lists segments.";
    IndependentSegments = "media.independent_segments", Rfc8216 "4.3.5.1", Warning, "Segments of sound can be decoded alone, and the playlist says so.";
    NoStub = "media.no_stub", Apple "media segmentation", Warning, "The last segment is no stub: it has a quarter of the target duration, or is the only one of its stretch.";
    TargetOfSix = "media.target_of_six", Apple "media segmentation", Info, "Target durations are about 6 seconds.";
    ByteRangeStart = "media.byte_range_start", Rfc8216 "4.3.2.2", Error, "A byte range without an offset follows a range of the same file.";
    ByteRangeWithin = "media.byte_range_within", Rfc8216 "4.3.2.2", Error, "A byte range lies within its file.";
    DateTime = "media.date_time", Rfc8216 "4.3.2.6", Error, "EXT-X-PROGRAM-DATE-TIME is a date of ISO 8601 with a time zone.";
    DateTimeRunsOn = "media.date_time_runs_on", Rfc8216 "6.2.1", Warning, "Dates go on as the durations do.";
    MapRequired = "media.map", Rfc8216 "3.3", Error, "Segments of fragmented MPEG-4 have an EXT-X-MAP.";
    KeyMethod = "key.method", Rfc8216 "4.3.2.4", Error, "The method of a key is NONE, AES-128 or SAMPLE-AES.";
    KeyNoneAlone = "key.none_alone", Rfc8216 "4.3.2.4", Error, "METHOD=NONE stands alone.";
    KeyUri = "key.uri", Rfc8216 "4.3.2.4", Error, "A key has an address.";
    KeyIv = "key.iv", Rfc8216 "4.3.2.4", Error, "An initialization vector is 128 bits in hexadecimal.";
    KeyLength = "key.length", Rfc8216 "5.1", Error, "A key of the format identity is 16 bytes.";
    Decrypts = "key.decrypts", Rfc8216 "4.3.2.4", Error, "A segment of AES-128 is whole blocks, and ends in PKCS #7 padding once decrypted.";

    // Segments of every kind.
    Reachable = "segment.reachable", Rfc8216 "6.2.1", Error, "What a playlist names can be fetched.";
    KnownFormat = "segment.format", Rfc8216 "3", Error, "A segment is a transport stream, fragmented MPEG-4 or packed audio.";
    DurationTrue = "segment.duration", Rfc8216 "4.3.3.1, 6.2.1", Error, "A segment lasts as long as EXTINF says, to 50 ms or a packet and a half.";
    DeclaredDiscontinuity = "segment.declared_discontinuity", Rfc8216 "4.3.2.3", Error, "Where codec, rate, channels or format change, there is an EXT-X-DISCONTINUITY.";
    TimeRunsOn = "segment.time_runs_on", Rfc8216 "3", Error, "Time stamps go on from one segment to the next, if no discontinuity is declared.";
    WholePackets = "segment.whole_packets", Rfc8216 "3", Error, "A segment holds whole packets of its codec, headers valid.";

    // Transport streams.
    TsPackets = "ts.packets", Iso13818 "2.4.3.2", Error, "A transport stream is whole packets of 188 bytes, each with its sync byte.";
    TsTables = "ts.tables_first", Rfc8216 "3.2", Error, "A segment begins with a PAT and a PMT.";
    TsChecksum = "ts.checksum", Iso13818 "2.4.4", Error, "The checksums of tables are right.";
    TsOneProgram = "ts.one_program", Rfc8216 "3.2", Error, "There is one program.";
    TsAudio = "ts.audio", Rfc8216 "3.2", Error, "The program has one stream of sound, of a known type.";
    TsContinuity = "ts.continuity", Iso13818 "2.4.3.3", Error, "Continuity counters run on, from segment to segment too.";
    TsTime = "ts.time_stamp", Iso13818 "2.4.3.7", Error, "PES packets of sound have a time stamp.";
    TsClock = "ts.clock", Iso13818 "2.7.2", Error, "Clock references come every 100 ms.";
    TsClockBefore = "ts.clock_before_sound", Iso13818 "2.4.2.6", Error, "Sound arrives before its time, by no more than a second.";
    TsRandomAccess = "ts.random_access", Iso13818 "2.4.3.4", Info, "The first packet of sound is marked as a place to begin.";
    TsSetup = "ts.setup", AppleEncryption "2.3.4, 3", Error, "Encrypted sound has its own stream type, private data indicator and setup information; clear sound has none.";

    // Fragmented MPEG-4.
    Mp4Boxes = "fmp4.boxes", Iso14496 "4.2", Error, "Boxes fill what they are in.";
    Mp4Init = "fmp4.init", Rfc8216 "3.3", Error, "An init segment is ftyp and moov, with one track of sound and mvex.";
    Mp4NoSamples = "fmp4.init_without_samples", Rfc8216 "3.3", Error, "An init segment holds no samples.";
    Mp4Fragment = "fmp4.fragment", Rfc8216 "3.3", Error, "A segment has a moof with a traf, and an mdat.";
    Mp4DecodeTime = "fmp4.decode_time", Rfc8216 "3.3", Error, "Every traf has a tfdt.";
    Mp4BaseIsMoof = "fmp4.base_is_moof", Rfc8216 "3.3", Error, "Offsets count from the moof (default-base-is-moof).";
    Mp4Data = "fmp4.data", Iso14496 "8.8.8", Error, "The samples of a fragment are its mdat, from its first byte to its last.";
    Mp4Sequence = "fmp4.sequence", Iso14496 "8.8.5", Warning, "Fragments are numbered upwards.";
    Mp4EditList = "fmp4.edit_list", Apple "2.19", Error, "An edit list skips the encoder's priming.";
    Mp4Loudness = "fmp4.loudness", Apple "2.23", Warning, "A ludt box states the measured loudness.";
    Mp4Protection = "fmp4.protection", Iso23001 "4.2, 12.2", Error, "A track of SAMPLE-AES is of the scheme cbcs with a vector of 8 or 16 bytes; a clear one has no scheme.";

    // Packed audio.
    PackedTimeStamp = "packed.time_stamp", Rfc8216 "3.4", Error, "Packed audio begins with an ID3 PRIV frame of its time stamp.";
    PackedTimeRange = "packed.time_range", Rfc8216 "3.4", Error, "The time stamp has 33 bits in 8 bytes.";
    PackedSetup = "packed.setup", AppleEncryption "2.3.4", Error, "Encrypted packed audio has its setup information in a PRIV frame.";

    // Master playlists.
    StreamInfUri = "master.uri", Rfc8216 "4.3.4.2", Error, "An address, and nothing else, follows EXT-X-STREAM-INF.";
    Variants = "master.variants", Rfc8216 "4.3.4", Error, "A master playlist has variants.";
    PeakWithin = "master.bandwidth", Apple "bit rates", Error, "BANDWIDTH is an upper bound of the measured peak, and no more than 10 % over it.";
    AverageThere = "master.average_bandwidth", Apple "master playlist", Error, "AVERAGE-BANDWIDTH is there.";
    AverageWithin = "master.average_bandwidth_within", Apple "bit rates", Error, "AVERAGE-BANDWIDTH is within 10 % of what is measured.";
    PeakTwiceAverage = "master.peak_twice_average", Apple "bit rates", Warning, "The peak is at most twice the average.";
    CodecsThere = "master.codecs", Apple "master playlist", Error, "CODECS is there.";
    CodecsMatch = "master.codecs_match", Rfc8216 "4.3.4.2", Error, "CODECS names what the segments hold.";
    MediaGroup = "master.group", Rfc8216 "4.3.4.2.1", Error, "A group that a variant names is there.";
    MediaGroupOnce = "master.group_names", Rfc8216 "4.3.4.1.1", Error, "Renditions of a group have names of their own.";
    SameDurations = "master.same_cuts", Rfc8216 "6.2.4", Error, "Renditions are cut at the same media times.";
    SameTarget = "master.same_target", Rfc8216 "6.2.4", Error, "Renditions have the same target duration.";
    SameType = "master.same_type", Rfc8216 "6.2.4", Error, "Renditions are all of one playlist type.";
    SameDiscontinuities = "master.same_discontinuities", Rfc8216 "6.2.4", Error, "Renditions have their discontinuities at the same places.";
    VariantOnce = "master.variant_once", Rfc8216 "4.3.4.2", Warning, "No two variants are the same address.";

    // Low latency.
    PartInf = "parts.inf", Rfc8216bis "4.4.3.7", Error, "A playlist with parts has EXT-X-PART-INF.";
    PartLongest = "parts.longest", Rfc8216bis "4.4.4.9", Error, "No part is longer than PART-TARGET.";
    PartShortest = "parts.shortest", Rfc8216bis "4.4.4.9", Error, "Parts, but the last of a segment, have 85 % of PART-TARGET.";
    PartSum = "parts.sum", Rfc8216bis "4.4.4.9", Error, "The parts of a segment last as long as the segment.";
    PartBytes = "parts.bytes", Rfc8216bis "6.2.2", Error, "The parts of a segment, joined, are the segment.";
    PartIndependent = "parts.independent", Rfc8216bis "4.4.4.9", Warning, "Parts of sound are independent, and say so.";
    PartHoldBack = "parts.hold_back", Rfc8216bis "4.4.3.8", Error, "EXT-X-SERVER-CONTROL has a PART-HOLD-BACK of twice PART-TARGET at least.";
    PartHoldBackThrice = "parts.hold_back_thrice", Rfc8216bis "4.4.3.8", Warning, "PART-HOLD-BACK is three times PART-TARGET at least.";
    HoldBack = "control.hold_back", Rfc8216bis "4.4.3.8", Error, "HOLD-BACK is three times the target duration at least.";
    PartNearEdge = "parts.near_edge", Rfc8216bis "4.4.4.9", Warning, "Parts more than three target durations from the end are not listed.";
    PreloadHint = "parts.preload_hint", Rfc8216bis "4.4.5.3", Error, "Hints are of type PART or MAP, one of each at most, and of what is not listed yet.";
    RenditionReport = "parts.rendition_report", Rfc8216bis "4.4.5.4", Error, "A report has the relative address of another playlist, and LAST-MSN.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own() {
        let mut ids: Vec<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), Rule::ALL.len());
        for rule in Rule::ALL {
            assert!(!rule.section().is_empty() && rule.statement().ends_with('.'));
        }
    }
}
