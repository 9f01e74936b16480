//! A platform in memory, and what people do on it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use veza_core::auth::{
    LogIn, LogInError, LoggedIn, Password, Register, RegisterError, TokenVerifier as _, User,
    log_in, register,
};
use veza_core::files::{BlobKey, BlobStore as _, MemoryChunks, ReceivedUpload, receive_upload};
use veza_core::jobs::{Job, claim_next};
use veza_core::kernel::{CursorKey, Environment, Metadata, Principal};
use veza_core::memory::{
    ManualClock, MemoryBlobs, MemorySealer, MemoryStore, MemoryTokens, QuickPasswords,
    SeededEntropy,
};
use veza_core::streaming::{
    BeginIngest, INGEST_JOB, Ingest, Loudness, Measurements, PURGE_JOB, Track, UploadTrack,
    Visibility, begin_ingest, purge_media, upload_track,
};

pub(crate) const PASSWORD: &str = "correct horse battery";
pub(crate) const LEASE: Duration = Duration::from_secs(15);

pub(crate) struct World {
    pub(crate) env: Environment,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) blobs: MemoryBlobs,
    pub(crate) passwords: QuickPasswords,
    pub(crate) tokens: MemoryTokens,
}

/// Runs to its end what never has to wait.
pub(crate) fn now<T>(work: impl Future<Output = T>) -> T {
    work.now_or_never()
        .expect("nothing in memory waits for anything")
}

impl World {
    pub(crate) fn new() -> Self {
        let clock = Arc::new(ManualClock::default());
        let entropy = Arc::new(SeededEntropy::new(1));
        Self {
            env: Environment {
                store: Arc::new(MemoryStore::new()),
                clock: clock.clone(),
                entropy: entropy.clone(),
                sealer: Arc::new(MemorySealer::new(entropy.clone())),
                cursors: CursorKey::new([7; 32]),
            },
            blobs: MemoryBlobs::new(),
            passwords: QuickPasswords::new(entropy.clone()),
            tokens: MemoryTokens::new(clock.clone(), entropy),
            clock,
        }
    }

    pub(crate) fn register(
        &self,
        email: &str,
        username: &str,
        password: &str,
    ) -> Result<User, RegisterError> {
        let command = Register {
            email: email.into(),
            username: username.into(),
            password: Password::new(password),
            metadata: Metadata::default(),
        };
        now(register(&self.env, &self.passwords, command))
    }

    pub(crate) fn log_in(&self, email: &str, password: &str) -> Result<LoggedIn, LogInError> {
        let command = LogIn {
            email: email.into(),
            password: Password::new(password),
            metadata: Metadata::default(),
        };
        now(log_in(&self.env, &self.passwords, &self.tokens, command))
    }

    /// Somebody with an account, who has logged in.
    pub(crate) fn person(&self, name: &str) -> Principal {
        let email = format!("{name}@example.com");
        self.register(&email, name, PASSWORD).unwrap();
        let token = self.log_in(&email, PASSWORD).unwrap().access_token;
        self.tokens.verify(token.expose()).unwrap().into()
    }

    pub(crate) fn receive(&self, who: &Principal) -> ReceivedUpload {
        let mut body = MemoryChunks::new("RIFF....");
        now(receive_upload(
            &self.env,
            &self.blobs,
            who,
            &mut body,
            1_000,
        ))
        .unwrap()
    }

    pub(crate) fn command(&self, who: &Principal, title: &str) -> UploadTrack {
        UploadTrack {
            upload: self.receive(who),
            file_name: Some("song.wav".into()),
            title: Some(title.into()),
            genre: None,
            description: None,
            visibility: Visibility::Public,
            metadata: Metadata::default(),
        }
    }

    /// A queued track.
    pub(crate) fn upload(&self, who: &Principal, title: &str) -> Track {
        now(upload_track(&self.env, who, self.command(who, title))).unwrap()
    }

    pub(crate) fn claim(&self) -> Option<Job> {
        now(claim_next(&self.env, INGEST_JOB, "worker", LEASE)).unwrap()
    }

    /// The work of the next ingest job.
    pub(crate) fn begin(&self) -> Option<Ingest> {
        match now(begin_ingest(&self.env, self.claim()?)).unwrap() {
            BeginIngest::Work(ingest) => Some(*ingest),
            BeginIngest::Nothing => None,
        }
    }

    /// Puts a file of the media that the work makes.
    pub(crate) fn put_media(&self, ingest: &Ingest, name: &str) -> BlobKey {
        let key = ingest.media_prefix().join(name).unwrap();
        now(self.blobs.put(&key, &mut MemoryChunks::new("#EXTM3U"), 100)).unwrap();
        key
    }

    pub(crate) fn has(&self, key: &BlobKey) -> bool {
        now(self.blobs.head(key)).unwrap().is_some()
    }

    /// Does every purge job that is due; answers how many.
    pub(crate) fn purge(&self) -> u32 {
        let mut done = 0;
        while let Some(job) = now(claim_next(&self.env, PURGE_JOB, "worker", LEASE)).unwrap() {
            assert_eq!(
                now(purge_media(&self.env, &self.blobs, &job)).unwrap(),
                None
            );
            done += 1;
        }
        done
    }

    /// The track as it is stored now.
    pub(crate) fn stored(&self, track: &Track) -> Option<Track> {
        let mut reader = now(self.env.store.begin_read()).unwrap();
        now(reader.tracks().find(track.id)).unwrap()
    }

    /// The job as it is stored now.
    pub(crate) fn stored_job(&self, job: &Job) -> Job {
        let mut reader = now(self.env.store.begin_read()).unwrap();
        now(reader.jobs().find(job.id)).unwrap().unwrap()
    }

    /// The types of all events, in order.
    pub(crate) fn events(&self) -> Vec<String> {
        let mut reader = now(self.env.store.begin_read()).unwrap();
        let events = now(reader.outbox().fetch_unpublished(1_000)).unwrap();
        events.into_iter().map(|event| event.event_type).collect()
    }
}

pub(crate) fn measurements() -> Measurements {
    Measurements {
        duration_seconds: 183.5,
        sample_rate: 44_100,
        channels: 2,
        loudness: Loudness {
            integrated_lufs: Some(-14.0),
            ..Loudness::default()
        },
    }
}
