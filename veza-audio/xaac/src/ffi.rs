//! The only unsafe code of the crate: calls into C.
//!
//! `c/veza_xaac.h` says what each function asks for and gives; [`Handle`] keeps to it.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::ptr::NonNull;

/// Frames of a packet, as `VEZA_XAAC_FRAMES`.
pub(crate) const FRAMES: usize = 1024;

/// Most bytes of a packet for each channel, as `VEZA_XAAC_CHANNEL_BYTES`.
pub(crate) const CHANNEL_BYTES: usize = 768;

unsafe extern "C" {
    fn veza_xaac_open(
        sample_rate: u32,
        channels: u32,
        bit_rate: u32,
        bandwidth: u32,
        encoder: *mut *mut c_void,
    ) -> i32;
    fn veza_xaac_encode(encoder: *mut c_void, frames: *const f32, packet: *mut u8) -> i32;
    fn veza_xaac_close(encoder: *mut c_void);
}

/// An open encoder, closed when dropped.
pub(crate) struct Handle {
    encoder: NonNull<c_void>,
    channels: usize,
}

// SAFETY: the encoder is memory of its own: it refers to no thread and to no state that another
// encoder changes (libxaac's tables are only read).
unsafe impl Send for Handle {}

impl Handle {
    /// Opens an encoder of 1, 2 or 6 channels; the error is the library's code.
    pub(crate) fn open(
        sample_rate: u32,
        channels: u32,
        bit_rate: u32,
        bandwidth: u32,
    ) -> Result<Self, i32> {
        let mut encoder = std::ptr::null_mut();
        // SAFETY: `encoder` is a place to write one pointer to; the numbers may be any.
        let error =
            unsafe { veza_xaac_open(sample_rate, channels, bit_rate, bandwidth, &raw mut encoder) };
        match NonNull::new(encoder) {
            Some(encoder) if error == 0 => Ok(Self {
                encoder,
                channels: channels as usize,
            }),
            _ => Err(error),
        }
    }

    /// Encodes [`FRAMES`] interleaved frames, and answers the packet's bytes; the error is the
    /// library's code.
    ///
    /// # Panics
    /// Where `frames` or `packet` has not the length for the channels.
    pub(crate) fn encode(&mut self, frames: &[f32], packet: &mut [u8]) -> Result<usize, i32> {
        assert_eq!(frames.len(), FRAMES * self.channels);
        assert_eq!(packet.len(), CHANNEL_BYTES * self.channels);
        // SAFETY: the encoder is open and nobody else has it; it reads as many samples and writes
        // at most as many bytes as was checked above.
        let bytes = unsafe {
            veza_xaac_encode(self.encoder.as_ptr(), frames.as_ptr(), packet.as_mut_ptr())
        };
        usize::try_from(bytes)
            .ok()
            .filter(|&bytes| bytes > 0 && bytes <= packet.len())
            .ok_or(bytes)
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: it was opened by `open`, and is closed once.
        unsafe { veza_xaac_close(self.encoder.as_ptr()) }
    }
}
