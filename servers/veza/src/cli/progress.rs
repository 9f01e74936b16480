//! A bar on the terminal while work goes on, and Ctrl-C.

use std::path::Path;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use indicatif::{ProgressBar, ProgressStyle};
use veza_audio::Observer;

static INTERRUPTED: AtomicBool = AtomicBool::new(false);
static LISTENING: Once = Once::new();

/// Shows how far the work on one file is; asks it to stop once Ctrl-C was pressed.
pub(super) struct Progress {
    bar: ProgressBar,
}

const STEPS: u64 = 1_000;

impl Progress {
    /// A bar which bears the file's name; none where `quiet` or where there is no terminal.
    pub(super) fn new(path: &Path, quiet: bool) -> Self {
        LISTENING.call_once(listen);
        let bar = if quiet {
            ProgressBar::hidden()
        } else {
            ProgressBar::new(STEPS)
        };
        let template = "{wide_msg} {bar:32} {percent:>3} %  {elapsed}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        let name = path.file_name().unwrap_or(path.as_os_str());
        bar.set_message(name.to_string_lossy().into_owned());
        Self { bar }
    }

    /// Takes the bar off the terminal.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl Observer for Progress {
    fn progress(&mut self, done: f32) -> bool {
        self.bar.set_position((done * STEPS as f32) as u64);
        !interrupted()
    }
}

/// Whether Ctrl-C was pressed.
pub(super) fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

/// Takes Ctrl-C as a wish to stop, so that what is half-made is tidied away. A second one ends
/// the process at once.
fn listen() {
    thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build();
        let Ok(runtime) = runtime else { return };
        runtime.block_on(async {
            if tokio::signal::ctrl_c().await.is_err() {
                return;
            }
            INTERRUPTED.store(true, Ordering::Relaxed);
            if tokio::signal::ctrl_c().await.is_ok() {
                std::process::exit(130);
            }
        });
    });
}
