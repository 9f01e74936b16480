//! One source, read once, feeding several sinks: each on a thread of its own where there are
//! threads, else one after the other.

use crate::{AudioBuffer, AudioSink, AudioSource, Result};

/// Blocks that may wait for a sink: enough to ride out a slow one, few enough to bound memory.
#[cfg(feature = "threads")]
const WAITING: usize = 4;

/// Reads `source` to its end into every sink; `each` sees every block first, on this thread.
///
/// # Errors
/// The first failure of a sink, of the source or of `each`; the other sinks are then stopped.
pub(super) fn feed(
    source: &mut dyn AudioSource,
    sinks: &mut [&mut (dyn AudioSink + Send)],
    mut each: impl FnMut(&AudioBuffer) -> Result<()>,
) -> Result<()> {
    #[cfg(feature = "threads")]
    return threaded::feed(source, sinks, &mut each);
    #[cfg(not(feature = "threads"))]
    {
        let mut block = AudioBuffer::default();
        while source.read(&mut block)? {
            each(&block)?;
            for sink in &mut *sinks {
                sink.write(&block)?;
            }
        }
        Ok(())
    }
}

#[cfg(feature = "threads")]
mod threaded {
    use std::sync::Arc;
    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
    use std::thread;

    use super::{AudioBuffer, AudioSink, AudioSource, Result, WAITING};

    pub(super) fn feed(
        source: &mut dyn AudioSource,
        sinks: &mut [&mut (dyn AudioSink + Send)],
        each: &mut dyn FnMut(&AudioBuffer) -> Result<()>,
    ) -> Result<()> {
        thread::scope(|scope| {
            let (senders, workers): (Vec<_>, Vec<_>) = sinks
                .iter_mut()
                .map(|sink| {
                    let (sender, blocks) = sync_channel(WAITING);
                    (sender, scope.spawn(move || drain(&blocks, *sink)))
                })
                .unzip();
            let read = pump(source, &senders, each);
            // Without senders the workers see the end, and stop.
            drop(senders);
            let mut outcome = Ok(());
            for worker in workers {
                let ended = worker
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
                outcome = outcome.and(ended);
            }
            // A sink that failed is why reading stopped early: its error comes first.
            outcome.and(read)
        })
    }

    fn pump(
        source: &mut dyn AudioSource,
        senders: &[SyncSender<Arc<AudioBuffer>>],
        each: &mut dyn FnMut(&AudioBuffer) -> Result<()>,
    ) -> Result<()> {
        loop {
            let mut block = AudioBuffer::default();
            if !source.read(&mut block)? {
                return Ok(());
            }
            each(&block)?;
            let block = Arc::new(block);
            for sender in senders {
                if sender.send(Arc::clone(&block)).is_err() {
                    return Ok(());
                }
            }
        }
    }

    fn drain(blocks: &Receiver<Arc<AudioBuffer>>, sink: &mut dyn AudioSink) -> Result<()> {
        blocks.iter().try_for_each(|block| sink.write(&block))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AudioSpec, ChannelLayout, Error, MemorySource};

    #[derive(Default)]
    struct Sum {
        frames: usize,
        fail_after: Option<usize>,
    }

    impl AudioSink for Sum {
        fn write(&mut self, block: &AudioBuffer) -> Result<()> {
            self.frames += block.frames();
            match self.fail_after {
                Some(frames) if self.frames > frames => Err(Error::Empty),
                _ => Ok(()),
            }
        }
    }

    fn source(frames: usize) -> MemorySource {
        let spec = AudioSpec::new(44_100, ChannelLayout::Mono);
        MemorySource::new(spec, AudioBuffer::from_planes(vec![vec![0.5; frames]]))
    }

    #[test]
    fn every_sink_gets_every_frame() {
        let (mut one, mut two, mut seen) = (Sum::default(), Sum::default(), 0);
        feed(&mut source(100_000), &mut [&mut one, &mut two], |block| {
            seen += block.frames();
            Ok(())
        })
        .unwrap();
        assert_eq!((one.frames, two.frames, seen), (100_000, 100_000, 100_000));
    }

    #[test]
    fn a_sink_which_fails_ends_the_work_with_its_error() {
        let mut one = Sum::default();
        let mut two = Sum {
            fail_after: Some(20_000),
            ..Sum::default()
        };
        let ended = feed(&mut source(10_000_000), &mut [&mut one, &mut two], |_| {
            Ok(())
        });
        assert!(matches!(ended, Err(Error::Empty)));
        assert!(one.frames < 10_000_000);
    }
}
