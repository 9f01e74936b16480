//! A process is killed in the middle of its writes; what it was told is kept has to be there.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use veza_core::conformance::{job_at, track_of, user_named};
use veza_core::kernel::{Store as _, Timestamp};
use veza_sql::SqliteStore;

/// Names the database to a child process.
const DATABASE: &str = "VEZA_SQL_CRASH_DATABASE";
const START: Timestamp = Timestamp::from_millis(1_762_079_400_000);

/// The child: stores a track and its job in one unit of work after the other, and says the number
/// of each once it is committed.
#[tokio::test]
#[ignore = "it never ends: the test below runs it in a process of its own, and kills that"]
async fn child_writes_until_it_is_killed() {
    let path = std::env::var_os(DATABASE).expect("the parent names the database");
    let store = SqliteStore::open(Path::new(&path)).await.unwrap();
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
async fn count(store: &SqliteStore) -> u64 {
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

fn start_child(path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "crash::child_writes_until_it_is_killed",
            "--ignored",
            "--nocapture",
        ])
        .env(DATABASE, path)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("veza.db");
    let mut acknowledged = None;
    for round in 1..=4_u64 {
        let mut child = start_child(&path);
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        // Killed after a number of commits and a moment more, so that it is somewhere in the next.
        let (mut heard, mut said) = (0, String::new());
        while heard < 5 * round {
            let line = lines
                .next()
                .unwrap_or_else(|| panic!("the child stopped: {said}"))
                .unwrap();
            if let Some(number) = line.strip_prefix("kept ") {
                acknowledged = Some(number.parse::<u64>().unwrap());
                heard += 1;
            } else {
                said += &line;
            }
        }
        std::thread::sleep(Duration::from_micros(311 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        for line in lines.map_while(Result::ok) {
            if let Some(number) = line.strip_prefix("kept ") {
                acknowledged = Some(number.parse().unwrap());
            }
        }
        let store = SqliteStore::open(&path).await.unwrap();
        let kept = count(&store).await;
        store.close().await;
        let told = acknowledged.expect("it told of some") + 1;
        assert!(
            kept >= told,
            "round {round}: {told} acknowledged, {kept} kept"
        );
        assert!(
            kept <= told + 1,
            "round {round}: at most the one that was being committed"
        );
    }
}
