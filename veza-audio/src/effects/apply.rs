//! From a list of effects to a source.

use super::{Chain, Effect, Prepare, Processor, TrimmedSource};
use crate::{AudioSource, Error, Result};

/// Gives `source` through `effects`, first to last, their latency taken back: as many frames come
/// out as go in, unless silence is trimmed.
///
/// # Errors
/// [`Error::InvalidParameter`] for the first effect which cannot be had for this source, by its
/// number and type.
pub fn apply<'a>(
    source: impl AudioSource + 'a,
    effects: &[Effect],
) -> Result<Box<dyn AudioSource + 'a>> {
    let spec = source.spec();
    let mut source: Box<dyn AudioSource + 'a> = Box::new(source);
    let mut waiting: Vec<Box<dyn Processor>> = Vec::new();
    for (number, effect) in (1..).zip(effects) {
        let named = |error: Error| {
            let reason = format!("number {number} ({}): {error}", effect.name());
            Error::invalid("effects", reason)
        };
        match effect {
            Effect::TrimSilence(settings) => {
                source = chained(source, std::mem::take(&mut waiting));
                source = Box::new(TrimmedSource::new(source, *settings).map_err(named)?);
            }
            effect => waiting.push(effect.prepare(spec).map_err(named)?),
        }
    }
    Ok(chained(source, waiting))
}

fn chained<'a>(
    source: Box<dyn AudioSource + 'a>,
    processors: Vec<Box<dyn Processor>>,
) -> Box<dyn AudioSource + 'a> {
    if processors.is_empty() {
        return source;
    }
    Box::new(Chain::new(source, processors))
}
