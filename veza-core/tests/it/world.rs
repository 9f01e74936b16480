//! A platform in memory, and what people do on it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt as _;
use veza_core::auth::{
    AddAccount, LogIn, LogInError, LogInOutcome, LoggedIn, Password, PasswordHash, PasswordHasher,
    PasswordMatch, RevocableTokens, RevocationList, TokenVerifier as _, User, add_account, log_in,
    refresh_revocations,
};
use veza_core::files::{BlobKey, BlobStore as _, MemoryChunks, ReceivedUpload, receive_upload};
use veza_core::jobs::{Job, claim_next};
use veza_core::kernel::{CursorKey, Environment, Metadata, PortError, Principal, ReadCache, Role};
use veza_core::mail::{MAIL_JOB, MailStyle, send_mail};
use veza_core::memory::{
    ManualClock, MemoryBlobs, MemoryCache, MemoryMailer, MemorySealer, MemoryStore, MemoryTokens,
    QuickPasswords, SeededEntropy,
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
    pub(crate) passwords: Counting,
    pub(crate) tokens: Arc<MemoryTokens>,
    pub(crate) revocations: Arc<RevocationList>,
    pub(crate) verifier: RevocableTokens,
    pub(crate) mailer: MemoryMailer,
}

/// Counts how often passwords are hashed: what takes the time of a request.
pub(crate) struct Counting {
    inner: QuickPasswords,
    count: AtomicU32,
}

impl Counting {
    /// How often since it was last asked.
    pub(crate) fn take(&self) -> u32 {
        self.count.swap(0, Ordering::SeqCst)
    }
}

#[async_trait]
impl PasswordHasher for Counting {
    async fn hash(&self, password: &Password) -> Result<PasswordHash, PortError> {
        self.count.fetch_add(1, Ordering::SeqCst);
        self.inner.hash(password).await
    }

    async fn verify(
        &self,
        password: &Password,
        hash: Option<&PasswordHash>,
    ) -> Result<PasswordMatch, PortError> {
        self.count.fetch_add(1, Ordering::SeqCst);
        self.inner.verify(password, hash).await
    }
}

/// Runs to its end what never has to wait.
pub(crate) fn now<T>(work: impl Future<Output = T>) -> T {
    work.now_or_never()
        .expect("nothing in memory waits for anything")
}

/// The token that a mail carries in a link.
pub(crate) fn token_in(mail: &str) -> String {
    let (_, rest) = mail.split_once("?token=").expect("a link with a token");
    rest.split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// A request from somewhere.
pub(crate) fn metadata() -> Metadata {
    Metadata {
        user_agent: Some("Test/1.0".into()),
        address: Some("192.0.2.7".into()),
        ..Metadata::default()
    }
}

impl World {
    pub(crate) fn new() -> Self {
        let clock = Arc::new(ManualClock::default());
        let entropy = Arc::new(SeededEntropy::new(1));
        let tokens = Arc::new(MemoryTokens::new(clock.clone(), entropy.clone()));
        let revocations = Arc::new(RevocationList::new());
        Self {
            env: Environment {
                store: Arc::new(MemoryStore::new()),
                clock: clock.clone(),
                entropy: entropy.clone(),
                sealer: Arc::new(MemorySealer::new(entropy.clone())),
                cursors: CursorKey::new([7; 32]),
                cache: ReadCache::new(Arc::new(MemoryCache::new(clock.clone(), 1_000, 1_000_000))),
            },
            blobs: MemoryBlobs::new(),
            passwords: Counting {
                inner: QuickPasswords::new(entropy),
                count: AtomicU32::new(0),
            },
            verifier: RevocableTokens::new(tokens.clone(), revocations.clone(), clock.clone()),
            tokens,
            revocations,
            mailer: MemoryMailer::new(),
            clock,
        }
    }

    /// An account with a proved address, and the role.
    pub(crate) fn account(&self, name: &str, role: Role) -> User {
        let command = AddAccount {
            email: format!("{name}@example.com"),
            username: name.into(),
            password: Password::new(PASSWORD),
            role,
        };
        now(add_account(&self.env, &self.passwords, command)).unwrap()
    }

    pub(crate) fn log_in(&self, email: &str, password: &str) -> Result<LoggedIn, LogInError> {
        let command = LogIn {
            email: email.into(),
            password: Password::new(password),
            remember_me: false,
            metadata: metadata(),
        };
        self.let_in(command)
    }

    pub(crate) fn let_in(&self, command: LogIn) -> Result<LoggedIn, LogInError> {
        let outcome = now(log_in(&self.env, &self.passwords, &*self.tokens, command))?;
        match outcome {
            LogInOutcome::In(logged_in) => Ok(*logged_in),
            LogInOutcome::SecondFactor(_) => panic!("a second factor is asked for"),
        }
    }

    /// Who an access token belongs to.
    pub(crate) fn bearer(&self, logged_in: &LoggedIn) -> Principal {
        let token = logged_in.access_token.expose();
        self.tokens.verify(token).unwrap().into()
    }

    /// Somebody with an account of this role, who has logged in.
    pub(crate) fn person_of(&self, name: &str, role: Role) -> Principal {
        let user = self.account(name, role);
        self.bearer(&self.log_in(&user.email, PASSWORD).unwrap())
    }

    /// Somebody with an account, who has logged in.
    pub(crate) fn person(&self, name: &str) -> Principal {
        self.person_of(name, Role::User)
    }

    /// Brings the list of revoked tokens up to date.
    pub(crate) fn learn_of_revocations(&self) {
        now(refresh_revocations(&self.env, &self.revocations)).unwrap();
    }

    /// Sends what mail waits; the newest to this address, as text.
    pub(crate) fn mail_to(&self, address: &str) -> Option<String> {
        let style = MailStyle {
            service: "Veza".into(),
            page_url: "https://music.example".into(),
        };
        while let Some(job) = now(claim_next(&self.env, MAIL_JOB, "worker", LEASE)).unwrap() {
            let failed = now(send_mail(&self.env, &self.mailer, &style, &job)).unwrap();
            assert_eq!(failed, None);
        }
        let mails = self.mailer.mails();
        let newest = mails.into_iter().rev().find(|mail| mail.to == address);
        newest.map(|mail| mail.rendered.text)
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
