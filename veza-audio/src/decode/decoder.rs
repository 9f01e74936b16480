//! Pulls packets, decodes them, and keeps count of time: what is trimmed, what is lost.

use serde::Serialize;

use super::codec::Codec;
use super::packets::{Demuxer, Unit, Window};
use super::probe::{Info, Probe};
use crate::{AudioBuffer, AudioSource, AudioSpec, Error, Limits, MAX_BLOCK_FRAMES, Result};

/// Blocks are gathered up to this many frames, so that small packets cost their readers little.
const TARGET_FRAMES: usize = 4_096;

/// Packets which may hold no sound at all: a file of nothing else must not cost time.
const MAX_SILENT_PACKETS: u64 = 100_000;

/// How many places of damage are kept; the sums go on.
const MAX_PLACES: usize = 256;

/// What was lost of a sound while it was decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Damage {
    /// Packets which could not be read or decoded.
    pub bad_packets: u64,
    /// Frames in the sound which are silence because their packets are lost.
    pub lost_frames: u64,
    /// Frames at the end which the container promises and does not hold.
    pub missing_frames: u64,
    /// Whether the file ends before its stream does, where that can be told without knowing by
    /// how much.
    pub cut_short: bool,
    /// Where frames were lost: the first 256 places.
    pub places: Vec<LostRange>,
}

impl Damage {
    /// Whether nothing was lost.
    pub fn is_none(&self) -> bool {
        let lost = self.bad_packets + self.lost_frames + self.missing_frames;
        lost == 0 && !self.cut_short
    }

    fn lose(&mut self, frame: u64, frames: u64) {
        self.lost_frames += frames;
        let room = self.places.len() < MAX_PLACES;
        match self.places.last_mut() {
            Some(last) if last.frame + last.frames == frame => last.frames += frames,
            _ if room => self.places.push(LostRange { frame, frames }),
            _ => {}
        }
    }
}

/// A run of frames which were lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LostRange {
    /// The first lost frame of the sound.
    pub frame: u64,
    /// How many are lost.
    pub frames: u64,
}

/// What a container's opening gives: everything a [`Decoder`] is made of.
pub(super) struct Opened {
    pub(super) info: Info,
    pub(super) spec: AudioSpec,
    pub(super) window: Window,
    /// Whether the window's end is certain without reading the packets.
    pub(super) exact: bool,
    /// Frames the header promises which the file is too short for, left out of `window`.
    pub(super) missing: u64,
    /// Whether the stream has no end in this file.
    pub(super) cut_short: bool,
    pub(super) demuxer: Box<dyn Demuxer>,
    pub(super) codec: Codec,
}

/// Decodes a file, block by block, in bounded memory. Made by [`super::open`].
///
/// The encoder's delay and padding are removed. A packet which cannot be decoded becomes silence
/// of its own length, so that what follows stays in its place, and is counted in
/// [`Decoder::damage`].
pub struct Decoder {
    opened: Opened,
    limits: Limits,
    damage: Damage,
    data: Vec<u8>,
    unit: Option<Unit>,
    silence: u64,
    spill: AudioBuffer,
    spilt: usize,
    /// Decoded frames so far, before trimming.
    at: u64,
    /// Frames given so far, since the last [`Decoder::seek`].
    given: u64,
    /// Packets without a frame of sound.
    silent: u64,
    /// Whether any packet could be decoded.
    sounded: bool,
    done: bool,
    /// The decoded frame from which on frames are given: that of the last [`Decoder::seek`].
    from: u64,
}

impl Decoder {
    pub(super) fn new(opened: Opened, limits: &Limits) -> Result<Self> {
        limits.check_spec(opened.spec)?;
        if let Some(frames) = opened.window.stated() {
            limits.check_frames(opened.spec, frames)?;
            if frames == 0 && opened.exact {
                return Err(Error::Empty);
            }
        }
        Ok(Self {
            spill: AudioBuffer::new(opened.spec.channels()),
            damage: Damage {
                missing_frames: opened.missing,
                cut_short: opened.cut_short,
                ..Damage::default()
            },
            opened,
            limits: *limits,
            data: Vec::new(),
            unit: None,
            silence: 0,
            spilt: 0,
            at: 0,
            given: 0,
            silent: 0,
            sounded: false,
            done: false,
            from: 0,
        })
    }

    /// What the container and its codec are, and the tags.
    pub fn info(&self) -> &Info {
        &self.opened.info
    }

    /// What has been lost so far; complete once [`AudioSource::read`] has answered `false`.
    pub fn damage(&self) -> &Damage {
        &self.damage
    }

    /// Moves to a frame of the sound: the next block begins with it, to the frame. It costs what
    /// lies there and not what lies before, but for MP3, whose frames have to be counted once.
    ///
    /// The sound is what reading from the beginning gives: bit for bit, but for Opus and AAC with
    /// noise substitution, whose decoders remember. [`AudioSource::frames`] and
    /// [`Decoder::damage`] count from here on.
    /// Beyond the end there is nothing to read, which is no error.
    ///
    /// ```
    /// use veza_audio::decode;
    /// use veza_audio::{AudioBuffer, AudioSource, Limits};
    ///
    /// # let wav = b"RIFF\x28\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0\
    /// #     data\x04\0\0\0\0\x40\0\xc0";
    /// # let file = std::io::Cursor::new(wav);
    /// let mut decoder = decode::open(Box::new(file), &Limits::default())?;
    /// let mut block = AudioBuffer::default();
    /// decoder.seek(1)?;
    /// assert!(decoder.read(&mut block)?);
    /// assert_eq!(block.plane(0), [-0.5]);
    /// decoder.seek(0)?;
    /// assert!(decoder.read(&mut block)?);
    /// assert_eq!(block.plane(0), [0.5, -0.5]);
    /// # Ok::<(), veza_audio::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of reading, and [`Error::Malformed`] where damage hides the place.
    pub fn seek(&mut self, frame: u64) -> Result<()> {
        let window = self.opened.window;
        self.unit = None;
        self.silence = 0;
        self.spill.truncate(0);
        self.spilt = 0;
        self.silent = 0;
        self.damage = Damage {
            missing_frames: self.opened.missing,
            cut_short: self.opened.cut_short,
            ..Damage::default()
        };
        self.given = 0;
        self.from = window.start.saturating_add(frame);
        self.opened.codec.reset();
        // Nothing is read any more when this fails, or is beyond the end.
        self.done = true;
        if window.end.is_some_and(|end| self.from >= end) {
            self.sounded = true;
            return Ok(());
        }
        self.at = self.opened.demuxer.seek(self.from)?;
        self.done = false;
        Ok(())
    }

    /// Reads the packets to the end, without decoding them, for the exact length.
    pub(super) fn into_probe(mut self) -> Result<Probe> {
        let frames = match self.opened.window.stated() {
            Some(frames) if self.opened.exact => frames,
            _ => self.scan()?,
        };
        if frames == 0 {
            return Err(Error::Empty);
        }
        Ok(Probe::new(self.opened.info, self.opened.spec, frames))
    }

    fn scan(&mut self) -> Result<u64> {
        let window = self.opened.window;
        let mut decoded = 0u64;
        while window.end.is_none_or(|end| decoded < end) {
            let Some(unit) = self.next_unit()? else { break };
            decoded = decoded.saturating_add(unit.advance());
            self.limits
                .check_frames(self.opened.spec, window.frames(decoded))?;
        }
        Ok(window.frames(decoded))
    }

    fn next_unit(&mut self) -> Result<Option<Unit>> {
        let unit = self.opened.demuxer.next(&mut self.data)?;
        self.silent += u64::from(unit.is_some_and(|unit| unit.advance() == 0));
        if self.silent > MAX_SILENT_PACKETS {
            return Err(Error::malformed("too many packets hold no sound"));
        }
        if unit.is_some_and(|unit| unit.after_damage) {
            self.count_bad("bytes between the packets make no sense")?;
        }
        Ok(unit)
    }

    fn count_bad(&mut self, reason: &str) -> Result<()> {
        self.damage.bad_packets += 1;
        if self.damage.bad_packets > self.limits.max_bad_packets {
            let most = self.limits.max_bad_packets;
            return Err(Error::malformed(format!(
                "more than {most} packets are damaged; the last: {reason}"
            )));
        }
        Ok(())
    }

    /// The frame of the sound that decoded frame `at` is.
    fn sound_frame(&self, at: u64) -> u64 {
        at.saturating_sub(self.opened.window.start)
    }

    fn decode_unit(&mut self, unit: Unit, at: u64, out: &mut AudioBuffer) -> Result<()> {
        let before = out.frames();
        // A packet is at most a few seconds long: its demuxer says so.
        let frames = unit.frames as usize;
        if let Err(reason) = self.opened.codec.decode(&self.data, frames, out) {
            out.truncate(before);
            out.resize(before + frames);
            // What a packet leans on may lie before the place that was gone to.
            if at.saturating_add(unit.frames) > self.from {
                self.count_bad(&reason)?;
                if frames > 0 {
                    self.damage.lose(self.sound_frame(at), unit.frames);
                }
            }
        } else {
            self.sounded = true;
        }
        out.truncate(before + frames.saturating_sub(unit.trim_end as usize));
        Ok(())
    }

    /// Counts what was appended to `block` since it had `before` frames, and trims it.
    fn settle(&mut self, block: &mut AudioBuffer, before: usize) {
        let frames = (block.frames() - before) as u64;
        let window = self.opened.window;
        let drop = window
            .start
            .max(self.from)
            .saturating_sub(self.at)
            .min(frames);
        self.at += frames;
        if drop > 0 {
            // Nothing stands before it: all that came earlier was dropped as well.
            block.drop_front(drop as usize);
        }
        if let Some(end) = window.end
            && self.at >= end
        {
            let over = (self.at - end).min(block.frames() as u64);
            block.truncate(block.frames() - over as usize);
            self.done = true;
        }
    }

    fn fill(&mut self, block: &mut AudioBuffer) -> Result<()> {
        while !self.done && block.frames() < TARGET_FRAMES {
            let before = block.frames();
            let room = MAX_BLOCK_FRAMES - before;
            if self.silence > 0 {
                let frames = self.silence.min(room as u64);
                self.silence -= frames;
                block.resize(before + frames as usize);
                self.settle(block, before);
            } else if self.spilt < self.spill.frames() {
                let frames = (self.spill.frames() - self.spilt).min(room);
                block.extend_from(&self.spill, self.spilt, frames);
                self.spilt += frames;
                self.settle(block, before);
            } else if let Some(unit) = self.unit.take() {
                if unit.frames as usize <= room {
                    self.decode_unit(unit, self.at, block)?;
                    self.settle(block, before);
                } else {
                    let mut spill = std::mem::take(&mut self.spill);
                    spill.reset(block.channels());
                    let decoded = self.decode_unit(unit, self.at, &mut spill);
                    (self.spill, self.spilt) = (spill, 0);
                    decoded?;
                }
            } else if let Some(unit) = self.next_unit()? {
                if unit.gap > 0 {
                    self.silence = unit.gap;
                    self.damage.lose(self.sound_frame(self.at), unit.gap);
                }
                self.unit = Some(unit);
            } else {
                self.done = true;
                let promised = self.opened.window.end.unwrap_or(self.at);
                self.damage.missing_frames += promised.saturating_sub(self.at);
                if !self.sounded && self.damage.bad_packets > 0 {
                    return Err(Error::malformed("none of the packets could be decoded"));
                }
            }
        }
        Ok(())
    }
}

impl AudioSource for Decoder {
    fn spec(&self) -> AudioSpec {
        self.opened.spec
    }

    fn frames(&self) -> Option<u64> {
        let window = self.opened.window;
        let from = window.start.max(self.from);
        window.end.map(|end| end.saturating_sub(from))
    }

    fn read(&mut self, block: &mut AudioBuffer) -> Result<bool> {
        block.reset(self.opened.spec.channels());
        if let Err(error) = self.fill(block) {
            // What failed once is not tried again.
            self.done = true;
            block.truncate(0);
            return Err(error);
        }
        if self.opened.codec.is_float() {
            for plane in block.planes_mut() {
                for sample in plane.iter_mut().filter(|sample| !sample.is_finite()) {
                    *sample = 0.0;
                }
            }
        }
        let first = self.given == 0 && self.from <= self.opened.window.start;
        self.given += block.frames() as u64;
        self.limits.check_frames(self.opened.spec, self.given)?;
        if first && block.is_empty() {
            return Err(Error::Empty);
        }
        Ok(!block.is_empty())
    }
}
