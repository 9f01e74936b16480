//! The contract of [`Tracks`](crate::streaming::Tracks).

use crate::kernel::{PortErrorKind, Store};
use crate::streaming::{
    Failure, Loudness, Measurements, Media, SortOrder, Track, TrackKeyset, TrackQuery, TrackScope,
    TrackSort, TrackState, Visibility,
};

use super::samples::{at, id, track_of, user_named};

fn ready() -> TrackState {
    TrackState::Ready(Media {
        revision: id(7),
        measurements: Measurements {
            duration_seconds: 183.456_789_012_345,
            sample_rate: 44_100,
            channels: 2,
            loudness: Loudness {
                integrated_lufs: Some(-14.012_345_678_9),
                loudness_range_lu: Some(6.25),
                true_peak_dbtp: Some(-0.5),
                sample_peak_dbfs: Some(-0.75),
                momentary_max_lufs: None,
                short_term_max_lufs: Some(-9.75),
            },
        },
    })
}

pub(super) async fn what_is_added_is_found(store: &dyn Store) {
    let user = user_named("ada");
    let mut track = track_of(&user, 1);
    track.title = "Été d'«Ada»; DROP TABLE tracks;-- \u{1F3B5}".into();
    track.genre = Some("Électro".into());
    track.description = Some("two\nlines".into());
    track.visibility = Visibility::Private;
    let mut unit = store.begin().await.expect("begin");
    unit.users().add(&user).await.expect("add");
    unit.tracks().add(&track).await.expect("add");
    unit.commit().await.expect("commit");

    let mut unit = store.begin().await.expect("begin");
    let tracks = unit.tracks();
    assert_eq!(
        tracks.find(track.id).await.expect("find"),
        Some(track.clone())
    );
    assert_eq!(tracks.find(id(99)).await.expect("find"), None);
    assert!(
        tracks
            .has_source(&track.source.key)
            .await
            .expect("has_source")
    );
    assert!(tracks.delete(track.id).await.expect("delete"));
    assert!(
        !tracks.delete(track.id).await.expect("delete"),
        "what is gone is gone"
    );
    assert_eq!(tracks.find(track.id).await.expect("find"), None);
    assert!(
        !tracks
            .has_source(&track.source.key)
            .await
            .expect("has_source")
    );

    let orphan = track_of(&user_named("nobody"), 2);
    let error = tracks
        .add(&orphan)
        .await
        .expect_err("a track has an artist");
    assert_eq!(error.kind, PortErrorKind::MissingReference);
}

pub(super) async fn every_state_is_kept_exactly(store: &dyn Store) {
    let user = user_named("ada");
    let track = track_of(&user, 1);
    let mut unit = store.begin().await.expect("begin");
    unit.users().add(&user).await.expect("add");
    unit.tracks().add(&track).await.expect("add");
    let failure = Failure {
        code: "audio.malformed".into(),
        detail: "no \"data\" chunk".into(),
    };
    let states = [
        TrackState::Processing { progress: 0.0 },
        ready(),
        TrackState::Failed(failure),
        TrackState::Queued,
    ];
    let tracks = unit.tracks();
    let mut version = track.version;
    for (seconds, state) in (10..).zip(states) {
        assert!(
            tracks
                .set_state(track.id, &state, at(seconds))
                .await
                .expect("set_state")
        );
        let kept = tracks
            .find(track.id)
            .await
            .expect("find")
            .expect("it is there");
        assert_eq!((kept.state, kept.updated_at), (state, at(seconds)));
        version += 1;
        assert_eq!(kept.version, version, "every change raises it");
    }
    assert!(
        !tracks
            .set_state(id(99), &ready(), at(1))
            .await
            .expect("set_state")
    );

    let refused = tracks
        .set_progress(track.id, 0.5)
        .await
        .expect("set_progress");
    assert!(!refused, "a queued track has no progress");
    let processing = TrackState::Processing { progress: 0.0 };
    tracks
        .set_state(track.id, &processing, at(20))
        .await
        .expect("set_state");
    assert!(
        tracks
            .set_progress(track.id, 0.375)
            .await
            .expect("set_progress")
    );
    let kept = tracks
        .find(track.id)
        .await
        .expect("find")
        .expect("it is there");
    assert_eq!(kept.state, TrackState::Processing { progress: 0.375 });
    assert_eq!(
        kept.updated_at,
        at(20),
        "progress is no change of the track"
    );
    assert_eq!(kept.version, version + 1, "nor does it raise the version");
}

pub(super) async fn an_update_is_for_the_version_before_it(store: &dyn Store) {
    let user = user_named("ada");
    let track = track_of(&user, 1);
    let mut unit = store.begin().await.expect("begin");
    unit.users().add(&user).await.expect("add");
    unit.tracks().add(&track).await.expect("add");
    let changed = Track {
        title: "Ünder".into(),
        genre: Some("ÉLECTRO".into()),
        description: Some("two\nlines".into()),
        visibility: Visibility::Private,
        version: 2,
        updated_at: at(9),
        ..track.clone()
    };
    let tracks = unit.tracks();
    assert!(tracks.update(&changed).await.expect("update"));
    assert_eq!(
        tracks.find(track.id).await.expect("find"),
        Some(changed.clone())
    );
    assert!(
        !tracks.update(&changed).await.expect("update"),
        "the version is taken"
    );
    let ahead = Track {
        version: 4,
        ..changed.clone()
    };
    assert!(!tracks.update(&ahead).await.expect("update"), "a gap");
    let emptied = Track {
        genre: None,
        description: None,
        version: 3,
        ..changed.clone()
    };
    assert!(tracks.update(&emptied).await.expect("update"));
    assert_eq!(tracks.find(track.id).await.expect("find"), Some(emptied));
    let gone = Track {
        id: id(99),
        version: 2,
        ..changed
    };
    assert!(!tracks.update(&gone).await.expect("update"));
    let of_genre = TrackQuery {
        genre_key: Some("électro".into()),
        ..query(TrackScope::OwnedBy(user.id))
    };
    let found = tracks.list(&of_genre).await.expect("list");
    assert!(found.is_empty(), "the genre is compared as it is now");
}

/// Adds two accounts and their tracks; `change` may alter each before it is added.
async fn stocked(store: &dyn Store, count: u64, change: impl Fn(u64, &mut Track)) -> Vec<Track> {
    let artists = [user_named("ada"), user_named("bob")];
    let mut unit = store.begin().await.expect("begin");
    for artist in &artists {
        unit.users().add(artist).await.expect("add");
    }
    let mut added = Vec::new();
    for number in 0..count {
        let mut track = track_of(&artists[(number % 2) as usize], number);
        change(number, &mut track);
        unit.tracks().add(&track).await.expect("add");
        added.push(track);
    }
    unit.commit().await.expect("commit");
    added
}

fn query(scope: TrackScope) -> TrackQuery {
    TrackQuery {
        scope,
        genre_key: None,
        sort: TrackSort::CreatedAt,
        order: SortOrder::Ascending,
        after: None,
        limit: 100,
    }
}

pub(super) async fn lists_hold_what_their_scope_says(store: &dyn Store) {
    let added = stocked(store, 12, |number, track| {
        if number < 8 {
            track.state = ready();
        }
        if number >= 4 {
            track.visibility = Visibility::Private;
        }
        if number % 3 == 0 {
            track.genre = Some("ÉLECTRO".into());
        }
    })
    .await;
    let mut reader = store.begin_read().await.expect("begin_read");
    let tracks = reader.tracks();
    let published = tracks
        .list(&query(TrackScope::Published))
        .await
        .expect("list");
    assert_eq!(published, added[..4], "public and ready");

    let bob = user_named("bob").id;
    let of_bob = tracks
        .list(&query(TrackScope::PublishedBy(bob)))
        .await
        .expect("list");
    assert_eq!(of_bob, [added[1].clone(), added[3].clone()]);
    let owned = TrackScope::OwnedBy(bob);
    let bobs = tracks.list(&query(owned)).await.expect("list");
    let expected: Vec<_> = added
        .iter()
        .filter(|track| track.artist.username == "bob")
        .collect();
    assert_eq!(
        bobs.iter().collect::<Vec<_>>(),
        expected,
        "one's own, in every state"
    );

    let of_genre = TrackQuery {
        genre_key: Some("électro".into()),
        ..query(TrackScope::Published)
    };
    let found = tracks.list(&of_genre).await.expect("list");
    assert_eq!(found, [added[0].clone(), added[3].clone()]);
    let first = TrackQuery {
        limit: 1,
        ..of_genre
    };
    assert_eq!(tracks.list(&first).await.expect("list"), [added[0].clone()]);
}

pub(super) async fn pages_join_without_gap_or_overlap(store: &dyn Store) {
    // Titles and times repeat, so that only the id tells some tracks apart.
    let titles = ["b", "B", "a", "Éa", "zz", "a", "\u{1F3B5}"];
    let added = stocked(store, 21, |number, track| {
        track.state = ready();
        track.title = titles[(number % 7) as usize].into();
        track.created_at = at(number / 4);
    })
    .await;
    let mut reader = store.begin_read().await.expect("begin_read");
    for sort in [TrackSort::CreatedAt, TrackSort::Title] {
        for order in [SortOrder::Ascending, SortOrder::Descending] {
            let mut expected = added.clone();
            expected.sort_by_key(|track| match sort {
                TrackSort::CreatedAt => (track.created_at, String::new(), track.id),
                TrackSort::Title => (at(0), track.title_key(), track.id),
            });
            if order == SortOrder::Descending {
                expected.reverse();
            }
            let mut seen: Vec<Track> = Vec::new();
            loop {
                let after = seen.last().map(|last| TrackKeyset::of(last, sort));
                let page = TrackQuery {
                    sort,
                    order,
                    after,
                    limit: 4,
                    ..query(TrackScope::Published)
                };
                let page = reader.tracks().list(&page).await.expect("list");
                assert!(page.len() <= 4, "no more than asked for");
                if page.is_empty() {
                    break;
                }
                seen.extend(page);
            }
            assert_eq!(seen, expected, "{sort:?} {order:?}");
        }
    }
}
