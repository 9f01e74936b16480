//! The REST service: accounts, uploads, tracks.
//!
//! Each handler reads a request, calls one use case of `veza-core` and writes its answer; what
//! may and may not be is decided there. [`router`] gives the service as an axum `Router`.

mod blob_body;
mod contract;
mod cookie;
mod etag;
mod multipart;
mod once;
mod origins;
mod page;
mod page_link;
mod probe;
mod refresh_cookie;
mod resources;
pub mod rpc;
mod view;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::FromRef;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use http::{HeaderValue, header};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use veza_core::auth::{
    PasswordHasher, Providers, RegistrationPolicy, RevocationList, TokenIssuer, TokenVerifier,
    refresh_revocations,
};
use veza_core::files::BlobStore;
use veza_core::kernel::{Environment, RateLimiter, Timestamp};
use veza_server_kit::auth::recognise_api_keys;
use veza_server_kit::layers::{self, Cors};
use veza_server_kit::rate_limit::{self, Limits};
use veza_server_kit::{Shutdown, problem};

pub use origins::Origins;
pub use probe::{ProbeError, Prober};
pub use veza_server_kit::rate_limit::RateLimits;

/// How long a request other than an upload may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// What the service works with.
#[derive(Clone)]
pub struct Services {
    /// Store, clock, entropy.
    pub env: Environment,
    /// Passwords.
    pub hasher: Arc<dyn PasswordHasher>,
    /// Signs access tokens.
    pub issuer: Arc<dyn TokenIssuer>,
    /// Verifies them, and refuses those that are revoked.
    pub verifier: Arc<dyn TokenVerifier>,
    /// The revoked ones; a shell keeps the list fresh.
    pub revocations: Arc<RevocationList>,
    /// By whom people may be let in besides their passwords.
    pub providers: Arc<Providers>,
    /// Where uploads go.
    pub blobs: Arc<dyn BlobStore>,
    /// Looks at uploads before they are taken.
    pub prober: Arc<dyn Prober>,
    /// Counts how often somebody asks.
    pub limiter: Arc<dyn RateLimiter>,
}

/// How the service is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The largest file that is taken, in bytes.
    pub max_upload_bytes: u64,
    /// Who may register.
    pub registration: RegistrationPolicy,
    /// How often somebody may ask.
    pub rate_limits: RateLimits,
    /// Which other sites' pages may call the service.
    pub cors: Cors,
    /// Where the other services are.
    pub origins: Origins,
    /// The folder of the built web page, if it is served here.
    pub page: Option<PathBuf>,
    /// When this process began, if no other works on its store meanwhile: what requests with an
    /// `Idempotency-Key` had begun before has ended with its process, and waits for nobody.
    pub alone_since: Option<Timestamp>,
    /// Ends the streams of events.
    pub shutdown: Shutdown,
}

#[derive(Clone)]
struct Api {
    /// Its store ties units of work to the key of the request, if it has one.
    services: Services,
    /// How a request with a key takes effect once.
    once: once::Once,
    origins: Arc<Origins>,
    limiters: Limits,
    registration: RegistrationPolicy,
    max_upload_bytes: u64,
    streams: resources::events::Streams,
    shutdown: Shutdown,
}

impl Api {
    /// How many whole seconds are left until then.
    fn seconds_until(&self, end: Timestamp) -> u64 {
        let left = end.as_seconds() - self.services.env.now().as_seconds();
        u64::try_from(left).unwrap_or(0)
    }

    /// Brings the list of revoked tokens up to date at once, after a request that revoked some.
    /// Where that fails the shell does it, or the list is not trusted for long.
    async fn learn_of_revocations(&self) {
        let services = &self.services;
        if let Err(error) = refresh_revocations(&services.env, &services.revocations).await {
            tracing::warn!(%error, "revoked tokens are learnt of later");
        }
    }
}

impl FromRef<Api> for Arc<dyn TokenVerifier> {
    fn from_ref(api: &Api) -> Self {
        Arc::clone(&api.services.verifier)
    }
}

/// The service; `health` are the routes of [`veza_server_kit::health`].
pub fn router(services: Services, settings: Settings, health: Router) -> Router {
    let origins = Arc::new(settings.origins);
    let limiters = Limits::new(Arc::clone(&services.limiter), settings.rate_limits);
    let counted = from_fn_with_state(
        (limiters.clone(), Arc::clone(&services.verifier)),
        rate_limit::requests,
    );
    let undecorated = services.env.clone();
    let recognised = from_fn_with_state(undecorated.clone(), recognise_api_keys);
    let once = once::Once {
        env: undecorated.clone(),
        verifier: Arc::clone(&services.verifier),
        alone_since: settings.alone_since,
    };
    let store = once::OnceStore(Arc::clone(&undecorated.store));
    let env = Environment {
        store: Arc::new(store),
        ..services.env
    };
    let api = Api {
        services: Services { env, ..services },
        once: once.clone(),
        origins: Arc::clone(&origins),
        limiters,
        registration: settings.registration,
        max_upload_bytes: settings.max_upload_bytes,
        streams: resources::events::Streams::default(),
        shutdown: settings.shutdown,
    };
    let (routes, document) = described().split_for_parts();
    let router = routes
        .with_state(api)
        .layer(from_fn_with_state(once, once::layer))
        .merge(contract::docs(&document))
        .layer(counted)
        .layer(recognised)
        .merge(health);
    let router = match &settings.page {
        Some(folder) => router.fallback_service(page::router(folder, origins)),
        None => router.fallback(problem::not_found),
    };
    layers::standard(router, &settings.cors, None)
}

/// The document of the service (OpenAPI 3.1): what `/api/v1/openapi.json` answers.
pub fn openapi() -> OpenApi {
    described().into_openapi()
}

/// Every route with its description.
fn described() -> OpenApiRouter<Api> {
    let limited = from_fn_with_state(REQUEST_TIMEOUT, layers::time_limit);
    // What is slow has no limit here; the listener sees to it that it goes on.
    let v1 = resources::quick()
        .layer(limited)
        .merge(resources::slow())
        .fallback(problem::not_found)
        .layer(map_response(not_stored));
    let mut routes = OpenApiRouter::with_openapi(contract::base())
        .nest("/api/v1", v1)
        .merge(resources::outside());
    contract::complete(routes.get_openapi_mut());
    routes
}

/// Answers depend on who asks; only those that say so themselves may be kept.
async fn not_stored(mut response: Response) -> Response {
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(no_store);
    response
}
