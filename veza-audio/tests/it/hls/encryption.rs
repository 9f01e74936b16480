//! Encrypted segments play as clear ones do.

use std::num::NonZeroU64;

use aes::Aes128;
use aes::cipher::{Array, BlockCipherDecrypt, KeyInit};
use veza_audio::hls::{
    ContentKey, Encryption, EncryptionMethod, PackageSettings, Packager, SegmentFormat, Storage,
};
use veza_audio::{AudioBuffer, MemoryOutput};

use super::tools::{Encoded, aac, flac, mp3, package, stereo};

const KEYS: [[u8; 16]; 3] = [
    *b"0123456789abcdef",
    *b"fedcba9876543210",
    *b"sixteen more byt",
];

fn key(period: u64, iv: bool) -> ContentKey {
    let key = ContentKey::new(KEYS[period as usize], format!("key{period}.bin"));
    if iv {
        key.with_iv([0x40 + period as u8; 16])
    } else {
        key
    }
}

fn key_files() -> [(&'static str, &'static [u8]); 3] {
    ["key0.bin", "key1.bin", "key2.bin"]
        .into_iter()
        .zip(&KEYS)
        .map(|(name, key)| (name, key.as_slice()))
        .collect::<Vec<_>>()
        .try_into()
        .unwrap()
}

/// What FFmpeg plays, clear and encrypted; the encrypted with keys that change with each segment.
fn both(
    source: &Encoded,
    settings: &PackageSettings,
    method: EncryptionMethod,
    iv: bool,
) -> [AudioBuffer; 2] {
    let clear = package(&[source], settings.clone(), None);
    let one = NonZeroU64::new(1).unwrap();
    let encryption = Encryption::rotating(method, one, move |period| Ok(key(period, iv)));
    let encrypted = package(&[source], settings.clone(), Some(encryption));
    assert_eq!(encrypted.text().matches("#EXT-X-KEY:METHOD=").count(), 3);
    for (a, b) in clear.segments().iter().zip(encrypted.segments()) {
        assert_ne!(*a, b);
    }
    [clear.play(&[]), encrypted.play(&key_files())]
}

#[test]
fn whole_segments() {
    for (source, format, storage, iv) in [
        (
            aac(stereo(44_100), 700_000),
            SegmentFormat::Ts,
            Storage::Files,
            false,
        ),
        (
            aac(stereo(44_100), 700_000),
            SegmentFormat::Fmp4,
            Storage::Files,
            true,
        ),
        (
            mp3(stereo(44_100), 700_000),
            SegmentFormat::Packed,
            Storage::Files,
            false,
        ),
        (
            flac(stereo(44_100), 700_000),
            SegmentFormat::Fmp4,
            Storage::Files,
            false,
        ),
        (
            aac(stereo(44_100), 700_000),
            SegmentFormat::Ts,
            Storage::OneFile,
            true,
        ),
    ] {
        let settings = PackageSettings {
            format,
            storage,
            ..PackageSettings::default()
        };
        let [clear, encrypted] = both(&source, &settings, EncryptionMethod::Aes128, iv);
        assert!(clear.frames() > 690_000);
        assert_eq!(clear, encrypted, "{format:?} {storage:?}");
    }
}

#[test]
fn packets_of_transport_streams_and_packed_audio() {
    let source = aac(stereo(44_100), 700_000);
    for format in [SegmentFormat::Ts, SegmentFormat::Packed] {
        for iv in [true, false] {
            let settings = PackageSettings {
                format,
                ..PackageSettings::default()
            };
            let [clear, encrypted] = both(&source, &settings, EncryptionMethod::SampleAes, iv);
            assert!(clear.frames() > 690_000);
            assert_eq!(clear, encrypted, "{format:?}");
        }
    }
}

/// Decrypts the whole blocks of one packet.
fn decrypt(key: &[u8; 16], iv: [u8; 16], packet: &mut [u8]) {
    let cipher = Aes128::new(&Array::from(*key));
    let mut before = iv;
    for block in packet.as_chunks_mut::<16>().0 {
        let encrypted = *block;
        let mut array = Array::from(encrypted);
        cipher.decrypt_block(&mut array);
        for (at, byte) in block.iter_mut().enumerate() {
            *byte = array[at] ^ before[at];
        }
        before = encrypted;
    }
}

/// Sizes of the packets of a fragment, by its only `trun`, and where `mdat` begins.
fn packet_sizes(segment: &[u8]) -> (Vec<usize>, usize) {
    use mp4_atom::{Any, ReadFrom};
    let mut bytes = segment;
    let mut sizes = Vec::new();
    while !bytes.is_empty() {
        if let Any::Moof(fragment) = Any::read_from(&mut bytes).unwrap() {
            let run = &fragment.traf[0].trun[0];
            sizes.extend(
                run.samples
                    .iter()
                    .map(|sample| sample.size.unwrap() as usize),
            );
        }
    }
    let mdat = segment
        .windows(4)
        .rposition(|name| name == b"mdat")
        .unwrap()
        + 4;
    (sizes, mdat)
}

#[test]
fn packets_of_mpeg4_by_cbcs() {
    for source in [aac(stereo(44_100), 700_000), flac(stereo(44_100), 700_000)] {
        let settings = PackageSettings::default();
        let clear = package(&[&source], settings.clone(), None);
        let one = NonZeroU64::new(1).unwrap();
        let keys = |period| {
            Ok(ContentKey {
                key_id: [period as u8 + 1; 16],
                ..key(period, true)
            })
        };
        let encryption = Encryption::rotating(EncryptionMethod::SampleAes, one, keys);
        let encrypted = package(&[&source], settings, Some(encryption));

        // The init segment names the scheme, the key and the vector.
        let init = &encrypted.files["init.mp4"];
        let tenc = init.windows(4).position(|name| name == b"tenc").unwrap();
        let stated = &init[tenc + 4..tenc + 4 + 8 + 16 + 1 + 16];
        assert_eq!(stated[..8], [1, 0, 0, 0, 0, 0, 1, 0]);
        assert_eq!((&stated[8..24], stated[24]), (&[1; 16][..], 16));
        assert_eq!(stated[25..], [0x40; 16]);
        assert!(init.windows(4).any(|name| name == b"enca"));
        assert!(init.windows(4).any(|name| name == b"cbcs"));

        for (index, (clear, encrypted)) in clear
            .segments()
            .iter()
            .zip(encrypted.segments())
            .enumerate()
        {
            let (sizes, from) = packet_sizes(clear);
            let (same, start) = packet_sizes(&encrypted);
            assert_eq!(sizes, same);
            // Segments under another key than the init segment's say which.
            let group = encrypted.windows(4).position(|name| name == b"seig");
            assert_eq!(group.is_some(), index > 0);
            if let Some(at) = group {
                assert_eq!(encrypted[at + 16..at + 32], [index as u8 + 1; 16]);
            }
            let mut decrypted = encrypted[start..].to_vec();
            let mut position = 0;
            for size in sizes {
                let packet = &mut decrypted[position..position + size];
                decrypt(&KEYS[index], [0x40 + index as u8; 16], packet);
                position += size;
            }
            assert_eq!(decrypted, clear[from..], "segment {index}");
        }
    }
}

#[test]
fn ffmpeg_decrypts_cbcs_under_one_key() {
    let source = aac(stereo(44_100), 300_000);
    let settings = PackageSettings {
        storage: Storage::OneFile,
        expected_frames: Some(source.frames()),
        ..PackageSettings::default()
    };
    let clear = package(&[&source], settings.clone(), None);
    let encryption = Encryption::new(EncryptionMethod::SampleAes, key(0, true));
    let encrypted = package(&[&source], settings, Some(encryption));
    let play = |made: &super::tools::Made, arguments: &[&str]| {
        let folder = made.on_disk(&[]);
        let path = folder.path().join("media.mp4");
        let path = path.to_str().unwrap();
        crate::support::ffmpeg(&[arguments, &["-i", path, "-f", "f32le", "-"]].concat())
    };
    let hex: String = KEYS[0].iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        play(&clear, &[]),
        play(&encrypted, &["-decryption_key", &hex])
    );
}

#[test]
fn what_cannot_be_encrypted_is_refused() {
    let output = MemoryOutput::new();
    let refused = |source: &Encoded, settings: PackageSettings, method| {
        let mut packager = Packager::new(&output, "", source.info.clone(), settings).unwrap();
        let refused = packager.encrypt(Encryption::new(method, key(0, false)));
        refused
            .and_then(|()| packager.write(&source.packets))
            .unwrap_err()
            .to_string()
    };
    let packed = PackageSettings {
        format: SegmentFormat::Packed,
        ..PackageSettings::default()
    };
    let mp3 = mp3(stereo(44_100), 500_000);
    assert!(refused(&mp3, packed, EncryptionMethod::SampleAes).contains("MP3"));
    let aac = aac(stereo(44_100), 500_000);
    let vector = refused(
        &aac,
        PackageSettings::default(),
        EncryptionMethod::SampleAes,
    );
    assert!(vector.contains("vector"), "{vector}");

    // A source of keys that has no more ends the packaging with its own words.
    let mut packager =
        Packager::new(&output, "", aac.info.clone(), PackageSettings::default()).unwrap();
    let one = NonZeroU64::new(1).unwrap();
    let encryption = Encryption::rotating(EncryptionMethod::Aes128, one, |period| match period {
        0 => Ok(key(0, false)),
        _ => Err(std::io::Error::other("no more keys").into()),
    });
    packager.encrypt(encryption).unwrap();
    let ended = packager
        .write(&aac.packets)
        .and_then(|_| packager.finish(500_000).map(|_| true));
    assert_eq!(ended.unwrap_err().to_string(), "no more keys");
}
