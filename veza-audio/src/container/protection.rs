//! Encryption of single packets, which leaves the container readable: SAMPLE-AES in transport
//! streams and packed audio (Apple, "MPEG-2 Stream Encryption Format for HTTP Live Streaming"),
//! `cbcs` in MPEG-4 (ISO/IEC 23001-7, 10.4).

use super::cipher::{Block, Cbc};

/// Bytes at the start of an AAC packet, after its ADTS header, which stay clear (Apple, 2.3.2).
const CLEAR_LEADER: usize = 16;

/// What encrypts the packets of a stream, each on its own: the chain begins anew with each.
pub(crate) struct PacketCipher {
    cipher: Cbc,
    iv: Block,
    /// Which key it is, for containers that can say so.
    key_id: Block,
}

impl PacketCipher {
    pub(crate) fn new(key: &Block, iv: Block, key_id: Block) -> Self {
        Self {
            cipher: Cbc::new(key),
            iv,
            key_id,
        }
    }

    pub(crate) fn iv(&self) -> &Block {
        &self.iv
    }

    pub(crate) fn key_id(&self) -> &Block {
        &self.key_id
    }

    /// Encrypts an AAC packet, without its ADTS header, as SAMPLE-AES has it: the first 16 bytes
    /// and what does not fill a block at the end stay clear.
    pub(crate) fn sample_aes(&self, packet: &mut [u8]) {
        if let Some(rest) = packet.get_mut(CLEAR_LEADER..) {
            self.cipher.encrypt_blocks(&self.iv, rest);
        }
    }

    /// Encrypts a packet as `cbcs` does sound: every whole block of it.
    pub(crate) fn cbcs(&self, packet: &mut [u8]) {
        self.cipher.encrypt_blocks(&self.iv, packet);
    }
}

/// The audio setup information by which a player knows an encrypted AAC stream (Apple, 2.3.4):
/// its kind, the priming (not stated here: 0), version 1, and the `AudioSpecificConfig`.
pub(crate) fn audio_setup(config: &[u8]) -> Vec<u8> {
    let config = &config[..config.len().min(64)];
    let mut setup = b"zaac\0\0\x01".to_vec();
    setup.push(config.len() as u8);
    setup.extend_from_slice(config);
    setup
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_leader_and_the_trailer_stay_clear() {
        let cipher = PacketCipher::new(&[1; 16], [2; 16], [3; 16]);
        let mut packet: Vec<u8> = (0..70).collect();
        cipher.sample_aes(&mut packet);
        assert!(packet[..16].iter().copied().eq(0..16));
        assert!(packet[64..].iter().copied().eq(64..70));
        assert!(!packet[16..64].iter().copied().eq(16..64));
        Cbc::new(&[1; 16]).decrypt_blocks(&[2; 16], &mut packet[16..]);
        assert!(packet.iter().copied().eq(0..70));
        // A packet shorter than the leader has nothing to encrypt.
        let mut short = vec![9; 10];
        cipher.sample_aes(&mut short);
        assert_eq!(short, [9; 10]);
    }

    #[test]
    fn setup_information_of_stereo_at_44100_hz() {
        assert_eq!(audio_setup(&[0x12, 0x10]), b"zaac\0\0\x01\x02\x12\x10");
    }
}
