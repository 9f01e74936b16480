//! A process is killed in the middle of its writes, or the server is; what was acknowledged has to
//! be there.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use test_services::postgres::Postgres;
use veza_core::conformance::{job_at, track_of, user_named};
use veza_core::kernel::{Store as _, Timestamp};
use veza_sql::SqlStore;

use crate::databases::{Place, new_database, patient, shared};

/// Names the database to a child process: a URL, or else a file.
pub(crate) const DATABASE: &str = "SQL_CRASH_DATABASE";
const START: Timestamp = Timestamp::from_millis(1_762_079_400_000);

/// The child: stores a track and its job in one unit of work after the other, and says the number
/// of each once it is committed.
#[tokio::test]
#[ignore = "it never ends: the test below runs it in a process of its own, and kills that"]
async fn child_writes_until_it_is_killed() {
    let name = std::env::var(DATABASE).expect("the parent names the database");
    let store = place(&name).open().await;
    let user = user_named("ada");
    let mut unit = store.begin().await.unwrap();
    let first = if unit.users().find(user.id).await.unwrap().is_none() {
        unit.users().add(&user).await.unwrap();
        unit.commit().await.unwrap();
        0
    } else {
        drop(unit);
        count(&store).await
    };
    for number in first.. {
        let mut unit = store.begin().await.unwrap();
        unit.tracks().add(&track_of(&user, number)).await.unwrap();
        unit.jobs().enqueue(&job_at(number, START)).await.unwrap();
        unit.commit().await.unwrap();
        // Straight to the pipe: the test harness would keep what is printed.
        let mut pipe = std::io::stderr().lock();
        writeln!(pipe, "kept {number}").unwrap();
        pipe.flush().unwrap();
    }
}

/// How many tracks are there, one after the other from the first, each with its job.
async fn count(store: &SqlStore) -> u64 {
    let user = user_named("ada");
    let mut reader = store.begin_read().await.unwrap();
    let mut number = 0;
    loop {
        let track = reader
            .tracks()
            .find(track_of(&user, number).id)
            .await
            .unwrap();
        let job = reader.jobs().find(job_at(number, START).id).await.unwrap();
        assert_eq!(
            track.is_some(),
            job.is_some(),
            "both or none of number {number}"
        );
        if track.is_none() {
            return number;
        }
        number += 1;
    }
}

pub(crate) fn place(name: &str) -> Place {
    if name.starts_with("postgres://") {
        Place::Server(patient(name))
    } else {
        Place::File(PathBuf::from(name))
    }
}

fn start_child(database: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "crash::child_writes_until_it_is_killed",
            "--ignored",
            "--nocapture",
        ])
        .env(DATABASE, database)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What a child said until it ended.
#[derive(Default)]
struct Heard {
    /// The number of the last unit of work that it was told is kept.
    last: Option<u64>,
    kept: u64,
    other: String,
}

impl Heard {
    fn line(&mut self, line: &str) {
        match line.strip_prefix("kept ") {
            Some(number) => {
                self.last = Some(number.parse().unwrap());
                self.kept += 1;
            }
            None => self.other += line,
        }
    }
}

/// Lets a child write until it has told of `count` units of work, and `end` a moment later, so that
/// it is somewhere in the next. Answers the last number that was acknowledged.
fn write_until(database: &str, count: u64, end: impl FnOnce(&mut Child)) -> u64 {
    let mut child = start_child(database);
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut heard = Heard::default();
    while heard.kept < count {
        let line = lines.next();
        let line = line.unwrap_or_else(|| panic!("the child stopped: {}", heard.other));
        heard.line(&line.unwrap());
    }
    std::thread::sleep(Duration::from_micros(311 * count));
    end(&mut child);
    child.wait().unwrap();
    for line in lines.map_while(Result::ok) {
        heard.line(&line);
    }
    heard.last.expect("it told of some")
}

/// What was acknowledged is there, and at most the one that was being committed besides.
async fn check(database: &str, acknowledged: u64) {
    let store = place(database).open().await;
    let kept = count(&store).await;
    store.close().await;
    let told = acknowledged + 1;
    assert!(kept >= told, "{told} acknowledged, {kept} kept");
    assert!(kept <= told + 1, "{told} acknowledged, {kept} kept");
}

async fn kill_the_client(database: &str) {
    for round in 1..=4 {
        let acknowledged = write_until(database, 5 * round, |child| child.kill().unwrap());
        check(database, acknowledged).await;
    }
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_on_sqlite_when_the_process_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("veza.db");
    kill_the_client(path.to_str().unwrap()).await;
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_on_postgres_when_the_process_is_killed() {
    kill_the_client(&new_database(shared()).await).await;
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_when_the_server_is_killed() {
    let mut server = Postgres::start().unwrap();
    let database = new_database(&server.url()).await;
    for round in 1..=2 {
        // The child ends by itself when its server does.
        let acknowledged = write_until(&database, 10 * round, |_| server.kill().unwrap());
        server.restart().unwrap();
        check(&database, acknowledged).await;
    }
}
