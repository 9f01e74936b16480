//! Processes are killed at random moments while people are at work. Nothing that was acknowledged
//! may be lost, nothing may happen twice, and in the end nothing waits.
//!
//! People ask again until they are answered, with the key or the version of their first request.
//! The control does without keys: then the same check has to find that things happened twice.
//!
//! `CRASH_KILLS` says how many kills there are, `CRASH_SEED` which; `FULL_SET` has the processes
//! and the servers of production killed instead of the one that is embedded.

mod artist;
mod caller;
mod check;
mod installation;
mod ledger;
mod process;
mod registrar;

use std::collections::HashSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;
use veza_core::jobs::{JobId, JobQuery};
use veza_core::kernel::Store as _;
use veza_sql::SqlStore;

use crate::chance::Random;
use crate::mails::MailFolder;
use crate::support::{add_account_at, on_full_set};
use artist::Artist;
use caller::{Caller, Phase};
use installation::{Installation, SERVERS};
use ledger::{Ledger, Shared};
use registrar::Registrar;

/// The list of one's own tracks.
const MINE: &str = "/users/me/tracks?";

/// Who is at work, beside one administrator.
#[derive(Clone, Copy)]
struct People {
    artists: usize,
    registrars: usize,
}

impl People {
    fn count(self) -> u64 {
        (self.artists + self.registrars + 1) as u64
    }
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap())
}

/// What chance begins with: a number that is told, or one of its own for each run.
fn seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let seed = number("CRASH_SEED").unwrap_or(since.as_millis() as u64);
    println!("seed {seed}");
    seed
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_and_nothing_happens_twice() {
    let (kills, seed) = (number("CRASH_KILLS").unwrap_or(10), seed());
    let installation = if on_full_set() {
        Installation::full_set().await
    } else {
        Installation::embedded().await
    };
    let people = People {
        artists: 6,
        registrars: 3,
    };
    let mut world = World::start(installation, people, seed).await;
    let at_work = world.people().await;
    world.kill(kills).await;
    // On the full set an attempt that was killed holds its key for two minutes. A short run does
    // not wait for that: of these requests it stays unknown what became of them.
    let is_long = kills >= 50;
    let patience = Duration::from_secs(if is_long { 150 } else { 4 });
    world.finish(at_work, patience).await;
    let mut faults = world.check().await;
    if is_long && world.installation.has_servers() {
        faults.extend(world.keeps_no_descriptors().await);
    }
    faults.extend(world.end().await);
    assert!(faults.is_empty(), "seed {seed}:\n{}", faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_keys_tracks_are_made_twice_and_that_is_found() {
    let faults = kill_over_uploads(false, 60).await;
    assert!(!faults.is_empty(), "the check finds nothing");
    let other = faults.iter().find(|fault| !fault.starts_with("twice"));
    assert!(other.is_none(), "{other:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_keys_tracks_are_made_once_however_often_they_are_asked_for() {
    let faults = kill_over_uploads(true, 8).await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Kills when something was committed a moment ago, until somebody has something twice, or so many
/// times; what is wrong then.
async fn kill_over_uploads(is_careful: bool, kills: u64) -> Vec<String> {
    let installation = Installation::embedded().await;
    let people = People {
        artists: 8,
        registrars: 0,
    };
    let mut world = World::start(installation, people, seed()).await;
    let mut at_work = JoinSet::new();
    for number in 0..people.artists {
        let caller = world.caller(&format!("artist{number}"));
        let artist = Artist::new(caller, number, is_careful).await;
        at_work.spawn(artist.upload_all_the_time());
    }
    world.kill_until_something_is_double(kills).await;
    world.finish(at_work, Duration::from_secs(30)).await;
    let mut ledger = world.ledger();
    let mut faults = check::effects(&world.store, &ledger, people.count()).await;
    for (number, mut artist) in world.artists().await.into_iter().enumerate() {
        let there = artist.list(MINE).await;
        faults.extend(check::tracks(number, &there, &ledger.songs));
    }
    faults.append(&mut ledger.faults);
    world.tell(&format!("{ledger}; wrong: {faults:?}"));
    faults
}

/// Everybody at work, and what they share.
struct World {
    began: Instant,
    installation: Installation,
    people: People,
    ledger: Shared,
    phase: watch::Sender<Phase>,
    chance: Random,
    store: SqlStore,
    mails: JoinHandle<()>,
}

impl World {
    /// Makes the accounts of those who work here.
    async fn start(installation: Installation, people: People, seed: u64) -> Self {
        let database = installation.database();
        let kinds = [
            ("artist", people.artists),
            ("registrar", people.registrars),
            ("admin", 1),
        ];
        for (kind, count) in kinds {
            // Registrars invite, which takes somebody who looks after the place.
            let role = if kind == "artist" { "creator" } else { "admin" };
            for number in 0..count {
                let name = format!("{kind}{number}");
                assert!(add_account_at(&installation.data(), &name, role, &database).await);
            }
        }
        let ledger = Shared::default();
        Self {
            began: Instant::now(),
            store: installation.store().await,
            mails: tokio::spawn(read_mails(installation.mails(), ledger.clone())),
            installation,
            people,
            ledger,
            phase: watch::Sender::new(Phase::Working),
            chance: Random::new(seed),
        }
    }

    fn tell(&self, what: &str) {
        println!("{:5.1} s  {what}", self.began.elapsed().as_secs_f64());
    }

    fn caller(&mut self, name: &str) -> Caller {
        let processes = self.installation.processes.iter();
        // Workers have no port.
        let fronts = processes.filter(|process| !process.name.starts_with("worker"));
        let front = fronts.map(process::Process::up).collect();
        let (ledger, phase) = (self.ledger.clone(), self.phase.subscribe());
        Caller::new(name, front, ledger, phase, self.chance.fork())
    }

    /// Sets everybody to work.
    async fn people(&mut self) -> JoinSet<()> {
        let mut people = JoinSet::new();
        for number in 0..self.people.artists {
            let caller = self.caller(&format!("artist{number}"));
            people.spawn(Artist::new(caller, number, true).await.work());
        }
        for number in 0..self.people.registrars {
            let caller = self.caller(&format!("registrar{number}"));
            people.spawn(Registrar::new(caller, number).await.work());
        }
        people
    }

    /// Kills at random moments.
    async fn kill(&mut self, kills: u64) {
        for kill in 1..=kills {
            let pause = self.chance.within(200..1_800);
            tokio::time::sleep(Duration::from_millis(pause)).await;
            let name = self.installation.kill_one(&mut self.chance).await;
            self.tell(&format!("kill {kill}: {name}"));
            // Now and then the next one falls while this one is still starting.
            if self.chance.below(5) > 0 {
                self.installation.is_up().await;
            }
        }
    }

    /// Kills the process when something was committed a moment ago, so that its answer is likely
    /// to be on its way, until somebody has something twice, or so many times.
    async fn kill_until_something_is_double(&mut self, kills: u64) {
        let mut artists = self.artists().await;
        for kill in 1..=kills {
            self.pause(300..900).await;
            let before = self.newest_job().await;
            while self.newest_job().await == before {}
            self.installation.processes[0].kill(Duration::ZERO).await;
            self.tell(&format!("kill {kill}"));
            self.installation.is_up().await;
            for artist in &mut artists {
                let tracks = artist.list(MINE).await;
                let titles = tracks.iter().filter_map(|track| track["title"].as_str());
                let titles: HashSet<&str> = titles.collect();
                if titles.len() < tracks.len() {
                    return;
                }
            }
        }
    }

    async fn pause(&mut self, millis: std::ops::Range<u64>) {
        tokio::time::sleep(Duration::from_millis(self.chance.within(millis))).await;
    }

    async fn newest_job(&self) -> Option<JobId> {
        let mut reader = self.store.begin_read().await.unwrap();
        let newest = JobQuery {
            limit: 1,
            ..JobQuery::default()
        };
        let newest = reader.jobs().list(&newest).await.unwrap();
        newest.first().map(|job| job.id)
    }

    /// Lets everybody bring what they began to its end.
    async fn finish(&mut self, mut at_work: JoinSet<()>, patience: Duration) {
        self.tell("the killing is over");
        self.installation.is_up().await;
        let until = Instant::now() + patience;
        self.phase.send_replace(Phase::Finishing(until));
        while let Some(ended) = at_work.join_next().await {
            ended.unwrap();
        }
        // From here on everybody is answered.
        self.phase.send_replace(Phase::Working);
        self.tell("everybody has finished");
    }

    /// The ledger, which is closed.
    fn ledger(&self) -> Ledger {
        std::mem::take(&mut *self.ledger.lock())
    }

    /// The artists once more, each logged in.
    async fn artists(&mut self) -> Vec<Caller> {
        let mut artists = Vec::new();
        for number in 0..self.people.artists {
            let mut artist = self.caller(&format!("artist{number}"));
            artist.log_in().await;
            artists.push(artist);
        }
        artists
    }

    /// What there is, against what was acknowledged.
    async fn check(&mut self) -> Vec<String> {
        let mut admin = self.caller("admin0");
        admin.log_in().await;
        let mut faults = check::drained(&mut admin, &self.store).await;
        self.tell("nothing waits");
        for job in admin.list("/admin/jobs?status=dead&").await {
            faults.push(format!("lost: a job that was given up: {job}"));
        }
        let ledger = self.ledger();
        faults.extend(check::effects(&self.store, &ledger, self.people.count()).await);
        for (number, mut artist) in self.artists().await.into_iter().enumerate() {
            let there = artist.list(MINE).await;
            faults.extend(check::tracks(number, &there, &ledger.songs));
            for track in &there {
                faults.extend(check::plays(&mut artist, track, &self.installation).await);
            }
            faults.extend(check::name(&mut artist, number, &ledger).await);
        }
        for number in 0..self.people.registrars {
            let mut registrar = self.caller(&format!("registrar{number}"));
            registrar.log_in().await;
            faults.extend(check::invitations(&mut registrar, number, &ledger).await);
        }
        faults.extend(check::newcomers(&self.store, &ledger).await);
        self.tell(&ledger.to_string());
        faults.extend(ledger.faults);
        faults
    }

    /// Processes whose servers die and come back hold no more descriptors afterwards.
    async fn keeps_no_descriptors(&mut self) -> Vec<String> {
        // Once before, so that every pool has been in use.
        self.restart_servers().await;
        let before = self.installation.descriptors().await;
        self.restart_servers().await;
        let after = self.installation.descriptors().await;
        self.tell(&format!(
            "descriptors of each process: {before:?}, then {after:?}"
        ));
        let grown = before.iter().zip(&after);
        // A connection or two more may be open at one of the moments.
        let grown = grown.filter(|(before, after)| **after > **before + 6);
        grown
            .map(|(before, after)| format!("left: {after} descriptors where {before} were"))
            .collect()
    }

    /// Kills each server once, and waits until all is as before.
    async fn restart_servers(&mut self) {
        for server in 0..SERVERS {
            self.installation.kill_server(server, &mut self.chance);
        }
        for mut artist in self.artists().await {
            artist.list(MINE).await;
        }
        // Longer than links take to be made again.
        tokio::time::sleep(Duration::from_secs(10)).await;
    }

    /// An orderly end, after which nothing is held by anybody.
    async fn end(mut self) -> Vec<String> {
        let mut faults = Vec::new();
        self.mails.abort();
        for process in &self.installation.processes {
            match process.end().await {
                Some(status) if status.success() => {}
                ended => faults.push(format!("left: {} ends so: {ended:?}", process.name)),
            }
        }
        faults.extend(check::leftovers(&self.store, &self.installation).await);
        self.store.close().await;
        if !faults.is_empty() {
            println!("the logs are in {}", self.installation.keep().display());
        }
        self.tell("the end");
        faults
    }
}

/// Reads the mails of everybody, as they come.
async fn read_mails(mut folder: MailFolder, ledger: Shared) {
    loop {
        for mail in folder.fresh() {
            let mut ledger = ledger.lock();
            let id = mail.message_id.clone();
            ledger.mails.entry(id).or_insert((mail, 0)).1 += 1;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
