//! Requests with an `Idempotency-Key` take effect once (draft-ietf-httpapi-idempotency-key-header).
//!
//! Any `POST` of somebody known may carry a key. The handlers know nothing of it: while one works
//! for a key, every unit of work that it begins on the service's store is tied to the key first,
//! by [`OnceStore`]. The work goes on when the client goes away, so that its next attempt finds
//! the answer.

use std::future::Future;
use std::sync::Arc;

use async_trait::async_trait;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use http_body::Body as _;
use http_body_util::BodyExt as _;
use sha2::{Digest as _, Sha256};
use tracing::Instrument as _;
use veza_core::auth::TokenVerifier;
use veza_core::kernel::idempotency::{Claim, Claimed, Ending, StoredAnswer, Ticket, claim, finish};
use veza_core::kernel::{Environment, PortError, PortErrorKind, Store, Timestamp, UnitOfWork};
use veza_server_kit::Problem;
use veza_server_kit::auth::who;
use veza_server_kit::json::{MAX_JSON_BYTES, read_body};

/// The header.
pub(crate) const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// On an answer that is given once more.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// The longest key, in bytes.
const MAX_KEY: usize = 255;
/// The largest answer that is kept, in bytes; no handler of a `POST` gives a larger one.
const MAX_ANSWER: u64 = 64 * 1024;

tokio::task_local! {
    /// The ticket of the request that this task works for.
    static TICKET: Ticket;
}

/// A store whose writing units of work are tied to the key of the request they work for.
pub(crate) struct OnceStore(pub(crate) Arc<dyn Store>);

#[async_trait]
impl Store for OnceStore {
    async fn begin(&self) -> Result<Box<dyn UnitOfWork>, PortError> {
        let mut unit = self.0.begin().await?;
        if let Ok(ticket) = TICKET.try_with(Ticket::clone)
            && !unit.idempotency_keys().take_effect(&ticket).await?
        {
            // Another attempt has taken the place of this one, which was too slow.
            return Err(PortError::new(PortErrorKind::Unavailable, "once.begin"));
        }
        Ok(unit)
    }

    async fn begin_read(&self) -> Result<Box<dyn UnitOfWork>, PortError> {
        self.0.begin_read().await
    }

    async fn glance(&self) -> Result<Box<dyn UnitOfWork>, PortError> {
        self.0.glance().await
    }

    async fn ping(&self) -> Result<(), PortError> {
        self.0.ping().await
    }
}

/// What the layer works with: the store as it is, not a [`OnceStore`].
#[derive(Clone)]
pub(crate) struct Once {
    pub(crate) env: Environment,
    pub(crate) verifier: Arc<dyn TokenVerifier>,
    /// Since when this process has had the store for itself, if it has.
    pub(crate) alone_since: Option<Timestamp>,
}

/// The key of a request: a string as RFC 9651 writes it, or the bare characters.
///
/// # Errors
/// 400 when it is no key.
pub(crate) fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut values = headers.get_all(&KEY).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let key = value.to_str().ok().map(str::trim);
    let key = key.map(|key| {
        let inner = key.strip_prefix('"').and_then(|key| key.strip_suffix('"'));
        inner.unwrap_or(key)
    });
    let is_visible = |b| matches!(b, b'!' | b'#'..=b'~');
    let is_key = |key: &&str| (1..=MAX_KEY).contains(&key.len()) && key.bytes().all(is_visible);
    match (key.filter(is_key), values.next()) {
        (Some(key), None) => Ok(Some(key.to_owned())),
        _ => Err(Problem::bad_request(
            "request.idempotency_key",
            format!("Idempotency-Key has to be one string of 1 to {MAX_KEY} visible characters"),
        )),
    }
}

/// Whether a `POST` to this path of the document heeds a key. A picture that is sent again is the
/// same picture.
pub(crate) fn heeds_key(path: &str) -> bool {
    !gives_secrets(path) && !path.ends_with("/avatar")
}

/// Whether the answer may hold tokens: such a one is never stored. What these routes do is safe to
/// repeat by itself.
fn gives_secrets(path: &str) -> bool {
    path.starts_with("/api/v1/auth/")
}

/// The layer: a `POST` with a key and a body that can be held in memory takes effect once. Forms
/// with files look after themselves, as their fingerprint is only known once they are read.
pub(crate) async fn layer(State(once): State<Once>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST
        || is_form(request.headers())
        || gives_secrets(request.uri().path())
    {
        return next.run(request).await;
    }
    let (key, who) = match (
        key(request.headers()),
        who(request.extensions(), request.headers(), &*once.verifier),
    ) {
        (Err(problem), _) => return problem.into_response(),
        // Nobody known has no keys; and what a bad token is answered is for the handler to say.
        (Ok(None), _) | (_, Ok(None) | Err(_)) => return next.run(request).await,
        (Ok(Some(key)), Ok(Some(who))) => (key, who),
    };
    let (parts, body) = request.into_parts();
    let body = match read_body(Request::from_parts(parts.clone(), body), MAX_JSON_BYTES).await {
        Ok(body) => body,
        Err(problem) => return problem.into_response(),
    };
    let path = parts.extensions.get::<MatchedPath>();
    let claim = Claim {
        owner: who.user_id,
        key,
        operation: format!("POST {}", path.map_or("", |path| path.as_str())),
        request_hash: {
            let target = parts.uri.path_and_query().map_or("", |path| path.as_str());
            let mut hasher = Sha256::new();
            hasher.update((target.len() as u64).to_be_bytes());
            hasher.update(target);
            hasher.update(&body);
            hasher.finalize().into()
        },
    };
    let request = Request::from_parts(parts, Body::from(body));
    run(once, claim, next.run(request)).await
}

fn is_form(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| {
        value
            .as_bytes()
            .to_ascii_lowercase()
            .starts_with(b"multipart/")
    })
}

/// Does `work` if it is to be done, and answers as it did, or as it was answered before.
pub(crate) async fn run(
    once: Once,
    wish: Claim,
    work: impl Future<Output = Response> + Send + 'static,
) -> Response {
    let owner = wish.owner;
    let Once {
        env, alone_since, ..
    } = once;
    let claimed = match claim(&env, wish, alone_since).await {
        Ok(claimed) => claimed,
        Err(error) => return Problem::from(error).into_response(),
    };
    match claimed {
        Claimed::Work(ticket) => {
            let task = async move {
                let response = TICKET.scope(ticket.clone(), work).await;
                settle(&env, &ticket, response).await
            };
            let span = tracing::Span::current();
            match tokio::spawn(task.instrument(span)).await {
                Ok(response) => response,
                Err(_) => {
                    tracing::error!(%owner, "work for a key panicked");
                    Problem::internal().into_response()
                }
            }
        }
        Claimed::Answered(answer) => again(answer),
        Claimed::InFlight => Problem::new(
            StatusCode::CONFLICT,
            "request.in_flight",
            "another request with this Idempotency-Key is being worked on; try again",
        )
        .with_header(header::RETRY_AFTER, HeaderValue::from(1))
        .into_response(),
        Claimed::OtherRequest => Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "request.idempotency_key_reused",
            "this Idempotency-Key was used for another request",
        )
        .into_response(),
        Claimed::AnswerLost => Problem::new(
            StatusCode::CONFLICT,
            "request.answer_lost",
            "the request with this Idempotency-Key took effect, and its answer was lost; look at \
             what there is before you ask again with another key",
        )
        .into_response(),
    }
}

/// Stores the answer. When that fails the client gets it all the same; another attempt is told
/// that the request took effect.
async fn settle(env: &Environment, ticket: &Ticket, response: Response) -> Response {
    let status = response.status();
    let is_small = response
        .body()
        .size_hint()
        .upper()
        .is_some_and(|length| length <= MAX_ANSWER);
    if status.is_server_error() || !is_small {
        note(finish(env, ticket, Ending::Failed).await);
        return response;
    }
    let (parts, body) = response.into_parts();
    let body = match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => return Problem::internal().into_response(),
    };
    let headers = parts.headers.iter().filter_map(|(name, value)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    });
    let answer = StoredAnswer {
        status: status.as_u16(),
        headers: headers.collect(),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    let ending = if status.is_client_error() {
        Ending::Refused(&answer)
    } else {
        Ending::Done(&answer)
    };
    note(finish(env, ticket, ending).await);
    Response::from_parts(parts, Body::from(body))
}

fn note(outcome: Result<(), PortError>) {
    if let Err(error) = outcome {
        tracing::warn!(%error, "the answer to a request with a key is not stored");
    }
}

fn again(answer: StoredAnswer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let headers = response.headers_mut();
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            headers.append(name, value);
        }
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    use axum::Router;
    use axum::middleware::from_fn_with_state;
    use axum::routing::post;
    use tower::ServiceExt as _;
    use veza_core::auth::{AccessGrant, TokenIssuer as _};
    use veza_core::conformance::job_at;
    use veza_core::kernel::{Clock as _, CursorKey, ReadCache, Role, TypedId as _};
    use veza_core::memory::{ManualClock, MemorySealer, MemoryStore, MemoryTokens, SeededEntropy};

    /// A service with one thing to do: `POST /jobs/{n}` queues the job of that number, and may
    /// then lose its head.
    struct World {
        router: Router,
        env: Environment,
        clock: Arc<ManualClock>,
        token: String,
    }

    impl World {
        fn new() -> Self {
            let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_790_000_000_000)));
            let entropy = Arc::new(SeededEntropy::new(7));
            let env = Environment {
                store: Arc::new(MemoryStore::new()),
                clock: clock.clone(),
                entropy: entropy.clone(),
                cursors: CursorKey::new([7; 32]),
                cache: ReadCache::none(),
                sealer: Arc::new(MemorySealer::new(entropy.clone())),
            };
            let tokens = Arc::new(MemoryTokens::new(clock.clone(), entropy));
            let now = clock.now();
            let grant = AccessGrant {
                token_id: env.new_id(),
                session_id: env.new_id(),
                user_id: env.new_id(),
                email: "ada@example.com".into(),
                username: "ada".into(),
                roles: vec![Role::User],
                permissions: Role::User.permissions(),
                authenticated_at: now,
                issued_at: now,
                expires_at: now.plus(Duration::from_secs(100_000)),
            };
            let token = tokens.issue(&grant).unwrap().expose().to_owned();
            let once = Once {
                env: env.clone(),
                verifier: tokens,
                alone_since: None,
            };
            let store: Arc<dyn Store> = Arc::new(OnceStore(Arc::clone(&env.store)));
            let router = Router::new()
                .route("/jobs/{number}", post(queue))
                .layer(from_fn_with_state(once, layer))
                .with_state(store);
            Self {
                router,
                env,
                clock,
                token,
            }
        }

        async fn post(&self, number: u64, key: &str, body: &'static str) -> (u16, String) {
            let request = Request::post(format!("/jobs/{number}"))
                .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
                .header(KEY, key)
                .body(Body::from(body))
                .unwrap();
            let response = self.router.clone().oneshot(request).await.unwrap();
            let status = response.status().as_u16();
            let body = response.into_body().collect().await.unwrap().to_bytes();
            (status, String::from_utf8_lossy(&body).into_owned())
        }

        async fn has(&self, number: u64) -> bool {
            let mut reader = self.env.store.begin_read().await.unwrap();
            let job = job_at(number, Timestamp::from_millis(0));
            reader.jobs().find(job.id).await.unwrap().is_some()
        }
    }

    async fn queue(
        State(store): State<Arc<dyn Store>>,
        axum::extract::Path(number): axum::extract::Path<u64>,
        body: String,
    ) -> Result<String, Problem> {
        if body == "slow" {
            tokio::time::sleep(Duration::from_millis(80)).await;
        }
        let mut unit = store.begin().await?;
        let job = job_at(number, Timestamp::from_millis(0));
        unit.jobs().enqueue(&job).await?;
        unit.commit().await?;
        assert!(body != "lose your head", "as if the process had died here");
        Ok(job.id.uuid().to_string())
    }

    #[tokio::test]
    async fn what_took_effect_is_never_done_again_whatever_became_of_its_answer() {
        let world = World::new();
        assert_eq!(world.post(1, "k", "lose your head").await.0, 500);
        assert!(world.has(1).await);
        let (status, body) = world.post(1, "k", "lose your head").await;
        assert_eq!(status, 409);
        assert!(body.contains("request.in_flight"), "{body}");
        world.clock.advance(Duration::from_secs(121));
        let (status, body) = world.post(1, "k", "lose your head").await;
        assert_eq!(status, 409);
        assert!(body.contains("request.answer_lost"), "{body}");
    }

    #[tokio::test]
    async fn an_answer_is_given_again_and_the_work_goes_on_without_its_client() {
        let world = World::new();
        let gone = tokio::time::timeout(Duration::from_millis(10), world.post(1, "k", "slow"));
        assert!(gone.await.is_err(), "the client went away");
        tokio::time::sleep(Duration::from_millis(200)).await;
        let answer = world.post(1, "k", "slow").await;
        assert_eq!(answer.0, 200);
        assert_eq!(world.post(1, "k", "slow").await, answer);
        assert_eq!(world.post(2, "k", "slow").await.0, 422, "another path");
        assert_eq!(world.post(1, "k", "").await.0, 422, "another body");
        assert!(world.has(1).await && !world.has(2).await);
    }

    #[tokio::test]
    async fn an_attempt_that_was_given_up_can_no_longer_take_effect() {
        let world = World::new();
        let slow = world.post(1, "k", "slow");
        let next = async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            world.clock.advance(Duration::from_secs(121));
            world.post(1, "k", "slow").await
        };
        let (slow, next) = futures_util::future::join(slow, next).await;
        assert_eq!(slow.0, 503, "it came too late");
        assert_eq!(next.0, 200);
    }
}
