//! Everything that is kept of a person, as an archive for them.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;
use veza_core::auth::{CreateApiKey, RequestErasure, create_api_key, erase_due, request_erasure};
use veza_core::exports::{
    AccountExport, Archive, EXPORT_JOB, ExportState, ExportWork, PURGE_EXPORT_JOB, begin_export,
    complete_export, expire_exports, fail_export, fetch_export, purge_export, request_export,
    sections, show_export, write_export,
};
use veza_core::files::{BlobStore as _, BoxError, Bytes, MemoryChunks};
use veza_core::jobs::{Fenced, Job, claim_next, complete};
use veza_core::kernel::{Permission, Principal, UseCaseError as _};

use crate::world::{LEASE, World, metadata, now};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const NOT_FOUND: &str = "account.export.not_found";

/// An archive in memory.
#[derive(Default)]
struct Entries(Vec<(String, Vec<u8>)>);

#[async_trait]
impl Archive for Entries {
    async fn entry(&mut self, path: &str) -> Result<(), BoxError> {
        self.0.push((path.to_owned(), Vec::new()));
        Ok(())
    }

    async fn write(&mut self, bytes: Bytes) -> Result<(), BoxError> {
        let (_, content) = self.0.last_mut().ok_or("no entry is begun")?;
        content.extend_from_slice(&bytes);
        Ok(())
    }
}

fn ask(world: &World, who: &Principal) -> Result<AccountExport, &'static str> {
    now(request_export(&world.env, who, &metadata())).map_err(|error| error.code())
}

fn fetch(world: &World, who: &Principal) -> Result<u64, &'static str> {
    now(fetch_export(&world.env, who, &metadata()))
        .map(|fetched| {
            assert!(world.has(&fetched.archive));
            fetched.size
        })
        .map_err(|error| error.code())
}

fn claim(world: &World, kind: &'static str) -> Option<Job> {
    now(claim_next(&world.env, kind, "worker", LEASE)).unwrap()
}

fn begin(world: &World) -> Option<ExportWork> {
    let job = claim(world, EXPORT_JOB).expect("a job is queued");
    now(begin_export(&world.env, &job)).unwrap()
}

/// What a worker does.
fn put_archive(world: &World, work: &ExportWork) -> BTreeMap<String, Vec<u8>> {
    let mut entries = Entries::default();
    let sections = sections();
    let written = write_export(&world.env, &world.blobs, work, &sections, &mut entries);
    now(written).unwrap();
    let mut body = MemoryChunks::new("archive");
    now(world.blobs.put(&work.archive(), &mut body, 99)).unwrap();
    entries.0.into_iter().collect()
}

fn purge(world: &World) {
    while let Some(job) = claim(world, PURGE_EXPORT_JOB) {
        now(purge_export(&world.blobs, &job)).unwrap();
        let held = now(complete(&world.env, &job.token())).unwrap();
        assert_eq!(held, Fenced::Held);
    }
}

fn archives(world: &World) -> usize {
    let prefix = "exports".parse().unwrap();
    now(world.blobs.list(&prefix, None, 99)).unwrap().len()
}

/// An export that can be fetched.
fn ready(world: &World, who: &Principal) -> ExportWork {
    ask(world, who).unwrap();
    let work = begin(world).unwrap();
    put_archive(world, &work);
    assert!(now(complete_export(&world.env, &work, 7)).unwrap());
    work
}

#[test]
fn the_archive_holds_what_is_kept_of_its_owner_and_nothing_of_others() {
    let world = World::new();
    let ada = world.person("ada");
    let bob = world.person("bob");
    let key = CreateApiKey {
        name: "Sync".into(),
        permissions: vec![Permission::TrackRead],
        expires_at: None,
        metadata: metadata(),
    };
    let key = now(create_api_key(&world.env, &ada, key)).unwrap();
    let track = world.upload(&ada, "Été à la \"mer\"");
    world.upload(&bob, "Another's");
    ask(&world, &ada).unwrap();
    let work = begin(&world).unwrap();
    let entries = put_archive(&world, &work);

    let names: Vec<&str> = entries.keys().map(String::as_str).collect();
    let source = format!("tracks/{}", track.id);
    let expected = [
        "account.json",
        "audit.json",
        "export.json",
        "picture.json",
        "sessions.json",
        "tracks.json",
        &source,
    ];
    assert_eq!(names, expected);
    assert_eq!(entries[&source], b"RIFF....", "as it was uploaded");
    let json = |name: &str| serde_json::from_slice::<Value>(&entries[name]).unwrap();
    let account = &json("account.json")[0];
    assert_eq!(account["email"], "ada@example.com");
    assert_eq!(account["apiKeys"][0]["name"], "Sync");
    assert_eq!(json("tracks.json")[0]["title"], "Été à la \"mer\"");
    assert_eq!(json("tracks.json").as_array().unwrap().len(), 1);
    assert_eq!(json("tracks.json")[0]["file"], source);
    assert_eq!(json("sessions.json")[0]["address"], "192.0.2.7");
    assert_eq!(json("picture.json"), Value::Array(Vec::new()));
    let actions = json("audit.json");
    let actions = actions.as_array().unwrap().iter();
    let actions: Vec<&Value> = actions.map(|line| &line["action"]).collect();
    for action in [
        "account.add",
        "session.log_in",
        "api_key.create",
        "account.export_request",
    ] {
        assert!(
            actions.contains(&&Value::from(action)),
            "{action}: {actions:?}"
        );
    }
    let all: Vec<u8> = entries.into_values().flatten().collect();
    let all = String::from_utf8_lossy(&all);
    let secret = key.secret.expose();
    for hidden in [secret, "$quick-sha256$", "bob", "Another's"] {
        assert!(!all.contains(hidden), "{hidden}");
    }
}

#[test]
fn one_is_written_at_a_time_and_fetched_for_seven_days_by_its_owner() {
    let world = World::new();
    let (ada, bob) = (world.person("ada"), world.person("bob"));
    assert_eq!(fetch(&world, &ada).unwrap_err(), NOT_FOUND);
    let first = ask(&world, &ada).unwrap();
    assert_eq!(
        ask(&world, &ada).unwrap(),
        first,
        "while it is being written"
    );
    let work = begin(&world).unwrap();
    assert!(claim(&world, EXPORT_JOB).is_none());
    put_archive(&world, &work);
    assert_eq!(fetch(&world, &ada).unwrap_err(), NOT_FOUND, "not ready");
    assert!(now(complete_export(&world.env, &work, 7)).unwrap());
    let mail = world.mail_to("ada@example.com").unwrap();
    assert!(mail.contains("can be fetched until"), "{mail}");
    assert_eq!(fetch(&world, &ada).unwrap(), 7);
    assert_eq!(fetch(&world, &bob).unwrap_err(), NOT_FOUND);
    world.clock.advance(Duration::from_secs(601));
    assert_eq!(fetch(&world, &ada).unwrap_err(), "auth.step_up_required");
    assert_eq!(ask(&world, &ada).unwrap_err(), "auth.step_up_required");

    world.clock.advance(DAY * 7);
    assert!(now(show_export(&world.env, &ada)).is_err());
    let ada = world.bearer(
        &world
            .log_in("ada@example.com", crate::world::PASSWORD)
            .unwrap(),
    );
    assert_eq!(fetch(&world, &ada).unwrap_err(), NOT_FOUND);
    assert_eq!(now(expire_exports(&world.env)).unwrap(), 1);
    assert_eq!(now(expire_exports(&world.env)).unwrap(), 0);
    purge(&world);
    assert_eq!(archives(&world), 0);
}

#[test]
fn another_takes_the_place_of_the_one_before() {
    let world = World::new();
    let ada = world.person("ada");
    let first = ready(&world, &ada);
    let second = ready(&world, &ada);
    assert_ne!(first.export.id, second.export.id);
    purge(&world);
    assert!(!world.has(&first.archive()) && world.has(&second.archive()));
    assert_eq!(fetch(&world, &ada).unwrap(), 7);
}

#[test]
fn a_worker_that_was_given_up_changes_nothing() {
    let world = World::new();
    let ada = world.person("ada");
    ask(&world, &ada).unwrap();
    let slow = begin(&world).unwrap();
    put_archive(&world, &slow);
    world.clock.advance(LEASE * 2);
    let quick = begin(&world).unwrap();
    put_archive(&world, &quick);
    assert_ne!(
        slow.archive(),
        quick.archive(),
        "each has a place of its own"
    );
    assert!(!now(complete_export(&world.env, &slow, 1)).unwrap());
    assert!(now(complete_export(&world.env, &quick, 7)).unwrap());
    assert_eq!(fetch(&world, &ada).unwrap(), 7);
}

#[test]
fn one_that_cannot_be_written_is_told_and_asked_for_again() {
    let world = World::new();
    let ada = world.person("ada");
    ask(&world, &ada).unwrap();
    for attempt in 1..=veza_core::jobs::MAX_ATTEMPTS {
        let shown = now(show_export(&world.env, &ada)).unwrap();
        assert_eq!(shown.state, ExportState::Pending);
        let work = begin(&world).unwrap();
        assert_eq!(work.job.attempt, attempt);
        put_archive(&world, &work);
        now(fail_export(&world.env, &work.job, "the disk is full")).unwrap();
        world.clock.advance(Duration::from_secs(400));
    }
    let shown = now(show_export(&world.env, &ada)).unwrap();
    assert_eq!(shown.state, ExportState::Failed);
    purge(&world);
    assert_eq!(archives(&world), 0);
    let ada = world.bearer(
        &world
            .log_in("ada@example.com", crate::world::PASSWORD)
            .unwrap(),
    );
    ready(&world, &ada);
    assert_eq!(fetch(&world, &ada).unwrap(), 7);
}

#[test]
fn an_erased_account_leaves_no_archive_whenever_it_is_written() {
    let world = World::new();
    let ada = world.person("ada");
    ready(&world, &ada);
    ask(&world, &ada).unwrap();
    let late = begin(&world).unwrap();
    put_archive(&world, &late);
    let erase = RequestErasure {
        user_id: ada.user_id,
        metadata: metadata(),
    };
    now(request_erasure(&world.env, &ada, erase)).unwrap();
    world.clock.advance(DAY * 31);
    assert_eq!(now(erase_due(&world.env)).unwrap().erased, 1);
    purge(&world);
    assert_eq!(archives(&world), 0);
    assert!(begin(&world).is_none(), "nobody waits for it");
    assert!(!now(complete_export(&world.env, &late, 7)).unwrap());
}
