//! Two hundred files that are not what they say, through the front door.

use std::path::Path;

use futures_util::{StreamExt as _, stream};
use serde_json::Value;

use crate::chance::Random;
use crate::media::song;
use crate::support::{Answer, Veza};

/// What became of an upload.
#[derive(Debug)]
enum Fate {
    Refused(u16, String),
    Failed(String),
    Ready,
}

/// A file to upload, and whether anything but a refusal or a failure would be a mistake.
struct Attack {
    name: String,
    content: Vec<u8>,
    must_not_play: bool,
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_broken_files_are_refused_or_fail_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let attacks = attacks(folder.path());
    assert_eq!(attacks.len(), 200);
    let data = tempfile::tempdir().unwrap();
    let veza = Veza::start(data.path()).await;
    let token = veza.token_of("mallory").await;
    let (veza, token) = (&veza, token.as_str());
    let fates: Vec<(Attack, Fate)> = stream::iter(attacks)
        .map(async |attack| {
            let fate = fate(veza, token, &attack).await;
            (attack, fate)
        })
        .buffer_unordered(4)
        .collect()
        .await;
    let mut counts = [0; 3];
    for (attack, fate) in &fates {
        match fate {
            Fate::Refused(status, detail) => {
                counts[0] += 1;
                assert!((400..500).contains(status), "{}: {status}", attack.name);
                assert!(
                    !detail.is_empty(),
                    "{} is refused without a word",
                    attack.name
                );
            }
            Fate::Failed(detail) => {
                counts[1] += 1;
                assert!(!detail.is_empty(), "{} fails without a word", attack.name);
            }
            Fate::Ready => {
                counts[2] += 1;
                assert!(!attack.must_not_play, "{} became a track", attack.name);
            }
        }
    }
    println!(
        "refused {}, failed {}, taken {}",
        counts[0], counts[1], counts[2]
    );
    // The server is as it was.
    let live = veza
        .http
        .get(format!("{}/health/live", veza.api))
        .send()
        .await
        .unwrap();
    assert_eq!(live.status(), 200);
    let good = std::fs::read(song(folder.path(), "good.flac", 88_200)).unwrap();
    let track = veza.upload(token, "good.flac", good).await;
    veza.once(token, track.json["id"].as_str().unwrap(), "ready")
        .await;
}

async fn fate(veza: &Veza, token: &str, attack: &Attack) -> Fate {
    let Answer { status, json, .. } = veza
        .upload(token, &attack.name, attack.content.clone())
        .await;
    if status != 202 {
        return Fate::Refused(status, json["detail"].as_str().unwrap_or("").to_owned());
    }
    let track = settled(veza, token, json["id"].as_str().unwrap()).await;
    if track["status"] == "ready" {
        return Fate::Ready;
    }
    Fate::Failed(track["failure"]["detail"].as_str().unwrap_or("").to_owned())
}

/// The track once it is ready or has failed.
async fn settled(veza: &Veza, token: &str, id: &str) -> Value {
    for _ in 0..1_200 {
        let track = veza.get(&format!("/tracks/{id}"), Some(token)).await.json;
        if track["status"] == "ready" || track["status"] == "failed" {
            return track;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("track {id} neither became ready nor failed within two minutes");
}

/// Files of every kind: cut short, with bytes flipped, and with names that lie.
fn attacks(folder: &Path) -> Vec<Attack> {
    let mut random = Random::new(0x9E37_79B9_7F4A_7C15);
    let mut attacks = Vec::new();
    for ending in ["wav", "flac", "mp3", "m4a", "aiff", "ogg", "opus", "mov"] {
        // `.mov` stands for ALAC: ffmpeg takes the codec from the name.
        let name = format!("song.{ending}");
        let sound = if ending == "mov" {
            alac(folder)
        } else {
            song(folder, &name, 88_200)
        };
        let whole = std::fs::read(sound).unwrap();
        for percent in [1, 2, 5, 10, 20, 40, 60, 80, 90] {
            let content = whole[..whole.len() * percent / 100].to_vec();
            attacks.push(Attack {
                name: format!("cut-{percent}.{ending}"),
                content,
                must_not_play: true,
            });
        }
        for round in 0..14 {
            let mut content = whole.clone();
            // Every other one is hit where its header is.
            let reach = if round % 2 == 0 {
                512.min(content.len())
            } else {
                content.len()
            };
            for _ in 0..16 {
                let place = random.below(reach);
                content[place] ^= 1 << random.below(8);
            }
            attacks.push(Attack {
                name: format!("flipped-{round}.{ending}"),
                content,
                must_not_play: false,
            });
        }
    }
    let noise: Vec<u8> = (0..60_000).map(|_| random.below(256) as u8).collect();
    let lies: [(&str, Vec<u8>); 16] = [
        ("empty.mp3", Vec::new()),
        (
            "letter.wav",
            b"Dear reader, this is no music at all.".repeat(50),
        ),
        (
            "page.flac",
            b"<!doctype html><title>No song</title>".to_vec(),
        ),
        (
            "picture.mp3",
            [b"\x89PNG\r\n\x1a\n".as_slice(), &noise].concat(),
        ),
        ("archive.m4a", [b"PK\x03\x04".as_slice(), &noise].concat()),
        (
            "program.ogg",
            [b"\x7fELF\x02\x01\x01".as_slice(), &noise].concat(),
        ),
        ("noise.opus", noise.clone()),
        ("zeros.mp3", vec![0; 100_000]),
        ("riff.wav", b"RIFF\xff\xff\xff\xffWAVE".to_vec()),
        (
            "format.wav",
            b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0data\0\0\0\0"
                .to_vec(),
        ),
        ("marker.flac", b"fLaC".to_vec()),
        ("marker.ogg", b"OggS".to_vec()),
        (
            "tag.mp3",
            [b"ID3\x04\0\0\x7f\x7f\x7f\x7f".as_slice(), &noise[..5_000]].concat(),
        ),
        (
            "box.m4a",
            [b"\0\0\0\x20ftypM4A \0\0\0\0".as_slice(), &noise[..5_000]].concat(),
        ),
        (
            "form.aiff",
            [
                b"FORM\xff\xff\xff\xffAIFFCOMM\0\0\0\x12".as_slice(),
                &noise[..100],
            ]
            .concat(),
        ),
        ("film.mp4", [b"\x1aE\xdf\xa3".as_slice(), &noise].concat()),
    ];
    attacks.extend(lies.map(|(name, content)| Attack {
        name: name.to_owned(),
        content,
        must_not_play: true,
    }));
    attacks
}

fn alac(folder: &Path) -> std::path::PathBuf {
    let wav = song(folder, "alac.wav", 88_200);
    let path = folder.join("song.alac.m4a");
    crate::media::ffmpeg(&[
        "-i",
        crate::media::text(&wav),
        "-c:a",
        "alac",
        crate::media::text(&path),
    ]);
    path
}
