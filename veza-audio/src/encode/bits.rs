//! Bits written most significant first, and the checksums of FLAC.

/// Writes numbers of any width, most significant bit first.
#[derive(Debug, Default)]
pub(crate) struct BitWriter {
    bytes: Vec<u8>,
    /// The bits which do not fill a word yet, in the low end.
    pending: u64,
    /// How many they are: fewer than 32.
    filled: u32,
}

impl BitWriter {
    /// Forgets what was written and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        (self.pending, self.filled) = (0, 0);
    }

    /// Writes the low `width` bits (0 to 32) of `value`; the others have to be 0.
    #[inline]
    pub(crate) fn put(&mut self, value: u32, width: u32) {
        debug_assert!(width == 32 || value >> width == 0);
        self.pending = (self.pending << width) | u64::from(value);
        self.filled += width;
        if self.filled >= 32 {
            self.filled -= 32;
            let word = (self.pending >> self.filled) as u32;
            self.bytes.extend_from_slice(&word.to_be_bytes());
        }
    }

    /// Writes the low `width` bits (1 to 32) of a signed number.
    #[inline]
    pub(crate) fn put_signed(&mut self, value: i32, width: u32) {
        self.put(value as u32 & (u32::MAX >> (32 - width)), width);
    }

    /// Writes so many zeros and then a one.
    pub(crate) fn put_unary(&mut self, mut zeros: u32) {
        while zeros >= 32 {
            self.put(0, 32);
            zeros -= 32;
        }
        self.put(1, zeros + 1);
    }

    /// Fills the last byte with zeros and gives all of them.
    pub(crate) fn align(&mut self) -> &mut Vec<u8> {
        let left = self.filled.next_multiple_of(8);
        let padded = self.pending << (left - self.filled);
        for byte in (0..left / 8).rev() {
            self.bytes.push((padded >> (byte * 8)) as u8);
        }
        (self.pending, self.filled) = (0, 0);
        &mut self.bytes
    }
}

/// CRC-8 of a FLAC frame's header: polynomial 0x07, from 0 (RFC 9639, 9.1.8).
pub(crate) fn crc8(bytes: &[u8]) -> u8 {
    bytes
        .iter()
        .fold(0, |crc, byte| CRC8[usize::from(crc ^ byte)])
}

/// CRC-16 of a FLAC frame: polynomial 0x8005, from 0 (RFC 9639, 9.3).
pub(crate) fn crc16(bytes: &[u8]) -> u16 {
    let mut crc = 0u16;
    let mut words = bytes.chunks_exact(8);
    // Eight bytes at a step: each table holds a byte's share as seen from that many bytes on.
    for word in &mut words {
        let [high, low] = crc.to_be_bytes();
        crc = CRC16[7][usize::from(word[0] ^ high)]
            ^ CRC16[6][usize::from(word[1] ^ low)]
            ^ CRC16[5][usize::from(word[2])]
            ^ CRC16[4][usize::from(word[3])]
            ^ CRC16[3][usize::from(word[4])]
            ^ CRC16[2][usize::from(word[5])]
            ^ CRC16[1][usize::from(word[6])]
            ^ CRC16[0][usize::from(word[7])];
    }
    words.remainder().iter().fold(crc, |crc, byte| {
        (crc << 8) ^ CRC16[0][usize::from((crc >> 8) as u8 ^ byte)]
    })
}

static CRC8: [u8; 256] = {
    let mut table = [0u8; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u8;
        let mut bit = 0;
        while bit < 8 {
            crc = (crc << 1) ^ if crc & 0x80 != 0 { 0x07 } else { 0 };
            bit += 1;
        }
        table[byte] = crc;
        byte += 1;
    }
    table
};

static CRC16: [[u16; 256]; 8] = {
    let mut tables = [[0u16; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = (byte as u16) << 8;
        let mut bit = 0;
        while bit < 8 {
            crc = (crc << 1) ^ if crc & 0x8000 != 0 { 0x8005 } else { 0 };
            bit += 1;
        }
        tables[0][byte] = crc;
        byte += 1;
    }
    let mut further = 1;
    while further < 8 {
        let mut byte = 0;
        while byte < 256 {
            let crc = tables[further - 1][byte];
            tables[further][byte] = (crc << 8) ^ tables[0][(crc >> 8) as usize];
            byte += 1;
        }
        further += 1;
    }
    tables
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_come_out_in_the_order_they_went_in() {
        let mut bits = BitWriter::default();
        bits.put(0b101, 3);
        bits.put_signed(-1, 5);
        bits.put(0xdead_beef, 32);
        bits.put_unary(2);
        assert_eq!(
            bits.align().as_slice(),
            [0xbf, 0xde, 0xad, 0xbe, 0xef, 0b0010_0000]
        );
    }

    #[test]
    fn a_long_run_of_zeros_is_written_whole() {
        let mut bits = BitWriter::default();
        bits.put_unary(70);
        assert_eq!(bits.align().as_slice(), [0, 0, 0, 0, 0, 0, 0, 0, 0b10]);
    }

    #[test]
    fn the_checksums_have_the_published_check_values() {
        // The catalogue's CRC-8/SMBUS and CRC-16/UMTS, over "123456789".
        assert_eq!(crc8(b"123456789"), 0xf4);
        assert_eq!(crc16(b"123456789"), 0xfee8);
    }

    #[test]
    fn eight_bytes_at_a_step_give_what_single_bytes_give() {
        let bytes: Vec<u8> = (0..999u32).map(|n| (n * 37 + n / 7) as u8).collect();
        let slow = bytes.iter().fold(0u16, |crc, byte| {
            (crc << 8) ^ CRC16[0][usize::from((crc >> 8) as u8 ^ byte)]
        });
        assert_eq!(crc16(&bytes), slow);
    }
}
