//! How long work tells how far it is, and is told to stop.

use crate::{Error, Result};

/// Is told how far the work is; answers whether it should go on.
pub trait Observer {
    /// The work stands at `done` of 0.0 to 1.0. `false` asks it to stop, and the call which is
    /// observed then fails with [`Error::Cancelled`].
    fn progress(&mut self, done: f32) -> bool;
}

impl<F: FnMut(f32) -> bool> Observer for F {
    fn progress(&mut self, done: f32) -> bool {
        self(done)
    }
}

/// Nobody looks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn progress(&mut self, _done: f32) -> bool {
        true
    }
}

/// Tells `observer` and turns its "no" into an error.
pub(crate) fn report(observer: &mut dyn Observer, done: f32) -> Result<()> {
    if observer.progress(done.clamp(0.0, 1.0)) {
        Ok(())
    } else {
        Err(Error::Cancelled)
    }
}
