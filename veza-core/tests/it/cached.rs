//! Queries read through the cache, and see no more in it than they should.

use std::sync::Arc;
use std::time::Duration;

use veza_core::auth::user_profile;
use veza_core::kernel::cache::{Cache as _, CacheKey, Lookup, Space};
use veza_core::kernel::{
    Event, EventId, Expected, Metadata, PageRequest, Principal, ReadCache, TypedId as _,
};
use veza_core::memory::MemoryCache;
use veza_core::streaming::{
    ListTracks, Track, UpdateTrack, Visibility, complete_ingest, delete_track, get_track,
    list_tracks, update_track,
};

use crate::world::{World, measurements, now};

struct Cached {
    world: World,
    cache: Arc<MemoryCache>,
    ada: Principal,
}

impl Cached {
    fn new() -> Self {
        let mut world = World::new();
        let cache = Arc::new(MemoryCache::new(world.clock.clone(), 100, 1_000_000));
        world.env.cache = ReadCache::new(cache.clone());
        let ada = world.person("ada");
        Self { world, cache, ada }
    }

    fn ready(&self, title: &str) -> Track {
        // Lists are sorted by time.
        self.world.clock.advance(Duration::from_millis(1));
        let track = self.world.upload(&self.ada, title);
        let ingest = self.world.begin().unwrap();
        let _ = now(complete_ingest(&self.world.env, &ingest, measurements())).unwrap();
        self.world.stored(&track).unwrap()
    }

    fn get(&self, track: &Track) -> Option<Track> {
        now(get_track(&self.world.env, None, track.id)).ok()
    }

    fn titles(&self) -> Vec<String> {
        let page = now(list_tracks(&self.world.env, &ListTracks::default())).unwrap();
        page.items.into_iter().map(|track| track.title).collect()
    }

    fn change(&self, track: &Track, title: &str, visibility: Visibility) {
        let command = UpdateTrack {
            id: track.id,
            expected: Expected::Any,
            title: title.into(),
            genre: None,
            description: None,
            visibility,
            metadata: Metadata::default(),
        };
        now(update_track(&self.world.env, &self.ada, command)).unwrap();
    }

    /// Removes a track without a word to anybody.
    fn remove_silently(&self, track: &Track) {
        let mut unit = now(self.world.env.store.begin()).unwrap();
        assert!(now(unit.tracks().delete(track.id)).unwrap());
        now(unit.commit()).unwrap();
    }

    fn event(&self, kind: &str, aggregate_id: uuid::Uuid) -> Event {
        Event {
            event_id: self.world.env.new_id::<EventId>(),
            event_type: kind.into(),
            aggregate_id,
            aggregate_type: "Any".into(),
            timestamp: self.world.env.now(),
            version: 1,
            data: serde_json::Value::Null,
            metadata: Metadata::default(),
        }
    }
}

#[test]
fn what_was_read_once_is_read_from_the_cache_until_an_event_tells_of_a_change() {
    let cached = Cached::new();
    let track = cached.ready("song");
    for _ in 0..2 {
        assert_eq!(cached.get(&track).unwrap(), track);
        assert_eq!(cached.titles(), ["song"]);
    }
    cached.remove_silently(&track);
    assert_eq!(cached.get(&track).unwrap(), track);
    assert_eq!(cached.titles(), ["song"]);
    let event = cached.event("streaming.track.deleted.v1", track.id.uuid());
    now(cached.world.env.cache.follow(&event)).unwrap();
    assert_eq!(cached.get(&track), None);
    assert!(cached.titles().is_empty());
}

#[test]
fn changes_are_seen_at_once() {
    let cached = Cached::new();
    let track = cached.ready("one");
    assert!(cached.get(&track).is_some());
    assert_eq!(cached.titles(), ["one"]);
    let other = cached.ready("two");
    assert_eq!(cached.titles(), ["two", "one"]);
    cached.change(&track, "first", Visibility::Public);
    assert_eq!(cached.get(&track).unwrap().title, "first");
    assert_eq!(cached.titles(), ["two", "first"]);
    cached.change(&track, "first", Visibility::Private);
    assert_eq!(cached.get(&track), None);
    assert_eq!(cached.titles(), ["two"]);
    let (env, any) = (&cached.world.env, Expected::Any);
    now(delete_track(
        env,
        &cached.ada,
        other.id,
        &any,
        &Metadata::default(),
    ))
    .unwrap();
    assert_eq!(cached.get(&other), None);
    assert!(cached.titles().is_empty());
}

#[test]
fn what_only_its_owner_may_see_is_never_kept() {
    let cached = Cached::new();
    let (env, ada) = (&cached.world.env, &cached.ada);
    let secret = cached.ready("secret");
    cached.change(&secret, "secret", Visibility::Private);
    let queued = cached.world.upload(ada, "queued");
    for track in [&secret, &queued] {
        let seen = now(get_track(env, Some(ada), track.id)).unwrap();
        assert_eq!(seen.id, track.id);
        assert_eq!(cached.get(track), None, "a stranger");
        let key = CacheKey::of(Space::TRACKS, track.id);
        let kept = now(cached.cache.get(&key));
        assert!(matches!(kept, Lookup::Miss(_)), "{kept:?}");
    }
    assert!(cached.titles().is_empty());
}

#[test]
fn a_profile_holds_what_everybody_may_see() {
    let cached = Cached::new();
    let (env, id) = (&cached.world.env, cached.ada.user_id);
    let profile = now(user_profile(env, id)).unwrap().unwrap();
    assert_eq!(profile.username, "ada");
    let key = CacheKey::of(Space::USER_PROFILES, id);
    let Lookup::Hit(kept) = now(cached.cache.get(&key)) else {
        panic!("it was read")
    };
    let kept = String::from_utf8(kept.to_vec()).unwrap();
    for private in ["@", "password", "role"] {
        assert!(!kept.contains(private), "{kept}");
    }
    let logged_in = cached.event("auth.user.logged_in.v1", id.uuid());
    now(env.cache.follow(&logged_in)).unwrap();
    assert!(matches!(now(cached.cache.get(&key)), Lookup::Hit(_)));
    let renamed = cached.event("auth.user.renamed.v1", id.uuid());
    now(env.cache.follow(&renamed)).unwrap();
    assert!(matches!(now(cached.cache.get(&key)), Lookup::Miss(_)));
}

#[test]
fn later_pages_go_on_from_a_first_one_that_was_kept() {
    let cached = Cached::new();
    for title in ["one", "two", "three"] {
        cached.ready(title);
    }
    let page = |cursor| {
        let list = ListTracks {
            page: PageRequest {
                cursor,
                limit: Some(2),
            },
            ..ListTracks::default()
        };
        now(list_tracks(&cached.world.env, &list)).unwrap()
    };
    for _ in 0..2 {
        let first = page(None);
        assert_eq!(first.items.len(), 2);
        let last = page(first.next_cursor);
        assert_eq!((last.items.len(), last.next_cursor), (1, None));
    }
}
