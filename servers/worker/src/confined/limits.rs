//! The rights that a child gives up before it reads the first byte.

use std::io;

use rustix::process::{
    Pid, Resource, Rlimit, Signal, getppid, set_parent_process_death_signal, setrlimit,
};
use rustix::thread::set_no_new_privs;

/// What a child may use at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChildLimits {
    /// Memory it may map, in bytes (`RLIMIT_AS`).
    pub address_space: u64,
    /// Processor time, in seconds over all its threads (`RLIMIT_CPU`).
    pub cpu_seconds: u64,
    /// Largest file it may write, in bytes (`RLIMIT_FSIZE`).
    pub file_bytes: u64,
    /// Files it may hold open (`RLIMIT_NOFILE`).
    pub open_files: u64,
}

impl Default for ChildLimits {
    fn default() -> Self {
        Self {
            address_space: 2 << 30,
            cpu_seconds: 3_600,
            file_bytes: 16 << 30,
            open_files: 256,
        }
    }
}

impl ChildLimits {
    /// Puts the limits on this process, for good: the hard limits come down with the soft ones.
    ///
    /// It will leave no core file, gain no rights from what it might start, and be killed when
    /// the process `parent` ends.
    ///
    /// # Errors
    /// When the system refuses one, or when `parent` has ended already.
    pub fn apply(&self, parent: u32) -> io::Result<()> {
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // The signal comes only when the parent ends from here on; it may have ended before.
        let expected = i32::try_from(parent).ok().and_then(Pid::from_raw);
        if expected.is_none() || getppid() != expected {
            return Err(io::Error::other("the parent has ended"));
        }
        set_no_new_privs(true)?;
        for (resource, most) in [
            (Resource::As, self.address_space),
            (Resource::Cpu, self.cpu_seconds),
            (Resource::Fsize, self.file_bytes),
            (Resource::Nofile, self.open_files),
            (Resource::Core, 0),
        ] {
            setrlimit(
                resource,
                Rlimit {
                    current: Some(most),
                    maximum: Some(most),
                },
            )?;
        }
        Ok(())
    }
}
