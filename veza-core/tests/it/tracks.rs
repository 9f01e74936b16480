use veza_core::auth::UserId;
use veza_core::files::{BlobStore as _, MemoryChunks, receive_upload};
use veza_core::kernel::{
    ErrorKind, Expected, Metadata, PageRequest, Principal, Role, TypedId as _, UseCaseError as _,
};
use veza_core::streaming::{
    ListTracks, SortOrder, Track, TrackError, TrackSort, UpdateTrack, Visibility, complete_ingest,
    delete_track, get_track, list_tracks, media_file, my_tracks, update_track, upload_track,
};

use crate::world::{World, measurements, now};

/// A track that is ready.
fn ready(world: &World, who: &Principal, title: &str) -> Track {
    let track = world.upload(who, title);
    let ingest = world.begin().unwrap();
    let _ = now(complete_ingest(&world.env, &ingest, measurements())).unwrap();
    world.stored(&track).unwrap()
}

fn with_role(who: &Principal, role: Role) -> Principal {
    Principal {
        permissions: role.permissions(),
        ..who.clone()
    }
}

#[test]
fn an_upload_makes_a_track_a_job_and_its_events_or_none_of_them() {
    let world = World::new();
    let ada = world.person("ada");
    let told = world.events().len();

    let mut bad = world.command(&ada, "two\nlines");
    bad.genre = Some("x".repeat(51));
    let error = now(upload_track(&world.env, &ada, bad)).unwrap_err();
    let fields: Vec<_> = error
        .field_errors()
        .iter()
        .map(|fault| fault.field)
        .collect();
    assert_eq!(fields, ["title", "genre"]);

    let guest = with_role(&ada, Role::Guest);
    let error = now(upload_track(&world.env, &guest, world.command(&ada, "x"))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden);

    // An account which is gone: the track is refused by the store, and nothing else is kept.
    let gone = Principal {
        user_id: world.env.new_id::<UserId>(),
        ..ada.clone()
    };
    let error = now(upload_track(&world.env, &gone, world.command(&ada, "x"))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!(world.events().len(), told);
    assert!(world.claim().is_none());

    let track = world.upload(&ada, " My song ");
    assert_eq!(
        (track.title.as_str(), track.state.status()),
        ("My song", "queued")
    );
    assert_eq!(
        world.events()[told..],
        ["files.file.uploaded.v1", "streaming.track.uploaded.v1"]
    );
    assert!(world.claim().is_some());
}

#[test]
fn what_cannot_be_received_is_not_kept() {
    let world = World::new();
    let ada = world.person("ada");
    let receive = |who: &Principal, body: &'static str| {
        let mut body = MemoryChunks::new(body);
        now(receive_upload(&world.env, &world.blobs, who, &mut body, 4)).unwrap_err()
    };
    assert_eq!(receive(&ada, "12345").code(), "files.upload.too_large");
    assert_eq!(receive(&ada, "").code(), "files.upload.empty");
    assert_eq!(
        receive(&with_role(&ada, Role::Guest), "1234").code(),
        "files.upload.forbidden"
    );
    let left = now(world.blobs.list(&"uploads".parse().unwrap(), None, 10)).unwrap();
    assert!(left.is_empty());
}

#[test]
fn who_sees_what() {
    let world = World::new();
    let (ada, bob) = (world.person("ada"), world.person("bob"));
    let public = ready(&world, &ada, "public");
    let mut private = world.command(&ada, "private");
    private.visibility = Visibility::Private;
    let private = now(upload_track(&world.env, &ada, private)).unwrap();
    let ingest = world.begin().unwrap();
    let _ = now(complete_ingest(&world.env, &ingest, measurements())).unwrap();
    let queued = world.upload(&ada, "queued");

    let sees =
        |who: Option<&Principal>, track: &Track| match now(get_track(&world.env, who, track.id)) {
            Ok(found) => found.id == track.id,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::NotFound);
                false
            }
        };
    let seen = |who| [&public, &private, &queued].map(|track| sees(who, track));
    assert_eq!(seen(None), [true, false, false]);
    assert_eq!(seen(Some(&bob)), [true, false, false]);
    assert_eq!(seen(Some(&ada)), [true, true, true]);
    // A moderator removes what is public, and reads nobody's private tracks.
    assert_eq!(
        seen(Some(&with_role(&bob, Role::Moderator))),
        [true, false, false]
    );
}

#[test]
fn media_are_found_by_their_present_revision_only() {
    let world = World::new();
    let ada = world.person("ada");
    let track = ready(&world, &ada, "song");
    let revision = track.media().unwrap().revision;
    let find = |revision, path| now(media_file(&world.env, None, track.id, revision, path));
    let (_, key) = find(revision, "128k/0.ts").unwrap();
    assert_eq!(
        key.as_str(),
        format!("media/{}/{revision}/128k/0.ts", track.id)
    );
    assert!(
        find(world.env.new_id(), "128k/0.ts").is_err(),
        "an earlier revision"
    );
    for path in [
        "",
        "/",
        "..",
        "../../uploads/x",
        "128k//0.ts",
        "128k/..%2f",
        ".hidden",
    ] {
        assert!(
            matches!(find(revision, path), Err(TrackError::NotFound)),
            "{path}"
        );
    }
    let queued = world.upload(&ada, "queued");
    let found = now(media_file(
        &world.env,
        Some(&ada),
        queued.id,
        revision,
        "master.m3u8",
    ));
    assert!(matches!(found, Err(TrackError::NotFound)));
}

#[test]
fn pages_of_public_tracks_join_and_cursors_belong_to_their_list() {
    let world = World::new();
    let ada = world.person("ada");
    for title in ["c", "A", "b", "É", "d"] {
        ready(&world, &ada, title);
    }
    world.upload(&ada, "not ready");
    let mut titles = Vec::new();
    let mut query = ListTracks {
        sort: TrackSort::Title,
        page: PageRequest {
            cursor: None,
            limit: Some(2),
        },
        ..ListTracks::default()
    };
    loop {
        let page = now(list_tracks(&world.env, &query)).unwrap();
        titles.extend(page.items.into_iter().map(|track| track.title));
        match page.next_cursor {
            Some(cursor) => query.page.cursor = Some(cursor),
            None => break,
        }
    }
    assert_eq!(titles, ["A", "b", "c", "d", "É"]);

    assert!(query.page.cursor.is_some());
    for other in [
        ListTracks {
            sort: TrackSort::CreatedAt,
            ..query.clone()
        },
        ListTracks {
            order: Some(SortOrder::Descending),
            ..query.clone()
        },
        ListTracks {
            genre: Some("jazz".into()),
            ..query.clone()
        },
    ] {
        let error = now(list_tracks(&world.env, &other)).unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::Malformed, "page.cursor_invalid")
        );
    }
}

#[test]
fn ones_own_tracks_are_listed_in_every_state() {
    let world = World::new();
    let (ada, bob) = (world.person("ada"), world.person("bob"));
    ready(&world, &ada, "first");
    world.clock.advance(std::time::Duration::from_secs(1));
    world.upload(&ada, "second");
    world.upload(&bob, "other");
    let page = now(my_tracks(&world.env, &ada, &PageRequest::default())).unwrap();
    let titles: Vec<_> = page
        .items
        .iter()
        .map(|track| track.title.as_str())
        .collect();
    assert_eq!((titles, page.next_cursor), (vec!["second", "first"], None));
}

#[test]
fn a_track_is_deleted_by_its_owner_or_a_moderator_with_all_its_files() {
    let world = World::new();
    let (ada, bob) = (world.person("ada"), world.person("bob"));
    let track = world.upload(&ada, "song");
    let ingest = world.begin().unwrap();
    let playlist = world.put_media(&ingest, "master.m3u8");
    let delete = |who: &Principal| {
        now(delete_track(
            &world.env,
            who,
            track.id,
            &Expected::Any,
            &Metadata::default(),
        ))
    };
    assert_eq!(
        delete(&bob).unwrap_err().kind(),
        ErrorKind::NotFound,
        "it is not public yet"
    );
    let _ = now(complete_ingest(&world.env, &ingest, measurements())).unwrap();
    assert_eq!(delete(&bob).unwrap_err().kind(), ErrorKind::Forbidden);
    assert_eq!(
        delete(&with_role(&bob, Role::Creator)).unwrap_err().kind(),
        ErrorKind::Forbidden
    );
    delete(&with_role(&bob, Role::Moderator)).unwrap();
    assert!(world.stored(&track).is_none());
    assert_eq!(delete(&ada).unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(world.events().last().unwrap(), "streaming.track.deleted.v1");

    assert!(world.has(&playlist) && world.has(&track.source.key));
    assert_eq!(world.purge(), 1);
    assert!(!world.has(&playlist) && !world.has(&track.source.key));
    assert_eq!(track.id.created_at(), Some(world.env.now()));
}

#[test]
fn a_change_is_for_the_version_its_author_has_seen() {
    let world = World::new();
    let (ada, bob) = (world.person("ada"), world.person("bob"));
    let track = ready(&world, &ada, "first");
    let change = |title: &str, expected| UpdateTrack {
        id: track.id,
        expected,
        title: title.into(),
        genre: Some(" Folk ".into()),
        description: None,
        visibility: Visibility::Private,
        metadata: Metadata::default(),
    };
    let update = |who: &Principal, command| now(update_track(&world.env, who, command));
    let seen = Expected::OneOf(vec![track.version]);

    let error = update(&bob, change("\n", seen.clone())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Forbidden, "it is public");
    let guest = with_role(&ada, Role::Guest);
    assert_eq!(
        update(&guest, change("x", seen.clone()))
            .unwrap_err()
            .kind(),
        ErrorKind::Forbidden
    );
    let error = update(&ada, change("\n", seen.clone())).unwrap_err();
    assert_eq!(error.field_errors()[0].field, "title");

    let changed = update(&ada, change("second", seen.clone())).unwrap();
    assert_eq!(world.stored(&track).unwrap(), changed);
    assert_eq!(changed.version, track.version + 1);
    assert_eq!(
        (changed.title.as_str(), changed.genre.as_deref()),
        ("second", Some("Folk"))
    );
    assert_eq!(world.events().last().unwrap(), "streaming.track.updated.v1");
    let told = world.events().len();

    assert_eq!(
        update(&ada, change("third", seen)).unwrap_err().kind(),
        ErrorKind::Stale
    );
    assert_eq!(
        update(&bob, change("third", Expected::Any))
            .unwrap_err()
            .kind(),
        ErrorKind::NotFound,
        "it is private now"
    );
    let same = update(&ada, change("second", Expected::Any)).unwrap();
    assert_eq!(same, changed, "nothing is changed");
    assert_eq!(world.events().len(), told, "so nothing is told");
}
