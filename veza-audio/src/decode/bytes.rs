//! A stranger's bytes: buffered, with a known length, and nothing read on its word alone.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use super::Input;
use crate::{Error, Result};

const BUFFER_BYTES: usize = 64 << 10;

/// A buffered input which knows its length and where it stands.
pub(super) struct Bytes {
    reader: BufReader<Box<dyn Input>>,
    position: u64,
    len: u64,
}

impl Bytes {
    pub(super) fn new(mut input: Box<dyn Input>) -> Result<Self> {
        let len = input.seek(SeekFrom::End(0))?;
        input.seek(SeekFrom::Start(0))?;
        let reader = BufReader::with_capacity(BUFFER_BYTES, input);
        Ok(Self {
            reader,
            position: 0,
            len,
        })
    }

    pub(super) fn len(&self) -> u64 {
        self.len
    }

    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// Bytes from here to the end.
    pub(super) fn remaining(&self) -> u64 {
        self.len.saturating_sub(self.position)
    }

    /// Moves to byte `to`, at most to the end. Near moves keep the buffer.
    pub(super) fn seek(&mut self, to: u64) -> Result<()> {
        let to = to.min(self.len);
        if to != self.position {
            match i64::try_from(i128::from(to) - i128::from(self.position)) {
                Ok(by) => self.reader.seek_relative(by)?,
                Err(_) => {
                    self.reader.seek(SeekFrom::Start(to))?;
                }
            }
            self.position = to;
        }
        Ok(())
    }

    /// Fills `out` as far as there are bytes; says how many there were.
    pub(super) fn read_up_to(&mut self, out: &mut [u8]) -> Result<usize> {
        let mut filled = 0;
        while filled < out.len() {
            match self.reader.read(&mut out[filled..]) {
                Ok(0) => break,
                Ok(n) => filled += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.position += filled as u64;
        Ok(filled)
    }

    /// The next `N` bytes, or `None` where there are fewer.
    pub(super) fn array<const N: usize>(&mut self) -> Result<Option<[u8; N]>> {
        let mut out = [0; N];
        Ok((self.read_up_to(&mut out)? == N).then_some(out))
    }

    /// Replaces `out` by the next `len` bytes; `false` where there are fewer. Memory grows only by
    /// what is really there.
    pub(super) fn read_into(&mut self, out: &mut Vec<u8>, len: usize) -> Result<bool> {
        if len as u64 > self.remaining() {
            out.clear();
            return Ok(false);
        }
        out.resize(len, 0);
        Ok(self.read_up_to(out)? == len)
    }

    /// The next `len` bytes, which belong to `what`.
    pub(super) fn take(&mut self, len: usize, what: &str) -> Result<Vec<u8>> {
        let at = self.position;
        let mut out = Vec::new();
        if !self.read_into(&mut out, len)? {
            return Err(Error::malformed_at(
                format!("the file ends within {what}"),
                at,
            ));
        }
        Ok(out)
    }

    /// Gives the input back, to be read by another; it stands at the beginning.
    pub(super) fn into_input(self) -> Result<Box<dyn Input>> {
        let mut input = self.reader.into_inner();
        input.seek(SeekFrom::Start(0))?;
        Ok(input)
    }
}

/// Reads numbers out of a slice that may be too short: `None` then.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    bytes: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.bytes.split_at_checked(len)?;
        self.bytes = tail;
        Some(head)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, tail) = self.bytes.split_first_chunk()?;
        self.bytes = tail;
        Some(*head)
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(super) fn u16_le(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn u32_le(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64_le(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub(super) fn u16_be(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn u32_be(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    pub(super) fn u64_be(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }
}
