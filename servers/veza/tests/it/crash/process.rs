//! A process that is started again whenever it ends, as a supervisor does.

use std::fs::OpenOptions;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::{mpsc, oneshot, watch};

use crate::support::BINARY;

/// How long a supervisor waits before it starts again what ended by itself.
const PAUSE: Duration = Duration::from_millis(300);
/// How long a process may take to end when it is asked to.
const PATIENCE: Duration = Duration::from_secs(40);

/// Where a process is reached that has told so.
#[derive(Clone, Debug)]
pub(super) struct Up {
    pub(super) pid: u32,
    pub(super) api: String,
}

enum Order {
    /// Ends it as `kill -9` does, and starts it again after a while.
    Kill(Duration, oneshot::Sender<()>),
    /// Asks it to end, for good.
    End(oneshot::Sender<Option<ExitStatus>>),
}

/// A process with its supervisor.
pub(super) struct Process {
    pub(super) name: String,
    orders: mpsc::Sender<Order>,
    up: watch::Receiver<Option<Up>>,
}

impl Process {
    /// Starts `veza` with these arguments; its log is added to a file.
    pub(super) fn start(name: &str, arguments: Vec<String>, log: PathBuf) -> Self {
        let (orders, received) = mpsc::channel(1);
        let (told, up) = watch::channel(None);
        let supervisor = Supervisor {
            arguments,
            log,
            told,
            orders: received,
        };
        tokio::spawn(supervisor.run());
        Self {
            name: name.to_owned(),
            orders,
            up,
        }
    }

    /// Where it is, while it runs.
    pub(super) fn up(&self) -> watch::Receiver<Option<Up>> {
        self.up.clone()
    }

    /// Waits until it has told where it is.
    pub(super) async fn is_up(&self) -> Up {
        let mut up = self.up();
        let up = tokio::time::timeout(Duration::from_secs(90), up.wait_for(Option::is_some));
        let up = up
            .await
            .unwrap_or_else(|_| panic!("{} does not start", self.name));
        up.unwrap().clone().unwrap()
    }

    /// Kills it, which is done when this answers; it is started again after `down`.
    pub(super) async fn kill(&self, down: Duration) {
        let (done, killed) = oneshot::channel();
        self.orders.send(Order::Kill(down, done)).await.unwrap();
        killed.await.unwrap();
    }

    /// Asks it to end; none when it did not.
    pub(super) async fn end(&self) -> Option<ExitStatus> {
        let (done, ended) = oneshot::channel();
        self.orders.send(Order::End(done)).await.unwrap();
        ended.await.unwrap()
    }
}

struct Supervisor {
    arguments: Vec<String>,
    log: PathBuf,
    told: watch::Sender<Option<Up>>,
    orders: mpsc::Receiver<Order>,
}

impl Supervisor {
    fn spawn(&self) -> Child {
        let log = OpenOptions::new().create(true).append(true).open(&self.log);
        Command::new(BINARY)
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log.unwrap())
            .kill_on_drop(true)
            .spawn()
            .unwrap()
    }

    async fn run(mut self) {
        while let Some(pause) = self.one_life().await {
            tokio::time::sleep(pause).await;
        }
    }

    /// From a start to its end; how long to wait before the next, if there is one.
    async fn one_life(&mut self) -> Option<Duration> {
        let mut child = self.spawn();
        let pid = child.id().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut is_up = false;
        loop {
            tokio::select! {
                line = lines.next_line(), if !is_up => {
                    is_up = true;
                    if let Ok(Some(line)) = line {
                        let addresses: Value = serde_json::from_str(&line).unwrap();
                        let api = addresses["api"].as_str().unwrap().to_owned();
                        self.told.send_replace(Some(Up { pid, api }));
                    }
                }
                _ = child.wait() => {
                    self.told.send_replace(None);
                    return Some(PAUSE);
                }
                order = self.orders.recv() => match order? {
                    Order::Kill(down, done) => {
                        self.told.send_replace(None);
                        child.kill().await.unwrap();
                        let _ = done.send(());
                        return Some(down);
                    }
                    Order::End(done) => {
                        let mut kill = Command::new("kill");
                        kill.args(["-s", "TERM", &pid.to_string()]);
                        assert!(kill.status().await.unwrap().success());
                        let ended = tokio::time::timeout(PATIENCE, child.wait()).await;
                        let _ = done.send(ended.ok().map(Result::unwrap));
                        return None;
                    }
                }
            }
        }
    }
}
