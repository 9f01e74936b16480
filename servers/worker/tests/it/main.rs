//! The worker over ports in memory, with children that are shell scripts.

#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod export;
mod kinds;
mod thumbnails;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use veza_core::auth::{Password, PasswordHasher as _, User};
use veza_core::files::{BlobStore as _, MemoryChunks, receive_upload};
use veza_core::kernel::{
    Clock, CursorKey, Environment, Expected, Metadata, Principal, ReadCache, Role, Timestamp,
    UnitOfWork,
};
use veza_core::mail::MailStyle;
use veza_core::memory::{
    MemoryBlobs, MemoryMailer, MemorySealer, MemoryStore, QuickPasswords, SeededEntropy,
};
use veza_core::streaming::{
    Track, TrackId, TrackState, UploadTrack, Visibility, delete_track, upload_track,
};
use veza_server_kit::Shutdown;
use veza_worker::{ConfinedProber, Registry, Scratch, Services, Settings, Wake, Worker, usual};

/// The time of the tests goes on by itself: retries and leases wait for it.
struct RunningClock(std::time::Instant);

impl Clock for RunningClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_790_000_000_000).plus(self.0.elapsed())
    }
}

struct App {
    services: Services,
    blobs: Arc<MemoryBlobs>,
    owner: Principal,
    dir: tempfile::TempDir,
}

impl App {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let entropy = Arc::new(SeededEntropy::new(5));
        let env = Environment {
            store: Arc::new(MemoryStore::new()),
            clock: Arc::new(RunningClock(std::time::Instant::now())),
            entropy: entropy.clone(),
            sealer: Arc::new(MemorySealer::new(entropy.clone())),
            cursors: CursorKey::new([5; 32]),
            cache: ReadCache::none(),
        };
        let user = User {
            id: env.new_id(),
            email: "ada@example.com".into(),
            username: "ada".into(),
            role: Role::User,
            password_hash: QuickPasswords::new(entropy)
                .hash(&Password::new("x"))
                .await
                .unwrap(),
            ban: None,
            created_at: env.now(),
            updated_at: env.now(),
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
        let blobs = Arc::new(MemoryBlobs::new());
        let scratch = Scratch::new(dir.path().join("scratch")).unwrap();
        let services = Services {
            env,
            blobs: blobs.clone(),
            scratch,
            mailer: Arc::new(MemoryMailer::new()),
            mail_style: MailStyle {
                service: "Veza".into(),
                page_url: "http://localhost".into(),
            },
        };
        Self {
            services,
            blobs,
            owner,
            dir,
        }
    }

    /// A child which is this script: $2 is the kind, $3 the input, $4 the output folder.
    fn program(&self, name: &str, script: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        // Written by another process: a file that this one still has open for writing, or has just
        // passed on to a child of another test, cannot be started.
        let write = "printf '%s\\n' '#!/bin/sh' \"$1\" > \"$2\" && chmod 700 \"$2\"";
        let mut writer = std::process::Command::new("sh");
        writer.args(["-c", write, "sh", script]).arg(&path);
        assert!(writer.status().unwrap().success());
        path
    }

    async fn upload(&self, content: &'static [u8]) -> TrackId {
        let (env, owner) = (&self.services.env, &self.owner);
        let mut body = MemoryChunks::new(content);
        let upload = receive_upload(env, &*self.blobs, owner, &mut body, 999)
            .await
            .unwrap();
        let command = UploadTrack {
            upload,
            file_name: None,
            title: Some("One".into()),
            genre: None,
            description: None,
            visibility: Visibility::Public,
            metadata: Metadata::default(),
        };
        upload_track(env, owner, command).await.unwrap().id
    }

    fn start(&self, program: PathBuf) -> (Shutdown, tokio::task::JoinHandle<()>) {
        let mut settings = Settings::new(program);
        settings.lease = Duration::from_millis(600);
        settings.silence = Duration::from_secs(1);
        self.work(usual(&self.services, settings))
    }

    fn work(&self, registry: Registry) -> (Shutdown, tokio::task::JoinHandle<()>) {
        let shutdown = Shutdown::new();
        let env = self.services.env.clone();
        let worker = Worker::new(env, "test".into(), registry, Wake::default())
            .poll(Duration::from_millis(20));
        (shutdown.clone(), tokio::spawn(worker.run(shutdown)))
    }

    async fn read(&self) -> Box<dyn UnitOfWork> {
        self.services.env.store.begin_read().await.unwrap()
    }

    async fn track(&self, id: TrackId) -> Option<Track> {
        self.read().await.tracks().find(id).await.unwrap()
    }

    /// The track, once `wanted` is true of it.
    async fn once(&self, id: TrackId, wanted: impl Fn(&Track) -> bool) -> Track {
        for _ in 0..800 {
            if let Some(track) = self.track(id).await.filter(&wanted) {
                return track;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!(
            "it took too long: {:?}",
            self.track(id).await.map(|track| track.state)
        );
    }

    async fn media(&self) -> Vec<String> {
        let prefix = "media".parse().unwrap();
        let blobs = self.blobs.list(&prefix, None, 99).await.unwrap();
        blobs.into_iter().map(|blob| blob.key.to_string()).collect()
    }
}

const DONE: &str = r#"echo '{"done":{"durationSeconds":1.5,"sampleRate":44100,"channels":2,"loudness":{"integratedLufs":-14.0,"loudnessRangeLu":null,"truePeakDbtp":null,"samplePeakDbfs":null,"momentaryMaxLufs":null,"shortTermMaxLufs":null}}}'"#;

fn is_failed(track: &Track) -> bool {
    matches!(track.state, TrackState::Failed(_))
}

fn failure(track: &Track) -> &str {
    match &track.state {
        TrackState::Failed(failure) => &failure.code,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_the_child_made_can_be_played() {
    let app = App::new().await;
    let script = format!(
        "[ $1$2 = confinedingest ] || exit 9; [ -z \"$HOME\" ] || exit 8\n\
         mkdir $4/128k; cp $3 $4/128k/segment0.m4s; echo '#EXTM3U' > $4/master.m3u8\n\
         echo '{{\"progress\":0.5}}'; {DONE}"
    );
    let (shutdown, worker) = app.start(app.program("child", &script));
    let id = app.upload(b"the source").await;
    let track = app.once(id, |track| track.media().is_some()).await;
    let media = track.media().unwrap();
    assert_eq!(media.measurements.duration_seconds, 1.5);
    let prefix = Track::media_prefix(id, media.revision);
    assert_eq!(
        app.media().await,
        [
            prefix.join("128k/segment0.m4s").unwrap().to_string(),
            prefix.join("master.m3u8").unwrap().to_string(),
        ]
    );
    delete_track(
        &app.services.env,
        &app.owner,
        id,
        &Expected::Any,
        &Metadata::default(),
    )
    .await
    .unwrap();
    for _ in 0..300 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        if app.media().await.is_empty() {
            break;
        }
    }
    assert_eq!(app.media().await, [""; 0]);
    shutdown.request();
    worker.await.unwrap();
    let scratch = std::fs::read_dir(app.dir.path().join("scratch")).unwrap();
    let own = scratch
        .map(|entry| entry.unwrap().path())
        .find(|path| path.is_dir());
    assert_eq!(std::fs::read_dir(own.unwrap()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_file_at_fault_fails_its_track_at_once_and_leaves_nothing() {
    let app = App::new().await;
    let script = format!(
        "case $(cat $3) in\n\
         crash) echo x > $4/part.m4s; kill -SEGV $$;;\n\
         bad) echo '{{\"error\":{{\"code\":\"audio.malformed\",\"detail\":\"d\",\"fault\":\"media\"}}}}';;\n\
         hang) exec sleep 60;;\n\
         link) ln -s /etc/passwd $4/a.json; {DONE};;\n\
         good) echo > $4/master.m3u8; {DONE};;\n\
         esac"
    );
    let (shutdown, worker) = app.start(app.program("child", &script));
    for (content, code) in [
        (&b"crash"[..], "audio.decoder_crashed"),
        (b"bad", "audio.malformed"),
        (b"hang", "audio.decoder_timed_out"),
    ] {
        let id = app.upload(content).await;
        assert_eq!(failure(&app.once(id, is_failed).await), code);
    }
    let good = app.upload(b"good").await;
    app.once(good, |track| track.media().is_some()).await;
    assert_eq!(app.media().await.len(), 1);
    shutdown.request();
    worker.await.unwrap();
}

#[tokio::test]
async fn a_fault_of_ours_is_tried_again() {
    let app = App::new().await;
    let flag = app.dir.path().join("flag");
    let script = format!(
        "if [ -e {flag} ]; then echo > $4/master.m3u8; {DONE}; else touch {flag}\n\
         echo '{{\"error\":{{\"code\":\"io\",\"detail\":\"/secret\",\"fault\":\"ours\"}}}}'; fi",
        flag = flag.display()
    );
    let (shutdown, worker) = app.start(app.program("child", &script));
    let id = app.upload(b"x").await;
    app.once(id, |track| track.media().is_some()).await;
    shutdown.request();
    worker.await.unwrap();
}

#[tokio::test]
async fn a_worker_that_stops_gives_its_job_back() {
    let app = App::new().await;
    let script = "echo '{\"progress\":0.1}'; exec sleep 60";
    let (shutdown, worker) = app.start(app.program("slow", script));
    let id = app.upload(b"x").await;
    app.once(
        id,
        |track| matches!(track.state, TrackState::Processing { progress } if progress > 0.0),
    )
    .await;
    shutdown.request();
    tokio::time::timeout(Duration::from_secs(5), worker)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(app.track(id).await.unwrap().state, TrackState::Queued);
    let script = format!("echo > $4/master.m3u8; {DONE}");
    let (shutdown, worker) = app.start(app.program("quick", &script));
    app.once(id, |track| track.media().is_some()).await;
    shutdown.request();
    worker.await.unwrap();
}

#[tokio::test]
async fn the_first_look_tells_a_bad_file_from_a_fault_of_ours() {
    let app = App::new().await;
    let script = "[ $2 = probe ] || exit 9\n\
         case $(cat $3) in\n\
         good) echo '{\"done\":{}}';;\n\
         bad) echo '{\"error\":{\"code\":\"audio.not_audio\",\"detail\":\"d\",\"fault\":\"media\"}}';;\n\
         ours) echo '{\"error\":{\"code\":\"io\",\"detail\":\"d\",\"fault\":\"ours\"}}';;\n\
         crash) kill -SEGV $$;;\n\
         esac";
    let program = app.program("child", script);
    let prober = ConfinedProber::new(program, app.blobs.clone(), app.services.scratch.clone());
    let mut codes = Vec::new();
    for content in [&b"good"[..], b"bad", b"crash", b"ours"] {
        let key = "uploads/a".parse().unwrap();
        app.blobs
            .put(&key, &mut MemoryChunks::new(content), 99)
            .await
            .unwrap();
        codes.push(match prober.probe(&key).await {
            Ok(Ok(())) => "good".to_owned(),
            Ok(Err(error)) => error.code,
            Err(_) => "ours".to_owned(),
        });
    }
    assert_eq!(
        codes,
        ["good", "audio.not_audio", "audio.decoder_crashed", "ours"]
    );
    let missing = "uploads/gone".parse().unwrap();
    assert!(prober.probe(&missing).await.is_err());
}
