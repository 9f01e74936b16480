//! What segments are encrypted with. Secrets are the caller's: none is made here.

use std::fmt;
use std::num::NonZeroU64;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::SegmentFormat;
use crate::container::cipher::{Block, Cbc};
use crate::container::protection::PacketCipher;
use crate::{Error, Result};

/// How segments are encrypted (RFC 8216, 4.3.2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EncryptionMethod {
    /// Whole segments, by AES-128 in cipher block chaining with PKCS #7 padding.
    #[serde(rename = "AES-128")]
    Aes128,
    /// Packets, each on its own: in transport streams and packed audio as Apple's "MPEG-2 Stream
    /// Encryption Format for HTTP Live Streaming" says, in fragmented MPEG-4 by `cbcs` of
    /// ISO/IEC 23001-7. AAC in the former two; AAC, FLAC and Opus in the latter.
    #[serde(rename = "SAMPLE-AES")]
    SampleAes,
}

impl EncryptionMethod {
    /// `AES-128` or `SAMPLE-AES`, as playlists have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aes128 => "AES-128",
            Self::SampleAes => "SAMPLE-AES",
        }
    }
}

/// A key and where players get it.
#[derive(Clone, PartialEq, Eq)]
pub struct ContentKey {
    /// The secret.
    pub key: [u8; 16],
    /// The address at which players fetch it (or, with a key format, learn of it).
    pub uri: String,
    /// The initialization vector; `None` takes the segment's media sequence number, as RFC 8216
    /// (5.2) says. Packets of fragmented MPEG-4 need one.
    pub iv: Option<[u8; 16]>,
    /// Which key it is, for fragmented MPEG-4.
    pub key_id: [u8; 16],
    /// `KEYFORMAT` and `KEYFORMATVERSIONS`, where the key is not simply the 16 bytes at `uri`.
    pub format: Option<(String, String)>,
}

impl ContentKey {
    /// A key whose 16 bytes lie at `uri`.
    pub fn new(key: [u8; 16], uri: impl Into<String>) -> Self {
        Self {
            key,
            uri: uri.into(),
            iv: None,
            key_id: [0; 16],
            format: None,
        }
    }

    /// The same with an initialization vector of its own.
    #[must_use]
    pub fn with_iv(mut self, iv: [u8; 16]) -> Self {
        self.iv = Some(iv);
        self
    }
}

/// Leaves the secret out.
impl fmt::Debug for ContentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContentKey")
            .field("uri", &self.uri)
            .field("iv", &self.iv)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// Gives the key of each period: 0 and up.
type Keys<'a> = Box<dyn FnMut(u64) -> Result<ContentKey> + Send + 'a>;

/// How a stream is encrypted, and where its keys come from.
pub struct Encryption<'a> {
    method: EncryptionMethod,
    /// `None` keeps the first key.
    segments_per_key: Option<NonZeroU64>,
    keys: Keys<'a>,
}

impl<'a> Encryption<'a> {
    /// One key for all segments.
    pub fn new(method: EncryptionMethod, key: ContentKey) -> Self {
        Self {
            method,
            segments_per_key: None,
            keys: Box::new(move |_| Ok(key.clone())),
        }
    }

    /// Another key every so many segments. `keys` is asked once for each period, 0 and up; an
    /// error of it ends the packaging.
    pub fn rotating(
        method: EncryptionMethod,
        segments_per_key: NonZeroU64,
        keys: impl FnMut(u64) -> Result<ContentKey> + Send + 'a,
    ) -> Self {
        Self {
            method,
            segments_per_key: Some(segments_per_key),
            keys: Box::new(keys),
        }
    }
}

/// The key of one period, ready for use.
pub(super) struct PeriodKey {
    pub(super) method: EncryptionMethod,
    cipher: Cbc,
    key: ContentKey,
}

impl PeriodKey {
    /// The vector of the segment with this media sequence number.
    fn iv(&self, sequence: u64) -> Block {
        self.key
            .iv
            .unwrap_or_else(|| u128::from(sequence).to_be_bytes())
    }

    /// Encrypts a whole segment.
    pub(super) fn encrypt_segment(&self, sequence: u64, bytes: &mut Vec<u8>) {
        self.cipher.encrypt_padded(&self.iv(sequence), bytes);
    }

    /// What encrypts the packets of a segment.
    pub(super) fn packet_cipher(&self, sequence: u64) -> PacketCipher {
        PacketCipher::new(&self.key.key, self.iv(sequence), self.key.key_id)
    }

    /// Whether packets are encrypted alike under both.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.key == other.key
    }

    /// Whether the tag needs version 5 of the protocol.
    pub(super) fn needs_version_5(&self) -> bool {
        self.key.format.is_some() || self.method == EncryptionMethod::SampleAes
    }

    /// The attributes of `EXT-X-KEY`.
    pub(super) fn attributes(&self) -> String {
        let mut text = format!("METHOD={},URI=\"{}\"", self.method.as_str(), self.key.uri);
        if let Some(iv) = self.key.iv {
            text += &format!(",IV=0x{:032X}", u128::from_be_bytes(iv));
        }
        if let Some((format, versions)) = &self.key.format {
            text += &format!(",KEYFORMAT=\"{format}\",KEYFORMATVERSIONS=\"{versions}\"");
        }
        text
    }
}

/// Hands out the key of each segment.
pub(super) struct KeyRing<'a> {
    encryption: Encryption<'a>,
    format: SegmentFormat,
    current: Option<(u64, Arc<PeriodKey>)>,
}

impl<'a> KeyRing<'a> {
    pub(super) fn new(encryption: Encryption<'a>, format: SegmentFormat) -> Self {
        Self {
            encryption,
            format,
            current: None,
        }
    }

    pub(super) fn method(&self) -> EncryptionMethod {
        self.encryption.method
    }

    /// The key of segment `index`, counted from the first.
    ///
    /// # Errors
    /// Those of the caller's keys; [`Error::InvalidParameter`] for a key that a playlist or the
    /// container cannot state.
    pub(super) fn key(&mut self, index: u64) -> Result<Arc<PeriodKey>> {
        let period = match self.encryption.segments_per_key {
            Some(segments) => index / segments,
            None => 0,
        };
        if let Some((at, key)) = &self.current
            && *at == period
        {
            return Ok(Arc::clone(key));
        }
        let key = (self.encryption.keys)(period)?;
        check(&key, self.encryption.method, self.format)?;
        let key = Arc::new(PeriodKey {
            method: self.encryption.method,
            cipher: Cbc::new(&key.key),
            key,
        });
        self.current = Some((period, Arc::clone(&key)));
        Ok(key)
    }
}

fn check(key: &ContentKey, method: EncryptionMethod, format: SegmentFormat) -> Result<()> {
    let format_texts = key.format.iter().flat_map(|(a, b)| [a, b]);
    for text in format_texts.chain([&key.uri]) {
        if text.is_empty() || text.contains(['"', '\r', '\n']) {
            let reason = format!("{text:?} cannot stand in a playlist");
            return Err(Error::invalid("key", reason));
        }
    }
    if format == SegmentFormat::Fmp4 && method == EncryptionMethod::SampleAes && key.iv.is_none() {
        let reason = "packets of fragmented MPEG-4 need an initialization vector that is stated";
        return Err(Error::invalid("key", reason));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_nothing_of_its_secret() {
        let key = ContentKey::new([0xAB; 16], "key.bin");
        let text = format!("{key:?}");
        assert!(text.contains("key.bin") && !text.contains("171"), "{text}");
    }

    #[test]
    fn keys_change_after_their_segments() {
        let mut asked = Vec::new();
        {
            let keys = |period: u64| {
                asked.push(period);
                Ok(ContentKey::new(
                    [period as u8; 16],
                    format!("key{period}.bin"),
                ))
            };
            let two = NonZeroU64::new(2).unwrap();
            let encryption = Encryption::rotating(EncryptionMethod::Aes128, two, keys);
            let mut ring = KeyRing::new(encryption, SegmentFormat::Ts);
            let names: Vec<String> = (0..5).map(|n| ring.key(n).unwrap().attributes()).collect();
            for (name, key) in names.iter().zip([0, 0, 1, 1, 2]) {
                assert_eq!(*name, format!("METHOD=AES-128,URI=\"key{key}.bin\""));
            }
        }
        assert_eq!(asked, [0, 1, 2]);
    }

    #[test]
    fn what_a_playlist_cannot_state_is_refused() {
        for uri in ["", "a\"b", "a\nb"] {
            let key = ContentKey::new([0; 16], uri);
            let mut ring = KeyRing::new(
                Encryption::new(EncryptionMethod::Aes128, key),
                SegmentFormat::Ts,
            );
            assert_eq!(ring.key(0).err().unwrap().code(), "audio.invalid_parameter");
        }
        let key = ContentKey::new([0; 16], "k");
        let encryption = Encryption::new(EncryptionMethod::SampleAes, key);
        let error = KeyRing::new(encryption, SegmentFormat::Fmp4).key(0).err();
        assert!(error.unwrap().to_string().contains("vector"));
    }
}
