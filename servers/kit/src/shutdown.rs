//! How the whole process is told to end, and ends well.

use std::io;

use tokio_util::sync::CancellationToken;

/// Tells every part of the process that it should end. Clones tell the same.
#[derive(Clone, Debug, Default)]
pub struct Shutdown {
    token: CancellationToken,
}

impl Shutdown {
    /// A shutdown that has not been asked for.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks every part to end.
    pub fn request(&self) {
        self.token.cancel();
    }

    /// Whether the end has been asked for.
    pub fn is_requested(&self) -> bool {
        self.token.is_cancelled()
    }

    /// Waits until the end is asked for.
    pub async fn requested(&self) {
        self.token.cancelled().await;
    }

    /// Asks for the end at the first SIGTERM or SIGINT (ctrl-c) from now on.
    ///
    /// # Errors
    /// When the handlers cannot be put in place.
    pub fn on_signals(&self) -> io::Result<()> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let shutdown = self.clone();
        tokio::spawn(async move {
            let name = tokio::select! {
                _ = terminate.recv() => "SIGTERM",
                _ = interrupt.recv() => "SIGINT",
            };
            tracing::info!(signal = name, "stopping");
            shutdown.request();
        });
        Ok(())
    }
}
