//! What is killed: one process with everything in it, or the processes and servers of production.

use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;
use test_services::postgres::Postgres;
use test_services::rabbitmq::RabbitMq;
use test_services::redis::Redis;
use test_services::smtp::Smtp;
use tokio::time::Instant;
use veza_sql::{PostgresOptions, SqlStore};

use super::process::Process;
use crate::chance::Random;
use crate::mails::MailFolder;

/// A broker of version 3.10 that is killed within half a second of making a queue may lose it.
const YOUNG_BROKER: Duration = Duration::from_secs(5);

/// How many servers there are to kill.
pub(super) const SERVERS: usize = 4;

/// The servers of production, each of them this installation's own.
pub(super) struct Servers {
    postgres: Postgres,
    redis: Redis,
    rabbitmq: RabbitMq,
    smtp: Smtp,
    broker_since: Instant,
}

/// An installation.
pub(super) struct Installation {
    folder: TempDir,
    pub(super) processes: Vec<Process>,
    servers: Option<Servers>,
}

impl Installation {
    /// Starts one process with everything in it.
    pub(super) async fn embedded() -> Self {
        Self::start(None, &[("everything", &[])]).await
    }

    /// Starts the processes and the servers of production.
    pub(super) async fn full_set() -> Self {
        let servers = tokio::task::block_in_place(|| Servers {
            postgres: Postgres::start().unwrap(),
            redis: Redis::start().unwrap(),
            rabbitmq: RabbitMq::start().unwrap(),
            smtp: Smtp::start().unwrap(),
            broker_since: Instant::now(),
        });
        let parts: [(&str, &[&str]); 4] = [
            ("api 1", &["api", "stream"]),
            ("api 2", &["api", "stream"]),
            ("worker 1", &["worker"]),
            ("worker 2", &["worker"]),
        ];
        Self::start(Some(servers), &parts).await
    }

    async fn start(servers: Option<Servers>, parts: &[(&str, &[&str])]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("logs")).unwrap();
        let mut installation = Self {
            folder,
            processes: Vec::new(),
            servers,
        };
        for (name, parts) in parts {
            installation.start_process(name, parts);
            // The first makes the keys and the tables.
            installation.processes[0].is_up().await;
        }
        installation.is_up().await;
        installation
    }

    /// Whether there are servers to kill.
    pub(super) fn has_servers(&self) -> bool {
        self.servers.is_some()
    }

    /// Waits until every process has told where it is.
    pub(super) async fn is_up(&self) {
        for process in &self.processes {
            process.is_up().await;
        }
    }

    fn start_process(&mut self, name: &str, parts: &[&str]) {
        let mut arguments = vec!["serve".to_owned()];
        arguments.extend(parts.iter().map(|part| (*part).to_owned()));
        let data = self.data().display().to_string();
        arguments.extend(["--data".to_owned(), data]);
        let fixed = "--api-port 0 --chat-port 0 --stream-port 0 --json --log warn \
                     --rate-limits loose --jobs 2";
        arguments.extend(fixed.split_whitespace().map(str::to_owned));
        if let Some(servers) = &self.servers {
            arguments.extend(self.database());
            let settings = [
                ("--redis-url", servers.redis.url()),
                ("--amqp-url", servers.rabbitmq.url()),
                ("--smtp-url", servers.smtp.open_url()),
            ];
            arguments.extend(
                settings
                    .into_iter()
                    .flat_map(|(name, url)| [name.to_owned(), url]),
            );
        }
        let log = self.logs().join(name.replace(' ', "-"));
        self.processes.push(Process::start(name, arguments, log));
    }

    /// Where its data is.
    pub(super) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Where its processes write their logs, a file each.
    pub(super) fn logs(&self) -> PathBuf {
        self.folder.path().join("logs")
    }

    /// The settings by which the command line finds its database.
    pub(super) fn database(&self) -> Vec<String> {
        let url = self.servers.as_ref().map(|servers| servers.postgres.url());
        url.map_or_else(Vec::new, |url| vec!["--database-url".to_owned(), url])
    }

    /// Its store, beside its processes.
    pub(super) async fn store(&self) -> SqlStore {
        let store = match &self.servers {
            None => SqlStore::sqlite(&self.data().join("veza.db")).await,
            Some(servers) => {
                let options = PostgresOptions::new(servers.postgres.url()).connections(4);
                SqlStore::postgres(&options).await
            }
        };
        store.unwrap()
    }

    /// The mails that have left it.
    pub(super) fn mails(&self) -> MailFolder {
        match &self.servers {
            None => MailFolder::of(&self.data()),
            Some(servers) => MailFolder::at(servers.smtp.mail_folder()),
        }
    }

    /// Kills one of the processes or, less often, of the servers; its name.
    pub(super) async fn kill_one(&mut self, chance: &mut Random) -> String {
        if self.servers.is_some() && chance.below(100) < 15 {
            return self.kill_server(chance.below(SERVERS), chance);
        }
        let process = &self.processes[chance.below(self.processes.len())];
        // Now and then it is missed for a while.
        let down = if chance.below(4) == 0 { 1_000 } else { 0 };
        process.kill(Duration::from_millis(down)).await;
        process.name.clone()
    }

    /// Kills a server and starts it again on what it kept.
    pub(super) fn kill_server(&mut self, which: usize, chance: &mut Random) -> String {
        let servers = self.servers.as_mut().unwrap();
        let down = Duration::from_millis(chance.within(0..1_500));
        let rest = || std::thread::sleep(down);
        let name = tokio::task::block_in_place(|| match which {
            0 => {
                servers.postgres.kill().unwrap();
                rest();
                servers.postgres.restart().unwrap();
                "postgres"
            }
            1 => {
                servers.redis.kill().unwrap();
                rest();
                servers.redis.restart().unwrap();
                "redis"
            }
            2 => {
                let young = YOUNG_BROKER.saturating_sub(servers.broker_since.elapsed());
                std::thread::sleep(young);
                servers.rabbitmq.kill().unwrap();
                rest();
                servers.rabbitmq.restart().unwrap();
                servers.broker_since = Instant::now();
                "rabbitmq"
            }
            _ => {
                servers.smtp.kill().unwrap();
                rest();
                servers.smtp.restart().unwrap();
                "smtp"
            }
        });
        name.to_owned()
    }

    /// Leaves its folder where it is, for whoever looks for a fault.
    pub(super) fn keep(&mut self) -> PathBuf {
        self.folder.disable_cleanup(true);
        self.logs()
    }

    /// Descriptors that each process holds.
    pub(super) async fn descriptors(&self) -> Vec<usize> {
        let mut counts = Vec::new();
        for process in &self.processes {
            let folder = format!("/proc/{}/fd", process.is_up().await.pid);
            counts.push(std::fs::read_dir(folder).unwrap().count());
        }
        counts
    }
}
