//! Effects, one after the other: filters, dynamics, width, fades, dither.
//!
//! An effect is asked for by plain parameters, in Rust or as JSON ([`Effect`]). [`Prepare`] makes
//! a [`Processor`] of it for a stream, and a [`Chain`] runs processors over a source, with their
//! latency taken back. [`apply`] does all of that at once.
//!
//! ```
//! use veza_audio::effects::{apply, parse};
//! use veza_audio::{AudioBuffer, AudioSource, AudioSpec, ChannelLayout, MemorySource, read_all};
//!
//! let effects = parse(
//!     r#"[
//!         {"type": "highPass", "frequency": 30},
//!         {"type": "peaking", "frequency": 3000, "q": 1, "gainDb": 2.5},
//!         {"type": "width", "width": 1.2},
//!         {"type": "fadeOut", "seconds": 0.5}
//!     ]"#,
//! )?;
//! let spec = AudioSpec::new(48_000, ChannelLayout::Stereo);
//! let sound = AudioBuffer::from_planes(vec![vec![0.25; 96_000]; 2]);
//! let mut processed = apply(MemorySource::new(spec, sound), &effects)?;
//! assert_eq!(read_all(&mut processed)?.frames(), 96_000);
//! # Ok::<(), veza_audio::Error>(())
//! ```

mod amplify;
mod apply;
mod chain;
mod delay;
mod effect;
mod fade;
mod processor;
mod trim;
mod width;

pub use amplify::Amplify;
pub use apply::apply;
pub use chain::Chain;
pub use effect::{Effect, parse};
pub use fade::{FadeCurve, FadeIn, FadeOut};
pub use processor::{GainReduction, Prepare, Processor};
pub use trim::{TrimSilence, TrimmedSource};
pub use width::Width;

pub(crate) use delay::Delay;
pub(crate) use processor::ReductionMeter;
