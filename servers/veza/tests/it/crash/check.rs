//! What has to hold when the killing is over.
//!
//! A fault is a sentence that begins with `lost`, `twice`, `left` or `answered`.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;
use veza_core::analytics::RECORDER;
use veza_core::kernel::cache::CACHE_FOLLOWER;
use veza_core::kernel::relay::RELAY_LEASE;
use veza_core::kernel::{Day, Store as _, Timestamp};
use veza_sql::SqlStore;

use super::caller::Caller;
use super::installation::Installation;
use super::ledger::{Count, Ledger, Newcomer, Song};
use crate::support::files_below;

/// How long what waits may take to be done: leases of the dead have to run out.
const PATIENCE: Duration = Duration::from_secs(150);

/// How often events of a type happened, and to how many different things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seen {
    events: u64,
    things: u64,
}

/// Waits until nothing is left to be done; what is left when patience ends.
pub(super) async fn drained(admin: &mut Caller, store: &SqlStore) -> Vec<String> {
    let began = Instant::now();
    loop {
        let mut left = Vec::new();
        for status in ["queued", "running"] {
            for job in admin.list(&format!("/admin/jobs?status={status}&")).await {
                left.push(format!("left: a job that is {status}: {job}"));
            }
        }
        let waiting = waiting_events(store).await;
        if waiting > 0 {
            left.push(format!("left: {waiting} events that no consumer has seen"));
        }
        if left.is_empty() || began.elapsed() > PATIENCE {
            return left;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

/// Events that are on their way.
async fn waiting_events(store: &SqlStore) -> u64 {
    let mut reader = store.begin_read().await.unwrap();
    let backlog = reader.outbox().backlog().await.unwrap();
    let mut waiting = backlog.pending;
    for consumer in [RECORDER, CACHE_FOLLOWER] {
        let consumer = consumer.parse().unwrap();
        let due = reader.deliveries().due(&consumer, soon(), 100);
        waiting += due.await.unwrap().len() as u64;
    }
    waiting
}

fn now() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp::from_millis(since.unwrap().as_millis().try_into().unwrap())
}

/// When every pause between attempts is over.
fn soon() -> Timestamp {
    now().plus(Duration::from_secs(24 * 60 * 60))
}

/// Events by type, over the days that a run may touch.
async fn recorded(store: &SqlStore) -> HashMap<String, Seen> {
    let today = Day::of(now());
    let mut seen: HashMap<String, Seen> = HashMap::new();
    for day in [today.minus(1), today] {
        let mut reader = store.begin_read().await.unwrap();
        for metric in reader.analytics_events().count(day).await.unwrap() {
            let seen = seen.entry(metric.event_type).or_default();
            seen.events += metric.events;
            seen.things += metric.aggregates;
        }
    }
    seen
}

/// How often each effect has to have been recorded. Over RabbitMQ the last events may still be on
/// their way to their consumer when the outbox is empty: they are waited for.
pub(super) async fn effects(store: &SqlStore, ledger: &Ledger, people: u64) -> Vec<String> {
    let expected = expected(ledger, people);
    let began = Instant::now();
    loop {
        let seen = recorded(store).await;
        let count = |name: &str| seen.get(name).copied().unwrap_or_default();
        let mut faults = Vec::new();
        let mut is_late = false;
        for (name, wanted) in &expected {
            let events = count(name).events;
            if events < wanted.acknowledged {
                is_late = true;
                let wanted = wanted.acknowledged;
                faults.push(format!(
                    "lost: {name} {events} times, and acknowledged {wanted}"
                ));
            } else if events > wanted.acknowledged + wanted.unknown {
                faults.push(format!("twice: {name} {events} times, where {wanted:?}"));
            }
        }
        // What happens to a thing once at most.
        for name in ["uploaded", "ready", "deleted"] {
            let name = format!("streaming.track.{name}.v1");
            let Seen { events, things } = count(&name);
            if events != things {
                faults.push(format!("twice: {name} {events} times, to {things} tracks"));
            }
        }
        if !is_late || began.elapsed() > PATIENCE {
            return faults;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

fn expected(ledger: &Ledger, people: u64) -> Vec<(&'static str, Count)> {
    let mut songs = Count::default();
    for song in &ledger.songs {
        songs.add(song.id.is_some());
    }
    let mut accounts = Count {
        acknowledged: people,
        unknown: 0,
    };
    for newcomer in ledger.newcomers.iter().filter(|newcomer| newcomer.tried) {
        accounts.add(newcomer.confirmed);
    }
    vec![
        ("files.file.uploaded.v1", songs),
        ("streaming.track.uploaded.v1", songs),
        ("streaming.track.updated.v1", ledger.changes),
        ("streaming.track.deleted.v1", ledger.removals),
        ("auth.user.renamed.v1", ledger.renames),
        ("auth.user.registered.v1", accounts),
    ]
}

/// Every track of an artist that was acknowledged is there once, as it was left.
pub(super) fn tracks(number: usize, there: &[Value], songs: &[Song]) -> Vec<String> {
    let mut faults = Vec::new();
    let by_id: HashMap<&str, &Value> = there
        .iter()
        .map(|track| (track["id"].as_str().unwrap(), track))
        .collect();
    let mut known = HashSet::new();
    for song in songs.iter().filter(|song| song.artist == number) {
        let Some(id) = &song.id else {
            continue;
        };
        known.insert(id.as_str());
        match (by_id.get(id.as_str()), song.removed) {
            (None, None) => faults.push(format!("lost: {song:?}")),
            (Some(_), Some(true)) => faults.push(format!("lost: the removal of {song:?}")),
            (None, Some(_)) | (Some(_), Some(false)) => {}
            (Some(track), None) => {
                let title = track["title"].as_str().unwrap_or_default();
                if title != song.title && song.maybe.as_deref() != Some(title) {
                    faults.push(format!("lost: a title: {title} in the place of {song:?}"));
                }
            }
        }
    }
    // Of what nobody knows whether it was made, one is there at most.
    let unknown = songs
        .iter()
        .filter(|song| song.artist == number && song.id.is_none());
    let mut unknown: HashSet<&str> = unknown.map(|song| song.first_title.as_str()).collect();
    for track in there
        .iter()
        .filter(|track| !known.contains(track["id"].as_str().unwrap()))
    {
        if !unknown.remove(track["title"].as_str().unwrap()) {
            faults.push(format!("twice: {track}"));
        }
    }
    faults
}

/// A track is ready, its media are there, and nothing is left of attempts that died.
pub(super) async fn plays(
    artist: &mut Caller,
    track: &Value,
    installation: &Installation,
) -> Vec<String> {
    let (id, status) = (track["id"].as_str().unwrap(), &track["status"]);
    if status != "ready" {
        return vec![format!("lost: the media of {track}")];
    }
    let media = installation.data().join("blobs/blobs/media").join(id);
    let revisions = std::fs::read_dir(&media).into_iter().flatten();
    let revisions = revisions.map(|entry| entry.unwrap().path());
    let full: Vec<_> = revisions.filter(|path| files_below(path) > 0).collect();
    let mut faults = Vec::new();
    if full.len() != 1 {
        faults.push(format!("left: {full:?} of one track"));
    }
    let url = track["media"]["hlsUrl"].as_str().unwrap();
    let playlist = artist.fetch(url).await;
    if !playlist.is_some_and(|text| text.starts_with("#EXTM3U")) {
        faults.push(format!("lost: {url}"));
    }
    faults
}

/// Every newcomer was mailed once, and has an account where that was acknowledged. A mail may have
/// come again where its worker died before it could note that it was sent; by its `Message-ID` it
/// is the same.
pub(super) async fn newcomers(store: &SqlStore, ledger: &Ledger) -> Vec<String> {
    let mut faults = Vec::new();
    let mut mailed: HashMap<&str, usize> = HashMap::new();
    for (mail, _) in ledger.mails.values() {
        *mailed.entry(mail.to.as_str()).or_default() += 1;
    }
    for newcomer in &ledger.newcomers {
        let Newcomer { email, asked, .. } = newcomer;
        match mailed.get(email.as_str()).copied().unwrap_or_default() {
            0 if *asked => faults.push(format!("lost: the mail to {email}")),
            0 | 1 => {}
            count => faults.push(format!("twice: {count} different mails to {email}")),
        }
        let mut reader = store.begin_read().await.unwrap();
        let user = reader.users().find_by_email(email).await.unwrap();
        let has_account = user.is_some_and(|user| user.username == newcomer.username);
        if newcomer.confirmed && !has_account {
            faults.push(format!("lost: {newcomer:?}"));
        }
        if has_account && !newcomer.tried {
            faults.push(format!(
                "twice: {newcomer:?}, who never confirmed, has an account"
            ));
        }
    }
    faults
}

/// Every invitation that was acknowledged is there.
pub(super) async fn invitations(
    registrar: &mut Caller,
    number: usize,
    ledger: &Ledger,
) -> Vec<String> {
    let there = registrar.ask(|line| line.get("/auth/invitations")).await;
    let there = there.map(|asked| asked.answer.json["items"].clone());
    let there: HashSet<String> = there
        .iter()
        .flat_map(|items| items.as_array().unwrap())
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect();
    let made = ledger.invitations.iter().filter(|(of, _)| *of == number);
    made.filter(|(_, id)| !there.contains(id))
        .map(|(_, id)| format!("lost: the invitation {id}"))
        .collect()
}

/// The name of an artist is the last that was acknowledged.
pub(super) async fn name(artist: &mut Caller, number: usize, ledger: &Ledger) -> Vec<String> {
    let Some((name, maybe)) = ledger.names.get(&number) else {
        return Vec::new();
    };
    let me = artist.ask(|line| line.get("/users/me")).await;
    let Some(me) = me.map(|asked| asked.answer.json["username"].clone()) else {
        return vec![format!("lost: {name}")];
    };
    let is_right = me == name.as_str() || maybe.as_ref().is_some_and(|maybe| me == maybe.as_str());
    (!is_right)
        .then(|| format!("lost: the name {name}, in the place of which is {me}"))
        .into_iter()
        .collect()
}

/// Nothing is given up, and after an orderly end nobody holds anything.
pub(super) async fn leftovers(store: &SqlStore, installation: &Installation) -> Vec<String> {
    let mut faults = Vec::new();
    let mut unit = store.begin().await.unwrap();
    for parked in unit.outbox().list_parked(10).await.unwrap() {
        faults.push(format!("lost: an event that was given up: {parked:?}"));
    }
    for consumer in [RECORDER, CACHE_FOLLOWER] {
        let name = consumer.parse().unwrap();
        for dead in unit.deliveries().dead(&name, 10).await.unwrap() {
            faults.push(format!("lost: a dead letter of {consumer}: {dead:?}"));
        }
    }
    for name in [RELAY_LEASE.to_owned(), format!("consumer.{RECORDER}")] {
        let (at, until) = (now(), now().plus(Duration::from_secs(1)));
        let lease = unit
            .leases()
            .acquire(&name, "the check", at, until)
            .await
            .unwrap();
        if lease.is_none() {
            faults.push(format!("left: the lease {name}"));
        }
    }
    drop(unit);
    let data = installation.data();
    let scratch = files_below(&data.join("scratch"));
    if scratch > 0 {
        faults.push(format!("left: {scratch} files of jobs"));
    }
    for log in std::fs::read_dir(installation.logs()).unwrap() {
        let log = std::fs::read_to_string(log.unwrap().path()).unwrap();
        let panics = log.lines().filter(|line| line.contains("panicked"));
        faults.extend(panics.map(|line| format!("answered: {line}")));
    }
    faults
}
