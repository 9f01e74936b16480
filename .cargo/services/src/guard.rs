//! A process that ends with this one.

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::StartError;

/// Runs its arguments as a program, and ends it when the standard input ends: the other end of
/// that pipe is held by the process that wanted the server, and closes however that process ends.
/// The program leads a group of processes, for some are started by a script; the whole group is
/// ended. Its end is waited for, and its status handed on. When that process is gone, nobody else
/// is left to remove the folder.
const KEEPER: &str = r#"
exec 3<&0 </dev/null
signal=$1; shift
setsid "$@" 3<&- &
server=$!
echo "$server" > "$PID_FILE"
( cat <&3 >/dev/null; kill -s "$signal" -- "-$server" 2>/dev/null; sleep 10; kill -s KILL -- "-$server" 2>/dev/null ) &
watcher=$!
exec 3<&-
wait "$server"
status=$?
kill "$watcher" 2>/dev/null
read -r _ _ _ parent _ < "/proc/$$/stat"
[ "$parent" = "$PARENT" ] || rm -rf "$FOLDER"
exit "$status"
"#;

/// How a server is asked to end at once.
pub(crate) const QUIT: &str = "QUIT";
/// How a server is asked to end.
pub(crate) const TERM: &str = "TERM";

/// A running server. Dropping it ends the server.
#[derive(Debug)]
pub struct Server {
    keeper: Child,
    pid: i32,
}

impl Server {
    /// Starts a program; `signal` ends it.
    pub(crate) fn start(
        command: &Command,
        signal: &str,
        log: &Path,
        folder: &Path,
    ) -> Result<Self, StartError> {
        let out = File::create(log).map_err(StartError::io("the log of the server"))?;
        let err = out
            .try_clone()
            .map_err(StartError::io("the log of the server"))?;
        let pid_file = folder.join("server.pid");
        let _ = std::fs::remove_file(&pid_file);
        let mut keeper = Command::new("sh");
        keeper
            .args(["-c", KEEPER, "keeper", signal])
            .arg(command.get_program())
            .args(command.get_args())
            .env("PID_FILE", &pid_file)
            .env("FOLDER", folder)
            .env("PARENT", std::process::id().to_string())
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(out)
            .stderr(err);
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => keeper.env(name, value),
                None => keeper.env_remove(name),
            };
        }
        let keeper = keeper.spawn().map_err(StartError::io("sh"))?;
        for _ in 0..400 {
            let text = std::fs::read_to_string(&pid_file).unwrap_or_default();
            if let (true, Ok(pid)) = (text.ends_with('\n'), text.trim().parse()) {
                return Ok(Self { keeper, pid });
            }
            sleep(Duration::from_millis(10));
        }
        Err(StartError::new("the keeper of the server did not start"))
    }

    /// The id of the server's process, and of its group.
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// Whether it runs.
    pub fn is_running(&mut self) -> bool {
        matches!(self.keeper.try_wait(), Ok(None))
    }

    /// Ends it as `kill -9` does, and waits until it is gone.
    ///
    /// # Errors
    /// When it is gone already, or cannot be waited for.
    pub fn kill(&mut self) -> io::Result<()> {
        self.signal(rustix::process::Signal::KILL)?;
        self.keeper.wait().map(drop)
    }

    /// Stops it where it stands, or lets it go on: to its clients it is a black hole meanwhile.
    ///
    /// # Errors
    /// When it is gone.
    pub fn freeze(&self, frozen: bool) -> io::Result<()> {
        self.signal(if frozen {
            rustix::process::Signal::STOP
        } else {
            rustix::process::Signal::CONT
        })
    }

    fn signal(&self, signal: rustix::process::Signal) -> io::Result<()> {
        let pid = rustix::process::Pid::from_raw(self.pid)
            .ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        Ok(rustix::process::kill_process_group(pid, signal)?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A frozen server cannot end.
        let _ = self.freeze(false);
        // The keeper ends the server when its pipe closes.
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}
