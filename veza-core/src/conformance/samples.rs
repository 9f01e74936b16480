//! Things to store.

use std::time::Duration;

use serde_json::json;

use crate::auth::{PasswordHash, User};
use crate::files::UploadId;
use crate::jobs::{Job, JobStatus, Priority};
use crate::kernel::{Event, Metadata, Role, Store, Timestamp, TypedId};
use crate::memory::SeededEntropy;
use crate::streaming::{Artist, Source, Track, TrackState, Visibility};

/// A moment to count from.
pub(crate) const START: Timestamp = Timestamp::from_millis(1_762_079_400_123);

/// The moment `seconds` after the start.
pub(crate) fn at(seconds: u64) -> Timestamp {
    START.plus(Duration::from_secs(seconds))
}

/// An id that is the same for the same seed.
pub(crate) fn id<I: TypedId>(seed: u64) -> I {
    I::generate(START, &SeededEntropy::new(seed))
}

/// An account with this name, whose id follows from the name.
pub fn user_named(name: &str) -> User {
    let seed = name
        .bytes()
        .fold(17_u64, |seed, byte| seed.wrapping_mul(31) + u64::from(byte));
    User {
        id: id(seed),
        email: format!("{name}@example.com"),
        username: name.to_owned(),
        role: Role::User,
        password_hash: PasswordHash::new("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA"),
        ban: None,
        created_at: START,
        updated_at: START,
    }
}

/// A queued public track, whose id follows from its number.
pub fn track_of(user: &User, number: u64) -> Track {
    let upload: UploadId = id(number ^ 0xfeed);
    Track {
        id: id(number),
        artist: Artist {
            id: user.id,
            username: user.username.clone(),
        },
        title: format!("Track {number:03}"),
        genre: None,
        description: None,
        visibility: Visibility::Public,
        state: TrackState::Queued,
        source: Source {
            key: upload.blob_key(),
            size: 1_000 + number,
        },
        version: 1,
        created_at: at(number),
        updated_at: at(number),
    }
}

/// The account with this name and its track of this number, stored.
pub(super) async fn stored_track(store: &dyn Store, name: &str, number: u64) -> Track {
    let user = user_named(name);
    let track = track_of(&user, number);
    let mut unit = store.begin().await.expect("begin");
    unit.users().add(&user).await.expect("add");
    unit.tracks().add(&track).await.expect("add");
    unit.commit().await.expect("commit");
    track
}

/// A queued job of the kind `test.work`, due at the given time, whose id follows from its number.
pub fn job_at(number: u64, run_at: Timestamp) -> Job {
    Job {
        id: id(number),
        kind: "test.work".into(),
        payload: json!({ "number": number, "text": "é\u{1F3B5}" }),
        status: JobStatus::Queued,
        priority: Priority::Normal,
        unique_key: None,
        attempt: 0,
        max_attempts: 3,
        run_at,
        lease_until: None,
        worker: None,
        progress: 0.0,
        last_error: None,
        created_at: START,
        updated_at: START,
    }
}

/// An event of an aggregate, both by their numbers. Its data holds the number.
pub fn event_of(aggregate: u64, number: u64) -> Event {
    Event {
        event_id: id(number ^ 0xe0e0),
        event_type: "test.thing.happened.v1".into(),
        aggregate_id: id::<crate::kernel::EventId>(aggregate ^ 0xa0a0).uuid(),
        aggregate_type: "Thing".into(),
        timestamp: at(number),
        version: 1,
        data: json!({ "number": number }),
        metadata: Metadata::default(),
    }
}
