//! A stranger's file is read in a process of its own, which can take nothing with it.
//!
//! The parent ([`run`]) starts `<program> confined ...` with an empty environment and watches
//! it: silence, the whole time, the size of what it says. The child ([`run_child`]) first takes
//! its own rights away ([`ChildLimits`]): memory, processor time, file size, open files, core
//! dumps, new privileges; and it dies with its parent. It answers in lines of JSON on its
//! standard output:
//!
//! ```json
//! {"progress":0.42}
//! {"done":{"durationSeconds":12.5}}
//! {"error":{"code":"audio.malformed","detail":"the header names 0 channels","fault":"media"}}
//! ```

mod child;
mod job;
mod limits;
mod parent;
mod protocol;

pub use child::run_child;
pub use job::{ChildJob, InvalidArguments};
pub use limits::ChildLimits;
pub use parent::{Outcome, Watch, run};
pub use protocol::{ChildError, Fault};
