//! A fault for every rule, to be planted in what is made here.

use super::check::{Base, Files};

/// Plants a fault.
type Plant = fn(&mut Files);

/// Changes the text of a playlist.
fn text(files: &mut Files, name: &str, change: impl FnOnce(String) -> String) {
    let before = String::from_utf8(files.remove(name).unwrap()).unwrap();
    files.insert(name.to_owned(), change(before).into_bytes());
}

/// Replaces the first of something in a playlist.
fn replace(files: &mut Files, name: &str, from: &str, to: &str) {
    text(files, name, |text| text.replacen(from, to, 1));
}

fn append(files: &mut Files, name: &str, line: &str) {
    text(files, name, |text| format!("{text}{line}\n"));
}

/// Leaves out the lines that begin so.
fn without(files: &mut Files, name: &str, start: &str) {
    text(files, name, |text| {
        let kept = text.lines().filter(|line| !line.starts_with(start));
        kept.map(|line| format!("{line}\n")).collect()
    });
}

/// Gives another value to the first attribute or tag whose name ends so, up to a comma or the end
/// of its line.
fn value(files: &mut Files, name: &str, key: &str, value: &str) {
    text(files, name, |text| {
        let start = text.find(key).unwrap() + key.len();
        let end = start + text[start..].find([',', '\n']).unwrap();
        format!("{}{value}{}", &text[..start], &text[end..])
    });
}

fn bytes<'f>(files: &'f mut Files, name: &str) -> &'f mut Vec<u8> {
    files.get_mut(name).unwrap()
}

/// Where a box's name begins.
fn at(bytes: &[u8], name: &[u8]) -> usize {
    bytes
        .windows(name.len())
        .position(|window| window == name)
        .unwrap()
}

/// Writes over the bytes so far behind a name.
fn patch(files: &mut Files, file: &str, name: &[u8], behind: usize, with: &[u8]) {
    let bytes = bytes(files, file);
    let start = at(bytes, name) + behind;
    bytes[start..start + with.len()].copy_from_slice(with);
}

/// The checksum of tables.
fn crc(bytes: &[u8]) -> [u8; 4] {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte) << 24;
        for _ in 0..8 {
            crc = if crc >> 31 == 1 {
                crc << 1 ^ 0x04C1_1DB7
            } else {
                crc << 1
            };
        }
    }
    crc.to_be_bytes()
}

/// Puts a section, without its checksum, into the transport packet at `packet`.
fn section(bytes: &mut [u8], packet: usize, section: &[u8]) {
    let start = packet * 188 + 5;
    bytes[start..start + section.len()].copy_from_slice(section);
    let end = start + section.len();
    bytes[end..end + 4].copy_from_slice(&crc(section));
}

/// The first playlist, segment and segment after it.
const LIST: &str = "a/playlist.m3u8";
const OTHER: &str = "b/playlist.m3u8";
const TS: &str = "a/segment0.ts";
const MP4: &str = "a/segment1.m4s";
const ALONE: &str = "playlist.m3u8";

pub(super) const FAULTS: &[(&str, Base, Plant)] = &[
    // Text of playlists.
    ("playlist.utf8", Base::Ts, |f| {
        bytes(f, LIST).extend(b"#\xFF\n")
    }),
    ("playlist.no_bom", Base::Ts, |f| {
        text(f, LIST, |t| format!("\u{FEFF}{t}"))
    }),
    ("playlist.no_control_characters", Base::Ts, |f| {
        append(f, LIST, "#\u{7}")
    }),
    ("playlist.extm3u", Base::Ts, |f| {
        replace(f, LIST, "#EXTM3U", "# EXTM3U")
    }),
    ("playlist.tag_once", Base::Ts, |f| {
        append(f, LIST, "#EXT-X-TARGETDURATION:6")
    }),
    ("playlist.one_kind", Base::Ts, |f| {
        append(f, "master.m3u8", "#EXT-X-ENDLIST")
    }),
    ("playlist.tag_value", Base::Ts, |f| {
        value(f, LIST, "TARGETDURATION:", "6.5")
    }),
    ("playlist.known_tags", Base::Ts, |f| {
        append(f, LIST, "#EXT-X-FOO:1")
    }),
    ("playlist.uri", Base::Ts, |f| {
        replace(f, LIST, "segment0.ts", "segment 0.ts")
    }),
    ("attributes.syntax", Base::Aes, |f| {
        value(f, ALONE, "URI=", "\"key0.bin")
    }),
    ("attributes.once", Base::Aes, |f| {
        value(f, ALONE, "METHOD=", "AES-128,METHOD=AES-128")
    }),
    ("attributes.type", Base::Ts, |f| {
        value(f, "master.m3u8", ":BANDWIDTH=", "\"1\"")
    }),
    ("attributes.required", Base::Fmp4, |f| {
        replace(f, LIST, "MAP:URI=", "MAP:X=")
    }),
    ("playlist.version", Base::Fmp4, |f| {
        value(f, LIST, "VERSION:", "3")
    }),
    // Media playlists.
    ("media.target_duration", Base::Ts, |f| {
        without(f, LIST, "#EXT-X-TARGETDURATION")
    }),
    ("media.within_target", Base::Ts, |f| {
        value(f, LIST, "TARGETDURATION:", "4")
    }),
    ("media.extinf", Base::Ts, |f| without(f, LIST, "#EXTINF")),
    ("media.extinf_comma", Base::Ts, |f| {
        replace(f, LIST, ",\nsegment1", "\nsegment1")
    }),
    ("media.sequence_first", Base::Ts, |f| {
        without(f, LIST, "#EXT-X-MEDIA-SEQUENCE");
        append(f, LIST, "#EXT-X-MEDIA-SEQUENCE:0");
    }),
    ("media.discontinuity_sequence_first", Base::Ts, |f| {
        append(f, LIST, "#EXT-X-DISCONTINUITY-SEQUENCE:0");
    }),
    ("media.playlist_type", Base::Ts, |f| {
        value(f, LIST, "PLAYLIST-TYPE:", "FILM")
    }),
    ("media.vod_ends", Base::Ts, |f| {
        without(f, LIST, "#EXT-X-ENDLIST")
    }),
    ("media.live_length", Base::Ts, |f| {
        without(f, LIST, "#EXT-X-ENDLIST");
        without(f, LIST, "segment0");
        value(f, LIST, "MEDIA-SEQUENCE:", "1");
    }),
    ("media.not_empty", Base::Ts, |f| {
        without(f, LIST, "#EXTINF");
        without(f, LIST, "segment");
    }),
    ("media.independent_segments", Base::Ts, |f| {
        without(f, LIST, "#EXT-X-INDEPENDENT")
    }),
    ("media.no_stub", Base::Ts, |f| {
        text(f, LIST, |t| {
            let last = t.rfind("#EXTINF:").unwrap();
            let end = last + t[last..].find(',').unwrap();
            format!("{}#EXTINF:0.023{}", &t[..last], &t[end..])
        });
    }),
    ("media.target_of_six", Base::Ts, |f| {
        value(f, LIST, "TARGETDURATION:", "30")
    }),
    ("media.byte_range_start", Base::OneFile, |f| {
        replace(f, ALONE, "@0\n", "\n")
    }),
    ("media.byte_range_within", Base::OneFile, |f| {
        let file = bytes(f, "media.ts");
        file.truncate(file.len() - 188);
    }),
    ("media.date_time", Base::Two, |f| {
        replace(f, ALONE, ".000Z", ".000")
    }),
    ("media.date_time_runs_on", Base::Two, |f| {
        text(f, ALONE, |t| {
            let second = t.match_indices("TIME:2025").nth(1).unwrap().0;
            format!("{}TIME:2026{}", &t[..second], &t[second + 9..])
        });
    }),
    ("media.map", Base::Fmp4, |f| without(f, LIST, "#EXT-X-MAP")),
    ("key.method", Base::Aes, |f| {
        value(f, ALONE, "METHOD=", "AES-256")
    }),
    ("key.none_alone", Base::Ts, |f| {
        append(f, LIST, "#EXT-X-KEY:METHOD=NONE,URI=\"x\"")
    }),
    ("key.uri", Base::Aes, |f| {
        replace(f, ALONE, "URI=\"key0.bin\",", "")
    }),
    ("key.iv", Base::Aes, |f| value(f, ALONE, "IV=", "0xZZ")),
    ("key.length", Base::Aes, |f| {
        bytes(f, "key0.bin").truncate(15)
    }),
    ("key.decrypts", Base::Aes, |f| bytes(f, "key1.bin")[3] ^= 1),
    // Segments of every kind.
    ("segment.reachable", Base::Ts, |f| {
        drop(f.remove("a/segment1.ts"))
    }),
    ("segment.format", Base::Ts, |f| {
        *bytes(f, TS) = b"<html>not found</html>".to_vec()
    }),
    ("segment.duration", Base::Ts, |f| {
        value(f, LIST, "#EXTINF:", "5.5")
    }),
    ("segment.declared_discontinuity", Base::Two, |f| {
        without(f, ALONE, "#EXT-X-DISCONTINUITY")
    }),
    ("segment.time_runs_on", Base::Ts, |f| {
        let (first, second) = (f[TS].clone(), f["a/segment1.ts"].clone());
        f.insert(TS.into(), second);
        f.insert("a/segment1.ts".into(), first);
    }),
    ("segment.whole_packets", Base::Packed, |f| {
        bytes(f, "segment1.aac").pop();
    }),
    // Transport streams.
    ("ts.packets", Base::Ts, |f| {
        bytes(f, TS).pop();
    }),
    ("ts.tables_first", Base::Ts, |f| {
        drop(bytes(f, TS).drain(..188))
    }),
    ("ts.checksum", Base::Ts, |f| bytes(f, TS)[8] ^= 1),
    ("ts.one_program", Base::Ts, |f| {
        let two = b"\x00\xB0\x11\x00\x01\xC1\0\0\x00\x01\xF0\x00\x00\x02\xF0\x01";
        section(bytes(f, TS), 0, two);
    }),
    ("ts.audio", Base::Ts, |f| {
        let file = bytes(f, TS);
        let mut map = file[188 + 5..188 + 5 + 17].to_vec();
        assert_eq!(map[12], 0x0F);
        map[12] = 0x1B;
        section(file, 1, &map);
    }),
    ("ts.continuity", Base::Ts, |f| {
        bytes(f, TS)[188 * 9 + 3] ^= 1
    }),
    ("ts.time_stamp", Base::Ts, |f| {
        let file = bytes(f, TS);
        let payload = 188 * 2 + 5 + usize::from(file[188 * 2 + 4]);
        assert_eq!(file[payload..payload + 3], [0, 0, 1]);
        file[payload + 7] = 0;
    }),
    ("ts.clock", Base::Ts, |f| {
        for packet in bytes(f, TS).as_chunks_mut::<188>().0 {
            if packet[3] & 0x20 != 0 && packet[4] > 0 {
                packet[5] &= !0x10;
            }
        }
    }),
    ("ts.clock_before_sound", Base::Ts, |f| {
        bytes(f, TS)[188 * 2 + 6..188 * 2 + 10].fill(0x7F)
    }),
    ("ts.random_access", Base::Ts, |f| {
        bytes(f, TS)[188 * 2 + 5] &= !0x40
    }),
    ("ts.setup", Base::SampleAesTs, |f| {
        without(f, ALONE, "#EXT-X-KEY")
    }),
    // Fragmented MPEG-4.
    ("fmp4.boxes", Base::Fmp4, |f| {
        bytes(f, MP4).pop();
    }),
    ("fmp4.init", Base::Fmp4, |f| {
        patch(f, "a/init.mp4", b"mvex", 0, b"free")
    }),
    ("fmp4.init_without_samples", Base::Fmp4, |f| {
        patch(f, "a/init.mp4", b"stts", 11, &[1])
    }),
    ("fmp4.fragment", Base::Fmp4, |f| {
        patch(f, MP4, b"moof", 0, b"free")
    }),
    ("fmp4.decode_time", Base::Fmp4, |f| {
        patch(f, MP4, b"tfdt", 0, b"free")
    }),
    ("fmp4.base_is_moof", Base::Fmp4, |f| {
        patch(f, MP4, b"tfhd", 5, &[0])
    }),
    ("fmp4.data", Base::Fmp4, |f| {
        patch(f, MP4, b"trun", 15, &[1])
    }),
    ("fmp4.sequence", Base::Fmp4, |f| {
        patch(f, MP4, b"mfhd", 8, &[0; 4])
    }),
    ("fmp4.edit_list", Base::Fmp4, |f| {
        patch(f, "a/init.mp4", b"elst", 20, &[0; 8])
    }),
    ("fmp4.loudness", Base::Fmp4, |f| {
        patch(f, "a/init.mp4", b"ludt", 0, b"free")
    }),
    ("fmp4.protection", Base::Cbcs, |f| {
        patch(f, "init.mp4", b"cbcs", 0, b"cenc")
    }),
    // Packed audio.
    ("packed.time_stamp", Base::Packed, |f| {
        patch(f, "segment1.aac", b"com.apple", 0, b"x")
    }),
    ("packed.time_range", Base::Packed, |f| {
        patch(f, "segment1.aac", b"Timestamp\0", 10, &[0xFF])
    }),
    ("packed.setup", Base::SampleAesPacked, |f| {
        patch(f, "segment0.aac", b"audioDescription", 0, b"x");
    }),
    // Master playlists.
    ("master.uri", Base::Ts, |f| {
        replace(f, "master.m3u8", "\na/playlist.m3u8", "")
    }),
    ("master.variants", Base::Ts, |f| {
        text(f, "master.m3u8", |_| {
            "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"b\"\n".to_owned()
        });
    }),
    ("master.bandwidth", Base::Ts, |f| {
        value(f, "master.m3u8", ":BANDWIDTH=", "64000")
    }),
    ("master.average_bandwidth", Base::Ts, |f| {
        text(f, "master.m3u8", |t| {
            t.replacen(",AVERAGE-BANDWIDTH=", ",X-OTHER=", 1)
        });
    }),
    ("master.average_bandwidth_within", Base::Ts, |f| {
        value(f, "master.m3u8", "AVERAGE-BANDWIDTH=", "64000");
    }),
    ("master.peak_twice_average", Base::Ts, |f| {
        let mut stuffing = [0xFF; 188];
        stuffing[..4].copy_from_slice(&[0x47, 0x1F, 0xFF, 0x10]);
        let file = bytes(f, TS);
        let packets = file.len() / 188 * 9;
        file.extend(stuffing.iter().cycle().take(packets * 188));
    }),
    ("master.codecs", Base::Ts, |f| {
        replace(f, "master.m3u8", "CODECS=", "X-CODECS=")
    }),
    ("master.codecs_match", Base::Ts, |f| {
        value(f, "master.m3u8", "CODECS=", "\"mp4a.40.5\"")
    }),
    ("master.group", Base::Ts, |f| {
        replace(f, "master.m3u8", ":BANDWIDTH=", ":AUDIO=\"x\",BANDWIDTH=");
    }),
    ("master.group_names", Base::Ts, |f| {
        for _ in 0..2 {
            append(
                f,
                "master.m3u8",
                "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"b\"",
            );
        }
    }),
    ("master.same_cuts", Base::Ts, |f| {
        value(f, OTHER, "#EXTINF:", "5.2")
    }),
    ("master.same_target", Base::Ts, |f| {
        value(f, OTHER, "TARGETDURATION:", "7")
    }),
    ("master.same_type", Base::Ts, |f| {
        value(f, OTHER, "PLAYLIST-TYPE:", "EVENT")
    }),
    ("master.same_discontinuities", Base::Ts, |f| {
        replace(
            f,
            OTHER,
            "segment0.ts\n",
            "segment0.ts\n#EXT-X-DISCONTINUITY\n",
        );
    }),
    ("master.variant_once", Base::Ts, |f| {
        replace(f, "master.m3u8", OTHER, LIST)
    }),
    // Low latency.
    ("parts.inf", Base::Parts, |f| {
        without(f, ALONE, "#EXT-X-PART-INF")
    }),
    ("parts.longest", Base::Parts, |f| {
        value(f, ALONE, "PART-TARGET=", "0.1")
    }),
    ("parts.shortest", Base::Parts, |f| {
        value(f, ALONE, "PART-TARGET=", "0.9")
    }),
    ("parts.sum", Base::Parts, |f| {
        text(f, ALONE, |t| {
            let start = t.find("#EXT-X-PART:").unwrap();
            let end = start + t[start..].find('\n').unwrap() + 1;
            format!("{}{}", &t[..start], &t[end..])
        });
    }),
    ("parts.bytes", Base::Parts, |f| {
        bytes(f, "segment7.1.m4s")[40] ^= 1
    }),
    ("parts.independent", Base::Parts, |f| {
        replace(f, ALONE, ",INDEPENDENT=YES", "")
    }),
    ("parts.hold_back", Base::Parts, |f| {
        value(f, ALONE, "PART-HOLD-BACK=", "0.6")
    }),
    ("parts.hold_back_thrice", Base::Parts, |f| {
        value(f, ALONE, "PART-HOLD-BACK=", "1.1")
    }),
    ("control.hold_back", Base::Parts, |f| {
        value(f, ALONE, ",HOLD-BACK=", "5.0")
    }),
    ("parts.near_edge", Base::Parts, |f| {
        let part = "#EXT-X-PART:DURATION=4.0,URI=\"segment0.m4s\",INDEPENDENT=YES";
        replace(f, ALONE, "#EXTINF", &format!("{part}\n#EXTINF"));
    }),
    ("parts.preload_hint", Base::Parts, |f| {
        replace(f, ALONE, "HINT:TYPE=PART", "HINT:TYPE=FILM")
    }),
    ("parts.rendition_report", Base::Parts, |f| {
        append(
            f,
            ALONE,
            "#EXT-X-RENDITION-REPORT:URI=\"https://example.org/b.m3u8\"",
        );
    }),
];
