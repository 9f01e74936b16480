//! The service, and requests to it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use futures_util::FutureExt as _;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;
use veza_api::{Origins, ProbeError, Prober, RateLimits, Services, Settings};
use veza_core::analytics::{record_event, roll_up_day};
use veza_core::auth::identities::Provider;
use veza_core::auth::{
    AddAccount, BanUser, IssueServiceToken, IssuedServiceToken, LinkedIdentity, LogIn,
    LogInOutcome, Password, Providers, RegistrationPolicy, RevocableServiceTokens, RevocableTokens,
    RevocationList, TokenVerifier, UserId, add_account, ban_user, issue_service_token, log_in,
    refresh_revocations,
};
use veza_core::exports::{AccountExport, EXPORT_LIFETIME, ExportState};
use veza_core::files::{BlobKey, BlobStore, MemoryChunks};
use veza_core::jobs::{JobStatus, NewJob, claim_next};
use veza_core::kernel::{
    CursorKey, Day, Environment, Metadata, Principal, ReadCache, Role, Timestamp,
};
use veza_core::mail::{MAIL_JOB, MailStyle, send_mail};
use veza_core::memory::{
    ManualClock, MemoryBlobs, MemoryCache, MemoryLimiter, MemoryMailer, MemoryProvider,
    MemorySealer, MemoryStore, MemoryTokens, QuickPasswords, SeededEntropy,
};
use veza_core::profiles::{Avatar, AvatarImage, PictureFormat, avatar_file};
use veza_core::streaming::{
    BeginIngest, INGEST_JOB, Loudness, Measurements, Published, begin_ingest, complete_ingest,
};
use veza_server_kit::layers::Cors;
use veza_server_kit::{Shutdown, health};

/// Takes a file that begins with `RIFF`, crashes at `OOPS`, and refuses anything else.
struct FirstBytes(Arc<dyn BlobStore>);

#[async_trait]
impl Prober for FirstBytes {
    async fn probe(&self, upload: &BlobKey) -> Result<(), ProbeError> {
        let mut blob = self.0.get(upload, None).await.unwrap().unwrap();
        let start = blob.body.next_chunk().await.unwrap().unwrap();
        match &start[..start.len().min(4)] {
            b"RIFF" => Ok(()),
            b"OOPS" => Err(ProbeError::Failed("/secret/path".into())),
            _ => Err(ProbeError::Refused {
                code: "audio.not_audio".into(),
                detail: "not an audio file".into(),
            }),
        }
    }
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) json: Value,
    pub(crate) text: String,
}

pub(crate) struct App {
    router: Router,
    pub(crate) env: Environment,
    pub(crate) blobs: Arc<MemoryBlobs>,
    tokens: Arc<MemoryTokens>,
    hasher: Arc<QuickPasswords>,
    mailer: MemoryMailer,
    pub(crate) provider: Arc<MemoryProvider>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) revocations: Arc<RevocationList>,
    pub(crate) verifier: Arc<dyn TokenVerifier>,
    pub(crate) services: Arc<RevocableServiceTokens>,
    pub(crate) shutdown: Shutdown,
}

/// The field's name, the file's name, the content.
pub(crate) type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

/// Of everybody here.
pub(crate) const PASSWORD: &str = "long enough, I hope";

/// The one provider of identities.
pub(crate) const PROVIDER: &str = "local";

pub(crate) const MAX_UPLOAD: u64 = 1_000_000;

/// The token that a mail carries in a link.
pub(crate) fn token_in(mail: &str) -> String {
    let (_, rest) = mail.split_once("?token=").expect("a link with a token");
    rest.split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned()
}

impl App {
    pub(crate) fn new(rate_limits: RateLimits) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_790_000_000_000)));
        let entropy = Arc::new(SeededEntropy::new(7));
        let env = Environment {
            store: Arc::new(MemoryStore::new()),
            clock: clock.clone(),
            entropy: entropy.clone(),
            sealer: Arc::new(MemorySealer::new(entropy.clone())),
            cursors: CursorKey::new([7; 32]),
            cache: ReadCache::new(Arc::new(MemoryCache::new(clock.clone(), 1_000, 1_000_000))),
        };
        let tokens = Arc::new(MemoryTokens::new(clock.clone(), entropy.clone()));
        let hasher = Arc::new(QuickPasswords::new(entropy));
        let revocations = Arc::new(RevocationList::new());
        // The clock stands still: once is enough, and in memory nothing waits.
        let refreshed = refresh_revocations(&env, &revocations).now_or_never();
        refreshed.unwrap().unwrap();
        let verifier = RevocableTokens::new(tokens.clone(), revocations.clone(), env.clock.clone());
        let verifier: Arc<dyn TokenVerifier> = Arc::new(verifier);
        let of_services =
            RevocableServiceTokens::new(tokens.clone(), revocations.clone(), env.clock.clone());
        let blobs = Arc::new(MemoryBlobs::new());
        let provider = Arc::new(MemoryProvider::new());
        let providers = Providers::new(vec![Provider {
            id: PROVIDER.parse().unwrap(),
            name: "The local one".into(),
            redirect_uri: format!("https://music.example/sign-in/{PROVIDER}"),
            port: provider.clone(),
        }]);
        let services = Services {
            env: env.clone(),
            hasher: hasher.clone(),
            issuer: tokens.clone(),
            verifier: verifier.clone(),
            revocations: revocations.clone(),
            providers: Arc::new(providers),
            blobs: blobs.clone(),
            prober: Arc::new(FirstBytes(blobs.clone())),
            limiter: Arc::new(MemoryLimiter::new(env.clock.clone(), 1_000)),
        };
        let shutdown = Shutdown::new();
        let settings = Settings {
            max_upload_bytes: MAX_UPLOAD,
            registration: RegistrationPolicy::Open,
            rate_limits,
            cors: Cors::SameOrigin,
            origins: Origins {
                stream: None,
                stream_port: 8082,
                chat: None,
                chat_port: 8081,
            },
            page: None,
            alone_since: None,
            shutdown: shutdown.clone(),
        };
        let health = health::router(Vec::new(), shutdown.clone());
        Self {
            router: veza_api::router(services, settings, health),
            env,
            blobs,
            tokens,
            hasher,
            mailer: MemoryMailer::new(),
            provider,
            clock,
            revocations,
            verifier,
            services: Arc::new(of_services),
            shutdown,
        }
    }

    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    /// Somebody with an account of this role, who is signed in: their token.
    pub(crate) async fn person(&self, name: &str, role: Role) -> String {
        let email = format!("{name}@example.com");
        let command = AddAccount {
            email: email.clone(),
            username: name.into(),
            password: Password::new(PASSWORD),
            role,
        };
        add_account(&self.env, &*self.hasher, command)
            .await
            .unwrap();
        let command = LogIn {
            email,
            password: Password::new(PASSWORD),
            remember_me: false,
            metadata: Metadata::default(),
        };
        let outcome = log_in(&self.env, &*self.hasher, &*self.tokens, command).await;
        match outcome.unwrap() {
            LogInOutcome::In(logged_in) => logged_in.access_token.expose().to_owned(),
            LogInOutcome::SecondFactor(_) => panic!("a new account has no second factor"),
        }
    }

    /// The token of a service that may make these calls.
    pub(crate) async fn service(&self, methods: &[&str]) -> IssuedServiceToken {
        let command = IssueServiceToken {
            name: "ingest".into(),
            methods: methods.iter().map(|&method| method.into()).collect(),
            lifetime: Duration::from_secs(60 * 60),
        };
        let issued = issue_service_token(&self.env, &*self.tokens, command).await;
        issued.unwrap()
    }

    /// Bans the account of this id, as an administrator does, and learns of it.
    pub(crate) async fn ban(&self, admin: &str, id: UserId) {
        let admin = Principal::from(self.verifier.verify(admin).unwrap());
        let command = BanUser {
            user_id: id,
            reason: "spam".into(),
            until: None,
            metadata: Metadata::default(),
        };
        ban_user(&self.env, &admin, command).await.unwrap();
        self.learn_of_revocations().await;
    }

    /// Learns of what was revoked, as a shell does each second.
    pub(crate) async fn learn_of_revocations(&self) {
        let learnt = refresh_revocations(&self.env, &self.revocations).await;
        learnt.unwrap();
    }

    /// Sends what mail waits; the newest to this address, as text.
    pub(crate) async fn mail_to(&self, address: &str) -> Option<String> {
        let style = MailStyle {
            service: "Veza".into(),
            page_url: "https://music.example".into(),
        };
        let lease = Duration::from_secs(10);
        let claim = || claim_next(&self.env, MAIL_JOB, "test", lease);
        while let Some(job) = claim().await.unwrap() {
            let sent = send_mail(&self.env, &self.mailer, &style, &job).await;
            assert_eq!(sent.unwrap(), None);
        }
        let mails = self.mailer.mails();
        let newest = mails.into_iter().rev().find(|mail| mail.to == address);
        newest.map(|mail| mail.rendered.text)
    }

    /// An export of this person that can be fetched; its id.
    pub(crate) async fn export(&self, token: &str) -> String {
        let me = self.get("/api/v1/users/me", Some(token)).await.json;
        let export = AccountExport {
            id: self.env.new_id(),
            user_id: me["id"].as_str().unwrap().parse().unwrap(),
            state: ExportState::Ready {
                attempt: 1,
                size: 7,
                expires_at: self.env.now().plus(EXPORT_LIFETIME),
            },
            requested_at: self.env.now(),
        };
        let mut unit = self.env.store.begin().await.unwrap();
        unit.account_exports().put(&export).await.unwrap();
        unit.commit().await.unwrap();
        let archive = AccountExport::archive(export.id, 1);
        let mut content = MemoryChunks::new("archive");
        self.blobs.put(&archive, &mut content, 99).await.unwrap();
        export.id.to_string()
    }

    /// An identity that opens this person's account; its id.
    pub(crate) async fn identity(&self, token: &str) -> String {
        let me = self.get("/api/v1/users/me", Some(token)).await.json;
        let identity = LinkedIdentity {
            id: self.env.new_id(),
            user_id: me["id"].as_str().unwrap().parse().unwrap(),
            provider: PROVIDER.parse().unwrap(),
            subject: "248289761001".into(),
            email: None,
            created_at: self.env.now(),
        };
        let mut unit = self.env.store.begin().await.unwrap();
        unit.identities().add(&identity).await.unwrap();
        unit.commit().await.unwrap();
        identity.id.to_string()
    }

    /// A picture of this person that is shown; their id.
    pub(crate) async fn picture(&self, token: &str) -> String {
        let me = self.get("/api/v1/users/me", Some(token)).await.json;
        let id = me["id"].as_str().unwrap().to_owned();
        let avatar = Avatar {
            user_id: id.parse().unwrap(),
            image: Some(AvatarImage {
                revision: self.env.new_id(),
                format: PictureFormat::Png,
            }),
            pending: None,
            failure: None,
            updated_at: self.env.now(),
        };
        let mut unit = self.env.store.begin().await.unwrap();
        unit.avatars().put(&avatar).await.unwrap();
        unit.commit().await.unwrap();
        let file = avatar_file(&self.env, avatar.user_id, 256).await.unwrap();
        let mut content = MemoryChunks::new("a picture");
        self.blobs.put(&file.key, &mut content, 99).await.unwrap();
        id
    }

    /// A job that waits, or one that failed for good; its id.
    pub(crate) async fn job(&self, dead: bool) -> String {
        let mut job = NewJob::new("test.work", serde_json::json!({ "do": "it" }))
            .attempts(1)
            .into_job(&self.env);
        if dead {
            job.status = JobStatus::Dead;
            job.attempt = 1;
            job.last_error = Some("disk full".into());
        }
        let mut unit = self.env.store.begin().await.unwrap();
        let id = unit.jobs().enqueue(&job).await.unwrap();
        unit.commit().await.unwrap();
        id.to_string()
    }

    /// An uploaded track that no worker has taken; its id.
    pub(crate) async fn queued_track(&self, token: &str) -> String {
        let answer = self
            .upload(token, &[("file", Some("a.wav"), b"RIFF")])
            .await;
        answer.json["id"].as_str().unwrap().to_owned()
    }

    /// Counts what has happened until now; answers the day.
    pub(crate) async fn report(&self) -> String {
        let mut unit = self.env.store.begin().await.unwrap();
        for event in unit.outbox().fetch_unpublished(1_000).await.unwrap() {
            record_event(&mut *unit, &event, self.env.now())
                .await
                .unwrap();
        }
        unit.commit().await.unwrap();
        let day = Day::of(self.env.now());
        roll_up_day(&self.env, day).await.unwrap();
        day.to_string()
    }

    /// A track that can be played; its id.
    pub(crate) async fn ready_track(&self, token: &str, visibility: &str) -> String {
        let fields: &[(&str, &str)] = &[("title", "One"), ("visibility", visibility)];
        self.make_ready(token, fields).await
    }

    /// Uploads a track and, as a worker would, makes it ready; its id.
    pub(crate) async fn make_ready(&self, token: &str, fields: &[(&str, &str)]) -> String {
        let mut parts: Vec<Part<'_>> = fields
            .iter()
            .map(|(name, value)| (*name, None, value.as_bytes()))
            .collect();
        parts.push(("file", Some("a.wav"), b"RIFF"));
        let track = self.upload(token, &parts).await.json;
        let lease = Duration::from_secs(10);
        let job = claim_next(&self.env, INGEST_JOB, "test", lease)
            .await
            .unwrap()
            .unwrap();
        let BeginIngest::Work(ingest) = begin_ingest(&self.env, job).await.unwrap() else {
            panic!()
        };
        let measurements = Measurements {
            duration_seconds: 12.5,
            sample_rate: 44_100,
            channels: 2,
            loudness: Loudness {
                integrated_lufs: Some(-14.0),
                ..Loudness::default()
            },
        };
        let published = complete_ingest(&self.env, &ingest, measurements)
            .await
            .unwrap();
        assert_eq!(published, Published::Yes);
        track["id"].as_str().unwrap().to_owned()
    }

    /// The patterns of all paths, as the router itself knows them.
    pub(crate) fn paths(&self) -> Vec<String> {
        let shown = format!("{:?}", self.router);
        let (_, nodes) = shown
            .split_once("paths: {")
            .expect("a router shows its paths");
        let (nodes, _) = nodes.split_once("\"}").unwrap();
        let routes = nodes.split("RouteId(").skip(1);
        routes
            .map(|route| route.split('"').nth(1).unwrap().to_owned())
            .collect()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        self.send_from([192, 0, 2, 7], request).await
    }

    /// A request from this address.
    pub(crate) async fn send_from(&self, from: [u8; 4], mut request: Request<Body>) -> Answer {
        let client = SocketAddr::from((from, 5000));
        request.extensions_mut().insert(ConnectInfo(client));
        request
            .headers_mut()
            .insert(header::HOST, "music.test:8080".parse().unwrap());
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Answer {
            status: parts.status,
            headers: parts.headers,
            json,
            text: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        self.method("GET", path, token).await
    }

    pub(crate) async fn method(&self, method: &str, path: &str, token: Option<&str>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .unwrap();
        self.send(request).await
    }

    /// Somebody with an account, who is signed in: their token.
    pub(crate) async fn token_of(&self, name: &str) -> String {
        self.person(name, Role::User).await
    }

    /// Posts JSON as somebody.
    pub(crate) async fn post_as(&self, token: &str, path: &str, body: &Value) -> Answer {
        let bearer = format!("Bearer {token}");
        self.post_with(path, body, &[("authorization", &bearer)])
            .await
    }

    /// Posts JSON with further headers.
    pub(crate) async fn post_with(
        &self,
        path: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::post(path);
        if headers.iter().all(|(name, _)| *name != "content-type") {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.to_string())).unwrap())
            .await
    }

    /// Sends a form; a part with a file name is a file.
    pub(crate) async fn upload(&self, token: &str, parts: &[Part<'_>]) -> Answer {
        self.upload_with_key(token, None, parts).await
    }

    /// Sends a form with an `Idempotency-Key`.
    pub(crate) async fn upload_with_key(
        &self,
        token: &str,
        key: Option<&str>,
        parts: &[Part<'_>],
    ) -> Answer {
        let mut body = Vec::new();
        for (name, file_name, content) in parts {
            body.extend_from_slice(b"--b\r\nContent-Disposition: form-data; name=\"");
            body.extend_from_slice(name.as_bytes());
            if let Some(file_name) = file_name {
                body.extend_from_slice(format!("\"; filename=\"{file_name}").as_bytes());
            }
            body.extend_from_slice(b"\"\r\n\r\n");
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--b--\r\n");
        let mut request = Request::post("/api/v1/tracks")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// How many uploads there are, once removals that are under way are done.
    pub(crate) async fn uploads(&self) -> usize {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        let prefix = "uploads".parse().unwrap();
        self.blobs.list(&prefix, None, 1_000).await.unwrap().len()
    }
}
