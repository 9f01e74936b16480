//! The program's tables (PAT and PMT), and the sections they are in.

use super::packet::{Counter, PACKET_BYTES, write_header};
use crate::container::elementary::Framer;

pub(crate) const PAT_PID: u16 = 0;
pub(crate) const PMT_PID: u16 = 0x1000;
pub(crate) const AUDIO_PID: u16 = 0x100;
pub(crate) const METADATA_PID: u16 = 0x101;
const PROGRAM: u16 = 1;

/// `stream_type` of AAC in ADTS, of MPEG-1 and MPEG-2 audio, and of metadata in PES packets
/// (table 2-34).
const STREAM_TYPE_ADTS: u8 = 0x0F;
const STREAM_TYPE_MPEG_1: u8 = 0x03;
const STREAM_TYPE_MPEG_2: u8 = 0x04;
const STREAM_TYPE_METADATA: u8 = 0x15;
/// `stream_type` of AAC in ADTS with its packets encrypted (Apple, "MPEG-2 Stream Encryption
/// Format for HTTP Live Streaming", 3).
const STREAM_TYPE_ENCRYPTED_ADTS: u8 = 0xCF;

/// Tags of descriptors (table 2-45).
const REGISTRATION: u8 = 0x05;
const PRIVATE_DATA_INDICATOR: u8 = 0x0F;
const METADATA_POINTER: u8 = 0x25;
const METADATA: u8 = 0x26;

/// A table that fits one transport packet: the pointer field, the section, its checksum, and
/// stuffing.
pub(super) fn write_section(pid: u16, counter: &mut Counter, section: &[u8], out: &mut Vec<u8>) {
    let end = out.len() + PACKET_BYTES;
    write_header(pid, true, false, counter.next(), out);
    out.push(0);
    out.extend_from_slice(section);
    out.extend_from_slice(&crc32(section).to_be_bytes());
    out.resize(end, 0xFF);
}

/// The program association section (2.4.4.3).
pub(super) fn program_association() -> Vec<u8> {
    section(
        0x00,
        PROGRAM,
        &[PROGRAM.to_be_bytes(), (0xE000 | PMT_PID).to_be_bytes()].concat(),
    )
}

/// The program map section (2.4.4.8). `setup` is that of encrypted AAC; `metadata` says whether
/// there is a stream of ID3 tags (Apple, "Timed Metadata for HTTP Live Streaming").
pub(super) fn program_map(framer: &Framer, setup: Option<&[u8]>, metadata: bool) -> Vec<u8> {
    // The clock reference is in the audio.
    let mut body = (0xE000 | AUDIO_PID).to_be_bytes().to_vec();
    let mut program_info = Vec::new();
    if metadata {
        let format = b"\xFF\xFFID3 \xFFID3 \0\x1F\0\x01";
        descriptor(METADATA_POINTER, &[format], &mut program_info);
    }
    with_length(&program_info, &mut body);

    let mut audio_info = Vec::new();
    let stream_type = match (framer, setup) {
        (Framer::Adts(_), None) => STREAM_TYPE_ADTS,
        (Framer::Mpeg { low_rate: false }, _) => STREAM_TYPE_MPEG_1,
        (Framer::Mpeg { low_rate: true }, _) => STREAM_TYPE_MPEG_2,
        (Framer::Adts(_), Some(setup)) => {
            descriptor(PRIVATE_DATA_INDICATOR, &[b"aacd"], &mut audio_info);
            descriptor(REGISTRATION, &[b"apad", setup], &mut audio_info);
            STREAM_TYPE_ENCRYPTED_ADTS
        }
    };
    stream(stream_type, AUDIO_PID, &audio_info, &mut body);
    if metadata {
        let mut info = Vec::new();
        descriptor(METADATA, &[b"\xFF\xFFID3 \xFFID3 \0\x0F"], &mut info);
        stream(STREAM_TYPE_METADATA, METADATA_PID, &info, &mut body);
    }
    section(0x02, PROGRAM, &body)
}

fn stream(stream_type: u8, pid: u16, info: &[u8], out: &mut Vec<u8>) {
    out.push(stream_type);
    out.extend_from_slice(&(0xE000 | pid).to_be_bytes());
    with_length(info, out);
}

/// Descriptors behind their length in 12 bits.
fn with_length(descriptors: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&(0xF000 | descriptors.len() as u16).to_be_bytes());
    out.extend_from_slice(descriptors);
}

fn descriptor(tag: u8, parts: &[&[u8]], out: &mut Vec<u8>) {
    let content = parts.concat();
    out.extend_from_slice(&[tag, content.len() as u8]);
    out.extend_from_slice(&content);
}

/// A section in the long syntax, version 0, current, the only one; without its checksum.
fn section(table: u8, id: u16, body: &[u8]) -> Vec<u8> {
    let length = (5 + body.len() + 4) as u16;
    let mut section = vec![table];
    section.extend_from_slice(&(0xB000 | length).to_be_bytes());
    section.extend_from_slice(&id.to_be_bytes());
    section.extend_from_slice(&[0xC1, 0, 0]);
    section.extend_from_slice(body);
    section
}

/// The checksum of sections (annex A): CRC-32 with 0x04C11DB7, most significant bit first.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte) << 24, |crc, _| {
            crc << 1 ^ if crc >> 31 == 1 { 0x04C1_1DB7 } else { 0 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_mpeg() {
        // The check value of CRC-32/MPEG-2.
        assert_eq!(crc32(b"123456789"), 0x0376_E6E7);
    }

    #[test]
    fn the_map_of_all_that_there_can_be_fits_one_packet() {
        let framer = Framer::Mpeg { low_rate: false };
        let mut out = Vec::new();
        let map = program_map(&framer, None, true);
        write_section(PMT_PID, &mut Counter::default(), &map, &mut out);
        assert_eq!(out.len(), PACKET_BYTES);
        // One checksum over all of it comes to nothing.
        let with_checksum = [map.as_slice(), &crc32(&map).to_be_bytes()].concat();
        assert_eq!(crc32(&with_checksum), 0);
    }
}
