//! The composition root: which adapter stands behind each port, and what runs.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use veza_api::Origins;
use veza_api::rpc::{RpcServices, serve_rpc};
use veza_core::auth::{
    Providers, RevocableServiceTokens, RevocableTokens, RevocationList, TokenVerifier,
    refresh_revocations,
};
use veza_core::files::BlobStore;
use veza_core::kernel::{
    CursorKey, Environment, EventId, RateLimiter, Signals, Subscription, Timestamp,
};
use veza_core::mail::Mailer;
use veza_crypto::{
    AccessTokens, Argon2idPasswords, SealingKeys, SystemClock, SystemEntropy, TokenKeyPolicy,
    TokenKeys, load_or_create_secret,
};
use veza_objects::DiskBlobs;
use veza_server_kit::health::{self, Check};
use veza_server_kit::layers;
use veza_server_kit::rate_limit::Limits;
use veza_server_kit::{ServeLimits, Shutdown, serve};
use veza_sql::SqlStore;
use veza_worker::{ConfinedProber, Scratch, Worker};

use super::checks::{Blobs, Database};
use super::data::DataFolder;
use super::events::{Events, Route, subscriptions};
use super::listeners::{Addresses, Listeners};
use super::probe::UploadProbe;
use super::sharing::Sharing;
use super::waking::{Untold, Waiting};
use super::{ServeError, chat, database, housekeeping, mail, providers, waking};
use crate::keys;
use crate::settings::{DatabaseSetting, Part, Settings};

/// Everything the services share.
pub(super) struct Node {
    settings: Settings,
    addresses: Addresses,
    /// This program, which is also its own confined child.
    program: PathBuf,
    store: SqlStore,
    env: Environment,
    hasher: Arc<Argon2idPasswords>,
    token_keys: Arc<TokenKeys>,
    tokens: Arc<AccessTokens>,
    revocations: Arc<RevocationList>,
    verifier: Arc<dyn TokenVerifier>,
    providers: Arc<Providers>,
    blobs: Arc<dyn BlobStore>,
    scratch: Scratch,
    limiter: Arc<dyn RateLimiter>,
    route: Route,
    subscriptions: Vec<Subscription>,
    signals: Arc<dyn Signals>,
    untold: Arc<Untold>,
    waiting: Waiting,
    mailer: Arc<dyn Mailer>,
    /// Held to the end, with others or alone as the database allows.
    _data: DataFolder,
}

impl Node {
    /// Opens what is kept in the folder.
    pub(super) async fn open(
        settings: Settings,
        data: DataFolder,
        addresses: Addresses,
    ) -> Result<Self, ServeError> {
        let program = std::env::current_exe().map_err(ServeError::io("this program"))?;
        let store = database::open(&settings.database, data.root())
            .await
            .map_err(ServeError::adapter("database"))?;
        let mailer = mail::mailer(&settings, &data)?;
        let route = Route::new(&settings)?;
        let subscriptions = subscriptions().map_err(ServeError::adapter("subscriptions"))?;
        let clock = Arc::new(SystemClock);
        let opening = clock.clone();
        let policy = settings.token_keys;
        let (data, opened) = tokio::task::spawn_blocking(move || {
            let opened = Opened::open(&data, policy, opening);
            (data, opened)
        })
        .await
        .map_err(ServeError::adapter("the data folder"))?;
        let Opened {
            cursors,
            sealing,
            token_keys,
            hasher,
            blobs,
            scratch,
        } = opened?;
        let tokens = keys::access_tokens(token_keys.clone(), clock.clone());
        let untold = Arc::new(Untold::default());
        let Sharing {
            limiter,
            cache,
            signals,
        } = Sharing::open(&settings, clock.clone(), &SystemEntropy)?;
        let env = Environment {
            store: Arc::new(untold.noted(Arc::new(store.clone()))),
            clock,
            entropy: Arc::new(SystemEntropy),
            sealer: Arc::new(sealing),
            cursors,
            cache,
        };
        let page_url = page_url(&settings, &addresses);
        let providers = providers::open(&settings.providers, &page_url, &env.clock)?;
        let tokens = Arc::new(tokens);
        let revocations = Arc::new(RevocationList::new());
        // Known before the first request: nobody who was shut out gets in.
        refresh_revocations(&env, &revocations)
            .await
            .map_err(ServeError::adapter("revoked tokens"))?;
        let verifier = Arc::new(RevocableTokens::new(
            tokens.clone(),
            revocations.clone(),
            Arc::clone(&env.clock),
        ));
        Ok(Self {
            settings,
            addresses,
            program,
            store,
            env,
            hasher: Arc::new(hasher),
            token_keys,
            tokens,
            revocations,
            verifier,
            providers: Arc::new(providers),
            blobs: Arc::new(blobs),
            scratch,
            limiter,
            route,
            subscriptions,
            signals,
            untold,
            waiting: Waiting::default(),
            mailer,
            _data: data,
        })
    }

    /// Runs until `shutdown` is requested and everything has come to its end.
    pub(super) async fn run(
        self,
        listeners: Listeners,
        shutdown: Shutdown,
    ) -> Result<(), ServeError> {
        let mut parts = JoinSet::new();
        let limits = ServeLimits {
            trusted_proxies: self.settings.trusted_proxies.clone(),
            ..ServeLimits::default()
        };
        let over_tls = page_url(&self.settings, &self.addresses).starts_with("https://");
        let mut service = |name, listener: TcpListener, router: Router| {
            let (limits, shutdown) = (limits.clone(), shutdown.clone());
            let router = if over_tls {
                layers::over_tls(router)
            } else {
                router
            };
            parts.spawn(async move {
                serve(listener, router, limits, shutdown).await;
                name
            });
        };
        if let Some(listener) = listeners.api {
            service("api", listener, self.api(&shutdown));
        }
        if let Some(listener) = listeners.stream {
            service("stream", listener, self.stream(&shutdown));
        }
        if let Some(listener) = listeners.chat {
            let chat = chat::server(self.env.clone(), self.verifier.clone(), self.page_origins());
            let limits = Limits::new(Arc::clone(&self.limiter), self.settings.rate_limits);
            let routes = chat::router(&chat, limits, self.health(&shutdown));
            service("chat", listener, routes);
            let stop = shutdown.clone();
            parts.spawn(async move {
                // Open sockets outlive their listener unless they are told to go.
                stop.requested().await;
                chat.shut_down().await;
                "chat sockets"
            });
        }
        if let Some(listener) = listeners.rpc {
            let services = RpcServices {
                env: self.env.clone(),
                verifier: self.verifier.clone(),
                services: self.service_tokens(),
            };
            let stop = shutdown.clone();
            parts.spawn(async move {
                if let Err(error) = serve_rpc(listener, services, stop).await {
                    tracing::error!(%error, "the port for services is not served");
                }
                "rpc"
            });
        }
        if self.settings.parts.contains(&Part::Worker) {
            let (worker, stop) = (self.worker(), shutdown.clone());
            parts.spawn(async move {
                worker.run(stop).await;
                "worker"
            });
            let (env, stop) = (self.env.clone(), shutdown.clone());
            parts.spawn(async move {
                housekeeping::erase(env, &stop).await;
                "erasures"
            });
        }
        waking::start(
            Arc::clone(&self.untold),
            Arc::clone(&self.signals),
            &self.waiting,
            &mut parts,
            &shutdown,
        );
        self.events().start(&mut parts, &shutdown);
        let (clock, store, stop) = (
            Arc::clone(&self.env.clock),
            self.store.clone(),
            shutdown.clone(),
        );
        parts.spawn(async move {
            housekeeping::partitions(&*clock, &store, &stop).await;
            "partitions"
        });
        let (env, list, told, stop) = (
            self.env.clone(),
            Arc::clone(&self.revocations),
            Arc::clone(&self.waiting.revocations),
            shutdown.clone(),
        );
        parts.spawn(async move {
            housekeeping::revocations(env, &list, &told, &stop).await;
            "revocations"
        });
        let (keys, stop) = (Arc::clone(&self.token_keys), shutdown.clone());
        parts.spawn(async move {
            housekeeping::keys(keys, &stop).await;
            "keys"
        });

        // None of the parts ends before it is told to. One that does takes the others with it:
        // a service that works by half is worse than one that is started again.
        let mut early = None;
        while let Some(ended) = parts.join_next().await {
            if !shutdown.is_requested() {
                early = Some(ended.unwrap_or("a part that panicked"));
                shutdown.request();
            }
        }
        self.store.close().await;
        early.map_or(Ok(()), |name| Err(ServeError::Ended(name)))
    }

    /// Verifies other services.
    fn service_tokens(&self) -> Arc<RevocableServiceTokens> {
        let (keys, clock) = (Arc::clone(&self.token_keys), Arc::clone(&self.env.clock));
        let signed = Arc::new(keys::service_tokens(keys, Arc::clone(&clock)));
        let list = Arc::clone(&self.revocations);
        Arc::new(RevocableServiceTokens::new(signed, list, clock))
    }

    /// The origins whose pages may open a chat: the page that is served here, and those allowed.
    fn page_origins(&self) -> Vec<String> {
        let own = format!("http://{}", self.addresses.api);
        let local = format!("http://localhost:{}", self.addresses.api.port());
        let settings = &self.settings;
        [own, local]
            .into_iter()
            .chain(settings.public_url.as_deref().map(origin))
            .chain(settings.allow_origin.iter().cloned())
            .collect()
    }

    fn health(&self, shutdown: &Shutdown) -> Router {
        let checks: Vec<Arc<dyn Check>> = vec![
            Arc::new(Database(Arc::clone(&self.env.store))),
            Arc::new(Blobs(Arc::clone(&self.blobs))),
        ];
        health::router(checks, shutdown.clone())
    }

    fn api(&self, shutdown: &Shutdown) -> Router {
        let prober = ConfinedProber::new(
            self.program.clone(),
            Arc::clone(&self.blobs),
            self.scratch.clone(),
        );
        let services = veza_api::Services {
            env: self.env.clone(),
            hasher: self.hasher.clone(),
            issuer: self.tokens.clone(),
            verifier: self.verifier.clone(),
            revocations: self.revocations.clone(),
            providers: self.providers.clone(),
            blobs: Arc::clone(&self.blobs),
            prober: Arc::new(UploadProbe(prober)),
            limiter: Arc::clone(&self.limiter),
        };
        let settings = veza_api::Settings {
            max_upload_bytes: self.settings.max_upload_bytes,
            registration: self.settings.registration,
            rate_limits: self.settings.rate_limits,
            cors: self.settings.cors.clone(),
            origins: Origins {
                stream: self.settings.stream_url.clone(),
                stream_port: self.addresses.stream.port(),
                chat: self.settings.chat_url.clone(),
                chat_port: self.addresses.chat.port(),
            },
            page: self.settings.web.clone(),
            alone_since: self.alone_since(),
            shutdown: shutdown.clone(),
        };
        veza_api::router(services, settings, self.health(shutdown))
    }

    fn stream(&self, shutdown: &Shutdown) -> Router {
        let services = veza_stream::Services {
            env: self.env.clone(),
            blobs: Arc::clone(&self.blobs),
            verifier: self.verifier.clone(),
        };
        veza_stream::router(services, self.health(shutdown))
    }

    fn events(&self) -> Events {
        Events {
            env: Environment {
                store: Arc::new(self.store.clone()),
                ..self.env.clone()
            },
            route: self.route.clone(),
            subscriptions: self.subscriptions.clone(),
            holder: self.holder(),
            waiting: self.waiting.events.clone(),
        }
    }

    /// Now, if nobody else works on the store, for its folder is this process's alone.
    fn alone_since(&self) -> Option<Timestamp> {
        match self.settings.database {
            DatabaseSetting::Sqlite => Some(self.env.now()),
            DatabaseSetting::Postgres { .. } => None,
        }
    }

    /// What this instance is called: no other has this name.
    fn holder(&self) -> String {
        match self.settings.database {
            // Nobody else uses the folder: what this process held before it was killed is its own.
            DatabaseSetting::Sqlite => "embedded".into(),
            // Several machines may have the same process ids and ports.
            DatabaseSetting::Postgres { .. } => self.env.new_id::<EventId>().to_string(),
        }
    }

    fn worker(&self) -> Worker {
        let services = veza_worker::Services {
            env: self.env.clone(),
            blobs: Arc::clone(&self.blobs),
            scratch: self.scratch.clone(),
            mailer: Arc::clone(&self.mailer),
            mail_style: mail::style(page_url(&self.settings, &self.addresses)),
        };
        let name = format!("{}:{}", std::process::id(), self.addresses.api.port());
        let mut settings = veza_worker::Settings::new(self.program.clone());
        settings.parallel = self.settings.jobs;
        let registry = veza_worker::usual(&services, settings);
        Worker::new(self.env.clone(), name, registry, self.waiting.jobs.clone())
    }
}

/// The origin of a checked URL: what stands before its path.
fn origin(url: &str) -> String {
    let path = url
        .match_indices('/')
        .nth(2)
        .map_or(url.len(), |(at, _)| at);
    url[..path].to_owned()
}

/// Where people reach the page.
fn page_url(settings: &Settings, addresses: &Addresses) -> String {
    let own = || format!("http://{}", addresses.api);
    settings.public_url.clone().unwrap_or_else(own)
}

/// What is opened by blocking work: files, and a new signing key, which takes seconds.
struct Opened {
    cursors: CursorKey,
    sealing: SealingKeys,
    token_keys: Arc<TokenKeys>,
    hasher: Argon2idPasswords,
    blobs: DiskBlobs,
    scratch: Scratch,
}

impl Opened {
    fn open(
        data: &DataFolder,
        policy: TokenKeyPolicy,
        clock: Arc<SystemClock>,
    ) -> Result<Self, ServeError> {
        let keys = data.keys();
        let cursors = load_or_create_secret(&keys.join("cursors"))
            .map_err(ServeError::adapter("key of cursors"))?;
        let token_keys = TokenKeys::open(&data.token_keys(), policy, clock)
            .map_err(ServeError::adapter("keys of access tokens"))?;
        Ok(Self {
            cursors: CursorKey::new(cursors),
            sealing: SealingKeys::open(&data.sealing_keys())
                .map_err(ServeError::adapter("keys of stored secrets"))?,
            token_keys: Arc::new(token_keys),
            hasher: Argon2idPasswords::new().map_err(ServeError::adapter("password hasher"))?,
            blobs: DiskBlobs::open(&data.blobs()).map_err(ServeError::adapter("blobs"))?,
            scratch: Scratch::new(data.scratch()).map_err(ServeError::io("scratch"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_ends_before_the_path() {
        for url in [
            "https://music.example:444",
            "https://music.example:444/app/x",
        ] {
            assert_eq!(origin(url), "https://music.example:444");
        }
    }
}
