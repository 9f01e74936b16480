//! Filters of the second order, and equalisers made of them.
//!
//! A [`Filter`] is one band: a bell, a shelf, a high-pass. It works alone or in an
//! [`Equalizer`], which bends the phase as analogue ones do and adds no delay, or in a
//! [`LinearPhaseEqualizer`], which leaves the phase alone and takes time.

mod band;
mod cascade;
mod convolver;
mod equalizer;
mod linear_phase;
mod section;

pub use band::{Filter, FilterKind};
pub use equalizer::{Equalizer, EqualizerProcessor};
pub use linear_phase::LinearPhaseEqualizer;

pub(crate) use cascade::Cascade;
