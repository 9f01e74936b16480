//! The stream service over ports in memory.

#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;
use veza_core::auth::{AccessGrant, TokenId, TokenIssuer as _, User, UserId};
use veza_core::auth::{Password, PasswordHasher as _};
use veza_core::files::{BlobStore as _, MemoryChunks, receive_upload};
use veza_core::jobs::claim_next;
use veza_core::kernel::{
    Clock as _, CursorKey, Environment, Expected, Metadata, Principal, ReadCache, Role, Timestamp,
    TypedId,
};
use veza_core::memory::{
    ManualClock, MemoryBlobs, MemorySealer, MemoryStore, MemoryTokens, QuickPasswords,
    SeededEntropy,
};
use veza_core::streaming::{
    BeginIngest, INGEST_JOB, Loudness, Measurements, Published, UploadTrack, Visibility,
    begin_ingest, complete_ingest, delete_track, upload_track,
};
use veza_server_kit::{Shutdown, health};
use veza_stream::Services;

const PLAYLIST: &[u8] = b"#EXTM3U\n";

struct App {
    router: Router,
    env: Environment,
    blobs: Arc<MemoryBlobs>,
    tokens: Arc<MemoryTokens>,
    owner: Principal,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl App {
    async fn new() -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_790_000_000_000)));
        let entropy = Arc::new(SeededEntropy::new(3));
        let env = Environment {
            store: Arc::new(MemoryStore::new()),
            clock: clock.clone(),
            entropy: entropy.clone(),
            sealer: Arc::new(MemorySealer::new(entropy.clone())),
            cursors: CursorKey::new([3; 32]),
            cache: ReadCache::none(),
        };
        let tokens = Arc::new(MemoryTokens::new(clock.clone(), entropy.clone()));
        let blobs = Arc::new(MemoryBlobs::new());
        let hash = QuickPasswords::new(entropy)
            .hash(&Password::new("unused here"))
            .await
            .unwrap();
        let user = User {
            id: env.new_id(),
            email: "ada@example.com".into(),
            username: "ada".into(),
            role: Role::User,
            password_hash: hash,
            ban: None,
            created_at: clock.now(),
            updated_at: clock.now(),
        };
        let mut unit = env.store.begin().await.unwrap();
        unit.users().add(&user).await.unwrap();
        unit.commit().await.unwrap();
        let owner = Principal {
            user_id: user.id,
            session_id: None,
            username: user.username,
            permissions: Role::User.permissions(),
        };
        let services = Services {
            env: env.clone(),
            blobs: blobs.clone(),
            verifier: tokens.clone(),
        };
        let health = health::router(Vec::new(), Shutdown::new());
        let router = veza_stream::router(services, health);
        Self {
            router,
            env,
            blobs,
            tokens,
            owner,
        }
    }

    fn token(&self, user_id: UserId) -> String {
        let now = self.env.now();
        let grant = AccessGrant {
            token_id: self.env.new_id::<TokenId>(),
            session_id: self.env.new_id(),
            user_id,
            email: "a@example.com".into(),
            username: "a".into(),
            roles: vec![Role::User],
            permissions: Role::User.permissions(),
            authenticated_at: now,
            issued_at: now,
            expires_at: now.plus(Duration::from_secs(900)),
        };
        self.tokens.issue(&grant).unwrap().expose().to_owned()
    }

    /// Makes a ready track with a playlist and a segment of 0, 1, 2, ...; gives its address.
    async fn track(&self, visibility: Visibility) -> String {
        let mut body = MemoryChunks::new(&b"RIFF"[..]);
        let upload = receive_upload(&self.env, &*self.blobs, &self.owner, &mut body, 99)
            .await
            .unwrap();
        let command = UploadTrack {
            upload,
            file_name: None,
            title: Some("One".into()),
            genre: None,
            description: None,
            visibility,
            metadata: Metadata::default(),
        };
        let track = upload_track(&self.env, &self.owner, command).await.unwrap();
        let lease = Duration::from_secs(9);
        let job = claim_next(&self.env, INGEST_JOB, "test", lease)
            .await
            .unwrap()
            .unwrap();
        let BeginIngest::Work(ingest) = begin_ingest(&self.env, job).await.unwrap() else {
            panic!("there is work")
        };
        let segment: Vec<u8> = (0..=255).collect();
        for (name, bytes) in [("master.m3u8", PLAYLIST), ("128k/segment0.m4s", &segment)] {
            let key = ingest.media_prefix().join(name).unwrap();
            let mut body = MemoryChunks::new(bytes.to_vec());
            self.blobs.put(&key, &mut body, 999).await.unwrap();
        }
        let measurements = Measurements {
            duration_seconds: 1.0,
            sample_rate: 48_000,
            channels: 2,
            loudness: Loudness::default(),
        };
        let address = format!("/v1/tracks/{}/{}", track.id, ingest.revision);
        let early = self.get(&format!("{address}/master.m3u8"), &[]).await;
        assert_eq!(early.status, 404, "not before it is ready");
        let published = complete_ingest(&self.env, &ingest, measurements)
            .await
            .unwrap();
        assert_eq!(published, Published::Yes);
        address
    }

    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask("GET", path, headers).await
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        let (parts, body) = self
            .router
            .clone()
            .oneshot(request)
            .await
            .unwrap()
            .into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }
}

#[tokio::test]
async fn a_segment_is_served_whole_in_part_and_not_again() {
    let app = App::new().await;
    let path = format!("{}/128k/segment0.m4s", app.track(Visibility::Public).await);
    let whole = app.get(&path, &[("origin", "https://any.example")]).await;
    assert_eq!((whole.status.as_u16(), whole.body.len()), (200, 256));
    for (name, value) in [
        ("content-type", "video/iso.segment"),
        ("content-length", "256"),
        ("accept-ranges", "bytes"),
        ("cache-control", "public, max-age=31536000, immutable"),
        ("access-control-allow-origin", "*"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(whole.headers[name], value, "{name}");
    }
    let etag = whole.headers[header::ETAG].to_str().unwrap();

    let part = app.get(&path, &[("range", "bytes=10-19")]).await;
    assert_eq!((part.status.as_u16(), part.body), (206, (10..20).collect()));
    assert_eq!(part.headers[header::CONTENT_RANGE], "bytes 10-19/256");
    let beyond = app.get(&path, &[("range", "bytes=256-")]).await;
    assert_eq!(beyond.status, 416);
    assert_eq!(beyond.headers[header::CONTENT_RANGE], "bytes */256");

    let known = app
        .get(&path, &[("if-none-match", etag), ("range", "bytes=0-1")])
        .await;
    assert_eq!((known.status.as_u16(), known.body.len()), (304, 0));
    let head = app.ask("HEAD", &path, &[]).await;
    assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
    assert_eq!(head.headers[header::CONTENT_LENGTH], "256");
}

#[tokio::test]
async fn a_playlist_is_asked_for_again_soon() {
    let app = App::new().await;
    let path = format!("{}/master.m3u8", app.track(Visibility::Public).await);
    let answer = app.get(&path, &[]).await;
    assert_eq!(answer.body, PLAYLIST);
    assert_eq!(
        answer.headers[header::CONTENT_TYPE],
        "application/vnd.apple.mpegurl"
    );
    assert_eq!(answer.headers[header::CACHE_CONTROL], "public, max-age=5");
}

#[tokio::test]
async fn a_private_track_is_for_its_owner() {
    let app = App::new().await;
    let path = format!("{}/master.m3u8", app.track(Visibility::Private).await);
    let owner = format!("Bearer {}", app.token(app.owner.user_id));
    let other = format!("Bearer {}", app.token(app.env.new_id()));
    let answer = app.get(&path, &[("authorization", &owner)]).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers[header::CACHE_CONTROL], "private, no-cache");
    // The owner's access is remembered, and is the owner's alone.
    assert_eq!(app.get(&path, &[]).await.status, 404);
    assert_eq!(
        app.get(&path, &[("authorization", &other)]).await.status,
        404
    );
    assert_eq!(
        app.get(&path, &[("authorization", "Bearer forged")])
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn nothing_else_of_the_store_can_be_reached() {
    let app = App::new().await;
    let address = app.track(Visibility::Public).await;
    let other_revision: veza_core::streaming::RevisionId = app.env.new_id();
    let track = address.rsplit_once('/').unwrap().0;
    for path in [
        format!("{address}/gone.m4s"),
        format!("{address}/../../../uploads/x"),
        format!("{address}/..%2f..%2fuploads"),
        format!("{address}/128k%2f..%2fmaster.m3u8"),
        format!("{address}/.hidden"),
        format!("{address}/128k//segment0.m4s"),
        format!("{address}/128k"),
        format!("{address}/%00"),
        format!("{track}/{}/master.m3u8", TypedId::uuid(other_revision)),
        format!("{track}/current/master.m3u8"),
        "/v1/tracks".into(),
    ] {
        assert_eq!(app.get(&path, &[]).await.status, 404, "{path}");
    }
    assert_eq!(
        app.ask("POST", &format!("{address}/master.m3u8"), &[])
            .await
            .status,
        405
    );
}

#[tokio::test]
async fn a_removed_track_is_gone_for_who_has_not_asked_yet() {
    let app = App::new().await;
    let address = app.track(Visibility::Public).await;
    let id = address.split('/').nth(3).unwrap().parse().unwrap();
    delete_track(
        &app.env,
        &app.owner,
        id,
        &Expected::Any,
        &Metadata::default(),
    )
    .await
    .unwrap();
    assert_eq!(
        app.get(&format!("{address}/master.m3u8"), &[]).await.status,
        404
    );
}
