//! AES-128 in cipher block chaining (NIST SP 800-38A, 6.2), as HLS and Common Encryption use it.

use aes::Aes128;
use aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};

use crate::{Error, Result};

/// The bytes of a key, of an initialization vector and of a block.
pub(crate) const BLOCK: usize = 16;

/// Sixteen bytes: a key or an initialization vector.
pub(crate) type Block = [u8; BLOCK];

/// One key, ready for use.
pub(crate) struct Cbc(Aes128);

impl Cbc {
    pub(crate) fn new(key: &Block) -> Self {
        Self(Aes128::new(&Array::from(*key)))
    }

    /// Encrypts the whole blocks at the start of `data` in place. What is left behind them, fewer
    /// than 16 bytes, stays as it is.
    pub(crate) fn encrypt_blocks(&self, iv: &Block, data: &mut [u8]) {
        let mut chained = *iv;
        for block in data.as_chunks_mut::<BLOCK>().0 {
            for (byte, before) in block.iter_mut().zip(chained) {
                *byte ^= before;
            }
            let mut array = Array::from(*block);
            self.0.encrypt_block(&mut array);
            *block = array.into();
            chained = *block;
        }
    }

    /// The way back of [`Cbc::encrypt_blocks`].
    pub(crate) fn decrypt_blocks(&self, iv: &Block, data: &mut [u8]) {
        let mut chained = *iv;
        for block in data.as_chunks_mut::<BLOCK>().0 {
            let encrypted = *block;
            let mut array = Array::from(encrypted);
            self.0.decrypt_block(&mut array);
            *block = array.into();
            for (byte, before) in block.iter_mut().zip(chained) {
                *byte ^= before;
            }
            chained = encrypted;
        }
    }

    /// Encrypts all of `data`, filled up to whole blocks by PKCS #7 (RFC 5652, 6.3): each byte
    /// added says how many were.
    pub(crate) fn encrypt_padded(&self, iv: &Block, data: &mut Vec<u8>) {
        let padding = BLOCK - data.len() % BLOCK;
        data.resize(data.len() + padding, padding as u8);
        self.encrypt_blocks(iv, data);
    }

    /// The way back of [`Cbc::encrypt_padded`].
    ///
    /// # Errors
    /// [`Error::Malformed`] where the length or the padding is not that of such data: it is
    /// damaged, or the key is another.
    pub(crate) fn decrypt_padded(&self, iv: &Block, data: &mut Vec<u8>) -> Result<()> {
        if data.is_empty() || !data.len().is_multiple_of(BLOCK) {
            let what = format!("{} encrypted bytes are not whole blocks of 16", data.len());
            return Err(Error::malformed(what));
        }
        self.decrypt_blocks(iv, data);
        let padding = data.last().copied().map_or(0, usize::from);
        let start = data.len() - padding.clamp(1, BLOCK);
        if !(1..=BLOCK).contains(&padding) || data[start..].iter().any(|b| *b != padding as u8) {
            return Err(Error::malformed(
                "the padding after decryption is not PKCS #7: another key, or damage",
            ));
        }
        data.truncate(start);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
            .collect()
    }

    fn block(text: &str) -> Block {
        hex(text).try_into().unwrap()
    }

    #[test]
    fn the_vectors_of_sp_800_38a() {
        // F.2.1, CBC-AES128.Encrypt.
        let cipher = Cbc::new(&block("2b7e151628aed2a6abf7158809cf4f3c"));
        let iv = block("000102030405060708090a0b0c0d0e0f");
        let plain = hex(
            "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51\
             30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
        );
        let mut data = plain.clone();
        cipher.encrypt_blocks(&iv, &mut data);
        let expected = hex(
            "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2\
             73bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7",
        );
        assert_eq!(data, expected);
        cipher.decrypt_blocks(&iv, &mut data);
        assert_eq!(data, plain);
    }

    #[test]
    fn every_length_is_padded_and_comes_back() {
        let (cipher, iv) = (Cbc::new(&[7; 16]), [9; 16]);
        for length in 0..50 {
            let plain: Vec<u8> = (0..length).collect();
            let mut data = plain.clone();
            cipher.encrypt_padded(&iv, &mut data);
            assert_eq!(data.len(), plain.len() / 16 * 16 + 16);
            cipher.decrypt_padded(&iv, &mut data).unwrap();
            assert_eq!(data, plain);
        }
    }

    #[test]
    fn another_key_and_damaged_lengths_are_told() {
        let mut data = vec![1, 2, 3];
        Cbc::new(&[7; 16]).encrypt_padded(&[0; 16], &mut data);
        let mut cut = data[..15].to_vec();
        assert!(
            Cbc::new(&[7; 16])
                .decrypt_padded(&[0; 16], &mut cut)
                .is_err()
        );
        assert!(
            Cbc::new(&[8; 16])
                .decrypt_padded(&[0; 16], &mut data)
                .is_err()
        );
    }

    #[test]
    fn bytes_after_the_last_whole_block_stay_clear() {
        let mut data = vec![5; 21];
        Cbc::new(&[7; 16]).encrypt_blocks(&[0; 16], &mut data);
        assert_ne!(data[..16], [5; 16]);
        assert_eq!(data[16..], [5; 5]);
    }
}
