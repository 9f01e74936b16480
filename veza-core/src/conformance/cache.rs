//! The contract of [`Cache`].

use bytes::Bytes;

use crate::kernel::cache::{Cache, CacheKey, Lookup, MAX_CACHED_BYTES, Space, Ticket};

/// The whole contract of a [`Cache`], as two instances of it have it (or one, twice). `salt` makes
/// keys nobody has used before.
///
/// # Panics
/// Where the contract is broken.
pub async fn cache(here: &dyn Cache, there: &dyn Cache, salt: &str) {
    let track = |name: &str| CacheKey::answer_to(Space::TRACKS, &format!("{salt} {name}"));
    let list = |name: &str| CacheKey::answer_to(Space::TRACK_LISTS, &format!("{salt} {name}"));
    for key in [track("kept"), list("kept")] {
        what_is_put_is_found_everywhere(here, there, &key).await;
    }
    for key in [track("slow"), list("slow")] {
        a_slow_reader_puts_nothing_back(here, there, &key).await;
    }
    a_space_is_forgotten_as_a_whole(here, there, &list("one"), &list("two"), &track("stays")).await;
    large_values_are_not_kept(here, &track("large")).await;
}

async fn missed(cache: &dyn Cache, key: &CacheKey) -> Option<Ticket> {
    match cache.get(key).await {
        Lookup::Miss(ticket) => ticket,
        Lookup::Hit(value) => panic!("{key:?} is {value:?}"),
    }
}

async fn put(cache: &dyn Cache, key: &CacheKey, value: &'static str) {
    let ticket = missed(cache, key).await.expect("nobody else reads it");
    cache.put(key, &ticket, value.into()).await;
    assert_eq!(cache.get(key).await, Lookup::Hit(value.into()));
}

async fn invalidate(cache: &dyn Cache, key: &CacheKey) {
    let keys = std::slice::from_ref(key);
    cache.invalidate(keys).await.expect("invalidate");
}

async fn what_is_put_is_found_everywhere(here: &dyn Cache, there: &dyn Cache, key: &CacheKey) {
    let ticket = missed(here, key).await.expect("nobody else reads it");
    assert_eq!(missed(there, key).await, None, "somebody reads it already");
    let all: Bytes = (0..=255).chain([0, 13, 10]).collect();
    here.put(key, &ticket, all.clone()).await;
    assert_eq!(there.get(key).await, Lookup::Hit(all.clone()));
    there.put(key, &ticket, "again".into()).await;
    assert_eq!(
        here.get(key).await,
        Lookup::Hit(all),
        "a ticket is good once"
    );
    invalidate(there, key).await;
    put(here, key, "").await;
    assert_eq!(there.get(key).await, Lookup::Hit(Bytes::new()));
    invalidate(here, key).await;
}

async fn a_slow_reader_puts_nothing_back(here: &dyn Cache, there: &dyn Cache, key: &CacheKey) {
    let slow = missed(here, key).await.expect("nobody else reads it");
    invalidate(there, key).await;
    here.put(key, &slow, "old".into()).await;
    let quick = missed(there, key).await.expect("the old ticket is void");
    here.put(key, &slow, "old".into()).await;
    there.put(key, &quick, "new".into()).await;
    here.put(key, &slow, "old".into()).await;
    assert_eq!(here.get(key).await, Lookup::Hit("new".into()));
    invalidate(here, key).await;
    here.put(key, &quick, "old".into()).await;
    assert!(missed(there, key).await.is_some());
}

async fn a_space_is_forgotten_as_a_whole(
    here: &dyn Cache,
    there: &dyn Cache,
    one: &CacheKey,
    two: &CacheKey,
    stays: &CacheKey,
) {
    put(here, one, "one").await;
    put(there, stays, "stays").await;
    let slow = missed(here, two).await.expect("nobody else reads it");
    there
        .invalidate_space(&Space::TRACK_LISTS)
        .await
        .expect("invalidate");
    here.put(two, &slow, "old".into()).await;
    for key in [one, two] {
        put(here, key, "new").await;
        assert_eq!(there.get(key).await, Lookup::Hit("new".into()));
    }
    assert_eq!(here.get(stays).await, Lookup::Hit("stays".into()));
}

async fn large_values_are_not_kept(cache: &dyn Cache, key: &CacheKey) {
    let ticket = missed(cache, key).await.expect("nobody else reads it");
    let large = vec![7; MAX_CACHED_BYTES + 1];
    cache.put(key, &ticket, large.into()).await;
    assert!(matches!(cache.get(key).await, Lookup::Miss(_)));
    invalidate(cache, key).await;
    let ticket = missed(cache, key).await.expect("nobody else reads it");
    let allowed = Bytes::from(vec![7; MAX_CACHED_BYTES]);
    cache.put(key, &ticket, allowed.clone()).await;
    assert_eq!(cache.get(key).await, Lookup::Hit(allowed));
}
